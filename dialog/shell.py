"""What this package adds to the frame of every page."""

from __future__ import annotations

from flask import g, request, url_for

from accounts.landing import leads
from core.actor import Actor
from core.i18n import lazy_gettext as _l
from core.shell import NavItem, Shell, contributes
from core.web import current_actor
from dialog.permissions import RIGHTS, Permission
from dialog.queries import dialogues as queries
from dialog.queries.dialogues import DialogueHere, RegisterState


def init() -> None:
    """Make the entries of the main menu known."""
    contributes(add_entries, reads=_here)
    leads(_work_of)


def _work_of(actor: Actor) -> str | None:
    """Whoever checks contributions begins with those that wait."""
    dialogue = dialogue_here()
    if dialogue is None or not RIGHTS.allows(actor, Permission.SEE_QUEUE, dialogue):
        return None
    return url_for("dialog.moderation", slug=dialogue.slug)


def stand_in(dialogue: DialogueHere | RegisterState) -> None:
    """Say which dialogue this page is of, where a view knows it; the frame need not ask then."""
    g.dialogue_here = dialogue


def dialogue_here() -> DialogueHere | RegisterState | None:
    """The dialogue whose page this is, else the latest one; looked up once per page."""
    if "dialogue_here" not in g:
        slug = (request.view_args or {}).get("slug", "")
        # No name has this character, and PostgreSQL takes no question that does; this page says so.
        g.dialogue_here = queries.dialogue_at(current_actor(), "" if "\0" in slug else slug)
    found: DialogueHere | RegisterState | None = g.dialogue_here
    return found


def _here() -> DialogueHere | None:
    dialogue = dialogue_here()
    return None if dialogue is None else DialogueHere(dialogue.id, dialogue.slug)


def add_entries(shell: Shell, dialogue: DialogueHere | None) -> None:
    """Register, results, one's own contributions and, for staff, the queue of the dialogue one is in."""
    actor = current_actor()
    if dialogue is None:
        return
    here = request.endpoint or ""

    def add(label: object, endpoint: str, *also: str) -> None:
        shell.nav.append(
            NavItem(
                label,
                url_for(f"dialog.{endpoint}", slug=dialogue.slug),
                here in {f"dialog.{name}" for name in (endpoint, *also)},
            )
        )

    if RIGHTS.allows(actor, Permission.SEE_QUEUE, dialogue):
        add(_l("To check"), "moderation", "moderate")
    add(_l("Needs and offers"), "register", "contribution", "contribute")
    add(_l("Voting and results"), "polls", "poll", "prepare_poll")
    if RIGHTS.allows(actor, Permission.READ_OWN, dialogue):
        add(_l("My contributions"), "mine", "revise")
