"""The file of a backup: a ZIP of a manifest and what it speaks of, read with suspicion."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

FORMAT = "vielstimmig-backup-1"
KEYS_FORMAT = "vielstimmig-keys-1"
MANIFEST = "manifest.json"
_MANIFEST_LIMIT = 1_000_000
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


def require_place(file: Path) -> None:
    """Raise NotABackup if `file` cannot be written, or is there and is something else than a backup."""
    if not file.parent.is_dir():
        raise NotABackup(f"There is no folder {file.parent}.")
    if not file.exists():
        return
    # A slip of the hand must not write over the database or anything else that is not a backup.
    try:
        with open_archive(file) as archive:
            known = read_manifest(archive, file).get("format") in {FORMAT, KEYS_FORMAT}
    except NotABackup:
        known = False
    if not known:
        raise NotABackup(f"{file} is there already and is not a backup. Choose another name.")


def unpack(file: Path, copy: Path, dialect: str) -> Manifest:
    """Write the database within `file` into `copy`, which must be new, and give the manifest.

    Raises NotABackup if the file is damaged, Refused if it is of another kind of database.
    """
    with open_archive(file) as archive:
        content = read_manifest(archive, file)
        require_format(content, FORMAT, file)
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
def open_archive(file: Path) -> Iterator[zipfile.ZipFile]:
    """The file as an archive; whatever is wrong with it becomes NotABackup, also inside the block."""
    if file.is_dir():
        raise NotABackup(f"{file} is a folder.")
    try:
        with zipfile.ZipFile(file) as archive:
            yield archive
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, UnicodeDecodeError):
        raise NotABackup(f"{file} is damaged or not a backup.") from None


def read_manifest(archive: zipfile.ZipFile, file: Path) -> dict[str, Any]:
    """What the archive says about itself, unchecked. Raises NotABackup if it says nothing of the kind."""
    with archive.open(MANIFEST) as source:
        text_ = source.read(_MANIFEST_LIMIT)
    try:
        content = json.loads(text_)
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise NotABackup(f"{file} is damaged or not a backup.")
    return content


def require_format(content: Mapping[str, Any], wanted: str, file: Path) -> None:
    """Raise NotABackup unless the manifest names the format `wanted`, FORMAT or KEYS_FORMAT."""
    if content.get("format") != wanted:
        kind = "keys" if wanted == KEYS_FORMAT else "a database"
        raise NotABackup(f"{file} is not a backup of {kind}.")


@contextmanager
def scratch(parent: Path) -> Iterator[Path]:
    """A folder that only we can read, on the disk where the result will lie."""
    folder = Path(tempfile.mkdtemp(prefix=".backup-", dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def move_safely(made: Path, file: Path) -> None:
    """Put what was made in the place of `file` in one step, on the disk before this returns; private."""
    made.chmod(0o600)
    with made.open("rb") as handle:
        os.fsync(handle.fileno())
    made.replace(file)
    sync_folder(file.parent)


def sync_folder(folder: Path) -> None:
    """Have the disk keep which files are in `folder`."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sha256_of(file: Path) -> str:
    """The SHA-256 of a file in hexadecimal."""
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def same(one: Path, other: Path) -> bool:
    """Whether the other file is there and has the same content."""
    return other.exists() and one.read_bytes() == other.read_bytes()
