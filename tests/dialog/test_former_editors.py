"""Somebody who worked for one municipality and now works for another."""

from __future__ import annotations

import contextlib

import pytest
from flask import Flask

from core.db import db
from core.transaction import transaction
from dialog.actions import moderation
from dialog.models import Contribution
from tests import factories
from tests.conftest import Maker
from tests.dialog.test_workspaces import Browse, Ground
from tests.factories import STAFF


@pytest.fixture
def ground(app: Flask, make: Maker) -> Ground:
    return Ground(app, make)


def test_who_has_left_reads_no_draft_of_the_former_municipality(ground: Ground, browse: Browse) -> None:
    entry = ground.write(ground.own, "Geheimer Entwurf der Stadt.")
    with ground.app.app_context():
        factories.end_roles(ground.own)
    gone = browse(ground.own)
    response = gone.get(f"/dialogues/{ground.dialogue.slug}/contributions/{entry.reference}")
    assert response.status_code in {403, 404}, response.status_code
    gone.get(f"/dialogues/{ground.dialogue.slug}/mine")
    assert "Geheimer Entwurf" not in gone.text


def test_who_has_left_destroys_no_entry_of_the_former_municipality(ground: Ground, browse: Browse) -> None:
    entry = ground.write(ground.own, "Es fehlt ein Deutschkurs.", send=True)
    with ground.app.app_context(), transaction():
        moderation.publish_contribution(STAFF, db.session.get_one(Contribution, entry.id))
    with ground.app.app_context():
        factories.end_roles(ground.own)
    gone = browse(ground.own)
    page = f"/dialogues/{ground.dialogue.slug}/contributions/{entry.reference}"
    gone.get(page, 200)
    with contextlib.suppress(AssertionError):
        gone.post_form(page, to=f"{page}/withdraw")
    with ground.app.app_context():
        assert db.session.get_one(Contribution, entry.id).visibility == "public"
