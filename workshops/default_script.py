"""The script that is proposed for a round: seven steps that fill its time."""

from __future__ import annotations

from typing import NamedTuple

from core.i18n import N_
from dialog.vocabulary import Kind
from workshops.vocabulary import Allowed


class Proposed(NamedTuple):
    """A step as it is proposed; its sentences are translated when it is taken over."""

    name: str
    minutes: int
    prompt: str
    allows: Allowed
    asks_for: Kind | None
    method: str


_STEPS = (
    Proposed(
        N_("Arrive"),
        5,
        N_("Who is here today?"),
        Allowed.NOTHING,
        None,
        N_(
            "Welcome everybody. Say what will be done with the cards. Nobody has to give a name."
            " Ask who needs help with the language or the phone."
        ),
    ),
    Proposed(
        N_("Collect needs"),
        20,
        N_("What is missing in your municipality?"),
        Allowed.CARDS,
        Kind.NEED,
        N_(
            "One thought on each card. Leave two minutes of silence for writing, then read cards aloud."
            " Watch who has not said anything yet."
        ),
    ),
    Proposed(
        N_("Collect offers"),
        15,
        N_("What is there already that helps?"),
        Allowed.CARDS,
        Kind.OFFER,
        N_("Ask for names of places and people who offer it. Small things count, too."),
    ),
    Proposed(
        N_("Collect ideas"),
        15,
        N_("What could we do better together?"),
        Allowed.CARDS,
        Kind.IDEA,
        N_("Go through the needs one after the other. Do not judge ideas yet."),
    ),
    Proposed(
        N_("Put in order"),
        10,
        N_("Which cards belong together?"),
        Allowed.NOTHING,
        None,
        N_("Stack cards that say the same. Ask the group before you do it. Nothing is thrown away."),
    ),
    Proposed(
        N_("Give points"),
        10,
        N_("What matters most to you?"),
        Allowed.DOTS,
        None,
        N_("Say how many points everybody has. Nobody needs to explain where theirs go."),
    ),
    Proposed(
        N_("Look back"),
        5,
        N_("What shall the other groups hear from us?"),
        Allowed.NOTHING,
        None,
        N_("Choose two or three cards with the group. Agree on who speaks in the plenary."),
    ),
)
_WHOLE = sum(step.minutes for step in _STEPS)


def proposal(minutes: int) -> list[Proposed]:
    """A script for a round of this length; in a very short one each step still has a minute."""
    found: list[Proposed] = []
    begun = 0
    for step in _STEPS:
        begun += step.minutes
        until = minutes if begun == _WHOLE else begun * minutes // _WHOLE
        found.append(step._replace(minutes=max(1, until - sum(one.minutes for one in found))))
    return found
