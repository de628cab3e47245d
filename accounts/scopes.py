"""Where roles can count, in words: packages that know such places offer them by the kind of their scope.

Accounts know a scope as a kind and a number only. Which municipalities, dialogues, events there are, what
they are called and which lies in which, the packages above say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from accounts.permissions import Scope
from core.actor import Actor
from core.errors import Sentence
from core.i18n import lazy_gettext as _l


@dataclass(frozen=True, slots=True)
class Place:
    """A scope as people know it; `within` is the dialogue of an event or group, `ends_at` when it is over."""

    scope: Scope
    name: Sentence
    within: Scope | None = None
    ends_at: datetime | None = None

    @property
    def key(self) -> str:
        """The scope as one word, such as `dialogue:3`."""
        return self.scope.kind if self.scope.id is None else f"{self.scope.kind}:{self.scope.id}"


List = Callable[[Actor], Iterable[Place]]
COUNTY = Scope("county")
_lists: dict[str, List] = {}


def offers(kind: str, places: List) -> None:
    """Let `places` name every scope of this kind, in the order and language of whoever reads them."""
    _lists[kind] = places


class Places:
    """All places, fetched once per kind when one of them is first asked for."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor
        self._known: dict[str, dict[int | None, Place]] = {
            "county": {None: Place(COUNTY, _l("The whole county"))}
        }

    def of(self, kind: str) -> list[Place]:
        """The places of one kind, in their order."""
        return list(self._of(kind).values())

    def at(self, scope: Scope) -> Place | None:
        """The place of a scope, or None if there is no such place (any more)."""
        return self._of(scope.kind).get(scope.id)

    def name(self, kind: str, number: int | None = None) -> Sentence:
        """What people call the scope of this kind and number; for one that is gone, that it is gone."""
        place = self.at(Scope(kind, number))
        return place.name if place is not None else _l("no longer there")

    def _of(self, kind: str) -> dict[int | None, Place]:
        if kind not in self._known:
            found = _lists[kind](self._actor) if kind in _lists else ()
            self._known[kind] = {place.scope.id: place for place in found}
        return self._known[kind]
