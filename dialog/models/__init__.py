"""The tables of this package, by noun."""

from dialog.models.contributions import Contribution, Decision, RegisterNumber, Revision, Station
from dialog.models.coverage import Coverage
from dialog.models.details import DetailsVersion, NeedDetails, OfferDetails, OfferPlace, OfferTrait
from dialog.models.dialogues import (
    AgendaItem,
    Dialogue,
    DialogueEvent,
    Participant,
    Sitting,
    WorkingGroup,
    group_fields,
)
from dialog.models.holds import LegalHold
from dialog.models.lists import ListImport, ListRow, ListWork
from dialog.models.merges import Merge, Translation
from dialog.models.moderation import BatchItem, ModerationBatch, ModerationReminder, Objection, TextBlock
from dialog.models.polls import Ballot, Poll, PollItem, Tally, Turnout
from dialog.models.registrations import AccessNeed, GroupChoice, Registration, RegistrationCounts
from dialog.models.rolls import RollEntry
from dialog.models.splits import ContributionPart
from dialog.models.workspaces import Confirmation

__all__ = [
    "AccessNeed",
    "AgendaItem",
    "Ballot",
    "BatchItem",
    "Confirmation",
    "Contribution",
    "ContributionPart",
    "Coverage",
    "Decision",
    "DetailsVersion",
    "Dialogue",
    "DialogueEvent",
    "GroupChoice",
    "LegalHold",
    "ListImport",
    "ListRow",
    "ListWork",
    "Merge",
    "ModerationBatch",
    "ModerationReminder",
    "NeedDetails",
    "Objection",
    "OfferDetails",
    "OfferPlace",
    "OfferTrait",
    "Participant",
    "Poll",
    "PollItem",
    "RegisterNumber",
    "Registration",
    "RegistrationCounts",
    "Revision",
    "RollEntry",
    "Sitting",
    "Station",
    "Tally",
    "TextBlock",
    "Translation",
    "Turnout",
    "WorkingGroup",
    "group_fields",
]
