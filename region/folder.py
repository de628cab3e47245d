"""Reads a county from the files of a folder and says, file and line, what is wrong with them.

Nothing here touches the database: either the whole folder makes sense or none of it is used. The format is
described in docs/county-folder.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from region import outlines, responsibility_files
from region.appearance import APPEARANCES
from region.county_files import (
    BadFolder,
    Faults,
    Row,
    day_of,
    flag,
    read_json,
    read_text,
    rows_of,
    texts_of,
    whole,
)
from region.data import CountyData, CountyFolder, FieldData, FieldSetData, MunicipalityData
from region.list_words import faults_of
from region.notices import CHOICES, NAMES

COUNTY_FILE = "county.json"
MUNICIPALITIES_FILE = "municipalities.csv"
FIELDS_FILE = "fields.csv"
OUTLINE_FILE = "outline.json"
WORDS_FILE = "words.json"
OUTLINES_FILE = "outlines.geojson"

_COUNTY_TEXTS = ("ags", "name", "state", "seat", "publisher")
_MUNICIPALITY_COLUMNS = ("ags", "name", "kind", "population", "population_as_of")
_FIELD_COLUMNS = ("set", "slug", "name_de", "icon", "colour")
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{1,8})*")
_outline_checks: list[Callable[[Any], list[str]]] = []


def checks_outline(check: Callable[[Any], list[str]]) -> None:
    """Let `check` say what is wrong with the chapters in a folder: their meaning is another package's."""
    if check not in _outline_checks:
        _outline_checks.append(check)


def read_folder(folder: Path) -> CountyFolder:
    """Read and check a whole folder. Raises BadFolder with everything that is wrong."""
    if not folder.is_dir():
        raise BadFolder([f"There is no folder {folder}."])
    faults = Faults()
    county = _read_county(folder, faults)
    municipalities = _read_municipalities(folder, county, faults)
    field_sets = _read_fields(folder, faults)
    outline = _read_outline(folder, faults)
    words = _read_words(folder, municipalities, field_sets, faults)
    shapes = _read_outlines(folder, municipalities, faults)
    publications = responsibility_files.read_publications(folder, faults)
    keys = {one.ags for one in municipalities}
    numbers = {one.number for one in publications}
    organisations = responsibility_files.read_organisations(folder, keys, field_sets, numbers, faults)
    slugs = {one.slug for one in organisations}
    tasks = responsibility_files.read_tasks(folder, keys, slugs, numbers, faults)
    if faults.sentences or county is None:
        raise BadFolder(faults.sentences)
    return CountyFolder(
        county, municipalities, field_sets, outline, words, shapes, publications, organisations, tasks
    )


def _read_outline(folder: Path, faults: Faults) -> list[dict[str, Any]] | None:
    """The chapters, if the folder has such a file."""
    if not (folder / OUTLINE_FILE).exists():
        return None
    data = read_json(folder, OUTLINE_FILE, faults)
    if data is None:
        return None
    found = [sentence for check in _outline_checks for sentence in check(data)]
    for sentence in found:
        faults.note(OUTLINE_FILE, sentence)
    return None if found else data


def _read_words(
    folder: Path, municipalities: list[MunicipalityData], field_sets: list[FieldSetData], faults: Faults
) -> dict[str, Any] | None:
    """Other words for fields and places, if the folder has such a file."""
    if not (folder / WORDS_FILE).exists():
        return None
    data = read_json(folder, WORDS_FILE, faults)
    if data is None:
        return None
    fields = {one.slug: {field.slug for field in one.fields} for one in field_sets}
    found = faults_of(data, {one.ags for one in municipalities}, fields)
    for sentence in found:
        faults.note(WORDS_FILE, sentence)
    return None if found else data


def _read_outlines(
    folder: Path, municipalities: list[MunicipalityData], faults: Faults
) -> dict[str, Any] | None:
    """The outlines of the municipalities, if the folder has such a file."""
    if not (folder / OUTLINES_FILE).exists():
        return None
    data = read_json(folder, OUTLINES_FILE, faults)
    if data is None:
        return None
    found = outlines.faults_of(data, {one.ags for one in municipalities})
    for sentence in found:
        faults.note(OUTLINES_FILE, sentence)
    return None if found else outlines.outlines_of(data)


def _read_county(folder: Path, faults: Faults) -> CountyData | None:
    data = read_json(folder, COUNTY_FILE, faults)
    if data is None:
        return None
    if not isinstance(data, dict):
        faults.note(COUNTY_FILE, "This must be one JSON object with names and values.")
        return None
    before = len(faults.sentences)
    texts = {name: _json_text(data, name, faults) for name in _COUNTY_TEXTS}
    if texts["ags"] and not re.fullmatch(r"[0-9]{5}", texts["ags"]):
        faults.note(COUNTY_FILE, f'“ags” must be a text of 5 digits such as "08236", not {data["ags"]!r}.')
    population = data.get("population")
    if isinstance(population, bool) or not isinstance(population, int) or not 0 <= population < 10**9:
        faults.note(COUNTY_FILE, "“population” must be a whole number.")
    as_of = day_of(str(data.get("population_as_of", "")))
    if as_of is None:
        faults.note(COUNTY_FILE, '“population_as_of” must be a date such as "2018-12-31".')
    languages = data.get("languages", ["de"])
    if (
        not isinstance(languages, list)
        or "de" not in languages
        or not all(isinstance(code, str) and _LANGUAGE.fullmatch(code) for code in languages)
    ):
        faults.note(
            COUNTY_FILE, '“languages” must be a list of codes such as ["de", "en"], German among them.'
        )
    notices = _read_notices(data.get("notices", {}), faults)
    if len(faults.sentences) > before or as_of is None or not isinstance(population, int):
        return None
    return CountyData(
        **texts,
        population=population,
        population_as_of=as_of,
        languages=tuple(languages),
        notices=notices,
    )


