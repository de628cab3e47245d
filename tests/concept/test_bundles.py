"""R53: a bundle is checked by the program and by the one file that stands alone; both find every change."""

from __future__ import annotations

import hashlib
import io
import json
import random
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask

from concept import bundle
from concept import release as releasing
from core.errors import Invalid
from core.keys import fingerprint
from tests.concept import ground, released
from tests.program import run
from tools import verify_concept as checker

pytestmark = pytest.mark.without_database

CHANGES = 1_000

# RFC 8032, section 7.1: public key, message, signature.
VECTORS = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
        "d25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
        "387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
        "4a7c15e9716ed28dc027beceea1ec40a",
    ),
]


@pytest.fixture
def packed(inside: Flask) -> bytes:
    """The bundle of a version."""
    ground.filled()
    return released.packed(released.release("Der Anfang."))


# ------------------------------------------------------------------------------------- the checker's Ed25519


@pytest.mark.parametrize(("public", "message", "signature"), VECTORS)
def test_the_vectors_of_the_rfc_hold(public: str, message: str, signature: str) -> None:
    key, words, signed = (bytes.fromhex(part) for part in (public, message, signature))
    assert checker.signed(key, signed, words)
    assert not checker.signed(key, signed, words + b"x")
    for place in range(0, 64, 7):
        other = bytearray(signed)
        other[place] ^= 1
        assert not checker.signed(key, bytes(other), words)


def test_it_agrees_with_the_library_for_messages_of_all_lengths() -> None:
    for number in range(12):
        private = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(bytes([number])).digest())
        message = bytes(range(number)) * number
        public = private.public_key().public_bytes_raw()
        assert checker.signed(public, private.sign(message), message)


def test_a_signature_whose_number_is_too_large_is_refused() -> None:
    """Otherwise there would be two signatures for one text."""
    public, message, signature = (bytes.fromhex(part) for part in VECTORS[1])
    number = int.from_bytes(signature[32:], "little") + checker.Q
    assert not checker.signed(public, signature[:32] + number.to_bytes(32, "little"), message)
    for wrong in (b"", b"\xff" * 32, (checker.P + 1).to_bytes(32, "little")):
        assert not checker.signed(wrong, signature, message)


# -------------------------------------------------------------------------------------------- every change


def flip(parts: dict[str, bytes], data: bytes, dice: random.Random) -> bytes:
    """One bit of the package is another."""
    place = dice.randrange(len(data))
    return data[:place] + bytes([data[place] ^ 1 << dice.randrange(8)]) + data[place + 1 :]


def cut(parts: dict[str, bytes], data: bytes, dice: random.Random) -> bytes:
    """A piece of the package is missing."""
    place = dice.randrange(len(data))
    return data[:place] + data[place + dice.randrange(1, 2_000) :]


def drop(parts: dict[str, bytes], data: bytes, dice: random.Random) -> bytes:
    """A part is missing, and the rest is packed anew."""
    name = dice.choice(sorted(parts))
    return bundle.pack({one: content for one, content in parts.items() if one != name})


def add(parts: dict[str, bytes], data: bytes, dice: random.Random) -> bytes:
    """A part is too many."""
    return bundle.pack({**parts, f"more-{dice.randrange(1_000)}.txt": b"x"})


def swap(parts: dict[str, bytes], data: bytes, dice: random.Random) -> bytes:
    """Two parts have changed their names."""
    one, other = dice.sample(sorted(parts), 2)
    return bundle.pack({**parts, one: parts[other], other: parts[one]})


def rewrite(parts: dict[str, bytes], data: bytes, dice: random.Random) -> bytes:
    """One bit of one part is another, and everything is packed as we do it."""
    name = dice.choice(sorted(parts))
    return bundle.pack({**parts, name: flip({}, parts[name], dice)})


def reorder(parts: dict[str, bytes], data: bytes, dice: random.Random) -> bytes:
    """Two lines of the manifest have changed places."""
    lines = parts[bundle.MANIFEST].splitlines(keepends=True)
    one, other = dice.sample(range(len(lines)), 2)
    if lines[one] == lines[other]:
        return flip(parts, data, dice)
    lines[one], lines[other] = lines[other], lines[one]
    return bundle.pack({**parts, bundle.MANIFEST: b"".join(lines)})


def other_key(parts: dict[str, bytes], data: bytes, dice: random.Random) -> bytes:
    """Somebody signs another text with a key of their own, everything fitting together."""
    return signed_anew(parts, Ed25519PrivateKey.from_private_bytes(dice.randbytes(32)))


def signed_anew(
    parts: dict[str, bytes],
    private: Ed25519PrivateKey,
    change: Callable[[dict[str, Any]], object] | None = None,
) -> bytes:
    """The bundle as somebody else would sign it, after a change of the manifest."""
    public = private.public_key().public_bytes_raw().hex()
    about = {**json.loads(parts[bundle.MANIFEST]), "public_key": public}
    if change is not None:
        change(about)
    manifest = json.dumps(about).encode()
    return bundle.pack(
        {
            **parts,
            bundle.MANIFEST: manifest,
            bundle.PUBLIC_KEY: f"{public}\n".encode(),
            bundle.SIGNATURE: f"{private.sign(manifest).hex()}\n".encode(),
        }
    )


