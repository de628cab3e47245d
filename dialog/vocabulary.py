"""The fixed words of this package: kinds, states, reasons; with the label people read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

from core.errors import Sentence
from core.i18n import default_language, ngettext
from core.i18n import lazy_gettext as _l

TEXT_LIMIT = 1_000
"""Most characters of a contribution."""

TITLE_LIMIT = 120
"""Most characters of a contribution's title."""


def heading_language(title: str, text: str, language: str, of_staff: str | None = None) -> str:
    """The language of a heading over a text in `language`.

    A heading that consists of words of its text is in the text's language, like the one made from its first
    words. Any other was written by staff, in the language `of_staff`: the default language of the site.
    """
    of_staff = of_staff or default_language()
    if language == of_staff:
        return language
    words = " ".join(title.removesuffix("…").split())
    return language if words in " ".join(text.split()) else of_staff


class Kind(StrEnum):
    """What a contribution says: something is missing, something exists, an idea, an aim."""

    NEED = "need"
    OFFER = "offer"
    IDEA = "idea"
    AIM = "aim"


NUMBER_PREFIX: Mapping[str, str] = {Kind.NEED: "B", Kind.OFFER: "A", Kind.IDEA: "I", Kind.AIM: "Z"}
"""Letter of the register number: Bedarf, Angebot, Idee, Ziel."""

_REFERENCE = re.compile(r"([A-Z])-?([0-9]{1,7})")
_KIND_OF_PREFIX = {prefix: kind for kind, prefix in NUMBER_PREFIX.items()}


def read_reference(text: str) -> tuple[str, int] | None:
    """Kind and number that a register number such as `B-058` (or `b58`) names; None for anything else."""
    match = _REFERENCE.fullmatch(text.upper())
    kind = _KIND_OF_PREFIX.get(match[1]) if match else None
    return None if match is None or kind is None else (kind, int(match[2]))


KIND_LABELS: Mapping[str, Sentence] = {
    Kind.NEED: _l("Need"),
    Kind.OFFER: _l("Offer"),
    Kind.IDEA: _l("Idea"),
    Kind.AIM: _l("Aim"),
}


class Visibility(StrEnum):
    """Who can see a contribution now."""

    DRAFT = "draft"
    WAITING = "waiting"
    RETURNED = "returned"
    GROUP = "group"
    PUBLIC = "public"
    HIDDEN = "hidden"
    WITHDRAWN = "withdrawn"


VISIBILITY_LABELS: Mapping[str, Sentence] = {
    Visibility.DRAFT: _l("Draft"),
    Visibility.WAITING: _l("Waiting to be checked"),
    Visibility.RETURNED: _l("We have a question"),
    Visibility.GROUP: _l("Visible in the group"),
    Visibility.PUBLIC: _l("Published"),
    Visibility.HIDDEN: _l("Hidden"),
    Visibility.WITHDRAWN: _l("Withdrawn"),
}


class Outcome(StrEnum):
    """What the harvest made of a contribution."""

    OPEN = "open"
    ADOPTED = "adopted"
    MERGED = "merged"
    NOT_TAKEN = "not_taken"


class Origin(StrEnum):
    """Where a contribution comes from; it keeps this for ever."""

    FORM = "form"
    IMPORT = "import"


HIDING_REASONS: Mapping[str, Sentence] = {
    "personal_data": _l("It names or describes a person who could be recognised."),
    "insult": _l("It insults or threatens people."),
    "advertising": _l("It is advertising."),
    "off_topic": _l("It has nothing to do with this dialogue."),
    "duplicate": _l("The same person has sent the same text before."),
    "unlawful": _l("It breaks the law."),
}
"""The published list of reasons for hiding a contribution."""


class PollStatus(StrEnum):
    """A poll only ever moves forward through these."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    PUBLISHED = "published"


POLL_STATUS_LABELS: Mapping[str, Sentence] = {
    PollStatus.DRAFT: _l("In preparation"),
    PollStatus.OPEN: _l("Open"),
    PollStatus.CLOSED: _l("Closed"),
    PollStatus.PUBLISHED: _l("Result published"),
}

NO_LONGER_SHOWN = _l("No longer shown")
"""Stands for the words of a contribution in a poll after they were hidden or withdrawn; its points stay."""

TIER_LABELS: Mapping[str, Sentence] = {
    "A": _l("account or invitation (A)"),
    "B": _l("code from staff (B)"),
    "C": _l("registered by themselves (C)"),
}
"""How sure it is that a ballot is one person's, from most to least."""

FIRST_BALLOTS_TO_PUBLISH = 20
"""A poll with fewer ballots publishes totals only: single ballots could be guessed."""

SMALLEST_GROUP = 5
"""Breakdowns of people never describe fewer than this."""


def total_text(number: int) -> str:
    """How many contributions a list has, in words for its heading."""
    return ngettext("%(num)s contribution", "%(num)s contributions", number)
