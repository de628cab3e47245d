"""How a concept comes to be, keeps up with the register, and tells every voice where it stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from concept import words
from concept.actions import blocks, concepts, goals, measures
from concept.actions.sources import cite
from concept.models import Block, Measure, Section, Source
from concept.queries import concepts as queries
from concept.vocabulary import BlockKind, MeasureStatus
from core.actor import OPERATOR, SYSTEM, VISITOR, Actor, Grant
from core.clock import now
from core.db import db
from core.errors import Conflict, DomainError, Forbidden, Invalid
from core.i18n import force_locale
from core.transaction import transaction
from dialog.actions import contributions as contribution_actions
from dialog.actions import moderation
from dialog.vocabulary import Kind, PollStatus, Visibility
from tests import factories
from tests.concept import ground
from tests.dialog.ground import count, facts, nothing_changes

pytestmark = pytest.mark.usefixtures("inside")

ELSEWHERE = Actor("e" * 32, frozenset({Grant("coordinator", "dialogue", 9_999)}))
PARTICIPANT = Actor("p" * 32, frozenset({Grant("participant", "dialogue", 1)}))


def test_a_concept_begins_with_its_chapters_and_every_public_voice() -> None:
    need = factories.contribution()
    offer = factories.contribution(kind=Kind.OFFER, in_field="wohnen")
    hidden = factories.contribution(Visibility.HIDDEN)
    waiting = factories.contribution(Visibility.WAITING)

    ground.a_concept()

    assert [chapter.slug for chapter in ground.whole().chapters] == [
        "foreword",
        "figures",
        "made",
        "fields",
        "overview",
        "annex",
    ]
    assert ground.references("field-sprache-needs") == [need.reference]
    assert ground.references("field-wohnen-offers") == [offer.reference]
    assert not ground.way(hidden)
    assert not ground.way(waiting)
    assert [fact for _, fact, _ in facts("ConceptFounded")] == ["ConceptFounded"]


def test_a_dialogue_has_one_concept_until_an_edition_grows_out_of_it() -> None:
    ground.a_concept()

    with pytest.raises(Conflict), transaction():
        concepts.found_concept(
            OPERATOR, factories.dialogue(), titles={"de": "Noch eines"}, subtitles={"de": ""}
        )


def test_what_is_published_later_stands_in_it_in_the_same_transaction() -> None:
    ground.a_concept()

    need = factories.contribution()

    [piece] = [piece for piece in ground.pieces("field-sprache-needs") if piece.voice]
    address = f"/dialogues/probe/concept/field-sprache#{piece.anchor}"
    assert [origin.reference for origin in piece.origins] == [need.reference]
    assert ground.way(need) == [("in_concept", address)]
    assert facts("ContributionIncluded") == [
        (SYSTEM.key, "ContributionIncluded", {"block_id": piece.id, "contribution_id": need.id})
    ]


def test_an_imported_offer_stands_in_it_with_the_publication_it_was_taken_from() -> None:
    from region import actions as region_actions

    ground.a_concept()
    with transaction():
        publication = region_actions.add_publication(
            OPERATOR, "S01", title="Bericht", publisher="Zeitung", url="https://example.org/s01"
        )
        contribution_actions.import_contribution(
            OPERATOR,
            factories.dialogue(),
            kind=Kind.OFFER,
            number=7,
            title="Sprachcafé",
            text="Jeden Montag.",
            field=ground.field(),
            municipality=None,
            publication=publication,
        )

    [piece] = ground.pieces("field-sprache-offers")
    assert [origin.reference for origin in piece.origins] == ["A-007", "S01"]


def test_ideas_have_no_place_in_a_chapter_and_do_no_harm() -> None:
    ground.a_concept()

    idea = factories.contribution(kind=Kind.IDEA)

    assert ground.way(idea) == []


def test_including_fails_with_the_publication_and_never_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    ground.a_concept()
    waiting = factories.contribution(Visibility.WAITING)

    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("The concept cannot take it.")

    monkeypatch.setattr("concept.actions.blocks.link", fail)
    with pytest.raises(RuntimeError), transaction():
        moderation.publish_contribution(factories.STAFF, ground.again(waiting))

    db.session.rollback()
    assert ground.again(waiting).visibility == Visibility.WAITING
    assert ground.references("field-sprache-needs") == []


@pytest.mark.parametrize("how", ["hidden", "withdrawn"])
def test_what_is_hidden_or_taken_back_is_gone_from_it_but_its_row_stays(how: str) -> None:
    author = factories.participant()
    need = factories.contribution(author=author)
    ground.a_concept()
    before = ground.present()
    version, changed, stops = before.version, before.changed_at, ground.way(need)

    with transaction():
        if how == "hidden":
            moderation.hide_contribution(factories.STAFF, ground.again(need), reason="insult")
        else:
            contribution_actions.withdraw_contribution(author.actor, ground.again(need))

    db.session.expire_all()
    assert ground.references("field-sprache-needs") == []
    assert count(Block) > 0
    assert queries.block_of_contribution(ground.present().id, need.id) is not None
    assert ground.way(need) == stops
    assert ground.present().version > version
    assert ground.present().changed_at > changed


def test_what_is_shown_again_stands_in_it_again_at_the_same_block() -> None:
    need = factories.contribution()
    ground.a_concept()
    anchor = ground.pieces("field-sprache-needs")[-1].anchor
    with transaction():
        moderation.hide_contribution(factories.STAFF, ground.again(need), reason="insult")
    with transaction():
        moderation.restore_contribution(factories.STAFF, ground.again(need))

    assert ground.pieces("field-sprache-needs")[-1].anchor == anchor
    assert len(ground.way(need)) == 1


def test_hidden_before_the_concept_began_and_shown_again_afterwards() -> None:
    need = factories.contribution(Visibility.HIDDEN)
    ground.a_concept()

    with transaction():
        moderation.restore_contribution(factories.STAFF, ground.again(need))

    assert ground.references("field-sprache-needs") == [need.reference]


def test_a_need_that_changes_its_field_takes_its_block_along() -> None:
    need = factories.contribution()
    ground.a_concept()
    anchor = ground.pieces("field-sprache-needs")[-1].anchor
    with transaction():
        contribution = ground.again(need)
        contribution.field_id = ground.field("wohnen").id
        blocks.include_contribution(SYSTEM, ground.present(), contribution)

    assert ground.references("field-sprache-needs") == []
    assert ground.pieces("field-wohnen-needs")[-1].anchor == anchor
    assert ground.way(need)[-1] == ("in_concept", f"/dialogues/probe/concept/field-sprache#{anchor}")


# ------------------------------------------------------------------------------------------------- writing


def test_goals_and_measures_are_numbered_and_lead_back() -> None:
    ground.filled()

    [goal] = ground.pieces("field-sprache-goals")
    [measure] = ground.pieces("field-sprache-measures")
    [need] = [p.voice for p in ground.pieces("field-sprache-needs") if p.voice]
    assert goal.goal is not None
    assert goal.goal.number == "1.1"
    assert measure.measure is not None
    assert measure.measure.reference == "M-01"
    assert measure.measure.path.endswith(f"/concept/field-sprache#{measure.anchor}")
    for piece in (*ground.pieces("field-sprache-situation"), goal, measure):
        assert [origin.reference for origin in piece.origins] == [need.reference]
    found = db.session.execute(select(Block).where(Block.kind == BlockKind.CONTRIBUTION)).scalar_one()
    assert found.contribution is not None
    kinds = [kind for kind, _ in ground.way(found.contribution)]
    assert kinds == ["in_concept", "in_concept", "in_goal", "in_measure"]
    assert [url.partition("#")[2] for _, url in ground.way(found.contribution)][2:] == [
        goal.anchor,
        measure.anchor,
    ]


def test_citing_twice_is_one_source_and_one_stop() -> None:
    ground.filled()
    measure = db.session.execute(select(Measure)).scalar_one()
    source = measure.sources[0]
    assert source.contribution is not None
    stops, rows = len(ground.way(source.contribution)), count(Source)

    with transaction():
        again = db.session.get_one(Measure, measure.id)
        assert cite(OPERATOR, again, ground.again(source.contribution)).id == source.id

    assert count(Source) == rows
    assert len(ground.way(source.contribution)) == stops


def test_only_what_is_public_here_can_be_cited() -> None:
    ground.filled()
    other = factories.dialogue("andere")
    cases = [
        factories.contribution(Visibility.WAITING),
        factories.contribution(Visibility.HIDDEN),
        factories.contribution(of=other),
        factories.poll(PollStatus.OPEN, needs=1),
    ]
    for evidence in cases:
        with nothing_changes(Source), pytest.raises(Invalid), transaction():
            cite(OPERATOR, db.session.execute(select(Measure)).scalar_one(), db.session.merge(evidence))


@pytest.mark.parametrize("text", ["", " \n\t ", "x" * 50_001, "[" * 500, "> " * 30 + "x"])
def test_a_paragraph_that_cannot_be_rendered_is_refused(text: str) -> None:
    ground.a_concept()
    with nothing_changes(Block), pytest.raises(Invalid), transaction():
        blocks.write_paragraph(OPERATOR, ground.section("foreword"), text=text)


def test_goals_need_words_and_a_chapter() -> None:
    ground.a_concept()
    with pytest.raises(Invalid), transaction():
        goals.add_goal(OPERATOR, ground.present(), ground.field(), texts={"de": "  "})
    with transaction():
        db.session.delete(ground.section("field-sprache-goals"))
    with pytest.raises(Conflict), transaction():
        goals.add_goal(OPERATOR, ground.present(), ground.field(), texts={"de": "Alle lernen."})


@pytest.mark.parametrize(
    "columns",
    [
        {},
        {"block_id": 1},
        {"contribution_id": 1},
        {"block_id": 1, "goal_id": 1, "contribution_id": 1},
        {"block_id": 1, "contribution_id": 1, "figure_id": 1},
    ],
)
def test_a_source_has_exactly_one_owner_and_one_evidence(columns: dict[str, int]) -> None:
    ground.filled()
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(insert(Source).values(**columns, by_key="x", at=now()))


# -------------------------------------------------------------------------------------- the decisive poll


def chosen() -> int | None:
    db.session.rollback()
    return ground.section().decisive_poll_id


@pytest.mark.parametrize("actor", [factories.STAFF, OPERATOR])
def test_staff_choose_the_poll_that_orders_a_chapter(actor: Actor) -> None:
    ground.a_concept()
    poll = factories.poll(
        PollStatus.PUBLISHED, needs=3, ballots={"a": {2: 2, 3: 1}, "b": {2: 2, 1: 1}, "c": {3: 1}}
    )
    unvoted = factories.contribution()

    with transaction():
        concepts.choose_decisive_poll(actor, ground.section(), ground.poll(poll))

    assert chosen() == poll.id
    assert ground.references("field-sprache-needs") == ["B-002", "B-003", "B-001", unvoted.reference]
    standings = [p.voice.standing for p in ground.pieces("field-sprache-needs") if p.voice]
    assert [(s.place, s.of, s.points, s.voters) if s else None for s in standings] == [
        (1, 3, 4, 2),
        (2, 3, 2, 2),
        (3, 3, 1, 1),
        None,
    ]
    chart = ground.pieces("field-sprache-needs")[0]
    assert [origin.kind for origin in chart.origins] == ["poll"]
    assert facts("DecisivePollChosen")[-1][0] == actor.key


@pytest.mark.parametrize("actor", [VISITOR, PARTICIPANT, ELSEWHERE, SYSTEM])
def test_others_do_not(actor: Actor) -> None:
    ground.a_concept()
    poll = factories.poll(PollStatus.PUBLISHED, needs=1)
    with nothing_changes(Source), pytest.raises(Forbidden), transaction():
        concepts.choose_decisive_poll(actor, ground.section(), ground.poll(poll))
    assert chosen() is None


@pytest.mark.parametrize(
    ("make", "slug", "error"),
    [
        (lambda: factories.poll(PollStatus.OPEN, needs=1), "field-sprache", Conflict),
        (lambda: factories.poll(PollStatus.CLOSED, needs=1), "field-sprache", Conflict),
        (lambda: factories.poll(PollStatus.PUBLISHED, needs=1, in_field="wohnen"), "field-sprache", Invalid),
        (lambda: factories.poll(PollStatus.PUBLISHED, needs=1), "field-sprache-needs", Invalid),
        (lambda: factories.poll(PollStatus.PUBLISHED, needs=1), "foreword", Invalid),
    ],
)
def test_the_poll_must_be_published_and_about_the_chapter(
    make: Callable[[], Any], slug: str, error: type[DomainError]
) -> None:
    ground.a_concept()
    poll = make()
    with pytest.raises(error), transaction():
        concepts.choose_decisive_poll(OPERATOR, ground.section(slug), ground.poll(poll))
    assert chosen() is None


def test_another_poll_takes_the_place_of_the_first() -> None:
    ground.a_concept()
    first = factories.poll(PollStatus.PUBLISHED, needs=2, ballots={"a": {1: 2}})
    second = factories.poll(PollStatus.PUBLISHED, needs=0, ballots={"a": {2: 2}})
    for poll in (first, second, second):
        with transaction():
            concepts.choose_decisive_poll(OPERATOR, ground.section(), ground.poll(poll))

    assert ground.references("field-sprache-needs") == ["B-002", "B-001"]
    assert len(ground.pieces("field-sprache-needs")[0].origins) == 1
    assert len(facts("DecisivePollChosen")) == 2


def test_a_need_that_only_another_vote_had_says_its_place_there() -> None:
    ground.a_concept()
    decisive = factories.poll(PollStatus.PUBLISHED, needs=1, ballots={"a": {1: 2}})
    # One after the other, each vote has all public needs of the topic.
    factories.poll(PollStatus.PUBLISHED, needs=1, ballots={"a": {1: 1}})
    later = factories.poll(PollStatus.PUBLISHED, needs=1, ballots={"a": {2: 2, 1: 1}})
    factories.poll(PollStatus.OPEN, needs=1)
    with transaction():
        concepts.choose_decisive_poll(OPERATOR, ground.section(), ground.poll(decisive))

    voices = {p.voice.reference: p.voice for p in ground.pieces("field-sprache-needs") if p.voice}

    assert list(voices) == ["B-001", "B-002", "B-003", "B-004"]
    others = {number: voice.other for number, voice in voices.items()}
    path = f"/dialogues/probe/polls/{later.id}"
    assert {number: (o.place, o.of, o.path) if o else None for number, o in others.items()} == {
        "B-001": None,
        "B-002": (1, 3, path),
        "B-003": (3, 3, path),
        "B-004": None,
    }
    with force_locale("en"):
        assert words.standing(voices["B-001"]) == "Place 1 of 1 · 2 points from 1 person"
        assert words.standing(voices["B-002"]) == (
            "Not part of the vote that decides the order; place 1 of 3 in “Vote”"
        )
        assert words.standing(voices["B-004"]) == "Not voted on"


def test_writing_is_for_those_who_may() -> None:
    ground.filled()
    goal = db.session.execute(select(Measure)).scalar_one().goal
    need = factories.contribution()
    attempts: list[Callable[[Actor], object]] = [
        lambda actor: concepts.found_concept(
            actor, factories.dialogue("andere"), titles={"de": "K"}, subtitles={}
        ),
        lambda actor: blocks.write_paragraph(actor, ground.section("foreword"), text="Text."),
        lambda actor: goals.add_goal(actor, ground.present(), ground.field(), texts={"de": "Ziel"}),
        lambda actor: measures.add_measure(actor, db.session.merge(goal), titles={"de": "Maßnahme"}),
        lambda actor: cite(actor, db.session.merge(goal), ground.again(need)),
    ]
    factories.dialogue("andere")
    for attempt in attempts:
        for actor in (VISITOR, PARTICIPANT, ELSEWHERE):
            with nothing_changes(Section, Block, Source), pytest.raises(Forbidden), transaction():
                attempt(actor)
        with transaction():
            attempt(factories.STAFF)


def test_a_measure_keeps_everything_that_was_said() -> None:
    ground.filled()
    [piece] = ground.pieces("field-sprache-measures")
    measure = piece.measure
    assert measure is not None
    assert (measure.begins, measure.ends, measure.partners) == ("2022-09", "2023-12-31", ("VHS",))
    assert measure.status == MeasureStatus.PLANNED
