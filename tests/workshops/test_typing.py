"""Quick entry: what staff type in for others, what stays for the next card, and what can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from core.clock import now
from core.errors import Conflict, Forbidden, NotFound
from core.text import fold
from core.transaction import transaction
from dialog.models import Contribution
from dialog.queries.contributions import contribution_by_id
from dialog.similar import similar
from dialog.vocabulary import Origin, Outcome, Visibility
from tests.client import Client
from tests.conftest import Maker
from tests.dialog.ground import count, facts, nothing_changes
from tests.factories import Person, field
from tests.workshops.ground import Ground, lay
from workshops.actions import typing as actions
from workshops.models import Board, Card

Browse = Callable[[Person | None], Client]


@pytest.fixture
def ground(make: Maker) -> Ground:
    return lay(make)


def type_in(
    ground: Ground, person: Person, text: str = "Ein Bus am Abend.", **values: object
) -> Contribution:
    with transaction():
        here = ground.here(person.actor)
        given = {
            "lane_id": here.board.lanes[0].id,
            "field": field("sprache"),
            "municipality": None,
            "language": "de",
            "channel": "paper",
        } | values
        return actions.type_card(person.actor, here, text=text, **given)  # type: ignore[arg-type]


def test_a_line_is_a_card_and_what_was_chosen_stays(app: Flask, ground: Ground, browse: Browse) -> None:
    moderator = browse(ground.leader)
    quick = f"{ground.board}/quick"
    moderator.get(quick, 200)
    lanes = [one["value"] for one in moderator.page.find_all("input") if one.get("name") == "lane"]

    first = moderator.post_form(
        quick,
        {"text": "Ein Bus am Abend.", "lane": lanes[1], "municipality": "08236040", "channel": "telephone"},
    )
    moderator.follow(first)

    assert "A-001" in moderator.text
    assert "Ein Bus am Abend." in moderator.text
    form = moderator.form_here(quick)
    assert {("lane", lanes[1]), ("municipality", "08236040"), ("channel", "telephone")} <= set(form.values)
    moderator.follow(moderator.send(form, {"text": "/1 Es fehlen Kurse."}))
    assert "B-001" in moderator.text
    with app.app_context():
        card = contribution_by_id(1)
        assert card is not None
        assert (card.origin, card.noted_down, card.author_key) == (Origin.TELEPHONE, True, None)
        assert card.visibility == Visibility.GROUP
        assert count(Card) == 2


def test_nobody_else_types_cards_in(ground: Ground, browse: Browse, make: Maker) -> None:
    quick = f"{ground.board}/quick"
    browse(ground.coordinator).get(quick, 200)
    browse(ground.seated).get(quick, 403)
    browse(ground.stranger).get(quick, 404)
    browse(None).get(quick, 404)


def test_a_wrong_line_stays_with_what_was_chosen(ground: Ground, browse: Browse) -> None:
    moderator = browse(ground.leader)
    quick = f"{ground.board}/quick"

    moderator.post_form(quick, {"text": "  ", "municipality": "08236040"}, 422)

    assert moderator.errors
    assert ("municipality", "08236040") in moderator.form_here(quick).values
    moderator.post_form(quick, {"text": "x" * 1001}, 422)
    moderator.post_form(quick, {"text": "Gut.", "lane": "999"}, 422)


def test_a_column_that_is_not_there_is_told_and_stands_on_no_card(ground: Ground, browse: Browse) -> None:
    moderator = browse(ground.leader)
    quick = f"{ground.board}/quick"
    before = moderator.form(quick, quick).values

    moderator.post_form(quick, {"text": "/9 Ein Sprachkurs am Abend"}, 422)

    assert "Es gibt hier keine Spalte 9. Die Spalten haben die Nummern 1 bis 4." in moderator.text
    assert ("text", "/9 Ein Sprachkurs am Abend") in moderator.form_here(quick).values
    assert dict(moderator.form_here(quick).values)["lane"] == dict(before)["lane"]
    moderator.follow(moderator.post_form(quick, {"text": "/2 Ein Sprachkurs am Abend"}))
    assert "/2 Ein" not in moderator.text


def test_it_works_while_the_group_takes_no_cards_but_not_in_a_locked_lane(app: Flask, ground: Ground) -> None:
    with app.app_context():
        made = type_in(ground, ground.leader)
        assert facts("CardPosted")
        with transaction():
            ground.here(ground.leader.actor).board.lanes[0].locked = True
        with nothing_changes(Contribution), pytest.raises(Conflict):
            type_in(ground, ground.leader)
        with nothing_changes(Contribution), pytest.raises(NotFound):
            type_in(ground, ground.leader, lane_id=999)
        with nothing_changes(Contribution), pytest.raises(NotFound):
            type_in(ground, ground.stranger)
        with nothing_changes(Contribution), pytest.raises(Forbidden):
            type_in(ground, ground.seated)
        assert made.kind == "need"


def test_a_closed_group_takes_no_more(app: Flask, ground: Ground, browse: Browse) -> None:
    with app.app_context(), transaction():
        ground.here(ground.leader.actor).board.harvested_at = now()

    browse(ground.leader).get(f"{ground.board}/quick", 409)


def test_every_card_raises_the_version_of_the_board(app: Flask, ground: Ground) -> None:
    with app.app_context():
        before = ground.here(ground.leader.actor).board.version
        made = type_in(ground, ground.leader)
        with transaction():
            actions.take_back_card(ground.leader.actor, ground.here(ground.leader.actor), made)
        assert ground.here(ground.leader.actor).board.version > before + 1


def test_a_card_typed_by_mistake_is_taken_back_by_whoever_typed_it(ground: Ground, browse: Browse) -> None:
    moderator, quick = browse(ground.leader), f"{ground.board}/quick"
    moderator.follow(moderator.post_form(quick, {"text": "Ein Bsu am Abend."}))

    browse(ground.coordinator).post(f"{quick}/undo", {"card": "B-001", "_key": "k" * 22}, 404)
    undo = moderator.form_here(f"{quick}/undo", card="B-001")
    moderator.follow(moderator.send(undo))

    assert "Ein Bsu" not in moderator.text
    assert "B-001" in moderator.text
    moderator.post(f"{quick}/undo", {"card": "B-001", "_key": "l" * 22}, 404)


@pytest.mark.parametrize("change", ["late", "harvested"])
def test_it_can_be_taken_back_for_an_hour_before_the_harvest(app: Flask, ground: Ground, change: str) -> None:
    with app.app_context():
        made = type_in(ground, ground.leader)
        with transaction():
            found = contribution_by_id(made.id)
            assert found is not None
            if change == "late":
                found.created_at = now() - timedelta(minutes=61)
            else:
                found.outcome = Outcome.ADOPTED
        with nothing_changes(Contribution), transaction(), pytest.raises(Conflict):
            actions.take_back_card(ground.leader.actor, ground.here(ground.leader.actor), found)
        assert found.text == "Ein Bus am Abend."


def test_words_that_were_taken_back_are_nowhere(app: Flask, ground: Ground) -> None:
    with app.app_context():
        made = type_in(ground, ground.leader)
        with transaction():
            actions.take_back_card(ground.leader.actor, ground.here(ground.leader.actor), made)
        gone = contribution_by_id(made.id)
        assert gone is not None
        assert gone.visibility == Visibility.WITHDRAWN
        assert not any((gone.text, gone.title, gone.search_text, gone.revisions[0].text))
        assert count(Board) > 0


def test_what_is_there_already_is_shown_beside_the_new_card(ground: Ground, browse: Browse) -> None:
    moderator, quick = browse(ground.leader), f"{ground.board}/quick"
    moderator.follow(moderator.post_form(quick, {"text": "Es fehlen Deutschkurse am Abend"}))
    assert "schon etwas Ähnliches" not in moderator.text

    moderator.follow(moderator.post_form(quick, {"text": "Deutschkurse am Abend fehlen!"}))
    assert "schon etwas Ähnliches" in moderator.text

    moderator.follow(moderator.post_form(quick, {"text": "Frau Muster, Telefon 07041 123456"}))
    assert "schon etwas Ähnliches" not in moderator.text
    assert "von einer Person" in moderator.text


def test_likeness_knows_words_in_another_order_and_other_scripts() -> None:
    among = {1: "mehr busse am abend", 2: fold("دورات لغة في المساء"), 3: ""}

    assert [one.key for one in similar("am abend mehr busse", among) if one.very] == [1]
    assert [one.key for one in similar(fold("في المساء دورات لغة"), among) if one.very] == [2]
    assert [one for one in similar("sprachkurse", among) if one.very] == []
    assert [one for one in similar("!", among) if one.very] == []
