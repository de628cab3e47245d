"""The life of a poll and its ballots: rows, facts, tallies, and what the result is counted from."""

from __future__ import annotations

import csv
import dataclasses
import io
import itertools
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from core.actor import OPERATOR, SYSTEM, VISITOR, Actor
from core.clock import now
from core.db import db
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.transaction import transaction
from dialog.actions import contributions as contribution_actions
from dialog.actions import moderation
from dialog.actions import polls as actions
from dialog.models import Ballot, Contribution, Poll, Tally, Turnout
from dialog.queries import contributions as contribution_queries
from dialog.queries import polls as queries
from dialog.ranking import recount
from tests import factories as make
from tests.client import Client
from tests.conftest import Maker
from tests.dialog.ground import count, facts, nothing_changes
from tests.factories import STAFF

TABLES = (Ballot, Tally, Turnout)


def vote(by: Actor, poll: Poll, choices: Mapping[int, int]) -> None:
    """Cast a ballot; `choices` name items by position."""
    items = positions(poll)
    with transaction():
        actions.cast_ballot(by, stored(poll), choices={items[p]: points for p, points in choices.items()})


def positions(poll: Poll) -> dict[int, int]:
    return {item.position: item.id for item in queries.access_poll(OPERATOR, make.dialogue(), poll.id).items}


def stored(poll: Poll) -> Poll:
    found = queries.poll_by_id(poll.id)
    assert found is not None
    return found


def tallies(poll: Poll) -> dict[tuple[int, str], tuple[int, int]]:
    """Points and voters by position and tier, zeros left out."""
    place = {item: position for position, item in positions(poll).items()}
    rows = db.session.execute(select(Tally.item_id, Tally.tier, Tally.points, Tally.voters))
    return {(place[i], tier): (points, voters) for i, tier, points, voters in rows if i in place and points}


def ballots(poll: Poll) -> list[dict[int, int]]:
    rows = db.session.scalars(select(Ballot.choices).where(Ballot.poll_id == poll.id))
    return [{int(item): points for item, points in choices.items()} for choices in rows]


def turnout(poll: Poll) -> dict[str, int]:
    rows = db.session.execute(select(Turnout.tier, Turnout.ballots).where(Turnout.poll_id == poll.id))
    return {tier: number for tier, number in rows if number}


