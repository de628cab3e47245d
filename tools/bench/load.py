"""The load generator: reads orders as lines of JSON, answers each with one line. Only the standard library.

An order names `port`, `clients`, `seconds` and either `path` (with `headers`) for GET requests or `ballots`
(with `path`, `cookies`, `items`, `origin`) for votes of one participant per client. `pause` is the time a
client waits between two requests, `most` the number of requests after which it stops.
Connections stay open, as a browser's do.
"""

from __future__ import annotations

import json
import secrets
import socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

Make = Callable[[int], bytes]


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


def exchange(connection: socket.socket, request: bytes) -> str:
    """Send a request and read its whole answer; gives the status."""
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
    return head.split(b" ", 2)[1].decode()


def client(order: dict[str, Any], number: int, until: float, times: list[float], statuses: list[str]) -> None:
    """One client, request after request, until the time is over."""
    make = ballot(order, number) if order.get("ballots") else get(order)
    pause = float(order.get("pause", 0))
    most = order.get("most", sys.maxsize)
    count = 0
    with socket.create_connection(("127.0.0.1", order["port"]), timeout=30) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while count < most and time.perf_counter() < until:
            request = make(count)
            begin = time.perf_counter()
            statuses.append(exchange(connection, request))
            times.append(time.perf_counter() - begin)
            count += 1
            if pause:
                time.sleep(pause)


def run(order: dict[str, Any]) -> dict[str, Any]:
    """Carry out an order."""
    times: list[float] = []
    statuses: list[str] = []
    begin = time.perf_counter()
    until = begin + float(order["seconds"])
    clients = [
        threading.Thread(target=client, args=(order, number, until, times, statuses))
        for number in range(int(order["clients"]))
    ]
    for thread in clients:
        thread.start()
    for thread in clients:
        thread.join()
    seconds = time.perf_counter() - begin
    return {
        "answers": len(times),
        "statuses": dict(Counter(statuses)),
        "times": sorted(times),
        "seconds": seconds,
    }


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(run(json.loads(line))), flush=True)
