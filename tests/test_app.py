"""What holds for every request, whichever package answers it."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from core.db import db
from tests import factories
from tests.client import Client


@pytest.mark.parametrize("path", ["/", "/dialogues/probe/register", "/account", "/no-such-page"])
def test_without_its_database_it_still_says_so_in_a_page(app: Flask, client: Client, path: str) -> None:
    with app.app_context():
        client.plant(factories.session(factories.participant()))
        engine = db.engine

    def refuse(*_args: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("the disk is gone"))

    event.listen(engine, "before_cursor_execute", refuse)
    try:
        client.get(f"{path}?lang=de", 500)
    finally:
        event.remove(engine, "before_cursor_execute", refuse)

    assert "Fehler 500" in client.text
    assert "Wenn Sie uns schreiben" in client.text
    assert "disk" not in client.text


@pytest.mark.parametrize(
    "path",
    [
        "/%00",
        "/dialogues/%00/register",
        "/dialogues/probe/events/a%00b",
        "/dialogues/probe/concept/%00",
        "/dialogues/probe/concept/%00/decisive-poll",
    ],
)
def test_no_address_has_the_character_that_postgresql_refuses(app: Flask, client: Client, path: str) -> None:
    with app.app_context():
        factories.concept()

    client.get(path, 404)
    client.post(path, {"_key": "k" * 20}, 404)


def test_the_links_to_other_languages_lead_to_this_very_page(app: Flask, client: Client) -> None:
    client.get("/a%3Fb%23c%22%25?x=%26y&lang=en", 404)

    [german] = [a["href"] for a in client.page.find_all("a") if a.get("hreflang") == "de"]
    assert german == "/a%3Fb%23c%22%25?x=%26y&lang=de"
