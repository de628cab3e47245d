"""Who may read, write and order a concept."""

from __future__ import annotations

from enum import StrEnum

from core.permissions import Rights, anyone, entrances, is_operator, is_system
from dialog.conditions import is_coordinator


class Permission(StrEnum):
    """Everything that can be done in this package."""

    READ = "concept.read"
    FOUND = "concept.found"
    WRITE = "concept.write"
    INCLUDE = "concept.include"
    CHOOSE_POLL = "concept.choose_poll"
    COMPILE = "concept.compile"
    RELEASE = "concept.release"
    WITHDRAW_VERSION = "concept.withdraw_version"
    CHECK = "concept.check"
    TIDY = "concept.tidy"


RIGHTS = Rights[Permission](
    {
        Permission.READ: [[anyone]],
        Permission.FOUND: [[is_coordinator], [is_operator]],
        Permission.WRITE: [[is_coordinator], [is_operator]],
        Permission.INCLUDE: [[is_coordinator], [is_operator], [is_system]],
        Permission.CHOOSE_POLL: [[is_coordinator], [is_operator]],
        Permission.COMPILE: [[is_operator]],
        Permission.RELEASE: [[is_coordinator], [is_operator]],
        Permission.WITHDRAW_VERSION: [[is_coordinator], [is_operator]],
        Permission.CHECK: [[is_operator]],
        Permission.TIDY: [[is_system]],
    }
)
"""The context is the concept; for founding one it is the dialogue."""

entrances.declare(
    routes={
        "concept.overview": Permission.READ,
        "concept.chapter": Permission.READ,
        "concept.download": Permission.READ,
        "concept.decisive_poll": Permission.CHOOSE_POLL,
        "concept.release": Permission.RELEASE,
        "concept.versions": Permission.READ,
        "concept.version": Permission.READ,
        "concept.version_file": Permission.READ,
        "concept.withdraw_version": Permission.WITHDRAW_VERSION,
        "concept.compare": Permission.READ,
        "concept.changes": Permission.READ,
        "concept.plan": Permission.WRITE,
        "concept.add_goal": Permission.WRITE,
        "concept.edit_goal": Permission.WRITE,
        "concept.place_goal": Permission.WRITE,
        "concept.goal_history": Permission.WRITE,
        "concept.measure_history": Permission.WRITE,
        "concept.add_measure": Permission.WRITE,
        "concept.edit_measure": Permission.WRITE,
        "concept.place_measure": Permission.WRITE,
        "concept.add_indicator": Permission.WRITE,
        "concept.edit_indicator": Permission.WRITE,
        "concept.place_indicator": Permission.WRITE,
        "concept.sources": Permission.WRITE,
        "concept.answers": Permission.WRITE,
        "concept.answer": Permission.WRITE,
        "concept.answers_due": Permission.WRITE,
        "concept.place_linked": Permission.WRITE,
        "concept.edit_linked": Permission.WRITE,
        "concept.keep_linked": Permission.WRITE,
        "concept.write_text": Permission.WRITE,
        "concept.writing_here": Permission.WRITE,
        "concept.text_history": Permission.WRITE,
        "concept.restore_text": Permission.WRITE,
        "concept.structure": Permission.WRITE,
        "concept.add_section": Permission.WRITE,
        "concept.edit_section": Permission.WRITE,
    },
    commands={
        "concept compile": Permission.COMPILE,
        "concept release": Permission.RELEASE,
        "concept verify": Permission.CHECK,
    },
)
