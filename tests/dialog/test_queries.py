"""Who sees what in a dialogue, that absent and hidden look the same, and how many queries it takes."""

from __future__ import annotations

from typing import Any

import pytest

from core.actor import OPERATOR, VISITOR
from core.clock import now
from core.errors import NotFound
from dialog.queries import contributions as queries
from dialog.queries import dialogues as dialogue_queries
from dialog.queries import moderation
from dialog.queries import polls as poll_queries
from dialog.queries import register as register_queries
from dialog.queries.moderation import QUEUE_STATES, QueueFilter
from dialog.queries.register import RegisterFilter
from dialog.vocabulary import Kind, Visibility
from tests import factories as make
from tests.client import Client
from tests.conftest import Maker
from tests.dialog.ground import counted_queries
from tests.factories import STAFF

STATES = [Visibility.WAITING, Visibility.RETURNED, Visibility.PUBLIC, Visibility.HIDDEN, Visibility.WITHDRAWN]
inside = pytest.mark.usefixtures("inside")


def register(**wish: str) -> list[str]:
    here, asked = make.dialogue(), RegisterFilter(**wish)
    fields = register_queries.field_labels(here)
    found = register_queries.visible_register(VISITOR, here, asked, fields)
    assert register_queries.count_register(VISITOR, here, asked) == len(found)
    return [entry.reference for entry in found]


@inside
def test_the_register_shows_what_is_public_the_latest_first() -> None:
    made = {state: make.contribution(state) for state in STATES}
    later = make.contribution()

    assert register() == [later.reference, made[Visibility.PUBLIC].reference]


@inside
def test_the_register_of_one_dialogue_holds_nothing_of_another() -> None:
    make.contribution()
    make.contribution(of=make.dialogue("dort"))

    assert register() == ["B-001"]


@inside
def test_filters_narrow_and_never_widen() -> None:
    make.contribution(text="Deutschkurse am Abend", in_field="sprache", place="08236040")
    make.contribution(text="Größere Wohnungen", in_field="wohnen", place=None)
    make.contribution(text="Ein Sprachcafé", kind=Kind.OFFER, in_field="sprache", place="08236043")
    make.contribution(Visibility.WAITING, text="Deutschkurse, noch nicht geprüft")

    assert register() == ["A-001", "B-002", "B-001"]
    assert register(kind="need") == ["B-002", "B-001"]
    assert register(field="wohnen") == ["B-002"]
    assert register(place="county") == ["B-002"]
    assert register(place="08236043") == ["A-001"]
    assert register(words="GRÖSSERE") == ["B-002"]
    assert register(words="deutschkurse abend") == ["B-001"]
    assert register(words="100%") == register(words="_") == []
    assert register(field="gibt-es-nicht") == register(place="' OR 1=1 --") == []
    assert register(kind="need", field="sprache", place="08236040", words="kurs") == ["B-001"]


@inside
def test_absent_and_hidden_look_the_same() -> None:
    here, author = make.dialogue(), make.participant()
    for state in STATES:
        made = make.contribution(state, author=author)
        for seer in (author.actor, STAFF, OPERATOR):
            assert queries.access_contribution(seer, here, made.reference).id == made.id
        for other in (VISITOR, make.participant().actor, make.account("auditor").actor):
            if state == Visibility.PUBLIC:
                assert queries.access_contribution(other, here, made.reference).id == made.id
                continue
            with pytest.raises(NotFound) as hidden:
                queries.access_contribution(other, here, made.reference)
            with pytest.raises(NotFound) as absent:
                queries.access_contribution(other, here, "B-999")
            assert (str(hidden.value), hidden.value.code) == (str(absent.value), absent.value.code)


@inside
@pytest.mark.parametrize(
    "reference", ["", "B", "58", "b-058", "X-058", "B-", "B-12345678", "B-058\n", "B--58", "B-٥٨", "B-1 OR 1"]
)
def test_what_is_no_register_number_is_not_found(reference: str) -> None:
    make.contribution()
    with pytest.raises(NotFound):
        queries.access_contribution(OPERATOR, make.dialogue(), reference)


@inside
def test_own_contributions_are_nobody_elses() -> None:
    here, author, other = make.dialogue(), make.participant(), make.participant()
    made = [make.contribution(state, author=author) for state in STATES]
    make.contribution(author=other)

    assert {c.id for c in queries.own_contributions(author.actor, here)} == {c.id for c in made}
    assert queries.own_contributions(VISITOR, here) == []
    assert queries.own_contributions(author.actor, make.dialogue("dort")) == []


