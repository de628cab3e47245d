"""The ends of a harvest: no vote, card or number is left without one."""

from __future__ import annotations

import pytest

from core.db import db
from core.errors import Conflict
from core.transaction import transaction
from dialog.actions import contributions as contribution_actions
from dialog.actions import harvest as dialog_harvest
from dialog.actions import merging
from dialog.models import Contribution, Merge
from dialog.vocabulary import Kind, PollStatus
from tests import factories as make
from tests.factories import BoardMade, Person
from tests.workshops.test_votes import give, here, opened
from workshops.actions import harvest, votes
from workshops.models import Lane
from workshops.queries import harvest as queries
from workshops.queries import protocols
from workshops.queries import votes as vote_queries

pytestmark = pytest.mark.usefixtures("inside")


def found(card: Contribution) -> Contribution:
    db.session.expire_all()
    return db.session.get_one(Contribution, card.id)


def take_up(board: BoardMade, card: Contribution) -> None:
    one = found(card)
    wording = dialog_harvest.Wording(one.text, Kind(one.kind), one.field, one.municipality)
    with transaction():
        harvest.take_up(
            board.lead.actor, here(board.lead, board), card.id, wording, members=[], based_on=one.revision
        )


def undo(board: BoardMade, person: Person) -> None:
    with transaction():
        step = queries.latest_step(board.id)
        assert step is not None
        harvest.undo(person.actor, here(person, board), step.id)


def test_a_card_is_not_taken_back_from_under_what_was_published_before() -> None:
    board, staff = make.board(), make.account("coordinator")
    card, known = make.card(board, "Ein Bus am Abend."), make.contribution(text="Abends ein Bus.")
    take_up(board, card)
    with transaction():
        merge_id = merging.merge_contribution(staff.actor, found(known), found(card))
    with pytest.raises(Conflict) as refused:
        undo(board, board.lead)
    assert refused.value.code == "leads_others"
    db.session.rollback()
    assert (found(card).visibility, found(known).visibility) == ("public", "public")

    with transaction():
        merge = db.session.get_one(Merge, merge_id)
        merging.part_contribution(staff.actor, merge)
    undo(board, board.lead)
    assert (found(card).visibility, found(known).visibility) == ("group", "public")


def test_in_a_closed_group_nothing_is_opened_again() -> None:
    board, staff = make.board(), make.account("coordinator")
    card = make.card(board, "Ein Bus am Abend.")
    take_up(board, card)
    with transaction():
        harvest.close_group(board.lead.actor, here(board.lead, board))
    with pytest.raises(Conflict):
        undo(board, staff)
    db.session.rollback()
    assert found(card).outcome == "adopted"

    with transaction():
        harvest.reopen_group(staff.actor, here(staff, board))
    undo(board, staff)
    assert found(card).outcome == "open"


def test_the_protocol_counts_the_latest_vote_on_a_column_as_the_board_does() -> None:
    board = make.board()
    card = make.card(board, "Ein Bus am Abend.")
    for points in (2, 1):
        poll = opened(board)
        give(board, board.member, {poll.items[0].id: points})
        with transaction():
            votes.end_vote(board.lead.actor, here(board.lead, board), lane_id=board.lanes["need"])
    assert vote_queries.points_on(board.id) == {card.id: 1}
    record = protocols.board_record(here(board.lead, board))
    assert [one.points for one in record.cards] == [1]


def test_a_vote_ends_at_the_latest_with_its_group() -> None:
    board = make.board()
    card = make.card(board, "Ein Bus am Abend.")
    poll = opened(board)
    give(board, board.member, {poll.items[0].id: 2})
    take_up(board, card)
    with transaction():
        harvest.close_group(board.lead.actor, here(board.lead, board))
    lane = db.session.get_one(Lane, board.lanes["need"])
    assert lane.poll is not None
    assert lane.poll.status == PollStatus.CLOSED
    assert vote_queries.points_on(board.id) == {card.id: 2}


def test_what_stood_with_a_card_that_was_withdrawn_is_decided_on_by_itself() -> None:
    board = make.board()
    card, lead = make.card(board, "Ein Bus am Abend."), make.card(board, "Abends ein Bus.")
    with transaction():
        harvest.join(board.lead.actor, here(board.lead, board), card.id, found(lead))
    assert [one.contribution_id for one in queries.progress_of(board.id).open] == [lead.id]
    with transaction():
        contribution_actions.withdraw_contribution(board.member.actor, found(lead))
    assert [one.contribution_id for one in queries.progress_of(board.id).open] == [card.id]
    take_up(board, card)
    assert (found(card).visibility, found(card).outcome) == ("public", "adopted")
