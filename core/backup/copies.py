"""Making a backup, looking whether it is good, and putting it back."""

from __future__ import annotations

import json
import os
import shutil
import zipfile
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import inspect

from core import keys, schema, sealing, server
from core.backup.archive import (
    FORMAT,
    KEYS_FORMAT,
    MANIFEST,
    Manifest,
    NotABackup,
    Refused,
    move_safely,
    open_archive,
    read_manifest,
    require_format,
    require_place,
    same,
    scratch,
    sha256_of,
    unpack,
)
from core.backup.databases import database_of, rows_per_table
from core.clock import now
from core.config import Config
from core.errors import Sentence
from core.i18n import lazy_gettext as _l

_KEY_LIMIT = 10_000


@dataclass(frozen=True, slots=True)
class Restored:
    """What `restore` put back, and where the former database is kept (None if there was none)."""

    manifest: Manifest
    kept: Path | None


def make(config: Config, file: Path) -> Manifest:
    """Write a backup into `file` while the site goes on. Raises NotABackup, Refused, or OSError."""
    require_place(file)
    database = database_of(config)
    with scratch(file.parent) as folder:
        copy = folder / "database"
        revision, counts = database.copy_to(copy)
        manifest = Manifest(
            format=FORMAT,
            made_at=now().isoformat(timespec="seconds"),
            dialect=database.dialect,
            revision=revision,
            sha256=sha256_of(copy),
            size=copy.stat().st_size,
            counts=counts,
        )
        packed = folder / "packed"
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
            archive.writestr(MANIFEST, json.dumps(asdict(manifest), indent=1))
            archive.write(copy, database.dialect)
        move_safely(packed, file)
    return manifest


def make_of_keys(config: Config, file: Path) -> None:
    """Write the keys into `file`, readable for its owner only. Raises KeysMissing, NotABackup or OSError."""
    require_place(file)
    keys.load(config.keys_dir)
    with scratch(file.parent) as folder:
        packed = folder / "packed"
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr(MANIFEST, json.dumps({"format": KEYS_FORMAT}))
            for name in keys.FILES:
                archive.write(config.keys_dir / name, name)
        move_safely(packed, file)


def verify(config: Config, file: Path) -> list[Sentence]:
    """Restore the backup aside and look whether rows and journal are complete; gives what is wrong.

    Raises NotABackup if the file is damaged, KeysMissing without the keys that signed the journal.
    """
    database = database_of(config)
    own = keys.load(config.keys_dir)
    problems: list[Sentence] = []
    with scratch(config.var_dir) as folder:
        manifest = unpack(file, folder / "database", database.dialect)
        with database.opened(folder / "database") as engine:
            if rows_per_table(engine) != dict(manifest.counts):
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
    database = database_of(config)
    config.var_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    with scratch(config.var_dir) as folder:
        copy = folder / "database"
        manifest = unpack(file, copy, database.dialect)
        if manifest.revision is not None and manifest.revision not in schema.revisions():
            raise Refused(
                f"The backup is from a newer program ({manifest.revision}). Install that one first."
            )
        with database.opened(copy) as engine:
            if rows_per_table(engine) != dict(manifest.counts):
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
    with scratch(config.var_dir) as folder:
        aside = folder / "keys"
        aside.mkdir(mode=0o700)
        with open_archive(file) as archive:
            require_format(read_manifest(archive, file), KEYS_FORMAT, file)
            for name in keys.FILES:
                handle = os.open(aside / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                with os.fdopen(handle, "wb") as target, archive.open(name) as source:
                    target.write(source.read(_KEY_LIMIT))
        given = keys.load(aside)
        if any((config.keys_dir / name).exists() for name in keys.FILES):
            if all(same(aside / name, config.keys_dir / name) for name in keys.FILES):
                return False
            raise Refused(f"There are other keys in {config.keys_dir}. Move that folder away first.")
        config.keys_dir.mkdir(mode=0o700, exist_ok=True)
        for name in keys.FILES:
            shutil.copyfile(aside / name, config.keys_dir / name)
            (config.keys_dir / name).chmod(0o600)
        config.keys_dir.chmod(0o700)
        return keys.load(config.keys_dir).public == given.public
