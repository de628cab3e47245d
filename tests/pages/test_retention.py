"""R73: what is old enough goes by itself, what must stay stays, and a run that is killed goes on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, text

from accounts import privacy
from accounts.actions import retention as actions
from accounts.queries import privacy as queries
from core import retention
from core.actor import OPERATOR, SYSTEM
from core.config import ROOT
from core.db import db
from core.erasure import NOBODY
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.transaction import transaction
from dialog.actions import holds
from dialog.actions import polls as poll_actions
from dialog.models import (
    AccessNeed,
    Decision,
    Dialogue,
    GroupChoice,
    Participant,
    Poll,
    Registration,
    RegistrationCounts,
    Sitting,
)
from dialog.queries import privacy as dialog_queries
from dialog.vocabulary import PollStatus
from tests import factories
from tests.client import Client
from tests.conftest import Maker
from tests.core.house import look, seal_all
from tests.dialog.ground import count, facts
from tests.program import run

BEGIN = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[time_machine.Coordinates]:
    with time_machine.travel(BEGIN, tick=False) as coordinates:
        yield coordinates


def due() -> dict[str, int]:
    return {one.rule.key: one.number for one in queries.preview_retention(OPERATOR) if one.number}


def a_dialogue_that_is_over(people: int = 2) -> tuple[Dialogue, list[factories.Person]]:
    dialogue = factories.dialogue()
    everybody = [factories.participant(dialogue) for _ in range(people)]
    factories.contribution(of=dialogue, author=everybody[0], text="Es fehlt ein Bus.")
    poll = factories.poll(of=dialogue, needs=1)
    with transaction():
        for person in everybody:
            found = db.session.get(Poll, poll.id)
            assert found is not None
            poll_actions.cast_ballot(person.actor, found, choices={factories.first_item(poll.id): 1})
    with transaction():
        found = db.session.get(Poll, poll.id)
        here = db.session.get(Dialogue, dialogue.id)
        assert found is not None
        assert here is not None
        poll_actions.close_poll(OPERATOR, found)
        here.accepts_contributions = False
    return dialogue, everybody


def tallies() -> str:
    tables = ("tallies", "turnouts", "poll_items", "stations")
    return repr([db.session.execute(text(f"SELECT * FROM {table} ORDER BY 1, 2")).all() for table in tables])


def test_two_years_pass(inside: Flask, clock: time_machine.Coordinates) -> None:
    """Everything goes in its time, once; results stay to the bit and the journal holds."""
    _, everybody = a_dialogue_that_is_over()
    slip = queries.codes_of(everybody[1].actor.key)[0].slip_number
    with transaction():
        factories.code_actions.replace_code(OPERATOR, slip)
    factories.session(everybody[0])
    before = tallies()
    gone: dict[int, dict[str, int]] = {}
    for day in range(0, 760, 10):
        clock.move_to(BEGIN + timedelta(days=day))
        seen = due()
        removed = privacy.apply_all(SYSTEM)
        assert {key for key, number in removed.items() if number} == set(seen)
        assert due() == {}
        if removed:
            gone[day] = removed
    assert gone == {
        10: {"accounts.sessions": 1},
        100: {"accounts.codes": 1},
        190: {"accounts.notices": 2},
        370: {"dialog.people": 3},
        740: {"dialog.notes": 2},
    }
    assert count(Participant) == 0
    assert tallies() == before
    for person in everybody:
        assert queries.access_own_data(person.actor)[0].table == "journal"
        assert [part.table for part in queries.access_own_data(person.actor)] == ["journal"]
    assert {row.by_key for row in db.session.query(Decision)} == {NOBODY}
    seal_all()
    assert look().is_sound


def test_registrations_go_with_their_people(inside: Flask, clock: time_machine.Coordinates) -> None:
    """R73 for those who came to an event: nothing of them is left, and what was counted of them stays."""
    dialogue, (person, _) = a_dialogue_that_is_over()
    event = factories.day(dialogue)
    with transaction():
        registered = factories.seat(event, person, groups={1: 1})
        needs = AccessNeed(registration_id=registered, need="interpreter")
        db.session.add_all([needs, RegistrationCounts(event_id=event.id, counts={"role": {"resident": 10}})])
    clock.move_to(BEGIN + timedelta(days=364))
    privacy.apply_all(SYSTEM)
    assert [count(model) for model in (Registration, GroupChoice, AccessNeed)] == [1, 1, 1]

    clock.move_to(BEGIN + timedelta(days=380))
    assert due()["dialog.people"] == 3
    privacy.apply_all(SYSTEM)

    assert [count(model) for model in (Registration, GroupChoice, AccessNeed)] == [0, 0, 0]
    assert db.session.scalars(select(Sitting.taken)).all() == [0] * count(Sitting)
    assert db.session.scalars(select(RegistrationCounts.counts)).one()["role"] == {"resident": 10}


def test_a_dialogue_that_goes_on_keeps_its_people(inside: Flask, clock: time_machine.Coordinates) -> None:
    dialogue, _ = a_dialogue_that_is_over()
    clock.move_to(BEGIN + timedelta(days=800))
    assert due()["dialog.people"] == 3
    with transaction():
        here = db.session.get(Dialogue, dialogue.id)
        assert here is not None
        here.accepts_contributions = True
    assert "dialog.people" not in due()
    with transaction():
        here = db.session.get(Dialogue, dialogue.id)
        assert here is not None
        here.accepts_contributions = False
    factories.poll(PollStatus.DRAFT, of=dialogue, needs=0)
    assert "dialog.people" not in due()


def test_a_legal_hold_keeps_everything_of_a_dialogue(inside: Flask, clock: time_machine.Coordinates) -> None:
    dialogue, everybody = a_dialogue_that_is_over()
    with transaction():
        factories.code_actions.revoke_code(OPERATOR, queries.codes_of(everybody[0].actor.key)[0])
    clock.move_to(BEGIN + timedelta(days=800))
    everything = due()
    assert set(everything) == {"accounts.codes", "accounts.notices", "dialog.people", "dialog.notes"}
    admin = factories.account("administrator")
    for who in (factories.STAFF, everybody[0].actor, factories.VISITOR):
        with pytest.raises(Forbidden), transaction():
            holds.set_hold(who, dialogue, reason="Klage")
    with pytest.raises(Invalid), transaction():
        holds.set_hold(admin.actor, dialogue, reason="  ")
    with transaction():
        holds.set_hold(admin.actor, dialogue, reason="Klage am Gericht")
    with pytest.raises(Conflict), transaction():
        holds.set_hold(admin.actor, dialogue, reason="Noch einmal")

    assert due() == {}
    assert privacy.apply_all(SYSTEM) == {}
    with transaction():
        holds.lift_hold(admin.actor, dialog_queries.access_hold(admin.actor, "probe"), reason="Urteil")
    assert due() == everything
    assert [fact for _, fact, _ in facts() if fact.startswith("Hold")] == ["HoldSet", "HoldLifted"]
    assert "Klage" not in repr(facts())
    with pytest.raises(NotFound):
        dialog_queries.access_hold(admin.actor, "probe")


def test_periods_are_set_within_bounds(inside: Flask, clock: time_machine.Coordinates) -> None:
    a_dialogue_that_is_over()
    clock.move_to(BEGIN + timedelta(days=40))
    admin = factories.account("administrator")
    assert "dialog.people" not in due()
    with transaction():
        actions.set_period(admin.actor, "dialog.people", days=30)
    assert due()["dialog.people"] == 3
    for key, days in (("dialog.people", 0), ("dialog.people", 99_999)):
        with pytest.raises(Invalid), transaction():
            actions.set_period(admin.actor, key, days=days)
    for key in ("accounts.sessions", "nothing"):
        with pytest.raises(NotFound), transaction():
            actions.set_period(admin.actor, key, days=10)
    with pytest.raises(Forbidden), transaction():
        actions.set_period(factories.STAFF, "dialog.people", days=10)
    with pytest.raises(Forbidden), transaction():
        actions.apply_retention(factories.STAFF, "dialog.people")


def test_it_is_logged_by_numbers(inside: Flask, clock: time_machine.Coordinates) -> None:
    a_dialogue_that_is_over()
    clock.move_to(BEGIN + timedelta(days=400))
    privacy.apply_all(SYSTEM)
    assert facts("RetentionApplied") == [
        ("system", "RetentionApplied", {"kind": "accounts.notices", "number": 2}),
        ("system", "RetentionApplied", {"kind": "dialog.people", "number": 3}),
    ]


KILLED = """
import os, signal
from app import create_app
from accounts import privacy
from accounts.actions import retention as actions
from core import retention
from core.actor import OPERATOR
from dialog.actions import privacy as parts

