"""Check-in at the door: who counts from then on, in which tier, and what taking it back restores."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from accounts.models import PersonalCode
from core.actor import VISITOR
from core.clock import now
from core.db import db
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.transaction import transaction
from dialog.actions import checkin, polls
from dialog.models import Ballot, DialogueEvent, Participant, Poll, Registration, Tally, Turnout
from dialog.queries import checkin as queries
from dialog.queries import dialogues as dialogue_queries
from dialog.queries import registrations as registration_queries
from dialog.vocabulary import PollStatus
from tests import factories
from tests.client import Client
from tests.conftest import Maker
from tests.dialog.ground import counted_queries, facts
from tests.factories import STAFF, Person

HOUR = timedelta(hours=1)


def today(**values: object) -> DialogueEvent:
    """An event that began a quarter of an hour ago."""
    return factories.day(starts_at=now() - timedelta(minutes=15), **values)  # type: ignore[arg-type]


def tier_of(person: Person) -> tuple[str | None, set[str]]:
    """The tier of a participant and those of their codes."""
    db.session.rollback()
    participant = db.session.scalar(select(Participant.tier).where(Participant.key == person.actor.key))
    codes = set(
        db.session.scalars(select(PersonalCode.tier).where(PersonalCode.holder_key == person.actor.key))
    )
    return participant, codes


def sums(poll: Poll) -> tuple[dict[tuple[int, str], tuple[int, int]], dict[str, int]]:
    """Stored tallies that are not zero, and the turnout, by tier."""
    db.session.rollback()
    tallies = {
        (item, tier): (points, voters)
        for item, tier, points, voters in db.session.execute(
            select(Tally.item_id, Tally.tier, Tally.points, Tally.voters)
        )
        if item in {one.id for one in poll.items} and (points or voters)
    }
    turnout = dict(
        db.session.execute(
            select(Turnout.tier, Turnout.ballots).where(Turnout.poll_id == poll.id, Turnout.ballots != 0)
        ).all()
    )
    return tallies, turnout


def recounted(poll: Poll) -> tuple[dict[tuple[int, str], tuple[int, int]], dict[str, int]]:
    """The same from the ballots."""
    tallies: dict[tuple[int, str], tuple[int, int]] = {}
    turnout: dict[str, int] = {}
    for tier, choices in db.session.execute(
        select(Ballot.tier, Ballot.choices).where(Ballot.poll_id == poll.id)
    ):
        turnout[tier] = turnout.get(tier, 0) + bool(choices)
        for item, points in choices.items():
            had = tallies.get((int(item), tier), (0, 0))
            tallies[(int(item), tier)] = (had[0] + points, had[1] + 1)
    return tallies, {tier: number for tier, number in turnout.items() if number}


def vote(person: Person, poll: Poll, points: int, position: int = 0) -> None:
    with transaction():
        polls.cast_ballot(person.actor, poll, choices={poll.items[position].id: points})


@pytest.mark.usefixtures("inside")
def test_checking_in_raises_the_person_their_codes_and_their_ballots_and_undo_gives_them_back() -> None:
    event = today()
    open_poll, over = factories.poll(needs=2), factories.poll(in_field="wohnen")
    person, other = factories.participant(tier="C"), factories.participant(tier="C")
    seat = factories.seat(event, person)
    for voter in (person, other):
        vote(voter, open_poll, 2)
        vote(voter, over, 1)
    with transaction():
        polls.close_poll(STAFF, over)
    before, item = sums(over), open_poll.items[0].id

    with transaction():
        assert checkin.check_in(STAFF, event, [seat]) == [seat]

    assert tier_of(person) == ("B", {"B"})
    assert tier_of(other) == ("C", {"C"})
    assert sums(open_poll) == recounted(open_poll)
    assert sums(open_poll) == ({(item, "B"): (2, 1), (item, "C"): (2, 1)}, {"B": 1, "C": 1})
    assert sums(over) == before
    assert facts("PersonCheckedIn") == [
        (STAFF.key, "PersonCheckedIn", {"event_id": event.id, "registration_id": seat, "tier": "C"})
    ]

    with transaction():
        assert checkin.undo_check_in(STAFF, event, [seat]) == 1

    assert tier_of(person) == ("C", {"C"})
    assert sums(open_poll) == recounted(open_poll) == ({(item, "C"): (4, 2)}, {"C": 2})
    assert len(facts("CheckInUndone")) == 1


@pytest.mark.usefixtures("inside")
def test_whoever_was_more_than_c_stays_what_they_are() -> None:
    event = today()
    people = {tier: factories.participant(tier=tier) for tier in ("A", "B")}  # type: ignore[arg-type]
    seats = [factories.seat(event, person, channel="invitation") for person in people.values()]

    with transaction():
        assert checkin.check_in(STAFF, event, seats) == seats
    assert {tier: tier_of(person)[0] for tier, person in people.items()} == {"A": "A", "B": "B"}
    with transaction():
        checkin.undo_check_in(STAFF, event, seats)
    assert {tier: tier_of(person)[0] for tier, person in people.items()} == {"A": "A", "B": "B"}


@pytest.mark.usefixtures("inside")
def test_what_is_raised_stays_as_long_as_one_check_in_stands() -> None:
    morning, evening = today(), today()
    person = factories.participant(tier="C")
    first, second = factories.seat(morning, person), factories.seat(evening, person)

    with transaction():
        checkin.check_in(STAFF, morning, [first])
        checkin.check_in(STAFF, evening, [second])
    with transaction():
        checkin.undo_check_in(STAFF, morning, [first])
    assert tier_of(person)[0] == "B"
    with transaction():
        checkin.undo_check_in(STAFF, evening, [second])
    assert tier_of(person)[0] == "C"


@pytest.mark.usefixtures("inside")
def test_twice_is_once_and_others_are_passed_over() -> None:
    event, elsewhere = today(), today()
    seat, foreign, gone = factories.seat(event), factories.seat(elsewhere), factories.seat(event)
    with transaction():
        db.session.get_one(Registration, gone).status = "cancelled"

    with transaction():
        assert checkin.check_in(STAFF, event, [seat, foreign, gone, seat, 999_999]) == [seat]
    with transaction():
        assert checkin.check_in(STAFF, event, [seat]) == []
        assert checkin.undo_check_in(STAFF, event, [foreign, gone]) == 0
    assert len(facts("PersonCheckedIn")) == 1
    with pytest.raises(Forbidden), transaction():
        checkin.check_in(VISITOR, event, [seat])
    with pytest.raises(Forbidden), transaction():
        checkin.undo_check_in(VISITOR, event, [seat])


@pytest.mark.usefixtures("inside")
def test_the_door_is_open_from_midnight_to_the_end_and_keeps_only_the_day() -> None:
    start = datetime(2027, 6, 4, 8, 0, tzinfo=UTC)
    event = factories.day(starts_at=start)
    early, late = factories.seat(event), factories.seat(event)

    for closed in (datetime(2027, 6, 3, 21, 59, tzinfo=UTC), start + 3 * HOUR):
        with time_machine.travel(closed, tick=False), pytest.raises(Conflict), transaction():
            checkin.check_in(STAFF, event, [early])
    with time_machine.travel(datetime(2027, 6, 3, 22, 0, tzinfo=UTC), tick=False), transaction():
        checkin.check_in(STAFF, event, [early])
    with time_machine.travel(start + timedelta(hours=2, minutes=59), tick=False), transaction():
        checkin.check_in(STAFF, event, [late])

    kept = set(db.session.scalars(select(Registration.checked_in_at)))
    assert kept == {datetime(2027, 6, 3, 22, 0, tzinfo=UTC)}
    with time_machine.travel(start + timedelta(hours=13), tick=False), transaction():
        assert checkin.undo_check_in(STAFF, event, [late]) == 1
    with (
        time_machine.travel(start + timedelta(hours=15), tick=False),
        pytest.raises(Conflict),
        transaction(),
    ):
        checkin.undo_check_in(STAFF, event, [early])


@pytest.mark.usefixtures("inside")
def test_a_ballot_that_is_cast_with_an_old_look_at_oneself_counts_as_what_one_is() -> None:
    event, poll = today(), factories.poll(needs=1)
    person = factories.participant(tier="C")
    seat = factories.seat(event, person)
    with transaction():
        checkin.check_in(STAFF, event, [seat])

    assert person.actor.tier == "C"
    vote(person, poll, 2)

    assert sums(poll) == recounted(poll) == ({(poll.items[0].id, "B"): (2, 1)}, {"B": 1})


@settings(max_examples=20)
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["vote", "in", "out"]), st.integers(0, 2), st.integers(0, 2)), max_size=12
    )
)
def test_tallies_are_always_what_a_recount_gives(
    app: Flask, site: object, steps: list[tuple[str, int, int]]
) -> None:
    site.start_from("empty")  # type: ignore[attr-defined]
    with app.app_context():
        event, poll = today(), factories.poll(needs=2)
        people = [factories.participant(tier="C") for _ in range(3)]
        seats = [factories.seat(event, person) for person in people]
        for step, who, points in steps:
            if step == "vote":
                vote(people[who], poll, points, position=who % 2)
                continue
            with transaction():
                act = checkin.check_in if step == "in" else checkin.undo_check_in
                act(STAFF, event, [seats[who]])
            assert sums(poll) == recounted(poll)
        assert sums(poll) == recounted(poll)


@pytest.mark.usefixtures("inside")
def test_a_slip_is_found_however_it_is_typed_and_refusals_say_what_to_do() -> None:
    event = today()
    person = factories.participant(tier="C")
    seat = factories.seat(event, person)
    line = next(one for one in queries.door_list(STAFF, event) if one.registration_id == seat)

    for typed in (line.slip_number, line.slip_number.lower(), line.slip_number[2:], f" {line.slip_number} "):
        assert queries.registration_of_slip(STAFF, event, typed) == seat
    for typed, words in (
        (person.code, "persönliche Code"),
        ("Z-00000", "keinen Zettel"),
        ("", "keinen Zettel"),
    ):
        with pytest.raises(Invalid, match=words):
            queries.registration_of_slip(STAFF, event, typed)
    stranger = factories.participant()
    slip = db.session.scalar(
        select(PersonalCode.slip_number).where(PersonalCode.holder_key == stranger.actor.key)
    )
    with pytest.raises(Invalid, match="keine Anmeldung"):
        queries.registration_of_slip(STAFF, event, slip or "")
    for ask in (queries.door_list, queries.attendance):
        with pytest.raises(NotFound):
            ask(person.actor, event)
    with pytest.raises(NotFound):
        queries.registration_of_slip(person.actor, event, line.slip_number)


@pytest.mark.usefixtures("inside")
def test_the_list_at_the_door_costs_the_same_for_many() -> None:
    event = today(places=(50,))
    costs = []
    for _ in range(2):
        for _ in range(6):
            factories.seat(event, groups={1: 1})
        db.session.rollback()
        with counted_queries() as seen:
            assert queries.door_list(STAFF, event)
            queries.attendance(STAFF, dialogue_queries.access_event(STAFF, event.dialogue, event.slug))
        costs.append(len(seen))
    assert costs[0] == costs[1] <= 12


@pytest.mark.usefixtures("inside")
def test_attendance_tells_no_small_number_and_moves_by_five_people() -> None:
    event = today(places=(20, 20, None))
    seats = [factories.seat(event, groups={1: 1}) for _ in range(9)]
    seats += [factories.seat(event, groups={1: 2}, channel="event_code") for _ in range(6)]

    def numbers() -> queries.Attendance:
        fresh = dialogue_queries.access_event(STAFF, event.dialogue, event.slug)
        return queries.attendance(STAFF, fresh)

    def come(*ids: int) -> None:
        with transaction():
            checkin.check_in(STAFF, event, ids)

    come(*seats[:4])
    assert (numbers().registered, numbers().here, numbers().channels, numbers().as_of) == (15, 0, {}, None)
    # The same four once more are no fifth.
    with transaction():
        checkin.undo_check_in(STAFF, event, seats[:4])
    come(*seats[:4])
    assert numbers().here == 0
    come(seats[4])
    assert (numbers().here, numbers().channels) == (5, {"event_code": 5})
    for seat in seats[5:9]:
        come(seat)
    assert numbers().here == 5
    come(*seats[9:12])
    assert numbers().here == 10
    with transaction():
        checkin.undo_check_in(STAFF, event, seats[:8])
    assert numbers().here == 0
    # The page for those who plan shows what was counted at the same moment.
    fresh = dialogue_queries.access_event(STAFF, event.dialogue, event.slug)
    planned = registration_queries.registration_numbers(STAFF, event.dialogue, fresh)
    assert planned.people["presence"] == {}
    assert planned.as_of == numbers().as_of


def slips(browser: Client) -> list[str]:
    """The slip numbers in the list of the page in hand."""
    return [one.text for one in browser.page.find_all("span", dir="ltr") if one.text.startswith("Z-")]


def test_staff_check_in_by_slip_by_press_and_in_bulk_and_take_it_back(
    make: Maker, client_as: Callable[..., Client], browse: Callable[[Person | None], Client]
) -> None:
    event = make.day(starts_at=now() - timedelta(minutes=15))
    for _ in range(2):
        make.seat(event, groups={1: 1})
    make.seat(event)
    page = f"/dialogues/probe/events/{event.slug}/check-in"
    staff = client_as("coordinator")

    staff.get(page, 200)
    assert "Bisher da: 0 von 3 Personen." in staff.text
    slip = slips(staff)[0]
    staff.follow(staff.post_form(page, {"slip": slip}))
    assert "Bisher da: 1 von 3 Personen." in staff.text
    assert slip not in slips(staff)
    # The same slip at the other door a moment later.
    staff.follow(staff.post_form(page, {"slip": slip.lower()}))
    assert "Bisher da: 1 von 3 Personen." in staff.text
    assert "Schon eingecheckt. Es hat sich nichts geändert." in staff.page.text

    staff.post(page, {"_key": "k" * 20}, 422)
    assert staff.errors == ["Bitte kreuzen Sie an, wer da ist."]
    staff.post_form(page, {"slip": "Z-00000"}, 422)
    assert staff.page.find("input", id="slip")["value"] == "Z-00000"

    group = str(event.groups[0].id)
    staff.follow(staff.post(page, {"_key": "g" * 20, "step": "group", "group": group}))
    staff.get(f"{page}?group={group}")
    assert slips(staff) == []
    staff.get(f"{page}?who=here")
    ids = [one["value"] for one in staff.page.find_all("input", name="tick")]
    assert len(ids) >= 2
    staff.follow(
        staff.post(page, {"_key": "o" * 20, "step": "undo", "one": ids[0], "tick": ids, "who": "here"})
    )
    assert f"Bisher da: {len(ids) - 1} von 3 Personen." in staff.text
    staff.follow(staff.post(page, {"_key": "u" * 20, "step": "undo", "tick": ids, "who": "here"}))
    assert "Bisher da: 0 von 3 Personen." in staff.text

    for person in (None, make.participant(), make.account("auditor")):
        stranger = browse(person)
        stranger.get(page, 404)
        stranger.post(page, {"_key": "x" * 20, "one": ids[0]}, 404)
        stranger.get(f"/dialogues/probe/events/{event.slug}/attendance", 404)
    staff.get(f"/dialogues/probe/events/{event.slug}/attendance", 200)


@pytest.mark.usefixtures("inside")
def test_a_poll_past_its_time_counts_as_over() -> None:
    event = today()
    closes = now() + HOUR
    poll = factories.poll(needs=1, closes_at=closes)
    assert poll.status == PollStatus.OPEN
    person = factories.participant(tier="C")
    seat = factories.seat(event, person)
    vote(person, poll, 1)
    before = sums(poll)

    with time_machine.travel(closes, tick=False), transaction():
        checkin.check_in(STAFF, event, [seat])

    assert sums(poll) == before
