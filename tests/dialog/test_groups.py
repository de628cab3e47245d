"""Planning the working groups of an event."""

from __future__ import annotations

from typing import Any

import pytest

from core.actor import Actor
from core.bus import _subscribers
from core.errors import Conflict, Forbidden, Invalid
from core.transaction import transaction
from dialog.actions import groups
from dialog.actions.groups import GroupPlan
from dialog.facts import SittingChanged
from dialog.models import DialogueEvent, Sitting, WorkingGroup
from dialog.queries import events as queries
from tests import factories as make
from tests.dialog.ground import count, facts, nothing_changes
from tests.dialog.planning_ground import places_of, seat
from tests.factories import STAFF

pytestmark = pytest.mark.usefixtures("inside")


def rounds(event: DialogueEvent) -> list[int]:
    return [item.id for item in event.agenda if item.format == "groups"]


def names(event: DialogueEvent) -> list[str]:
    plan = queries.reread_plan(event.id)
    return [group.names["de"] for group in sorted(plan.groups, key=lambda one: one.number)]


def test_a_group_about_several_fields_in_one_round() -> None:
    event = make.day(places=(3,))
    first, second = rounds(event)
    with transaction():
        made = groups.add_group(
            STAFF,
            event,
            GroupPlan(
                {"de": "Wohnen und Sprache", "en": "Housing and language"},
                fields=[make.field("sprache"), make.field("wohnen")],
                places={second: 12},
                descriptions={"de": "Worum es geht"},
                languages=["de", "ar"],
                room="Saal 2",
                link="https://example.org/2",
                moderator="Moderation 2",
                note_taker="Protokoll 2",
            ),
        )
    group = queries.reread_plan(event.id).groups[1]
    assert (group.id, group.number, group.moderator, group.languages) == (
        made.id,
        2,
        "Moderation 2",
        ["de", "ar"],
    )
    assert [field.slug for field in group.fields] == ["sprache", "wohnen"]
    assert [(sitting.round_id, sitting.places) for sitting in group.sittings] == [(second, 12)]
    assert facts("GroupChanged") == [
        (STAFF.key, "GroupChanged", {"event_id": event.id, "group_id": made.id, "step": "added"})
    ]
    assert first != second


def test_places_go_up_and_down_to_what_is_taken_but_not_below() -> None:
    event = make.day(places=(3,))
    group, (first, second) = event.groups[0], rounds(event)
    for _ in range(2):
        seat(event, 1)

    def change(places: dict[int, int | None], revision: int) -> None:
        with transaction():
            groups.change_group(
                STAFF, event, group.id, GroupPlan({"de": "G"}, places=places), based_on=revision
            )

    for too_few in ({first: 1, second: 3}, {first: 0, second: 3}, {second: 3}):
        with nothing_changes(Sitting), pytest.raises(Invalid) as refused:
            change(too_few, 1)
        assert list(refused.value.fields) == [f"places_{first}"]
    change({first: 2, second: 3}, 1)
    change({first: None}, 2)
    change({first: 2, second: None}, 3)
    assert places_of(event) == [[2, None]]
    with pytest.raises(Invalid):
        change({first: 2, 999: 1}, 4)


def test_whoever_fills_free_places_is_told_in_the_transaction_after_the_change(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    event = make.day(places=(3,))
    group, (first, second) = event.groups[0], rounds(event)
    seen: list[int | None] = []

    def look(actor: Actor, fact: Any) -> None:
        seen.append(queries.reread_plan(fact.event_id).groups[0].sittings[0].places)

    monkeypatch.setitem(_subscribers, SittingChanged, [look])
    with transaction():
        groups.change_group(
            STAFF, event, group.id, GroupPlan({"de": "G"}, places={first: 9, second: 3}), based_on=1
        )
    with transaction():
        groups.change_group(
            STAFF, event, group.id, GroupPlan({"de": "Neu"}, places={first: 9, second: 3}), based_on=2
        )
    assert seen == [9]


def test_a_group_that_nobody_chose_can_go_and_one_that_somebody_chose_stays() -> None:
    event = make.day(places=(3, 3))
    seat(event, 1)
    with nothing_changes(WorkingGroup, Sitting), pytest.raises(Conflict), transaction():
        groups.remove_group(STAFF, event, event.groups[0].id, based_on=1)
    with transaction():
        groups.remove_group(STAFF, event, event.groups[1].id, based_on=1)
    assert (count(WorkingGroup), count(Sitting)) == (1, 2)


def test_groups_change_their_numbers() -> None:
    event = make.day()
    with transaction():
        groups.move_group(STAFF, event, event.groups[2].id, up=True)
    assert names(event) == ["Gruppe 1", "Gruppe 3", "Gruppe 2"]
    with transaction():
        groups.move_group(STAFF, event, event.groups[0].id, up=True)
        groups.move_group(STAFF, event, event.groups[0].id, up=False)
    assert names(event) == ["Gruppe 3", "Gruppe 1", "Gruppe 2"]


def test_who_has_not_read_the_latest_wording_overwrites_nothing_and_others_plan_side_by_side() -> None:
    event = make.day(places=(3, 3))
    one, other = event.groups
    with transaction():
        groups.change_group(STAFF, event, one.id, GroupPlan({"de": "Erste"}), based_on=1)
    with pytest.raises(Conflict) as refused, transaction():
        groups.change_group(STAFF, event, one.id, GroupPlan({"de": "Zweite"}), based_on=1)
    assert refused.value.code == "stale"
    with transaction():
        groups.change_group(STAFF, event, other.id, GroupPlan({"de": "Andere"}), based_on=1)
    assert names(event) == ["Erste", "Andere"]


def test_a_link_that_is_none_and_people_who_are_none_of_the_staff_are_refused() -> None:
    event = make.day(places=(3,))
    with nothing_changes(WorkingGroup), pytest.raises(Invalid), transaction():
        groups.add_group(STAFF, event, GroupPlan({"de": "G"}, link="javascript:alert(1)"))
    for person in (make.participant(), make.account("administrator")):
        with pytest.raises(Forbidden), transaction():
            groups.change_group(person.actor, event, event.groups[0].id, GroupPlan({"de": "G"}), based_on=1)
        with pytest.raises(Forbidden), transaction():
            groups.remove_group(person.actor, event, event.groups[0].id, based_on=1)
