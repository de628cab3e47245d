"""Raised hands: written down per card, apart from points, and not undone by somebody else who counts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from core.db import db
from core.errors import Forbidden, Invalid, NotFound
from core.transaction import transaction
from dialog.actions import moderation
from dialog.actions.polls import open_poll
from dialog.models import Contribution, Poll
from tests.client import Client
from tests.conftest import Maker
from tests.dialog.ground import facts, nothing_changes
from tests.factories import STAFF, Person
from tests.pages_check import Element
from tests.workshops.ground import Connect, Ground, lay, news, watch
from tests.workshops.test_harvest import decide
from tests.workshops.test_typing import type_in
from workshops.actions import hands as actions
from workshops.models import HandTally
from workshops.queries import hands as queries

Browse = Callable[[Person | None], Client]


@pytest.fixture
def ground(make: Maker) -> Ground:
    return lay(make)


def _region(browser: Client) -> Element:
    """The part of the page in hand that is pushed."""
    return next(one for one in browser.page.walk() if one.has("data-live-region"))


@pytest.fixture
def cards(app: Flask, ground: Ground) -> list[int]:
    with app.app_context():
        return [type_in(ground, ground.leader, f"Karte {number}").id for number in (1, 2)]


def counted(app: Flask, ground: Ground) -> dict[int, int]:
    with app.app_context():
        return queries.hands_on(ground.here(ground.leader.actor).board.id)


def test_numbers_are_kept_changed_and_taken_away(
    app: Flask, ground: Ground, cards: list[int], browse: Browse
) -> None:
    moderator, page = browse(ground.leader), f"{ground.board}/hands"
    first, second = cards
    moderator.follow(moderator.post_form(page, {f"hands_{first}": "14", f"hands_{second}": "0"}))
    assert "gespeichert" in moderator.page.text
    assert counted(app, ground) == {first: 14, second: 0}

    moderator.post_form(page, {f"hands_{first}": "", f"hands_{second}": "3"})
    assert counted(app, ground) == {second: 3}


def test_two_who_count_do_not_undo_one_another(
    app: Flask, ground: Ground, cards: list[int], browse: Browse
) -> None:
    page, (first, second) = f"{ground.board}/hands", cards
    one, other = browse(ground.leader), browse(ground.coordinator)
    old = other.form(page)
    one.post_form(page, {f"hands_{first}": "5"})

    other.send(old, {f"hands_{second}": "7"}, 303)

    assert counted(app, ground) == {first: 5, second: 7}


@pytest.mark.parametrize("typed", ["viele", "-1", "1000", "1.5", "١٢x"])
def test_what_is_no_number_of_hands_stays_in_the_form(
    app: Flask, ground: Ground, cards: list[int], browse: Browse, typed: str
) -> None:
    moderator = browse(ground.leader)

    moderator.post_form(f"{ground.board}/hands", {f"hands_{cards[0]}": typed, f"hands_{cards[1]}": "4"}, 422)

    assert "von 0 bis 999" in moderator.text
    assert (f"hands_{cards[1]}", "4") in moderator.form_here(f"{ground.board}/hands").values
    assert counted(app, ground) == {}


def test_only_those_who_run_the_group_count(ground: Ground, cards: list[int], browse: Browse) -> None:
    page = f"{ground.board}/hands"
    browse(ground.coordinator).get(page, 200)
    browse(ground.seated).get(page, 403)
    browse(ground.stranger).get(page, 404)
    browse(None).get(page, 404)


def test_the_action_refuses_others_strange_cards_and_impossible_numbers(
    app: Flask, ground: Ground, cards: list[int]
) -> None:
    with app.app_context():
        leader = ground.leader.actor
        with transaction():
            actions.count_hands(leader, ground.here(leader), {cards[0]: 2})
        assert next(payload for _, _, payload in facts("HandsCounted"))["contribution_ids"] == [cards[0]]
        for person, hands, error in (
            (ground.seated, {cards[0]: 1}, Forbidden),
            (ground.leader, {999: 1}, NotFound),
            (ground.leader, {cards[0]: 1000}, Invalid),
        ):
            with nothing_changes(HandTally), pytest.raises(error), transaction():
                actions.count_hands(person.actor, ground.here(person.actor), hands)


def test_hands_are_no_part_of_the_points_of_the_protocol(
    app: Flask, ground: Ground, cards: list[int], browse: Browse
) -> None:
    moderator = browse(ground.leader)
    moderator.post_form(f"{ground.board}/hands", {f"hands_{cards[0]}": "14"})

    moderator.get(f"{ground.board}/protocol", 200)

    heads = [one.text for one in moderator.page.find_all("th") if one.get("scope") == "col"]
    assert "Handzeichen" in heads
    assert "Punkte" not in heads
    assert "zählen nicht zu den Punkten" in moderator.text


def test_the_harvest_shows_the_hands_of_a_card_apart_from_its_points(
    app: Flask, ground: Ground, cards: list[int], browse: Browse
) -> None:
    moderator = browse(ground.leader)
    moderator.get(f"{ground.board}/harvest", 200)
    assert "Handzeichen" not in moderator.text
    moderator.follow(moderator.post_form(f"{ground.board}/hands", {f"hands_{cards[0]}": "14"}))
    moderator.get(f"{ground.board}/harvest", 200)
    assert "14 Handzeichen" in moderator.text


def test_the_group_and_its_screen_see_hands_apart_from_points(
    ground: Ground, cards: list[int], browse: Browse, sockets: Connect
) -> None:
    moderator, phone = browse(ground.leader), browse(ground.seated)
    screen, board = sockets(moderator, f"{ground.board}/projector"), sockets(phone, ground.board)
    shown = _region(moderator)["data-live-region"]
    phone.get(ground.board, 200)
    assert "Handzeichen" not in phone.text
    for connection, region in ((screen, shown), (board, shown.replace("show", "board"))):
        assert watch(connection, region) == {"ok": True}

    moderator.post_form(f"{ground.board}/hands", {f"hands_{cards[0]}": "14", f"hands_{cards[1]}": "0"})

    told = [{one["region"] for one in news(connection)} for connection in (screen, board)]
    assert told == [{shown}, {shown.replace("show", "board")}]
    phone.get(ground.board, 200)
    said = {number: phone.page.find("li", id=f"card-{cards[number]}").text for number in (0, 1)}
    assert "14 Handzeichen im Raum" in said[0]
    assert "0 Handzeichen im Raum" in said[1]
    assert "Punkte" not in said[0]
    moderator.get(f"{ground.board}/projector", 200)
    assert "Handzeichen im Raum" in [one.text for one in moderator.page.find_all("h2")]
    assert "Karte 1" in moderator.text
    assert "Karte 2" not in moderator.text


def test_the_plenary_shows_hands_beside_points_and_never_added_to_them(make: Maker, browse: Browse) -> None:
    board = make.board(vote=True)
    lead, day = browse(board.lead), board.path.rpartition("/boards/")[0]
    lead.get(f"{board.path}/votes/{board.lanes['need']}", 200)
    lead.post_form(f"{board.path}/hands", {f"hands_{board.card_id}": "14"})
    decide(lead, board, "take_up")
    screen = browse(make.account("coordinator"))
    screen.get(f"{day}/projector", 200)
    assert "14 Handzeichen im Raum" in screen.text
    everybody = browse(None)
    everybody.get(f"{day}/plenary", 200)
    assert "14 Handzeichen im Raum" in everybody.text
    assert "Punkte" not in everybody.text


def test_the_screen_of_the_plenary_is_told_when_a_group_confirms(
    make: Maker, browse: Browse, sockets: Connect
) -> None:
    board = make.board()
    card = make.card(board, "Ein Bus am Abend.")
    day = board.path.rpartition("/boards/")[0]
    lead, hall = browse(board.lead), browse(make.account("coordinator"))
    screen, phone = sockets(hall, f"{day}/projector"), sockets(browse(board.member), board.path)
    part = _region(hall)
    region, version = part["data-live-region"], int(part["data-live-version"])
    assert watch(screen, region) == {"ok": True}
    assert watch(phone, region) == {"ok": False, "code": "unknown"}

    decide(lead, board, "take_up")

    first = news(screen)[0]
    assert first["region"] == region
    assert first["version"] > version
    answer = hall.get(part["data-live-url"], 200)
    assert "Ein Bus am Abend." in answer.get_data(as_text=True)
    # The version counts the minutes, too: at the turn of one it is asked once more.
    for _ in range(2):
        again = hall.get(part["data-live-url"], headers={"If-None-Match": answer.headers["ETag"]})
        if again.status_code == 304:
            break
        answer = again
    assert again.status_code == 304
    browse(board.lead).get(part["data-live-url"], 404)
    # What the county hides meanwhile is gone from the hall, too.
    with hall.app.app_context(), transaction():
        found = db.session.get_one(Contribution, card.id)
        moderation.hide_contribution(STAFF, found, reason="off_topic")
    assert "Ein Bus am Abend." not in hall.get(part["data-live-url"], 200).get_data(as_text=True)


def test_the_page_of_the_plenary_is_told_what_a_group_confirms_and_which_vote_is_open(
    make: Maker, browse: Browse, sockets: Connect
) -> None:
    board = make.board()
    card = make.card(board, "Ein Bus am Abend.")
    day = board.path.rpartition("/boards/")[0]
    lead, everybody = browse(board.lead), browse(None)
    line = sockets(everybody, f"{day}/plenary")
    part = _region(everybody)
    region, version = part["data-live-region"], int(part["data-live-version"])
    assert watch(line, region) == {"ok": True}
    # What a screen in the hall is told is for those who run the day.
    assert watch(line, region.replace("results", "plenary")) == {"ok": False, "code": "unknown"}

    decide(lead, board, "take_up")

    told = news(line)[0]
    assert (told["region"], told["version"] > version) == (region, True)
    answer = everybody.get(part["data-live-url"], 200)
    assert "Ein Bus am Abend." in answer.get_data(as_text=True)
    everybody.get(part["data-live-url"], 304, headers={"If-None-Match": answer.headers["ETag"]})

    staff = browse(make.account("coordinator"))
    staff.get(f"{day}/plenary", 200)
    staff.post_form(f"{day}/plenary", {"first": "1", "dots": "3", "max_per_item": "2"}, 303)
    with staff.app.app_context():
        (poll,) = db.session.execute(select(Poll).where(Poll.group_id.is_(None))).scalars()
        # Nobody hears of a vote that is being prepared.
        assert news(line) == []
        with transaction():
            open_poll(STAFF, poll)
    assert region in [told["region"] for told in news(line)]
    assert "Jetzt abstimmen" in everybody.get(part["data-live-url"], 200).get_data(as_text=True)
    # What the county hides meanwhile is gone at once, too.
    with staff.app.app_context(), transaction():
        moderation.hide_contribution(STAFF, db.session.get_one(Contribution, card.id), reason="off_topic")
    assert region in [told["region"] for told in news(line)]
    assert "Ein Bus am Abend." not in everybody.get(part["data-live-url"], 200).get_data(as_text=True)
