"""Pages and files of versions: what they show, what they refuse, and what they no longer give out."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest
from flask import Flask

from concept.queries import versions as queries
from core.actor import OPERATOR
from dialog.actions import moderation
from tests import factories
from tests.client import Client
from tests.concept import ground, released
from tests.conftest import Maker
from tests.factories import STAFF

pytestmark = pytest.mark.without_database

HOME = "/dialogues/probe/concept"
FILES = ("pdf", "html", "md", "zip", "py")
ClientAs = Callable[..., Client]


def prepare(app: Flask, versions: int = 1) -> None:
    """A concept with one more paragraph per version, each released."""
    with app.app_context():
        ground.filled()
        for number in range(1, versions + 1):
            released.write(f"Absatz der Fassung {number}.")
            released.release(f"Neu in {number}")


def raw(client: Client, path: str) -> bytes:
    answer = client.inner.get(path, base_url="http://127.0.0.1:5000")
    assert answer.status_code == 200, path
    return bytes(answer.data)


def test_a_coordinator_releases_and_everybody_reads(app: Flask, client: Client, client_as: ClientAs) -> None:
    with app.app_context():
        ground.filled()
    client.get(f"{HOME}/release", 403)
    client.post(f"{HOME}/release", {"_key": "k" * 20}, 403)
    client_as("auditor").get(f"{HOME}/release", 403)
    client.get(f"{HOME}/versions/1", 404)
    staff = client_as("coordinator")
    staff.follow(staff.post_form(f"{HOME}/release?lang=en", {"note": "Der Anfang."}, to=f"{HOME}/release"))
    assert "Version 1 is released" in staff.text

    client.get(f"{HOME}/versions/1?lang=en", 200)
    for words in ("Der Anfang.", "Maßnahme M-01", "Abendkurs", "So ist es.", "Fingerprint of the key"):
        assert words in client.text, words
    client.get(f"{HOME}/versions?lang=en", 200)
    assert "Version 1" in client.text
    client.get(f"{HOME}?lang=en", 200)
    assert f"{HOME}/versions/1" in [a["href"] for a in client.page.find_all("a")]


def test_the_same_form_sent_twice_is_one_version(app: Flask, client_as: ClientAs) -> None:
    with app.app_context():
        ground.filled()
    staff = client_as("coordinator")
    form = staff.form(f"{HOME}/release")
    first = staff.send(form, {"note": "x"}, 303)
    assert staff.send(form, {"note": "x"}, 303).location == first.location
    with app.app_context():
        assert len(queries.visible_versions(OPERATOR, ground.present())) == 1


def test_without_news_there_is_no_version(app: Flask, client_as: ClientAs) -> None:
    prepare(app)
    staff = client_as("coordinator")
    staff.get(f"{HOME}/release?lang=en", 200)
    assert "Nothing has changed since version 1." in staff.text
    staff.post(f"{HOME}/release?lang=en", {"_key": "k" * 20, "note": "Noch einmal"}, 409)
    assert "Nothing has changed since version 1." in staff.errors


def test_a_note_that_is_too_long_stays_in_the_form(app: Flask, client_as: ClientAs) -> None:
    with app.app_context():
        ground.filled()
    staff = client_as("coordinator")
    staff.post_form(f"{HOME}/release", {"note": "Wort " * 500}, 422)
    assert "Wort Wort" in staff.page.find("textarea").text


def test_files_are_given_out_byte_for_byte_with_their_hash(app: Flask, client: Client) -> None:
    prepare(app)
    with app.app_context():
        version = queries.latest_version(ground.present().id)
        assert version is not None
        stored = queries.files_of(version)
        stored["zip"] = released.packed(version)
    for format in FILES:
        answer = client.inner.get(f"{HOME}/versions/1.{format}", base_url="http://127.0.0.1:5000")
        assert answer.status_code == 200
        assert answer.data == stored[format]
        assert answer.headers["Cache-Control"] == "private, no-cache"
        again = {"If-None-Match": answer.headers["ETag"]}
        client.get(f"{HOME}/versions/1.{format}", 304, headers=again)
        client.get(f"{HOME}/versions/2.{format}", 404)
    client.get(f"{HOME}/versions/1.docx", 404)
    client.get(f"{HOME}/versions/99999999999999999999", 404)
    names = zipfile.ZipFile(io.BytesIO(stored["zip"])).namelist()
    assert names == sorted(names)
    assert "verify_concept.py" in names


def test_editing_goes_on_and_the_version_stays(app: Flask, client: Client) -> None:
    prepare(app)
    before = {format: raw(client, f"{HOME}/versions/1.{format}") for format in FILES}
    with app.app_context():
        released.write("Ein späterer Satz.")
    client.get(f"{HOME}/field-sprache", 200)
    assert "Ein späterer Satz." in client.text
    client.get(f"{HOME}/versions/1", 200)
    assert "Ein späterer Satz." not in client.text
    assert {format: raw(client, f"{HOME}/versions/1.{format}") for format in FILES} == before


def test_a_page_that_is_known_is_not_sent_again(app: Flask, client: Client) -> None:
    prepare(app)
    tag = client.get(f"{HOME}/versions/1", 200).headers["ETag"]
    client.get(f"{HOME}/versions/1", 304, headers={"If-None-Match": tag})


# ------------------------------------------------------------------------------------------- withdrawal


def test_a_withdrawn_version_says_why_and_gives_nothing_out(
    app: Flask, client: Client, client_as: ClientAs
) -> None:
    prepare(app, versions=2)
    path = f"{HOME}/versions/1/withdraw"
    client.get(path, 403)
    client.post(path, {"_key": "k" * 20, "reason": "x"}, 403)
    staff = client_as("coordinator")
    staff.post_form(path, {"reason": " "}, 422)
    staff.post_form(path, {"reason": "Die Zahlen waren falsch."})
    client.get(f"{HOME}/versions/1?lang=en", 410)
    assert "Die Zahlen waren falsch." in client.text
    assert "Absatz der Fassung 1" not in client.text
    assert f"{HOME}/versions/2" in [a["href"] for a in client.page.find_all("a")]
    for format in FILES:
        client.get(f"{HOME}/versions/1.{format}", 410)
    client.get(f"{HOME}/versions/compare?from=1&to=2", 410)
    client.get(f"{HOME}/versions/changes.pdf?from=1&to=2", 410)
    client.get(f"{HOME}/versions?lang=en", 200)
    assert "withdrawn" in client.text
    staff.post(path, {"_key": "k" * 21, "reason": "Noch einmal"}, 409)
    client.get(f"{HOME}/versions/2", 200)


# --------------------------------------------------------------------------------------------- takedown


def hide(app: Flask, reference: str = "B-001") -> None:
    with app.app_context(), factories.change():
        found = ground.contribution(reference)
        moderation.hide_contribution(STAFF, found, reason="personal_data")


def test_words_taken_down_seal_the_version_until_they_are_shown_again(
    app: Flask, client: Client, client_as: ClientAs, make: Maker
) -> None:
    prepare(app)
    surfaces = [
        f"{HOME}/versions/1",
        *(f"{HOME}/versions/1.{format}" for format in FILES),
        f"{HOME}/versions/compare?from=1&to=draft",
        f"{HOME}/versions/changes.pdf?from=1&to=draft",
    ]
    for path in surfaces:
        client.get(path, 200)
    tag = client.get(f"{HOME}/versions/1.pdf", 200).headers["ETag"]
    hide(app)
    for path in surfaces:
        answer = client.get(path, 403)
        assert b"Kurse am Abend" not in answer.data, path
    # Not even who has an older copy is told that it is current.
    client.get(f"{HOME}/versions/1.pdf", 403, headers={"If-None-Match": tag})
    client.get(f"{HOME}/versions/1?lang=en", 403)
    assert "Words in it were taken down" in client.text
    staff = client_as("coordinator")
    staff.get(f"{HOME}/versions/1?lang=en", 403)
    assert "Please release a new version." in staff.text

    with app.app_context():
        released.release("Ohne diese Worte")
    client.get(f"{HOME}/versions/2", 200)
    assert "Kurse am Abend" not in client.text
    client.get(f"{HOME}/versions/1", 403)
    assert f"{HOME}/versions/2" in [a["href"] for a in client.page.find_all("a")]
    with app.app_context(), factories.change():
        moderation.restore_contribution(STAFF, ground.contribution("B-001"))
    client.get(f"{HOME}/versions/1", 200)


# ------------------------------------------------------------------------------------------- comparison


def test_one_sees_what_has_changed(app: Flask, client: Client) -> None:
    prepare(app, versions=2)
    client.get(f"{HOME}/versions/compare?from=1&to=2&lang=en", 200)
    assert "1 new" in client.text
    [inserted] = [one for one in client.page.find_all("ins") if "Fassung 2" in one.text]
    assert inserted.text.startswith("[")
    assert "Absatz der Fassung 1." in client.text
    assert raw(client, f"{HOME}/versions/changes.pdf?from=1&to=2").startswith(b"%PDF")
    client.get(f"{HOME}/versions/compare?from=2&to=2&lang=en", 200)
    assert "Nothing differs in the text." in client.text


@pytest.mark.parametrize("query", ["", "from=1", "from=1&to=9", "from=x&to=1", "from=1&to=٣", "from=1&to=-1"])
def test_what_is_no_version_cannot_be_compared(app: Flask, client: Client, query: str) -> None:
    prepare(app)
    client.get(f"{HOME}/versions/compare?{query}", 404)
    client.get(f"{HOME}/versions/changes.pdf?{query}", 404)
