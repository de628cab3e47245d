"""What the tests of signing up share: an event, people who want to come, and looking at who sits where."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from core.actor import VISITOR, Actor
from core.db import db
from core.transaction import transaction
from dialog.actions import registrations as actions
from dialog.actions.registrations import About, SignedUp
from dialog.models import AgendaItem, DialogueEvent, GroupChoice, Registration, Sitting, WorkingGroup
from dialog.queries import dialogues as dialogue_queries
from dialog.queries import registrations as queries
from dialog.seating import Wish
from tests import factories
from tests.factories import Person


def event_now(event: DialogueEvent) -> DialogueEvent:
    """The event as it is now, in the transaction that is open."""
    dialogue = dialogue_queries.access_dialogue(VISITOR, "probe")
    return dialogue_queries.access_event(VISITOR, dialogue, event.slug)


def groups_of(event: DialogueEvent) -> list[int]:
    """Ids of the groups in their order."""
    return list(
        db.session.scalars(
            select(WorkingGroup.id).where(WorkingGroup.event_id == event.id).order_by(WorkingGroup.number)
        )
    )


def wishes(groups: Sequence[int], reserve: int | None = None) -> list[Wish]:
    """Wishes in this order."""
    return [*(Wish(group) for group in groups), *([Wish(reserve, True)] if reserve else [])]


def sign_up(
    event: DialogueEvent,
    *groups: int,
    reserve: int | None = None,
    by: Actor = VISITOR,
    full: Sequence[int] = (),
    about: About | None = None,
) -> SignedUp:
    """Sign somebody up, in a transaction of its own."""
    with transaction():
        return actions.sign_up(
            by,
            event_now(event),
            wishes=wishes(groups, reserve),
            shown_full=set(full),
            about=about or About(),
        )


def person(done: SignedUp) -> Person:
    """Whoever has just signed up."""
    assert done.issued is not None
    return factories.person_of_code(done.issued.code)


def own(by: Person, event: DialogueEvent) -> Registration:
    """Somebody's registration as it is now."""
    return queries.access_registration(by.actor, event_now(event))


def states(registration_id: int | None) -> dict[int, str]:
    """Group and state of each choice: `{3: "seated in 7", 4: "waiting", 5: "spare"}`."""
    rows = db.session.execute(
        select(GroupChoice.group_id, GroupChoice.state, GroupChoice.round_id).where(
            GroupChoice.registration_id == registration_id
        )
    )
    return {group: f"{state} in {round}" if round else state for group, state, round in rows}


def seated(registration_id: int | None) -> set[int]:
    """The groups somebody has a place in."""
    return {group for group, state in states(registration_id).items() if state.startswith("seated")}


def everything_adds_up(event: DialogueEvent) -> None:
    """The rules that must hold whatever has happened."""
    sittings = db.session.execute(
        select(Sitting.id, Sitting.places, Sitting.taken)
        .join(AgendaItem, AgendaItem.id == Sitting.round_id)
        .where(AgendaItem.event_id == event.id)
    ).all()
    for sitting_id, places, taken in sittings:
        in_it = db.session.scalar(
            select(func.count()).where(GroupChoice.sitting_id == sitting_id, GroupChoice.state == "seated")
        )
        assert taken == in_it
        assert places is None or taken <= places
    rows = db.session.execute(
        select(GroupChoice.registration_id, GroupChoice.round_id, Registration.status)
        .join(Registration)
        .where(Registration.event_id == event.id, GroupChoice.state == "seated")
    ).all()
    assert len({(registration, round) for registration, round, _ in rows}) == len(rows)
    assert all(status == "registered" for *_, status in rows)
    limit = event.groups_per_person
    per_person: dict[int, int] = {}
    for registration, *_ in rows:
        per_person[registration] = per_person.get(registration, 0) + 1
    assert all(number <= limit for number in per_person.values())
