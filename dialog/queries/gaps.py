"""The gap matrix: what is missing and what exists, by municipality and field of action.

Only what is public counts, and what stands together counts once; offers that have ended do not count.
Entries about the whole county have a row of their own; its offers reach every municipality, so they are told
apart from those at the place.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import exists, func, select

from core.actor import Actor
from core.db import db
from core.errors import NotFound
from dialog.models import Contribution, Dialogue, OfferDetails, OfferPlace
from dialog.queries import coverage
from dialog.queries.merges import stands_alone
from dialog.queries.moderation import reference_of
from dialog.queries.offers import has_ended
from dialog.queries.register import FieldLabel, field_labels
from dialog.vocabulary import Kind, Visibility, heading_language
from region import queries as region_queries
from region.models import Municipality

NEAR_KM = 15.0
"""So far apart the middles of two municipalities may be for an offer to be worth asking for."""

_EARTH_KM = 6371.0
_HEATS = ((6, 4), (3, 3), (2, 2), (1, 1))
"""From so many needs on a cell has this shade."""


class Reach(StrEnum):
    """Where the offers are from which the needs of a cell could be met."""

    HERE = "here"
    COUNTY = "county"
    """For the whole county, or elsewhere and open to people from here."""
    NONE = "none"


class Cell(NamedTuple):
    """A municipality and a field: its needs, its own offers, and those for the whole county."""

    needs: int
    offers: int
    county_offers: int
    covered: float = 0.0
    """How many of its needs offers cover, as staff say: fully counts as one, partly as a half."""
    served: int = 0
    """Offers of other municipalities that people from here can use, too."""

    @property
    def is_empty(self) -> bool:
        """Whether nobody has said anything here."""
        return not (self.needs or self.offers)

    @property
    def heat(self) -> int:
        """The shade from 0, no need, to 4."""
        return next((shade for least, shade in _HEATS if self.needs >= least), 0)

    @property
    def reach(self) -> Reach | None:
        """Where its offers are; None without a need."""
        if not self.needs:
            return None
        if self.offers:
            return Reach.HERE
        return Reach.COUNTY if self.county_offers or self.served else Reach.NONE


@dataclass(frozen=True, slots=True)
class Line:
    """Cells beside one another, by the id of the field; every field of the dialogue has one."""

    cells: Mapping[int, Cell]

    @property
    def needs(self) -> int:
        """All its needs."""
        return sum(cell.needs for cell in self.cells.values())

    @property
    def offers(self) -> int:
        """All its own offers."""
        return sum(cell.offers for cell in self.cells.values())

    @property
    def covered(self) -> float:
        """How many of its needs are covered; see `Cell.covered`."""
        return sum(cell.covered for cell in self.cells.values())


@dataclass(frozen=True, slots=True)
class Row(Line):
    """One municipality, or the whole county where there is none."""

    municipality: Municipality | None


@dataclass(frozen=True, slots=True)
class Matrix:
    """All rows: first the whole county, then the municipalities in German order of their names."""

    fields: Sequence[FieldLabel]
    rows: Sequence[Row]

    @property
    def with_entries(self) -> list[Row]:
        """The whole county, and the municipalities from which there is anything."""
        return [row for row in self.rows if row.municipality is None or row.needs or row.offers]

    @property
    def without(self) -> list[Municipality]:
        """The municipalities from which there is nothing yet, which does not say that nothing is missing."""
        return [row.municipality for row in self.rows if row.municipality and not (row.needs or row.offers)]

    @property
    def covered(self) -> float:
        """How many needs are covered in all places; see `Cell.covered`."""
        return sum(row.covered for row in self.rows)

    def needs_of(self, field: FieldLabel) -> int:
        """The needs of a field in all places."""
        return sum(row.cells[field.id].needs for row in self.rows)

    @property
    def most_needs(self) -> tuple[FieldLabel, int] | None:
        """The field with most needs and their number, the first of several; None without any."""
        best = max(self.fields, key=self.needs_of, default=None)
        return (best, self.needs_of(best)) if best and self.needs_of(best) else None


def matrix(actor: Actor, dialogue: Dialogue) -> Matrix:
    """The matrix of a dialogue this actor sees, in seven statements whatever its size."""
    return _matrix(actor, dialogue, coverage.covered_needs(dialogue))


def _matrix(actor: Actor, dialogue: Dialogue, shares: Mapping[int, float]) -> Matrix:
    fields = list(field_labels(dialogue).values())
    counts: dict[tuple[int | None, int, str], int] = {
        (place, field, kind): number
        for place, field, kind, number in db.session.execute(
            select(Contribution.municipality_id, Contribution.field_id, Contribution.kind, func.count())
            .where(
                Contribution.dialogue_id == dialogue.id,
                Contribution.visibility == Visibility.PUBLIC,
                Contribution.kind.in_((Kind.NEED, Kind.OFFER)),
                stands_alone(),
                (Contribution.kind == Kind.NEED) | ~has_ended(),
            )
            .group_by(Contribution.municipality_id, Contribution.field_id, Contribution.kind)
        )
    }

    covered = _covered(dialogue, shares)
    served = _served(dialogue)

    def row(municipality: Municipality | None) -> Row:
        place = municipality.id if municipality else None
        return Row(
            municipality=municipality,
            cells={
                field.id: Cell(
                    counts.get((place, field.id, Kind.NEED), 0),
                    counts.get((place, field.id, Kind.OFFER), 0),
                    counts.get((None, field.id, Kind.OFFER), 0),
                    covered.get((place, field.id), 0.0),
                    served.to(place, field.id),
                )
                for field in fields
            },
        )

    places = region_queries.visible_municipalities(actor)
    return Matrix(fields, [row(None), *(row(one) for one in places)])


class _Served(NamedTuple):
    places: Mapping[tuple[int, int], int]
    """Offers of other municipalities that serve this one, by it and the field."""
    all_of_it: Mapping[tuple[int, int], int]
    """Offers that serve the whole county, by the municipality they are in and the field."""

    def to(self, place: int | None, field: int) -> int:
        if place is None:
            return 0
        everywhere = sum(many for (at, of), many in self.all_of_it.items() if of == field and at != place)
        return everywhere + self.places.get((place, field), 0)


def _served(dialogue: Dialogue) -> _Served:
    """Offers in one municipality that are for others, too."""
    offers = (
        Contribution.dialogue_id == dialogue.id,
        Contribution.visibility == Visibility.PUBLIC,
        Contribution.kind == Kind.OFFER,
        Contribution.municipality_id.is_not(None),
        stands_alone(),
        ~has_ended(),
    )
    # Who serves the whole county needs no places besides.
    everywhere = exists().where(OfferDetails.contribution_id == Contribution.id, OfferDetails.serves_county)
    # Those that say something of it are asked for first: there are far fewer of them than of others.
    says_places = Contribution.id.in_(select(OfferPlace.contribution_id))
    says_county = Contribution.id.in_(select(OfferDetails.contribution_id).where(OfferDetails.serves_county))
    named = db.session.execute(
        select(OfferPlace.municipality_id, Contribution.field_id, func.count())
        .join(Contribution, Contribution.id == OfferPlace.contribution_id)
        .where(says_places, *offers, ~everywhere, OfferPlace.municipality_id != Contribution.municipality_id)
        .group_by(OfferPlace.municipality_id, Contribution.field_id)
    )
    county = db.session.execute(
        select(Contribution.municipality_id, Contribution.field_id, func.count())
        .where(says_county, *offers)
        .group_by(Contribution.municipality_id, Contribution.field_id)
    )
    return _Served(
        {(place, field): many for place, field, many in named},
        {(place, field): many for place, field, many in county if place is not None},
    )


def _covered(dialogue: Dialogue, shares: Mapping[int, float]) -> dict[tuple[int | None, int], float]:
    """How many needs of a place and a field are covered, by what staff say."""
    if not shares:
        return {}
    found: dict[tuple[int | None, int], float] = {}
    rows = db.session.execute(
        select(Contribution.id, Contribution.municipality_id, Contribution.field_id).where(
            Contribution.dialogue_id == dialogue.id,
            Contribution.visibility == Visibility.PUBLIC,
            Contribution.kind == Kind.NEED,
            stands_alone(),
            # Needs that somebody has decided about; there are far fewer of them than of others.
            Contribution.id.in_(coverage.judged_needs(dialogue)),
        )
    )
    for need_id, place, field in rows:
        found[place, field] = found.get((place, field), 0.0) + shares.get(need_id, 0.0)
    return found


class Entry(NamedTuple):
    """One need or offer as a story names it."""

    kind: str
    reference: str
    title: str
    language: str
    provider: str
    place: str
    """The name of its municipality; empty for the whole county."""
    covered: float = 0.0
    """Of a need: how far offers cover it, as staff say, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """What there is of one field in a municipality, and offers elsewhere for which it could ask."""

    field: FieldLabel
    needs: Sequence[Entry]
    offers: Sequence[Entry]
    for_the_county: Sequence[Entry]
    """Offers for the whole county."""
    nearby: Sequence[Entry]
    """Offers of municipalities near by, the nearest first; only where there is no offer here."""


