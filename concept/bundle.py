"""The package in which a version is handed out, and its check by this program.

It is a ZIP file without compression, with sorted names and fixed times: the same version gives the same
bytes for ever. `tools/verify_concept.py` checks the same things without this program; keep them alike.
"""

from __future__ import annotations

import io
import json
import re
import struct
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from concept.frozen import FILE_NAMES, FORMAT, sha256
from core.errors import Invalid, Sentence
from core.i18n import lazy_gettext as _l
from core.keys import fingerprint, verify_signature

MANIFEST = "manifest.json"
SIGNATURE = "manifest.sig"
PUBLIC_KEY = "public-key.txt"
CONTENT = "content.json"
RECORDS = "records.json"
OWN = (MANIFEST, SIGNATURE, PUBLIC_KEY, CONTENT, RECORDS)

LARGEST = 500_000_000
"""Bytes of a bundle that is read; no concept comes near."""

_MOST_PARTS = 50
_NOT_THE_ONE = _l("The package is not the one that was handed out: its parts were packed again or changed.")
_HEX = re.compile(r"[0-9a-f]+\n")


def parts_of(
    *, manifest: str, signature: str, public_key: str, content: str, records: str, files: Mapping[str, bytes]
) -> dict[str, bytes]:
    """The parts of a bundle by name."""
    return {
        MANIFEST: manifest.encode(),
        SIGNATURE: f"{signature}\n".encode(),
        PUBLIC_KEY: f"{public_key}\n".encode(),
        CONTENT: content.encode(),
        RECORDS: records.encode(),
        **{FILE_NAMES[format]: data for format, data in files.items()},
    }


def pack(parts: Mapping[str, bytes]) -> bytes:
    """The bundle of these parts; the same parts give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(parts):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, parts[name])
    return out.getvalue()


@dataclass(slots=True)
class Report:
    """What the check of a bundle found. `findings` are sentences; without any it is intact."""

    number: int = 0
    content_hash: str = ""
    public_key: str = ""
    manifest: dict[str, Any] = field(default_factory=dict)
    parts: dict[str, bytes] = field(default_factory=dict)
    findings: list[Sentence] = field(default_factory=list)

    @property
    def is_intact(self) -> bool:
        """Whether everything is as it was signed."""
        return not self.findings


def check(data: bytes) -> Report:
    """Look at a bundle. Raises Invalid for what is no bundle at all."""
    refusal = Invalid(_l("This is not a bundle of a version, or it is damaged so that it cannot be read."))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > _MOST_PARTS or any(one.compress_type != zipfile.ZIP_STORED for one in entries):
                raise refusal
            # Parts that share their bytes would be more than the file itself.
            if not entries or sum(entry.file_size for entry in entries) > len(data):
                raise refusal
            names = [entry.filename for entry in entries]
            try:
                parts = {entry.filename: archive.read(entry) for entry in entries}
            except zipfile.BadZipFile:
                # A part is not even what the package itself says of it.
                return Report(findings=[_NOT_THE_ONE])
    except (zipfile.BadZipFile, struct.error, ValueError, OSError, EOFError, RuntimeError, KeyError) as error:
        # RuntimeError stands for encrypted parts, and for methods of compression nobody knows.
        raise refusal from error
    report = Report(parts=parts)
    if pack(parts) != data or len(names) != len(parts):
        report.findings.append(_NOT_THE_ONE)
    _check_parts(report)
    return report


def is_key(public_key: str, named: str) -> bool:
    """Whether somebody named this key: by its fingerprint in whatever groups, or by all its digits."""
    wanted = re.sub(r"[\s:]", "", named).lower()
    return wanted in (fingerprint(bytes.fromhex(public_key)).replace(" ", ""), public_key)


def _check_parts(report: Report) -> None:
    parts, found = report.parts, report.findings
    if missing := sorted(set(OWN) - set(parts)):
        found.append(_l("This part is missing: %(name)s", name=", ".join(missing)))
        return
    key, signature = (_hex(parts[name], size) for name, size in ((PUBLIC_KEY, 64), (SIGNATURE, 128)))
    if key is None or signature is None:
        found.append(_l("Key or signature are not written as they were."))
        return
    report.public_key = key.hex()
    if not verify_signature(key, signature, parts[MANIFEST]):
        found.append(_l("The signature does not fit the manifest."))
        return
    try:
        manifest = json.loads(parts[MANIFEST])
        described = {CONTENT: manifest["content"], RECORDS: manifest["records"]}
        described |= {one["name"]: one for one in manifest["files"]}
        expected = {name: (about["sha256"], about["size"]) for name, about in described.items()}
        if manifest["format"] != FORMAT or manifest["public_key"] != report.public_key:
            raise ValueError("of another kind")
        if not all(isinstance(name, str) for name in expected) or type(manifest["number"]) is not int:
            raise ValueError("names or numbers that are none")
        report.number, report.content_hash = manifest["number"], str(expected[CONTENT][0])
        report.manifest = manifest
    except (ValueError, KeyError, TypeError, RecursionError):
        found.append(_l("The manifest is not one of a version."))
        return
    for name in expected:
        if name not in parts:
            found.append(_l("This part is missing: %(name)s", name=name))
        elif (sha256(parts[name]), len(parts[name])) != expected[name]:
            found.append(_l("This part is not as it was signed: %(name)s", name=name))
    for name in sorted(set(parts) - set(expected) - {MANIFEST, SIGNATURE, PUBLIC_KEY}):
        found.append(_l("This part does not belong to the version: %(name)s", name=name))


def _hex(data: bytes, digits: int) -> bytes | None:
    """The bytes that a line of so many lower-case hexadecimal digits stands for, or None."""
    try:
        text = data.decode("ascii")
    except UnicodeDecodeError:
        return None
    return bytes.fromhex(text) if len(text) == digits + 1 and _HEX.fullmatch(text) else None
