"""Reads publications, organisations and who is responsible for what from a county's folder.

Each of the three files may be missing. The format is described in docs/county-folder.md.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from core.clock import today
from core.i18n import CONTENT_LANGUAGES
from core.typed import read_date
from region.county_files import Faults, Row, day_of, read_text, rows_of, texts_of
from region.data import FieldSetData, OrganisationData, PublicationData, ResponsibilityData, TaskData
from region.responsibility_words import Form

PUBLICATIONS_FILE = "publications.csv"
ORGANISATIONS_FILE = "organisations.csv"
RESPONSIBILITIES_FILE = "responsibilities.csv"
WHOLE_COUNTY = "county"
"""What `area` says of an organisation that is there for all municipalities."""

LIMITS: Mapping[str, int] = {
    "name": 200,
    "kind": 200,
    "services": 2_000,
    "programme": 200,
    "contact": 300,
    "url": 500,
    "note": 1_000,
}
"""Most characters of the texts about an organisation or a responsibility."""
MOST_POSTS = 10_000

_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,62}")
_POSTS = re.compile(r"[0-9]{1,5}([.,][0-9]{1,2})?")


def read_publications(folder: Path, faults: Faults) -> list[PublicationData]:
    """What was published elsewhere, if the folder has such a file."""
    found: list[PublicationData] = []
    for row in _lines(folder, PUBLICATIONS_FILE, ("number", "title"), faults):
        number = _key(row, "number", [one.number for one in found])
        row.need("title")
        _web(row)
        found.append(
            PublicationData(
                number, row.get("title"), row.get("publisher"), row.get("date_text"), row.get("url")
            )
        )
    return found


def read_organisations(
    folder: Path,
    municipalities: Collection[str],
    field_sets: Sequence[FieldSetData],
    publications: Collection[str],
    faults: Faults,
) -> list[OrganisationData]:
    """The organisations, if the folder has such a file; what they name must be in the other files."""
    fields = {one.slug: {field.slug for field in one.fields} for one in field_sets}
    found: list[OrganisationData] = []
    for row in _lines(folder, ORGANISATIONS_FILE, ("slug", "name", "kind"), faults):
        slug = _key(row, "slug", [one.slug for one in found])
        row.need("name")
        row.need("kind")
        _lengths(row)
        _web(row)
        area = row.get("area").split()
        places = [] if area == [WHOLE_COUNTY] else area
        _known(row, "municipality", places, municipalities)
        languages = row.get("languages").split()
        _known(row, "language", languages, CONTENT_LANGUAGES)
        if row.get("publication"):
            _known(row, "publication", [row.get("publication")], publications)
        posts = row.get("full_time_posts")
        if posts and (not _POSTS.fullmatch(posts) or _number(posts) > MOST_POSTS):
            row.wrong(f"“full_time_posts” must be a number such as 2.5, or empty, not “{posts[:40]}”.")
            posts = ""
        until = None
        if row.get("funded_until"):
            until = row.read("funded_until", day_of, "a date such as 2027-12-31, or empty")
        ended = None
        if row.get("ended_on"):
            ended = row.read("ended_on", day_of, "a date such as 2026-06-30, or empty")
        if ended and ended > today():
            row.wrong("“ended_on” is still to come. Write the last day when it is over.")
        found.append(
            OrganisationData(
                slug,
                row.get("name"),
                row.get("kind"),
                row.get("services"),
                serves_county=area == [WHOLE_COUNTY],
                places=tuple(dict.fromkeys(places)),
                fields=tuple(_fields(row, fields)),
                languages=tuple(dict.fromkeys(languages)),
                full_time_posts=_number(posts) if posts else None,
                programme=row.get("programme"),
                funded_until=until,
                contact=row.get("contact"),
                url=row.get("url"),
                note=row.get("note"),
                publication=row.get("publication"),
                ended_on=ended,
                tells_end="ended_on" in row.values,
            )
        )
    return found


def read_tasks(
    folder: Path,
    municipalities: Collection[str],
    organisations: Collection[str],
    publications: Collection[str],
    faults: Faults,
) -> list[TaskData]:
    """Who does which task for which municipality, if the folder has such a file."""
    tasks: dict[str, TaskData] = {}
    lines: dict[tuple[str, str], int] = {}
    for row in _lines(folder, RESPONSIBILITIES_FILE, ("task", "task_de", "ags", "form"), faults):
        slug, ags = _key(row, "task", ()), row.get("ags")
        row.need("task_de")
        _lengths(row)
        if (slug, ags) in lines:
            row.wrong(f"The same place and task are in line {lines[slug, ags]} already.")
        lines.setdefault((slug, ags), row.line)
        if ags:
            _known(row, "municipality", [ags], municipalities)
        if row.get("form") not in set(Form):
            row.wrong(f"“form” must be one of {', '.join(Form)}, not “{row.get('form')[:40]}”.")
        named = row.get("organisations").split()
        _known(row, "organisation", named, organisations)
        if row.get("publication"):
            _known(row, "publication", [row.get("publication")], publications)
        since = None
        if row.get("since"):
            since = row.read("since", read_date, "a year, a month or a day, or empty")
        names = texts_of(row, "task_")
        task = tasks.setdefault(slug, TaskData(slug, names))
        if names != task.names:
            row.wrong(f"The task “{slug}” has another name in the lines above.")
        task.lines.append(
            ResponsibilityData(
                ags or None,
                row.get("form"),
                tuple(dict.fromkeys(named)),
                row.get("contact"),
                since or "",
                row.get("note"),
                row.get("publication"),
            )
        )
    return list(tasks.values())


def _lines(folder: Path, name: str, needed: tuple[str, ...], faults: Faults) -> list[Row]:
    if not (folder / name).exists():
        return []
    text = read_text(folder, name, faults)
    return list(rows_of(text, name, needed, faults)) if text is not None else []


def _key(row: Row, name: str, taken: Collection[str]) -> str:
    key = row.need(name)
    if key and not _SLUG.fullmatch(key):
        row.wrong(f"“{name}” may have letters a-z, digits and hyphens, not “{key[:40]}”.")
    elif key in taken:
        row.wrong(f"“{key}” is in a line above already.")
    return key


def _lengths(row: Row) -> None:
    for name, limit in LIMITS.items():
        if len(row.get(name)) > limit:
            row.wrong(f"“{name}” may have at most {limit} characters.")


def _web(row: Row) -> None:
    if row.get("url") and not row.get("url").startswith(("https://", "http://")):
        row.wrong(f"“url” must begin with https:// or http://, not “{row.get('url')[:40]}”.")


def _known(row: Row, what: str, named: Collection[str], known: Collection[str]) -> None:
    for one in named:
        if one not in known:
            row.wrong(f"There is no {what} “{one[:40]}”.")


def _fields(row: Row, sets: Mapping[str, Collection[str]]) -> list[tuple[str, str]]:
    """Pairs of set and field from words such as `sprache`, or `themen/sprache` where several sets have it."""
    found = []
    for word in row.get("fields").split():
        set_slug, _, slug = word.rpartition("/")
        homes = [one for one in sets if slug in sets[one] and set_slug in {"", one}]
        if len(homes) == 1:
            found.append((homes[0], slug))
        elif homes:
            row.wrong(f"Several sets have a field “{slug}”. Write {homes[0]}/{slug}.")
        else:
            row.wrong(f"There is no field of action “{word[:40]}”.")
    return list(dict.fromkeys(found))


def _number(text: str) -> float:
    return float(text.replace(",", "."))
