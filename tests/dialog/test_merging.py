"""Contributions that say the same stand together, and apart again as if nothing had been."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from core.actor import OPERATOR
from core.db import db
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.transaction import transaction
from dialog.actions import contributions, merging, moderation, polls
from dialog.models import Ballot, Contribution, Merge, Poll, Tally
from dialog.queries import contributions as contribution_queries
from dialog.queries import dialogues as dialogue_queries
from dialog.queries import merges as queries
from dialog.queries import polls as poll_queries
from dialog.queries import register as register_queries
from dialog.queries.register import RegisterFilter
from dialog.vocabulary import Kind, PollStatus, Visibility
from tests import factories
from tests.dialog.ground import at_once, count, facts, nothing_changes
from tests.factories import STAFF, Person

pytestmark = pytest.mark.usefixtures("inside")


def again(contribution: Contribution | int) -> Contribution:
    """The contribution as it is stored now."""
    wanted = contribution if isinstance(contribution, int) else contribution.id
    found = contribution_queries.contribution_by_id(wanted)
    assert found is not None
    return found


def merge(member: Contribution | int, lead: Contribution | int) -> Merge:
    with transaction():
        made = merging.merge_contribution(STAFF, again(member), again(lead))
    found = queries.merge_by_id(made)
    assert found is not None
    return found


def part(made: Merge) -> None:
    with transaction():
        found = queries.merge_by_id(made.id)
        assert found is not None
        merging.part_contribution(STAFF, found)


def in_register(of: str = "probe") -> list[tuple[str, int]]:
    """The lines of the register with the number of those that stand with each."""
    found = dialogue_queries.access_dialogue(OPERATOR, of)
    fields = register_queries.field_labels(found)
    entries = register_queries.visible_register(STAFF, found, RegisterFilter(), fields)
    assert len(entries) == register_queries.count_register(STAFF, found, RegisterFilter())
    return sorted((entry.reference, entry.members) for entry in entries)


def needs_of(poll: Poll) -> list[Contribution]:
    """What can be chosen in a poll, in its order."""
    return [db.session.get_one(Contribution, item.ref_id) for item in poll.items]


def vote(person: Person, poll: Poll, choices: dict[int, int]) -> None:
    """Points by position, from 1, as the page of the poll sends them: whole, with all zeros."""
    heads = queries.heads_in(poll.id)
    shown = [item for item in poll.items if heads.get(item.id, item.id) == item.id]
    with transaction():
        polls.cast_ballot(person.actor, poll, choices={i.id: choices.get(i.position, 0) for i in shown})


def state() -> dict[str, Any]:
    """Everything that merging might have changed: ballots, tallies, and the contributions themselves."""
    columns = (
        Contribution.id,
        Contribution.visibility,
        Contribution.outcome,
        Contribution.published_at,
        Contribution.text,
        Contribution.revision,
        Contribution.number,
    )
    return {
        "ballots": sorted(map(str, db.session.execute(select(Ballot.voter, Ballot.choices)).all())),
        "tallies": sorted(
            db.session.execute(select(Tally.item_id, Tally.tier, Tally.points, Tally.voters)).all()
        ),
        "contributions": sorted(map(str, db.session.execute(select(*columns)).all())),
    }


def test_a_member_leaves_the_register_and_comes_back_as_it_was() -> None:
    lead, member, other = (factories.contribution() for _ in range(3))
    before, lines = state(), in_register()

    made = merge(member, lead)

    assert in_register() == [(lead.reference, 1), (other.reference, 0)]
    assert again(member).outcome == "merged"
    assert facts("ContributionsMerged")[-1][2] == {
        "merge_id": made.id,
        "lead_id": lead.id,
        "member_id": member.id,
    }
    # Both can still be read, and both say so on their way.
    assert [one.kind for one in again(member).stations][-1] == "merged"
    assert [one.kind for one in again(lead).stations][-1] == "joined"

    part(made)
    assert (state(), in_register()) == (before, lines)
    assert facts("MergeUndone")[-1][2]["member_id"] == member.id


def test_supporters_are_united_after_the_close_and_the_originals_stand_beside() -> None:
    poll = factories.poll(
        ballots={"1": {1: 1}, "2": {1: 1}, "3": {1: 2, 2: 2}, "4": {2: 1}, "5": {3: 1}},
        status=PollStatus.PUBLISHED,
    )
    a, b, c = needs_of(poll)
    before = poll_queries.public_result(poll)
    assert before is not None
    assert {line.united for line in before.lines} == {None}

    made = merge(b, a)

    result = poll_queries.public_result(poll)
    assert result is not None
    by_number = {line.reference: line for line in result.lines}
    lead = by_number[a.reference]
    assert lead.united is not None
    assert (lead.points, lead.voters, lead.united.points, lead.united.voters) == (4, 3, 5, 4)
    assert (by_number[b.reference].points, by_number[b.reference].united) == (3, None)
    assert by_number[c.reference].united is None
    part(made)
    assert poll_queries.public_result(poll) == before


def test_no_ballot_is_touched_and_more_votes_do_not_hinder_the_way_back() -> None:
    poll = factories.poll(needs=4)
    a, b, *_ = needs_of(poll)
    first, second, late = (factories.participant() for _ in range(3))
    vote(first, poll, {1: 2, 2: 2, 3: 1})
    vote(second, poll, {1: 1, 2: 1})
    before = state()

    made = merge(b, a)
    changed = state()
    assert (changed["ballots"], changed["tallies"]) == (before["ballots"], before["tallies"])

    # The surplus returns to the voter: 2 + 2 on both weigh 2, so that 3 are left for others.
    vote(first, poll, {1: 2, 3: 2, 4: 1})
    vote(second, poll, {1: 2, 3: 1})
    vote(late, poll, {1: 2, 4: 2})
    item = {one.position: one.id for one in poll.items}
    assert poll_queries.own_ballot(first.actor, poll) == {item[1]: 2, item[3]: 2, item[4]: 1}
    assert poll_queries.own_ballot(second.actor, poll) == {item[1]: 1, item[2]: 1, item[3]: 1}

    part(made)
    after = state()
    assert after["contributions"] == before["contributions"]
    # What was given meanwhile counts, and every ballot is valid without the merge, too.
    assert poll_queries.own_ballot(late.actor, poll) == {item[1]: 2, item[4]: 2}
    for choices in db.session.scalars(select(Ballot.choices)):
        assert sum(choices.values()) <= 5
    rows = db.session.execute(select(Tally.item_id, Tally.points, Tally.voters).order_by(Tally.item_id))
    assert {row[0]: row[1:] for row in rows if row[1]} == {
        item[1]: (5, 3),
        item[2]: (1, 1),
        item[3]: (3, 2),
        item[4]: (3, 2),
    }


def test_no_more_than_the_weight_can_be_given() -> None:
    poll = factories.poll(needs=4)
    a, b, *_ = needs_of(poll)
    voter = factories.participant()
    merge(b, a)
    item = {one.position: one.id for one in poll.items}
    # A page that was open before still sends both.
    with transaction():
        polls.cast_ballot(voter.actor, poll, choices={item[1]: 2, item[2]: 2, item[3]: 2, item[4]: 1})
    with pytest.raises(Invalid), transaction():
        polls.cast_ballot(voter.actor, poll, choices={item[1]: 2, item[2]: 2, item[3]: 2, item[4]: 2})
    assert poll_queries.own_ballot(voter.actor, poll) == {item[1]: 2, item[3]: 2, item[4]: 1}


def test_chains_are_flattened_at_the_lead_and_refused_at_the_member() -> None:
    lead, member, third = (factories.contribution() for _ in range(3))
    merge(member, lead)
    assert merge(third, member).lead_id == lead.id
    assert in_register() == [(lead.reference, 2)]
    fourth = factories.contribution()
    for wrong_member, wrong_lead in ((lead, fourth), (member, fourth), (lead, member), (third, lead)):
        with pytest.raises(Conflict), nothing_changes(Merge):
            merge(wrong_member, wrong_lead)
    with pytest.raises(Invalid):
        merge(fourth, fourth)


@pytest.mark.parametrize("gone", ["hide", "withdraw"])
def test_when_the_lead_goes_its_members_stand_on_their_own_until_it_is_back(gone: str) -> None:
    author = factories.participant()
    poll = factories.poll(needs=2)
    lead = factories.contribution(author=author)
    member = needs_of(poll)[0]
    other = needs_of(poll)[1]
    made = merge(member, lead)
    with transaction():
        if gone == "hide":
            moderation.hide_contribution(STAFF, again(lead), reason="insult")
        else:
            contributions.withdraw_contribution(author.actor, again(lead))
    assert in_register() == [(member.reference, 0), (other.reference, 0)]
    if gone == "hide":
        with transaction():
            moderation.restore_contribution(STAFF, again(lead))
        assert in_register() == sorted([(lead.reference, 1), (other.reference, 0)])
    part(made)
    assert again(member).visibility == Visibility.PUBLIC


@pytest.mark.parametrize("gone", ["hide", "withdraw"])
def test_what_happens_to_a_member_stays_when_they_are_taken_apart(gone: str) -> None:
    author = factories.participant()
    lead, member = factories.contribution(), factories.contribution(author=author)
    made = merge(member, lead)
    with transaction():
        found = queries.merge_by_id(made.id)
        assert found is not None
        merging.object_to_merge(author.actor, found, text="Meines ist anders.")
    with transaction():
        if gone == "hide":
            moderation.hide_contribution(STAFF, again(member), reason="insult")
        else:
            contributions.withdraw_contribution(author.actor, again(member))
    assert in_register() == [(lead.reference, 0)]
    part(made)
    kept = db.session.get_one(Merge, made.id, populate_existing=True)
    if gone == "hide":
        assert again(member).visibility == "hidden"
        with transaction():
            moderation.restore_contribution(STAFF, again(member))
        assert in_register() == [(lead.reference, 0), (member.reference, 0)]
    else:
        # The words of the objection went with those of the contribution.
        assert (again(member).visibility, again(member).text, kept.objection) == ("withdrawn", "", "")


def test_what_is_hidden_waits_or_belongs_elsewhere_cannot_lead() -> None:
    member = factories.contribution()
    for visibility in (Visibility.HIDDEN, Visibility.WAITING, Visibility.WITHDRAWN):
        with pytest.raises(Conflict):
            merge(member, factories.contribution(visibility))
    with pytest.raises(Conflict):
        merge(factories.contribution(Visibility.HIDDEN), member)
    with pytest.raises(Invalid):
        merge(member, factories.contribution(of=factories.dialogue("other")))
    assert count(Merge) == 0


def test_only_staff_put_together_and_only_the_author_objects_once() -> None:
    author, stranger = factories.participant(), factories.participant()
    lead, member = factories.contribution(), factories.contribution(author=author)
    for person in (author, stranger, factories.account("auditor")):
        with pytest.raises(Forbidden), transaction():
            merging.merge_contribution(person.actor, again(member), again(lead))
    made = merge(member, lead)

    def standing() -> Merge:
        found = queries.merge_by_id(made.id)
        assert found is not None
        return found

    for person in (stranger, factories.account("coordinator")):
        with pytest.raises(Forbidden), transaction():
            merging.object_to_merge(person.actor, standing(), text="Nein.")
    with pytest.raises(Invalid), transaction():
        merging.object_to_merge(author.actor, standing(), text=" ")
    with transaction():
        merging.object_to_merge(author.actor, standing(), text="Ich meine Kurse am Morgen.")
    with pytest.raises(Conflict), transaction():
        merging.object_to_merge(author.actor, standing(), text="Noch einmal.")

    with pytest.raises(Invalid), transaction():
        merging.uphold_merge(STAFF, standing(), answer="")
    with transaction():
        merging.uphold_merge(STAFF, standing(), answer="Beides sind Kurse.")
    with pytest.raises(Conflict), transaction():
        merging.uphold_merge(STAFF, standing(), answer="Noch einmal.")
    assert (standing().objection_answer, standing().undone_at) == ("Beides sind Kurse.", None)
    part(made)
    with pytest.raises(Conflict):
        part(made)
    with pytest.raises(NotFound):
        queries.access_merge(STAFF, member.dialogue, made.id)


def test_two_people_who_merge_crosswise_make_one_merge(app: Flask) -> None:
    lead, member = factories.contribution().id, factories.contribution().id

    def act(turn: int) -> str:
        with app.app_context():
            one, other = (lead, member) if turn % 2 else (member, lead)
            try:
                merge(one, other)
            except Conflict:
                return "refused"
            return "done"

    answers = at_once(16, act)
    assert answers.count("done") == 1
    db.session.rollback()
    assert count(Merge) == len(in_register()) == 1


def test_a_ring_of_three_leaves_no_chain(app: Flask) -> None:
    ring = [factories.contribution().id for _ in range(3)]

    def act(turn: int) -> None:
        with app.app_context():
            try:
                merge(ring[turn % 3], ring[(turn + 1) % 3])
            except Conflict:
                return

    at_once(18, act)
    db.session.rollback()
    standing = db.session.execute(select(Merge.lead_id, Merge.member_id)).all()
    assert {lead for lead, _ in standing}.isdisjoint({member for _, member in standing})
    assert len({member for _, member in standing}) == len(standing) >= 1


def test_a_need_and_an_offer_do_not_say_the_same() -> None:
    need, offer = factories.contribution(), factories.contribution(kind=Kind.OFFER)
    for member, lead in ((need, offer), (offer, need)):
        with nothing_changes(Merge), pytest.raises(Invalid):
            merge(member, lead)
    merge(factories.contribution(kind=Kind.OFFER), offer)
