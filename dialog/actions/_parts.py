"""Pieces that several actions here share; the actions have required the right before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, or_, update

from core.actor import Actor
from core.clock import now
from core.db import db, upsert
from core.errors import Conflict, Invalid, NotFound, Stale
from core.i18n import CONTENT_LANGUAGES
from core.i18n import lazy_gettext as _l
from core.statements import Statement
from core.text import clean_text, fold
from dialog.counts import Snapshot
from dialog.models import (
    Contribution,
    Decision,
    Dialogue,
    DialogueEvent,
    Poll,
    RegisterNumber,
    RegistrationCounts,
    Revision,
    Sitting,
    Station,
)
from dialog.queries import counts as count_queries
from dialog.queries import events as event_queries
from dialog.queries import polls as queries
from dialog.vocabulary import NOTE_LIMIT, TEXT_LIMIT, TITLE_LIMIT, Kind, Visibility
from region.models import ActionField


def move(contribution: Contribution, after: Visibility, *, based_on: int | None = None) -> None:
    """Bring a contribution into another state, in one statement, so that of two people only one does it.

    `based_on` is the revision that was read before deciding, if that matters. Raises Conflict if there is a
    later one, or if the contribution is no longer as it was loaded.
    """
    if based_on is not None and based_on != contribution.revision:
        raise Stale(_l("The author has changed the text meanwhile. Please read it again before you decide."))
    moved = db.session.execute(
        update(Contribution)
        .where(
            Contribution.id == contribution.id,
            Contribution.visibility == contribution.visibility,
            Contribution.revision == contribution.revision,
        )
        .values(visibility=after)
        .execution_options(synchronize_session=False)
    )
    if moved.rowcount == 0:  # type: ignore[attr-defined]
        raise Conflict(_l("Somebody has decided on this contribution already."), code="decided")
    contribution.visibility = after


def add_decision(
    actor: Actor,
    contribution: Contribution,
    decision: str,
    *,
    reason: str = "",
    note: str = "",
    in_group: bool = False,
) -> None:
    """Keep what staff decided, for the author to read; `in_group`: as who leads the working group."""
    db.session.add(
        Decision(
            contribution=contribution,
            decision=decision,
            reason=reason,
            note=note,
            in_group=in_group,
            by_key=actor.key,
            at=now(),
        )
    )


def add_station(
    contribution_id: int, kind: str, label: str, values: Mapping[str, Any], url: str, at: datetime
) -> None:
    """Add one stop to a contribution's way."""
    db.session.add(
        Station(contribution_id=contribution_id, kind=kind, label=label, values=dict(values), url=url, at=at)
    )


def show_otherwise_in_polls(contribution_id: int) -> None:
    """Say that polls show this contribution in another way now, such as not at all."""
    db.session.execute(
        update(Poll)
        .where(Poll.id.in_(queries.polls_with(contribution_id)))
        .values(version=Poll.version + 1)
        .execution_options(synchronize_session=False)
    )


def raise_versions_of_polls(items: Sequence[int]) -> None:
    """Say that the polls of these items show something else now; locks their rows until the commit."""
    db.session.execute(
        update(Poll)
        .where(Poll.id.in_(queries.polls_of_items(items)))
        .values(version=Poll.version + 1)
        .execution_options(synchronize_session=False)
    )


def raise_register_version(dialogue_id: int) -> None:
    """Say that the register has changed; locks the dialogue's row until the commit."""
    db.session.execute(
        update(Dialogue)
        .where(Dialogue.id == dialogue_id)
        .values(register_version=Dialogue.register_version + 1)
        .execution_options(synchronize_session=False)
    )


def sensible_text(text: str) -> str:
    """What somebody typed, fit to keep. Raises Invalid if it is empty or too long."""
    words = clean_text(text)
    if not words:
        raise Invalid(_l("Please write what it is about."), {"text": [_l("Please write what it is about.")]})
    return _within(words, TEXT_LIMIT, "text")


def check_place(dialogue: Dialogue, field: ActionField, language: str) -> None:
    """Raise Invalid for a field of another dialogue or a language that is not on the list."""
    if field.field_set_id != dialogue.field_set_id:
        sentence = _l("Please choose one of the topics on the list.")
        raise Invalid(sentence, {"field": [sentence]})
    if language not in CONTENT_LANGUAGES:
        sentence = _l("Please choose one of the languages on the list.")
        raise Invalid(sentence, {"language": [sentence]})


def keep_wording(actor: Actor, contribution: Contribution) -> None:
    """Add the present wording to those that are kept for staff."""
    contribution.revision = contribution.revision or 1
    contribution.revisions.append(
        Revision(
            number=contribution.revision,
            kind=contribution.kind,
            register_number=contribution.number,
            title=contribution.title,
            text=contribution.text,
            language=contribution.language,
            field_id=contribution.field_id,
            municipality_id=contribution.municipality_id,
            by_key=actor.key,
            at=now(),
        )
    )


