"""Checks a released version of a concept without the program that made it.

    python3 verify_concept.py BUNDLE [--fingerprint HEX] [--language en]

BUNDLE is the ZIP file that the site hands out, or a folder into which it was unpacked. This file needs
Python 3.9 or later and nothing else: the signature (Ed25519, RFC 8032) is checked by the code below. Take it
from a place you trust, and the fingerprint of the key from the county itself.

Ends with 0 if everything is as it was signed, 1 if something is not, 2 if there is nothing to check.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import os
import re
import struct
import sys
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

FORMAT = "vielstimmig-concept-version-1"
MANIFEST, SIGNATURE, PUBLIC_KEY = "manifest.json", "manifest.sig", "public-key.txt"
MOST_PARTS = 50
LARGEST = 500_000_000

SAID: dict[str, tuple[str, str]] = {
    "intact": (
        "Intact: {title}, version {number}, released on {released_at}. Every part is as it was signed.",
        "Unverändert: {title}, Fassung {number}, freigegeben am {released_at}. Jeder Teil ist so, wie er"
        " unterschrieben wurde.",
    ),
    "proven": (
        "The signer is proven by the fingerprint you gave.",
        "Der Unterzeichner ist durch Ihren Fingerabdruck bewiesen.",
    ),
    "not_proven": (
        "Intact, signer not proven: compare this fingerprint with the one the county publishes.",
        "Unverändert, Unterzeichner nicht bewiesen: Vergleichen Sie diesen Fingerabdruck mit dem, den der"
        " Landkreis nennt.",
    ),
    "fingerprint": ("Fingerprint of the key: {0}", "Fingerabdruck des Schlüssels: {0}"),
    "hash": ("SHA-256 of the content: {0}", "SHA-256 des Inhalts: {0}"),
    "unreadable": ("This cannot be read as a bundle: {0}", "Das lässt sich nicht als Paket lesen: {0}"),
    "repacked": (
        "The package is not the one that was handed out: its parts were packed again or changed.",
        "Das Paket ist nicht das ausgegebene: Seine Teile wurden neu gepackt oder geändert.",
    ),
    "missing": ("This part is missing: {0}", "Dieser Teil fehlt: {0}"),
    "surplus": ("This part does not belong to the version: {0}", "Dieser Teil gehört nicht zur Fassung: {0}"),
    "changed": (
        "This part is not as it was signed: {0}",
        "Dieser Teil ist nicht so, wie er unterschrieben wurde: {0}",
    ),
    "hex": (
        "Key or signature are not written as they were.",
        "Schlüssel oder Unterschrift stehen anders da als zuvor.",
    ),
    "signature": (
        "The signature does not fit the manifest.",
        "Die Unterschrift passt nicht zum Verzeichnis.",
    ),
    "manifest": ("The manifest is not one of a version.", "Das Verzeichnis gehört nicht zu einer Fassung."),
    "other_key": (
        "Signed with another key than the one you named.",
        "Mit einem anderen Schlüssel unterschrieben als dem, den Sie genannt haben.",
    ),
}


# ------------------------------------------------------------------- Ed25519, after section 6 of RFC 8032

Point = tuple[int, int, int, int]

P = 2**255 - 19
Q = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
SQRT_MINUS_1 = pow(2, (P - 1) // 4, P)


def add(a: Point, b: Point) -> Point:
    """The sum of two points in extended coordinates (X, Y, Z, T)."""
    e = (a[1] - a[0]) * (b[1] - b[0]) % P
    f = (a[1] + a[0]) * (b[1] + b[0]) % P
    g = 2 * a[3] * b[3] * D % P
    h = 2 * a[2] * b[2] % P
    i, j, k, m = f - e, h - g, h + g, f + e
    return (i * j % P, k * m % P, j * k % P, i * m % P)


def times(number: int, point: Point) -> Point:
    """A point added to itself so many times."""
    result: Point = (0, 1, 1, 0)
    while number > 0:
        if number & 1:
            result = add(result, point)
        point = add(point, point)
        number >>= 1
    return result


def same(a: Point, b: Point) -> bool:
    """Whether two points are one."""
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


def x_of(y: int, sign: int) -> int | None:
    """The x that belongs to y, or None if no point of the curve has it."""
    if y >= P:
        return None
    squared = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if squared == 0:
        return None if sign else 0
    x = pow(squared, (P + 3) // 8, P)
    if (x * x - squared) % P != 0:
        x = x * SQRT_MINUS_1 % P
    if (x * x - squared) % P != 0:
        return None
    return P - x if x & 1 != sign else x


def point_of(data: bytes) -> Point | None:
    """The point that 32 bytes stand for, or None."""
    y = int.from_bytes(data, "little")
    sign = y >> 255
    y &= (1 << 255) - 1
    x = x_of(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE_X = x_of(BASE_Y, 0) or 0
BASE = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)


def signed(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether `signature` over `message` was made with the private half of `public`."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key, r = point_of(public), point_of(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if key is None or r is None or s >= Q:
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    h = int.from_bytes(digest, "little") % Q
    return same(times(s, BASE), add(r, times(h, key)))


# ----------------------------------------------------------------------------------------------- the bundle


class Unreadable(Exception):
    """There is nothing that can be checked."""


def read(path: Path) -> tuple[dict[str, bytes], bool]:
    """The parts of a bundle by name, and whether the package itself is as it was handed out."""
    try:
        if path.is_dir():
            files = sorted(path.iterdir())
            require_little([file.stat().st_size for file in files], LARGEST)
            return {file.name: file.read_bytes() for file in files}, True
        if path.stat().st_size > LARGEST:
            raise Unreadable("too large")
        data = path.read_bytes()
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if any(one.compress_type != zipfile.ZIP_STORED for one in entries):
                raise Unreadable("it is packed in another way")
            # Parts that share their bytes would be more than the file itself.
            require_little([one.file_size for one in entries], len(data))
            try:
                parts = {entry.filename: archive.read(entry) for entry in entries}
            except zipfile.BadZipFile:
                return {}, False  # A part is not even what the package itself says of it.
        return parts, pack(parts) == data and len(parts) == len(entries)
    except (OSError, ValueError, EOFError, KeyError, RuntimeError, struct.error, zipfile.BadZipFile) as error:
        raise Unreadable(str(error)) from error


def require_little(sizes: Sequence[int], most: int) -> None:
    """Raise Unreadable for no parts, and for more of them than could be a bundle."""
    if not sizes:
        raise Unreadable("it is empty")
    if len(sizes) > MOST_PARTS or sum(sizes) > most:
        raise Unreadable("too many parts")


def pack(parts: Mapping[str, bytes]) -> bytes:
    """The bundle of these parts, byte for byte as the site makes it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(parts):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, parts[name])
    return out.getvalue()


