"""R43 at the door: two doors at once, double taps, and a vote at the same time."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from core.clock import now
from core.db import db
from dialog.models import Participant
from tests.conftest import Maker
from tests.dialog.ground import at_once, browsers, facts, insist
from tests.dialog.test_checkin import recounted, sums


def test_two_doors_at_once_check_everybody_in_once(app: Flask, make: Maker) -> None:
    event = make.day(starts_at=now() - timedelta(minutes=5))
    seats = [make.seat(event) for _ in range(8)]
    doors = browsers(app, make.session(make.account("coordinator")), 64)
    page = f"/dialogues/probe/events/{event.slug}/check-in"

    answers = at_once(
        64,
        lambda turn: insist(
            lambda: doors[turn].post(
                # Some with one person, some with all of them, in either order.
                page,
                {
                    "_key": f"door-key-number-{turn:04}",
                    "tick": seats[:: 1 if turn % 2 else -1][: 1 + turn % 8],
                },
            )
        ),
    )

    assert Counter(answer.status_code for answer in answers) == {303: 64}
    with app.app_context():
        noted = [payload["registration_id"] for _, _, payload in facts("PersonCheckedIn")]
        assert sorted(noted) == sorted(seats)


def test_a_vote_at_the_moment_of_checking_in_is_counted_in_one_tier(app: Flask, make: Maker) -> None:
    event, poll = make.day(starts_at=now() - timedelta(minutes=5)), make.poll(needs=2)
    people = [make.participant(tier="C") for _ in range(12)]
    seats = [make.seat(event, person) for person in people]
    voters = [browsers(app, make.session(person), 1)[0] for person in people]
    door = browsers(app, make.session(make.account("coordinator")), 24)
    page = f"/dialogues/probe/events/{event.slug}/check-in"

    def act(turn: int) -> int:
        who = turn // 3
        if turn % 3 == 1:
            seen = {"_key": f"door-key-number-{who:04}", "one": seats[who]}
            return insist(lambda: door[who].post(page, seen)).status_code
        ballot = {f"item-{poll.items[turn % 2].id}": str(1 + turn % 2)}
        path = f"/dialogues/probe/polls/{poll.id}/vote"
        vote = {"_key": f"vote-key-number-{turn:04}", **ballot}
        return insist(lambda: voters[who].post(path, vote)).status_code

    assert set(at_once(36, act)) == {303}

    with app.app_context():
        assert set(
            db.session.scalars(
                select(Participant.tier).where(Participant.key.in_([p.actor.key for p in people]))
            )
        ) == {"B"}
        assert sums(poll) == recounted(poll)
        tallies, turnout = sums(poll)
        assert turnout == {"B": 12}
        assert {tier for _, tier in tallies} == {"B"}
