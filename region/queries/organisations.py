"""Organisations of the county, as people look for them and as staff keep them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Text, and_, cast, or_, select
from sqlalchemy.orm import selectinload

from core.actor import Actor
from core.db import db
from core.errors import NotFound
from region.models import ActionField, Municipality, Organisation
from region.permissions import RIGHTS, Permission

_NUMBERED = re.compile(r"P([0-9]{1,6})")


@dataclass(frozen=True, slots=True)
class OrganisationFilter:
    """What somebody looks for; what is empty leaves the question open.

    `field` is the slug of a field of action in any set, `place` an official key. One that is there for
    the whole county is found for every place. `ended` asks for those that no longer work here.
    """

    field: str = ""
    place: str = ""
    language: str = ""
    kind: str = ""
    ended: bool = False

    @property
    def is_open(self) -> bool:
        """Whether nothing is asked for."""
        return not (self.field or self.place or self.language or self.kind)


def visible_organisations(actor: Actor, wish: OrganisationFilter | None = None) -> list[Organisation]:
    """Organisations with places, fields and publication, by slug; without a wish all of them."""
    RIGHTS.require(actor, Permission.SEE)
    found = (
        select(Organisation)
        .options(
            selectinload(Organisation.publication),
            selectinload(Organisation.places),
            selectinload(Organisation.fields),
        )
        .order_by(Organisation.slug)
    )
    return list(db.session.scalars(found.where(*_conditions(wish)) if wish else found))


def _conditions(wish: OrganisationFilter) -> list[ColumnElement[bool]]:
    asked: list[ColumnElement[bool]] = [
        Organisation.ended_on.is_not(None) if wish.ended else Organisation.ended_on.is_(None)
    ]
    if wish.field:
        asked.append(Organisation.fields.any(ActionField.slug == wish.field))
    if wish.place:
        here = Organisation.places.any(Municipality.ags == wish.place)
        asked.append(or_(Organisation.serves_county, here))
    if wish.language:
        # Codes consist of letters and hyphens, so that quotes around one make it a whole word of the list.
        asked.append(cast(Organisation.languages, Text).contains(f'"{wish.language}"', autoescape=True))
    if wish.kind:
        asked.append(Organisation.kind == wish.kind)
    return asked


def access_organisation(actor: Actor, slug: str) -> Organisation:
    """An organisation as it is stored now, with all it is made of. Raises NotFound."""
    RIGHTS.require(actor, Permission.SEE)
    found = db.session.scalar(
        select(Organisation)
        .where(Organisation.slug == slug)
        .options(
            selectinload(Organisation.publication),
            selectinload(Organisation.places),
            selectinload(Organisation.fields),
        )
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound
    return found


def organisation_of(slug: str) -> Organisation | None:
    """The organisation with this slug, if there is one."""
    return db.session.scalar(select(Organisation).where(Organisation.slug == slug))


def organisations_of(slugs: Sequence[str]) -> list[Organisation]:
    """The organisations with these slugs; unknown ones are left out."""
    return list(db.session.scalars(select(Organisation).where(Organisation.slug.in_(slugs))))


def next_organisation_slug() -> str:
    """A slug for one more organisation, such as `P13`."""
    taken = [
        int(found[1])
        for slug in db.session.scalars(select(Organisation.slug))
        if (found := _NUMBERED.fullmatch(slug))
    ]
    return f"P{max(taken, default=0) + 1:02d}"


def funding_ends(actor: Actor, *, until: date) -> list[Organisation]:
    """Organisations whose money ends at the latest then, the first to end first."""
    RIGHTS.require(actor, Permission.EDIT_ORGANISATIONS)
    return list(
        db.session.scalars(
            select(Organisation)
            .where(and_(Organisation.funded_until <= until, Organisation.ended_on.is_(None)))
            .order_by(Organisation.funded_until, Organisation.name)
        )
    )


def places_of(keys: Sequence[str]) -> list[Municipality]:
    """The municipalities with these official keys; unknown ones are left out."""
    return list(db.session.scalars(select(Municipality).where(Municipality.ags.in_(keys))))


def all_fields() -> list[ActionField]:
    """The fields of action of all sets with their sets, set by set."""
    return list(
        db.session.scalars(
            select(ActionField)
            .options(selectinload(ActionField.field_set))
            .order_by(ActionField.field_set_id, ActionField.position)
        )
    )
