"""Works on one long list beside the pages: computed in turns with everybody else, kept as a whole or not.

A program that is killed leaves the list as it was; whoever looks next begins anew.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from sqlalchemy.exc import NoResultFound

from core import logs
from core.actor import SYSTEM, on_behalf_of
from core.errors import Busy
from core.idempotency import new_key
from core.transaction import transaction
from core.turns import let_others
from dialog.actions import list_work, lists
from dialog.actions.list_work import ClaimLost
from dialog.queries import lists as queries

TELL_EVERY = 0.5
"""Seconds after which whoever waits is told again how far it is."""


def work_on(import_id: int) -> None:
    """Do what waits to be done with a list; nothing if somebody else is at it or it is no longer wanted."""
    token = new_key()
    with transaction():
        if not list_work.claim(SYSTEM, import_id, token):
            return
    try:
        actor = on_behalf_of(queries.work_of(import_id).by_key)
        ahead = lists.look_ahead(actor, queries.list_to_work_on(import_id), _telling(import_id, token))
        with transaction():
            lists.finish(actor, queries.list_to_work_on(import_id), token, ahead)
    # Somebody else is at it by now, or has thrown the list away.
    except (ClaimLost, NoResultFound):
        return
    except Busy:
        with transaction():
            list_work.let_go(SYSTEM, import_id, token)
    # Whatever it was, the list is as it was before, and whoever waits for it has to be told.
    except Exception as error:
        logs.incident(error)
        with transaction():
            list_work.give_up(SYSTEM, import_id, token)


def _telling(import_id: int, token: str) -> Callable[[int], None]:
    told = time.monotonic()

    def tell(number: int) -> None:
        nonlocal told
        let_others()
        if time.monotonic() - told < TELL_EVERY:
            return
        with transaction():
            list_work.tell(SYSTEM, import_id, token, number)
        told = time.monotonic()

    return tell
