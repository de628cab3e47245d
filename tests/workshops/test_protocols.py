"""Protocols: what they say of a group and of a day, who reads them, and that the file says the same."""

from __future__ import annotations

import io
from collections.abc import Callable

import docx
import pytest
from flask import Flask
from sqlalchemy import update

from core.clock import now
from core.db import db
from core.transaction import transaction
from dialog.models import Contribution, Decision, Merge
from dialog.queries.contributions import contribution_by_id
from dialog.vocabulary import Outcome, Visibility
from tests.client import Client
from tests.conftest import Maker
from tests.dialog.ground import counted_queries
from tests.factories import Person
from tests.workshops.ground import Ground, lay
from tests.workshops.test_typing import type_in
from workshops import protocol
from workshops.actions import harvest
from workshops.models import HandTally, HarvestStep
from workshops.queries import protocols as queries

Browse = Callable[[Person | None], Client]


@pytest.fixture
def ground(make: Maker) -> Ground:
    return lay(make)


@pytest.fixture
def cards(app: Flask, ground: Ground) -> list[int]:
    """Cards with every outcome: two adopted, one with another, one not taken, one open, one hidden."""
    texts = ("Ein Bus am Abend.", "Busse abends", "Mehr Geld", "Ein Café", "دورات لغة", "Unfug")
    with app.app_context():
        made = [type_in(ground, ground.leader, words).id for words in texts]
        with transaction():
            found = [db.session.get_one(Contribution, one) for one in made]
            bus, twin, money, _, arabic, nonsense = found
            for one, outcome in (
                (bus, "adopted"),
                (twin, "merged"),
                (money, "not_taken"),
                (arabic, "adopted"),
            ):
                one.outcome = outcome
            bus.visibility = Visibility.PUBLIC
            bus.text, bus.open_question, bus.priority = "Ein Bus bis 23 Uhr.", "Wer bezahlt ihn?", "high"
            db.session.add(
                HarvestStep(
                    board_id=ground.here(ground.leader.actor).board.id,
                    contribution_id=bus.id,
                    decision="taken_up",
                    revision=1,
                    visibility="group",
                    by_key="x",
                    at=now(),
                )
            )
            arabic.language = "ar"
            nonsense.visibility = Visibility.HIDDEN
            money.decisions.append(
                Decision(
                    decision="not_taken",
                    reason="said_already",
                    note="Das entscheidet der Bund.",
                    by_key="x",
                    at=now(),
                )
            )
            db.session.add(
                Merge(
                    lead_id=bus.id,
                    member_id=twin.id,
                    outcome_before=Outcome.OPEN,
                    visibility_before=Visibility.GROUP,
                    by_key="x",
                    at=now(),
                )
            )
            board = ground.here(ground.leader.actor).board
            db.session.add(
                HandTally(board_id=board.id, contribution_id=bus.id, hands=14, by_key="x", at=now())
            )
    return made


def test_the_protocol_says_what_became_of_every_card(
    ground: Ground, cards: list[int], browse: Browse
) -> None:
    moderator = browse(ground.leader)
    moderator.get(f"{ground.board}/protocol", 200)

    said = moderator.text
    for words in (
        "Ein Bus bis 23 Uhr.",
        "Zuerst: Ein Bus am Abend.",
        "Wer bezahlt ihn?",
        "Das entscheidet der Bund.",
        "Ein Café",
        "14",
        "Nicht aufgenommen",
        "B-002",
        "Vorläufig",
    ):
        assert words in said, words
    assert "Unfug" not in said
    assert "1 weitere ist ausgeblendet" in said
    links = [a["href"] for a in moderator.page.find_all("a") if (a.get("href") or "").endswith("/B-001")]
    assert len(links) >= 1
    assert not [a for a in moderator.page.find_all("a") if (a.get("href") or "").endswith("/B-004")]


def test_who_reads_it(ground: Ground, cards: list[int], browse: Browse) -> None:
    page, file, day = f"{ground.board}/protocol", f"{ground.board}/protocol.docx", f"{ground.event}/protocol"
    for person, group, whole in (
        (ground.coordinator, 200, 200),
        (ground.leader, 200, 404),
        (ground.seated, 200, 404),
        (ground.stranger, 404, 404),
        (None, 404, 404),
    ):
        browse(person).get(page, group)
        browse(person).get(file, group)
        browse(person).get(day, whole)
        browse(person).get(f"{day}.docx", whole)


