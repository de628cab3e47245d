"""The harvest of a board: every card gets an outcome, by name and reversibly."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from werkzeug.datastructures import MultiDict

from core.db import db
from core.errors import NotFound
from core.transaction import transaction
from dialog.models import Contribution, Merge, Revision
from dialog.queries import contributions as contribution_queries
from dialog.similar import similar
from tests import pages_check
from tests.client import Client
from tests.conftest import Maker
from tests.dialog.ground import at_once, browsers, count, facts
from tests.factories import BoardMade
from tests.pages_check import HtmlForm
from tests.workshops.ground import Browse
from workshops.actions import _parts as actions_parts
from workshops.harvest_time import minutes_left
from workshops.models import Board, Card, HarvestStep
from workshops.queries import harvest as queries


@pytest.fixture
def board(make: Maker) -> BoardMade:
    made: BoardMade = make.board()
    return made


@pytest.fixture
def lead(board: BoardMade, browse: Browse) -> Client:
    return browse(board.lead)


def page_of(at: BoardMade) -> str:
    return f"{at.path}/harvest"


def stack(app: Flask, top: Contribution, *under: Contribution) -> None:
    """Lay cards under another one, as whoever leads the group does on the board."""
    with app.app_context(), transaction():
        db.session.execute(
            update(Card).where(Card.contribution_id.in_([one.id for one in under])).values(stack_of=top.id)
        )


def decide(browser: Client, at: BoardMade, step: str, status: int = 303, **values: Any) -> Any:
    """Press a button of the page as it stands now, with everything that is filled in."""
    members = values.pop("members", None)
    form = form_with(browser, at, "based_on")
    sent = MultiDict((name, value) for name, value in form.values if name not in {*values, "step"})
    sent.update({"step": step, **values})
    if members is not None:
        sent.setlist("members", members)
    return browser.post(page_of(at), sent, status)


def form_with(browser: Client, at: BoardMade, name: str) -> HtmlForm:
    """The form of the harvest's page that has a field of this name with a value."""
    browser.get(page_of(at), 200)
    return next(
        form
        for form in pages_check.forms(browser.page)
        if form.action == page_of(at) and name in dict(form.values)
    )


def undo(browser: Client, at: BoardMade) -> None:
    browser.get(page_of(at), 200)
    back = browser.page.find("form", class_="vs-undo")
    step = back.find("input", name="step")["value"]
    browser.post(page_of(at), {"_key": back.find("input", name="_key")["value"], "step": step}, 303)


def stored(app: Flask, contribution: Contribution) -> dict[str, Any]:
    with app.app_context():
        found = contribution_queries.contribution_by_id(contribution.id)
        assert found is not None
        return {
            "text": found.text,
            "reference": found.reference,
            "visibility": str(found.visibility),
            "outcome": str(found.outcome),
            "field": found.field.slug,
            "place": found.municipality.name if found.municipality else None,
            "priority": found.priority,
            "open_question": found.open_question,
            "published": found.published_at is not None,
        }


def test_a_card_is_confirmed_in_better_words_and_stands_in_the_register(
    app: Flask, make: Maker, board: BoardMade, lead: Client, browse: Browse
) -> None:
    said = make.card(board, "Frauenkurse m. Kinderbetr.")
    decide(
        lead,
        board,
        "take_up",
        text="Kurse für Frauen mit Kinderbetreuung.",
        municipality="08236040",
        priority="high",
        open_question="Wer betreut die Kinder?",
    )
    assert stored(app, said) == {
        "text": "Kurse für Frauen mit Kinderbetreuung.",
        "reference": said.reference,
        "visibility": "public",
        "outcome": "adopted",
        "field": "sprache",
        "place": "Mühlacker",
        "priority": "high",
        "open_question": "Wer betreut die Kinder?",
        "published": True,
    }
    with app.app_context():
        words = list(db.session.scalars(select(Revision.text).order_by(Revision.number)))
        assert words == ["Frauenkurse m. Kinderbetr.", "Kurse für Frauen mit Kinderbetreuung."]
        assert facts("ContributionTakenUp")[-1][2] == {"contribution_id": said.id, "revision": 2}
        assert facts("CardHarvested")[-1][2]["decision"] == "taken_up"
    visitor = browse(None)
    visitor.get("/dialogues/probe/register", 200)
    assert "Kurse für Frauen mit Kinderbetreuung." in visitor.text
    author = browse(board.member)
    author.get(f"/dialogues/probe/contributions/{said.reference}", 200)
    assert "Frauenkurse m. Kinderbetr." in author.text


