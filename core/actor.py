"""Who acts: a key, never a name, with the roles it holds. Every action and query takes one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Tier = Literal["A", "B", "C"]


@dataclass(frozen=True, slots=True)
class Grant:
    """A role in a scope: `Grant("coordinator", "dialogue", 3)`; a county-wide one has no scope id."""

    role: str
    scope_kind: str
    scope_id: int | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Someone who acts. `key` is random and stands in the journal; it can be destroyed with the person's row.

    `tier` is the assurance tier of a participant (A roll, B code from staff, C self-registered).
    """

    key: str
    grants: frozenset[Grant] = frozenset()
    account_id: int | None = None
    tier: Tier | None = None
    label: str = ""

    def has(self, role: str, scope_kind: str | None = None, scope_id: int | None = None) -> bool:
        """Whether the actor holds `role`, county-wide or (if asked for) in exactly this scope."""
        return any(
            grant.role == role
            and (
                scope_kind is None
                or grant.scope_kind == "county"
                or (grant.scope_kind == scope_kind and grant.scope_id == scope_id)
            )
            for grant in self.grants
        )

    @property
    def is_visitor(self) -> bool:
        """Whether nobody in particular asks."""
        return not self.key


VISITOR = Actor("")
"""Anybody who has neither logged in nor given a code."""

OPERATOR = Actor("operator", frozenset({Grant("operator", "county")}))
"""The person at the command line of the machine."""

SYSTEM = Actor("system", frozenset({Grant("system", "county")}))
"""The program itself, in what nobody in particular asked for."""


def on_behalf_of(key: str) -> Actor:
    """The program, finishing what the person with this key has asked for; their right was required then."""
    return replace(SYSTEM, key=key)
