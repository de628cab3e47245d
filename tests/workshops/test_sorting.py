"""Several cards at once: stacked, taken apart, moved and labelled by those who lead the group."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from core.errors import Forbidden, Invalid, NotFound
from core.transaction import transaction
from dialog.models import Contribution
from tests import factories as make
from tests.conftest import Maker
from tests.factories import BoardMade
from tests.workshops.ground import Browse
from workshops.actions import ordering
from workshops.queries import boards as board_queries
from workshops.queries import cards as queries
from workshops.vocabulary import MODERATOR

inside = pytest.mark.usefixtures("inside")


def here(board: BoardMade, *, by: str = "lead") -> board_queries.BoardHere:
    return board_queries.access_board_by_id(getattr(board, by).actor, board.id)


def seen(board: BoardMade, lane: str = "need") -> list[tuple[str, bool, bool]]:
    """Cards as they stand: what they say, whether they lie under another one, and say the same."""
    return [
        (one.text, one.stack_of is not None, one.duplicate)
        for one in queries.cards_shown(board.id, MODERATOR, lane_id=board.lanes[lane])
    ]


def written(board: BoardMade) -> list[Contribution]:
    return [make.card(board, text) for text in ("Eins.", "Zwei.", "Drei.")]


def ids(cards: Sequence[Contribution]) -> list[int]:
    return [one.id for one in cards]


@inside
def test_chosen_cards_lie_under_the_highest_of_them_and_come_apart_again() -> None:
    board = make.board()
    one, two, three = written(board)
    assert [text for text, _, _ in seen(board)] == ["Drei.", "Zwei.", "Eins."]
    with transaction():
        stacked = ordering.stack_cards(board.lead.actor, here(board), ids([one, three]), duplicate=True)
    assert stacked == 2
    assert seen(board) == [("Drei.", False, False), ("Eins.", True, True), ("Zwei.", False, False)]
    # What lies under one of them comes along.
    with transaction():
        ordering.stack_cards(board.lead.actor, here(board), ids([two, three]))
    assert [under for _, under, _ in seen(board)] == [False, True, True]
    with transaction():
        ordering.take_apart(board.lead.actor, here(board), ids([three]))
    assert [(under, same) for _, under, same in seen(board)] == [(False, False)] * 3


@inside
def test_cards_of_one_stack_make_a_stack_of_their_own() -> None:
    board = make.board()
    one, two, three = written(board)
    with transaction():
        ordering.stack_cards(board.lead.actor, here(board), ids([one, two, three]))
    with transaction():
        ordering.stack_cards(board.lead.actor, here(board), ids([one, two]))
    assert seen(board) == [("Drei.", False, False), ("Zwei.", False, False), ("Eins.", True, False)]


@inside
def test_moved_together_they_keep_their_order_and_what_lies_under_them() -> None:
    board = make.board()
    one, two, three = written(board)
    with transaction():
        ordering.stack_cards(board.lead.actor, here(board), ids([one, two]))
    with transaction():
        moved = ordering.move_cards(
            board.lead.actor, here(board), ids([one, two, three]), lane_id=board.lanes["idea"]
        )
    assert moved == 3
    assert seen(board) == []
    assert seen(board, "idea") == [("Drei.", False, False), ("Zwei.", False, False), ("Eins.", True, False)]
    assert {one.kind, two.kind, three.kind} == {"idea"}


@inside
def test_a_label_goes_on_all_of_them() -> None:
    board = make.board()
    one, two, _ = written(board)
    with transaction():
        ordering.label_cards(board.lead.actor, here(board), ids([one, two]), label="dringend")
    shown = queries.cards_shown(board.id, MODERATOR, lane_id=board.lanes["need"])
    assert [card.label for card in shown] == ["", "dringend", "dringend"]


@inside
def test_what_makes_no_sense_is_refused_and_nobody_else_sorts() -> None:
    board, other = make.board(), make.board()
    one, two, _ = written(board)
    strange = make.card(other, "Auf einem anderen Board.")
    before = seen(board)
    for chosen in ([], [one.id], [one.id, strange.id]):
        with pytest.raises(Invalid), transaction():
            ordering.stack_cards(board.lead.actor, here(board), chosen)
    for step in (ordering.take_apart, lambda *args: ordering.label_cards(*args, label="x")):
        with pytest.raises(Invalid), transaction():
            step(board.lead.actor, here(board), [strange.id])
    with pytest.raises(NotFound), transaction():
        ordering.move_cards(board.lead.actor, here(board), [one.id], lane_id=other.lanes["need"])
    with transaction():
        ordering.move_cards(board.lead.actor, here(board), [two.id], lane_id=board.lanes["idea"])
    with pytest.raises(Invalid), transaction():
        ordering.stack_cards(board.lead.actor, here(board), [one.id, two.id])
    with transaction():
        ordering.move_cards(board.lead.actor, here(board), [two.id], lane_id=board.lanes["need"])
    for step in (
        ordering.stack_cards,
        ordering.take_apart,
        lambda *args: ordering.label_cards(*args, label="x"),
        lambda *args: ordering.move_cards(*args, lane_id=board.lanes["idea"]),
    ):
        with pytest.raises(Forbidden), transaction():
            step(board.member.actor, here(board, by="member"), [one.id, two.id])
    assert sorted(seen(board)) == sorted(before)


def test_the_page_keeps_what_was_chosen_when_something_is_missing(make: Maker, browse: Browse) -> None:
    board = make.board()
    first, second = make.card(board, "Ein Kurs am Abend."), make.card(board, "Abends ein Kurs.")
    lead, phone = browse(board.lead), browse(board.member)
    page = f"{board.path}/sort"
    lead.get(board.path, 200)
    assert lead.page.find_all("a", href=page)
    lane = board.lanes["need"]
    form = lead.form(page, f"{page}?lane={lane}")
    lead.send(form, {"step": "stack", "card": str(first.id), "label": "dringend"}, 422)
    assert "Bitte wählen Sie mindestens zwei Karten." in lead.text
    assert lead.page.find("input", id=f"card-{first.id}").has("checked")
    assert ("label", "dringend") in lead.form_here(f"{page}?lane={lane}").values
    both = {"_key": "sorting-both-of-them-01", "step": "stack", "card": [str(first.id), str(second.id)]}
    lead.follow(lead.post(f"{page}?lane={lane}", both, 303))
    assert "Die Karten liegen in einem Stapel." in lead.text
    lead.post(f"{page}?lane={lane}", both | {"_key": "sorting-both-of-them-02", "step": "burn"}, 422)
    for address in (f"{page}?lane={board.lanes['aim']}", f"{page}?lane=9999999", f"{page}?lane=x"):
        lead.get(address, 200)
    phone.get(page, 403)
    browse(None).get(page, 404)
