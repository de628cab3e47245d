"""The profile sheet of a municipality: what it says, what it cuts, and what it leaves out."""

from __future__ import annotations

from flask import Flask

from core.db import db
from core.transaction import transaction
from dialog.models import Contribution
from dialog.queries import sheets
from tests.client import Client
from tests.conftest import Maker

PAGE = "/dialogues/probe/gaps/08236040/sheet"


def placed(app: Flask, made: Contribution, place_id: int) -> None:
    with app.app_context(), transaction():
        db.session.get_one(Contribution, made.id).municipality_id = place_id


def test_the_sheet_says_what_there_is_and_as_of_when(app: Flask, make: Maker, client: Client) -> None:
    make.dialogue()
    place = make.municipality()
    make.municipality("08236043", "Neuenbürg", "Stadt")
    placed(app, make.contribution("public", text="Ein Bus am Abend."), place.id)
    placed(app, make.contribution("waiting", text="Noch nicht gelesen."), place.id)
    client.get(PAGE, 200)
    assert "Ein Bus am Abend." in client.text
    assert "Noch nicht gelesen." not in client.text
    assert "im Landkreis durchschnittlich 0,5" in client.text
    assert "Stand:" in client.text
    assert "Wer hier wofür zuständig ist, ist noch nicht angegeben." in client.text
    # Where nothing was said, the sheet does not say that nothing is missing.
    client.get(PAGE.replace("08236040", "08236043"), 200)
    assert "Das heißt nicht, dass nichts fehlt." in client.text
    client.get(PAGE.replace("08236040", "08236999"), 404)


def test_long_lists_are_cut_and_say_where_the_rest_is(app: Flask, make: Maker, client: Client) -> None:
    make.dialogue()
    place = make.municipality()
    for number in range(sheets.MOST_NEEDS + 3):
        placed(app, make.contribution("public", text=f"Bedarf Nummer {number}."), place.id)
    client.get(PAGE, 200)
    assert client.text.count("Bedarf Nummer") == sheets.MOST_NEEDS
    assert "und 3 weitere Einträge" in client.text
    assert "register?place=08236040" in client.text
