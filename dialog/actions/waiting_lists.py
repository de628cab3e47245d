"""Waiting lists move up as soon as a place is free, in the transaction that made it free."""

from __future__ import annotations

from accounts.actions.notices import tell
from core.actor import SYSTEM, Actor
from core.db import db
from core.errors import Conflict
from core.i18n import N_
from core.i18n import lazy_gettext as _l
from core.journal import record
from dialog.actions._parts import give_back_place, lock_registrations, take_place
from dialog.facts import MovedUp
from dialog.models import DialogueEvent, GroupChoice
from dialog.permissions import RIGHTS, Permission
from dialog.queries import registrations as queries
from dialog.seating import Choice, Filled, fill


def fill_free_places(actor: Actor, event_id: int) -> None:
    """Give the free places of an event to those who wait, as `dialog.seating.fill` says, and tell them.

    Whoever made the places free has locked the event before, so nobody joins a list meanwhile.
    """
    RIGHTS.require(actor, Permission.FILL_PLACES)
    if not queries.somebody_waits(event_id):
        return
    number = lock_registrations(event_id)
    event = queries.event_of_registrations(event_id)
    places = queries.places_of(event_id)
    free: dict[int, dict[int, int | None]] = {}
    for place in queries.still_to_come(places):
        free.setdefault(place.group_id, {})[place.round_id] = place.free
    rows = {(row.registration_id, row.group_id): row for row in queries.choices_of_waiting(event_id)}
    filled = fill(
        (
            Choice(
                row.registration_id,
                row.group_id,
                row.is_reserve,
                row.state,  # type: ignore[arg-type]
                row.round_id,
                (row.waiting_no or 0, row.registration_id),
            )
            for row in rows.values()
        ),
        free,
        limit=event.groups_per_person,
        number=number,
    )
    _keep(filled, rows, {(place.group_id, place.round_id): place.sitting_id for place in places})
    for person, group in filled.moved_up:
        _tell(event, rows[(person, group)])
    for changed in filled.changed:
        if changed.is_reserve and changed.state == "spare":
            _tell_of_reserve(event, rows[(changed.person, changed.group)])


def _keep(
    filled: Filled, rows: dict[tuple[int, int], GroupChoice], sittings: dict[tuple[int, int], int]
) -> None:
    # First everything is given back, so that nobody is in two groups of one round even for a moment.
    for choice in filled.changed:
        row = rows[(choice.person, choice.group)]
        if row.sitting_id is not None:
            give_back_place(row.sitting_id)
        row.state, row.sitting_id, row.round_id = choice.state, None, None
        row.waiting_no = choice.order[0] if choice.state == "waiting" else None
        if choice.state == "seated":
            # What stands in between is a reserve of nothing; the database takes no seat without a sitting.
            row.state = "spare"
    db.session.flush()
    for choice in filled.changed:
        if choice.state == "seated" and choice.round is not None:
            row = rows[(choice.person, choice.group)]
            row.sitting_id = sittings[(choice.group, choice.round)]
            row.round_id, row.state = choice.round, "seated"
            if not take_place(row.sitting_id):
                raise Conflict(_l("The places have changed meanwhile. Please try again."))
    db.session.flush()


def _tell(event: DialogueEvent, row: GroupChoice) -> None:
    if row.round_id is None:
        return
    round = next(item for item in event.agenda if item.id == row.round_id)
    record(SYSTEM, MovedUp(row.registration_id, row.group_id, round.id))
    tell(
        SYSTEM,
        row.registration.participant.key,
        label=N_("You have got a place: %(group)s, %(round)s."),
        values={"group": row.group.names, "round": round.names},
        url=_page_of(event),
    )


def _tell_of_reserve(event: DialogueEvent, row: GroupChoice) -> None:
    tell(
        SYSTEM,
        row.registration.participant.key,
        label=N_("You no longer need your substitute: %(group)s. Its place is free for others."),
        values={"group": row.group.names},
        url=_page_of(event),
    )


def _page_of(event: DialogueEvent) -> str:
    return f"/dialogues/{event.dialogue.slug}/events/{event.slug}/registration"
