"""Slows down guessing without locking anybody out: counts failures, per browser and then per network.

A correct code always passes, because a whole shelter may share one address and codes cannot be guessed
anyway (50 bits). Passwords are not even looked at while there were too many failures. Counts live in the
memory of the one serving process, forget themselves after WINDOW_SECONDS and hold no address in plain.
"""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
import time
from collections import OrderedDict, deque

from flask import Flask, current_app, request

from core import web
from core.errors import TooMany
from core.i18n import lazy_gettext as _l

WINDOW_SECONDS = 600.0
PER_BROWSER = 10
PER_NETWORK = 100
_MOST_KEYS = 20_000
_EXTENSION = "accounts.failures"


class Failures:
    """When something failed lately, by key; the longest untouched keys are forgotten first."""

    def __init__(self, window: float = WINDOW_SECONDS, most_keys: int = _MOST_KEYS) -> None:
        self._window = window
        self._most_keys = most_keys
        self._times: OrderedDict[bytes, deque[float]] = OrderedDict()
        self._salt = secrets.token_bytes(16)

    def note(self, kind: str, value: str, at: float) -> None:
        """Count one failure at a moment of a steady clock, in seconds."""
        key = self._key(kind, value)
        times = self._times.setdefault(key, deque(maxlen=PER_NETWORK))
        times.append(at)
        self._times.move_to_end(key)
        while len(self._times) > self._most_keys:
            self._times.popitem(last=False)

    def count(self, kind: str, value: str, at: float) -> int:
        """How many failures lie within the window before `at`."""
        return sum(1 for moment in self._times.get(self._key(kind, value), ()) if moment > at - self._window)

    def _key(self, kind: str, value: str) -> bytes:
        return hashlib.blake2b(f"{kind}:{value}".encode(), key=self._salt, digest_size=16).digest()


def init(app: Flask) -> None:
    """Begin counting for `app`."""
    app.extensions[_EXTENSION] = Failures()


def note_failure() -> None:
    """Count a failure of whoever sends this request."""
    at = time.monotonic()
    _failures().note("browser", web.visit(), at)
    _failures().note("network", _network(), at)


def refuse_if_too_many() -> None:
    """Raise TooMany if whoever sends this request has failed too often within the last ten minutes."""
    at = time.monotonic()
    failures = _failures()
    if (
        failures.count("browser", web.visit(), at) >= PER_BROWSER
        or failures.count("network", _network(), at) >= PER_NETWORK
    ):
        raise TooMany(_l("There were too many tries. Please wait ten minutes and try again."))


def _failures() -> Failures:
    failures: Failures = current_app.extensions[_EXTENSION]
    return failures


def _network() -> str:
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    prefix = 32 if address.version == 4 else 64
    return str(ipaddress.ip_network((address, prefix), strict=False))
