"""A ballot as browsers send it, for every package with something to vote on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.errors import DomainError, Stale
from core.forms import Form
from core.i18n import lazy_gettext as _l

MOST_SEEN = 8_000
"""Characters that are read of the states which a page knows of."""


class BallotForm(Form):
    """A whole ballot: a number per item, sent as `item-<id>`; `step` is a button such as `plus-12`.

    `pressed` is the item of that button. `seen` are the states of the ballot that the page knows of, one word
    each, None from a page that does not tell.
    """

    def __init__(self, formdata: Any = None, **kwargs: Any) -> None:
        super().__init__(formdata, **kwargs)
        self.sent: dict[int, int] = {}
        self.pressed: int | None = None
        self.unreadable = False
        self.outdated = False
        told = (formdata or {}).get("seen")
        self.seen = None if told is None else frozenset(told[:MOST_SEEN].split(","))
        for name, value in (formdata or {}).items():
            self._take(name, value)

    def _take(self, name: str, value: str) -> None:
        if name.startswith("item-"):
            item, points = _small_number(name[5:]), _small_number(value or "0")
            if item is None or points is None:
                self.unreadable = True
            else:
                self.sent[item] = self.sent.get(item, 0) + points
        elif name == "step":
            sign, _, number = value.partition("-")
            item = _small_number(number)
            if item is None or sign not in {"plus", "minus"}:
                self.unreadable = True
            else:
                self.pressed = item
                self.sent[item] = self.sent.get(item, 0) + (1 if sign == "plus" else -1)

    def refuse(self, error: DomainError) -> None:
        """Take over what an action has refused; after a change elsewhere these points are old."""
        super().refuse(error)
        self.outdated = isinstance(error, Stale)

    def given(self, saved: Mapping[int, int]) -> Mapping[int, int]:
        """The points to show: what was sent, unless nothing was or it was outdated; then those `saved`."""
        return self.sent if (self.sent or self.has_errors) and not self.outdated else saved

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether every number could be read; limits are checked by the action."""
        if self.unreadable:
            self.alerts.append(_l("We could not read your points. Please load the page again."))
        return bool(super().validate(extra_validators)) and not self.unreadable


def _small_number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
