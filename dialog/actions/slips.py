"""Codes on paper: slips to hand out, and invitations by a list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import insert

from accounts.actions import batches
from accounts.models import CodeBatch
from accounts.permissions import Scope
from core import keys
from core.actor import Actor, Tier
from core.clock import now
from core.db import db
from core.errors import Invalid
from core.i18n import lazy_gettext as _l
from core.journal import record
from dialog.facts import ParticipantsRegistered
from dialog.models import Dialogue, DialogueEvent, Participant, RollEntry
from dialog.permissions import RIGHTS, Permission
from dialog.roll_files import MOST_PLACES, Place, digest
from dialog.vocabulary import MOST_SLIPS
from region import queries as region_queries

WRITING_AFTER_EVENT = timedelta(days=14)
"""How long after an event its slips let people write and vote, unless staff say otherwise."""


def make_slips(
    actor: Actor,
    dialogue: Dialogue,
    event: DialogueEvent | None,
    *,
    number: int,
    label: str,
    seed: bytes,
    write_until: datetime | None = None,
) -> CodeBatch:
    """Make codes of tier B to be handed out on slips, each for one participant who is not known yet.

    The browser that holds the secret in `seed` reads the codes back; see `accounts.actions.batches`. Left
    out, `write_until` is two weeks after the event. Raises Invalid for too many at once.
    """
    RIGHTS.require(actor, Permission.HAND_OUT_CODES, dialogue)
    if not 1 <= number <= MOST_SLIPS:
        sentence = _l("Please type a number from 1 to %(most)d.", most=MOST_SLIPS)
        raise Invalid(sentence, {"number": [sentence]})
    batch, _ = _issue(
        actor, dialogue, event, size=number, tier="B", label=label, seed=seed, write_until=write_until
    )
    return batch


def invite_roll(
    actor: Actor,
    dialogue: Dialogue,
    event: DialogueEvent | None,
    *,
    places: Sequence[Place],
    label: str,
    seed: bytes,
    write_until: datetime | None = None,
) -> CodeBatch:
    """Make one code of tier A for each place on a list; what the list says fills in its holder's form.

    The office's references are not kept. Raises Conflict if the same list was read in before, Invalid if it
    is empty or too long.
    """
    RIGHTS.require(actor, Permission.HAND_OUT_CODES, dialogue)
    if not 1 <= len(places) <= MOST_PLACES:
        raise Invalid(_l("The list is too long. At most %(most)d lines can be read in.", most=MOST_PLACES))
    batch, participants = _issue(
        actor,
        dialogue,
        event,
        size=len(places),
        tier="A",
        label=label,
        seed=seed,
        write_until=write_until,
        roll=digest(places, keys.current().digest),
    )
    municipalities = {one.ags: one.id for one in region_queries.visible_municipalities(actor)}
    db.session.execute(
        insert(RollEntry),
        [
            {
                "participant_id": participant,
                "event_id": event.id if event else None,
                "role": place.role,
                "municipality_id": municipalities.get(place.municipality),
                "language": place.language,
            }
            for participant, place in zip(participants, places, strict=True)
        ],
    )
    return batch


def revoke_unused_slips(actor: Actor, dialogue: Dialogue, batch: CodeBatch) -> None:
    """Make void what nobody has used of a batch, such as slips that were left over or lost together."""
    RIGHTS.require(actor, Permission.HAND_OUT_CODES, dialogue)
    batches.revoke_unused(actor, batch)


def _issue(
    actor: Actor,
    dialogue: Dialogue,
    event: DialogueEvent | None,
    *,
    size: int,
    tier: Tier,
    label: str,
    seed: bytes,
    write_until: datetime | None,
    roll: bytes | None = None,
) -> tuple[CodeBatch, list[int]]:
    """Make the codes and the participants who will hold them; gives their ids in the order of the codes."""
    write_until = write_until or (event.ends_at + WRITING_AFTER_EVENT if event else None)
    if write_until is not None and write_until <= now():
        sentence = _l("The codes would have expired already. Please choose a day that is still to come.")
        raise Invalid(sentence, {"until": [sentence]})
    batch, holders = batches.issue_batch(
        actor,
        Scope("dialogue", dialogue.id),
        size=size,
        tier=tier,
        label=label,
        seed=seed,
        event_id=event.id if event else None,
        digest=roll,
        write_until=write_until,
    )
    at = now()
    participants = db.session.execute(
        insert(Participant).returning(Participant.id, sort_by_parameter_order=True),
        [{"key": key, "dialogue_id": dialogue.id, "tier": tier, "created_at": at} for key in holders],
    ).scalars()
    record(actor, ParticipantsRegistered(batch.id, dialogue.id, tier, size))
    return batch, list(participants)
