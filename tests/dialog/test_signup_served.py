"""R43: sixty-four people for one place, and one form sent eight times at once, over HTTP at a real server."""

from __future__ import annotations

import os
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
import requests
from flask import Flask

from accounts.models import PersonalCode
from core.config import ROOT
from core.server import command_line
from dialog.models import DialogueEvent, Participant, Registration
from tests import pages_check
from tests.conftest import Maker
from tests.dialog.ground import count
from tests.dialog.signing_up import everything_adds_up, groups_of
from tests.site import Site
from tools.bench.serving import wait_until_it_answers
from tools.demo_site import free_port

PEOPLE = 64
PATH = "/dialogues/probe/events/tag/signup"


@dataclass(frozen=True)
class Served:
    """The program as people reach it, and an event with one place in one group and many in another."""

    address: str
    event: DialogueEvent
    small: int
    big: int

    def send(self, start: threading.Barrier, visit: str, form: Mapping[str, str]) -> requests.Response:
        """What one browser sends, at the same moment as all others."""
        # Each comes from a network of its own, as a proxy in front would say.
        network = "10.0.0." + str(1 + int(visit[-4:]))
        start.wait(30)
        return requests.post(
            self.address + PATH,
            data=form,
            headers={"Origin": self.address, "Accept-Language": "de", "X-Forwarded-For": network},
            cookies={"visit": visit},
            timeout=60,
        )

    def send_all(self, forms: list[tuple[str, dict[str, str]]]) -> list[requests.Response]:
        """Send all these at once; gives the answers in their order."""
        start = threading.Barrier(len(forms))
        with ThreadPoolExecutor(len(forms)) as pool:
            return list(pool.map(lambda one: self.send(start, *one), forms))


@pytest.fixture
def served(app: Flask, site: Site, make: Maker) -> Iterator[Served]:
    event = make.day(places=(1, 30), rounds=([1], [1]), slug="tag")
    with app.app_context():
        small, big = groups_of(event)
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    settings = {
        "VAR_DIR": str(site.folder),
        "DATABASE_URL": site.databases.address,
        "PUBLIC_URL": address,
        "PYTHONPATH": str(ROOT),
        "TRUSTED_PROXIES": "1",
    }
    with subprocess.Popen(
        command_line("127.0.0.1", port), cwd=ROOT, env={**os.environ, **settings}
    ) as process:
        try:
            wait_until_it_answers(f"{address}/healthz", process)
            yield Served(address, event, small, big)
        finally:
            process.terminate()


@pytest.mark.slow
def test_of_sixty_four_browsers_one_gets_the_place_and_a_form_counts_once(app: Flask, served: Served) -> None:
    wanted = {"full": "", f"group-{served.small}": "1", "language": "ar"}
    answers = served.send_all(
        [(f"visit-of-browser-{n:04}", {"_key": f"key-of-browser-{n:04}", **wanted}) for n in range(PEOPLE)]
    )

    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: PEOPLE - 1}
    for answer in answers:
        page = pages_check.parse(answer.text)
        if answer.status_code == 200:
            assert page.find("h1").text == "Sie sind angemeldet"
            continue
        form = next(one for one in pages_check.forms(page) if one.action == PATH)
        kept = dict(form.values)
        assert (kept[f"group-{served.small}"], kept["language"]) == ("1", "ar")
        assert kept["full"] == str(served.small)
        # Both groups stand there as they are now.
        assert "Voll – Warteliste möglich" in page.text
        assert "Viele Plätze frei" in page.text
    with app.app_context():
        assert (count(Registration), count(Participant), count(PersonalCode)) == (1, 1, 1)
        everything_adds_up(served.event)

    same = {"_key": "key-of-one-browser-0", "full": "", f"group-{served.big}": "1"}
    replays = served.send_all([("visit-of-browser-0099", same)] * 8)

    assert {answer.status_code for answer in replays} == {200}
    pages = [pages_check.parse(answer.text) for answer in replays]
    assert len({page.find("p", class_="vs-code").text for page in pages}) == 1
    assert len({page.find("main").text for page in pages}) == 1
    with app.app_context():
        assert (count(Registration), count(Participant), count(PersonalCode)) == (2, 2, 2)
        everything_adds_up(served.event)
