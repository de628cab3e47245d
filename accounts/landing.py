"""Where people go after they have signed in: back to where they came from, or to what they came for."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from core.actor import Actor

Lead = Callable[[Actor], str | None]
_leads: list[Lead] = []


def leads(function: Lead) -> Lead:
    """Let the decorated function name the address for an actor (None for those it does not know).

    The package registered last is asked first, because it stands highest and knows most.
    """
    if function not in _leads:
        _leads.append(function)
    return function


def place_for(actor: Actor, wish: str | None = None) -> str:
    """The address to go to: the wished one if it is ours, else what a package names, else the first page."""
    local = local_path(wish)
    if local is not None:
        return local
    for lead in reversed(_leads):
        address = lead(actor)
        if address is not None:
            return address
    return "/"


def local_path(wish: str | None) -> str | None:
    """`wish` if it is a path on this site, else None. Nothing that a browser reads as another host passes."""
    if not wish or len(wish) > 500 or not wish.startswith("/") or wish.startswith("//") or "\\" in wish:
        return None
    if any(ord(c) <= 0x20 or ord(c) == 0x7F for c in wish):
        return None
    try:
        parts = urlsplit(wish)
    except ValueError:
        return None
    return None if parts.scheme or parts.netloc else wish
