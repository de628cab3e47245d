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
