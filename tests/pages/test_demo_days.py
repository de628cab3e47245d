"""The days of the demonstration, whatever day it is loaded on."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask

from core.actor import OPERATOR
from core.clock import LOCAL_TIME
from dialog.queries import dialogues as queries
from pages import demo, demo_days
from tests.site import quick_hashes


@pytest.mark.without_database
@time_machine.travel(datetime(2027, 6, 15, 22, 20, tzinfo=UTC), tick=False)
def test_it_can_be_loaded_after_midnight_in_summer(inside: Flask) -> None:
    """The documented day was in winter, so that its hours on the wall lie otherwise among the moments."""
    with quick_hashes():
        demo.load()

    dialogue = queries.access_dialogue(OPERATOR, "enzkreis")
    today = queries.access_event(OPERATOR, dialogue, demo_days.TODAY)
    documented = queries.access_event(OPERATOR, dialogue, "dialogveranstaltung-2021")
    assert today.starts_at.astimezone(LOCAL_TIME).isoformat() == "2027-06-15T22:00:00+02:00"
    assert today.ends_at - today.starts_at == documented.ends_at - documented.starts_at
    assert [item.starts_at - today.starts_at for item in today.agenda] == [
        item.starts_at - documented.starts_at for item in documented.agenda
    ]
