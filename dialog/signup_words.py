"""The fixed words of signing up: what people may say of themselves, and free places in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from core.errors import Sentence
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.i18n import ngettext
from dialog.models import DialogueEvent
from dialog.vocabulary import ORDINARY_CHANNEL

ROLES: Mapping[str, Sentence] = {
    "resident": _l("I live here"),
    "volunteer": _l("I help as a volunteer"),
    "professional": _l("I work with people who came here"),
    "municipality": _l("I work for a municipality"),
    "politics": _l("I am a member of a council"),
    "other": _l("Something else"),
}
"""As whom somebody comes."""

ROLES_TO_STAFF: Mapping[str, Sentence] = {
    "resident": _l("Resident"),
    "volunteer": _l("Volunteer"),
    "professional": _l("Professional"),
    "municipality": _l("Administration"),
    "politics": _l("Politics"),
    "other": _l("Other"),
}
"""The same as staff read them in lists and numbers."""

NEEDS: Mapping[str, Sentence] = {
    "interpreter": _l("Interpreting into my language"),
    "easy_language": _l("Easy language"),
    "sign_language": _l("Sign language"),
    "childcare": _l("Childcare"),
    "assistance": _l("Help on the spot, for example with a wheelchair"),
}
"""What somebody may need in order to take part."""

FORM = ORDINARY_CHANNEL
EVENT_CODE = "event_code"
STAFF = "staff"

FEW = 3
MANY = 10
"""From here on there are many places; up to FEW they are counted."""

_NUMBERS: tuple[Sentence, ...] = (
    _l("two"),
    _l("three"),
    _l("four"),
    _l("five"),
    _l("six"),
    _l("seven"),
    _l("eight"),
    _l("nine"),
    _l("ten"),
    _l("eleven"),
    _l("twelve"),
)


def number_word(number: int) -> str:
    """A number from two to twelve as a word, any other in figures."""
    return str(_NUMBERS[number - 2]) if 2 <= number <= 12 else str(number)


def places_text(free: int | None) -> str:
    """How many places a group has left, in words; None is as many as come."""
    if free is None or free >= MANY:
        return _("Many places left")
    if free > FEW:
        return _("Some places left")
    if free > 0:
        return ngettext("One place left", "Only %(num)s places left", free, num=number_word(free))
    return _("Full – waiting list possible")


def places_tone(free: int | None) -> str:
    """The tone of the mark around it."""
    if free is None or free > FEW:
        return "ok"
    return "warn" if free > 0 else "stop"


def chosen_text(number: int) -> str:
    """How many groups somebody has chosen."""
    if number == 0:
        return _("You have chosen no group. That is fine, too: then you listen in the plenary.")
    return ngettext(
        "You have chosen one group.", "You have chosen %(num)s groups.", number, num=number_word(number)
    )


def up_to_text(limit: int) -> str:
    """How many groups may be chosen, before anything is."""
    return ngettext(
        "Choose one group, or none.",
        "Choose up to %(num)s groups, or none.",
        limit,
        num=number_word(limit),
    )


def limit_text(limit: int, rounds: int) -> str:
    """Why nobody chooses more groups than this."""
    if limit >= rounds:
        return ngettext(
            "More is not possible: There is one round.",
            "More is not possible: There are %(num)s rounds.",
            rounds,
            num=number_word(rounds),
        )
    return ngettext(
        "More is not possible: Everybody can visit one group.",
        "More is not possible: Everybody can visit %(num)s groups.",
        limit,
        num=number_word(limit),
    )


def too_many_text(number: int, limit: int) -> str:
    """What people read who have chosen more groups than possible."""
    return ngettext(
        "Please choose one group at most. You have chosen %(chosen)s.",
        "Please choose %(num)s groups at most. You have chosen %(chosen)s.",
        limit,
        num=number_word(limit),
        chosen=number_word(number),
    )


def rank_text(rank: int) -> str:
    """The name of a wish by its rank from 1."""
    return _("Wish %(number)s", number=rank)


def position_text(position: int) -> str:
    """Where somebody stands on a waiting list."""
    return _("You are number %(number)s on the waiting list.", number=position)


State = Literal["not_yet", "open", "closed", "running", "over"]


def signup_state(event: DialogueEvent, at: datetime) -> State:
    """Where an event stands for those who want to sign up.

    not_yet: it has not begun to take people; open; closed: no more by themselves until the day; running: the
    day itself, when the event code lets people in; over.
    """
    if at >= event.ends_at:
        return "over"
    if event.signup_from is not None and event.signup_from <= at < (event.signup_until or event.starts_at):
        return "open"
    if at >= event.starts_at:
        return "running"
    if event.signup_from is None or at < event.signup_from:
        return "not_yet"
    return "closed"
