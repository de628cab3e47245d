"""The ends of a harvest: no vote, card or number is left without one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select, update

from core.clock import now
from core.db import db
from core.errors import Conflict
from core.photographs import Photograph
from core.transaction import transaction
from dialog.actions import contributions as contribution_actions
from dialog.actions import harvest as dialog_harvest
from dialog.actions import merging, moderation
from dialog.models import Contribution, Merge
from dialog.vocabulary import Kind, PollStatus
from tests import factories as make
from tests.factories import STAFF, BoardMade, Person
from tests.workshops.test_votes import give, here, opened
from workshops.actions import cards as card_actions
from workshops.actions import flipcharts, hands, harvest, typing, votes
from workshops.models import Board, Lane
from workshops.queries import cards as card_queries
from workshops.queries import harvest as queries
from workshops.queries import protocols
from workshops.queries import votes as vote_queries
from workshops.queries.boards import BoardHere

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


def at(board: BoardMade) -> BoardHere:
    db.session.expire_all()
    return here(board.lead, board)


def close(board: BoardMade, reason: str = "") -> None:
    with transaction():
        harvest.close_group(board.lead.actor, at(board), reason=reason)


def rewrite(board: BoardMade, card: Contribution, words: str) -> None:
    """Its author corrects a card."""
    with transaction():
        before = here(board.member, board)
        one = card_queries.access_card(board.member.actor, before.group.event, card.id)
        card_actions.correct_card(
            board.member.actor,
            one,
            based_on=one.contribution.revision,
            text=words,
            field=one.contribution.field,
            municipality=None,
            target_group="",
            language="de",
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


def withdraw(board: BoardMade, card: Contribution) -> None:
    contribution_actions.withdraw_contribution(board.member.actor, found(card))


def hide(board: BoardMade, card: Contribution) -> None:
    moderation.hide_contribution(STAFF, found(card), reason="insult")


@pytest.mark.parametrize("vanish", [withdraw, hide])
def test_what_stood_with_a_card_that_vanished_is_decided_on_by_itself(
    vanish: Callable[[BoardMade, Contribution], None],
) -> None:
    board = make.board()
    card, lead = make.card(board, "Ein Bus am Abend."), make.card(board, "Abends ein Bus.")
    with transaction():
        harvest.join(board.lead.actor, here(board.lead, board), card.id, found(lead))
    assert [one.contribution_id for one in queries.progress_of(board.id).open] == [lead.id]
    with transaction():
        vanish(board, lead)
    assert [one.contribution_id for one in queries.progress_of(board.id).open] == [card.id]
    take_up(board, card)
    assert (found(card).visibility, found(card).outcome) == ("public", "adopted")


def test_what_is_public_stays_with_a_hidden_card_and_is_seen_by_itself_meanwhile() -> None:
    board = make.board()
    card, lead = make.card(board, "Ein Bus am Abend."), make.card(board, "Abends ein Bus.")
    with transaction():
        harvest.join(board.lead.actor, here(board.lead, board), card.id, found(lead))
    take_up(board, lead)
    with transaction():
        hide(board, lead)
    standing = db.session.execute(select(Merge).where(Merge.undone_at.is_(None))).scalar_one()
    assert (standing.member_id, found(card).visibility) == (card.id, "public")
    with transaction():
        moderation.restore_contribution(STAFF, found(lead))
    assert (found(card).outcome, found(lead).visibility) == ("merged", "public")


def test_whoever_stands_with_what_is_not_taken_up_reads_it_on_their_way() -> None:
    board = make.board()
    card, lead = make.card(board, "Ein Bus am Abend."), make.card(board, "Abends ein Bus.")
    with transaction():
        harvest.join(board.lead.actor, here(board.lead, board), card.id, found(lead))
    with transaction():
        harvest.pass_over(board.lead.actor, at(board), lead.id, reason="not_agreed")
    assert [one.kind for one in found(card).stations][-1] == "not_taken"
    undo(board, board.lead)
    assert [one.kind for one in found(card).stations][-1] == "undone"


def test_the_protocol_tells_of_the_wording_before_the_harvest_and_of_none_before() -> None:
    board = make.board()
    typo, kept = make.card(board, "Ein Buss fehlt uns."), make.card(board, "Ein Café.")
    for card, words in ((typo, "Ein Bus fehlt uns."), (kept, "Ein Café für alle.")):
        rewrite(board, card, words)
    one = found(typo)
    wording = dialog_harvest.Wording("Ein Bus bis 23 Uhr.", Kind.NEED, one.field, one.municipality)
    with transaction():
        harvest.take_up(
            board.lead.actor, here(board.lead, board), typo.id, wording, members=[], based_on=one.revision
        )
    take_up(board, kept)

    said = {one.contribution.id: one.original for one in protocols.board_record(at(board)).cards}
    before = said[typo.id]
    assert before is not None
    assert before.text == "Ein Bus fehlt uns."
    assert said[kept.id] is None

    undo(board, board.lead)
    undo(board, board.lead)
    assert [one.original for one in protocols.board_record(at(board)).cards] == [None, None]


def test_what_was_hidden_since_does_not_keep_others_from_being_taken_back() -> None:
    board, staff = make.board(), make.account("coordinator")
    first, second = make.card(board, "Ein Bus am Abend."), make.card(board, "Ein Café.")
    take_up(board, first)
    take_up(board, second)
    with transaction():
        moderation.hide_contribution(staff.actor, found(second), reason="insult")
    undo(board, board.lead)
    assert (found(first).outcome, found(second).visibility) == ("open", "hidden")


def test_a_card_that_comes_back_to_a_closed_group_is_decided_on() -> None:
    board, staff = make.board(), make.account("coordinator")
    card, other = make.card(board, "Ein Bus am Abend."), make.card(board, "Ein Café.")
    for one in (card, other):
        with transaction():
            moderation.hide_contribution(staff.actor, found(one), reason="insult")
    close(board)
    with transaction():
        moderation.restore_contribution(staff.actor, found(card))
    assert at(board).board.harvested_at is None
    take_up(board, card)

    # Somebody has said by name why cards stay open.
    make.card(board, "Ein Spielplatz.", by=board.lead)
    close(board, reason="Keine Zeit mehr.")
    with transaction():
        moderation.restore_contribution(staff.actor, found(other))
    assert at(board).board.harvested_at is not None
    assert at(board).board.left_open == "Keine Zeit mehr."


def test_what_is_decided_already_leaves_a_closed_group_closed() -> None:
    board, staff = make.board(), make.account("coordinator")
    card = make.card(board, "Ein Bus am Abend.")
    take_up(board, card)
    close(board)
    with transaction():
        moderation.hide_contribution(staff.actor, found(card), reason="insult")
    with transaction():
        moderation.restore_contribution(staff.actor, found(card))
    assert at(board).board.harvested_at is not None


def count(board: BoardMade, before: BoardHere, card: Contribution) -> None:
    hands.count_hands(board.lead.actor, before, {card.id: 3})


def photograph(board: BoardMade, before: BoardHere, card: Contribution) -> None:
    flipcharts.add_flipchart(board.lead.actor, before, Photograph(b"x", 1, 1))


def type_in(board: BoardMade, before: BoardHere, card: Contribution) -> None:
    typing.type_card(
        board.lead.actor,
        before,
        lane_id=board.lanes["need"],
        text="Noch ein Bus.",
        field=found(card).field,
        municipality=None,
        language="de",
        channel="paper",
    )


def put_off(board: BoardMade, before: BoardHere, card: Contribution) -> None:
    harvest.put_off(board.lead.actor, before, card.id)


@pytest.mark.parametrize("change", [count, photograph, type_in, put_off])
def test_whoever_waited_for_the_lock_finds_the_group_closed(
    change: Callable[[BoardMade, BoardHere, Contribution], None],
) -> None:
    board = make.board()
    card = make.card(board, "Ein Bus am Abend.")

    def close_first(closed: bool) -> None:
        with transaction():
            before = at(board)
            assert before.board.harvested_at is None
            if closed:
                # As another process does it: what was loaded here does not know of it.
                db.session.execute(
                    update(Board)
                    .where(Board.id == board.id)
                    .values(harvested_at=now())
                    .execution_options(synchronize_session=False)
                )
            change(board, before, card)

    with pytest.raises(Conflict, match="Diese Gruppe ist abgeschlossen"):
        close_first(True)
    close_first(False)
