"""R75 and R53 together: who is erased after a release, and what then becomes of the version."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import text

from accounts.actions import privacy
from concept import bundle
from concept.models import Version
from core.db import db
from core.erasure import Texts
from dialog.vocabulary import Visibility
from tests import factories
from tests.client import Client
from tests.concept import ground, released
from tests.conftest import Maker
from tests.factories import Person

HOME = "/dialogues/probe/concept"
TITLE = "Kurse am Abend"
TABLES = ("concept_versions", "concept_version_files", "concept_version_voices", "concept_withdrawals")


def a_version() -> tuple[Person, bytes]:
    """Somebody whose need stands in a version, and the bundle of that."""
    author = factories.participant()
    factories.contribution(author=author, title=TITLE)
    ground.a_concept()
    return author, released.packed(released.release())


def erase(author: Person, texts: Texts) -> None:
    with factories.change():
        privacy.erase_self(author.actor, texts=texts)


def test_who_is_erased_with_their_words_seals_the_version_and_the_next_goes_without_them(
    app: Flask, client: Client, make: Maker
) -> None:
    with app.app_context():
        author, copy = a_version()
    assert client.get(f"{HOME}/versions/1.zip", 200).data == copy
    client.get(f"{HOME}/versions/1", 200)
    assert TITLE in client.text
    with app.app_context():
        erase(author, Texts.WITHDRAW)

    for surface in ("", ".zip", ".pdf", ".html", ".md"):
        answer = client.get(f"{HOME}/versions/1{surface}", 403)
        assert TITLE not in answer.get_data(as_text=True)
    with app.app_context():
        # Frozen is frozen, and no row of it ever led to the person; so nothing there had to change.
        assert released.packed(db.session.get_one(Version, 1)) == copy
        rows = [repr(row) for table in TABLES for row in db.session.execute(text(f"SELECT * FROM {table}"))]
        assert author.actor.key not in "".join(rows)
        assert bundle.check(copy).is_intact

        again = released.release("Ohne diese Worte")
        assert again.number == 2
        assert bundle.check(released.packed(again)).is_intact
        assert TITLE not in again.content + again.records + again.manifest
    client.get(f"{HOME}/versions/2", 200)
    client.get(f"{HOME}/versions/2.zip", 200)
    client.get(f"{HOME}/versions/1", 403)
    assert f"{HOME}/versions/2" in [a["href"] for a in client.page.find_all("a")]
    client.get(f"{HOME}/versions/compare?from=1&to=2", 403)


def test_who_is_erased_and_leaves_their_words_changes_nothing(
    app: Flask, client: Client, make: Maker
) -> None:
    with app.app_context():
        author, copy = a_version()
        erase(author, Texts.KEEP)
        assert ground.contribution("B-001").visibility == Visibility.PUBLIC
    assert client.get(f"{HOME}/versions/1.zip", 200).data == copy
