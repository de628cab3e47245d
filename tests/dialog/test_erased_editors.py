"""Somebody of a municipality is erased; the municipality and its entries are still there."""

from __future__ import annotations

import pytest
from flask import Flask

from core import erasure
from core.actor import SYSTEM
from core.db import db
from core.erasure import Texts
from core.transaction import transaction
from dialog.actions import moderation
from dialog.models import Contribution
from tests import factories
from tests.conftest import Maker
from tests.dialog.test_workspaces import Ground, found
from tests.factories import STAFF


@pytest.fixture
def ground(app: Flask, make: Maker) -> Ground:
    return Ground(app, make)


def erase(ground: Ground, texts: Texts) -> None:
    with ground.app.app_context():
        factories.end_roles(ground.own)
        with transaction():
            erasure.everywhere(SYSTEM, ground.own.actor.key, texts)


def test_a_draft_of_the_municipality_outlives_who_began_it(ground: Ground) -> None:
    entry = ground.write(ground.own, "Es fehlt ein Kurs.")
    erase(ground, Texts.KEEP)
    with ground.app.app_context():
        kept = db.session.get_one(Contribution, entry.id)
        assert (kept.visibility, kept.text) == ("draft", "Es fehlt ein Kurs.")


def test_what_the_municipality_has_published_outlives_who_typed_it(ground: Ground) -> None:
    entry = ground.write(ground.own, "Es fehlt ein Kurs.", send=True)
    with ground.app.app_context(), transaction():
        moderation.publish_contribution(STAFF, db.session.get_one(Contribution, entry.id))
    erase(ground, Texts.WITHDRAW)
    with ground.app.app_context():
        assert db.session.get_one(Contribution, entry.id).visibility == "public"


def test_colleagues_can_be_asked_once_the_writer_is_erased(ground: Ground) -> None:
    entry = ground.write(ground.own, "Es fehlt ein Kurs.", send=True)
    erase(ground, Texts.KEEP)
    with ground.app.app_context(), transaction():
        moderation.return_contribution(STAFF, db.session.get_one(Contribution, entry.id), question="Wo?")
    with ground.app.app_context():
        assert found(entry.reference, ground, ground.colleague).visibility == "returned"


def test_a_coordinator_reads_the_draft_they_have_written_for_a_municipality(ground: Ground) -> None:
    entry = ground.write(ground.staff, "Am Telefon durchgegeben.")
    with ground.app.app_context():
        assert found(entry.reference, ground, ground.staff).visibility == "draft"
