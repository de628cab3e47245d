"""What the harvest of a working group makes of what was said there: taken up, or not and why."""

from __future__ import annotations

from dataclasses import dataclass

from core.actor import SYSTEM, Actor
from core.clock import now
from core.db import db
from core.errors import Conflict, Invalid, Stale
from core.i18n import N_
from core.i18n import lazy_gettext as _l
from core.journal import record
from core.text import excerpt
from dialog.actions._parts import (
    add_decision,
    add_station,
    become,
    check_place,
    keep_wording,
    move,
    publish_with_lead,
    raise_register_version,
    searchable,
    sensible_note,
    sensible_text,
    show_otherwise_in_polls,
)
from dialog.actions.polls import add_to_open_polls
from dialog.facts import ContributionNotTaken, ContributionReopened, ContributionTakenUp
from dialog.models import Contribution
from dialog.permissions import RIGHTS, Permission
from dialog.queries import merges as merge_queries
from dialog.vocabulary import NOT_TAKEN_REASONS, PRIORITIES, TITLE_LIMIT, Kind, Outcome, Visibility
from region.models import ActionField, Municipality

HARVESTED_FROM = frozenset({Visibility.GROUP, Visibility.WAITING})


@dataclass(frozen=True, slots=True)
class Wording:
    """How a contribution shall stand in the register."""

    text: str
    kind: Kind
    field: ActionField
    municipality: Municipality | None
    """None is the whole county."""
    priority: str = ""
    open_question: str = ""


def take_up(actor: Actor, contribution: Contribution, wording: Wording, *, based_on: int) -> None:
    """Publish what was said in a group, in these words; the former wording is kept for staff and its author.

    Another kind brings another number. What stands with it becomes public, too, and needs can be chosen in
    open polls of their topic. Raises Stale if it was changed since revision `based_on`, Conflict if its
    outcome is decided, Invalid for words that do not fit.
    """
    RIGHTS.require(actor, Permission.HARVEST, contribution)
    words = sensible_text(wording.text)
    check_place(contribution.dialogue, wording.field, contribution.language)
    if wording.priority and wording.priority not in PRIORITIES:
        sentence = _l("Please choose one of the priorities on the list.")
        raise Invalid(sentence, {"priority": [sentence]})
    question = sensible_note(wording.open_question, "open_question")
    _check_is_open(contribution)
    if based_on != contribution.revision:
        raise Stale
    move(contribution, Visibility.PUBLIC, based_on=based_on)
    moment = now()
    contribution.outcome = Outcome.ADOPTED
    contribution.published_at = moment
    contribution.priority = wording.priority
    contribution.open_question = question
    place_id = wording.municipality.id if wording.municipality else None
    if (words, wording.kind, wording.field.id, place_id) != (
        contribution.text,
        contribution.kind,
        contribution.field_id,
        contribution.municipality_id,
    ):
        if words != contribution.text:
            contribution.title = excerpt(words, TITLE_LIMIT)
        contribution.text = words
        contribution.field_id = wording.field.id
        contribution.municipality_id = place_id
        become(contribution, wording.kind)
        contribution.revision += 1
        contribution.search_text = searchable(contribution)
        keep_wording(actor, contribution)
    add_station(contribution.id, "taken_up", N_("Taken up by the working group"), {}, "", moment)
    for merge in merge_queries.standing_of_lead(contribution.id):
        publish_with_lead(merge.member)
    db.session.flush()  # Polls copy the wording as it is now.
    raise_register_version(contribution.dialogue_id)
    # Whoever leads a group runs no polls; that published needs can be chosen in them is the program's doing.
    add_to_open_polls(SYSTEM, contribution)
    record(actor, ContributionTakenUp(contribution.id, contribution.revision))


