"""Long work of one request that lets the others have their turn.

One worker serves everybody: while one request computes, all others wait. What takes longer than a page may
take is cut into turns by a call of `let_others` in its loop; what takes much longer belongs into a child.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")
TURN_SECONDS = 0.004
"""So long a request computes before it asks whether somebody else is waiting."""

PAUSE_SECONDS = 0.001
"""Long enough for the server to look who has come; with none at all it goes on without looking."""

_last = threading.local()


def let_others() -> None:
    """Let other requests go on, if this one has had its turn; costs next to nothing if it has not.

    Inside a transaction only between large portions, as `core.bulk` does it: those who write wait for all who
    only read then.
    """
    if time.perf_counter() - getattr(_last, "turn", 0.0) < TURN_SECONDS:
        return
    time.sleep(PAUSE_SECONDS)
    _last.turn = time.perf_counter()


def in_turns(items: Iterable[T]) -> Iterator[T]:
    """The same items, with a turn for others between one and the next if it is time for it."""
    for item in items:
        yield item
        let_others()
