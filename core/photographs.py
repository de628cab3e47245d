"""Photographs that people send: opened in a child process with limits and made anew as a plain JPEG.

Whatever else was in the file (place, device, names, a second picture, a program) does not come through. Only
pixels of JPEG, PNG and WebP are read; every other kind is refused, also one that only claims to be of these.
"""

from __future__ import annotations

import io
import json
import resource
import sys
import warnings
from dataclasses import asdict, dataclass
from typing import Final

from core.children import ChildFailed, Limits, ask_child, heed

MAX_BYTES: Final = 12_000_000
"""What may be sent; a telephone's camera makes three to eight million."""

LIMITS: Final = Limits(cpu_seconds=20, wall_seconds=40.0, memory_bytes=1024**3)
"""What opening one photograph may use."""

_ACCEPTED: Final = ("JPEG", "PNG", "WEBP")
_MAX_PIXELS: Final = 64_000_000
_LONGEST_SIDE: Final = 2_400
_QUALITY: Final = 82


class NotAPhotograph(Exception):
    """This is no picture we read: of another kind, broken, too large, or it took too long."""


@dataclass(frozen=True, slots=True)
class Photograph:
    """A JPEG made anew, upright, with nothing in it but the picture."""

    data: bytes
    width: int
    height: int


def made_anew(data: bytes, *, limits: Limits = LIMITS) -> Photograph:
    """The photograph in these bytes, upright and at most 2,400 pixels long. Raises NotAPhotograph.

    Waits for a child process of up to a second or two; call it outside a transaction.
    """
    if not data or len(data) > MAX_BYTES:
        raise NotAPhotograph
    question = json.dumps(asdict(limits)).encode() + b"\n" + data
    try:
        answer = ask_child("core.photographs", question, wall_seconds=limits.wall_seconds)
    except ChildFailed as error:
        raise NotAPhotograph from error
    head, _, picture = answer.partition(b"\n")
    size = json.loads(head)
    return Photograph(picture, size["width"], size["height"])


def redrawn(data: bytes) -> Photograph:
    """The same in this process; raises whatever Pillow raises. For the child only."""
    # Loaded here, so that the server itself never has a decoder of pictures in it.
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = _MAX_PIXELS
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with Image.open(io.BytesIO(data), formats=_ACCEPTED) as sent:
            if sent.width * sent.height > _MAX_PIXELS or min(sent.size) < 1:
                raise ValueError("too many pixels")
            sent.draft("RGB", (_LONGEST_SIDE, _LONGEST_SIDE))
            upright = ImageOps.exif_transpose(sent)
            upright.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
            # What can be seen through is white, as paper is.
            pixels = upright.convert("RGBA")
            paper = Image.new("RGB", pixels.size, "white")
            paper.paste(pixels, mask=pixels.getchannel("A"))
    made = io.BytesIO()
    paper.save(made, "JPEG", quality=_QUALITY, optimize=True)
    return Photograph(made.getvalue(), paper.width, paper.height)


def main() -> None:
    """What the child does."""
    head, _, data = sys.stdin.buffer.read().partition(b"\n")
    heed(Limits(**json.loads(head)))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    made = redrawn(data)
    sys.stdout.buffer.write(json.dumps({"width": made.width, "height": made.height}).encode() + b"\n")
    sys.stdout.buffer.write(made.data)


if __name__ == "__main__":
    main()
