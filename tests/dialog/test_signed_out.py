"""A session may end while somebody writes: the words stay on the screen, and nothing else is told."""

from __future__ import annotations

import pytest

from dialog.models import Contribution
from tests import pages_check
from tests.client import Client
from tests.conftest import Maker
from tests.dialog.ground import count

HOME = "/dialogues/probe"
TYPED = {
    "text": "Es fehlt ein Bus am Sonntag.",
    "field": "wohnen",
    "municipality": "county",
    "language": "de",
}


@pytest.mark.parametrize(
    "address", ["contribute/need", "contributions/B-001/revise", "contributions/B-999/revise"]
)
def test_the_words_of_somebody_signed_out_are_kept(client: Client, make: Maker, address: str) -> None:
    make.contribution()
    client.post(f"{HOME}/{address}?lang=en", TYPED, 403)
    assert client.heading == "You are signed out"
    form = next(f for f in pages_check.forms(client.page) if "text" in f.names)
    assert {name: dict(form.values)[name] for name in TYPED} == TYPED
    with client.app.app_context():
        assert count(Contribution) == 1


@pytest.mark.parametrize("reference", ["B-001", "B-999"])
def test_the_note_of_staff_signed_out_is_kept_and_can_be_sent_again(
    client: Client, make: Maker, reference: str
) -> None:
    waiting = make.contribution("waiting")
    decided = {"decision": "return", "note": "Welcher Ort ist gemeint?", "based_on": "1"}
    client.post(f"{HOME}/moderation/{reference}?lang=en", decided, 403)

    assert client.heading == "You are signed out"
    assert waiting.text not in client.page.text
    form = next(f for f in pages_check.forms(client.page) if "note" in f.names)
    assert {name: dict(form.values)[name] for name in decided} == decided


def test_a_heading_and_a_reason_are_kept_too(client: Client, make: Maker) -> None:
    make.contribution("waiting")
    decided = {"decision": "hide", "reason": "advertising", "title": "Bus am Sonntag"}
    client.post(f"{HOME}/moderation/B-001?lang=en", decided, 403)

    form = next(f for f in pages_check.forms(client.page) if "reason" in f.names)
    assert {name: dict(form.values)[name] for name in decided} == decided
