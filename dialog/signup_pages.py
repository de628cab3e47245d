"""What the pages about signing up show: groups as cards, one's own places, the way through the day."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from core.i18n import name_in
from dialog.models import AgendaItem, DialogueEvent, GroupChoice, Registration, WorkingGroup
from dialog.queries.registrations import Place, free_of
from dialog.signup_words import places_text, places_tone


@dataclass(frozen=True, slots=True)
class RoundShown:
    """A round of a group on its card."""

    name: str
    starts_at: datetime
    is_full: bool


@dataclass(frozen=True, slots=True)
class GroupCard:
    """A group to choose."""

    group: WorkingGroup
    name: str
    description: str
    rounds: list[RoundShown]
    places: str
    tone: str
    is_full: bool


def cards(event: DialogueEvent, places: Collection[Place]) -> list[GroupCard]:
    """The groups of an event that meet in one of the rounds in `places`."""
    items = {item.id: item for item in event.agenda}
    free = free_of(places)
    shown = []
    for group in event.groups:
        own = [place for place in places if place.group_id == group.id]
        if not own:
            continue
        left = free[group.id]
        rounds = [
            RoundShown(name_in(items[p.round_id].names), items[p.round_id].starts_at, p.free == 0)
            for p in own
        ]
        shown.append(
            GroupCard(
                group,
                name_in(group.names),
                name_in(group.descriptions) if group.descriptions else "",
                rounds,
                places_text(left),
                places_tone(left),
                left == 0,
            )
        )
    return shown


def rounds_of(event: DialogueEvent, places: Collection[Place]) -> list[AgendaItem]:
    """The rounds that occur in `places`, by time."""
    known = {place.round_id for place in places}
    return [item for item in event.agenda if item.id in known]


@dataclass(frozen=True, slots=True)
class GroupInRound:
    """A group as it can be chosen for one round, with its free places in words."""

    group: WorkingGroup
    name: str
    places: str
    tone: str
    is_full: bool


@dataclass(frozen=True, slots=True)
class RoundToChoose:
    """A round with the groups that meet in it."""

    round: AgendaItem
    name: str
    groups: list[GroupInRound]


def rounds_to_choose(event: DialogueEvent, places: Collection[Place]) -> list[RoundToChoose]:
    """The rounds that occur in `places`, by time, each with its groups by number."""
    at = {(place.round_id, place.group_id): place.free for place in places}
    return [
        RoundToChoose(
            item,
            name_in(item.names),
            [
                GroupInRound(group, name_in(group.names), places_text(free), places_tone(free), free == 0)
                for group in event.groups
                if (item.id, group.id) in at
                for free in [at[(item.id, group.id)]]
            ],
        )
        for item in rounds_of(event, places)
    ]


@dataclass(frozen=True, slots=True)
class OwnGroup:
    """One of one's own groups: when it meets, or where one stands on its list."""

    choice: GroupChoice
    name: str
    round: AgendaItem | None
    round_name: str
    position: int
    is_past: bool


def own_groups(registration: Registration, positions: Mapping[int, int], at: datetime) -> list[OwnGroup]:
    """One's own groups: those with a place by time, then those one waits for, then the substitute."""
    shown = [
        OwnGroup(
            choice,
            name_in(choice.group.names),
            choice.round,
            name_in(choice.round.names) if choice.round else "",
            positions.get(choice.group_id, 0),
            choice.round is not None and choice.round.ends_at <= at,
        )
        for choice in registration.choices
    ]
    states = ("seated", "waiting", "spare")
    return sorted(
        shown,
        key=lambda one: (
            states.index(one.choice.state),
            one.round.starts_at if one.round else at,
            one.choice.rank,
        ),
    )
