"""The journal: what is sealed, and that no tampering goes unnoticed."""

from __future__ import annotations

import hashlib
import json
import random
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask, current_app
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DBAPIError

from core import append_only, keys, sealing
from core.actor import SYSTEM
from core.db import db
from core.errors import Conflict, Invalid
from core.journal import JournalEntry, canonical, record
from core.transaction import transaction
from tests.core.house import SomethingHappened, a_house, happen, look, seal_all

TABLES = {"journal": ["id"], "seals": ["seal_no"], "seal_heads": ["head_no"]}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Flask]:
    with a_house(tmp_path) as app:
        yield app


def kinds(report: sealing.Report) -> set[str]:
    return {finding.kind for finding in report.findings}


@pytest.mark.usefixtures("house")
class TestSealing:
    def test_rows_are_sealed_in_pieces_and_only_once(self) -> None:
        happen(*range(7))
        with transaction():
            assert sealing.seal(limit=3) == 3
        assert sealing.is_waiting()
        assert seal_all() == 4
        assert not sealing.is_waiting()
        assert seal_all() == 0

        report = look()
        assert (report.entries, report.sealed, report.unsealed) == (7, 7, 0)
        assert (report.is_sound, report.proved_to) == (True, 7)

    def test_an_empty_journal_is_sound_and_cannot_be_anchored(self) -> None:
        assert look().is_sound
        assert seal_all() == 0
        with pytest.raises(Conflict):
            sealing.anchor()

    def test_what_is_not_sealed_is_said(self) -> None:
        happen(1, 2)
        seal_all()
        happen(3)

        report = look()
        assert (report.is_sound, report.proved_to, report.unsealed) == (True, 2, 1)

    def test_an_undone_seal_leaves_nothing(self) -> None:
        happen(1)

        def seal_and_fail() -> None:
            with transaction():
                sealing.seal()
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            seal_and_fail()
        assert look().sealed == 0
        assert seal_all() == 1

    def test_nothing_is_sealed_on_top_of_a_damaged_end(self) -> None:
        happen(1, 2)
        seal_all()
        happen(3)
        tamper("UPDATE seals SET hash = '" + "0" * 64 + "' WHERE seal_no = 2")
        with pytest.raises(sealing.JournalDamaged), transaction():
            sealing.seal()
        assert look().sealed == 2


@pytest.mark.usefixtures("house")
class TestAppendOnly:
    @pytest.mark.parametrize("table", TABLES)
    def test_rows_can_be_neither_changed_nor_deleted(self, table: str) -> None:
        happen(1)
        seal_all()
        key = TABLES[table][0]
        for statement in (f"UPDATE {table} SET {key} = {key}", f"DELETE FROM {table}"):
            with pytest.raises(DBAPIError, match="append-only"), db.engine.begin() as connection:
                connection.exec_driver_sql(statement)

    def test_rows_can_not_be_replaced(self) -> None:
        if db.engine.dialect.name != "sqlite":
            pytest.skip("REPLACE is a word of SQLite")
        happen(1)
        with pytest.raises(DBAPIError, match="append-only"), db.engine.begin() as connection:
            connection.exec_driver_sql(
                "INSERT OR REPLACE INTO journal (id, at, actor, fact, payload)"
                " SELECT id, at, 'other', fact, payload FROM journal"
            )

    def test_the_table_can_not_be_emptied(self) -> None:
        if db.engine.dialect.name != "postgresql":
            pytest.skip("TRUNCATE is a word of PostgreSQL")
        with pytest.raises(DBAPIError, match="append-only"), db.engine.begin() as connection:
            connection.exec_driver_sql("TRUNCATE journal CASCADE")

    def test_the_protection_can_be_taken_away_and_given_again(self) -> None:
        happen(1)
        with db.engine.begin() as connection:
            append_only.drop_triggers(connection, "journal")
            connection.exec_driver_sql("UPDATE journal SET actor = 'other'")
            append_only.add_triggers(connection, "journal", ["id"])
        with pytest.raises(DBAPIError, match="append-only"), db.engine.begin() as connection:
            connection.exec_driver_sql("DELETE FROM journal")