@inside
def test_the_queue_is_for_those_who_check() -> None:
    here = make.dialogue()
    made = {state: make.contribution(state) for state in STATES}

    for state in QUEUE_STATES:
        wish = QueueFilter(state=state)
        shown = moderation.visible_queue(STAFF, here, wish, now())
        assert [queued.contribution.id for queued in shown] == [made[state].id]
        for other in (VISITOR, make.participant().actor, make.account("auditor").actor, OPERATOR):
            with pytest.raises(NotFound):
                moderation.visible_queue(other, here, wish, now())


@inside
def test_polls_of_another_dialogue_and_drafts_are_not_found() -> None:
    here, elsewhere = make.dialogue(), make.dialogue("dort")
    draft, running = make.poll("draft", needs=1), make.poll("open", needs=1)  # type: ignore[arg-type]

    assert poll_queries.access_poll(VISITOR, here, running.id).id == running.id
    assert poll_queries.access_poll(STAFF, here, draft.id).id == draft.id
    assert [p.id for p in poll_queries.visible_polls(VISITOR, here)] == [running.id]
    assert [p.id for p in poll_queries.visible_polls(STAFF, here)] == [running.id, draft.id]
    for actor, dialogue, number in (
        (VISITOR, here, draft.id),
        (STAFF, elsewhere, running.id),
        (STAFF, here, 999),
        (STAFF, here, 2**31 - 1),
    ):
        with pytest.raises(NotFound):
            poll_queries.access_poll(actor, dialogue, number)


@inside
def test_everybody_has_an_order_of_their_own_and_keeps_it() -> None:
    poll = make.poll(needs=8)
    people = [make.participant().actor for _ in range(6)]

    orders = [[i.id for i in poll_queries.in_own_order(person, poll)] for person in people]

    assert len({tuple(order) for order in orders}) > 1
    assert {tuple(sorted(order)) for order in orders} == {tuple(sorted(i.id for i in poll.items))}
    assert orders == [[i.id for i in poll_queries.in_own_order(person, poll)] for person in people]


@inside
def test_ballots_of_two_polls_cannot_be_put_together() -> None:
    voter = make.participant().actor

    tokens = {poll_queries.voter_token(voter, number) for number in (1, 2, 3)}

    assert len(tokens) == 3
    assert poll_queries.imported_voter_token(voter.key, 1) not in tokens


@inside
def test_unknown_dialogues_and_events_are_not_found() -> None:
    here, event = make.dialogue(), make.event()
    assert dialogue_queries.access_event(VISITOR, here, event.slug).id == event.id
    with pytest.raises(NotFound):
        dialogue_queries.access_dialogue(VISITOR, "gibt-es-nicht")
    with pytest.raises(NotFound):
        dialogue_queries.access_event(VISITOR, make.dialogue("dort"), event.slug)


# ------------------------------------------------------------------------------------------- query counts

PAGES = {
    "/": 12,
    "/dialogues/probe/register": 8,
    "/dialogues/probe/register?kind=need&field=sprache&place=county&q=kurs": 8,
    "/dialogues/probe/register.csv": 4,
    "/dialogues/probe/polls": 10,
    "/dialogues/probe/contributions/B-001": 16,
}


@pytest.mark.parametrize(("path", "most"), PAGES.items())
def test_a_page_takes_as_many_queries_for_many_entries_as_for_few(
    client: Client, make: Maker, path: str, most: int
) -> None:
    make.contribution()
    make.poll("published", needs=1, ballots={"a": {1: 1}})
    client.get(path)  # Whether an address may be kept is known after its first answer.
    make.contribution()
    few = queries_of(client, path)
    for _ in range(24):
        make.contribution()

    many = queries_of(client, path)

    assert len(many) == len(few)
    assert len(many) <= most, "\n".join(many)


def test_lists_of_ones_own_and_of_staff_do_not_grow_either(browse: Any, make: Maker, client_as: Any) -> None:
    author = make.participant()
    make.contribution(Visibility.WAITING, author=author)
    make.contribution(Visibility.HIDDEN, author=author)
    people = {
        "/dialogues/probe/mine": (browse(author), 10),
        "/dialogues/probe/moderation": (client_as("coordinator"), 16),
    }
    few = {path: len(queries_of(who, path)) for path, (who, _) in people.items()}
    for _ in range(12):
        make.contribution(Visibility.WAITING, author=author)
        make.contribution(Visibility.HIDDEN, author=author)

    for path, (who, most) in people.items():
        many = queries_of(who, path)
        assert len(many) == few[path]
        assert len(many) <= most, "\n".join(many)


def queries_of(client: Client, path: str) -> list[str]:
    with client.app.app_context():
        counter = counted_queries()
        seen = counter.__enter__()
    client.get(path, 200)
    with client.app.app_context():
        counter.__exit__(None, None, None)
    return seen
