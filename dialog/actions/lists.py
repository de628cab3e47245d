"""Taking over a list of needs or offers: read and judged, taken over as a whole, taken back as a whole."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import delete, insert, update

from core.actor import Actor
from core.clock import now
from core.db import db
from core.errors import Conflict, Invalid
from core.i18n import N_
from core.i18n import lazy_gettext as _l
from core.journal import record
from core.text import clean_line
from dialog.actions._details import forget_details
from dialog.actions._list_entries import make_entries, station
from dialog.actions._parts import raise_register_version
from dialog.facts import ListImported, ListTakenBack
from dialog.models import (
    Contribution,
    Dialogue,
    ListImport,
    ListRow,
    Revision,
    Station,
)
from dialog.municipal_lists.columns import COLUMN_LABELS, mapping_of
from dialog.municipal_lists.judging import Fix, Judged, Question, judge, report
from dialog.municipal_lists.limits import BadList
from dialog.municipal_lists.notes import TAKEN, Note
from dialog.municipal_lists.reading import MunicipalList, read_list
from dialog.municipal_lists.words import key
from dialog.permissions import RIGHTS, Permission
from dialog.queries import lists as queries
from dialog.queries.workspaces import Workspace
from dialog.vocabulary import Kind, ListState, Visibility

NAMED_AT_MOST = 30
"""Most register numbers that a refusal names."""

_AT_ONCE = 400
"""Most values in one statement; some databases take no more than a thousand."""


def read_in(
    actor: Actor,
    dialogue: Dialogue,
    *,
    kind: Kind,
    file_name: str,
    content: bytes,
    here: Workspace | None = None,
) -> ListImport:
    """Read a list and judge its rows; nothing of it is in the register yet.

    `here` is the workspace of the municipality that hands it in for itself: entries of another one are
    rejected then, and what names no place is its own. Raises Invalid, with one sentence about the whole
    file, for what is no list.
    """
    RIGHTS.require(actor, Permission.IMPORT, here or dialogue)
    found = _readable(content)
    place = here.municipality if here else None
    remembered = queries.remembered_columns(dialogue, kind, place)
    headings = {key(heading) for heading in found.header}
    made = ListImport(
        dialogue_id=dialogue.id,
        municipality=place,
        kind=kind,
        state=ListState.PREVIEW,
        file_name=clean_line(file_name)[:200],
        digest=hashlib.sha256(content).hexdigest(),
        header=list(found.header),
        by_hand={words: column for words, column in remembered.items() if words in headings},
        counts={},
        by_key=actor.key,
        read_at=now(),
    )
    db.session.add(made)
    db.session.flush()  # The rows need the id.
    judged = _judge(actor, made, dialogue, found.rows, {})
    db.session.execute(
        insert(ListRow),
        [_row_values(one) | {"import_id": made.id, "cells": list(one.cells), "fix": {}} for one in judged],
    )
    _count(made, judged)
    return made


def judge_list(actor: Actor, dialogue: Dialogue, *, kind: Kind, content: bytes) -> list[Judged]:
    """What would become of each row of a list, without keeping anything. Raises Invalid like `read_in`."""
    RIGHTS.require(actor, Permission.IMPORT, dialogue)
    found = _readable(content)
    columns = mapping_of(found.header, kind)
    _need_title(columns, found.header)
    return judge(found.rows, queries.guide_of(actor, dialogue), _question(dialogue, kind, columns, {}))


def take_over(
    actor: Actor, dialogue: Dialogue, *, kind: Kind, file_name: str, content: bytes
) -> tuple[int, list[Judged], dict[int, str]]:
    """Read a list and take it over at once, for the command line.

    Gives the list's id, what became of its rows, and the register numbers of the new entries by row.
    """
    found = read_in(actor, dialogue, kind=kind, file_name=file_name, content=content)
    judged = _import(actor, found)
    rows = queries.rows_of(found)
    return found.id, judged, {row.record: row.contribution.reference for row in rows if row.contribution}


def name_columns(actor: Actor, found: ListImport, by_hand: Mapping[str, str]) -> None:
    """Say what headings mean (by their words, as `words.key` gives them; "" for nothing), and judge again."""
    RIGHTS.require(actor, Permission.IMPORT, found)
    _check_open(found)
    found.by_hand = {words: column for words, column in by_hand.items() if column in {"", *COLUMN_LABELS}}
    _judge_again(actor, found)


def fix_row(actor: Actor, found: ListImport, row: ListRow, fix: Fix) -> None:
    """Decide by hand what a row means, and judge all again; empty parts of `fix` leave it as it was sent."""
    RIGHTS.require(actor, Permission.IMPORT, found)
    _check_open(found)
    row.fix = {"title": clean_line(fix.title), "place": fix.place, "field": fix.field, "take": fix.take}
    db.session.flush()
    _judge_again(actor, found)


def drop_preview(actor: Actor, found: ListImport) -> None:
    """Throw away a list that was only looked at."""
    RIGHTS.require(actor, Permission.IMPORT, found)
    _check_open(found)
    _delete([found.id])


def forget_previews(actor: Actor, ids: Sequence[Any]) -> int:
    """Throw away lists that were only looked at, long ago."""
    RIGHTS.require(actor, Permission.ERASE_PERSON)
    _delete(ids)
    return len(ids)


def import_list(actor: Actor, found: ListImport) -> int:
    """Take over every row that is in order, all or none; gives how many entries are new.

    Rows are judged once more, because the register may have changed since they were looked at. Raises
    Conflict if the list was taken over before.
    """
    judged = _import(actor, found)
    return sum(one.outcome in TAKEN for one in judged)


def _import(actor: Actor, found: ListImport) -> list[Judged]:
    dialogue = found.dialogue
    RIGHTS.require(actor, Permission.IMPORT, found)
    _need_title(mapping_of(found.header, Kind(found.kind), found.by_hand), found.header)
    _step(found, ListState.PREVIEW, ListState.IMPORTED)
    # Locks the dialogue: of two lists with the same rows the second one finds those of the first.
    raise_register_version(dialogue.id)
    judged = _judge_again(actor, found)
    taken = [one for one in judged if one.outcome in TAKEN]
    made = make_entries(actor, dialogue, Kind(found.kind), [one.entry for one in taken])
    row_ids = {row.record: row.id for row in queries.judged_rows(found)}
    if made:
        db.session.execute(
            update(ListRow),
            [
                {"id": row_ids[one.record], "contribution_id": entry}
                for one, entry in zip(taken, made, strict=True)
            ],
        )
    db.session.expire_all()
    found.state, found.imported_at = ListState.IMPORTED, now()
    db.session.flush()
    record(actor, ListImported(found.id, len(made)))
    return judged


def take_back(actor: Actor, found: ListImport) -> int:
    """Withdraw everything a list has brought: words are destroyed, register numbers stay. Gives how many.

    The rows stay as they were sent, so that nothing is lost. Raises Conflict, naming the entries, if somebody
    has worked with any of them since, and if the list was taken back before.
    """
    RIGHTS.require(actor, Permission.IMPORT, found)
    _step(found, ListState.IMPORTED, ListState.UNDONE)
    raise_register_version(found.dialogue_id)
    used = queries.used_since(found)
    if used:
        named = ", ".join(used[:NAMED_AT_MOST]) + (" …" if len(used) > NAMED_AT_MOST else "")
        raise Conflict(
            _l(
                "This list can no longer be taken back. Others have worked with entries of it: %(named)s.",
                named=named,
            ),
            code="used",
        )
    ids = queries.contributions_of(found.id)
    for begin in range(0, len(ids), _AT_ONCE):
        _withdraw(ids[begin : begin + _AT_ONCE])
    found.state, found.undone_at, found.undone_by_key = ListState.UNDONE, now(), actor.key
    record(actor, ListTakenBack(found.id, len(ids)))
    return len(ids)


def _readable(content: bytes) -> MunicipalList:
    try:
        return read_list(content)
    except BadList as error:
        raise Invalid(error.sentence, {"file": [error.sentence]}) from error


def _need_title(columns: Mapping[str, int], header: Sequence[str]) -> None:
    if "title" not in columns:
        named = ", ".join(f"“{heading}”" for heading in header if heading)[:300]
        raise Invalid(_l("No column was recognised as the title. The headings are: %(named)s.", named=named))


def _check_open(found: ListImport) -> None:
    if found.state != ListState.PREVIEW:
        raise Conflict(_l("This list has been taken over already. It can no longer be changed."))


def _step(found: ListImport, before: ListState, after: ListState) -> None:
    """Bring a list into another state in one statement, so that of two people only one does it."""
    moved = db.session.execute(
        update(ListImport)
        .where(ListImport.id == found.id, ListImport.state == before)
        .values(state=after)
        .execution_options(synchronize_session=False)
    )
    if moved.rowcount == 0:  # type: ignore[attr-defined]
        raise Conflict(_l("Somebody has taken over this list, or taken it back, already."), code="decided")


def _question(
    dialogue: Dialogue,
    kind: Kind,
    columns: Mapping[str, int],
    fixes: Mapping[int, Fix],
    only: str | None = None,
) -> Question:
    return Question(
        kind,
        columns,
        queries.known_entries(dialogue, kind),
        queries.imported_before(dialogue, kind),
        fixes,
        only,
    )


def _judge(
    actor: Actor,
    found: ListImport,
    dialogue: Dialogue,
    rows: Iterable[Sequence[str]],
    fixes: Mapping[int, Fix],
) -> list[Judged]:
    kind = Kind(found.kind)
    columns = mapping_of(found.header, kind, found.by_hand)
    guide = queries.guide_of(actor, dialogue)
    only = found.municipality.ags if found.municipality else None
    return judge([tuple(row) for row in rows], guide, _question(dialogue, kind, columns, fixes, only))


def _judge_again(actor: Actor, found: ListImport) -> list[Judged]:
    rows = queries.judged_rows(found)
    fixes = {row.record: Fix(**row.fix) for row in rows if row.fix}
    judged = _judge(actor, found, found.dialogue, [row.cells for row in rows], fixes)
    changes = [
        values | {"id": row.id}
        for row, values in zip(rows, map(_row_values, judged), strict=True)
        # Of thousands of rows nearly all are judged as they were before.
        if any(getattr(row, name) != value for name, value in values.items())
    ]
    if changes:
        db.session.execute(update(ListRow), changes)
        db.session.expire_all()
    _count(found, judged)
    return judged


def _count(found: ListImport, judged: Iterable[Judged]) -> None:
    found.counts = dict(Counter(str(one.outcome) for one in judged))


def _row_values(one: Judged) -> dict[str, Any]:
    told = report(one)
    return {
        "record": one.record,
        "number": one.number,
        "digest": one.digest,
        "outcome": str(one.outcome),
        "same_as": one.same_as[:20] if one.same_as else None,
        "reasons": _kept(one.reasons),
        "warnings": _kept(one.warnings),
        "understood": told["values"],
    }


def _kept(notes: Iterable[Note]) -> list[list[Any]]:
    return [[note.code, note.values] for note in notes]


def _withdraw(ids: Sequence[int]) -> None:
    """Destroy the words of entries that nobody has worked with, as their author's withdrawing would."""
    gone = db.session.execute(
        update(Contribution)
        .where(
            Contribution.id.in_(ids),
            Contribution.visibility == Visibility.PUBLIC,
            Contribution.revision == 1,
        )
        .values(visibility=Visibility.WITHDRAWN, title="", text="", search_text="")
        .execution_options(synchronize_session=False)
    )
    if gone.rowcount != len(ids):  # type: ignore[attr-defined]
        raise Conflict(_l("Somebody has decided on this contribution already."), code="decided")
    db.session.execute(
        update(Revision)
        .where(Revision.contribution_id.in_(ids))
        .values(title="", text="")
        .execution_options(synchronize_session=False)
    )
    forget_details(ids)
    label = N_("Taken back together with its list")
    db.session.execute(insert(Station), [station(one, "withdrawn", label) | {"at": now()} for one in ids])
    db.session.expire_all()


def _delete(ids: Sequence[int]) -> None:
    for model, column in ((ListRow, ListRow.import_id), (ListImport, ListImport.id)):
        db.session.execute(delete(model).where(column.in_(ids)).execution_options(synchronize_session=False))