@pytest.mark.usefixtures("house")
class TestAnchors:
    def test_an_anchor_holds_while_the_journal_grows(self) -> None:
        happen(1, 2, 3)
        seal_all()
        anchor = sealing.anchor()
        happen(4, 5)
        seal_all()

        report = look(anchor)
        assert (report.is_sound, report.anchored_to, report.proved_to) == (True, 3, 5)
        assert json.loads(anchor)["public_key"] == current_app.config["KEYS"].public.hex()

    def test_a_cut_off_tail_is_found_with_the_anchor_only(self) -> None:
        happen(1, 2, 3)
        seal_all(limit=1)
        anchor = sealing.anchor()
        tamper(
            "DELETE FROM seal_heads WHERE seal_no = 3",
            "DELETE FROM seals WHERE seal_no = 3",
            "DELETE FROM journal WHERE id = 3",
        )
        assert look().is_sound
        assert kinds(look(anchor)) == {"anchor_differs"}

    def test_a_sealed_again_forgery_is_found_with_the_anchor(self) -> None:
        happen(1, 2, 3)
        seal_all(limit=1)
        anchor = sealing.anchor()
        tamper(
            "DELETE FROM seal_heads WHERE seal_no > 1",
            "DELETE FROM seals WHERE seal_no > 1",
            "UPDATE journal SET actor = 'forged' WHERE id = 2",
        )
        seal_all()
        assert look().is_sound
        assert kinds(look(anchor)) == {"anchor_differs"}

    def test_an_anchor_signed_by_another_key_is_refused(self, tmp_path: Path) -> None:
        happen(1)
        seal_all()
        keys.create(tmp_path / "others")
        other = keys.load(tmp_path / "others")
        content = json.loads(sealing.anchor())
        message = canonical(
            {"format": sealing.FORMAT}
            | {name: content[name] for name in ("head_no", "seal_no", "hash", "time")}
        )
        content |= {"public_key": other.public.hex(), "signature": other.signing.sign(message).hex()}
        assert kinds(look(json.dumps(content))) == {"anchor_foreign"}

    @pytest.mark.parametrize("name", ["head_no", "seal_no", "hash", "time", "public_key", "signature"])
    def test_a_changed_anchor_is_refused(self, name: str) -> None:
        happen(1, 2)
        seal_all(limit=1)
        content = json.loads(sealing.anchor())
        content[name] = 1 if isinstance(content[name], int) else "x" + content[name][1:]
        assert "anchor_forged" in kinds(look(json.dumps(content)))

    @pytest.mark.parametrize(
        "given",
        [
            "",
            "x",
            "[]",
            "{}",
            '{"format": "other"}',
            "[" * 100_000,
            b"\xff\xfe",
            json.dumps({"format": sealing.FORMAT}),
        ],
    )
    def test_something_else_is_no_anchor(self, given: str | bytes) -> None:
        with pytest.raises(Invalid):
            sealing.Anchor.read(given)

    def test_a_truth_value_is_no_number(self) -> None:
        happen(1)
        seal_all()
        content = json.loads(sealing.anchor())
        with pytest.raises(Invalid):
            sealing.Anchor.read(json.dumps(content | {"seal_no": True}))


def tamper(*statements: str, **values: Any) -> None:
    """Do what the owner of the database can do: take the protection away, change, and put it back."""
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
        else:
            connection.exec_driver_sql("SET session_replication_role = replica")
            connection.commit()
        if connection.dialect.name == "sqlite":
            for table in TABLES:
                append_only.drop_triggers(connection, table)
        for statement in statements:
            connection.execute(text(statement), values)
        if connection.dialect.name == "sqlite":
            for table, key in TABLES.items():
                append_only.add_triggers(connection, table, key)
        connection.commit()
        if connection.dialect.name == "sqlite":
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")  # type: ignore[union-attr]
        else:
            connection.exec_driver_sql("SET session_replication_role = origin")
            connection.commit()


ROWS = 40


def change_payload(chance: random.Random, n: int) -> None:
    tamper("UPDATE journal SET payload = :new WHERE id = :n", new=json.dumps({"thing_id": n + 1000}), n=n)


def add_to_payload(chance: random.Random, n: int) -> None:
    tamper(
        "UPDATE journal SET payload = :new WHERE id = :n", new=f'{{"thing_id": 9, "thing_id": {n - 1}}}', n=n
    )


def change_actor(chance: random.Random, n: int) -> None:
    tamper("UPDATE journal SET actor = :new WHERE id = :n", new=f"a{chance.getrandbits(32):x}", n=n)


def change_fact(chance: random.Random, n: int) -> None:
    tamper("UPDATE journal SET fact = 'SomethingElseHappened' WHERE id = :n", n=n)


def change_time(chance: random.Random, n: int) -> None:
    other = n % ROWS + 1
    tamper(
        "UPDATE journal SET at = (SELECT at FROM journal WHERE id = :other) WHERE id = :n", n=n, other=other
    )


def break_payload(chance: random.Random, n: int) -> None:
    bad = chance.choice(['{"thing_id": "\\ud800"}', "[]", "null", '{"thing_id": 1e400}'])
    tamper("UPDATE journal SET payload = :bad WHERE id = :n", bad=bad, n=n)


