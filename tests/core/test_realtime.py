"""Live connections against a real server process: who gets in, who hears what, and who harms nobody."""

import contextlib
import json
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import websocket
from structlog.testing import capture_logs

from core.cache import VersionedCache
from core.config import BadSetting, Config
from core.realtime.gate import Gate
from core.realtime.pushes import Coalescer
from core.realtime.responses import state_of
from tests.core.live_server import Server, serve

pytestmark = pytest.mark.without_database


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for them all, and the last look is into its log: tests/conftest.py keeps them together."""
    with serve("tests.core.live_app:make_app()", tmp_path_factory.mktemp("live") / "server.log") as found:
        yield found


clients: list[websocket.WebSocket | socket.socket | requests.Session] = []


@pytest.fixture(autouse=True)
def close_what_was_opened() -> Iterator[None]:
    yield
    while clients:
        clients.pop().close()


class Live:
    """A browser's end of a live connection, spoken by hand. Raises PermissionError if it is not let in."""

    def __init__(self, server: Server, token: str | None, session: str | None = None, **options: Any) -> None:
        options.setdefault("origin", server.url)
        cookie = {"cookie": f"session={session}"} if session else {}
        address = f"ws://127.0.0.1:{server.port}/socket.io/?EIO=4&transport=websocket"
        # The library checks UTF-8 byte by byte, which would make this reader the slow one.
        options["skip_utf8_validation"] = True
        self.ws = websocket.create_connection(address, timeout=5, **cookie, **options)
        # The library lets go of the socket without closing it where the server said goodbye first.
        clients.extend([self.ws, self.ws.sock])
        assert self.ws.recv().startswith("0")
        self.ws.send("40" + json.dumps({"token": token} if token is not None else {}))
        answer = self.packet()
        if not answer.startswith("40"):
            raise PermissionError(answer)

    def packet(self) -> str:
        """The next packet that is not a ping."""
        while True:
            text = self.ws.recv()
            if text != "2":
                return text
            self.ws.send("3")

    def watch(self, region: Any = "register:enzkreis", language: Any = "de") -> dict[str, Any]:
        self.ws.send("420" + json.dumps(["watch", {"region": region, "language": language}]))
        answer = self.packet()
        assert answer.startswith("430"), answer
        return json.loads(answer[3:])[0]

    def heard(self, seconds: float = 5) -> dict[str, Any]:
        """What the next push brought. Raises WebSocketTimeoutException if there is none."""
        self.ws.settimeout(seconds)
        name, payload = json.loads(self.packet()[2:])
        assert name == "changed"
        return payload

    def hears_nothing(self, seconds: float = 0.3) -> bool:
        try:
            self.heard(seconds)
        except websocket.WebSocketTimeoutException:
            return True
        return False

    def is_cut_off(self, seconds: float = 3) -> bool:
        """Whether the server says goodbye to this connection in that time."""
        self.ws.settimeout(seconds)
        try:
            while True:
                packet = self.packet()
                if packet in {"41", "1", ""}:
                    return True
        except (websocket.WebSocketConnectionClosedException, ConnectionError):
            return True
        except websocket.WebSocketTimeoutException:
            return False


class Polling:
    """The same without WebSocket."""

    def __init__(self, server: Server, headers: dict[str, str], session: str | None = None) -> None:
        self.http = requests.Session()
        clients.append(self.http)
        self.http.headers.update(headers)
        if session:
            self.http.cookies.set("session", session)
        self.address = f"{server.url}/socket.io/?EIO=4&transport=polling"
        opened = self.http.get(self.address, timeout=5)
        self.status = opened.status_code
        self.headers = opened.headers
        if opened.ok:
            self.address += "&sid=" + json.loads(opened.text[1:])["sid"]

    def say(self, text: str | bytes) -> int:
        return self.http.post(self.address, data=text, timeout=5).status_code

    def hear(self) -> str:
        return self.http.get(self.address, timeout=5).text


