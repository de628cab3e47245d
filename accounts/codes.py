"""Personal codes as text: ten characters that are hard to confuse, shown in two groups of five.

The characters are Crockford's base 32 (no I, L, O, U), so that a code carries 50 bits.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 10
PARTICIPATE = "participate"
"""Purpose of a code that lets somebody take part in a dialogue."""

INVITE = "invite"
"""Purpose of the code in an invitation's link, which gives a role."""

SLIP_LENGTH = 5
_MISREAD = str.maketrans("OIL", "011")


def new_code() -> str:
    """A fresh code without grouping."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def derived_code(seed: bytes, *, key: bytes) -> str:
    """The code that follows from `seed`, for a form that must give the same answer when it is sent again.

    It is the first 50 bits of an HMAC-SHA256 under the key of the codes. Without that key no code can be told
    from a random one, however many seeds and codes somebody knows; so it is as hard to guess as `new_code`.
    Nor does the key alone help, with all that the database holds: the seed must contain a secret of the
    browser, of which only a digest is kept.
    """
    drawn = hmac.digest(key, b"derived:" + seed, hashlib.sha256)
    number = int.from_bytes(drawn[:8], "big") >> (64 - 5 * LENGTH)
    return "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(LENGTH)))


def new_slip_number() -> str:
    """A fresh slip number such as `Z-4F7QK`; it is public and opens nothing."""
    return "Z-" + "".join(secrets.choice(ALPHABET) for _ in range(SLIP_LENGTH))


def show(code: str) -> str:
    """The code as people read it: `7K4QM-2XR9T`."""
    return f"{code[:5]}-{code[5:]}"


def normalise(typed: str) -> str:
    """What was probably meant: no spaces or dashes, capitals, letters that look like digits as digits.

    The result has LENGTH characters of ALPHABET only if a code was typed; see `is_code`.
    """
    plain = unicodedata.normalize("NFKC", typed[:200]).upper()
    kept = (c for c in plain if unicodedata.category(c) not in {"Pd", "Zs", "Cf", "Cc", "Pc"})
    return "".join(kept).translate(_MISREAD)


def is_code(text: str) -> bool:
    """Whether `text` has the form of a code."""
    return len(text) == LENGTH and all(c in ALPHABET for c in text)


def digest(code: str, *, purpose: str, key: bytes) -> bytes:
    """The 32 bytes under which a code is kept. A code of one purpose is unknown to every other."""
    return hmac.digest(key, f"{purpose}:{code}".encode(), hashlib.sha256)


def numbered(seed: bytes, number: int) -> bytes:
    """The seed of one of several codes that the same form makes; see `derived_code`."""
    return seed + b" %d" % number


def normalise_slip_number(typed: str) -> str:
    """The slip number that was probably meant, such as `Z-4F7QK` for “z 4f7qk” or “4f7qk”; else empty."""
    plain = normalise(typed)
    if len(plain) == SLIP_LENGTH + 1 and plain[0] == "Z":
        plain = plain[1:]
    if len(plain) != SLIP_LENGTH or any(c not in ALPHABET for c in plain):
        return ""
    return f"Z-{plain}"
