"""R54: an author objects once, and somebody else than the first person decides."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from accounts.queries.messages import own_notices
from core.clock import now
from core.db import db
from core.errors import Conflict, Forbidden, Invalid
from core.transaction import transaction
from dialog.actions import batches, moderation, objections
from dialog.actions import contributions as contribution_actions
from dialog.models import Contribution, Objection
from dialog.vocabulary import Visibility
from tests import factories as make
from tests.client import Client
from tests.conftest import Maker
from tests.dialog.ground import facts
from tests.factories import STAFF, Person

inside = pytest.mark.usefixtures("inside")
OWN = "/dialogues/probe/contributions/B-001"
DECIDE = "/dialogues/probe/moderation/B-001"


def objected(author: Person | None = None) -> tuple[Person, Contribution, Objection]:
    author = author or make.participant()
    hidden = make.contribution(Visibility.HIDDEN, author=author)
    with transaction():
        objection = objections.object_to_hiding(author.actor, hidden, text="Das ist keine Beleidigung.")
    return author, hidden, objection


@inside
def test_an_objection_is_possible_once_with_words_and_for_thirty_days() -> None:
    author, hidden, objection = objected()
    assert facts("ObjectionMade")[0][2] == {"objection_id": objection.id, "contribution_id": hidden.id}
    with pytest.raises(Conflict) as again, transaction():
        objections.object_to_hiding(author.actor, hidden, text="Noch einmal.")
    assert again.value.code == "objected"

    other = make.contribution(Visibility.HIDDEN, author=author)
    with pytest.raises(Invalid), transaction():
        objections.object_to_hiding(author.actor, other, text="  ")
    for stranger in (make.participant().actor, STAFF):
        with pytest.raises(Forbidden), transaction():
            objections.object_to_hiding(stranger, other, text="Ich auch.")
    with transaction():
        assert other.hiding is not None
        other.hiding.at = now() - timedelta(days=31)
    with pytest.raises(Conflict) as late, transaction():
        objections.object_to_hiding(author.actor, other, text="Zu spät.")
    assert late.value.code == "wrong_time"


@inside
def test_whoever_has_hidden_it_decides_in_no_way() -> None:
    _, hidden, objection = objected()

    with pytest.raises(Conflict), transaction():
        objections.decide_objection(STAFF, objection, grant=True)
    with pytest.raises(Conflict), transaction():
        moderation.restore_contribution(STAFF, hidden)
    # Even where the right is asked of an old copy, the statement knows better.
    old: Any = SimpleNamespace(
        id=objection.id, dialogue_id=1, hidden_by_key="-", outcome="open", contribution=hidden
    )
    with pytest.raises(Conflict), transaction():
        objections.decide_objection(STAFF, old, grant=True)
    assert db.session.scalar(select(Contribution.visibility)) == "hidden"


@inside
@pytest.mark.parametrize("grant", [True, False])
def test_a_second_person_decides_and_says_why(grant: bool) -> None:
    author, hidden, objection = objected()
    second = make.account().actor

    with pytest.raises(Invalid), transaction():
        objections.decide_objection(second, objection, grant=False)
    with transaction():
        objections.decide_objection(second, objection, grant=grant, note="Wir haben noch einmal gelesen.")

    db.session.refresh(objection)
    assert objection.outcome == ("granted" if grant else "upheld")
    assert hidden.visibility == ("public" if grant else "hidden")
    assert [row.decision for row in hidden.decisions][-1] == ("grant" if grant else "uphold")
    assert facts("ObjectionDecided")[0][2]["outcome"] == objection.outcome
    latest = own_notices(author.actor)[0]
    assert latest.url == "/dialogues/probe/contributions/B-001"
    assert "objection" in latest.label
    with pytest.raises(Conflict), transaction():
        objections.decide_objection(make.account().actor, objection, grant=True)


def test_of_many_at_once_one_decides_and_never_the_first_person(app: Flask, make: Maker) -> None:
    first, others = make.account(), [make.account() for _ in range(3)]
    author = make.participant()
    with app.app_context():
        made = make.contribution(author=author)
        with transaction():
            hidden = db.session.get(Contribution, made.id)
            assert hidden is not None
            moderation.hide_contribution(first.actor, hidden, reason="insult")
        with transaction():
            objections.object_to_hiding(author.actor, hidden, text="Bitte noch einmal.")
    people = [first, *others] * 4
    windows = []
    for person in people:
        window = Client(app)
        window.plant(make.session(person))
        windows.append(window)

    def press(turn: int) -> int:
        sent = {"_key": f"key-of-the-race-{turn:04}", "verdict": "grant"}
        return windows[turn].post(f"{DECIDE}/objection", sent).status_code

    with ThreadPoolExecutor(len(windows)) as pool:
        statuses = list(pool.map(press, range(len(windows))))

    assert statuses.count(303) == 1
    assert 303 not in statuses[::4]
    with app.app_context():
        decided = db.session.scalars(select(Objection)).one()
        assert decided.decided_by_key in {other.actor.key for other in others}
        assert len(facts("ObjectionDecided")) == 1


@inside
def test_a_withdrawn_contribution_takes_its_objection_along() -> None:
    author, hidden, objection = objected()
    with transaction():
        contribution_actions.withdraw_contribution(author.actor, hidden)

    db.session.refresh(objection)
    assert (objection.text, objection.outcome) == ("", "withdrawn")


@inside
def test_undo_leaves_alone_what_its_author_has_objected_to() -> None:
    author = make.participant()
    waiting = make.contribution(Visibility.WAITING, author=author)
    with transaction():
        batch = batches.decide_ticked(
            STAFF, make.dialogue(), decision="hide", chosen=[(waiting.reference, 1)], reason="insult"
        )
    db.session.expire_all()
    hidden = db.session.get(Contribution, waiting.id)
    assert hidden is not None
    with transaction():
        objections.object_to_hiding(author.actor, hidden, text="Nein.")
    with transaction():
        batches.undo_batch(STAFF, batch)

    assert batch.left_alone == [waiting.reference]
    assert db.session.scalar(select(Contribution.visibility)) == "hidden"


def test_the_way_of_an_objection_on_the_pages(
    make: Maker, browse: Callable[[Person | None], Client], client_as: Callable[..., Client]
) -> None:
    author = make.participant()
    make.contribution(author=author, text="Es fehlt ein Treffpunkt.")
    first = browse(make.account())
    first.get(DECIDE, 200)
    first.send(
        first.form_here(DECIDE, decision="hide"),
        {"reason": "off_topic", "note": "Bitte über den Landkreis."},
        303,
    )

    person = browse(author)
    person.get(f"{OWN}?lang=en", 200)
    for said in (
        "Es fehlt ein Treffpunkt.",
        "It has nothing to do",
        "Bitte über den Landkreis.",
        "coordination",
    ):
        assert said in person.text
    person.send(person.form_here(f"{OWN}/object"), {"text": ""}, 422)
    assert person.errors == ["Please write why it should be shown."]
    person.follow(person.send(person.form_here(f"{OWN}/object"), {"text": "Doch, um Keltern."}, 303))
    assert "A second person looks at it" in person.text

    first.get("/dialogues/probe/moderation?state=objections&lang=en", 200)
    assert "B-001" in first.text
    first.get(f"{DECIDE}/objection", 200)
    assert "nobody else can" in first.text
    first.post(f"{DECIDE}/objection", {"_key": "k" * 20, "verdict": "grant"}, 409)

    second = client_as("coordinator")
    second.get(f"{DECIDE}/objection?lang=en", 200)
    assert "Doch, um Keltern." in second.text
    uphold = second.form_here(f"{DECIDE}/objection", verdict="uphold")
    second.send(uphold, {"note": "Der Text nennt keinen Ort."}, 303)
    person.get(OWN, 200)
    assert "it stays hidden" in person.text
    assert "Der Text nennt keinen Ort." in person.text
    assert f"{OWN}/object" not in {form.get("action", "") for form in person.page.find_all("form")}