OWN = "http://127.0.0.1:{port}"
STRANGERS = [
    ("evil", {"Origin": "http://evil.example"}),
    ("null", {"Origin": "null"}),
    ("none", {}),
    ("own name as a part", {"Origin": OWN + ".evil.example"}),
    ("own name with another port", {"Origin": "http://127.0.0.1:1"}),
    ("forwarded host", {"Origin": "http://evil.example", "X-Forwarded-Host": "evil.example"}),
    ("forwarded host and port", {"Origin": "http://evil.example", "X-Forwarded-Host": "127.0.0.1:{port}"}),
    ("another host", {"Origin": "http://evil.example", "Host": "evil.example"}),
]


@pytest.mark.parametrize("session", ["anna", None])
@pytest.mark.parametrize(("name", "headers"), STRANGERS, ids=[name for name, _ in STRANGERS])
def test_only_our_own_pages_get_in(
    server: Server, name: str, headers: dict[str, str], session: str | None
) -> None:
    headers = {key: value.format(port=server.port) for key, value in headers.items()}
    token = server.token(session)
    assert Polling(server, headers, session).status in {403, 421}
    options: dict[str, Any] = {"origin": headers.pop("Origin", None), "host": headers.pop("Host", None)}
    if options["origin"] is None:
        options = {"suppress_origin": True}
    with pytest.raises(websocket.WebSocketBadStatusException) as refused:
        Live(server, token, session, header=headers, **options)
    assert refused.value.status_code in {403, 421}


def test_whoever_is_kept_out_is_counted_and_not_named() -> None:
    gate = Gate(lambda _environ, _start: [], {"here.example"}, {"https://here.example"}, secure=True)
    environ = {"PATH_INFO": "/socket.io/", "HTTP_HOST": "here.example", "HTTP_ORIGIN": "https://evil.example"}
    with capture_logs() as lines:
        assert list(gate(environ, lambda *_answer: None)) == [b"Refused."]
    assert lines == [
        {"event": "origin_refused", "code": "live", "logger": "security", "log_level": "warning"}
    ]


@pytest.mark.parametrize("session", ["anna", None])
def test_our_own_pages_get_in_by_both_ways(server: Server, session: str | None) -> None:
    assert Live(server, server.token(session), session).watch() == {"ok": True}
    for headers in ({"Origin": server.url}, {"Sec-Fetch-Site": "same-origin"}):
        polling = Polling(server, headers, session)
        assert polling.say("40" + json.dumps({"token": server.token(session)})) == 200
        assert polling.hear().startswith("40")


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
def test_a_plain_request_from_elsewhere_stays_out(server: Server, site: str) -> None:
    assert Polling(server, {"Sec-Fetch-Site": site}).status == 403


def test_a_script_tag_of_another_page_gets_nothing(server: Server) -> None:
    headers = {"Sec-Fetch-Site": "same-origin"}
    assert server.get("/socket.io/?EIO=4&transport=polling&j=0", headers=headers).status_code == 400


@pytest.mark.parametrize("session", ["anna", None])
@pytest.mark.parametrize(
    "token", [None, "", "x", "v.", "s.", "ä" * 20, "s." + "0" * 40, "v." + "0" * 40, 7, [], "x" * 300]
)
def test_nobody_gets_in_without_the_token_of_the_page(
    server: Server, token: Any, session: str | None
) -> None:
    with pytest.raises(PermissionError, match="token"):
        Live(server, token, session)
    polling = Polling(server, {"Origin": server.url}, session)
    assert polling.say("40" + json.dumps({"token": token})) == 200
    assert polling.hear().startswith("44")


def test_a_session_needs_its_own_token(server: Server) -> None:
    with pytest.raises(PermissionError):
        Live(server, server.token("bert"), "anna")
    with pytest.raises(PermissionError):
        Live(server, server.token("anna"))


def test_a_visitors_token_never_opens_what_a_session_may_see(server: Server) -> None:
    """A foreign server can fetch it, so it opens a visitor's connection whatever cookies come."""
    live = Live(server, server.token(), "anna")
    assert live.watch("staff:all") == {"ok": False, "code": "unknown"}
    assert Live(server, server.token("anna"), "anna").watch("staff:all") == {"ok": True}


