"""Our manager of rooms against the library's: the same script, and everybody hears the same."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import websocket

from core.realtime import websocket as ours
from tests.core.live_server import Server, serve
from tests.core.test_realtime import Live, Polling, clients, frames_of

pytestmark = pytest.mark.without_database


@pytest.fixture(scope="module", params=["stock", "ours"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    settings = {"STOCK_MANAGER": "1"} if request.param == "stock" else {}
    log = tmp_path_factory.mktemp("manager") / "server.log"
    with serve("tests.core.live_app:make_app()", log, **settings) as found:
        yield found


@pytest.fixture(autouse=True)
def close_what_was_opened() -> Iterator[None]:
    yield
    while clients:
        clients.pop().close()


def test_everybody_in_the_room_hears_it_once_and_nobody_else(server: Server) -> None:
    inside = [Live(server, server.token()) for _ in range(5)]
    outside, gone = Live(server, server.token()), Live(server, server.token())
    assert all(live.watch()["ok"] for live in [*inside, gone])
    gone.ws.close()
    server.post("/push?times=3&size=10")
    heard = [[live.heard() for _ in range(3)] for live in inside]
    assert all(one == heard[0] for one in heard)
    versions = [one["version"] for one in heard[0]]
    assert versions == list(range(versions[0], versions[0] + 3))
    assert heard[0][0] == {"region": "register:enzkreis", "version": versions[0], "html": "de" + "x" * 10}
    assert outside.hears_nothing()
    assert inside[0].hears_nothing(0.1)


@pytest.mark.parametrize("size", [0, 100, 130, 70_000])
def test_a_packet_of_any_length_comes_whole_by_both_ways(server: Server, size: int) -> None:
    live = Live(server, server.token())
    polling = Polling(server, {"Origin": server.url})
    assert polling.say("40" + json.dumps({"token": server.token()})) == 200
    assert polling.hear().startswith("40")
    wish = json.dumps(["watch", {"region": "register:enzkreis", "language": "de"}])
    assert polling.say(f"420{wish}") == 200
    assert polling.hear() == '430[{"ok":true}]'
    assert live.watch()["ok"]
    server.post(f"/push?size={size}")
    told = live.heard()
    assert len(told["html"]) == size + 2
    packets = [one for one in polling.hear().split("\x1e") if one != "2"]
    assert [json.loads(one[2:]) for one in packets] == [["changed", told]]


def test_answers_and_pushes_keep_their_order(server: Server) -> None:
    live = Live(server, server.token())
    assert live.watch()["ok"]
    pushing = threading.Thread(target=server.post, args=("/push?times=200",))
    pushing.start()
    versions, answers = [], 0
    for number in range(30):
        live.ws.send(f'42{number}["watch",{{"region":"register:enzkreis","language":"de"}}]')
    while answers < 30 or len(versions) < 200:
        text = live.packet()
        if text.startswith("43"):
            assert text == f'43{answers}[{{"ok":true}}]'
            answers += 1
        else:
            versions.append(json.loads(text[2:])[1]["version"])
    pushing.join()
    assert versions == list(range(versions[0], versions[0] + 200))


def test_a_reader_in_fits_and_starts_gets_whole_frames_in_order(server: Server) -> None:
    """Its line is full again and again in the middle of a frame; what it gets is never torn."""
    slow = Live(server, server.token(), sockopt=[(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)])
    assert slow.watch()["ok"]
    pushing = threading.Thread(target=server.post, args=("/push?times=60&size=9000",))
    pushing.start()
    slow.ws.sock.settimeout(2)
    data = b""
    while data.count(b'42["changed"') < 60:
        data += slow.ws.sock.recv(3000)
    pushing.join()
    while True:
        frames, rest = frames_of(data)
        if not rest:
            break
        data += slow.ws.sock.recv(65536)
    pushes = [json.loads(frame[2:])[1] for frame in frames if frame.startswith(b"42")]
    assert [len(one["html"]) for one in pushes] == [9002] * 60
    assert [one["version"] for one in pushes] == list(range(pushes[0]["version"], pushes[0]["version"] + 60))


class Line:
    """A reader that takes as much as it is told to."""

    def __init__(self, *takes: int) -> None:
        self.takes = list(takes)
        self.got = b""

    def write_now(self, data: bytes) -> bytes | None:
        take = self.takes.pop(0)
        if take < 0:
            return None
        self.got += data[:take]
        return data[take:]


class Packet:
    def __init__(self, text: str) -> None:
        self.text = text

    def encode(self) -> ours.Frame:
        return ours.Frame.of(self.text)


def resting(queue: ours.BoundedQueue, found: list[Any]) -> threading.Thread:
    """A writer that waits for one packet."""
    thread = threading.Thread(target=lambda: found.append(queue.get(timeout=5)))
    thread.start()
    while not queue._resting:
        pass
    return thread


def test_only_a_writer_at_rest_is_passed_by() -> None:
    queue, line, found = ours.BoundedQueue(), Line(99, 99), []
    queue.offer(Packet("busy"), line.write_now)
    assert line.got == b""
    assert queue.get().text == "busy"
    # It has taken that one, and nobody knows whether it is written yet.
    queue.offer(Packet("behind"), line.write_now)
    assert queue.get().text == "behind"
    writer = resting(queue, found)
    queue.offer(Packet("now"), line.write_now)
    assert line.got == ours.Frame.of("now").wire
    assert found == []
    queue.put(Packet("later"))
    writer.join()
    assert [one.text for one in found] == ["later"]


@pytest.mark.parametrize(("take", "queued"), [(-1, "whole"), (3, "")])
def test_what_could_not_be_written_now_is_left_to_the_writer(take: int, queued: str) -> None:
    queue, line, found = ours.BoundedQueue(), Line(take), []
    writer = resting(queue, found)
    queue.offer(Packet("whole"), line.write_now)
    writer.join()
    assert str(found[0].encode()) == queued
    assert line.got == ours.Frame.of("whole").wire[: max(take, 0)]


def test_the_frame_is_what_the_library_would_write() -> None:
    for text in ("", "ä" * 70, "x" * 130, "y" * 70_000):
        frame = ours.Frame.of(text)
        theirs = websocket.ABNF.create_frame(text, websocket.ABNF.OPCODE_TEXT)
        theirs.mask_value = 0
        assert frame == text
        assert frame.wire == theirs.format()
