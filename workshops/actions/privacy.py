"""This package's part of erasing a person, and of what is deleted by its age."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, tuple_, update

from core.actor import Actor
from core.db import db
from core.erasure import NOBODY, Texts
from workshops.models import BoardName, HelpCall
from workshops.permissions import RIGHTS, Permission


def erase_person(actor: Actor, key: str, texts: Texts) -> None:
    """Take away the names somebody chose in groups, and the words with which they called for help.

    A call was said to the lead of the day and not to the public, so its words go whatever is wished for the
    texts; that there was a call stays.
    """
    RIGHTS.require(actor, Permission.TIDY)
    db.session.execute(delete(BoardName).where(BoardName.person_key == key))
    db.session.execute(update(HelpCall).where(HelpCall.by_key == key).values(text="", by_key=NOBODY))


def forget_names(actor: Actor, ids: Sequence[Any]) -> int:
    """Delete names that people had in groups, by board and key of the person; gives their number."""
    RIGHTS.require(actor, Permission.TIDY)
    db.session.execute(
        delete(BoardName)
        .where(tuple_(BoardName.board_id, BoardName.person_key).in_(ids))
        .execution_options(synchronize_session=False)
    )
    return len(ids)
