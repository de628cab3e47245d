"""Mail addresses of those who wish to be told by mail, and the digest they get, one a day at most."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, update

from accounts.facts import AddressConfirmed, AddressForgotten, AddressGiven, DigestSent
from accounts.models import MailAddress, Notice
from accounts.permissions import RIGHTS, Permission
from accounts.queries import messages as queries
from core import mail
from core.actor import Actor
from core.clock import now
from core.db import db
from core.errors import Conflict, Invalid, NotFound
from core.i18n import lazy_gettext as _l
from core.journal import record
from core.mail import Letter

CONFIRM_WITHIN = timedelta(days=7)
"""How long the link in the first mail works."""

BETWEEN_DIGESTS = timedelta(hours=24)


def give_address(
    actor: Actor,
    holder_key: str,
    *,
    address: str,
    language: str,
    token: str,
    letter: Letter,
    asked_by: str = "",
) -> MailAddress:
    """Keep an address for one's own key and ask it, by `letter`, whether it agrees; `token` is in its link.

    `asked_by` stands for whoever asks where the key is new and says nothing about them yet; left out, it is
    the key. An address given before is replaced. Raises Invalid for what is no address, TooMany if it or its
    owner had several mails today, Conflict without a mail server.
    """
    RIGHTS.require(actor, Permission.KEEP_ADDRESS, holder_key)
    if not mail.is_configured():
        raise Conflict(_l("This site sends no mails."))
    checked = mail.check_address(address)
    kept = queries.address_of(holder_key) or MailAddress(holder_key=holder_key)
    kept.address = checked
    kept.language = language
    kept.token_digest = _digest(token)
    kept.token_until = now() + CONFIRM_WITHIN
    kept.confirmed_at = None
    db.session.add(kept)
    db.session.flush()  # The fact needs the id.
    mail.enqueue(checked, letter, asked_by=asked_by or holder_key)
    record(actor, AddressGiven(kept.id))
    return kept


def confirm_address(actor: Actor, token: str) -> None:
    """Use the address from now on. Raises Invalid for a link that is unknown, used or too old, all alike."""
    RIGHTS.require(actor, Permission.FOLLOW_MAIL)
    kept = queries.address_by_token(_digest(token))
    confirmed = db.session.execute(
        update(MailAddress)
        .where(MailAddress.token_digest == _digest(token), MailAddress.token_until > now())
        .values(confirmed_at=now(), token_digest=None, token_until=None)
        .execution_options(synchronize_session=False)
    )
    if kept is None or cast(CursorResult[Any], confirmed).rowcount == 0:
        raise Invalid(_l("This link no longer works. Please enter your address once more on your page."))
    record(actor, AddressConfirmed(kept.id))


def forget_address(actor: Actor, holder_key: str) -> None:
    """Delete the address of one's own key. Raises NotFound if there is none."""
    RIGHTS.require(actor, Permission.KEEP_ADDRESS, holder_key)
    kept = queries.address_of(holder_key)
    if kept is None:
        raise NotFound
    _delete(actor, kept)


def unsubscribe(actor: Actor, address_id: int) -> None:
    """Delete an address by the link of its own mails, which the caller has checked; no-op if it is gone."""
    RIGHTS.require(actor, Permission.FOLLOW_MAIL)
    kept = queries.address_by_id(address_id)
    if kept is not None:
        _delete(actor, kept)


def send_digest(actor: Actor, kept: MailAddress, notices: Sequence[Notice], letter: Letter) -> bool:
    """Put the news of one person into the outbox; False if another process did so a moment ago."""
    RIGHTS.require(actor, Permission.SEND_DIGESTS)
    moment = now()
    # Read first and compared here, because two processes may come to the same person at once.
    taken = db.session.execute(
        update(MailAddress)
        .where(
            MailAddress.id == kept.id,
            MailAddress.confirmed_at.is_not(None),
            MailAddress.last_mail_at.is_(None) | (MailAddress.last_mail_at <= moment - BETWEEN_DIGESTS),
        )
        .values(last_mail_at=moment)
        .execution_options(synchronize_session=False)
    )
    if cast(CursorResult[Any], taken).rowcount == 0:
        return False
    db.session.execute(
        update(Notice)
        .where(Notice.id.in_([notice.id for notice in notices]))
        .values(mailed_at=moment)
        .execution_options(synchronize_session=False)
    )
    mail.enqueue(kept.address, letter)
    record(actor, DigestSent(kept.id, len(notices)))
    return True


def _delete(actor: Actor, kept: MailAddress) -> None:
    record(actor, AddressForgotten(kept.id))
    db.session.delete(kept)
    db.session.flush()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
