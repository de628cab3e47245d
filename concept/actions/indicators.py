"""The numbers by which one sees whether a measure works."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from concept.actions._parts import fitting, raise_version
from concept.actions._revisions import count_up, keep, write_values
from concept.facts import IndicatorKept, IndicatorRemoved, IndicatorReturned
from concept.models import Indicator, Measure
from concept.permissions import RIGHTS, Permission
from concept.queries import concepts as queries
from concept.queries import goals as goal_queries
from concept.vocabulary import LINE_LIMIT, MOST_INDICATORS, MOST_VALUES, UNIT_LIMIT
from core.actor import Actor
from core.clock import now
from core.db import db
from core.errors import Invalid, Sentence
from core.i18n import lazy_gettext as _l
from core.journal import record
from core.text import clean_line
from region.models import Publication


@dataclass(frozen=True, slots=True)
class SeenValue:
    """What an indicator was, when (as precise as known: `2026-09`), and where that is known from."""

    as_of: str
    value: float
    note: str = ""
    publication: Publication | None = None


def keep_indicator(
    actor: Actor,
    measure: Measure,
    *,
    name: str,
    unit: str,
    baseline: float | None,
    baseline_as_of: str,
    target: float | None,
    target_by: str,
    values: Sequence[SeenValue],
    based_on: int,
    indicator_id: int | None = None,
) -> Indicator:
    """Add a number to watch to a measure, or write one anew with all its values.

    Dates are as precise as known (`2026-09`). Raises Invalid without a name, for a number that says of no
    time, two values of one time or too many of anything, NotFound for an indicator of another measure, and
    Conflict if there is a later revision of the measure than `based_on`.
    """
    concept = queries.concept_by_id(measure.concept_id)
    RIGHTS.require(actor, Permission.WRITE, concept)
    words = fitting("name", clean_line(name), LINE_LIMIT)
    if not words:
        raise _wrong("name", _l("Please say what is counted."))
    short = fitting("unit", clean_line(unit), UNIT_LIMIT)
    if baseline is not None and not baseline_as_of:
        raise _wrong("baseline_as_of", _l("Please say as of when the number you begin with is."))
    if target is not None and not target_by:
        raise _wrong("target_by", _l("Please say by when the target shall be reached."))
    if len(values) > MOST_VALUES:
        raise _wrong("values", _l("Please keep at most %(most)d values.", most=MOST_VALUES))
    days = [value.as_of for value in values]
    if not all(days):
        raise _wrong("values", _l("Please say of each value as of when it is."))
    if len(set(days)) < len(days):
        raise _wrong("values", _l("Two values are of the same time. Please keep one of them."))

    raise_version(concept.id)
    locked = goal_queries.access_measure(actor, concept, measure.id)
    count_up(locked, based_on)
    locked.changed_at = now()
    if indicator_id is None:
        _check_room(locked)
        place = max((one.position for one in locked.all_indicators), default=0) + 1
        indicator = Indicator(measure_id=locked.id, position=place)
        db.session.add(indicator)
    else:
        indicator = goal_queries.access_indicator(locked, indicator_id)
    indicator.name, indicator.unit = words, short
    indicator.baseline = baseline
    indicator.baseline_as_of = baseline_as_of if baseline is not None else ""
    indicator.target = target
    indicator.target_by = target_by if target is not None else ""
    write_values(
        indicator,
        [
            {
                "as_of": value.as_of,
                "value": value.value,
                "note": fitting("values", clean_line(value.note), LINE_LIMIT),
                "publication_id": value.publication.id if value.publication else None,
            }
            for value in sorted(values, key=lambda one: one.as_of)
        ],
    )
    keep(actor, locked)
    record(actor, IndicatorKept(indicator.id, locked.id))
    return indicator


def remove_indicator(actor: Actor, measure: Measure, indicator_id: int, *, based_on: int) -> None:
    """Watch a number no more; it can be brought back. Raises Conflict like `keep_indicator`."""
    concept = queries.concept_by_id(measure.concept_id)
    RIGHTS.require(actor, Permission.WRITE, concept)
    raise_version(concept.id)
    locked = goal_queries.access_measure(actor, concept, measure.id)
    count_up(locked, based_on)
    indicator = goal_queries.access_indicator(locked, indicator_id, removed=True)
    if indicator.removed_at is None:
        indicator.removed_at = locked.changed_at = now()
        keep(actor, locked)
        record(actor, IndicatorRemoved(indicator_id, locked.id))


def return_indicator(actor: Actor, measure: Measure, indicator_id: int) -> None:
    """Watch a removed number again, with its values. Raises Invalid if the measure has too many by now."""
    concept = queries.concept_by_id(measure.concept_id)
    RIGHTS.require(actor, Permission.WRITE, concept)
    raise_version(concept.id)
    locked = goal_queries.access_measure(actor, concept, measure.id)
    indicator = goal_queries.access_indicator(locked, indicator_id, removed=True)
    if indicator.removed_at is None:
        return
    _check_room(locked)
    count_up(locked)
    indicator.removed_at, locked.changed_at = None, now()
    keep(actor, locked)
    record(actor, IndicatorReturned(indicator_id, locked.id))


def _check_room(measure: Measure) -> None:
    if len(measure.indicators) >= MOST_INDICATORS:
        raise Invalid(_l("A measure has at most %(most)d indicators.", most=MOST_INDICATORS))


def _wrong(field: str, sentence: Sentence) -> Invalid:
    return Invalid(sentence, {field: [sentence]})
