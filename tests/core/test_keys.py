"""Keys: made once, whole or not at all, and refused when weak."""

from __future__ import annotations

import shutil
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from core import keys


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    keys.create(tmp_path / "keys")
    return tmp_path / "keys"


def test_keys_are_made_once(tmp_path: Path) -> None:
    folder = tmp_path / "var" / "keys"
    assert keys.create(folder) is True
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert keys.create(folder) is False
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert set(before) == set(keys.FILES)
    assert [path.name for path in folder.parent.iterdir()] == ["keys"]


def test_only_the_owner_can_read_them(folder: Path) -> None:
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert keys.weaknesses(folder) == []


def test_many_at_once_make_one_set(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: keys.create(tmp_path / "keys"), range(8)))
    assert made.count(True) == 1
    keys.load(tmp_path / "keys")


def test_every_secret_is_another_one_and_none_is_printed(folder: Path) -> None:
    loaded = keys.load(folder)
    secrets = [getattr(loaded, name) for name in keys.SECRETS]
    assert len(set(secrets)) == len(keys.SECRETS)
    assert all(len(secret) == keys.SECRET_BYTES for secret in secrets)
    assert repr(loaded) == "Keys()"
    assert len(loaded.fingerprint.split()) == 8


def test_each_purpose_derives_a_key_of_its_own_that_stays_the_same(folder: Path) -> None:
    first, again = keys.load(folder), keys.load(folder)

    assert first.derived("one") == again.derived("one")
    made = {first.derived("one"), first.derived("two"), first.password, first.code}
    assert [len(key) for key in made] == [32] * 4


def test_a_signature_holds_for_its_message_and_key_only(folder: Path, tmp_path: Path) -> None:
    own = keys.load(folder)
    keys.create(tmp_path / "others")
    other = keys.load(tmp_path / "others")
    signature = own.signing.sign(b"message")
    assert keys.verify_signature(own.public, signature, b"message")
    assert not keys.verify_signature(own.public, signature, b"massage")
    assert not keys.verify_signature(other.public, signature, b"message")
    assert not keys.verify_signature(b"too short", signature, b"message")


def test_without_keys_the_sentence_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(keys.KeysMissing, match="vielstimmig keys create"):
        keys.load(tmp_path / "keys")
    assert not (tmp_path / "keys").exists()


@pytest.mark.parametrize("name", keys.FILES)
def test_a_lost_key_is_never_made_anew(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(keys.KeysMissing, match=name):
        keys.load(folder)
    with pytest.raises(keys.KeysMissing, match="backup"):
        keys.create(folder)
    assert not (folder / name).exists()


@pytest.mark.parametrize("content", [b"", b"changeme", b"00" * 8, b"\xff\xfe", b"zz" * 32])
def test_something_else_is_no_key(folder: Path, content: bytes) -> None:
    (folder / "code.key").write_bytes(content)
    with pytest.raises(keys.KeysMissing, match="damaged"):
        keys.load(folder)


def test_another_kind_of_signing_key_is_refused(folder: Path) -> None:
    other = generate_private_key(SECP256R1())
    (folder / keys.SIGNING_FILE).write_bytes(
        other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    with pytest.raises(keys.KeysMissing, match="Ed25519"):
        keys.load(folder)


@pytest.mark.parametrize("name", ["", *keys.FILES])
def test_what_others_can_read_is_weak(folder: Path, name: str) -> None:
    (folder / name).chmod(0o755 if not name else 0o640)
    [sentence] = keys.weaknesses(folder)
    assert sentence.endswith(str(folder / name))


def test_typed_and_doubled_secrets_are_weak(folder: Path) -> None:
    (folder / "log.key").write_text("ab" * 32)
    shutil.copyfile(folder / "code.key", folder / "ballot.key")
    found = keys.weaknesses(folder)
    assert [sentence for sentence in found if "log.key" in sentence]
    assert [sentence for sentence in found if "the same" in sentence]


def test_missing_keys_are_weak_too(tmp_path: Path) -> None:
    assert len(keys.weaknesses(tmp_path / "keys")) == 1