def test_another_kind_brings_another_number_and_the_way_back_brings_the_old_one(
    app: Flask, make: Maker, board: BoardMade, lead: Client
) -> None:
    said = make.card(board)
    before = stored(app, said)
    decide(lead, board, "take_up", kind="idea", field="wohnen", priority="low")
    changed = stored(app, said)
    assert (changed["reference"], changed["field"]) == ("I-001", "wohnen")

    undo(lead, board)
    assert stored(app, said) == before
    decide(lead, board, "take_up", kind="idea")
    assert stored(app, said)["reference"] == "I-001"


def test_a_stack_becomes_one_lead_with_members_and_comes_apart_again(
    app: Flask, make: Maker, board: BoardMade, lead: Client, browse: Browse
) -> None:
    top, first, second = (make.card(board, f"Es fehlt ein Bus, sagt {n}.") for n in range(3))
    stack(app, top, first, second)
    lead.get(page_of(board), 200)
    before = [stored(app, one) for one in (top, first, second)]
    decide(lead, board, "take_up", members=[str(first.id)])
    assert [stored(app, one)["outcome"] for one in (top, first, second)] == ["adopted", "merged", "open"]
    assert stored(app, first)["visibility"] == "public"
    visitor = browse(None)
    visitor.get("/dialogues/probe/register", 200)
    assert "zusammengeführt aus 2 Beiträgen" in visitor.text
    assert f"/contributions/{first.reference}" not in visitor.text
    visitor.get(f"/dialogues/probe/contributions/{top.reference}", 200)
    assert first.text in visitor.text

    undo(lead, board)
    assert [stored(app, one) for one in (top, first, second)] == before


def test_a_card_is_put_together_with_what_the_register_has_already(
    app: Flask, make: Maker, board: BoardMade, lead: Client, browse: Browse
) -> None:
    known = make.contribution(text="Kurse für Frauen mit Kinderbetreuung sollen angeboten werden.")
    said = make.card(board, "Kurse für Frauen, mit Kinderbetreuung!")
    make.contribution(text="Der Bus fährt abends nicht.")
    lead.get(page_of(board), 200)
    assert [one.text for one in lead.page.find_all("li", class_="vs-similar")] != []
    assert "Der Bus fährt abends nicht." not in lead.text
    decide(lead, board, f"join-{known.id}")
    assert stored(app, said)["outcome"] == "merged"
    author = browse(board.member)
    author.get(f"/dialogues/probe/contributions/{said.reference}", 200)
    assert known.reference in author.text


def test_what_is_not_taken_up_has_a_reason_that_its_author_reads(
    app: Flask, make: Maker, board: BoardMade, lead: Client, browse: Browse
) -> None:
    said = make.card(board, "Mehr Geld vom Bund.")
    decide(lead, board, "pass_over", 422)
    assert lead.errors == ["Bitte wählen Sie einen Grund aus der Liste."]
    decide(lead, board, "pass_over", reason="not_ours", note="Das entscheidet der Bund.")
    assert (stored(app, said)["outcome"], stored(app, said)["visibility"]) == ("not_taken", "group")
    author = browse(board.member)
    author.get(f"/dialogues/probe/contributions/{said.reference}", 200)
    assert "Das entscheidet der Bund." in author.text
    assert "Darüber entscheiden andere" in author.text
    undo(lead, board)
    assert stored(app, said)["outcome"] == "open"


