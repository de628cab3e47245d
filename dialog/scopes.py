"""Dialogues, events and groups as places in which roles of accounts can count."""

from __future__ import annotations

from collections.abc import Iterator

from accounts.permissions import Scope
from accounts.scopes import Place, offers
from core.actor import Actor
from core.i18n import lazy_gettext as _l
from core.i18n import name_in
from dialog.queries import dialogues as queries
from dialog.queries import places


def init() -> None:
    """Offer dialogues, events and groups."""
    offers("dialogue", _dialogues)
    offers("event", _events)
    offers("group", _groups)


def _dialogues(actor: Actor) -> Iterator[Place]:
    for dialogue in queries.visible_dialogues(actor):
        yield Place(Scope("dialogue", dialogue.id), _l("Dialogue: %(name)s", name=name_in(dialogue.titles)))


def _events(actor: Actor) -> Iterator[Place]:
    for event in places.all_events(actor):
        yield Place(
            Scope("event", event.id),
            name_in(event.titles),
            within=Scope("dialogue", event.dialogue_id),
            ends_at=event.ends_at,
        )


def _groups(actor: Actor) -> Iterator[Place]:
    for group in places.all_groups(actor):
        yield Place(
            Scope("group", group.id),
            _l(
                "%(group)s, %(event)s",
                group=name_in(group.names),
                event=name_in(group.event.titles),
            ),
            within=Scope("dialogue", group.event.dialogue_id),
            ends_at=group.event.ends_at,
        )
