"""Signs people up in processes that are killed before their n-th statement, for every n.

A program of its own, started by `test_signup_kills.py`; a process that has threads must not fork. It reads
one line of JSON with the folder, the database, the page and what is chosen there, and writes a line for each
try.
"""

from __future__ import annotations

import gc
import json
import os
import re
import signal
import sys
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import event, func, select
from werkzeug.test import TestResponse

from accounts.models import PersonalCode
from app import create_app
from core.config import Config
from core.db import Base, db
from core.idempotency import IdempotencyKey
from core.journal import JournalEntry
from dialog.models import AccessNeed, GroupChoice, Participant, Registration, Sitting
from tests.client import ORIGIN

MODELS: tuple[type[Base], ...] = (
    Registration,
    GroupChoice,
    AccessNeed,
    Participant,
    PersonalCode,
    JournalEntry,
    IdempotencyKey,
)
MOST = 200
"""More statements than this are no sign-up; without the limit a mistake would never end."""

_CODE = re.compile(r'<p class="vs-code"[^>]*>([^<]+)<')


def kept(app: Flask) -> list[int]:
    """How many rows of each kind there are, and how many places are taken."""
    with app.app_context():
        numbers = [select(func.count()).select_from(model).scalar_subquery() for model in MODELS]
        taken = select(func.coalesce(func.sum(Sitting.taken), 0)).scalar_subquery()
        rows = list(db.session.execute(select(*numbers, taken)).one())
        let_go()
    return rows


def let_go() -> None:
    """Close every connection: none may live on in two processes."""
    db.session.remove()
    db.engine.dispose()


def send(app: Flask, order: dict[str, Any], turn: int) -> TestResponse:
    """What the browser of this turn sends, the same every time."""
    browser = app.test_client()
    browser.set_cookie("visit", f"visit-of-browser-{turn:04}", domain="127.0.0.1")
    form = {"_key": f"key-of-browser-{turn:04}", **order["form"]}
    return browser.post(order["page"], data=form, headers={"Origin": ORIGIN}, base_url=ORIGIN)


def code_in(answer: TestResponse) -> str:
    """The personal code on a page."""
    found = _CODE.search(answer.text)
    return found[1].strip() if found else ""


def die_before(app: Flask, number: int) -> None:
    """Kill this process when its statement of this number is about to begin."""
    seen = 0

    def note(*_said: Any) -> None:
        nonlocal seen
        seen += 1
        if seen == number:
            os.kill(os.getpid(), signal.SIGKILL)

    with app.app_context():
        engine = db.engine
        if engine.dialect.name == "sqlite":
            # The driver itself names them all, also those that only frame a transaction.
            event.listen(engine, "connect", lambda connection, _record: connection.set_trace_callback(note))
        else:
            event.listen(engine, "before_cursor_execute", note)
            event.listen(engine, "commit", note)


def sign_up_and_die(app: Flask, order: dict[str, Any], turn: int, file: Path) -> bool:
    """Sign somebody up in a process that is killed; True if it came to its end before.

    The code that it was shown goes to `file`.
    """
    child = os.fork()
    if child == 0:
        try:
            die_before(app, turn)
            file.write_text(code_in(send(app, order, turn)))
            os._exit(0)
        finally:
            os._exit(3)
    _, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status) and os.WEXITSTATUS(status) != 0:
        raise RuntimeError(f"The process ended with {os.WEXITSTATUS(status)}.")
    return not os.WIFSIGNALED(status)


def main() -> None:
    """Die earlier and later until a process lives to the end."""
    order = json.loads(sys.stdin.readline())
    folder = Path(order["folder"])
    app = create_app(Config(var_dir=folder, database_url=order["database"], testing=True, log_level="ERROR"))
    file = folder / "code"
    before = kept(app)
    send(app, order, 0)  # So that all is compiled and drawn once.
    after = kept(app)
    whole = [now - then for now, then in zip(after, before, strict=True)]
    gc.freeze()  # What is there already is shared by all processes and need not be looked through.
    for turn in range(1, MOST):
        before = after
        file.unlink(missing_ok=True)
        survived = sign_up_and_die(app, order, turn, file)
        dead = kept(app)
        again = send(app, order, turn)
        after = kept(app)
        said = {
            "left": [now - then for now, then in zip(dead, before, strict=True)],
            "in_the_end": [now - then for now, then in zip(after, before, strict=True)],
            "whole": whole,
            "status": again.status_code,
            "code": code_in(again),
            "shown": file.read_text() if file.exists() else None,
        }
        print(json.dumps(said), flush=True)
        if survived:
            return


if __name__ == "__main__":
    main()
