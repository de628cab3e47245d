"""What a municipality's people do: write entries as drafts, send them, say that all of it is current."""

from __future__ import annotations

from sqlalchemy import update

from core.actor import Actor
from core.clock import now
from core.db import db
from core.errors import SentAlready, Stale
from core.i18n import N_
from core.i18n import lazy_gettext as _l
from core.journal import record
from core.text import excerpt, fold
from dialog.actions._details import note_checked
from dialog.actions._parts import (
    add_station,
    check_place,
    keep_wording,
    next_number,
    raise_register_version,
    sensible_text,
)
from dialog.facts import ContributionRevised, ContributionSubmitted, EntriesConfirmed, EntryDrafted
from dialog.models import Confirmation, Contribution
from dialog.permissions import RIGHTS, Permission
from dialog.queries import contributions as queries
from dialog.queries.workspaces import Workspace, offers_to_confirm
from dialog.vocabulary import TITLE_LIMIT, Kind, Origin, Visibility
from region.models import ActionField


def write_entry(
    actor: Actor,
    here: Workspace,
    *,
    kind: Kind,
    text: str,
    field: ActionField,
    language: str,
    send: bool,
    again: bool = False,
) -> Contribution:
    """Write down what a municipality lacks or has: as a draft of its people, or sent to be checked.

    Raises Invalid for an empty or too long text, a field of another dialogue or an unknown language, and
    SentAlready if this actor has written the same in these words, unless they do it `again` on purpose.
    """
    RIGHTS.require(actor, Permission.WORK_FOR_MUNICIPALITY, here)
    words = sensible_text(text)
    check_place(here.dialogue, field, language)
    earlier = None if again else queries.own_with_text(actor, here.dialogue, kind, words)
    if earlier is not None:
        raise SentAlready(earlier)
    made = Contribution(
        dialogue_id=here.dialogue_id,
        kind=kind,
        number=next_number(here.dialogue_id, kind),
        field_id=field.id,
        municipality_id=here.municipality_id,
        title=excerpt(words, TITLE_LIMIT),
        text=words,
        language=language,
        search_text=fold(words),
        origin=Origin.MUNICIPALITY,
        author_key=actor.key,
        visibility=Visibility.WAITING if send else Visibility.DRAFT,
        created_at=now(),
    )
    keep_wording(actor, made)
    db.session.add(made)
    db.session.flush()  # Station and fact need the id.
    if send:
        _sent(actor, made)
    else:
        record(actor, EntryDrafted(made.id))
    return made


def change_entry(
    actor: Actor,
    entry: Contribution,
    *,
    based_on: int,
    text: str,
    field: ActionField,
    language: str,
    send: bool,
) -> None:
    """Write an entry of one's municipality otherwise, whoever there began it, and `send` it to be checked.

    What was sent before stays sent. `based_on` is the revision that was seen; raises Stale if there is a
    later one, Conflict once staff have decided, and Invalid like `write_entry`.
    """
    RIGHTS.require(actor, Permission.WRITE_ENTRY, entry)
    words = sensible_text(text)
    check_place(entry.dialogue, field, language)
    before = Visibility(entry.visibility)
    after = Visibility.DRAFT if before == Visibility.DRAFT and not send else Visibility.WAITING
    changed = db.session.execute(
        update(Contribution)
        .where(
            Contribution.id == entry.id,
            Contribution.revision == based_on,
            Contribution.visibility == before,
        )
        .values(revision=based_on + 1, visibility=after)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount == 0:  # type: ignore[attr-defined]
        raise Stale(
            _l("This text was changed in another window meanwhile. Please compare and send it again.")
        )
    entry.revision, entry.visibility = based_on + 1, after
    entry.text, entry.title = words, excerpt(words, TITLE_LIMIT)
    entry.language, entry.field_id = language, field.id
    entry.search_text = fold(words)
    keep_wording(actor, entry)
    if before == Visibility.DRAFT:
        if send:
            _sent(actor, entry)
        else:
            record(actor, EntryDrafted(entry.id))
        return
    if before == Visibility.RETURNED:
        add_station(entry.id, "answered", N_("The author has changed the text"), {}, "", now())
    record(actor, ContributionRevised(entry.id, entry.revision))


def confirm_entries(actor: Actor, here: Workspace) -> None:
    """Say that what the register has from a municipality is current. Every time is kept.

    Its offers that exist are checked by that, as far as its people answer for them.
    """
    RIGHTS.require(actor, Permission.WORK_FOR_MUNICIPALITY, here)
    offers = offers_to_confirm(actor, here)
    if offers:
        note_checked([one.id for one in offers])
        raise_register_version(here.dialogue_id)
    db.session.add(
        Confirmation(
            dialogue_id=here.dialogue_id, municipality_id=here.municipality_id, by_key=actor.key, at=now()
        )
    )
    record(actor, EntriesConfirmed(here.dialogue_id, here.municipality_id))


def _sent(actor: Actor, entry: Contribution) -> None:
    add_station(entry.id, "submitted", N_("We have received it"), {}, "", now())
    record(actor, ContributionSubmitted(entry.id))
