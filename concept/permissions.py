"""Who may read, write and order a concept."""

from __future__ import annotations

from enum import StrEnum

from core.permissions import Rights, anyone, entrances, is_operator, is_system
from dialog.permissions import is_coordinator


class Permission(StrEnum):
    """Everything that can be done in this package."""

    READ = "concept.read"
    FOUND = "concept.found"
    WRITE = "concept.write"
    INCLUDE = "concept.include"
    CHOOSE_POLL = "concept.choose_poll"
    COMPILE = "concept.compile"


RIGHTS = Rights[Permission](
    {
        Permission.READ: [[anyone]],
        Permission.FOUND: [[is_coordinator], [is_operator]],
        Permission.WRITE: [[is_coordinator], [is_operator]],
        Permission.INCLUDE: [[is_coordinator], [is_operator], [is_system]],
        Permission.CHOOSE_POLL: [[is_coordinator], [is_operator]],
        Permission.COMPILE: [[is_operator]],
    }
)
"""The context is the concept; for founding one it is the dialogue."""

entrances.declare(
    routes={
        "concept.overview": Permission.READ,
        "concept.chapter": Permission.READ,
        "concept.download": Permission.READ,
        "concept.decisive_poll": Permission.CHOOSE_POLL,
    },
    commands={"concept compile": Permission.COMPILE},
)