def delete_entry(chance: random.Random, n: int) -> None:
    tamper("DELETE FROM journal WHERE id = :n", n=n)


def delete_entry_and_seal(chance: random.Random, n: int) -> None:
    tamper("DELETE FROM journal WHERE id = :n", "DELETE FROM seals WHERE journal_id = :n", n=n)


def delete_and_close_the_gap(chance: random.Random, n: int) -> None:
    tamper(
        "DELETE FROM journal WHERE id = :n",
        "DELETE FROM seals WHERE seal_no = :n",
        "UPDATE seals SET seal_no = -seal_no WHERE seal_no > :n",
        "UPDATE seals SET seal_no = -seal_no - 1 WHERE seal_no < 0",
        n=n,
    )


def swap_entries(chance: random.Random, n: int) -> None:
    other = n % ROWS + 1
    tamper(
        "UPDATE journal SET id = -1 WHERE id = :n",
        "UPDATE journal SET id = :n WHERE id = :other",
        "UPDATE journal SET id = :other WHERE id = -1",
        n=n,
        other=other,
    )


def swap_seals(chance: random.Random, n: int) -> None:
    other = n % ROWS + 1
    tamper(
        "UPDATE seals SET journal_id = -1 WHERE seal_no = :n",
        "UPDATE seals SET journal_id = :n WHERE seal_no = :other",
        "UPDATE seals SET journal_id = :other WHERE seal_no = :n",
        n=n,
        other=other,
    )


def insert_between(chance: random.Random, n: int) -> None:
    tamper(
        "UPDATE journal SET id = -id WHERE id >= :n",
        "UPDATE journal SET id = 1 - id WHERE id < 0",
        "INSERT INTO journal (id, at, actor, fact, payload)"
        " SELECT :n, at, 'forged', fact, payload FROM journal WHERE id = :n + 1",
        n=n,
    )


def cut_the_tail(chance: random.Random, n: int) -> None:
    tamper(
        "DELETE FROM seal_heads WHERE seal_no >= :n",
        "DELETE FROM seals WHERE seal_no >= :n",
        "DELETE FROM journal WHERE id >= :n",
        n=n,
    )


def change_head(chance: random.Random, n: int) -> None:
    column, new = chance.choice(
        [
            ("signature", "'" + "ab" * 64 + "'"),
            ("hash", "'" + "cd" * 32 + "'"),
            ("at", "(SELECT at FROM journal WHERE id = 1)"),
            ("signature", "'not even a number'"),
        ]
    )
    tamper(
        f"UPDATE seal_heads SET {column} = {new} WHERE seal_no ="
        " (SELECT min(seal_no) FROM seal_heads WHERE seal_no >= :n)",
        n=n,
    )


def delete_head(chance: random.Random, n: int) -> None:
    tamper(
        "DELETE FROM seal_heads WHERE seal_no = (SELECT min(seal_no) FROM seal_heads WHERE seal_no >= :n)",
        n=n,
    )


def chain_anew(chance: random.Random, n: int) -> None:
    """Forge an entry and compute all later hashes anew, as somebody can who reads this program."""
    tamper("UPDATE journal SET actor = 'forged' WHERE id = :n", n=n)
    with db.engine.connect() as connection:
        hashes = _chain(connection)
    tamper(*(f"UPDATE seals SET hash = '{hash_}' WHERE seal_no = {number}" for number, hash_ in hashes))


def chain_and_sign_anew(chance: random.Random, n: int) -> None:
    """The same, and signed: with a key that is not the installation's."""
    chain_anew(chance, n)
    private = Ed25519PrivateKey.generate()
    with db.engine.connect() as connection:
        heads = connection.execute(
            select(*sealing._HEAD, sealing.Seal.hash.label("forged")).join(
                sealing.Seal, sealing.Seal.seal_no == sealing.SealHead.seal_no
            )
        ).all()
    for head in heads:
        time = sealing._time(head.at)
        signature = private.sign(sealing._message(head.head_no, head.seal_no, head.forged, time)).hex()
        tamper(
            f"UPDATE seal_heads SET hash = '{head.forged}', signature = '{signature}'"
            f" WHERE head_no = {head.head_no}"
        )


def _chain(connection: Connection) -> list[tuple[int, str]]:
    previous, hashes = "0" * 64, []
    for row in connection.execute(select(*sealing._ENTRY).order_by(JournalEntry.id)):
        content = {
            "seal_no": row.id,
            "id": row.id,
            "at": sealing._time(row.at),
            "actor": row.actor,
            "fact": row.fact,
            "payload": json.loads(row.payload),
        }
        previous = hashlib.sha256(previous.encode() + b"\n" + canonical(content)).hexdigest()
        hashes.append((row.id, previous))
    return hashes


