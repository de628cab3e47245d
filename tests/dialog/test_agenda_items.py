"""Planning a programme entry by entry."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.transaction import transaction
from dialog.actions import agenda
from dialog.actions.events import PlannedItem
from dialog.models import AgendaItem, DialogueEvent, Sitting
from tests import factories as make
from tests.dialog.ground import count, facts, nothing_changes
from tests.dialog.planning_ground import places_of, programme_of, seat
from tests.factories import STAFF

pytestmark = pytest.mark.usefixtures("inside")


def planned(
    event: DialogueEvent, begin: int, end: int, format: str = "plenary", name: str = "Neu"
) -> PlannedItem:
    return PlannedItem(
        event.starts_at + timedelta(minutes=begin),
        event.starts_at + timedelta(minutes=end),
        {"de": name},
        format,
    )


def item(event: DialogueEvent, name: str) -> AgendaItem:
    return next(one for one in event.agenda if one.names["de"] == name)


def test_a_new_entry_takes_the_place_of_another_and_is_recorded() -> None:
    event = make.day()
    with transaction():
        agenda.remove_item(STAFF, event, item(event, "Pause").id, based_on=1)
    with transaction():
        made = agenda.add_item(STAFF, event, planned(event, 95, 120, "break", "Mittag"))
    assert programme_of(event) == [
        ("Plenum", 0, 30),
        ("Runde 1", 30, 90),
        ("Mittag", 95, 120),
        ("Runde 2", 120, 180),
    ]
    assert [payload["step"] for _, _, payload in facts("AgendaChanged")] == ["removed", "added"]
    assert facts("AgendaChanged")[-1][2] == {"event_id": event.id, "item_id": made.id, "step": "added"}
    assert facts("SittingChanged") == []


@pytest.mark.parametrize(("begin", "end"), [(29, 31), (0, 180), (-30, 0), (170, 200), (100, 100)])
def test_what_overlaps_or_lies_outside_is_refused_and_changes_nothing(begin: int, end: int) -> None:
    event = make.day()
    with nothing_changes(AgendaItem), pytest.raises(Invalid), transaction():
        agenda.add_item(STAFF, event, planned(event, begin, end))


def test_in_a_new_round_all_groups_meet_with_the_places_they_have_elsewhere() -> None:
    event = make.day(places=(3, None))
    with transaction():
        agenda.change_item(
            STAFF, event, item(event, "Plenum").id, planned(event, 0, 30, "groups", "Runde 0"), based_on=1
        )
    assert places_of(event) == [[3, 3, 3], [None, None, None]]
    assert facts("SittingChanged")[-1][2] == {"event_id": event.id}


def test_a_round_in_which_somebody_has_a_place_stays_one() -> None:
    event = make.day(places=(3, 3))
    seat(event, 1)
    taken, free = item(event, "Runde 1"), item(event, "Runde 2")
    with nothing_changes(Sitting), pytest.raises(Conflict), transaction():
        agenda.remove_item(STAFF, event, taken.id, based_on=1)
    with nothing_changes(Sitting), pytest.raises(Conflict), transaction():
        agenda.change_item(STAFF, event, taken.id, planned(event, 30, 90), based_on=1)
    # Its name and its times may change, and the other round may become anything.
    with transaction():
        agenda.change_item(STAFF, event, taken.id, planned(event, 30, 85, "groups"), based_on=1)
    with transaction():
        agenda.change_item(STAFF, event, free.id, planned(event, 120, 180, name="Film"), based_on=1)
    assert count(Sitting) == 2
    with transaction():
        agenda.remove_item(STAFF, event, free.id, based_on=2)
    assert [name for name, _, _ in programme_of(event)] == ["Plenum", "Neu", "Pause"]


def test_neighbours_change_places_and_the_ends_stay() -> None:
    event = make.day()
    with transaction():
        agenda.move_item(STAFF, event, item(event, "Runde 1").id, up=True)
    assert programme_of(event)[:2] == [("Runde 1", 0, 60), ("Plenum", 60, 90)]
    with transaction():
        agenda.move_item(STAFF, event, item(event, "Runde 1").id, up=True)
        agenda.move_item(STAFF, event, item(event, "Runde 2").id, up=False)
    assert programme_of(event)[0] == ("Runde 1", 0, 60)
    assert programme_of(event)[-1] == ("Runde 2", 120, 180)


def test_who_has_not_read_the_latest_wording_overwrites_nothing() -> None:
    event = make.day()
    known = item(event, "Plenum").id
    with transaction():
        agenda.change_item(STAFF, event, known, planned(event, 0, 30, name="Erste"), based_on=1)
    for write in (
        lambda: agenda.change_item(STAFF, event, known, planned(event, 0, 30, name="Zweite"), based_on=1),
        lambda: agenda.remove_item(STAFF, event, known, based_on=1),
    ):
        with nothing_changes(AgendaItem), pytest.raises(Conflict) as refused, transaction():
            write()
        assert refused.value.code == "stale"
    assert programme_of(event)[0][0] == "Erste"


def test_others_plan_nothing_and_no_entry_of_another_event_is_changed() -> None:
    event, other = make.day(), make.day()
    for person in (make.participant(), make.account("administrator"), make.account("auditor")):
        with pytest.raises(Forbidden), transaction():
            agenda.add_item(person.actor, event, planned(event, 90, 95))
        with pytest.raises(Forbidden), transaction():
            agenda.move_item(person.actor, event, event.agenda[0].id, up=False)
    with pytest.raises(NotFound), transaction():
        agenda.remove_item(STAFF, event, other.agenda[0].id, based_on=1)
    with pytest.raises(Invalid), transaction():
        agenda.add_item(STAFF, event, planned(event, 90, 95, "party"))
