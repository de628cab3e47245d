"""Lists of municipalities: those that were read, and what the next one is judged by."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Text, cast, exists, func, or_, select
from sqlalchemy.orm import joinedload

from core import retention
from core.actor import Actor
from core.bulk import AT_ONCE
from core.db import db
from core.errors import NotFound
from core.retention import Due
from core.text import excerpt
from core.turns import let_others
from dialog.models import (
    Contribution,
    Coverage,
    Decision,
    Dialogue,
    ListImport,
    ListRow,
    ListWork,
    Merge,
    NeedDetails,
    OfferDetails,
    PollItem,
    Station,
    Translation,
)
from dialog.municipal_lists.doubles import KnownEntry
from dialog.municipal_lists.notes import HINTS, TAKEN
from dialog.municipal_lists.places import COUNTY_WIDE, Guide
from dialog.permissions import RIGHTS, Permission
from dialog.queries import dialogues as dialogue_queries
from dialog.queries.moderation import reference_of
from dialog.vocabulary import Kind, ListState, Outcome, Visibility
from region import queries as region_queries
from region.models import ActionField, Municipality

LOOKED_BACK = 50
"""So many lists are asked for what was said about their headings."""

SEARCHED_FOR_SAMPLES = 50
SAMPLES = 3
SAMPLE_LIMIT = 60
"""Of the first so many rows so many cells are shown of each column, cut to so many characters."""

NO_USE = ("imported", "published", "in_concept")
"""Stations that come by themselves when an entry is published, once each; any other is somebody's work."""


def access_list(actor: Actor, dialogue: Dialogue, import_id: int) -> ListImport:
    """A list that was read for this dialogue. Raises NotFound for others and for who may not import."""
    found = db.session.get(ListImport, import_id)
    if found is None or found.dialogue_id != dialogue.id:
        raise NotFound
    if not RIGHTS.allows(actor, Permission.IMPORT, found):
        raise NotFound
    return found


def lists_of(actor: Actor, dialogue: Dialogue) -> list[ListImport]:
    """The lists of a dialogue, the latest first. Raises NotFound for who may not import."""
    if not RIGHTS.allows(actor, Permission.IMPORT, dialogue):
        raise NotFound
    return list(
        db.session.execute(
            select(ListImport)
            .where(ListImport.dialogue_id == dialogue.id)
            .options(joinedload(ListImport.municipality))
            .order_by(ListImport.id.desc())
        ).scalars()
    )


def list_by_id(import_id: int) -> ListImport | None:
    """A list, for reactions."""
    return db.session.get(ListImport, import_id)


def list_to_work_on(import_id: int) -> ListImport:
    """A list with its dialogue, for the program itself."""
    return db.session.execute(
        select(ListImport)
        .where(ListImport.id == import_id)
        .options(joinedload(ListImport.dialogue), joinedload(ListImport.municipality))
    ).scalar_one()


