"""Pieces of a DOCX file that python-docx does not know: numbering, fields, links, bookmarks, languages.

The rest of the library is used as it is; here is what is written into its XML.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typst
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from core.documents.pictures import safe_svg

FIXED_TIME = (1980, 1, 1, 0, 0, 0)
"""The time of every file in the archive: the same content gives the same bytes."""

_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc][\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\\s]*"
)
_DROPPED = ("/thumbnail", "/stylesWithEffects")

_PICTURE = b"""#set page(width: 16cm, height: auto, margin: 0pt)
#set text(font: ("Fira Sans", "Vazirmatn", "Noto Sans Ethiopic"))
#image(bytes(sys.inputs.svg), format: "svg", width: 100%)
"""


def writable(words: str) -> str:
    """The words without what XML cannot hold."""
    return _UNWRITABLE.sub("\ufffd", str(words))


def begins_right(words: str) -> bool | None:
    """Whether the first letter of a text is one of a script from right to left; None without letters."""
    for letter in words:
        side = unicodedata.bidirectional(letter)
        if side in ("R", "AL"):
            return True
        if side == "L":
            return False
    return None


def pieces(words: str) -> Iterator[tuple[str, bool]]:
    """A text in pieces of one direction each, with whether it runs from right to left."""
    at = 0
    for found in _RIGHT_TO_LEFT.finditer(words):
        if found.start() > at:
            yield words[at : found.start()], False
        yield found[0], True
        at = found.end()
    if at < len(words):
        yield words[at:], False


def element(name: str, /, **attributes: str) -> Any:
    """An element of WordprocessingML such as `w:numPr` with attributes of the same namespace."""
    made = OxmlElement(name)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


def put(parent: Any, child: Any, *before: str) -> Any:
    """Add a child where the schema wants it: in front of the first of `before`, else at the end."""
    if before:
        parent.insert_element_before(child, *before)
    else:
        parent.append(child)
    return child


def field(paragraph: Any, instruction: str, shown: str) -> None:
    """A field such as PAGE, with what stands there until it is computed."""
    simple = element("w:fldSimple", instr=f" {instruction} ")
    run = put(simple, OxmlElement("w:r"))
    words = put(run, OxmlElement("w:t"))
    words.text = shown
    paragraph._p.append(simple)


def bookmark(paragraph: Any, name: str, number: int) -> None:
    """Make a paragraph a place that links lead to."""
    start, end = (
        element("w:bookmarkStart", id=str(number), name=name),
        element("w:bookmarkEnd", id=str(number)),
    )
    place = 1 if paragraph._p.pPr is not None else 0
    paragraph._p.insert(place, start)
    paragraph._p.append(end)


def link(paragraph: Any, target: str) -> Any:
    """An empty link in a paragraph to an address, or to a bookmark as `#name`; runs are put into it."""
    made = OxmlElement("w:hyperlink")
    if target.startswith("#"):
        made.set(qn("w:anchor"), target[1:])
    else:
        made.set(qn("r:id"), paragraph.part.relate_to(target, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    paragraph._p.append(made)
    return made


def describe_table(table: Any, title: str, description: str = "") -> None:
    """What is read aloud for a table."""
    properties = table._tbl.tblPr
    for name, words in (("w:tblCaption", title), ("w:tblDescription", description)):
        if words:
            properties.append(element(name, val=writable(words)))


def repeat_row(row: Any) -> None:
    """Make a row the header of its table, on every page."""
    row._tr.get_or_add_trPr().append(element("w:tblHeader"))


class Numbering:
    """Lists of a document: bullets, and numbers that begin anew in every list."""

    def __init__(self, document: Any) -> None:
        self._root = document.part.numbering_part.element
        taken = [int(one.get(qn("w:abstractNumId"))) for one in self._root.findall(qn("w:abstractNum"))]
        self._bullets = max(taken, default=0) + 1
        self._numbers = self._bullets + 1
        for number, ordered in ((self._numbers, True), (self._bullets, False)):
            self._root.insert(0, self._definition(number, ordered=ordered))

    def new(self, *, ordered: bool, start: int) -> int:
        """The number of a list that begins at `start`."""
        made = self._root.add_num(self._numbers if ordered else self._bullets)
        if ordered:
            for level in range(9):
                override = made.add_lvlOverride(ilvl=level)
                override.add_startOverride(start if level == 0 else 1)
        number: int = made.numId
        return number

    def _definition(self, number: int, *, ordered: bool) -> Any:
        made = element("w:abstractNum", abstractNumId=str(number))
        made.append(element("w:multiLevelType", val="hybridMultilevel"))
        for level in range(9):
            one = put(made, element("w:lvl", ilvl=str(level)))
            one.append(element("w:start", val="1"))
            one.append(element("w:numFmt", val="decimal" if ordered else "bullet"))
            one.append(element("w:lvlText", val=f"%{level + 1}." if ordered else "•–▪"[level % 3]))
            one.append(element("w:lvlJc", val="start"))
            indented = put(one, OxmlElement("w:pPr"))
            indented.append(element("w:ind", start=str(360 * (level + 1)), hanging="360"))
        return made


def picture_of(svg: str, fonts_dir: Path) -> bytes | None:
    """A picture of shapes as PNG, or None for one that is not ours (see `pictures.safe_svg`)."""
    harmless = safe_svg(svg)
    if harmless is None:
        return None
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[fonts_dir.resolve()]
    )
    compiler = typst.Compiler(
        _PICTURE, font_paths=fonts, ignore_system_fonts=True, sys_inputs={"svg": harmless}
    )
    try:
        drawn = compiler.compile(format="png", ppi=160)
    except typst.TypstError:
        return None
    return drawn if isinstance(drawn, bytes) else None


def leave_out_of_template(document: Any) -> None:
    """Drop what the library's template brings and no document of ours needs."""
    for holder in (document.part.package, document.part):
        for key, relation in list(holder.rels.items()):
            if relation.reltype.endswith(_DROPPED):
                del holder.rels[key]


def packed(document: Any) -> bytes:
    """The file with sorted names and fixed times."""
    raw = io.BytesIO()
    document.save(raw)
    made = io.BytesIO()
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(made, "w") as target:
        for name in sorted(source.namelist()):
            entry = zipfile.ZipInfo(name, FIXED_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0
            target.writestr(entry, source.read(name), compresslevel=6)
    return made.getvalue()
