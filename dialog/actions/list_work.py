"""Long lists are worked on beside the pages: asked for, claimed by one program, told of, over or given up."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import ColumnElement, or_, update

from core.actor import Actor
from core.clock import now
from core.db import db, upsert
from dialog.models import ListImport, ListWork
from dialog.permissions import RIGHTS, Permission
from dialog.queries import lists as queries
from dialog.vocabulary import ListTask

LARGE = 500
"""A list with more rows than this is worked on beside the pages."""

SILENT_AFTER = timedelta(seconds=20)
"""A program that has said nothing for so long is at it no more."""

MOST_TRIES = 3


class ClaimLost(Exception):
    """Somebody else works on the list by now, or nobody has to."""


def ask_for(actor: Actor, found: ListImport, task: ListTask) -> None:
    """Have something done with a list soon; what was being done with it is begun anew."""
    RIGHTS.require(actor, Permission.IMPORT, found)
    values = {
        "task": task,
        "by_key": actor.key,
        "total": queries.count_rows(found.id),
        "done": 0,
        "claim": None,
        "seen_at": None,
        "tries": 0,
        "failed": False,
    }
    asking = upsert(ListWork).values(import_id=found.id, **values)
    db.session.execute(asking.on_conflict_do_update(index_elements=[ListWork.import_id], set_=values))
    db.session.expire(found, ["work"])


def claim(actor: Actor, import_id: int, token: str) -> bool:
    """Take on what waits to be done with a list; False if somebody else is at it.

    After several tries that came to no end it is given up, so that a list that kills the program does so
    a few times only.
    """
    RIGHTS.require(actor, Permission.WORK_ON_LISTS)
    waiting = (
        ListWork.import_id == import_id,
        ListWork.failed.is_(False),
        or_(ListWork.claim.is_(None), ListWork.seen_at < now() - SILENT_AFTER),
    )
    _change(*waiting, ListWork.tries >= MOST_TRIES, failed=True)
    return _change(*waiting, claim=token, seen_at=now(), done=0, tries=ListWork.tries + 1)


def tell(actor: Actor, import_id: int, token: str, done: int) -> None:
    """Say how many rows were looked at, and that somebody is at it. Raises ClaimLost."""
    RIGHTS.require(actor, Permission.WORK_ON_LISTS)
    if not _change(*_mine(import_id, token), seen_at=now(), done=done):
        raise ClaimLost


def hold(actor: Actor, import_id: int, token: str) -> ListWork:
    """Keep others away until the commit. Raises ClaimLost if the work is no longer this program's."""
    RIGHTS.require(actor, Permission.WORK_ON_LISTS)
    if not _change(*_mine(import_id, token), seen_at=now()):
        raise ClaimLost
    return queries.work_of(import_id)


def let_go(actor: Actor, import_id: int, token: str) -> None:
    """Leave it to the next try, because the database had no time."""
    RIGHTS.require(actor, Permission.WORK_ON_LISTS)
    _change(*_mine(import_id, token), claim=None)


def give_up(actor: Actor, import_id: int, token: str) -> None:
    """Say that it has failed, until somebody asks for it again."""
    RIGHTS.require(actor, Permission.WORK_ON_LISTS)
    _change(*_mine(import_id, token), failed=True, claim=None)


def _mine(import_id: int, token: str) -> tuple[ColumnElement[bool], ...]:
    return ListWork.import_id == import_id, ListWork.claim == token


def _change(*where: ColumnElement[bool], **values: object) -> bool:
    changed = db.session.execute(
        update(ListWork).where(*where).values(**values).execution_options(synchronize_session=False)
    )
    return changed.rowcount > 0  # type: ignore[attr-defined,no-any-return]
