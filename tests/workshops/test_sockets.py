"""What each watcher of a board is told."""

from __future__ import annotations

from tests.conftest import Maker
from tests.workshops.ground import Browse, Connect, news, watch, written


def test_a_card_reaches_everybody_on_the_board_as_it_stands_there(
    make: Maker, browse: Browse, sockets: Connect
) -> None:
    board = make.board()
    region = f"board:{board.id}"
    phone, lead = browse(board.member), browse(board.lead)
    watchers = {"member": sockets(phone, board.path), "moderator": sockets(lead, board.path)}
    for watcher in watchers.values():
        assert watch(watcher, region) == {"ok": True}
    phone.get(board.path, 200)
    version = int(phone.page.find(data_live_region=region)["data-live-version"])

    phone.post(f"{board.path}/write", written(board, "ü" * 1000), 303)

    pushed = {audience: news(watcher) for audience, watcher in watchers.items()}
    for audience, ((one,), browser) in {
        "member": (pushed["member"], phone),
        "moderator": (pushed["moderator"], lead),
    }.items():
        page = browser.get(board.path, 200).get_data(as_text=True)
        assert one["version"] == version + 1
        assert one["html"].strip() in page, audience
        assert len(one["html"].encode()) <= 2048
        assert one["list"] == f"lane-{board.lanes['need']}"
        assert one["texts"][f"count-{board.lanes['need']}"] == "1 Karte"
    assert board.member.actor.key not in str(pushed)
    assert pushed["member"] != pushed["moderator"]


def test_who_has_no_place_there_is_not_told(make: Maker, browse: Browse, sockets: Connect) -> None:
    board, other = make.board(), make.board(number=2)
    stranger = sockets(browse(other.member), other.path)
    assert watch(stranger, f"board:{other.id}") == {"ok": True}
    for key in (str(board.id), "x", "0", "9" * 12):
        assert watch(stranger, f"board:{key}") == {"ok": False, "code": "unknown"}
    make.card(board, "Nur für die anderen.")
    assert news(stranger) == []