def test_what_is_put_off_comes_last(make: Maker, board: BoardMade, lead: Client) -> None:
    first, second = make.card(board, "Die erste Karte."), make.card(board, "Die zweite Karte.")
    lead.get(page_of(board), 200)
    assert lead.page.find("blockquote").text == first.text
    lead.follow(decide(lead, board, "later"))
    assert lead.page.find("blockquote").text == second.text
    lead.follow(decide(lead, board, "take_up"))
    assert lead.page.find("blockquote").text == first.text
    assert "1 von 2 Karten geprüft" in lead.text


def test_a_group_with_open_cards_is_closed_only_by_name_and_reason(
    app: Flask, make: Maker, board: BoardMade, lead: Client, client_as: Callable[..., Client]
) -> None:
    make.card(board, "Noch offen.")
    closing = {"step": "close", "_key": "key-of-the-one-who-closes"}
    lead.post(page_of(board), closing, 422)
    assert lead.errors == [
        "Es sind noch Karten offen. Bitte entscheiden Sie darüber, "
        "oder schreiben Sie, warum die Gruppe trotzdem geschlossen wird."
    ]
    lead.follow(lead.post(page_of(board), {**closing, "why": "Die Zeit war um."}, 303))
    assert "Die Zeit war um." in lead.text
    assert "Geschlossen von Moderator" in lead.text
    with app.app_context():
        kept = db.session.get_one(Board, board.id)
        assert (kept.left_open, kept.ended_at is not None) == ("Die Zeit war um.", True)
        assert facts("GroupClosed")[-1][2] == {"board_id": board.id, "left_open": 1}
    # Whoever leads the group changes nothing any more; the coordination may open it again.
    lead.post(page_of(board), {"_key": "another-key-of-this-page", "step": "reopen"}, 409)
    staff = client_as("coordinator")
    staff.follow(staff.post(page_of(board), {"_key": "k" * 20, "step": "reopen"}, 303))
    decide(lead, board, "take_up")
    lead.follow(lead.post(page_of(board), {"_key": "the-key-of-the-second-time", "step": "close"}, 303))
    assert "Diese Gruppe ist geschlossen." in lead.text


def test_only_those_who_lead_the_group_harvest(
    make: Maker, board: BoardMade, browse: Browse, client_as: Callable[..., Client]
) -> None:
    said = make.card(board)
    sent = {"_key": "k" * 20, "step": "take_up", "card": str(said.id), "based_on": "1", "text": "Neu."}
    browse(board.member).get(page_of(board), 403)
    browse(board.member).post(page_of(board), sent, 403)
    for nobody in (browse(None), browse(make.participant()), client_as("auditor")):
        nobody.get(page_of(board), 404)
        nobody.post(page_of(board), sent, 404)
    client_as("coordinator").get(page_of(board), 200)


def test_a_card_of_another_board_or_a_lead_of_another_dialogue_is_not_there(
    make: Maker, board: BoardMade, lead: Client
) -> None:
    other = make.board(number=2)
    foreign, own = make.card(other, "Woanders."), make.card(board, "Hier.")
    elsewhere = make.contribution(of=make.dialogue("dort"))
    for card, step in ((foreign, "later"), (own, f"join-{foreign.id}"), (own, f"join-{elsewhere.id}")):
        lead.post(
            page_of(board), {"_key": f"key-{card.id}-{step:_>20}", "step": step, "card": str(card.id)}, 404
        )


def test_what_was_changed_meanwhile_is_read_again(
    app: Flask, make: Maker, board: BoardMade, lead: Client
) -> None:
    said = make.card(board)
    form = form_with(lead, board, "based_on")
    with app.app_context(), transaction():
        db.session.execute(update(Contribution).where(Contribution.id == said.id).values(revision=2))
    lead.send(form, {"step": "take_up", "text": "Meine Worte."}, 409)
    assert "Meine Worte." in lead.page.find("textarea").raw_text


def test_two_who_harvest_the_same_card_decide_once(app: Flask, make: Maker, board: BoardMade) -> None:
    said = make.card(board)
    windows = browsers(app, make.session(board.lead), 16)
    answers = at_once(
        16,
        lambda turn: windows[turn].post(
            page_of(board),
            {
                "_key": f"key-of-window-{turn:04}",
                "step": "take_up" if turn % 2 else "pass_over",
                "card": str(said.id),
                "based_on": "1",
                "text": said.text,
                "kind": "need",
                "field": "sprache",
                "reason": "unclear",
            },
        ),
    )
    assert sorted(answer.status_code for answer in answers) == [303, *[409] * 15]
    with app.app_context():
        assert count(HarvestStep) == 1