KINDS: list[Callable[[dict[str, bytes], bytes, random.Random], bytes]] = [
    *(flip, flip, flip, cut, drop, add, swap, rewrite, rewrite, reorder, other_key),
]


def found_by_program(data: bytes, key: str) -> bool:
    try:
        report = bundle.check(data)
    except Invalid:
        return True
    return not report.is_intact or not bundle.is_key(report.public_key, key)


def found_by_checker(path: Path, key: str) -> bool:
    return checker.main([str(path), "--fingerprint", key]) != 0


def test_a_thousand_changes_are_all_found_by_both(packed: bytes, tmp_path: Path) -> None:
    dice = random.Random(8032)
    parts = bundle.check(packed).parts
    key = fingerprint(bytes.fromhex(parts[bundle.PUBLIC_KEY].decode()))
    path = tmp_path / "bundle.zip"
    path.write_bytes(packed)
    assert not found_by_program(packed, key)
    assert not found_by_checker(path, key)
    missed = []
    for number in range(CHANGES):
        kind = KINDS[number % len(KINDS)]
        changed = kind(parts, packed, dice)
        assert changed != packed
        path.write_bytes(changed)
        if not (found_by_program(changed, key) and found_by_checker(path, key)):
            missed.append((number, kind.__name__))
    assert missed == []


# --------------------------------------------------------------------------- somewhere else, and by command


@pytest.fixture
def elsewhere(packed: bytes, tmp_path: Path) -> Path:
    """A folder with nothing in it but the bundle and the checker."""
    (tmp_path / "bundle.zip").write_bytes(packed)
    shutil.copy(checker.__file__, tmp_path / "verify_concept.py")
    return tmp_path


def alone(folder: Path, *words: str) -> tuple[int, str]:
    """What the checker says as a program of its own, which finds nothing of ours."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", "verify_concept.py", *words],
        cwd=folder,
        env={"LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def test_it_is_checked_elsewhere_without_the_program(elsewhere: Path, packed: bytes) -> None:
    code, said = alone(elsewhere, "bundle.zip")
    assert code == 0
    assert "Intact, signer not proven" in said
    key = bundle.check(packed).public_key
    for named in (fingerprint(bytes.fromhex(key)), fingerprint(bytes.fromhex(key)).replace(" ", ""), key):
        code, said = alone(elsewhere, "bundle.zip", "--fingerprint", named)
        assert code == 0
        assert "The signer is proven" in said
    code, said = alone(elsewhere, "bundle.zip", "--fingerprint", "0" * 32)
    assert code == 1
    assert "another key" in said
    assert "Unverändert" in alone(elsewhere, "bundle.zip", "--language", "de")[1]


def test_an_unpacked_bundle_is_checked_too(elsewhere: Path, packed: bytes) -> None:
    folder = elsewhere / "unpacked"
    folder.mkdir()
    for name, data in bundle.check(packed).parts.items():
        (folder / name).write_bytes(data)
    assert alone(elsewhere, "unpacked")[0] == 0
    (folder / "concept.md").write_bytes(b"Etwas anderes.")
    code, said = alone(elsewhere, "unpacked")
    assert (code, said.strip()) == (1, "This part is not as it was signed: concept.md")


def sharing(number: int) -> bytes:
    """A package of many names for the same bytes, so that reading it takes far more room than it has."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for one in range(number):
            archive.writestr(f"{one:02}", b"x" * 100_000 if one == 0 else b"")
            if one:
                first, last = archive.infolist()[0], archive.infolist()[-1]
                last.header_offset, last.CRC = first.header_offset, first.CRC
                last.file_size, last.compress_size = first.file_size, first.compress_size
    return out.getvalue()


