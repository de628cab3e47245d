"""Making an event from the plan of another one: everything but people."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from core.actor import Actor
from core.errors import Invalid
from core.i18n import lazy_gettext as _l
from core.journal import record
from dialog.actions.events import PlannedGroup, PlannedItem, plan_event
from dialog.facts import EventCopied
from dialog.local_time import later_on_the_wall, on_the_wall
from dialog.models import Dialogue, DialogueEvent, WorkingGroup
from dialog.permissions import RIGHTS, Permission
from dialog.programme import rounds_of
from dialog.queries import dialogues as queries
from region.models import ActionField


class Copied(NamedTuple):
    """The new event, and the fields of its groups that the other dialogue does not have."""

    event: DialogueEvent
    unmatched: list[ActionField]


def copy_event(
    actor: Actor,
    event: DialogueEvent,
    into: Dialogue,
    *,
    slug: str,
    starts_at: datetime,
    with_links: bool,
) -> Copied:
    """Plan an event like this one for another day, in the same dialogue or in another one.

    Programme, groups and texts are taken over, with the times for signing up as long before the day as they
    were. There are no people in it and no event code, and only staff sees it. Fields of another dialogue are
    those of the same slug. Raises what `plan_event` raises.
    """
    RIGHTS.require(actor, Permission.PREPARE_DIALOGUE, event)
    RIGHTS.require(actor, Permission.PREPARE_DIALOGUE, into)
    by = on_the_wall(starts_at) - on_the_wall(event.starts_at)

    def later(moment: datetime) -> datetime:
        moved = later_on_the_wall(moment, by)
        if moved is None:
            raise Invalid(_l("This time does not exist: in that night the clocks go forward by an hour."))
        return moved

    here = {field.slug: field for field in queries.fields_of(into)}
    rounds = {item.id: number for number, item in enumerate(rounds_of(event.agenda), start=1)}
    unmatched = {
        field.slug: field for group in event.groups for field in group.fields if field.slug not in here
    }

    def like(group: WorkingGroup) -> PlannedGroup:
        places = {rounds[sitting.round_id]: sitting.places for sitting in group.sittings}
        return PlannedGroup(
            names=group.names,
            fields=[here[field.slug] for field in group.fields if field.slug in here],
            rounds=list(places),
            places_in=places,
            descriptions=group.descriptions,
            languages=group.languages,
            room=group.room,
            link=group.link if with_links else "",
            moderator=group.moderator,
            note_taker=group.note_taker,
        )

    copy = plan_event(
        actor,
        into,
        slug=slug,
        titles=event.titles,
        aims=event.aims,
        format=event.format,
        starts_at=starts_at,
        ends_at=later(event.ends_at),
        groups_per_person=event.groups_per_person,
        agenda=[
            PlannedItem(later(item.starts_at), later(item.ends_at), item.names, item.format)
            for item in event.agenda
        ],
        groups=[like(group) for group in event.groups],
        place=event.place,
        link=event.link if with_links else "",
        signup_from=later(event.signup_from) if event.signup_from else None,
        signup_until=later(event.signup_until) if event.signup_until else None,
        published=False,
    )
    record(actor, EventCopied(copy.id, event.id))
    return Copied(copy, list(unmatched.values()))
