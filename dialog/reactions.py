"""Who is told when something has happened in a dialogue: the browsers that watch its pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from core import realtime
from core.actor import SYSTEM, VISITOR, Actor
from core.bus import no_reaction, react, subscribe
from core.errors import NotFound
from dialog.actions import waiting_lists
from dialog.entries import draw_entries, translations_of
from dialog.facts import (
    AgendaChanged,
    BallotCast,
    BallotsImported,
    CardCorrected,
    CardLetThrough,
    CheckInUndone,
    CheckPeriodChanged,
    ContributionHidden,
    ContributionImported,
    ContributionNotTaken,
    ContributionPublished,
    ContributionReopened,
    ContributionRestored,
    ContributionReturned,
    ContributionRevised,
    ContributionsDecided,
    ContributionsMerged,
    ContributionSplit,
    ContributionSubmitted,
    ContributionTakenUp,
    ContributionTranslated,
    ContributionTypedIn,
    ContributionWithdrawn,
    CoverageJudged,
    CoverageTakenBack,
    DecisionsUndone,
    DetailsKept,
    DialogueChanged,
    DialogueFounded,
    EntriesConfirmed,
    EntryDrafted,
    EventChanged,
    EventCodeChanged,
    EventCopied,
    EventDeleted,
    EventMoved,
    EventPlanned,
    EventPublished,
    EventReminded,
    EventTakenBack,
    GroupChanged,
    HeadingCorrected,
    HoldLifted,
    HoldSet,
    KindChanged,
    ListImported,
    ListTakenBack,
    MergeDisputed,
    MergeUndone,
    MergeUpheld,
    ModerationOverdue,
    MovedUp,
    ObjectionDecided,
    ObjectionMade,
    OfferChecked,
    OfferConfirmed,
    OfferReportedGone,
    ParticipantRegistered,
    ParticipantsRegistered,
    PersonCheckedIn,
    PollClosed,
    PollItemAdded,
    PollOpened,
    PollPrepared,
    PollPublished,
    ProviderAsked,
    RegistrationCancelled,
    RegistrationChanged,
    RegistrationMade,
    SittingChanged,
    SplitTakenBack,
    TextBlockKept,
    TextBlockRemoved,
    TranslationTakenOut,
)
from dialog.models import Dialogue
from dialog.queries import batches as batch_queries
from dialog.queries import contributions as contribution_queries
from dialog.queries import dialogues as dialogue_queries
from dialog.queries import lists as list_queries
from dialog.queries import merges as merge_queries
from dialog.queries import polls as poll_queries
from dialog.queries import register as register_queries
from dialog.queries import registrations as registration_queries
from dialog.queries.register import RegisterFilter
from dialog.vocabulary import Visibility, total_text

no_reaction(
    CoverageJudged,
    CoverageTakenBack,
    CheckPeriodChanged,
    OfferConfirmed,
    OfferReportedGone,
    ProviderAsked,
    EntriesConfirmed,
    EntryDrafted,
    CardCorrected,
    CardLetThrough,
    CheckInUndone,
    DialogueFounded,
    AgendaChanged,
    DialogueChanged,
    EventChanged,
    EventCodeChanged,
    EventCopied,
    EventDeleted,
    EventMoved,
    EventPlanned,
    EventPublished,
    EventReminded,
    EventTakenBack,
    GroupChanged,
    SittingChanged,
    HoldLifted,
    HoldSet,
    ParticipantRegistered,
    ParticipantsRegistered,
    PersonCheckedIn,
    ContributionSubmitted,
    ContributionReturned,
    ContributionRevised,
    ContributionTypedIn,
    ContributionsDecided,
    ContributionNotTaken,
    MergeDisputed,
    MergeUpheld,
    ObjectionMade,
    ObjectionDecided,
    TextBlockKept,
    TextBlockRemoved,
    ModerationOverdue,
    BallotCast,
    BallotsImported,
    PollPrepared,
    RegistrationMade,
    MovedUp,
)


@subscribe(SittingChanged)
def give_free_places(actor: Actor, fact: SittingChanged) -> None:
    """Move waiting lists up where the plan of the day has made room."""
    waiting_lists.fill_free_places(SYSTEM, fact.event_id)


def init() -> None:
    """Declare the regions of this package's pages that can be watched."""
    realtime.region("register", access=_is_dialogue)
    realtime.region("poll", access=_is_poll)


def _is_dialogue(actor: Actor, key: str) -> bool:
    return dialogue_queries.dialogue_exists(key)


