"""A mail address on the sign-up page: only a first mail, only if it is asked for, and never alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from accounts import jobs
from accounts.models import MailAddress
from core import mail
from core.clock import now
from core.db import db
from core.mail import PER_ASKER, PER_RECIPIENT, OutgoingMail
from dialog.models import Registration
from tests.client import Client
from tests.conftest import Maker
from tests.dialog.ground import count, facts
from tests.dialog.test_signup_pages import MINE, PAGE
from tests.factories import Person
from tests.mailbox import Mailbox, mail_server, text_of

ADDRESS = "jemand@example.org"
CHANGE = f"{MINE}/change"


@pytest.fixture
def mailbox(app: Flask) -> Iterator[Mailbox]:
    with mail_server(app) as box:
        yield box


@pytest.fixture(autouse=True)
def event(make: Maker) -> None:
    make.day(places=(1, 20, 20), slug="tag")


def kept(app: Flask) -> list[MailAddress]:
    with app.app_context():
        return list(db.session.scalars(select(MailAddress)))


def deliver(app: Flask) -> None:
    with app.app_context():
        jobs.send_digests()
        mail.send_waiting()


def test_an_address_given_while_signing_up_is_asked_once_and_used_when_it_agrees(
    app: Flask, client: Client, mailbox: Mailbox
) -> None:
    form = client.form(PAGE)
    client.send(form, {"address": ADDRESS}, 200)
    assert "Bitte bestätigen Sie Ihre E-Mail-Adresse" in client.text
    code = client.page.find("p", class_="vs-code").text
    # Sent again it asks nobody twice.
    client.send(form, {"address": ADDRESS}, 200)
    deliver(app)
    assert [message["To"] for message in mailbox.mails] == [ADDRESS]
    assert code not in text_of(mailbox.mails[0])
    assert ADDRESS not in str([payload for _, _, payload in _facts(app)])
    with app.app_context(), time_machine.travel(now() + timedelta(days=6)):
        jobs.send_digests()
        mail.send_waiting()
    assert len(mailbox.mails) == 1, "Nothing more without an answer."

    person = Client(app).enter(code)
    person.get(CHANGE, 200)
    assert f"Wir warten auf eine Antwort von {ADDRESS}." in person.text
    assert "/messages" in [one.get("href") for one in person.page.find("main").find_all("a")]
    link = next(word for word in text_of(mailbox.mails[0]).split() if "/mail/confirm/" in word)
    person.post_form("/mail/confirm/" + link.rpartition("/")[2])
    person.get(CHANGE, 200)
    assert f"Wir schreiben an {ADDRESS}." in person.text


def _facts(app: Flask) -> list[tuple[str, str, dict[str, object]]]:
    with app.app_context():
        return facts()


def test_a_wrong_address_keeps_the_form_and_registers_nobody(
    app: Flask, client: Client, mailbox: Mailbox
) -> None:
    client.post_form(PAGE, {"address": "jemand@", "language": "ar"}, 422)

    assert client.errors == ["Das ist keine vollständige E-Mail-Adresse. Sie sieht so aus: name@example.de."]
    again = client.form_here(PAGE)
    assert {"address": "jemand@", "language": "ar"}.items() <= dict(again.values).items()
    client.send(again, {"address": f"{'x' * 250}@example.org"}, 422)
    with app.app_context():
        assert (count(Registration), count(MailAddress), count(OutgoingMail)) == (0, 0, 0)
    client.send(again, {"address": ""}, 200)
    assert "E-Mail" not in client.text
    with app.app_context():
        assert (count(Registration), count(MailAddress), count(OutgoingMail)) == (1, 0, 0)


def test_nobody_has_us_write_to_many_or_often_by_signing_up(
    app: Flask, client: Client, mailbox: Mailbox
) -> None:
    for number in range(PER_ASKER):
        client.post_form(PAGE, {"address": f"person{number}@example.org"}, 200)
    client.post_form(PAGE, {"address": "person-more@example.org"}, 429)
    assert dict(client.form_here(PAGE).values)["address"] == "person-more@example.org"
    for _ in range(PER_RECIPIENT):
        Client(app).post_form(PAGE, {"address": ADDRESS}, 200)
    Client(app).post_form(PAGE, {"address": ADDRESS}, 429)

    with app.app_context():
        assert count(OutgoingMail) == count(MailAddress) == count(Registration) == PER_ASKER + PER_RECIPIENT


def test_without_a_mail_server_there_is_no_field_and_nothing_is_kept(app: Flask, client: Client) -> None:
    form = client.form(PAGE)
    assert "address" not in form.names
    client.post(PAGE, {**dict(form.values), "address": ADDRESS}, 200)
    assert kept(app) == []


def test_who_has_a_code_already_gives_it_for_themselves(
    app: Flask, make: Maker, mailbox: Mailbox, browse: Callable[[Person | None], Client]
) -> None:
    person = make.participant()
    browser = browse(person)
    browser.follow(browser.post_form(PAGE, {"address": ADDRESS}))
    assert [one.holder_key for one in kept(app)] == [person.actor.key]
    browser.get(CHANGE, 200)
    assert f"Wir warten auf eine Antwort von {ADDRESS}." in browser.text
