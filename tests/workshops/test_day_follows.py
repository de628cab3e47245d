"""The pages of the day follow the clocks of the groups where these and the programme differ."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask

from core.transaction import transaction
from dialog.models import DialogueEvent
from dialog.queries import dialogues as dialogue_queries
from tests import factories
from tests.client import Client
from tests.conftest import Maker
from tests.factories import STAFF, Person
from workshops.actions import clock
from workshops.queries import boards, script

START = datetime(2027, 6, 4, 8, 0, tzinfo=UTC)
DAY = "/dialogues/probe/events/tag"
WALK = f"{DAY}/now"


def at(minutes: float) -> time_machine.travel:
    """Minutes after the beginning: the rounds are planned from 30 to 90 and from 120 to 180."""
    return time_machine.travel(START + timedelta(minutes=minutes), tick=False)


@pytest.fixture
def day(make: Maker) -> DialogueEvent:
    with at(0):
        made: DialogueEvent = make.day(starts_at=START, places=(20, 20, 20), slug="tag", signup=False)
        make.boards(made)
    return made


def begin(app: Flask, number: int, step: int = 0) -> None:
    """The group begins a step of the first round."""
    with app.app_context(), transaction():
        event = dialogue_queries.access_event(STAFF, factories.dialogue(), "tag")
        here = boards.access_board(STAFF, event, number, 1)
        clock.start_step(STAFF, here, script.script_of(here.group.id, here.round.id)[step].id)


def end(app: Flask, number: int) -> None:
    with app.app_context(), transaction():
        event = dialogue_queries.access_event(STAFF, factories.dialogue(), "tag")
        clock.end_round(STAFF, boards.access_board(STAFF, event, number, 1))


def test_who_has_a_place_goes_where_their_group_is(
    app: Flask, make: Maker, day: DialogueEvent, browse: Callable[[Person | None], Client]
) -> None:
    anna, bert = make.participant(), make.participant()
    make.seat(day, anna, groups={1: 1, 2: 3})
    make.seat(day, bert, groups={1: 2})

    def look(person: Person, minute: float) -> Client:
        with at(minute):
            browser = browse(person)
            browser.get(WALK, 200)
        return browser

    assert look(anna, 20).heading == "Plenum"
    with at(20):
        begin(app, 1)
    early = look(anna, 21)
    assert early.heading == "Gruppe 1: Gruppe 1"
    assert f"{DAY}/boards/1/1" in [a["href"] for a in early.page.find("main").find_all("a")]
    # The other group has not begun, and it is only one of three.
    assert look(bert, 21).heading == "Plenum"

    with at(88):
        begin(app, 1, step=1)
    late = look(anna, 91)
    assert late.heading == "Gruppe 1: Gruppe 1"
    assert "Ihre Gruppe arbeitet noch." in late.text
    assert "Danach: Pause" in late.text
    assert look(bert, 91).heading == "Pause"
    # Nobody has pressed anything, the time is up and the programme has gone on: it was forgotten.
    assert look(anna, 125).heading == "Gruppe 3: Gruppe 3"


def test_a_round_that_ended_early_leaves_a_break_and_the_way_to_the_board(
    app: Flask, make: Maker, day: DialogueEvent, browse: Callable[[Person | None], Client]
) -> None:
    anna = make.participant()
    make.seat(day, anna, groups={1: 1})
    with at(40):
        begin(app, 1)
    with at(60):
        end(app, 1)
    with at(61):
        browser = browse(anna)
        browser.get(WALK, 200)
        assert browser.heading == "Pause"
        assert "Ihre Gruppe ist mit der Runde fertig." in browser.text
        assert f"{DAY}/boards/1/1" in [a["href"] for a in browser.page.find("main").find_all("a")]


def test_the_screens_of_the_day_follow_most_of_the_groups(
    app: Flask, day: DialogueEvent, client_as: Callable[..., Client]
) -> None:
    with at(25):
        staff = client_as("coordinator")
        begin(app, 1)
        staff.get(f"{DAY}/projector", 200)
        assert staff.heading == "Plenum"
        begin(app, 2)
        for screen in ("projector", "screen"):
            staff.get(f"{DAY}/{screen}", 200)
            assert staff.heading == "Runde 1"
        staff.get(WALK, 200)
        assert staff.heading == "Jetzt treffen sich alle Gruppen"