def zipped(*parts: tuple[str, bytes], how: int = zipfile.ZIP_STORED) -> bytes:
    """Any package."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as archive:
        for name, data in parts:
            archive.writestr(name, data)
    return out.getvalue()


NO_BUNDLES = {
    "text.zip": b"hello",
    "empty.zip": zipped(),
    "many.zip": zipped(*((f"part-{number}", b"") for number in range(10_000))),
    "huge.zip": zipped((bundle.MANIFEST, bytes(5_000_000)), how=zipfile.ZIP_DEFLATED),
    "sharing.zip": sharing(40),
}


@pytest.mark.parametrize("name", [*NO_BUNDLES, "nothing.zip", "folder"])
def test_what_is_no_bundle_is_said_so_by_both(
    app: Flask, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    (tmp_path / "folder").mkdir()
    if name in NO_BUNDLES:
        (tmp_path / name).write_bytes(NO_BUNDLES[name])
    assert checker.main([str(tmp_path / name), "--language", "en"]) == 2
    assert capsys.readouterr().out.startswith("This cannot be read as a bundle: ")
    done = run(app, "concept", "verify", str(tmp_path / name))
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr


def test_names_that_lead_elsewhere_are_parts_that_do_not_belong(packed: bytes, tmp_path: Path) -> None:
    """Nothing is ever unpacked, so such a name is a name like any other."""
    parts = bundle.check(packed).parts
    path = tmp_path / "bundle.zip"
    path.write_bytes(bundle.pack({**parts, "../../outside.txt": b"x"}))
    assert not bundle.check(path.read_bytes()).is_intact
    assert checker.main([str(path)]) == 1
    assert sorted(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    "change",
    [
        {"number": float("inf")},
        {"number": "x"},
        {"content": "x"},
        {"records": None},
        {"files": [{"name": 1, "sha256": "x", "size": 1}]},
        {"files": ["x"]},
        {"files": [{"name": "concept.pdf"}]},
        {"format": "another"},
        {"public_key": "0" * 64},
    ],
)
def test_a_manifest_of_another_shape_is_found_whoever_signed_it(
    packed: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str], change: dict[str, Any]
) -> None:
    private = Ed25519PrivateKey.from_private_bytes(bytes(32))
    data = signed_anew(bundle.check(packed).parts, private, lambda about: about.update(change))
    assert len(bundle.check(data).findings) == 1
    path = tmp_path / "bundle.zip"
    path.write_bytes(data)
    if "number" not in change:  # The one file does not calculate with it.
        assert checker.main([str(path), "--language", "en"]) == 1
        assert capsys.readouterr().out == "The manifest is not one of a version.\n"


def test_nobody_speaks_in_the_checkers_name(
    packed: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    private = Ed25519PrivateKey.from_private_bytes(bytes(32))
    title = {"title": "x\nThe signer is proven by the fingerprint you gave.\x1b[8m\ud800"}
    data = signed_anew(bundle.check(packed).parts, private, lambda about: about.update(title))
    path = tmp_path / "bundle.zip"
    path.write_bytes(data)
    assert checker.main([str(path), "--language", "en"]) == 0
    said = capsys.readouterr().out
    assert len(said.splitlines()) == 4
    assert "\x1b" not in said
    assert said.splitlines()[-1].startswith("Intact, signer not proven")


def test_the_command_checks_and_writes_again(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        ground.filled()
        data = released.packed(released.release())
    path = tmp_path / "bundle.zip"
    path.write_bytes(data)
    done = run(app, "concept", "verify", str(path), "--rebuild", "--json")
    assert done.exit_code == 0, done.stderr
    assert '"signer": "proven"' in done.stdout
    assert run(app, "concept", "verify", str(path), "--fingerprint", "0" * 32).exit_code == 3
    path.write_bytes(data[:-1])
    assert run(app, "concept", "verify", str(path)).exit_code in {2, 3}
    (tmp_path / "x").write_text("no bundle")
    done = run(app, "concept", "verify", str(tmp_path / "x"))
    assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1)
    assert run(app, "concept", "verify", str(tmp_path / "absent")).exit_code == 2


def test_another_tool_is_named_when_the_bytes_differ(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        ground.filled()
        path = tmp_path / "bundle.zip"
        path.write_bytes(released.packed(released.release()))
    other = {"typst": "0.1", "writer_sha256": "0" * 64, "fonts": {}, "vielstimmig": "0"}
    monkeypatch.setattr("concept.release.tools", lambda: other)
    assert run(app, "concept", "verify", str(path), "--rebuild").exit_code == 0
    real = releasing.compile_now

    def differently(*args: object) -> object:
        rendered = real(*args)
        rendered.files["md"] += b"x"
        return rendered

    monkeypatch.setattr("concept.release.compile_now", differently)
    done = run(app, "concept", "verify", str(path), "--rebuild")
    assert done.exit_code == 3
    assert "concept.md" in done.stderr
    assert "typst" in done.stderr


def test_release_by_command_says_what_is_unanswered(app: Flask) -> None:
    with app.app_context():
        ground.voted(needs=1)
    done = run(app, "concept", "release", "probe")
    assert (done.exit_code, done.stdout) == (3, "")
    assert "B-001" in done.stderr
    assert run(app, "concept", "release", "nowhere").exit_code == 2


def test_release_by_command_has_no_second_effect(app: Flask) -> None:
    with app.app_context():
        ground.filled()
    first = run(app, "concept", "release", "probe", "--note", "Der Anfang.")
    assert first.exit_code == 0
    number, content_hash, _fingerprint = first.stdout.splitlines()
    assert (number, len(content_hash)) == ("1", 64)
    again = run(app, "concept", "release", "probe")
    assert (again.exit_code, again.stdout) == (0, first.stdout)
    assert "nichts geändert" in again.stderr
