"""Outlines of municipalities, from the folder of a county to the map."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from core.actor import OPERATOR
from core.transaction import transaction
from dialog import maps
from region import actions, outlines, queries
from region.county_files import BadFolder
from region.folder import read_folder
from tests.region import folders

SQUARE = [[7.9, 48.4], [8.0, 48.4], [8.0, 48.5], [7.9, 48.5], [7.9, 48.4]]


def feature(ags: Any = "08317001", ring: Any = SQUARE, type: str = "Polygon") -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"ags": ags},
        "geometry": {"type": type, "coordinates": [ring] if type == "Polygon" else [[ring]]},
    }


def said(*features: Any, **more: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", "attribution": "© Amt", "features": list(features), **more}


def test_outlines_are_kept_with_the_county_and_go_with_the_file(app: Flask, tmp_path: Path) -> None:
    folder = folders.write(tmp_path)
    file = folder / "outlines.geojson"
    file.write_text(json.dumps(said(feature(), feature("08317002", type="MultiPolygon"))), "utf-8")
    with app.app_context():
        with transaction():
            actions.set_up_county(OPERATOR, read_folder(folder))
        kept = queries.outlines()
        assert kept is not None
        assert (kept["attribution"], kept["url"]) == ("© Amt", "")
        assert kept["shapes"]["08317002"] == [SQUARE]
        file.unlink()
        with transaction():
            actions.set_up_county(OPERATOR, read_folder(folder))
        assert queries.outlines() is None


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ([], "This must be a GeoJSON object"),
        (said(), "There is no outline in this file."),
        ({**said(feature()), "attribution": " "}, "“attribution” must say"),
        (said(feature(), attribution_url="javascript:alert(1)"), "“attribution_url” must be an address"),
        (said(feature("08236040")), "Outline 1 has the key “08236040”, which is not in municipalities.csv."),
        (said(feature(8317001)), "Outline 1 has the key “”"),
        (said(feature(), feature()), "There are two outlines of 08317001."),
        (said(feature(ring=[[7.9, 48.4], [8.0, 48.4]])), "Outline 1 is no polygon"),
        (said(feature(ring=[["x", 1]] * 4)), "Outline 1 is no polygon"),
        (said(feature(ring=[[3_400_000, 5_400_000]] * 4)), "Outline 1 is no polygon"),
        (said(feature(ring=None)), "Outline 1 is no polygon"),
        (said(feature(type="Point")), "Outline 1 is no polygon"),
        (said(None), "Outline 1 has the key"),
        (said({**feature(), "geometry": None}), "Outline 1 is no polygon"),
        (said(feature(ring=[SQUARE[0]] * 60_001)), "The outlines have 60001 points"),
    ],
)
def test_every_fault_of_the_outlines_is_named(tmp_path: Path, data: object, expected: str) -> None:
    folder = folders.write(tmp_path)
    (folder / "outlines.geojson").write_text(json.dumps(data), "utf-8")
    with pytest.raises(BadFolder) as caught:
        read_folder(folder)
    assert caught.value.sentences[0].startswith(f"outlines.geojson: {expected}")


@pytest.mark.without_database
def test_a_map_is_true_to_shape_and_stays_in_its_picture() -> None:
    data = json.loads((folders.ENZKREIS / "outlines.geojson").read_text("utf-8"))
    drawn = maps.draw(outlines.outlines_of(data)["shapes"])
    assert drawn is not None
    assert len(drawn.shapes) == 28
    numbers = [
        [float(one) for one in point.split()]
        for shape in drawn.shapes
        for point in shape.path.replace("M", " ").replace("Z", "").replace("L", "|").split("|")
    ]
    assert all(0 <= x <= drawn.width and 0 <= y <= drawn.height for x, y in numbers)
    assert all(0 < shape.x < drawn.width and 0 < shape.y < drawn.height for shape in drawn.shapes)
    by_key = {shape.ags: shape for shape in drawn.shapes}
    # Keltern lies in the west of the county, Mühlacker in the east; Sternenfels north of Tiefenbronn.
    assert by_key["08236070"].x < by_key["08236040"].x
    assert by_key["08236061"].y < by_key["08236062"].y
    assert maps.draw({}) is None


@pytest.mark.without_database
def test_a_square_stays_one_and_a_line_has_a_middle_too() -> None:
    drawn = maps.draw(
        {"a": [[[8, 0], [9, 0], [9, 1], [8, 1], [8, 0]]], "b": [[[8, 0], [8.5, 0], [9, 0], [8, 0]]]}
    )
    assert drawn is not None
    assert drawn.height == pytest.approx(drawn.width, abs=0.5)
    assert (drawn.shapes[0].x, drawn.shapes[0].y) == pytest.approx((320, 320), abs=0.5)


@pytest.mark.without_database
def test_a_number_and_its_name_stand_within_their_place_whatever_its_form() -> None:
    # The centre of gravity of a horseshoe is outside of it; the other place gives the picture its size.
    horseshoe = [[0, 0], [9, 0], [9, 2], [2, 2], [2, 7], [9, 7], [9, 9], [0, 9], [0, 0]]
    square = [[30, 0], [40, 0], [40, 10], [30, 10], [30, 0]]
    drawn = maps.draw({"08236001": [horseshoe], "08236002": [square]})
    assert drawn is not None
    bent, plain = drawn.shapes
    scale = (maps.WIDTH - 2 * maps.MARGIN) / (40 * math.cos(math.radians(5)))
    across, up = scale * math.cos(math.radians(5)), scale
    x, y = (bent.x - maps.MARGIN) / across, 10 - (bent.y - maps.MARGIN) / up
    assert 0 < x < 9
    assert 0 < y < 9
    assert not (x > 2 and 2 < y < 7)
    assert ((plain.x - maps.MARGIN) / across, 10 - (plain.y - maps.MARGIN) / up) == pytest.approx(
        (35, 5), abs=0.5
    )
    # What is too small for a word keeps its number in the middle.
    tiny = maps.draw({"08236001": [[[0, 0], [0.1, 0], [0.1, 0.1], [0, 0]]], "08236002": [square]})
    assert tiny is not None
    assert tiny.shapes[0].x == pytest.approx(maps.MARGIN, abs=3)
