"""Takes over a list in processes that are killed before their n-th statement, for every n.

A program of its own, started by `test_import.py`, because a process that has threads must not fork.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select

from app import create_app
from core.actor import OPERATOR
from core.db import db
from core.journal import JournalEntry
from core.transaction import transaction
from dialog.actions import lists
from dialog.models import Contribution, ListImport, ListRow, NeedDetails, Station
from dialog.queries import dialogues
from dialog.vocabulary import Kind
from tests.concept.dying import die_before

MODELS = (ListImport, ListRow, Contribution, NeedDetails, Station, JournalEntry)
MOST = 120


def kept(app: Flask) -> list[int]:
    """How many rows of each kind there are."""
    with app.app_context():
        numbers = [select(func.count()).select_from(model).scalar_subquery() for model in MODELS]
        rows = list(db.session.execute(select(*numbers)).one())
        db.session.remove()
        db.engine.dispose()
    return rows


def import_and_die(app: Flask, content: bytes, number: int) -> bool:
    """Take the list over in a process that is killed; True if it came to its end before."""
    child = os.fork()
    if child == 0:
        try:
            with app.app_context():
                die_before(number)
                with transaction():
                    dialogue = dialogues.access_dialogue(OPERATOR, "probe")
                    lists.take_over(OPERATOR, dialogue, kind=Kind.NEED, file_name="l.csv", content=content)
            os._exit(0)
        finally:
            os._exit(3)
    _, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status) and os.WEXITSTATUS(status) != 0:
        raise RuntimeError(f"The process ended with {os.WEXITSTATUS(status)}.")
    return not os.WIFSIGNALED(status)


def main() -> None:
    """Die later and later until a process lives to the end, or finds the list in the register."""
    content = Path(sys.argv[1]).read_bytes()
    app = create_app()
    gc.collect()
    before = kept(app)
    for number in range(1, MOST):
        lived = import_and_die(app, content, number)
        now = kept(app)
        print(json.dumps({"lived": lived or now != before, "kept": now}), flush=True)
        if now != before:
            return
    sys.exit("Taking over took more statements than it may.")


if __name__ == "__main__":
    main()
