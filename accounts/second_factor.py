"""The second factor as numbers: secrets for authenticator apps, their codes of six digits, and sealing.

A code belongs to a step of half a minute (RFC 6238) and counts in the step before and after, too, because
clocks differ. What is sealed here can be read again only with the keys of this installation, for the same
purpose, and by whoever it is bound to.
"""

from __future__ import annotations

import hmac
import secrets
import unicodedata
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from enum import StrEnum

import pyotp
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core import keys

STEP_SECONDS = 30
DIGITS = 6
TOLERANCE = 1
"""Steps by which the clock of a telephone may be ahead or behind."""

DEMO_AHEAD = 120
"""Steps by which a demonstration account may be ahead, because many people sign in with it at once."""

RECOVER = "recover"
"""Purpose of a recovery code."""

RECOVERY_CODES = 10
"""Recovery codes that are made at a time."""

_NONCE = 12


class Purpose(StrEnum):
    """What something is sealed for; each has a key of its own."""

    KEPT = "kept secret"
    """The secret of an account in the database, bound to the account."""

    OFFER = "offered secret"
    """A new secret in a form, bound to the session that it was shown to."""

    PENDING = "password given"
    """What is between password and second factor, bound to the browser."""


def new_secret() -> str:
    """A fresh secret of 160 bits, as authenticator apps take it."""
    return pyotp.random_base32()


def grouped(secret: str) -> str:
    """A secret in groups of four, for typing."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def address(secret: str, *, login: str, site: str) -> str:
    """The address that authenticator apps read from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=site)


def step_at(moment: datetime) -> int:
    """The half-minute that a moment lies in."""
    return int(moment.timestamp()) // STEP_SECONDS


def code_of(secret: str, step: int) -> str:
    """The six digits of one step."""
    return pyotp.HOTP(secret, digits=DIGITS).at(step)


def digits_of(typed: str) -> str:
    """The digits that were typed, in any script, without spaces and dashes; empty if there is more."""
    found = []
    for character in unicodedata.normalize("NFKC", typed[:100]):
        if character.isdecimal():
            found.append(str(unicodedata.decimal(character)))
        elif unicodedata.category(character) not in {"Pd", "Zs", "Cf", "Cc"}:
            return ""
    return "".join(found)


def step_of(secret: str, typed: str, at: datetime, *, ahead: int = TOLERANCE) -> int | None:
    """The step that a typed code belongs to, or None if it is no code of this secret at that moment."""
    digits = digits_of(typed)
    if len(digits) != DIGITS:
        return None
    current = step_at(at)
    matching = [
        step
        for step in range(current - TOLERANCE, current + ahead + 1)
        if hmac.compare_digest(code_of(secret, step), digits)
    ]
    return matching[-1] if matching else None


def seal(purpose: Purpose, text: str, *, bound_to: str) -> str:
    """`text` as letters that tell nothing and cannot be changed."""
    nonce = secrets.token_bytes(_NONCE)
    closed = _cipher(purpose).encrypt(nonce, text.encode(), _bond(purpose, bound_to))
    return urlsafe_b64encode(nonce + closed).decode()


def unseal(purpose: Purpose, sealed: str, *, bound_to: str) -> str | None:
    """What was sealed for this purpose and bound to the same, or None."""
    try:
        raw = urlsafe_b64decode(sealed.encode())
        opened = _cipher(purpose).decrypt(raw[:_NONCE], raw[_NONCE:], _bond(purpose, bound_to))
    except (InvalidTag, ValueError):
        return None
    return opened.decode()


def _cipher(purpose: Purpose) -> AESGCM:
    return AESGCM(keys.current().derived(f"second factor: {purpose}"))


def _bond(purpose: Purpose, bound_to: str) -> bytes:
    return f"{purpose}:{bound_to}".encode()
