"""R54: decisions on many contributions, and that taking one back leaves everything as it was."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select, update

from core.clock import now
from core.db import db
from core.errors import Conflict, Forbidden, Invalid
from core.text import fold
from core.transaction import transaction
from dialog.actions import batches, moderation, polls
from dialog.actions import contributions as contribution_actions
from dialog.models import (
    BatchItem,
    Contribution,
    Decision,
    Dialogue,
    ModerationBatch,
    PollItem,
    RegisterNumber,
    Revision,
)
from dialog.queries import moderation as queries
from dialog.queries.moderation import QueueFilter
from dialog.vocabulary import Kind, Visibility
from tests import factories as make
from tests import pages_check
from tests.client import Client
from tests.conftest import Maker
from tests.dialog.ground import count, counted_queries, facts
from tests.factories import STAFF, Person

inside = pytest.mark.usefixtures("inside")
QUEUE = "/dialogues/probe/moderation"
RAID = 10_000


def state() -> str:
    """One hash over the state of every contribution and of what can be voted on."""
    rows = db.session.execute(
        select(
            Contribution.id,
            Contribution.visibility,
            Contribution.visible_before,
            Contribution.outcome,
            Contribution.title,
            Contribution.text,
            Contribution.revision,
            Contribution.published_at,
        ).order_by(Contribution.id)
    ).all()
    items = db.session.execute(
        select(PollItem.poll_id, PollItem.position, PollItem.title, PollItem.ref_id).order_by(PollItem.id)
    ).all()
    return hashlib.sha256(repr((rows, items)).encode()).hexdigest()


def here() -> Dialogue:
    return make.dialogue()


def chosen(*made: Contribution) -> list[tuple[str, int]]:
    return [(one.reference, one.revision) for one in made]


def decide(decision: str, *made: Contribution, **more: Any) -> ModerationBatch:
    with transaction():
        return batches.decide_ticked(STAFF, here(), decision=decision, chosen=chosen(*made), **more)


def undo(batch: ModerationBatch) -> None:
    with transaction():
        batches.undo_batch(STAFF, batch)


@inside
@pytest.mark.parametrize(
    ("decision", "more"),
    [("publish", {}), ("hide", {"reason": "advertising"}), ("return", {"note": "Wo genau?"})],
)
def test_undo_restores_every_one_exactly(decision: str, more: dict[str, str]) -> None:
    make.poll(needs=1)
    make.poll("draft", needs=1)  # type: ignore[arg-type]
    made = [make.contribution(Visibility.WAITING, kind=kind) for kind in (Kind.NEED, Kind.OFFER, Kind.NEED)]
    if decision != "return":
        made.append(make.contribution(Visibility.RETURNED))
    before = state()

    batch = decide(decision, *made, **more)
    assert batch.number == len(made)
    changed = state()
    undo(batch)

    assert changed != before
    assert state() == before
    assert facts("ContributionsDecided")[0][2]["number"] == len(made)
    assert facts("DecisionsUndone") == [
        (STAFF.key, "DecisionsUndone", {"batch_id": batch.id, "number": len(made)})
    ]
    for one in made:
        kinds = [
            row.decision for row in db.session.get(Contribution, one.id, populate_existing=True).decisions
        ]
        assert kinds[-2:] == [decision, "undo"]


@inside
def test_what_somebody_changed_since_is_left_alone_and_named() -> None:
    author = make.participant()
    kept, again, gone = (make.contribution(Visibility.WAITING, author=author) for _ in range(3))
    batch = decide("publish", kept, again, gone)
    with transaction():
        moderation.hide_contribution(make.account().actor, again, reason="insult")
    with transaction():
        contribution_actions.withdraw_contribution(author.actor, gone)

    undo(batch)

    assert batch.left_alone == [again.reference, gone.reference]
    rows = db.session.execute(select(Contribution.id, Contribution.visibility))
    assert {one.id: one.visibility for one in rows} == {
        kept.id: "waiting",
        again.id: "hidden",
        gone.id: "withdrawn",
    }


@inside
def test_a_vote_on_what_is_taken_back_is_not_lost() -> None:
    running, voter = make.poll(needs=1), make.participant()
    loved, plain = make.contribution(Visibility.WAITING), make.contribution(Visibility.WAITING)
    batch = decide("publish", loved, plain)
    item = db.session.execute(select(PollItem).where(PollItem.ref_id == loved.id)).scalar_one()
    with transaction():
        polls.cast_ballot(voter.actor, running, choices={item.id: 2})

    undo(batch)

    left = set(db.session.scalars(select(PollItem.ref_id).where(PollItem.poll_id == running.id)))
    assert loved.id in left
    assert plain.id not in left


@inside
def test_undo_is_for_the_one_who_decided_once_and_for_a_day() -> None:
    batch = decide("hide", make.contribution(Visibility.WAITING), reason="insult")
    with pytest.raises(Forbidden), transaction():
        batches.undo_batch(make.account().actor, batch)
    undo(batch)
    with pytest.raises(Conflict), transaction():
        batches.undo_batch(STAFF, batch)

    late = decide("hide", make.contribution(Visibility.WAITING), reason="insult")
    with transaction():
        late.at = now() - timedelta(hours=25)
    with pytest.raises(Conflict) as refused, transaction():
        batches.undo_batch(STAFF, late)
    assert refused.value.code == "wrong_time"


@inside
def test_what_was_revised_or_decided_meanwhile_is_left_out_and_named() -> None:
    author = make.participant()
    fresh = make.contribution(Visibility.WAITING, author=author)
    revised = make.contribution(Visibility.WAITING, author=author, revised=True)
    public = make.contribution()

    with transaction():
        batch = batches.decide_ticked(
            STAFF,
            here(),
            decision="publish",
            chosen=[
                (fresh.reference, 1),
                (revised.reference, 1),
                (public.reference, 1),
                ("B-999", 1),
                ("x", 1),
            ],
        )

    assert batch.number == 1
    assert batch.left_out == sorted([revised.reference, public.reference, "B-999", "x"])


@inside
def test_refusals_change_nothing() -> None:
    waiting = make.contribution(Visibility.WAITING)
    before = state()
    for wrong in (
        {"decision": "destroy", "chosen": chosen(waiting)},
        {"decision": "hide", "chosen": chosen(waiting)},
        {"decision": "hide", "chosen": chosen(waiting), "reason": "because"},
        {"decision": "return", "chosen": chosen(waiting)},
        {"decision": "publish", "chosen": []},
    ):
        with pytest.raises(Invalid), transaction():
            batches.decide_ticked(STAFF, here(), **wrong)  # type: ignore[arg-type]
    with pytest.raises(Conflict), transaction():
        batches.decide_ticked(STAFF, here(), decision="publish", chosen=[("B-999", 1)])
    with pytest.raises(Forbidden), transaction():
        batches.decide_ticked(make.participant().actor, here(), decision="publish", chosen=chosen(waiting))
    assert state() == before
    assert count(ModerationBatch) == 0


@inside
def test_all_that_fit_leaves_out_what_came_or_changed_after_the_list_was_seen() -> None:
    author = make.participant()
    old = make.contribution(Visibility.WAITING, author=author)
    other_topic = make.contribution(Visibility.WAITING, in_field="wohnen")
    revised = make.contribution(Visibility.WAITING, author=author)
    seen = now()
    with transaction():
        contribution_actions.revise_contribution(
            author.actor,
            revised,
            based_on=1,
            text="Ganz anders.",
            field=revised.field,
            municipality=None,
            language="de",
        )
    new = make.contribution(Visibility.WAITING)

    with transaction():
        batch = batches.decide_all(
            STAFF, here(), decision="hide", wish=QueueFilter(field="sprache"), seen=seen, reason="advertising"
        )

    hidden = set(db.session.scalars(select(Contribution.id).where(Contribution.visibility == "hidden")))
    assert (hidden, batch.number) == ({old.id}, 1)
    assert {other_topic.id, revised.id, new.id}.isdisjoint(hidden)


@inside
def test_nobody_publishes_thousands_by_one_press() -> None:
    raid(batches.PUBLISHED_AT_ONCE + 1)
    with pytest.raises(Invalid), transaction():
        batches.decide_all(STAFF, here(), decision="publish", wish=QueueFilter(), seen=now())


def raid(number: int) -> None:
    """So many contributions at once, written straight into the tables."""
    first = make.contribution(Visibility.WAITING)
    moment = now()
    with transaction():
        rows = [
            {
                "dialogue_id": first.dialogue_id,
                "kind": "need",
                "number": first.number + turn,
                "field_id": first.field_id,
                "municipality_id": None,
                "title": f"Überfall {turn}",
                "text": f"Überfall {turn}",
                "language": "de",
                "search_text": fold(f"Überfall {turn}"),
                "origin": "form",
                "author_key": first.author_key,
                "visibility": "waiting",
                "created_at": moment,
            }
            for turn in range(1, number)
        ]
        db.session.execute(insert(Contribution), rows)
        db.session.execute(update(RegisterNumber).values(last=first.number + number))
        ids = db.session.scalars(
            select(Contribution.id).where(Contribution.id > first.id).order_by(Contribution.id)
        )
        db.session.execute(
            insert(Revision),
            [
                {
                    "contribution_id": one,
                    "number": 1,
                    "kind": first.kind,
                    "register_number": one,
                    "title": "Überfall",
                    "text": "Überfall",
                    "language": "de",
                    "field_id": first.field_id,
                    "municipality_id": None,
                    "by_key": first.author_key,
                    "at": moment,
                }
                for one in ids
            ],
        )


@pytest.mark.slow
def test_a_raid_of_ten_thousand_is_hidden_and_undone(
    app: Flask, make: Maker, client_as: Callable[..., Client]
) -> None:
    """R54: the queue stays usable, one decision hides all of it, and undo restores the hash of the state."""
    with app.app_context():
        raid(RAID)
        before = state()
    staff = client_as("coordinator")
    with app.app_context():
        counter = counted_queries()
        asked = counter.__enter__()
    staff.get(QUEUE, 200)
    with app.app_context():
        counter.__exit__(None, None, None)
    assert len(asked) <= 16
    assert len(boxes(staff)) == 50

    form = staff.form(f"{QUEUE}?q=", f"{QUEUE}/decide")
    hiding = {"everything": "y", "decision": "hide", "reason": "advertising"}
    staff.follow(staff.post(form.action, {**dict(form.values), **hiding}, 303))
    assert "10.000" in staff.text or "10000" in staff.text
    with app.app_context():
        assert queries.count_queue(STAFF, here(), QueueFilter(), now()) == 0
        assert count(BatchItem) == RAID
    undoing = next(one for one in pages_check.forms(staff.page) if one.action.endswith("/undo"))
    staff.follow(staff.send(undoing, {}, 303))

    with app.app_context():
        assert state() == before
        assert count(Decision) == 2 * RAID


def boxes(client: Client) -> list[Any]:
    return [one for one in client.page.find_all("input") if one.has("name") and one["name"] == "chosen"]


def test_ticking_deciding_and_undoing_on_the_page(
    make: Maker, client_as: Callable[..., Client], browse: Callable[[Person | None], Client]
) -> None:
    author = make.participant()
    made = [make.contribution(Visibility.WAITING, author=author) for _ in range(3)]
    staff = client_as("coordinator")
    staff.get(f"{QUEUE}?ticked=page&lang=en", 200)
    assert all(box.has("checked") for box in boxes(staff))
    form = staff.form_here(f"{QUEUE}/decide")

    staff.post(form.action, {**dict(form.values), "chosen": "B-001:1", "decision": "hide"}, 422)
    assert staff.errors == ["Please choose one of the reasons on the list."]
    ticked = [box["value"] for box in boxes(staff) if box.has("checked")]
    assert ticked == ["B-001:1"]

    refused = staff.form_here(f"{QUEUE}/decide")
    sent = {**dict(refused.values), "chosen": "B-001:1", "decision": "hide", "reason": "insult"}
    staff.follow(staff.post(refused.action, sent, 303))
    assert "1 contribution hidden." in staff.text
    person = browse(author)
    person.get("/dialogues/probe/contributions/B-001?lang=en", 200)
    assert "It insults or threatens people." in person.text
    assert made[0].text in person.text

    undoing = next(one for one in pages_check.forms(staff.page) if one.action.endswith("/undo"))
    staff.follow(staff.send(undoing, {}, 303))
    assert "1 contribution is as it was before." in staff.text
    client_as("coordinator").post(undoing.action, {"_key": "k" * 20}, 404)
