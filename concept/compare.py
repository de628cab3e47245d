"""What differs between the records of two states of a concept, and the summary of everything that differs.

The words of the text are compared by `core.documents.compare`. Nothing is looked up here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from concept.vocabulary import STATUS_LABELS
from core.errors import Sentence
from core.i18n import gettext, name_in, ngettext
from core.i18n import lazy_gettext as _l

COLUMNS: Mapping[str, Sentence] = {
    "titles": _l("Title"),
    "goal": _l("Goal"),
    "target_group": _l("For whom"),
    "responsible": _l("Responsible"),
    "partners": _l("Partners"),
    "begins": _l("Begin"),
    "ends": _l("End"),
    "time_frame": _l("Time frame"),
    "cost": _l("Cost"),
    "funding": _l("Funding"),
    "indicator": _l("How we will notice"),
    "indicators": _l("Indicators"),
    "priority_class": _l("Class"),
}
"""What is said about a measure besides its status, in the order in which changes of it are named."""


@dataclass(frozen=True, slots=True)
class MeasureChange:
    """How one measure differs. `status` is what it was and is, or None; `columns` are names of COLUMNS."""

    reference: str
    titles: dict[str, str]
    kind: str
    """added, removed or changed"""
    status: tuple[str, str] | None = None
    columns: tuple[str, ...] = ()


@dataclass(slots=True)
class RecordChanges:
    """How the records of two states differ."""

    measures: list[MeasureChange] = field(default_factory=list)
    goals_added: list[str] = field(default_factory=list)
    goals_removed: list[str] = field(default_factory=list)
    goals_changed: list[str] = field(default_factory=list)
    declined: list[str] = field(default_factory=list)
    """Numbers of needs that are declined now and were not."""


def compare_records(old: str, new: str) -> RecordChanges:
    """What differs between the records of two states, both as JSON."""
    before, after = json.loads(old), json.loads(new)
    changes = RecordChanges()
    old_measures = {one["reference"]: one for one in before["measures"]}
    new_measures = {one["reference"]: one for one in after["measures"]}
    for reference, measure in new_measures.items():
        former = old_measures.get(reference)
        if former is None:
            changes.measures.append(MeasureChange(reference, measure["titles"], "added"))
        elif (change := _measure(former, measure)) is not None:
            changes.measures.append(change)
    for reference, measure in old_measures.items():
        if reference not in new_measures:
            changes.measures.append(MeasureChange(reference, measure["titles"], "removed"))
    changes.measures.sort(key=lambda change: change.reference)
    old_goals = {one["number"]: one["texts"] for one in before["goals"]}
    new_goals = {one["number"]: one["texts"] for one in after["goals"]}
    changes.goals_added = [number for number in new_goals if number not in old_goals]
    changes.goals_removed = [number for number in old_goals if number not in new_goals]
    changes.goals_changed = [
        number for number, texts in new_goals.items() if number in old_goals and old_goals[number] != texts
    ]
    was_declined = {one["reference"] for one in before["declined"]}
    changes.declined = [one["reference"] for one in after["declined"] if one["reference"] not in was_declined]
    return changes


def _measure(old: Mapping[str, Any], new: Mapping[str, Any]) -> MeasureChange | None:
    status = (old["status"], new["status"]) if old["status"] != new["status"] else None
    columns = tuple(name for name in COLUMNS if old.get(name) != new.get(name))
    if status is None and not columns:
        return None
    return MeasureChange(new["reference"], new["titles"], "changed", status, columns)


def sentences(counts: Mapping[str, Any], records: RecordChanges) -> list[str]:
    """The summary above a comparison, the most important first, in the language in use."""
    found = [*_about_chapters(counts), *map(_about_measure, records.measures)]
    if numbers := ", ".join(records.goals_added):
        found.append(gettext("New goals: %(numbers)s", numbers=numbers))
    if numbers := ", ".join(records.goals_changed):
        found.append(gettext("Changed goals: %(numbers)s", numbers=numbers))
    if numbers := ", ".join(records.goals_removed):
        found.append(gettext("Goals taken out: %(numbers)s", numbers=numbers))
    if records.declined:
        found.append(gettext("Declined with a reason: %(needs)s", needs=", ".join(records.declined)))
    if how_many := _how_many(counts):
        found.append(how_many)
    return found


def _about_chapters(counts: Mapping[str, Any]) -> Iterable[str]:
    for title in counts["sections_added"]:
        yield gettext("New chapter: %(title)s", title=title)
    for title in counts["sections_removed"]:
        yield gettext("Chapter taken out: %(title)s", title=title)
    for title in counts["sections_moved"]:
        yield gettext("Chapter in another place: %(title)s", title=title)
    for title in counts["sections_renamed"]:
        yield gettext("Chapter with another title: %(title)s", title=title)


def _about_measure(change: MeasureChange) -> str:
    name = f"{change.reference} {name_in(change.titles)}"
    if change.kind == "added":
        return gettext("New measure: %(name)s", name=name)
    if change.kind == "removed":
        return gettext("Measure taken out: %(name)s", name=name)
    columns = ", ".join(str(COLUMNS[column]) for column in change.columns)
    if change.status is None:
        return gettext("%(name)s changed: %(columns)s", name=name, columns=columns)
    was, now = (str(STATUS_LABELS.get(status, status)) for status in change.status)
    if columns:
        return gettext(
            "%(name)s is %(now)s now (before: %(was)s), also changed: %(columns)s",
            name=name,
            now=now,
            was=was,
            columns=columns,
        )
    return gettext("%(name)s is %(now)s now (before: %(was)s)", name=name, now=now, was=was)


def _how_many(counts: Mapping[str, Any]) -> str:
    parts = [
        ngettext("%(num)s paragraph changed", "%(num)s paragraphs changed", counts["changed"])
        if counts["changed"]
        else "",
        ngettext("%(num)s new", "%(num)s new ones", counts["added"]) if counts["added"] else "",
        ngettext("%(num)s taken out", "%(num)s were taken out", counts["removed"])
        if counts["removed"]
        else "",
        ngettext("%(num)s moved", "%(num)s were moved", counts["moved"]) if counts["moved"] else "",
        ngettext("%(num)s row of a table changed", "%(num)s rows of tables changed", counts["rows"])
        if counts["rows"]
        else "",
    ]
    return ", ".join(part for part in parts if part)
