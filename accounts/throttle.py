"""Slows down guessing without locking anybody out: counts failures, per device and then per network.

Signing up is no failure, but whoever does it again and again is slowed in the same way (`sign_up`).

What cannot be guessed is not slowed down: a valid code of 50 bits always passes, also a valid event code,
because a whole shelter may share one address. So views look at a code first and ask here only about a wrong
one (`wrong_code`). What could be guessed is looked at only while there were few failures: passwords
(`refuse_if_too_many`, `note_failure`) and the six digits of a second factor (`begin_second_step`). Each kind
has counts of its own, so that mistyped codes at an event keep nobody of the staff out.

Counts live in the memory of the one serving process, forget themselves after WINDOW_SECONDS and hold no
address in plain. If counting itself fails, nothing that could be guessed is looked at: people are asked to
try again later, and valid codes still pass.
"""

from __future__ import annotations

import hashlib
import ipaddress
import math
import secrets
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum

from flask import Flask, current_app, request

from core import logs, web
from core.errors import DomainError, Sentence, TooMany, Unavailable
from core.i18n import lazy_gettext as _l
from core.i18n import ngettext

WINDOW_SECONDS = 600.0
PER_BROWSER = 10
PER_NETWORK = 100
PER_ACCOUNT_AND_NETWORK = 7
"""Wrong second factors of one account from one network; whoever guesses there stops nobody elsewhere."""

FREE_TRIES = 5
"""Wrong second factors of one account before it pauses."""

FIRST_PAUSE = 5.0
LONGEST_PAUSE = 60.0
"""Seconds; short, so that nobody who knows a password keeps its holder out. Recovery codes need not wait."""

SIGN_UPS_PER_BROWSER = 20
"""New codes on one device within the window: one every half minute. Somebody who helps a family, or a tablet
on which person after person signs up, needs a minute for each; a script needs none."""

SIGN_UPS_PER_NETWORK = 100
"""New codes behind one address within the window. The 60 people of a shelter may sign up within one hour, or
all at once in its common room; a script that throws its cookies away gets no further than this."""

JOININGS_PER_NETWORK = 600
"""The same with the event code: only who is in the hall has it, and the whole hall may share one address. One
person a second is more than come through a door."""

_MOST_KEYS = 20_000
_EXTENSION = "accounts.failures"


class Kind(StrEnum):
    """What was tried; failures of one kind do not count for another."""

    PASSWORD = "password"  # noqa: S105 - the name of what is counted
    SECOND_FACTOR = "second factor"
    RECOVERY_CODE = "recovery code"
    CODE = "code"
    EVENT_CODE = "event code"
    LINK = "link"
    SIGN_UP = "sign-up"
    JOINING = "joining"


class Failures:
    """When something failed lately, by key; the longest untouched keys are forgotten first."""

    def __init__(self, window: float = WINDOW_SECONDS, most_keys: int = _MOST_KEYS) -> None:
        self._window = window
        self._most_keys = most_keys
        self._times: OrderedDict[bytes, deque[float]] = OrderedDict()
        self._salt = secrets.token_bytes(16)
        self.lock = threading.Lock()

    def note(self, kind: str, value: str, at: float, *, most: int = PER_NETWORK) -> None:
        """Count one failure at a moment of a steady clock, in seconds; `most` are remembered."""
        key = self._key(kind, value)
        times = self._times.setdefault(key, deque(maxlen=most))
        times.append(at)
        self._times.move_to_end(key)
        while len(self._times) > self._most_keys:
            self._times.popitem(last=False)

    def count(self, kind: str, value: str, at: float) -> int:
        """How many failures lie within the window before `at`."""
        return len(self._lately(kind, value, at))

    def wait(self, kind: str, value: str, at: float, most: int) -> float:
        """Seconds until fewer than `most` failures lie within the window; 0 if that is so already."""
        times = self._lately(kind, value, at)
        return times[-most] + self._window - at if len(times) >= most else 0.0

    def pause(self, kind: str, value: str, at: float) -> float:
        """Seconds until the next try after FREE_TRIES failures, longer with each; 0 if there is no pause."""
        times = self._lately(kind, value, at)
        if len(times) < FREE_TRIES:
            return 0.0
        length = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** (len(times) - FREE_TRIES))
        return max(0.0, times[-1] + length - at)

    def take_back(self, kind: str, value: str) -> None:
        """Count the latest failure no more, because it was none."""
        times = self._times.get(self._key(kind, value))
        if times:
            times.pop()

    def forget(self, kind: str, value: str) -> None:
        """Begin anew with this key."""
        self._times.pop(self._key(kind, value), None)

    def _lately(self, kind: str, value: str, at: float) -> list[float]:
        return [t for t in self._times.get(self._key(kind, value), ()) if t > at - self._window]

    def _key(self, kind: str, value: str) -> bytes:
        return hashlib.blake2b(f"{kind}:{value}".encode(), key=self._salt, digest_size=16).digest()


def init(app: Flask) -> None:
    """Begin counting for `app`."""
    app.extensions[_EXTENSION] = Failures()


def note_failure(kind: Kind) -> None:
    """Count a failure of whoever sends this request."""
    with _counting():
        _note(kind)


def refuse_if_too_many(kind: Kind) -> None:
    """Raise TooMany if whoever sends this request has failed too often within the last ten minutes.

    Ask before looking at anything that could be guessed. Raises Unavailable if the counts cannot be read.
    """
    with _counting():
        seconds = _wait(kind)
    if seconds:
        raise TooMany(_too_many(seconds), retry_after=math.ceil(seconds))