def _is_poll(actor: Actor, key: str) -> bool:
    slug, _, number = key.rpartition(".")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return False
    try:
        poll_queries.access_poll(VISITOR, dialogue_queries.access_dialogue(VISITOR, slug), int(number))
    except NotFound:
        return False
    return True


@react(
    DetailsKept,
    OfferChecked,
    KindChanged,
    ContributionPublished,
    ContributionHidden,
    ContributionRestored,
    ContributionWithdrawn,
    ContributionImported,
    ContributionReopened,
    ContributionTakenUp,
    HeadingCorrected,
)
def show_in_register(fact: Any) -> None:
    """Push the entry as it now stands in the register, or that it is gone."""
    contribution = contribution_queries.contribution_by_id(fact.contribution_id)
    if contribution is None:
        return
    if merge_queries.standing_of_lead(contribution.id):
        # Its members appear with a line of their own, or have one no longer.
        _have_read_again(contribution.dialogue, [contribution.id])
        return
    dialogue = contribution.dialogue
    entry = register_queries.register_entry(contribution.id)
    total = register_queries.count_register(VISITOR, dialogue, RegisterFilter())

    def render(language: str) -> Mapping[str, Any]:
        shown = [entry] if entry else []
        html = str(draw_entries(dialogue.slug, shown, translations_of(shown)))
        return {
            "version": dialogue.register_version,
            "id": contribution.reference,
            "html": html,
            "texts": {"total": total_text(total)},
        }

    realtime.push(f"register:{dialogue.slug}", render)
    for poll_id in poll_queries.polls_with(contribution.id):
        _tell_of_poll(poll_id)


@react(ContributionTranslated, TranslationTakenOut)
def show_translated(fact: Any) -> None:
    """Show in the register and in polls what can be read in another language now, if it is public."""
    contribution = contribution_queries.contribution_by_id(fact.contribution_id)
    if contribution is not None and contribution.visibility == Visibility.PUBLIC:
        show_in_register(fact)


@react(ContributionsMerged, MergeUndone)
def show_together(fact: Any) -> None:
    """Have the register and the polls read again: one line stands there for two, or two for one."""
    lead = contribution_queries.contribution_by_id(fact.lead_id)
    if lead is not None:
        _have_read_again(lead.dialogue, [fact.lead_id, fact.member_id])


@react(ContributionSplit, SplitTakenBack)
def show_parts(fact: ContributionSplit | SplitTakenBack) -> None:
    """Have the register read again: parts stand there for one, or one for its parts."""
    whole = contribution_queries.contribution_by_id(fact.contribution_id)
    if whole is not None:
        _have_read_again(whole.dialogue, [whole.id])


def _have_read_again(dialogue: Dialogue, contributions: Iterable[int]) -> None:
    version = dialogue.register_version
    realtime.push(f"register:{dialogue.slug}", lambda language: {"version": version})
    for poll_id in sorted({poll for one in contributions for poll in poll_queries.polls_with(one)}):
        _tell_of_poll(poll_id)


@react(ListImported, ListTakenBack)
def show_list(fact: ListImported | ListTakenBack) -> None:
    """Have the register read again: a whole list has come or gone, which nobody is sent row by row."""
    found = list_queries.list_by_id(fact.import_id)
    if found is not None and fact.number:
        version = found.dialogue.register_version
        realtime.push(f"register:{found.dialogue.slug}", lambda language: {"version": version})


@react(DecisionsUndone)
def show_undone(fact: DecisionsUndone) -> None:
    """Have the register and the polls read again where something is public no more."""
    batch = batch_queries.batch_by_id(fact.batch_id)
    if batch is None or batch.decision != "publish" or not fact.number:
        return
    dialogue = dialogue_queries.dialogue_by_id(batch.dialogue_id)
    realtime.push(f"register:{dialogue.slug}", lambda language: {"version": dialogue.register_version})
    for poll_id in poll_queries.polls_of(dialogue.id):
        _tell_of_poll(poll_id)


@react(RegistrationChanged, RegistrationCancelled)
def leave_former_places(fact: Any) -> None:
    """Have a person hear nothing more of a group they do not sit in any more."""
    key = registration_queries.person_of(fact.registration_id)
    if key is not None:
        realtime.recheck_people({key})


@react(PollOpened, PollClosed, PollPublished, PollItemAdded)
def show_poll(fact: Any) -> None:
    """Tell who watches a poll that its state or its items have changed; the page reads it again."""
    _tell_of_poll(fact.poll_id)


def _tell_of_poll(poll_id: int) -> None:
    poll = poll_queries.poll_by_id(poll_id)
    if poll is not None:
        realtime.push(f"poll:{poll.dialogue.slug}.{poll.id}", lambda language: {"version": poll.version})
