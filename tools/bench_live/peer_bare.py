"""A broadcast with python-socketio as it comes: one room, no rights, no tokens."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

import socketio

from tools.bench_live.served import payload

sio = socketio.Server(async_mode="threading", cors_allowed_origins="*")


@sio.event  # type: ignore[untyped-decorator]
def connect(sid: str, _environ: object, _auth: object = None) -> None:
    """Everybody is in one room."""
    sio.enter_room(sid, "all")


def control(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """POST /send?count=…&rate=…"""
    query = parse_qs(environ.get("QUERY_STRING", ""))
    count, rate = int(query.get("count", ["0"])[0]), float(query.get("rate", ["0"])[0])
    started = time.monotonic()
    for version in range(1, count + 1):
        sio.emit("changed", payload(version), to="all")
        sio.sleep(max(0, started + version / rate - time.monotonic()) if rate else 0)
    start("200 OK", [("Content-Type", "text/plain")])
    return [b"done"]


app = socketio.WSGIApp(sio, control)
