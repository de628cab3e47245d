"""The tables of this package, by noun."""

from dialog.models.contributions import Contribution, Decision, RegisterNumber, Revision, Station
from dialog.models.dialogues import (
    AgendaItem,
    Dialogue,
    DialogueEvent,
    Participant,
    WorkingGroup,
    group_fields,
)
from dialog.models.polls import Ballot, Poll, PollItem, Tally, Turnout

__all__ = [
    "AgendaItem",
    "Ballot",
    "Contribution",
    "Decision",
    "Dialogue",
    "DialogueEvent",
    "Participant",
    "Poll",
    "PollItem",
    "RegisterNumber",
    "Revision",
    "Station",
    "Tally",
    "Turnout",
    "WorkingGroup",
    "group_fields",
]