def wrong_code(kind: Kind, error: DomainError) -> DomainError:
    """What to answer to a wrong code: `error`, or TooMany after too many of them; counts it.

    For personal codes, event codes and links of invitations, which are looked at first, so that a valid one
    always passes: `raise throttle.wrong_code(Kind.LINK, error)`.
    """
    try:
        with _counting():
            seconds = _wait(kind)
            if not seconds:
                _note(kind)
    except Unavailable as unavailable:
        return unavailable
    if seconds:
        return TooMany(_too_many_codes(seconds), retry_after=math.ceil(seconds))
    return error


def begin_second_step(account_id: int) -> None:
    """Count a try of six digits before it is looked at, so that many at once are counted, too.

    Raises TooMany where there were too many from this device or network, or while the account pauses, and
    Unavailable if it could not be counted. Call `end_second_step` if the code was right.
    """
    with _counting():
        at = time.monotonic()
        failures = _failures()
        here = f"{account_id} {_network()}"
        seconds = max(
            _wait(Kind.SECOND_FACTOR),
            failures.wait("account here", here, at, PER_ACCOUNT_AND_NETWORK),
            failures.pause("account", str(account_id), at),
        )
        if not seconds:
            _note(Kind.SECOND_FACTOR)
            failures.note("account here", here, at)
            failures.note("account", str(account_id), at)
    if seconds:
        raise TooMany(_too_many(seconds), retry_after=math.ceil(seconds))


def end_second_step(account_id: int) -> None:
    """Take back what `begin_second_step` counted, because the code was right; the account pauses no more."""
    # What cannot be taken back slows somebody down later and opens nothing.
    with suppress(Unavailable), _counting():
        failures = _failures()
        failures.take_back(f"{Kind.SECOND_FACTOR} browser", web.visit())
        failures.take_back(f"{Kind.SECOND_FACTOR} network", _network())
        failures.forget("account here", f"{account_id} {_network()}")
        failures.forget("account", str(account_id))


@contextmanager
def sign_up(kind: Kind) -> Iterator[None]:
    """Let somebody get a code here (SIGN_UP, or JOINING with the event code), and count it if they do.

    It is counted before, so that many at once are counted, too, and taken back where it came to nothing.
    Raises TooMany after too many from this device, or from this network. Nothing can be guessed here: if
    counting fails, people get in.
    """
    most = {
        f"{kind} browser": (web.visit(), SIGN_UPS_PER_BROWSER),
        f"{kind} network": (
            _network(),
            JOININGS_PER_NETWORK if kind is Kind.JOINING else SIGN_UPS_PER_NETWORK,
        ),
    }
    seconds = 0.0
    with suppress(Unavailable), _counting():
        at = time.monotonic()
        failures = _failures()
        seconds = max(failures.wait(what, value, at, limit) for what, (value, limit) in most.items())
        if not seconds:
            for what, (value, limit) in most.items():
                failures.note(what, value, at, most=limit)
    if seconds:
        raise TooMany(_too_many_sign_ups(seconds), retry_after=math.ceil(seconds))
    try:
        yield
    except BaseException:
        with suppress(Unavailable), _counting():
            for what, (value, _) in most.items():
                _failures().take_back(what, value)
        raise


@contextmanager
def _counting() -> Iterator[None]:
    """Count without others in between; what goes wrong on the way never opens anything."""
    try:
        with _failures().lock:
            yield
    except Exception as error:
        logs.incident(error)
        raise Unavailable(
            _l("We cannot check this at the moment. Nothing is lost. Please try again in a few minutes.")
        ) from error


def _note(kind: Kind) -> None:
    at = time.monotonic()
    _failures().note(f"{kind} browser", web.visit(), at)
    _failures().note(f"{kind} network", _network(), at)


def _wait(kind: Kind) -> float:
    at = time.monotonic()
    failures = _failures()
    return max(
        failures.wait(f"{kind} browser", web.visit(), at, PER_BROWSER),
        failures.wait(f"{kind} network", _network(), at, PER_NETWORK),
    )


def _too_many(seconds: float) -> Sentence:
    if seconds <= LONGEST_PAUSE:
        return ngettext(
            "There were too many tries. Please wait one second and try again.",
            "There were too many tries. Please wait %(num)d seconds and try again.",
            math.ceil(seconds),
        )
    return ngettext(
        "There were too many tries. Please wait one minute and try again.",
        "There were too many tries. Please wait %(num)d minutes and try again.",
        math.ceil(seconds / 60),
    )


def _too_many_codes(seconds: float) -> Sentence:
    return ngettext(
        "There were too many wrong codes from here. A right code works at any time; please compare yours"
        " once more. You can try others in one minute.",
        "There were too many wrong codes from here. A right code works at any time; please compare yours"
        " once more. You can try others in %(num)d minutes.",
        math.ceil(seconds / 60),
    )


def _too_many_sign_ups(seconds: float) -> Sentence:
    return ngettext(
        "Many people have signed up from here just now. Please wait one minute and send it once more."
        " What you have chosen is still here.",
        "Many people have signed up from here just now. Please wait %(num)d minutes and send it once more."
        " What you have chosen is still here.",
        math.ceil(seconds / 60),
    )


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
