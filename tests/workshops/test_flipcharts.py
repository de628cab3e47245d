"""Photographs of flipcharts: made anew, seen by the group alone, shown beside the cards typed from them."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from core.clock import now
from core.db import db
from core.transaction import transaction
from tests.client import Client
from tests.conftest import Maker
from tests.core.test_photographs import SVG, picture, png_that_claims
from tests.dialog.ground import count
from tests.factories import Person
from tests.workshops.ground import Ground, lay
from workshops.models import Card, Flipchart
from workshops.vocabulary import MOST_FLIPCHARTS

Browse = Callable[[Person | None], Client]


@pytest.fixture
def ground(make: Maker) -> Ground:
    return lay(make)


def upload(
    browser: Client, ground: Ground, data: bytes, status: int, key: str = "", **fields: str
) -> TestResponse:
    page = f"{ground.board}/flipcharts"
    sent: dict[str, Any] = {"note": "Wand links", **fields}
    sent["_key"] = key or dict(browser.form(page).values)["_key"]
    sent["photo"] = FileStorage(io.BytesIO(data), "<script>.svg", "photo")
    # The client itself would leave a large body in a temporary file that nobody closes.
    boundary, body = encode_multipart(sent)
    return browser.post(page, body, status, content_type=f'multipart/form-data; boundary="{boundary}"')


def test_a_photograph_stands_beside_the_cards_typed_from_it(
    app: Flask, ground: Ground, browse: Browse
) -> None:
    moderator = browse(ground.leader)
    moderator.follow(upload(moderator, ground, picture(comment=b"geheim"), 303))
    (address,) = [one["src"] for one in moderator.page.find_all("img") if "flipcharts" in one["src"]]
    sent = moderator.get(address, 200)
    assert sent.mimetype == "image/jpeg"
    assert sent.headers["X-Content-Type-Options"] == "nosniff"
    assert b"geheim" not in sent.data
    with Image.open(io.BytesIO(sent.data)) as opened:
        assert opened.size == (300, 200)

    quick = f"{ground.board}/quick"
    moderator.get(f"{quick}?flipchart=1", 200)
    assert [one for one in moderator.page.find_all("img") if one.get("src") == address]
    again = moderator.follow(moderator.send(moderator.form_here(quick), {"text": "Vom Papier"}))
    assert again.request.args["flipchart"] == "1"
    moderator.get(f"{ground.board}/flipcharts", 200)
    assert "Vom Papier" in moderator.text
    moderator.get(f"{ground.board}/protocol", 200)
    assert "1 Foto von Papier" in moderator.text
    with app.app_context():
        assert count(Card) == 1


@pytest.mark.parametrize(
    "data",
    [b"", SVG, picture("GIF", mode="P"), b"%PDF-1.7", png_that_claims(60_000, 60_000), picture()[:300]],
    ids=["nothing", "svg", "gif", "pdf", "bomb", "broken"],
)
def test_no_photograph_is_refused_and_the_note_stays(
    app: Flask, ground: Ground, browse: Browse, data: bytes
) -> None:
    moderator = browse(ground.leader)

    upload(moderator, ground, data, 422)

    assert moderator.errors
    assert ("note", "Wand links") in moderator.form_here(f"{ground.board}/flipcharts").values
    with app.app_context():
        assert count(Flipchart) == 0


def test_more_than_a_photograph_is_not_read(app: Flask, ground: Ground, browse: Browse) -> None:
    moderator = browse(ground.leader)

    upload(moderator, ground, b"x" * 12_200_000, 422)

    assert "zu groß" in moderator.text
    upload(moderator, ground, picture("PNG", size=(1400, 1400)) + b"x" * 3_000_000, 303)
    with app.app_context():
        assert count(Flipchart) == 1


def test_one_form_is_one_photograph_and_another_file_does_not_pass_for_it(
    app: Flask, ground: Ground, browse: Browse
) -> None:
    moderator = browse(ground.leader)
    key = dict(moderator.form(f"{ground.board}/flipcharts").values)["_key"]

    first = upload(moderator, ground, picture(), 303, key)
    assert upload(moderator, ground, picture(), 303, key).location == first.location
    upload(moderator, ground, picture(size=(50, 50)), 422, key)

    assert "noch einmal" in moderator.text
    with app.app_context():
        assert count(Flipchart) == 1


def test_the_group_sees_it_and_nobody_else(ground: Ground, browse: Browse) -> None:
    upload(browse(ground.leader), ground, picture(), 303)
    page = f"{ground.board}/flipcharts"

    for person, status in (
        (ground.coordinator, 200),
        (ground.seated, 200),
        (ground.stranger, 404),
        (None, 404),
    ):
        browse(person).get(page, status)
        browse(person).get(f"{page}/1.jpg", status)
        browse(person).get(f"{ground.event}/boards/2/1/flipcharts/1.jpg", 404)
    seated = browse(ground.seated)
    seated.get(page, 200)
    assert not seated.page.find_all("form", class_="vs-form")
    seated.post(page, {"_key": "k" * 22, "photo": (io.BytesIO(picture()), "a.jpg")}, 403)
    seated.post(f"{page}/1/remove", {"_key": "k" * 22}, 403)


def test_a_photograph_can_be_removed_and_its_cards_stay(app: Flask, ground: Ground, browse: Browse) -> None:
    moderator, page = browse(ground.leader), f"{ground.board}/flipcharts"
    moderator.follow(upload(moderator, ground, picture(), 303))
    quick = f"{ground.board}/quick"
    moderator.get(f"{quick}?flipchart=1", 200)
    moderator.send(moderator.form_here(quick), {"text": "Vom Papier"}, 303)

    moderator.post_form(page, to=f"{page}/1/remove")

    moderator.get(f"{page}/1.jpg", 404)
    with app.app_context():
        assert (count(Flipchart), count(Card)) == (0, 1)


def test_a_board_keeps_only_so_many(app: Flask, ground: Ground, browse: Browse) -> None:
    with app.app_context(), transaction():
        board = ground.here(ground.leader.actor).board
        db.session.add_all(
            Flipchart(board_id=board.id, data=b"x", width=1, height=1, by_key="x", at=now())
            for _ in range(MOST_FLIPCHARTS)
        )
    upload(browse(ground.leader), ground, picture(), 409)
    with app.app_context():
        assert count(Flipchart) == MOST_FLIPCHARTS


def test_sheets_carry_the_group_and_are_for_those_who_run_it(ground: Ground, browse: Browse) -> None:
    moderator, page = browse(ground.leader), f"{ground.board}/sheets"
    moderator.get(page, 200)

    assert len(moderator.page.find_all("article", class_="vs-cards__card")) == 4
    for words in ("Gruppe 1", "Runde 1", "Bedarfe", "Welcher Ort?", "DAY"):
        assert words in moderator.text
    browse(ground.coordinator).get(page, 200)
    browse(ground.seated).get(page, 403)
    browse(ground.stranger).get(page, 404)
