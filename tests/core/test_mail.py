"""The outbox against a real mail server in this process: R38, and that nothing is lost or kept too long."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from core import mail
from core.clock import now
from core.config import BadSetting, Config
from core.db import db
from core.errors import Invalid, TooMany
from core.mail import Letter, MailCount, OutgoingMail
from core.transaction import transaction
from tests.mailbox import Mailbox, mail_server, text_of

LETTER = Letter("Neues für Sie", "Guten Tag,\n\nes gibt Neues – „ganz“ viel.\n", "https://example.de/stop/1")


@pytest.fixture
def mailbox(inside: Flask) -> Iterator[Mailbox]:
    with mail_server(inside) as box:
        yield box


def enqueue(recipient: str = "jemand@example.org", letter: Letter = LETTER) -> None:
    with transaction():
        mail.enqueue(recipient, letter)


def waiting() -> list[OutgoingMail]:
    db.session.expire_all()
    return list(db.session.query(OutgoingMail))


def test_a_letter_arrives_once_and_is_forgotten(mailbox: Mailbox) -> None:
    enqueue()
    assert mail.send_waiting() == 1
    assert mail.send_waiting() == 0
    [arrived] = mailbox.mails
    assert arrived["Subject"] == "Neues für Sie"
    assert arrived["From"] == "Dialog Enzkreis <dialog@example.de>"
    assert arrived["Auto-Submitted"] == "auto-generated"
    assert arrived["List-Unsubscribe"] == "<https://example.de/stop/1>"
    assert "„ganz“ viel" in text_of(arrived)
    assert waiting() == []


def test_a_change_that_is_taken_back_sends_nothing(mailbox: Mailbox) -> None:
    def change() -> None:
        with transaction():
            mail.enqueue("jemand@example.org", LETTER)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change()
    assert mail.send_waiting() == 0
    assert mailbox.mails == []


def test_a_mail_server_that_is_busy_gets_it_later(mailbox: Mailbox) -> None:
    enqueue()
    mailbox.answer = "451 try again"
    assert mail.send_waiting() == 0
    mailbox.answer = "250 OK"
    assert mail.send_waiting() == 0, "It is not asked again at once."
    with time_machine.travel(now() + timedelta(minutes=6)):
        assert mail.send_waiting() == 1
    assert len(mailbox.mails) == 1


def test_what_nobody_takes_is_given_up(mailbox: Mailbox) -> None:
    enqueue()
    mailbox.answer = "550 no such person"
    assert mail.send_waiting() == 0
    assert waiting() == [], "A final answer ends it."
    enqueue()
    mailbox.answer = "451 try again"
    mail.send_waiting()
    assert len(waiting()) == 1
    with time_machine.travel(now() + mail.GIVE_UP_AFTER + timedelta(minutes=1)):
        mail.send_waiting()
        assert waiting() == []


def test_a_server_that_is_gone_loses_nothing(inside: Flask) -> None:
    with mail_server(inside) as box:
        enqueue()
    with mail_server(inside) as other:
        inside.config["SETTINGS"] = Config(smtp_host="127.0.0.1", smtp_port=1, mail_from="a@example.de")
        assert mail.send_waiting() == 0
        assert box.mails == other.mails == []
        assert len(waiting()) == 1


def test_recipients_never_see_each_other(mailbox: Mailbox) -> None:
    for name in ("eins", "zwei", "drei"):
        enqueue(f"{name}@example.org")
    assert mail.send_waiting() == 3
    assert sorted(str(arrived["To"]) for arrived in mailbox.mails) == [
        "drei@example.org",
        "eins@example.org",
        "zwei@example.org",
    ]
    assert all(arrived["Cc"] is None and arrived["Bcc"] is None for arrived in mailbox.mails)


def test_an_address_is_not_flooded(mailbox: Mailbox) -> None:
    for _ in range(mail.PER_RECIPIENT):
        enqueue("Jemand@example.org")
    with pytest.raises(TooMany):
        enqueue("jemand@EXAMPLE.org")
    enqueue("andere@example.org")
    with time_machine.travel(now() + timedelta(days=1)):
        enqueue("jemand@example.org")
        with transaction():
            mail.forget_counts()
        assert {count.day for count in db.session.query(MailCount)} == {now().date()}
    assert all("example" not in count.whom for count in db.session.query(MailCount))


STEERED = [
    "a@example.org\r\nBcc: b@example.org",
    "a@example.org\nBcc: b@example.org",
    "a@example.org\0",
    "a@example.org, b@example.org",
    "a@example.org b@example.org",
    "A <a@example.org>",
    "a@",
    "@example.org",
    "a",
    "",
    "a@@example.org",
    "a@localhost",
    "a" * 250 + "@example.org",
    "ä@example.org",
    "a\u2028@example.org",
    "<a@example.org>",
    "a@exa mple.org",
    "a@example.org;b@example.org",
]


@pytest.mark.parametrize("typed", STEERED)
def test_r38_an_address_cannot_carry_headers_or_others(inside: Flask, typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        mail.check_address(typed)
    assert "address" in refused.value.fields


@pytest.mark.parametrize("typed", ["a@example.org", "  a.b+c@sub.example.org ", "o'x@example.org"])
def test_an_address_is_taken(inside: Flask, typed: str) -> None:
    assert mail.check_address(typed) == typed.strip()


@given(st.text(max_size=60))
def test_r38_whatever_is_typed_is_one_address_or_refused(typed: str) -> None:
    try:
        address = mail.check_address(typed)
    except Invalid:
        return
    assert address.count("@") >= 1
    assert not set(address) & set("\r\n\0,;<> \t")


@pytest.mark.parametrize("subject", ["a\r\nBcc: b@example.org", "a\nb", "a\rb"])
def test_r38_a_subject_cannot_carry_headers(mailbox: Mailbox, subject: str) -> None:
    with pytest.raises(ValueError, match=r"(?i)newline|linefeed|carriage"):
        enqueue(letter=Letter(subject, "Text\n"))
    assert mail.send_waiting() == 0


def test_without_a_mail_server_nothing_is_sent(inside: Flask) -> None:
    assert not mail.is_configured()
    assert mail.send_waiting() == 0


def test_settings_of_mail_are_checked() -> None:
    for bad in ({"SMTP_HOST": "mail.example.de"}, {"SMTP_SECURITY": "perhaps"}):
        with pytest.raises(BadSetting):
            Config.from_environ(bad)
    good = Config.from_environ({"SMTP_HOST": "mail.example.de", "MAIL_FROM": "dialog@example.de"})
    assert (good.smtp_port, good.smtp_security) == (587, "starttls")
    assert "geheim" not in repr(Config.from_environ({"SMTP_PASSWORD": "geheim"}))
