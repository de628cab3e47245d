"""Erasing a person everywhere: the parts that packages register, and the list that outlives a backup.

Whoever is erased leaves a keyed digest behind that nobody can turn back into a person. It stands in a table
and, because a restored backup would bring the person back together with an older table, in a file beside the
database. Before a restored database is served, everybody on that list is erased again.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from flask import current_app
from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from core import keys
from core.actor import Actor
from core.config import Config
from core.db import Base, key_str

NOBODY = "erased"
"""Stands in a column where the key of a person stood that is not needed any more."""

FILE = "erased.log"
_LINE = re.compile(r"(?P<digest>[0-9a-f]{64}) (?P<texts>withdraw|keep)")


class Texts(StrEnum):
    """What becomes of what a person has written."""

    WITHDRAW = "withdraw"
    KEEP = "keep"


class Erasure(Base):
    """Somebody who was erased, as a digest, and what they wished for their texts."""

    __tablename__ = "erasures"

    digest: Mapped[key_str] = mapped_column(primary_key=True)
    texts: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime]


Eraser = Callable[[Actor, str, Texts], None]
_erasers: dict[str, Eraser] = {}


def erases(name: str, function: Eraser) -> None:
    """Register a package's part: `function(actor, key, texts)` takes away what it keeps of a person.

    It works in the open transaction, does nothing where nothing is left, and gets SYSTEM as actor: whoever
    asked had the right. Tallies, numbers and published versions stay as they are.
    """
    _erasers[name] = function


def everywhere(actor: Actor, key: str, texts: Texts) -> None:
    """Let every package take away its part; the highest first, because it refers to the lower ones."""
    for function in reversed(list(_erasers.values())):
        function(actor, key, texts)


def digest(key: str) -> str:
    """What stands for an erased person: keyed, so that it tells nothing without the installation's keys."""
    return hmac.digest(keys.current().digest, f"erased|{key}".encode(), hashlib.sha256).hex()


def file_of(config: Config) -> Path:
    """Where the list lies that a restored backup does not replace."""
    return config.var_dir / FILE


def read_file(file: Path) -> dict[str, Texts]:
    """The digests of a list with the wish about the texts; a line that is none is passed over."""
    if not file.exists():
        return {}
    matches = (_LINE.fullmatch(line.strip()) for line in file.read_text("ascii", "replace").splitlines())
    return {match["digest"]: Texts(match["texts"]) for match in matches if match}


def write_missing(known: Mapping[str, str]) -> int:
    """Bring the list beside the database up to what the table says; gives how many were added.

    What is added is on the disk before this returns.
    """
    config: Config = current_app.config["SETTINGS"]
    file = file_of(config)
    missing = [f"{one} {texts}\n" for one, texts in known.items() if one not in read_file(file)]
    if missing:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as target:
            # A line that a crash cut short must not swallow the next one.
            target.writelines(["\n", *missing])
            target.flush()
            os.fsync(target.fileno())
    return len(missing)
