"""A ballot as browsers send it, for every package with something to vote on."""

from __future__ import annotations

from typing import Any

from core.forms import Form
from core.i18n import lazy_gettext as _l


class BallotForm(Form):
    """A whole ballot: a number per item, sent as `item-<id>`; `step` is a button such as `plus-12`.

    `pressed` is the item of that button.
    """

    def __init__(self, formdata: Any = None, **kwargs: Any) -> None:
        super().__init__(formdata, **kwargs)
        self.sent: dict[int, int] = {}
        self.pressed: int | None = None
        self.unreadable = False
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

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether every number could be read; limits are checked by the action."""
        if self.unreadable:
            self.alerts.append(_l("We could not read your points. Please load the page again."))
        return bool(super().validate(extra_validators)) and not self.unreadable


def _small_number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