def test_answers_of_the_live_path_carry_the_headers_of_all_pages(server: Server) -> None:
    for headers in ({"Origin": server.url}, {"Origin": "null"}):
        found = Polling(server, headers).headers
        assert found["X-Content-Type-Options"] == "nosniff"
        assert found["Content-Security-Policy"].startswith("default-src 'none'")
        assert found["Cache-Control"] == "no-store"


@pytest.mark.parametrize("wrong", ["*", "*.example.de"])
def test_every_origin_at_once_is_refused_at_the_start(wrong: str) -> None:
    from flask import Flask

    from core import realtime

    with pytest.raises(BadSetting):
        realtime.init(Flask("x"), Config(extra_hosts=(wrong,)))


def test_no_origin_at_all_is_refused_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    from flask import Flask

    from core import realtime

    monkeypatch.setattr(Config, "origins", frozenset())
    with pytest.raises(BadSetting):
        realtime.init(Flask("x"), Config())


@pytest.mark.parametrize(
    ("region", "language"),
    [
        ("register:pforzheim", "de"),
        ("nothing:enzkreis", "de"),
        ("staff:all", "de"),
        ("register", "de"),
        ("", "de"),
        (None, "de"),
        ({"a": 1}, "de"),
        ("register:enzkreis:public:de", "de"),
        ("register:enzkreis", "xx"),
        ("register:enzkreis", ["de"]),
        ("session x", "de"),
    ],
)
def test_what_may_not_be_watched_is_refused_in_one_way(server: Server, region: Any, language: Any) -> None:
    live = Live(server, server.token())
    assert live.watch(region, language) == {"ok": False, "code": "unknown"}
    assert live.watch() == {"ok": True}


def test_a_fault_of_ours_is_an_answer_and_not_a_broken_line(server: Server) -> None:
    live = Live(server, server.token())
    assert live.watch("broken:x") == {"ok": False, "code": "internal"}
    assert live.watch() == {"ok": True}


def test_one_connection_cannot_ask_for_ever(server: Server) -> None:
    live = Live(server, server.token())
    answers = [live.watch()["ok"] for _ in range(101)]
    assert answers == [True] * 100 + [False]


def test_each_language_is_rendered_once_and_only_if_watched(server: Server) -> None:
    germans = [Live(server, server.token()) for _ in range(3)]
    arab = Live(server, server.token())
    stranger = Live(server, server.token())
    assert all(live.watch(language="de")["ok"] for live in germans)
    assert arab.watch(language="ar")["ok"]
    server.post("/push")
    version = server.state()["renderings"]["push"][-1][1]
    told = [live.heard() for live in germans]
    assert told == [{"region": "register:enzkreis", "version": version, "html": "de"}] * 3
    assert arab.heard()["html"] == "ar"
    assert stranger.hears_nothing()
    pushed = [language for language, at in server.state()["renderings"]["push"] if at == version]
    assert sorted(pushed) == ["ar", "de"]


def test_an_audience_hears_only_its_own(server: Server) -> None:
    staff, visitor = Live(server, server.token("anna"), "anna"), Live(server, server.token())
    assert staff.watch("staff:all")["ok"]
    assert visitor.watch()["ok"]
    server.post("/push?region=staff:all&audience=moderator")
    assert staff.heard()["region"] == "staff:all"
    server.post("/push?region=staff:all&audience=public")
    assert staff.hears_nothing()
    assert visitor.hears_nothing()


