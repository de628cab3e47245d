"""Sixty-four people for one place, an error before any statement, and everything mixed at random."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from flask import Flask
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import event as events
from sqlalchemy import select, update

from accounts.models import Notice, PersonalCode
from core.db import db
from core.errors import Conflict, Invalid
from core.journal import record
from core.transaction import transaction
from dialog.actions import registrations as actions
from dialog.actions.registrations import About
from dialog.facts import SittingChanged
from dialog.models import DialogueEvent, GroupChoice, Participant, Registration, Sitting
from dialog.queries import registrations as queries
from tests import factories
from tests.client import Client
from tests.conftest import Maker
from tests.dialog import signing_up
from tests.dialog.ground import at_once, count, facts
from tests.dialog.signing_up import everything_adds_up, groups_of, own, person, seated, wishes
from tests.factories import STAFF, Person

PAGE = "/dialogues/probe/events/tag/signup"
MINE = "/dialogues/probe/events/tag/registration"


def test_of_sixty_four_who_want_the_last_place_one_gets_it(app: Flask, make: Maker) -> None:
    event = make.day(places=(1,), rounds=([1],), slug="tag")
    with app.app_context():
        (group,) = groups_of(event)
    form = dict(Client(app).form(PAGE).values)
    browsers = [Client(app) for _ in range(64)]

    answers = at_once(
        64,
        lambda turn: browsers[turn].post(
            PAGE, {**form, "_key": f"key-of-browser-{turn:04}", f"group-{group}": "1", "language": "ar"}
        ),
    )

    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 63}
    for browser, answer in zip(browsers, answers, strict=True):
        if answer.status_code == 409:
            kept = dict(browser.form_here(PAGE).values)
            assert (kept[f"group-{group}"], kept["language"], kept["full"]) == ("1", "ar", str(group))
    with app.app_context():
        assert (count(Registration), count(Participant), count(PersonalCode)) == (1, 1, 1)
        everything_adds_up(event)


def test_the_same_form_from_one_browser_at_once_is_one_registration(app: Flask, make: Maker) -> None:
    make.day(places=(9,), slug="tag")
    first = Client(app)
    form = dict(first.form(PAGE).values)
    visit = first.cookie("visit") or ""
    browsers = [Client(app) for _ in range(32)]
    for browser in browsers:
        browser.plant(visit, "visit")

    answers = at_once(32, lambda turn: browsers[turn].post(PAGE, form))

    assert {answer.status_code for answer in answers} == {200}
    assert len({browser.page.find("p", class_="vs-code").text for browser in browsers}) == 1
    with app.app_context():
        assert (count(Registration), count(PersonalCode)) == (1, 1)


def test_who_cancels_and_who_comes_at_the_same_time_leave_no_place_empty(app: Flask, make: Maker) -> None:
    event = make.day(places=(8,), rounds=([1],), slug="tag")
    with app.app_context():
        (group,) = groups_of(event)
        holders = [person(signing_up.sign_up(event, group)) for _ in range(8)]
        for _ in range(8):
            signing_up.sign_up(event, group, full=[group])
        secrets = [factories.session(holder) for holder in holders]
    browsers = [Client(app) for _ in range(24)]
    for browser, secret in zip(browsers, secrets, strict=False):
        browser.plant(secret)

    def act(turn: int) -> int:
        sent = {"_key": f"key-of-browser-{turn:04}"}
        if turn < 8:
            return browsers[turn].post(f"{MINE}/cancel", sent).status_code
        sent |= {f"group-{group}": "1", "full": str(group)}
        return browsers[turn].post(PAGE, sent).status_code

    assert Counter(at_once(24, act)) == {303: 8, 200: 16}
    with app.app_context():
        everything_adds_up(event)
        (place,) = queries.places_of(event.id)
        assert place.taken == 8
        # All eight who waited from the beginning were first.
        moved = [payload["registration_id"] for _, _, payload in facts("MovedUp")]
        assert sorted(moved) == list(range(9, 17))
        assert count(Notice) == 8


class Broken(Exception):
    """Something unforeseen in the middle of a request; `test_signup_kills.py` kills the whole program."""


def statements_of(app: Flask, act: Any, break_at: int | None = None) -> int:
    """Do something that breaks before its statement of this number; gives how many there were."""
    seen = 0

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        nonlocal seen
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "PRAGMA", "BEGIN", "COMMIT")):
            seen += 1
            if seen == break_at:
                raise Broken

    with app.app_context():
        engine = db.engine
    events.listen(engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        events.remove(engine, "before_cursor_execute", note)
    return seen


def test_an_error_before_any_statement_leaves_all_or_nothing(app: Flask, make: Maker) -> None:
    event = make.day(places=(9, 1), rounds=([1, 2], [2]), slug="tag")
    with app.app_context():
        big, small = groups_of(event)
        signing_up.sign_up(event, small)
    chosen = {f"group-{big}": "1", f"group-{small}": "2", "full": str(small), "needs": "childcare"}
    models = (Registration, GroupChoice, Participant, PersonalCode)

    def rows() -> list[int]:
        with app.app_context():
            everything_adds_up(event)
            return [count(model) for model in models]

    tried = 0
    while True:
        tried += 1
        browser = Client(app)
        browser.plant(f"visit-of-browser-{tried:04}", "visit")
        form = {"_key": f"key-of-browser-{tried:04}", **chosen}
        before = rows()
        answer: list[int] = []
        number = statements_of(
            app, lambda form=form, b=browser, a=answer: a.append(b.post(PAGE, form).status_code), tried
        )
        if number < tried:
            assert answer == [200]
            break
        # Whatever it was told, the browser sends the same once more, and it counts once.
        assert answer == [500] or rows() != before
        browser.post(PAGE, form, 200)
        after = rows()
        assert [now - then for now, then in zip(after, before, strict=True)] == [1, 2, 1, 1]
        with app.app_context(), transaction():
            # So that there is room for the next try.
            db.session.execute(update(Sitting).where(Sitting.group_id == big).values(places=99))
    assert tried > 20


class SigningUp(RuleBasedStateMachine):
    """People sign up, change, leave and cancel while places are added; all rules hold after every step."""

    def __init__(self) -> None:
        super().__init__()
        self.people: list[Person] = []

    @initialize(
        places=st.lists(st.one_of(st.none(), st.integers(0, 2)), min_size=4, max_size=4),
        rounds=st.lists(st.sampled_from([[1], [2], [1, 2]]), min_size=4, max_size=4),
    )
    def plan(self, places: list[int | None], rounds: list[list[int]]) -> None:
        self.event: DialogueEvent = factories.day(places=places, rounds=rounds)
        self.groups = groups_of(self.event)

    @rule(
        order=st.permutations(range(4)),
        number=st.integers(0, 3),
        reserve=st.booleans(),
        patient=st.booleans(),
    )
    def sign_up(self, order: list[int], number: int, reserve: bool, patient: bool) -> None:
        chosen = [self.groups[index] for index in order]
        try:
            done = signing_up.sign_up(
                self.event,
                *chosen[:number],
                reserve=chosen[3] if reserve else None,
                full=self.groups if patient else [],
            )
        except (Invalid, Conflict):
            return
        self.people.append(person(done))

    def someone(self, which: int) -> Person | None:
        here = [p for p in self.people if self.state_of(p) == "registered"]
        return here[which % len(here)] if here else None

    def state_of(self, who: Person) -> str:
        found = queries.own_registration(who.actor, self.event)
        return found.status if found else ""

    @rule(
        which=st.integers(0, 9),
        order=st.permutations(range(4)),
        number=st.integers(0, 2),
        reserve=st.booleans(),
        patient=st.booleans(),
    )
    def change(self, which: int, order: list[int], number: int, reserve: bool, patient: bool) -> None:
        who = self.someone(which)
        if who is None:
            return
        chosen = [self.groups[index] for index in order]
        mine = own(who, self.event)
        had = seated(mine.id)
        try:
            with transaction():
                actions.change_registration(
                    who.actor,
                    mine,
                    wishes=wishes(chosen[:number], chosen[3] if reserve else None),
                    shown_full=set(self.groups if patient else []),
                    about=About(),
                )
        except (Invalid, Conflict):
            assert seated(mine.id) == had
            return
        # What somebody had and still wants is theirs.
        assert had & set(chosen[:number]) <= seated(mine.id)

    @rule(which=st.integers(0, 9), choice=st.integers(0, 3))
    def leave(self, which: int, choice: int) -> None:
        who = self.someone(which)
        if who is None:
            return
        mine = own(who, self.event)
        left = [c.group_id for c in mine.choices]
        if not left:
            return
        had = seated(mine.id)
        with transaction():
            actions.leave_group(who.actor, mine, left[choice % len(left)])
        assert had - {left[choice % len(left)]} <= seated(mine.id)

    @rule(which=st.integers(0, 9))
    def cancel(self, which: int) -> None:
        who = self.someone(which)
        if who is not None:
            with transaction():
                actions.cancel_registration(who.actor, own(who, self.event))

    @rule(which=st.integers(0, 3))
    def add_a_place(self, which: int) -> None:
        with transaction():
            db.session.execute(
                update(Sitting)
                .where(Sitting.group_id == self.groups[which], Sitting.places.is_not(None))
                .values(places=Sitting.places + 1)
            )
            record(STAFF, SittingChanged(self.event.id))

    @invariant()
    def all_rules_hold(self) -> None:
        if not hasattr(self, "event"):
            return
        everything_adds_up(self.event)
        free = {(p.group_id, p.round_id) for p in queries.places_of(self.event.id) if p.free != 0}
        rows = db.session.execute(
            select(
                GroupChoice.registration_id,
                GroupChoice.group_id,
                GroupChoice.state,
                GroupChoice.round_id,
                GroupChoice.is_reserve,
            )
            .join(Registration)
            .where(Registration.event_id == self.event.id)
        ).all()
        for person_id in {row.registration_id for row in rows}:
            mine = [row for row in rows if row.registration_id == person_id]
            misses = any(row.state == "waiting" and not row.is_reserve for row in mine)
            for row in mine:
                assert misses or not row.is_reserve or row.state == "spare"
                busy = {o.round_id for o in mine if o.round_id and (row.is_reserve or not o.is_reserve)}
                if row.state == "waiting" and len(busy) < self.event.groups_per_person:
                    open_ = {round for group, round in free if group == row.group_id}
                    assert open_ <= busy, "Somebody waits for a place they could have."


@pytest.mark.usefixtures("inside")
def test_all_rules_hold_whatever_people_do() -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        SigningUp, settings=settings(max_examples=12, stateful_step_count=14, deadline=None)
    )
