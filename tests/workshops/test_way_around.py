"""From every page of the day to the others, and on no page what belongs to another day or is empty."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core.idempotency import new_key
from tests import factories
from tests.client import Client
from tests.conftest import Maker
from tests.factories import BoardMade, Person
from workshops.actions import boards as board_actions
from workshops.queries import boards as board_queries

Browse = Callable[[Person | None], Client]


def leads_to(client: Client) -> list[str]:
    """The addresses of all links inside the page, its crumbs among them."""
    return [a["href"] for a in client.page.find_all("a") if a.get("href")]


def day_of(board: BoardMade) -> str:
    return board.path.rsplit("/boards/", 1)[0]


@pytest.mark.parametrize(
    "page", ["quick", "hands", "sheets", "flipcharts", "protocol", "harvest", "setup", "clock"]
)
def test_every_page_of_a_board_leads_back_to_it(make: Maker, browse: Browse, page: str) -> None:
    board = make.board()
    client = browse(board.lead)
    client.get(f"{board.path}/{page}", 200)
    assert board.path in leads_to(client)


def test_the_team_comes_from_the_event_and_the_control_room_to_everything(
    make: Maker, browse: Browse, client_as: Callable[..., Client]
) -> None:
    board = make.board()
    day, staff = day_of(board), client_as("coordinator")
    staff.get(day, 200)
    assert {f"{day}/control", f"{day}/plenary"} <= set(leads_to(staff))
    staff.get(f"{day}/control", 200)
    of_the_board = {f"{board.path}/{page}" for page in ("clock", "harvest", "protocol", "projector")}
    assert {f"{day}/protocol", board.path} | of_the_board <= set(leads_to(staff))
    staff.get(f"{day}/protocol", 200)
    assert f"{day}/control" in leads_to(staff)

    lead = browse(board.lead)
    lead.get(f"{day}/my-groups", 200)
    assert of_the_board | {board.path} <= set(leads_to(lead))
    member = browse(board.member)
    member.get(day, 200)
    assert f"{day}/control" not in leads_to(member)


def test_only_boards_with_cards_are_printed(make: Maker, client_as: Callable[..., Client]) -> None:
    board = make.board()
    staff = client_as("coordinator")
    paper = f"{day_of(board)}/control/printed-boards"
    staff.get(paper, 200)
    assert "Es gibt noch keine Karten" in staff.text
    make.card(board, "Ein Bus fehlt.")
    staff.get(paper, 200)
    assert [h.text for h in staff.page.find_all("h2")] == ["Gruppe 1, Runde 1"]
    assert "Ohne Karten: Gruppe 2 (Runde 1)" in staff.text


def test_the_plenary_asks_for_votes_on_its_own_day_only(
    make: Maker, browse: Browse, client_as: Callable[..., Client]
) -> None:
    board = make.board()
    card = make.card(board)
    staff, lead = client_as("coordinator"), browse(board.lead)
    lead.send(lead.form(f"{board.path}/harvest"), {"step": "take_up", "card": str(card.id)}, 303)
    # This one asks about what was said at the event and about other things.
    make.poll()
    plenary = f"{day_of(board)}/plenary"
    answer = staff.post_form(plenary, {"first": "3", "dots": "5", "max_per_item": "2"})
    poll = answer.location
    staff.post(f"{poll}/step", {"_key": new_key(), "step": "open"}, 303)
    staff.get(plenary, 200)
    offered = [a["href"] for a in staff.page.find("main").find_all("a") if "/polls/" in a["href"]]
    assert offered == [poll]


@pytest.mark.parametrize(
    ("cards", "votes", "said"),
    [
        (True, False, "Sie können jetzt Karten schreiben."),
        (False, True, "Sie können jetzt Punkte geben."),
        (True, True, "Sie können jetzt Karten schreiben und Punkte geben."),
        (False, False, "Gleich geht es los."),
    ],
)
def test_without_a_script_a_board_says_what_people_can_do(
    make: Maker, browse: Browse, cards: bool, votes: bool, said: str
) -> None:
    board = make.board()
    with make._app.app_context(), factories.change():
        here = board_queries.access_board_by_id(board.lead.actor, board.id)
        board_actions.open_board(board.lead.actor, here, cards=cards, votes=votes)
    for person, page in ((board.member, ""), (board.lead, "/projector")):
        client = browse(person)
        client.get(f"{board.path}{page}", 200)
        assert said in client.text
