"""Rules of retention: what is taken away, how long after what, and who is exempt for the time being.

A package registers its rules here; `accounts.actions.retention` applies them in small transactions, so that a
run that is killed goes on where it was. A rule finds what is due by a moment and takes away what it is given;
found twice and taken away once, nothing is harmed. What a legal hold keeps is never found.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from core import idempotency
from core.actor import Actor
from core.db import Base, key_str
from core.errors import Sentence
from core.i18n import lazy_gettext as _l

BATCH = 200
"""Most rows taken away in one transaction."""


class RetentionPeriod(Base):
    """A period that the county has set; a rule without a row here has its default."""

    __tablename__ = "retention_periods"

    rule: Mapped[key_str] = mapped_column(primary_key=True)
    days: Mapped[int]
    changed_at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class Due:
    """One thing whose time is over: what names it to its rule, and since when its period runs."""

    id: Any
    since: datetime


Find = Callable[[datetime], Sequence[Due]]
Remove = Callable[[Actor, Sequence[Any]], int]


@dataclass(frozen=True, slots=True)
class Rule:
    """What is taken away `days` after something. `find` gives what has been over since before a moment.

    `remove` works in the open transaction and gives how much it took away. `most` limits the days that may be
    set; a rule with `is_fixed` cannot be set at all.
    """

    key: str
    what: Sentence
    after: Sentence
    days: int
    find: Find
    remove: Remove
    most: int = 3_650
    is_fixed: bool = False


RULES: dict[str, Rule] = {}
_holds: list[Callable[[], frozenset[int]]] = []


def register(*rules: Rule) -> None:
    """Add rules; a rule of the same key takes the former's place."""
    RULES.update({rule.key: rule for rule in rules})


def holds(function: Callable[[], frozenset[int]]) -> Callable[[], frozenset[int]]:
    """Let the decorated function name dialogues of which nothing may be taken away now."""
    if function not in _holds:
        _holds.append(function)
    return function


def held_dialogues() -> frozenset[int]:
    """Ids of the dialogues under a legal hold. Rules leave out what belongs to them."""
    return frozenset[int]().union(*(function() for function in _holds))


def limit(moment: datetime, days: int) -> datetime:
    """What was over before this has been kept for long enough at `moment`."""
    return moment - timedelta(days=days)


register(
    Rule(
        "core.forms",
        _l("Numbers of sent forms"),
        _l("after sending"),
        idempotency.KEPT.days,
        lambda before: [Due(moment, moment) for moment in idempotency.moments_before(before)],
        lambda _actor, moments: idempotency.forget(moments),
        most=90,
    )
)
