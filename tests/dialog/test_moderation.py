"""The queue, reminders, headings, text blocks, the rules for everybody and the list for staff."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from accounts.permissions import Scope
from accounts.queries import messages as message_queries
from core.clock import now
from core.db import db
from core.errors import Conflict, Forbidden, Invalid
from core.transaction import transaction
from dialog import jobs
from dialog.actions import moderation, text_blocks
from dialog.models import Contribution, ModerationReminder, Revision, TextBlock
from dialog.queries import moderation as queries
from dialog.queries import text_blocks as text_queries
from dialog.queries.moderation import QueueFilter
from dialog.text_suggestions import SUGGESTIONS
from dialog.vocabulary import Kind, Visibility
from tests import factories
from tests.client import Client
from tests.conftest import Maker
from tests.dialog.ground import count, facts
from tests.factories import STAFF, Person

inside = pytest.mark.usefixtures("inside")
QUEUE = "/dialogues/probe/moderation"
Browse = Callable[[Person | None], Client]
ClientAs = Callable[..., Client]


def age(contribution: Contribution, hours: int) -> None:
    """Let its present wording have been sent so long ago."""
    with factories.change():
        db.session.execute(
            update(Revision)
            .where(Revision.contribution_id == contribution.id)
            .values(at=now() - timedelta(hours=hours))
        )


# ------------------------------------------------------------------------------------------------- the queue


@inside
@pytest.mark.parametrize(
    ("wish", "found"),
    [
        ({}, [0, 1, 2]),
        ({"kind": "offer"}, [1]),
        ({"field": "wohnen"}, [2]),
        ({"place": "county"}, [2]),
        ({"place": "08236040"}, [0, 1]),
        ({"language": "en"}, [1]),
        ({"late": True}, [0]),
        ({"words": "strasse"}, [2]),
        ({"words": "100%"}, []),
        ({"words": "a-001"}, [1]),
    ],
)
def test_the_queue_is_filtered_and_the_one_waiting_longest_stands_first(
    wish: dict[str, Any], found: list[int]
) -> None:
    made = [
        factories.contribution(Visibility.WAITING),
        factories.contribution(Visibility.WAITING, kind=Kind.OFFER, language="en"),
        factories.contribution(Visibility.WAITING, in_field="wohnen", place=None, text="Neue Straße"),
    ]
    age(made[0], 30)

    shown = queries.visible_queue(STAFF, factories.dialogue(), QueueFilter(**wish), now())

    assert [queued.contribution.id for queued in shown] == [made[number].id for number in found]
    assert queries.count_queue(STAFF, factories.dialogue(), QueueFilter(**wish), now()) == len(found)


@inside
def test_an_answer_to_a_question_waits_anew() -> None:
    author = factories.participant()
    old = factories.contribution(Visibility.WAITING, author=author, revised=True)
    age(old, 30)
    assert queries.overdue(factories.dialogue(), now()) == 1
    with transaction():
        db.session.execute(update(Revision).where(Revision.number == 2).values(at=now()))

    assert queries.overdue(factories.dialogue(), now()) == 0


def test_one_contribution_after_the_other(make: Maker, client_as: ClientAs) -> None:
    for _ in range(3):
        make.contribution(Visibility.WAITING)
    staff = client_as("coordinator")
    staff.get(f"{QUEUE}?kind=need&lang=en", 200)
    first = next(a["href"] for a in staff.page.find_all("a") if "B-001" in a["href"])
    staff.get(first, 200)
    assert "3 in this list" in staff.text
    page = staff.form_here(first, decision="publish")

    staff.follow(staff.send(page, {}, 303))
    assert staff.heading == "Decide on B-002"
    assert "B-001 is published." in staff.text
    for number in ("B-002", "B-003"):
        deciding = staff.form_here(first.replace("B-001", number), decision="publish")
        staff.follow(staff.send(deciding, {}, 303))
    assert staff.heading == "To check"
    assert "B-003 is published." in staff.text


def test_the_menu_counts_what_waits_for_staff_and_for_nobody_else(
    make: Maker, browse: Browse, client_as: ClientAs
) -> None:
    author = make.participant()
    for _ in range(2):
        make.contribution(Visibility.WAITING, author=author)
    staff = client_as("coordinator")
    staff.get("/?lang=en", 200)
    assert "2 are waiting" in staff.page.find("header").text
    for other in (browse(None), browse(author)):
        other.get("/?lang=en", 200)
        assert not other.page.find_all(class_="vs-badge")


# ------------------------------------------------------------------------------------------------- reminders


@inside
def test_staff_are_reminded_of_what_waits_too_long_once_a_day() -> None:
    fresh, old = (factories.contribution(Visibility.WAITING) for _ in range(2))
    checks, elsewhere = factories.account(), factories.account(scope=Scope("dialogue", 99))
    jobs.remind_of_waiting()
    assert facts("ModerationOverdue") == []

    age(old, 25)
    jobs.remind_of_waiting()
    jobs.remind_of_waiting()
    here = fresh.dialogue_id
    assert [fact[2] for fact in facts("ModerationOverdue")] == [{"dialogue_id": here, "waiting": 1}]

    (told,) = message_queries.own_notices(checks.actor)
    assert (told.values, told.url) == ({"waiting": 1}, f"{QUEUE}?late=1")
    assert message_queries.own_notices(elsewhere.actor) == []

    age(fresh, 25)
    with transaction():
        db.session.execute(update(ModerationReminder).values(at=now() - timedelta(hours=24)))
    jobs.remind_of_waiting()
    assert facts("ModerationOverdue")[-1][2] == {"dialogue_id": here, "waiting": 2}
    with pytest.raises(Forbidden), transaction():
        moderation.remind_of_waiting(STAFF)


# -------------------------------------------------------------------------------------------------- headings


@inside
def test_a_heading_is_corrected_and_the_former_one_is_kept() -> None:
    made = factories.contribution(title="Deutschkruse")
    with transaction():
        moderation.correct_heading(STAFF, made, title="  Deutschkurse\n am Abend ", based_on=1)

    assert made.title == "Deutschkurse am Abend"
    assert [revision.title for revision in made.revisions][-1] == "Deutschkurse am Abend"
    assert "deutschkurse am abend" in made.search_text
    assert facts("HeadingCorrected") == [
        (STAFF.key, "HeadingCorrected", {"contribution_id": made.id, "revision": 2})
    ]
    for title, based_on, error in (("Neu", 1, Conflict), (" ", 2, Invalid), ("x" * 121, 2, Invalid)):
        with pytest.raises(error), transaction():
            moderation.correct_heading(STAFF, made, title=title, based_on=based_on)
    with pytest.raises(Forbidden), transaction():
        moderation.correct_heading(factories.participant().actor, made, title="Neu", based_on=2)


def test_a_heading_is_corrected_on_the_page(make: Maker, client: Client, client_as: ClientAs) -> None:
    make.contribution(title="Deutschkruse")
    staff = client_as("coordinator")
    page = staff.form(f"{QUEUE}/B-001?lang=en", f"{QUEUE}/B-001/heading")
    staff.send(page, {"title": ""}, 422)
    assert "Please write a heading." in staff.errors
    staff.follow(staff.send(page, {"title": "Deutschkurse"}, 303))
    assert "The heading is changed." in staff.text
    client.get("/dialogues/probe/register?q=deutschkurse", 200)
    assert "Deutschkurse" in client.text


# ----------------------------------------------------------------------------------------------- text blocks


@inside
def test_text_blocks_are_kept_changed_removed_and_suggested() -> None:
    here = factories.dialogue()
    with transaction():
        made = text_blocks.keep_text_block(STAFF, here, title=" Wo? ", texts={"de": "Wo genau?", "en": " "})
        assert (made.title, made.texts) == ("Wo?", {"de": "Wo genau?"})
        text_blocks.keep_text_block(STAFF, here, title="Wo?", texts={"en": "Where?"}, block=made)
    assert made.texts == {"en": "Where?"}
    for title, texts, error in (
        ("", {"de": "a"}, Invalid),
        ("x" * 81, {"de": "a"}, Invalid),
        ("Leer", {"de": " "}, Invalid),
        ("Lang", {"de": "a" * 1001}, Invalid),
        ("Wo?", {"de": "a"}, Conflict),
    ):
        with pytest.raises(error), transaction():
            text_blocks.keep_text_block(STAFF, here, title=title, texts=texts)
    with pytest.raises(Forbidden), transaction():
        text_blocks.take_suggestions(factories.participant().actor, here)

    with transaction():
        assert text_blocks.take_suggestions(STAFF, here) == len(SUGGESTIONS)
    with transaction():
        assert text_blocks.take_suggestions(STAFF, here) == 0
        text_blocks.remove_text_block(STAFF, made)
    assert count(TextBlock) == len(SUGGESTIONS)
    arabic = text_queries.insertable(text_queries.blocks_of(here.id), "ar")
    assert {block.language for block in arabic} == {"ar"}
    assert {block.language for block in text_queries.insertable(text_queries.blocks_of(here.id), "tr")} == {
        "de"
    }


def test_a_text_block_goes_before_the_note_without_a_script(
    make: Maker, browse: Browse, client_as: ClientAs
) -> None:
    author = make.participant()
    make.contribution(Visibility.WAITING, author=author, language="en")
    staff = client_as("coordinator")
    staff.get(f"{QUEUE}/texts?lang=en", 200)
    staff.follow(staff.send(staff.form_here(f"{QUEUE}/texts", step="suggest"), {}, 303))
    staff.get(f"{QUEUE}/B-001", 200)
    block = next(o["value"] for o in staff.page.find_all("option") if o.text == "Wo genau?")

    returning = staff.form_here(f"{QUEUE}/B-001", decision="return")
    staff.send(returning, {"block": block, "note": "Thank you!"}, 303)

    person = browse(author)
    person.get("/dialogues/probe/contributions/B-001", 200)
    assert "In which town or part of town is this?" in person.text
    assert "Thank you!" in person.text


def test_a_text_block_is_written_and_deleted_on_its_page(make: Maker, client_as: ClientAs) -> None:
    make.dialogue()
    staff = client_as("coordinator")
    staff.get(f"{QUEUE}/texts?lang=en", 200)
    writing = staff.form_here(f"{QUEUE}/texts", step="keep")
    staff.send(writing, {"title": "Neu"}, 422)
    assert staff.errors == ["Please write the text in at least one language."]
    staff.follow(staff.send(writing, {"title": "Neu", "text_de": "Hallo"}, 303))
    assert "Hallo" in staff.text
    staff.follow(staff.send(staff.form_here(f"{QUEUE}/texts", step="remove"), {}, 303))
    assert "Hallo" not in staff.text


# --------------------------------------------------------------------------- what looks like personal data


def test_an_author_is_asked_once_about_what_looks_personal(make: Maker, browse: Browse) -> None:
    make.dialogue()
    person = browse(make.participant())
    write = "/dialogues/probe/contribute/need?lang=en"
    sent = {"text": "Ruft an: 0170 0000000.", "field": "wohnen", "municipality": "county", "language": "de"}

    person.post_form(write, sent, 422)
    assert "this looks like a telephone number" in person.text
    again = person.form_here("/dialogues/probe/contribute/need")
    values = dict(again.values)
    assert {name: values[name] for name in sent} == sent
    person.follow(person.send(again, {}, 303))
    assert "We have received your contribution" in person.text


def test_staff_see_marks_and_hints(make: Maker, client_as: ClientAs) -> None:
    make.contribution(Visibility.WAITING, text="Frau Muster, Musterstraße 7, 0170 0000000")
    staff = client_as("coordinator")
    staff.get(f"{QUEUE}/B-001?lang=en", 200)

    assert [mark.text for mark in staff.page.find_all("mark")] == [
        "Frau Muster",
        "Musterstraße 7",
        "0170 0000000",
    ]
    assert "maybe a telephone number" in staff.text


# ------------------------------------------------------------------------------ for everybody, and the list


def test_the_rules_tell_everybody_what_was_done(make: Maker, client: Client) -> None:
    make.contribution()
    make.contribution(Visibility.HIDDEN)
    make.contribution(Visibility.WITHDRAWN)
    client.get("/dialogues/probe/moderation-rules?lang=en", 200)

    rows = {row.find("th").text: row.find("td").text for row in client.page.find("tbody").find_all("tr")}
    assert rows["Received"] == "3"
    assert rows["Published"] == "1"
    assert rows["Hidden: It insults or threatens people."] == "1"
    assert "within an hour" in client.text


def test_the_list_of_decisions_names_nobody_and_hides_no_formula(
    app: Flask, make: Maker, client_as: ClientAs
) -> None:
    author = make.participant()
    waiting = make.contribution(Visibility.WAITING, author=author)
    with app.app_context(), transaction():
        found = db.session.get_one(Contribution, waiting.id)
        moderation.hide_contribution(STAFF, found, reason="insult", note="=HYPERLINK(1)")
    staff = client_as("coordinator")
    answer = staff.get(f"{QUEUE}/log.csv?lang=en", 200)

    text = answer.get_data(as_text=True)
    (line,) = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";")
    assert line["number"] == "B-001"
    assert line["reason"] == "It insults or threatens people."
    assert line["note"] == "'=HYPERLINK(1)"
    assert author.actor.key not in text
    assert STAFF.key not in text
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_question_is_still_there_after_hiding_was_undone(app: Flask, make: Maker, browse: Browse) -> None:
    author = make.participant()
    made = make.contribution(Visibility.RETURNED, author=author)
    with app.app_context(), transaction():
        found = db.session.get_one(Contribution, made.id)
        moderation.hide_contribution(STAFF, found, reason="insult")
        moderation.restore_contribution(STAFF, found)
    person = browse(author)
    for page in ("mine", "contributions/B-001", "contributions/B-001/revise"):
        person.get(f"/dialogues/probe/{page}", 200)
        assert "Wo genau?" in person.text


def test_what_is_taken_out_says_no_more_that_it_appears_in_the_concept(
    app: Flask, make: Maker, browse: Browse
) -> None:
    author = make.participant()
    make.concept()
    made = make.contribution(author=author)
    person, page = browse(author), "/dialogues/probe/contributions/B-001?lang=en"
    person.get(page, 200)
    assert "concept" in person.text.lower()
    with app.app_context(), transaction():
        found = db.session.get_one(Contribution, made.id)
        moderation.hide_contribution(STAFF, found, reason="insult")
    person.get(page, 200)
    assert "concept" not in person.text.lower()
