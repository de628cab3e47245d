"""What people were told, and the addresses of those who wish to be told by mail."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select

from accounts.models import MailAddress, Notice
from accounts.permissions import RIGHTS, Permission
from core.actor import Actor
from core.clock import now
from core.db import db


def own_notices(actor: Actor, *, most: int = 20) -> list[Notice]:
    """What this actor was told, the latest first. Nobody's for a visitor."""
    if not RIGHTS.allows(actor, Permission.READ_NOTICES):
        return []
    return list(
        db.session.scalars(
            select(Notice)
            .where(Notice.holder_key == actor.key)
            .order_by(Notice.at.desc(), Notice.id.desc())
            .limit(most)
        )
    )


def address_of(holder_key: str) -> MailAddress | None:
    """The mail address kept for this key, confirmed or not."""
    return db.session.scalar(select(MailAddress).where(MailAddress.holder_key == holder_key))


def own_address(actor: Actor) -> MailAddress | None:
    """The mail address of this actor, confirmed or not; nobody's for a visitor."""
    return address_of(actor.key) if RIGHTS.allows(actor, Permission.READ_NOTICES) else None


def address_by_token(token_digest: str) -> MailAddress | None:
    """The address that waits for an answer to the mail with this token, while it may still be given."""
    return db.session.scalar(
        select(MailAddress).where(MailAddress.token_digest == token_digest, MailAddress.token_until > now())
    )


def address_by_id(address_id: int) -> MailAddress | None:
    """An address by its id; only for whoever can prove to have had a mail at it."""
    return db.session.get(MailAddress, address_id)


def due_digests(settled: datetime, mailed_before: datetime) -> list[tuple[MailAddress, list[Notice]]]:
    """Who has news that are to leave in a mail, each with the latest first.

    News count from the moment the address was confirmed; somebody is due when the oldest is older than
    `settled` (what follows within minutes then goes along) and their last mail left before `mailed_before`.
    """
    rows = db.session.execute(
        select(MailAddress, Notice)
        .join(Notice, Notice.holder_key == MailAddress.holder_key)
        .where(
            Notice.mailed_at.is_(None),
            Notice.at >= MailAddress.confirmed_at,
            or_(MailAddress.last_mail_at.is_(None), MailAddress.last_mail_at <= mailed_before),
        )
        .order_by(MailAddress.id, Notice.at.desc(), Notice.id.desc())
    )
    news: dict[int, tuple[MailAddress, list[Notice]]] = {}
    for address, notice in rows:
        news.setdefault(address.id, (address, []))[1].append(notice)
    return [(address, notices) for address, notices in news.values() if notices[-1].at <= settled]
