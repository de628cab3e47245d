"""Takes over a list in processes that are killed before their n-th statement, for every n.

With `long` it is a list that waits to be taken over beside the pages.

A program of its own, started by `test_import.py`, because a process that has threads must not fork.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select

from app import create_app
from core.actor import OPERATOR
from core.db import db
from core.journal import JournalEntry
from core.transaction import transaction
from dialog.actions import list_work, lists
from dialog.long_lists import work_on
from dialog.models import Contribution, ListImport, ListRow, NeedDetails, Station
from dialog.municipal_lists.reading import SentList, sent_list
from dialog.queries import dialogues
from dialog.vocabulary import Kind, ListTask
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


def take_over(sent: SentList) -> None:
    """Take a list over at once, as the command does."""
    with transaction():
        dialogue = dialogues.access_dialogue(OPERATOR, "probe")
        lists.take_over(OPERATOR, dialogue, kind=Kind.NEED, sent=sent)


def ask_for(sent: SentList) -> int:
    """Hand a list in and have it taken over beside the pages; its id."""
    with transaction():
        dialogue = dialogues.access_dialogue(OPERATOR, "probe")
        made = lists.read_in(OPERATOR, dialogue, kind=Kind.NEED, sent=sent)
        list_work.ask_for(OPERATOR, made, ListTask.TAKE_OVER)
        return made.id


def die_doing(app: Flask, work: Callable[[], None], number: int) -> bool:
    """Do the work in a process that is killed; True if it came to its end before."""
    child = os.fork()
    if child == 0:
        try:
            with app.app_context():
                die_before(number)
                work()
            os._exit(0)
        finally:
            os._exit(3)
    _, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status) and os.WEXITSTATUS(status) != 0:
        raise RuntimeError(f"The process ended with {os.WEXITSTATUS(status)}.")
    return not os.WIFSIGNALED(status)


def main() -> None:
    """Die later and later until a process lives to the end, or finds the list in the register."""
    sent = sent_list("l.csv", Path(sys.argv[1]).read_bytes())
    app = create_app()
    work = partial(take_over, sent)
    if sys.argv[2] == "long":
        # A program that was killed is at it no more at once.
        list_work.SILENT_AFTER, list_work.MOST_TRIES = timedelta(0), MOST
        with app.app_context():
            work = partial(work_on, ask_for(sent))
    gc.collect()
    before = kept(app)
    for number in range(1, MOST):
        lived = die_doing(app, work, number)
        now = kept(app)
        print(json.dumps({"lived": lived or now != before, "kept": now}), flush=True)
        if now != before:
            return
    sys.exit("Taking over took more statements than it may.")


if __name__ == "__main__":
    main()
