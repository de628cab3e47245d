"""R54, R07: what is hidden or withdrawn is nowhere any more, on no surface, at whatever stage it was."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask_socketio.test_client import SocketIOTestClient

from core.db import db
from core.transaction import transaction
from dialog.actions import batches, moderation
from dialog.actions import contributions as contribution_actions
from dialog.models import Contribution, Dialogue
from dialog.vocabulary import PollStatus, Visibility
from tests.client import Client
from tests.conftest import Maker
from tests.factories import STAFF, Person

CANARY = "Kanarienvogel"
HOME = "/dialogues/probe"
CASES = [
    *((stage, "hidden") for stage in ("open poll", "closed poll", "published poll", "concept alone")),
    *(
        (stage, way)
        for stage in ("open poll", "published poll")
        for way in ("withdrawn", "publishing undone")
    ),
]
"""The stage at which a contribution is taken down, and how."""

RELEASED = {("concept alone", "hidden"), ("open poll", "withdrawn"), ("published poll", "publishing undone")}
"""The cases in which a version was released before: its files take a second to make."""


def surfaces(poll: int | None) -> list[str]:
    """Everything a visitor can ask for that shows contributions."""
    found = [
        "/",
        f"{HOME}/register",
        f"{HOME}/register?q={CANARY}",
        f"{HOME}/register/region",
        f"{HOME}/register.csv",
        f"{HOME}/contributions/B-001",
        f"{HOME}/polls",
        f"{HOME}/concept",
        f"{HOME}/concept/field-sprache",
        f"{HOME}/concept/overview",
        f"{HOME}/concept/annex",
        f"{HOME}/concept/versions",
        f"{HOME}/concept/versions/1",
        f"{HOME}/concept/versions/1.md",
        f"{HOME}/concept/versions/1.html",
        f"{HOME}/concept/versions/1.zip",
        f"{HOME}/concept/versions/compare?from=1&to=draft",
        f"{HOME}/moderation-rules",
        f"{HOME}/contribute/need",
        f"{HOME}/mine",
    ]
    if poll is not None:
        found += [f"{HOME}/polls/{poll}", f"{HOME}/polls/{poll}/region", f"{HOME}/polls/{poll}/ballots.csv"]
    return found


def shows(client: Client, path: str) -> bool:
    answer = client.get(path)
    assert answer.status_code in {200, 403, 404, 410}, f"{path}: {answer.status}"
    page = answer.get_data().decode("utf-8", "replace")
    # A search repeats what was typed.
    return CANARY in page.replace(f'value="{CANARY}"', "").replace(f"q={CANARY}", "")


@pytest.mark.parametrize(("stage", "way"), CASES)
def test_nothing_is_left_of_what_was_taken_down(
    app: Flask,
    make: Maker,
    browse: Callable[[Person | None], Client],
    sockets: Callable[..., SocketIOTestClient],
    stage: str,
    way: str,
) -> None:
    author, other = make.participant(), make.participant()
    with app.app_context():
        made = make.contribution(
            visibility="waiting", author=author, text=f"Es fehlt ein {CANARY}.", title=""
        )  # type: ignore[arg-type]
        make.concept()
        with transaction():
            batch = batches.decide_ticked(
                STAFF,
                db.session.get_one(Dialogue, made.dialogue_id),
                decision="publish",
                chosen=[(made.reference, 1)],
            )
        batch_id = batch.id
    poll = None
    if stage != "concept alone":
        poll = make.poll(PollStatus(stage.split()[0]), needs=1, ballots={"a": {1: 2}}).id
    if (stage, way) in RELEASED:
        make.version()
    asked = surfaces(poll)
    clients = [browse(None), browse(other)]
    before = [path for path in asked if shows(clients[1], path)]
    assert {f"{HOME}/register", f"{HOME}/register.csv", f"{HOME}/concept/field-sprache"} <= set(before)
    if (stage, way) in RELEASED:
        frozen = {f"{HOME}/concept/versions/1{ending}" for ending in ("", ".md", ".html", ".zip")}
        assert frozen <= set(before)
    watching = sockets(browse(None), f"{HOME}/register")
    watched = watching.emit("watch", {"region": "register:probe", "language": "de"}, callback=True)
    assert watched == {"ok": True}

    with app.app_context(), transaction():
        contribution = db.session.get_one(Contribution, made.id)
        if way == "hidden":
            moderation.hide_contribution(STAFF, contribution, reason="personal_data")
        elif way == "withdrawn":
            contribution_actions.withdraw_contribution(author.actor, contribution)
        else:
            batches.undo_batch(STAFF, db.session.get_one(type(batch), batch_id))

    # The push is sent within the same request, so that open screens follow at once.
    pushed = [packet["args"][0] for packet in watching.get_received() if packet["name"] == "changed"]
    assert len(pushed) == 1
    assert CANARY not in str(pushed)
    # Files are made of the same content; one of them is enough.
    if way == "hidden" and stage == "published poll":
        assert not shows(clients[0], f"{HOME}/concept.md")
    for client in clients:
        left = [path for path in asked if shows(client, path)]
        assert left == [], f"{way} at the stage “{stage}”"


def test_a_notice_says_why_without_the_words(
    make: Maker, app: Flask, browse: Callable[[Person | None], Client]
) -> None:
    """Absent and hidden look the same, but for what everybody has seen in the register."""
    public = make.contribution(text=f"{CANARY} im Park", title=f"{CANARY}!")
    unseen = make.contribution(Visibility.WAITING)
    with app.app_context(), transaction():
        for one in (public, unseen):
            hidden = db.session.get_one(Contribution, one.id)
            moderation.hide_contribution(STAFF, hidden, reason="personal_data", note="Nur für Sie.")
    client = browse(None)

    client.get(f"{HOME}/contributions/{public.reference}?lang=en", 410)
    assert "It names or describes a person" in client.text
    assert CANARY not in client.text
    assert "Nur für Sie." not in client.text
    client.get(f"{HOME}/contributions/{unseen.reference}", 404)
    client.get(f"{HOME}/contributions/B-999", 404)