@pytest.mark.usefixtures("inside")
class TestBallots:
    def test_a_ballot_is_one_row_its_tallies_and_a_fact_that_says_no_choice(self) -> None:
        poll, voter = make.poll(), make.participant()

        vote(voter.actor, poll, {1: 2, 3: 1, 2: 0})

        items = positions(poll)
        assert ballots(poll) == [{items[1]: 2, items[3]: 1}]
        assert tallies(poll) == {(1, "B"): (2, 1), (3, "B"): (1, 1)}
        assert turnout(poll) == {"B": 1}
        assert facts("BallotCast") == [(voter.actor.key, "BallotCast", {"poll_id": poll.id})]
        row = db.session.scalars(select(Ballot)).one()
        assert voter.actor.key not in row.voter
        assert queries.own_ballot(voter.actor, stored(poll)) == {items[1]: 2, items[3]: 1}

    def test_the_last_ballot_of_a_person_replaces_the_former(self) -> None:
        poll, voter, other = make.poll(), make.participant(), make.participant()
        vote(other.actor, poll, {1: 1})

        for choices in ({1: 2, 2: 2}, {2: 1, 3: 2}, {3: 1}):
            vote(voter.actor, poll, choices)

        assert count(Ballot) == 2
        assert tallies(poll) == {(1, "B"): (1, 1), (3, "B"): (1, 1)}
        assert turnout(poll) == {"B": 2}

    def test_an_empty_ballot_counts_for_nothing(self) -> None:
        poll, voter = make.poll(), make.participant()
        vote(voter.actor, poll, {1: 2})

        vote(voter.actor, poll, {})

        assert (tallies(poll), turnout(poll)) == ({}, {})
        vote(voter.actor, poll, {2: 1})
        assert turnout(poll) == {"B": 1}

    def test_a_ballot_does_not_keep_the_order_in_which_it_was_sent(self) -> None:
        poll = make.poll()
        for order in itertools.permutations((1, 2, 3)):
            vote(make.participant().actor, poll, dict.fromkeys(order, 1))

        items = positions(poll)
        stored_as = {tuple(choices) for choices in db.session.scalars(select(Ballot.choices))}
        assert stored_as == {tuple(str(item) for item in sorted(items.values()))}

    def test_a_ballot_and_its_points_stay_in_the_tier_of_the_first_casting(self) -> None:
        poll, voter = make.poll(), make.participant(tier="C")
        vote(voter.actor, poll, {1: 2, 2: 1})

        vote(dataclasses.replace(voter.actor, tier="B"), poll, {1: 1})

        assert tallies(poll) == {(1, "C"): (1, 1)}
        assert turnout(poll) == {"C": 1}

    @pytest.mark.parametrize(
        "choices", [{1: 3}, {1: 2, 2: 2, 3: 2}, {1: -1}, {1: 2, 2: -2}, {1: 10**9}], ids=str
    )
    def test_limits_hold(self, choices: dict[int, int]) -> None:
        poll, voter = make.poll(dots=5, max_per_item=2), make.participant()
        vote(voter.actor, poll, {1: 1})

        with nothing_changes(*TABLES), pytest.raises(Invalid):
            vote(voter.actor, poll, choices)

        assert tallies(poll) == {(1, "B"): (1, 1)}

    def test_items_of_another_poll_cannot_be_chosen(self) -> None:
        poll, other = make.poll(), make.poll(in_field="wohnen")
        foreign = positions(other)[1]

        with nothing_changes(*TABLES), pytest.raises(Invalid), transaction():
            actions.cast_ballot(make.participant().actor, stored(poll), choices={foreign: 1})

    @pytest.mark.parametrize("status", ["draft", "closed", "published"])
    def test_nobody_votes_before_or_after(self, status: Any) -> None:
        poll, voter = make.poll(status), make.participant()

        with nothing_changes(*TABLES), pytest.raises(Conflict) as refused:
            vote(voter.actor, poll, {1: 1})
        assert refused.value.code == "wrong_time"

    def test_the_announced_moment_ends_it_even_before_anybody_closes_it(self) -> None:
        poll = make.poll(closes_at=now() + timedelta(hours=1))
        voter = make.participant()
        vote(voter.actor, poll, {1: 1})
        with transaction():
            stored(poll).closes_at = now() - timedelta(milliseconds=1)

        with nothing_changes(*TABLES), pytest.raises(Conflict):
            vote(voter.actor, poll, {1: 2})

    def test_who_may_vote(self) -> None:
        poll = make.poll()
        elsewhere = make.participant(make.dialogue("dort"))
        late = make.participant(writes=False)

        for nobody in (VISITOR, STAFF, OPERATOR, elsewhere.actor, late.actor):
            with nothing_changes(*TABLES), pytest.raises(Forbidden):
                vote(nobody, poll, {1: 1})

    def test_what_was_read_before_closing_does_not_count_after_it(self) -> None:
        poll, voter = make.poll(), make.participant()
        seen = stored(poll)
        db.session.expunge(seen)
        with transaction():
            actions.close_poll(STAFF, stored(poll))

        with nothing_changes(*TABLES), pytest.raises(Conflict), transaction():
            actions.cast_ballot(voter.actor, seen, choices={positions(poll)[1]: 1})


