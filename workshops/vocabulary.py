"""The fixed words of this package, with the labels people read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

from core.errors import Sentence
from core.i18n import lazy_gettext as _l
from dialog.vocabulary import Kind


class Allowed(StrEnum):
    """What people may do while a step goes on."""

    NOTHING = "nothing"
    CARDS = "cards"
    DOTS = "dots"


class HarvestDecision(StrEnum):
    """What the harvest made of a card."""

    TAKEN_UP = "taken_up"
    JOINED = "joined"
    """It stands with another contribution that says the same."""
    NOT_TAKEN = "not_taken"
    LATER = "later"


ALLOWED_LABELS: Mapping[str, Sentence] = {
    Allowed.NOTHING: _l("Listen and talk"),
    Allowed.CARDS: _l("Write cards"),
    Allowed.DOTS: _l("Give points"),
}

LANE_KINDS: tuple[Kind, ...] = (Kind.NEED, Kind.OFFER, Kind.IDEA, Kind.AIM)
"""The lanes with which every board begins, in this order."""

LANE_LABELS: Mapping[str, Sentence] = {
    Kind.NEED: _l("Needs"),
    Kind.OFFER: _l("Offers"),
    Kind.IDEA: _l("Ideas"),
    Kind.AIM: _l("Aims"),
}
"""How a lane of this kind is called."""

KIND_OF_FREE_LANES = Kind.IDEA
"""What a card in a lane without a kind of its own is, until the harvest says otherwise."""

MEMBER = "member"
MODERATOR = "moderator"
"""The two audiences of a board: those in the group, and those who lead it or coordinate."""

SHOWN_PER_LANE = 40
"""So many stacks of a lane stand on the board at once; the others are one press away."""

SHOWN_OF_TEXT = 500
"""So many characters of a card stand on the board; the rest is read on the card's own page."""

SHOWN_OF_EACH = 200
"""The same where a card stands there in two languages."""

WRITE_LABELS: Mapping[str, Sentence] = {
    Kind.NEED: _l("Write down a need"),
    Kind.OFFER: _l("Name an offer"),
    Kind.IDEA: _l("Write down an idea"),
    Kind.AIM: _l("Write down an aim"),
}
"""What the button says that writes a card of this kind."""

LABEL_LIMIT = 40
"""Most characters of the label of a card or of the name of a free lane."""

MOST_HANDS = 999
"""Most hands that are counted for a card."""

FLIPCHART_NOTE_LIMIT = 200
"""Most characters of what a photograph is of."""

MOST_FLIPCHARTS = 20
"""Most photographs of paper that a board keeps."""

MOST_LANES = 8
"""Most lanes of a board; more do not fit on any screen."""

MESSAGE_LIMIT = 300
"""Most characters of a message to groups and of a call for help."""

NAME_LIMIT = 40
"""Most characters of the name under which somebody wants to be seen in a group."""

PROMPT_LIMIT = 200
"""Most characters of what is asked in a step; it stands in large letters on every screen."""

MOST_STEPS = 20
"""Most steps of the script of a round."""

LONGEST_STEP = 180
"""Minutes that a step lasts at most."""

WARN_BEFORE = (timedelta(minutes=5), timedelta(minutes=1))
"""How long before the end of a step people are warned."""

SILENT_AFTER = timedelta(minutes=5)
"""A group in which nothing was written for so long, while it takes cards, stands out for the lead."""

DOTS = 5
MOST_DOTS_PER_CARD = 2
"""The points of a vote in a group, unless staff choose others."""

REASON_LIMIT = 1_000
"""Most characters of the reason why a group was closed with open cards."""
