"""Needs that no offer covers, as far as staff have said, with what matters most to people first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select

from core.actor import Actor
from core.db import db
from dialog.models import Contribution, Dialogue
from dialog.permissions import RIGHTS, Permission
from dialog.queries import coverage, merges, polls
from dialog.queries.merges import stands_alone
from dialog.queries.moderation import reference_of
from dialog.queries.register import FieldLabel, field_labels
from dialog.vocabulary import Kind, Visibility, heading_language
from region.models import Municipality


class Uncovered(NamedTuple):
    """One need; `rank` and `points` are its best of all published results, None without a vote on it."""

    reference: str
    title: str
    language: str
    field: FieldLabel
    place: str
    """The name of its municipality; empty for the whole county."""
    rank: int | None
    points: int | None
    poll_id: int | None
    members: int
    """How many public ones stand together with it."""


def uncovered_needs(
    actor: Actor, dialogue: Dialogue, *, place: str = "", field: str = "", partly: bool = False
) -> Sequence[Uncovered]:
    """Public needs that no offer covers fully or partly, of a municipality (its key) and a field (its slug).

    With `partly` instead those of which offers cover a part, and none the whole. Those with the best place in
    a published result come first, then those together with which most others stand, then by number.
    """
    RIGHTS.require(actor, Permission.READ_REGISTER, dialogue)
    covered = coverage.covered_needs(dialogue)
    fields = field_labels(dialogue)
    wanted = [
        Contribution.dialogue_id == dialogue.id,
        Contribution.visibility == Visibility.PUBLIC,
        Contribution.kind == Kind.NEED,
        stands_alone(),
    ]
    if place:
        wanted.append(Municipality.ags == place)
    if field:
        wanted.append(Contribution.field_id.in_([one.id for one in fields.values() if one.slug == field]))
    rows = db.session.execute(
        select(
            Contribution.id,
            Contribution.number,
            Contribution.title,
            Contribution.text,
            Contribution.language,
            Contribution.field_id,
            Municipality.name,
            merges.number_of_members(),
        )
        .outerjoin(Municipality, Municipality.id == Contribution.municipality_id)
        .where(*wanted)
        .order_by(Contribution.number)
    ).all()
    results = _results(actor, dialogue)
    found = []
    for one, number, title, text, language, field_id, name, members in rows:
        share = covered.get(one, 0.0)
        fits = 0 < share < 1 if partly else share == 0
        if not fits or field_id not in fields:
            continue
        rank, points, poll_id = results.get(one, (None, None, None))
        found.append(
            Uncovered(
                reference_of(Kind.NEED, number),
                title or text,
                heading_language(title, text, language),
                fields[field_id],
                name or "",
                rank,
                points,
                poll_id,
                members,
            )
        )
    return sorted(found, key=_order)


def _order(one: Uncovered) -> tuple[bool, int, int, int]:
    return (one.rank is None, one.rank or 0, -(one.points or 0), -one.members)


def _results(actor: Actor, dialogue: Dialogue) -> dict[int, tuple[int, int, int]]:
    """The best place of every need in a published result, its points there, and the poll."""
    best: dict[int, tuple[int, int, int]] = {}
    for poll in polls.visible_polls(actor, dialogue):
        for need, (rank, points, _) in polls.places_of_contributions(poll).items():
            if need not in best or (rank, -points) < (best[need][0], -best[need][1]):
                best[need] = (rank, points, poll.id)
    return best
