"""What is asked of each server, and what comes out of it."""

from __future__ import annotations

import http.client
import statistics
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from tools.bench_live.peers import Load, Peer, Running, running

DELIVERIES_PER_SECOND = 9000
"""How much is told where processor time is measured; every server keeps up with it on a quiet machine."""

AT_REST = 10
"""Messages a second where delays are measured."""


@dataclass(slots=True)
class Round:
    """One server, once, with so many watchers."""

    cpu_us: float
    """Processor time of one delivery."""

    p95_ms: float
    median_ms: float
    lost: int
    gone: int
    kb: float
    """Memory of one connection."""

    rest_mb: float


@dataclass(slots=True)
class Found:
    """All that was measured."""

    rounds: dict[tuple[str, int], list[Round]] = field(default_factory=lambda: defaultdict(list))
    votes: dict[str, Any] = field(default_factory=dict)
    stalled: dict[str, Any] = field(default_factory=dict)

    def middle(self, name: str, number: int, what: str) -> float:
        """The median over the rounds."""
        return float(statistics.median(getattr(one, what) for one in self.rounds[name, number]))


def fan_out(found: Found, peer: Peer, number: int, seconds: float) -> None:
    """P3, P4, P5: processor time of a delivery, delays, memory of a connection."""
    with running(peer) as server, Load(server) as load:
        before = server.memory_kb()
        load.ask("connect", number)
        time.sleep(0.5)
        memory = server.memory_kb()
        rate = max(5, DELIVERIES_PER_SECOND / number)
        count = int(rate * seconds)
        used = server.cpu()
        busy = told(server, load, count, rate, seconds)
        used = server.cpu() - used
        calm = told(server, load, int(AT_REST * seconds), AT_REST, seconds)
        found.rounds[peer.name, number].append(
            Round(
                cpu_us=1e6 * used / max(1, busy["received"]),
                p95_ms=calm["p95_ms"],
                median_ms=calm["median_ms"],
                lost=calm["wanted"] - calm["received"] + busy["wanted"] - busy["received"],
                gone=calm["gone"],
                kb=(memory - before) / number,
                rest_mb=before / 1024,
            )
        )


def told(server: Running, load: Load, count: int, rate: float, seconds: float) -> dict[str, Any]:
    """Have the server send, and the watchers count."""
    if server.peer.kind == "raw":
        load.ask("send", count, rate)
        return load.ask("collect", count, seconds * 3 + 10)
    load.tell("collect", count, seconds * 3 + 10)
    server.send(count, rate)
    return load.answer()


def votes(found: Found, peer: Peer, number: int, seconds: float) -> None:
    """P6: votes a second while many watch the tally, against none watching."""
    with running(peer) as server, Load(server) as load:
        alone = vote(server, seconds)
        load.ask("connect", number)
        watched = vote(server, seconds)
        time.sleep(0.5)
        seen = load.ask("collect", 1, 1)
        cast = alone + watched
        found.votes = {
            "watchers": number,
            "alone": alone / seconds,
            "watched": watched / seconds,
            "ratio": watched / alone,
            "missing": cast - seen["last"],
            "pushes": seen["received"] / number / seconds,
            "p95_ms": seen["p95_ms"],
        }


def vote(server: Running, seconds: float) -> int:
    """Cast votes over eight lines for so long; gives their number."""
    cast = [0] * 8
    end = time.monotonic() + seconds

    def one(place: int) -> None:
        line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        while time.monotonic() < end:
            line.request("POST", f"/vote?who={place}-{cast[place]}")
            answer = line.getresponse()
            answer.read()
            if answer.status != http.client.OK:
                raise RuntimeError(f"A vote was answered with {answer.status}.")
            cast[place] += 1
        line.close()

    threads = [threading.Thread(target=one, args=(place,)) for place in range(len(cast))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(cast)


def stalled(found: Found, peer: Peer, seconds: float) -> None:
    """P12: what some who read nothing cost the others."""
    count, rate = int(max(700, 150 * seconds)), 150.0
    for number in (0, 5):
        with running(peer) as server, Load(server) as load:
            load.ask("connect", 100)
            if number:
                load.ask("stall", number)
            heard = told(server, load, count, rate, seconds + 10)
            heard["lost"] = heard["wanted"] - heard["received"]
            found.stalled["with" if number else "without"] = heard
