"""Saying something, correcting it, taking it back; taking over entries; appending stations."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import update

from core.actor import Actor
from core.clock import now
from core.db import db, upsert
from core.errors import SentAlready, Stale
from core.i18n import N_
from core.i18n import lazy_gettext as _l
from core.journal import record
from core.text import excerpt, fold
from dialog.actions._details import forget_details
from dialog.actions._parting import part_from_vanished
from dialog.actions._parts import (
    add_station,
    check_place,
    keep_wording,
    move,
    next_number,
    raise_register_version,
    sensible_text,
    show_otherwise_in_polls,
)
from dialog.facts import (
    ContributionImported,
    ContributionRevised,
    ContributionSubmitted,
    ContributionWithdrawn,
)
from dialog.models import Contribution, Dialogue, Merge, Objection, PollItem, RegisterNumber, Translation
from dialog.permissions import RIGHTS, Permission
from dialog.queries import contributions as queries
from dialog.queries import splits as split_queries
from dialog.vocabulary import TITLE_LIMIT, Kind, ObjectionOutcome, Origin, Outcome, Visibility
from region.models import ActionField, Municipality, Publication


def submit_contribution(
    actor: Actor,
    dialogue: Dialogue,
    *,
    kind: Kind,
    text: str,
    field: ActionField,
    municipality: Municipality | None,
    language: str,
    again: bool = False,
) -> Contribution:
    """Say what is missing or what exists; it waits until staff have checked it.

    `municipality` None is the whole county. Raises Invalid for an empty or too long text, a field of
    another dialogue or an unknown language; Forbidden or Conflict when it is not this actor's turn; and
    SentAlready if this actor has said the same in these words, unless they say it `again` on purpose.
    """
    RIGHTS.require(actor, Permission.CONTRIBUTE, dialogue)
    words = sensible_text(text)
    check_place(dialogue, field, language)
    earlier = None if again else queries.own_with_text(actor, dialogue, kind, words)
    if earlier is not None:
        raise SentAlready(earlier)
    contribution = Contribution(
        dialogue_id=dialogue.id,
        kind=kind,
        number=next_number(dialogue.id, kind),
        field_id=field.id,
        municipality_id=municipality.id if municipality else None,
        title=excerpt(words, TITLE_LIMIT),
        text=words,
        language=language,
        search_text=fold(words),
        origin=Origin.FORM,
        author_key=actor.key,
        visibility=Visibility.WAITING,
        created_at=now(),
    )
    keep_wording(actor, contribution)
    db.session.add(contribution)
    db.session.flush()  # Station and fact need the id.
    add_station(contribution.id, "submitted", N_("We have received it"), {}, "", contribution.created_at)
    record(actor, ContributionSubmitted(contribution.id))
    return contribution


def import_contribution(
    actor: Actor,
    dialogue: Dialogue,
    *,
    kind: Kind,
    number: int,
    title: str,
    text: str,
    field: ActionField,
    municipality: Municipality | None,
    target_group: str = "",
    provider: str = "",
    language: str = "de",
    publication: Publication | None = None,
    at: datetime | None = None,
) -> Contribution:
    """Take an entry of a list straight into the register, with its own number and moment."""
    RIGHTS.require(actor, Permission.IMPORT, dialogue)
    words = sensible_text(text)
    moment = at or now()
    contribution = Contribution(
        dialogue_id=dialogue.id,
        kind=kind,
        number=number,
        field_id=field.id,
        municipality_id=municipality.id if municipality else None,
        title=title,
        text=words,
        language=language,
        target_group=target_group,
        provider=provider,
        search_text=fold(" ".join((title, words, target_group, provider))),
        origin=Origin.IMPORT,
        publication_id=publication.id if publication else None,
        visibility=Visibility.PUBLIC,
        outcome=Outcome.ADOPTED,
        created_at=moment,
        published_at=moment,
    )
    keep_wording(actor, contribution)
    db.session.add(contribution)
    db.session.flush()  # Station and fact need the id.
    _count_at_least(dialogue.id, kind, number)
    add_station(contribution.id, "imported", N_("Taken over from a list"), {}, "", moment)
    add_station(contribution.id, "published", N_("Published in the register"), {}, "", moment)
    raise_register_version(dialogue.id)
    record(actor, ContributionImported(contribution.id))
    return contribution


def revise_contribution(
    actor: Actor,
    contribution: Contribution,
    *,
    based_on: int,
    text: str,
    field: ActionField,
    municipality: Municipality | None,
    language: str,
) -> None:
    """Let the author change the wording or place; it waits to be checked again.

    `based_on` is the number of the revision the author saw. Raises Conflict if there is a later one.
    """
    RIGHTS.require(actor, Permission.REVISE, contribution)
    words = sensible_text(text)
    check_place(contribution.dialogue, field, language)
    changed = db.session.execute(
        update(Contribution)
        .where(
            Contribution.id == contribution.id,
            Contribution.revision == based_on,
            Contribution.visibility == contribution.visibility,
        )
        .values(revision=based_on + 1)
    )
    if changed.rowcount == 0:  # type: ignore[attr-defined]
        raise Stale(
            _l("This text was changed in another window meanwhile. Please compare and send it again.")
        )
    contribution.revision = based_on + 1
    contribution.text = words
    contribution.title = excerpt(words, TITLE_LIMIT)
    contribution.language = language
    contribution.field_id = field.id
    contribution.municipality_id = municipality.id if municipality else None
    contribution.search_text = fold(words)
    if contribution.visibility == Visibility.RETURNED:
        add_station(contribution.id, "answered", N_("The author has changed the text"), {}, "", now())
    contribution.visibility = Visibility.WAITING
    keep_wording(actor, contribution)
    record(actor, ContributionRevised(contribution.id, contribution.revision))


def withdraw_contribution(actor: Actor, contribution: Contribution) -> None:
    """Let the author take it back: every wording is destroyed, the row, its origin and its way stay.

    What it was divided into says the same words and goes with it.
    """
    RIGHTS.require(actor, Permission.WITHDRAW, contribution)
    parts = [one.part for one in split_queries.parts_of(contribution)]
    for one in (contribution, *parts):
        if RIGHTS.allows(actor, Permission.WITHDRAW, one):
            _destroy_words(one)
            add_station(one.id, "withdrawn", N_("Withdrawn by its author"), {}, "", now())
            record(actor, ContributionWithdrawn(one.id))


def take_back_typed(actor: Actor, contribution: Contribution) -> None:
    """Let whoever typed a card in by mistake take it back: its words are destroyed as if it was withdrawn."""
    RIGHTS.require(actor, Permission.TAKE_BACK_TYPED, contribution)
    _destroy_words(contribution)
    add_station(contribution.id, "withdrawn", N_("Taken back: it was typed in by mistake"), {}, "", now())
    record(actor, ContributionWithdrawn(contribution.id))


def _destroy_words(contribution: Contribution) -> None:
    was_public = contribution.visibility == Visibility.PUBLIC
    move(contribution, Visibility.WITHDRAWN)
    contribution.title = contribution.text = contribution.search_text = contribution.open_question = ""
    contribution.target_group = contribution.provider = ""
    for revision in contribution.revisions:
        revision.title = revision.text = ""
    db.session.execute(
        update(PollItem)
        .where(PollItem.ref_kind == "contribution", PollItem.ref_id == contribution.id)
        .values(title="", text="")
    )
    db.session.execute(
        update(Translation).where(Translation.contribution_id == contribution.id).values(title="", text="")
    )
    # An objection may quote it, and there is nothing left to decide.
    db.session.execute(update(Objection).where(Objection.contribution_id == contribution.id).values(text=""))
    db.session.execute(
        update(Objection)
        .where(Objection.contribution_id == contribution.id, Objection.outcome == ObjectionOutcome.OPEN)
        .values(outcome=ObjectionOutcome.WITHDRAWN)
    )
    db.session.execute(update(Merge).where(Merge.member_id == contribution.id).values(objection=""))
    forget_details([contribution.id])
    part_from_vanished(contribution)
    if was_public:
        raise_register_version(contribution.dialogue_id)
        show_otherwise_in_polls(contribution.id)


def append_station(
    actor: Actor,
    contribution: Contribution,
    *,
    kind: str,
    label: str,
    values: Mapping[str, Any] | None = None,
    url: str = "",
    at: datetime | None = None,
) -> None:
    """Add a stop to a contribution's way, for the packages above; `label` is a message id marked with N_."""
    RIGHTS.require(actor, Permission.APPEND_STATION, contribution)
    add_station(contribution.id, kind, label, values or {}, url, at or now())


def _count_at_least(dialogue_id: int, kind: Kind, number: int) -> None:
    counting = upsert(RegisterNumber).values(dialogue_id=dialogue_id, kind=kind, last=number)
    db.session.execute(
        counting.on_conflict_do_update(
            index_elements=[RegisterNumber.dialogue_id, RegisterNumber.kind],
            set_={"last": number},
            where=RegisterNumber.last < number,
        )
    )
