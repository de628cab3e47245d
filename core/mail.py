"""Letters that leave the house: an outbox written in the transaction, sent afterwards by a job.

A letter is a row, so that it is sent if and only if what it tells was committed. Sending claims the row
first and deletes it after the mail server took it: nothing about whom we wrote to is kept. A crash in between
sends once more under the same Message-ID. Nothing in the program needs mail; without a mail server
(`smtp_host`) there is no outbox and people read the same lines on their page.
"""

from __future__ import annotations

import hashlib
import hmac
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import Any, cast
from urllib.parse import urlsplit

import structlog
from flask import current_app
from sqlalchemy import CursorResult, String, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from core import keys
from core.clock import now
from core.config import Config
from core.db import Base, db, int_pk, key_str, long_str, short_str, upsert
from core.errors import Invalid, Sentence, TooMany
from core.i18n import lazy_gettext as _l
from core.transaction import transaction

LONGEST_ADDRESS = 254
"""Most characters of a mail address (RFC 5321, 4.5.3.1.3, less the angle brackets)."""

PER_RECIPIENT = 5
"""Most letters to one address on one day, whoever asks for them."""

PER_ASKER = 10
"""Most letters that one person may have us send on one day, to whichever addresses."""

GIVE_UP_AFTER = timedelta(hours=24)
"""A letter that could not be sent for so long is deleted; what it said still stands on the page."""

