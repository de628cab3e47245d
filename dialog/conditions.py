"""Conditions of who somebody is to a dialogue, a group or a contribution, and of the state these are in.

`dialog.permissions` makes rights of them.
"""

from __future__ import annotations

from typing import Any

from core.actor import Actor
from core.i18n import lazy_gettext as _l
from core.permissions import phase
from dialog.models import Contribution, Dialogue, DialogueEvent, Merge, WorkingGroup
from dialog.vocabulary import Kind, Origin, Visibility


def _dialogue_id(context: Any) -> int | None:
    return context.id if isinstance(context, Dialogue) else getattr(context, "dialogue_id", None)


def is_coordinator(actor: Actor, context: Any) -> bool:
    """Someone of the county who prepares, moderates and publishes in this dialogue."""
    return actor.has("coordinator", "dialogue", _dialogue_id(context))


def is_participant(actor: Actor, context: Any) -> bool:
    """Someone who takes part in this dialogue and may still write and vote."""
    return actor.has("participant", "dialogue", _dialogue_id(context))


def was_participant(actor: Actor, context: Any) -> bool:
    """Someone who took part and may still read what became of it."""
    return actor.has("former_participant", "dialogue", _dialogue_id(context))


def leads_group(actor: Actor, context: WorkingGroup) -> bool:
    """Someone who moderates this group or takes its notes, or does so in its whole event."""
    return any(
        actor.has(role, "group", context.id) or actor.has(role, "event", context.event_id)
        for role in ("moderator", "note_taker")
    )


@phase(_l("Cards are not taken at the moment. Please wait for the next step."))
def group_takes_cards(actor: Actor, context: Any) -> bool:
    """The group takes cards in its present step; the context names the `group`."""
    return bool(context.group.accepts_cards)


def has_place_in_group(actor: Actor, context: Any) -> bool:
    """Someone with a place in the group in the round the context is of."""
    return bool(context.seated) and is_participant(actor, context)


def is_author_of_card(actor: Actor, context: Any) -> bool:
    """The one who wrote the card that the context is of."""
    return bool(actor.key) and context.contribution.author_key == actor.key


@phase(_l("This card can no longer be changed. It has been decided on already."))
def is_card_of_group(actor: Actor, context: Any) -> bool:
    """The card is still the group's alone: nobody has published, hidden or withdrawn it."""
    return context.contribution.visibility in {Visibility.GROUP, Visibility.WAITING}


def is_read_in_group(actor: Actor, context: Any) -> bool:
    """The card that the context is of is shown to everybody in the group."""
    return context.contribution.visibility in {Visibility.GROUP, Visibility.PUBLIC}


def has_words(actor: Actor, context: Any) -> bool:
    """The words of the card that the context is of still exist."""
    return bool(context.contribution.visibility != Visibility.WITHDRAWN)


def leads_group_here(actor: Actor, context: Any) -> bool:
    """Someone who runs the group the context names."""
    return leads_group(actor, context.group)


def leads_its_group(actor: Actor, context: Contribution) -> bool:
    """Someone who runs the working group in which it was said."""
    return context.group is not None and leads_group(actor, context.group)


def is_coordinator_of_member(actor: Actor, context: Merge) -> bool:
    """Someone of the county who moderates in the dialogue of a merge."""
    return is_coordinator(actor, context.member)


def is_author(actor: Actor, context: Contribution) -> bool:
    """The one who wrote this contribution; what was written for a municipality stays with it."""
    if not actor.key or context.author_key != actor.key:
        return False
    if context.origin != Origin.MUNICIPALITY:
        return True
    return edits_its_municipality(actor, context) or is_coordinator(actor, context)


def is_public(actor: Actor, context: Contribution) -> bool:
    """The contribution stands in the public register."""
    return context.visibility == Visibility.PUBLIC


def event_is_published(actor: Actor, context: DialogueEvent) -> bool:
    """The event is past its preparation."""
    return context.published


@phase(_l("This dialogue does not take contributions at the moment."))
def dialogue_accepts(actor: Actor, context: Dialogue) -> bool:
    """The dialogue takes contributions now."""
    return context.accepts_contributions


@phase(_l("This contribution can no longer be changed. It has been decided on already."))
def awaits_author(actor: Actor, context: Contribution) -> bool:
    """The author can still change the wording."""
    return context.visibility in {Visibility.WAITING, Visibility.RETURNED}


@phase(_l("This contribution has been withdrawn by its author."))
def is_not_withdrawn(actor: Actor, context: Contribution) -> bool:
    """Its words still exist."""
    return context.visibility != Visibility.WITHDRAWN


def edits_its_municipality(actor: Actor, context: Any) -> bool:
    """Somebody of the very municipality that the context is of; nobody's for the whole county."""
    municipality_id = getattr(context, "municipality_id", None)
    return municipality_id is not None and actor.has("municipality_editor", "municipality", municipality_id)


def came_from_municipality(actor: Actor, context: Contribution) -> bool:
    """Written by a municipality's people in its workspace, not by somebody who lives there."""
    return context.origin == Origin.MUNICIPALITY


def is_offer(actor: Actor, context: Contribution) -> bool:
    """It says what exists."""
    return context.kind == Kind.OFFER


def comes_from_office(actor: Actor, context: Contribution) -> bool:
    """Told by an office, in a workspace or a list, and not by somebody who lives there."""
    return context.origin in {Origin.MUNICIPALITY, Origin.IMPORT}


def is_no_draft(actor: Actor, context: Contribution) -> bool:
    """Its people have sent it; before, it is theirs alone."""
    return context.visibility != Visibility.DRAFT


@phase(_l("This entry can no longer be changed here. It has been decided on already."))
def awaits_municipality(actor: Actor, context: Contribution) -> bool:
    """The municipality can still change the wording."""
    return context.visibility in {Visibility.DRAFT, Visibility.WAITING, Visibility.RETURNED}
