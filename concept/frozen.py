"""What a release freezes, as plain values: the content, the records behind it, the files and the manifest.

Nothing is looked up here. The manifest is the one text that is signed; it names the hash of everything else,
so that whoever trusts the key can check a version without us.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields, is_dataclass
from datetime import UTC, datetime
from typing import Any

from concept.content import Chapter, Content, FigureData, Origin
from dialog.vocabulary import Kind, read_reference

FORMAT = "vielstimmig-concept-version-1"

FILE_NAMES: Mapping[str, str] = {
    "html": "concept.html",
    "md": "concept.md",
    "pdf": "concept.pdf",
    "py": "verify_concept.py",
    "txt": "README.txt",
}
"""The stored files by format, as they are called in a bundle."""

DOCUMENTS = ("pdf", "html", "md")
"""The formats in which people read a version."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """Everything a release keeps that had to be made before its transaction.

    `concept_version` is `Concept.version` when the content was read: it must still be the same. `former` is
    the hash of the former version's manifest, `voices` the ids of the contributions whose words stand here.
    """

    concept_version: int
    number: int
    former: str | None
    language: str
    content: str
    content_hash: str
    records: str
    files: Mapping[str, bytes]
    voices: tuple[int, ...]
    labels: Mapping[str, str]
    tools: Mapping[str, Any]
    place: Mapping[str, Any]
    """County, dialogue, edition and address, as the manifest names them."""


def sha256(data: bytes | str) -> str:
    """SHA-256 in hexadecimal digits; of a text that of its UTF-8 bytes."""
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


def manifest_text(frozen: Frozen, *, note: str, released_at: datetime, public_key: str) -> str:
    """The text that is signed. Its layout is part of it: people can read it."""
    content = {
        **frozen.place,
        "format": FORMAT,
        "number": frozen.number,
        "language": frozen.language,
        "released_at": released_at.astimezone(UTC).isoformat(timespec="seconds"),
        "note": note,
        "former_manifest_sha256": frozen.former,
        "content": _about(frozen.content.encode()),
        "records": _about(frozen.records.encode()),
        "files": [
            {"format": format, "name": FILE_NAMES[format], **_about(data)}
            for format, data in sorted(frozen.files.items())
        ],
        "labels": dict(frozen.labels),
        "tools": dict(frozen.tools),
        "public_key": public_key,
    }
    return json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1) + "\n"


def _about(data: bytes) -> dict[str, Any]:
    return {"sha256": sha256(data), "size": len(data)}


def records_text(content: Content, declined: Iterable[tuple[str, str]]) -> str:
    """The records behind a concept as JSON: measures, goals, what each block rests on, and declined needs."""
    pieces = [(chapter, piece) for chapter in _chapters(content.chapters) for piece in chapter.pieces]
    records = {
        "goals": [
            {"block": piece.id, "chapter": chapter.slug, **_plain(piece.goal)}
            for chapter, piece in pieces
            if piece.goal is not None
        ],
        "measures": [
            {"block": piece.id, "chapter": chapter.slug, **_plain(piece.measure)}
            for chapter, piece in pieces
            if piece.measure is not None
        ],
        "sources": [
            {"block": piece.id, "chapter": chapter.slug, "origins": [_plain(one) for one in piece.origins]}
            for chapter, piece in pieces
            if piece.origins
        ],
        "declined": [{"reference": reference, "reason": reason} for reference, reason in declined],
    }
    return json.dumps(records, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _chapters(chapters: Iterable[Chapter]) -> Iterator[Chapter]:
    for chapter in chapters:
        yield chapter
        yield from _chapters(chapter.chapters)


def _plain(record: Any) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(json.dumps(asdict(record), default=_moment))
    return plain


def _moment(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return str(value)


def references_in(content: Content) -> set[str]:
    """The register numbers of all contributions of which any word stands in the content."""
    return {reference for reference in _references(content) if read_reference(reference) is not None}


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, FigureData) or (isinstance(value, Origin) and value.kind not in set(Kind)):
        return
    if is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            part = getattr(value, field.name)
            if field.name == "reference" and isinstance(part, str):
                yield part
            else:
                yield from _references(part)
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _references(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _references(part)