@pytest.mark.usefixtures("inside")
class TestRulesAndResult:
    """R45 and the rule that what is shown is what is stored is what a recount gives."""

    def test_the_rules_are_data_and_frozen_when_it_opens(self) -> None:
        poll = make.poll("draft", dots=7, max_per_item=3)
        assert poll.rules == {
            "dots": 7,
            "max_per_item": 3,
            "changeable": True,
            "counted_tiers": ["A", "B"],
            "ties": "sum, then lower item number",
        }
        rules = dict(poll.rules)
        with transaction():
            actions.open_poll(STAFF, stored(poll))
        make.contribution()
        vote(make.participant().actor, poll, {1: 3})
        with transaction():
            actions.close_poll(STAFF, stored(poll))
        assert stored(poll).rules == rules

    @pytest.mark.parametrize(("dots", "most"), [(0, 1), (5, 0), (5, 6), (101, 2), (-1, -1)])
    def test_rules_that_make_no_sense(self, dots: int, most: int) -> None:
        make.dialogue()
        with nothing_changes(Poll), pytest.raises(Invalid):
            make.poll("draft", needs=0, dots=dots, max_per_item=most)

    def test_a_poll_only_moves_forward(self) -> None:
        poll = make.poll("draft", needs=1)
        steps = [actions.open_poll, actions.close_poll, actions.publish_poll]
        for number, step in enumerate(steps):
            for wrong in steps[:number] + steps[number + 1 :]:
                with nothing_changes(), pytest.raises(Conflict), transaction():
                    wrong(STAFF, stored(poll))
            with transaction():
                step(STAFF, stored(poll))
        assert [fact for _, fact, _ in facts()][-3:] == ["PollOpened", "PollClosed", "PollPublished"]
        assert stored(poll).version == 4

    def test_a_poll_without_items_does_not_open(self) -> None:
        poll = make.poll("draft", needs=0)
        with nothing_changes(), pytest.raises(Conflict), transaction():
            actions.open_poll(STAFF, stored(poll))

    def test_only_staff_moves_polls(self) -> None:
        poll = make.poll("draft", needs=1)
        for other in (VISITOR, make.participant().actor, make.account("auditor").actor):
            with nothing_changes(), pytest.raises(Forbidden), transaction():
                actions.open_poll(other, stored(poll))

    def test_what_is_past_its_time_is_closed_by_the_program_at_that_time(self) -> None:
        due = make.poll(needs=1, closes_at=now() + timedelta(minutes=3))
        later = make.poll(needs=1, closes_at=now() + timedelta(minutes=9))
        unending = make.poll(needs=1)

        with time_machine.travel(now() + timedelta(minutes=6)):
            with transaction():
                assert actions.close_due_polls() == 1
            with transaction():
                assert actions.close_due_polls() == 0

        # The clock has stepped back to before the end; what is closed stays closed.
        assert [stored(p).status for p in (due, later, unending)] == ["closed", "open", "open"]
        assert stored(due).closed_at == stored(due).closes_at
        assert facts("PollClosed") == [(SYSTEM.key, "PollClosed", {"poll_id": due.id})]

    def test_tiers_are_counted_apart_and_only_a_and_b_rank(self) -> None:
        poll = make.poll()
        for tier, choices in (("A", {1: 1}), ("B", {1: 1, 2: 1}), ("C", {3: 2}), ("C", {3: 2, 2: 1})):
            vote(make.participant(tier=tier).actor, poll, choices)  # type: ignore[arg-type]
        with transaction():
            actions.close_poll(STAFF, stored(poll))

        result = queries.access_result(STAFF, stored(poll))

        assert tallies(poll)[(3, "C")] == (4, 2)
        assert [(line.points, line.voters) for line in result.lines] == [(2, 2), (1, 1), (0, 0)]
        assert (result.ballots, result.ballots_not_counted) == (2, 2)

    def test_publishing_says_on_every_way_how_it_came_out(self) -> None:
        poll = make.poll("closed", ballots={"a": {2: 2, 1: 1}, "b": {2: 1}})

        with transaction():
            actions.publish_poll(STAFF, stored(poll))

        by_position = {item.position: item.ref_id for item in stored(poll).items}
        for position, place, points in ((2, 1, 3), (1, 2, 1), (3, 3, 0)):
            need = contribution_queries.contribution_by_id(by_position[position])
            assert isinstance(need, Contribution)
            ranked = [station for station in need.stations if station.kind == "ranked"]
            assert [(s.values["place"], s.values["points"], s.values["of"]) for s in ranked] == [
                (place, points, 3)
            ]
            assert ranked[0].url == f"/dialogues/probe/polls/{poll.id}"

    def test_the_result_is_nobodys_before_its_time(self) -> None:
        voter = make.participant()
        for status, seers in (
            ("open", []),
            ("closed", [STAFF]),
            ("published", [STAFF, VISITOR, voter.actor]),
        ):
            poll = make.poll(status, needs=1, ballots={"a": {1: 1}})  # type: ignore[arg-type]
            for who in (STAFF, VISITOR, voter.actor):
                if who in seers:
                    assert queries.access_result(who, stored(poll)).ballots == 1
                else:
                    with pytest.raises(NotFound):
                        queries.access_result(who, stored(poll))
                    with pytest.raises(NotFound):
                        queries.published_ballots(who, stored(poll))
            assert (queries.public_result(stored(poll)) is None) == (status != "published")
            assert bool(queries.places_of_contributions(stored(poll))) == (status == "published")

    def test_stored_is_recounted_after_any_history(self) -> None:
        poll = make.poll(needs=4)
        items = positions(poll)
        voters = [make.participant(tier=tier).actor for tier in ("A", "B", "C")]  # type: ignore[arg-type]

        @settings(max_examples=25)
        @given(
            st.lists(
                st.tuples(
                    st.integers(0, 2),
                    st.dictionaries(st.integers(1, 4), st.integers(0, 2), max_size=4).filter(
                        lambda c: sum(c.values()) <= 5
                    ),
                ),
                max_size=6,
            )
        )
        def any_history(history: list[tuple[int, dict[int, int]]]) -> None:
            for voter, choices in history:
                vote(voters[voter], poll, choices)
            sums: dict[int, tuple[int, int]] = {}
            for (position, _tier), (points, number) in tallies(poll).items():
                before = sums.get(items[position], (0, 0))
                sums[items[position]] = (before[0] + points, before[1] + number)
            assert sums == recount(ballots(poll))
            assert sum(turnout(poll).values()) == sum(1 for ballot in ballots(poll) if ballot)

        any_history()


