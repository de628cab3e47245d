"""Backups: one file with the whole database, one of their own for the keys, and the way back.

A backup is a ZIP file of a manifest and the database: of SQLite a copy made by its online backup, of
PostgreSQL a dump by `pg_dump`. Keys are never in it: whoever finds the file learns no code and can sign
nothing. What is restored is looked at closely first, and what it replaces is kept beside it.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

import pysqlite3.dbapi2 as sqlite
from sqlalchemy import URL, Engine, create_engine, inspect, make_url, text
from sqlalchemy.pool import NullPool

from core import keys, schema, sealing, server
from core.clock import now
from core.config import Config, environment
from core.db import engine_options
from core.errors import Sentence
from core.i18n import lazy_gettext as _l

FORMAT = "vielstimmig-backup-1"
KEYS_FORMAT = "vielstimmig-keys-1"
_MANIFEST = "manifest.json"
_MANIFEST_LIMIT = 1_000_000
_KEY_LIMIT = 10_000
_PIECE = 1 << 20


class NotABackup(RuntimeError):
    """The file given cannot be used; the message is a sentence that says why."""


class Refused(RuntimeError):
    """The file is fine but a rule is against it; the message is a sentence that says which."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says about itself."""

    format: str
    made_at: str
    dialect: str
    revision: str | None
    sha256: str
    size: int
    """Bytes of the database within, as `sha256` covers them."""
    counts: Mapping[str, int]
    """Rows per table."""

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Restored:
    """What `restore` put back, and where the former database is kept (None if there was none)."""

    manifest: Manifest
    kept: Path | None


class _Database(Protocol):
    """What both kinds of databases can do."""

    dialect: str

    def copy_to(self, file: Path) -> tuple[str | None, Mapping[str, int]]:
        """Write a consistent copy; gives revision and rows per table of exactly that state."""

    def is_empty(self) -> bool:
        """Whether no table holds a row."""

    def opened(self, copy: Path) -> AbstractContextManager[Engine]:
        """The copy as a database of its own, gone when the context ends."""

    def put_back(self, copy: Path) -> Path | None:
        """Put the copy in the place of the database; gives where the former one is kept."""


def make(config: Config, file: Path) -> Manifest:
    """Write a backup into `file` while the site goes on. Raises NotABackup, Refused, or OSError."""
    _require_place(file)
    database = _database(config)
    with _scratch(file.parent) as folder:
        copy = folder / "database"
        revision, counts = database.copy_to(copy)
        manifest = Manifest(
            format=FORMAT,
            made_at=now().isoformat(timespec="seconds"),
            dialect=database.dialect,
            revision=revision,
            sha256=_sha256(copy),
            size=copy.stat().st_size,
            counts=counts,
        )
        packed = folder / "packed"
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
            archive.writestr(_MANIFEST, json.dumps(asdict(manifest), indent=1))
            archive.write(copy, database.dialect)
        _move_safely(packed, file)
    return manifest


def make_of_keys(config: Config, file: Path) -> None:
    """Write the keys into `file`, readable for its owner only. Raises KeysMissing, NotABackup or OSError."""
    _require_place(file)
    keys.load(config.keys_dir)
    with _scratch(file.parent) as folder:
        packed = folder / "packed"
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr(_MANIFEST, json.dumps({"format": KEYS_FORMAT}))
            for name in keys.FILES:
                archive.write(config.keys_dir / name, name)
        _move_safely(packed, file)


def verify(config: Config, file: Path) -> list[Sentence]:
    """Restore the backup aside and look whether rows and journal are complete; gives what is wrong.

    Raises NotABackup if the file is damaged, KeysMissing without the keys that signed the journal.
    """
    database = _database(config)
    own = keys.load(config.keys_dir)
    problems: list[Sentence] = []
    with _scratch(config.var_dir) as folder:
        manifest = _unpack(file, folder / "database", database.dialect)
        with database.opened(folder / "database") as engine:
            if _counts(engine) != dict(manifest.counts):
                problems.append(_l("The backup does not hold as many rows as it says."))
            if inspect(engine).has_table(sealing.Seal.__tablename__):
                with sealing.reading(engine) as connection:
                    report = sealing.verify(connection, own)
                problems.extend(finding.sentence for finding in report.findings)
    return problems


