"""Points on the cards of a column: who gives them, whole ballots only, and what the group sees of them."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from core.clock import now
from core.db import db
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.transaction import transaction
from dialog.models import Ballot, Poll
from dialog.queries import polls as poll_queries
from dialog.queries.group_polls import sums_of
from dialog.ranking import recount
from tests import factories as make
from tests.conftest import Maker
from tests.dialog.ground import at_once, browsers, count
from tests.factories import BoardMade, Person
from tests.workshops.ground import Browse, Connect, news, watch
from workshops.actions import boards, votes
from workshops.models import Board
from workshops.queries import boards as board_queries
from workshops.queries import votes as queries

inside = pytest.mark.usefixtures("inside")


def here(person: Person, board: BoardMade) -> board_queries.BoardHere:
    return board_queries.access_board_by_id(person.actor, board.id)


def opened(board: BoardMade, *, live: bool = False) -> Poll:
    with transaction():
        return votes.open_vote(
            board.lead.actor, here(board.lead, board), lane_id=board.lanes["need"], live=live
        )


def give(board: BoardMade, person: Person, choices: dict[int, int]) -> None:
    with transaction():
        votes.give_points(person.actor, here(person, board), lane_id=board.lanes["need"], choices=choices)


@inside
def test_who_has_a_place_gives_points_and_their_sums_stand_on_the_cards_afterwards() -> None:
    board = make.board()
    first, second = make.card(board, "Erste."), make.card(board, "Zweite.")
    poll = opened(board)
    item = {one.ref_id: one.id for one in poll.items}
    give(board, board.member, {item[first.id]: 2, item[second.id]: 1})
    give(board, board.member, {item[first.id]: 1})
    for stranger in (board.lead, make.account("coordinator")):
        with pytest.raises(Forbidden):
            give(board, stranger, {item[first.id]: 1})
    with pytest.raises(Invalid):
        give(board, board.member, {item[first.id]: 3})
    with pytest.raises(Forbidden), transaction():
        votes.end_vote(board.member.actor, here(board.member, board), lane_id=board.lanes["need"])
    assert queries.points_on(board.id) == {}
    assert queries.sums_to_show(poll) == {}

    with transaction():
        votes.end_vote(board.lead.actor, here(board.lead, board), lane_id=board.lanes["need"])

    assert queries.points_on(board.id) == {first.id: 1, second.id: 0}
    with pytest.raises(Conflict):
        give(board, board.member, {item[second.id]: 1})


@inside
def test_points_are_for_the_round_that_goes_on_and_not_for_the_next() -> None:
    board = make.board()
    make.card(board)
    poll = opened(board)
    with transaction():
        # What the group accepts now is meant for the round it is in.
        db.session.get_one(Board, board.id).step_started_at = None
    with pytest.raises(Conflict):
        give(board, board.member, {poll.items[0].id: 1})
    with transaction():
        db.session.get_one(Board, board.id).step_started_at = now()
    give(board, board.member, {poll.items[0].id: 1})


@inside
def test_a_vote_of_a_group_is_nobody_elses() -> None:
    board, other = make.board(), make.board(number=2)
    made = make.card(board, "Erste.")
    make.card(other, "Andere.")
    poll = opened(board)
    with pytest.raises(NotFound), transaction():
        votes.give_points(
            other.member.actor, here(board.member, board), lane_id=999, choices={poll.items[0].id: 1}
        )
    with pytest.raises(NotFound):
        here(other.member, board)
    dialogue = here(board.member, board).event.dialogue
    with pytest.raises(NotFound):
        poll_queries.access_poll(board.member.actor, dialogue, poll.id)
    assert poll_queries.visible_polls(board.member.actor, dialogue) == []
    assert made.reference == "B-001"


@inside
def test_points_wait_while_the_step_takes_none() -> None:
    board = make.board()
    make.card(board, "Erste.")
    poll = opened(board)
    with transaction():
        boards.open_board(board.lead.actor, here(board.lead, board), cards=True, votes=False)
    with pytest.raises(Conflict):
        give(board, board.member, {poll.items[0].id: 1})


@inside
def test_one_vote_at_a_time_and_none_on_nothing() -> None:
    board = make.board()
    with pytest.raises(Conflict):
        opened(board)
    make.card(board, "Erste.")
    opened(board)
    with pytest.raises(Conflict):
        opened(board)


def test_without_a_script_each_press_is_a_whole_ballot(make: Maker, browse: Browse) -> None:
    board = make.board()
    make.card(board, "Erste.")
    lead, phone = browse(board.lead), browse(board.member)
    lane = board.lanes["need"]
    lead.get(f"{board.path}/setup", 200)
    lead.follow(lead.send(lead.form_here(f"{board.path}/setup", step=f"vote-{lane}"), {}, 303))
    phone.get(board.path, 200)
    assert phone.page.find_all("a", href=f"{board.path}/votes/{lane}")
    page = f"{board.path}/votes/{lane}"
    form = phone.form(page, f"{page}/give")
    (item,) = [name for name, _ in form.values if name.startswith("item-")]
    phone.follow(
        phone.post(f"{page}/give", {"_key": "a-press-of-a-button-01", item: "0", "step": f"plus-{item[5:]}"})
    )
    assert "4 von 5 Punkten übrig" in phone.text
    phone.post(f"{page}/give", {"_key": "a-press-of-a-button-02", item: "3"}, 422)
    browse(make.participant()).post(f"{page}/give", {"_key": "a-press-of-a-button-03", item: "1"}, 404)
    lead.get(f"{board.path}/setup", 200)
    lead.follow(lead.send(lead.form_here(f"{board.path}/setup", step=f"endvote-{lane}"), {}, 303))
    phone.get(board.path, 200)
    assert "1 Punkt" in phone.page.find("section", data_lane=str(lane)).text


def test_sums_are_told_while_people_vote_only_where_that_was_chosen(
    make: Maker, browse: Browse, sockets: Connect
) -> None:
    told = []
    for live in (True, False):
        board = make.board()
        make.card(board, "Erste.")
        phone = browse(board.member)
        with phone.app.app_context():
            (item,) = [one.id for one in opened(board, live=live).items]
        page = f"{board.path}/votes/{board.lanes['need']}"
        watcher = sockets(phone, page)
        assert watch(watcher, f"dots:{board.id}.{board.lanes['need']}") == {"ok": True}
        phone.post(f"{page}/give", {"_key": "points-of-somebody-0001", f"item-{item}": "2"}, 303)
        told.append(["2 Punkte" in one["html"] for one in news(watcher)])
        stranger = sockets(browse(None), "/dialogues/probe/register")
        assert watch(stranger, f"dots:{board.id}.{board.lanes['need']}")["ok"] is False
    assert told == [[True], []]


def test_many_windows_of_one_person_are_one_ballot(make: Maker, browse: Browse) -> None:
    board = make.board()
    for number in range(3):
        make.card(board, f"Karte {number}.")
    app = browse(None).app
    with app.app_context():
        poll = opened(board)
        poll_id, items = poll.id, [one.id for one in poll.items]
    windows = browsers(app, make.session(board.member), 16)
    page = f"{board.path}/votes/{board.lanes['need']}/give"
    answers = at_once(
        16,
        lambda turn: (
            windows[turn]
            .post(page, {"_key": f"key-of-window-{turn:06}", f"item-{items[turn % 3]}": str(1 + turn % 2)})
            .status_code
        ),
    )
    assert set(answers) == {303}
    with app.app_context():
        assert count(Ballot) == 1
        ballot = {int(k): v for k, v in db.session.scalars(select(Ballot.choices)).one().items()}
        sums = sums_of([poll_id])[poll_id]
        by_item = recount([ballot])
        ref = {one.id: one.ref_id for one in db.session.get_one(Poll, poll_id).items}
        assert {k: v for k, v in sums.items() if v} == {ref[i]: points for i, (points, _) in by_item.items()}


def test_the_control_room_is_told_how_far_a_group_has_come(
    make: Maker, browse: Browse, sockets: Connect
) -> None:
    board = make.board(vote=True)
    control = f"{board.path.rsplit('/boards/', 1)[0]}/control"
    staff, phone = browse(make.account("coordinator")), browse(board.member)
    staff.get(control, 200)
    assert "0 % vergeben" in staff.text
    region = next(
        one["data-live-region"] for one in staff.page.find_all("div") if one.has("data-live-region")
    )
    known = int(staff.page.find(data_live_region=region)["data-live-version"])
    watcher = sockets(staff, control)
    assert watch(watcher, region) == {"ok": True}

    vote = f"{board.path}/votes/{board.lanes['need']}"
    form = phone.form(vote, f"{vote}/give")
    item = next(name for name, _ in form.values if name.startswith("item-"))
    # That the vote was opened has just been told, and twice in a second nothing is.
    phone.app.extensions.pop("live_coalescer", None)
    phone.send(form, {"step": item.replace("item", "plus")}, 303)

    # It may be told besides that somebody came to the board, also a second late; pages leave what is older.
    assert max(told["version"] for told in news(watcher)) > known
    staff.get(control, 200)
    assert "20 % vergeben" in staff.text


def test_the_board_says_that_points_can_be_given_whatever_the_step(make: Maker, browse: Browse) -> None:
    board = make.board()
    make.card(board, "Erste.")
    phone = browse(board.member)
    lane = board.lanes["need"]

    def offered() -> tuple[bool, bool]:
        phone.get(board.path, 200)
        link = bool(phone.page.find_all("a", href=f"{board.path}/votes/{lane}"))
        return link, "Punkte geben." in phone.text

    assert offered() == (False, False)
    with phone.app.app_context():
        opened(board)
    assert offered() == (True, True)
    with phone.app.app_context(), transaction():
        boards.open_board(board.lead.actor, here(board.lead, board), cards=True, votes=False)
    # The vote is not over, but nobody is sent where points are refused.
    assert offered() == (False, False)


def test_a_window_that_knows_of_an_older_ballot_overwrites_nothing(make: Maker, browse: Browse) -> None:
    board = make.board()
    for number in range(3):
        make.card(board, f"Karte {number}.")
    phone, laptop = browse(board.member), browse(board.member)
    with phone.app.app_context():
        poll_id = opened(board).id
    page = f"{board.path}/votes/{board.lanes['need']}"
    on_phone = phone.form(page, f"{page}/give")
    names = [name for name, _ in on_phone.values if name.startswith("item-")]
    on_laptop = laptop.form(page, f"{page}/give")
    phone.follow(phone.send(on_phone, {names[0]: "2"}, 303))

    laptop.send(on_laptop, {names[1]: "1"}, 409)

    assert "in einem anderen Fenster geändert" in laptop.text
    shown = dict(laptop.form_here(f"{page}/give").values)
    assert [shown[name] for name in names] == ["2", "0", "0"]
    # From here on it knows, and the phone does not.
    laptop.follow(laptop.send(laptop.form_here(f"{page}/give"), {names[1]: "1"}, 303))
    phone.send(on_phone, {"_key": "another-key-of-the-phone", names[2]: "1"}, 409)
    with phone.app.app_context():
        stored = db.session.scalars(select(Ballot.choices).where(Ballot.poll_id == poll_id)).one()
    assert stored == {names[0][5:]: 2, names[1][5:]: 1}


def test_all_states_that_one_page_has_made_are_known_to_it(make: Maker, browse: Browse) -> None:
    board = make.board()
    make.card(board, "Erste.")
    phone = browse(board.member)
    with phone.app.app_context():
        (item,) = [one.id for one in opened(board).items]
    page = f"{board.path}/votes/{board.lanes['need']}/give"
    # Two presses are under way at once, and the second is written by a page that has no answer to the first.
    for turn, (points, seen) in enumerate((("1", ""), ("2", f",{item}.1"), ("0", f",{item}.1,{item}.2"))):
        phone.post(page, {"_key": f"press-of-the-page-{turn:04}", f"item-{item}": points, "seen": seen}, 303)
    phone.post(page, {"_key": "press-of-the-page-0009", f"item-{item}": "1", "seen": f"{item}.2"}, 409)