steps = [0]
forget = parts.erasure.everywhere
def dying(*arguments):
    steps[0] += 1
    if steps[0] == 4:
        # In the middle of a transaction that has taken one person away already.
        os.kill(os.getpid(), signal.SIGKILL)
    forget(*arguments)
parts.erasure.everywhere = dying
app = create_app()
with app.app_context():
    from core.transaction import transaction
    while True:
        with transaction():
            if not actions.apply_retention(OPERATOR, "dialog.people", limit=2):
                break
"""


def test_a_run_that_is_killed_goes_on(app: Flask, make: Maker) -> None:
    """Killed by the system in the middle of the second batch: the first is done, the second not begun."""
    with app.app_context():
        with time_machine.travel(BEGIN - timedelta(days=800), tick=False):
            a_dialogue_that_is_over(people=6)
        everybody = count(Participant)
        before = tallies()
        db.session.remove()
        db.engine.dispose()
    settings = app.config["SETTINGS"]
    done = subprocess.run(
        [sys.executable, "-c", KILLED],
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "VAR_DIR": str(settings.var_dir),
            "DATABASE_URL": settings.database,
        },
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    with app.app_context():
        assert count(Participant) == everybody - 2
        assert len(facts("RetentionApplied")) == 1
        assert privacy.apply_all(SYSTEM)["dialog.people"] == everybody - 2
        assert count(Participant) == 0
        assert tallies() == before


def test_the_command_previews_before_it_deletes(app: Flask, make: Maker) -> None:
    with app.app_context(), time_machine.travel(BEGIN - timedelta(days=800), tick=False):
        a_dialogue_that_is_over()
    preview = json.loads(run(app, "privacy", "retention", "--json").stdout)
    assert preview["due"]["dialog.people"]["number"] == 3
    assert preview["due"]["dialog.people"]["oldest"].startswith("20")
    assert json.loads(run(app, "privacy", "retention", "--preview", "--json").stdout) == preview
    assert "dialog.people: 3 deleted" in run(app, "privacy", "retention", "--run").stdout
    assert json.loads(run(app, "privacy", "retention", "--run", "--json").stdout) == {"deleted": {}}


def test_an_administrator_sees_sets_keeps_and_deletes(
    app: Flask, make: Maker, client_as: Callable[..., Client]
) -> None:
    with app.app_context(), time_machine.travel(BEGIN - timedelta(days=800), tick=False):
        a_dialogue_that_is_over()
    admin = client_as("administrator")
    admin.get("/retention", 200)
    assert "3 Einträge sind fällig" in admin.text
    to = "/retention/dialog.people/period"
    admin.post_form("/retention", {"days": "0"}, 422, to=to)
    assert admin.errors == ["Bitte geben Sie eine Zahl von 1 bis 3650 Tagen ein."]
    admin.follow(admin.post_form("/retention", {"days": "3000"}, to=to))
    assert "3 Einträge sind fällig" not in admin.text
    admin.follow(admin.post_form("/retention", {"days": "365"}, to=to))

    admin.post_form("/retention", {"reason": " "}, 422, to="/retention/hold/probe")
    admin.follow(admin.post_form("/retention", {"reason": "Klage am Gericht"}, to="/retention/hold/probe"))
    assert "Klage am Gericht" in admin.text
    assert "3 Einträge sind fällig" not in admin.text
    admin.follow(admin.post_form("/retention", {"reason": "Urteil"}, to="/retention/lift/probe"))
    admin.follow(admin.send(admin.form_here("/retention/apply")))
    assert "gelöscht" in admin.text
    for role in ("coordinator", "auditor"):
        client_as(role).get("/retention", 403)
    assert set(retention.RULES) >= {"core.forms", "accounts.codes", "dialog.people"}
