"""Likeness of meaning, for counties that install the encoder (`make meaning`) and set MEANING.

It finds what says the same in other words or another language, and costs 120 MB of memory and some
milliseconds for each new text, so it is left out unless it is wanted. Everything is computed on this machine.
"""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from core.config import ENCODER, Config
from core.turns import let_others

LONGEST = 1_000
"""Characters of a text that are looked at."""

MOST_KEPT = 50_000
"""Texts whose meaning is kept in memory, one kilobyte each; the ones learned first go first."""

_AT_ONCE = 4

Encode = Callable[[list[str]], Any]
"""Gives a matrix with one row of length 1 for each text."""


def encoder() -> Encode:
    """The encoder; it reads its weights when it is first asked. Raises ImportError if it is not installed."""
    encode: Encode = importlib.import_module(ENCODER).USE(threads=1).encode
    return encode


class Meaning:
    """What texts mean, as far as it has been learned; threads may share it."""

    def __init__(self, encode: Encode) -> None:
        # Where the encoder is not wanted it need not be there either.
        self._numpy = importlib.import_module("numpy")
        self._encode = encode
        self._vectors: dict[bytes, Any] = {}
        self.version = 0
        """Rises with everything that is learned."""
        self.learned_at = -1
        """How often the registers had changed when all they hold was learned."""

    def learn(self, texts: Iterable[str]) -> int:
        """Find out what texts mean that are new, in turns with others; gives how many there were."""
        unknown = [text for text in dict.fromkeys(texts) if _digest(text) not in self._vectors]
        for begin in range(0, len(unknown), _AT_ONCE):
            some = unknown[begin : begin + _AT_ONCE]
            for text, vector in zip(some, self._encode([text[:LONGEST] for text in some]), strict=True):
                self._vectors[_digest(text)] = self._numpy.asarray(vector, dtype=self._numpy.float16)
            while len(self._vectors) > MOST_KEPT:
                self._vectors.pop(next(iter(self._vectors)))
            self.version += 1
            let_others()
        return len(unknown)

    def keep_only(self, texts: Iterable[str]) -> None:
        """Forget what everything else means, such as words that were withdrawn."""
        kept = {_digest(text) for text in texts}
        for digest in self._vectors.keys() - kept:
            del self._vectors[digest]

    def table(self, texts: Sequence[str]) -> Any:
        """What these texts mean, to be compared by `likeness`; what has not been learned is like nothing."""
        if not self._vectors:
            return None
        length = len(next(iter(self._vectors.values())))
        nothing = self._numpy.zeros(length, dtype=self._numpy.float16)
        rows = [self._vectors.get(_digest(text), nothing) for text in texts]
        return self._numpy.stack(rows).astype(self._numpy.float32) if rows else None

    def likeness(self, table: Any, text: str) -> list[float]:
        """How alike in meaning each text of a table is to this one: 1 the same, about 0 something else.

        Empty as long as nothing was learned at all, because reading the weights takes a second.
        """
        if table is None:
            return []
        self.learn([text])
        own = self._vectors[_digest(text)].astype(self._numpy.float32)
        alike: list[float] = (table @ own).tolist()
        return alike


def _digest(text: str) -> bytes:
    return hashlib.sha256(text[:LONGEST].encode("utf-8", "surrogatepass")).digest()[:16]


_of_this_program: dict[str, Meaning] = {}


def init(config: Config) -> None:
    """Compare by meaning in this process, if the county wants it."""
    _of_this_program.clear()
    if config.meaning:
        _of_this_program[ENCODER] = Meaning(encoder())


def in_use() -> Meaning | None:
    """What compares by meaning in this process, or None."""
    return _of_this_program.get(ENCODER)
