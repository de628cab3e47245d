"""What the serving program does by itself from time to time, one thing after the other in two lines."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask

from core import logs, mail, sealing
from core.transaction import transaction

PAUSE_AFTER_ERROR = 60.0
"""Seconds until a job that failed is tried again."""


@dataclass(slots=True)
class Job:
    """Something to be done every so many seconds; `due` is in seconds of the monotonic clock."""

    seconds: float
    function: Callable[[], None]
    due: float = 0.0
    long: bool = False


jobs: list[Job] = []


def every(seconds: float, *, long: bool = False) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Run the decorated function every so many seconds while the program serves, within the application.

    It opens its own transactions. If it fails, that is logged and it is tried again a minute later. What may
    take many seconds is `long`: it has a line of its own, so that a vote still ends in time beside it.
    """

    def register(function: Callable[[], None]) -> Callable[[], None]:
        jobs.append(Job(seconds, function, long=long))
        return function

    return register


def start(app: Flask) -> threading.Event:
    """Begin with the jobs in the background; set the event that is given back to end them."""
    stop = threading.Event()

    def work(long: bool) -> None:
        while not stop.wait(1.0):
            run_due(app, time.monotonic(), long=long)

    for long in (False, True):
        name = "long jobs" if long else "jobs"
        threading.Thread(target=work, args=(long,), name=name, daemon=True).start()
    return stop


def run_due(app: Flask, moment: float, *, long: bool = False) -> None:
    """Run the jobs due at `moment` (seconds of the monotonic clock); one that fails stops no other."""
    for job in jobs:
        if job.long != long or job.due > moment:
            continue
        job.due = moment + job.seconds
        try:
            with app.app_context():
                job.function()
        except Exception as error:
            logs.incident(error)
            job.due = moment + max(job.seconds, PAUSE_AFTER_ERROR)


@every(1)
def seal_the_journal() -> None:
    """Seal what was committed since the last time."""
    while sealing.is_waiting():
        with transaction():
            sealing.seal()


@every(3600)
def seal_late_rows() -> None:
    """Seal what was committed so late that the frequent look does not see it."""
    with transaction():
        sealing.seal(thorough=True)


@every(15)
def send_mails() -> None:
    """Send the letters that wait in the outbox."""
    if mail.is_configured() and mail.is_waiting():
        mail.send_waiting()


@every(3600)
def forget_counts_of_mails() -> None:
    """Forget who was written to before today."""
    with transaction():
        mail.forget_counts()
