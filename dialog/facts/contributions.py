"""What can happen to what people say."""

from __future__ import annotations

from dataclasses import dataclass

from core.journal import Fact


@dataclass(frozen=True, slots=True)
class ContributionSubmitted(Fact):
    """Someone said what is missing or what exists; it waits to be checked."""

    contribution_id: int


@dataclass(frozen=True, slots=True)
class ContributionImported(Fact):
    """An entry of a list was taken into the register."""

    contribution_id: int


@dataclass(frozen=True, slots=True)
class ContributionRevised(Fact):
    """A contribution has a new wording or place."""

    contribution_id: int
    revision: int


@dataclass(frozen=True, slots=True)
class ContributionTranslated(Fact):
    """Somebody has put a contribution into another language, or put it better."""

    contribution_id: int
    language: str
    number: int


@dataclass(frozen=True, slots=True)
class TranslationTakenOut(Fact):
    """Staff have decided that a translation is not shown; the original stands alone."""

    contribution_id: int
    language: str
    number: int


@dataclass(frozen=True, slots=True)
class ContributionPublished(Fact):
    """A contribution stands in the public register."""

    contribution_id: int


@dataclass(frozen=True, slots=True)
class ContributionReturned(Fact):
    """A contribution went back to its author with a question."""

    contribution_id: int


@dataclass(frozen=True, slots=True)
class ContributionHidden(Fact):
    """A contribution is no longer shown, for a reason of the published list."""

    contribution_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class ContributionRestored(Fact):
    """A hidden contribution is back where it was before."""

    contribution_id: int


@dataclass(frozen=True, slots=True)
class ContributionWithdrawn(Fact):
    """Its author took a contribution back; the words are destroyed, the row and its way stay."""

    contribution_id: int


@dataclass(frozen=True, slots=True)
class ContributionTypedIn(Fact):
    """Staff typed in what somebody said on paper, by telephone or in a conversation."""

    contribution_id: int
    origin: str


@dataclass(frozen=True, slots=True)
class CardCorrected(Fact):
    """The author of a card, or who leads the group, wrote it otherwise."""

    contribution_id: int
    revision: int


@dataclass(frozen=True, slots=True)
class KindChanged(Fact):
    """A contribution was sorted anew: under another topic, or as another kind with another register number.

    The former number leads to it.
    """

    contribution_id: int
    kind: str


@dataclass(frozen=True, slots=True)
class CardLetThrough(Fact):
    """A card that waited is read by its group now."""

    contribution_id: int


@dataclass(frozen=True, slots=True)
class ContributionSplit(Fact):
    """A contribution was divided into `number` parts, which stand in the register instead of it."""

    contribution_id: int
    number: int


@dataclass(frozen=True, slots=True)
class SplitTakenBack(Fact):
    """A contribution that was divided stands in the register again, and its parts with it."""

    contribution_id: int


@dataclass(frozen=True, slots=True)
class ContributionsMerged(Fact):
    """A contribution stands with another one that says the same."""

    merge_id: int
    lead_id: int
    member_id: int


@dataclass(frozen=True, slots=True)
class MergeUndone(Fact):
    """A contribution stands on its own again."""

    merge_id: int
    lead_id: int
    member_id: int


@dataclass(frozen=True, slots=True)
class MergeDisputed(Fact):
    """An author does not want their contribution to stand with another one."""

    merge_id: int
    member_id: int


@dataclass(frozen=True, slots=True)
class MergeUpheld(Fact):
    """Staff have answered an author's objection: the two stay together."""

    merge_id: int
    member_id: int


@dataclass(frozen=True, slots=True)
class ContributionTakenUp(Fact):
    """A working group has taken up what was said in it; it stands in the register in this revision."""

    contribution_id: int
    revision: int


@dataclass(frozen=True, slots=True)
class ContributionNotTaken(Fact):
    """A working group has not taken up what was said in it."""

    contribution_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class ContributionReopened(Fact):
    """What a working group decided on a contribution was taken back."""

    contribution_id: int
