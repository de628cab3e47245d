"""What changes contributions and dialogues: the row and the fact, success and refusal side by side."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from core.actor import OPERATOR, VISITOR, Actor
from core.db import db
from core.errors import Conflict, DomainError, Forbidden, Invalid, SentAlready
from core.transaction import transaction
from dialog.actions import contributions, dialogues, events, moderation
from dialog.models import Contribution, Decision, Dialogue, Participant, PollItem, Revision, Station
from dialog.queries import contributions as queries
from dialog.vocabulary import TEXT_LIMIT, Kind, Visibility
from tests import factories as make
from tests.dialog.ground import count, facts, nothing_changes
from tests.factories import STAFF

pytestmark = pytest.mark.usefixtures("inside")

TABLES = (Contribution, Revision, Decision, Station, PollItem, Participant)
QUESTION = "Meinen Sie Kurse am Abend oder am Wochenende?"


def submit(by: Actor, to: Dialogue, **changes: Any) -> Contribution:
    values: dict[str, Any] = {
        "kind": Kind.NEED,
        "text": "Es fehlt ein Bus am Sonntag.",
        "field": make.field("wohnen"),
        "municipality": None,
        "language": "de",
    }
    with transaction():
        return contributions.submit_contribution(by, to, **{**values, **changes})


def revise(by: Actor, contribution: Contribution, **changes: Any) -> None:
    values: dict[str, Any] = {
        "based_on": contribution.revision,
        "text": "Es fehlt ein Bus am Samstag und am Sonntag.",
        "field": make.field("sprache"),
        "municipality": None,
        "language": "en",
    }
    with transaction():
        contributions.revise_contribution(by, fresh(contribution), **{**values, **changes})


def fresh(contribution: Contribution) -> Contribution:
    found = queries.contribution_by_id(contribution.id)
    assert found is not None
    return found


def do(action: Callable[..., None], by: Actor, contribution: Contribution, **values: Any) -> None:
    with transaction():
        action(by, fresh(contribution), **values)


def refused(kind: type[DomainError], what: Callable[[], object]) -> DomainError:
    with nothing_changes(*TABLES), pytest.raises(kind) as error:
        what()
    return error.value


# ---------------------------------------------------------------------------------------------- submitting


def test_what_is_submitted_waits_with_its_wording_and_its_first_station() -> None:
    to, author = make.dialogue(), make.participant()

    made = fresh(submit(author.actor, to, text="  Es fehlt\r\nein Bus am Sonntag.\x00 "))

    assert (made.reference, made.visibility, made.origin) == ("B-001", "waiting", "form")
    assert made.text == "Es fehlt\nein Bus am Sonntag."
    assert made.title == "Es fehlt ein Bus am Sonntag."
    assert (made.author_key, made.municipality_id, made.revision) == (author.actor.key, None, 1)
    assert [(r.number, r.text, r.by_key) for r in made.revisions] == [(1, made.text, author.actor.key)]
    assert [station.kind for station in made.stations] == ["submitted"]
    assert facts("ContributionSubmitted") == [
        (author.actor.key, "ContributionSubmitted", {"contribution_id": made.id})
    ]


def test_numbers_run_per_kind_and_never_twice() -> None:
    to, author = make.dialogue(), make.participant()

    kinds = (Kind.NEED, Kind.OFFER, Kind.NEED, Kind.NEED)
    made = [submit(author.actor, to, kind=kind, again=True) for kind in kinds]

    assert [one.reference for one in made] == ["B-001", "A-001", "B-002", "B-003"]


def test_the_same_words_are_asked_about_once() -> None:
    to, author = make.dialogue(), make.participant()
    first = submit(author.actor, to)

    with pytest.raises(SentAlready) as asked:
        submit(author.actor, to, text="  Es fehlt ein Bus am Sonntag.\r\n")
    assert asked.value.reference == first.reference

    assert submit(author.actor, to, again=True).reference == "B-002"
    assert submit(author.actor, to, text="Es fehlt ein Zug.").reference == "B-003"
    assert submit(author.actor, to, kind=Kind.OFFER).reference == "A-001"
    assert submit(make.participant().actor, to).reference == "B-004"


def test_an_imported_number_is_not_given_again() -> None:
    to, author = make.dialogue(), make.participant()
    for number in (58, 7):
        with transaction():
            contributions.import_contribution(
                OPERATOR,
                to,
                kind=Kind.NEED,
                number=number,
                title="Übernommen",
                text="Aus der Liste.",
                field=make.field(),
                municipality=None,
            )

    assert submit(author.actor, to).reference == "B-059"
    assert len(facts("ContributionImported")) == 2


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({"text": ""}, "text"),
        ({"text": " \n\t\x00\ufeff "}, "text"),
        ({"text": "x" * (TEXT_LIMIT + 1)}, "text"),
        ({"language": "tlh"}, "language"),
        ({"language": ""}, "language"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(changes: dict[str, Any], names: str) -> None:
    to, author = make.dialogue(), make.participant()
    error = refused(Invalid, lambda: submit(author.actor, to, **changes))

    assert isinstance(error, Invalid)
    assert list(error.fields) == [names]
    assert submit(author.actor, to, text="x" * TEXT_LIMIT).reference == "B-001"


def test_only_participants_of_this_dialogue_while_it_takes_contributions() -> None:
    here, closed, elsewhere = make.dialogue(), make.dialogue("zu", accepts=False), make.dialogue("dort")
    author = make.participant(here)
    late = make.participant(here, writes=False)
    early = make.participant(closed)
    stranger = make.participant(elsewhere)

    assert submit(author.actor, here).id
    assert submit(STAFF, closed).id
    for nobody in (VISITOR, late.actor, stranger.actor):
        refused(Forbidden, lambda nobody=nobody: submit(nobody, here))
    refused(Conflict, lambda: submit(early.actor, closed))


# ------------------------------------------------------------------------------------------------- revising


def test_the_author_changes_the_words_and_every_wording_is_kept() -> None:
    author = make.participant()
    made = make.contribution(Visibility.RETURNED, author=author, text="Bus fehlt.")

    revise(author.actor, made)

    now = fresh(made)
    assert (now.visibility, now.revision, now.language) == ("waiting", 2, "en")
    assert [(r.number, r.text) for r in now.revisions] == [
        (1, "Bus fehlt."),
        (2, "Es fehlt ein Bus am Samstag und am Sonntag."),
    ]
    assert [station.kind for station in now.stations][-2:] == ["returned", "answered"]
    assert facts("ContributionRevised")[-1][2] == {"contribution_id": made.id, "revision": 2}


def test_a_stale_revision_changes_nothing() -> None:
    author = make.participant()
    made = make.contribution(Visibility.WAITING, author=author)
    revise(author.actor, made, based_on=1)

    error = refused(Conflict, lambda: revise(author.actor, made, based_on=1, text="Anders."))

    assert error.code == "stale"
    assert fresh(made).text == "Es fehlt ein Bus am Samstag und am Sonntag."


@pytest.mark.parametrize("state", ["public", "hidden", "withdrawn"])
def test_what_was_decided_on_is_no_longer_the_authors_to_change(state: Visibility) -> None:
    author = make.participant()
    made = make.contribution(state, author=author)

    assert refused(Conflict, lambda: revise(author.actor, made)).code == "wrong_time"


def test_nobody_else_revises_or_withdraws() -> None:
    made = make.contribution(Visibility.WAITING)
    for other in (VISITOR, make.participant().actor, STAFF, OPERATOR):
        refused(Forbidden, lambda other=other: revise(other, made))
        refused(Forbidden, lambda other=other: do(contributions.withdraw_contribution, other, made))


# ---------------------------------------------------------------------------------------------- withdrawing


@pytest.mark.parametrize("state", ["waiting", "returned", "public", "hidden"])
def test_withdrawing_destroys_every_wording_and_keeps_the_way(state: Visibility) -> None:
    author = make.participant()
    made = make.contribution(state, author=author, text="Etwas sehr Eigenes.")
    version = make.dialogue().register_version

    do(contributions.withdraw_contribution, author.actor, made)

    now = fresh(made)
    assert now.visibility == "withdrawn"
    assert {now.text, now.title, now.search_text, *(r.text + r.title for r in now.revisions)} == {""}
    assert now.stations[-1].kind == "withdrawn"
    assert facts()[-1] == (author.actor.key, "ContributionWithdrawn", {"contribution_id": made.id})
    db.session.rollback()
    assert make.dialogue().register_version == version + (state == "public")


def test_what_is_withdrawn_cannot_be_withdrawn_or_decided_on_again() -> None:
    author = make.participant()
    made = make.contribution(Visibility.WITHDRAWN, author=author)

    refused(Conflict, lambda: do(contributions.withdraw_contribution, author.actor, made))
    refused(Conflict, lambda: do(moderation.publish_contribution, STAFF, made))
    refused(Conflict, lambda: do(moderation.hide_contribution, STAFF, made, reason="insult"))


def test_the_words_of_a_withdrawn_need_are_not_kept_in_polls() -> None:
    author = make.participant()
    made = make.contribution(author=author, text="Etwas sehr Eigenes und Erkennbares.")
    poll = make.poll(needs=0)

    do(contributions.withdraw_contribution, author.actor, made)

    kept = db.session.execute(select(PollItem.title, PollItem.text).where(PollItem.poll_id == poll.id)).all()
    assert [tuple(row) for row in kept] == [("", "")]


# -------------------------------------------------------------------------------------------------- checking


def test_publishing_puts_it_into_the_register_and_tells_its_author() -> None:
    made = make.contribution(Visibility.WAITING)
    version = make.dialogue().register_version

    do(moderation.publish_contribution, STAFF, made, title="  Mehr   Kurse ")

    now = fresh(made)
    assert (now.visibility, now.outcome, now.title) == ("public", "adopted", "Mehr Kurse")
    assert now.published_at is not None
    assert [(d.decision, d.by_key) for d in now.decisions] == [("publish", STAFF.key)]
    assert [station.kind for station in now.stations] == ["submitted", "published"]
    assert now.dialogue.register_version == version + 1
    assert facts()[-2] == (STAFF.key, "ContributionPublished", {"contribution_id": made.id})
    assert facts()[-1][:2] == ("system", "PersonTold")


def test_a_need_joins_the_polls_of_its_field_that_are_not_over_and_no_others() -> None:
    to = make.dialogue()
    drafted, running = make.poll("draft", needs=1), make.poll("open", needs=1)
    over, elsewhere = make.poll("closed", needs=1), make.poll("open", needs=1, in_field="wohnen")
    before = {poll.id: number_of_items(poll.id) for poll in (drafted, running, over, elsewhere)}
    need = make.contribution(Visibility.WAITING, of=to)
    offer = make.contribution(Visibility.WAITING, of=to, kind=Kind.OFFER)

    do(moderation.publish_contribution, STAFF, need)
    do(moderation.publish_contribution, STAFF, offer)

    after = {poll_id: number_of_items(poll_id) for poll_id in before}
    assert {poll_id: after[poll_id] - before[poll_id] for poll_id in before} == {
        drafted.id: 1,
        running.id: 1,
        over.id: 0,
        elsewhere.id: 0,
    }
    positions = db.session.scalars(
        select(PollItem.position).where(PollItem.poll_id == running.id).order_by(PollItem.position)
    ).all()
    assert list(positions) == list(range(1, len(positions) + 1))


def number_of_items(poll_id: int) -> int:
    return len(db.session.scalars(select(PollItem.id).where(PollItem.poll_id == poll_id)).all())


def test_asking_back_needs_a_question_and_the_author_reads_it() -> None:
    made = make.contribution(Visibility.WAITING)

    refused(Invalid, lambda: do(moderation.return_contribution, STAFF, made, question=" \n"))
    refused(Invalid, lambda: do(moderation.return_contribution, STAFF, made, question="x" * 1001))
    do(moderation.return_contribution, STAFF, made, question=QUESTION)

    now = fresh(made)
    assert now.visibility == "returned"
    assert [(d.decision, d.note) for d in now.decisions] == [("return", QUESTION)]
    assert facts("ContributionReturned")[-1][1:] == ("ContributionReturned", {"contribution_id": made.id})
    refused(Conflict, lambda: do(moderation.return_contribution, STAFF, made, question=QUESTION))


@pytest.mark.parametrize("state", ["waiting", "returned", "public"])
def test_hiding_takes_a_reason_of_the_list_and_showing_again_goes_back(state: Visibility) -> None:
    made = make.contribution(state)

    refused(Invalid, lambda: do(moderation.hide_contribution, STAFF, made, reason="I do not like it"))
    do(moderation.hide_contribution, STAFF, made, reason="advertising", note="Bitte ohne Firma.")

    hidden = fresh(made)
    assert (hidden.visibility, hidden.decisions[-1].reason) == ("hidden", "advertising")
    assert facts("ContributionHidden")[-1][1:] == (
        "ContributionHidden",
        {"contribution_id": made.id, "reason": "advertising"},
    )
    refused(Conflict, lambda: do(moderation.hide_contribution, STAFF, made, reason="insult"))

    do(moderation.restore_contribution, STAFF, made)

    assert fresh(made).visibility == state
    assert [fact for _, fact, _ in facts()][-2:] == ["ContributionRestored", "PersonTold"]
    refused(Conflict, lambda: do(moderation.restore_contribution, STAFF, made))


def test_only_coordinators_decide() -> None:
    author = make.participant()
    made = make.contribution(Visibility.WAITING, author=author)
    hidden = make.contribution(Visibility.HIDDEN)
    auditor, administrator = make.account("auditor"), make.account("administrator")

    for other in (VISITOR, author.actor, auditor.actor, administrator.actor, OPERATOR):
        refused(Forbidden, lambda o=other: do(moderation.publish_contribution, o, made))
        refused(Forbidden, lambda o=other: do(moderation.return_contribution, o, made, question="?"))
        refused(Forbidden, lambda o=other: do(moderation.hide_contribution, o, made, reason="insult"))
        refused(Forbidden, lambda o=other: do(moderation.restore_contribution, o, hidden))


def test_a_second_decision_on_the_same_contribution_is_refused() -> None:
    made = make.contribution(Visibility.PUBLIC)

    assert refused(Conflict, lambda: do(moderation.publish_contribution, STAFF, made)).code == "decided"


@pytest.mark.parametrize(
    ("decide", "values"),
    [(moderation.publish_contribution, {}), (moderation.return_contribution, {"question": QUESTION})],
)
def test_staff_decide_on_the_words_they_have_read(
    decide: Callable[..., None], values: dict[str, Any]
) -> None:
    author = make.participant()
    made = make.contribution(Visibility.WAITING, author=author)
    read = made.revision
    revise(author.actor, made)

    with nothing_changes(*TABLES):
        assert refused(Conflict, lambda: do(decide, STAFF, made, based_on=read, **values)).code == "stale"

    do(decide, STAFF, made, based_on=fresh(made).revision, **values)
    assert fresh(made).visibility != Visibility.WAITING


@pytest.mark.parametrize("meanwhile", [{"visibility": Visibility.RETURNED}, {"revision": 2}], ids=str)
def test_what_changed_since_it_was_loaded_is_not_decided_on(meanwhile: dict[str, Any]) -> None:
    author = make.participant()
    made = make.contribution(Visibility.WAITING, author=author)
    for act in (
        lambda found: moderation.publish_contribution(STAFF, found),
        lambda found: moderation.return_contribution(STAFF, found, question=QUESTION),
        lambda found: moderation.hide_contribution(STAFF, found, reason="insult"),
        lambda found: contributions.withdraw_contribution(author.actor, found),
    ):
        with nothing_changes(*TABLES), transaction():
            found = fresh(made)
            behind_its_back = update(Contribution).values(**meanwhile)
            db.session.execute(behind_its_back, execution_options={"synchronize_session": False})
            with pytest.raises(Conflict):
                act(found)
            db.session.rollback()


# -------------------------------------------------------------------------------------------------- stations


def test_higher_packages_append_stations() -> None:
    made = make.contribution()

    with transaction():
        contributions.append_station(
            OPERATOR, fresh(made), kind="in_concept", label="In the concept", url="/concept/1"
        )

    assert [(s.kind, s.url) for s in fresh(made).stations][-1] == ("in_concept", "/concept/1")
    refused(
        Forbidden,
        lambda: do(contributions.append_station, VISITOR, made, kind="in_concept", label="No"),
    )


# -------------------------------------------------------------------------------------- dialogues and people


def test_a_dialogue_is_set_up_once() -> None:
    make.county()
    values: dict[str, Any] = {"titles": {"de": "T"}, "questions": {"de": "F"}, "introductions": {"de": ""}}
    field_set = make.field().field_set

    with transaction():
        made = dialogues.found_dialogue(OPERATOR, field_set, slug="eins", **values)

    assert facts()[-1] == ("operator", "DialogueFounded", {"dialogue_id": made.id})
    with pytest.raises(Conflict), transaction():
        dialogues.found_dialogue(OPERATOR, field_set, slug="eins", **values)
    with pytest.raises(Forbidden), transaction():
        dialogues.found_dialogue(VISITOR, field_set, slug="zwei", **values)
    assert count(Dialogue) == 1


def test_nobody_but_staff_hands_out_codes_that_count() -> None:
    to = make.dialogue()

    def register(by: Actor) -> None:
        with transaction():
            dialogues.register_participant(by, to, tier="B")

    for nobody in (VISITOR, make.participant(to).actor, make.account("auditor").actor):
        refused(Invalid, lambda nobody=nobody: register(nobody))
    register(STAFF)
    assert facts("ParticipantRegistered")[-1][2]["tier"] == "B"


def test_an_event_ends_after_it_begins(inside: Flask) -> None:
    event = make.event()
    with pytest.raises(Invalid), transaction():
        events.plan_event(
            OPERATOR,
            make.dialogue(),
            slug="verkehrt",
            titles={"de": "T"},
            aims={"de": ""},
            format="digital",
            starts_at=event.ends_at,
            ends_at=event.starts_at,
            groups_per_person=1,
            agenda=[],
            groups=[],
        )
    assert [fact for _, fact, _ in facts("EventPlanned")] == ["EventPlanned"]
