"""Releases a version in processes that are killed before their n-th statement, for every n.

A program of its own, started by `test_version_kills.py`; a process that has threads must not fork. It writes
a line of JSON for each try: whether the process lived to its end, and how many rows of each kind there are.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
from typing import Any

from flask import Flask
from sqlalchemy import event, func, select

from app import create_app
from concept.actions import versions
from concept.frozen import Frozen
from concept.models import Concept, Version, VersionFile, VersionVoice
from concept.release import freeze
from core.actor import OPERATOR
from core.db import db
from core.journal import JournalEntry
from core.transaction import transaction
from dialog.models import Station

MODELS = (Version, VersionFile, VersionVoice, Station, JournalEntry)
MOST = 120
"""More statements than this are no release; without the limit a mistake would never end."""


def the_concept() -> Concept:
    """The only concept there is."""
    return db.session.execute(select(Concept)).scalar_one()


def kept(app: Flask) -> list[int]:
    """How many rows of each kind there are."""
    with app.app_context():
        numbers = [select(func.count()).select_from(model).scalar_subquery() for model in MODELS]
        rows = list(db.session.execute(select(*numbers)).one())
        db.session.remove()
        db.engine.dispose()
    return rows


def die_before(number: int) -> None:
    """Kill this process when its statement of this number is about to begin."""
    seen = 0

    def note(*_said: Any) -> None:
        nonlocal seen
        seen += 1
        if seen == number:
            os.kill(os.getpid(), signal.SIGKILL)

    if db.engine.dialect.name == "sqlite":
        # The driver itself names them all, also those that only frame a transaction.
        event.listen(db.engine, "connect", lambda connection, _record: connection.set_trace_callback(note))
    else:
        event.listen(db.engine, "before_cursor_execute", note)
        event.listen(db.engine, "commit", note)


def release_and_die(app: Flask, frozen: Frozen, number: int) -> bool:
    """Release in a process that is killed; True if it came to its end before."""
    child = os.fork()
    if child == 0:
        try:
            with app.app_context():
                die_before(number)
                with transaction():
                    versions.release_version(OPERATOR, the_concept(), frozen)
            os._exit(0)
        finally:
            os._exit(3)
    _, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status) and os.WEXITSTATUS(status) != 0:
        raise RuntimeError(f"The process ended with {os.WEXITSTATUS(status)}.")
    return not os.WIFSIGNALED(status)


def main() -> None:
    """Die later and later until a process lives to the end."""
    app = create_app()
    with app.app_context():
        frozen = freeze(OPERATOR, the_concept(), app.config["SETTINGS"])
        db.session.remove()
        db.engine.dispose()
    gc.collect()
    for number in range(1, MOST):
        lived = release_and_die(app, frozen, number)
        print(json.dumps({"lived": lived, "kept": kept(app)}), flush=True)
        if lived:
            return
    sys.exit("A release took more statements than it may.")


if __name__ == "__main__":
    main()
