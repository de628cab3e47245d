"""How target groups of the gap matrix are called."""

from __future__ import annotations

from core.i18n import gettext
from dialog.offer_words import TARGET_GROUPS
from dialog.queries.gap_groups import NOT_SAID, OTHERS


def group_names() -> dict[str, str]:
    """Every row the matrix by target group may have, in the language in use."""
    return {code: str(label) for code, label in TARGET_GROUPS.items()} | {
        OTHERS: gettext("Other groups"),
        NOT_SAID: gettext("Not stated"),
    }
