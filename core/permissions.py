"""Rights as tables of sentences, and the register of every way in.

A package's `permissions.py` holds one `Rights` table: permission → any of → all of those predicates.
Predicates are pure: they get the actor and the thing that `queries` loaded. A predicate that is about
the phase and not about the person carries a refusal, so that people read “this poll is closed” and not
“forbidden”.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any, Generic, TypeVar

from core.actor import Actor
from core.errors import Conflict, Forbidden, Sentence

P = TypeVar("P", bound=StrEnum)
Predicate = Callable[[Actor, Any], bool]
_refusals: dict[Predicate, Sentence] = {}


def phase(refusal: Sentence) -> Callable[[Predicate], Predicate]:
    """Mark a predicate as being about the time, with the sentence people read when it is the wrong one."""

    def mark(predicate: Predicate) -> Predicate:
        _refusals[predicate] = refusal
        return predicate

    return mark


def anyone(actor: Actor, context: Any) -> bool:
    """Anybody may do this, known or not."""
    return True


def is_signed_in(actor: Actor, context: Any) -> bool:
    """Somebody who has logged in or given a code."""
    return not actor.is_visitor


def is_operator(actor: Actor, context: Any) -> bool:
    """The person at the machine's command line."""
    return actor.has("operator")


def is_system(actor: Actor, context: Any) -> bool:
    """The program itself, in what nobody in particular asked for."""
    return actor.has("system")


def is_administrator(actor: Actor, context: Any) -> bool:
    """Someone who keeps the accounts and settings of the county."""
    return actor.has("administrator")


class Rights(Generic[P]):
    """The rights of one package: `Rights({Permission.VOTE: [[is_participant, poll_is_open]]})`."""

    def __init__(self, table: Mapping[P, Sequence[Sequence[Predicate]]]) -> None:
        self.table = {permission: [list(every) for every in any_of] for permission, any_of in table.items()}

    def allows(self, actor: Actor, permission: P, context: Any = None) -> bool:
        """Whether the actor may do this with `context` (what the predicates expect, loaded by queries)."""
        return any(all(p(actor, context) for p in every) for every in self.table[permission])

    def require(self, actor: Actor, permission: P, context: Any = None) -> None:
        """Raise Forbidden, or Conflict with the phase's sentence if only the time is wrong."""
        late: Sentence | None = None
        for every in self.table[permission]:
            failed = [p for p in every if not p(actor, context)]
            if not failed:
                return
            if all(p in _refusals for p in failed):
                late = late or _refusals[failed[0]]
        if late is not None:
            raise Conflict(late, code="wrong_time")
        raise Forbidden


class Entrances:
    """Every route, socket event and command with the permission it rests on. What is not here is closed."""

    def __init__(self) -> None:
        self.routes: dict[str, StrEnum] = {}
        self.socket_events: dict[str, StrEnum] = {}
        self.commands: dict[str, StrEnum] = {}

    def declare(
        self,
        *,
        routes: Mapping[str, StrEnum] | None = None,
        socket_events: Mapping[str, StrEnum] | None = None,
        commands: Mapping[str, StrEnum] | None = None,
    ) -> None:
        """Add ways in: Flask endpoints, socket events, commands such as `concept compile`."""
        self.routes.update(routes or {})
        self.socket_events.update(socket_events or {})
        self.commands.update(commands or {})


entrances = Entrances()


class Permission(StrEnum):
    """What the core itself offers."""

    READ_PUBLIC = "core.read_public"
    WATCH = "core.watch"
    OPERATE = "core.operate"
    SEE_STYLEGUIDE = "core.see_styleguide"


RIGHTS = Rights[Permission](
    {
        Permission.READ_PUBLIC: [[anyone]],
        Permission.WATCH: [[anyone]],
        Permission.OPERATE: [[is_operator]],
        Permission.SEE_STYLEGUIDE: [[anyone]],
    }
)
