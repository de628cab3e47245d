"""The words and gaps of what a public body must say of itself. No database, no Flask."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.errors import Sentence
from core.i18n import lazy_gettext as _l

TEXT_LIMIT = 8_000
"""Most characters of a long text."""

LINE_LIMIT = 200
"""Most characters of a line."""

ACCESSIBILITY: Mapping[str, Sentence] = {
    "full": _l("This website meets the requirements for accessibility."),
    "partly": _l("This website meets the requirements for accessibility in part."),
    "none": _l("This website does not meet the requirements for accessibility yet."),
}
"""How accessible the site is, by the model of the declaration (state law on equal treatment)."""

METHODS: Mapping[str, Sentence] = {
    "self": _l("We checked it ourselves."),
    "third": _l("An independent body checked it."),
}
"""How that was found out."""

LINES = ("office_name", "represented_by", "office_phone", "office_mail", "dpo_mail")
"""Facts of one line."""

TEXTS = ("postal", "dpo_office", "authority", "feedback", "enforcement")
"""Facts of several lines of plain text."""

MARKDOWN = ("more_imprint", "barriers")
"""Facts that staff write as Markdown."""

CHOICES: Mapping[str, Mapping[str, Sentence]] = {
    "accessibility_status": ACCESSIBILITY,
    "checked_how": METHODS,
}
"""Facts that are one of a few words."""

NAMES: Mapping[str, Sentence] = {
    "office_name": _l("Publisher"),
    "postal": _l("Postal address"),
    "represented_by": _l("Represented by (an office, no name)"),
    "office_phone": _l("Telephone"),
    "office_mail": _l("Mail address"),
    "more_imprint": _l("Further words for the imprint"),
    "dpo_office": _l("Data protection officer (an office with its address)"),
    "dpo_mail": _l("Mail address of the data protection officer"),
    "authority": _l("Supervisory authority for data protection"),
    "accessibility_status": _l("How accessible is the site?"),
    "barriers": _l("Known barriers"),
    "checked_on": _l("Day of the declaration on accessibility"),
    "checked_how": _l("How was it checked?"),
    "feedback": _l("Where to report barriers"),
    "enforcement": _l("Arbitration and enforcement body"),
}
"""What people read for each fact, in the order of the form."""

OPTIONAL = frozenset({"more_imprint"})


def missing(notices: Any) -> list[str]:
    """The facts that are still to be entered before a site goes public, in the order of the form."""
    return [name for name in NAMES if name not in OPTIONAL and not getattr(notices, name, None)]
