"""How a fact becomes known: subscribers inside the transaction, reactions after the commit.

A subscriber belongs to what must be true; its failure aborts the change. A reaction only tells
(a push, a wake-up); it re-reads what it needs, and one that fails stops none of the others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import structlog

if TYPE_CHECKING:
    from core.actor import Actor
    from core.journal import Fact

F = TypeVar("F", bound="Fact")
Subscriber = Callable[["Actor", Any], None]
Reaction = Callable[[Any], None]

_subscribers: dict[type[Fact], list[Subscriber]] = defaultdict(list)
_reactions: dict[type[Fact], list[Reaction]] = defaultdict(list)
_silent: set[type[Fact]] = set()
log = structlog.get_logger(__name__)


def subscribe(fact_type: type[F]) -> Callable[[Callable[[Actor, F], None]], Callable[[Actor, F], None]]:
    """Run the decorated function inside the transaction that records a fact of this type."""

    def register(function: Callable[[Actor, F], None]) -> Callable[[Actor, F], None]:
        if function not in _subscribers[fact_type]:
            _subscribers[fact_type].append(function)
        return function

    return register


def react(*fact_types: type[Fact]) -> Callable[[Callable[[Any], None]], Callable[[Any], None]]:
    """Run the decorated function after the commit of a transaction that recorded such a fact."""

    def register(function: Callable[[Any], None]) -> Callable[[Any], None]:
        for fact_type in fact_types:
            if function not in _reactions[fact_type]:
                _reactions[fact_type].append(function)
        return function

    return register


def no_reaction(*fact_types: type[Fact]) -> None:
    """Declare that nobody needs to be told of these facts; a house rule asks for one or the other."""
    _silent.update(fact_types)


def is_declared(fact_type: type[Fact]) -> bool:
    """Whether this type of fact has a reaction or is declared to need none."""
    return fact_type in _reactions or fact_type in _silent


def tell_subscribers(actor: Actor, fact: Fact) -> None:
    """Run the subscribers of a fact now, in the transaction that is open."""
    for subscriber in _subscribers[type(fact)]:
        subscriber(actor, fact)


def run_reactions(facts: list[Fact], *, raise_errors: bool) -> None:
    """Run the reactions to facts that have been committed; log what fails, or raise it in tests."""
    for fact in facts:
        for reaction in _reactions[type(fact)]:
            try:
                reaction(fact)
            except Exception:
                log.exception("reaction_failed", reaction=reaction.__qualname__, fact=type(fact).__name__)
                if raise_errors:
                    raise
