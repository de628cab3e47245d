"""The secrets of one installation: made once, kept as files beside the database, never overwritten.

Each purpose has a key of its own, so that one that leaks opens nothing else. A lost `code.key` makes all
personal codes void and a lost `signing.pem` ends what can be proved, therefore an incomplete folder is
an error to be mended from the backup and never filled up silently.
"""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import shutil
import stat
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from flask import current_app

SECRETS = ("code", "digest", "ballot", "log", "password")
"""Names of the random keys; each lies in a file `<name>.key` as 64 hexadecimal digits."""

SIGNING_FILE = "signing.pem"
FILES = (*(f"{name}.key" for name in SECRETS), SIGNING_FILE)
"""Names of all files of a complete folder of keys."""

SECRET_BYTES = 32
_LEAST_DISTINCT_BYTES = 12


class KeysMissing(RuntimeError):
    """The folder holds no usable set of keys; the message is a sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class Keys:
    """All secrets of the installation. Printing it shows none of them."""

    code: bytes = field(repr=False)
    """Digests of personal codes."""

    digest: bytes = field(repr=False)
    """Digests of requests, sessions and live-update tokens."""

    ballot: bytes = field(repr=False)
    """Separates voters from ballots."""

    log: bytes = field(repr=False)
    """Pseudonyms in the logs, together with the day."""

    password: bytes = field(repr=False)
    """Pepper of the staff's passwords; see also `derived`."""

    signing: Ed25519PrivateKey = field(repr=False)
    """Signs the journal's head and released editions."""

    def derived(self, purpose: str) -> bytes:
        """A key of 32 bytes for one more thing that staff prove themselves with; each purpose has its own.

        It comes from `password`, so that installations in use need no new file in their folder of keys.
        """
        return HKDF(hashes.SHA256(), SECRET_BYTES, salt=None, info=purpose.encode()).derive(self.password)

    @property
    def public(self) -> bytes:
        """The 32 bytes of the public key that belongs to `signing`."""
        return self.signing.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def fingerprint(self) -> str:
        """Fingerprint of the public key, in groups of four that two people can compare aloud."""
        return fingerprint(self.public)


def fingerprint(public: bytes) -> str:
    """First 128 bits of SHA-256 over a public key, as eight groups of four hexadecimal digits."""
    digits = hashlib.sha256(public).hexdigest()[:32]
    return " ".join(digits[start : start + 4] for start in range(0, 32, 4))


def verify_signature(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether `signature` (Ed25519) over `message` was made with the private half of `public`."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def create(keys_dir: Path) -> bool:
    """Make a full set of keys in `keys_dir`; False if one is there already (nothing is touched then).

    Raises KeysMissing if the folder holds only a part of a set, and OSError if it cannot be written.
    """
    present = [name for name in FILES if (keys_dir / name).exists()]
    if present:
        _require_complete(keys_dir)
        return False
    keys_dir.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # A set is made aside and moved as a whole: a crash or a second process never leaves half of one.
    made = Path(tempfile.mkdtemp(prefix=".keys-", dir=keys_dir.parent))
    try:
        for name in SECRETS:
            _write(made / f"{name}.key", secrets.token_hex(SECRET_BYTES).encode() + b"\n")
        private = Ed25519PrivateKey.generate()
        _write(
            made / SIGNING_FILE,
            private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        )
        try:
            made.rename(keys_dir)
        except OSError as error:
            if error.errno not in {errno.ENOTEMPTY, errno.EEXIST}:
                raise
            _require_complete(keys_dir)
            return False
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return True


def load(keys_dir: Path) -> Keys:
    """Read the keys. Raises KeysMissing if the folder is empty, incomplete or holds something else."""
    _require_complete(keys_dir)
    try:
        random = {name: _read_secret(keys_dir / f"{name}.key") for name in SECRETS}
        signing = load_pem_private_key((keys_dir / SIGNING_FILE).read_bytes(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeysMissing(
            f"The keys in {keys_dir} are damaged. Put back the folder from your backup."
        ) from error
    except OSError as error:
        raise KeysMissing(f"The keys in {keys_dir} cannot be read: {error.strerror}.") from error
    if not isinstance(signing, Ed25519PrivateKey):
        raise KeysMissing(f"{keys_dir / SIGNING_FILE} is not an Ed25519 key. Put it back from your backup.")
    return Keys(**random, signing=signing)


def current() -> Keys:
    """The keys of the application that is running. Raises RuntimeError outside of an application context."""
    keys: Keys = current_app.config["KEYS"]
    return keys


def weaknesses(keys_dir: Path) -> list[str]:
    """What makes these keys unfit for a real county, as sentences; empty if they are sound.

    Looks at who may read the files and whether a secret was typed by hand or used twice.
    """
    try:
        keys = load(keys_dir)
    except KeysMissing as error:
        return [str(error)]
    found = []
    for path in (keys_dir, *(keys_dir / name for name in FILES)):
        about = path.stat()
        if stat.S_IMODE(about.st_mode) & 0o077:
            wanted = "700" if path == keys_dir else "600"
            found.append(f"Others on this machine can read {path}. Run: chmod {wanted} {path}")
        if about.st_uid not in {os.geteuid(), 0}:
            found.append(f"{path} belongs to another user. Run: chown {os.geteuid()} {path}")
    values = [getattr(keys, name) for name in SECRETS]
    for name, value in zip(SECRETS, values, strict=True):
        if len(set(value)) < _LEAST_DISTINCT_BYTES:
            found.append(f"{keys_dir / f'{name}.key'} is not random. Remove the folder and make new keys.")
    if len(set(values)) < len(values):
        found.append(f"Two keys in {keys_dir} are the same. Remove the folder and make new keys.")
    return found


def _require_complete(keys_dir: Path) -> None:
    absent = [name for name in FILES if not (keys_dir / name).exists()]
    if len(absent) == len(FILES):
        raise KeysMissing(f"There are no keys in {keys_dir}. Run: vielstimmig keys create")
    if absent:
        raise KeysMissing(f"{keys_dir} lacks {', '.join(absent)}. Put the folder back from your backup.")


def _read_secret(path: Path) -> bytes:
    value = bytes.fromhex(path.read_text("ascii").strip())
    if len(value) < SECRET_BYTES:
        raise ValueError("too short")
    return value


def _write(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
