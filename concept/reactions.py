"""What follows from other packages' facts, in the same transaction: the concept keeps up with the register.

Nobody has to be told of changes here after the commit: the concept is read, not watched. But files that were
made of words which are to be seen no more are thrown away.
"""

from __future__ import annotations

from flask import current_app

from concept.actions import blocks as actions
from concept.compile import forget_files
from concept.facts import (
    ConceptFounded,
    ContributionIncluded,
    DecisivePollChosen,
    GoalAdded,
    MeasureAdded,
    ParagraphWritten,
    SourceCited,
)
from concept.queries import concepts as queries
from core.actor import SYSTEM, Actor
from core.bus import no_reaction, react, subscribe
from dialog.facts import (
    ContributionHidden,
    ContributionImported,
    ContributionPublished,
    ContributionRestored,
    ContributionWithdrawn,
)
from dialog.queries import contributions as contribution_queries
from dialog.vocabulary import Visibility

no_reaction(
    ConceptFounded,
    ParagraphWritten,
    ContributionIncluded,
    GoalAdded,
    MeasureAdded,
    SourceCited,
    DecisivePollChosen,
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
    """So it is with what its author has taken back."""
    _keep_up(fact.contribution_id)


@react(ContributionHidden, ContributionWithdrawn)
def forget_their_words(fact: ContributionHidden | ContributionWithdrawn) -> None:
    """Nobody is given the former files again, but they would lie in the cache with words that were to go."""
    forget_files(current_app.config["SETTINGS"])


def _keep_up(contribution_id: int) -> None:
    concept = queries.concept_for(contribution_id)
    contribution = contribution_queries.contribution_by_id(contribution_id) if concept else None
    if contribution is None or concept is None:
        return
    if contribution.visibility == Visibility.PUBLIC:
        actions.include_contribution(SYSTEM, concept, contribution)
    else:
        actions.renew_contribution(SYSTEM, concept, contribution)
