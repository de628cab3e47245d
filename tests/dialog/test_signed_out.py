"""A session may end while somebody writes: the words stay on the screen, and nothing else is told."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dialog.models import Contribution
from tests import pages_check
from tests.client import Client
from tests.conftest import Maker
from tests.dialog.ground import count
from tests.factories import Person

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


def test_the_points_of_somebody_signed_out_are_kept_and_can_be_sent_again(
    client: Client, browse: Callable[[Person | None], Client], make: Maker
) -> None:
    poll = make.poll(needs=2)
    participant = browse(make.participant())
    items = [
        name
        for name in participant.form(f"{HOME}/polls/{poll.id}", f"{HOME}/polls/{poll.id}/vote").names
        if name.startswith("item-")
    ]
    vote = f"{HOME}/polls/{poll.id}/vote"

    client.post(f"{vote}?lang=en", {items[0]: "2", items[1]: "0", "item-999999": "1"}, 403)

    assert client.heading == "You are signed out"
    form = client.form_here(f"{HOME}/polls/{poll.id}/vote")
    assert dict(form.values) == {"_key": dict(form.values)["_key"], items[0]: "2"}
    participant.send(form, {}, 303)
    assert "2 of 2" in participant.get(f"{HOME}/polls/{poll.id}?lang=en", 200).text


@pytest.mark.parametrize("state", ["draft", "closed"])
def test_points_for_a_poll_that_is_not_open_are_refused_as_ever(
    client: Client, make: Maker, state: str
) -> None:
    poll = make.poll(state, needs=1)
    client.post(f"{HOME}/polls/{poll.id}/vote", {f"item-{make.first_item(poll.id)}": "1"})

    assert client.heading != "Sie sind abgemeldet"
