"""Keeping offers alive: staff check them, providers are asked by mail and answer by its link."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, or_, update

from core import mail
from core.actor import Actor
from core.clock import now, today
from core.db import db, upsert
from core.errors import Conflict, Invalid, NotFound
from core.i18n import lazy_gettext as _l
from core.journal import record
from dialog.actions._details import ANSWERED, hold_living, note_checked
from dialog.actions._parts import raise_register_version
from dialog.facts import (
    CheckPeriodChanged,
    OfferChecked,
    OfferConfirmed,
    OfferReportedGone,
    ProviderAsked,
)
from dialog.models import Contribution, Dialogue, OfferDetails
from dialog.offer_letters import digest_of, question
from dialog.offer_words import OfferStatus
from dialog.permissions import RIGHTS, Permission
from dialog.queries import merges as merge_queries
from dialog.queries import offers_kept as queries
from dialog.vocabulary import Kind, Visibility

ANSWER_WITHIN = timedelta(days=30)
"""How long the link in the mail works."""


def check_offer(actor: Actor, contribution: Contribution, found: str) -> None:
    """Let staff say what they found today: `running` or `ended`. Raises Invalid for anything else."""
    RIGHTS.require(actor, Permission.KEEP_DETAILS, contribution)
    hold_living(contribution)
    if contribution.kind != Kind.OFFER:
        raise NotFound
    if found not in {OfferStatus.RUNNING, OfferStatus.ENDED}:
        raise Invalid(_l("Please choose whether the offer exists."))
    db.session.execute(upsert(OfferDetails).values(contribution_id=contribution.id).on_conflict_do_nothing())
    values: dict[str, Any] = {"checked_on": today().isoformat(), "status": found, **ANSWERED}
    if found == OfferStatus.ENDED:
        values["contact_mail"] = ""
    db.session.execute(
        update(OfferDetails)
        .where(OfferDetails.contribution_id == contribution.id)
        .values(revision=OfferDetails.revision + 1, **values)
    )
    if contribution.visibility == Visibility.PUBLIC:
        raise_register_version(contribution.dialogue_id)
    record(actor, OfferChecked(contribution.id, found))


def set_period(actor: Actor, dialogue: Dialogue, months: int) -> None:
    """Say after how many months offers of this dialogue are to be checked again."""
    RIGHTS.require(actor, Permission.KEEP_OFFERS, dialogue)
    if not 1 <= months <= 60:
        raise Invalid(_l("Please type a number from 1 to 60."))
    dialogue.check_offers_after = months
    record(actor, CheckPeriodChanged(dialogue.id, months))


def ask_provider(actor: Actor, contribution: Contribution) -> bool:
    """Send the provider of an offer the question whether it exists; False if that was done meanwhile.

    Raises TooMany if the address has had several mails today.
    """
    RIGHTS.require(actor, Permission.ASK_PROVIDERS)
    dialogue = contribution.dialogue
    token = secrets.token_urlsafe(24)
    taken = db.session.execute(
        update(OfferDetails)
        .where(
            OfferDetails.contribution_id == contribution.id,
            OfferDetails.contact_mail != "",
            # Compared here, because two processes may come to the same offer at once.
            or_(OfferDetails.asked_at.is_(None), OfferDetails.asked_at < queries.asked_before(dialogue)),
        )
        .values(asked_at=now(), token_digest=digest_of(token), token_until=now() + ANSWER_WITHIN)
        .returning(OfferDetails.contact_mail)
        .execution_options(synchronize_session=False)
    ).first()
    if taken is None:
        return False
    letter = question(
        slug=dialogue.slug,
        reference=contribution.reference,
        title=contribution.title,
        token=token,
        days=ANSWER_WITHIN.days,
    )
    mail.enqueue(taken[0], letter)
    record(actor, ProviderAsked(contribution.id))
    return True


def answer_for_offer(actor: Actor, dialogue: Dialogue, token: str, *, exists: bool) -> None:
    """Take a provider's answer by the link of a mail, once; it goes for the offer this one stands with, too.

    Raises Conflict for a link that is unknown, used or too old, all alike.
    """
    RIGHTS.require(actor, Permission.ANSWER_FOR_OFFER)
    details = queries.offer_by_token(dialogue, digest_of(token))
    if details is None:
        raise Conflict(LINK_IS_OVER, code="link_over")
    values: dict[str, Any] = dict(ANSWERED)
    if exists:
        values["checked_on"] = today().isoformat()
        if details.status == OfferStatus.UNKNOWN:
            values["status"] = OfferStatus.RUNNING
    else:
        values["gone_at"] = now()
    used = db.session.execute(
        update(OfferDetails)
        .where(
            OfferDetails.contribution_id == details.contribution_id,
            OfferDetails.token_digest == digest_of(token),
            OfferDetails.token_until > now(),
        )
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    if cast(CursorResult[Any], used).rowcount == 0:
        raise Conflict(LINK_IS_OVER, code="link_over")
    one = details.contribution_id
    standing = merge_queries.standing_of_member(one)
    if standing is not None and standing.lead.kind == Kind.OFFER:
        _note_answer(standing.lead_id, exists=exists)
    raise_register_version(dialogue.id)
    db.session.expire_all()
    record(actor, OfferConfirmed(one) if exists else OfferReportedGone(one))


def _note_answer(contribution_id: int, *, exists: bool) -> None:
    """Note an answer that somebody else's link has brought; that it is gone leaves its own link open."""
    if exists:
        note_checked([contribution_id])
    else:
        db.session.execute(
            upsert(OfferDetails).values(contribution_id=contribution_id).on_conflict_do_nothing()
        )
        db.session.execute(
            update(OfferDetails)
            .where(OfferDetails.contribution_id == contribution_id)
            .values(gone_at=now())
            .execution_options(synchronize_session=False)
        )


def forget_addresses(actor: Actor, ids: Sequence[Any]) -> int:
    """Delete the mail addresses of offers that are no longer public."""
    RIGHTS.require(actor, Permission.ERASE_PERSON)
    gone = db.session.execute(
        update(OfferDetails)
        .where(OfferDetails.contribution_id.in_(ids))
        .values(contact_mail="", token_digest=None, token_until=None)
    )
    return int(cast(CursorResult[Any], gone).rowcount)


LINK_IS_OVER = _l("This link no longer works. It was used already, or it is too old.")
