"""Entering an event with its groups and rounds, and changing what concerns its whole day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from accounts import codes
from core.clock import now
from core.errors import Conflict, Forbidden, Invalid
from core.transaction import transaction
from dialog.actions import events as actions
from dialog.local_time import on_the_wall
from dialog.models import DialogueEvent
from dialog.queries import dialogues as dialogue_queries
from dialog.queries import events as queries
from dialog.signup_words import signup_state
from tests import factories as make
from tests.dialog.ground import facts, nothing_changes
from tests.dialog.planning_ground import programme_of, seat
from tests.factories import STAFF

pytestmark = pytest.mark.usefixtures("inside")


def test_a_group_meets_in_its_rounds_with_its_places() -> None:
    event = make.day(places=(3, None, 5), rounds=([1], None, [2]))
    rounds = [item for item in event.agenda if item.format == "groups"]
    assert [[(s.round, s.places, s.taken) for s in group.sittings] for group in event.groups] == [
        [(rounds[0], 3, 0)],
        [(rounds[0], None, 0), (rounds[1], None, 0)],
        [(rounds[1], 5, 0)],
    ]


def test_a_group_cannot_meet_in_a_round_there_is_not() -> None:
    with pytest.raises(Invalid):
        make.day(places=(3,), rounds=([3],))


def values(event: DialogueEvent, **other: Any) -> dict[str, Any]:
    """What `change_event` takes to leave everything as it is, but for what is given."""
    kept = ("titles", "aims", "format", "place", "link", "starts_at", "ends_at", "groups_per_person")
    return {name: getattr(event, name) for name in (*kept, "signup_from", "signup_until")} | other


def test_the_day_is_written_anew_and_who_fills_places_is_told_of_another_number() -> None:
    event = make.day()
    with transaction():
        actions.change_event(
            STAFF, event, based_on=1, **values(event, titles={"de": "Neu"}, place="Kreishaus")
        )
    assert facts("SittingChanged") == []
    with transaction():
        actions.change_event(STAFF, event, based_on=2, **values(event, groups_per_person=1))
    plan = queries.reread_plan(event.id)
    assert (plan.groups_per_person, plan.revision) == (1, 3)
    assert plan.registrations_version == 3
    assert plan.changed_at is not None
    assert facts("EventChanged")[0][2] == {"event_id": event.id, "revision": 2}
    assert facts("SittingChanged")[-1][2] == {"event_id": event.id}


@pytest.mark.parametrize(
    ("shift", "field"),
    [
        ({"ends_at": timedelta(hours=-4)}, "ends"),
        ({"starts_at": timedelta(minutes=1)}, "begins"),
        ({"ends_at": timedelta(minutes=-1)}, "begins"),
        ({"signup_from": timedelta(days=90)}, "signup_from"),
    ],
)
def test_a_day_into_which_its_programme_does_not_fit_is_refused(
    shift: dict[str, timedelta], field: str
) -> None:
    event = make.day()
    changed = {name: getattr(event, name) + by for name, by in shift.items()}
    with nothing_changes(), pytest.raises(Invalid) as refused, transaction():
        actions.change_event(STAFF, event, based_on=1, **values(event, **changed))
    assert list(refused.value.fields) == [field]


def test_nobody_loses_a_place_because_fewer_groups_are_allowed() -> None:
    event = make.day()
    seat(event, 1, 2)
    with nothing_changes(), pytest.raises(Invalid) as refused, transaction():
        actions.change_event(STAFF, event, based_on=1, **values(event, groups_per_person=1))
    assert list(refused.value.fields) == ["groups_per_person"]
    with transaction():
        actions.change_event(STAFF, event, based_on=1, **values(event, groups_per_person=3))


def test_a_link_to_something_else_than_a_web_page_is_refused() -> None:
    event = make.day()
    with nothing_changes(), pytest.raises(Invalid), transaction():
        actions.change_event(STAFF, event, based_on=1, **values(event, link="javascript:alert(1)"))


def test_a_day_moves_with_everything_and_keeps_its_times_across_the_clock_change() -> None:
    with time_machine.travel(datetime(2027, 9, 1, tzinfo=UTC), tick=False):
        event = make.day(starts_at=datetime(2027, 10, 29, 7, tzinfo=UTC))
        with transaction():
            plan = queries.reread_plan(event.id)
            plan.signup_until = plan.starts_at - timedelta(days=1)
        opened = event.signup_from
        before = programme_of(event)
        with transaction():
            actions.move_event(STAFF, event, based_on=1, starts_at=datetime(2027, 11, 5, 8, tzinfo=UTC))
        plan = queries.reread_plan(event.id)
        assert on_the_wall(plan.starts_at).isoformat() == "2027-11-05T09:00:00"
        assert plan.ends_at - plan.starts_at == timedelta(hours=3)
        assert programme_of(event) == before
        assert plan.signup_until == datetime(2027, 11, 4, 8, tzinfo=UTC)
        # What people could do already they still can.
        assert plan.signup_from == opened
        assert {item.revision for item in plan.agenda} == {2}
        with pytest.raises(Conflict), transaction():
            actions.move_event(STAFF, event, based_on=1, starts_at=event.starts_at)


def test_an_hour_that_the_clocks_leave_out_holds_no_programme() -> None:
    event = make.day(starts_at=datetime(2027, 3, 26, 23, 30, tzinfo=UTC))
    with nothing_changes(), pytest.raises(Invalid), transaction():
        actions.move_event(STAFF, event, based_on=1, starts_at=event.starts_at + timedelta(days=1))


def test_a_draft_is_published_and_goes_back_only_while_nobody_is_registered() -> None:
    event = make.event(published=False)
    with transaction():
        actions.publish_event(STAFF, event)
        actions.publish_event(STAFF, event)
    assert len(facts("EventPublished")) == 1
    with transaction():
        actions.take_event_back(STAFF, event)
    assert not queries.reread_plan(event.id).published

    other = make.day()
    seat(other, 1)
    with nothing_changes(), pytest.raises(Conflict), transaction():
        actions.take_event_back(STAFF, other)


def test_a_new_event_code_kills_the_former_one_and_a_closed_one_opens_nothing() -> None:
    event = make.event()
    with transaction():
        code = actions.make_event_code(STAFF, event)
    assert len(code) == 6
    assert set(code) <= set(codes.ALPHABET)
    assert dialogue_queries.event_by_code(make.EVENT_CODE) is None
    found = dialogue_queries.event_by_code(code)
    assert found is not None
    assert found.id == event.id
    with transaction():
        actions.close_event_code(STAFF, event)
    assert dialogue_queries.event_by_code(code) is None
    assert [payload["step"] for _, _, payload in facts("EventCodeChanged")] == ["made", "closed"]
    assert code not in str(facts())


def test_signing_up_is_opened_and_closed_by_one_press() -> None:
    event = make.day(signup=False)
    with transaction():
        actions.open_signup(STAFF, event)
    assert signup_state(event, now()) == "open"
    with transaction():
        actions.close_signup(STAFF, event)
    assert signup_state(event, now() + timedelta(seconds=1)) == "closed"
    with nothing_changes(), pytest.raises(Conflict), transaction():
        actions.close_signup(STAFF, event)
    with transaction():
        actions.open_signup(STAFF, event)
    assert signup_state(event, now()) == "open"
    assert [payload["revision"] for _, _, payload in facts("EventChanged")] == [2, 3, 4]

    begun = make.day(starts_at=now() - timedelta(hours=1), signup=False)
    with nothing_changes(), pytest.raises(Conflict), transaction():
        actions.open_signup(STAFF, begun)


def test_two_events_never_share_a_code(monkeypatch: pytest.MonkeyPatch) -> None:
    make.event(code="AAAAAA")
    other = make.event(code="")
    drawn = iter("AAAAAA" + "BBBBBB")
    monkeypatch.setattr(actions.secrets, "choice", lambda _: next(drawn))
    with transaction():
        assert actions.make_event_code(STAFF, other) == "BBBBBB"


def test_others_do_nothing_of_all_this() -> None:
    event = make.day()
    for person in (make.participant(), make.account("administrator"), make.account("auditor")):
        for act in (
            lambda actor: actions.publish_event(actor, event),
            lambda actor: actions.take_event_back(actor, event),
            lambda actor: actions.make_event_code(actor, event),
            lambda actor: actions.close_event_code(actor, event),
            lambda actor: actions.open_signup(actor, event),
            lambda actor: actions.close_signup(actor, event),
            lambda actor: actions.move_event(actor, event, based_on=1, starts_at=event.starts_at),
            lambda actor: actions.change_event(actor, event, based_on=1, **values(event)),
        ):
            with nothing_changes(), pytest.raises(Forbidden), transaction():
                act(person.actor)