# ------------------------------------------------------------------------- rule 4: shown = stored = recounted


def many_ballots(number: int) -> dict[str, dict[int, int]]:
    return {f"v{n}": {1 + n % 3: 2, 1 + (n + 1) % 3: 1 + n % 2} for n in range(number)}


def lines_shown(client: Client) -> list[tuple[int, int, int]]:
    """Place, points and people of every line of the table on the page in hand."""
    table = client.page.find("table", class_="vs-table")
    return [
        tuple(int(cell.text) for cell in row.find_all("td"))  # type: ignore[misc]
        for row in table.find("tbody").find_all("tr")
    ]


def test_shown_is_stored_is_recounted_from_the_file(client: Client, make: Maker) -> None:
    poll = make.poll("published", ballots=many_ballots(25))

    client.get(f"/dialogues/probe/polls/{poll.id}", 200)
    file = client.get(f"/dialogues/probe/polls/{poll.id}/ballots.csv", 200)

    rows = list(csv.DictReader(io.StringIO(file.get_data(as_text=True))))
    by_voter: dict[str, dict[int, int]] = {}
    for row in rows:
        by_voter.setdefault(row["voter"], {})[int(row["item"])] = int(row["value"])
    recounted = recount(by_voter.values())
    with client.app.app_context():
        lines = queries.access_result(VISITOR, stored(poll)).lines
    shown = lines_shown(client)
    assert len(by_voter) == 25
    assert shown == [(line.rank, line.points, line.voters) for line in lines]
    assert recounted == {line.item_id: (line.points, line.voters) for line in lines if line.points}


def test_the_file_has_another_order_every_time(client: Client, make: Maker) -> None:
    poll = make.poll("published", ballots=many_ballots(40))

    files = {client.get(f"/dialogues/probe/polls/{poll.id}/ballots.csv").data for _ in range(3)}

    assert len(files) > 1


