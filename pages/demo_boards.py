"""The boards of the day of the demonstration that is going on: open, with cards on them.

What the cards say are needs and offers of the demonstration; who wrote them is made up and has no name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.actor import OPERATOR, Actor, Grant
from dialog.actions import dialogues
from dialog.models import DialogueEvent, WorkingGroup
from dialog.queries import dialogues as dialogue_queries
from region import queries as region_queries
from region.models import ActionField
from workshops.actions import boards, cards
from workshops.queries import boards as queries
from workshops.queries.boards import BoardHere
from workshops.vocabulary import LANE_KINDS

CARDS_PER_GROUP = 9
WRITERS = 3
"""People who wrote the cards of each group."""

_PROPOSALS: Sequence[tuple[str, str, str]] = (
    ("idea", "de", "Eine Übersicht aller Angebote, jede Woche neu."),
    ("idea", "ar", "لقاء شهري في كل بلدة لتبادل الخبرات."),
    ("aim", "de", "In drei Jahren gibt es das in jeder Gemeinde."),
)
"""Cards of every group beside the needs and offers of its topic, by kind and language."""


def load(event: DialogueEvent, data: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Prepare the boards of an event and put cards on those of its first round."""
    boards.prepare_boards(OPERATOR, event)
    lead = Actor("demonstration", frozenset({Grant("moderator", "event", event.id)}))
    fields = dialogue_queries.fields_of(event.dialogue)
    for group in event.groups:
        here = queries.access_board(lead, event, group.number, 1)
        boards.open_board(lead, here, cards=True)
        field = group.fields[0] if group.fields else fields[group.number % len(fields)]
        _write(event, group, here, field, data)


def _write(
    event: DialogueEvent,
    group: WorkingGroup,
    here: BoardHere,
    field: ActionField,
    data: Mapping[str, Sequence[Mapping[str, Any]]],
) -> None:
    takes_part = frozenset({Grant("participant", "dialogue", event.dialogue_id)})
    writers = [
        Actor(
            dialogues.register_participant(OPERATOR, event.dialogue, tier="B", demo=True).holder_key,
            takes_part,
            tier="B",
        )
        for _ in range(WRITERS)
    ]
    lanes = {lane.kind: lane.id for lane in here.board.lanes if lane.kind in LANE_KINDS}
    about = field.slug
    needs = [entry for entry in data["needs"] if entry["field"] == about]
    offers = [entry for entry in data["offers"] if entry["field"] == about]
    chosen = [("need", "de", entry) for entry in needs[: CARDS_PER_GROUP - 4]]
    chosen += [("offer", "de", entry) for entry in offers[:4]]
    chosen += [(kind, language, {"text": text}) for kind, language, text in _PROPOSALS]
    for number, (kind, language, entry) in enumerate(chosen):
        cards.write_card(
            writers[number % WRITERS],
            BoardHere(here.board, group, here.round, seated=True),
            lane_id=lanes[kind],
            text=entry["text"],
            field=field,
            municipality=region_queries.municipality_of(entry["ags"]) if entry.get("ags") else None,
            target_group=entry.get("target_group") or "",
            language=language,
        )
