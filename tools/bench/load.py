"""The load generator: reads orders as lines of JSON, answers each with one line. Only the standard library.

An order names `port`, `clients`, `seconds` and either `path` (with `headers`) for GET requests, or `ballots`
(with `path`, `cookies`, `items`, `origin`) for votes of one participant per client, or `signups` (with
`path`, `groups`, `origin`) for people who sign up, each of them another one in a network of their own; every
`waits`-th of them would also wait for a place. `pause` is the time a client waits between two requests,
`most` the number of requests after which it stops, `total` that of all clients together, `patience` the
seconds it waits for an answer (left out: 30). Whoever signs up and gets no answer, or is told that the
program is busy, sends the same form again with the same key, as a browser does, until the time is over.
Connections stay open, as a browser's do.
"""

from __future__ import annotations

import json
import re
import secrets
import socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Make = Callable[[int], bytes]

BUSY = {"429", "500", "502", "503", "504"}
"""Answers after which somebody tries again."""

PAUSE = 0.25
_CODE = re.compile(rb'<p class="vs-code"[^>]*>([^<]+)<')


@dataclass
class Seen:
    """What all clients of an order have seen so far."""

    times: list[float] = field(default_factory=list)
    statuses: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    """The personal codes that people were shown who have signed up."""
    waiting: list[str] = field(default_factory=list)
    """Those of them whose holders would also wait."""
    resent: list[str] = field(default_factory=list)
    """Why something was sent once more."""


def get(order: dict[str, Any]) -> Make:
    """The same GET request every time."""
    lines = [f"GET {order['path']} HTTP/1.1", f"Host: 127.0.0.1:{order['port']}", "Accept-Language: de"]
    lines += [f"{name}: {value}" for name, value in order.get("headers", {}).items()]
    request = ("\r\n".join(lines) + "\r\n\r\n").encode()
    return lambda number: request


def ballot(order: dict[str, Any], client: int) -> Make:
    """A ballot of this client that differs from its last one, each with a key of its own."""
    items: list[int] = order["items"]

    def make(number: int) -> bytes:
        chosen = {items[(number + client + step) % len(items)] for step in range(3)}
        fields = [f"_key={secrets.token_urlsafe(18)}"]
        fields += [f"item-{item}={1 if item in chosen else 0}" for item in items]
        body = "&".join(fields).encode()
        head = (
            f"POST {order['path']} HTTP/1.1\r\nHost: 127.0.0.1:{order['port']}\r\nAccept-Language: de\r\n"
            f"Origin: {order['origin']}\r\nCookie: {order['cookies'][client]}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    return make


def signup(order: dict[str, Any], client: int) -> Make:
    """Somebody new who signs up for one of the groups, with a browser and a form of their own."""
    groups: list[int] = order["groups"]

    def make(number: int) -> bytes:
        group = groups[(number + client) % len(groups)]
        full = "%2C".join(map(str, groups)) if would_wait(order, number) else ""
        body = f"_key={secrets.token_urlsafe(18)}&full={full}&group-{group}=1".encode()
        # Each sits at home: of one network not so many are let through.
        network = f"10.{client % 250}.{number // 250 % 250}.{number % 250}"
        head = (
            f"POST {order['path']} HTTP/1.1\r\nHost: 127.0.0.1:{order['port']}\r\nAccept-Language: de\r\n"
            f"Origin: {order['origin']}\r\nCookie: visit={secrets.token_urlsafe(24)}\r\n"
            f"X-Forwarded-For: {network}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    return make


def would_wait(order: dict[str, Any], number: int) -> bool:
    """Whether this person takes a place on the waiting list, too."""
    return "waits" in order and number % int(order["waits"]) == 0


def exchange(connection: socket.socket, request: bytes) -> tuple[str, bytes]:
    """Send a request and read its whole answer; gives status and body."""
    connection.sendall(request)
    received = b""
    while b"\r\n\r\n" not in received:
        part = connection.recv(262_144)
        if not part:
            raise ConnectionError("The server closed the connection.")
        received += part
    head, _, body = received.partition(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    missing = length - len(body)
    while missing > 0:
        part = connection.recv(min(missing, 262_144))
        if not part:
            raise ConnectionError("The server closed the connection.")
        missing -= len(part)
        body += part
    return head.split(b" ", 2)[1].decode(), body


def connect(order: dict[str, Any]) -> socket.socket:
    """A connection as a browser opens it."""
    patience = float(order.get("patience", 30))
    connection = socket.create_connection(("127.0.0.1", order["port"]), timeout=patience)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def client(order: dict[str, Any], number: int, until: float, seen: Seen) -> None:
    """One client, request after request, until the time is over."""
    if order.get("signups"):
        people(order, number, until, seen)
        return
    make = ballot(order, number) if order.get("ballots") else get(order)
    pause = float(order.get("pause", 0))
    count = 0
    with connect(order) as connection:
        while count < share(order, number) and time.perf_counter() < until:
            request = make(count)
            begin = time.perf_counter()
            seen.statuses.append(exchange(connection, request)[0])
            seen.times.append(time.perf_counter() - begin)
            count += 1
            if pause:
                time.sleep(pause)


def people(order: dict[str, Any], number: int, until: float, seen: Seen) -> None:
    """One client through which people sign up one after the other, each as often as it takes."""
    make = signup(order, number)
    line: list[socket.socket] = []
    count = 0
    while count < share(order, number) and time.perf_counter() < until:
        begin = time.perf_counter()
        answer = until_answered(order, make(count), line, until, seen)
        if answer is None:
            break
        status, body = answer
        seen.times.append(time.perf_counter() - begin)
        seen.statuses.append(status)
        found = _CODE.search(body)
        if found is not None:
            (seen.waiting if would_wait(order, count) else seen.codes).append(found[1].decode().strip())
        count += 1
    for connection in line:
        connection.close()


def until_answered(
    order: dict[str, Any], request: bytes, line: list[socket.socket], until: float, seen: Seen
) -> tuple[str, bytes] | None:
    """Send the same again and again until it is answered; None if the time is over before."""
    while time.perf_counter() < until:
        try:
            if not line:
                line.append(connect(order))
            status, body = exchange(line[0], request)
            if status not in BUSY:
                return status, body
            seen.resent.append(status)
        except OSError as error:
            # An answer that comes late must not be taken for the next one.
            for connection in line:
                connection.close()
            line.clear()
            seen.resent.append(type(error).__name__)
        time.sleep(PAUSE)
    return None


def share(order: dict[str, Any], number: int) -> int:
    """How many requests this client sends at most."""
    if "total" in order:
        each, more = divmod(int(order["total"]), int(order["clients"]))
        return each + (number < more)
    return int(order.get("most", sys.maxsize))


def run(order: dict[str, Any]) -> dict[str, Any]:
    """Carry out an order."""
    seen = Seen()
    begin = time.perf_counter()
    until = begin + float(order["seconds"])
    clients = [
        threading.Thread(target=client, args=(order, number, until, seen))
        for number in range(int(order["clients"]))
    ]
    for thread in clients:
        thread.start()
    for thread in clients:
        thread.join()
    seconds = time.perf_counter() - begin
    return {
        "answers": len(seen.times),
        "statuses": dict(Counter(seen.statuses)),
        "times": sorted(seen.times),
        "seconds": seconds,
        "codes": seen.codes,
        "waiting": seen.waiting,
        "resent": dict(Counter(seen.resent)),
    }


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(run(json.loads(line))), flush=True)
