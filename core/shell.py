"""What the frame around every page needs to know. Packages add their entries; templates read `shell`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from core.errors import Sentence


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of the main menu; `current` marks the page one is on."""

    label: Sentence
    url: str
    current: bool = False


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
    nav: list[NavItem] = field(default_factory=list)
    footer_links: list[NavItem] = field(default_factory=list)
    account_label: Sentence | None = None
    account_url: str = ""
    sign_out_url: str = ""
    publisher: str = ""


Contributor = Callable[[Shell], None]
_contributors: list[Contributor] = []


def contributes(function: Contributor) -> Contributor:
    """Let the decorated function add to the frame of every page (called in the order of the packages)."""
    if function not in _contributors:
        _contributors.append(function)
    return function


def fill(shell: Shell) -> Shell:
    """Ask every package for its part."""
    for function in _contributors:
        function(shell)
    return shell
