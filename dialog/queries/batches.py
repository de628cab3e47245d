"""Decisions on many contributions: what is chosen for one, and what it takes to take it back."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, exists, select

from core.actor import Actor
from core.clock import now
from core.db import db
from core.errors import NotFound
from dialog.models import (
    BatchItem,
    Contribution,
    Dialogue,
    ModerationBatch,
    Objection,
    PollItem,
    Revision,
    Tally,
)
from dialog.permissions import RIGHTS, Permission
from dialog.queries.moderation import QueueFilter, ids_that_fit, reference_of
from dialog.vocabulary import UNDO_WITHIN, ObjectionOutcome, PollStatus, read_reference

AT_ONCE = 400
"""Most values in one statement; some databases take no more than a thousand."""


class State(NamedTuple):
    """The state of a contribution as far as a decision changes it, read with its row locked."""

    id: int
    kind: str
    number: int
    revision: int
    visibility: str
    visible_before: str | None
    outcome: str
    published_at: datetime | None
    author_key: str | None

    @property
    def reference(self) -> str:
        """The register number people read."""
        return reference_of(self.kind, self.number)


_STATE: tuple[Any, ...] = (
    Contribution.id,
    Contribution.kind,
    Contribution.number,
    Contribution.revision,
    Contribution.visibility,
    Contribution.visible_before,
    Contribution.outcome,
    Contribution.published_at,
    Contribution.author_key,
)


def ticked(dialogue: Dialogue, chosen: Collection[tuple[str, int]]) -> tuple[list[State], list[str]]:
    """The contributions of these register numbers, locked, if they still have the revision beside them.

    Gives them by id, and the numbers of those that have been revised since or are not there.
    """
    wanted: dict[tuple[str, int], tuple[str, int]] = {}
    left_out: list[str] = []
    for reference, revision in chosen:
        named = read_reference(reference)
        if named is None:
            left_out.append(reference[:12])
        else:
            wanted[named] = (reference, revision)
    found: list[State] = []
    numbers: dict[str, list[int]] = {}
    for kind, number in wanted:
        numbers.setdefault(kind, []).append(number)
    for kind, of_kind in sorted(numbers.items()):
        for some in _in_parts(sorted(of_kind)):
            found += _locked(
                select(*_STATE).where(
                    Contribution.dialogue_id == dialogue.id,
                    Contribution.kind == kind,
                    Contribution.number.in_(some),
                )
            )
    fresh = [state for state in found if wanted[state.kind, state.number][1] == state.revision]
    kept = {(state.kind, state.number) for state in fresh}
    left_out += [reference for named, (reference, _) in wanted.items() if named not in kept]
    return sorted(fresh), sorted(left_out)


def all_that_fit(dialogue: Dialogue, wish: QueueFilter, seen: datetime) -> list[State]:
    """Everything the filter shows, locked, but for what was sent or revised after it was `seen`."""
    # Not a join: the rows of the contributions alone are locked.
    later = exists().where(Revision.contribution_id == Contribution.id, Revision.at > seen)
    fitting = ids_that_fit(dialogue, wish, now())
    return _locked(select(*_STATE).where(Contribution.id.in_(fitting), ~later))


def _locked(wanted: Select[Any]) -> list[State]:
    return [State(*row) for row in db.session.execute(wanted.order_by(Contribution.id).with_for_update())]


def contributions_of(ids: Sequence[int]) -> list[Contribution]:
    """These contributions, the one with the lowest number first."""
    return [
        contribution
        for some in _in_parts(ids)
        for contribution in db.session.execute(
            select(Contribution).where(Contribution.id.in_(some)).order_by(Contribution.id)
        ).scalars()
    ]


def poll_items_of(ids: Sequence[int]) -> set[int]:
    """Ids of the poll items made of these contributions."""
    return {
        item
        for some in _in_parts(ids)
        for item in db.session.execute(
            select(PollItem.id).where(PollItem.ref_kind == "contribution", PollItem.ref_id.in_(some))
        ).scalars()
    }


class Decided(NamedTuple):
    """A contribution of a batch: its state now, its state before, and whether an objection waits."""

    now: State
    before: BatchItem
    has_objection: bool


def decided(batch: ModerationBatch) -> list[Decided]:
    """The contributions of a batch with their rows locked, by id."""
    waiting = (
        exists()
        .where(Objection.contribution_id == Contribution.id, Objection.outcome == ObjectionOutcome.OPEN)
        .correlate(Contribution)
    )
    rows = db.session.execute(
        select(*_STATE, waiting, BatchItem)
        .join(BatchItem, BatchItem.contribution_id == Contribution.id)
        .where(BatchItem.batch_id == batch.id)
        .order_by(Contribution.id)
        .with_for_update(of=Contribution)
    )
    return [Decided(State(*row[:-2]), row[-1], bool(row[-2])) for row in rows]


def items_to_take_out(items: Sequence[int], contributions: Collection[int]) -> list[PollItem]:
    """Those of these poll items nobody has put a point on, in polls that are not over; locked."""
    locked: list[PollItem] = []
    for some in _in_parts(items):
        # Locked before the points are looked for: a ballot that comes now waits, or was seen.
        locked += db.session.execute(
            select(PollItem).where(PollItem.id.in_(some)).order_by(PollItem.id).with_for_update()
        ).scalars()
    mine = [item for item in locked if item.ref_id in contributions]
    taken = {
        item
        for some in _in_parts([item.id for item in mine])
        for item in db.session.execute(select(Tally.item_id).where(Tally.item_id.in_(some))).scalars()
    }
    return [
        item
        for item in mine
        if item.id not in taken and item.poll.status in {PollStatus.DRAFT, PollStatus.OPEN}
    ]


def access_batch(actor: Actor, dialogue: Dialogue, batch_id: int) -> ModerationBatch:
    """A decision on many contributions, for whoever made it. Raises NotFound."""
    found = db.session.execute(
        select(ModerationBatch).where(
            ModerationBatch.id == batch_id, ModerationBatch.dialogue_id == dialogue.id
        )
    ).scalar_one_or_none()
    if found is None or found.by_key != actor.key or not RIGHTS.allows(actor, Permission.SEE_QUEUE, dialogue):
        raise NotFound
    return found


def own_batches(actor: Actor, dialogue: Dialogue) -> list[ModerationBatch]:
    """What this actor has decided on many contributions in the last day, the latest first."""
    if not RIGHTS.allows(actor, Permission.SEE_QUEUE, dialogue):
        raise NotFound
    return list(
        db.session.execute(
            select(ModerationBatch)
            .where(
                ModerationBatch.dialogue_id == dialogue.id,
                ModerationBatch.by_key == actor.key,
                ModerationBatch.at > now() - UNDO_WITHIN,
            )
            .order_by(ModerationBatch.id.desc())
            .limit(100)
        ).scalars()
    )


def batch_by_id(batch_id: int) -> ModerationBatch | None:
    """A batch for reactions and subscribers, whoever made it."""
    return db.session.get(ModerationBatch, batch_id)


def published_by(batch_id: int) -> list[int]:
    """Ids of the contributions that a batch has made public; nobody's if it did something else."""
    return list(
        db.session.execute(
            select(BatchItem.contribution_id)
            .join(ModerationBatch, ModerationBatch.id == BatchItem.batch_id)
            .where(BatchItem.batch_id == batch_id, ModerationBatch.decision == "publish")
            .order_by(BatchItem.contribution_id)
        ).scalars()
    )


def _in_parts(values: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(values), AT_ONCE):
        yield values[start : start + AT_ONCE]
