"""The fixed words of this package: parts of a concept, kinds of blocks, states of a measure; with labels."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from core.errors import Sentence
from core.i18n import lazy_gettext as _l


class Part(StrEnum):
    """What a section is for; the same in every concept, whatever its heading says."""

    FOREWORD = "foreword"
    FIGURES = "figures"
    MADE = "made"
    FIELDS = "fields"
    FIELD = "field"
    SITUATION = "situation"
    OFFERS = "offers"
    NEEDS = "needs"
    GOALS = "goals"
    MEASURES = "measures"
    OVERVIEW = "overview"
    ANNEX = "annex"
    SOURCES = "sources"
    IMPRINT = "imprint"


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