def from_hex(data: bytes, digits: int) -> bytes | None:
    """The bytes of one line of lower-case hexadecimal digits, or None."""
    text = data.decode("ascii", "replace")
    return bytes.fromhex(text) if len(text) == digits + 1 and re.fullmatch(r"[0-9a-f]+\n", text) else None


def findings(parts: Mapping[str, bytes]) -> tuple[list[tuple[str, str]], Any]:
    """What is not as it was signed, as pairs of a word and a name; and the manifest, if it could be read."""
    missing = [name for name in (MANIFEST, SIGNATURE, PUBLIC_KEY) if name not in parts]
    if missing:
        return [("missing", name) for name in missing], None
    public, signature = from_hex(parts[PUBLIC_KEY], 64), from_hex(parts[SIGNATURE], 128)
    if public is None or signature is None:
        return [("hex", "")], None
    if not signed(public, signature, parts[MANIFEST]):
        return [("signature", "")], None
    try:
        manifest = json.loads(parts[MANIFEST])
        described = {"content.json": manifest["content"], "records.json": manifest["records"]}
        described.update({one["name"]: one for one in manifest["files"]})
        expected = {name: (about["sha256"], about["size"]) for name, about in described.items()}
        if manifest["format"] != FORMAT or manifest["public_key"] != public.hex():
            raise ValueError("of another kind")
        if not all(isinstance(name, str) for name in expected):
            raise ValueError("names that are none")
    except (ValueError, KeyError, TypeError, RecursionError):
        return [("manifest", "")], None
    found = []
    for name in sorted(expected):
        data = parts.get(name)
        if data is None:
            found.append(("missing", name))
        elif (hashlib.sha256(data).hexdigest(), len(data)) != expected[name]:
            found.append(("changed", name))
    for name in sorted(set(parts) - set(expected) - {MANIFEST, SIGNATURE, PUBLIC_KEY}):
        found.append(("surplus", name))
    return found, manifest


def fingerprint(public: bytes) -> str:
    """The first 128 bits of SHA-256 over the key, in groups of four."""
    digits = hashlib.sha256(public).hexdigest()[:32]
    return " ".join(digits[start : start + 4] for start in range(0, 32, 4))


def plain(value: object) -> str:
    """A value as one line of signs that can be seen: whoever made the bundle cannot speak in our name."""
    return "".join(sign if sign.isprintable() else "?" for sign in str(value))


def main(arguments: Sequence[str] | None = None) -> int:
    """What the command does; gives its exit code."""
    parser = argparse.ArgumentParser(description="Checks a released version of a concept.")
    parser.add_argument("bundle", type=Path, help="the ZIP file, or a folder into which it was unpacked")
    parser.add_argument("--fingerprint", help="fingerprint of the county's key, from the county itself")
    parser.add_argument("--language", choices=("de", "en"), help="language of the sentences")
    asked = parser.parse_args(arguments)
    language = asked.language or ("de" if os.environ.get("LANG", "").startswith("de") else "en")

    def say(word: str, *values: object, **named: object) -> None:
        sentence = SAID[word][0 if language == "en" else 1]
        print(sentence.format(*map(plain, values), **{name: plain(value) for name, value in named.items()}))

    try:
        parts, whole = read(asked.bundle)
    except Unreadable as error:
        say("unreadable", error)
        return 2
    found, manifest = findings(parts) if parts else ([], None)
    if not whole:
        found.insert(0, ("repacked", ""))
    public = b"" if manifest is None else bytes.fromhex(manifest["public_key"])
    if asked.fingerprint is not None and public:
        wanted = re.sub(r"[\s:]", "", asked.fingerprint).lower()
        if wanted not in (fingerprint(public).replace(" ", ""), public.hex()):
            found.append(("other_key", ""))
    if found or manifest is None:
        for word, name in found:
            say(word, name)
        return 1
    shown = {name: manifest.get(name) for name in ("title", "number", "released_at")}
    say("intact", **shown)
    say("hash", manifest["content"]["sha256"])
    say("fingerprint", fingerprint(public))
    say("proven" if asked.fingerprint is not None else "not_proven")
    return 0


if __name__ == "__main__":
    sys.exit(main())