def lock_list(found: ListImport) -> None:
    """Read a list anew and keep others from changing it until the commit. Raises NotFound if it is gone."""
    kept = db.session.execute(
        select(ListImport)
        .where(ListImport.id == found.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if kept is None:
        raise NotFound
    db.session.expire(found, ["work"])


def rows_of(
    found: ListImport,
    outcomes: Collection[str] = (),
    *,
    hinted: bool = False,
    offset: int = 0,
    limit: int | None = None,
) -> list[ListRow]:
    """The rows of a list in their order, with what was made of them; maybe only some of them."""
    wanted = select(ListRow).where(ListRow.import_id == found.id)
    if outcomes:
        wanted = wanted.where(ListRow.outcome.in_(outcomes))
    if hinted:
        wanted = wanted.where(_has_hints())
    return list(
        db.session.execute(
            wanted.options(joinedload(ListRow.contribution))
            .order_by(ListRow.record)
            .offset(offset)
            .limit(limit)
        ).scalars()
    )


def samples_of(found: ListImport) -> list[list[str]]:
    """Of each column the first different cells, cut to be read at a glance."""
    beginning = select(ListRow.cells).where(ListRow.import_id == found.id).order_by(ListRow.record)
    rows = db.session.execute(beginning.limit(SEARCHED_FOR_SAMPLES)).scalars().all()
    samples = []
    for position in range(len(found.header)):
        cells = (" ".join(row[position].split()) for row in rows if position < len(row))
        samples.append([excerpt(cell, SAMPLE_LIMIT) for cell in dict.fromkeys(cells) if cell][:SAMPLES])
    return samples


def ids_of_numbers(dialogue: Dialogue, kind: Kind, first: int, many: int) -> list[int]:
    """The contributions with these register numbers, one after the other, by their numbers."""
    return list(
        db.session.execute(
            select(Contribution.id)
            .where(
                Contribution.dialogue_id == dialogue.id,
                Contribution.kind == kind,
                Contribution.number.between(first, first + many - 1),
            )
            .order_by(Contribution.number)
        ).scalars()
    )


def references_by_record(import_id: int) -> dict[int, str]:
    """The register numbers of what was made of the rows of a list, by their place in it."""
    rows = db.session.execute(
        select(ListRow.record, Contribution.kind, Contribution.number)
        .join(Contribution, Contribution.id == ListRow.contribution_id)
        .where(ListRow.import_id == import_id)
        .order_by(ListRow.record)
    )
    return {record: reference_of(kind, number) for record, kind, number in rows}


def sent_rows(import_id: int) -> list[Row[Any]]:
    """The rows of a list in their order as they were sent, and what was decided about them by hand."""
    return _plain_rows(import_id, ListRow.record, ListRow.cells, ListRow.fix)


def judged_rows(import_id: int) -> list[Row[Any]]:
    """The rows of a list in their order, and what was last found about them."""
    return _plain_rows(
        import_id,
        ListRow.id,
        ListRow.record,
        ListRow.number,
        ListRow.digest,
        ListRow.outcome,
        ListRow.same_as,
        ListRow.reasons,
        ListRow.warnings,
        ListRow.understood,
    )


def row_ids(import_id: int) -> dict[int, int]:
    """The ids of the rows of a list by their place in it."""
    return {row.record: row.id for row in _plain_rows(import_id, ListRow.record, ListRow.id)}


def _plain_rows(import_id: int, *columns: Any) -> list[Row[Any]]:
    """Thousands of rows are fetched by the hundred, because reading them takes its time, too."""
    rows: list[Row[Any]] = []
    found = db.session.execute(
        select(*columns).where(ListRow.import_id == import_id).order_by(ListRow.record)
    ).yield_per(AT_ONCE)
    for some in found.partitions():
        rows.extend(some)
        let_others()
    return rows


def count_hinted(import_id: int) -> int:
    """How many rows that could be taken over have hints that somebody has to read before."""
    return db.session.execute(
        select(func.count()).select_from(ListRow).where(ListRow.import_id == import_id, _has_hints())
    ).scalar_one()


def hinted_records(import_id: int) -> set[int]:
    """The places of the rows that `count_hinted` counts."""
    return set(db.session.scalars(select(ListRow.record).where(ListRow.import_id == import_id, _has_hints())))


def _has_hints() -> ColumnElement[bool]:
    codes = cast(ListRow.warnings, Text)
    return ListRow.outcome.in_(TAKEN) & or_(*(codes.like(f'%["{code}"%') for code in HINTS))


def count_rows(import_id: int) -> int:
    """How many rows a list has, whatever stands in them."""
    return db.session.execute(
        select(func.count()).select_from(ListRow).where(ListRow.import_id == import_id)
    ).scalar_one()


def works_waiting(silent_since: datetime) -> list[int]:
    """The lists with which something is to be done that nobody is at, or was at after this moment."""
    return list(
        db.session.execute(
            select(ListWork.import_id)
            .where(
                ListWork.failed.is_(False),
                or_(ListWork.claim.is_(None), ListWork.seen_at < silent_since),
            )
            .order_by(ListWork.import_id)
        ).scalars()
    )


def work_of(import_id: int) -> ListWork:
    """What is to be done with a list that something is to be done with."""
    return db.session.get_one(ListWork, import_id, populate_existing=True)


def row_of(found: ListImport, record: int) -> ListRow:
    """One row of a list. Raises NotFound, also once nothing is kept of the rows."""
    row = db.session.execute(
        select(ListRow).where(ListRow.import_id == found.id, ListRow.record == record)
    ).scalar_one_or_none()
    if row is None or found.rows_gone_at is not None:
        raise NotFound
    return row


def mark_of(row: ListRow) -> str:
    """What was decided about a row by hand so far, as one word that changes with it."""
    return hashlib.sha256(json.dumps(row.fix, sort_keys=True).encode()).hexdigest()[:16]


def contributions_of(import_id: int) -> list[int]:
    """Ids of the entries that a list has brought."""
    found = db.session.execute(
        select(ListRow.contribution_id).where(ListRow.import_id == import_id).order_by(ListRow.record)
    )
    return [one for one in found.scalars() if one is not None]


def guide_of(actor: Actor, dialogue: Dialogue) -> Guide:
    """What is known about the county and the fields of this dialogue."""
    county = region_queries.county()
    words = (county.list_words if county else None) or {}
    fields = dialogue_queries.fields_of(dialogue)
    return Guide(
        county.name if county else "",
        [(one.ags, one.name) for one in region_queries.visible_municipalities(actor)],
        {one.slug: one.names for one in fields},
        words.get("fields", {}).get(dialogue.field_set.slug, {}),
        words.get("parts", {}),
        words.get("county", ()),
    )


def known_entries(dialogue: Dialogue, kind: Kind) -> list[KnownEntry]:
    """What the public register has of this kind."""
    rows = db.session.execute(
        select(
            Contribution.number,
            Municipality.ags,
            ActionField.slug,
            Contribution.title,
            Contribution.provider,
        )
        .join(ActionField, ActionField.id == Contribution.field_id)
        .join(Municipality, Municipality.id == Contribution.municipality_id, isouter=True)
        .where(
            Contribution.dialogue_id == dialogue.id,
            Contribution.kind == kind,
            Contribution.visibility == Visibility.PUBLIC,
        )
        .order_by(Contribution.number)
    ).yield_per(AT_ONCE)
    known: list[KnownEntry] = []
    for some in rows.partitions():
        known.extend(
            KnownEntry(reference_of(kind, number), ags or COUNTY_WIDE, field, title, provider)
            for number, ags, field, title, provider in some
        )
        let_others()
    return known


def remembered_columns(
    dialogue: Dialogue, kind: Kind, municipality: Municipality | None = None
) -> dict[str, str]:
    """What was last said by hand about headings of lists of this kind.

    For a `municipality` what was said about its own lists counts, and that of the coordination where it has
    said nothing; the words of one municipality are not those of another.
    """
    said: dict[str, str] = {}
    whose = [municipality.id, None] if municipality else [None]
    for one in whose:
        for by_hand in db.session.execute(
            select(ListImport.by_hand)
            .where(
                ListImport.dialogue_id == dialogue.id,
                ListImport.kind == kind,
                ListImport.municipality_id.is_(None) if one is None else ListImport.municipality_id == one,
            )
            .order_by(ListImport.id.desc())
            .limit(LOOKED_BACK)
        ).scalars():
            said = {**by_hand, **said}
    return said


def imported_before(dialogue: Dialogue, kind: Kind) -> dict[str, str]:
    """Register numbers of what earlier lists have brought and nobody has taken back, by the row's digest."""
    rows = db.session.execute(
        select(ListRow.digest, Contribution.kind, Contribution.number)
        .join(ListImport, ListImport.id == ListRow.import_id)
        .join(Contribution, Contribution.id == ListRow.contribution_id)
        .where(
            ListImport.dialogue_id == dialogue.id,
            ListImport.kind == kind,
            Contribution.visibility != Visibility.WITHDRAWN,
        )
        .order_by(ListRow.id)
    )
    return {digest: reference_of(kind_now, number) for digest, kind_now, number in rows}


def used_since(found: ListImport) -> list[str]:
    """Register numbers of the list's entries that somebody has worked with since: they cannot just vanish."""
    of_it = Contribution.id
    rows = db.session.execute(
        select(Contribution.kind, Contribution.number)
        .join(ListRow, ListRow.contribution_id == Contribution.id)
        .where(
            ListRow.import_id == found.id,
            or_(
                Contribution.visibility != Visibility.PUBLIC,
                Contribution.outcome != Outcome.ADOPTED,
                Contribution.revision != 1,
                exists().where(Station.contribution_id == of_it, Station.kind.not_in(NO_USE)),
                # A paragraph that rests on it adds another stop of the same kind as its list in the concept.
                select(func.count())
                .where(Station.contribution_id == of_it, Station.kind == "in_concept")
                .scalar_subquery()
                > 1,
                exists().where(PollItem.ref_kind == "contribution", PollItem.ref_id == of_it),
                exists().where(or_(Merge.lead_id == of_it, Merge.member_id == of_it)),
                exists().where(Translation.contribution_id == of_it),
                exists().where(Decision.contribution_id == of_it),
                exists().where(or_(Coverage.need_id == of_it, Coverage.offer_id == of_it)),
                # What was written about it beyond its words has a revision; the list's own details have none.
                exists().where(OfferDetails.contribution_id == of_it, OfferDetails.revision > 0),
                exists().where(NeedDetails.contribution_id == of_it, NeedDetails.revision > 0),
            ),
        )
        .order_by(Contribution.number)
    )
    return [reference_of(kind, number) for kind, number in rows]


def outlived_previews(before: datetime) -> Sequence[Due]:
    """Lists that were only looked at, and that before this moment."""
    rows = db.session.execute(
        select(ListImport.id, ListImport.read_at)
        .where(
            ListImport.state == ListState.PREVIEW,
            ListImport.read_at < before,
            ListImport.dialogue_id.not_in(retention.held_dialogues()),
        )
        .order_by(ListImport.read_at)
    )
    return [Due(one, at) for one, at in rows]


def outlived_rows(before: datetime) -> Sequence[Due]:
    """Lists that were taken over or taken back before this moment and whose rows are still kept."""
    ended = func.coalesce(ListImport.undone_at, ListImport.imported_at)
    rows = db.session.execute(
        select(ListImport.id, ended)
        .where(
            ListImport.state != ListState.PREVIEW,
            ListImport.rows_gone_at.is_(None),
            ended < before,
            ListImport.dialogue_id.not_in(retention.held_dialogues()),
        )
        .order_by(ended)
    )
    return [Due(one, at) for one, at in rows]
