"""Taking over a list of needs or offers: read and judged, taken over as a whole, taken back as a whole."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import delete, insert, update

from core.actor import Actor
from core.bulk import AT_ONCE, update_many
from core.clock import now
from core.db import db
from core.errors import Conflict, Invalid, Stale
from core.i18n import N_
from core.i18n import lazy_gettext as _l
from core.journal import record
from core.text import clean_line, clean_text
from dialog.actions._details import forget_details
from dialog.actions._list_entries import make_entries, station
from dialog.actions._list_rows import (
    judge_now,
    keep_judged,
    keep_new,
    keep_unjudged,
    question_of,
    sent_rows,
    standard_of,
)
from dialog.actions._parts import raise_register_version
from dialog.actions.list_work import LARGE, ask_for, hold
from dialog.facts import ListImported, ListTakenBack
from dialog.models import (
    Contribution,
    Dialogue,
    ListImport,
    ListRow,
    ListWork,
    Revision,
    Station,
)
from dialog.municipal_lists.columns import COLUMN_LABELS, mapping_of, names_of
from dialog.municipal_lists.judging import Fix, Judged, judge
from dialog.municipal_lists.notes import HINTS, TAKEN, Note, RowOutcome
from dialog.municipal_lists.reading import SentList
from dialog.permissions import RIGHTS, Permission
from dialog.queries import lists as queries
from dialog.queries.workspaces import Workspace
from dialog.vocabulary import Kind, ListState, ListTask, Visibility

NAMED_AT_MOST = 30
"""Most register numbers that a refusal names."""


def read_in(
    actor: Actor,
    dialogue: Dialogue,
    *,
    kind: Kind,
    sent: SentList,
    here: Workspace | None = None,
) -> ListImport:
    """Keep a list and judge its rows, those of a long one a little later; nothing is in the register yet.

    `here` is the workspace of the municipality that hands it in for itself: entries of another one are
    rejected then, and what names no place is its own.
    """
    made = _begin_list(actor, dialogue, kind=kind, sent=sent, here=here)
    if len(sent.rows) > LARGE:
        keep_unjudged(made, sent.rows)
        ask_for(actor, made, ListTask.JUDGE)
    else:
        keep_new(made, judge(sent.rows, *standard_of(actor, made)), {})
    return made


def _begin_list(
    actor: Actor, dialogue: Dialogue, *, kind: Kind, sent: SentList, here: Workspace | None = None
) -> ListImport:
    RIGHTS.require(actor, Permission.IMPORT, here or dialogue)
    place = here.municipality if here else None
    remembered = queries.remembered_columns(dialogue, kind, place)
    headings = set(names_of(sent.header))
    made = ListImport(
        dialogue_id=dialogue.id,
        municipality=place,
        kind=kind,
        state=ListState.PREVIEW,
        file_name=clean_line(sent.name)[:200],
        digest=sent.digest,
        header=list(sent.header),
        headings_at=sent.headings_at,
        by_hand={words: column for words, column in remembered.items() if words in headings},
        counts={},
        by_key=actor.key,
        read_at=now(),
    )
    db.session.add(made)
    db.session.flush()  # The rows need the id.
    return made


def judge_list(
    actor: Actor,
    dialogue: Dialogue,
    *,
    kind: Kind,
    sent: SentList,
    tell: Callable[[int], None] | None = None,
) -> list[Judged]:
    """What would become of each row of a list, without keeping anything; `tell` hears of each row's number.

    Raises Invalid if no column is the title.
    """
    RIGHTS.require(actor, Permission.IMPORT, dialogue)
    columns = mapping_of(sent.header, kind, queries.remembered_columns(dialogue, kind))
    _need_title(columns, sent.header)
    question = question_of(dialogue, kind, columns, {})
    return judge(sent.rows, queries.guide_of(actor, dialogue), question, tell)


def take_over(
    actor: Actor, dialogue: Dialogue, *, kind: Kind, sent: SentList
) -> tuple[int, list[Judged], dict[int, str]]:
    """Take a list over at once, for the command line, however long it is.

    Gives the list's id, what became of its rows, and the register numbers of the new entries by row.
    """
    found = _begin_list(actor, dialogue, kind=kind, sent=sent)
    _need_title(mapping_of(found.header, kind, found.by_hand), found.header)
    # Locks the dialogue: of two lists with the same rows the second one finds those of the first.
    raise_register_version(dialogue.id)
    judged = judge(sent.rows, *standard_of(actor, found))
    made = _entries_of(actor, found, judged)
    keep_new(found, judged, made)
    _close(actor, found, len(made))
    return found.id, judged, queries.references_by_record(found.id)


def name_columns(actor: Actor, found: ListImport, by_hand: Mapping[str, str]) -> None:
    """Say what headings mean (by their words, as `names_of` gives them; "" for nothing), and judge again."""
    RIGHTS.require(actor, Permission.IMPORT, found)
    queries.lock_list(found)
    _check_open(found)
    _check_free(found, but=ListTask.JUDGE)
    found.by_hand = {words: column for words, column in by_hand.items() if column in {"", *COLUMN_LABELS}}
    _judge_soon(actor, found)


def fix_row(actor: Actor, found: ListImport, row: ListRow, fix: Fix, *, seen: str | None = None) -> None:
    """Decide by hand what a row means, and judge all again; empty parts of `fix` leave it as it was sent.

    Raises Stale if somebody has decided otherwise since it had the mark `seen`.
    """
    RIGHTS.require(actor, Permission.IMPORT, found)
    queries.lock_list(found)
    # Whoever waited for the lock reads what the other one has decided.
    db.session.refresh(row)
    _check_open(found)
    _check_free(found, but=ListTask.JUDGE)
    if seen is not None and seen != queries.mark_of(row):
        raise Stale(_l("Somebody else has mended this row meanwhile. Please compare and save once more."))
    row.fix = asdict(fix) | {"title": clean_line(fix.title), "text": clean_text(fix.text)}
    db.session.flush()
    _judge_soon(actor, found)


def drop_preview(actor: Actor, found: ListImport) -> None:
    """Throw away a list that was only looked at."""
    RIGHTS.require(actor, Permission.IMPORT, found)
    queries.lock_list(found)
    _check_open(found)
    _check_free(found, but=ListTask.JUDGE)
    _delete([found.id])


def forget_previews(actor: Actor, ids: Sequence[Any]) -> int:
    """Throw away lists that were only looked at, long ago."""
    RIGHTS.require(actor, Permission.ERASE_PERSON)
    _delete(ids)
    return len(ids)


def forget_rows(actor: Actor, ids: Sequence[Any]) -> int:
    """Delete what lists said that were taken over, or taken back, long ago; their entries stay.

    What is kept of a row that became an entry is that, and the digest by which it is known again.
    """
    RIGHTS.require(actor, Permission.ERASE_PERSON)
    of_them = ListRow.import_id.in_(ids)
    silently = {"synchronize_session": False}
    db.session.execute(
        delete(ListRow).where(of_them, ListRow.contribution_id.is_(None)).execution_options(**silently)
    )
    nothing: dict[str, Any] = {"cells": [], "reasons": [], "warnings": [], "understood": {}, "fix": {}}
    db.session.execute(update(ListRow).where(of_them).values(**nothing).execution_options(**silently))
    db.session.execute(
        update(ListImport)
        .where(ListImport.id.in_(ids))
        .values(rows_gone_at=now())
        .execution_options(**silently)
    )
    db.session.expire_all()
    return len(ids)


def import_list(actor: Actor, found: ListImport, *, hints_read: bool = False) -> int | None:
    """Take over every row that is in order, all or none; gives how many entries are new.

    Rows are judged once more, because the register may have changed since they were looked at. Of a long list
    this is only asked for, and None is given. Raises Invalid while nobody has read the hints, and Conflict
    if the list was taken over before, is being taken over or still being looked at.
    """
    RIGHTS.require(actor, Permission.IMPORT, found)
    queries.lock_list(found)
    _check_free(found)
    if not hints_read and queries.count_hinted(found.id):
        sentence = _l("Please read the rows with hints first, and say that they may be published.")
        raise Invalid(sentence, {"hints_read": [sentence]})
    if queries.count_rows(found.id) > LARGE:
        _check_open(found)
        _need_title(mapping_of(found.header, Kind(found.kind), found.by_hand), found.header)
        ask_for(actor, found, ListTask.TAKE_OVER)
        return None
    judged = _import(actor, found)
    return sum(one.outcome in TAKEN for one in judged)


def judge_again(actor: Actor, found: ListImport) -> None:
    """Look at the rows once more, because that has failed, or the register has changed since."""
    RIGHTS.require(actor, Permission.IMPORT, found)
    queries.lock_list(found)
    _check_open(found)
    _check_free(found, but=ListTask.JUDGE)
    _judge_soon(actor, found)


@dataclass(frozen=True, slots=True)
class Ahead:
    """What became of the rows of a list, computed while others could go on changing things."""

    judged: list[Judged]
    version: int
    """The version of the register that it was computed from."""


def look_ahead(actor: Actor, found: ListImport, tell: Callable[[int], None]) -> Ahead:
    """Judge a list outside of a transaction; `tell` hears of the number of each row.

    It may open a transaction, so that what was loaded before has to be loaded anew afterwards.
    """
    RIGHTS.require(actor, Permission.IMPORT, found)
    version = found.dialogue.register_version
    sent = sent_rows(found)
    return Ahead(judge(sent.rows, *standard_of(actor, found, sent.fixes), tell), version)


def finish(actor: Actor, found: ListImport, token: str, ahead: Ahead) -> None:
    """Do what was asked for, with what was computed ahead if the register is as it was then.

    Raises ClaimLost if the work is not, or no longer, of the program that holds this claim.
    """
    RIGHTS.require(actor, Permission.IMPORT, found)
    task = hold(actor, found.id, token).task
    db.session.execute(delete(ListWork).where(ListWork.import_id == found.id))
    if task == ListTask.TAKE_OVER:
        _import(actor, found, ahead)
    else:
        keep_judged(found, ahead.judged)


def _import(actor: Actor, found: ListImport, ahead: Ahead | None = None) -> list[Judged]:
    dialogue = found.dialogue
    RIGHTS.require(actor, Permission.IMPORT, found)
    _need_title(mapping_of(found.header, Kind(found.kind), found.by_hand), found.header)
    _step(found, ListState.PREVIEW, ListState.IMPORTED)
    # Locks the dialogue: of two lists with the same rows the second one finds those of the first.
    raise_register_version(dialogue.id)
    db.session.refresh(dialogue, ["register_version"])
    if ahead is not None and dialogue.register_version == ahead.version + 1:
        judged = ahead.judged
    else:
        sent = sent_rows(found)
        judged = judge(sent.rows, *standard_of(actor, found, sent.fixes))
    _hold_back(judged, queries.hinted_records(found.id))
    keep_judged(found, judged)
    made = _entries_of(actor, found, judged)
    row_ids = queries.row_ids(found.id)
    update_many(ListRow, [{"id": row_ids[at], "contribution_id": entry} for at, entry in made.items()])
    _close(actor, found, len(made))
    return judged


def _hold_back(judged: Sequence[Judged], read: Collection[int]) -> None:
    """Leave out what can be taken over only since somebody read the hints, such as a former duplicate."""
    for one in judged:
        if (
            one.outcome in TAKEN
            and one.record not in read
            and any(note.code in HINTS for note in one.warnings)
        ):
            one.outcome, one.reasons = RowOutcome.INCOMPLETE, [Note("hint_unread")]


def _entries_of(actor: Actor, found: ListImport, judged: Sequence[Judged]) -> dict[int, int]:
    """Make entries of the rows that are in order; gives their ids by the place of their rows."""
    taken = [one for one in judged if one.outcome in TAKEN]
    made = make_entries(actor, found.dialogue, Kind(found.kind), [one.entry for one in taken])
    return {one.record: entry for one, entry in zip(taken, made, strict=True)}


def _close(actor: Actor, found: ListImport, number: int) -> None:
    db.session.expire_all()
    found.state, found.imported_at = ListState.IMPORTED, now()
    db.session.flush()
    record(actor, ListImported(found.id, number))


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
    for begin in range(0, len(ids), AT_ONCE):
        _withdraw(ids[begin : begin + AT_ONCE])
    found.state, found.undone_at, found.undone_by_key = ListState.UNDONE, now(), actor.key
    record(actor, ListTakenBack(found.id, len(ids)))
    return len(ids)


def _need_title(columns: Mapping[str, int], header: Sequence[str]) -> None:
    if "title" not in columns:
        named = ", ".join(f"“{heading}”" for heading in header if heading)[:300]
        raise Invalid(_l("No column was recognised as the title. The headings are: %(named)s.", named=named))


def _check_open(found: ListImport) -> None:
    if found.state != ListState.PREVIEW:
        raise Conflict(_l("This list has been taken over already. It can no longer be changed."))


def _check_free(found: ListImport, *, but: ListTask | None = None) -> None:
    """Raise Conflict if something is being done with a list that a change would cross; never for `but`."""
    work = found.work
    if work is None or work.failed or work.task == but:
        return
    if work.task == ListTask.TAKE_OVER:
        raise Conflict(_l("This list is being taken over just now."), code="at_work")
    raise Conflict(
        _l("The rows of this list are still being looked at. Please wait a moment."), code="at_work"
    )


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


def _judge_soon(actor: Actor, found: ListImport) -> None:
    if queries.count_rows(found.id) > LARGE:
        ask_for(actor, found, ListTask.JUDGE)
    else:
        judge_now(actor, found)


def _withdraw(ids: Sequence[int]) -> None:
    """Destroy the words of entries that nobody has worked with, as their author's withdrawing would."""
    gone = db.session.execute(
        update(Contribution)
        .where(
            Contribution.id.in_(ids),
            Contribution.visibility == Visibility.PUBLIC,
            Contribution.revision == 1,
        )
        .values(
            visibility=Visibility.WITHDRAWN,
            **dict.fromkeys(("title", "text", "search_text", "target_group", "provider"), ""),
        )
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
    for model, column in (
        (ListWork, ListWork.import_id),
        (ListRow, ListRow.import_id),
        (ListImport, ListImport.id),
    ):
        db.session.execute(delete(model).where(column.in_(ids)).execution_options(synchronize_session=False))