def _read_notices(said: Any, faults: Faults) -> dict[str, Any]:
    """What the county says of itself as a public body; keys that are left out stay as they are."""
    if not isinstance(said, dict):
        faults.note(COUNTY_FILE, "“notices” must be an object with names and texts.")
        return {}
    found: dict[str, Any] = {}
    for name, value in said.items():
        if name not in NAMES:
            faults.note(COUNTY_FILE, f"“notices” knows no “{name}”. Choose from: {', '.join(NAMES)}.")
        elif not isinstance(value, str):
            faults.note(COUNTY_FILE, f"“{name}” in “notices” must be a text.")
        elif name == "checked_on":
            found[name] = day_of(value)
            if found[name] is None:
                faults.note(COUNTY_FILE, '“checked_on” must be a date such as "2025-12-31".')
        elif value not in CHOICES.get(name, {value: ""}):
            faults.note(COUNTY_FILE, f"“{name}” must be one of: {', '.join(CHOICES[name])}.")
        else:
            found[name] = value
    return found


def _json_text(data: Mapping[str, Any], name: str, faults: Faults) -> str:
    value = data.get(name)
    if not isinstance(value, str) or not value.strip():
        faults.note(COUNTY_FILE, f"“{name}” is missing or is not a text.")
        return ""
    if len(value.strip()) > 200 or "\x00" in value:
        faults.note(COUNTY_FILE, f"“{name}” is longer than 200 characters, or has one that no text has.")
        return ""
    return value.strip()


def _read_municipalities(folder: Path, county: CountyData | None, faults: Faults) -> list[MunicipalityData]:
    text = read_text(folder, MUNICIPALITIES_FILE, faults)
    if text is None:
        return []
    before = len(faults.sentences)
    found: list[MunicipalityData] = []
    lines: dict[str, int] = {}
    for row in rows_of(text, MUNICIPALITIES_FILE, _MUNICIPALITY_COLUMNS, faults):
        _check_ags(row, county, lines)
        row.need("name", 100)
        row.need("kind", 64)
        population = row.read("population", whole, "a whole number")
        as_of = row.read("population_as_of", day_of, "a date such as 2018-12-31")
        lat, lon = row.coordinate("lat"), row.coordinate("lon")
        pilot = row.read("pilot", flag, "0 or 1")
        if len(faults.sentences) > before or population is None or as_of is None:
            continue
        found.append(
            MunicipalityData(
                ags=row.get("ags"),
                name=row.get("name"),
                kind=row.get("kind"),
                population=population,
                population_as_of=as_of,
                lat=lat,
                lon=lon,
                pilot=bool(pilot),
            )
        )
    if not found and len(faults.sentences) == before:
        faults.note(MUNICIPALITIES_FILE, "There is no municipality in this file.")
    return found


def _check_ags(row: Row, county: CountyData | None, lines: dict[str, int]) -> None:
    ags = row.need("ags")
    if not ags:
        return
    if re.fullmatch(r"[0-9]{7}", ags):
        row.wrong(f"The official key “{ags}” has 7 digits. Did a spreadsheet cut off the zero of “0{ags}”?")
    elif not re.fullmatch(r"[0-9]{8}", ags):
        row.wrong(f"“ags” must have 8 digits such as 08236040, not “{ags[:40]}”.")
    elif county is not None and not ags.startswith(county.ags):
        row.wrong(f"The official key “{ags}” does not belong to {county.name} ({county.ags}).")
    elif ags in lines:
        row.wrong(f"The official key “{ags}” is in line {lines[ags]} already.")
    else:
        lines[ags] = row.line


def _read_fields(folder: Path, faults: Faults) -> list[FieldSetData]:
    text = read_text(folder, FIELDS_FILE, faults)
    if text is None:
        return []
    before = len(faults.sentences)
    sets: dict[str, FieldSetData] = {}
    lines: dict[tuple[str, str], int] = {}
    for row in rows_of(text, FIELDS_FILE, _FIELD_COLUMNS, faults):
        set_slug, slug = row.need("set"), row.need("slug")
        for name in ("set", "slug"):
            if row.get(name) and not _SLUG.fullmatch(row.get(name)):
                row.wrong(
                    f"“{name}” may have small letters a-z, digits and hyphens, not “{row.get(name)[:40]}”."
                )
        row.need("name_de")
        for name in ("icon", "colour"):
            if row.get(name) not in APPEARANCES:
                row.wrong(f"“{name}” must be one of {', '.join(APPEARANCES)}, not “{row.get(name)[:40]}”.")
        if (set_slug, slug) in lines:
            row.wrong(f"The field “{slug}” is in line {lines[set_slug, slug]} already.")
        lines.setdefault((set_slug, slug), row.line)
        names = texts_of(row, "set_name_")
        field_set = sets.setdefault(set_slug, FieldSetData(set_slug, names or {"de": set_slug}))
        if names and names != field_set.names and field_set.fields:
            row.wrong(f"The set “{set_slug}” has another name in the lines above.")
        field_set.fields.append(
            FieldData(
                slug=slug,
                names=texts_of(row, "name_"),
                descriptions=texts_of(row, "description_"),
                icon=row.get("icon"),
                colour=row.get("colour"),
            )
        )
    if not sets and len(faults.sentences) == before:
        faults.note(FIELDS_FILE, "There is no field of action in this file.")
    return list(sets.values())
