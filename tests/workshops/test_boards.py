"""The page of a board: who sees it, what stands on it, and writing a card."""

from __future__ import annotations

from collections.abc import Callable

from dialog.models import Contribution
from tests.client import Client
from tests.conftest import Maker
from tests.dialog.ground import count
from tests.workshops.ground import Browse, questions, written


def test_the_group_and_its_lead_see_the_board_and_nobody_else(
    make: Maker, browse: Browse, client_as: Callable[..., Client]
) -> None:
    board = make.board()
    make.card(board, "Abends fährt kein Bus.")
    for person in (board.member, board.lead, make.account("coordinator")):
        seen = browse(person)
        seen.get(board.path, 200)
        assert "Abends fährt kein Bus." in seen.text
    for person in (make.participant(), make.account("auditor")):
        browse(person).get(board.path, 404)
        browse(person).get(f"{board.path}/region", 404)
        browse(person).get(f"{board.path}/write", 404)
    answer = browse(None).get(board.path, 303)
    assert answer.location.startswith("/code?next=")
    browse(None).get(f"{board.path}/region", 404)


def test_a_card_is_written_with_one_sentence(make: Maker, browse: Browse) -> None:
    board = make.board()
    phone = browse(board.member)
    form = phone.form(f"{board.path}/write?lane={board.lanes['offer']}", f"{board.path}/write")
    phone.follow(phone.send(form, {"text": "Sprachcafé am Dienstag."}, 303))
    lane = phone.page.find("section", data_lane=str(board.lanes["offer"]))
    assert "Sprachcafé am Dienstag." in lane.text
    assert "1 Karte" in lane.text
    assert "Sprachcafé am Dienstag." in phone.page.find("section", id="own").text
    other = browse(board.lead)
    other.get(board.path, 200)
    assert "Sprachcafé am Dienstag." in other.text
    assert not other.page.find_all("section", id="own")


def test_the_board_offers_writing_only_while_cards_are_taken(make: Maker, browse: Browse) -> None:
    board = make.board(takes_cards=False)
    phone, lead = browse(board.member), browse(board.lead)
    phone.get(board.path, 200)
    assert not phone.page.find_all("a", class_="vs-addline")
    lead.get(board.path, 200)
    assert lead.page.find_all("a", class_="vs-addline")


def test_a_card_that_is_refused_keeps_its_words(make: Maker, browse: Browse) -> None:
    board = make.board(takes_cards=False)
    phone = browse(board.member)
    phone.post(f"{board.path}/write", written(board, "Zu spät."), 409)
    assert "Zu spät." in phone.page.find("textarea").raw_text
    assert phone.errors == [
        "Im Moment werden keine Karten angenommen. Bitte warten Sie auf den nächsten Schritt."
    ]
    browse(board.lead).post(f"{board.path}/write", written(board, "x" * 1001), 422)
    with phone.app.app_context():
        assert count(Contribution) == 0


def test_words_stay_when_the_session_has_ended(make: Maker, browse: Browse) -> None:
    board = make.board()
    nobody = browse(None)
    nobody.post(f"{board.path}/write", written(board, "Noch da."), 403)
    assert "Noch da." in nobody.page.find("textarea").raw_text
    back = browse(board.member)
    back.post(f"{board.path}/write", written(board, "Noch da."), 303)


def test_the_same_card_sent_twice_is_one(make: Maker, browse: Browse) -> None:
    board = make.board()
    phone = browse(board.member)
    for _ in range(2):
        phone.post(f"{board.path}/write", written(board, "Nur einmal."), 303)
    with phone.app.app_context():
        assert count(Contribution) == 1


def test_a_script_learns_what_became_of_a_card(make: Maker, browse: Browse) -> None:
    board = make.board()
    phone, lead = browse(board.member), browse(board.lead)
    json = {"headers": {"Accept": "application/json"}}
    told = phone.post(f"{board.path}/write", written(board, "Gleich da."), 200, **json).json
    assert told
    assert not told["waits"]
    lead.get(board.path, 200)
    assert lead.page.find("li", data_id=str(told["id"])).text.count("Gleich da.") == 1
    lead.post(f"{board.path}/setup", {"step": "check", "_key": "k" * 20}, 303)
    told = phone.post(f"{board.path}/write", written(board, "Erst geprüft."), 200, **json).json
    assert told
    assert told["waits"]


def test_a_lane_of_another_board_is_not_there(make: Maker, browse: Browse) -> None:
    board, other = make.board(), make.board(number=2)
    phone = browse(board.member)
    phone.post(f"{board.path}/write", {**written(board, "Falsch."), "lane": str(other.lanes["need"])}, 404)


def test_a_board_with_many_cards_asks_as_much_as_one_with_few(make: Maker, browse: Browse) -> None:
    board = make.board()
    phone = browse(board.member)
    # That somebody has come is drawn once, however many cards there are.
    phone.get(board.path, 200)
    numbers = []
    for more in (1, 3):
        for number in range(more):
            make.card(board, f"Karte {more} {number}.", by=board.lead)
        numbers.append(questions(phone, board.path))
    assert len(numbers[0]) == len(numbers[1])


def test_a_board_is_read_again_with_few_questions(make: Maker, browse: Browse) -> None:
    board = make.board(vote=True)
    phone, lead = browse(board.member), browse(board.lead)
    for browser in (phone, lead):
        browser.get(board.path, 200)
    # Whoever comes back to a board asks only whether something has changed.
    assert len(questions(phone, f"{board.path}/region")) <= 6
    lead.get(f"{board.path}/setup", 200)
    lead.send(lead.form_here(f"{board.path}/setup", step=f"endvote-{board.lanes['need']}"), {}, 303)
    lead.post_form(f"{board.path}/hands", {f"hands_{board.card_id}": "3"})
    other = make.card(board, "أحتاج إلى دورة لغة.", language="ar")
    make.translation_of_card(board, other.id, "de", "Ich brauche einen Sprachkurs.")
    # With the points of a vote, hands and translations, for somebody who leads the group even.
    assert len(questions(phone, f"{board.path}/region")) <= 9
    make.card(board, "Noch eine.")
    assert len(questions(lead, f"{board.path}/region")) <= 10


def test_the_day_leads_to_the_board(make: Maker, browse: Browse) -> None:
    board = make.board()
    day = board.path.rpartition("/boards/")[0]
    phone, lead = browse(board.member), browse(board.lead)
    phone.get(f"{day}/now", 200)
    assert phone.page.find_all("a", href=board.path)
    lead.get(f"{day}/my-groups", 200)
    assert lead.page.find_all("a", href=board.path)
