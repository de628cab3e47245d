"""Several people plan one event at the same instant: nothing is lost unseen, and no two entries overlap."""

from __future__ import annotations

from collections import Counter

from flask import Flask

from dialog.models import AgendaItem, DialogueEvent
from dialog.queries import events as queries
from tests.conftest import Maker
from tests.dialog.ground import THREADS, at_once, browsers, count, facts

HOME = "/dialogues/probe"


def test_of_all_who_want_the_same_time_one_gets_it(app: Flask, make: Maker) -> None:
    make.event(slug="tag")
    windows = browsers(app, make.session(make.account("coordinator")), THREADS)
    entry = {"begins": "10:00", "ends": "11:00", "format": "plenary"}

    answers = at_once(
        THREADS,
        lambda turn: windows[turn].post(
            f"{HOME}/events/tag/prepare/items/new",
            {"_key": f"key-of-window-{turn:04}", "name": f"Punkt {turn}", **entry},
        ),
    )

    assert Counter(answer.status_code for answer in answers) == {303: 1, 422: THREADS - 1}
    with app.app_context():
        assert count(AgendaItem) == 1


def test_of_all_who_write_one_group_anew_one_does_and_the_others_see_both(app: Flask, make: Maker) -> None:
    event = make.event(slug="tag")
    windows = browsers(app, make.session(make.account("coordinator")), THREADS)

    answers = at_once(
        THREADS,
        lambda turn: windows[turn].post(
            f"{HOME}/events/tag/prepare/groups/{event.groups[0].id}",
            {"_key": f"key-of-window-{turn:04}", "name": f"Name {turn}", "based_on": "1"},
        ),
    )

    assert Counter(answer.status_code for answer in answers) == {303: 1, 409: THREADS - 1}
    winner = next(turn for turn, answer in enumerate(answers) if answer.status_code == 303)
    with app.app_context():
        group = queries.reread_plan(event.id).groups[0]
        assert (group.names["de"], group.revision) == (f"Name {winner}", 2)
        assert len(facts("GroupChanged")) == 1
    assert all(f"Name {winner}" in answer.text for answer in answers if answer.status_code == 409)


def test_an_address_is_given_once(app: Flask, make: Maker) -> None:
    make.dialogue()
    windows = browsers(app, make.session(make.account("coordinator")), THREADS)
    day = {"title": "Tag", "day": "2027-11-19", "begins": "09:00", "ends": "16:30", "format": "on_site"}

    answers = at_once(
        THREADS,
        lambda turn: windows[turn].post(
            f"{HOME}/events/new",
            {"_key": f"key-of-window-{turn:04}", "address": "tag", "groups_per_person": "2", **day},
        ),
    )

    assert Counter(answer.status_code for answer in answers) == {303: 1, 422: THREADS - 1}
    with app.app_context():
        assert count(DialogueEvent) == 1
