"""The harvest of a board: every card ends taken up, together with another one, or not taken up and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import update

from core.actor import Actor
from core.clock import now
from core.db import db
from core.errors import Conflict, Invalid
from core.i18n import lazy_gettext as _l
from core.journal import record
from core.text import clean_text
from dialog.actions import group_polls, merging
from dialog.actions import harvest as dialog_actions
from dialog.actions.harvest import Before, Wording
from dialog.models import Contribution
from dialog.queries import merges as merge_queries
from dialog.vocabulary import Outcome, PollStatus, Visibility
from workshops.actions._parts import raise_board_version, take_board
from workshops.facts import CardHarvested, GroupClosed, GroupReopened, HarvestUndone, VoteEnded
from workshops.models import Card, HarvestStep
from workshops.permissions import RIGHTS, Permission
from workshops.queries import harvest as queries
from workshops.queries.boards import BoardHere
from workshops.vocabulary import REASON_LIMIT, HarvestDecision


def take_up(
    actor: Actor, here: BoardHere, card_id: int, wording: Wording, *, members: Sequence[int], based_on: int
) -> None:
    """Take a card up in these words, together with the cards `members` that lie under it.

    Raises NotFound for a card of another board, and what `dialog.actions.harvest.take_up` raises.
    """
    RIGHTS.require(actor, Permission.HARVEST, here)
    card = _locked(actor, here, card_id)
    before = dialog_actions.Before.of(card.contribution)
    dialog_actions.take_up(actor, card.contribution, wording, based_on=based_on)
    merges = [
        merging.merge_contribution(actor, member.contribution, card.contribution)
        for member in _under(here, card_id)
        if member.contribution_id in members and member.contribution.outcome == Outcome.OPEN
    ]
    _keep(actor, here, card_id, HarvestDecision.TAKEN_UP, before, merges)


def join(actor: Actor, here: BoardHere, card_id: int, lead: Contribution) -> None:
    """Have a card, with all that lies under it, stand with a contribution that says the same.

    A lead on the same board that is still open stays so: it is decided on in its turn, and what stands with
    it becomes public with it. Raises NotFound for a card of another board, and what merging raises.
    """
    RIGHTS.require(actor, Permission.HARVEST, here)
    card = _locked(actor, here, card_id)
    before = dialog_actions.Before.of(card.contribution)
    merges = [merging.merge_contribution(actor, card.contribution, lead)]
    merges += [
        merging.merge_contribution(actor, member.contribution, lead)
        for member in _under(here, card_id)
        if member.contribution.outcome == Outcome.OPEN and member.contribution_id != lead.id
    ]
    _keep(actor, here, card_id, HarvestDecision.JOINED, before, merges)


def pass_over(actor: Actor, here: BoardHere, card_id: int, *, reason: str, note: str = "") -> None:
    """Leave a card with the group, for a reason of the list that its author reads.

    What lies under it is decided on by itself. Raises NotFound for a card of another board, Invalid without
    a reason, Conflict if it is decided on.
    """
    RIGHTS.require(actor, Permission.HARVEST, here)
    card = _locked(actor, here, card_id)
    before = dialog_actions.Before.of(card.contribution)
    dialog_actions.pass_over(actor, card.contribution, reason=reason, note=note)
    _keep(actor, here, card_id, HarvestDecision.NOT_TAKEN, before)


def put_off(actor: Actor, here: BoardHere, card_id: int) -> None:
    """Look at a card later: it comes after all others. Raises Conflict if it is decided on."""
    RIGHTS.require(actor, Permission.HARVEST, here)
    card = _locked(actor, here, card_id)
    if card.contribution.outcome != Outcome.OPEN:
        raise Conflict(_l("Somebody has decided on this card already."), code="decided")
    _keep(actor, here, card_id, HarvestDecision.LATER, dialog_actions.Before.of(card.contribution))


def undo(actor: Actor, here: BoardHere, step_id: int) -> HarvestStep:
    """Take back the latest decision of a harvest, which must be this one; gives it.

    Raises Conflict if somebody has decided on another card meanwhile, or closed the group: nobody would
    have said why the card is left open.
    """
    RIGHTS.require(actor, Permission.HARVEST, here)
    raise_board_version(here.board.id)
    db.session.refresh(here.board)
    if here.board.harvested_at is not None:
        raise Conflict(_l("This group is closed. Its result stands."), code="closed")
    step = queries.latest_step(here.board.id)
    if step is None or step.id != step_id:
        raise Conflict(
            _l("Somebody else goes on with this harvest. Please look at it again."), code="not_latest"
        )
    step.undone_at = now()
    for merge_id in reversed(step.merges):
        merge = merge_queries.merge_by_id(merge_id)
        if merge is not None and merge.undone_at is None:
            merging.part_contribution(actor, merge)
    db.session.flush()
    if step.decision in {HarvestDecision.TAKEN_UP, HarvestDecision.NOT_TAKEN}:
        card = queries.card_on(here.board.id, step.contribution_id)
        before = Before(step.revision, Visibility(step.visibility), step.priority, step.open_question)
        dialog_actions.reopen(actor, card.contribution, before)
    record(actor, HarvestUndone(here.board.id, step.contribution_id))
    return step


def close_group(actor: Actor, here: BoardHere, *, reason: str = "") -> None:
    """Finish the harvest of a group: its result stands from now on, and its votes are over.

    While cards are open that takes a reason, which is kept with the name of whoever gives it. Raises Invalid
    without one, Conflict if it is closed.
    """
    RIGHTS.require(actor, Permission.HARVEST, here)
    raise_board_version(here.board.id)
    board = here.board
    db.session.refresh(board)
    if board.harvested_at is not None:
        raise Conflict(_l("This group is closed already."), code="closed")
    still = len(queries.progress_of(board.id).open)
    words = clean_text(reason)
    if still and not words:
        sentence = _l("Cards are still open. Please decide on them, or write why the group is closed anyway.")
        raise Invalid(sentence, {"why": [sentence]})
    if len(words) > REASON_LIMIT:
        sentence = _l("Please use at most %(max)d characters.", max=REASON_LIMIT)
        raise Invalid(sentence, {"why": [sentence]})
    moment = now()
    board.harvested_at, board.harvested_by = moment, actor.key
    board.left_open = words if still else ""
    if board.ended_at is None:
        # Nobody writes on a board whose result stands.
        board.ended_at = moment
        here.group.accepts_cards = here.group.accepts_votes = False
    for lane in board.lanes:
        if lane.poll is not None and lane.poll.status == PollStatus.OPEN:
            # Nobody could end it later, and what people have given would never be counted.
            group_polls.close_group_poll(actor, here, lane.poll)
            record(actor, VoteEnded(board.id, lane.id, lane.poll.id))
    record(actor, GroupClosed(board.id, still))


def reopen_group(actor: Actor, here: BoardHere) -> None:
    """Go on with the harvest of a group that was closed. Raises Conflict if it is not."""
    RIGHTS.require(actor, Permission.HARVEST, here)
    raise_board_version(here.board.id)
    board = here.board
    db.session.refresh(board)
    if board.harvested_at is None:
        raise Conflict(_l("This group is not closed."), code="not_closed")
    board.harvested_at = board.harvested_by = None
    board.left_open = ""
    record(actor, GroupReopened(board.id))


def _locked(actor: Actor, here: BoardHere, card_id: int) -> Card:
    # The lock on the board comes first, so that of two who harvest at once the second sees what was done.
    take_board(actor, here, Permission.HARVEST)
    return queries.card_on(here.board.id, card_id)


def _under(here: BoardHere, card_id: int) -> list[Card]:
    return [one for one in queries.progress_of(here.board.id).open if one.stack_of == card_id]


def _keep(
    actor: Actor,
    here: BoardHere,
    card_id: int,
    decision: HarvestDecision,
    before: Before,
    merges: Sequence[int] = (),
) -> None:
    # A decision ends what was put off: going back leads to before that decision and not to the putting off.
    db.session.execute(
        update(HarvestStep)
        .where(
            HarvestStep.contribution_id == card_id,
            HarvestStep.decision == HarvestDecision.LATER,
            HarvestStep.undone_at.is_(None),
        )
        .values(undone_at=now())
        .execution_options(synchronize_session=False)
    )
    db.session.add(
        HarvestStep(
            board_id=here.board.id,
            contribution_id=card_id,
            decision=decision,
            merges=list(merges),
            by_key=actor.key,
            at=now(),
            **asdict(before),
        )
    )
    record(actor, CardHarvested(here.board.id, card_id, decision))
