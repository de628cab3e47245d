"""The concept of the demonstration county: texts of ours that say only what the cited records say.

`demo/concept.json` has the words; what they rest on is named there by number (`B-058` a need, `A-002` an
offer, `I-13` a figure, `S08` a publication, `E-2021-11-19` the event of a day) and becomes source rows here.
"""

from __future__ import annotations

import json
from typing import Any

from concept.actions import blocks, concepts, goals, sections
from concept.actions import measures as measures_actions
from concept.actions.sources import cite
from concept.models import Concept
from concept.queries import concepts as queries
from concept.queries.concepts import Evidence, Owner
from concept.vocabulary import MeasureClass, MeasureStatus, TimeFrame
from core.actor import OPERATOR
from core.config import ROOT
from dialog.models import Dialogue
from dialog.queries import contributions as contribution_queries
from dialog.queries import dialogues as dialogue_queries
from dialog.queries import polls as poll_queries
from dialog.vocabulary import PollStatus
from region import queries as region_queries
from region.models import ActionField

FILE = ROOT / "demo" / "concept.json"


class UnknownRecord(LookupError):
    """The demonstration's texts name a record that its data do not have."""


def load(dialogue: Dialogue, data: dict[str, Any]) -> None:
    """Write the concept of the demonstration; `data` is `enzkreis-demo.json`. Needs an open transaction."""
    words = json.loads(FILE.read_text("utf-8"))
    concept = concepts.found_concept(OPERATOR, dialogue, titles=words["titles"], subtitles=words["subtitles"])
    for slug, paragraphs in words["sections"].items():
        _write(concept, slug, paragraphs)
        # Some begin hidden, because no county has a text for them yet.
        sections.show_section(OPERATOR, queries.access_section(OPERATOR, concept, slug))
    measures = {measure["id"]: measure for measure in data["measures"]}
    for field in dialogue_queries.fields_of(dialogue):
        texts = words["fields"][field.slug]
        _write(concept, f"field-{field.slug}-situation", texts["situation"])
        for goal in texts["goals"]:
            _add_goal(concept, field, goal, measures, words["words"])
    for poll in poll_queries.visible_polls(OPERATOR, dialogue):
        if poll.status == PollStatus.PUBLISHED and poll.field is not None:
            chapter = queries.access_section(OPERATOR, concept, f"field-{poll.field.slug}")
            concepts.choose_decisive_poll(OPERATOR, chapter, poll)


def _write(concept: Concept, slug: str, paragraphs: list[dict[str, Any]]) -> None:
    section = queries.access_section(OPERATOR, concept, slug)
    for paragraph in paragraphs:
        block = blocks.write_paragraph(OPERATOR, section, text=paragraph["text"])
        _cite(concept, block, paragraph["cites"])


def _add_goal(
    concept: Concept,
    field: ActionField,
    words: dict[str, Any],
    measures: dict[str, dict[str, Any]],
    codes: dict[str, str],
) -> None:
    goal = goals.add_goal(OPERATOR, concept, field, texts={"de": words["de"], "en": words["en"]})
    _cite(concept, goal, words["cites"])
    for number in words["measures"]:
        entry = measures[number]
        begins, _, ends = entry["timeframe"].partition("/")
        cost, _, funding = entry["cost"].partition(" (")
        # The data call both a time frame and a class “priority”.
        priority = codes[entry["priority"]]
        measure = measures_actions.add_measure(
            OPERATOR,
            goal,
            number=int(number.removeprefix("M-")),
            titles={"de": entry["title"]},
            target_group=entry["target_group"],
            responsible=entry["responsible"],
            partners=entry["partners"],
            begins=begins,
            ends=ends,
            time_frame=TimeFrame(priority) if priority in set(TimeFrame) else TimeFrame.NONE,
            cost=cost,
            funding=funding.removesuffix(")"),
            indicator=entry["indicator"],
            status=MeasureStatus(codes[entry["status"]]),
            priority_class=MeasureClass(priority) if priority in set(MeasureClass) else MeasureClass.NONE,
        )
        _cite(concept, measure, entry["needs"])


def _cite(concept: Concept, owner: Owner, numbers: list[str]) -> None:
    for number in numbers:
        cite(OPERATOR, owner, _evidence(concept.dialogue, number))


def _evidence(dialogue: Dialogue, number: str) -> Evidence:
    found: Evidence | None
    if number.startswith("S"):
        found = region_queries.publication_of(number)
    elif number.startswith("I"):
        found = region_queries.figure_of(number)
    elif number.startswith("E"):
        days = dialogue_queries.visible_events(OPERATOR, dialogue)
        found = next((one for one in days if number == f"E-{one.starts_at:%Y-%m-%d}"), None)
    else:
        found = contribution_queries.access_contribution(OPERATOR, dialogue, number)
    if found is None:
        raise UnknownRecord(number)
    return found
