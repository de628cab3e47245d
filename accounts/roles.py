"""The roles that accounts hold: where each may count, which ones end, and what people call them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from core.clock import now
from core.errors import Sentence
from core.i18n import lazy_gettext as _l

ROLE_SCOPES = {
    "administrator": frozenset({"county"}),
    "coordinator": frozenset({"county", "dialogue"}),
    "moderator": frozenset({"event", "group"}),
    "note_taker": frozenset({"event", "group"}),
    "municipality_editor": frozenset({"municipality"}),
    "provider": frozenset({"organisation"}),
    "auditor": frozenset({"county"}),
    "participant": frozenset({"dialogue"}),
}
"""Roles that accounts may hold, and where each one may count."""

INVITED_ROLES: Mapping[str, tuple[str, ...]] = {
    "municipality_editor": ("municipality",),
    "moderator": ("event", "group"),
    "note_taker": ("event", "group"),
    "coordinator": ("dialogue", "county"),
    "provider": ("organisation",),
    "administrator": ("county",),
    "auditor": ("county",),
}
"""Roles that an invitation can give, with the kinds of scopes, in the order in which they are offered.

Whoever takes part needs none: the event code lets everybody in.
"""

TIME_LIMITED = frozenset({"moderator", "note_taker"})
"""Roles that always end."""

AFTER_THE_EVENT = timedelta(days=14)
"""How long after an event its roles end, unless somebody says otherwise."""

ROLE_LABELS: Mapping[str, Sentence] = {
    "administrator": _l("Keeping the accounts"),
    "coordinator": _l("Coordination"),
    "moderator": _l("Moderation"),
    "note_taker": _l("Taking the minutes"),
    "municipality_editor": _l("Municipality"),
    "provider": _l("Provider"),
    "auditor": _l("Audit"),
    "participant": _l("Taking part"),
}
"""What people call each role."""

ROLE_NOTES: Mapping[str, Sentence] = {
    "administrator": _l("keeps accounts and settings, and sees no contributions that are not public"),
    "coordinator": _l("prepares, checks contributions, sets priorities and writes the concept"),
    "moderator": _l("runs a group on the day of the event"),
    "note_taker": _l("writes down what a group says"),
    "municipality_editor": _l("enters needs and offers of the own municipality"),
    "provider": _l("keeps the offers of the own organisation"),
    "auditor": _l("reads the journal and who may do what"),
    "participant": _l("takes part in a dialogue"),
}
"""What somebody with this role does."""


def end_of(role: str, wish: datetime | None, event_ends_at: datetime | None = None) -> datetime | None:
    """When a role ends: as wished; else, for one that must end, two weeks after the event, or from now."""
    if wish is not None or role not in TIME_LIMITED:
        return wish
    return max(event_ends_at or now(), now()) + AFTER_THE_EVENT
