"""R27, R61, R63: the server is killed under 360 people in six groups; all screens end up alike."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import re
import struct
import time
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

import pytest

from core.realtime.responses import state_of
from tests.core.live_server import Server, serve

T = TypeVar("T")

pytestmark = [pytest.mark.without_database, pytest.mark.slow]

GROUPS, PEOPLE = 6, 60
LINE_ERRORS = (OSError, asyncio.IncompleteReadError, asyncio.TimeoutError)


class Person:
    """Somebody with a phone: watches a board, writes one card, and does not give up."""

    def __init__(self, port: int, number: int) -> None:
        self.port, self.number, self.board = port, number, number % GROUPS + 1
        self.session = f"person-{number}"
        self.version, self.cards = -1, {}
        self.theirs = ""
        self.arrived = False
        self.stop = False

    async def http(self, method: str, path: str, body: str = "", **headers: str) -> tuple[int, dict, str]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            host = f"127.0.0.1:{self.port}"
            lines = [f"{method} {path} HTTP/1.0", f"Host: {host}", f"Origin: http://{host}"]
            lines += [f"Cookie: session={self.session}", "Content-Type: application/x-www-form-urlencoded"]
            lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
            lines += [f"Content-Length: {len(body.encode())}", "", body]
            writer.write("\r\n".join(lines).encode())
            answer = await asyncio.wait_for(reader.read(), 20)
        finally:
            writer.close()
        head, _, rest = answer.decode().partition("\r\n\r\n")
        if not head.startswith("HTTP/1"):
            raise ConnectionError
        pairs = dict(line.split(": ", 1) for line in head.split("\r\n")[1:])
        return int(head.split()[1]), {name.lower(): value for name, value in pairs.items()}, rest

    async def write(self, begin: float) -> None:
        """Send a card under one key until the server has taken it."""
        await asyncio.sleep(begin)
        key = f"card-of-the-person-{self.number:04}"
        body = urlencode({"text": f"Karte {self.number:04}"})
        while not self.arrived:
            with contextlib.suppress(*LINE_ERRORS):
                status, _, _ = await self.http(
                    "POST",
                    f"/boards/{self.board}/cards",
                    body,
                    Idempotency_Key=key,
                    Accept="application/json",
                )
                self.arrived = status == 200
            await asyncio.sleep(0 if self.arrived else 0.3 + random.random())

    async def watch(self) -> None:
        """Follow the board, and come back whenever the line breaks."""
        while not self.stop:
            with contextlib.suppress(*LINE_ERRORS):
                await self.follow()
            await asyncio.sleep(0.2 + random.random())

    async def follow(self) -> None:
        _, _, token = await self.http("GET", "/token")
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        host = f"127.0.0.1:{self.port}"
        writer.write(
            f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n"
            f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            f"Cookie: session={self.session}\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n".encode()
        )
        try:
            await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 20)
            while not self.stop:
                first, size = await reader.readexactly(2)
                if size == 126:
                    size = int.from_bytes(await reader.readexactly(2), "big")
                elif size == 127:
                    size = int.from_bytes(await reader.readexactly(8), "big")
                content = (await reader.readexactly(size)).decode("utf-8", "replace")
                if first == 0x88:
                    return
                answer = await self.hear(content, token)
                if answer:
                    writer.write(frame(answer))
        finally:
            writer.close()

    async def hear(self, text: str, token: str) -> str:
        if text == "2":
            return "3"
        if text.startswith("0"):
            return "40" + json.dumps({"token": token})
        if text.startswith("40"):
            return "420" + json.dumps(["watch", {"region": f"board:{self.board}", "language": "de"}])
        if text.startswith("430"):
            await self.read()
        if text.startswith('42["changed"'):
            push = json.loads(text[2:])[1]
            if push["version"] == self.version + 1:
                self.version = push["version"]
                self.cards[push["id"]] = push["html"]
            elif push["version"] > self.version:
                await self.read()
        return ""

    async def read(self) -> None:
        """Read the board again by its version, as pages do."""
        status, headers, html = await self.http(
            "GET", f"/boards/{self.board}", If_None_Match=f'"{self.version}"'
        )
        assert status in {200, 304}, status
        self.theirs = headers["x-live-state"]
        if status == 200:
            self.version = int(headers["etag"].strip('"'))
            self.cards = dict(pieces(html))

    def screen(self) -> str:
        """What this phone shows, as both ends compute it."""
        return state_of("".join(self.cards.values()))


def pieces(html: str) -> list[tuple[str, str]]:
    return [(found[1], found[0]) for found in re.finditer(r'<p data-id="(\d+)">.*?</p>', html)]


def frame(text: str) -> bytes:
    data, mask = text.encode(), os.urandom(4)
    size = struct.pack("!B", 0x80 | len(data)) if len(data) < 126 else struct.pack("!BH", 0xFE, len(data))
    return b"\x81" + size + mask + bytes(byte ^ mask[n % 4] for n, byte in enumerate(data))


async def live_through(server: Server, people: list[Person]) -> float:
    """Everybody writes; in the middle the server is killed. Gives the seconds until all is alike."""
    loop = asyncio.get_running_loop()
    watching = [asyncio.create_task(person.watch()) for person in people]
    limit = time.monotonic() + 60
    while any(person.version < 0 for person in people):
        assert time.monotonic() < limit, "not everybody came in"
        await asyncio.sleep(0.1)
    writing = [asyncio.create_task(person.write(4 * random.random())) for person in people]
    await asyncio.sleep(2)
    await loop.run_in_executor(None, lambda: server.stop(kill=True))
    await asyncio.sleep(1)
    started = time.monotonic()
    await loop.run_in_executor(None, server.run)
    await asyncio.gather(*writing)
    while len({(one.board, one.screen()) for one in people}) > GROUPS or not complete(people):
        assert time.monotonic() - started < 60, describe(people)
        await asyncio.sleep(0.1)
    seconds = time.monotonic() - started
    for person in people:
        person.stop = True
    for task in watching:
        task.cancel()
    await asyncio.gather(*watching, return_exceptions=True)
    return seconds


def complete(people: list[Person]) -> bool:
    return all(len(person.cards) == PEOPLE for person in people)


def describe(people: list[Person]) -> dict[str, Any]:
    return {"cards": sorted({len(one.cards) for one in people}), "versions": {one.version for one in people}}


def in_a_loop_of_its_own(work: Coroutine[Any, Any, T]) -> T:
    """Run to the end in another thread: beside tests in a browser this one has a loop already."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


def test_all_screens_are_alike_after_a_kill_and_nothing_is_lost(tmp_path: Path) -> None:
    database = str(tmp_path / "boards.db")
    with serve("tests.core.board_app:make_app()", tmp_path / "log", BOARD_DATABASE=database) as server:
        people = [Person(server.port, number) for number in range(GROUPS * PEOPLE)]
        seconds = in_a_loop_of_its_own(live_through(server, people))
        cards = server.get("/cards").json()
        assert sorted(cards) == [f"Karte {number:04}" for number in range(GROUPS * PEOPLE)]
        in_a_loop_of_its_own(compare(people))
        assert seconds < 30, f"The last screen was right after {seconds:.0f} s."


async def compare(people: list[Person]) -> None:
    for person in people[:GROUPS]:
        await person.read()
        assert person.theirs == person.screen()
