"""Cards that people of the group put into the languages of the others."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from core.db import db
from core.errors import Forbidden
from core.transaction import transaction
from dialog.actions import translations as actions
from dialog.models import DialogueEvent
from dialog.queries import translations as queries
from dialog.vocabulary import Visibility
from tests.client import Client
from tests.conftest import Maker
from tests.factories import BoardMade, Person
from tests.workshops.ground import Browse, Connect, news, questions, watch
from workshops.queries import cards as card_queries

ARABIC = "لا توجد دورات محو أمية في منطقتنا."
GERMAN = "Bei uns gibt es keine Kurse zum Lesen lernen."


def path_of(board: BoardMade, card_id: int) -> str:
    return f"/dialogues/probe/events/{board.slug}/cards/{card_id}"


def arabic_card(make: Maker, board: BoardMade, text: str = ARABIC) -> int:
    return int(make.card(board, text, language="ar").id)


def in_german(browser: Client, path: str, text: str = GERMAN) -> None:
    address = f"{path}/translate/de"
    browser.follow(browser.send(browser.form(address, address), {"text": text}, 303))


def test_whoever_sits_in_the_group_translates_and_all_read_it(make: Maker, browse: Browse) -> None:
    board = make.board()
    card_id = arabic_card(make, board)
    path = path_of(board, card_id)
    reader = browse(board.lead)
    reader.get(board.path, 200)
    card = reader.page.find("li", id=f"card-{card_id}")
    assert ARABIC in card.text
    assert card.find("a", href=f"{path}/translate/de").text.startswith("Übersetzen: Deutsch")

    in_german(browse(board.member), path)

    reader.get(board.path, 200)
    card = reader.page.find("li", id=f"card-{card_id}")
    both = card.find("details", class_="vs-both")
    assert both.find("p", lang="de").text == GERMAN
    assert "Auf Deutsch lesen" in both.find("summary").text
    assert card.find("p", lang="ar").text == ARABIC
    assert not card.find_all("a", href=f"{path}/translate/de")
    reader.get(f"{board.path}?lang=ar", 200)
    assert GERMAN not in reader.text
    reader.get(f"{path}?lang=de", 200)
    assert GERMAN in reader.text
    assert ARABIC in reader.page.find("details", class_="vs-fold").text


def test_nobody_else_translates_what_only_the_group_sees(make: Maker, browse: Browse) -> None:
    board = make.board()
    card_id = arabic_card(make, board)
    address = f"{path_of(board, card_id)}/translate/de"
    sent = {"text": GERMAN, "based_on": "0", "_key": "a-key-of-a-translator-01"}
    for stranger in (make.participant(), make.account("auditor")):
        browse(stranger).get(address, 404)
        browse(stranger).post(address, sent, 404)
    assert "/code?next=" in browse(None).get(address, 303).location
    answer = browse(None).post(address, sent, 403)
    assert GERMAN in answer.text
    member = browse(board.member)
    for wrong in ("ar", "xx"):
        member.get(f"{path_of(board, card_id)}/translate/{wrong}", 404)
    with member.app.app_context():
        assert queries.shown_in("de", [card_id]) == {}


@pytest.mark.usefixtures("inside")
def test_the_right_asks_for_the_place_and_for_what_the_group_reads(make: Maker) -> None:
    board = make.board()
    seen, stranger = arabic_card(make, board), make.participant()

    def into_german(who: Person, card_id: int, based_on: int = 0) -> int:
        event = db.session.query(DialogueEvent).filter_by(slug=board.slug).one()
        at = card_queries.access_card(board.lead.actor, event, card_id)
        place = replace(at, here=replace(at.here, seated=who is board.member))
        with transaction():
            return actions.translate_card(who.actor, place, language="de", text=GERMAN, based_on=based_on)

    assert into_german(board.member, seen) == 1
    assert into_german(board.lead, seen, based_on=1) == 2
    with pytest.raises(Forbidden):
        into_german(stranger, seen, based_on=2)
    hidden = make.card(board, ARABIC, language="ar", by=board.lead)
    with transaction():
        hidden.visibility = Visibility.HIDDEN
    with pytest.raises(Forbidden):
        into_german(board.member, hidden.id)
    assert into_german(board.lead, hidden.id) == 1


def test_who_leads_the_group_takes_a_translation_out_and_nobody_else(make: Maker, browse: Browse) -> None:
    board = make.board()
    card_id = arabic_card(make, board)
    path = f"{path_of(board, card_id)}/translate/de"
    member, lead = browse(board.member), browse(board.lead)
    in_german(member, path_of(board, card_id))
    member.get(path, 200)
    assert "Übersetzung herausnehmen" not in member.text
    member.post(f"{path}/take-out", {"based_on": "1", "_key": "a-key-of-a-member-0001"}, 403)
    lead.send(lead.form(path, f"{path}/take-out"), {}, 303)
    member.get(board.path, 200)
    assert GERMAN not in member.text
    assert ARABIC in member.text


def test_live_pages_read_it_again_and_a_card_stays_small(
    make: Maker, browse: Browse, sockets: Connect
) -> None:
    board = make.board()
    card_id = arabic_card(make, board, "ل" * 1000)
    phone = browse(board.member)
    region = f"board:{board.id}"
    watcher = sockets(phone, board.path)
    assert watch(watcher, region) == {"ok": True}
    phone.get(board.path, 200)
    before = int(phone.page.find(data_live_region=region)["data-live-version"])
    in_german(phone, path_of(board, card_id), "ü" * 1000)
    assert news(watcher) == [{"region": region, "version": before + 1}]
    lead = browse(board.lead)
    page = lead.get(board.path, 200).get_data(as_text=True)
    drawn = re.search(rf'<li data-id="{card_id}".*?</li>', page, re.DOTALL)
    assert drawn
    assert len(drawn[0].encode()) <= 2048
    assert lead.page.find("li", id=f"card-{card_id}").find("a", href=path_of(board, card_id))


def test_many_translated_cards_ask_as_much_as_one(make: Maker, browse: Browse) -> None:
    board = make.board()
    phone = browse(board.member)
    phone.get(f"{board.path}?lang=de", 200)
    numbers = []
    for more in (1, 3):
        for number in range(more):
            card_id = arabic_card(make, board, f"{ARABIC} {more} {number}")
            make.translation_of_card(board, card_id, "de", GERMAN)
        numbers.append(len(questions(phone, f"{board.path}?lang=de")))
    assert numbers[0] == numbers[1]


def test_easy_language_comes_before_plain_german_and_both_before_the_original(
    make: Maker, browse: Browse
) -> None:
    board = make.board()
    card_id = arabic_card(make, board)
    make.translation_of_card(board, card_id, "de", GERMAN)
    phone = browse(board.member)
    phone.get(f"{board.path}?lang=de-x-ls", 200)
    assert GERMAN in phone.text
    make.translation_of_card(board, card_id, "de-x-ls", "Wir haben keine Lese-Kurse.")
    phone.get(f"{board.path}?lang=de-x-ls", 200)
    assert "Wir haben keine Lese-Kurse." in phone.text
    assert GERMAN not in phone.text


def test_the_card_in_the_spot_is_read_in_ones_language(make: Maker, browse: Browse) -> None:
    board = make.board()
    card_id = arabic_card(make, board)
    lead = browse(board.lead)
    in_german(lead, path_of(board, card_id))
    lead.get(path_of(board, card_id), 200)
    form = lead.form_here(f"{path_of(board, card_id)}/order")
    lead.send(form, {"step": "spotlight"}, 303)
    lead.get(board.path, 200)
    assert GERMAN in lead.page.find("section", class_="vs-spot").text