@dataclass(frozen=True, slots=True)
class Story:
    """One municipality in the matrix."""

    municipality: Municipality
    row: Row
    chapters: Sequence[Chapter]

    @property
    def uncovered(self) -> int:
        """How many of its needs no offer covers, neither fully nor partly, as far as staff have said."""
        return sum(not need.covered for chapter in self.chapters for need in chapter.needs)


def story(actor: Actor, dialogue: Dialogue, ags: str) -> Story:
    """What is missing and what exists in a municipality, by field. Raises NotFound for an unknown key."""
    shares = coverage.covered_needs(dialogue)
    whole = _matrix(actor, dialogue, shares)
    row = next((one for one in whole.rows if one.municipality and one.municipality.ags == ags), None)
    if row is None or row.municipality is None:
        raise NotFound
    here = row.municipality
    distances = {
        one.municipality.id: kilometres(here, one.municipality)
        for one in whole.rows
        if one.municipality and one.municipality is not here
    }
    near = {place: far for place, far in distances.items() if far is not None and far <= NEAR_KM}
    names = {one.municipality.id: one.municipality.name for one in whole.rows if one.municipality}
    found: dict[tuple[int, str, int | None], list[Entry]] = {}
    for place, field, entry in _entries(dialogue, [here.id, *near], names, shares):
        found.setdefault((field, entry.kind, place), []).append(entry)
    closest = sorted(near, key=lambda place: (near[place], names[place]))

    def chapter(field: FieldLabel) -> Chapter:
        needs = found.get((field.id, Kind.NEED, here.id), [])
        offers = found.get((field.id, Kind.OFFER, here.id), [])
        return Chapter(
            field,
            needs,
            offers,
            found.get((field.id, Kind.OFFER, None), []),
            [one for place in closest for one in found.get((field.id, Kind.OFFER, place), [])]
            if not offers
            else [],
        )

    return Story(here, row, [chapter(field) for field in whole.fields])


