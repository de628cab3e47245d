"""The tables of the day: boards with their lanes and cards, the script and its clock, calls and messages.

What people say is a contribution of `dialog`; a card is only its place on a board.
"""

from workshops.models.boards import Board, BoardName, Card, Flipchart, HandTally, Lane
from workshops.models.harvest import HarvestStep
from workshops.models.script import HelpCall, Message, ScriptStep

__all__ = [
    "Board",
    "BoardName",
    "Card",
    "Flipchart",
    "HandTally",
    "HarvestStep",
    "HelpCall",
    "Lane",
    "Message",
    "ScriptStep",
]
