"""The sheet of a goal or measure as it was kept, line by line in words for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from concept import words
from concept.vocabulary import CLASS_LABELS, STATUS_LABELS, TIME_FRAME_LABELS
from core.i18n import gettext, own_name
from core.i18n import lazy_gettext as _l

_LINES = {
    "target_group": _l("For whom"),
    "responsible": _l("Responsible"),
    "partners": _l("Together with"),
    "begins": _l("Begins"),
    "ends": _l("Ends"),
    "time_frame": _l("Time frame"),
    "cost": _l("Cost"),
    "funding": _l("Funding"),
    "indicator": _l("How we will notice"),
    "status": _l("Status"),
    "priority_class": _l("Class"),
}
_WORDS = {"time_frame": TIME_FRAME_LABELS, "status": STATUS_LABELS, "priority_class": CLASS_LABELS}


def goal_lines(sheet: Mapping[str, Any]) -> dict[str, str]:
    """What a goal said."""
    return {
        **_names(gettext("Goal"), sheet["texts"]),
        gettext("Number within the topic"): str(sheet["number"]),
        gettext("In the concept"): _place(sheet),
    }


def measure_lines(
    sheet: Mapping[str, Any], goals: Mapping[int, str], publications: Mapping[int, str]
) -> dict[str, str]:
    """What the sheet of a measure said. `goals` are their numbers, `publications` their titles, by id."""
    found = {
        **_names(gettext("What is done"), sheet["titles"]),
        gettext("Number of the measure"): str(sheet["number"]),
        gettext("Goal"): words.goal_name(goals[sheet["goal_id"]]),
        gettext("In the concept"): _place(sheet),
    }
    for name, label in _LINES.items():
        found[str(label)] = _written(name, sheet[name])
    for indicator in sheet["indicators"]:
        label = gettext("Number to watch: %(name)s", name=indicator["name"])
        while label in found:
            label += " ·"  # Nothing forbids two of the same name, and each has its line.
        found[label] = "\n".join(_watched(indicator, publications))
    return found


def languages(sheet: Mapping[str, Any]) -> dict[str, str]:
    """In which language the lines are that have their own, by what these lines are called."""
    label, names = (
        (gettext("Goal"), sheet["texts"]) if "texts" in sheet else (gettext("What is done"), sheet["titles"])
    )
    return {_named(label, code): code for code in names}


def _names(label: str, names: Mapping[str, str]) -> dict[str, str]:
    return {_named(label, code): text for code, text in names.items()}


def _named(label: str, code: str) -> str:
    if code == "de":
        return label
    return gettext("%(label)s (%(language)s)", label=label, language=own_name(code))


def _place(sheet: Mapping[str, Any]) -> str:
    return gettext("removed") if sheet["removed"] else gettext("yes")


def _written(name: str, value: Any) -> str:
    if name in _WORDS:
        return str(_WORDS[name].get(value, ""))
    if name in {"begins", "ends"}:
        return words.dated(value)
    return "\n".join(value) if isinstance(value, list) else str(value)


def _watched(indicator: Mapping[str, Any], publications: Mapping[int, str]) -> list[str]:
    unit = indicator["unit"]
    found = [
        gettext(sentence, value=words.counted(indicator[name], unit), when=words.dated(indicator[when]))
        for name, when, sentence in (
            ("baseline", "baseline_as_of", "Beginning: %(value)s (%(when)s)"),
            ("target", "target_by", "Target: %(value)s (%(when)s)"),
        )
        if indicator[name] is not None
    ]
    for value in indicator["values"]:
        source = publications.get(value["publication_id"], "")
        parts = (words.counted(value["value"], unit), value["note"], source)
        found.append(f"{words.dated(value['as_of'])}: {' · '.join(part for part in parts if part)}")
    return found
