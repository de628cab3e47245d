"""The page that a run writes."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from datetime import date
from importlib.metadata import version

import pysqlite3.dbapi2 as sqlite

from tools.bench.figures import SLACK, Effort, Figure

PACKAGES = ("flask", "sqlalchemy", "gunicorn", "gevent", "typst")

HEAD = """# Speed

Written by `make bench` on {day}; do not edit it. Measured on {machine}.
Python {python}, SQLite {sqlite}, {packages}.

| figure | goal | seen | |
|---|---|---|---|
"""

FOOT = """
## How

One run, {rounds} rounds of {seconds:g} s for each kind of request, interleaved; medians of the rounds. The
load generator is a process of its own on the same machine and keeps its connections open. A ratio is the
processor time of the worker for an empty Flask route, divided by its processor time for the request, both in
the same gunicorn worker (gevent) on the whole site with the demonstration loaded. Rates and times in brackets
depend on what else the machine does; ratios hardly do. Ratios of processor time fail the run below
{slack:.0%} of their goal, counts and sizes beyond theirs; where a decision explains a miss, below
{slack:.0%} of what was reached when it was written. The second start may take a third longer than its
goal, the PDF a third more than its ratio, and pages beside a held lock 0.5 s more than idle ones: less
cannot be told from a busy machine's noise. A goal that is not reached is called missed all the same. The rest
is reported.

- *Drawn after a change*: every request finds the memory for drawn pages and lists empty. All its queries are
  asked and all fifty entries are filled in; the forms of page and entry (docs/decisions/0008) are there.
- *The first page after a start*: no form has been drawn either, so that Jinja draws everything.
- *By version*: the page was drawn before and nothing has happened since; one query finds that out.
- *A ballot*: session, rights, origin, idempotency key, journal, ballot, tally and turnout in one transaction
  on SQLite with WAL and `synchronous=FULL`; each person's ballot differs from the one before.
- *SQLite's commits*: one INSERT and one UPDATE each on one connection, same settings, same disk, same round.
- *A sign-up*: somebody without a session chooses a group; lock of the event, code, participant,
  registration, place, journal, idempotency key in one transaction, then the page with the code and its
  picture. Everybody is somebody else.
- *The rush*: each of 64 clients lets one person after the other sign up, each with a device, a network and a
  form key of their own. Who gets no answer within twenty seconds sends the same form again. Afterwards the
  database is read: every code that somebody was shown must belong to a registration, and nobody has two.
- *Locked*: another process holds the write lock for 2 s while four people read.
- *While 220 pages become a PDF*: the concept of the demonstration gets 900 paragraphs more, somebody asks
  for its PDF, and four people read the register, drawn anew for each (docs/decisions/0013).
- *A list of 5,000 needs*: read, judged, taken over and committed, every row with its wording, its way and its
  details. The same work without us: the workbook or text read by the library, each title compared with the
  earlier ones of its municipality by rapidfuzz, and rows of the same tables with the same values inserted by
  the driver into a database with the same settings.
- *Typst alone*: the same template, fonts and data in a process that does nothing else.

`make bench ARGS="--only pages,ballots --rounds 3 --no-write"` measures a part.
"""


def page(figures: Sequence[Figure], effort: Effort, machine: str) -> str:
    """The whole page as Markdown."""
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    head = HEAD.format(
        day=date.today().isoformat(),  # noqa: DTZ011 - the day where the run was made
        machine=machine,
        python=platform.python_version(),
        sqlite=sqlite.sqlite_version,
        packages=packages,
    )
    foot = FOOT.format(rounds=effort.rounds, seconds=effort.seconds, slack=SLACK)
    return head + "".join(f"{line(figure)}\n" for figure in figures) + foot


def line(figure: Figure) -> str:
    """A figure as a row of the table."""
    verdict = "" if figure.kept is None else "ok" if figure.kept else "**missed**"
    if figure.known:
        verdict += f", {figure.known}"
    return f"| {figure.name} | {figure.goal} | {figure.seen} | {verdict} |"
