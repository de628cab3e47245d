"""The fixed words of this package: kinds, states, reasons; with the label people read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
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
    PAPER = "paper"
    TELEPHONE = "telephone"
    INTERVIEW = "interview"
    CARD = "card"
    """Written on the board of a working group."""
    MUNICIPALITY = "municipality"
    """Written by a municipality's people in its workspace."""


CHANNELS: Mapping[str, Sentence] = {
    Origin.PAPER: _l("On paper"),
    Origin.TELEPHONE: _l("By telephone"),
    Origin.INTERVIEW: _l("In a conversation"),
}
"""How words reach staff who type them in for somebody."""

ORIGIN_LABELS: Mapping[str, Sentence] = {
    Origin.FORM: _l("Written on this site"),
    Origin.IMPORT: _l("Taken over from a list"),
    Origin.PAPER: _l("Handed in on paper"),
    Origin.TELEPHONE: _l("Told by telephone"),
    Origin.INTERVIEW: _l("Told in a conversation"),
    Origin.CARD: _l("Written in a working group"),
    Origin.MUNICIPALITY: _l("Reported by the municipality"),
}


class Extent(StrEnum):
    """How far an offer covers a need, as staff say."""

    FULLY = "fully"
    PARTLY = "partly"
    NOT = "not"


EXTENT_LABELS: Mapping[str, Sentence] = {
    Extent.FULLY: _l("covers it fully"),
    Extent.PARTLY: _l("covers it partly"),
    Extent.NOT: _l("does not cover it"),
}


class ListState(StrEnum):
    """How far a list that a municipality has sent is."""

    PREVIEW = "preview"
    IMPORTED = "imported"
    UNDONE = "undone"


class ListTask(StrEnum):
    """What is done with a long list beside the pages."""

    JUDGE = "judge"
    TAKE_OVER = "take_over"


HIDING_REASONS: Mapping[str, Sentence] = {
    "personal_data": _l("It names or describes a person who could be recognised."),
    "insult": _l("It insults or threatens people."),
    "advertising": _l("It is advertising."),
    "off_topic": _l("It has nothing to do with this dialogue."),
    "duplicate": _l("The same person has sent the same text before."),
    "unlawful": _l("It breaks the law."),
}
"""The published list of reasons for hiding a contribution."""

NOT_TAKEN_REASONS: Mapping[str, Sentence] = {
    "said_already": _l("It is said by another contribution already."),
    "unclear": _l("The group could not find out what is meant."),
    "not_agreed": _l("The group did not agree on it."),
    "not_ours": _l("Others decide on it, and the county cannot change it."),
    "elsewhere": _l("It belongs to another group or topic and was passed on."),
    "asked": _l("Whoever wrote it asked for that."),
}
"""Why a group does not take up what was said in it."""

PRIORITIES: Mapping[str, Sentence] = {
    "high": _l("Very urgent"),
    "medium": _l("Urgent"),
    "low": _l("Can wait"),
}
"""How urgent a group thinks something is."""

DECISION_LABELS: Mapping[str, Sentence] = {
    "publish": _l("Published"),
    "return": _l("Returned with a question"),
    "hide": _l("Hidden"),
    "restore": _l("Shown again"),
    "undo": _l("Decision taken back"),
    "uphold": _l("Objection refused"),
    "grant": _l("Objection accepted"),
    "not_taken": _l("Not taken up by the group"),
}
"""What staff can decide about a contribution, as the list of decisions names it."""

NOTE_LIMIT = 1_000
"""Most characters of a question, a note or an objection."""

LATE_AFTER = timedelta(hours=24)
"""What waits longer to be checked is late; staff are reminded of it."""

UNDO_WITHIN = timedelta(hours=24)
"""How long a decision on many contributions can be taken back."""

TYPED_BACK_WITHIN = timedelta(hours=1)
"""How long a card that was typed in for somebody can be taken back by whoever typed it."""

OBJECTION_WITHIN = timedelta(days=30)
"""How long an author can object to being hidden."""


class ObjectionOutcome(StrEnum):
    """What became of an author's objection."""

    OPEN = "open"
    GRANTED = "granted"
    UPHELD = "upheld"
    """The contribution stays hidden."""
    WITHDRAWN = "withdrawn"
    """Its author has taken the contribution back meanwhile."""


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

NO_LONGER = "no_longer"
"""The kind of a station that ends an earlier one which leads to the same place."""

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

MOST_SLIPS = 500
"""Most slips that are made at once."""

SMALLEST_GROUP = 5
"""Breakdowns of people never describe fewer than this."""


ORDINARY_CHANNEL = "form"
"""The way in that most people take; it is never counted, so that the other ways cannot be worked out."""

CHANNEL_LABELS: Mapping[str, Sentence] = {
    ORDINARY_CHANNEL: _l("Sign-up page"),
    "event_code": _l("Event code on the day"),
    "staff": _l("Entered by staff"),
    "invitation": _l("Invitation"),
}
"""How people came to be registered for an event."""


def total_text(number: int) -> str:
    """How many contributions a list has, in words for its heading."""
    return ngettext("%(num)s contribution", "%(num)s contributions", number)


def together_text(number: int) -> str:
    """That one line stands for so many contributions."""
    return ngettext("joined from %(num)s contribution", "joined from %(num)s contributions", number)


EVENT_FORMATS: Mapping[str, Sentence] = {
    "on_site": _l("On site"),
    "digital": _l("On the internet"),
    "both": _l("On site and on the internet"),
}
"""How people come to an event."""

ITEM_FORMATS: Mapping[str, Sentence] = {
    "plenary": _l("Plenary: everybody together"),
    "groups": _l("Round: the groups meet"),
    "break": _l("Break"),
}
"""What an entry of the programme is."""

STEP_STATES: Mapping[str, Sentence] = {
    "": _l("still to come"),
    "now": _l("this is where we are"),
    "yes": _l("behind us"),
}
"""How far a step of the process is."""