TAMPERINGS: list[Callable[[random.Random, int], None]] = [
    change_payload,
    add_to_payload,
    change_actor,
    change_fact,
    change_time,
    break_payload,
    delete_entry,
    delete_entry_and_seal,
    delete_and_close_the_gap,
    swap_entries,
    swap_seals,
    insert_between,
    cut_the_tail,
    change_head,
    delete_head,
    chain_anew,
    chain_and_sign_anew,
]


def contents() -> dict[str, list[dict[str, Any]]]:
    with db.engine.connect() as connection:
        return {
            table: [dict(row) for row in connection.execute(text(f"SELECT * FROM {table}")).mappings()]
            for table in TABLES
        }


def put_back(kept: dict[str, list[dict[str, Any]]]) -> None:
    tamper("DELETE FROM seal_heads", "DELETE FROM seals", "DELETE FROM journal")
    with db.engine.begin() as connection:
        for table, rows in kept.items():
            columns = list(rows[0])
            marks = ", ".join(f":{column}" for column in columns)
            values = [
                {name: json.dumps(value) if isinstance(value, dict) else value for name, value in row.items()}
                for row in rows
            ]
            connection.execute(text(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"), values)


@pytest.mark.usefixtures("house")
def test_a_hundred_random_tamperings_are_found() -> None:
    happen(*range(ROWS))
    seal_all(limit=7)
    anchor = sealing.anchor()
    kept = contents()
    chance = random.Random(20211119)
    missed = []
    for number in range(100):
        kind = TAMPERINGS[number % len(TAMPERINGS)]
        place = chance.randint(1, ROWS)
        kind(chance, place)
        if look(anchor).is_sound:
            missed.append((kind.__name__, place))
        put_back(kept)
        assert look(anchor).is_sound, f"{kind.__name__} was not put back"
    assert missed == []


@pytest.mark.usefixtures("house")
class TestWhereItEnds:
    def test_the_report_says_how_far_it_can_prove(self) -> None:
        happen(*range(10))
        seal_all(limit=2)
        tamper("UPDATE journal SET actor = 'forged' WHERE id = 7")
        report = look()
        assert report.proved_to == 6
        assert [finding.seal_no for finding in report.findings] == [7]

    def test_an_entry_put_between_others_is_found_before_it_is_sealed(self) -> None:
        if db.engine.dialect.name != "sqlite":
            pytest.skip("On PostgreSQL a lower number may come later.")
        happen(1, 2, 3)
        seal_all()
        tamper("DELETE FROM seals WHERE seal_no = 2", "UPDATE seals SET seal_no = 2 WHERE seal_no = 3")
        assert "inserted" in kinds(look())

    def test_unreadable_values_are_findings_and_never_crashes(self) -> None:
        if db.engine.dialect.name != "sqlite":
            pytest.skip("PostgreSQL does not take such values.")
        happen(*range(6))
        seal_all(limit=1)
        tamper(
            "UPDATE journal SET at = 'yesterday' WHERE id = 2",
            "UPDATE journal SET payload = '{' WHERE id = 3",
            "UPDATE journal SET actor = x'ff' WHERE id = 4",
            "UPDATE seals SET hash = 7 WHERE seal_no = 5",
            "UPDATE seal_heads SET at = 'never' WHERE head_no = 1",
            "UPDATE seal_heads SET seal_no = 'x' WHERE head_no = 2",
        )
        report = look()
        assert {finding.seal_no for finding in report.findings} >= {2, 3, 4, 5}
        assert "head_unreadable" in kinds(report)
        assert report.proved_to == 0


def test_a_row_committed_late_is_sealed_in_its_turn(house: Flask) -> None:
    """On PostgreSQL a transaction may get a lower number and still commit after a higher one."""
    if db.engine.dialect.name != "postgresql":
        pytest.skip("On SQLite there is one writer at a time.")
    may_commit, has_recorded = threading.Event(), threading.Event()

    def slow() -> None:
        with house.app_context(), transaction():
            record(SYSTEM, SomethingHappened(1))
            has_recorded.set()
            may_commit.wait(10)

    thread = threading.Thread(target=slow)
    thread.start()
    assert has_recorded.wait(10)
    happen(2)
    assert seal_all() == 1
    may_commit.set()
    thread.join()
    assert sealing.is_waiting()
    with transaction():
        assert sealing.seal() == 1

    with db.engine.connect() as connection:
        order = connection.execute(text("SELECT journal_id FROM seals ORDER BY seal_no")).scalars().all()
    assert order == [2, 1]
    assert look().is_sound
