"""What follows from other packages' facts, in the same transaction: the concept keeps up with the register.

Nobody has to be told of changes here after the commit: the concept is read, not watched. But files that were
made of words which are to be seen no more are thrown away.
"""

from __future__ import annotations

from flask import current_app

from concept.actions import blocks as actions
from concept.actions import linked as linked_actions
from concept.actions import lists as list_actions
from concept.actions import sources as source_actions
from concept.compile import forget_files
from concept.facts import (
    AnswersDueChanged,
    ConceptFounded,
    ContributionIncluded,
    DecisivePollChosen,
    DeclineTakenBack,
    GoalAdded,
    GoalChanged,
    GoalRemoved,
    GoalReturned,
    IndicatorKept,
    IndicatorRemoved,
    IndicatorReturned,
    LinkedBlockChanged,
    LinkedBlockPlaced,
    LinkedBlockRemoved,
    ListIncluded,
    MeasureAdded,
    MeasureChanged,
    MeasureRemoved,
    MeasureReturned,
    NeedDeclined,
    ParagraphWritten,
    SectionAdded,
    SectionChanged,
    SectionRemoved,
    SectionWritten,
    SourceCited,
    SourceRemoved,
    VersionReleased,
    VersionWithdrawn,
)
from concept.queries import concepts as queries
from concept.release import forget_pages
from core.actor import SYSTEM, Actor
from core.bus import no_reaction, react, subscribe
from dialog.facts import (
    ContributionHidden,
    ContributionImported,
    ContributionPublished,
    ContributionRestored,
    ContributionWithdrawn,
    DecisionsUndone,
    EventChanged,
    EventMoved,
    EventPublished,
    EventTakenBack,
    GroupChanged,
    HeadingCorrected,
    ListImported,
    ListTakenBack,
)
from dialog.queries import batches as batch_queries
from dialog.queries import contributions as contribution_queries
from dialog.vocabulary import Visibility
from region.facts import CountyDataChanged, FigureAdded
from region.models import Figure

no_reaction(
    ConceptFounded,
    ParagraphWritten,
    ContributionIncluded,
    ListIncluded,
    GoalAdded,
    MeasureAdded,
    SourceCited,
    DecisivePollChosen,
    VersionReleased,
    VersionWithdrawn,
    NeedDeclined,
    DeclineTakenBack,
    AnswersDueChanged,
    SourceRemoved,
    GoalChanged,
    GoalRemoved,
    GoalReturned,
    MeasureChanged,
    MeasureRemoved,
    MeasureReturned,
    IndicatorKept,
    IndicatorRemoved,
    IndicatorReturned,
    LinkedBlockPlaced,
    LinkedBlockChanged,
    LinkedBlockRemoved,
    SectionWritten,
    SectionAdded,
    SectionChanged,
    SectionRemoved,
)


@subscribe(ContributionPublished)
def include_published(actor: Actor, fact: ContributionPublished) -> None:
    """A contribution that was published stands in the concept of its dialogue, if there is one."""
    _keep_up(fact.contribution_id)


@subscribe(ContributionImported)
def include_imported(actor: Actor, fact: ContributionImported) -> None:
    """So does one that was taken over from a list."""
    _keep_up(fact.contribution_id)


@subscribe(ContributionRestored)
def show_restored(actor: Actor, fact: ContributionRestored) -> None:
    """What is shown again stands in the concept again."""
    _keep_up(fact.contribution_id)


@subscribe(ContributionHidden)
def leave_out_hidden(actor: Actor, fact: ContributionHidden) -> None:
    """What is hidden is no longer shown in the concept, which is a change of its content."""
    _keep_up(fact.contribution_id)


@subscribe(ContributionWithdrawn)
def leave_out_withdrawn(actor: Actor, fact: ContributionWithdrawn) -> None:
    """So it is with what its author has taken back; in what was frozen its words are destroyed."""
    _leave_out(fact.contribution_id)