def test_whoever_comes_back_reads_the_state_again(server: Server) -> None:
    live = Live(server, server.token())
    assert live.watch()["ok"]
    server.post("/push")
    version = live.heard()["version"]
    live.ws.close()
    server.post("/push?times=2")
    known = {"If-None-Match": f'"{version}"'}
    answer = server.get("/region", headers=known)
    assert (answer.status_code, answer.text) == (200, f"<p>de {version + 2}</p>")
    assert answer.headers["ETag"] == f'"{version + 2}"'
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["X-Live-Token"] == server.token()
    assert answer.headers["X-Live-State"] == state_of(f"de {version + 2}")
    for tag in (answer.headers["ETag"], "W/" + answer.headers["ETag"]):
        again = server.get("/region", headers={"If-None-Match": tag})
        assert (again.status_code, again.text) == (304, "")
    assert server.get("/region").status_code == 200
    assert server.state()["renderings"]["region"].count(version + 2) == 1
    assert server.get("/region?lang=en").text == f"<p>en {version + 2}</p>"


def test_the_end_of_a_session_ends_its_connections_at_once(server: Server) -> None:
    token = server.token("carla")
    mine = [Live(server, token, "carla") for _ in range(2)]
    others = Live(server, server.token("anna"), "anna")
    assert all(live.watch()["ok"] for live in [*mine, others])
    started = time.monotonic()
    assert server.post("/end/carla").text == "2"
    assert all(live.is_cut_off() for live in mine)
    # A connection that nobody ends is noticed by its missing pings only, after 45 s.
    assert time.monotonic() - started < 10
    server.post("/push")
    assert others.heard()["version"]
    with pytest.raises(PermissionError):
        Live(server, token, "carla")


def test_bursts_become_few_pushes_and_the_last_state_arrives(server: Server) -> None:
    live = Live(server, server.token())
    assert live.watch()["ok"]
    server.post("/push?times=50&soon=4")
    last = server.get("/state").json()["renderings"]["push"]
    told = [live.heard(), live.heard()]
    assert live.hears_nothing(0.5)
    assert told[1]["version"] - told[0]["version"] == 49
    assert told[0]["version"] in {version for _, version in last}


def test_the_coalescer_keeps_one_waiting_and_forgets_what_is_old() -> None:
    coalescer = Coalescer()
    first, second, third = ({"version": n}.copy for n in (1, 2, 3))
    assert coalescer.ask(("a", "public"), lambda _: first(), 10) == 0
    wait = coalescer.ask(("a", "public"), lambda _: second(), 10)
    assert wait is not None
    assert 9 < wait <= 10
    assert coalescer.ask(("a", "public"), lambda _: third(), 10) is None
    assert coalescer.ask(("b", "public"), lambda _: first(), 10) == 0
    assert coalescer.take(("a", "public"))("de") == {"version": 3}
    for number in range(1200):
        assert coalescer.ask((str(number), "public"), lambda _: first(), 0) == 0
    assert len(coalescer._last) < 1100


GARBAGE: list[str | bytes] = [
    "",
    "x",
    "9",
    "²",
    "b!!!",
    "bAAAA",
    "4",
    "4x",
    "4²",
    "42",
    "42[",
    "42{}",
    "42[]",
    "42[7]",
    '42[{"a":1}]',
    '42["connect"]',
    '42["disconnect"]',
    '42["watch"]',
    '420["watch",1,2,3]',
    '420["watch",{"region":1e999,"language":NaN}]',
    "4" + "[" * 3000,
    "42" + "[" * 3000,
    "40" + "[" * 3000,
    "41/",
    "40/admin,",
    "40" * 50,
    '40{"token":"x"}',
    "43",
    "431[]",
    '44"x"',
    '451-["watch",{"_placeholder":true,"num":0}]',
    '459999999-["watch"]',
    "46[]",
    "42" + "9" * 3000,
    "0",
    "1",
    "3probe",
    "6",
    "\x00\x1e\x1e",
    b"\x00",
    b'\x04["watch"]',
    "4" + "x" * 5000,
    b"x" * 5000,
]


