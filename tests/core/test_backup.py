"""Backups come back whole, and what is damaged or in the way is refused."""

from __future__ import annotations

import json
import os
import stat
import threading
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from core import backup, keys, server
from core.config import Config
from core.db import db
from tests.core.house import a_house, happen, look, seal_all


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Flask]:
    with a_house(tmp_path / "var") as app:
        yield app


@pytest.fixture
def config(house: Flask, tmp_path: Path) -> Config:
    address = house.config["SQLALCHEMY_DATABASE_URI"]
    return Config(var_dir=tmp_path / "var", database_url=address)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "backup.zip"


def things() -> list[int]:
    with db.engine.connect() as connection:
        return [
            json.loads(row)["thing_id"] if isinstance(row, str) else row["thing_id"]
            for row in connection.execute(text("SELECT payload FROM journal ORDER BY id")).scalars()
        ]


def test_what_was_backed_up_comes_back(house: Flask, config: Config, file: Path) -> None:
    happen(1, 2, 3)
    seal_all()
    manifest = backup.make(config, file)
    assert manifest.counts["journal"] == 3
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    happen(4)
    db.session.remove()
    db.engine.dispose()

    restored = backup.restore(config, file, replacing=True)
    assert restored.kept is not None
    assert restored.kept.exists()
    assert things() == [1, 2, 3]
    assert look().is_sound
    happen(5)
    assert things() == [1, 2, 3, 5]
    assert [path.name for path in config.var_dir.iterdir() if path.name.startswith(".backup")] == []


def test_a_backup_is_of_one_moment_while_others_write(house: Flask, config: Config, tmp_path: Path) -> None:
    stop = threading.Event()

    def write() -> None:
        with house.app_context():
            number = 0
            while not stop.is_set():
                happen(number)
                number += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        counts = []
        for number in range(4):
            file = tmp_path / f"{number}.zip"
            counts.append(backup.make(config, file).counts["journal"])
            assert backup.verify(config, file) == []
    finally:
        stop.set()
        writer.join()
    assert counts == sorted(counts)
    assert counts[-1] > 0


def test_the_check_sees_a_forged_journal(house: Flask, config: Config, file: Path) -> None:
    happen(1, 2)
    seal_all()
    with db.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("DROP TRIGGER journal_no_update")
        else:
            connection.exec_driver_sql("DROP TRIGGER journal_append_only ON journal")
        connection.exec_driver_sql("UPDATE journal SET actor = 'forged' WHERE id = 1")
    backup.make(config, file)
    assert len(backup.verify(config, file)) == 1


def test_a_database_in_use_is_not_replaced_unasked(house: Flask, config: Config, file: Path) -> None:
    happen(1)
    backup.make(config, file)
    with pytest.raises(backup.Refused, match="--replace"):
        backup.restore(config, file)
    with closing(server.lock(config.var_dir)), pytest.raises(server.AlreadyServing):
        backup.restore(config, file, replacing=True)
    assert things() == [1]


def test_it_comes_back_on_another_machine(house: Flask, config: Config, file: Path, tmp_path: Path) -> None:
    if not config.is_sqlite:
        pytest.skip("There is one server only.")
    happen(1)
    backup.make(config, file)
    backup.make_of_keys(config, tmp_path / "keys.zip")
    elsewhere = Config(var_dir=tmp_path / "elsewhere")
    assert backup.restore_keys(elsewhere, tmp_path / "keys.zip") is True
    assert backup.restore(elsewhere, file).kept is None
    assert keys.load(elsewhere.keys_dir).public == keys.load(config.keys_dir).public
    assert keys.weaknesses(elsewhere.keys_dir) == []
    assert backup.verify(elsewhere, file) == []


def test_keys_are_in_a_file_of_their_own(house: Flask, config: Config, file: Path, tmp_path: Path) -> None:
    backup.make(config, file)
    secrets = [(config.keys_dir / name).read_bytes().strip() for name in keys.FILES]
    with zipfile.ZipFile(file) as archive:
        assert set(archive.namelist()) == {"manifest.json", db.engine.dialect.name}
        content = b"".join(archive.read(name) for name in archive.namelist())
    assert not any(secret in content for secret in secrets)

    kept = tmp_path / "keys.zip"
    backup.make_of_keys(config, kept)
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert backup.restore_keys(config, kept) is False
    other = Config(var_dir=tmp_path / "other")
    keys.create(other.keys_dir)
    with pytest.raises(backup.Refused, match="other keys"):
        backup.restore_keys(other, kept)
    with pytest.raises(backup.NotABackup, match="keys"):
        backup.restore_keys(other, file)
    with pytest.raises(backup.NotABackup, match="database"):
        backup.restore(config, kept, replacing=True)


