"""One contribution that says several things becomes several, which keep where they came from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from core.actor import VISITOR
from core.db import db
from core.errors import Conflict, Forbidden, Invalid, Stale
from core.transaction import transaction
from dialog.actions import contributions as contribution_actions
from dialog.actions import moderation
from dialog.actions.merging import merge_contribution, part_contribution
from dialog.actions.splitting import PartWanted, split_contribution, take_split_back
from dialog.models import Contribution, ContributionPart, Dialogue, OfferDetails
from dialog.queries import details, gaps, splits
from dialog.queries import merges as merge_queries
from dialog.split_forms import pieces_of
from dialog.vocabulary import Kind, PollStatus, Visibility
from tests import factories
from tests.client import Client
from tests.conftest import Maker
from tests.dialog.ground import at_once, browsers, facts, nothing_changes
from tests.factories import STAFF, Person

TEXT = "Es fehlt ein Deutschkurs am Abend. Der Bus fährt nicht am Sonntag."
inside = pytest.mark.usefixtures("inside")


@pytest.fixture
def dialogue(inside: Flask) -> Dialogue:
    return factories.dialogue()


def wanted(*texts: str, kind: Kind = Kind.NEED, field: str = "sprache") -> list[PartWanted]:
    return [PartWanted(text, kind, factories.field(field)) for text in texts]


def split(whole: Contribution, parts: list[PartWanted] | None = None, **known: Any) -> list[Contribution]:
    parts = parts or wanted("Es fehlt ein Deutschkurs am Abend.", "Der Bus fährt nicht am Sonntag.")
    with factories.change():
        return split_contribution(STAFF, whole, parts, **{"based_on": whole.revision, **known})


def needs(dialogue: Dialogue) -> int:
    """Needs in the matrix, where each that stands alone counts once."""
    return sum(row.needs for row in gaps.matrix(VISITOR, dialogue).rows)


def test_parts_keep_where_they_came_from(dialogue: Dialogue) -> None:
    author = factories.participant(dialogue)
    whole = factories.contribution(of=dialogue, author=author, text=TEXT, place="08236043")
    parts = split(
        whole, [*wanted("Ein Deutschkurs am Abend."), *wanted("Ein Bus.", kind=Kind.OFFER, field="wohnen")]
    )

    assert [one.reference for one in parts] == ["B-002", "A-001"]
    assert {one.author_key for one in parts} == {author.actor.key}
    assert {(one.origin, one.municipality_id, one.created_at) for one in parts} == {
        (whole.origin, whole.municipality_id, whole.created_at)
    }
    assert {one.published_at for one in parts} == {whole.published_at}
    assert [one.visibility for one in (whole, *parts)] == [Visibility.PUBLIC] * 3
    assert splits.visible_parts(VISITOR, whole) == parts
    assert splits.visible_whole(VISITOR, parts[0]) == whole
    # The whole has no line of its own any more: one need instead of one, and an offer.
    assert needs(dialogue) == 1
    assert facts("ContributionSplit")[-1][2] == {"contribution_id": whole.id, "number": 2}


def test_parts_of_an_old_offer_are_as_old(dialogue: Dialogue) -> None:
    whole = factories.contribution(of=dialogue, kind=Kind.OFFER, text=TEXT)
    with factories.change():
        db.session.add(OfferDetails(contribution_id=whole.id, checked_on="2017", status="running"))
    offer, need = split(whole, [*wanted("Ein Kurs.", kind=Kind.OFFER), *wanted("Ein Bus.")])
    kept = details.offer_details(offer.id)
    assert kept is not None
    assert (kept.checked_on, kept.status) == ("2017", "running")
    assert details.offer_details(need.id) is None


def test_put_together_again_nothing_is_lost(dialogue: Dialogue) -> None:
    whole = factories.contribution(of=dialogue, text=TEXT)
    parts = split(whole)
    other = factories.contribution(of=dialogue)
    with factories.change():
        merge_contribution(STAFF, parts[1], other)
        take_split_back(STAFF, whole)
    assert whole.split_at is None
    # What was put together with another one meanwhile stays there.
    assert [one.member_id for one in merge_queries.standing_of_lead(whole.id)] == [parts[0].id]
    assert needs(dialogue) == 2
    assert parts[0].text == "Es fehlt ein Deutschkurs am Abend."
    with nothing_changes(Contribution), pytest.raises(Conflict), transaction():
        take_split_back(STAFF, whole)
    # Its parts stand with it; taken apart, it can be divided in another way.
    with nothing_changes(Contribution, ContributionPart), pytest.raises(Conflict):
        split(whole)
    with factories.change():
        part_contribution(STAFF, merge_queries.standing_of_lead(whole.id)[0])
    again = split(whole, wanted("Ein Kurs.", "Ein Bus.", "Eine Haltestelle."))
    assert splits.visible_parts(VISITOR, whole) == again
    assert splits.visible_whole(VISITOR, parts[0]) == whole


def test_parts_of_both_kinds_are_put_together_again_and_the_way_says_so(dialogue: Dialogue) -> None:
    whole = factories.contribution(of=dialogue, text=TEXT)
    parts = split(whole, [*wanted("Ein Kurs."), *wanted("Ein Bus.", kind=Kind.OFFER)])
    with factories.change():
        take_split_back(STAFF, whole)
    assert {one.member_id for one in merge_queries.standing_of_lead(whole.id)} == {one.id for one in parts}
    told = [one.label for one in whole.stations][-3:]
    assert told == ["Its parts stand here again", *["%(number)s is part of it again"] * 2]


@pytest.mark.parametrize(
    "texts", [[], ["Nur eins."], ["Eins.", "  "], ["Eins.", "x" * 5_000], [f"Teil {n}." for n in range(9)]]
)
def test_too_few_too_many_empty_or_long_parts_are_refused(dialogue: Dialogue, texts: list[str]) -> None:
    whole = factories.contribution(of=dialogue, text=TEXT)
    with nothing_changes(Contribution, ContributionPart), pytest.raises(Invalid), transaction():
        split_contribution(STAFF, whole, wanted(*texts), based_on=1)


def test_what_cannot_be_divided(dialogue: Dialogue) -> None:
    waiting = factories.contribution(Visibility.WAITING, of=dialogue)
    lead, member, voted = (factories.contribution(of=dialogue) for _ in range(3))
    with factories.change():
        merge_contribution(STAFF, member, lead)
    factories.poll(PollStatus.OPEN, of=dialogue, needs=1)
    for one in (waiting, lead, member, voted):
        with nothing_changes(Contribution, ContributionPart), pytest.raises(Conflict):
            split(one)
    changed = factories.contribution(of=dialogue, in_field="wohnen")
    with nothing_changes(Contribution, ContributionPart), pytest.raises(Stale):
        split(changed, based_on=7)
    for actor in (VISITOR, factories.participant(dialogue).actor):
        with nothing_changes(Contribution), pytest.raises(Forbidden), transaction():
            split_contribution(actor, changed, wanted("Eins.", "Zwei."), based_on=1)


def test_what_is_divided_leads_nobody(dialogue: Dialogue) -> None:
    whole, other = factories.contribution(of=dialogue, text=TEXT), factories.contribution(of=dialogue)
    split(whole)
    for member, lead in ((other, whole), (whole, other)):
        with nothing_changes(Contribution), pytest.raises(Conflict), transaction():
            merge_contribution(STAFF, member, lead)


def test_an_author_takes_the_whole_back_with_its_parts(dialogue: Dialogue) -> None:
    author = factories.participant(dialogue)
    whole = factories.contribution(of=dialogue, author=author, text=TEXT)
    parts = split(whole)
    with transaction():
        contribution_actions.withdraw_contribution(author.actor, whole)
    assert [one.text for one in (whole, *parts)] == ["", "", ""]
    assert needs(dialogue) == 0


def test_hiding_the_whole_hides_no_part(dialogue: Dialogue) -> None:
    whole = factories.contribution(of=dialogue, text=TEXT)
    parts = split(whole)
    with transaction():
        moderation.hide_contribution(STAFF, whole, reason="off_topic")
    assert splits.visible_whole(VISITOR, parts[0]) is None
    assert needs(dialogue) == 2


def test_what_is_hidden_is_put_together_again_only_once_it_shows(dialogue: Dialogue) -> None:
    whole = factories.contribution(of=dialogue, text=TEXT)
    split(whole)
    with factories.change():
        moderation.hide_contribution(STAFF, whole, reason="off_topic")
    with nothing_changes(Contribution), pytest.raises(Conflict), transaction():
        take_split_back(STAFF, whole)
    with factories.change():
        moderation.restore_contribution(STAFF, whole)
    assert needs(dialogue) == 2
    with factories.change():
        take_split_back(STAFF, whole)
    assert needs(dialogue) == 1


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("Eins. Zwei! Drei?", ["Eins.", "Zwei!", "Drei?"]),
        ("- Eins\n– Zwei\n3. Drei\n\n", ["Eins", "Zwei", "Drei"]),
        ("Nur eins", ["Nur eins"]),
        (
            "\n".join(f"Zeile {n}" for n in range(10)),
            [*(f"Zeile {n}" for n in range(7)), "Zeile 7\nZeile 8\nZeile 9"],
        ),
    ],
)
def test_lines_or_sentences_are_suggested(text: str, pieces: list[str]) -> None:
    assert pieces_of(text) == pieces


def test_staff_divide_on_a_page_and_readers_find_both_ways(
    make: Maker, client: Client, client_as: Callable[..., Client]
) -> None:
    whole = make.contribution("public", text=TEXT)
    here = f"/dialogues/probe/contributions/{whole.reference}"
    page = f"/dialogues/probe/moderation/{whole.reference}/split"
    staff = client_as("coordinator")
    staff.get(here, 200)
    assert "In Teile aufteilen" in staff.text
    form = staff.form(page)
    assert dict(form.values)["text-1"] == "Der Bus fährt nicht am Sonntag."
    # One more part keeps what was typed, and so does a refusal.
    staff.send(form, {"text-0": "Ein Kurs am Abend.", "step": "more"}, 200)
    form = staff.form_here(page)
    assert (dict(form.values)["text-0"], "text-2" in form.names) == ("Ein Kurs am Abend.", True)
    staff.send(form, {"text-1": "", "text-0": "Nur dies."}, 422)
    assert "Bitte schreiben Sie mindestens zwei Teile" in staff.text
    assert dict(staff.form_here(page).values)["text-0"] == "Nur dies."
    staff.follow(staff.send(staff.form_here(page), {"text-1": "Und das.", "title-1": "Bus am Sonntag"}, 303))
    assert "Es ist aufgeteilt." in staff.text
    client.get(here, 200)
    assert "Bus am Sonntag" in client.text
    client.get("/dialogues/probe/contributions/B-003", 200)
    assert f"Teil von {whole.reference}" in client.text
    assert whole.reference not in client.get("/dialogues/probe/register.csv", 200).text
    staff.get(here, 200)
    staff.follow(staff.send(staff.form_here(f"{page}/undo"), {}, 303))
    assert "Es steht wieder im Verzeichnis" in staff.text
    assert whole.reference in client.get("/dialogues/probe/register.csv", 200).text
    client.get(page, 403)


def test_of_many_who_divide_at_once_one_does(app: Flask, make: Maker) -> None:
    whole = make.contribution("public", text=TEXT)
    person: Person = make.account("coordinator")
    windows = browsers(app, make.session(person), 8)
    page = f"/dialogues/probe/moderation/{whole.reference}/split"
    parts = {"kind-0": "need", "field-0": "sprache", "kind-1": "need", "field-1": "sprache", "based_on": "1"}
    answers = at_once(
        8,
        lambda turn: windows[turn].post(
            page, {"_key": f"key-of-window-{turn:04}", "text-0": f"Eins {turn}.", "text-1": "Zwei.", **parts}
        ),
    )
    assert sorted(one.status_code for one in answers) == [303, *[409] * 7]
    with app.app_context():
        assert db.session.query(ContributionPart).count() == 2