@pytest.mark.parametrize(
    ("number", "header"), [(19, "item,reference,points,voters"), (20, "voter,item,reference,value")]
)
def test_few_ballots_are_published_as_totals_only(
    client: Client, make: Maker, number: int, header: str
) -> None:
    poll = make.poll("published", ballots=many_ballots(number))

    file = client.get(f"/dialogues/probe/polls/{poll.id}/ballots.csv", 200).get_data(as_text=True)

    assert file.splitlines()[0] == header


@pytest.mark.parametrize("number", [19, 20])
def test_the_file_has_the_numbers_of_the_register_for_what_is_public(
    client: Client, make: Maker, number: int
) -> None:
    poll = make.poll("published", ballots=many_ballots(number))
    with client.app.app_context(), transaction():
        moderation.hide_contribution(
            STAFF,
            contribution_queries.access_contribution(STAFF, stored(poll).dialogue, "B-002"),
            reason="personal_data",
        )
        item = positions(poll)

    file = client.get(f"/dialogues/probe/polls/{poll.id}/ballots.csv", 200).get_data(as_text=True)

    named = {(int(row["item"]), row["reference"]) for row in csv.DictReader(io.StringIO(file))}
    assert named == {(item[1], "B-001"), (item[2], ""), (item[3], "B-003")}


@pytest.mark.parametrize(("uncounted", "said"), [(4, False), (5, True)])
def test_a_group_of_fewer_than_five_people_is_never_described(
    client: Client, make: Maker, uncounted: int, said: bool
) -> None:
    poll = make.poll("open", ballots=many_ballots(30))
    with client.app.app_context():
        with transaction():
            actions.import_ballots(
                OPERATOR,
                stored(poll),
                ballots={f"c{n}": {positions(poll)[1]: 1} for n in range(uncounted)},
                tier="C",
            )
        for step in (actions.close_poll, actions.publish_poll):
            with transaction():
                step(OPERATOR, stored(poll))

    client.get(f"/dialogues/probe/polls/{poll.id}?lang=en", 200)

    rule = client.page.find("section", aria_labelledby="rule").text
    assert (f"Not counted: {uncounted} ballots" in rule) == said
    assert ("Fewer than five ballots" in rule) != said


@pytest.mark.parametrize("status", ["open", "closed", "published"])
def test_what_was_hidden_or_withdrawn_is_not_read_in_a_poll_but_keeps_its_points(
    client: Client, make: Maker, browse: Any, status: Any
) -> None:
    author = make.participant()
    hidden = make.contribution(text="Verborgene Worte über jemanden.")
    gone = make.contribution(author=author, text="Zurückgenommene Worte von jemandem.")
    poll = make.poll(status, ballots={"a": {1: 2, 2: 1}})
    page = f"/dialogues/probe/polls/{poll.id}"
    browsers = [client, browse(make.account("coordinator"))]
    for browser in browsers:
        browser.get(page, 200)
    with client.app.app_context():
        with transaction():
            found = contribution_queries.contribution_by_id(hidden.id)
            assert found is not None
            moderation.hide_contribution(STAFF, found, reason="insult")
        with transaction():
            found = contribution_queries.contribution_by_id(gone.id)
            assert found is not None
            contribution_actions.withdraw_contribution(author.actor, found)

    for browser in browsers:
        for address in (page, f"{page}/region", "/dialogues/probe/polls"):
            answer = browser.get(address, 200).get_data(as_text=True)
            assert "Verborgene" not in answer
            assert "Zurückgenommene" not in answer
    if status == "published":
        client.get(page, 200)
        assert lines_shown(client) == [(1, 2, 1), (2, 1, 1), (3, 0, 0), (4, 0, 0), (5, 0, 0)]


def test_a_vote_that_may_not_be_changed_is_taken_once(inside: None, make: Maker) -> None:
    voter = make.participant().actor
    poll = make.poll("open")
    with transaction():
        db.session.get_one(Poll, poll.id).rules = {**poll.rules, "changeable": False}
    vote(voter, poll, {1: 2})
    vote(voter, poll, {1: 2})

    with pytest.raises(Conflict):
        vote(voter, poll, {2: 2})

    assert tallies(poll) == {(1, "B"): (2, 1)}


