"""Regions: the parts of pages that can be watched, each declared by the package that draws it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from core.actor import Actor
from core.errors import DomainError

PUBLIC = "public"
_NAME = re.compile(r"([a-z][a-z_]{0,39}):([A-Za-z0-9][A-Za-z0-9_.-]{0,79})")

Access = Callable[[Actor, str], bool]
Audience = Callable[[Actor, str], str]
Presence = Callable[[str], None]


def _everybody_is_public(actor: Actor, key: str) -> str:
    return PUBLIC


@dataclass(frozen=True, slots=True)
class Region:
    """A kind of region: who may watch one of it, and as which audience."""

    kind: str
    access: Access
    audience: Audience = _everybody_is_public
    presence: Presence | None = None


_regions: dict[str, Region] = {}


def region(
    kind: str,
    access: Access,
    audience: Audience = _everybody_is_public,
    presence: Presence | None = None,
) -> None:
    """Let regions such as `register:enzkreis` be watched.

    `access(actor, key)` says whether the actor may watch the one named `key`; a DomainError counts as no.
    `audience(actor, key)` names the fragment that this actor gets: public (if left out), member or moderator.
    `presence(key)` is called whenever somebody has begun or ceased to watch, outside of any transaction.
    """
    _regions[kind] = Region(kind, access, audience, presence)


def presence_of(name: str) -> Callable[[], None] | None:
    """What tells that somebody has come to this region or gone, or None where nobody asks for that."""
    match = _NAME.fullmatch(name)
    found = _regions.get(match[1]) if match else None
    if match is None or found is None or found.presence is None:
        return None
    return partial(found.presence, match[2])


def audience_of(actor: Actor, name: str) -> str | None:
    """As what `actor` may watch the region `name`, or None: unknown and forbidden look the same."""
    match = _NAME.fullmatch(name)
    found = _regions.get(match[1]) if match else None
    if match is None or found is None:
        return None
    try:
        return found.audience(actor, match[2]) if found.access(actor, match[2]) else None
    except DomainError:
        return None


def room(name: str, audience: str, language: str) -> str:
    """The room of all who watch the region `name` as this audience in this language."""
    return f"{name}:{audience}:{language}"
