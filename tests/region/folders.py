"""Folders of a county, as files or as changes to good ones."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from core.config import ROOT

ENZKREIS = ROOT / "demo" / "enzkreis"
COUNTY: dict[str, Any] = {
    "ags": "08317",
    "name": "Ortenaukreis",
    "state": "Baden-Württemberg",
    "seat": "Offenburg",
    "publisher": "Landratsamt Ortenaukreis",
    "population": 429_479,
    "population_as_of": "2018-12-31",
    "languages": ["de", "fr"],
}
LOOKS = ("leisure", "participation", "work", "health", "language", "housing", "education", "society")
MUNICIPALITY_COLUMNS = ("ags", "name", "kind", "population", "population_as_of", "lat", "lon", "pilot")
FIELD_COLUMNS = ("set", "set_name_de", "slug", "name_de", "icon", "colour")


def table(columns: Sequence[str], rows: Sequence[Sequence[str]], separator: str = ",") -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return out.getvalue()


def municipalities(number: int, county: str = "08317") -> list[list[str]]:
    return [
        [f"{county}{i:03d}", f"Gemeinde {i}", "Gemeinde", str(1000 + i), "2018-12-31", "48.5", "7.9", "0"]
        for i in range(1, number + 1)
    ]


def fields(number: int) -> list[list[str]]:
    return [["themen", "Themen", f"feld-{i}", f"Feld {i}", LOOKS[i % 8], LOOKS[i % 8]] for i in range(number)]


def write(
    folder: Path,
    *,
    county: dict[str, Any] | None = None,
    towns: str | bytes | None = None,
    topics: str | bytes | None = None,
) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    contents: dict[str, str | bytes] = {
        "county.json": json.dumps({**COUNTY, **(county or {})}, ensure_ascii=False),
        "municipalities.csv": table(MUNICIPALITY_COLUMNS, municipalities(51)) if towns is None else towns,
        "fields.csv": table(FIELD_COLUMNS, fields(8)) if topics is None else topics,
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder
