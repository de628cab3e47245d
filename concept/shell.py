"""What this package adds to the frame of every page."""

from __future__ import annotations

from flask import request, url_for

from concept.queries import concepts as queries
from core.i18n import lazy_gettext as _l
from core.shell import NavItem, Shell, contributes
from dialog.shell import dialogue_here


def init() -> None:
    """Make the entry of the main menu known."""
    contributes(add_entry, reads=_dialogue_of_concept)


def add_entry(shell: Shell, slug: str | None) -> None:
    """The concept of the dialogue one is in, or of the latest one."""
    if slug is not None:
        here = (request.endpoint or "").startswith("concept.")
        shell.nav.append(NavItem(_l("Concept"), url_for("concept.overview", slug=slug), here))


def _dialogue_of_concept() -> str | None:
    dialogue = dialogue_here()
    return dialogue.slug if dialogue is not None and queries.has_concept(dialogue.id) else None