def test_a_card_that_is_withdrawn_while_it_is_harvested_stops_neither_of_the_two(
    app: Flask, make: Maker, board: BoardMade, lead: Client, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One holds the board and wants the card, the other holds the card and wants the board."""
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            pytest.skip("writers of SQLite stand in line and cannot wait for one another")
    said = make.card(board)
    author = browse(board.member)
    both = threading.Barrier(2)

    def meet() -> None:
        # Once: whoever tries again finds nobody to wait for.
        with contextlib.suppress(threading.BrokenBarrierError):
            both.wait(5)
            both.abort()

    def take_board(*args: Any, **values: Any) -> int:
        version = actions_parts.take_board(*args, **values)
        meet()
        return version

    def raise_board_version(board_id: int, **values: Any) -> int:
        meet()
        return actions_parts.raise_board_version(board_id, **values)

    monkeypatch.setattr("workshops.actions.harvest.take_board", take_board)
    monkeypatch.setattr("workshops.reactions.raise_board_version", raise_board_version)
    form = form_with(lead, board, "based_on")
    path = f"{board.path.partition('/events/')[0]}/contributions/{said.reference}/withdraw"
    with ThreadPoolExecutor(2) as pool:
        harvested = pool.submit(lead.send, form, {"step": "take_up"}, None)
        withdrawn = pool.submit(author.post, path, {"_key": "key-of-the-author-01"}, None)
        answers = (harvested.result(30).status_code, withdrawn.result(30).status_code)

    assert both.broken, "the two did not meet"
    # Whoever was given up has tried again, and may have found that the other one was faster.
    assert 303 in answers
    assert set(answers) <= {303, 404, 409}
    if answers[1] != 303:
        author.post(path, {"_key": "key-of-the-author-02"}, 303)
    with app.app_context():
        assert db.session.get_one(Contribution, said.id).visibility == "withdrawn"


def test_the_result_is_there_for_the_plenary_at_once(
    app: Flask, make: Maker, board: BoardMade, lead: Client
) -> None:
    top, under = make.card(board, "Ein Bus am Abend."), make.card(board, "Abends ein Bus.")
    stack(app, top, under)
    decide(lead, board, "take_up", members=[str(under.id)])
    with app.app_context():
        assert [(one.id, members) for one, members in queries.confirmed_results_of(board.id)] == [(top.id, 1)]
        assert db.session.scalar(select(Merge.lead_id)) == top.id
        with pytest.raises(NotFound):
            queries.card_on(board.id, 999)
    lead.get(f"{board.path.rpartition('/boards/')[0]}/plenary", 200)
    assert "Ein Bus am Abend." in lead.text
    assert "Abends ein Bus." not in lead.text


def test_how_long_it_takes_is_told_once_there_is_something_to_go_by() -> None:
    start = datetime(2027, 1, 1, 9, tzinfo=UTC)
    moments = [start + timedelta(seconds=30 * turn) for turn in range(4)]
    assert minutes_left(moments[:3], 10) is None
    assert minutes_left(moments, 10) == 5
    assert minutes_left([*moments, start + timedelta(hours=2)], 10) == 5
    assert minutes_left(moments, 0) is None
    assert minutes_left([start + timedelta(hours=turn) for turn in range(4)], 3) is None


def test_similar_is_what_says_nearly_the_same() -> None:
    others = {
        1: "kurse fur frauen mit kinderbetreuung sollen angeboten werden",
        2: "eltern konnen an kursen nicht teilnehmen, weil betreuungsplatze fehlen",
        3: "der bus fahrt abends nicht",
    }
    found = similar("frauenkurse und kurse fur frauen mit kinderbetreuung", others)
    assert found[0].key == 1
    assert 3 not in {one.key for one in found}
    assert similar("bus der abends nicht fahrt", others)[0] == (3, True)
    assert similar("", others) == []
