"""R43: many at once. Real threads on the real database; nobody is shown an error, nothing counts twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import closing

import pysqlite3.dbapi2 as sqlite
import pytest
from flask import Flask
from sqlalchemy import select

from core.actor import OPERATOR
from core.db import db
from core.journal import JournalEntry
from core.transaction import transaction
from dialog.actions import polls as actions
from dialog.models import Ballot, Contribution, Poll, Tally, Turnout
from dialog.queries import polls as queries
from dialog.ranking import recount
from tests.client import Client
from tests.conftest import Maker
from tests.dialog.ground import at_once, browsers, count, facts
from tests.factories import Person

PARALLEL = 64


def stored_sums(app: Flask, poll: Poll) -> tuple[dict[int, tuple[int, int]], list[dict[int, int]], int]:
    """Stored points and voters per item, the ballots, and the stored turnout."""
    with app.app_context():
        rows = db.session.execute(select(Tally.item_id, Tally.points, Tally.voters))
        sums: Counter[tuple[int, int]] = Counter()
        for item, points, voters in rows:
            sums[(item, 0)] += points
            sums[(item, 1)] += voters
        tallies = {i.id: (sums[(i.id, 0)], sums[(i.id, 1)]) for i in poll.items if sums[(i.id, 0)]}
        ballots = [
            {int(item): points for item, points in choices.items()}
            for choices in db.session.scalars(select(Ballot.choices).where(Ballot.poll_id == poll.id))
        ]
        turnout = sum(db.session.scalars(select(Turnout.ballots).where(Turnout.poll_id == poll.id)))
    return tallies, ballots, turnout


def test_conflicting_ballots_of_one_person(app: Flask, make: Maker) -> None:
    poll, voter = make.poll(needs=4), make.participant()
    secret = make.session(voter)
    items = [item.id for item in poll.items]
    windows = browsers(app, secret, PARALLEL)

    def choices(turn: int) -> dict[str, str]:
        return {f"item-{items[turn % 4]}": "2", f"item-{items[(turn + 1) % 4]}": str(turn % 3)}

    answers = at_once(
        PARALLEL,
        lambda turn: windows[turn].post(
            f"/dialogues/probe/polls/{poll.id}/vote", {"_key": f"key-of-window-{turn:04}", **choices(turn)}
        ),
    )

    assert Counter(answer.status_code for answer in answers) == {303: PARALLEL}
    tallies, ballots, turnout = stored_sums(app, poll)
    assert (len(ballots), turnout) == (1, 1)
    assert tallies == recount(ballots)
    possible = [
        {int(name[5:]): int(points) for name, points in choices(turn).items() if points != "0"}
        for turn in range(PARALLEL)
    ]
    assert ballots[0] in possible
    with app.app_context():
        assert len(facts("BallotCast")) == PARALLEL


def test_the_same_ballot_sent_many_times_is_one_effect(app: Flask, make: Maker) -> None:
    poll, voter = make.poll(needs=2), make.participant()
    windows = browsers(app, make.session(voter), PARALLEL)
    sent = {"_key": "the-same-key-again-and-again", f"item-{poll.items[0].id}": "2"}

    answers = at_once(
        PARALLEL, lambda turn: windows[turn].post(f"/dialogues/probe/polls/{poll.id}/vote", sent)
    )

    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.location for answer in answers}) == 1
    with app.app_context():
        assert len(facts("BallotCast")) == 1
    assert stored_sums(app, poll)[0] == {poll.items[0].id: (2, 1)}


def test_many_people_at_once_are_all_counted(app: Flask, make: Maker) -> None:
    poll = make.poll(needs=3)
    people: list[Person] = [make.participant() for _ in range(24)]
    windows = [browsers(app, make.session(person), 1)[0] for person in people]

    at_once(
        24,
        lambda turn: windows[turn].post(
            f"/dialogues/probe/polls/{poll.id}/vote",
            {"_key": "k" * 20, f"item-{poll.items[turn % 3].id}": "1"},
            303,
        ),
    )

    tallies, ballots, turnout = stored_sums(app, poll)
    assert (len(ballots), turnout) == (24, 24)
    assert tallies == {item.id: (8, 8) for item in poll.items} == recount(ballots)


def test_closing_while_people_vote_counts_what_was_acknowledged_and_nothing_else(
    app: Flask, make: Maker
) -> None:
    poll = make.poll(needs=2)
    windows = [browsers(app, make.session(make.participant()), 1)[0] for _ in range(31)]

    def act(turn: int) -> int:
        if turn == 20:
            with app.app_context(), transaction():
                found = queries.poll_by_id(poll.id)
                assert found is not None
                actions.close_poll(OPERATOR, found)
            return 0
        window = windows[turn if turn < 20 else turn - 1]
        answer = window.post(
            f"/dialogues/probe/polls/{poll.id}/vote",
            {"_key": "k" * 20, f"item-{poll.items[0].id}": "1"},
        )
        return answer.status_code

    answers = Counter(at_once(32, act))

    assert set(answers) <= {0, 303, 409}
    tallies, ballots, turnout = stored_sums(app, poll)
    assert len(ballots) == turnout == answers[303]
    assert tallies == recount(ballots)
    with app.app_context():
        order = list(
            db.session.scalars(
                select(JournalEntry.fact)
                .where(JournalEntry.fact.in_(["BallotCast", "PollClosed"]))
                .order_by(JournalEntry.id)
            )
        )
    assert order.count("BallotCast") == answers[303]
    if db_is_sqlite(app):
        # One writer at a time: what came later than the closing was refused.
        assert order[-1] == "PollClosed"


def db_is_sqlite(app: Flask) -> bool:
    with app.app_context():
        return db.engine.dialect.name == "sqlite"


def test_a_contribution_sent_at_once_from_many_windows_is_one(app: Flask, make: Maker) -> None:
    make.dialogue()
    windows = browsers(app, make.session(make.participant()), 32)
    sent = {
        "_key": "the-same-key-again-and-again",
        "text": "Es fehlt ein Bus.",
        "field": "wohnen",
        "municipality": "county",
        "language": "de",
    }

    answers = at_once(32, lambda turn: windows[turn].post("/dialogues/probe/contribute/need", sent))

    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.location for answer in answers}) == 1
    with app.app_context():
        assert count(Contribution) == 1


def test_numbers_stay_without_gap_or_twin_when_many_write(app: Flask, make: Maker) -> None:
    make.dialogue()
    windows = [browsers(app, make.session(make.participant()), 1)[0] for _ in range(24)]

    at_once(
        24,
        lambda turn: windows[turn].post(
            "/dialogues/probe/contribute/need",
            {
                "_key": "k" * 20,
                "text": f"Wunsch {turn}",
                "field": "wohnen",
                "municipality": "county",
                "language": "de",
            },
            303,
        ),
    )

    with app.app_context():
        numbers = sorted(db.session.scalars(select(Contribution.number)))
    assert numbers == list(range(1, 25))


def test_what_was_sent_before_is_answered_although_another_program_writes(
    app: Flask, browse: Callable[[Person | None], Client], make: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not db_is_sqlite(app):
        pytest.skip("PostgreSQL has no lock of the whole database.")
    with app.app_context():
        file = str(db.engine.url.database)
    person = browse(make.participant())
    poll = make.poll(needs=1)
    page = f"/dialogues/probe/polls/{poll.id}"
    form = person.form(page, f"{page}/vote")
    item = next(name for name in form.names if name.startswith("item-"))
    first = person.send(form, {item: "1"}, 303)
    monkeypatch.setitem(app.config, "LOCK_WAIT_SECONDS", 0.1)
    with closing(sqlite.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert person.send(form, {item: "1"}, 303).location == first.location
        person.send(person.form(page, f"{page}/vote"), {item: "2"}, 503)
        other.execute("ROLLBACK")
