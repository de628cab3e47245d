"""The gap matrix by target group: for whom something is missing and for whom there is something.

Offers have target groups that people choose from; needs say in their own words whom they are about, which are
read as lists are (`dialog.offer_words.groups_in`). An entry about several groups counts with each of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import select

from core.actor import Actor
from core.db import db
from core.errors import NotFound
from dialog.models import Contribution, Dialogue, OfferTrait
from dialog.offer_words import EVERYBODY, TARGET_GROUPS, Trait, groups_in
from dialog.permissions import RIGHTS, Permission
from dialog.queries.gaps import Cell, Entry, Line
from dialog.queries.merges import stands_alone
from dialog.queries.moderation import reference_of
from dialog.queries.offers import has_ended
from dialog.queries.register import FieldLabel, field_labels
from dialog.vocabulary import Kind, Visibility, heading_language
from region.models import Municipality

OTHERS = "others"
"""Stands for groups that are none of those people choose from."""
NOT_SAID = "not-said"
"""Stands for entries that do not say whom they are about."""


@dataclass(frozen=True, slots=True)
class GroupRow(Line):
    """One target group."""

    group: str


@dataclass(frozen=True, slots=True)
class GroupMatrix:
    """Target groups about which there is anything, in the order in which people choose from them."""

    fields: Sequence[FieldLabel]
    rows: Sequence[GroupRow]


@dataclass(frozen=True, slots=True)
class GroupChapter:
    """The needs and offers of a target group in one field, by number."""

    field: FieldLabel
    needs: Sequence[Entry]
    offers: Sequence[Entry]


class _Found(NamedTuple):
    groups: Sequence[str]
    field: int
    entry: Entry


def group_matrix(actor: Actor, dialogue: Dialogue) -> GroupMatrix:
    """Needs and offers of a dialogue by target group and field.

    Offers for everybody have a row of their own; beside those of a group they stand as `county_offers`.
    """
    RIGHTS.require(actor, Permission.READ_REGISTER, dialogue)
    fields = list(field_labels(dialogue).values())
    counts: dict[tuple[str, int, str], int] = {}
    for one in _found(dialogue):
        for group in one.groups:
            key = (group, one.field, one.entry.kind)
            counts[key] = counts.get(key, 0) + 1
    rows = [
        GroupRow(
            group=group,
            cells={
                field.id: Cell(
                    counts.get((group, field.id, Kind.NEED), 0),
                    counts.get((group, field.id, Kind.OFFER), 0),
                    counts.get((EVERYBODY, field.id, Kind.OFFER), 0),
                )
                for field in fields
            },
        )
        for group in (*TARGET_GROUPS, OTHERS, NOT_SAID)
    ]
    return GroupMatrix(fields, [row for row in rows if row.needs or row.offers])


def group_chapters(actor: Actor, dialogue: Dialogue, group: str) -> list[GroupChapter]:
    """What there is about one target group, field by field. Raises NotFound for one that there is not."""
    RIGHTS.require(actor, Permission.READ_REGISTER, dialogue)
    if group not in (*TARGET_GROUPS, OTHERS, NOT_SAID):
        raise NotFound
    found: dict[tuple[int, str], list[Entry]] = {}
    for one in _found(dialogue):
        if group in one.groups:
            found.setdefault((one.field, one.entry.kind), []).append(one.entry)
    return [
        GroupChapter(field, found.get((field.id, Kind.NEED), []), found.get((field.id, Kind.OFFER), []))
        for field in field_labels(dialogue).values()
    ]


def _found(dialogue: Dialogue) -> list[_Found]:
    rows = db.session.execute(
        select(
            Contribution.id,
            Contribution.field_id,
            Contribution.kind,
            Contribution.number,
            Contribution.title,
            Contribution.text,
            Contribution.language,
            Contribution.provider,
            Contribution.target_group,
            Municipality.name,
        )
        .outerjoin(Municipality, Municipality.id == Contribution.municipality_id)
        .where(
            Contribution.dialogue_id == dialogue.id,
            Contribution.visibility == Visibility.PUBLIC,
            Contribution.kind.in_((Kind.NEED, Kind.OFFER)),
            stands_alone(),
            (Contribution.kind == Kind.NEED) | ~has_ended(),
        )
        .order_by(Contribution.number)
    ).all()
    chosen: dict[int, list[str]] = {}
    for offer, code in db.session.execute(
        select(OfferTrait.contribution_id, OfferTrait.code)
        .join(Contribution, Contribution.id == OfferTrait.contribution_id)
        .where(Contribution.dialogue_id == dialogue.id, OfferTrait.trait == Trait.GROUP)
    ):
        chosen.setdefault(offer, []).append(code)
    read: dict[str, list[str]] = {}
    found = []
    for one, field, kind, number, title, text, language, provider, words, place in rows:
        if words not in read:
            read[words] = groups_in(words) or ([OTHERS] if words.strip() else [NOT_SAID])
        entry = Entry(
            kind,
            reference_of(kind, number),
            title or text,
            heading_language(title, text, language),
            provider,
            place or "",
        )
        found.append(_Found(chosen.get(one) or read[words], field, entry))
    return found
