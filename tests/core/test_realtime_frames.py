"""R25, R26: frames of any shape: no fault of ours, nothing is passed on, and nobody else is disturbed."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator

import pytest
import websocket
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.core.live_server import Server, serve
from tests.core.test_realtime import Live, Polling, clients

pytestmark = pytest.mark.without_database
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=40) | st.integers(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=20,
)
EVENTS = st.sampled_from(["watch", "changed", "gone", "connect", "disconnect", "message", "__proto__"])
FRAMES = st.one_of(
    st.text(max_size=300),
    st.tuples(st.sampled_from("0123456"), st.text(max_size=100)).map("".join),
    st.tuples(EVENTS | st.text(max_size=20), st.lists(ANYTHING, max_size=3)).map(
        lambda pair: "42" + json.dumps([pair[0], *pair[1]])
    ),
    st.tuples(st.integers(0, 10**9), ANYTHING).map(lambda pair: f"42{pair[0]}" + json.dumps(pair[1])),
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serve("tests.core.live_app:make_app()", tmp_path_factory.mktemp("frames") / "server.log") as found:
        yield found
        assert "Traceback" not in found.log.read_text()


@pytest.fixture(scope="module")
def witness(server: Server) -> Iterator[Live]:
    live = Live(server, server.token())
    clients.clear()
    assert live.watch()["ok"]
    yield live
    live.ws.sock.close()


def close_all() -> None:
    while clients:
        clients.pop().close()


@pytest.fixture(autouse=True)
def close_what_was_opened(witness: Live) -> Iterator[None]:
    yield
    close_all()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(frames=st.lists(FRAMES, min_size=1, max_size=5))
def test_frames_of_any_shape_reach_nobody(server: Server, witness: Live, frames: list[str]) -> None:
    live = Live(server, server.token())
    with contextlib.suppress(OSError, websocket.WebSocketException):
        for frame in frames:
            live.ws.send(frame)
    server.post("/push")
    # The next thing the witness hears is ours.
    told = witness.heard()
    assert set(told) == {"region", "version", "html"}
    assert told["html"] == "de"
    close_all()


@pytest.mark.parametrize("size", [16_384, 1_000_000])
@pytest.mark.parametrize("kind", ["one string", "many brackets", "many keys"])
def test_what_is_too_long_ends_only_its_own_line(server: Server, witness: Live, size: int, kind: str) -> None:
    text = {
        "one string": '42["watch","' + "x" * size + '"]',
        "many brackets": "42" + "[" * size,
        "many keys": '42["watch",{' + ",".join(f'"{n}":1' for n in range(size // 10)) + "}]",
    }[kind]
    live = Live(server, server.token())
    with contextlib.suppress(OSError, websocket.WebSocketException):
        live.ws.send(text)
    assert live.is_cut_off()
    polling = Polling(server, {"Origin": server.url})
    assert polling.say("40" + json.dumps({"token": server.token()})) == 200
    assert polling.say(text) in {400, 413}
    server.post("/push")
    assert witness.heard()["html"] == "de"
