"""About a hundred files that are broken, each in its own way, made when they are needed."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable, Iterator

from openpyxl import Workbook

HEAD = "Nr;Gemeinde;Handlungsfeld;Bedarf;Beschreibung"
ROW = "1;Keltern;Freizeit;Treffpunkt;Abends ist nichts offen"
GOOD = f"{HEAD}\r\n{ROW}\r\n"
Exhibit = tuple[str, bytes]


def workbook(*rows: list[object], change: Callable[[Workbook], None] | None = None) -> bytes:
    book = Workbook()
    for row in rows or ([*HEAD.split(";")], [*ROW.split(";")]):
        book.active.append(row)
    if change:
        change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(change: Callable[[str, bytes], bytes | None], *more: Exhibit, of: bytes | None = None) -> bytes:
    """A sound workbook (`of` or any), each part of it as `change` gives it back; None leaves it out."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(of or workbook())) as sound,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as broken,
    ):
        for name in sound.namelist():
            content = change(name, sound.read(name))
            if content is not None:
                broken.writestr(name, content)
        for name, content in more:
            broken.writestr(name, content)
    return out.getvalue()


def unreadable() -> Iterator[Exhibit]:
    """Files that are no list at all: the whole of them is refused with one sentence."""
    yield "nothing", b""
    yield "spaces", b" \r\n\t \r\n"
    yield "only zero bytes", b"\x00" * 500
    yield "only a byte order mark", b"\xef\xbb\xbf"
    yield "only a UTF-16 mark", b"\xff\xfe"
    yield "one word", b"Hallo"
    yield "a letter without a table", b"Sehr geehrte Damen und Herren\nwir haben keine Bedarfe\n"
    yield "headings and nothing else", HEAD.encode()
    yield "headings and empty lines", f"{HEAD}\n;;;;\n;;;;\n".encode()
    yield "too large", (GOOD + ROW * 90_000).encode()
    yield "too many rows", (HEAD + "\n" + f"{ROW}\n" * 10_500).encode()
    yield "a million empty and full rows", (HEAD + "\n" + ";;;;\n" * 21_000 + ROW).encode()
    yield "too many columns", (";".join(f"Spalte {n}" for n in range(150)) + "\n").encode()
    yield "a row with thousands of cells", (f"{HEAD}\n" + "x;" * 9_000).encode()
    yield "a cell that never ends", f"{HEAD}\n1;Keltern;Freizeit;{'x' * 6_000};y".encode()
    yield "a quotation mark that is never closed", (f'{HEAD}\n1;Keltern;"' + "Freizeit;T;B\n" * 900).encode()
    yield "a cell beyond the limit of the module", f'{HEAD}\n1;"{"x" * 140_000}"'.encode()
    yield "zero bytes in the middle", GOOD.replace("Keltern", "Kel\x00tern").encode()
    yield "half of UTF-16", GOOD.encode("utf-16")[:-1]
    yield "half of UTF-32", b"\xff\xfe\x00\x00" + GOOD.encode("utf-32-le")[:-3]
    yield "a lonely surrogate in UTF-16", "\ufeff".encode("utf-16-le") + b"\x00\xd8;\x00;\x00"
    yield "bytes that are in no code page", GOOD.encode("cp1252") + b"\x81\x8d\x8f;\x90;\x9d"
    yield "an old workbook", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
    yield "a PDF", b"%PDF-1.7\n1 0 obj"
    yield "a rich text", b"{\\rtf1 Liste}"
    yield "a PNG", b"\x89PNG\r\n\x1a\n" + b"\x00" * 60
    yield "a JPEG", b"\xff\xd8\xff\xe0" + b"\x00" * 60
    yield "a GIF", b"GIF89a;;;"
    yield "a gzip", gzip.compress(GOOD.encode())
    yield "a 7z", b"7z\xbc\xaf\x27\x1c"
    yield "a RAR", b"Rar!\x1a\x07"
    yield "a web page", b"<!DOCTYPE html><html><table><tr><td>a;b</td></tr></table>"
    yield "a table of a web page", b"  <table><tr><td>Gemeinde;Bedarf</td></tr></table>"
    yield "XML", b"<?xml version='1.0'?><liste><zeile a='1;2'/></liste>"
    yield "a program", b"\x7fELF\x02\x01\x01" + bytes(range(256))
    yield "noise", bytes((number * 7919) % 256 for number in range(5_000))
    yield from _broken_workbooks()


