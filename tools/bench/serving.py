"""The server under test, and what its worker used."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import psutil
from flask import Flask
from sqlalchemy import event, select

from accounts import codes
from accounts.actions import sessions
from app import create_app
from core import keys, schema
from core.actor import OPERATOR, VISITOR
from core.config import ROOT, Config
from core.db import db
from core.server import command_line
from core.transaction import transaction
from dialog.actions.dialogues import register_participant
from dialog.models import Dialogue, Poll, PollItem
from dialog.vocabulary import PollStatus
from pages import demo

SECONDS_TO_START = 60


@dataclass(frozen=True)
class Site:
    """A demonstration county in a folder of its own, with people who may vote."""

    folder: Path
    port: int
    cookies: list[str]
    """One signed-in participant each."""
    poll_id: int
    items: list[int]

    @property
    def url(self) -> str:
        """Where it is served."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def register(self) -> str:
        """Path of the register with fifty entries on the page."""
        return f"/dialogues/{demo.SLUG}/register?per=50"

    @property
    def region(self) -> str:
        """Path of the list alone."""
        return f"/dialogues/{demo.SLUG}/register/region?per=50"

    @property
    def vote(self) -> str:
        """Path ballots are sent to."""
        return f"/dialogues/{demo.SLUG}/polls/{self.poll_id}/vote"

    def environ(self) -> dict[str, str]:
        """Settings for a process that serves it."""
        settings = {
            "VAR_DIR": str(self.folder),
            "PUBLIC_URL": self.url,
            "DEMO": "1",
            "TRUSTED_PROXIES": "1",
            "PYTHONPATH": str(ROOT),
        }
        return {name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | settings

    def app(self) -> Flask:
        """The application on this site, for this process."""
        return create_app(Config(var_dir=self.folder, public_url=self.url, demo=True, log_level="ERROR"))


def free_port() -> int:
    """A port nobody listens to."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def prepare(folder: Path, people: int) -> Site:
    """Load the demonstration into `folder` and sign `people` participants in."""
    keys.create(folder / "keys")
    site = Site(folder, free_port(), [], 0, [])
    with site.app().app_context():
        schema.upgrade(db.engine)
        demo.load()
        cookies = [_participant() for _ in range(people)]
        poll_id = (
            db.session.execute(select(Poll.id).where(Poll.status == PollStatus.OPEN).order_by(Poll.id))
            .scalars()
            .first()
        )
        items = list(db.session.execute(select(PollItem.id).where(PollItem.poll_id == poll_id)).scalars())
        db.session.remove()
        db.engine.dispose()
    if poll_id is None:
        raise LookupError("The demonstration has no open poll to vote in.")
    return Site(folder, site.port, cookies, poll_id, items)


def _participant() -> str:
    with transaction():
        dialogue = db.session.execute(select(Dialogue).where(Dialogue.slug == demo.SLUG)).scalar_one()
        registered = register_participant(OPERATOR, dialogue, tier="B", demo=True)
    with transaction():
        opened = sessions.redeem_code(VISITOR, code=codes.show(registered.code), lifetime=timedelta(hours=1))
    return f"session={opened.token}"


def count_queries(site: Site, path: str) -> tuple[int, str]:
    """How many statements a visitor's page takes when nothing is drawn yet, and its HTML."""
    app = site.app()
    asked: list[str] = []
    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", lambda *arguments: asked.append(arguments[2]))
    answer = app.test_client().get(path, base_url=site.url)
    engine.dispose()
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}.")
    return len(asked), answer.text


@dataclass(frozen=True)
class Served:
    """A running server."""

    site: Site
    worker: psutil.Process

    def cpu(self) -> float:
        """Seconds of processor time the worker has used, for itself and in the system's name."""
        times = self.worker.cpu_times()
        return float(times.user + times.system)

    def memory(self) -> float:
        """Megabytes the worker holds, shared pages by share (PSS)."""
        return float(self.worker.memory_full_info().pss) / 1_000_000


@contextmanager
def serve(site: Site) -> Iterator[Served]:
    """Serve the site as `vielstimmig serve` does, until the block ends."""
    command = command_line("127.0.0.1", site.port, "tools.bench.served:make")
    log = (site.folder / "log").open("ab")
    with log, subprocess.Popen(command, env=site.environ(), cwd=ROOT, stdout=log, stderr=log) as process:
        try:
            wait_until_it_answers(f"{site.url}/healthz", process)
            (worker,) = psutil.Process(process.pid).children()
            yield Served(site, worker)
        finally:
            process.terminate()


def wait_until_it_answers(url: str, process: subprocess.Popen[bytes]) -> None:
    """Ask until an answer comes. Raises RuntimeError if the process ends before."""
    limit = time.monotonic() + SECONDS_TO_START
    while process.poll() is None and time.monotonic() < limit:
        with suppress(OSError):
            urllib.request.urlopen(url, timeout=5).close()  # noqa: S310 - an address of our own making
            return
        time.sleep(0.02)
    raise RuntimeError(f"The server did not start: it ended with {process.poll()}.")


@dataclass(frozen=True)
class Load:
    """What one stretch of load brought: answers, how long each took (sorted, seconds), and for how long."""

    answers: int
    statuses: dict[str, int]
    times: list[float]
    seconds: float
    codes: list[str] = field(default_factory=list)
    """What people were given who have signed up and would not wait."""
    waiting: list[str] = field(default_factory=list)
    """The same of those who would have waited, too."""
    resent: dict[str, int] = field(default_factory=dict)
    """How often somebody had to send something once more, and why."""

    @property
    def per_second(self) -> float:
        """Answers a second."""
        return self.answers / self.seconds

    def quantile(self, share: float) -> float:
        """The time within which this share of the answers came, in milliseconds."""
        return self.times[min(len(self.times) - 1, int(len(self.times) * share))] * 1000


class Generator:
    """The load generator in its own process."""

    def __init__(self) -> None:
        self._expected: Sequence[str] = ()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tools.bench.load"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, *, expected: Sequence[str] = (), **order: object) -> Load:
        """Send requests as ordered (see `tools.bench.load`). Raises RuntimeError for unexpected answers."""
        self.begin(expected=expected, **order)
        return self.end()

    def begin(self, *, expected: Sequence[str] = (), **order: object) -> None:
        """Start without waiting for the end. `expected` are statuses that are no fault here."""
        self._expected = expected
        if self._process.stdin is None:
            raise RuntimeError("The generator is closed.")
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()

    def end(self) -> Load:
        """Wait for what was begun."""
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line:
            raise RuntimeError("The load generator has ended.")
        load = Load(**json.loads(line))
        unexpected = set(load.statuses) - {"200", "303", "304", *self._expected}
        if unexpected or not load.answers:
            raise RuntimeError(f"The server answered {load.statuses}.")
        return load

    def close(self) -> None:
        """End the process."""
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait(10)


def bench_folder() -> Path:
    """A new folder on the disk of the checkout: what is written to memory only would be no measurement."""
    folder = ROOT / "var" / f"bench-{secrets.token_hex(4)}"
    folder.mkdir(parents=True)
    return folder
