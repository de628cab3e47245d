"""Photographs: what comes through, what does not, and that nothing hostile costs more than its child."""

from __future__ import annotations

import io
import struct
import time
import zlib
from dataclasses import replace

import pytest
from PIL import Image

from core.photographs import LIMITS, MAX_BYTES, NotAPhotograph, made_anew

pytestmark = pytest.mark.without_database

GPS, ORIENTATION, MAKER = 0x8825, 0x0112, 0x010F
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def picture(
    kind: str = "JPEG", size: tuple[int, int] = (300, 200), mode: str = "RGB", **more: object
) -> bytes:
    made = io.BytesIO()
    Image.new(mode, size, "red").save(made, kind, **more)
    return made.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_that_claims(width: int, height: int) -> bytes:
    """A small file that says it is this large."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(b"\0" * 1000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photograph_becomes_a_plain_jpeg(kind: str) -> None:
    made = made_anew(picture(kind))

    with Image.open(io.BytesIO(made.data)) as opened:
        assert (opened.format, opened.size) == ("JPEG", (300, 200))
    assert (made.width, made.height) == (300, 200)


def test_where_and_with_what_it_was_taken_is_gone_and_it_stands_upright() -> None:
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKER] = 6, "Kamera von jemandem"
    exif.get_ifd(GPS)[1] = "N"
    exif.get_ifd(GPS)[2] = (48.0, 56.0, 0.0)
    sent = picture(exif=exif.tobytes(), comment=b"geheim", icc_profile=b"x" * 200)
    assert b"Kamera" in sent

    made = made_anew(sent)

    with Image.open(io.BytesIO(made.data)) as opened:
        assert not dict(opened.getexif())
        assert not {"exif", "comment", "icc_profile", "xmp"} & set(opened.info)
    assert (made.width, made.height) == (200, 300)
    assert not any(secret in made.data for secret in (b"Kamera", b"geheim", b"Exif"))


def test_a_large_one_is_made_smaller_and_what_is_behind_it_cut_off() -> None:
    made = made_anew(picture(size=(4000, 3000)) + b"<script>alert(1)</script>PK\x03\x04")

    assert (made.width, made.height) == (2400, 1800)
    assert b"script" not in made.data


def test_what_can_be_seen_through_is_white() -> None:
    clear = io.BytesIO()
    Image.new("RGBA", (10, 10), (255, 0, 0, 0)).save(clear, "PNG")

    with Image.open(io.BytesIO(made_anew(clear.getvalue()).data)) as opened:
        assert min(opened.getpixel((5, 5))) > 250  # type: ignore[type-var, arg-type]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xd8\xff",
        SVG,
        b"%PDF-1.7\n",
        b"PK\x03\x04",
        b"<html><script>",
        picture("GIF", mode="P"),
        picture("BMP"),
        picture("TIFF"),
        picture()[:200],
        b"\x89PNG\r\n\x1a\n" + SVG,
        b"x" * (MAX_BYTES + 1),
    ],
    ids=["empty", "head only", "svg", "pdf", "zip", "html", "gif", "bmp", "tiff", "cut", "mixed", "too long"],
)
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(NotAPhotograph):
        made_anew(data)


@pytest.mark.parametrize(
    "bomb",
    [png_that_claims(60_000, 60_000), png_that_claims(2**31 - 1, 2**31 - 1), png_that_claims(9_000, 9_000)],
    ids=["large", "absurd", "a little too large"],
)
def test_a_bomb_ends_its_child_and_nothing_else(bomb: bytes) -> None:
    begun = time.monotonic()

    with pytest.raises(NotAPhotograph):
        made_anew(bomb)
    assert time.monotonic() - begun < 10


def test_the_child_has_limits() -> None:
    with pytest.raises(NotAPhotograph):
        made_anew(picture(size=(4000, 3000)), limits=replace(LIMITS, memory_bytes=80 * 1024**2))
    with pytest.raises(NotAPhotograph):
        made_anew(picture(size=(4000, 3000)), limits=replace(LIMITS, wall_seconds=0.01))
