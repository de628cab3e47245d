"""Logs that name nobody: JSON lines on stderr, made only of fields on a list and of harmless characters.

What is logged is decided here and not where something is logged: a field that is not on the list is
dropped, and a value that is more than a plain word is replaced. So no contribution, code, name, address
or query can get into a log by a careless line. People appear as a hash that changes every day.
"""

from __future__ import annotations

import hmac
import json
import logging
import re
import secrets
import sys
import threading
import time
from collections.abc import Mapping, MutableMapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

import structlog
from flask import Flask, Response, g, has_app_context, has_request_context, request

from core.clock import now
from core.config import ROOT, Config

_NUMBER = re.compile(r"(?!)")
_WORD = re.compile(r"[a-z][a-z0-9_]{0,60}(\.[a-z0-9_]{1,60}){0,4}")
_NAME = re.compile(r"[A-Za-z_<][A-Za-z0-9_.<>]{0,120}")
_HASH = re.compile(r"[0-9a-f]{8,32}")

FIELDS: Mapping[str, re.Pattern[str]] = {
    "actor": re.compile(r"[0-9a-f]{12}|visitor|operator|system"),
    "bytes": _NUMBER,
    "code": _WORD,
    "command": re.compile(r"[a-z]{2,20}( [a-z]{2,20})?"),
    "count": _NUMBER,
    "duration_ms": _NUMBER,
    "endpoint": _WORD,
    "error": re.compile(r"[A-Za-z_]\w{0,80}(:[A-Za-z_]\w{0,80}){0,4}", re.ASCII),
    "event": _WORD,
    "fact": re.compile(r"[A-Z][A-Za-z]{0,80}"),
    "frames": re.compile(r"[a-z0-9_/]{1,120}\.py:[0-9]{1,6}"),
    "incident": _HASH,
    "language": re.compile(r"[a-z]{2,3}"),
    "level": _WORD,
    "logger": _NAME,
    "method": re.compile(r"GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|other"),
    "port": _NUMBER,
    "reaction": _NAME,
    "region": re.compile(r"[a-z_]{1,40}:[a-z0-9_.-]{1,80}"),
    "request_id": _HASH,
    "revision": re.compile(r"[0-9]{4}"),
    "seal_no": _NUMBER,
    "status": _NUMBER,
    "timestamp": re.compile(r"[0-9T:.-]{10,30}Z"),
    "where": re.compile(r"[A-Za-z_<][A-Za-z_.<>]{0,120}(:[0-9]{1,6})?"),
}
"""Every field a log line may have, with what a text in it must look like; numbers are always possible.

None of them has room for what a person typed or who a person is.
"""

SecurityEvent = Literal[
    "account_changed",
    "code_refused",
    "forbidden",
    "log_in_failed",
    "logged_in",
    "logged_out",
    "origin_refused",
    "second_factor_failed",
    "session_revoked",
    "too_many",
]
"""What happened that somebody watching over the installation wants to count."""

REMOVED = "removed"
"""Stands where a value was not harmless."""

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_QUIET = frozenset({"static", "core.healthz", "core.readyz"})
_BY_STATUS: Mapping[int, SecurityEvent] = {403: "forbidden", 429: "too_many"}
_OWN = ("core", "accounts", "region", "dialog", "workshops", "governance", "concept", "pages", "app.py")

log = structlog.get_logger(__name__)
_hash_key = bytearray()
_least = [logging.INFO]
_json = json.JSONEncoder(ensure_ascii=True, sort_keys=True)


def init(app: Flask, config: Config) -> None:
    """Send all logs of the process through the list of fields and log the requests of `app`."""
    _hash_key[:] = app.config["KEYS"].log
    configure(config.log_level)

    @app.before_request
    def start() -> None:
        g.request_started = time.perf_counter()
        g.request_id = secrets.token_hex(8)

    # Of the functions that run after a request the one registered first runs last: it sees the final answer.
    @app.after_request
    def finish(response: Response) -> Response:
        _log_request(response)
        return response


def configure(level: str = "INFO") -> None:
    """Set up structlog and the standard library's logging; may be called again."""
    least = _least[0] = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _add_request,
            _add_error,
            _keep_harmless,
            structlog.processors.JSONRenderer(ensure_ascii=True, sort_keys=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=_stderr_logger,
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if isinstance(handler, _LibraryHandler)]:
        root.removeHandler(handler)
    root.addHandler(_LibraryHandler())
    root.setLevel(max(least, logging.WARNING))
    # This program logs its requests itself; the servers' own logs would hold addresses and queries.
    for name in ("werkzeug", "gunicorn.access", "geventwebsocket.handler"):
        logging.getLogger(name).setLevel(logging.ERROR)


