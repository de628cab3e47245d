"""Figures of the county as staff keep them, and how the concept follows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from concept.document import document_of
from core.actor import VISITOR
from core.db import db
from core.errors import Conflict, Forbidden, Invalid
from core.i18n import force_locale
from core.transaction import transaction
from region import queries
from region.actions.figures import FormerValue, keep_figure
from region.models import Figure, FigureValue
from tests import factories
from tests.client import Client
from tests.concept import ground
from tests.conftest import Maker
from tests.dialog.ground import facts, nothing_changes
from tests.factories import STAFF, Person

CHAPTER = "/dialogues/probe/concept/figures"


def keep(figure: Figure | None = None, based_on: int = 1, **changes: Any) -> Figure:
    values: dict[str, Any] = {
        "name": "Einwohner",
        "unit": "Personen",
        "amounts": [200_000.0],
        "as_of": "2024",
        "note": "",
        "publication": None,
        "values": [FormerValue("2018-12-31", 198_905.0), FormerValue("2011", 190_000.0, "Zensus")],
        **changes,
    }
    with transaction():
        return keep_figure(STAFF, figure, based_on=based_on, **values)


@pytest.mark.usefixtures("inside")
def test_a_figure_with_a_series_is_a_line_and_a_table_in_pages_and_documents() -> None:
    ground.a_concept()
    version = ground.present().version
    made = keep()
    assert made.number == "I-01"
    [one] = next(piece for piece in ground.pieces("figures") if piece.figures).figures
    assert [(value.as_of, value.value) for value in one.series] == [
        ("2011", 190_000.0),
        ("2018-12-31", 198_905.0),
    ]
    assert ground.present().version > version
    with force_locale("de"):
        shown = repr(document_of(ground.whole(), site="https://example.org"))
    assert "190.000" in shown
    assert "polyline" in shown


@pytest.mark.usefixtures("inside")
def test_a_figure_is_written_anew_but_never_unread() -> None:
    made = keep()
    keep(queries.access_figure(STAFF, made.number), values=[FormerValue("2018-12-31", 1.0)])
    assert [row.amount for row in db.session.execute(select(FigureValue)).scalars()] == [1.0]
    assert facts("CountyDataChanged")[-1][2] == {"kind": "figures", "data_id": made.id}
    with nothing_changes(Figure, FigureValue), pytest.raises(Conflict):
        keep(queries.access_figure(STAFF, made.number), based_on=1)


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize(
    "changes",
    [
        {"name": " "},
        {"name": "x" * 201},
        {"unit": "x" * 201},
        {"amounts": []},
        {"amounts": [1.0] * 7},
        {"values": [FormerValue("", 1.0)]},
        {"values": [FormerValue("2024", 1.0)]},
        {"values": [FormerValue("2011", 1.0), FormerValue("2011", 2.0)]},
        {"values": [FormerValue("2011", 1.0, "x" * 201)]},
    ],
)
def test_what_says_of_no_time_is_refused(changes: dict[str, Any]) -> None:
    factories.county()
    with nothing_changes(Figure, FigureValue), pytest.raises(Invalid):
        keep(**changes)


@pytest.mark.usefixtures("inside")
def test_figures_are_kept_by_staff_alone() -> None:
    factories.county()
    made = keep()
    for actor in (VISITOR, factories.participant().actor):
        with nothing_changes(Figure), pytest.raises(Forbidden), transaction():
            keep_figure(
                actor, None, name="A", unit="", amounts=[1.0], as_of="", note="", publication=None, values=[]
            )
        with pytest.raises(Forbidden):
            queries.access_figure(actor, made.number)


def test_staff_type_a_series_and_readers_see_it(
    app: Flask, make: Maker, client_as: Callable[..., Client], browse: Callable[[Person | None], Client]
) -> None:
    with app.app_context():
        ground.a_concept()
    staff, visitor = client_as("coordinator"), browse(None)
    typed = {
        "name": "Einwohner",
        "amounts": "200.000",
        "unit": "Personen",
        "as_of": "2024",
        "as_of-0": "2011",
        "value-0": "viele",
    }
    staff.send(staff.form("/figures/new"), typed, 422)
    assert "viele" in [one.get("value") for one in staff.page.find_all("input")]
    staff.follow(staff.send(staff.form_here("/figures/new"), {"value-0": "190.000"}, 303))
    visitor.get(f"{CHAPTER}?lang=de", 200)
    assert "190.000" in visitor.text
    staff.send(staff.form("/figures/I-01"), {"as_of-0": "", "value-0": ""}, 303)
    visitor.get(f"{CHAPTER}?lang=de", 200)
    assert "190.000" not in visitor.text
    for path in ("/figures", "/figures/new", "/figures/I-01"):
        visitor.get(path, 403)
    staff.get("/figures/I-99", 404)
