"""Another county, by data alone: 51 municipalities, 8 fields, other outlines, and the same pages."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

from flask import Flask

from tests import program
from tests.client import Client
from tests.region import folders

ROOT = "/dialogues/ortenau"


def outlines(number: int) -> str:
    """Squares beside one another, one for each municipality."""

    def square(at: int) -> list[list[float]]:
        west, south = 7.8 + at % 8 * 0.05, 48.2 + at // 8 * 0.05
        return [[west + x * 0.05, south + y * 0.05] for x, y in ((0, 0), (1, 0), (1, 1), (0, 1), (0, 0))]

    features = [
        {
            "type": "Feature",
            "properties": {"ags": f"08317{at + 1:03d}"},
            "geometry": {"type": "Polygon", "coordinates": [square(at)]},
        }
        for at in range(number)
    ]
    return json.dumps({"type": "FeatureCollection", "attribution": "© Kreis", "features": features})


def test_a_county_of_51_municipalities_and_8_fields_has_all_pages(
    app: Flask, tmp_path: Path, client: Client, client_as: Callable[..., Client]
) -> None:
    folder = folders.write(tmp_path)
    (folder / "outlines.geojson").write_text(outlines(51), "utf-8")
    # Here the county does it for 40 municipalities, and 11 do it in other ways.
    others = [f"beratung,Integrationsmanagement,08317{at:03d},own,," for at in range(41, 52)]
    (folder / "organisations.csv").write_text("slug,name,kind\nP01,Träger am Rhein,Verein\n", "utf-8")
    (folder / "responsibilities.csv").write_text(
        "\n".join(
            [
                "task,task_de,ags,form,organisations,note",
                "beratung,Integrationsmanagement,,county,P01,",
                *others,
            ]
        ),
        "utf-8",
    )
    # Twice, because a folder is also how a county is brought up to date.
    for _ in range(2):
        done = program.run(app, "init", str(folder))
        assert done.output.startswith("Ortenaukreis: 51 municipalities, 8 fields of action.")
    assert program.run(app, "dialogue", "create", "ortenau", "--fields", "themen").exit_code == 0

    staff = client_as("coordinator")
    rows = "\n".join(f"Gemeinde {at};Feld {at % 8};Bedarf {at}" for at in range(1, 52))
    key = dict(staff.form(f"{ROOT}/lists").values)["_key"]
    sent = {
        "_key": key,
        "kind": "need",
        "file": (io.BytesIO(f"Gemeinde;Handlungsfeld;Bedarf\n{rows}\n".encode()), "x.csv"),
    }
    here = str(staff.post(f"{ROOT}/lists", sent, 303).headers["Location"])
    staff.follow(staff.post_form(here, to=f"{here}/import"))
    assert len(staff.get(f"{ROOT}/municipalities", 200).text.split("Gemeinde 51")) == 2

    client.get(f"{ROOT}/gaps", 200)
    table, picture = client.page.find("table"), client.page.find("svg", role="group")
    assert len(table.find_all("tr")) == 1 + 52
    assert len(table.find_all("th")) == 9 + 52
    assert [len(picture.find_all(one)) for one in ("a", "path")] == [51, 51]
    assert "© Kreis" in client.text
    client.get(f"{ROOT}/gaps?map=offers", 200)
    assert {one.text.split()[-1] for one in client.page.find("svg", role="group").find_all("a")} == {"0"}
    for path in ("gaps/08317051", "gaps/08317051/sheet", "register", "register?place=08317051&field=feld-3"):
        assert "Bedarf 51" in client.get(f"{ROOT}/{path}", 200).text
    client.get("/responsible", 200)
    assert "40 Gemeinden durch den Landkreis, 11 Gemeinden mit eigenem Personal" in client.text
    assert "Träger am Rhein" in client.get("/responsible?place=08317001", 200).text
    assert "Träger am Rhein" not in client.get("/responsible?place=08317051", 200).text
    assert "mit eigenem Personal" in client.get(f"{ROOT}/gaps/08317051/sheet", 200).text
    assert len(client.get(f"{ROOT}/gaps.csv", 200).text.splitlines()) == 1 + 52 * 8
    staff.get(f"{ROOT}/municipalities/08317051", 200)
    assert "Gemeinde 51" in staff.get(f"{ROOT}/type-in", 200).text
