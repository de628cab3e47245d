"""What the serving program does by itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, current_app

from core import jobs, logs
from tests.core.house import a_house, happen, look


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Flask]:
    with a_house(tmp_path) as app:
        yield app


@pytest.fixture
def no_jobs(monkeypatch: pytest.MonkeyPatch) -> list[jobs.Job]:
    none: list[jobs.Job] = []
    monkeypatch.setattr(jobs, "jobs", none)
    return none


def test_a_job_runs_when_it_is_due_and_within_the_application(house: Flask, no_jobs: list[jobs.Job]) -> None:
    ran: list[str] = []

    @jobs.every(10)
    def work() -> None:
        ran.append(current_app.name)

    for moment in (100.0, 105.0, 109.9, 110.0, 111.0):
        jobs.run_due(house, moment)
    assert ran == ["house", "house"]
    assert [job.due for job in no_jobs] == [120.0]


@pytest.mark.usefixtures("no_jobs")
def test_one_that_fails_is_logged_waits_and_stops_no_other(
    house: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure()
    ran: list[float] = []
    tried: list[float] = []

    @jobs.every(1)
    def fail() -> None:
        tried.append(1)
        raise RuntimeError("secret")

    @jobs.every(1)
    def work() -> None:
        ran.append(1)

    for moment in (1.0, 2.0, 3.0, 61.0):
        jobs.run_due(house, moment)
    assert (len(tried), len(ran)) == (2, 4)
    text = capsys.readouterr().err
    assert "secret" not in text
    assert [json.loads(line)["error"] for line in text.splitlines()] == ["RuntimeError"] * 2


def test_the_journal_is_sealed(house: Flask) -> None:
    happen(*range(3))
    jobs.seal_the_journal()
    assert (look().sealed, look().unsealed) == (3, 0)
    jobs.seal_the_journal()
    happen(4)
    jobs.seal_late_rows()
    assert look().sealed == 4


def test_what_has_to_be_done_is_registered() -> None:
    names = {job.function.__name__: job.seconds for job in jobs.jobs}
    assert names["seal_the_journal"] == 1
    assert "seal_late_rows" in names