def _entries(
    dialogue: Dialogue, places: Sequence[int], names: Mapping[int, str], shares: Mapping[int, float]
) -> list[tuple[int | None, int, Entry]]:
    """Place, field and wording of what is public from these places and for the whole county, by number."""
    rows = db.session.execute(
        select(
            Contribution.id,
            Contribution.municipality_id,
            Contribution.field_id,
            Contribution.kind,
            Contribution.number,
            Contribution.title,
            Contribution.text,
            Contribution.language,
            Contribution.provider,
        )
        .where(
            Contribution.dialogue_id == dialogue.id,
            Contribution.visibility == Visibility.PUBLIC,
            Contribution.kind.in_((Kind.NEED, Kind.OFFER)),
            Contribution.municipality_id.in_(places) | Contribution.municipality_id.is_(None),
            stands_alone(),
            (Contribution.kind == Kind.NEED) | ~has_ended(),
        )
        .order_by(Contribution.number)
    )
    return [
        (
            place,
            field,
            Entry(
                kind,
                reference_of(kind, number),
                title,
                heading_language(title, text, language),
                provider,
                names.get(place, "") if place else "",
                shares.get(one, 0.0),
            ),
        )
        for one, place, field, kind, number, title, text, language, provider in rows
    ]


def kilometres(one: Municipality, other: Municipality) -> float | None:
    """How far apart the middles of two municipalities are (haversine formula); None if one is unknown."""
    if one.lat is None or one.lon is None or other.lat is None or other.lon is None:
        return None
    phi, psi = math.radians(one.lat), math.radians(other.lat)
    half = (
        math.sin((psi - phi) / 2) ** 2
        + math.cos(phi) * math.cos(psi) * math.sin(math.radians(other.lon - one.lon) / 2) ** 2
    )
    return 2 * _EARTH_KM * math.asin(math.sqrt(half))
