"""Sorting cards: by whom, what changes with them, and two at once."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from core.db import db
from core.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from core.transaction import transaction
from dialog.actions import contributions, moderation, objections
from dialog.models import Contribution, Decision, Revision, Station
from tests import factories as make
from tests.conftest import Maker
from tests.dialog.ground import at_once, browsers, facts
from tests.factories import STAFF, BoardMade, Person
from tests.workshops.ground import Browse, written
from workshops.actions import cards, lanes
from workshops.models import Board, Card
from workshops.queries import boards as board_queries
from workshops.queries import cards as queries
from workshops.queries.cards import CardHere

inside = pytest.mark.usefixtures("inside")


def here(person: Person, board: BoardMade) -> board_queries.BoardHere:
    return board_queries.access_board_by_id(person.actor, board.id)


def card_at(person: Person, board: BoardMade, number: int) -> CardHere:
    present = here(person, board)
    return queries.access_card(person.actor, present.event, number)


def shown(board: BoardMade, audience: str = "member") -> list[tuple[str, str]]:
    return [(one.reference, one.text) for one in queries.cards_shown(board.id, audience)]


@inside
def test_a_stack_lies_under_its_top_card_and_comes_apart_again() -> None:
    board = make.board()
    first, second, third = (make.card(board, text) for text in ("Erste.", "Zweite.", "Dritte."))
    with transaction():
        cards.stack_card(board.lead.actor, card_at(board.lead, board, third.id), onto=first.id)
    with transaction():
        # Whoever aims at a card that lies in a stack means the stack.
        cards.stack_card(
            board.lead.actor, card_at(board.lead, board, second.id), onto=third.id, duplicate=True
        )
    assert [text for _, text in shown(board)] == ["Erste.", "Zweite.", "Dritte."]
    assert {c.contribution_id: (c.stack_of, c.duplicate) for c in db.session.scalars(select(Card))} == {
        first.id: (None, False),
        second.id: (first.id, True),
        third.id: (first.id, False),
    }
    with transaction():
        cards.unstack_card(board.lead.actor, card_at(board.lead, board, first.id))
    assert [text for _, text in shown(board)] == ["Dritte.", "Zweite.", "Erste."]
    with pytest.raises(Forbidden), transaction():
        cards.stack_card(board.member.actor, card_at(board.member, board, third.id), onto=first.id)


@inside
def test_a_stack_has_one_lane_and_no_card_lies_under_itself() -> None:
    board = make.board()
    need, offer = make.card(board, "Bedarf."), make.card(board, "Angebot.", kind="offer")
    for onto in (offer.id, need.id, 999):
        with pytest.raises(Invalid), transaction():
            cards.stack_card(board.lead.actor, card_at(board.lead, board, need.id), onto=onto)
    with transaction():
        cards.move_card(board.lead.actor, card_at(board.lead, board, offer.id), lane_id=board.lanes["need"])
    with transaction():
        cards.stack_card(board.lead.actor, card_at(board.lead, board, need.id), onto=offer.id)
    with pytest.raises(Invalid), transaction():
        cards.stack_card(board.lead.actor, card_at(board.lead, board, offer.id), onto=need.id)


@inside
def test_in_another_lane_a_stack_is_of_another_kind_and_its_former_numbers_are_kept() -> None:
    board = make.board()
    top, under = make.card(board, "Oben."), make.card(board, "Unten.")
    with transaction():
        cards.stack_card(board.lead.actor, card_at(board.lead, board, under.id), onto=top.id)
    with transaction():
        cards.move_card(board.lead.actor, card_at(board.lead, board, top.id), lane_id=board.lanes["idea"])
    assert shown(board) == [("I-001", "Oben."), ("I-002", "Unten.")]
    kept = db.session.execute(
        select(Revision.kind, Revision.register_number)
        .where(Revision.contribution_id == top.id)
        .order_by(Revision.number)
    ).all()
    assert kept == [("need", 1), ("idea", 1)]
    label = db.session.scalars(select(Station.values).where(Station.contribution_id == top.id)).all()[-1]
    assert label == {"former": "B-001", "number": "I-001"}
    with pytest.raises(NotFound), transaction():
        cards.move_card(board.lead.actor, card_at(board.lead, board, top.id), lane_id=9999)
    with pytest.raises(Forbidden), transaction():
        cards.move_card(board.member.actor, card_at(board.member, board, top.id), lane_id=board.lanes["need"])


def test_the_former_number_leads_to_the_card(make: Maker, browse: Browse) -> None:
    board = make.board()
    written_card = make.card(board, "Eigentlich eine Idee.")
    day = board.path.rpartition("/boards/")[0]
    lead, author = browse(board.lead), browse(board.member)
    lead.get(f"{day}/cards/{written_card.id}", 200)
    form = lead.form_here(f"{day}/cards/{written_card.id}/order")
    lead.follow(lead.send(form, {"step": "move", "lane": str(board.lanes["idea"])}, 303))
    answer = author.get("/dialogues/probe/contributions/B-001", 303)
    assert answer.location.endswith("/contributions/I-001")
    author.follow(answer)
    browse(make.participant()).get("/dialogues/probe/contributions/B-001", 404)


@inside
def test_hidden_cards_are_gone_for_the_group_and_their_authors_read_why() -> None:
    board = make.board()
    made = make.card(board, "Weg damit.")
    with pytest.raises(Forbidden), transaction():
        cards.hide_card(board.member.actor, card_at(board.member, board, made.id), reason="off_topic")
    with transaction():
        cards.turn_spotlight(board.lead.actor, card_at(board.lead, board, made.id), on=True)
    with transaction():
        cards.hide_card(board.lead.actor, card_at(board.lead, board, made.id), reason="off_topic")
    assert shown(board) == []
    assert [text for _, text in shown(board, "moderator")] == ["Weg damit."]
    assert db.session.scalar(select(Decision.reason)) == "off_topic"
    assert db.session.scalar(select(Board.spotlight_id).where(Board.id == board.id)) is None
    with pytest.raises(Conflict), transaction():
        cards.turn_spotlight(board.lead.actor, card_at(board.lead, board, made.id), on=True)
    with transaction():
        cards.show_card(board.lead.actor, card_at(board.lead, board, made.id))
    assert [text for _, text in shown(board)] == ["Weg damit."]


@inside
def test_who_leads_a_group_shows_again_what_the_group_hid_and_not_what_the_county_hid() -> None:
    board = make.board()
    made = make.card(board, "Weg damit.")

    def show_again(by: Person) -> None:
        with transaction():
            cards.show_card(by.actor, card_at(by, board, made.id))

    def hide(by: Person) -> None:
        with transaction():
            cards.hide_card(by.actor, card_at(by, board, made.id), reason="off_topic")

    # At the board or at the desk, a coordinator speaks for the county.
    county = make.account("coordinator")
    hide(county)
    with pytest.raises(Conflict, match="Landkreis"):
        show_again(board.lead)
    show_again(county)
    with transaction():
        moderation.hide_contribution(STAFF, db.session.get_one(Contribution, made.id), reason="off_topic")
    with pytest.raises(Conflict, match="Landkreis"):
        show_again(board.lead)
    assert shown(board) == []
    show_again(county)

    hide(board.lead)
    way = select(Station.label).where(Station.contribution_id == made.id).order_by(Station.id)
    label = db.session.scalars(way).all()[-1]
    assert label == "Hidden by whoever leads the group"
    show_again(board.lead)
    assert [text for _, text in shown(board)] == ["Weg damit."]

    # What the county has confirmed when its author objected is the county's, too.
    hide(board.lead)
    with transaction():
        hidden = db.session.get_one(Contribution, made.id)
        objection = objections.object_to_hiding(board.member.actor, hidden, text="Das gehört hierher.")
    with transaction():
        objections.decide_objection(county.actor, objection, grant=False, note="Nein.")
    with pytest.raises(Conflict, match="Landkreis"):
        show_again(board.lead)
    assert shown(board) == []


@inside
def test_nobody_shows_a_card_again_while_its_author_waits_for_a_decision() -> None:
    board = make.board()
    made = make.card(board, "Weg damit.")
    with transaction():
        cards.hide_card(board.lead.actor, card_at(board.lead, board, made.id), reason="off_topic")
    with transaction():
        hidden = db.session.get_one(Contribution, made.id)
        objections.object_to_hiding(board.member.actor, hidden, text="Das gehört hierher.")
    with pytest.raises(Conflict), transaction():
        cards.show_card(board.lead.actor, card_at(board.lead, board, made.id))
    assert shown(board) == []


@inside
def test_where_cards_are_checked_first_the_group_reads_them_once_they_are_let_through() -> None:
    board = make.board()
    with pytest.raises(Forbidden), transaction():
        lanes.set_checking(board.member.actor, here(board.member, board), checks_first=True)
    with transaction():
        lanes.set_checking(board.lead.actor, here(board.lead, board), checks_first=True)
    made = make.card(board, "Bitte prüfen.")
    other = make.participant()
    assert shown(board) == []
    assert [text for _, text in shown(board, "moderator")] == ["Bitte prüfen."]
    with pytest.raises(NotFound):
        queries.access_card(other.actor, here(board.lead, board).event, made.id)
    assert card_at(board.member, board, made.id).contribution.text == "Bitte prüfen."
    with transaction():
        cards.let_through(board.lead.actor, card_at(board.lead, board, made.id))
    assert [text for _, text in shown(board)] == ["Bitte prüfen."]
    with pytest.raises(Conflict), transaction():
        cards.let_through(board.lead.actor, card_at(board.lead, board, made.id))


@inside
def test_one_corrects_ones_own_card_until_its_lane_is_locked() -> None:
    board = make.board()
    made = make.card(board, "Ein Bus felt.")

    def correct(person: Person, text: str, based_on: int) -> None:
        at = card_at(person, board, made.id)
        with transaction():
            cards.correct_card(
                person.actor,
                at,
                based_on=based_on,
                text=text,
                field=make.field(),
                municipality=None,
                target_group="Familien",
                language="de",
            )

    correct(board.member, "Ein Bus fehlt.", 1)
    assert shown(board) == [("B-001", "Ein Bus fehlt.")]
    with pytest.raises(Stale):
        correct(board.member, "Zu spät gesehen.", 1)
    with transaction():
        lanes.lock_lane(board.lead.actor, here(board.lead, board), lane_id=board.lanes["need"], locked=True)
    with pytest.raises(Conflict):
        correct(board.member, "Nach dem Sperren.", 2)
    with pytest.raises(Conflict):
        make.card(board, "Auch keine neue.")
    correct(board.lead, "Ein Bus fehlt am Abend.", 2)
    assert shown(board) == [("B-001", "Ein Bus fehlt am Abend.")]
    assert [fact for _, fact, _ in facts("CardRewritten")] == ["CardRewritten"] * 2


@inside
def test_a_word_stands_on_a_card_and_in_the_journal_only_that_it_does() -> None:
    board = make.board()
    made = make.card(board, "Karte.")
    with transaction():
        cards.label_card(board.lead.actor, card_at(board.lead, board, made.id), label=" sehr   wichtig ")
    assert queries.cards_shown(board.id, "member")[0].label == "sehr wichtig"
    assert "wichtig" not in str(facts())
    with pytest.raises(Invalid), transaction():
        cards.label_card(board.lead.actor, card_at(board.lead, board, made.id), label="x" * 41)
    with pytest.raises(Forbidden), transaction():
        cards.label_card(board.member.actor, card_at(board.member, board, made.id), label="ich")


@inside
def test_a_free_lane_takes_cards_as_ideas() -> None:
    board = make.board()
    with pytest.raises(Forbidden), transaction():
        lanes.add_lane(board.member.actor, here(board.member, board), names={"de": "Fragen"})
    with pytest.raises(Invalid), transaction():
        lanes.add_lane(board.lead.actor, here(board.lead, board), names={"de": " "})
    with transaction():
        lane = lanes.add_lane(board.lead.actor, here(board.lead, board), names={"de": "Fragen"})
    board.lanes["free"] = lane.id
    assert make.card(board, "Wer zahlt?", kind="free").reference == "I-001"
    for _ in range(3):
        with transaction():
            lanes.add_lane(STAFF, here(board.lead, board), names={"de": "Noch eine"})
    with pytest.raises(Conflict), transaction():
        lanes.add_lane(STAFF, here(board.lead, board), names={"de": "Zu viel"})


@inside
def test_what_an_author_takes_back_leaves_the_board() -> None:
    board = make.board()
    made = make.card(board, "Doch nicht.")
    before = db.session.scalar(select(Board.version).where(Board.id == board.id))
    with transaction():
        contributions.withdraw_contribution(board.member.actor, db.session.get_one(Contribution, made.id))
    assert shown(board, "moderator") == []
    assert db.session.scalar(select(Board.version).where(Board.id == board.id)) == (before or 0) + 1


def test_nobody_writes_in_a_lane_that_is_being_locked(make: Maker, browse: Browse) -> None:
    """Cards and the lock race; what was acknowledged stands there, and each has its number and version."""
    board = make.board()
    app = browse(None).app
    windows = browsers(app, make.session(board.member), 24)
    lead = browsers(app, make.session(board.lead), 1)[0]

    def act(turn: int) -> int:
        if turn == 12:
            data = {"_key": "key-that-locks-the-lane-01", "step": f"lock-{board.lanes['need']}"}
            return lead.post(f"{board.path}/setup", data).status_code
        return windows[turn].post(f"{board.path}/write", written(board, f"Karte {turn}.")).status_code

    answers = at_once(24, act)
    taken = sum(status == 303 for turn, status in enumerate(answers) if turn != 12)
    assert answers[12] == 303
    assert set(answers) <= {303, 409}
    with app.app_context():
        numbers = db.session.scalars(select(Contribution.number).order_by(Contribution.number)).all()
        assert list(numbers) == list(range(1, taken + 1))
        versions = [payload["version"] for _, _, payload in facts("CardPosted")]
        assert len(set(versions)) == taken
    late = windows[0].post(f"{board.path}/write", written(board, "Nach dem Sperren."))
    assert late.status_code == 409


def test_a_label_that_was_typed_goes_with_whatever_is_pressed(make: Maker, browse: Browse) -> None:
    board = make.board()
    made = make.card(board, "Ein Kurs am Abend.")
    day = board.path.rpartition("/boards/")[0]
    page = f"{day}/cards/{made.id}"
    lead, other = browse(board.lead), browse(board.lead)
    form = lead.form(page, f"{page}/order")
    stale = other.form(page, f"{page}/order")
    lead.follow(lead.send(form, {"label": "dringend", "step": "spotlight"}, 303))
    assert "dringend" in lead.text
    assert lead.page.find("section", class_="vs-spot")
    # Whoever typed nothing there takes no label off that came meanwhile.
    other.follow(other.send(stale, {"step": "spotlight_off"}, 303))
    assert "dringend" in other.text
    lead.send(lead.form(page, f"{page}/order"), {"label": "x" * 200, "step": "spotlight"}, 422)
    assert ("label", "x" * 200) in lead.form_here(f"{page}/order").values
    lead.get(board.path, 200)
    assert not lead.page.find_all("section", class_="vs-spot")
