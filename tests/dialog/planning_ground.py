"""What the tests of planning share: people who have places already, and a plan as plain values."""

from __future__ import annotations

from core.clock import now
from core.db import db
from core.transaction import transaction
from dialog.models import DialogueEvent, GroupChoice, Participant, Registration, Sitting
from dialog.queries import events as queries
from tests import factories as make


def seat(event: DialogueEvent, *group_numbers: int) -> Registration:
    """Somebody who has a place in these groups, one round after the other."""
    make.participant(event.dialogue)
    with transaction():
        plan = queries.reread_plan(event.id)
        newest = db.session.query(Participant).order_by(Participant.id.desc()).first()
        assert newest is not None
        registration = Registration(
            event_id=plan.id,
            participant_id=newest.id,
            channel="form",
            created_at=now(),
            changed_at=now(),
        )
        for rank, number in enumerate(group_numbers, start=1):
            group = plan.groups[number - 1]
            sitting: Sitting = group.sittings[rank - 1]
            sitting.taken += 1
            registration.choices.append(
                GroupChoice(
                    group_id=group.id,
                    rank=rank,
                    state="seated",
                    sitting_id=sitting.id,
                    round_id=sitting.round_id,
                )
            )
        db.session.add(registration)
    return registration


def programme_of(event: DialogueEvent) -> list[tuple[str, int, int]]:
    """Names with beginning and end in minutes from the beginning of the event, by time."""
    plan = queries.reread_plan(event.id)

    def minutes(moment: object) -> int:
        return int((moment - plan.starts_at).total_seconds() // 60)  # type: ignore[operator]

    return [
        (item.names["de"], minutes(item.starts_at), minutes(item.ends_at))
        for item in sorted(plan.agenda, key=lambda item: item.starts_at)
    ]


def places_of(event: DialogueEvent) -> list[list[int | None]]:
    """For each group by number its places in the rounds it meets in."""
    plan = queries.reread_plan(event.id)
    return [
        [sitting.places for sitting in sorted(group.sittings, key=lambda one: one.round.starts_at)]
        for group in sorted(plan.groups, key=lambda group: group.number)
    ]
