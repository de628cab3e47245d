"""Copying an event: everything of the plan, nothing of the people."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from core.actor import OPERATOR
from core.clock import now
from core.errors import Conflict, Forbidden
from core.transaction import transaction
from dialog.actions.copies import copy_event
from dialog.actions.dialogues import found_dialogue
from dialog.local_time import on_the_wall
from dialog.models import DialogueEvent, Registration
from dialog.queries import events as queries
from region import actions as region_actions
from region.data import FieldData
from tests import factories as make
from tests.dialog.ground import count, facts, nothing_changes
from tests.dialog.planning_ground import places_of, programme_of, seat
from tests.factories import STAFF

pytestmark = pytest.mark.usefixtures("inside")

SUMMER = datetime(2027, 7, 2, 7, tzinfo=UTC)
WINTER = datetime(2027, 11, 19, 8, tzinfo=UTC)


def a_full_day() -> DialogueEvent:
    event = make.day(places=(3, None), rounds=([1], None), starts_at=SUMMER)
    with transaction():
        plan = queries.reread_plan(event.id)
        plan.link, plan.place = "https://example.org/plenum", "Kreishaus"
        plan.signup_from, plan.signup_until = SUMMER - timedelta(days=30), SUMMER - timedelta(days=1)
        group = plan.groups[0]
        group.room, group.moderator, group.link = "Saal 2", "Moderation 1", "https://example.org/1"
        group.languages, group.descriptions = ["de", "ar"], {"de": "Worum es geht"}
    seat(event, 1)
    return queries.reread_plan(event.id)


def test_plan_groups_and_texts_are_taken_over_and_people_are_not() -> None:
    event = a_full_day()
    with transaction():
        copy, unmatched = copy_event(
            STAFF, event, event.dialogue, slug="kopie", starts_at=WINTER, with_links=False
        )
    copy = queries.reread_plan(copy.id)
    assert unmatched == []
    assert programme_of(copy) == programme_of(event)
    assert places_of(copy) == places_of(event) == [[3], [None, None]]
    assert [[field.slug for field in group.fields] for group in copy.groups] == [["sprache"], ["wohnen"]]
    first = copy.groups[0]
    assert (first.room, first.moderator, first.link) == ("Saal 2", "Moderation 1", "")
    assert (first.languages, first.descriptions) == (["de", "ar"], {"de": "Worum es geht"})
    assert (copy.code, copy.published, copy.link, copy.place) == (None, False, "", "Kreishaus")
    assert sum(sitting.taken for group in copy.groups for sitting in group.sittings) == 0
    assert count(Registration) == 1
    # The same time of day on either side of the clock change, also for signing up.
    assert on_the_wall(copy.starts_at).hour == on_the_wall(event.starts_at).hour == 9
    assert copy.signup_until is not None
    assert on_the_wall(copy.signup_until) == on_the_wall(copy.starts_at) - timedelta(days=1)
    assert facts("EventCopied")[-1][2] == {"event_id": copy.id, "origin_id": event.id}


def test_links_come_along_if_wanted_and_into_another_dialogue_fields_of_the_same_name() -> None:
    event = a_full_day()
    with transaction():
        other = region_actions.add_field_set(
            OPERATOR,
            "andere",
            names={"de": "Andere"},
            fields=[FieldData("sprache", {"de": "Sprache"}, "language", "language")],
        )
        into = found_dialogue(
            OPERATOR, other, slug="dort", titles={"de": "D"}, questions={"de": "?"}, introductions={"de": ""}
        )
    with transaction():
        copy, unmatched = copy_event(STAFF, event, into, slug="kopie", starts_at=WINTER, with_links=True)
    assert [field.slug for field in unmatched] == ["wohnen"]
    copy = queries.reread_plan(copy.id)
    assert copy.dialogue_id == into.id
    assert [[field.field_set_id for field in group.fields] for group in copy.groups] == [[other.id], []]
    assert (copy.link, copy.groups[0].link) == ("https://example.org/plenum", "https://example.org/1")


def test_an_address_that_is_taken_and_people_without_the_right_are_refused() -> None:
    event, other = make.day(slug="tag"), make.dialogue("dort")
    with nothing_changes(DialogueEvent), pytest.raises(Conflict), transaction():
        copy_event(STAFF, event, event.dialogue, slug="tag", starts_at=now(), with_links=False)
    here = make.account("coordinator", make.Scope("dialogue", event.dialogue_id)).actor
    with nothing_changes(DialogueEvent), pytest.raises(Forbidden), transaction():
        copy_event(here, event, other, slug="kopie", starts_at=now(), with_links=False)
