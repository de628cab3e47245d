"""What the package says of itself outside of its pages: where people begin."""

from __future__ import annotations

import pytest
from flask import Flask

from accounts import landing
from tests import factories as make


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize(
    ("role", "place"),
    [
        ("coordinator", "/dialogues/probe/moderation"),
        ("auditor", "/"),
        ("participant", "/"),
    ],
)
def test_whoever_checks_contributions_begins_with_them(app: Flask, role: str, place: str) -> None:
    make.dialogue()
    who = make.participant() if role == "participant" else make.account(role)
    with app.test_request_context():
        assert landing.place_for(who.actor) == place
        assert landing.place_for(who.actor, "/dialogues/probe/polls") == "/dialogues/probe/polls"
