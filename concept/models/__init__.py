"""The concept: sections of blocks, goals, measures, and the sources that lead from each back to a voice.

Every block has an id for good; what it rests on are rows of `concept_sources`, never mentions in its text.
"""

from concept.models.blocks import Block
from concept.models.documents import Concept, Section, SectionRevision, Writer
from concept.models.goals import Goal, Indicator, IndicatorValue, Measure, PlanRevision
from concept.models.sources import Answer, Source
from concept.models.versions import Version, VersionFile, VersionVoice, Withdrawal

__all__ = [
    "Answer",
    "Block",
    "Concept",
    "Goal",
    "Indicator",
    "IndicatorValue",
    "Measure",
    "PlanRevision",
    "Section",
    "SectionRevision",
    "Source",
    "Version",
    "VersionFile",
    "VersionVoice",
    "Withdrawal",
    "Writer",
]