def restore(config: Config, file: Path, *, replacing: bool = False) -> Restored:
    """Put the backup `file` in the place of the database.

    Raises NotABackup if the file is damaged; Refused if the database is not empty and `replacing` was not
    asked for, or if the backup is of another kind or from a newer program; AlreadyServing while it is served.
    """
    database = _database(config)
    config.var_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _scratch(config.var_dir) as folder:
        copy = folder / "database"
        manifest = _unpack(file, copy, database.dialect)
        if manifest.revision is not None and manifest.revision not in schema.revisions():
            raise Refused(
                f"The backup is from a newer program ({manifest.revision}). Install that one first."
            )
        with database.opened(copy) as engine:
            if _counts(engine) != dict(manifest.counts):
                raise NotABackup(f"{file} does not hold as many rows as it says. Take another backup.")
        with closing(server.lock(config.var_dir)):
            if not replacing and not database.is_empty():
                raise Refused("The database is not empty. Say --replace to put the backup in its place.")
            kept = database.put_back(copy)
    return Restored(manifest, kept)


def restore_keys(config: Config, file: Path) -> bool:
    """Put the keys of `file` back; False if the very same are there already.

    Raises NotABackup if the file is something else, Refused if other keys are in place.
    """
    config.var_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _scratch(config.var_dir) as folder:
        aside = folder / "keys"
        aside.mkdir(mode=0o700)
        with _archive(file) as archive:
            _require_format(_read_manifest(archive, file), KEYS_FORMAT, file)
            for name in keys.FILES:
                handle = os.open(aside / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                with os.fdopen(handle, "wb") as target, archive.open(name) as source:
                    target.write(source.read(_KEY_LIMIT))
        given = keys.load(aside)
        if any((config.keys_dir / name).exists() for name in keys.FILES):
            if all(_same(aside / name, config.keys_dir / name) for name in keys.FILES):
                return False
            raise Refused(f"There are other keys in {config.keys_dir}. Move that folder away first.")
        config.keys_dir.mkdir(mode=0o700, exist_ok=True)
        for name in keys.FILES:
            shutil.copyfile(aside / name, config.keys_dir / name)
            (config.keys_dir / name).chmod(0o600)
        config.keys_dir.chmod(0o700)
        return keys.load(config.keys_dir).public == given.public


# --------------------------------------------------------------------------------------------------- the file


def _require_place(file: Path) -> None:
    if not file.parent.is_dir():
        raise NotABackup(f"There is no folder {file.parent}.")
    if not file.exists():
        return
    # A slip of the hand must not write over the database or anything else that is not a backup.
    try:
        with _archive(file) as archive:
            known = _read_manifest(archive, file).get("format") in {FORMAT, KEYS_FORMAT}
    except NotABackup:
        known = False
    if not known:
        raise NotABackup(f"{file} is there already and is not a backup. Choose another name.")


def _unpack(file: Path, copy: Path, dialect: str) -> Manifest:
    with _archive(file) as archive:
        content = _read_manifest(archive, file)
        _require_format(content, FORMAT, file)
        try:
            manifest = Manifest(**{field.name: content[field.name] for field in fields(Manifest)})
            counts = {str(name): int(number) for name, number in manifest.counts.items()}
            size = int(manifest.size)
        except (KeyError, TypeError, ValueError, AttributeError):
            raise NotABackup(f"{file} is damaged. Take another backup.") from None
        if manifest.dialect != dialect:
            raise Refused(f"The backup is of {manifest.dialect}, but the database in use is {dialect}.")
        digest, written = hashlib.sha256(), 0
        handle = os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as target, archive.open(dialect) as source:
            # More than the manifest says is not read, so that a small file cannot fill the disk.
            while written <= size and (piece := source.read(_PIECE)):
                target.write(piece)
                digest.update(piece)
                written += len(piece)
            target.flush()
            os.fsync(target.fileno())
    if written != size or digest.hexdigest() != manifest.sha256:
        raise NotABackup(f"{file} is damaged: its checksum is wrong. Take another backup.")
    return Manifest(**{**asdict(manifest), "counts": counts})


@contextmanager
def _archive(file: Path) -> Iterator[zipfile.ZipFile]:
    if file.is_dir():
        raise NotABackup(f"{file} is a folder.")
    try:
        with zipfile.ZipFile(file) as archive:
            yield archive
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, UnicodeDecodeError):
        raise NotABackup(f"{file} is damaged or not a backup.") from None


