"""What people are called in a group, if they want to be called anything."""

from __future__ import annotations

from sqlalchemy import delete, update

from core.actor import Actor
from core.clock import now
from core.db import db, upsert
from core.errors import Conflict, Invalid, NotFound
from core.i18n import lazy_gettext as _l
from core.journal import record
from core.text import clean_line
from workshops.facts import NameChosen, NameGivenUp, NameHidden
from workshops.models import BoardName
from workshops.permissions import RIGHTS, Permission
from workshops.queries.boards import BoardHere
from workshops.vocabulary import NAME_LIMIT


def choose_name(actor: Actor, here: BoardHere, *, name: str) -> None:
    """Be shown under this name to the group while one is there; a former one is replaced.

    Raises Invalid for what is no name, Conflict while whoever leads the group keeps one's name out of sight.
    """
    RIGHTS.require(actor, Permission.CHOOSE_NAME, here)
    words = clean_line(name)
    if not any(letter.isalnum() for letter in words):
        sentence = _l("Please write a name with at least one letter.")
        raise Invalid(sentence, {"name": [sentence]})
    if len(words) > NAME_LIMIT:
        sentence = _l("Please use at most %(max)d characters.", max=NAME_LIMIT)
        raise Invalid(sentence, {"name": [sentence]})
    moment = now()
    # One statement decides, so that nobody changes a name while it is being taken out of sight.
    chosen = db.session.execute(
        upsert(BoardName)
        .values(board_id=here.board.id, person_key=actor.key, name=words, hidden=False, at=moment)
        .on_conflict_do_update(
            index_elements=[BoardName.board_id, BoardName.person_key],
            set_={"name": words, "at": moment},
            where=BoardName.hidden.is_(False),
        )
        .returning(BoardName.board_id)
    ).first()
    if chosen is None:
        raise Conflict(
            _l("Whoever leads the group has taken your name out of sight. Please talk to them."),
            code="hidden",
        )
    record(actor, NameChosen(here.board.id))


def give_up_name(actor: Actor, here: BoardHere) -> None:
    """Be only counted again; nothing happens to somebody without a name."""
    RIGHTS.require(actor, Permission.SEE_BOARD, here)
    mine = (BoardName.board_id == here.board.id, BoardName.person_key == actor.key)
    gone = db.session.execute(
        delete(BoardName).where(*mine, BoardName.hidden.is_(False)).returning(BoardName.board_id)
    ).first()
    # The word goes, too; that it was out of sight stays, or the next moment would bring it back.
    emptied = db.session.execute(
        update(BoardName)
        .where(*mine, BoardName.name != "")
        .values(name="")
        .returning(BoardName.board_id)
        .execution_options(synchronize_session=False)
    ).first()
    if gone is not None or emptied is not None:
        record(actor, NameGivenUp(here.board.id))


def hide_name(actor: Actor, here: BoardHere, *, name: str, hidden: bool) -> None:
    """Take a name out of the group's sight, whoever bears it, or show it again.

    Raises NotFound if nobody on this board is called so.
    """
    RIGHTS.require(actor, Permission.HIDE_NAME, here)
    found = db.session.execute(
        update(BoardName)
        .where(BoardName.board_id == here.board.id, BoardName.name == name, BoardName.hidden.is_(not hidden))
        .values(hidden=hidden)
        .returning(BoardName.board_id)
        .execution_options(synchronize_session=False)
    ).first()
    if found is None:
        raise NotFound
    record(actor, NameHidden(here.board.id, hidden))
