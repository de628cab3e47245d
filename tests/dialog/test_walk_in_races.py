"""Walk-ins at several help desks at once: one place is given once, and one press lets one person in."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from flask import Flask

from core.clock import now
from dialog.models import Participant, Registration
from tests.conftest import Maker
from tests.dialog import signing_up
from tests.dialog.ground import THREADS, at_once, browsers, count, facts

PAGE = "/dialogues/probe/events/tag/walk-in"


def test_of_all_desks_that_want_the_last_places_as_many_get_them(app: Flask, make: Maker) -> None:
    event = make.day(places=(3,), slug="tag", starts_at=now() - timedelta(minutes=5))
    sitting = event.groups[0].sittings[0]
    field = {f"round-{sitting.round_id}": str(event.groups[0].id)}
    desks = browsers(app, make.session(make.account("coordinator")), THREADS)

    answers = at_once(
        THREADS, lambda turn: desks[turn].post(PAGE, {"_key": f"key-of-the-desk-{turn:04}", **field})
    )

    assert Counter(answer.status_code for answer in answers) == {200: 3, 409: THREADS - 3}
    with app.app_context():
        # Who was refused has left nothing behind.
        assert (count(Registration), len(facts("PersonCheckedIn"))) == (3, 3)
        assert count(Participant) == 3
        signing_up.everything_adds_up(event)


def test_a_press_that_arrives_many_times_lets_one_person_in(app: Flask, make: Maker) -> None:
    make.day(slug="tag", starts_at=now() - timedelta(minutes=5))
    desks = browsers(app, make.session(make.account("coordinator")), THREADS)

    answers = at_once(THREADS, lambda turn: desks[turn].post(PAGE, {"_key": "the-same-key-of-them"}))

    assert {answer.status_code for answer in answers} == {200}
    slips = {desk.page.find("p", class_="vs-cut__digits").text for desk in desks}
    assert len(slips) == 1
    with app.app_context():
        assert count(Registration) == 1
