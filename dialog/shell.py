"""What this package adds to the frame of every page."""

from __future__ import annotations

from typing import NamedTuple

from flask import g, request, url_for

from accounts.landing import leads
from core.actor import Actor
from core.clock import now
from core.errors import Sentence
from core.i18n import gettext, name_in
from core.i18n import lazy_gettext as _l
from core.shell import NavItem, Shell, contributes
from core.web import current_actor
from dialog.permissions import RIGHTS, Permission
from dialog.queries import day as day_queries
from dialog.queries import dialogues as queries
from dialog.queries import moderation as moderation_queries
from dialog.queries import registrations as registration_queries
from dialog.queries import workspaces as workspace_queries
from dialog.queries.dialogues import DialogueHere, RegisterState

EVENT_PAGES = ("event", "programme")
PREPARING_PAGES = (
    "edit_dialogue",
    "edit_step",
    "plan_event",
    "prepare_event",
    "edit_event",
    "move_event",
    "copy_event",
    "add_item",
    "edit_item",
    "add_group",
    "edit_group",
)


def init() -> None:
    """Make the entries of the main menu known."""
    contributes(add_entries, reads=_here)
    leads(_municipality_of)
    leads(_day_of)
    leads(_work_of)


def _day_of(actor: Actor) -> str | None:
    """On the day of an event people begin with where they have to go, or with the group they run."""
    moment = now()
    day = day_queries.day_of(actor, moment)
    if day is not None:
        return url_for("dialog.now", slug=day.slug, event_slug=day.event_slug)
    led = day_queries.led_day_of(actor, moment)
    if led is not None:
        return url_for("dialog.my_groups", slug=led.slug, event_slug=led.event_slug)
    return None


def _work_of(actor: Actor) -> str | None:
    """Whoever checks contributions begins with those that wait."""
    dialogue = dialogue_here()
    if dialogue is None or not RIGHTS.allows(actor, Permission.SEE_QUEUE, dialogue):
        return None
    return url_for("dialog.moderation", slug=dialogue.slug)


def _municipality_of(actor: Actor) -> str | None:
    """Whoever works for a municipality begins in its workspace."""
    dialogue = dialogue_here()
    own = workspace_queries.own_municipalities(actor)
    if dialogue is None or not own:
        return None
    return url_for("dialog.workspace", slug=dialogue.slug, ags=own[0].ags)


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


class _Here(NamedTuple):
    """The dialogue one is in, and how much of it waits for staff, if it is staff who asks."""

    dialogue_id: int
    slug: str
    waiting: int
    municipalities: tuple[tuple[str, str], ...]
    """Official key and name of those one works for."""
    registrations: tuple[tuple[str, str], ...]
    """On the page about oneself: address and title of the events one is registered for."""

    @property
    def id(self) -> int:
        """The dialogue."""
        return self.dialogue_id


def _here() -> _Here | None:
    dialogue = dialogue_here()
    if dialogue is None:
        return None
    checks = RIGHTS.allows(current_actor(), Permission.SEE_QUEUE, dialogue)
    waiting = moderation_queries.work_waiting(dialogue.id) if checks else 0
    own = tuple((one.ags, one.name) for one in workspace_queries.own_municipalities(current_actor()))
    return _Here(dialogue.id, dialogue.slug, waiting, own, _own_registrations(dialogue.id))


def _own_registrations(dialogue_id: int) -> tuple[tuple[str, str], ...]:
    # Only one page shows them; the others need not ask.
    if request.endpoint != "accounts.account":
        return ()
    events = registration_queries.own_events_ahead(current_actor(), dialogue_id, now())
    return tuple((event.slug, name_in(event.titles)) for event in events)


def add_entries(shell: Shell, dialogue: _Here | None) -> None:
    """Register, results, one's own contributions and, for staff, the queue of the dialogue one is in."""
    actor = current_actor()
    if dialogue is None:
        return
    here = request.endpoint or ""

    def add(label: Sentence, endpoint: str, *also: str, waiting: int = 0) -> None:
        shell.nav.append(
            NavItem(
                label,
                url_for(f"dialog.{endpoint}", slug=dialogue.slug),
                here in {f"dialog.{name}" for name in (endpoint, *also)},
                waiting,
            )
        )

    if RIGHTS.allows(actor, Permission.SEE_QUEUE, dialogue):
        also = (
            "moderate",
            "batches",
            "text_blocks",
            "translations",
            "objection",
            "type_in",
            "correct_heading",
            "lists",
            "municipal_list",
            "list_columns",
            "list_row",
            "workspaces",
        )
        add(_l("To check"), "moderation", *also, waiting=dialogue.waiting)
    for ags, name in dialogue.municipalities[:1]:
        address = url_for("dialog.workspace", slug=dialogue.slug, ags=ags)
        shell.nav.append(NavItem(name, address, request.path.startswith(address)))
    add(_l("Events"), "events", *EVENT_PAGES)
    if RIGHTS.allows(actor, Permission.HELP_PEOPLE, dialogue):
        add(_l("Help desk"), "help_desk", "slip", "slips", "roll")
    add(_l("Needs and offers"), "register", "contribution", "contribute", "offers", "offers_kept", "details")
    add(_l("Votes"), "polls", "poll", "prepare_poll")
    if RIGHTS.allows(actor, Permission.READ_OWN, dialogue):
        add(_l("My contributions"), "mine", "revise")
    if RIGHTS.allows(actor, Permission.PREPARE_DIALOGUE, dialogue):
        add(_l("Prepare"), "prepare", *PREPARING_PAGES)
    if here in {"accounts.code", "accounts.send_code"}:
        shell.code_links.append(
            NavItem(_l("I only have the event code"), url_for("dialog.join", slug=dialogue.slug))
        )
    if here == "accounts.account":
        for ags, name in dialogue.municipalities:
            address = url_for("dialog.workspace", slug=dialogue.slug, ags=ags)
            shell.own_links.append(NavItem(gettext("Workspace of %(place)s", place=name), address))
    for event_slug, title in dialogue.registrations:
        address = url_for("dialog.registration", slug=dialogue.slug, event_slug=event_slug)
        shell.own_links.append(NavItem(gettext("My registration: %(title)s", title=title), address))
