"""Keeping the time of a group: who may, what it changes, and who is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from accounts.permissions import Scope
from core.actor import Actor
from core.clock import now
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.transaction import transaction
from dialog.models import DialogueEvent
from dialog.queries import dialogues as dialogue_queries
from tests import factories
from tests.dialog.ground import facts, nothing_changes
from tests.factories import STAFF, Person
from workshops.actions import clock
from workshops.models import Board
from workshops.permissions import RIGHTS, Permission
from workshops.queries import boards as queries
from workshops.queries import script as script_queries
from workshops.queries.boards import BoardHere
from workshops.vocabulary import Allowed

MINUTE = timedelta(minutes=1)
BEGIN = datetime(2026, 11, 20, 10, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("inside")


@pytest.fixture(autouse=True)
def ten_o_clock(inside: None) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(BEGIN, tick=False) as traveller:
        yield traveller


@pytest.fixture
def event() -> DialogueEvent:
    made = factories.day(places=(20, 20), starts_at=now() - timedelta(minutes=40), signup=False)
    factories.boards(made)
    return made


def reread(event: DialogueEvent) -> DialogueEvent:
    return dialogue_queries.access_event(STAFF, factories.dialogue(), event.slug)


def here(event: DialogueEvent, number: int = 1, round_no: int = 1, actor: Actor = STAFF) -> BoardHere:
    return queries.access_board(actor, reread(event), number, round_no)


def do(action: Callable[..., object], event: DialogueEvent, *args: object, **where: object) -> None:
    with transaction():
        actor = where.get("actor", STAFF)
        action(actor, here(event, **where), *args)  # type: ignore[arg-type]


def steps(event: DialogueEvent, round_no: int = 1) -> list[int]:
    at = here(event, round_no=round_no)
    return [step.id for step in script_queries.script_of(at.group.id, at.round.id)]


def board(event: DialogueEvent, number: int = 1, round_no: int = 1) -> Board:
    return here(event, number, round_no).board


def step_that(event: DialogueEvent, allows: Allowed) -> int:
    at = here(event)
    return next(s.id for s in script_queries.script_of(at.group.id, at.round.id) if s.allows == allows)


def test_a_step_sets_the_clock_and_what_people_may_do(event: DialogueEvent) -> None:
    cards, dots = step_that(event, Allowed.CARDS), step_that(event, Allowed.DOTS)
    before = board(event).version

    do(clock.start_step, event, cards)
    at = here(event)
    assert (at.board.step_id, at.board.step_started_at) == (cards, BEGIN)
    assert at.board.step is not None
    assert at.board.step_ends_at == BEGIN + at.board.step.minutes * MINUTE
    assert (at.group.accepts_cards, at.group.accepts_votes) == (True, False)
    assert at.board.version == before + 1
    assert facts("StepStarted")[-1][2] == {"board_id": at.board.id, "step_id": cards}

    do(clock.start_step, event, dots)
    assert (here(event).group.accepts_cards, here(event).group.accepts_votes) == (False, True)
    assert board(event, number=2).step_id is None


def test_of_two_who_press_next_one_begins_the_step(event: DialogueEvent) -> None:
    first = steps(event)[0]
    do(clock.start_step, event, first)

    with nothing_changes(), pytest.raises(Conflict):
        do(clock.start_step, event, first)
    with nothing_changes(), pytest.raises(NotFound):
        do(clock.start_step, event, steps(event, 2)[0])


def test_a_pause_moves_the_end(event: DialogueEvent, ten_o_clock: time_machine.Traveller) -> None:
    do(clock.start_step, event, steps(event)[1])
    ends = board(event).step_ends_at
    assert ends is not None

    ten_o_clock.move_to(BEGIN + 4 * MINUTE)
    do(clock.pause, event)
    with pytest.raises(Conflict):
        do(clock.pause, event)
    assert here(event).group.accepts_cards, "While the clock stands still, people still write."
    ten_o_clock.move_to(BEGIN + 10 * MINUTE)
    do(clock.go_on, event)

    assert board(event).step_ends_at == ends + 6 * MINUTE
    assert board(event).paused_at is None
    with pytest.raises(Conflict):
        do(clock.go_on, event)
    assert [payload["status"] for _, _, payload in facts("ClockChanged")] == ["paused", "went_on"]


def test_more_time_for_one_group_or_for_all(
    event: DialogueEvent, ten_o_clock: time_machine.Traveller
) -> None:
    with pytest.raises(Conflict):
        do(clock.extend, event, 5)
    with transaction():
        assert clock.start_round(STAFF, reread(event), here(event).round) == 2
    ends = board(event).step_ends_at
    assert ends is not None

    do(clock.extend, event, 5)
    assert (board(event).step_ends_at, board(event, 2).step_ends_at) == (ends + 5 * MINUTE, ends)
    with transaction():
        assert clock.extend_all(STAFF, reread(event), here(event).round, 3) == 2
    assert (board(event).step_ends_at, board(event, 2).step_ends_at) == (ends + 8 * MINUTE, ends + 3 * MINUTE)

    # Whose time is up gets the minutes from now on, and not from when it was up.
    ten_o_clock.move_to(ends + 60 * MINUTE)
    do(clock.extend, event, 5)
    assert board(event).step_ends_at == ends + 65 * MINUTE
    for minutes in (0, -5, 10_000):
        with nothing_changes(), pytest.raises(Invalid):
            do(clock.extend, event, minutes)


def test_a_round_that_is_over_can_be_taken_back(
    event: DialogueEvent, ten_o_clock: time_machine.Traveller
) -> None:
    do(clock.start_step, event, step_that(event, Allowed.CARDS))
    ends = board(event).step_ends_at
    assert ends is not None
    ten_o_clock.move_to(BEGIN + 2 * MINUTE)
    do(clock.end_round, event)
    at = here(event)
    assert (at.board.ended_at, at.group.accepts_cards) == (BEGIN + 2 * MINUTE, False)
    for action, args in ((clock.end_round, ()), (clock.pause, ()), (clock.start_step, (steps(event)[0],))):
        with nothing_changes(), pytest.raises(Conflict):
            do(action, event, *args)

    ten_o_clock.move_to(BEGIN + 9 * MINUTE)
    do(clock.reopen_round, event)
    assert (board(event).ended_at, here(event).group.accepts_cards) == (None, True)
    do(clock.go_on, event)
    assert board(event).step_ends_at == ends + 7 * MINUTE
    with pytest.raises(Conflict):
        do(clock.reopen_round, event)


def test_a_group_is_in_one_round_at_a_time(event: DialogueEvent) -> None:
    """What is allowed is written on the group, so an open round would go on taking the cards of the next."""
    do(clock.start_step, event, step_that(event, Allowed.CARDS))
    do(clock.start_step, event, steps(event, 2)[1], round_no=2)

    assert board(event).ended_at == BEGIN
    assert board(event, round_no=2).ended_at is None
    assert here(event).group.accepts_cards
    assert [payload["board_id"] for _, _, payload in facts("RoundEnded")] == [board(event).id]


def test_ending_a_round_for_all_leaves_those_alone_that_have_not_begun(event: DialogueEvent) -> None:
    with pytest.raises(Conflict), transaction():
        clock.end_round_for_all(STAFF, reread(event), here(event).round)
    do(clock.start_step, event, steps(event)[0], number=2)
    with transaction():
        assert clock.end_round_for_all(STAFF, reread(event), here(event).round) == 1
    assert board(event).ended_at is None
    assert board(event, 2).ended_at == BEGIN


def test_who_keeps_the_time(event: DialogueEvent) -> None:
    group = here(event).group.id
    leads = factories.account("moderator", Scope("group", group)).actor
    notes = factories.account("note_taker", Scope("event", event.id)).actor
    other = factories.account("moderator", Scope("group", here(event, 2).group.id)).actor
    person = factories.participant()
    factories.seat(event, person, groups={1: 1})

    for actor in (leads, notes, STAFF):
        assert RIGHTS.allows(actor, Permission.KEEP_TIME, here(event))
    do(clock.start_step, event, steps(event)[1], actor=leads)
    do(clock.pause, event, actor=notes)
    with nothing_changes(), pytest.raises(Forbidden):
        do(clock.go_on, event, actor=person.actor)
    with nothing_changes(), pytest.raises(NotFound):
        do(clock.go_on, event, actor=other)
    # All groups at once is for those who lead the day.
    for refused in (leads, person.actor, other):
        with nothing_changes(), pytest.raises(Forbidden), transaction():
            clock.extend_all(refused, reread(event), here(event).round, 5)
    with transaction():
        clock.extend_all(notes, reread(event), here(event).round, 5)


def test_the_step_of_one_round_opens_no_other(event: DialogueEvent) -> None:
    first, second = factories.participant(), factories.participant()
    factories.seat(event, first, groups={1: 1})
    factories.seat(event, second, groups={2: 1})

    def may_write(person: Person, round_no: int) -> bool:
        at = here(event, round_no=round_no, actor=person.actor)
        return RIGHTS.allows(person.actor, Permission.WRITE_CARD, at)

    assert not may_write(first, 1)
    do(clock.start_step, event, step_that(event, Allowed.CARDS))
    assert may_write(first, 1)
    assert not may_write(second, 2), "Their round has not begun, though it is the same group."
    do(clock.end_round, event)
    assert not may_write(first, 1)
    do(clock.start_step, event, steps(event, 2)[1], round_no=2)
    assert may_write(second, 2)
    assert not may_write(first, 1)