def pass_over(actor: Actor, contribution: Contribution, *, reason: str, note: str = "") -> None:
    """Leave it with the group, for a reason that its author reads. Nothing of it is lost.

    Raises Invalid for a reason that is not on the list, Conflict if its outcome is decided.
    """
    RIGHTS.require(actor, Permission.HARVEST, contribution)
    if reason not in NOT_TAKEN_REASONS:
        sentence = _l("Please choose one of the reasons on the list.")
        raise Invalid(sentence, {"reason": [sentence]})
    words = sensible_note(note)
    _check_is_open(contribution)
    # What others decide at the same instant finds this one done: both ask for the same state.
    move(contribution, Visibility.GROUP)
    contribution.outcome = Outcome.NOT_TAKEN
    add_decision(actor, contribution, "not_taken", reason=reason, note=words)
    add_station(contribution.id, "not_taken", N_("Not taken up by the working group"), {}, "", now())
    for merge in merge_queries.standing_of_lead(contribution.id):
        # Their authors hear of it, too; what they said shares the fate of what it stands with.
        told = N_("What it stands with was not taken up by the working group")
        add_station(merge.member_id, "not_taken", told, {}, "", now())
    record(actor, ContributionNotTaken(contribution.id, reason))


@dataclass(frozen=True, slots=True)
class Before:
    """How a contribution stood before the harvest decided on it."""

    revision: int
    visibility: Visibility
    priority: str
    open_question: str

    @classmethod
    def of(cls, contribution: Contribution) -> Before:
        """What `reopen` needs to restore this state."""
        return cls(
            contribution.revision,
            Visibility(contribution.visibility),
            contribution.priority,
            contribution.open_question,
        )


def reopen(actor: Actor, contribution: Contribution, before: Before) -> None:
    """Take back what the harvest decided: words, kind, number and place are again those of that state.

    The wording of the harvest is kept like any other. Raises Conflict if staff have decided on the
    contribution meanwhile, such as by hiding it, or have something published stand with it.
    """
    RIGHTS.require(actor, Permission.HARVEST, contribution)
    after = {Outcome.ADOPTED: Visibility.PUBLIC, Outcome.NOT_TAKEN: Visibility.GROUP}
    if contribution.visibility != after.get(Outcome(contribution.outcome)):
        raise Conflict(_l("Somebody has decided on this contribution already."), code="decided")
    standing = merge_queries.standing_of_lead(contribution.id)
    if any(merge.visibility_before == Visibility.PUBLIC for merge in standing):
        # What was published by itself would vanish from the register behind a card that is read by a group.
        raise Conflict(
            _l("Others stand with %(number)s. Please take them apart first.", number=contribution.reference),
            code="leads_others",
        )
    was_public = contribution.visibility == Visibility.PUBLIC
    move(contribution, before.visibility)
    contribution.outcome = Outcome.OPEN
    contribution.published_at = None
    contribution.priority = before.priority
    contribution.open_question = before.open_question
    if contribution.revision != before.revision:
        former = next(one for one in contribution.revisions if one.number == before.revision)
        contribution.title, contribution.text = former.title, former.text
        contribution.language = former.language
        contribution.field_id, contribution.municipality_id = former.field_id, former.municipality_id
        contribution.kind, contribution.number = former.kind, former.register_number
        contribution.revision += 1
        contribution.search_text = searchable(contribution)
        keep_wording(actor, contribution)
    add_station(contribution.id, "undone", N_("The working group looks at it again"), {}, "", now())
    for merge in standing:
        told = N_("The working group looks again at what it stands with")
        add_station(merge.member_id, "undone", told, {}, "", now())
        if merge.member.visibility == Visibility.PUBLIC:
            merge.member.visibility = merge.visibility_before
            merge.member.published_at = None
    db.session.flush()
    if was_public:
        raise_register_version(contribution.dialogue_id)
        show_otherwise_in_polls(contribution.id)
    record(actor, ContributionReopened(contribution.id))


def _check_is_open(contribution: Contribution) -> None:
    if contribution.outcome != Outcome.OPEN or contribution.visibility not in HARVESTED_FROM:
        raise Conflict(_l("Somebody has decided on this contribution already."), code="decided")
