"""The county itself, its municipalities, fields of action, publications and figures.

Lists come in the order people expect.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.interfaces import ORMOption

from core.actor import Actor
from core.db import db
from core.errors import NotFound
from core.statements import Statement
from region.models import (
    COUNTY_ID,
    ActionField,
    County,
    CountyNotice,
    FieldSet,
    Figure,
    FigureValue,
    Municipality,
    Publication,
)
from region.permissions import RIGHTS, Permission

_NUMBERED = re.compile(r"I-[0-9]{1,6}")


def county() -> County | None:
    """The county of this installation, or None before it was set up."""
    return db.session.get(County, COUNTY_ID)


def outlines() -> dict[str, Any] | None:
    """The outlines of the municipalities with whom to name for them, as `region.outlines` keeps them."""
    return db.session.scalar(select(County.outlines))


def visible_municipalities(actor: Actor) -> list[Municipality]:
    """All municipalities in German order of their names."""
    RIGHTS.require(actor, Permission.SEE)
    return list(
        db.session.scalars(
            select(Municipality).order_by(Municipality.sort_name, Municipality.name, Municipality.ags)
        )
    )


class Place(NamedTuple):
    """A municipality to choose: its official key and its name."""

    ags: str
    name: str


_PLACES = Statement(
    lambda: select(Municipality.ags, Municipality.name).order_by(
        Municipality.sort_name, Municipality.name, Municipality.ags
    )
)


def visible_places(actor: Actor) -> list[Place]:
    """The same as plain values, for lists to choose from."""
    RIGHTS.require(actor, Permission.SEE)
    return [Place(*row) for row in _PLACES.rows()]


@dataclass(frozen=True, slots=True)
class Masthead:
    """Whose site this is and who answers for it."""

    county_name: str
    publisher: str


_MASTHEAD = Statement(lambda: select(County.name, County.publisher).where(County.id == COUNTY_ID))


def masthead() -> Masthead | None:
    """What every page says of the county, or None before it was set up."""
    row = _MASTHEAD.first()
    return Masthead(*row) if row else None


def access_municipality(actor: Actor, ags: str) -> Municipality:
    """The municipality with this official key. Raises NotFound."""
    municipality = municipality_of(ags)
    if municipality is None or not RIGHTS.allows(actor, Permission.SEE):
        raise NotFound
    return municipality


def visible_field_sets(actor: Actor) -> list[FieldSet]:
    """All sets of fields with their fields, by slug."""
    RIGHTS.require(actor, Permission.SEE)
    return list(
        db.session.scalars(select(FieldSet).options(selectinload(FieldSet.fields)).order_by(FieldSet.slug))
    )


def access_field_set(actor: Actor, slug: str) -> FieldSet:
    """The set of fields with this slug, its fields loaded. Raises NotFound."""
    field_set = field_set_of(slug)
    if field_set is None or not RIGHTS.allows(actor, Permission.SEE):
        raise NotFound
    return field_set


def visible_fields(actor: Actor, field_set_id: int) -> list[ActionField]:
    """The fields of one set in their order."""
    RIGHTS.require(actor, Permission.SEE)
    return list(
        db.session.scalars(
            select(ActionField).where(ActionField.field_set_id == field_set_id).order_by(ActionField.position)
        )
    )


def access_field(actor: Actor, field_set_id: int, slug: str) -> ActionField:
    """The field with this slug in one set. Raises NotFound."""
    for field in visible_fields(actor, field_set_id):
        if field.slug == slug:
            return field
    raise NotFound


def visible_publications(actor: Actor) -> list[Publication]:
    """All publications by number."""
    RIGHTS.require(actor, Permission.SEE)
    return list(db.session.scalars(select(Publication).order_by(Publication.number)))


def access_publication(actor: Actor, number: str) -> Publication:
    """The publication with this number. Raises NotFound."""
    publication = publication_of(number)
    if publication is None or not RIGHTS.allows(actor, Permission.SEE):
        raise NotFound
    return publication


def visible_figures(actor: Actor) -> list[Figure]:
    """All figures with their publications, by number."""
    RIGHTS.require(actor, Permission.SEE)
    return list(db.session.scalars(select(Figure).options(*_whole_figure()).order_by(Figure.number)))


def _whole_figure() -> list[ORMOption]:
    return [
        selectinload(Figure.publication),
        selectinload(Figure.values).selectinload(FigureValue.publication),
    ]


def access_figure(actor: Actor, number: str) -> Figure:
    """A figure as it is stored now, for those who write it. Raises NotFound and Forbidden."""
    RIGHTS.require(actor, Permission.EDIT_FIGURES)
    figure = db.session.scalar(
        select(Figure)
        .where(Figure.number == number)
        .options(*_whole_figure())
        .execution_options(populate_existing=True)
    )
    if figure is None:
        raise NotFound
    return figure


def next_figure_number() -> str:
    """A number for one more figure, such as `I-15`."""
    taken = [
        int(found[2:]) for found in db.session.scalars(select(Figure.number)) if _NUMBERED.fullmatch(found)
    ]
    return f"I-{max(taken, default=0) + 1:02d}"


def municipality_of(ags: str) -> Municipality | None:
    """The municipality with this official key, if there is one."""
    return db.session.scalar(select(Municipality).where(Municipality.ags == ags))


def field_set_of(slug: str) -> FieldSet | None:
    """The set of fields with this slug and its fields, if there is one."""
    return db.session.scalar(
        select(FieldSet).options(selectinload(FieldSet.fields)).where(FieldSet.slug == slug)
    )


def publication_of(number: str) -> Publication | None:
    """The publication with this number, if there is one."""
    return db.session.scalar(select(Publication).where(Publication.number == number))


def figure_of(number: str) -> Figure | None:
    """The figure with this number, if there is one."""
    return db.session.scalar(select(Figure).where(Figure.number == number))


def notices() -> CountyNotice | None:
    """What the county says of itself as a public body, or None where nothing was entered yet."""
    return db.session.get(CountyNotice, COUNTY_ID)


def access_notices(actor: Actor) -> CountyNotice | None:
    """The same for those who write it. Raises Forbidden."""
    RIGHTS.require(actor, Permission.EDIT_NOTICES)
    return notices()
