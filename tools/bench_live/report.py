"""The table of docs/performance.md about live pages, between marks of its own."""

from __future__ import annotations

import os
from pathlib import Path

from core.clock import now
from tools.bench_live.figures import Found

PAGE = Path(__file__).resolve().parents[2] / "docs" / "performance.md"
BEGIN = "<!-- live: begin -->"
END = "<!-- live: end -->"
OURS, STOCK = "**ours**", "ours with the library's manager"
NODE, RAW = "Node socket.io", "raw `websockets`"


def table(found: Found, numbers: list[int], *, busy: bool) -> str:
    """Everything as Markdown."""
    lines = [BEGIN, "## Live pages", ""]
    lines += [
        f"Written by `make bench-live` on {now().date().isoformat()}; do not edit it. "
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end."
    ]
    if busy:
        lines += ["", "**The machine was busy with other work; these figures wait for a quiet one.**"]
    lines += ["", "| server | watchers | processor time of a delivery | p95 at 10 a second | lost | memory |"]
    lines += ["|---|---|---|---|---|---|"]
    names = list(dict.fromkeys(name for name, _ in found.rounds))
    for name in names:
        for number in numbers:
            middle = [found.middle(name, number, what) for what in ("cpu_us", "p95_ms", "kb")]
            lost = sum(one.lost for one in found.rounds[name, number])
            lines.append(
                f"| {name} | {number:,} | {middle[0]:.1f} µs | {middle[1]:.1f} ms | {lost:,} "
                f"| {middle[2]:.0f} kB |"
            )
    lines += ["", "| figure | goal | seen | |", "|---|---|---|---|"]
    lines += _goals(found, names, numbers)
    lines += ["", *_how(), END]
    return "\n".join(lines) + "\n"


def _goals(found: Found, names: list[str], numbers: list[int]) -> list[str]:
    lines = []
    most = max(numbers)

    def ratio(one: str, other: str, number: int, what: str) -> float | None:
        if one not in names or other not in names:
            return None
        return found.middle(one, number, what) / found.middle(other, number, what)

    for number in numbers:
        watchers = f"{number:,} watchers"
        lines += _line(
            f"P3 processor time of a delivery, of Node's, {watchers}", 1, ratio(OURS, NODE, number, "cpu_us")
        )
        lines += _line(f"P3 the same, of raw `websockets`, {watchers}", 2, ratio(OURS, RAW, number, "cpu_us"))
        before = ratio(STOCK, OURS, number, "cpu_us")
        if before is not None:
            lines.append(f"| the library's manager in the same server, {watchers} | – | {before:.1f} × |  |")
    lines += _line(f"P4 p95 at {most:,} watchers, of Node's", 1, ratio(OURS, NODE, most, "p95_ms"))
    lines += _line(f"P4 the same, of raw `websockets`, {most:,}", 1.2, ratio(OURS, RAW, most, "p95_ms"))
    lines += _line(f"P5 memory of a connection at {most:,}, of Node's", 3, ratio(OURS, NODE, most, "kb"))
    if OURS in names:
        lines += _line(
            "P5 worker at rest, without the pages", 120, found.middle(OURS, most, "rest_mb"), " MB"
        )
    return lines + _votes(found) + _stalled(found)


def _votes(found: Found) -> list[str]:
    if not found.votes:
        return []
    seen = found.votes
    is_good = seen["ratio"] >= 0.8 and seen["missing"] == 0
    return [
        f"| P6 votes a second while {seen['watchers']} watch, of none watching | ≥ 0.8, none lost "
        f"| {seen['ratio']:.2f} ({seen['watched']:,.0f} of {seen['alone']:,.0f}), "
        f"{seen['pushes']:.1f} pushes a second, p95 {seen['p95_ms']:.0f} ms after the tally was read, "
        f"{seen['missing']} missing at the end | {_verdict(is_good)} |"
    ]


def _stalled(found: Found) -> list[str]:
    if not found.stalled:
        return []
    some = found.stalled["with"]
    ratio = some["p95_ms"] / found.stalled["without"]["p95_ms"]
    is_good = ratio <= 1.2 and some["torn"] == 0 and some["lost"] == 0
    return [
        f"| P12 p95 of 95 readers while 5 read nothing, of none stalled | ≤ 1.2 ×, whole frames "
        f"| {ratio:.2f} × ({some['p95_ms']:.1f} ms), {some['torn']} torn, {some['lost']} lost "
        f"| {_verdict(is_good)} |"
    ]


def _verdict(is_good: bool) -> str:
    return "ok" if is_good else "**missed**"


def _line(figure: str, most: float, seen: float | None, unit: str = " ×") -> list[str]:
    if seen is None:
        return []
    return [f"| {figure} | ≤ {most:g}{unit} | {seen:.2f}{unit} | {_verdict(seen <= most)} |"]


def _how() -> list[str]:
    return [
        "Watchers live in a process of their own, offer compression as browsers do, and read all they get.",
        "Each server makes about 9,000 deliveries a second of 300 bytes while its processor time is taken,",
        "and tells ten messages a second while delays are. Rounds of all servers are interleaved; medians.",
        "Memory is the worker's share (PSS) after everybody has come, less before. Ours asks each watcher",
        "for a token and a wish; the others let everybody in. The bare library would take the offer to",
        'compress, so it gets none. `make bench-live ARGS="--peers DIR"` looks in DIR for other servers.',
    ]


def write(text: str) -> None:
    """Put the table into the page, in place of the one before."""
    before = PAGE.read_text("utf-8").partition(BEGIN)[0]
    PAGE.write_text(f"{before.rstrip()}\n\n{text}", "utf-8")


def kept(page: str) -> str:
    """The table as it stands in a page, for whoever writes the rest of the page anew."""
    _, found, rest = page.partition(BEGIN)
    return f"\n{found}{rest}" if found else ""
