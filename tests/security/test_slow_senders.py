"""Whoever sends slowly, or waits for others, keeps nobody away from the database."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.pool import QueuePool

from concept import compile
from core.db import db
from core.realtime import responses
from tests.client import ORIGIN, Client
from tests.concept import ground, released
from tests.conftest import Maker
from tests.factories import Person

pytestmark = pytest.mark.without_database


class Slowly(io.RawIOBase):
    """A body that looks, whenever it is read, how many connections are in use."""

    def __init__(self, body: bytes, in_use: Callable[[], int]) -> None:
        self._body = io.BytesIO(body)
        self._in_use = in_use
        self.seen: list[int] = []

    def readable(self) -> bool:
        return True

    def seek(self, *where: Any) -> int:
        return self._body.seek(*where)

    def tell(self) -> int:
        return self._body.tell()

    def readinto(self, buffer: Any) -> int:
        self.seen.append(self._in_use())
        return self._body.readinto(buffer)


def counter(app: Flask) -> Callable[[], int]:
    with app.app_context():
        pool = db.engine.pool
    assert isinstance(pool, QueuePool)
    return pool.checkedout


@pytest.mark.parametrize("who", ["stranger", "participant", "coordinator"])
def test_a_connection_is_not_held_while_a_form_is_on_its_way(app: Flask, make: Maker, who: str) -> None:
    make.contribution()
    cookie = "bogus"
    if who != "stranger":
        person = make.participant() if who == "participant" else make.account("coordinator")
        cookie = make.session(person)
    body = Slowly(b"login=somebody&password=something", counter(app))

    answer = app.test_client(use_cookies=False).post(
        "/sign-in",
        base_url=ORIGIN,
        headers={"Origin": ORIGIN, "Cookie": f"session={cookie}"},
        input_stream=body,
        content_type="application/x-www-form-urlencoded",
    )

    assert answer.status_code < 500
    assert body.seen
    assert set(body.seen) == {0}


@pytest.mark.parametrize("path", ["/dialogues/probe/register", "/dialogues/probe/register/region"])
def test_a_connection_is_not_held_while_another_draws_the_same_page(
    app: Flask, make: Maker, browse: Callable[[Person], Client], monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    make.contribution()
    in_use, seen = counter(app), []
    get = responses.fragments.get

    def look(*arguments: Any) -> str:
        seen.append(in_use())
        return get(*arguments)

    monkeypatch.setattr(responses.fragments, "get", look)
    browse(make.participant()).get(path, 200)

    # The page's own list is drawn within it, by the one who draws.
    assert seen[0] == 0


def test_a_connection_is_not_held_while_a_document_is_made(
    app: Flask, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        ground.filled()
        released.release()
        released.write("Seither ist etwas dazugekommen.")
    in_use, seen = counter(app), []
    render = compile.render_in_child

    def look(*arguments: Any, **named: Any) -> Any:
        # The one who waits gives it back while this thread begins.
        limit = time.monotonic() + 3
        while in_use() and time.monotonic() < limit:
            time.sleep(0.005)
        seen.append(in_use())
        return render(*arguments, **named)

    monkeypatch.setattr(compile, "render_in_child", look)
    for path in ("concept.md", "concept/versions/compare?from=1&to=draft"):
        client.get(f"/dialogues/probe/{path}", 200)
    assert seen == [0, 0]
