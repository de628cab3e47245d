"""What stood on the sheets of goals and measures before, word by word, and bringing it back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete

from concept import wordings
from concept.actions import goals, indicators, plan_history
from concept.actions.indicators import SeenValue
from concept.models import Goal, Measure, PlanRevision
from concept.queries import plan_history as queries
from concept.wordings import Line, Words
from core.actor import OPERATOR, SYSTEM, VISITOR
from core.db import db
from core.errors import Conflict, Forbidden, Invalid, Stale
from core.transaction import transaction
from tests.client import Client
from tests.concept import ground
from tests.concept.test_goals import HOME, change_measure, goal_row, measure_row, watch
from tests.conftest import Maker
from tests.dialog.ground import facts, nothing_changes
from tests.factories import STAFF, Person


def wordings_of(row: Goal | Measure) -> list[PlanRevision]:
    """The kept wordings of a row, the first one first."""
    return queries.visible_wordings(STAFF, ground.present(), row)[::-1]


@pytest.mark.usefixtures("inside")
def test_every_wording_of_a_goal_is_kept_and_comes_back_as_a_new_one() -> None:
    ground.filled()
    with transaction():
        second = goals.add_goal(STAFF, ground.present(), ground.field(), texts={"de": "Zweites."})
    with transaction():
        goals.change_goal(STAFF, second, texts={"de": "Anders."}, number=7, based_on=1)
    with transaction():
        goals.remove_goal(STAFF, goal_row(second.id), based_on=2)
    with transaction():
        goals.return_goal(STAFF, goal_row(second.id))
    with transaction():
        plan_history.restore_goal(STAFF, goal_row(second.id), number=1, based_on=4)

    goal = goal_row(second.id)
    # The number stays: people have quoted it.
    assert (goal.texts, goal.number, goal.revision) == ({"de": "Zweites."}, 7, 5)
    assert [(one.number, one.sheet["texts"]["de"], one.sheet["removed"]) for one in wordings_of(goal)] == [
        (1, "Zweites.", False),
        (2, "Anders.", False),
        (3, "Anders.", True),
        (4, "Anders.", False),
        (5, "Zweites.", False),
    ]
    assert [one.restored_from for one in wordings_of(goal)] == [None] * 4 + [1]
    assert facts("GoalChanged")[-1] == (STAFF.key, "GoalChanged", {"goal_id": goal.id})


@pytest.mark.usefixtures("inside")
def test_a_sheet_comes_back_with_its_goal_and_its_numbers_and_their_values() -> None:
    ground.filled()
    with transaction():
        made = watch()
    before = wordings_of(measure_row())[-1].sheet
    with transaction():
        other = goals.add_goal(STAFF, ground.present(), ground.field(), texts={"de": "Zweites."})
    change_measure(based_on=2, titles={"de": "Ganz anders"}, partners=["X"], goal=other, number=9)
    with transaction():
        watch(based_on=3, indicator_id=made.id, name="Anders", values=[SeenValue("2025", 1.0)])
    with transaction():
        later = watch(based_on=4, name="Später")
    with transaction():
        indicators.remove_indicator(STAFF, measure_row(), made.id, based_on=5)

    with transaction():
        plan_history.restore_measure(STAFF, measure_row(), number=2, based_on=6)

    after = wordings_of(measure_row())[-1]
    assert {**after.sheet, "number": before["number"]} == before
    assert after.sheet["number"] == 9
    assert (after.number, after.restored_from, after.by_key) == (7, 2, STAFF.key)
    assert [one.id for one in measure_row().all_indicators if one.removed_at] == [later.id]
    assert [value.value for value in measure_row().indicators[0].values] == [4.0, 6.0]
    assert facts("MeasureChanged")[-1] == (STAFF.key, "MeasureChanged", {"measure_id": 1})


@pytest.mark.usefixtures("inside")
def test_what_was_written_before_there_was_a_history_is_kept_with_the_next_writing() -> None:
    ground.filled()
    with transaction():
        db.session.execute(delete(PlanRevision))
    change_measure(titles={"de": "Neu"})
    assert [(one.number, one.sheet["titles"]["de"], one.by_key) for one in wordings_of(measure_row())] == [
        (1, "Abendkurs", SYSTEM.key),
        (2, "Neu", STAFF.key),
    ]


@pytest.mark.usefixtures("inside")
def test_nothing_comes_back_unread_unknown_or_to_a_goal_that_is_gone() -> None:
    ground.filled()
    with transaction():
        other = goals.add_goal(OPERATOR, ground.present(), ground.field(), texts={"de": "Zweites."})
    change_measure(goal=other)
    with transaction():
        goals.remove_goal(STAFF, goal_row(), based_on=1)
    for actor, number, based_on, refusal in (
        (VISITOR, 1, 2, Forbidden),
        (STAFF, 1, 1, Stale),
        (STAFF, 9, 2, Invalid),
        (STAFF, 1, 2, Conflict),
    ):
        with nothing_changes(Measure, PlanRevision), pytest.raises(refusal), transaction():
            plan_history.restore_measure(actor, measure_row(), number=number, based_on=based_on)
    for actor, number, based_on, refusal in (
        (VISITOR, 1, 2, Forbidden),
        (STAFF, 1, 1, Stale),
        (STAFF, 9, 2, Invalid),
    ):
        with nothing_changes(Goal, PlanRevision), pytest.raises(refusal), transaction():
            plan_history.restore_goal(actor, goal_row(), number=number, based_on=based_on)
    with pytest.raises(Forbidden):
        queries.visible_wordings(VISITOR, ground.present(), goal_row())


def test_lines_of_a_sheet_are_compared_word_by_word() -> None:
    before = {"Kosten": "3 Kurse zu 100 €", "Status": "geplant", "Partner": "VHS"}
    after = {"Kosten": "4 Kurse zu 100 €", "Status": "geplant", "Zahl": "2"}
    assert wordings.lines(before, after) == [
        Line("changed", "Kosten", (Words("gone", "3"), Words("new", "4"), Words("same", " Kurse zu 100 €"))),
        Line("same", "Status", (Words("same", "geplant"),)),
        Line("new", "Zahl", (Words("new", "2"),)),
        Line("gone", "Partner", (Words("gone", "VHS"),)),
    ]
    assert {line.kind for line in wordings.lines(None, after)} == {"same"}


def test_staff_reads_what_was_new_and_brings_it_back(
    app: Flask, make: Maker, client_as: Callable[..., Client], browse: Callable[[Person | None], Client]
) -> None:
    number = make.indicator()
    staff, sheet = client_as("coordinator"), f"{HOME}/staff/measures/{number.measure_id}"
    staff.follow(
        staff.send(
            staff.form(sheet),
            {"title": "Kurs am <b>Abend</b>", "title_en": "Evening", "responsible": "Amt"},
            303,
        )
    )

    staff.get(f"{sheet}/history", 200)
    assert [one.text for one in staff.page.find_all("del")] == ["[gelöscht: Abendkurs Ende gelöscht]"]
    assert "Kurs am <b>Abend</b>" in " ".join(one.text for one in staff.page.find_all("ins"))
    assert "Abendkurse" in staff.text
    assert ["Evening" in one.text for one in staff.page.find_all("div", lang="en")] == [True]
    listed = [one.get("href") for one in staff.page.find_all("a") if "number=" in (one.get("href") or "")]
    assert listed == [f"{sheet}/history?number={number}" for number in (3, 2, 1)]
    staff.get(f"{sheet}/history?number=2", 200)
    form = staff.form_here(f"{sheet}/history")
    stale: dict[str, Any] = {"based_on": "1"}
    staff.send(form, stale, 409)
    assert staff.errors
    staff.get(f"{sheet}/history?number=2", 200)
    staff.follow(staff.send(staff.form_here(f"{sheet}/history"), {}, 303))
    assert "Der frühere Text gilt wieder." in staff.text
    with app.app_context():
        row = db.session.get_one(Measure, number.measure_id)
        assert (row.titles, row.responsible, row.revision) == ({"de": "Abendkurs"}, "", 4)

    goal = f"{HOME}/staff/goals/{row.goal_id}/history"
    staff.get(goal, 200)
    for path in (goal, f"{sheet}/history"):
        browse(None).get(path, 403)
    staff.get(f"{HOME}/staff/goals/999/history", 404)