def damage_nothing_but_one_byte(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-100])


def empty(file: Path) -> None:
    file.write_bytes(b"")


def no_zip(file: Path) -> None:
    file.write_bytes(os.urandom(5_000))


def rewrite(file: Path, change: dict[str, object], extra: bytes = b"") -> None:
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(parts.pop("manifest.json")) | change
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("manifest.json", json.dumps(manifest))
        for name, content in parts.items():
            archive.writestr(name, content + extra)


def wrong_sum(file: Path) -> None:
    rewrite(file, {"sha256": "0" * 64})


def more_than_it_says(file: Path) -> None:
    rewrite(file, {}, extra=b"x" * 5_000_000)


def no_numbers(file: Path) -> None:
    rewrite(file, {"counts": None})


def fewer_rows(file: Path) -> None:
    rewrite(file, {"counts": {"journal": 7}})


def another_format(file: Path) -> None:
    rewrite(file, {"format": "something-else"})


@pytest.mark.parametrize(
    "damage",
    [
        damage_nothing_but_one_byte,
        cut,
        empty,
        no_zip,
        wrong_sum,
        more_than_it_says,
        no_numbers,
        fewer_rows,
        another_format,
    ],
)
def test_a_damaged_file_is_refused_and_changes_nothing(
    house: Flask, config: Config, file: Path, damage: object
) -> None:
    happen(1)
    backup.make(config, file)
    assert callable(damage)
    damage(file)
    happen(2)
    with pytest.raises(backup.NotABackup):
        backup.restore(config, file, replacing=True)
    assert things() == [1, 2]


def test_the_backup_of_a_newer_program_is_refused(house: Flask, config: Config, file: Path) -> None:
    backup.make(config, file)
    rewrite(file, {"revision": "9999"})
    with pytest.raises(backup.Refused, match="newer"):
        backup.restore(config, file, replacing=True)


def test_another_kind_of_database_is_refused(house: Flask, config: Config, file: Path) -> None:
    backup.make(config, file)
    other = "postgresql+psycopg:///x" if config.is_sqlite else f"sqlite:///{config.var_dir / 'other.db'}"
    with pytest.raises(backup.Refused):
        backup.restore(replace(config, database_url=other), file)


def test_nothing_else_is_written_over(house: Flask, config: Config, file: Path, tmp_path: Path) -> None:
    file.write_text("a letter")
    with pytest.raises(backup.NotABackup, match="another name"):
        backup.make(config, file)
    with pytest.raises(backup.NotABackup, match="another name"):
        backup.make_of_keys(config, file)
    assert file.read_text() == "a letter"
    with pytest.raises(backup.NotABackup, match="no folder"):
        backup.make(config, tmp_path / "nowhere" / "backup.zip")
    with pytest.raises(FileNotFoundError):
        backup.restore(config, tmp_path / "nothing.zip")
    with pytest.raises(backup.NotABackup, match="folder"):
        backup.restore(config, tmp_path)
    again = tmp_path / "again.zip"
    backup.make(config, again)
    happen(1)
    assert backup.make(config, again).counts["journal"] == 1


def test_a_damaged_database_is_not_backed_up_silently(house: Flask, config: Config, file: Path) -> None:
    if not config.is_sqlite:
        pytest.skip("PostgreSQL looks after its files itself.")
    happen(*range(50))
    db.session.remove()
    db.engine.dispose()
    database = config.var_dir / "vielstimmig.db"
    content = bytearray(database.read_bytes())
    for page in range(4096, len(content), 4096):
        content[page : page + 64] = b"\xaa" * 64
    database.write_bytes(content)
    with pytest.raises(backup.Refused, match="cannot be copied"):
        backup.make(config, file)
    assert not file.exists()


def test_without_a_database_there_is_nothing_to_back_up(tmp_path: Path, file: Path) -> None:
    with pytest.raises((backup.NotABackup, backup.Refused), match="no database"):
        backup.make(Config(var_dir=tmp_path), file)
    assert not (tmp_path / "vielstimmig.db").exists()


def test_without_the_tools_of_postgresql_the_sentence_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, house: Flask, config: Config, file: Path
) -> None:
    if config.is_sqlite:
        pytest.skip("SQLite needs no tools.")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(backup.Refused, match="apt install"):
        backup.make(config, file)
