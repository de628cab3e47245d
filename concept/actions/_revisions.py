"""Counting the writings of goals and measures, and keeping what each left; the right was required before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from concept.models import Goal, Indicator, IndicatorValue, Measure, PlanRevision
from concept.queries import plan_history as queries
from core.actor import SYSTEM, Actor
from core.clock import now
from core.db import db
from core.revisions import write_over

SHEET = (
    "titles",
    "target_group",
    "responsible",
    "partners",
    "begins",
    "ends",
    "time_frame",
    "cost",
    "funding",
    "indicator",
    "status",
    "priority_class",
)
"""The columns of a measure that its writers fill in."""

WATCHED = ("name", "unit", "baseline", "baseline_as_of", "target", "target_by")
"""The same of a number to watch."""


def count_up(row: Goal | Measure, based_on: int | None = None) -> None:
    """Count one more writing of a row read under a lock, before anything of it changes.

    The writing before it is kept if nobody has. Raises Stale if that is later than `based_on`.
    """
    former = row.revision
    write_over(row, former if based_on is None else based_on)
    if queries.wording(row, former) is None:
        _add(SYSTEM, row, former, row.changed_at)


def keep(actor: Actor, row: Goal | Measure, *, restored_from: int | None = None) -> None:
    """Keep what a goal or measure is after a writing."""
    db.session.flush()
    if isinstance(row, Measure):
        queries.read_indicators_again(row)
    _add(actor, row, row.revision, now(), restored_from)


def write_values(indicator: Indicator, values: Iterable[Mapping[str, Any]]) -> None:
    """Let an indicator have these values, columns by their names, instead of those it had."""
    db.session.flush()  # A new indicator has no id before.
    for former in list(indicator.values):
        db.session.delete(former)
    db.session.flush()  # Former values go before new ones of the same time come.
    db.session.add_all(IndicatorValue(indicator_id=indicator.id, **value) for value in values)


def _add(
    actor: Actor, row: Goal | Measure, number: int, at: datetime, restored_from: int | None = None
) -> None:
    owner = {"goal_id": row.id} if isinstance(row, Goal) else {"measure_id": row.id}
    db.session.add(
        PlanRevision(
            **owner,
            number=number,
            sheet=_sheet(row),
            restored_from=restored_from,
            by_key=actor.key,
            at=at,
        )
    )


def _sheet(row: Goal | Measure) -> dict[str, Any]:
    common = {"number": row.number, "removed": row.removed_at is not None}
    if isinstance(row, Goal):
        return {**common, "texts": dict(row.texts)}
    columns = {name: getattr(row, name) for name in SHEET}
    indicators = [_indicator(one) for one in row.indicators]
    return {**common, **columns, "goal_id": row.goal_id, "indicators": indicators}


def _indicator(indicator: Indicator) -> dict[str, Any]:
    return {
        "id": indicator.id,
        **{name: getattr(indicator, name) for name in WATCHED},
        "values": [
            {
                "as_of": value.as_of,
                "value": value.value,
                "note": value.note,
                "publication_id": value.publication_id,
            }
            for value in indicator.values
        ],
    }