@subscribe(ListImported)
def include_list(actor: Actor, fact: ListImported) -> None:
    """Everything that a list has brought stands in the concept."""
    concept = queries.concept_for_list(fact.import_id)
    if concept is not None:
        list_actions.include_list(SYSTEM, concept, fact.import_id)


@subscribe(ListTakenBack)
def leave_out_list(actor: Actor, fact: ListTakenBack) -> None:
    """And nothing of it any more when the list is taken back."""
    concept = queries.concept_for_list(fact.import_id)
    if concept is not None:
        list_actions.leave_out_list(SYSTEM, concept, fact.import_id)


@subscribe(HeadingCorrected)
def show_other_heading(actor: Actor, fact: HeadingCorrected) -> None:
    """Another heading is another content of the concept."""
    _keep_up(fact.contribution_id)


@subscribe(DecisionsUndone)
def leave_out_unpublished(actor: Actor, fact: DecisionsUndone) -> None:
    """What was published by a decision that is taken back is no longer shown in the concept."""
    for contribution_id in batch_queries.published_by(fact.batch_id):
        _keep_up(contribution_id)


@subscribe(FigureAdded)
def show_new_figure(actor: Actor, fact: FigureAdded) -> None:
    """A new figure about the county stands where all of them do."""
    _keep_up_with_figure(fact.figure_id)


@subscribe(CountyDataChanged)
def show_other_figure(actor: Actor, fact: CountyDataChanged) -> None:
    """A figure that was written anew is another content of the concept."""
    if fact.kind == Figure.__tablename__:
        _keep_up_with_figure(fact.data_id)


@subscribe(EventChanged)
def show_other_day(actor: Actor, fact: EventChanged) -> None:
    """A day that was written anew is another content of every concept that rests on it."""
    _keep_up_with_event(fact.event_id)


@subscribe(EventMoved)
def show_moved_day(actor: Actor, fact: EventMoved) -> None:
    """So is one at another time."""
    _keep_up_with_event(fact.event_id)


@subscribe(EventPublished)
def show_published_day(actor: Actor, fact: EventPublished) -> None:
    """A day that everybody sees again is named again."""
    _keep_up_with_event(fact.event_id)


@subscribe(EventTakenBack)
def leave_out_day(actor: Actor, fact: EventTakenBack) -> None:
    """A day that only staff sees is named no more."""
    _keep_up_with_event(fact.event_id)


@subscribe(GroupChanged)
def show_other_group(actor: Actor, fact: GroupChanged) -> None:
    """Working groups are named with their day."""
    _keep_up_with_event(fact.event_id)


@react(ContributionHidden, ContributionWithdrawn, DecisionsUndone)
def forget_their_words(fact: ContributionHidden | ContributionWithdrawn | DecisionsUndone) -> None:
    """Nobody is given the former files again, but they would lie in the cache with words that were to go."""
    forget_files(current_app.config["SETTINGS"])
    forget_pages()


def _keep_up_with_event(event_id: int) -> None:
    for concept in queries.all_concepts():
        source_actions.keep_up_with_event(SYSTEM, concept, event_id)


def _keep_up_with_figure(figure_id: int) -> None:
    figure = queries.figure_by_id(figure_id)
    if figure is None:
        return
    for concept in queries.all_concepts():
        source_actions.keep_up_with_figure(SYSTEM, concept, figure)


def _keep_up(contribution_id: int) -> None:
    concept = queries.concept_for(contribution_id)
    contribution = contribution_queries.contribution_by_id(contribution_id) if concept else None
    if concept is None or contribution is None:
        return
    if contribution.visibility == Visibility.PUBLIC:
        actions.include_contribution(SYSTEM, concept, contribution)
    else:
        actions.renew_contribution(SYSTEM, concept, contribution)


def _leave_out(contribution_id: int) -> None:
    _keep_up(contribution_id)
    concept = queries.concept_for(contribution_id)
    contribution = contribution_queries.contribution_by_id(contribution_id) if concept else None
    if contribution is not None and concept is not None:
        linked_actions.forget_words(SYSTEM, concept, frozenset({contribution.reference}))
