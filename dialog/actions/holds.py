"""Legal holds: nothing of a dialogue is deleted by its age until the hold is lifted."""

from __future__ import annotations

from sqlalchemy import update

from core.actor import Actor
from core.clock import now
from core.db import db, upsert
from core.errors import Conflict, Invalid
from core.i18n import lazy_gettext as _l
from core.journal import record
from core.text import clean_line
from dialog.facts import HoldLifted, HoldSet
from dialog.models import Dialogue, LegalHold
from dialog.models.holds import REASON_LIMIT
from dialog.permissions import RIGHTS, Permission


def set_hold(actor: Actor, dialogue: Dialogue, *, reason: str) -> int:
    """Keep everything of a dialogue from being deleted by its age; gives the number of the hold.

    Raises Invalid without a reason, Conflict if there is a hold already. A person's own wish to be erased is
    not stopped by it.
    """
    RIGHTS.require(actor, Permission.KEEP_HOLDS)
    words = _reason(reason)
    setting = upsert(LegalHold).values(
        dialogue_id=dialogue.id, reason=words, set_by=actor.key, set_at=now(), lift_reason=""
    )
    hold_id: int | None = db.session.execute(
        setting.on_conflict_do_nothing().returning(LegalHold.id)
    ).scalar_one_or_none()
    if hold_id is None:
        raise Conflict(_l("Nothing of this dialogue is deleted already."))
    record(actor, HoldSet(dialogue.id, hold_id))
    return hold_id


def lift_hold(actor: Actor, hold: LegalHold, *, reason: str) -> None:
    """Let what is old enough be deleted again. Raises Invalid without a reason, Conflict if it is lifted."""
    RIGHTS.require(actor, Permission.KEEP_HOLDS)
    words = _reason(reason)
    lifted = db.session.execute(
        update(LegalHold)
        .where(LegalHold.id == hold.id, LegalHold.lifted_at.is_(None))
        .values(lifted_at=now(), lifted_by=actor.key, lift_reason=words)
        .execution_options(synchronize_session=False)
    )
    if lifted.rowcount == 0:  # type: ignore[attr-defined]
        raise Conflict(_l("This hold has been lifted already."))
    record(actor, HoldLifted(hold.dialogue_id, hold.id))


def _reason(text: str) -> str:
    words = clean_line(text)
    if not words or len(words) > REASON_LIMIT:
        sentence = _l("Please give a reason of at most %(max)d characters.", max=REASON_LIMIT)
        raise Invalid(sentence, {"reason": [sentence]})
    return words