@pytest.mark.parametrize("status", ["draft", "closed", "published"])
def test_ballots_are_taken_over_only_while_a_poll_is_open(inside: None, make: Maker, status: Any) -> None:
    poll = make.poll(status)

    with pytest.raises(Conflict), transaction():
        actions.import_ballots(OPERATOR, stored(poll), ballots={"late": {positions(poll)[1]: 1}}, tier="B")

    assert tallies(poll) == {}


def test_a_poll_cannot_be_planned_to_close_in_the_past(inside: None, make: Maker) -> None:
    with pytest.raises(Invalid) as refused:
        make.poll("draft", closes_at=now() - timedelta(seconds=1))

    assert list(refused.value.fields) == ["closes_at"]


def test_a_result_says_how_many_ballots_each_tier_has(client: Client, make: Maker) -> None:
    poll = make.poll("published", ballots=many_ballots(30))

    client.get(f"/dialogues/probe/polls/{poll.id}?lang=en", 200)

    assert "code from staff (B): 30" in client.page.find("section", aria_labelledby="rule").text


@pytest.mark.parametrize("status", ["closed", "published"])
@pytest.mark.parametrize("number", [1, 5])
def test_ballots_that_do_not_count_are_not_called_nobody(
    make: Maker, client_as: Callable[..., Client], status: Any, number: int
) -> None:
    poll = make.poll(status, ballots={f"c{n}": {1: 1} for n in range(number)}, tier="C")
    staff = client_as("coordinator")

    staff.get(f"/dialogues/probe/polls/{poll.id}?lang=en", 200)

    assert "No ballot counts for the order." in staff.text
    assert "Nobody has voted here" not in staff.text
    assert ("Not counted: 5 ballots" in staff.text) == (number == 5)
    staff.get("/dialogues/probe/polls?lang=en", 200)
    assert "0 people have voted" not in staff.text


def test_a_poll_without_any_ballot_says_so(make: Maker, client_as: Callable[..., Client]) -> None:
    poll = make.poll("closed")
    staff = client_as("coordinator")

    staff.get(f"/dialogues/probe/polls/{poll.id}?lang=en", 200)

    assert "Nobody has voted here." in staff.text


@pytest.mark.parametrize(
    ("tier", "counted", "told"),
    [("C", "AB", True), ("C", "ABC", False), ("B", "AB", False), ("B", "A", False)],
)
def test_people_who_registered_themselves_read_before_voting_that_their_points_are_counted_apart(
    browse: Any, make: Maker, tier: Any, counted: str, told: bool
) -> None:
    poll = make.poll()
    person = browse(make.participant(tier=tier))
    with person.app.app_context(), transaction():
        db.session.get_one(Poll, poll.id).rules = {**poll.rules, "counted_tiers": list(counted)}

    person.get(f"/dialogues/probe/polls/{poll.id}?lang=en", 200)

    assert ("your points are counted apart" in person.text) == told


@pytest.mark.parametrize("status", ["open", "closed", "published"])
def test_the_part_that_follows_changes_says_how_far_the_poll_is(
    client: Client, make: Maker, status: Any
) -> None:
    poll = make.poll(status)

    for address in (f"/dialogues/probe/polls/{poll.id}?lang=en", f"/dialogues/probe/polls/{poll.id}/region"):
        client.get(address, 200)
        state = client.page.find("div", data_poll_status=status)
        assert state.find(class_="vs-tag").text == {"published": "Result published"}.get(
            status, status.title()
        )
        assert client.page.text.count("You have 5 points") == (status == "open")


def test_a_page_follows_a_poll_only_once_it_runs(client_as: Callable[..., Client], make: Maker) -> None:
    """Nobody is told of a draft, and the page would only say that it cannot be followed."""
    staff = client_as("coordinator")
    for status, follows in (("draft", False), ("open", True)):
        poll = make.poll(status)
        answer = staff.get(f"/dialogues/probe/polls/{poll.id}", 200)
        assert ("data-live-region" in answer.get_data(as_text=True)) == follows
