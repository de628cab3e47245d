"""The token that a page of ours carries and a live connection must show.

Whoever is signed in gets a token bound to the session, so that no other page can know it. Whoever only
reads gets a dated one that is bound to nobody: reading must not need a cookie, and a connection made with
it is a visitor's, whatever cookies come along. It shows no more than the public pages do.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import lru_cache

from flask import current_app, g

from core import web
from core.clock import now

VISITOR_DAYS = 7
HOLE = f"@{secrets.token_hex(16)}@"
"""Stands in a shared page where each session's own token goes; nobody can have written it."""
_SESSION = "s"
_VISITOR = "v"


@contextmanager
def left_open() -> Iterator[None]:
    """Inside, `token` gives HOLE, for a page that several sessions will share."""
    before = g.get("live_token_left_open", False)
    g.live_token_left_open = True
    try:
        yield
    finally:
        g.live_token_left_open = before


def token() -> str:
    """The token of this request's session, or a visitor's, as a page carries it."""
    if g.get("live_token_left_open", False):
        return HOLE
    scope = session_scope()
    if scope:
        return f"{_SESSION}.{_seal(_SESSION, scope)}"
    return _visitor_token(now().date())


def session_scope() -> str | None:
    """What names the session of this request, or None for a visitor."""
    # The session is looked up when somebody first asks who is there.
    if web.current_actor().is_visitor:
        return None
    scope: str | None = g.get("session_scope")
    return scope


def is_visitors(text: str) -> bool:
    """Whether this is a visitor's token of the last days."""
    today = now().date()
    return any(
        hmac.compare_digest(text.encode(), _visitor_token(today - timedelta(days=age)).encode())
        for age in range(VISITOR_DAYS)
    )


def belongs_to(text: str, scope: str) -> bool:
    """Whether this is the token of the session that `scope` names."""
    return hmac.compare_digest(text.encode(), f"{_SESSION}.{_seal(_SESSION, scope)}".encode())


def room_of(scope: str) -> str:
    """The room of a session's connections; its name does not give the scope away."""
    return f"session {_seal('room', scope)}"


def _visitor_token(day: date) -> str:
    return _dated(current_app.config["DIGEST_KEY"], day)


@lru_cache(maxsize=16)
def _dated(key: bytes, day: date) -> str:
    return f"{_VISITOR}.{_digest(key, _VISITOR, day.isoformat())}"


def _seal(kind: str, text: str) -> str:
    return _digest(current_app.config["DIGEST_KEY"], kind, text)


def _digest(key: bytes, kind: str, text: str) -> str:
    return hmac.new(key, f"live:{kind}:{text}".encode(), hashlib.sha256).hexdigest()[:40]
