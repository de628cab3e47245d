"""The one append-only table of what happened: who (a key), what (fact type), on what (ids), when.

It is not where state lives; it serves the audit log, digests and consumers that lag behind. Rows are
numbered and chained afterwards by `core.sealing`, because on PostgreSQL a lower id can commit later.
"""

from __future__ import annotations

import dataclasses
import json
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, Engine, Index, bindparam, func, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from core import bus
from core.actor import Actor
from core.clock import now
from core.db import Base, int_pk, key_str, short_str
from core.statements import Statement
from core.transaction import current_unit

_types: dict[str, type[Fact]] = {}


class Fact:
    """Base of all facts: frozen dataclasses in the past tense whose fields are ids, numbers and codes."""

    registered: ClassVar[dict[str, type[Fact]]] = _types

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        _types[cls.__name__] = cls


class JournalEntry(Base):
    """One thing that happened. Triggers refuse changes and deletions."""

    __tablename__ = "journal"
    __table_args__ = (Index("ix_journal_at", "at"),)

    id: Mapped[int_pk]
    at: Mapped[datetime]
    actor: Mapped[key_str]
    fact: Mapped[short_str]
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)


def last_fact(engine: Engine | None = None) -> int | None:
    """The id of the latest fact; where it is the same, nothing has changed. None while there is none.

    Within an application it may be left to the open transaction; with `engine` it is asked outside of all.
    """
    row = _LATEST.peek() if engine is None else _LATEST.ask(engine)
    found: int | None = row[0] if row else None
    return found


_LATEST = Statement(lambda: select(func.max(JournalEntry.id)))
_WRITE = Statement(
    lambda: insert(JournalEntry).values(
        at=bindparam("moment"),
        actor=bindparam("actor_key"),
        fact=bindparam("fact_type"),
        payload=bindparam("content"),
    )
)


def record(actor: Actor, fact: Fact) -> None:
    """Write `fact` into the journal of the open transaction, tell its subscribers, keep it for the reactions.

    Raises RuntimeError outside of a transaction.
    """
    unit = current_unit()
    _WRITE.run(
        moment=now(),
        actor_key=actor.key,
        fact_type=type(fact).__name__,
        content=dataclasses.asdict(fact),  # type: ignore[call-overload]
    )
    unit.facts.append(fact)
    bus.tell_subscribers(actor, fact)


def canonical(value: Any) -> bytes:
    """The one spelling of a JSON value that is hashed: sorted keys, no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
