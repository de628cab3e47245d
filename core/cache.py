"""Keeps what was rendered for as long as its version holds, within a bound of entries and of memory."""

from __future__ import annotations

import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T", str, bytes)


@dataclass(frozen=True, slots=True)
class _Entry:
    version: Hashable
    what: Any
    size: int


class VersionedCache:
    """Texts (or what else was made) by key, each valid for one version; the ones unused for longest go first.

    `entries` bounds their number, `size` their memory in bytes. Safe to share between threads.
    """

    def __init__(self, *, entries: int = 512, size: int = 16_000_000) -> None:
        self._most_entries = entries
        self._most_bytes = size
        self._entries: OrderedDict[Hashable, _Entry] = OrderedDict()
        self._making: dict[Hashable, threading.RLock] = {}
        self._lock = threading.Lock()
        self.size = 0

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: Hashable, version: Hashable, render: Callable[[], T]) -> T:
        """The text of `key` at `version`, made by `render` unless it is here already.

        Many who ask at once wait for one rendering. Read the version before what `render` shows: a text
        newer than its version is put right by the next change, an older one would stay. What `render`
        raises is passed on and nothing is kept.
        """
        turn = (key, version)
        with self._lock:
            found: T | None = self._find(key, version)
            if found is not None:
                return found
            making = self._making.setdefault(turn, threading.RLock())
        with making:
            with self._lock:
                found = self._find(key, version)
            if found is not None:
                return found
            try:
                text = render()
                self.keep(key, version, text, sys.getsizeof(text))
            finally:
                with self._lock:
                    self._making.pop(turn, None)
            return text

    def knows(self, key: Hashable) -> bool:
        """Whether something was kept under `key`, for whatever version."""
        return key in self._entries

    def find(self, key: Hashable, version: Hashable) -> Any:
        """What was kept under `key` for this version, or None."""
        with self._lock:
            return self._find(key, version)

    def keep(self, key: Hashable, version: Hashable, what: Any, size: int) -> None:
        """Keep something that takes about `size` bytes, and throw away what was unused for longest."""
        entry = _Entry(version, what, size)
        with self._lock:
            former = self._entries.pop(key, None)
            self.size -= former.size if former else 0
            if entry.size > self._most_bytes:
                return
            self._entries[key] = entry
            self.size += entry.size
            while len(self._entries) > self._most_entries or self.size > self._most_bytes:
                _, oldest = self._entries.popitem(last=False)
                self.size -= oldest.size

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._entries.clear()
            self.size = 0

    def _find(self, key: Hashable, version: Hashable) -> Any:
        entry = self._entries.get(key)
        if entry is None or entry.version != version:
            return None
        self._entries.move_to_end(key)
        return entry.what