def next_number(dialogue_id: int, kind: Kind) -> int:
    """The next register number of this kind; locks its counter until the commit."""
    counting = upsert(RegisterNumber).values(dialogue_id=dialogue_id, kind=kind, last=1)
    number: int = db.session.execute(
        counting.on_conflict_do_update(
            index_elements=[RegisterNumber.dialogue_id, RegisterNumber.kind],
            set_={"last": RegisterNumber.last + 1},
        ).returning(RegisterNumber.last)
    ).scalar_one()
    return number


def sensible_note(text: str, field: str = "note") -> str:
    """A question, note or objection, fit to keep. Raises Invalid about `field` of the form if too long."""
    return _within(clean_text(text), NOTE_LIMIT, field)


def sensible_heading(text: str) -> str:
    """A heading on one line. Raises Invalid if it is too long."""
    return _within(" ".join(clean_text(text).split()), TITLE_LIMIT, "title")


def _within(words: str, most: int, field: str) -> str:
    if len(words) > most:
        sentence = _l(
            "Please use at most %(max)d characters. You have written %(length)d.",
            max=most,
            length=len(words),
        )
        raise Invalid(sentence, {field: [sentence]})
    return words


def searchable(contribution: Contribution) -> str:
    """Everything of a contribution that a search looks through."""
    parts = (contribution.title, contribution.text, contribution.target_group, contribution.provider)
    return fold(" ".join(part for part in parts if part))


def open_plan(event: DialogueEvent) -> DialogueEvent:
    """Lock an event and everything of its plan until the commit, and read it again.

    Who sits where changes under the same lock, so what is found here (such as places taken) stays so.
    """
    db.session.execute(
        update(DialogueEvent)
        .where(DialogueEvent.id == event.id)
        .values(registrations_version=DialogueEvent.registrations_version + 1, changed_at=now())
        .execution_options(synchronize_session=False)
    )
    return event_queries.reread_plan(event.id)


def lock_registrations(event_id: int) -> int:
    """Keep everybody else from changing who sits where at this event until the commit.

    Gives the number of this change: later ones have larger numbers. Call it before you read any place.
    Raises NotFound for an event that was deleted meanwhile.
    """
    row = _LOCK.first(of_event=event_id)
    if row is None:
        raise NotFound
    return int(row[0])


def take_place(sitting_id: int) -> bool:
    """Take one place in a sitting, in one statement; False if none is free."""
    return bool(_TAKE.run(of_sitting=sitting_id))


def give_back_place(sitting_id: int) -> None:
    """Have one place in a sitting free again."""
    _GIVE_BACK.run(of_sitting=sitting_id)


def note_changes(event_id: int, registrations: Iterable[int]) -> None:
    """Note that these are new, gone or different, and count anew once they are five people.

    Whoever calls it holds the lock of the event (`lock_registrations`), so that nobody is forgotten.
    """
    kept = count_queries.kept_counts(event_id)
    snapshot, as_of = kept.snapshot, kept.as_of
    for registration_id in registrations:
        snapshot = snapshot.after(registration_id)
    if snapshot.is_due:
        snapshot, as_of = Snapshot(count_queries.counted_anew(event_id)), now()
    _KEEP_COUNTS.run(
        of_event=event_id, numbers=dict(snapshot.counts), people=sorted(snapshot.changed), moment=as_of
    )


def become(contribution: Contribution, kind: Kind) -> None:
    """Have a contribution be of another kind, with the number it had as such, or a new one."""
    if kind == contribution.kind:
        return
    had = next((one for one in contribution.revisions if one.kind == kind), None)
    number = had.register_number if had else next_number(contribution.dialogue_id, kind)
    # Both change in one statement: between the two they could be those of another contribution.
    contribution.kind, contribution.number = kind, number


def publish_with_lead(member: Contribution) -> None:
    """Show a member where its lead is shown; the caller has required the right and raises versions."""
    if member.visibility in {Visibility.GROUP, Visibility.WAITING}:
        member.visibility = Visibility.PUBLIC
        member.published_at = now()


_LOCK = Statement(
    lambda: (
        update(DialogueEvent)
        .where(DialogueEvent.id == bindparam("of_event"))
        .values(registrations_version=DialogueEvent.registrations_version + 1)
        .returning(DialogueEvent.registrations_version)
    )
)
_TAKE = Statement(
    lambda: (
        update(Sitting)
        .where(
            Sitting.id == bindparam("of_sitting"),
            or_(Sitting.places.is_(None), Sitting.taken < Sitting.places),
        )
        .values(taken=Sitting.taken + 1)
    )
)
_GIVE_BACK = Statement(
    lambda: update(Sitting).where(Sitting.id == bindparam("of_sitting")).values(taken=Sitting.taken - 1)
)


def _keep_counts() -> Any:
    values: dict[str, Any] = {
        "counts": bindparam("numbers"),
        "changed": bindparam("people"),
        "as_of": bindparam("moment"),
    }
    adding = upsert(RegistrationCounts).values(event_id=bindparam("of_event"), **values)
    new = {name: adding.excluded[name] for name in values}
    return adding.on_conflict_do_update(index_elements=[RegistrationCounts.event_id], set_=new)


_KEEP_COUNTS = Statement(_keep_counts)
