"""What an edition answers to a need: used somewhere, declined with a reason, or still to come."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from concept.actions import answers, blocks, concepts, goals
from concept.actions.sources import cite
from concept.models import Answer, Block, Section
from concept.queries import answers as queries
from core.actor import OPERATOR, VISITOR
from core.db import db
from core.errors import Conflict, Forbidden, Invalid
from core.transaction import transaction
from dialog.actions import moderation
from dialog.models import Contribution, Poll
from dialog.vocabulary import Kind, PollStatus, Visibility
from tests import factories
from tests.concept import ground
from tests.dialog.ground import count, counted_queries, facts, nothing_changes
from tests.factories import STAFF

HOME = "/dialogues/probe/concept"


def due(k: int = 3, needs: int = 4) -> tuple[Poll, list[Contribution]]:
    """A chapter whose decisive poll puts B-001, B-002 … in this order; the first `k` must be answered."""
    ground.a_concept()
    poll = factories.poll(
        PollStatus.PUBLISHED, needs=needs, ballots={str(n): {1: 1, n: 1} for n in range(2, needs + 1)}
    )
    with factories.change():
        concepts.choose_decisive_poll(OPERATOR, ground.section(), ground.poll(poll))
        answers.change_answers_due(STAFF, ground.section(), number=k)
    found = db.session.execute(select(Contribution).order_by(Contribution.number)).scalars()
    return poll, list(found)


def missing() -> list[str]:
    db.session.rollback()
    return [one.reference for one in queries.unanswered(ground.present())]


def say_no(need: Contribution, reason: str = "Dafür ist das Land zuständig.", based_on: str = "") -> Answer:
    with transaction():
        return answers.decline(STAFF, ground.present(), ground.again(need), reason=reason, based_on=based_on)


@pytest.mark.usefixtures("inside")
def test_the_first_of_each_chapter_wait_until_they_are_used_or_declined() -> None:
    _, needs = due(k=3)
    assert missing() == ["B-001", "B-002", "B-003"]

    with transaction():
        paragraph = blocks.write_paragraph(OPERATOR, ground.section("foreword"), text="So ist es.")
        cite(OPERATOR, paragraph, ground.again(needs[0]))
    assert missing() == ["B-002", "B-003"]
    with transaction():
        goal = goals.add_goal(OPERATOR, ground.present(), ground.field(), texts={"de": "Ziel"})
        cite(OPERATOR, goal, ground.again(needs[1]))
    say_no(needs[2])

    assert missing() == []
    given = queries.answer_of(ground.present(), ground.again(needs[1]))
    assert [(use.kind, use.reference) for use in given.uses] == [("goal", "1.1")]
    assert queries.answer_of(ground.present(), ground.again(needs[2])).reason.startswith("Dafür")
    assert queries.answer_of(ground.present(), ground.again(needs[3])).is_open


@pytest.mark.usefixtures("inside")
def test_its_own_entry_in_the_list_is_no_answer() -> None:
    _, needs = due(k=1)
    block = db.session.execute(select(Block).where(Block.contribution_id == needs[0].id)).scalar_one()
    assert block.sources
    assert missing() == ["B-001"]


@pytest.mark.usefixtures("inside")
def test_what_is_not_public_any_more_is_not_asked_for_and_nobody_moves_up() -> None:
    _, needs = due(k=2)
    with transaction():
        moderation.hide_contribution(STAFF, ground.again(needs[0]), reason="insult")
    assert missing() == ["B-002"]


@pytest.mark.usefixtures("inside")
def test_what_is_used_only_where_nobody_reads_it_is_not_used() -> None:
    _, needs = due(k=1)
    with transaction():
        goal = goals.add_goal(OPERATOR, ground.present(), ground.field(), texts={"de": "Ziel"})
        cite(OPERATOR, goal, ground.again(needs[0]))
    assert missing() == []
    with transaction():
        db.session.get_one(Section, ground.section("field-sprache-goals").id).hidden = True
    assert missing() == ["B-001"]
    with transaction():
        db.session.get_one(Section, ground.section("field-sprache").id).hidden = True
    assert missing() == []


@pytest.mark.usefixtures("inside")
def test_a_reason_is_kept_told_to_the_author_changed_and_taken_back() -> None:
    _, needs = due(k=1)
    say_no(needs[0], "  Dafür ist\r\ndas Land zuständig. ")
    [row] = db.session.execute(select(Answer)).scalars()
    assert (row.reason, row.by_key) == ("Dafür ist\ndas Land zuständig.", STAFF.key)
    payload = {"concept_id": ground.present().id, "contribution_id": needs[0].id}
    assert facts("NeedDeclined") == [(STAFF.key, "NeedDeclined", payload)]
    assert ground.again(needs[0]).stations[-1].values == {"reason": "Dafür ist\ndas Land zuständig."}

    say_no(needs[0], "Es gibt das schon.", based_on="Dafür ist\ndas Land zuständig.")
    assert count(Answer) == 1
    assert ground.again(needs[0]).stations[-1].values == {"reason": "Es gibt das schon."}

    with transaction():
        answers.take_back_decline(STAFF, ground.present(), ground.again(needs[0]))
    assert ground.again(needs[0]).stations[-1].kind == "reopened"
    assert missing() == ["B-001"]
    with nothing_changes(Answer), pytest.raises(Conflict), transaction():
        answers.take_back_decline(STAFF, ground.present(), ground.again(needs[0]))


@pytest.mark.usefixtures("inside")
def test_a_reason_needs_words_and_a_public_need_of_this_dialogue() -> None:
    _, needs = due(k=1)
    offer, waiting = factories.contribution(kind=Kind.OFFER), factories.contribution(Visibility.WAITING)
    elsewhere = factories.contribution(of=factories.dialogue("andere"))
    for contribution, reason in (
        (needs[0], " \n "),
        (needs[0], "x" * 1001),
        (offer, "Nein."),
        (waiting, "Nein."),
        (elsewhere, "Nein."),
    ):
        with nothing_changes(Answer), pytest.raises(Invalid):
            say_no(contribution, reason)
    say_no(needs[0], "x" * 1000)
    assert count(Answer) == 1


@pytest.mark.usefixtures("inside")
def test_nobody_writes_over_a_reason_unread() -> None:
    _, needs = due(k=1)
    say_no(needs[0], "Zuerst.")
    for based_on in ("", "Etwas anderes."):
        with nothing_changes(Answer), pytest.raises(Conflict):
            say_no(needs[0], "Zuletzt.", based_on)
    assert queries.answer_of(ground.present(), ground.again(needs[0])).reason == "Zuerst."


@pytest.mark.usefixtures("inside")
def test_answering_is_for_those_who_write() -> None:
    _, needs = due(k=1)
    say_no(needs[0])
    attempts: list[Callable[[Any], object]] = [
        lambda actor: answers.decline(actor, ground.present(), ground.again(needs[1]), reason="Nein."),
        lambda actor: answers.take_back_decline(actor, ground.present(), ground.again(needs[0])),
        lambda actor: answers.change_answers_due(actor, ground.section(), number=2),
        lambda actor: queries.access_answers(actor, ground.present()),
    ]
    for attempt in attempts:
        for actor in (VISITOR, factories.participant().actor):
            with nothing_changes(Answer), pytest.raises(Forbidden), transaction():
                attempt(actor)
        with transaction():
            attempt(STAFF)


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize(("slug", "number"), [("field-sprache", -1), ("field-sprache", 51), ("foreword", 2)])
def test_the_line_is_drawn_within_reason_and_only_in_a_chapter_of_a_field(slug: str, number: int) -> None:
    ground.a_concept()
    with nothing_changes(Section), pytest.raises(Invalid), transaction():
        answers.change_answers_due(STAFF, ground.section(slug), number=number)


@pytest.mark.usefixtures("inside")
def test_more_needs_do_not_mean_more_queries() -> None:
    due(k=3, needs=2)

    def asked() -> int:
        db.session.rollback()
        concept = ground.present()
        with counted_queries() as seen:
            queries.unanswered(concept)
        return len(seen)

    few = asked()
    for _ in range(6):
        factories.contribution()
    assert asked() == few
