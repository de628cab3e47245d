"""Signing up, changing, leaving, cancelling: what is kept, what is recorded, who moves up and is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from accounts.models import PersonalCode
from accounts.queries import messages as account_queries
from core.actor import SYSTEM, VISITOR
from core.clock import now
from core.db import db
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.journal import JournalEntry, record
from core.transaction import transaction
from dialog.actions import registrations as actions
from dialog.actions import waiting_lists
from dialog.actions.registrations import About, Full
from dialog.facts import SittingChanged
from dialog.models import AccessNeed, DialogueEvent, GroupChoice, Participant, Registration, Sitting
from dialog.queries import registrations as queries
from dialog.seating import Wish
from tests import factories as make
from tests.dialog.ground import count, facts, nothing_changes
from tests.dialog.signing_up import (
    event_now,
    everything_adds_up,
    groups_of,
    own,
    person,
    seated,
    sign_up,
    states,
    wishes,
)
from tests.factories import STAFF

pytestmark = pytest.mark.usefixtures("inside")


def move_event(event: DialogueEvent, **values: object) -> None:
    with transaction():
        db.session.execute(update(DialogueEvent).where(DialogueEvent.id == event.id).values(**values))


# ---------------------------------------------------------------------------------------------- signing up


def test_whoever_signs_up_gets_a_code_of_tier_c_and_places_in_two_rounds() -> None:
    event = make.day()
    first, second, _ = groups_of(event)

    done = sign_up(event, first, second)

    assert seated(done.registration_id) == {first, second}
    assert person(done).actor.tier == "C"
    assert facts("RegistrationMade") == [
        ("", "RegistrationMade", {"registration_id": done.registration_id, "event_id": event.id})
    ]
    everything_adds_up(event)


def test_a_participant_registers_as_themselves_and_once() -> None:
    event, somebody = make.day(), make.participant()

    done = sign_up(event, by=somebody.actor)

    assert done.issued is None
    assert facts("RegistrationMade")[0][0] == somebody.actor.key
    with pytest.raises(Conflict), nothing_changes(Registration):
        sign_up(event, by=somebody.actor)
    assert count(Participant) == 1


def test_somebody_of_another_dialogue_is_somebody_new_here_and_nothing_links_the_two() -> None:
    event, elsewhere = make.day(), make.participant(make.dialogue("dort"))

    done = sign_up(event, by=elsewhere.actor)

    assert person(done).actor.key != elsewhere.actor.key
    assert {actor for actor, fact, _ in facts() if fact.startswith("Regist")} == {""}


def test_staff_do_not_sign_up_for_themselves() -> None:
    event, coordinator = make.day(), make.account("coordinator")

    with pytest.raises(Forbidden), nothing_changes(Registration, PersonalCode):
        sign_up(event, by=coordinator.actor)


@pytest.mark.parametrize(
    "times",
    [
        {"signup_from": None},
        {"signup_from": now() + timedelta(hours=1)},
        {"signup_until": now() - timedelta(minutes=1)},
        {"starts_at": now() - timedelta(minutes=1)},
    ],
    ids=["never", "not yet", "closed", "begun"],
)
def test_signing_up_has_its_time(times: dict[str, object]) -> None:
    event = make.day()
    sign_up(event)
    move_event(event, **times)

    with pytest.raises(Conflict), nothing_changes(Registration, PersonalCode):
        sign_up(event)


def test_what_makes_no_sense_is_refused_and_nothing_is_kept() -> None:
    event = make.day(places=(5, 5, 5), rounds=([1, 2], [1], [1]))
    both, one, other = groups_of(event)
    elsewhere = groups_of(make.day())[0]

    for choice in ((both, one, other), (one, other), (elsewhere,), (both, both)):
        with pytest.raises(Invalid), nothing_changes(Registration, GroupChoice, PersonalCode):
            sign_up(event, *choice)
    with pytest.raises(Invalid):
        sign_up(event, about=About(role="spy"))
    with pytest.raises(Invalid):
        sign_up(event, about=About(needs=frozenset({"money"})))
    done = sign_up(event, both, one, reserve=other)
    assert states(done.registration_id)[other] == "spare"


def test_a_group_that_has_become_full_meanwhile_keeps_everything_as_it_was() -> None:
    event = make.day(places=(1, 5, 5), rounds=([1], [1, 2], [1, 2]))
    small, other, _ = groups_of(event)
    sign_up(event, small)

    with pytest.raises(Full) as refused, nothing_changes(Registration, GroupChoice, PersonalCode):
        sign_up(event, other, small)

    assert refused.value.groups == [small]
    done = sign_up(event, other, small, full=[small])
    assert states(done.registration_id)[small] == "waiting"
    everything_adds_up(event)


def test_the_substitute_is_taken_while_the_wish_waits() -> None:
    event = make.day(places=(1, 5, 0), rounds=([1], [1], [1]))
    small, other, full = groups_of(event)
    sign_up(event, small)

    with_substitute = sign_up(event, small, reserve=other, full=[small])
    with_nothing = sign_up(event, small, reserve=full, full=[small, full])

    assert states(with_substitute.registration_id)[small] == "waiting"
    assert seated(with_substitute.registration_id) == {other}
    assert set(states(with_nothing.registration_id).values()) == {"waiting"}


# -------------------------------------------------------------------------------------------- moving up


def test_who_cancels_makes_room_for_the_first_in_line_who_is_told() -> None:
    event = make.day(places=(1, 5, 5), rounds=([1], [2], [1, 2]))
    small = groups_of(event)[0]
    holder = person(sign_up(event, small, about=About("resident", needs=frozenset({"childcare"}))))
    first, second = (sign_up(event, small, full=[small]) for _ in range(2))
    waiting = own(person(second), event)
    assert queries.positions(waiting) == {small: 2}

    with transaction():
        actions.cancel_registration(holder.actor, own(holder, event))

    assert seated(first.registration_id) == {small}
    assert states(second.registration_id) == {small: "waiting"}
    assert queries.positions(own(person(second), event)) == {small: 1}
    assert [payload["registration_id"] for _, _, payload in facts("MovedUp")] == [first.registration_id]
    (notice,) = account_queries.own_notices(person(first).actor)
    assert notice.values["group"]["de"] == "Gruppe 1"
    assert notice.url.endswith(f"/events/{event.slug}/registration")
    assert not account_queries.own_notices(person(second).actor)
    cancelled = queries.own_registration(holder.actor, event)
    assert cancelled is not None
    assert (cancelled.status, cancelled.role, cancelled.choices) == ("cancelled", "", [])
    assert count(AccessNeed) == 0
    everything_adds_up(event)


def test_who_moves_up_gives_the_substitute_to_the_next_in_one_go() -> None:
    event = make.day(places=(1, 1, 5), rounds=([1], [1], [2]))
    wish, substitute, _ = groups_of(event)
    holder = person(sign_up(event, wish))
    moves = sign_up(event, wish, reserve=substitute, full=[wish])
    follows = sign_up(event, substitute, full=[substitute])

    with transaction():
        actions.leave_group(holder.actor, own(holder, event), wish)

    assert states(moves.registration_id)[substitute] == "spare"
    assert (seated(moves.registration_id), seated(follows.registration_id)) == ({wish}, {substitute})
    assert len(account_queries.own_notices(person(moves).actor)) == 2
    everything_adds_up(event)


def test_who_sits_elsewhere_then_is_passed_over_and_stays_first() -> None:
    event = make.day(places=(1, 5, 5), rounds=([1], [1, 2], [2]))
    small, both, second_only = groups_of(event)
    holder = person(sign_up(event, small))
    busy = sign_up(event, both, second_only)
    busy_person = person(busy)
    with transaction():
        # In the first round already, as the second is taken by the other group.
        actions.change_registration(
            busy_person.actor,
            own(busy_person, event),
            wishes=wishes([both, small]),
            shown_full={small},
            about=About(),
        )
    free = sign_up(event, small, full=[small])
    assert seated(busy.registration_id) == {both}
    round_of_both = states(busy.registration_id)[both]

    with transaction():
        actions.cancel_registration(holder.actor, own(holder, event))

    first_round = queries.places_of(event.id)[0].round_id
    if round_of_both == f"seated in {first_round}":
        assert seated(free.registration_id) == {small}
        assert states(busy.registration_id)[small] == "waiting"
    else:
        assert seated(busy.registration_id) == {both, small}
    everything_adds_up(event)


def test_more_places_in_the_plan_move_the_list_up() -> None:
    event = make.day(places=(1, 5, 5), rounds=([1], [2], [2]))
    small = groups_of(event)[0]
    sign_up(event, small)
    next_one = sign_up(event, small, full=[small])

    with transaction():
        db.session.execute(update(Sitting).where(Sitting.group_id == small).values(places=2))
        record(STAFF, SittingChanged(event.id))

    assert seated(next_one.registration_id) == {small}
    with pytest.raises(Forbidden), transaction():
        waiting_lists.fill_free_places(STAFF, event.id)


# -------------------------------------------------------------------------------------- changing and leaving


def test_a_place_is_given_up_only_for_a_sure_one() -> None:
    event = make.day(places=(1, 1, 5), rounds=([1], [1], [2]))
    mine, taken, late = groups_of(event)
    sign_up(event, taken)
    done = sign_up(event, mine, late)
    me = person(done)

    def choose(*groups: int, full: tuple[int, ...] = ()) -> None:
        with transaction():
            actions.change_registration(
                me.actor, own(me, event), wishes=wishes(groups), shown_full=set(full), about=About("resident")
            )

    with pytest.raises(Full), nothing_changes():
        choose(taken, late)
    assert seated(done.registration_id) == {mine, late}
    choose(taken, late, full=(taken,))
    assert (seated(done.registration_id), states(done.registration_id)[taken]) == ({late}, "waiting")
    choose(mine, late)
    assert seated(done.registration_id) == {mine, late}
    assert own(me, event).role == "resident"
    everything_adds_up(event)


def test_changing_something_else_keeps_places_and_the_place_in_line() -> None:
    event = make.day(places=(1, 5, 5), rounds=([1], [2], [1]))
    small, late, _ = groups_of(event)
    sign_up(event, small)
    done = sign_up(event, small, late, full=[small])
    behind = person(sign_up(event, small, full=[small]))
    me = person(done)

    with transaction():
        actions.change_registration(
            me.actor,
            own(me, event),
            wishes=wishes([late, small]),
            shown_full=set(),
            about=About(language="ar"),
        )

    assert seated(done.registration_id) == {late}
    assert queries.positions(own(me, event)) == {small: 1}
    assert queries.positions(own(behind, event)) == {small: 2}


def test_leaving_one_group_keeps_the_others_and_a_seated_substitute_becomes_a_wish() -> None:
    event = make.day(places=(0, 5, 5))
    full, wish, substitute = groups_of(event)
    done = sign_up(event, full, wish, reserve=substitute, full=[full])
    me = person(done)
    assert seated(done.registration_id) == {wish, substitute}

    with transaction():
        actions.leave_group(me.actor, own(me, event), full)

    assert seated(done.registration_id) == {wish, substitute}
    assert not any(choice.is_reserve for choice in own(me, event).choices)
    with pytest.raises(Invalid), transaction():
        actions.leave_group(me.actor, own(me, event), full)


def test_who_cancelled_can_sign_up_again_with_the_same_code() -> None:
    event = make.day()
    first, second, _ = groups_of(event)
    me = person(sign_up(event, first))
    with transaction():
        actions.cancel_registration(me.actor, own(me, event))
    cancelled = queries.own_registration(me.actor, event)
    assert cancelled is not None
    with pytest.raises(Conflict), transaction():
        actions.cancel_registration(me.actor, cancelled)

    again = sign_up(event, second, by=me.actor)

    assert seated(again.registration_id) == {second}
    assert (count(Registration), count(Participant)) == (1, 1)


def test_nobody_changes_what_is_somebody_elses_or_over() -> None:
    event = make.day()
    me, other = (person(sign_up(event)) for _ in range(2))
    mine = own(me, event)

    for nobody in (other.actor, VISITOR, STAFF):
        with pytest.raises(Forbidden), transaction():
            actions.change_registration(nobody, mine, wishes=[], shown_full=(), about=About())
        with pytest.raises(Forbidden), transaction():
            actions.cancel_registration(nobody, mine)
    move_event(event, starts_at=now() - timedelta(hours=2), ends_at=now() - timedelta(hours=1))
    with pytest.raises(Conflict), transaction():
        actions.cancel_registration(me.actor, own(me, event))


def test_on_the_day_what_has_been_stays_and_the_rest_can_be_chosen() -> None:
    event = make.day(places=(5, 5, 5), rounds=([1], [2], [1, 2]))
    early, late, both = groups_of(event)
    done = sign_up(event, early, late)
    me = person(done)
    with transaction():
        hours = timedelta(days=7, hours=1, minutes=45)
        for item in event_now(event).agenda:
            item.starts_at, item.ends_at = item.starts_at - hours, item.ends_at - hours
    move_event(event, starts_at=now() - timedelta(hours=1, minutes=45), ends_at=now() + timedelta(hours=2))

    with transaction():
        actions.change_registration(
            me.actor, own(me, event), wishes=wishes([both]), shown_full=(), about=About()
        )

    assert seated(done.registration_id) == {early, both}
    everything_adds_up(event)
    with pytest.raises(Invalid), transaction():
        actions.change_registration(
            me.actor, own(me, event), wishes=wishes([both, late]), shown_full=(), about=About()
        )


def test_erasure_leaves_nothing_of_a_registration_and_frees_its_places() -> None:
    event = make.day(places=(1, 5, 5), rounds=([1], [2], [2]))
    small = groups_of(event)[0]
    gone = person(sign_up(event, small, about=About(needs=frozenset({"childcare"}))))
    next_one = sign_up(event, small, full=[small])
    participant = queries.participant_of(gone.actor, event.dialogue_id)
    assert participant is not None

    with pytest.raises(Forbidden), transaction():
        actions.erase_registrations(gone.actor, participant)
    with transaction():
        actions.erase_registrations(SYSTEM, participant)

    assert queries.own_registration(gone.actor, event) is None
    assert count(AccessNeed) == 0
    assert seated(next_one.registration_id) == {small}
    everything_adds_up(event)


# ----------------------------------------------------------------------------------------- the event code


def test_the_event_code_lets_people_in_although_signing_up_is_over() -> None:
    event = make.day(signup=False)
    group = groups_of(event)[0]
    dialogue = event_now(event).dialogue

    with transaction():
        done = actions.join(VISITOR, dialogue, code=event.code or "", wishes=[Wish(group)])

    assert seated(done.registration_id) == {group}
    assert own(person(done), event).channel == "event_code"
    for code in ("", "WRONG1"):
        with pytest.raises(Invalid), transaction():
            actions.join(VISITOR, dialogue, code=code)
    with pytest.raises(Invalid), transaction():
        actions.join(VISITOR, make.dialogue("dort"), code=event.code or "")
    with pytest.raises(Forbidden), transaction():
        actions.join(make.account("coordinator").actor, dialogue, code=event.code or "")


def test_a_draft_has_no_door() -> None:
    event = make.day()
    move_event(event, published=False)
    dialogue = make.dialogue()

    with pytest.raises(Invalid), transaction():
        actions.join(VISITOR, dialogue, code=event.code or "")
    with pytest.raises(NotFound):
        queries.access_event_alone(VISITOR, dialogue.slug, event.slug)


def test_after_the_event_its_code_lets_people_take_part_but_registers_nobody() -> None:
    to = make.dialogue()
    make.event(to)

    with transaction():
        done = actions.join(VISITOR, to, code=" event-7 ")

    assert (done.registration_id, count(Registration)) == (None, 0)
    joined = person(done)
    assert joined.actor.tier == "C"
    assert facts("ParticipantRegistered")[-1][2]["tier"] == "C"
    with pytest.raises(Conflict), transaction():
        actions.join(joined.actor, to, code="EVENT7")


# ------------------------------------------------------------------------------------------------ numbers


def test_numbers_of_people_appear_with_five_of_a_kind_and_move_with_five_changes() -> None:
    event = make.day()
    dialogue = event_now(event).dialogue

    def shown() -> dict[str, dict[str, int]]:
        numbers = queries.registration_numbers(STAFF, dialogue, event_now(event))
        return {question: dict(answers) for question, answers in numbers.people.items() if answers}

    needs = About("resident", needs=frozenset({"childcare"}))
    for _ in range(4):
        sign_up(event, about=needs)
    assert shown() == {}
    me = person(sign_up(event, about=needs))
    assert shown() == {"role": {"resident": 5}, "need": {"childcare": 5}}
    for _ in range(7):
        with transaction():
            actions.change_registration(
                me.actor, own(me, event), wishes=[], shown_full=(), about=About("volunteer")
            )
    assert shown() == {"role": {"resident": 5}, "need": {"childcare": 5}}
    for _ in range(4):
        sign_up(event)
    assert shown() == {}


def test_the_share_of_first_wishes_and_who_waits() -> None:
    event = make.day(places=(2, 9, 9), rounds=([1], [1], [2]))
    small, other, _ = groups_of(event)
    sign_up(event, small)
    sign_up(event, small)
    sign_up(event, small, reserve=other, full=[small])
    sign_up(event)

    numbers = queries.registration_numbers(STAFF, event_now(event).dialogue, event_now(event))

    assert (numbers.registered, numbers.without_group) == (4, 1)
    first = numbers.groups[0]
    assert (first.first_wishes, first.first_seated, first.waiting) == (3, 2, 1)
    assert [(p.taken, p.places) for p in first.rounds] == [(2, 2)]
    assert [p.taken for p in numbers.groups[1].rounds] == [1]


def test_the_journal_says_who_came_by_keys_and_ids_only(inside: Flask) -> None:
    event = make.day()
    sign_up(
        event, groups_of(event)[0], about=About("politics", language="ti", needs=frozenset({"childcare"}))
    )

    said = str(list(db.session.scalars(select(JournalEntry.payload))))
    assert "politics" not in said
    assert "childcare" not in said
    assert "'ti'" not in said


def test_a_free_group_is_joined_on_the_day_and_everything_else_stays() -> None:
    event = make.day(places=(5, 1, 5), rounds=([1], [2], [2]), starts_at=now() + timedelta(minutes=1))
    first, small, wide = groups_of(event)
    me = person(sign_up(event, first))
    sign_up(event, small)
    with time_machine.travel(event.starts_at + timedelta(minutes=40)):
        with nothing_changes(GroupChoice), pytest.raises(Full), transaction():
            actions.join_group(me.actor, own(me, event), small)
        with transaction():
            actions.join_group(me.actor, own(me, event), wide)
        assert seated(own(me, event).id) == {first, wide}
        with nothing_changes(GroupChoice), pytest.raises(Invalid), transaction():
            actions.join_group(me.actor, own(me, event), wide)
    late = event.ends_at + timedelta(minutes=1)
    with time_machine.travel(late), pytest.raises(Conflict), transaction():
        actions.join_group(me.actor, own(me, event), small)
    everything_adds_up(event)