_TRY_AGAIN = (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=6))
_AT_ONCE = 20
_TIMEOUT_SECONDS = 20.0
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail says: plain text, and the address that stops further ones (empty for none)."""

    subject: str
    body: str
    unsubscribe_url: str = ""


class OutgoingMail(Base):
    """A letter that waits to be sent. It is deleted once the mail server has taken it."""

    __tablename__ = "outgoing_mails"

    id: Mapped[int_pk]
    recipient: Mapped[str] = mapped_column(String(LONGEST_ADDRESS))
    subject: Mapped[short_str]
    body: Mapped[long_str]
    unsubscribe_url: Mapped[str] = mapped_column(String(500))
    message_id: Mapped[short_str]
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime] = mapped_column(index=True)
    created_at: Mapped[datetime]


class MailCount(Base):
    """How many letters an address was sent, or somebody asked for, on a day; known by a keyed digest only."""

    __tablename__ = "mail_counts"

    whom: Mapped[key_str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    number: Mapped[int]


def forget_letters(recipient: str) -> None:
    """Delete the letters that wait for an address, in the open transaction."""
    db.session.execute(delete(OutgoingMail).where(OutgoingMail.recipient == recipient))


def is_configured() -> bool:
    """Whether there is a mail server, so that asking for an address makes sense."""
    return bool(_settings().smtp_host)


def check_address(typed: str) -> str:
    """The address as it is kept. Raises Invalid at the field `address` for what cannot be one."""
    address = typed.strip()
    try:
        parsed = Address(addr_spec=address)
        fits = (
            len(address) <= LONGEST_ADDRESS
            and address.isascii()
            and parsed.addr_spec == address
            and "." in parsed.domain.strip(".")
            and not any(character.isspace() or not character.isprintable() for character in address)
        )
    except (ValueError, IndexError, HeaderParseError):
        fits = False
    if not fits:
        sentence = _l("This is not a complete mail address. It looks like name@example.de.")
        raise Invalid(sentence, {"address": [sentence]})
    return address


def enqueue(recipient: str, letter: Letter, *, asked_by: str = "") -> None:
    """Put a letter into the outbox, in the open transaction; `asked_by` is the key of whoever wants it sent.

    Raises TooMany if the address has had PER_RECIPIENT letters today or the person has asked for PER_ASKER,
    and ValueError for a line break in recipient or subject: the standard library refuses such a header.
    """
    if asked_by:
        _count(
            f"asker {asked_by}",
            PER_ASKER,
            _l("You have had several mails sent today. Please try again tomorrow."),
        )
    _count(
        f"mail {recipient.casefold()}",
        PER_RECIPIENT,
        _l("This address has had several mails from us today. Please try again tomorrow."),
    )
    mail = OutgoingMail(
        recipient=recipient,
        subject=letter.subject[:200],
        body=letter.body,
        unsubscribe_url=letter.unsubscribe_url,
        message_id=make_msgid(domain=urlsplit(_settings().public_url).hostname or "localhost"),
        next_try_at=now(),
        created_at=now(),
    )
    message_of(mail)
    db.session.add(mail)


def message_of(mail: OutgoingMail) -> EmailMessage:
    """The mail as it leaves: plain text, one recipient, marked as written by a program."""
    message = EmailMessage()
    message["From"] = _settings().mail_from
    message["To"] = mail.recipient
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    if mail.unsubscribe_url:
        message["List-Unsubscribe"] = f"<{mail.unsubscribe_url}>"
    message.set_content(mail.body)
    return message


def send_waiting() -> int:
    """Send what is due, at most a few at once; gives the number the server took. Opens own transactions."""
    if not is_configured():
        return 0
    _give_up()
    waiting = _claim()
    if not waiting:
        return 0
    sent = 0
    try:
        with _server() as server:
            for mail in waiting:
                try:
                    server.send_message(message_of(mail))
                except smtplib.SMTPRecipientsRefused as error:
                    if any(500 <= code < 600 for code, _ in error.recipients.values()):
                        # The server will not take it tomorrow either.
                        _forget(mail.id)
                        log.warning("mail_refused")
                    continue
                _forget(mail.id)
                sent += 1
    except (OSError, smtplib.SMTPException) as error:
        # What was claimed is tried again later.
        log.warning("mail_failed", error=type(error).__name__)
    return sent


def is_waiting() -> bool:
    """Whether a letter is due."""
    return (
        db.session.scalar(select(OutgoingMail.id).where(OutgoingMail.next_try_at <= now()).limit(1))
        is not None
    )


def forget_counts() -> None:
    """Delete the counts of former days, in the open transaction."""
    db.session.execute(delete(MailCount).where(MailCount.day < now().date()))


def _settings() -> Config:
    settings: Config = current_app.config["SETTINGS"]
    return settings


def _count(what: str, most: int, refusal: Sentence) -> None:
    whom = hmac.new(keys.current().digest, what.encode(), hashlib.sha256).hexdigest()
    counting = upsert(MailCount).values(whom=whom, day=now().date(), number=1)
    counted = db.session.execute(
        counting.on_conflict_do_update(
            index_elements=[MailCount.whom, MailCount.day],
            set_={"number": MailCount.number + 1},
            where=MailCount.number < most,
        ).returning(MailCount.number)
    ).first()
    if counted is None:
        raise TooMany(refusal)


def _claim() -> list[OutgoingMail]:
    """Take the mails that are due, so that no other process sends them for a while."""
    moment = now()
    with transaction():
        due = list(
            db.session.scalars(
                select(OutgoingMail)
                .where(OutgoingMail.next_try_at <= moment)
                .order_by(OutgoingMail.id)
                .limit(_AT_ONCE)
            )
        )
        claimed = []
        for mail in due:
            later = moment + _TRY_AGAIN[min(mail.tries, len(_TRY_AGAIN) - 1)]
            taken = db.session.execute(
                update(OutgoingMail)
                .where(OutgoingMail.id == mail.id, OutgoingMail.tries == mail.tries)
                .values(tries=OutgoingMail.tries + 1, next_try_at=later)
                .execution_options(synchronize_session=False)
            )
            if cast(CursorResult[Any], taken).rowcount:
                claimed.append(mail)
    return claimed


def _forget(mail_id: int) -> None:
    with transaction():
        db.session.execute(delete(OutgoingMail).where(OutgoingMail.id == mail_id))


def _give_up() -> None:
    old = OutgoingMail.created_at < now() - GIVE_UP_AFTER
    if db.session.scalar(select(OutgoingMail.id).where(old).limit(1)) is None:
        return
    with transaction():
        gone = db.session.execute(delete(OutgoingMail).where(old))
    log.warning("mail_given_up", count=cast(CursorResult[Any], gone).rowcount)


@contextmanager
def _server() -> Iterator[smtplib.SMTP]:
    settings = _settings()
    trusted = ssl.create_default_context()
    server: smtplib.SMTP
    if settings.smtp_security == "tls":
        server = smtplib.SMTP_SSL(
            settings.smtp_host, settings.smtp_port, timeout=_TIMEOUT_SECONDS, context=trusted
        )
    else:
        server = smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=_TIMEOUT_SECONDS)
    with server:
        if settings.smtp_security == "starttls":
            server.starttls(context=trusted)
        if settings.smtp_user:
            server.login(settings.smtp_user, settings.smtp_password)
        yield server
