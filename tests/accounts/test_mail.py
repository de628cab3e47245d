"""Being told by mail: only who confirmed, one mail a day at most, and an end by link."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from accounts import jobs
from accounts.actions import mail as actions
from accounts.actions.notices import tell
from accounts.models import MailAddress
from accounts.queries import messages as queries
from core import mail
from core.actor import SYSTEM, VISITOR
from core.clock import now
from core.db import db
from core.errors import Forbidden
from core.mail import Letter
from core.transaction import transaction
from tests.client import Client
from tests.conftest import Maker
from tests.factories import STAFF, Person
from tests.mailbox import Mailbox, mail_server, text_of

ADDRESS = "jemand@example.org"


@pytest.fixture
def mailbox(app: Flask) -> Iterator[Mailbox]:
    with mail_server(app) as box:
        yield box


@pytest.fixture
def person(make: Maker) -> Person:
    found: Person = make.participant()
    return found


def deliver(app: Flask, *, at: timedelta = timedelta(0)) -> None:
    with time_machine.travel(now() + at), app.app_context():
        jobs.send_digests()
        mail.send_waiting()


def told(app: Flask, person: Person, label: str = "Contribution", url: str = "/here") -> None:
    with app.app_context(), transaction():
        tell(SYSTEM, person.actor.key, label=label, url=url)


def path_in(box: Mailbox, pattern: str) -> str:
    found = re.search(rf"https?://[^/]+({pattern}\S+)", text_of(box.mails[-1]))
    assert found, text_of(box.mails[-1])
    return found[1]


def give(client: Client, address: str = ADDRESS, status: int = 303) -> None:
    client.post_form("/messages", {"address": address}, status, to="/messages/address")


def read(client: Client) -> str:
    client.get("/messages", 200)
    return client.text


def confirmed(app: Flask, client: Client, box: Mailbox) -> None:
    give(client)
    deliver(app)
    client.post_form(path_in(box, "/mail/confirm/"))


def test_only_a_confirmed_address_is_told_and_once_a_day(
    app: Flask, mailbox: Mailbox, person: Person, browse: Callable[[Person | None], Client]
) -> None:
    client = browse(person)
    told(app, person, "Before the address")
    give(client)
    told(app, person, "Before the answer")
    deliver(app, at=timedelta(hours=1))
    assert [str(one["Subject"]) for one in mailbox.mails] == ["Bitte bestätigen Sie Ihre E-Mail-Adresse"]

    confirm = path_in(mailbox, "/mail/confirm/")
    opened = browse(None)
    opened.get(confirm)
    opened.get(confirm)
    with app.app_context():
        assert queries.own_address(person.actor).confirmed_at is None, "Opening the link changes nothing."
    opened.post_form(confirm)
    told(app, person, "First news")
    told(app, person, "Second news", url="/there")
    deliver(app, at=timedelta(minutes=5))
    assert len(mailbox.mails) == 1, "What follows within minutes goes along."
    deliver(app, at=timedelta(minutes=11))
    assert len(mailbox.mails) == 2
    body = text_of(mailbox.mails[-1])
    assert "Before" not in body
    assert body.index("Second news") < body.index("First news")

    told(app, person, "Third news")
    deliver(app, at=timedelta(hours=23))
    assert len(mailbox.mails) == 2
    deliver(app, at=timedelta(hours=25))
    assert len(mailbox.mails) == 3
    assert "Third news" in text_of(mailbox.mails[-1])
    assert "First news" not in text_of(mailbox.mails[-1])
    deliver(app, at=timedelta(hours=50))
    assert len(mailbox.mails) == 3, "Without news there is no mail."


def test_every_mail_can_be_the_last(
    app: Flask, mailbox: Mailbox, person: Person, browse: Callable[[Person | None], Client]
) -> None:
    confirmed(app, browse(person), mailbox)
    told(app, person)
    deliver(app, at=timedelta(minutes=11))
    stop = path_in(mailbox, "/mail/stop/")
    assert str(mailbox.mails[-1]["List-Unsubscribe"]).endswith(f"{stop}>")
    visitor = browse(None)
    visitor.get(stop)
    forged = stop[:-1] + ("A" if stop[-1] != "A" else "B")
    visitor.post_form(forged)
    with app.app_context():
        assert queries.own_address(person.actor) is not None, "Neither opening nor guessing ends it."
    visitor.post_form(stop)
    visitor.post_form(stop)
    with app.app_context():
        assert queries.own_address(person.actor) is None
        assert db.session.query(MailAddress).count() == 0
    told(app, person)
    deliver(app, at=timedelta(days=2))
    assert len(mailbox.mails) == 2


def test_a_link_works_once_and_not_for_ever(
    app: Flask, mailbox: Mailbox, person: Person, browse: Callable[[Person | None], Client]
) -> None:
    client = browse(person)
    confirmed(app, client, mailbox)
    used = path_in(mailbox, "/mail/confirm/")
    browse(None).post_form(used, status=422)
    give(client)
    deliver(app)
    late = path_in(mailbox, "/mail/confirm/")
    with time_machine.travel(now() + timedelta(days=8)):
        browse(None).post_form(late, status=422)
    browse(None).post_form("/mail/confirm/" + "x" * 32, status=422)
    with app.app_context():
        assert queries.own_address(person.actor).confirmed_at is None


def test_bad_addresses_are_refused_and_stay_typed(
    app: Flask, mailbox: Mailbox, person: Person, browse: Callable[[Person | None], Client]
) -> None:
    client = browse(person)
    give(client, "jemand@", 422)
    assert client.form_here("/messages/address").values.count(("address", "jemand@")) == 1
    for _ in range(mail.PER_RECIPIENT):
        give(client)
    give(client, status=429)
    assert "Bitte versuchen Sie es morgen" in " ".join(client.errors)


def test_r38_one_person_cannot_have_us_write_to_the_whole_county(
    app: Flask, mailbox: Mailbox, person: Person, browse: Callable[[Person | None], Client], make: Maker
) -> None:
    client = browse(person)
    for number in range(mail.PER_ASKER):
        give(client, f"jemand-{number}@example.org")
    give(client, "noch-jemand@example.org", status=429)
    assert "Sie haben heute schon" in " ".join(client.errors)
    give(browse(make.participant()), "noch-jemand@example.org")
    deliver(app)
    assert len(mailbox.mails) == mail.PER_ASKER + 1


def test_each_has_their_own(
    app: Flask, mailbox: Mailbox, make: Maker, browse: Callable[[Person | None], Client]
) -> None:
    one, other = make.participant(), make.participant()
    confirmed(app, browse(one), mailbox)
    told(app, one, "For one")
    assert "For one" in read(browse(one))
    page = read(browse(other))
    assert "For one" not in page
    assert ADDRESS not in page
    browse(other).post("/messages/no-address", {"_key": "k" * 20}, 404)
    browse(None).get("/messages", status=404)
    browse(one).post_form("/messages", to="/messages/no-address")
    assert ADDRESS not in read(browse(one))


def test_without_a_mail_server_no_address_is_asked_for(
    app: Flask, person: Person, browse: Callable[[Person | None], Client]
) -> None:
    client = browse(person)
    assert "E-Mail" not in read(client)
    client.post("/messages/address", {"address": ADDRESS, "_key": "k" * 20}, 409)


def test_nobody_gives_or_deletes_the_address_of_another(app: Flask, mailbox: Mailbox, make: Maker) -> None:
    one, other = make.participant(), make.participant()
    letter = Letter("Subject", "Text\n")
    with app.app_context():
        for actor in (other.actor, VISITOR, STAFF):
            with pytest.raises(Forbidden), transaction():
                actions.give_address(
                    actor, one.actor.key, address=ADDRESS, language="de", token="t" * 32, letter=letter
                )
        with transaction():
            actions.give_address(
                SYSTEM, one.actor.key, address=ADDRESS, language="de", token="t" * 32, letter=letter
            )
        with pytest.raises(Forbidden), transaction():
            actions.forget_address(other.actor, one.actor.key)
        assert queries.own_address(one.actor) is not None
        with pytest.raises(Forbidden), transaction():
            actions.send_digest(STAFF, queries.own_address(one.actor), [], letter)
