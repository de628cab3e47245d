"""The last part of a page's address: what it may look like, and one made from a title."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import count

from core.text import fold

_ADDRESS = re.compile(r"[a-z][a-z0-9-]{1,59}")
_SPELLED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "ae", "Ö": "oe", "Ü": "ue"})
_OF_PAGES = frozenset({"new"})
"""Addresses that have pages of their own."""


def is_address(text: str) -> bool:
    """Whether this can be the address of a dialogue or an event."""
    return _ADDRESS.fullmatch(text) is not None and text not in _OF_PAGES


def address_from(title: str, *, is_taken: Callable[[str], bool], otherwise: str) -> str:
    """A free address in the words of a title; `otherwise` stands for a title without Latin letters."""
    words = re.findall(r"[a-z0-9]+", fold(title.translate(_SPELLED)))
    whole = "-".join(words)
    # Cut between words, so that there is room for a number.
    while len(whole) > 50 and "-" in whole:
        whole = whole.rpartition("-")[0]
    begin = whole[:50] if is_address(whole[:50]) else otherwise
    return next(
        address
        for address in (begin if number == 1 else f"{begin}-{number}" for number in count(1))
        if is_address(address) and not is_taken(address)
    )
