"""Compiles concepts into files, in a child process, and keeps what was compiled under its content hash.

The name of a kept file is a hash of everything its bytes depend on: the content, the words around it, and
the program that writes it. So a file is never stale, and an older one is never overwritten.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import threading
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from concept.content import Content
from concept.document import document_of
from core import logs
from core.config import ROOT, Config
from core.document_labels import document_labels
from core.documents.labels import Labels
from core.documents.printable import MissingCharacter
from core.documents.tree import Document, canonical_json, content_hash
from core.documents.worker import Format, Rendered, RenderFailed, render_in_child
from core.errors import DomainError
from core.i18n import force_locale
from core.i18n import lazy_gettext as _l
from core.transaction import let_go

FONTS = ROOT / "static" / "vendor" / "ttf"
WRITER = ROOT / "core" / "documents"
PATIENCE = 20.0
"""Seconds a request waits for a file; the compiling goes on, and whoever asks later finds it."""

KEPT = 60
"""Files kept in the cache; the ones unused for longest go first."""


class StillCompiling(DomainError):
    """The file takes longer than a request can wait."""

    status = 503
    code = "compiling"

    def __init__(self) -> None:
        super().__init__(_l("This document is being made. Please try again in half a minute."))


class CannotCompile(DomainError):
    """The files could not be made; what went wrong is in the log."""

    status = 500
    code = "not_compiled"

    def __init__(self) -> None:
        super().__init__(
            _l("This document could not be made. We are looking into it. Please read the pages here.")
        )


@dataclass(frozen=True, slots=True)
class Compiled:
    """One file with the hash of its content and the characters the PDF could not show."""

    data: bytes
    hash: str
    missing: list[MissingCharacter]


@dataclass(frozen=True, slots=True)
class Order:
    """A document with its labels and content hash, ready to be written in any format.

    With `former` what is written is how it differs from that one, after the sentences of the `preface`.
    """

    document: Document
    labels: Labels
    hash: str
    canonical: bytes | None = None
    """The canonical form of the document, where it is known already."""
    former: Document | None = None
    preface: tuple[str, ...] = ()


def order(content: Content, config: Config, *, edition: str = "") -> Order:
    """What is to be written, in the language of the concept whatever language the reader uses.

    `edition` is the name of the state on the cover; without it the document is a draft.
    """
    with force_locale(content.language):
        document = document_of(content, site=config.public_url, edition=edition)
        canonical = canonical_json(document)
        labels = Labels.from_plain(document_labels().as_plain())
        return Order(document, labels, hashlib.sha256(canonical).hexdigest(), canonical)


def compile_now(wanted: Order, formats: Iterable[Format]) -> Rendered:
    """Write these formats and wait for as long as it takes. Raises RenderFailed."""
    return render_in_child(
        wanted.canonical or wanted.document,
        formats,
        fonts_dir=FONTS,
        labels=wanted.labels,
        former=wanted.former,
        preface=wanted.preface,
    )


def compiled(wanted: Order, format: Format, config: Config) -> Compiled:
    """One file from the cache, or made now; many who ask at once wait for one compiling.

    Raises StillCompiling if it takes longer than PATIENCE, CannotCompile if it fails.
    """
    place = _place(wanted, format, config)
    found = _kept(place, wanted)
    if found is not None:
        return found
    job = _join(place, wanted, format)
    let_go()
    if not job.done.wait(PATIENCE):
        raise StillCompiling
    if job.failure is not None:
        raise CannotCompile from job.failure
    found = _kept(place, wanted)
    if found is None:
        raise StillCompiling
    return found


def known_missing(wanted: Order, config: Config) -> list[MissingCharacter] | None:
    """The characters the PDF of this state could not show, or None if nobody has asked for it yet."""
    found = _kept(_place(wanted, "pdf", config), wanted)
    return found.missing if found is not None else None


def forget_files(config: Config) -> None:
    """Destroy all kept files, and those being made as soon as they are, because words in them are to go.

    Nothing is lost by it: whoever asks for a file has it made anew.
    """
    with _lock:
        for job in _jobs.values():
            job.outdated = True
    for path in _folder(config).glob("[!.]*"):
        path.unlink(missing_ok=True)


# ------------------------------------------------------------------------------------------------- the cache


class _Job:
    """One compiling that goes on."""

    def __init__(self) -> None:
        self.done = threading.Event()
        self.failure: Exception | None = None
        self.outdated = False


_jobs: dict[Path, _Job] = {}
_lock = threading.Lock()


def _join(place: Path, wanted: Order, format: Format) -> _Job:
    with _lock:
        job = _jobs.get(place)
        if job is None:
            job = _jobs[place] = _Job()
            threading.Thread(target=_work, args=(job, place, wanted, format), daemon=True).start()
        return job


def _work(job: _Job, place: Path, wanted: Order, format: Format) -> None:
    try:
        rendered = compile_now(wanted, [format])
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        head = json.dumps([asdict(character) for character in rendered.missing]).encode()
        write_whole(place, head + b"\n" + rendered.files[format])
        _tidy(place.parent)
    except (RenderFailed, OSError) as error:
        job.failure = error
        logs.incident(error)
    finally:
        with _lock:
            _jobs.pop(place, None)
            if job.outdated:
                place.unlink(missing_ok=True)
        job.done.set()


def _place(wanted: Order, format: Format, config: Config) -> Path:
    words = json.dumps([wanted.labels.as_plain(), wanted.preface], sort_keys=True)
    former = content_hash(wanted.former) if wanted.former is not None else ""
    name = hashlib.sha256("\n".join((wanted.hash, former, words, _writer())).encode()).hexdigest()
    return _folder(config) / f"{name}.{format}"


def _folder(config: Config) -> Path:
    return config.var_dir / "cache" / "concept"


def _kept(place: Path, wanted: Order) -> Compiled | None:
    try:
        head, _, data = place.read_bytes().partition(b"\n")
        os.utime(place)
    except OSError:
        return None
    return Compiled(data, wanted.hash, [MissingCharacter(**entry) for entry in json.loads(head)])


@lru_cache(maxsize=1)
def tools() -> dict[str, Any]:
    """The tools that write documents: with the same ones the same content gives the same bytes."""
    writer = hashlib.sha256()
    for path in sorted(path for path in WRITER.iterdir() if path.is_file()):
        writer.update(f"{path.name}\n".encode() + path.read_bytes())
    return {
        "vielstimmig": version("vielstimmig"),
        "writer_sha256": writer.hexdigest(),
        "typst": version("typst"),
        "fonts": {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(FONTS.glob("*.ttf"))
        },
    }


@lru_cache(maxsize=1)
def _writer() -> str:
    """A hash of the program that writes documents: its files, the typesetter, the fonts."""
    digest = hashlib.sha256(version("typst").encode())
    for path in sorted(path for path in WRITER.iterdir() if path.is_file()):
        digest.update(path.read_bytes())
    for path in sorted(FONTS.glob("*.ttf")):
        digest.update(f"{path.name} {path.stat().st_size}".encode())
    return digest.hexdigest()


def _tidy(folder: Path) -> None:
    files = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in files[KEPT:]:
        path.unlink(missing_ok=True)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that nobody ever sees half of it. Raises OSError."""
    write_together({path: data})


def write_together(files: dict[Path, bytes]) -> None:
    """Write several files, none of them half; if one cannot be written the others stay as they were.

    Raises OSError.
    """
    waiting: list[tuple[str, Path]] = []
    try:
        for path, data in files.items():
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
            waiting.append((name, path))
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        for name, path in list(waiting):
            Path(name).chmod(0o644)
            Path(name).replace(path)
            waiting.remove((name, path))
    finally:
        for name, _path in waiting:
            Path(name).unlink(missing_ok=True)
