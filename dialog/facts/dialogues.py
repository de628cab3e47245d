"""What can happen to a dialogue and the plan of its days."""

from __future__ import annotations

from dataclasses import dataclass

from core.journal import Fact


@dataclass(frozen=True, slots=True)
class DialogueFounded(Fact):
    """A participation process was set up."""

    dialogue_id: int


@dataclass(frozen=True, slots=True)
class DialogueChanged(Fact):
    """The words or the steps of a participation process were written anew."""

    dialogue_id: int
    revision: int


@dataclass(frozen=True, slots=True)
class EventPlanned(Fact):
    """An event with its programme and groups was entered."""

    event_id: int


@dataclass(frozen=True, slots=True)
class EventReminded(Fact):
    """Those who come to an event were told that it is near."""

    event_id: int
    people: int


@dataclass(frozen=True, slots=True)
class EventCopied(Fact):
    """An event was made from the plan of another one."""

    event_id: int
    origin_id: int


@dataclass(frozen=True, slots=True)
class EventChanged(Fact):
    """What an event is called, where and when it is, or how people come in was written anew."""

    event_id: int
    revision: int


@dataclass(frozen=True, slots=True)
class EventMoved(Fact):
    """An event takes place earlier or later, with its whole programme."""

    event_id: int
    revision: int


@dataclass(frozen=True, slots=True)
class EventPublished(Fact):
    """Everybody can see the event from now on."""

    event_id: int


@dataclass(frozen=True, slots=True)
class EventTakenBack(Fact):
    """Only staff sees the event from now on."""

    event_id: int


@dataclass(frozen=True, slots=True)
class EventDeleted(Fact):
    """A draft for which nobody had signed up is gone, with its programme and its groups."""

    event_id: int
    dialogue_id: int


@dataclass(frozen=True, slots=True)
class EventCodeChanged(Fact):
    """There is another event code, or (`step` is closed) none any more."""

    event_id: int
    step: str


@dataclass(frozen=True, slots=True)
class AgendaChanged(Fact):
    """An entry of the programme was added, changed, moved or removed, as `step` says."""

    event_id: int
    item_id: int
    step: str


@dataclass(frozen=True, slots=True)
class GroupChanged(Fact):
    """A working group was added, changed, moved or removed, as `step` says."""

    event_id: int
    group_id: int
    step: str


@dataclass(frozen=True, slots=True)
class HoldSet(Fact):
    """Nothing of a dialogue is deleted by its age from now on."""

    dialogue_id: int
    hold_id: int


@dataclass(frozen=True, slots=True)
class HoldLifted(Fact):
    """What is old enough of a dialogue may be deleted again."""

    dialogue_id: int
    hold_id: int
