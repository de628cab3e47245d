"""What nobody should send about texts and versions: refused with a sentence or harmless, never an error."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from concept.models import Version
from core.db import db
from tests import factories
from tests.client import Client
from tests.concept import ground, released

HOME = "/dialogues/probe/concept"
PAGE = f"{HOME}/write/field-sprache-situation"
COLUMNS = 500
TEXTS = {
    "script": ("<script>alert(1)</script> <img src=x onerror=alert(1)>", 303),
    "links": ("[a](javascript:alert(1)) [b](data:text/html,x) ![c](https://evil.example/x.png)", 303),
    "wide table": ("\n".join("|" + f" {cell} |" * COLUMNS for cell in ("a", "---", "b")), 422),
    "deep quotation": ("> " * 400 + "tief", 422),
    "deep list": ("\n".join("    " * depth + "* tief" for depth in range(60)), 422),
    "many signs": ("*_" * 10_000, 422),
    "control signs": ("Wort\u202e\u0000\u0008Wort \ud83d\ude00 \ufffe", 303),
    "a block of nobody": ("{{999999: Karte}}", 422),
}


def test_hostile_texts_are_refused_or_harmless_in_every_format(
    app: Flask, client: Client, client_as: Callable[..., Client]
) -> None:
    with app.app_context():
        ground.filled()
    staff = client_as("coordinator")
    seen = {}
    for name, (text, _) in TEXTS.items():
        form = staff.form(PAGE)
        before = dict(form.values)["text"]
        text = text.encode("utf-16", "surrogatepass").decode("utf-16")
        seen[name] = staff.send(form, {"text": f"{before}\n\n{text}"}).status_code
    assert seen == {name: status for name, (_, status) in TEXTS.items()}
    # The client looks for anything active or foreign on each page it gets.
    client.get(f"{HOME}/field-sprache", 200)
    with app.app_context():
        released.release()
        released.write("Noch ein Absatz.")
    for path in ("versions/1", "versions/1.html", "versions/1.pdf", "versions/compare?from=1&to=draft"):
        page = client.inner.get(f"{HOME}/{path}", base_url="http://127.0.0.1:5000")
        assert page.status_code == 200, path
        assert b"<script>alert" not in page.data
        assert b"onerror=alert(1)>" not in page.data
        assert b'href="javascript' not in page.data


@pytest.mark.parametrize("number", ["0", "-1", "x", "1e3", "1.5", "٣", "%00", "100000", "9" * 40, "1/../2"])
def test_what_is_no_version_is_not_there(app: Flask, client: Client, number: str) -> None:
    with app.app_context():
        ground.filled()
        released.release()
    for path in (f"versions/{number}", f"versions/{number}.pdf", f"versions/compare?from=1&to={number}"):
        client.get(f"{HOME}/{path}", 404)


def test_a_version_of_another_concept_is_not_there(
    app: Flask, client: Client, client_as: Callable[..., Client]
) -> None:
    with app.app_context():
        ground.filled()
        released.release()
        with factories.change():
            factories.concept(factories.dialogue("other"))
    other = "/dialogues/other/concept/versions"
    client.get(f"{HOME}/versions/1", 200)
    client.get(other, 200)
    for path in ("1", "1.zip", "compare?from=1&to=draft", "changes.pdf?from=1&to=1"):
        client.get(f"{other}/{path}", 404)
    staff = client_as("coordinator")
    staff.post(f"{other}/1/withdraw", {"_key": "k" * 20, "reason": "Fremd."}, 404)
    with app.app_context():
        assert db.session.query(Version).count() == 1
    client.get(f"{HOME}/versions/1", 200)
