"""The gap matrix: every published need and offer is in one cell, and nothing else is."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, update

from core.actor import VISITOR
from core.db import db
from core.errors import NotFound
from dialog.actions import moderation as moderation_actions
from dialog.models import Dialogue, OfferDetails
from dialog.offer_words import OfferStatus
from dialog.queries import gaps as queries
from dialog.queries.gaps import Cell, Reach
from dialog.queries.sheets import profile_sheet
from dialog.vocabulary import Kind, Visibility
from region.models import Municipality
from tests import factories
from tests.conftest import Maker
from tests.dialog.test_merging import merge, part
from tests.factories import STAFF
from tests.workshops.ground import Browse

inside = pytest.mark.usefixtures("inside")

NEAR, FAR = "08236070", "08236004"


@pytest.fixture
def dialogue(inside: Flask) -> Dialogue:
    """A dialogue in a county of three municipalities: Mühlacker, one 8 km away and one 40 km away."""
    made = factories.dialogue()
    factories.municipality("08236040")
    factories.municipality(NEAR, "Keltern")
    factories.municipality(FAR, "Birkenfeld")
    for ags, lat in (("08236040", 48.95), (NEAR, 48.88), (FAR, 48.59)):
        db.session.execute(update(Municipality).where(Municipality.ags == ags).values(lat=lat, lon=8.8))
    db.session.commit()
    return made


def row(matrix: queries.Matrix, ags: str | None) -> queries.Row:
    (found,) = (one for one in matrix.rows if (one.municipality.ags if one.municipality else None) == ags)
    return found


def cell(dialogue: Dialogue, ags: str | None = "08236040", field: str = "sprache") -> Cell:
    matrix = queries.matrix(VISITOR, dialogue)
    (wanted,) = (one for one in matrix.fields if one.slug == field)
    return row(matrix, ags).cells[wanted.id]


def test_each_published_need_and_offer_stands_in_one_cell(dialogue: Dialogue) -> None:
    factories.contribution(of=dialogue)
    factories.contribution(of=dialogue, kind=Kind.OFFER, place=None)
    factories.contribution(of=dialogue, kind=Kind.OFFER, place=NEAR)
    # Neither what waits nor what is hidden, nor ideas and aims.
    factories.contribution(Visibility.WAITING, of=dialogue)
    factories.contribution(of=dialogue, kind=Kind.IDEA)
    hidden = factories.contribution(of=dialogue)
    with factories.change():
        moderation_actions.hide_contribution(STAFF, hidden, reason="off_topic")

    assert cell(dialogue) == Cell(1, 0, 1)
    assert cell(dialogue, NEAR) == Cell(0, 1, 1)
    assert cell(dialogue, None) == Cell(0, 1, 1)
    matrix = queries.matrix(VISITOR, dialogue)
    assert sum(one.needs for one in matrix.rows) == 1
    assert sum(one.offers for one in matrix.rows) == 2
    assert [one.name for one in matrix.without] == ["Birkenfeld", "Neuenbürg"]
    assert matrix.rows[0].municipality is None


def test_a_cell_says_where_its_offers_are(dialogue: Dialogue) -> None:
    assert cell(dialogue).reach is None
    factories.contribution(of=dialogue)
    assert cell(dialogue).reach == Reach.NONE
    factories.contribution(of=dialogue, kind=Kind.OFFER, place=NEAR)
    assert cell(dialogue).reach == Reach.NONE
    factories.contribution(of=dialogue, kind=Kind.OFFER, place=None)
    assert cell(dialogue).reach == Reach.COUNTY
    factories.contribution(of=dialogue, kind=Kind.OFFER)
    assert cell(dialogue).reach == Reach.HERE


@pytest.mark.parametrize(("needs", "shade"), [(0, 0), (1, 1), (2, 2), (3, 3), (5, 3), (6, 4), (400, 4)])
def test_more_needs_are_darker(needs: int, shade: int) -> None:
    assert Cell(needs, 1, 0).heat == shade


def test_what_stands_together_counts_once_and_apart_again_as_before(dialogue: Dialogue) -> None:
    lead, member = (factories.contribution(of=dialogue) for _ in range(2))
    assert cell(dialogue).needs == 2
    made = merge(member, lead)
    assert cell(dialogue).needs == 1
    part(made)
    assert cell(dialogue).needs == 2


def test_the_story_names_offers_near_by_where_there_is_none_at_the_place(dialogue: Dialogue) -> None:
    factories.contribution(of=dialogue, title="Kurse fehlen")
    near = factories.contribution(of=dialogue, kind=Kind.OFFER, place=NEAR, title="Kurs in Keltern")
    factories.contribution(of=dialogue, kind=Kind.OFFER, place=FAR, title="Kurs in Birkenfeld")
    county = factories.contribution(of=dialogue, kind=Kind.OFFER, place=None, title="Beratung")
    factories.contribution(of=dialogue, kind=Kind.OFFER, place=NEAR, in_field="wohnen", title="Verein")

    told = queries.story(VISITOR, dialogue, "08236040")
    language, housing = told.chapters
    assert [one.title for one in language.needs] == ["Kurse fehlen"]
    assert [one.reference for one in language.for_the_county] == [county.reference]
    assert [(one.reference, one.place) for one in language.nearby] == [(near.reference, "Keltern")]
    # Where nobody has said anything, what exists is all the more worth knowing.
    assert (housing.for_the_county, [one.title for one in housing.nearby]) == ([], ["Verein"])
    assert [one.reference for one in profile_sheet(VISITOR, dialogue, "08236040").near.shown] == [
        near.reference
    ]

    own = factories.contribution(of=dialogue, kind=Kind.OFFER, title="Kurs im Ort")
    language = queries.story(VISITOR, dialogue, "08236040").chapters[0]
    assert [one.reference for one in language.offers] == [own.reference]
    assert language.nearby == []
    with pytest.raises(NotFound):
        queries.story(VISITOR, dialogue, "08999999")


def test_a_place_without_known_middle_is_near_nobody(dialogue: Dialogue) -> None:
    one, other = Municipality(lat=48.9, lon=8.8), Municipality(lat=None, lon=None)
    assert queries.kilometres(one, other) is None
    # Pforzheim and Karlsruhe are some 25 km apart.
    karlsruhe, pforzheim = Municipality(lat=49.0069, lon=8.4037), Municipality(lat=48.8922, lon=8.6946)
    assert queries.kilometres(karlsruhe, pforzheim) == pytest.approx(24.8, abs=0.5)


@pytest.mark.parametrize(
    "details",
    [
        {"status": OfferStatus.ENDED},
        {"ends_on": date(2021, 1, 1)},
        {"gone_at": datetime(2026, 1, 1, tzinfo=UTC)},
    ],
)
def test_an_offer_that_has_ended_fills_no_gap(dialogue: Dialogue, details: dict[str, Any]) -> None:
    factories.contribution(of=dialogue, kind=Kind.NEED)
    offer = factories.contribution(of=dialogue, kind=Kind.OFFER)
    assert cell(dialogue).reach == Reach.HERE
    details = {"status": OfferStatus.UNKNOWN, "revision": 1, **details}
    db.session.merge(OfferDetails(contribution_id=offer.id, **details))
    db.session.commit()
    assert (cell(dialogue).offers, cell(dialogue).reach) == (0, Reach.NONE)
    (sprache,) = (one for one in queries.story(VISITOR, dialogue, "08236040").chapters if one.needs)
    assert not sprache.offers


def test_the_number_of_queries_is_the_same_for_many_entries(dialogue: Dialogue) -> None:
    asked: list[str] = []
    engine = db.engine

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    def number() -> int:
        asked.clear()
        queries.story(VISITOR, dialogue, "08236040")
        return len(asked)

    event.listen(engine, "before_cursor_execute", note)
    try:
        before = number()
        for place in ("08236040", NEAR, None):
            for kind in (Kind.NEED, Kind.OFFER):
                factories.contribution(of=dialogue, kind=kind, place=place)
        assert number() <= before <= 7
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_a_cell_leads_to_its_entries_and_the_table_says_the_same(make: Maker, browse: Browse) -> None:
    need = make.contribution(title="Es fehlt ein Kurs")
    make.contribution(of=need.dialogue, kind=Kind.OFFER, place=None)
    visitor = browse(None)
    visitor.get("/dialogues/probe/gaps", 200)
    link = next(one for one in visitor.page.find_all("a") if "1 Bedarf" in one.text)
    assert "nur Angebote von anderswo, die Menschen von hier offenstehen" in link.text
    visitor.get(link["href"], 200)
    assert "Es fehlt ein Kurs" in visitor.text
    visitor.get("/dialogues/probe/gaps/08236040", 200)
    assert "Es fehlt ein Kurs" in visitor.text
    assert "Am Ort gibt es kein Angebot." in visitor.text
    visitor.get("/dialogues/probe/gaps/08236999", 404)
    visitor.get("/dialogues/nirgends/gaps", 404)
    answer = visitor.get("/dialogues/probe/gaps.csv", 200)
    lines = list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig")), delimiter=";"))
    assert [line["needs"] for line in lines if line["ags"] == "08236040"] == ["1", "0"]
    assert [line["offers"] for line in lines if not line["ags"]] == ["1", "0"]


def test_an_empty_dialogue_says_what_will_be_here(make: Maker, browse: Browse) -> None:
    make.dialogue()
    visitor = browse(None)
    visitor.get("/dialogues/probe/gaps", 200)
    assert "Noch ist nichts veröffentlicht" in visitor.text
    assert not visitor.page.find_all("table")
