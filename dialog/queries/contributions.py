"""Single contributions with their way, an author's own, and the queue of staff."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import joinedload, selectinload

from core.actor import Actor
from core.db import db
from core.errors import NotFound
from dialog.models import Contribution, Dialogue, Revision, Station
from dialog.permissions import RIGHTS, Permission
from dialog.queries.merges import stands_alone
from dialog.vocabulary import Kind, Visibility, read_reference

_AT_ONCE = 500
"""So many numbers are asked for in one statement; databases have a limit."""


def access_contribution(actor: Actor, dialogue: Dialogue, reference: str) -> Contribution:
    """A contribution with field, place, decisions and way, if this actor may read it.

    `reference` is the register number such as `B-058`. Raises NotFound for what is absent and for what
    is hidden from this actor alike.
    """
    named = read_reference(reference)
    if named is None:
        raise NotFound
    kind, number = named
    found = db.session.execute(
        _whole().where(
            Contribution.dialogue_id == dialogue.id,
            Contribution.kind == kind,
            Contribution.number == number,
        )
    ).scalar_one_or_none()
    if found is None or not RIGHTS.allows(actor, Permission.READ_CONTRIBUTION, found):
        raise NotFound
    return found


def public_contributions(dialogue: Dialogue, references: Iterable[str]) -> list[Contribution]:
    """Those of these register numbers that everybody may read, in the order of the numbers given."""
    named = [one for one in map(read_reference, references) if one is not None]
    found: dict[tuple[str, int], Contribution] = {}
    for begin in range(0, len(named), _AT_ONCE):
        for contribution in db.session.execute(
            select(Contribution).where(
                Contribution.dialogue_id == dialogue.id,
                Contribution.visibility == Visibility.PUBLIC,
                tuple_(Contribution.kind, Contribution.number).in_(named[begin : begin + _AT_ONCE]),
            )
        ).scalars():
            found[contribution.kind, contribution.number] = contribution
    return [found[one] for one in named if one in found]


def present_reference(actor: Actor, dialogue: Dialogue, reference: str) -> str | None:
    """The number that a contribution has now which was once called `reference`, if this actor may read it."""
    named = read_reference(reference)
    if named is None:
        return None
    kind, number = named
    found = db.session.execute(
        select(Contribution)
        .join(Revision, Revision.contribution_id == Contribution.id)
        .where(
            Contribution.dialogue_id == dialogue.id,
            Revision.kind == kind,
            Revision.register_number == number,
        )
        .limit(1)
    ).scalar_one_or_none()
    if found is None or not RIGHTS.allows(actor, Permission.READ_CONTRIBUTION, found):
        return None
    return found.reference


def _whole() -> Select[Contribution]:
    return select(Contribution).options(
        joinedload(Contribution.field),
        joinedload(Contribution.municipality),
        joinedload(Contribution.publication),
        joinedload(Contribution.dialogue),
        joinedload(Contribution.group),
        joinedload(Contribution.round),
        selectinload(Contribution.stations),
        selectinload(Contribution.decisions),
        selectinload(Contribution.revisions),
    )


def contribution_by_id(contribution_id: int) -> Contribution | None:
    """A contribution for reactions and subscribers as it is stored now, whoever may see it."""
    return db.session.execute(
        _whole().where(Contribution.id == contribution_id).execution_options(populate_existing=True)
    ).scalar_one_or_none()


def own_contributions(actor: Actor, dialogue: Dialogue) -> list[Contribution]:
    """What this actor has written here and may still read, the latest first. Nobody's for a visitor."""
    if actor.is_visitor:
        return []
    written = db.session.execute(
        _whole()
        .where(Contribution.dialogue_id == dialogue.id, Contribution.author_key == actor.key)
        .order_by(Contribution.created_at.desc(), Contribution.id.desc())
    ).scalars()
    # Whoever works for a municipality no more has left its drafts behind.
    return [one for one in written if RIGHTS.allows(actor, Permission.READ_CONTRIBUTION, one)]


def own_with_text(actor: Actor, dialogue: Dialogue, kind: Kind, text: str) -> str | None:
    """Register number of what this actor has written here in exactly these words, the latest, or None."""
    found = db.session.execute(
        select(Contribution)
        .where(
            Contribution.dialogue_id == dialogue.id,
            Contribution.author_key == actor.key,
            Contribution.kind == kind,
            Contribution.text == text,
        )
        .order_by(Contribution.id.desc())
        .limit(1)
    ).scalar_one_or_none()
    return found.reference if found else None


def public_of_field(dialogue: Dialogue, field_id: int, kind: Kind) -> list[Contribution]:
    """All public contributions of a kind in a field that have a line of their own, by number."""
    return list(
        db.session.execute(
            select(Contribution)
            .where(
                Contribution.dialogue_id == dialogue.id,
                Contribution.field_id == field_id,
                Contribution.kind == kind,
                Contribution.visibility == Visibility.PUBLIC,
                stands_alone(),
            )
            .order_by(Contribution.number)
        ).scalars()
    )


def latest_rankings(contribution_ids: Iterable[int]) -> dict[int, Station]:
    """The stop that tells how each came out in the latest published poll it was in, by contribution id."""
    wanted = list(contribution_ids)
    if not wanted:
        return {}
    rows = db.session.execute(
        select(Station)
        .where(Station.contribution_id.in_(wanted), Station.kind == "ranked")
        .order_by(Station.at, Station.id)
    ).scalars()
    return {station.contribution_id: station for station in rows}


@dataclass(frozen=True, slots=True)
class FieldCount:
    """How many needs and offers a field has in the register."""

    field_id: int
    needs: int
    offers: int


def counts_by_field(dialogue: Dialogue) -> dict[int, FieldCount]:
    """Public needs and offers per field."""
    rows = db.session.execute(
        select(Contribution.field_id, Contribution.kind, func.count())
        .where(
            Contribution.dialogue_id == dialogue.id,
            Contribution.visibility == Visibility.PUBLIC,
            stands_alone(),
        )
        .group_by(Contribution.field_id, Contribution.kind)
    )
    counts: dict[int, dict[str, int]] = {}
    for field_id, kind, number in rows:
        counts.setdefault(field_id, {})[kind] = number
    return {
        field_id: FieldCount(field_id, kinds.get(Kind.NEED, 0), kinds.get(Kind.OFFER, 0))
        for field_id, kinds in counts.items()
    }


def count_municipalities_heard(dialogue: Dialogue) -> int:
    """Number of municipalities with at least one public contribution."""
    return db.session.execute(
        select(func.count(Contribution.municipality_id.distinct())).where(
            Contribution.dialogue_id == dialogue.id, Contribution.visibility == Visibility.PUBLIC
        )
    ).scalar_one()
