"""What can happen to the places and the coming of people."""

from __future__ import annotations

from dataclasses import dataclass

from core.journal import Fact


@dataclass(frozen=True, slots=True)
class SittingChanged(Fact):
    """The rounds of an event, its places or the number of groups per person are others now.

    It is recorded after the change is in the database and while the event's row is locked, so whoever moves
    people up from a waiting list does so by a subscriber.
    """

    event_id: int


@dataclass(frozen=True, slots=True)
class ParticipantRegistered(Fact):
    """Somebody takes part from now on, as a pseudonym."""

    participant_id: int
    dialogue_id: int
    tier: str


@dataclass(frozen=True, slots=True)
class PersonCheckedIn(Fact):
    """Staff saw somebody at the door. `tier` is the one they have had if this has raised it."""

    event_id: int
    registration_id: int
    tier: str | None


@dataclass(frozen=True, slots=True)
class CheckInUndone(Fact):
    """Somebody was checked in by mistake; what that had raised is as before."""

    event_id: int
    registration_id: int


@dataclass(frozen=True, slots=True)
class ParticipantsRegistered(Fact):
    """Those who will hold the codes of a batch take part from now on, each as a pseudonym."""

    batch_id: int
    dialogue_id: int
    tier: str
    number: int


@dataclass(frozen=True, slots=True)
class RegistrationMade(Fact):
    """Somebody comes to an event. In which groups they sit is said nowhere but in the registration."""

    registration_id: int
    event_id: int


@dataclass(frozen=True, slots=True)
class RegistrationChanged(Fact):
    """Somebody chose other groups, or says something else of themselves."""

    registration_id: int
    event_id: int


@dataclass(frozen=True, slots=True)
class RegistrationCancelled(Fact):
    """Somebody does not come after all; their places are free."""

    registration_id: int
    event_id: int


@dataclass(frozen=True, slots=True)
class MovedUp(Fact):
    """Somebody got a place in a group they waited for."""

    registration_id: int
    group_id: int
    round_id: int