def _broken_workbooks() -> Iterator[Exhibit]:
    sound = workbook()
    yield "a workbook cut off at the end", sound[: len(sound) // 2]
    yield "a workbook cut off near its end", sound[:-30]
    yield "only the beginning of an archive", b"PK\x03\x04"
    yield "an empty archive", b"PK\x05\x06" + b"\x00" * 18
    yield "bits turned over", bytes(b ^ 255 if 200 < i < 900 else b for i, b in enumerate(sound))
    for name, content in (
        ("a text document", b"<w:document/>"),
        ("a presentation", b"<p:presentation/>"),
        ("an OpenDocument table", b"<office:spreadsheet/>"),
    ):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as other:
            other.writestr("word/document.xml", content)
        yield name, out.getvalue()
    for part in (
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "[Content_Types].xml",
        "xl/worksheets/sheet1.xml",
    ):
        yield f"without {part}", repacked(lambda name, content, gone=part: None if name == gone else content)
        yield f"{part} empty", repacked(lambda name, content, gone=part: b"" if name == gone else content)
        yield (
            f"{part} cut off",
            repacked(
                lambda name, content, gone=part: content[: len(content) // 2] if name == gone else content
            ),
        )
        yield (
            f"{part} no XML",
            repacked(lambda name, content, gone=part: b"\x00\x01" if name == gone else content),
        )
    laughs = (
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;">]><worksheet>&c;</worksheet>'
    )
    yield "entities that grow", _sheet(laughs)
    yield (
        "an entity from a file",
        _sheet(b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><worksheet>&b;</worksheet>'),
    )
    yield (
        "entities in UTF-16",
        _sheet(laughs.decode().replace("?>", ' encoding="UTF-16"?>', 1).encode("utf-16")),
    )
    yield "a bomb", repacked(lambda _, content: content, ("xl/media/image1.xml", b" " * 60_000_000))
    yield (
        "a thousand parts",
        repacked(lambda _, content: content, *((f"xl/media/{number}.bin", b"x") for number in range(1_000))),
    )
    yield "a sheet of empty cells", workbook([None], [""])
    yield "no sheet that can be seen", _sheet_state(b"hidden")
    yield "only headings", workbook([*HEAD.split(";")])
    yield "a cell at the right end", workbook(change=lambda book: book.active.cell(3, 16_000, "weit weg"))
    yield "a cell with too many characters", workbook([*HEAD.split(";")], [1, "Keltern", "x" * 6_000])
    yield (
        "more rows than fit",
        workbook([*HEAD.split(";")], *([n, "Keltern", "Freizeit", "T"] for n in range(10_300))),
    )


def _sheet(content: bytes) -> bytes:
    return repacked(lambda name, old: content if name == "xl/worksheets/sheet1.xml" else old)


def _sheet_state(state: bytes) -> bytes:
    def change(name: str, content: bytes) -> bytes:
        visible = b'state="visible"'
        return content.replace(visible, b'state="' + state + b'"') if name == "xl/workbook.xml" else content

    return repacked(change)


def strange() -> Iterator[Exhibit]:
    """Files that can be read although something in them is odd: every row gets an answer."""
    for encoding in ("utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be", "utf-32"):
        yield encoding, GOOD.encode(encoding)
    for separator in (";", ",", "\t", "|"):
        yield f"separated by {separator!r}", GOOD.replace(";", separator).encode()
    for ending in ("\n", "\r", "\r\n", "\r\r\n", "\n\r"):
        yield f"lines end with {ending!r}", GOOD.replace("\r\n", ending).encode()
    yield "says its separator", f"sep=;\r\n{GOOD}".encode()
    yield "an end-of-file mark", f"{GOOD}\x1a".encode()
    yield "no line break at the end", GOOD.strip().encode()
    yield "blank lines between rows", f"{HEAD}\n\n\n{ROW}\n\n".encode()
    yield "headings twice", f"{HEAD}\n{ROW}\n{HEAD}\n{ROW}\n".encode()
    yield "two columns with one heading", f"{HEAD};Bedarf\n{ROW};anders\n".encode()
    yield "rows that are too short", f"{HEAD}\n1;Keltern\n2\n".encode()
    yield "rows that are too long", f"{HEAD}\n{ROW};a;b;c;d;e\n".encode()
    yield "headings in small letters", GOOD.lower().encode()
    yield "words from right to left", f"{HEAD}\n1;Keltern;Freizeit;مكان للقاء;\u202eabc\n".encode()
    yield "invisible letters", f"{HEAD}\n1;Kel\u200btern;Freizeit;T\u200breff;x\n".encode()
    yield "a tower of accents", f"{HEAD}\n1;Keltern;Freizeit;Z{chr(0x301) * 900}algo;x\n".encode()
    yield "decomposed umlauts", f"{HEAD}\n1;Mu\u0308hlacker;Freizeit;Treff;x\n".encode()
    yield "quotation marks inside", f'{HEAD}\n1;Keltern;Freizeit;Der "gute" Treff;x\n'.encode()
    yield "a number for a place", f"{HEAD}\n1;99999999999999999999;Freizeit;T;x\n".encode()
    yield "digits of another script", f"{HEAD}\n1;٠٨٢٣٦٠٧٠;Freizeit;Treff;x\n".encode()
    yield "errors of a spreadsheet", f"{HEAD}\n1;#BEZUG!;#NV;#WERT!;#NAME?\n".encode()
    yield "a formula as a place", f"{HEAD}\n1;\"=cmd|'/C calc'!A0\";Freizeit;Treff;x\n".encode()
    yield "a place that closes a tag", f"{HEAD}\n1;</script><b>;<i>;<script>x</script>;x\n".encode()
    yield "per cent signs", f"{HEAD}\n1;%s %(of)s;%(written)s;100 % Treff;%\n".encode()
    yield "a format of Python", f"{HEAD}\n1;{{0}};{{x.__class__}};{{}};x\n".encode()
    yield "a formula without a value", workbook([*HEAD.split(";")], [1, "Keltern", "Freizeit", "=1+1", "=A1"])
    yield "dates and truths as titles", workbook([*HEAD.split(";")], [1.5, True, None, 44519, 1e300])
    yield "a row far below", workbook(change=lambda book: book.active.cell(9_000, 4, "ganz unten"))
    yield "an empty row far below", workbook(change=lambda book: book.active.cell(1_048_576, 1, " "))
    yield (
        "two sheets",
        workbook(change=lambda book: book.create_sheet("Zweites").append(["Hinweise", "keine"])),
    )
    yield "joined cells", workbook(change=lambda book: book.active.merge_cells("A2:B2"))
