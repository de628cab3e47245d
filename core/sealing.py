"""Numbers, chains and signs the journal, and proves afterwards that nobody changed it.

Rows of the journal are sealed after their commit, in an order of the sealer's own: `seal_no` counts from 1
without gaps. The hash of a seal covers the hash before it and the whole row. Each batch ends with a head,
signed with the installation's key. Somebody who can write to the database but has no key can therefore
change, remove, insert or reorder nothing that is sealed without `verify` finding it, except for cutting
off the newest rows together with their seals; that is found with an anchor, a head kept elsewhere.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from flask import current_app
from sqlalchemy import ForeignKey, Select, String, Text, cast, func, insert, select
from sqlalchemy.engine import Connection, Engine, Row
from sqlalchemy.orm import Mapped, mapped_column

from core import append_only
from core.clock import now
from core.db import Base, db
from core.errors import Conflict, Invalid, Sentence
from core.i18n import lazy_gettext as _l
from core.journal import JournalEntry, canonical
from core.keys import Keys, verify_signature

FORMAT = "vielstimmig-journal-anchor-1"
BATCH = 500
"""Rows sealed in one transaction and covered by one signature."""

LATE = 10_000
"""How far below the highest sealed id the frequent sealing looks for rows that were committed late."""

AnyRow = Row[*tuple[Any, ...]]
AnySelect = Select[*tuple[Any, ...]]

_START = "0" * 64
_ADVISORY_LOCK = 7_309_841
_READ = 1_000
_SHOWN = 100
_UNREADABLE = (ValueError, TypeError, OverflowError, AttributeError, RecursionError)


class Seal(Base):
    """The place of one journal row in the chain. Triggers refuse changes and deletions."""

    __tablename__ = "seals"

    seal_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    journal_id: Mapped[int] = mapped_column(ForeignKey("journal.id"), unique=True)
    hash: Mapped[str] = mapped_column(String(64))


class SealHead(Base):
    """The signature under everything up to `seal_no`. Triggers refuse changes and deletions."""

    __tablename__ = "seal_heads"

    head_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seal_no: Mapped[int] = mapped_column(ForeignKey("seals.seal_no"), unique=True)
    hash: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    signature: Mapped[str] = mapped_column(String(128))


for _model in (JournalEntry, Seal, SealHead):
    append_only.protect(_model.metadata.tables[_model.__tablename__])


class JournalDamaged(RuntimeError):
    """The end of the chain does not hold; sealing on top of it would hide that."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A signed head, to be kept where nobody of the installation can change it."""

    head_no: int
    seal_no: int
    hash: str
    time: str
    public_key: str
    signature: str

    @classmethod
    def read(cls, text: str | bytes) -> Anchor:
        """Read what `journal anchor` printed. Raises Invalid if it is something else."""
        refusal = Invalid(_l("This is not an anchor. Please give the file that “journal anchor” printed."))
        try:
            content = json.loads(text)
        except (ValueError, RecursionError):
            raise refusal from None
        if not isinstance(content, dict) or content.get("format") != FORMAT:
            raise refusal
        values: dict[str, Any] = {name: content.get(name) for name in cls.__slots__}
        for name, value in values.items():
            # A truth value would pass as a number.
            if type(value) is not (int if name in {"head_no", "seal_no"} else str):
                raise refusal
        return cls(**values)

    def write(self) -> str:
        """The anchor as one line of JSON."""
        values = {name: getattr(self, name) for name in self.__slots__}
        return json.dumps({"format": FORMAT, **values})

    def is_genuine(self) -> bool:
        """Whether the signature fits the public key named in the anchor itself."""
        return _signed(
            self.public_key, self.signature, _message(self.head_no, self.seal_no, self.hash, self.time)
        )


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it was sealed; `kind` is a word for machines, `sentence` for people."""

    kind: str
    sentence: Sentence
    seal_no: int | None = None
    journal_id: int | None = None


@dataclass(slots=True)
class Report:
    """What `verify` found, how far it can prove and what it cannot."""

    entries: int = 0
    sealed: int = 0
    unsealed: int = 0
    proved_to: int = 0
    """Highest seal number up to which every row stands as it was signed."""
    proved_until: str | None = None
    """Time of the signature that covers `proved_to`."""
    anchored_to: int | None = None
    """Seal number of the anchor given, if the journal holds what the anchor says."""
    fingerprint: str = ""
    findings: list[Finding] = field(default_factory=list)
    found: int = 0
    """Number of findings; `findings` names the first hundred."""

    @property
    def is_sound(self) -> bool:
        """Whether nothing was found."""
        return self.found == 0

    def add(
        self, kind: str, sentence: Any, seal_no: int | None = None, journal_id: int | None = None
    ) -> None:
        """Note something that is not as it was sealed."""
        self.found += 1
        if len(self.findings) < _SHOWN:
            self.findings.append(Finding(kind, sentence, seal_no, journal_id))


def seal(limit: int = BATCH, *, thorough: bool = False) -> int:
    """Seal up to `limit` committed rows in the open transaction; gives their number.

    `thorough` also looks for rows that were committed very late. Raises JournalDamaged, without sealing
    anything, if the newest head does not hold.
    """
    keys: Keys = current_app.config["KEYS"]
    connection = db.session.connection()
    if connection.dialect.name == "postgresql":
        # Two sealers at once would give out the same number; the second waits for the first.
        connection.execute(select(func.pg_advisory_xact_lock(_ADVISORY_LOCK)))
    last = connection.execute(
        select(Seal.seal_no, Seal.hash).order_by(Seal.seal_no.desc()).limit(1)
    ).one_or_none()
    head = connection.execute(select(*_HEAD).order_by(SealHead.head_no.desc()).limit(1)).one_or_none()
    _require_sound_end(last, head, keys)
    number, previous = (last.seal_no, last.hash) if last else (0, _START)
    seals = []
    for row in connection.execute(_unsealed(connection, thorough).limit(limit)):
        number += 1
        previous = _link(previous, number, row)
        seals.append({"seal_no": number, "journal_id": row.id, "hash": previous})
    if not seals:
        return 0
    moment = now()
    head_no = head.head_no + 1 if head else 1
    signature = keys.signing.sign(_message(head_no, number, previous, _time(moment))).hex()
    connection.execute(insert(Seal), seals)
    connection.execute(
        insert(SealHead),
        [{"head_no": head_no, "seal_no": number, "hash": previous, "at": moment, "signature": signature}],
    )
    return len(seals)


def is_waiting() -> bool:
    """Whether rows were committed that are not sealed yet (a cheap look; very late ones are not seen)."""
    newest = db.session.execute(select(func.max(JournalEntry.id))).scalar() or 0
    sealed = db.session.execute(select(func.max(Seal.journal_id))).scalar() or 0
    if newest > sealed or db.engine.dialect.name == "sqlite":
        return bool(newest > sealed)
    return db.session.execute(_unsealed(db.session.connection(), False).limit(1)).first() is not None


def anchor() -> str:
    """The newest signed head as text to be kept elsewhere. Raises Conflict if nothing is sealed yet."""
    head = db.session.execute(select(*_HEAD).order_by(SealHead.head_no.desc()).limit(1)).one_or_none()
    if head is None:
        raise Conflict(_l("The journal is still empty. There is nothing to anchor."))
    keys: Keys = current_app.config["KEYS"]
    return Anchor(
        head.head_no, head.seal_no, head.hash, _time(head.at), keys.public.hex(), head.signature
    ).write()


def verify(connection: Connection, keys: Keys, given: Anchor | None = None) -> Report:
    """Compare the whole journal of `connection` with its seals, its signatures and perhaps an anchor.

    Reads only, in pieces, so that a long journal needs little memory. Never raises because of what it reads.
    """
    report = Report(fingerprint=keys.fingerprint)
    report.entries = connection.execute(select(func.count()).select_from(JournalEntry)).scalar_one()
    report.sealed = connection.execute(select(func.count()).select_from(Seal)).scalar_one()
    heads = _check_heads(connection, keys, report)
    broken_at = _check_chain(connection, heads, given, report)
    _check_unsealed(connection, report)
    sound = [number for number in heads if broken_at is None or number < broken_at]
    if sound:
        report.proved_to = max(sound)
        report.proved_until = heads[report.proved_to].time
    if given is not None:
        _check_anchor(given, keys, report)
    return report


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection of `engine` that sees one unchanging state, as `verify` needs it."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ")
        yield connection


_HEAD = (SealHead.head_no, SealHead.seal_no, SealHead.hash, SealHead.at, SealHead.signature)
_ENTRY = (
    JournalEntry.id,
    JournalEntry.at,
    JournalEntry.actor,
    JournalEntry.fact,
    cast(JournalEntry.payload, Text).label("payload"),
)


@dataclass(frozen=True, slots=True)
class _Head:
    hash: str
    time: str


def _message(head_no: int, seal_no: int, hash_: str, time: str) -> bytes:
    return canonical({"format": FORMAT, "head_no": head_no, "seal_no": seal_no, "hash": hash_, "time": time})


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _signed(public_key: str, signature: str, message: bytes) -> bool:
    try:
        return verify_signature(bytes.fromhex(public_key), bytes.fromhex(signature), message)
    except (ValueError, TypeError):
        return False


def _link(previous: str, seal_no: int, row: AnyRow) -> str:
    content = {
        "seal_no": seal_no,
        "id": row.id,
        "at": _time(row.at),
        "actor": row.actor,
        "fact": row.fact,
        "payload": json.loads(row.payload, object_pairs_hook=_without_doubles),
    }
    return hashlib.sha256(previous.encode() + b"\n" + canonical(content)).hexdigest()


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):
        raise ValueError("a name stands twice")
    return content


def _unsealed(connection: Connection, thorough: bool) -> AnySelect:
    rows = (
        select(*_ENTRY)
        .outerjoin(Seal, Seal.journal_id == JournalEntry.id)
        .where(Seal.seal_no.is_(None))
        .order_by(JournalEntry.id)
    )
    if thorough:
        return rows
    highest = connection.execute(select(func.max(Seal.journal_id))).scalar() or 0
    return rows.where(JournalEntry.id > highest - LATE)


def _require_sound_end(last: AnyRow | None, head: AnyRow | None, keys: Keys) -> None:
    if last is None and head is None:
        return
    fits = last is not None and head is not None and (last.seal_no, last.hash) == (head.seal_no, head.hash)
    if not fits or head is None or not _is_genuine_head(head, 0, keys):
        raise JournalDamaged("The newest seal and its signature do not fit. Run: vielstimmig journal verify")


def _rows(connection: Connection, query: AnySelect, single: AnySelect) -> Iterator[AnyRow | None]:
    """The rows of `query`; where a value cannot be read at all, one by one, with None for those."""
    try:
        yield from connection.execute(query).all()
    except _UNREADABLE:
        for (key,) in connection.execute(single).all():
            try:
                yield connection.execute(query.where(single.selected_columns[0] == key)).one()
            except _UNREADABLE:
                yield None


def _check_heads(connection: Connection, keys: Keys, report: Report) -> Mapping[int, _Head]:
    heads: dict[int, _Head] = {}
    expected, covered = 1, 0
    query = select(*_HEAD).order_by(SealHead.head_no)
    for row in _rows(connection, query, select(SealHead.head_no).order_by(SealHead.head_no)):
        if row is None:
            report.add("head_unreadable", _l("A signature of the journal cannot be read."))
            expected += 1
            continue
        if row.head_no != expected:
            report.add(
                "head_missing",
                _l("Signature %(number)s of the journal is missing.", number=expected),
                row.seal_no,
            )
        expected = row.head_no + 1
        if _is_genuine_head(row, covered, keys):
            covered = row.seal_no
            heads[covered] = _Head(row.hash, _time(row.at))
        else:
            report.add(
                "head_forged",
                _l("The signature under seal %(number)s is not from this installation.", number=row.seal_no),
                row.seal_no,
            )
    return heads


def _is_genuine_head(row: AnyRow, covered: int, keys: Keys) -> bool:
    try:
        message = _message(row.head_no, row.seal_no, row.hash, _time(row.at))
        return row.seal_no > covered and _signed(keys.public.hex(), row.signature, message)
    except _UNREADABLE:
        return False


def _check_chain(
    connection: Connection, heads: Mapping[int, _Head], given: Anchor | None, report: Report
) -> int | None:
    """Follow the chain; gives the number of the first seal that does not hold, or None."""
    expected, previous = 1, _START
    broken: int | None = None
    wanted = {number: head.hash for number, head in heads.items()}
    anchored = (given.seal_no, given.hash) if given is not None else (0, _START)
    for seal_row, entry in _sealed_rows(connection):
        number = seal_row.seal_no
        if number != expected:
            report.add(
                "gap",
                _l("Seals %(first)s to %(last)s are missing.", first=expected, last=number - 1),
                expected,
            )
            broken = broken or expected
        expected = number + 1
        problem = _problem(previous, seal_row, entry)
        if problem is not None:
            report.add(problem[0], problem[1], number, seal_row.journal_id)
            broken = broken or number
        previous = seal_row.hash
        if wanted.get(number, previous) != previous:
            report.add(
                "head_differs",
                _l("Seal %(number)s is not the one that was signed.", number=number),
                number,
                seal_row.journal_id,
            )
            broken = broken or number
        if number == anchored[0]:
            report.anchored_to = number if previous == anchored[1] else None
    signed = max(heads, default=0)
    if expected - 1 < signed:
        report.add(
            "cut_off", _l("Seals %(first)s to %(last)s are missing.", first=expected, last=signed), expected
        )
        broken = broken or expected
    elif expected - 1 > signed:
        report.add(
            "unsigned",
            _l("Seals %(first)s to %(last)s carry no signature.", first=signed + 1, last=expected - 1),
            signed + 1,
        )
        broken = broken or signed + 1
    return broken


def _sealed_rows(connection: Connection) -> Iterator[tuple[Any, AnyRow | str | None]]:
    """Each seal with its journal row, in order; None where the row is gone, a word where it is unreadable."""
    after: int | None = None
    while True:
        query = select(Seal.seal_no, Seal.journal_id, Seal.hash).order_by(Seal.seal_no).limit(_READ)
        seals = connection.execute(query if after is None else query.where(Seal.seal_no > after)).all()
        if not seals:
            return
        ids = [row.journal_id for row in seals]
        chosen = JournalEntry.id.in_(ids)
        entries: dict[Any, AnyRow] = {}
        readable = _rows(connection, select(*_ENTRY).where(chosen), select(JournalEntry.id).where(chosen))
        for entry in readable:
            if entry is not None:
                entries[entry.id] = entry
        present = set(connection.execute(select(JournalEntry.id).where(chosen)).scalars())
        for row in seals:
            found = entries.get(row.journal_id)
            yield row, found if found is not None or row.journal_id not in present else "unreadable"
        after = seals[-1].seal_no


def _problem(previous: str, seal_row: Any, entry: AnyRow | str | None) -> tuple[str, Sentence] | None:
    number = seal_row.seal_no
    if entry is None:
        return "missing", _l("The entry of seal %(number)s is missing.", number=number)
    if not isinstance(entry, str):
        try:
            if _link(previous, number, entry) == seal_row.hash:
                return None
        except _UNREADABLE:
            # What cannot even be hashed is not what was sealed.
            pass
    return "changed", _l("The entry of seal %(number)s or its place was changed.", number=number)


def _check_unsealed(connection: Connection, report: Report) -> None:
    query = (
        select(JournalEntry.id)
        .outerjoin(Seal, Seal.journal_id == JournalEntry.id)
        .where(Seal.seal_no.is_(None))
    )
    report.unsealed = connection.execute(select(func.count()).select_from(query.subquery())).scalar_one()
    if connection.dialect.name != "sqlite" or not report.unsealed:
        return
    # With one writer at a time no row can come after one with a higher number.
    highest = connection.execute(select(func.max(Seal.journal_id))).scalar() or 0
    for (number,) in connection.execute(query.where(JournalEntry.id < highest).limit(_SHOWN)):
        report.add(
            "inserted",
            _l("Entry %(number)s was put between others afterwards.", number=number),
            journal_id=number,
        )


def _check_anchor(given: Anchor, keys: Keys, report: Report) -> None:
    if not given.is_genuine():
        report.anchored_to = None
        report.add("anchor_forged", _l("The anchor's own signature does not hold."))
    elif given.public_key != keys.public.hex():
        report.anchored_to = None
        report.add("anchor_foreign", _l("The anchor was signed with another key than the one in use."))
    elif report.anchored_to is None:
        report.add(
            "anchor_differs",
            _l("The journal does not hold what the anchor at seal %(number)s says.", number=given.seal_no),
            given.seal_no,
        )
