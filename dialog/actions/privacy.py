"""A dialogue's part of erasing a person, and of what is deleted by its age.

Ballots stay and count: every tally is the same before and after. What stands for the voter on them becomes a
random value, so that nobody, not even with the installation's keys and the journal, can tell whose they were
(docs/decisions/0011).
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, update

from core import erasure
from core.actor import SYSTEM, Actor
from core.db import db
from core.erasure import NOBODY, Texts
from dialog.actions.contributions import withdraw_contribution
from dialog.actions.registrations import erase_registrations
from dialog.models import (
    Ballot,
    BatchItem,
    Contribution,
    Decision,
    Merge,
    ModerationBatch,
    Objection,
    Participant,
    Revision,
    RollEntry,
    Translation,
)
from dialog.permissions import RIGHTS, Permission
from dialog.queries import privacy as queries
from dialog.vocabulary import ObjectionOutcome, Origin, Visibility


def erase_person(actor: Actor, key: str, texts: Texts) -> None:
    """Cut every link between a person and what they wrote and chose; with `withdraw` destroy the words."""
    RIGHTS.require(actor, Permission.ERASE_PERSON)
    for contribution in queries.written_by(key):
        if contribution.origin == Origin.MUNICIPALITY:
            # Its colleagues go on with it; only who typed it is forgotten.
            continue
        # A draft is nobody's business but its author's.
        if texts == Texts.WITHDRAW or contribution.visibility == Visibility.DRAFT:
            # The author takes them back here, if by the hand of staff.
            withdraw_contribution(Actor(key), contribution)
    db.session.flush()
    # What they objected was said to staff and not to the public.
    db.session.execute(
        update(Objection)
        .where(Objection.contribution_id.in_(queries.contributions_by(key)))
        .values(text="", note="")
    )
    db.session.execute(
        update(Objection)
        .where(
            Objection.contribution_id.in_(queries.contributions_by(key)),
            Objection.outcome == ObjectionOutcome.OPEN,
        )
        .values(outcome=ObjectionOutcome.WITHDRAWN)
    )
    db.session.execute(
        update(Merge)
        .where(Merge.member_id.in_(queries.contributions_by(key)))
        .values(objection="", objection_answer="")
    )
    db.session.execute(update(Contribution).where(Contribution.author_key == key).values(author_key=None))
    db.session.execute(update(Revision).where(Revision.by_key == key).values(by_key=NOBODY))
    if texts == Texts.WITHDRAW:
        # Their words in another language go, too; an earlier wording by somebody else is shown again.
        db.session.execute(delete(Translation).where(Translation.by_key == key))
    db.session.execute(update(Translation).where(Translation.by_key == key).values(by_key=NOBODY))
    for poll_id, voter in queries.polls_voted_in(key):
        db.session.execute(
            update(Ballot)
            .where(Ballot.poll_id == poll_id, Ballot.voter == voter)
            .values(voter=secrets.token_hex(32))
        )
    participants = queries.participants_with(key)
    for participant in participants:
        erase_registrations(SYSTEM, participant)
    db.session.execute(
        delete(RollEntry).where(RollEntry.participant_id.in_([one.id for one in participants]))
    )
    db.session.execute(delete(Participant).where(Participant.key == key))
    db.session.expire_all()


def forget_participants(actor: Actor, ids: Sequence[Any]) -> int:
    """Erase the links of people whose dialogue has long been over; what they said stays, without them."""
    RIGHTS.require(actor, Permission.ERASE_PERSON)
    keys = queries.keys_of_participants(ids)
    for key in keys:
        erasure.everywhere(SYSTEM, key, Texts.KEEP)
    return len(keys)


def clear_notes(actor: Actor, ids: Sequence[Any]) -> int:
    """Take the words and the key of staff from old decisions; what was decided stays."""
    RIGHTS.require(actor, Permission.ERASE_PERSON)
    db.session.execute(update(Decision).where(Decision.id.in_(ids)).values(note="", by_key=NOBODY))
    db.session.execute(
        update(Objection)
        .where(Objection.decision_id.in_(ids))
        .values(text="", note="", hidden_by_key=NOBODY, decided_by_key=None)
    )
    return len(ids)


def forget_batches(actor: Actor, ids: Sequence[Any]) -> int:
    """Delete decisions on many that can long not be taken back; what was decided on each stays."""
    RIGHTS.require(actor, Permission.ERASE_PERSON)
    db.session.execute(delete(BatchItem).where(BatchItem.batch_id.in_(ids)))
    db.session.execute(delete(ModerationBatch).where(ModerationBatch.id.in_(ids)))
    return len(ids)
