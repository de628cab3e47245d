"""What the frame around every page needs to know. Packages add their entries; templates read `shell`."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

from flask import g, request

from core import i18n, web
from core.errors import Sentence


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of the main menu; `current` marks the page one is on, `waiting` counts what is to be done."""

    label: Sentence
    url: str
    current: bool = False
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class LanguageChoice:
    """One language to choose: its code, its name in its own script, its direction and where it leads."""

    code: str
    name: str
    direction: str
    url: str
    current: bool


@dataclass(slots=True)
class Shell:
    """Everything the frame shows besides the page itself."""

    site_name: str
    county_name: str
    language: str
    direction: str
    languages: list[LanguageChoice]
    demo: bool
    is_draft: bool = False
    """The words of this language are a draft that nobody has checked; every page says so."""
    nav: list[NavItem] = field(default_factory=list)
    footer_links: list[NavItem] = field(default_factory=list)
    code_links: list[NavItem] = field(default_factory=list)
    """Where a personal code is asked for: what one can do with another code, or without."""
    own_links: list[NavItem] = field(default_factory=list)
    """On the page about oneself: what one has here besides."""
    account_label: Sentence | None = None
    account_url: str = ""
    sign_out_url: str = ""
    leave_url: str = ""
    """On a device that several people use: where “done” is sent. Then the frame tells nothing about pages."""
    stay_url: str = ""
    idle_seconds: int = 0
    publisher: str = ""


Contributor = Callable[[Shell, Any], None]
_contributors: list[tuple[Contributor, Callable[[], Hashable]]] = []


def contributes(function: Contributor, *, reads: Callable[[], Hashable] = lambda: None) -> None:
    """Let `function` add to the frame of every page (called in the order of the packages).

    It is given the frame and what `reads` returned: all that it needs of the database, as a value that is
    equal as long as the entry is. Besides, it may look at the address and the actor of the request only.
    """
    if all(function is not known for known, _ in _contributors):
        _contributors.append((function, reads))


def state() -> Hashable:
    """All that the frame of this request's page depends on: two pages of equal state have the same frame."""
    actor = web.current_actor()
    return (
        i18n.language(),
        request.endpoint,
        request.path,
        request.query_string,
        web.on_shared_device(),
        (actor.is_visitor, actor.account_id, actor.grants, actor.tier, actor.label),
        _values(),
    )


def fill(shell: Shell) -> Shell:
    """Ask every package for its part."""
    for (function, _), value in zip(_contributors, _values(), strict=True):
        function(shell, value)
    return shell


def _values() -> tuple[Hashable, ...]:
    if "shell_values" not in g:
        g.shell_values = tuple(reads() for _, reads in _contributors)
    found: tuple[Hashable, ...] = g.shell_values
    return found
