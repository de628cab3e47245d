"""The record of processing activities (Art. 30 GDPR), written from the inventory."""

from __future__ import annotations

from typing import Any

from core import inventory, retention
from core.i18n import gettext as _
from core.inventory import BASIS_LABELS, CLASS_LABELS, DataClass


def as_dict() -> dict[str, Any]:
    """The record as plain values, in the language in use; periods are the defaults of the program."""
    activities = []
    for key, activity in inventory.ACTIVITIES.items():
        activities.append(
            {
                "key": key,
                "title": str(activity.title),
                "what": str(activity.what),
                "purpose": str(activity.purpose),
                "people": str(activity.people),
                "recipients": str(activity.recipients),
                "bases": [str(BASIS_LABELS[basis]) for basis in activity.bases],
                "kept": [
                    *([str(activity.kept)] if activity.kept else []),
                    *(_rule(name) for name in activity.rules),
                ],
                "tables": {
                    name: {column: str(kind) for column, kind in table.classes().items()}
                    for name, table in inventory.TABLES.items()
                    if table.activity == key
                },
            }
        )
    return {
        "activities": activities,
        "cookies": {name: str(kind) for name, kind in inventory.COOKIES.items()},
        "exports": {
            endpoint: {"what": str(export.what), "class": str(export.kind)}
            for endpoint, export in inventory.EXPORTS.items()
        },
        "log_fields_of_people": sorted(inventory.LOG_FIELDS_OF_PEOPLE),
    }


def _rule(name: str) -> str:
    rule = retention.RULES[name]
    return _("%(what)s: %(days)s days %(after)s", what=rule.what, days=rule.days, after=rule.after)


def as_markdown() -> str:
    """The record as a document, in the language in use."""
    record = as_dict()
    lines = ["# " + _("Record of processing activities"), ""]
    for activity in record["activities"]:
        lines += [f"## {activity['title']}", "", activity["what"], ""]
        for label, said in (
            (_("Why"), activity["purpose"]),
            (_("Whose data"), activity["people"]),
            (_("Who gets it"), activity["recipients"]),
            (_("What allows it"), "; ".join(activity["bases"])),
            (_("How long"), " · ".join(activity["kept"])),
        ):
            lines.append(f"- {label}: {said}")
        lines.append("")
        lines += [_columns(name, classes) for name, classes in activity["tables"].items()]
        lines.append("")
    lines += ["## " + _("Cookies"), ""]
    lines += [f"- `{name}`: {CLASS_LABELS[DataClass(kind)]}" for name, kind in record["cookies"].items()]
    lines += ["", "## " + _("Files people can take away"), ""]
    lines += [
        f"- `{endpoint}`: {export['what']} ({CLASS_LABELS[DataClass(export['class'])]})"
        for endpoint, export in record["exports"].items()
    ]
    return "\n".join(lines) + "\n"


def _columns(table: str, classes: dict[str, str]) -> str:
    by_class: dict[str, list[str]] = {}
    for column, kind in classes.items():
        by_class.setdefault(kind, []).append(column)
    told = "; ".join(
        f"{CLASS_LABELS[DataClass(kind)]}: {', '.join(columns)}" for kind, columns in by_class.items()
    )
    return f"- `{table}`: {told}"
