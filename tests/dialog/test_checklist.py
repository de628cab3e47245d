"""What is still missing before an event is published, in sentences."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from core.clock import now
from dialog.checklist import open_points
from tests import factories as make


@pytest.fixture
def german(app: Flask) -> object:
    with app.test_request_context() as context:
        yield context


@pytest.mark.usefixtures("german")
def test_what_is_missing_is_said_with_its_number() -> None:
    event = make.day(signup=False)
    assert [str(one) for one in open_points(event, now())] == [
        "Es gibt noch keinen Link zum Plenum.",
        "Noch kann sich niemand anmelden: Die Anmeldung hat keinen Beginn.",
        "3 Gruppen sind noch ohne Moderation.",
        "In 3 Gruppen schreibt noch niemand das Protokoll.",
        "3 Gruppen haben noch keinen Link.",
    ]


@pytest.mark.usefixtures("german")
def test_what_is_there_is_not_missed() -> None:
    event = make.day(places=(3,))
    event.link = "https://example.org"
    event.signup_until = event.starts_at
    (group,) = event.groups
    group.moderator, group.note_taker, group.link = "Moderation 1", "Protokoll 1", "https://example.org/1"
    assert open_points(event, now()) == []

    event.format, event.place = "on_site", ""
    group.sittings.clear()
    assert [str(one) for one in open_points(event, now())] == [
        "Es gibt noch keinen Ort.",
        "1 Gruppe trifft sich in keiner Runde.",
        "1 Gruppe hat noch keinen Raum.",
    ]
    assert [str(one) for one in open_points(event, event.ends_at + timedelta(days=1))] == [
        "Die Veranstaltung liegt in der Vergangenheit."
    ]
