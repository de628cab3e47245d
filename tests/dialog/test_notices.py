"""What people are told of their words and of their event."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from accounts.queries import messages as message_queries
from core.clock import now
from core.db import db
from core.errors import Conflict, Forbidden
from core.transaction import transaction
from dialog import jobs
from dialog.actions import moderation, reminders
from dialog.models import DialogueEvent, Participant, Registration
from dialog.queries import contributions as queries
from dialog.vocabulary import Visibility
from tests import factories as make
from tests.factories import STAFF, Person

pytestmark = pytest.mark.usefixtures("inside")


def told(person: Person) -> list[str]:
    return [notice.label % notice.values for notice in message_queries.own_notices(person.actor)]


def test_an_author_is_told_what_was_decided() -> None:
    author, other = make.participant(), make.participant()
    contribution = make.contribution(Visibility.WAITING, author=author)
    number = contribution.reference
    for decide in (
        lambda one: moderation.return_contribution(STAFF, one, question="Where?"),
        lambda one: moderation.hide_contribution(STAFF, one, reason="insult"),
        lambda one: moderation.restore_contribution(STAFF, one),
        lambda one: moderation.publish_contribution(STAFF, one),
    ):
        with transaction():
            decide(queries.contribution_by_id(contribution.id))
    assert told(author) == [
        f"{number} is published in the register.",
        f"{number} is shown again.",
        f"{number} is hidden. You can read the reason there.",
        f"We have a question about {number}.",
    ]
    assert told(other) == []
    assert "Where?" not in str([notice.values for notice in message_queries.own_notices(author.actor)])


def test_a_decision_that_fails_tells_nobody() -> None:
    author = make.participant()
    contribution = make.contribution(Visibility.PUBLIC, author=author)
    before = told(author)
    with pytest.raises(Conflict), transaction():
        moderation.publish_contribution(STAFF, queries.contribution_by_id(contribution.id))
    assert told(author) == before


def registered(event: DialogueEvent, status: str = "registered") -> Person:
    person = make.participant()
    with make.change():
        db.session.add(
            Registration(
                event_id=event.id,
                participant_id=db.session.query(Participant).filter_by(key=person.actor.key).one().id,
                channel="form",
                status=status,
                created_at=now(),
                changed_at=now(),
            )
        )
    return person


def test_who_comes_is_reminded_once_before_the_day() -> None:
    event = make.day(starts_at=now() + timedelta(days=3))
    comes, cancelled = registered(event), registered(event, "cancelled")
    jobs.remind_of_events()
    assert told(comes) == [], "Three days before it is too early."
    with time_machine.travel(event.starts_at - timedelta(hours=20)):
        jobs.remind_of_events()
        jobs.remind_of_events()
        late = registered(event)
        jobs.remind_of_events()
    [sentence] = told(comes)
    assert "begins soon" in sentence
    assert len(told(late)) == 1
    assert told(cancelled) == []
    with time_machine.travel(event.starts_at + timedelta(minutes=1)):
        later = registered(event)
        jobs.remind_of_events()
    assert told(later) == [], "Whoever comes now knows that it has begun."


def test_only_the_program_reminds() -> None:
    event = make.day(starts_at=now() + timedelta(hours=10))
    person = registered(event)
    with pytest.raises(Forbidden), transaction():
        reminders.remind_of_event(STAFF, event)
    assert told(person) == []
