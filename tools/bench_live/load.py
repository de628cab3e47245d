"""The watchers, in a process of their own: opens lines, counts what comes and how late, and says so as JSON.

    python -m tools.bench_live.load PORT socketio|ours|raw [offer]

Reads commands from its input, one JSON list a line, and answers each with one line: ["connect", n],
["stall", n], ["collect", messages, seconds], ["close"].
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import re
import socket
import struct
import sys
import time
import urllib.request
from typing import Any

SENT = re.compile(rb'"t":\s*([0-9.]+)')
VERSION = re.compile(rb'"version":\s*([0-9]+)')
UPGRADE = (
    "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: {key}\r\n{offer}\r\n"
)
OFFER = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"
AT_ONCE = 50


class Watcher(asyncio.Protocol):
    """One line: shakes hands, answers pings, and notes each message's way."""

    def __init__(self, port: int, kind: str, token: str, all_delays: list[float]) -> None:
        self.port, self.kind, self.token = port, kind, token
        self.delays = all_delays
        self.transport: Any = None
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.buffer = b""
        self.open = False
        self.last = 0
        self.torn = 0
        self.lost = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for a WebSocket, offering to compress as browsers do where that is wanted."""
        self.transport = transport
        path = "/" if self.kind == "raw" else "/socket.io/?EIO=4&transport=websocket"
        offer = OFFER if "offer" in sys.argv else ""
        key = base64.b64encode(os.urandom(16)).decode()
        self.transport.write(UPGRADE.format(path=path, port=self.port, key=key, offer=offer).encode())

    def connection_lost(self, _error: Exception | None) -> None:
        """The server has had enough, or we have."""
        self.lost = True
        if not self.ready.done():
            self.ready.set_exception(ConnectionError("The server let nobody in."))

    def data_received(self, data: bytes) -> None:
        """Take as many frames as have come whole."""
        self.buffer += data
        if not self.open:
            head, found, rest = self.buffer.partition(b"\r\n\r\n")
            if not found:
                return
            if b" 101 " not in head.split(b"\r\n")[0] or b"permessage-deflate" in head.lower():
                self.ready.set_exception(ConnectionError(head.decode("latin-1")))
                return
            self.open, self.buffer = True, rest
            if self.kind == "raw" and not self.ready.done():
                self.ready.set_result(None)
        at, buffer, length = 0, self.buffer, len(self.buffer)
        while length - at >= 2:
            size, start = buffer[at + 1], at + 2
            if size == 126:
                if length - at < 4:
                    break
                size, start = int.from_bytes(buffer[at + 2 : at + 4], "big"), at + 4
            elif size == 127:
                if length - at < 10:
                    break
                size, start = int.from_bytes(buffer[at + 2 : at + 10], "big"), at + 10
            if length - start < size:
                break
            self.frame(buffer[at], buffer[start : start + size])
            at = start + size
        self.buffer = buffer[at:]

    def frame(self, first: int, content: bytes) -> None:
        """One whole frame."""
        if first == 0x81 and content.startswith(b"42"):
            found, version = SENT.search(content), VERSION.search(content)
            if found and version:
                self.delays.append(time.time() - float(found[1]))
                self.last = int(version[1])
        elif first == 0x81:
            self.talk(content.decode())
        elif first not in {0x88, 0x89, 0x8A}:
            self.torn += 1

    def talk(self, text: str) -> None:
        """The words between opening and the first message."""
        if text == "2":
            self.say("3")
        elif text.startswith("0"):
            self.say("40" + json.dumps({"token": self.token}))
        elif text.startswith("40") and self.kind == "ours":
            self.say('420["watch",{"region":"bench:all","language":"de"}]')
        elif text.startswith(("40", "430")) and not self.ready.done():
            self.ready.set_result(None)

    def say(self, text: str) -> None:
        """Send a short text, masked as browsers must."""
        data, mask = text.encode(), os.urandom(4)
        size = struct.pack("!B", 0x80 | len(data)) if len(data) < 126 else struct.pack("!BH", 0xFE, len(data))
        masked = bytes(byte ^ mask[n % 4] for n, byte in enumerate(data))
        self.transport.write(b"\x81" + size + mask + masked)


class Load:
    """All lines of one measurement."""

    def __init__(self, port: int, kind: str) -> None:
        self.port, self.kind = port, kind
        self.delays: list[float] = []
        self.watchers: list[Watcher] = []
        self.stalled: list[socket.socket] = []
        self.token = ""
        if kind == "ours":
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/token") as answer:
                self.token = answer.read().decode()

    async def connect(self, number: int) -> dict[str, Any]:
        """Open so many lines more, some at a time."""
        loop = asyncio.get_running_loop()
        for begun in range(0, number, AT_ONCE):
            fresh = []
            for _ in range(min(AT_ONCE, number - begun)):
                _, watcher = await loop.create_connection(self._watcher, "127.0.0.1", self.port)
                fresh.append(watcher)
            await asyncio.wait_for(asyncio.gather(*(one.ready for one in fresh)), 60)
            self.watchers += fresh
        return {"watchers": len(self.watchers)}

    def _watcher(self) -> Watcher:
        return Watcher(self.port, self.kind, self.token, self.delays)

    async def stall(self, number: int) -> dict[str, Any]:
        """Have so many of the lines read nothing any more."""
        for watcher in self.watchers[:number]:
            line = watcher.transport.get_extra_info("socket")
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            watcher.transport.pause_reading()
        return {"stalled": number}

    async def collect(self, messages: int, seconds: float) -> dict[str, Any]:
        """Wait until everybody who reads has had so many, then say how late they were."""
        reading = [one for one in self.watchers if not one.lost and one.transport.is_reading()]
        limit = time.monotonic() + seconds
        while len(self.delays) < messages * len(reading) and time.monotonic() < limit:
            await asyncio.sleep(0.02)
        found = sorted(self.delays)
        self.delays.clear()
        return {
            "received": len(found),
            "wanted": messages * len(reading),
            "torn": sum(one.torn for one in self.watchers),
            "gone": sum(one.lost for one in self.watchers),
            "last": min((one.last for one in reading), default=0),
            "median_ms": 1000 * found[len(found) // 2] if found else 0.0,
            "p95_ms": 1000 * found[int(len(found) * 0.95)] if found else 0.0,
            "worst_ms": 1000 * found[-1] if found else 0.0,
        }

    async def send(self, count: int, rate: float) -> dict[str, Any]:
        """Have the server without HTTP send."""
        self.watchers[-1].say(f"send {count} {rate}")
        return {}

    async def close(self) -> dict[str, Any]:
        """Leave."""
        for watcher in self.watchers:
            watcher.transport.abort()
        self.watchers.clear()
        return {}


async def main() -> None:
    """Do what is asked until there is no more."""
    loop = asyncio.get_running_loop()
    load = Load(int(sys.argv[1]), sys.argv[2])
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        name, *arguments = json.loads(line)
        try:
            answer = await getattr(load, name)(*arguments)
        except (OSError, TimeoutError) as error:
            answer = {"error": f"{type(error).__name__}: {error}"[:300]}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