def security_event(name: SecurityEvent, *, code: str | None = None) -> None:
    """Log something that somebody watching over the installation wants to count; once per request and name.

    `code` may carry a short word such as the reason, never anything that came from outside.
    """
    if has_request_context():
        noted: set[str] = g.setdefault("security_events", set())
        if name in noted:
            return
        noted.add(name)
    fields = {} if code is None else {"code": code}
    log.warning(name, logger="security", **fields)


def incident(error: BaseException) -> str:
    """Log an unexpected error without any of its values; gives the number to be shown to the person.

    Logged are the type of the error and of its causes, and the lines of our own code it came through.
    """
    number = secrets.token_hex(6)
    log.error("incident", incident=number, exc_info=error)
    return number


def pseudonym(key: str) -> str:
    """The name under which an actor's key appears in today's logs; tomorrow's is another one."""
    if not key:
        return "visitor"
    if key in {"operator", "system"}:
        return key
    return _pseudonym(bytes(_hash_key), now().date(), key)


@lru_cache(maxsize=2048)
def _pseudonym(hash_key: bytes, day: date, key: str) -> str:
    return hmac.digest(hash_key, f"{day}:{key}".encode(), "sha256").hex()[:12]


def catch_crashes() -> None:
    """Log errors that end a thread or the process like all others, instead of printing their values."""

    def main(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
        else:
            incident(error)

    def thread(arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None:
            incident(arguments.exc_value)

    sys.excepthook = main
    threading.excepthook = thread


class _LibraryHandler(logging.Handler):
    """Turns what libraries log into the same lines; their messages hold values and are left out."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        where = f"{record.module}.{record.funcName}:{record.lineno}"
        if record.name == "gunicorn.error":
            # Its own helper hides the place, but its messages are fixed texts with marks for the values.
            where = re.sub(r"[^A-Za-z]+", "_", str(record.msg)).strip("_")[:80]
        log.log(record.levelno, "library", logger=record.name, where=where, exc_info=error)


class _Stderr:
    """Writes to whatever `sys.stderr` is at that moment; one write per line, so that lines stay whole."""

    def _write(self, message: str) -> None:
        sys.stderr.write(message + "\n")
        sys.stderr.flush()

    debug = info = warning = error = critical = exception = fatal = log = msg = _write


def _stderr_logger(*_args: Any) -> _Stderr:
    return _Stderr()


def _log_request(response: Response) -> None:
    status, endpoint = response.status_code, request.endpoint
    if status in _BY_STATUS and not g.get("security_events"):
        security_event(_BY_STATUS[status])
    if endpoint in _QUIET and status < 400:
        return
    started: float = g.get("request_started", time.perf_counter())
    answered(
        request.method,
        endpoint or "none",
        status,
        time.perf_counter() - started,
        actor=_current_pseudonym(),
    )


def answered(method: str, endpoint: str, status: int, seconds: float, *, actor: str = "visitor") -> None:
    """Log that a request was answered."""
    if _least[0] > logging.INFO:
        return
    # Every request writes this line, so it takes the short way: same fields, same check, no processors.
    line = {
        "actor": _harmless("actor", actor),
        "duration_ms": round(seconds * 1000, 1),
        "endpoint": _harmless("endpoint", endpoint),
        "event": "request",
        "level": "info",
        "method": method if method in _METHODS else "other",
        "status": status,
        "timestamp": now().isoformat().replace("+00:00", "Z"),
    }
    _stderr_logger().info(_json.encode(_add_request(None, "", line)))


def _current_pseudonym() -> str:
    # Asking Flask-Login would read the session from the database; only who is known already is named.
    user = g.get("_login_user")
    actor = getattr(user, "actor", None)
    return pseudonym(actor.key) if actor is not None else "visitor"


def _add_request(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if has_app_context() and "request_id" in g:
        line["request_id"] = g.request_id
    return line


def _add_error(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    given = line.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given
    if not isinstance(error, BaseException):
        return line
    kinds: list[str] = []
    frames: list[str] = []
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen and len(kinds) < 5:
        seen.add(id(cause))
        kinds.append(type(cause).__name__)
        frames.extend(_own_frames(cause.__traceback__))
        cause = cause.__cause__ or cause.__context__
    line["error"] = ":".join(kinds)
    line["frames"] = frames[-30:]
    return line


def _own_frames(trace: TracebackType | None) -> list[str]:
    frames = []
    while trace is not None:
        path = Path(trace.tb_frame.f_code.co_filename)
        if path.is_relative_to(ROOT):
            relative = path.relative_to(ROOT)
            if relative.parts[0] in _OWN:
                frames.append(f"{relative.as_posix()}:{trace.tb_lineno}")
        trace = trace.tb_next
    return frames


def _keep_harmless(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {name: _harmless(name, value) for name, value in line.items() if name in FIELDS}


def _harmless(name: str, value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, list | tuple):
        return [_harmless(name, part) for part in value]
    return value if isinstance(value, str) and FIELDS[name].fullmatch(value) else REMOVED
