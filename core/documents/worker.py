"""Renders in a child process of low priority with limits, so that no document can hold up the server.

The parent sends one JSON object on standard input and gets one line of JSON and then the files' bytes on
standard output.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from importlib import import_module
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

from core.children import ChildFailed, Limits, ask_child, heed
from core.documents.labels import Labels
from core.documents.printable import MissingCharacter
from core.documents.tree import Document, Paper, canonical_json, document_from_json, paragraph

Format: TypeAlias = Literal["html", "md", "pdf", "docx", "changes"]
FORMATS: Final[tuple[Format, ...]] = ("html", "md", "pdf")
"""The formats that are kept of a version. `changes` is for pages: JSON with HTML and what differs."""

LIMITS: Final = Limits(cpu_seconds=60, wall_seconds=120.0, memory_bytes=3 * 1024**3)
"""What one rendering may use."""


class RenderFailed(Exception):
    """The child gave no files. The message says why, for the log; it holds nothing of the document's text."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """The files by format, and the characters the PDF could not show."""

    files: dict[Format, bytes]
    missing: list[MissingCharacter] = field(default_factory=list)


def render_in_child(
    document: Document | bytes,
    formats: Iterable[Format] = FORMATS,
    *,
    fonts_dir: Path,
    labels: Labels,
    limits: Limits = LIMITS,
    former: Document | None = None,
    preface: tuple[str, ...] = (),
    paper: Paper = "book",
) -> Rendered:
    """Render the formats of a document, or of its canonical form, in one child process; raises RenderFailed.

    With `former` what is written is how the document differs from that one, after the sentences of the
    `preface`; only then can `changes` be asked for. `paper` is how a PDF is laid out, see `typst.render_pdf`.
    Under gevent waiting yields to other requests. Call it outside a transaction.
    """
    order = {
        "formats": list(formats),
        "fonts_dir": str(fonts_dir.resolve()),
        "labels": labels.as_plain(),
        "limits": asdict(limits),
        "preface": list(preface),
        "paper": paper,
    }
    canonical = document if isinstance(document, bytes) else canonical_json(document)
    parts = [json.dumps(order).encode("utf-8"), canonical]
    if former is not None:
        parts.append(canonical_json(former))
    try:
        answer = ask_child(
            "core.documents.worker",
            # No line break stands in JSON, so one keeps the parts apart.
            b"\n".join(parts),
            wall_seconds=limits.wall_seconds,
            # Typst starts a thread per core; rendering shall leave the others to people.
            settings={"RAYON_NUM_THREADS": "1"},
        )
    except ChildFailed as error:
        raise RenderFailed(f"Rendering {error}.") from error
    return _answer(answer)


def render(
    document: Document,
    formats: Iterable[Format],
    *,
    fonts_dir: Path,
    labels: Labels,
    paper: Paper = "book",
) -> Rendered:
    """Render the formats in this process."""
    # Each walker is loaded only when asked for: Typst alone costs the child a fifth of a second.
    files: dict[Format, bytes] = {}
    missing: list[MissingCharacter] = []
    for wanted in formats:
        if wanted == "pdf":
            result = _walker("typst").render_pdf(document, fonts_dir=fonts_dir, labels=labels, paper=paper)
            files[wanted], missing = result.data, result.missing
        elif wanted == "html":
            files[wanted] = _walker("html").render_html(document, labels=labels)
        elif wanted == "md":
            files[wanted] = _walker("markdown_writer").render_markdown(document, labels=labels)
        elif wanted == "docx":
            files[wanted] = _walker("docx_writer").render_docx(document, fonts_dir=fonts_dir, labels=labels)
        else:
            raise ValueError(f"There is no format {wanted!r}.")
    return Rendered(files, missing)


def _render_changes(former: Document, document: Document, order: dict[str, Any], labels: Labels) -> Rendered:
    """What differs, in the formats of an order."""
    found = _walker("compare").compare(former, document, labels=labels)
    files: dict[Format, bytes] = {}
    formats: list[Format] = [wanted for wanted in order["formats"] if wanted != "changes"]
    if len(formats) < len(order["formats"]):
        fragment = _walker("html").render_fragment(found.document, labels=labels)
        page = {"counts": found.counts.as_plain(), "contents": fragment.contents, "body": fragment.body}
        files["changes"] = json.dumps(page, ensure_ascii=False).encode("utf-8", "replace")
    preface = tuple(paragraph(sentence) for sentence in order["preface"])
    whole = replace(found.document, children=(*preface, *found.document.children))
    rendered = render(whole, formats, fonts_dir=Path(order["fonts_dir"]), labels=labels)
    return Rendered({**files, **rendered.files}, rendered.missing)


def _walker(name: str) -> Any:
    return import_module(f"core.documents.{name}")


def _answer(output: bytes) -> Rendered:
    head, _, rest = output.partition(b"\n")
    answer = json.loads(head)
    files: dict[Format, bytes] = {}
    for name, size in answer["files"]:
        files[name], rest = rest[:size], rest[size:]
    return Rendered(files, [MissingCharacter(**character) for character in answer["missing"]])


def main() -> None:
    """What the child does."""
    head, *canonical = sys.stdin.buffer.read().split(b"\n")
    order = json.loads(head)
    heed(Limits(**order["limits"]))
    labels = Labels.from_plain(order["labels"])
    document, *former = (document_from_json(part) for part in canonical)
    if former:
        rendered = _render_changes(former[0], document, order, labels)
    else:
        rendered = render(
            document,
            order["formats"],
            fonts_dir=Path(order["fonts_dir"]),
            labels=labels,
            paper=order["paper"],
        )
    answer = {
        "files": [[name, len(data)] for name, data in rendered.files.items()],
        "missing": [asdict(character) for character in rendered.missing],
    }
    output = sys.stdout.buffer
    output.write(json.dumps(answer).encode("utf-8") + b"\n")
    for data in rendered.files.values():
        output.write(data)


if __name__ == "__main__":
    main()
