"""The summary above a comparison."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask

from concept.compare import compare_records, sentences
from core.documents.compare import Counts

pytestmark = pytest.mark.without_database


def a_state(**measure: Any) -> str:
    about = {"reference": "M-01", "titles": {"de": "Kurs"}, "status": "planned", "cost": "1 €", **measure}
    return json.dumps({"measures": [about], "goals": [], "declined": [], "sources": []})


def test_a_measure_that_is_under_way_now_is_said_first(inside: Flask) -> None:
    changes = compare_records(a_state(), a_state(status="running"))
    counts = Counts(changed=3, added=1).as_plain()
    assert sentences(counts, changes) == [
        "M-01 Kurs jetzt in Umsetzung (vorher: geplant)",
        "3 Absätze geändert, 1 neu",
    ]


def test_other_columns_are_named(inside: Flask) -> None:
    changes = compare_records(a_state(), a_state(status="done", cost="2 €"))
    [sentence] = sentences(Counts().as_plain(), changes)
    assert sentence.endswith("außerdem geändert: Kosten")
    assert sentences(Counts().as_plain(), compare_records(a_state(), a_state(cost="3 €"))) == [
        "M-01 Kurs geändert: Kosten"
    ]


def test_measures_goals_and_answers_come_and_go(inside: Flask) -> None:
    old = json.dumps(
        {
            "measures": [json.loads(a_state())["measures"][0]],
            "goals": [{"number": "1.1", "texts": {"de": "a"}}, {"number": "1.2", "texts": {"de": "b"}}],
            "declined": [],
        }
    )
    new = json.dumps(
        {
            "measures": [json.loads(a_state(reference="M-02"))["measures"][0]],
            "goals": [{"number": "1.1", "texts": {"de": "c"}}, {"number": "1.3", "texts": {"de": "d"}}],
            "declined": [{"reference": "B-001", "reason": "x"}],
        }
    )
    assert sentences(Counts(sections_added=["Wohnen"]).as_plain(), compare_records(old, new)) == [
        "Neues Kapitel: Wohnen",
        "Gestrichene Maßnahme: M-01 Kurs",
        "Neue Maßnahme: M-02 Kurs",
        "Neue Ziele: 1.3",
        "Geänderte Ziele: 1.1",
        "Gestrichene Ziele: 1.2",
        "Mit Begründung nicht aufgenommen: B-001",
    ]


def test_nothing_that_differs_needs_no_sentence(inside: Flask) -> None:
    assert sentences(Counts().as_plain(), compare_records(a_state(), a_state())) == []
