"""What becomes of the rows of a list: found out, and kept beside what was sent.

The actions have required the right before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from core.actor import Actor
from core.bulk import AT_ONCE, insert_many, update_many
from core.db import db
from core.turns import let_others
from dialog.models import Dialogue, ListImport, ListRow
from dialog.municipal_lists.columns import mapping_of
from dialog.municipal_lists.judging import Fix, Judged, Question, judge, report
from dialog.municipal_lists.notes import Note
from dialog.municipal_lists.places import Guide
from dialog.queries import lists as queries
from dialog.vocabulary import Kind


def question_of(
    dialogue: Dialogue,
    kind: Kind,
    columns: Mapping[str, int],
    fixes: Mapping[int, Fix],
    only: str | None = None,
) -> Question:
    """What the rows of a list are judged by besides the county's data."""
    return Question(
        kind,
        columns,
        queries.known_entries(dialogue, kind),
        queries.imported_before(dialogue, kind),
        fixes,
        only,
    )


class SentRows(NamedTuple):
    """The rows of a list as they were sent, and what somebody decided about some of them by their places."""

    rows: list[tuple[str, ...]]
    fixes: Mapping[int, Fix]


def sent_rows(found: ListImport) -> SentRows:
    """What is kept of what was sent."""
    kept = queries.sent_rows(found.id)
    return SentRows(
        [tuple(row.cells) for row in kept], {row.record: Fix(**row.fix) for row in kept if row.fix}
    )


def standard_of(
    actor: Actor, found: ListImport, fixes: Mapping[int, Fix] = MappingProxyType({})
) -> tuple[Guide, Question]:
    """What the rows of a kept list are judged by."""
    kind = Kind(found.kind)
    columns = mapping_of(found.header, kind, found.by_hand)
    only = found.municipality.ags if found.municipality else None
    guide = queries.guide_of(actor, found.dialogue)
    return guide, question_of(found.dialogue, kind, columns, fixes, only)


def judge_now(actor: Actor, found: ListImport) -> list[Judged]:
    """Judge all rows of a kept list at once, and keep what comes of it."""
    sent = sent_rows(found)
    judged = judge(sent.rows, *standard_of(actor, found, sent.fixes))
    keep_judged(found, judged)
    return judged


def keep_unjudged(found: ListImport, rows: Sequence[Sequence[str]]) -> None:
    """Keep the rows of a new list before anybody has looked at them."""
    unknown = {"outcome": "", "digest": "", "reasons": [], "warnings": [], "understood": {}, "fix": {}}
    insert_many(
        ListRow,
        [
            {"import_id": found.id, "record": at, "number": str(at), "cells": list(cells), **unknown}
            for at, cells in enumerate(rows, 1)
        ],
    )


def keep_new(found: ListImport, judged: Sequence[Judged], entries: Mapping[int, int]) -> None:
    """Keep the rows of a new list as they were sent and judged; `entries` are what was made, by place."""
    insert_many(
        ListRow,
        [
            {
                **_row_values(one),
                "import_id": found.id,
                "cells": list(one.cells),
                "fix": {},
                "contribution_id": entries.get(one.record),
            }
            for one in judged
        ],
    )
    _count(found, judged)


def keep_judged(found: ListImport, judged: Sequence[Judged]) -> None:
    """Keep what has become of the rows of a list, all of them in their order."""
    changes = []
    for row, one in zip(queries.judged_rows(found.id), judged, strict=True):
        values = _row_values(one)
        # Of thousands of rows nearly all are judged as they were before.
        if any(getattr(row, name) != value for name, value in values.items()):
            changes.append(values | {"id": row.id})
        if one.record % AT_ONCE == 0:
            let_others()
    update_many(ListRow, changes)
    db.session.expire_all()
    _count(found, judged)


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
