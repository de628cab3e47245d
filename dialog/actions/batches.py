"""Deciding on many contributions at once, and taking that back exactly."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, update

from core.actor import Actor
from core.clock import now
from core.db import db
from core.errors import Conflict, Invalid
from core.i18n import N_
from core.i18n import lazy_gettext as _l
from core.journal import record
from dialog.actions import moderation
from dialog.actions._parts import raise_register_version, raise_versions_of_polls, sensible_note
from dialog.facts import ContributionsDecided, DecisionsUndone
from dialog.models import (
    BatchItem,
    Contribution,
    Decision,
    Dialogue,
    ModerationBatch,
    PollItem,
    Station,
)
from dialog.permissions import RIGHTS, Permission
from dialog.queries import batches as queries
from dialog.queries.batches import State
from dialog.queries.moderation import QueueFilter
from dialog.vocabulary import HIDING_REASONS, Visibility

PUBLISHED_AT_ONCE = 200
"""Most contributions that can be published by one decision: what nobody has read is not published."""

NAMED_AT_MOST = 100
"""Most register numbers that are kept of what was left out."""

FROM = {
    "publish": (Visibility.WAITING, Visibility.RETURNED),
    "return": (Visibility.WAITING,),
    "hide": (Visibility.WAITING, Visibility.RETURNED),
}
"""What can be done to many at once, and from which states."""


def decide_ticked(
    actor: Actor,
    dialogue: Dialogue,
    *,
    decision: str,
    chosen: Collection[tuple[str, int]],
    reason: str = "",
    note: str = "",
) -> ModerationBatch:
    """Publish, return or hide the contributions of these register numbers and revisions.

    What was revised or decided on meanwhile is left out and named in `left_out`. Raises Invalid for nothing
    chosen, a missing reason or question; Conflict if nothing that was chosen waits any more.
    """
    RIGHTS.require(actor, Permission.DECIDE_MANY, dialogue)
    words = _sensible(decision, reason, note)
    if not chosen:
        raise Invalid(_l("Please choose at least one contribution."))
    states, left_out = queries.ticked(dialogue, chosen)
    return _decide(actor, dialogue, decision, states, left_out, reason, words)


def decide_all(
    actor: Actor,
    dialogue: Dialogue,
    *,
    decision: str,
    wish: QueueFilter,
    seen: datetime,
    reason: str = "",
    note: str = "",
) -> ModerationBatch:
    """Do the same to everything that the filter shows, but for what came or was revised after `seen`."""
    RIGHTS.require(actor, Permission.DECIDE_MANY, dialogue)
    words = _sensible(decision, reason, note)
    states = queries.all_that_fit(dialogue, wish, seen)
    return _decide(actor, dialogue, decision, states, [], reason, words)


def undo_batch(actor: Actor, batch: ModerationBatch) -> None:
    """Put every contribution of a decision back where it was: state, outcome, register, polls.

    What somebody has changed since, or what its author has objected to, is left alone and named in
    `left_alone`. Raises Conflict if the decision was taken back before or is older than a day.
    """
    RIGHTS.require(actor, Permission.UNDO, batch)
    moment = now()
    taken = db.session.execute(
        update(ModerationBatch)
        .where(ModerationBatch.id == batch.id, ModerationBatch.undone_at.is_(None))
        .values(undone_at=moment)
        .execution_options(synchronize_session=False)
    )
    if taken.rowcount == 0:  # type: ignore[attr-defined]
        raise Conflict(_l("This decision has been taken back already."), code="decided")
    after = {"publish": Visibility.PUBLIC, "return": Visibility.RETURNED, "hide": Visibility.HIDDEN}
    as_left: list[queries.Decided] = []
    changed: list[queries.Decided] = []
    for one in queries.decided(batch):
        untouched = (
            one.now.visibility == after[batch.decision]
            and one.now.revision == one.before.revision
            and not one.has_objection
        )
        (as_left if untouched else changed).append(one)
    _put_back([one.before for one in as_left])
    ids = [one.now.id for one in as_left]
    _write_down(actor, ids, "undo", "undone", N_("The decision was taken back"), moment)
    if batch.decision == "publish" and ids:
        _take_out_of_polls(batch, ids)
        raise_register_version(batch.dialogue_id)
    batch.undone_at = moment
    batch.undone_number = len(ids)
    batch.left_alone = [one.now.reference for one in changed][:NAMED_AT_MOST]
    record(actor, DecisionsUndone(batch.id, len(ids)))


def _sensible(decision: str, reason: str, note: str) -> str:
    if decision not in FROM:
        raise Invalid(_l("Please choose what should happen with these contributions."))
    if decision == "hide" and reason not in HIDING_REASONS:
        sentence = _l("Please choose one of the reasons on the list.")
        raise Invalid(sentence, {"reason": [sentence]})
    words = sensible_note(note)
    if decision == "return" and not words:
        sentence = _l("Please write the question for the authors.")
        raise Invalid(sentence, {"note": [sentence]})
    return words


def _decide(
    actor: Actor,
    dialogue: Dialogue,
    decision: str,
    states: Sequence[State],
    left_out: list[str],
    reason: str,
    note: str,
) -> ModerationBatch:
    fitting = [state for state in states if _fits(decision, state)]
    left_out = sorted([*left_out, *(state.reference for state in states if not _fits(decision, state))])
    if not fitting:
        raise Conflict(
            _l("None of these contributions waits any more, or nobody could answer. Please choose again."),
            code="decided",
        )
    if decision == "publish" and len(fitting) > PUBLISHED_AT_ONCE:
        raise Invalid(
            _l(
                "You can publish at most %(max)d contributions at once. You have chosen %(number)d.",
                max=PUBLISHED_AT_ONCE,
                number=len(fitting),
            )
        )
    batch = ModerationBatch(
        dialogue_id=dialogue.id,
        decision=decision,
        reason=reason if decision == "hide" else "",
        by_key=actor.key,
        at=now(),
        number=len(fitting),
        left_out=left_out[:NAMED_AT_MOST],
    )
    db.session.add(batch)
    db.session.flush()  # Items and fact need the id.
    _remember(batch, fitting)
    if decision == "publish":
        _publish(actor, batch, [state.id for state in fitting])
    else:
        _move(actor, batch, [state.id for state in fitting], note)
    record(actor, ContributionsDecided(batch.id, decision, batch.number))
    return batch


def _fits(decision: str, state: State) -> bool:
    answerable = decision != "return" or state.author_key is not None
    return answerable and state.visibility in FROM[decision]


def _remember(batch: ModerationBatch, states: Sequence[State]) -> None:
    rows = [
        {
            "batch_id": batch.id,
            "contribution_id": state.id,
            "revision": state.revision,
            "visibility": state.visibility,
            "visible_before": state.visible_before,
            "outcome": state.outcome,
            "published_at": state.published_at,
        }
        for state in states
    ]
    db.session.execute(insert(BatchItem), rows)


def _publish(actor: Actor, batch: ModerationBatch, ids: Sequence[int]) -> None:
    before = queries.poll_items_of(ids)
    for contribution in queries.contributions_of(ids):
        moderation.publish_contribution(actor, contribution)
    db.session.flush()  # What became votable is asked for.
    batch.poll_items = sorted(queries.poll_items_of(ids) - before)


def _move(actor: Actor, batch: ModerationBatch, ids: Sequence[int], note: str) -> None:
    # The rows are locked, so one statement for all decides like one for each.
    hides = batch.decision == "hide"
    values: dict[str, Any] = {"visibility": Visibility.HIDDEN if hides else Visibility.RETURNED}
    if hides:
        values["visible_before"] = Contribution.visibility
    for start in range(0, len(ids), queries.AT_ONCE):
        db.session.execute(
            update(Contribution)
            .where(Contribution.id.in_(ids[start : start + queries.AT_ONCE]))
            .values(**values)
            .execution_options(synchronize_session=False)
        )
    kind, label = (
        ("hidden", N_("Hidden by the county")) if hides else ("returned", N_("We have a question about it"))
    )
    _write_down(actor, ids, batch.decision, kind, label, batch.at, reason=batch.reason, note=note)


def _write_down(
    actor: Actor,
    ids: Sequence[int],
    decision: str,
    kind: str,
    label: str,
    moment: datetime,
    *,
    reason: str = "",
    note: str = "",
) -> None:
    if not ids:
        return
    same = {"decision": decision, "reason": reason, "note": note, "by_key": actor.key, "at": moment}
    db.session.execute(insert(Decision), [{"contribution_id": one, **same} for one in ids])
    stop = {"kind": kind, "label": label, "values": {}, "url": "", "at": moment}
    db.session.execute(insert(Station), [{"contribution_id": one, **stop} for one in ids])


def _put_back(items: Sequence[BatchItem]) -> None:
    rows = [
        {
            "id": item.contribution_id,
            "visibility": item.visibility,
            "visible_before": item.visible_before,
            "outcome": item.outcome,
            "published_at": item.published_at,
        }
        for item in items
    ]
    if rows:
        db.session.execute(update(Contribution), rows)


def _take_out_of_polls(batch: ModerationBatch, ids: Sequence[int]) -> None:
    # What somebody has put points on stays, shown as “no longer shown”: a vote is never lost.
    raise_versions_of_polls(sorted(queries.poll_items_of(ids)))
    unwanted = queries.items_to_take_out(batch.poll_items, set(ids))
    if unwanted:
        db.session.execute(
            delete(PollItem)
            .where(PollItem.id.in_([item.id for item in unwanted]))
            .execution_options(synchronize_session=False)
        )