@pytest.mark.parametrize("garbage", GARBAGE, ids=[f"{number}" for number in range(len(GARBAGE))])
def test_nonsense_harms_nobody(server: Server, garbage: str | bytes) -> None:
    witness = Live(server, server.token())
    assert witness.watch()["ok"]
    live = Live(server, server.token())
    with contextlib.suppress(OSError, websocket.WebSocketException):
        live.ws.send_binary(garbage) if isinstance(garbage, bytes) else live.ws.send(garbage)
        live.ws.settimeout(0.05)
        live.packet()
    polling = Polling(server, {"Origin": server.url})
    polling.say("40" + json.dumps({"token": server.token()}))
    status = polling.say(garbage.encode() if isinstance(garbage, str) else garbage)
    assert status in {200, 400, 413}
    server.post("/push")
    assert witness.heard()["version"]
    assert server.state()["half_packets"] == 0


@pytest.mark.parametrize(
    "frame",
    [
        b"\xff\xff\xff\xff",  # reserved bits
        b"\x81\x05hello",  # not masked
        b"\x81\x84\x00\x00\x00\x00\xff\xfe\xfd\xfc",  # not UTF-8
        b"\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00",  # announces eight exabytes
        b"\x89\xfe\x01\x00\x00\x00\x00\x00",  # a ping that is too long
        b"\x80\x81\x00\x00\x00\x00x",  # continues nothing
        b"\x88\x81\x00\x00\x00\x00x",  # a close of half a code
    ],
)
def test_broken_frames_end_the_connection_that_sent_them(server: Server, frame: bytes) -> None:
    witness, live = Live(server, server.token()), Live(server, server.token())
    assert witness.watch()["ok"]
    live.ws.sock.sendall(frame)
    with contextlib.suppress(OSError):
        live.ws.sock.sendall(b"\x00" * 8192)
        live.ws.sock.shutdown(socket.SHUT_WR)
    live.ws.sock.settimeout(3)
    with contextlib.suppress(ConnectionError):
        while live.ws.sock.recv(4096):
            pass
    server.post("/push")
    assert witness.heard()["version"]


def test_a_long_message_in_many_frames_is_refused(server: Server) -> None:
    live = Live(server, server.token())
    with contextlib.suppress(OSError, websocket.WebSocketException):
        live.ws.send_frame(websocket.ABNF.create_frame("4", websocket.ABNF.OPCODE_TEXT, fin=0))
        for _ in range(20):
            live.ws.send_frame(websocket.ABNF.create_frame("x" * 500, websocket.ABNF.OPCODE_CONT, fin=0))
    assert live.is_cut_off()


def test_compression_is_never_taken_up(server: Server) -> None:
    offer = ["Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"]
    live = Live(server, server.token(), header=offer)
    assert "sec-websocket-extensions" not in live.ws.getheaders()
    assert live.watch()["ok"]
    server.post("/push?size=5000")
    assert live.heard()["html"].endswith("x" * 5000)


def frames_of(data: bytes) -> tuple[list[bytes], bytes]:
    """Payloads of whole frames from the server in `data`, and what is left over."""
    found = []
    while len(data) >= 2:
        assert data[0] in {0x81, 0x88}, f"not the start of a frame after {len(found)} frames: {data[:20]!r}"
        length, start = data[1], 2
        if length == 126:
            length, start = int.from_bytes(data[2:4], "big"), 4
        elif length == 127:
            length, start = int.from_bytes(data[2:10], "big"), 10
        if len(data) < start + length:
            break
        found.append(data[start : start + length] if data[0] == 0x81 else b"close")
        data = data[start + length :]
    return found, data


