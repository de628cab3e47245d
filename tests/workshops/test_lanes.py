"""Columns of a board: named, moved and taken away by those who lead the group; the rules of votes on them."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from core.db import db
from core.errors import Conflict, Forbidden, NotFound
from core.i18n import name_in
from core.transaction import transaction
from dialog.actions import merging
from dialog.models import Contribution, Poll
from tests import factories
from tests.client import Client
from tests.conftest import Maker
from tests.dialog.ground import facts
from tests.factories import STAFF, BoardMade, Person
from tests.workshops.ground import Browse
from workshops.actions import cards, lanes, votes
from workshops.models import Lane
from workshops.queries import boards as board_queries
from workshops.queries import cards as card_queries

inside = pytest.mark.usefixtures("inside")


def here(person: Person, at: BoardMade) -> board_queries.BoardHere:
    return board_queries.access_board_by_id(person.actor, at.id)


def free_lane(at: BoardMade, name: str = "Fragen") -> int:
    with transaction():
        return lanes.add_lane(at.lead.actor, here(at.lead, at), names={"de": name}).id


def press(browser: Client, page: str, step: str, status: int = 303, **values: str) -> None:
    browser.get(page, 200)
    browser.send(browser.form_here(page, step=step), values, status)


def names_on(browser: Client, at: BoardMade) -> list[str]:
    browser.get(at.path, 200)
    return [one.find("h2").text for one in browser.page.find_all("section") if one.has("data-lane")]


def test_a_free_column_gets_another_name_and_place_and_goes_while_it_is_empty(
    make: Maker, browse: Browse
) -> None:
    at = make.board()
    lead, phone = browse(at.lead), browse(at.member)
    with lead.app.app_context():
        lane = free_lane(at)
    page = f"{at.path}/lanes/{lane}"
    press(lead, page, "name", name="Offene Fragen")
    press(lead, page, "forward")
    assert names_on(phone, at) == ["Bedarfe", "Angebote", "Ideen", "Offene Fragen", "Ziele"]
    press(lead, page, "name", 422, name=" ")
    assert lead.errors == ["Bitte schreiben Sie einen Namen für die Spalte."]
    press(lead, page, "remove")
    assert names_on(phone, at) == ["Bedarfe", "Angebote", "Ideen", "Ziele"]
    lead.get(page, 404)

    fixed = f"{at.path}/lanes/{at.lanes['need']}"
    press(lead, fixed, "back")
    assert names_on(phone, at) == ["Angebote", "Bedarfe", "Ideen", "Ziele"]
    phone.get(fixed, 403)
    phone.post(fixed, {"_key": "not-for-the-group-itself", "step": "back"}, 403)
    browse(make.participant()).get(fixed, 404)


@inside
def test_a_column_with_cards_or_a_kind_stays() -> None:
    at = factories.board()
    lane = free_lane(at)
    lead = at.lead.actor
    card = factories.card(at)
    with transaction():
        where = here(at.lead, at)
        shown = card_queries.access_card(lead, where.event, card.id)
        cards.move_card(lead, shown, lane_id=lane)
    with transaction():
        hidden = card_queries.access_card(lead, here(at.lead, at).event, card.id)
        cards.hide_card(lead, hidden, reason="off_topic")
    for one, error in ((lane, Conflict), (at.lanes["need"], Conflict), (9999, NotFound)):
        with pytest.raises(error), transaction():
            lanes.remove_lane(lead, here(at.lead, at), lane_id=one)
    for act in (lanes.remove_lane, lambda *a, **k: lanes.move_lane(*a, forward=True, **k)):
        with pytest.raises(Forbidden), transaction():
            act(at.member.actor, here(at.member, at), lane_id=lane)
    with transaction():
        hidden = card_queries.access_card(lead, here(at.lead, at).event, card.id)
        cards.move_card(lead, hidden, lane_id=at.lanes["idea"])
    with transaction():
        lanes.remove_lane(lead, here(at.lead, at), lane_id=lane)
    assert db.session.get(Lane, lane) is None
    assert facts("LaneChanged")[-1][2] == {"board_id": at.id, "lane_id": lane, "step": "removed"}


@inside
def test_a_column_at_the_end_of_the_row_stays_there() -> None:
    at = factories.board()
    first, last = at.lanes["need"], at.lanes["aim"]
    for lane, forward in ((first, True), (last, False)):
        with transaction():
            lanes.move_lane(at.lead.actor, here(at.lead, at), lane_id=lane, forward=forward)
    assert [lane.id for lane in here(at.lead, at).board.lanes] == list(at.lanes.values())
    assert facts("LaneChanged") == []


def test_the_rules_of_a_vote_are_chosen_when_it_begins(make: Maker, browse: Browse) -> None:
    at = make.board()
    make.card(at, "Erste.")
    lead, phone = browse(at.lead), browse(at.member)
    page, vote = f"{at.path}/lanes/{at.lanes['need']}", f"{at.path}/votes/{at.lanes['need']}"
    values = dict(lead.form(page).values) | dict(lead.form_here(page, step="vote").values)
    assert (values["dots"], values["max_per_item"]) == ("5", "2")
    press(lead, page, "vote", 422, dots="3", max_per_item="4")
    assert dict(lead.form_here(page, step="vote").values)["max_per_item"] == "4"
    press(lead, page, "vote", 422, dots="0", max_per_item="1")
    press(lead, page, "vote", dots="3", max_per_item="3", live="y")
    with lead.app.app_context():
        rules = db.session.scalars(select(Poll.rules)).one()
    assert (rules["dots"], rules["max_per_item"], rules["tallies"]) == (3, 3, "live")
    phone.get(vote, 200)
    assert "3 von 3 Punkten übrig" in phone.text
    press(lead, page, "endvote")
    phone.get(vote, 200)
    assert "übrig" not in phone.text


def test_what_stands_together_gives_its_surplus_points_back(make: Maker, browse: Browse) -> None:
    at = make.board()
    made = [make.card(at, text) for text in ("Ein Bus am Abend.", "Abends ein Bus.", "Ein Kurs.")]
    phone, page = browse(at.member), f"{at.path}/votes/{at.lanes['need']}"
    with phone.app.app_context(), transaction():
        poll = votes.open_vote(at.lead.actor, here(at.lead, at), lane_id=at.lanes["need"])
        item = {one.ref_id: one.id for one in poll.items}
    lead_item, member_item, other = (item[one.id] for one in made)
    sent = {f"item-{lead_item}": "2", f"item-{member_item}": "2", f"item-{other}": "1"}
    phone.post(f"{page}/give", {"_key": "all-five-points-given-away", **sent}, 303)
    phone.get(page, 200)
    assert "0 von 5 Punkten übrig" in phone.text

    with phone.app.app_context(), transaction():
        top, under = (db.session.get_one(Contribution, one.id) for one in made[:2])
        merging.merge_contribution(STAFF, under, top)

    phone.get(page, 200)
    assert "2 von 5 Punkten übrig" in phone.text
    assert "zusammengeführt aus 2 Beiträgen" in phone.text
    fields = {name for name, _ in phone.form_here(f"{page}/give").values if name.startswith("item-")}
    assert fields == {f"item-{lead_item}", f"item-{other}"}
    # The points that came back can be given, and no more than these.
    again = {f"item-{lead_item}": "2", f"item-{other}": "2"}
    phone.post(f"{page}/give", {"_key": "one-of-those-that-came-back", **again}, 303)
    phone.get(page, 200)
    assert "1 von 5 Punkten übrig" in phone.text


def test_a_lane_is_called_by_its_name_in_the_language_that_has_one(make: Maker) -> None:
    at = make.board()
    with make._app.app_context():
        lane = free_lane(at)
        with transaction():
            lanes.name_lane(at.lead.actor, here(at.lead, at), lane_id=lane, names={"ar": "أسئلة"})
        names = db.session.get_one(Lane, lane).names
    assert (name_in(names, "de"), name_in(names, "ar")) == ("Fragen", "أسئلة")


def test_a_correction_that_meets_a_locked_column_keeps_its_words(make: Maker, browse: Browse) -> None:
    board = make.board()
    made = make.card(board, "Ein Kurs am Abend.")
    day = board.path.rpartition("/boards/")[0]
    page = f"{day}/cards/{made.id}/correct"
    author, lead = browse(board.member), browse(board.lead)
    form = author.form(page, page)
    lane = board.lanes["need"]
    lead.get(f"{board.path}/setup", 200)
    lead.follow(lead.send(lead.form_here(f"{board.path}/setup", step=f"lock-{lane}"), {}, 303))

    author.send(form, {"text": "Ein Kurs am Vormittag."}, 409)

    assert "Diese Spalte ist gesperrt" in author.text
    assert ("text", "Ein Kurs am Vormittag.") in author.form_here(page).values
    author.get(board.path, 200)
    assert not author.page.find_all("a", href=page)
    lead.get(f"{board.path}/setup", 200)
    lead.follow(lead.send(lead.form_here(f"{board.path}/setup", step=f"unlock-{lane}"), {}, 303))
    author.get(board.path, 200)
    assert author.page.find_all("a", href=page)
