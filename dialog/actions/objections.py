"""An author objects to being hidden, once; a second person looks again."""

from __future__ import annotations

from sqlalchemy import update

from accounts.actions import notices
from core.actor import SYSTEM, Actor
from core.clock import now
from core.db import db, upsert
from core.errors import Conflict, Invalid
from core.i18n import N_
from core.i18n import lazy_gettext as _l
from core.journal import record
from dialog.actions import moderation
from dialog.actions._parts import add_decision, add_station, sensible_note
from dialog.facts import ObjectionDecided, ObjectionMade
from dialog.models import Contribution, Objection
from dialog.permissions import RIGHTS, Permission
from dialog.queries import moderation as queries
from dialog.vocabulary import ObjectionOutcome


def object_to_hiding(actor: Actor, contribution: Contribution, *, text: str) -> Objection:
    """Ask for a second look at the decision to hide one's contribution.

    Raises Invalid without words, Conflict after 30 days or if one has objected to this decision before.
    """
    RIGHTS.require(actor, Permission.OBJECT, contribution)
    words = sensible_note(text, "text")
    if not words:
        sentence = _l("Please write why it should be shown.")
        raise Invalid(sentence, {"text": [sentence]})
    hiding = contribution.hiding
    if hiding is None:
        raise Conflict(_l("This contribution is not hidden."), code="decided")
    made = db.session.execute(
        upsert(Objection)
        .values(
            contribution_id=contribution.id,
            decision_id=hiding.id,
            text=words,
            hidden_by_key=hiding.by_key,
            at=now(),
            outcome=ObjectionOutcome.OPEN,
            note="",
        )
        .on_conflict_do_nothing(index_elements=[Objection.decision_id])
        .returning(Objection.id)
    ).first()
    if made is None:
        raise Conflict(_l("You have objected already. That is possible once."), code="objected")
    objection = queries.objection_to(contribution)
    if objection is None:
        raise Conflict(_l("This contribution is not hidden."), code="decided")
    add_station(contribution.id, "objected", N_("You asked for a second look"), {}, "", objection.at)
    record(actor, ObjectionMade(objection.id, contribution.id))
    return objection


def decide_objection(actor: Actor, objection: Objection, *, grant: bool, note: str = "") -> None:
    """Show the contribution again, or keep it hidden and say why; never by whoever has hidden it.

    Raises Conflict for the one who has hidden it and if somebody was faster, Invalid if it stays hidden
    without a word to its author.
    """
    RIGHTS.require(actor, Permission.DECIDE_OBJECTION, objection)
    words = sensible_note(note)
    if not grant and not words:
        sentence = _l("Please tell the author why it stays hidden.")
        raise Invalid(sentence, {"note": [sentence]})
    outcome = ObjectionOutcome.GRANTED if grant else ObjectionOutcome.UPHELD
    moment = now()
    # The statement asks for the second person, too, so that nothing that happens meanwhile helps the first.
    decided = db.session.execute(
        update(Objection)
        .where(
            Objection.id == objection.id,
            Objection.outcome == ObjectionOutcome.OPEN,
            Objection.hidden_by_key != actor.key,
        )
        .values(outcome=outcome, note=words, decided_by_key=actor.key, decided_at=moment)
        .execution_options(synchronize_session=False)
    )
    if decided.rowcount == 0:  # type: ignore[attr-defined]
        raise Conflict(_l("Somebody has decided on this objection already."), code="decided")
    contribution = objection.contribution
    if grant:
        moderation.show_again(actor, contribution, "grant", note=words)
    else:
        add_decision(actor, contribution, "uphold", note=words)
        label = N_("A second person has looked: it stays hidden")
        add_station(contribution.id, "upheld", label, {}, "", moment)
    record(actor, ObjectionDecided(objection.id, outcome))
    if contribution.author_key is not None:
        address = f"/dialogues/{contribution.dialogue.slug}/contributions/{contribution.reference}"
        label = N_("There is an answer to your objection about %(number)s")
        values = {"number": contribution.reference}
        notices.tell(SYSTEM, contribution.author_key, label=label, values=values, url=address)
