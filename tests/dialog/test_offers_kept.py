"""Offers kept alive: what staff are shown, the mail to the provider, and the link in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from core.actor import OPERATOR, SYSTEM, VISITOR
from core.clock import today
from core.db import db
from core.mail import PER_RECIPIENT, OutgoingMail
from core.retention import RULES
from core.transaction import transaction
from dialog import jobs
from dialog.actions import moderation
from dialog.actions import offers_kept as actions
from dialog.actions.details import OfferFacts, keep_offer
from dialog.actions.merging import merge_contribution
from dialog.models import Contribution, Dialogue, OfferDetails
from dialog.offer_words import months_before
from dialog.queries import offers_kept as queries
from dialog.queries.contributions import access_contribution
from dialog.queries.offers import OfferFilter, count_offers
from dialog.queries.similar_entries import similar_entries
from dialog.vocabulary import Kind, Visibility
from tests import factories
from tests.client import Client
from tests.conftest import Maker
from tests.dialog.ground import count, facts
from tests.factories import STAFF, Person

PAGE = "/dialogues/probe/offers"
LONG_AGO = "2017"
Browse = Callable[[Person | None], Client]


@pytest.fixture(autouse=True)
def sends_mail(app: Flask) -> Iterator[None]:
    """A mail server is configured; nothing is sent, the letters wait in the outbox."""
    settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(settings, smtp_host="mail.example.org", mail_from="county@example.org")
    yield
    app.config["SETTINGS"] = settings


def old_offer(
    address: str = "buero@example.org", *, checked_on: str = LONG_AGO, title: str = "Nähtreff"
) -> Contribution:
    """An offer that nobody has checked for long; its provider can be asked."""
    made = factories.contribution(kind=Kind.OFFER, title=title)
    with transaction():
        found = access_contribution(OPERATOR, made.dialogue, made.reference)
        keep_offer(
            STAFF, found, OfferFacts(contact_mail=address, checked_on=checked_on), based_on=0, traits={}
        )
    return made


@pytest.fixture
def make_old(app: Flask) -> Callable[..., Contribution]:
    """`old_offer` for tests that send requests."""

    def call(*args: str, **values: str) -> Contribution:
        with app.app_context():
            return old_offer(*args, **values)

    return call


def letters() -> list[OutgoingMail]:
    """What waits to be sent."""
    return list(db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


def links(app: Flask) -> list[str]:
    """Ask all providers that are to be asked; gives the paths in the letters."""
    with app.app_context():
        jobs.ask_providers()
        found = [re.search(r"(/dialogues/probe/offers/confirm/\S+)", letter.body) for letter in letters()]
    return [one[1] for one in found if one]


def details(app: Flask, made: Contribution) -> OfferDetails:
    """The row as it is now."""
    with app.app_context():
        return db.session.execute(
            select(OfferDetails).where(OfferDetails.contribution_id == made.id)
        ).scalar_one()


def answer(browser: Client, link: str, said: str, status: int = 303) -> TestResponse:
    """Press one of the two buttons of the page that is open."""
    return browser.send(browser.form_here(link, answer=said), status=status)


@pytest.mark.usefixtures("inside")
def test_a_provider_is_asked_once_in_a_period_and_only_about_what_is_due() -> None:
    due = old_offer()
    old_offer("frisch@example.org", checked_on=today().isoformat())
    old_offer("", title="Ohne Adresse")
    hidden = old_offer("weg@example.org")
    with transaction():
        moderation.hide_contribution(
            STAFF, access_contribution(STAFF, hidden.dialogue, hidden.reference), reason="insult"
        )
    jobs.ask_providers()
    jobs.ask_providers()
    assert [letter.recipient for letter in letters()] == ["buero@example.org"]
    (letter,) = letters()
    assert due.reference in letter.subject + letter.body
    assert "Nähtreff" in letter.body
    assert "\n" not in letter.subject
    assert [fact[2] for fact in facts("ProviderAsked")] == [{"contribution_id": due.id}]
    # The next period begins a year later.
    db.session.execute(update(OfferDetails).values(asked_at=datetime.now(UTC) - timedelta(days=400)))
    db.session.commit()
    jobs.ask_providers()
    assert len(letters()) == 2


@pytest.mark.usefixtures("inside")
def test_an_office_with_many_offers_gets_a_few_mails_a_day_and_nobody_waits_for_it() -> None:
    for number in range(PER_RECIPIENT + 2):
        old_offer(title=f"Angebot {number}")
    old_offer("anderes@example.org", title="Anderes")
    jobs.ask_providers()
    recipients = [letter.recipient for letter in letters()]
    assert recipients.count("buero@example.org") == PER_RECIPIENT
    assert recipients.count("anderes@example.org") == 1


def test_opening_the_link_changes_nothing_and_one_button_confirms(
    app: Flask, make_old: Callable[..., Contribution], browse: Browse
) -> None:
    made = make_old()
    (link,) = links(app)
    provider = browse(None)
    provider.get(link, 200)
    assert "Nähtreff" in provider.text
    with app.app_context():
        assert (facts("OfferConfirmed"), facts("OfferReportedGone")) == ([], [])
    assert details(app, made).checked_on == LONG_AGO
    provider.post_form(link, {"answer": "maybe"}, 409)
    provider.get(link, 200)
    provider.follow(answer(provider, link, "exists"))
    kept = details(app, made)
    assert (kept.checked_on, kept.status, kept.token_digest) == (today().isoformat(), "running", None)
    with app.app_context():
        assert [fact[0] for fact in facts("OfferConfirmed")] == [VISITOR.key]
    provider.get(PAGE, 200)
    assert "Nähtreff" in provider.text


def test_a_link_that_is_wrong_used_or_too_old_changes_nothing(
    app: Flask, make_old: Callable[..., Contribution], browse: Browse
) -> None:
    made, other = make_old(), make_old("zwei@example.org", title="Kochkurs")
    link, second = links(app)
    provider, late = browse(None), browse(None)
    late.get(second, 200)
    provider.get(link, 200)
    answer(provider, link, "exists")
    # Used, and of one offer only.
    provider.get(f"{link}?lang=en", 410)
    assert "no longer works" in provider.text
    assert details(app, other).checked_on == LONG_AGO
    provider.get(f"{PAGE}/confirm/{'x' * 32}", 410)
    provider.get(f"{PAGE}/confirm/short", 404)
    with app.app_context():
        factories.dialogue("dort")
    provider.get(second.replace("/probe/", "/dort/"), 410)
    # Too old: the form was open all the time.
    with app.app_context():
        db.session.execute(update(OfferDetails).values(token_until=datetime.now(UTC) - timedelta(minutes=1)))
        db.session.commit()
    answer(late, second, "exists", 409)
    assert details(app, other).checked_on == LONG_AGO
    assert details(app, made).checked_on == today().isoformat()


def test_a_link_used_twice_counts_once(
    app: Flask, make_old: Callable[..., Contribution], browse: Browse
) -> None:
    made = make_old()
    (link,) = links(app)
    first, second = browse(None), browse(None)
    first.get(link, 200)
    second.get(link, 200)
    answer(first, link, "exists")
    answer(second, link, "gone", 409)
    assert details(app, made).gone_at is None


def test_another_address_makes_the_former_link_void(
    app: Flask, make_old: Callable[..., Contribution], browse: Browse
) -> None:
    made = make_old()
    (link,) = links(app)
    with app.app_context(), transaction():
        dialogue = db.session.execute(select(Dialogue)).scalar_one()
        keep_offer(
            STAFF,
            access_contribution(STAFF, dialogue, made.reference),
            OfferFacts(contact_mail="neu@example.org", checked_on=LONG_AGO),
            based_on=1,
            traits={},
        )
    browse(None).get(link, 410)
    assert len(links(app)) == 2


def test_what_a_provider_reports_gone_is_not_shown_as_existing_and_staff_decide(
    app: Flask, make_old: Callable[..., Contribution], browse: Browse, make: Maker
) -> None:
    made = make_old()
    (link,) = links(app)
    provider, staff = browse(None), browse(make.account("coordinator"))
    provider.get(link, 200)
    answer(provider, link, "gone")
    provider.get(PAGE, 200)
    assert "Nähtreff" not in provider.text
    staff.get(f"{PAGE}/check?lang=en", 200)
    assert "The provider says that it does not exist any more" in staff.text
    assert made.reference in staff.text
    check = f"{PAGE}/{made.reference}/check"
    staff.send(staff.form_here(check, found="running"), status=303)
    assert details(app, made).gone_at is None
    provider.get(PAGE, 200)
    assert "Nähtreff" in provider.text
    with app.app_context():
        db.session.execute(update(OfferDetails).values(checked_on=LONG_AGO))
        db.session.commit()
    staff.get(f"{PAGE}/check", 200)
    staff.send(staff.form_here(check, found="running"), {"found": "nonsense"}, 422)
    staff.get(f"{PAGE}/check", 200)
    staff.send(staff.form_here(check, found="ended"), status=303)
    kept = details(app, made)
    # Nobody is asked about it again, so that the address is needed no more.
    assert (kept.status, kept.contact_mail) == ("ended", "")


def test_staff_see_what_is_due_and_whose_funding_ends_and_set_the_period(
    app: Flask, make_old: Callable[..., Contribution], browse: Browse, make: Maker
) -> None:
    due = make_old()
    ending = make_old("zwei@example.org", checked_on=months_before(today(), 2).isoformat(), title="Kochkurs")
    with app.app_context():
        db.session.execute(
            update(OfferDetails)
            .where(OfferDetails.contribution_id == ending.id)
            .values(funded_until=months_before(today(), -5))
        )
        db.session.commit()
    staff = browse(make.account("coordinator"))
    staff.get(f"{PAGE}/check?lang=en", 200)
    assert "1 offer to check" in staff.text
    assert "Funding ends within 6 months" in staff.text
    assert ending.reference in staff.text
    staff.get(f"{PAGE}/check?lang=en&ahead=3", 200)
    assert ending.reference not in staff.text
    # Somebody who checks every month has more to do; no number is refused with a sentence.
    staff.post_form(f"{PAGE}/check?lang=en", {"months": "0"}, 422)
    staff.post_form(f"{PAGE}/check", {"months": "1"}, 303)
    staff.get(f"{PAGE}/check?lang=en", 200)
    assert "2 offers to check" in staff.text
    for person in (None, make.participant(), make.account("auditor")):
        reader = browse(person)
        reader.get(f"{PAGE}/check", 403)
        reader.get(PAGE, 200)
    assert due.reference in staff.text


def test_staff_look_for_offers_to_check_and_stay_where_they_were(
    app: Flask,
    make_old: Callable[..., Contribution],
    browse: Browse,
    make: Maker,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(queries, "MOST", 2)
    never = make_old(checked_on="", title="Nie geprüft: Chor")
    with app.app_context():
        db.session.execute(
            update(Contribution)
            .where(Contribution.id == never.id)
            .values(published_at=datetime(2015, 1, 1, tzinfo=UTC))
        )
        db.session.commit()
    late = make_old(checked_on="2019", title="Nähtreff am Abend")
    early = make_old(checked_on="2017", title="Nähtreff am Morgen")
    staff = browse(make.account("coordinator"))
    staff.get(f"{PAGE}/check", 200)
    # What nobody has ever checked comes first, then what was checked longest ago; the rest on the next page.
    assert staff.text.index(never.reference) < staff.text.index(early.reference)
    assert late.reference not in staff.text
    staff.get(f"{PAGE}/check?page=2", 200)
    assert late.reference in staff.text
    assert early.reference not in staff.text
    here = f"{PAGE}/check?q=n%C3%A4htreff"
    staff.get(here, 200)
    assert "2 Angebote zu prüfen" in staff.page.text
    assert never.reference not in staff.text
    done = staff.post_form(here, to=f"{PAGE}/{early.reference}/check?q=n%C3%A4htreff")
    assert "q=n%C3%A4htreff" in done.headers["Location"]
    staff.follow(done)
    assert "1 Angebot zu prüfen" in staff.page.text
    staff.get(f"{PAGE}/check?q=Tanz&place=08236999", 200)
    assert "Zu Ihrer Suche passt nichts" in staff.page.text


@pytest.mark.usefixtures("inside")
def test_addresses_of_what_is_not_public_are_deleted_after_their_period() -> None:
    made = old_offer()
    rule = RULES["dialog.offer_mails"]
    db.session.execute(update(Contribution).values(visibility=Visibility.HIDDEN))
    db.session.commit()
    assert rule.find(datetime.now(UTC) - timedelta(days=90)) == []
    found = rule.find(datetime.now(UTC) + timedelta(days=1))
    assert [one.id for one in found] == [made.id]
    with transaction():
        assert rule.remove(SYSTEM, [one.id for one in found]) == 1
    assert rule.find(datetime.now(UTC) + timedelta(days=1)) == []


@pytest.mark.usefixtures("inside")
def test_without_a_mail_server_nobody_is_asked(app: Flask) -> None:
    old_offer()
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], smtp_host="")
    jobs.ask_providers()
    assert count(OutgoingMail) == 0
    assert actions.ANSWER_WITHIN.days == 30


def test_what_its_provider_calls_gone_is_no_longer_shown_as_said_already(
    app: Flask, make_old: Callable[..., Contribution], client: Client
) -> None:
    made = make_old(title="Deutschkurs am Abend in der Bücherei")
    link = links(app)[0]
    words = "Deutschkurs am Abend in der Bücherei"

    def said() -> int:
        with app.app_context():
            return len(
                similar_entries(VISITOR, db.session.get_one(Dialogue, made.dialogue_id), Kind.OFFER, words)
            )

    assert said() == 1
    client.get(link, 200)
    client.post_form(link, {"answer": "gone"})
    with app.app_context():
        assert count_offers(VISITOR, db.session.get_one(Dialogue, made.dialogue_id), OfferFilter()) == 0
    assert said() == 0


def test_the_table_says_that_what_is_gone_has_ended(
    app: Flask, make_old: Callable[..., Contribution], client: Client
) -> None:
    make_old()
    link = links(app)[0]
    client.get(link, 200)
    client.post_form(link, {"answer": "gone"})
    lines = client.get("/dialogues/probe/offers.csv?ended=1", 200).text.splitlines()
    assert len(lines) == 2
    assert ";ended;" in lines[1], lines[1]


def test_what_a_provider_says_changes_the_version_of_the_register(
    app: Flask, make_old: Callable[..., Contribution], client: Client
) -> None:
    made = make_old()
    link = links(app)[0]
    with app.app_context():
        before = db.session.get_one(Dialogue, made.dialogue_id).register_version
    client.get(link, 200)
    client.post_form(link, {"answer": "gone"})
    with app.app_context():
        assert db.session.get_one(OfferDetails, made.id).gone_at is not None
        assert db.session.get_one(Dialogue, made.dialogue_id).register_version > before


@pytest.mark.parametrize("said", ["exists", "gone"])
def test_a_provider_whose_offer_stands_with_another_one_answers_for_both(
    app: Flask, make: Maker, make_old: Callable[..., Contribution], browse: Browse, said: str
) -> None:
    member, lead = make_old(), make_old()
    staff_account = make.account("coordinator")
    link, other_link = links(app)
    with app.app_context(), transaction():
        pair = [db.session.get_one(Contribution, one.id) for one in (member, lead)]
        merge_contribution(STAFF, *pair)
    provider = browse(None)
    provider.get(link, 200)
    provider.follow(answer(provider, link, said))
    for one in (member, lead):
        kept = details(app, one)
        assert (kept.gone_at is not None, kept.checked_on) == (
            (True, LONG_AGO) if said == "gone" else (False, today().isoformat())
        )
    # Staff find it where they look for what is gone; the other office may still be asked.
    staff = browse(staff_account)
    staff.get("/dialogues/probe/offers/check", 200)
    assert (lead.reference in staff.text) == (said == "gone")
    browse(None).get(other_link, 200 if said == "gone" else 410)
