"""What can happen to what is known of an offer or a need."""

from __future__ import annotations

from dataclasses import dataclass

from core.journal import Fact


@dataclass(frozen=True, slots=True)
class DetailsKept(Fact):
    """Staff wrote what is known of an offer or a need; `revision` is the new one."""

    contribution_id: int
    revision: int


@dataclass(frozen=True, slots=True)
class OfferChecked(Fact):
    """Staff checked an offer; `status` is what they found."""

    contribution_id: int
    status: str


@dataclass(frozen=True, slots=True)
class ProviderAsked(Fact):
    """The provider of an offer was asked by mail whether it still exists."""

    contribution_id: int


@dataclass(frozen=True, slots=True)
class OfferConfirmed(Fact):
    """The provider said by the link of a mail that an offer exists."""

    contribution_id: int


@dataclass(frozen=True, slots=True)
class OfferReportedGone(Fact):
    """The provider said by the link of a mail that an offer does not exist any more."""

    contribution_id: int


@dataclass(frozen=True, slots=True)
class CheckPeriodChanged(Fact):
    """Staff said after how many months offers of a dialogue are to be checked again."""

    dialogue_id: int
    months: int
