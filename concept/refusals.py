"""Why a version is not released; pages and commands say more about each than its sentence."""

from __future__ import annotations

from collections.abc import Sequence

from concept.models import Concept
from concept.queries.answers import Unanswered, unanswered
from core.errors import Conflict
from core.i18n import lazy_gettext as _l


class NotAnswered(Conflict):
    """Needs above the line have no answer; `needs` says which."""

    code = "unanswered"

    def __init__(self, needs: Sequence[Unanswered]) -> None:
        super().__init__(_l("Some needs have no answer yet. Please answer them first."))
        self.needs = needs


class NothingNew(Conflict):
    """The concept is what the latest version is; `number` says which."""

    code = "nothing_new"

    def __init__(self, number: int) -> None:
        super().__init__(_l("Nothing has changed since version %(number)s.", number=number))
        self.number = number


class ChangedMeanwhile(Conflict):
    """What was made ready is not what stands in the concept now."""

    code = "changed_meanwhile"

    def __init__(self) -> None:
        super().__init__(
            _l("The concept was changed or released meanwhile. Please look at it and release it then.")
        )


def require_answers(concept: Concept) -> None:
    """Raise NotAnswered while a need above the line is neither used nor declined."""
    if needs := unanswered(concept):
        raise NotAnswered(needs)
