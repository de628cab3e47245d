"""Who is at a region now, as a number or as keys of people; never kept, and forgotten with the program.

Everybody who watches counts once, however many pages they have open, and no more as soon as their last one is
closed. A page without a script cannot watch: whoever asked for it counts for some minutes. Live connections
are all held by one program (docs/operate.md), so what it knows is all there is.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

import structlog
from flask import Flask, current_app

from core.realtime import regions

COUNTS_SECONDS = 300
"""So long somebody counts who asked for a page and does not watch it."""

_EXTENSION = "live_presence"
log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Presence:
    lock: threading.Lock = field(default_factory=threading.Lock)
    asked: dict[str, dict[str, float]] = field(default_factory=dict)
    """By region: until when who counts without watching."""
    versions: dict[str, int] = field(default_factory=dict)

    def clear(self, name: str) -> None:
        """Forget who asked too long ago; the lock is held."""
        before, moment = self.asked.get(name, {}), time.monotonic()
        after = {key: until for key, until in before.items() if until > moment}
        if len(after) == len(before):
            return
        self.asked[name] = after
        self.raise_version(name)

    def raise_version(self, name: str) -> None:
        """Count on; the lock is held. What a former program counted up to is lower than the time now."""
        self.versions[name] = max(self.versions.get(name, 0) + 1, int(time.time() * 1000))


def _of(app: Flask) -> _Presence:
    found: _Presence = app.extensions.setdefault(_EXTENSION, _Presence())
    return found


def _here() -> _Presence:
    return _of(current_app._get_current_object())  # type: ignore[attr-defined]


def note_asked(name: str, key: str) -> None:
    """Somebody was given a page with this region; whoever watches it next counts by that alone."""
    presence = _here()
    with presence.lock:
        presence.clear(name)
        asked = presence.asked.setdefault(name, {})
        is_new = key not in asked
        asked[key] = time.monotonic() + COUNTS_SECONDS
    if is_new:
        came_or_went(name)


def forget_asked(name: str, key: str) -> None:
    """This person watches the region: from now on they are here as long as they do."""
    presence = _here()
    with presence.lock:
        presence.asked.get(name, {}).pop(key, None)


def asked(name: str) -> frozenset[str]:
    """The keys of those who count without watching."""
    presence = _here()
    with presence.lock:
        presence.clear(name)
        return frozenset(presence.asked.get(name, ()))


def presence_version(name: str) -> int:
    """A number that grows whenever somebody comes or goes; read it before asking who is there."""
    presence = _here()
    with presence.lock:
        presence.clear(name)
        if name not in presence.versions:
            presence.raise_version(name)
        return presence.versions[name]


def came_or_went(name: str) -> None:
    """Somebody has come to a region or gone, or is called otherwise: tell the package whose region it is."""
    told = regions.presence_of(name)
    if told is None:
        return
    presence = _here()
    with presence.lock:
        presence.raise_version(name)
    try:
        told()
    except Exception:
        # That others are not told is no reason to let nobody in.
        log.exception("live_presence_failed", region=name)
