"""Answers visitors from memory, before anything else of the program is asked.

A page that is alike for everybody who is not signed in is drawn once and kept as it went out. Every change
leaves a fact in the journal; so one question, the number of the latest fact, tells whether the answer still
holds. Views say which of their answers may be kept (`may_be_kept`); docs/decisions/0006 says why it is safe.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Any

from flask import Flask, request
from sqlalchemy import Engine

from core import i18n, logs
from core.cache import VersionedCache
from core.clock import now
from core.config import Config
from core.db import db
from core.journal import last_fact

_MARK = "vielstimmig.may_be_kept"
_LONGEST_ADDRESS = 400
_SIZE_OF_AN_ADDRESS = 1_000

Headers = list[tuple[str, str]]
WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

answers = VersionedCache(entries=512, size=16_000_000)


@dataclass(frozen=True, slots=True)
class _Answer:
    endpoint: str
    status: str
    headers: Headers
    body: bytes


def may_be_kept() -> None:
    """Say of this request's answer that every visitor may get it until something changes.

    It must be the same for everybody who is not signed in: no form with a key, no cookie, nothing that the
    journal does not know of, except the time, by a minute.
    """
    # The environment itself may be a copy by now; the list in it is the one that Front looks at.
    mark: list[str] | None = request.environ.get(_MARK)
    if mark is not None:
        mark[:] = [request.endpoint or ""]


def state(engine: Engine | None = None) -> Hashable:
    """What must stay the same for an answer to hold: the latest fact, and the minute.

    The minute is there because facts written at the same time can become visible out of their order, and
    for what depends on the clock.
    """
    return last_fact(engine), int(now().timestamp()) // 60


class Front:
    """WSGI application around the program; what it has no answer for passes untouched."""

    def __init__(self, inner: WsgiApp, engine: Engine, config: Config) -> None:
        self._inner = inner
        self._engine = engine
        self._hosts = config.hosts
        self._languages = config.languages
        prefix = "__Host-" if config.secure else ""
        self._cookies = {
            f"{prefix}{i18n.LANGUAGE_COOKIE}={language}": language for language in config.languages
        }
        """The cookies of a visitor who has chosen a language and nothing else."""

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """The answer that is kept, or the program's, which is kept then if it may be."""
        key = self._key(environ)
        if key is None:
            return self._inner(environ, start_response)
        if not answers.knows(key):
            # Most addresses are never kept, files above all. The second visitor pays for the first question.
            return self._pass_on(environ, start_response, key, None)
        begin = time.perf_counter()
        try:
            version = state(self._engine)
        except Exception:
            # The program knows what to say when the database is away.
            return self._inner(environ, start_response)
        kept: _Answer | None = answers.find(key, version)
        if kept is not None:
            start_response(kept.status, [*kept.headers])
            logs.answered("GET", kept.endpoint, int(kept.status[:3]), time.perf_counter() - begin)
            return [kept.body]
        return self._pass_on(environ, start_response, key, version)

    def _pass_on(
        self,
        environ: dict[str, Any],
        start_response: Callable[..., Any],
        key: Hashable,
        version: Hashable | None,
    ) -> Iterable[bytes]:
        said: list[Any] = []
        mark: list[str] = []
        environ[_MARK] = mark

        def start(status: str, headers: Headers, *rest: Any) -> Any:
            said[:] = status, headers
            return start_response(status, headers, *rest)

        parts = self._inner(environ, start)
        if not mark or not said:
            return parts
        status, headers = said
        if not status.startswith("200") or any(name.lower() == "set-cookie" for name, _ in headers):
            return parts
        try:
            body = b"".join(parts)
        finally:
            getattr(parts, "close", lambda: None)()
        # What was drawn before anybody asked for the version is only remembered as an address to keep.
        kept = None if version is None else _Answer(mark[0], status, [*headers], body)
        answers.keep(key, version, kept, len(body) if kept else _SIZE_OF_AN_ADDRESS)
        return [body]

    def _key(self, environ: dict[str, Any]) -> Hashable | None:
        """What the answer depends on, or None for a request that is not simply a visitor's."""
        if environ["REQUEST_METHOD"] != "GET" or "HTTP_IF_NONE_MATCH" in environ:
            return None
        host = environ.get("HTTP_HOST")
        if host not in self._hosts:
            return None
        path, query = environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", "")
        if len(path) + len(query) > _LONGEST_ADDRESS:
            return None
        cookie = environ.get("HTTP_COOKIE")
        if cookie is None:
            language = i18n.wished(environ.get("HTTP_ACCEPT_LANGUAGE", ""), self._languages)
        elif cookie in self._cookies:
            language = self._cookies[cookie]
        else:
            return None
        return host, path, query, language, cookie is None


def init(app: Flask, config: Config) -> None:
    """Stand before `app`."""
    with app.app_context():
        engine = db.engine
    app.wsgi_app = Front(app.wsgi_app, engine, config)  # type: ignore[method-assign]
