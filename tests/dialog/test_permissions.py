"""Who may do what in a dialogue, and when: tables of cases without a database."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from core.actor import OPERATOR, SYSTEM, VISITOR, Actor, Grant
from core.clock import now
from core.errors import Conflict, Forbidden
from dialog.models import (
    Contribution,
    Decision,
    Dialogue,
    DialogueEvent,
    ListImport,
    Merge,
    ModerationBatch,
    Objection,
    Participant,
    Poll,
    Registration,
    Revision,
    WorkingGroup,
)
from dialog.permissions import RIGHTS, Permission
from dialog.queries.group_polls import PaperHere
from dialog.queries.polls import BallotPaper
from dialog.vocabulary import PollStatus, Visibility

pytestmark = pytest.mark.without_database


def actor(role: str, dialogue_id: int | None = 1, key: str = "") -> Actor:
    scope = "county" if dialogue_id is None else "dialogue"
    return Actor(key or role * 2, frozenset({Grant(role, scope, dialogue_id)}))


AUTHOR = actor("participant", key="author")
PEOPLE = {
    "visitor": VISITOR,
    "participant": actor("participant"),
    "participant elsewhere": actor("participant", 2),
    "former participant": actor("former_participant"),
    "author": AUTHOR,
    "coordinator": actor("coordinator"),
    "coordinator elsewhere": actor("coordinator", 2),
    "coordinator of the county": actor("coordinator", None),
    "administrator": actor("administrator", None),
    "auditor": actor("auditor", None),
    "moderator of the event": Actor("me", frozenset({Grant("moderator", "event", 4)})),
    "note-taker of the group": Actor("ng", frozenset({Grant("note_taker", "group", 6)})),
    "moderator of another group": Actor("mo", frozenset({Grant("moderator", "group", 5)})),
    "editor": Actor("ed", frozenset({Grant("municipality_editor", "municipality", 8)})),
    "editor elsewhere": Actor("ee", frozenset({Grant("municipality_editor", "municipality", 9)})),
    "operator": OPERATOR,
    "system": SYSTEM,
}
STAFF = {"coordinator", "coordinator of the county"}
LEADS_THERE = STAFF | {"moderator of the event", "note-taker of the group"}
EVERYBODY = set(PEOPLE)


def a_dialogue(accepts: bool = True) -> Dialogue:
    return Dialogue(id=1, accepts_contributions=accepts)


def a_contribution(visibility: str = Visibility.WAITING) -> Contribution:
    return Contribution(id=5, dialogue_id=1, author_key="author", visibility=visibility)


def an_entry(visibility: str, origin: str = "municipality") -> Contribution:
    entry = a_contribution(visibility)
    entry.origin, entry.municipality_id = origin, 8
    return entry


def an_offer(visibility: str, origin: str = "municipality") -> Contribution:
    offer = an_entry(visibility, origin)
    offer.kind = "offer"
    return offer


def a_workspace() -> SimpleNamespace:
    return SimpleNamespace(dialogue_id=1, municipality_id=8)


def a_typed_card(hours_ago: int = 0, visibility: str = Visibility.GROUP, by: str = "ng") -> Contribution:
    card = a_contribution(visibility)
    card.author_key, card.origin, card.outcome = None, "paper", "open"
    card.created_at = now() - timedelta(hours=hours_ago)
    card.revisions = [Revision(number=1, by_key=by)]
    return card


def a_poll(status: str = PollStatus.OPEN, closes_in: timedelta | None = None) -> Poll:
    return Poll(id=7, dialogue_id=1, status=status, closes_at=now() + closes_in if closes_in else None)


def a_hidden_one(days_ago: int = 0, before: str = Visibility.PUBLIC) -> Contribution:
    hidden = a_contribution(Visibility.HIDDEN)
    hidden.visible_before = before
    hidden.decisions = [Decision(decision="hide", by_key="first", at=now() - timedelta(days=days_ago))]
    return hidden


def an_objection(hidden_by: str = "first", outcome: str = "open") -> Objection:
    return Objection(hidden_by_key=hidden_by, outcome=outcome, contribution=a_hidden_one())


def a_batch(by: str, hours_ago: int = 0, undone: bool = False) -> ModerationBatch:
    moment = now() - timedelta(hours=hours_ago)
    return ModerationBatch(dialogue_id=1, by_key=by, at=moment, undone_at=now() if undone else None)


def an_event(begins_in: timedelta, hours: int = 3, *, published: bool = True) -> DialogueEvent:
    start = now() + begins_in
    return DialogueEvent(
        id=4, dialogue_id=1, starts_at=start, ends_at=start + hours * HOUR, published=published
    )


def open_for_signup(begins_in: timedelta, *, signup: bool = True) -> DialogueEvent:
    event = an_event(begins_in)
    event.signup_from = now() - timedelta(days=9) if signup else None
    return event


def a_registration(begins_in: timedelta, *, signup: bool = True) -> Registration:
    """Of the one called author above."""
    event = open_for_signup(begins_in, signup=signup)
    return Registration(id=9, event=event, participant=Participant(key="author"))


def a_plan(published: bool) -> DialogueEvent:
    return DialogueEvent(id=3, dialogue_id=1, published=published)


def a_place(*, accepts: bool = True, seated: bool = True) -> SimpleNamespace:
    """A group in a round; `seated` says whether the one who acts has a place there."""
    group = WorkingGroup(id=6, event_id=4, accepts_cards=accepts)
    return SimpleNamespace(group=group, dialogue_id=1, seated=seated)


def a_card(*, seated: bool = True, visibility: Visibility = Visibility.GROUP) -> SimpleNamespace:
    """A card that stands there."""
    place = a_place(seated=seated)
    place.contribution = a_contribution(visibility)
    return place


def a_hidden_card(*, in_group: bool, upheld: bool = False) -> SimpleNamespace:
    """A card that was hidden by whoever leads the group, or by the county; `upheld`: then by the county."""
    card = a_card(visibility=Visibility.HIDDEN)
    decisions = [Decision(decision="hide", in_group=in_group, by_key="first", at=now())]
    card.contribution.decisions = decisions + [Decision(decision="uphold", by_key="second")] * upheld
    return card


def a_group_vote(
    *, seated: bool = True, accepts: bool = True, status: str = PollStatus.OPEN, group_id: int = 6
) -> PaperHere:
    """The paper of a vote in a group."""
    paper = BallotPaper(8, 1, status, None, {}, frozenset(), group_id, 9)
    return PaperHere(paper, WorkingGroup(id=6, event_id=4, accepts_votes=accepts), seated)


def a_said(visibility: str = Visibility.GROUP) -> Contribution:
    """Said in a group that two of the people above run."""
    card = a_contribution(visibility)
    card.group = WorkingGroup(id=6, event_id=4)
    return card


def a_merge(*, objected: bool = False, answered: bool = False, undone: bool = False) -> Merge:
    """Of a contribution by the one called author above."""
    return Merge(
        member=a_contribution(),
        objected_at=now() if objected else None,
        answered_at=now() if answered else None,
        undone_at=now() if undone else None,
    )


# Rows are made when the tests are collected, which may be minutes before they run.
HOUR = timedelta(hours=1)

CASES: list[tuple[Permission, Any, set[str]]] = [
    (Permission.READ_REGISTER, a_dialogue(), EVERYBODY),
    (Permission.REGISTER, a_dialogue(), EVERYBODY),
    (Permission.CONTRIBUTE, a_dialogue(), {"participant", "author"} | STAFF),
    (Permission.CONTRIBUTE, a_dialogue(accepts=False), STAFF),
    (Permission.POST_CARD, a_place(), LEADS_THERE | {"participant", "author"}),
    (Permission.POST_CARD, a_place(accepts=False), LEADS_THERE),
    (Permission.POST_CARD, a_place(seated=False), LEADS_THERE),
    (Permission.TAKE_BACK_TYPED, a_typed_card(), {"note-taker of the group"}),
    (Permission.TAKE_BACK_TYPED, a_typed_card(by="somebody else"), set()),
    (Permission.TAKE_BACK_TYPED, a_typed_card(2), set()),
    (Permission.TAKE_BACK_TYPED, a_typed_card(visibility=Visibility.WITHDRAWN), set()),
    (Permission.CORRECT_CARD, a_card(), LEADS_THERE | {"author"}),
    (Permission.CORRECT_CARD, a_card(seated=False), LEADS_THERE),
    (Permission.CORRECT_CARD, a_card(visibility=Visibility.PUBLIC), set()),
    (Permission.ORDER_CARD, a_card(), LEADS_THERE),
    (Permission.SHOW_CARD_AGAIN, a_hidden_card(in_group=True), LEADS_THERE),
    (Permission.SHOW_CARD_AGAIN, a_hidden_card(in_group=False), STAFF),
    (Permission.SHOW_CARD_AGAIN, a_hidden_card(in_group=True, upheld=True), STAFF),
    (Permission.TRANSLATE_CARD, a_card(), LEADS_THERE | {"participant", "author"}),
    (Permission.TRANSLATE_CARD, a_card(visibility=Visibility.WITHDRAWN), set()),
    (Permission.VOTE, Poll(dialogue_id=1, group_id=6, status=PollStatus.OPEN), set()),
    (Permission.READ_POLL, Poll(dialogue_id=1, group_id=6, status=PollStatus.OPEN), STAFF | {"operator"}),
    (Permission.VOTE_IN_GROUP, a_group_vote(), {"participant", "author"}),
    (Permission.VOTE_IN_GROUP, a_group_vote(seated=False), set()),
    (Permission.VOTE_IN_GROUP, a_group_vote(accepts=False), set()),
    (Permission.VOTE_IN_GROUP, a_group_vote(status=PollStatus.CLOSED), set()),
    (Permission.VOTE_IN_GROUP, a_group_vote(group_id=7), set()),
    (Permission.RUN_GROUP_POLL, a_place(), LEADS_THERE),
    (Permission.READ_OWN, a_dialogue(), {"participant", "former participant", "author"}),
    (Permission.SEE_QUEUE, a_dialogue(), STAFF),
    (Permission.KEEP_DETAILS, a_contribution(), STAFF | {"operator"}),
    (Permission.KEEP_DETAILS, an_entry("public"), {"operator"} | STAFF),
    (Permission.KEEP_DETAILS, an_offer("public"), {"editor", "operator"} | STAFF),
    (Permission.KEEP_DETAILS, an_offer("public", "import"), {"editor", "operator"} | STAFF),
    (Permission.KEEP_DETAILS, an_offer("public", "form"), {"operator"} | STAFF),
    (Permission.KEEP_DETAILS, an_offer("withdrawn"), {"operator"}),
    (Permission.KEEP_REMARK, an_offer("public"), {"operator"} | STAFF),
    (Permission.KEEP_OFFERS, a_dialogue(), STAFF),
    (Permission.HARVEST, a_said(), LEADS_THERE),
    (Permission.HARVEST, a_contribution(), STAFF),
    (Permission.HARVEST, a_said(Visibility.WITHDRAWN), set()),
    (Permission.MERGE, a_said(), LEADS_THERE),
    (Permission.MERGE, a_contribution(), STAFF),
    (Permission.SPLIT, a_said(), STAFF),
    (Permission.SPLIT, a_contribution(), STAFF),
    (Permission.OBJECT_TO_MERGE, a_merge(), {"author"}),
    (Permission.OBJECT_TO_MERGE, a_merge(objected=True), set()),
    (Permission.OBJECT_TO_MERGE, a_merge(undone=True), set()),
    (Permission.DECIDE_MERGE, a_merge(objected=True), STAFF),
    (Permission.DECIDE_MERGE, a_merge(), set()),
    (Permission.DECIDE_MERGE, a_merge(objected=True, answered=True), set()),
    (Permission.PREPARE_DIALOGUE, a_dialogue(), STAFF | {"operator"}),
    (Permission.PREPARE_DIALOGUE, a_plan(published=False), STAFF | {"operator"}),
    (Permission.READ_EVENT, a_plan(published=False), STAFF | {"operator"}),
    (Permission.READ_EVENT, a_plan(published=True), EVERYBODY),
    (Permission.IMPORT, a_dialogue(), STAFF | {"operator", "system"}),
    (Permission.RUN_POLL, a_dialogue(), STAFF | {"operator", "system"}),
    *[
        (Permission.READ_CONTRIBUTION, a_contribution(hidden), {"author", "operator"} | STAFF)
        for hidden in ("waiting", "returned", "group", "hidden", "withdrawn")
    ],
    (Permission.READ_CONTRIBUTION, a_contribution("draft"), {"author", "operator"}),
    # Whoever wrote it for a municipality and works for it no more is a stranger to it.
    (Permission.READ_CONTRIBUTION, an_entry("draft"), {"operator", "editor"}),
    (Permission.READ_CONTRIBUTION, an_entry("waiting"), {"operator", "editor"} | STAFF),
    # What somebody who lives there has written is not the municipality's.
    (Permission.READ_CONTRIBUTION, an_entry("waiting", "form"), {"author", "operator"} | STAFF),
    (Permission.WITHDRAW, an_entry("public"), {"editor"}),
    (Permission.WITHDRAW, an_entry("public", "form"), {"author"}),
    (Permission.MODERATE, an_entry("draft"), set()),
    (Permission.WRITE_ENTRY, an_entry("draft"), {"editor"}),
    (Permission.WRITE_ENTRY, an_entry("returned"), {"editor"}),
    (Permission.WRITE_ENTRY, an_entry("public"), set()),
    (Permission.WRITE_ENTRY, an_entry("draft", "form"), set()),
    (Permission.WORK_FOR_MUNICIPALITY, a_workspace(), {"editor"} | STAFF),
    (Permission.JUDGE_COVERAGE, a_contribution("public"), STAFF),
    (Permission.IMPORT, a_workspace(), {"editor", "operator", "system"} | STAFF),
    (Permission.IMPORT, ListImport(dialogue_id=1), {"operator", "system"} | STAFF),
    (Permission.READ_CONTRIBUTION, a_contribution("public"), EVERYBODY),
    (Permission.READ_HISTORY, a_contribution("public"), STAFF),
    (Permission.REVISE, a_contribution("waiting"), {"author"}),
    (Permission.REVISE, a_contribution("returned"), {"author"}),
    *[(Permission.REVISE, a_contribution(late), set()) for late in ("public", "hidden", "withdrawn")],
    *[
        (Permission.WITHDRAW, a_contribution(state), {"author"})
        for state in ("waiting", "returned", "public", "hidden")
    ],
    (Permission.WITHDRAW, a_contribution("withdrawn"), set()),
    (Permission.TRANSLATE, a_contribution("public"), {"participant", "author"} | STAFF),
    *[(Permission.TRANSLATE, a_contribution(state), {"author"} | STAFF) for state in ("waiting", "hidden")],
    (Permission.TRANSLATE, a_contribution("withdrawn"), set()),
    (Permission.MODERATE, a_contribution("waiting"), STAFF),
    (Permission.MODERATE, a_contribution("withdrawn"), set()),
    (Permission.DECIDE_MANY, a_dialogue(), STAFF),
    (Permission.KEEP_TEXTS, a_dialogue(), STAFF),
    (Permission.READ_LOG, a_dialogue(), STAFF),
    (Permission.TYPE_IN, a_dialogue(), STAFF),
    (Permission.WORK_ON_LISTS, None, {"system"}),
    (Permission.REMIND, None, {"system"}),
    (Permission.ASK_PROVIDERS, None, {"system"}),
    (Permission.ANSWER_FOR_OFFER, None, EVERYBODY),
    (Permission.READ_NOTICE, a_hidden_one(), EVERYBODY),
    (Permission.READ_NOTICE, a_hidden_one(before=Visibility.WAITING), set()),
    *[
        (Permission.READ_NOTICE, a_contribution(state), set())
        for state in ("waiting", "returned", "public", "withdrawn")
    ],
    (Permission.OBJECT, a_hidden_one(29), {"author"}),
    (Permission.OBJECT, a_hidden_one(31), set()),
    (Permission.OBJECT, a_contribution("public"), set()),
    (Permission.DECIDE_OBJECTION, an_objection(), STAFF),
    (Permission.DECIDE_OBJECTION, an_objection("coordinator" * 2), set()),
    (Permission.DECIDE_OBJECTION, an_objection(outcome="upheld"), set()),
    (Permission.UNDO, a_batch("coordinator" * 2), STAFF),
    (Permission.UNDO, a_batch("first"), set()),
    (Permission.UNDO, a_batch("coordinator" * 2, hours_ago=25), set()),
    (Permission.UNDO, a_batch("coordinator" * 2, undone=True), set()),
    (Permission.RUN_DAY, an_event(30 * HOUR), STAFF | {"operator"}),
    (Permission.CHECK_IN, an_event(-HOUR), STAFF),
    (Permission.CHECK_IN, an_event(48 * HOUR), set()),
    (Permission.CHECK_IN, an_event(-4 * HOUR), set()),
    (Permission.ADMIT, an_event(-HOUR), STAFF),
    (Permission.ADMIT, an_event(-HOUR, published=False), set()),
    (Permission.ADMIT, an_event(48 * HOUR), set()),
    (Permission.ADMIT, an_event(-4 * HOUR), set()),
    (Permission.FOLLOW_DAY, an_event(HOUR), {"participant", "former participant", "author"} | STAFF),
    (
        Permission.SEE_OWN_GROUP,
        WorkingGroup(id=6, event_id=4),
        {"moderator of the event", "note-taker of the group"},
    ),
    (Permission.APPEND_STATION, a_contribution("public"), STAFF | {"operator", "system"}),
    (Permission.HAND_OUT_CODES, a_dialogue(), STAFF | {"operator"}),
    (Permission.HELP_PEOPLE, a_dialogue(), STAFF),
    (Permission.ERASE_PERSON, None, {"system"}),
    (Permission.KEEP_HOLDS, None, {"operator", "administrator"}),
    (Permission.READ_POLL, a_poll("draft"), STAFF | {"operator"}),
    *[(Permission.READ_POLL, a_poll(status), EVERYBODY) for status in ("open", "closed", "published")],
    (Permission.READ_RESULT, a_poll("draft"), set()),
    (Permission.READ_RESULT, a_poll("open"), set()),
    (Permission.READ_RESULT, a_poll("closed"), STAFF | {"operator"}),
    (Permission.READ_RESULT, a_poll("published"), EVERYBODY),
    (Permission.VOTE, a_poll("open"), {"participant", "author"}),
    (Permission.VOTE, a_poll("open", HOUR), {"participant", "author"}),
    (Permission.VOTE, a_poll("open", -HOUR), set()),
    *[(Permission.VOTE, a_poll(status), set()) for status in ("draft", "closed", "published")],
    (Permission.SIGN_UP, open_for_signup(HOUR), EVERYBODY),
    (Permission.SIGN_UP, open_for_signup(HOUR, signup=False), set()),
    (Permission.SIGN_UP, open_for_signup(-HOUR), set()),
    (Permission.JOIN, a_dialogue(), EVERYBODY),
    (Permission.READ_REGISTRATION, a_registration(-9 * HOUR), {"author"}),
    (Permission.CHANGE_REGISTRATION, a_registration(HOUR), {"author"}),
    (Permission.CHANGE_REGISTRATION, a_registration(-HOUR), {"author"}),
    (Permission.CHANGE_REGISTRATION, a_registration(HOUR, signup=False), set()),
    (Permission.CHANGE_REGISTRATION, a_registration(-9 * HOUR), set()),
    (Permission.CANCEL_REGISTRATION, a_registration(HOUR, signup=False), {"author"}),
    (Permission.CANCEL_REGISTRATION, a_registration(-9 * HOUR), set()),
    (Permission.ERASE_REGISTRATION, None, {"system"}),
    (Permission.COUNT_REGISTRATIONS, a_dialogue(), STAFF),
    (Permission.FILL_PLACES, None, {"system"}),
]


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize(("permission", "about", "allowed"), CASES)
def test_the_table(name: str, permission: Permission, about: Any, allowed: set[str]) -> None:
    assert RIGHTS.allows(PEOPLE[name], permission, about) == (name in allowed)


def test_every_permission_has_a_case() -> None:
    assert {permission for permission, _, _ in CASES} == set(Permission) == set(RIGHTS.table)


@pytest.mark.parametrize(
    ("permission", "about"),
    [
        (Permission.VOTE, a_poll("draft")),
        (Permission.VOTE, a_poll("open", -HOUR)),
        (Permission.VOTE, a_poll("closed")),
        (Permission.VOTE, a_poll("published")),
        (Permission.CONTRIBUTE, a_dialogue(accepts=False)),
        (Permission.REVISE, a_contribution("public")),
        (Permission.WITHDRAW, a_contribution("withdrawn")),
        (Permission.OBJECT, a_hidden_one(31)),
        (Permission.OBJECT, a_contribution("public")),
        (Permission.CHANGE_REGISTRATION, a_registration(HOUR, signup=False)),
        (Permission.CANCEL_REGISTRATION, a_registration(-9 * HOUR)),
    ],
)
def test_the_wrong_time_is_said_and_is_not_called_forbidden(permission: Permission, about: Any) -> None:
    with pytest.raises(Conflict) as refused:
        RIGHTS.require(AUTHOR, permission, about)
    assert refused.value.code == "wrong_time"
    assert str(refused.value) != str(Forbidden())
    with pytest.raises(Forbidden):
        RIGHTS.require(VISITOR, permission, about)


def test_nobody_is_the_author_of_what_was_imported() -> None:
    imported = Contribution(id=6, dialogue_id=1, author_key=None, visibility="waiting")

    assert not RIGHTS.allows(VISITOR, Permission.WITHDRAW, imported)
    assert not RIGHTS.allows(Actor(""), Permission.READ_CONTRIBUTION, imported)


def test_a_thing_of_no_dialogue_gives_no_right_by_a_role_in_one() -> None:
    stray = SimpleNamespace(dialogue_id=None)

    assert not RIGHTS.allows(PEOPLE["coordinator"], Permission.PREPARE_DIALOGUE, stray)
    assert not RIGHTS.allows(PEOPLE["coordinator"], Permission.PREPARE_DIALOGUE, None)


def test_staff_come_by_the_help_desk_and_whoever_used_to_take_part_changes_nothing() -> None:
    account = Actor("account", account_id=1)
    gone = Actor("author", frozenset({Grant("former_participant", "dialogue", 1)}))

    assert not RIGHTS.allows(account, Permission.SIGN_UP, open_for_signup(HOUR))
    assert not RIGHTS.allows(account, Permission.JOIN, a_dialogue())
    assert RIGHTS.allows(gone, Permission.READ_REGISTRATION, a_registration(HOUR))
    assert not RIGHTS.allows(gone, Permission.CHANGE_REGISTRATION, a_registration(HOUR))
    assert not RIGHTS.allows(
        VISITOR, Permission.READ_REGISTRATION, Registration(participant=Participant(key=""))
    )