def test_the_file_says_the_same_twice(ground: Ground, cards: list[int], browse: Browse) -> None:
    moderator = browse(ground.leader)
    first = moderator.get(f"{ground.board}/protocol.docx", 200)
    again = moderator.get(f"{ground.board}/protocol.docx", 200)

    assert first.data == again.data
    assert first.mimetype.endswith("wordprocessingml.document")
    file = docx.Document(io.BytesIO(first.data))
    headings = [one.text for one in file.paragraphs if one.style.name.startswith("Heading")]
    assert headings == [
        "Ergebnisse",
        "Offene Fragen",
        "Noch nicht entschieden",
        "Steht bei einem anderen Beitrag",
        "Nicht aufgenommen",
    ]
    words = [cell.text for table in file.tables for row in table.rows for cell in row.cells]
    assert any("Ein Bus bis 23 Uhr." in one for one in words)
    assert "Handzeichen" in words
    assert file.core_properties.language == "de"


def test_a_closed_group_says_who_left_cards_and_why(
    app: Flask, ground: Ground, cards: list[int], browse: Browse
) -> None:
    with app.app_context(), transaction():
        actor = ground.leader.actor
        harvest.close_group(actor, ground.here(actor), reason="Die Zeit war um.")

    reader = browse(ground.seated)
    reader.get(f"{ground.board}/protocol", 200)

    assert "Die Zeit war um." in reader.text
    assert "Vorläufig" not in reader.text
    assert f"Geschlossen von {ground.leader.actor.label}" in " ".join(reader.text.split())


def test_the_day_has_all_groups_by_round(ground: Ground, cards: list[int], browse: Browse) -> None:
    coordinator = browse(ground.coordinator)
    coordinator.get(f"{ground.event}/protocol", 200)

    headings = [one.text for one in coordinator.page.find_all("h3")]
    assert len([one for one in headings if "Gruppe 1" in one]) == 2
    assert "Ein Bus bis 23 Uhr." in coordinator.text


def test_the_day_asks_the_database_no_more_for_more_cards(
    app: Flask, ground: Ground, cards: list[int]
) -> None:
    with app.app_context():
        event = ground.here(ground.coordinator.actor).event
        with counted_queries() as few:
            queries.day_records(ground.coordinator.actor, event)
        for number in range(5):
            type_in(ground, ground.leader, f"Noch eine Karte {number}")
        db.session.expire_all()
        event = ground.here(ground.coordinator.actor).event
        with counted_queries() as more:
            queries.day_records(ground.coordinator.actor, event)
    assert len(more) <= len(few) + 1


def test_it_is_as_of_the_last_change(app: Flask, ground: Ground, cards: list[int]) -> None:
    with app.app_context():
        before = queries.board_record(ground.here(ground.leader.actor)).as_of
        assert before is not None
        later = type_in(ground, ground.leader, "Ganz neu")
        assert contribution_by_id(later.id) is not None
        after = queries.board_record(ground.here(ground.leader.actor)).as_of
        assert after is not None
        assert after > before


def test_of_a_round_that_lies_ahead_it_is_not_as_of_its_beginning(
    app: Flask, ground: Ground, cards: list[int]
) -> None:
    with app.app_context():
        rounds = queries.day_records(ground.coordinator.actor, ground.here(ground.coordinator.actor).event)
        records = [record for _, of_round in rounds for record in of_round]
        assert {record.as_of is None for record in records} == {True, False}
        event = records[0].group.event
        whole = protocol.day_protocol(event, rounds, publisher="", address=str)
        assert whole.changed_at == max(record.as_of for record in records if record.as_of)
        assert "2" in whole.date_text
        untouched = next(record for record in records if record.as_of is None)
        assert protocol.group_protocol(untouched, publisher="", address=str).date_text == ""


def test_a_card_without_a_place_claims_none(
    app: Flask, ground: Ground, cards: list[int], browse: Browse
) -> None:
    with app.app_context(), transaction():
        db.session.execute(update(Contribution).values(municipality_id=None))
    moderator = browse(ground.leader)
    moderator.get(f"{ground.board}/protocol", 200)
    assert "Ganzer Landkreis oder kein bestimmter Ort" in moderator.text