def _read_manifest(archive: zipfile.ZipFile, file: Path) -> dict[str, Any]:
    with archive.open(_MANIFEST) as source:
        text_ = source.read(_MANIFEST_LIMIT)
    try:
        content = json.loads(text_)
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise NotABackup(f"{file} is damaged or not a backup.")
    return content


def _require_format(content: Mapping[str, Any], wanted: str, file: Path) -> None:
    if content.get("format") != wanted:
        kind = "keys" if wanted == KEYS_FORMAT else "a database"
        raise NotABackup(f"{file} is not a backup of {kind}.")


@contextmanager
def _scratch(parent: Path) -> Iterator[Path]:
    """A folder that only we can read, on the disk where the result will lie."""
    folder = Path(tempfile.mkdtemp(prefix=".backup-", dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _move_safely(made: Path, file: Path) -> None:
    made.chmod(0o600)
    with made.open("rb") as handle:
        os.fsync(handle.fileno())
    made.replace(file)
    _sync_folder(file.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sha256(file: Path) -> str:
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _same(one: Path, other: Path) -> bool:
    return other.exists() and one.read_bytes() == other.read_bytes()


# ---------------------------------------------------------------------------------------------- the databases


def _database(config: Config) -> _Database:
    address = make_url(config.database)
    if config.is_sqlite:
        if not address.database or address.database == ":memory:":
            raise Refused("A database in memory cannot be backed up.")
        return _Sqlite(Path(address.database))
    return _Postgres(address, config.var_dir)


def _counts(engine: Engine) -> dict[str, int]:
    names = sorted(inspect(engine).get_table_names())
    quote = engine.dialect.identifier_preparer.quote
    with engine.connect() as connection:
        return {
            name: connection.execute(text(f"SELECT count(*) FROM {quote(name)}")).scalar_one()  # noqa: S608
            for name in names
        }


class _Sqlite:
    """The embedded database."""

    dialect = "sqlite"

    def __init__(self, file: Path) -> None:
        self.file = file

    def copy_to(self, file: Path) -> tuple[str | None, Mapping[str, int]]:
        if not self.file.exists():
            raise NotABackup(f"There is no database at {self.file}.")
        file.touch(mode=0o600)
        try:
            with closing(sqlite.connect(self.file)) as source, closing(sqlite.connect(file)) as target:
                source.execute("PRAGMA busy_timeout=5000")
                # One step: the copy is of one moment, and in WAL mode nobody has to wait for it.
                source.backup(target)
                target.execute("PRAGMA journal_mode=DELETE")
            with self.opened(file) as engine:
                return schema.current(engine), _counts(engine)
        except (sqlite.DatabaseError, NotABackup) as error:
            raise Refused(f"The database {self.file} cannot be copied: {error}") from error

    def is_empty(self) -> bool:
        if not self.file.exists() or self.file.stat().st_size == 0:
            return True
        engine = _engine(URL.create("sqlite", database=str(self.file)))
        try:
            counts = _counts(engine)
        except Exception:
            # What cannot be read may still be wanted by somebody.
            return False
        finally:
            engine.dispose()
        return not any(number for name, number in counts.items() if name != "alembic_version")

    @contextmanager
    def opened(self, copy: Path) -> Iterator[Engine]:
        engine = _engine(URL.create("sqlite", database=str(copy)))
        try:
            with closing(sqlite.connect(copy)) as connection:
                sound = connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
                dangling = connection.execute("PRAGMA foreign_key_check").fetchone()
            if not sound or dangling is not None:
                raise NotABackup("The database within is damaged.")
            yield engine
        except sqlite.DatabaseError as error:
            raise NotABackup(f"The database within is damaged: {error}") from error
        finally:
            engine.dispose()

    def put_back(self, copy: Path) -> Path | None:
        kept = None
        if not self.is_empty():
            kept = self.file.with_name(f"{self.file.name}.before-restore-{now():%Y%m%dT%H%M%S%f}")
            with suppress(sqlite.DatabaseError), closing(sqlite.connect(self.file)) as former:
                former.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        for suffix in ("-wal", "-shm", ""):
            part = self.file.with_name(self.file.name + suffix)
            if part.exists() and kept is not None:
                part.rename(kept.with_name(kept.name + suffix))
            else:
                part.unlink(missing_ok=True)
        self.file.parent.mkdir(parents=True, exist_ok=True)
        copy.replace(self.file)
        _sync_folder(self.file.parent)
        return kept


class _Postgres:
    """A PostgreSQL database, by its own tools."""

    dialect = "postgresql"

    def __init__(self, address: URL, var_dir: Path) -> None:
        self.address = address
        self.var_dir = var_dir

    def copy_to(self, file: Path) -> tuple[str | None, Mapping[str, int]]:
        engine = _engine(self.address)
        try:
            revision = schema.current(engine)
            with sealing.reading(engine) as connection:
                # The dump and the numbers of rows are of the same moment.
                snapshot = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
                names = sorted(inspect(connection).get_table_names())
                quote = engine.dialect.identifier_preparer.quote
                counts = {
                    name: connection.execute(text(f"SELECT count(*) FROM {quote(name)}")).scalar_one()  # noqa: S608
                    for name in names
                }
                self._run(
                    "pg_dump",
                    self.address,
                    "--format=custom",
                    "--no-owner",
                    "--no-privileges",
                    f"--snapshot={snapshot}",
                    f"--file={file}",
                )
        finally:
            engine.dispose()
        return revision, counts

    def is_empty(self) -> bool:
        engine = _engine(self.address)
        try:
            return not any(n for name, n in _counts(engine).items() if name != "alembic_version")
        finally:
            engine.dispose()

    @contextmanager
    def opened(self, copy: Path) -> Iterator[Engine]:
        name = f"vielstimmig_verify_{uuid4().hex}"
        admin = create_engine(self.address, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with admin.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        address = self.address.set(database=name)
        engine = _engine(address)
        try:
            self._run("pg_restore", address, "--no-owner", "--exit-on-error", str(copy))
            yield engine
        finally:
            engine.dispose()
            with admin.connect() as connection:
                connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
            admin.dispose()

    def put_back(self, copy: Path) -> Path | None:
        kept = None
        if not self.is_empty():
            kept = self.var_dir / f"before-restore-{now():%Y%m%dT%H%M%S%f}.pgdump"
            kept.touch(mode=0o600)
            self._run("pg_dump", self.address, "--format=custom", "--no-owner", f"--file={kept}")
        self._run(
            "pg_restore",
            self.address,
            "--clean",
            "--if-exists",
            "--no-owner",
            "--single-transaction",
            "--exit-on-error",
            str(copy),
        )
        return kept

    def _run(self, tool: str, address: URL, *arguments: str) -> None:
        program = shutil.which(tool)
        if program is None:
            raise Refused(f"{tool} is not installed. On Debian run: apt install postgresql-client")
        host = address.query.get("host", address.host)
        target = {
            "--host": host if isinstance(host, str) else None,
            "--port": str(address.port) if address.port else None,
            "--username": address.username,
            "--dbname": address.database,
        }
        given = [f"{name}={value}" for name, value in target.items() if value]
        done = subprocess.run(
            [program, *given, "--no-password", *arguments],
            # A password among the arguments could be read by everybody on the machine.
            env=_with_password(address),
            capture_output=True,
            check=False,
        )
        if done.returncode != 0:
            reason = done.stderr.decode(errors="replace").strip().splitlines()
            raise NotABackup(f"{tool} failed: {reason[0] if reason else 'it gives no reason'}")


def _with_password(address: URL) -> dict[str, str]:
    return environment(pgpassword=str(address.password)) if address.password else environment()


def _engine(address: URL) -> Engine:
    options = engine_options(address.drivername)
    for name in ("pool_pre_ping", "pool_size", "max_overflow"):
        options.pop(name, None)
    return create_engine(address, poolclass=NullPool, **options)
