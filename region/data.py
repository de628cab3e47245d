"""A county as plain data, as read from files: what `actions.set_up_county` takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from core.db import Names


@dataclass(frozen=True, slots=True)
class FieldData:
    """One field of action as data: texts by language code, German always there."""

    slug: str
    names: Names
    icon: str
    colour: str
    descriptions: Names = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CountyData:
    """What county.json says."""

    ags: str
    name: str
    state: str
    seat: str
    publisher: str
    population: int
    population_as_of: date
    languages: tuple[str, ...]
    notices: Mapping[str, Any] = field(default_factory=dict)
    """What the county says of itself as a public body, as far as the file says it; see `region.notices`."""


@dataclass(frozen=True, slots=True)
class MunicipalityData:
    """One line of municipalities.csv."""

    ags: str
    name: str
    kind: str
    population: int
    population_as_of: date
    lat: float | None
    lon: float | None
    pilot: bool


@dataclass(slots=True)
class FieldSetData:
    """The lines of fields.csv that belong to one set, in their order."""

    slug: str
    names: dict[str, str]
    fields: list[FieldData] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class PublicationData:
    """One line of publications.csv."""

    number: str
    title: str
    publisher: str = ""
    date_text: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class OrganisationData:
    """One line of organisations.csv; what is empty or None is not known.

    `fields` are pairs of set and field, `places` official keys, `publication` a number such as S01.
    """

    slug: str
    name: str
    kind: str
    services: str = ""
    serves_county: bool = False
    places: tuple[str, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    languages: tuple[str, ...] = ()
    full_time_posts: float | None = None
    programme: str = ""
    funded_until: date | None = None
    contact: str = ""
    url: str = ""
    note: str = ""
    publication: str = ""
    ended_on: date | None = None
    tells_end: bool = False
    """Whether the file has that column; otherwise what staff have written on the pages stays."""


@dataclass(frozen=True, slots=True)
class ResponsibilityData:
    """One line of responsibilities.csv; without `ags` it counts for all that have no line of their own."""

    ags: str | None
    form: str
    organisations: tuple[str, ...] = ()
    contact: str = ""
    since: str = ""
    note: str = ""
    publication: str = ""


@dataclass(slots=True)
class TaskData:
    """The lines of responsibilities.csv about one task, in their order."""

    slug: str
    names: dict[str, str]
    lines: list[ResponsibilityData] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class CountyFolder:
    """A county that makes sense as a whole."""

    county: CountyData
    municipalities: list[MunicipalityData]
    field_sets: list[FieldSetData]
    outline: list[dict[str, Any]] | None = None
    """The chapters its concepts begin with; None if the folder does not say."""
    list_words: dict[str, Any] | None = None
    """Other words for fields and places; None if the folder does not say. See `region.list_words`."""
    outlines: dict[str, Any] | None = None
    """Outlines of the municipalities; None if the folder has none. See `region.outlines`."""
    publications: list[PublicationData] = field(default_factory=list)
    organisations: list[OrganisationData] = field(default_factory=list)
    tasks: list[TaskData] = field(default_factory=list)
    """Who does what for which municipality. What a folder does not say of these three stays as it is."""
