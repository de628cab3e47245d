"""The fixed words of this package: parts of a concept, kinds of blocks, states of a measure; with labels."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from core.errors import Sentence
from core.i18n import lazy_gettext as _l

REASON_LIMIT = 1000
"""Most characters of the reason why a need is not taken up."""

MOST_LISTED = 100
"""So many needs can be asked for in a linked list."""

GOAL_LIMIT = 500
"""Most characters of a goal, in each language."""

LINE_LIMIT = 200
"""Most characters of one line of a measure's sheet."""

UNIT_LIMIT = 40
MOST_PARTNERS = 30
MOST_INDICATORS = 12
MOST_VALUES = 60
MOST_NUMBER = 9_999
"""The largest number a goal or measure can have."""

ANSWERS_DUE_MOST = 50
"""So many needs of a field can be asked to be answered before a release."""

TITLE_LIMIT = 150
"""Most characters of a heading."""


class Part(StrEnum):
    """What a section is for; the same in every concept, whatever its heading says."""

    FOREWORD = "foreword"
    MANDATE = "mandate"
    TERMS = "terms"
    FIGURES = "figures"
    PRINCIPLES = "principles"
    MADE = "made"
    FIELDS = "fields"
    FIELD = "field"
    SITUATION = "situation"
    OFFERS = "offers"
    NEEDS = "needs"
    GOALS = "goals"
    MEASURES = "measures"
    CROSS_CUTTING = "cross_cutting"
    STEERING = "steering"
    OVERVIEW = "overview"
    ANNEX = "annex"
    CONTRIBUTIONS = "contributions"
    GLOSSARY = "glossary"
    SOURCES = "sources"
    IMPRINT = "imprint"
    FREE = "free"
    """A chapter that a county adds."""


class BlockKind(StrEnum):
    """What a block holds: words of its own, one record, or something computed from records."""

    PARAGRAPH = "paragraph"
    CONTRIBUTION = "contribution"
    GOAL = "goal"
    MEASURE = "measure"
    POLL_CHART = "poll_chart"
    FIGURES = "figures"
    PARTICIPATION = "participation"
    OVERVIEW = "overview"
    PUBLICATIONS = "publications"
    IMPRINT = "imprint"
    VOICES = "voices"
    NEEDS_LIST = "needs_list"
    OFFERS_LIST = "offers_list"
    CHART = "chart"
    TABLE = "table"
    QUOTATION = "quotation"


LISTED_KINDS = frozenset({BlockKind.CONTRIBUTION, BlockKind.GOAL, BlockKind.MEASURE})
"""Blocks that stand in their section by themselves, after its text; all others have a place in the text."""

LINKED_KINDS = frozenset(
    {BlockKind.NEEDS_LIST, BlockKind.OFFERS_LIST, BlockKind.CHART, BlockKind.TABLE, BlockKind.QUOTATION}
)
"""Blocks that writers insert and that show records as they are, or as they were when they were frozen."""


LINKED_LABELS: Mapping[str, Sentence] = {
    BlockKind.NEEDS_LIST: _l("List of needs"),
    BlockKind.OFFERS_LIST: _l("List of offers"),
    BlockKind.CHART: _l("Result of a vote"),
    BlockKind.TABLE: _l("Table"),
    BlockKind.QUOTATION: _l("Quotation"),
}

BLOCK_LABELS: Mapping[str, Sentence] = {
    BlockKind.POLL_CHART: _l("Result of the vote"),
    BlockKind.FIGURES: _l("The county in figures"),
    BlockKind.PARTICIPATION: _l("How people took part, in numbers"),
    BlockKind.OVERVIEW: _l("Table of all measures"),
    BlockKind.PUBLICATIONS: _l("List of publications"),
    BlockKind.IMPRINT: _l("Details of the publisher"),
    BlockKind.VOICES: _l("Table of contributions"),
    **LINKED_LABELS,
}
"""What the blocks are called that have no words of their own but a place in the text."""


NOTE_LIMIT = 2_000
"""Most characters of what is said to be new in a version."""

WITHDRAWAL_LIMIT = 1_000
"""Most characters of the reason for which a version is withdrawn."""


class MeasureStatus(StrEnum):
    """How far a measure is."""

    PLANNED = "planned"
    RUNNING = "running"
    DONE = "done"
    PERMANENT = "permanent"
    POSTPONED = "postponed"
    REJECTED = "rejected"


STATUS_LABELS: Mapping[str, Sentence] = {
    MeasureStatus.PLANNED: _l("planned"),
    MeasureStatus.RUNNING: _l("under way"),
    MeasureStatus.DONE: _l("done"),
    MeasureStatus.PERMANENT: _l("permanent"),
    MeasureStatus.POSTPONED: _l("postponed"),
    MeasureStatus.REJECTED: _l("rejected"),
}


class MeasureClass(StrEnum):
    """Why a measure comes first: it reaches many, or it is quickly done. Empty for neither."""

    NONE = ""
    FOCUS = "focus"
    QUICK_WIN = "quick_win"


CLASS_LABELS: Mapping[str, Sentence] = {
    MeasureClass.FOCUS: _l("Focus measure"),
    MeasureClass.QUICK_WIN: _l("Quick win"),
}


class TimeFrame(StrEnum):
    """How soon a measure is meant to work. Empty where nothing is said."""

    NONE = ""
    SHORT = "short"
    MEDIUM = "medium"
    LONG = "long"


TIME_FRAME_LABELS: Mapping[str, Sentence] = {
    TimeFrame.SHORT: _l("short term"),
    TimeFrame.MEDIUM: _l("medium term"),
    TimeFrame.LONG: _l("long term"),
}
