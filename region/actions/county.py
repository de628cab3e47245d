"""Sets up the county from data. Each action may be repeated: what is there already is brought up to date.

What an installation's data files say today replaces what they said before without touching anything that
refers to it. A fact is recorded only where something is new or different.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from core.actor import Actor
from core.db import Names, db
from core.errors import Conflict
from core.i18n import lazy_gettext as _l
from core.journal import record
from region import queries
from region.actions._rows import add, bring_up_to_date, need, need_slug, need_text, update
from region.actions.notices import write_notices
from region.actions.organisations import add_organisation
from region.actions.responsibilities import add_task
from region.appearance import APPEARANCES
from region.collation import sort_name
from region.data import CountyFolder, FieldData
from region.facts import (
    CountyDataChanged,
    CountyFounded,
    FieldSetAdded,
    FigureAdded,
    MunicipalityAdded,
    PublicationAdded,
)
from region.models import (
    COUNTY_ID,
    ActionField,
    County,
    FieldSet,
    Figure,
    Municipality,
    Publication,
)
from region.permissions import RIGHTS, Permission

_AGS_COUNTY = re.compile(r"[0-9]{5}")
_AGS_MUNICIPALITY = re.compile(r"[0-9]{8}")


def set_up_county(actor: Actor, folder: CountyFolder) -> County:
    """Bring the county, its municipalities and its fields of action to what a folder of files says."""
    RIGHTS.require(actor, Permission.SET_UP)
    said = folder.county
    county = found_county(
        actor,
        ags=said.ags,
        name=said.name,
        state=said.state,
        seat=said.seat,
        population=said.population,
        population_as_of=said.population_as_of,
        publisher=said.publisher,
        languages=said.languages,
    )
    optional = {
        "outline": folder.outline,
        "list_words": folder.list_words,
        "outlines": folder.outlines,
    }
    bring_up_to_date(actor, county, optional)
    if said.notices:
        write_notices(actor, said.notices)
    for municipality in folder.municipalities:
        add_municipality(
            actor,
            ags=municipality.ags,
            name=municipality.name,
            kind=municipality.kind,
            population=municipality.population,
            population_as_of=municipality.population_as_of,
            lat=municipality.lat,
            lon=municipality.lon,
            pilot=municipality.pilot,
        )
    for field_set in folder.field_sets:
        add_field_set(actor, field_set.slug, names=field_set.names, fields=field_set.fields)
    for one in folder.publications:
        add_publication(
            actor,
            one.number,
            title=one.title,
            publisher=one.publisher,
            date_text=one.date_text,
            url=one.url,
        )
    for organisation in folder.organisations:
        add_organisation(actor, organisation)
    for task in folder.tasks:
        add_task(actor, task)
    return county


def found_county(
    actor: Actor,
    *,
    ags: str,
    name: str,
    state: str,
    seat: str,
    population: int,
    population_as_of: date,
    publisher: str,
    languages: Sequence[str],
) -> County:
    """Make this installation the county's. Raises Conflict if it is another's, Invalid for a bad key."""
    RIGHTS.require(actor, Permission.SET_UP)
    need(
        bool(_AGS_COUNTY.fullmatch(ags)),
        "ags",
        _l("The official key of a county has 5 digits, such as 08236."),
    )
    need_text("name", name)
    need(population >= 0, "population", _l("A number of inhabitants cannot be negative."))
    county = queries.county()
    values: dict[str, Any] = {
        "name": name.strip(),
        "state": state.strip(),
        "seat": seat.strip(),
        "population": population,
        "population_as_of": population_as_of,
        "publisher": publisher.strip(),
        "languages": list(languages),
    }
    if county is not None:
        if county.ags != ags:
            raise Conflict(
                _l(
                    "This installation belongs to %(name)s (%(ags)s). Please set up another one.",
                    name=county.name,
                    ags=county.ags,
                )
            )
        bring_up_to_date(actor, county, values)
        return county
    county = County(id=COUNTY_ID, ags=ags, **values)
    add(county)
    record(actor, CountyFounded(county.id))
    return county


def add_municipality(
    actor: Actor,
    *,
    ags: str,
    name: str,
    kind: str,
    population: int,
    population_as_of: date,
    lat: float | None = None,
    lon: float | None = None,
    pilot: bool = False,
) -> Municipality:
    """Add a municipality, or bring it up to date by its key. Raises Invalid for a key outside the county."""
    RIGHTS.require(actor, Permission.SET_UP)
    county = queries.county()
    need(
        bool(_AGS_MUNICIPALITY.fullmatch(ags)),
        "ags",
        _l("The official key of a municipality has 8 digits, such as 08236040."),
    )
    need(
        county is not None and ags.startswith(county.ags),
        "ags",
        _l("The official key %(ags)s does not belong to this county.", ags=ags),
    )
    need_text("name", name)
    need(population >= 0, "population", _l("A number of inhabitants cannot be negative."))
    values: dict[str, Any] = {
        "name": name.strip(),
        "sort_name": sort_name(name.strip()),
        "kind": kind.strip(),
        "population": population,
        "population_as_of": population_as_of,
        "lat": lat,
        "lon": lon,
        "pilot": pilot,
    }
    municipality = queries.municipality_of(ags)
    if municipality is not None:
        bring_up_to_date(actor, municipality, values)
        return municipality
    municipality = Municipality(ags=ags, **values)
    add(municipality)
    record(actor, MunicipalityAdded(municipality.id))
    return municipality


def add_field_set(actor: Actor, slug: str, *, names: Names, fields: Sequence[FieldData]) -> FieldSet:
    """Add a set of fields in this order, or bring it up to date. Fields that exist stay, in their new place.

    Raises Conflict where a field of an existing set would vanish: contributions refer to it.
    """
    RIGHTS.require(actor, Permission.SET_UP)
    need_slug(slug)
    _need_german(names)
    slugs = [data.slug for data in fields]
    need(
        bool(fields) and len(set(slugs)) == len(slugs),
        "slug",
        _l("A set needs at least one field, and each field its own short name."),
    )
    for data in fields:
        _check_field(data)
    field_set = queries.field_set_of(slug)
    if field_set is None:
        field_set = FieldSet(slug=slug, names=names)
        field_set.fields = [_new_field(position, data) for position, data in enumerate(fields, 1)]
        add(field_set)
        record(actor, FieldSetAdded(field_set.id))
        return field_set
    existing = {known.slug: known for known in field_set.fields}
    gone = sorted(set(existing) - set(slugs))
    if gone:
        raise Conflict(
            _l("The set already has the field %(slug)s. A field cannot be taken out again.", slug=gone[0])
        )
    renamed = update(field_set, {"names": names})
    if _place(field_set, existing, fields) or renamed:
        record(actor, CountyDataChanged(FieldSet.__tablename__, field_set.id))
    return field_set


def add_publication(
    actor: Actor, number: str, *, title: str, publisher: str, date_text: str = "", url: str = ""
) -> Publication:
    """Add something published elsewhere, or bring it up to date by its number such as `S01`."""
    RIGHTS.require(actor, Permission.SET_UP)
    need_text("number", number)
    need_text("title", title)
    need(
        url == "" or url.startswith(("https://", "http://")),
        "url",
        _l("The address of a publication must begin with https:// or http://."),
    )
    values: dict[str, Any] = {"title": title, "publisher": publisher, "date_text": date_text, "url": url}
    publication = queries.publication_of(number)
    if publication is not None:
        bring_up_to_date(actor, publication, values)
        return publication
    publication = Publication(number=number, **values)
    add(publication)
    record(actor, PublicationAdded(publication.id))
    return publication


def add_figure(
    actor: Actor,
    number: str,
    *,
    name: str,
    amounts: Sequence[float],
    unit: str,
    as_of: str = "",
    period: str = "",
    note: str = "",
    publication: Publication | None = None,
) -> Figure:
    """Add a figure about the county, or bring it up to date by its number such as `I-01`."""
    RIGHTS.require(actor, Permission.SET_UP)
    need_text("number", number)
    need_text("name", name)
    need(bool(amounts), "amounts", _l("A figure needs at least one amount."))
    values: dict[str, Any] = {
        "name": name,
        "amounts": [float(amount) for amount in amounts],
        "unit": unit,
        "as_of": as_of,
        "period": period,
        "note": note,
        "publication_id": publication.id if publication else None,
    }
    figure = queries.figure_of(number)
    if figure is not None:
        bring_up_to_date(actor, figure, values)
        return figure
    figure = Figure(number=number, **values)
    add(figure)
    record(actor, FigureAdded(figure.id))
    return figure


def _place(field_set: FieldSet, existing: Mapping[str, ActionField], fields: Sequence[FieldData]) -> bool:
    """Give the fields their places and words; True if that changed anything."""
    is_changed = False
    if [known.slug for known in field_set.fields] != [data.slug for data in fields]:
        # Positions are unique: everything steps aside before it takes its new place.
        for known in existing.values():
            known.position += 1_000
        db.session.flush()
    for position, data in enumerate(fields, 1):
        known_field = existing.get(data.slug)
        if known_field is None:
            field_set.fields.append(_new_field(position, data))
            is_changed = True
        elif update(known_field, _field_values(position, data)):
            is_changed = True
    db.session.flush()
    db.session.refresh(field_set, ["fields"])
    return is_changed


def _new_field(position: int, data: FieldData) -> ActionField:
    return ActionField(slug=data.slug, **_field_values(position, data))


def _field_values(position: int, data: FieldData) -> dict[str, Any]:
    return {
        "position": position,
        "names": dict(data.names),
        "descriptions": dict(data.descriptions),
        "icon": data.icon,
        "colour": data.colour,
    }


def _check_field(data: FieldData) -> None:
    need_slug(data.slug)
    _need_german(data.names)
    for name, value in (("icon", data.icon), ("colour", data.colour)):
        need(
            value in APPEARANCES,
            name,
            _l(
                "“%(value)s” is not known. Choose one of: %(known)s.",
                value=value,
                known=", ".join(APPEARANCES),
            ),
        )


def _need_german(names: Names) -> None:
    need(bool(names.get("de", "").strip()), "names", _l("The German name is missing."))