def test_a_reader_who_stalls_gets_whole_frames_and_delays_nobody(server: Server) -> None:
    narrow = ((socket.SOL_SOCKET, socket.SO_RCVBUF, 4096),)
    stalled = Live(server, server.token(), sockopt=narrow)
    others = [Live(server, server.token()) for _ in range(5)]
    assert all(live.watch()["ok"] for live in [stalled, *others])
    heard: list[list[int]] = [[] for _ in others]
    delays: list[float] = []
    for _ in range(40):
        started = time.monotonic()
        server.post("/push?times=10&size=4000")
        # Each round is read to its end: on a busy machine a reader left to itself falls behind and is
        # rightly given up like the stalled one.
        for versions, live in zip(heard, others, strict=True):
            versions.extend(live.heard(10)["version"] for _ in range(10))
        delays.append(time.monotonic() - started)
    first = heard[0][0]
    assert heard == [list(range(first, first + 400))] * len(others)
    # Who waited for the stalled reader would wait until its connection is given up, 21 seconds.
    assert max(delays) < 5

    stalled.ws.sock.settimeout(5)
    data = b""
    with contextlib.suppress(ConnectionError):
        while piece := stalled.ws.sock.recv(65536):
            data += piece
            if b"\x88\x02\x03\xe8" in data[-8:]:
                break
    frames, rest = frames_of(data)
    pushes = [json.loads(frame[2:])[1]["version"] for frame in frames if frame.startswith(b"42")]
    assert pushes == list(range(first, first + len(pushes)))
    assert 0 < len(pushes) < 400, "the bound was not reached; push more"
    assert frames[-2:] == [b"1", b"close"]
    assert rest == b""


def test_connections_that_come_and_go_leave_nothing_behind(server: Server) -> None:
    def come_and_go(times: int) -> None:
        for _ in range(times):
            for _ in range(50):
                live = Live(server, server.token())
                live.watch()
                live.ws.sock.close()
            # On a busy machine many would be on their way out at once, and memory once had is kept.
            server.wait_for(lambda state: all(state[name] <= first[name] for name in ("environs", "sockets")))

    # Those of other tests may still be there.
    first = server.state()
    # Memory grows with the first eight hundred and stays level for all that come after them.
    come_and_go(16)
    before = server.state()
    come_and_go(8)
    after = server.state()
    assert after["rooms"] <= before["rooms"] + 2
    assert after["memory_kb"] - before["memory_kb"] < 3000


def test_the_log_of_all_this_shows_no_traceback_and_no_content(server: Server) -> None:
    text = server.log.read_text()
    assert "placeholder" not in text
    tracebacks = [part.splitlines()[-1] for part in text.split("Traceback")[1:]]
    assert all("division by zero" in part for part in text.split("Traceback")[1:]), tracebacks


def test_the_cache_renders_once_for_each_version() -> None:
    cache = VersionedCache(entries=2, size=100_000)
    made: list[str] = []

    def render(text: str) -> str:
        made.append(text)
        return text

    assert [cache.get("a", 1, lambda: render("a1")) for _ in range(3)] == ["a1"] * 3
    assert cache.get("a", 2, lambda: render("a2")) == "a2"
    assert cache.get("b", 1, lambda: render("b1")) == "b1"
    assert cache.get("a", 2, lambda: render("never")) == "a2"
    assert cache.get("c", 1, lambda: render("c1")) == "c1"
    assert len(cache) == 2
    assert cache.get("a", 2, lambda: render("never")) == "a2"
    assert cache.get("b", 1, lambda: render("b1 again")) == "b1 again"
    assert made == ["a1", "a2", "b1", "c1", "b1 again"]


def test_the_cache_keeps_to_its_bound_of_memory_and_nothing_of_a_failure() -> None:
    cache = VersionedCache(entries=100, size=10_000)
    for number in range(50):
        cache.get(number, 1, lambda: "x" * 1000)
        assert cache.size <= 10_000
    assert 5 < len(cache) < 10
    cache.get("too large", 1, lambda: "x" * 20_000)
    assert cache.size <= 10_000
    with pytest.raises(ZeroDivisionError):
        cache.get("a", 1, lambda: str(1 / 0))
    assert cache.get("a", 1, lambda: "fine") == "fine"
    cache.clear()
    assert (len(cache), cache.size) == (0, 0)


def test_many_who_ask_the_cache_at_once_wait_for_one_rendering() -> None:
    cache = VersionedCache()
    made: list[int] = []

    def render() -> str:
        made.append(1)
        time.sleep(0.05)
        return "text"

    threads = [threading.Thread(target=cache.get, args=("a", 1, render)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [1]
