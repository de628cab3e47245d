"""Passwords: which are good enough, and their slow hashes, made where they do not hold up other requests.

Hashing takes some 50 ms of a processor. Under gevent it runs in two real threads beside the hub; whoever
would have to wait behind many others is asked to try again instead.
"""

from __future__ import annotations

import hashlib
import hmac
import itertools
import sys
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from core import keys
from core.errors import Busy, Invalid, Sentence
from core.i18n import lazy_gettext as _l

LEAST = 12
LEAST_FOR_STAFF = 15
MOST_BYTES = 1024
"""Longer passwords are refused before they are hashed."""

_SITE_WORDS = ("vielstimmig",)
_SEQUENCES = ("0123456789", "abcdefghijklmnopqrstuvwxyz", "qwertzuiop", "qwertyuiop", "asdfghjkl", "yxcvbnm")
_THREADS = 2
_MOST_WAITING = 20
# OWASP's floor is 19 MiB and two passes; 46 MiB keep two hashes at a time below 100 MiB.
_hasher = PasswordHasher(time_cost=2, memory_cost=47_104, parallelism=1)
_dummy: str | None = None
_pool: Any = None
_waiting = 0
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Proof:
    """Somebody knew the password of this account while its hash was `seen_hash`.

    `rehashed` is a hash by today's parameters where the stored one is older.
    """

    account_id: int
    seen_hash: str
    rehashed: str | None = None


def refuse_too_long(password: str, field: str = "password") -> None:
    """Raise Invalid at once for a password that is too long to be hashed."""
    if len(password.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        raise _refusal(field, _l("This password is too long. Please use at most 1,000 characters."))


def check(password: str, *, login: str, staff: bool = True, field: str = "password") -> None:
    """Raise Invalid, with a sentence at `field`, unless the password is good enough for this account.

    Looks at length, at the login and the site's name inside it, and at repeated or consecutive
    characters. It does not know which passwords have leaked elsewhere: no such list is shipped.
    """
    refuse_too_long(password, field)
    plain = _normal(password)
    least = LEAST_FOR_STAFF if staff else LEAST
    if len(plain) < least:
        raise _refusal(
            field,
            _l(
                "Please use at least %(least)d characters, such as a few words. You have used %(length)d.",
                least=least,
                length=len(plain),
            ),
        )
    folded = plain.casefold()
    if any(word and word in folded for word in (login.casefold(), *_SITE_WORDS)):
        raise _refusal(
            field, _l("Please leave your user name and the name of this site out of your password.")
        )
    if _is_simple(folded):
        raise _refusal(
            field,
            _l("This password is easy to guess. Please do not repeat characters or use them in their order."),
        )


def make_hash(password: str) -> str:
    """The hash to keep. Raises Invalid if too long, Busy if too many wait. Not inside a transaction."""
    refuse_too_long(password)
    peppered = _pepper(password)
    return _aside(lambda: _hasher.hash(peppered))


def verify(stored: str | None, password: str) -> bool:
    """Whether `password` belongs to the hash; without a hash it takes as long and says no.

    Raises Invalid if too long, Busy if too many wait. Not inside a transaction.
    """
    refuse_too_long(password)
    peppered = _pepper(password)
    return _aside(lambda: _matches(stored or _dummy_hash(), peppered)) and stored is not None


def is_outdated(stored: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(stored)


def _matches(stored: str, peppered: str) -> bool:
    try:
        return _hasher.verify(stored, peppered)
    except (VerificationError, InvalidHashError):
        return False


def _dummy_hash() -> str:
    global _dummy  # noqa: PLW0603 - made once, when first needed
    if _dummy is None:
        _dummy = _hasher.hash("nobody's password")
    return _dummy


def _pepper(password: str) -> str:
    # The pepper lies outside the database, so that a stolen copy of it allows no guessing.
    return hmac.new(keys.current().password, _normal(password).encode(), hashlib.sha256).hexdigest()


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password.encode("utf-8", "replace").decode())


def _is_simple(folded: str) -> bool:
    if len(set(folded)) <= 3:
        return True
    shortest = (folded + folded).find(folded, 1)
    if shortest <= 4:
        return True
    pairs = list(itertools.pairwise(list(folded)))
    runs = sum(a == b or any(a + b in line or b + a in line for line in _SEQUENCES) for a, b in pairs)
    return runs >= len(pairs) * 0.8


def _refusal(field: str, sentence: Sentence) -> Invalid:
    return Invalid(sentence, {field: [sentence]})


def _aside(work: Callable[[], T]) -> T:
    """Do the work in a real thread where gevent has replaced threads, else here."""
    global _pool, _waiting  # noqa: PLW0603 - one pool per process
    monkey = sys.modules.get("gevent.monkey")
    if monkey is None or not monkey.is_module_patched("threading"):
        return work()
    if _waiting >= _MOST_WAITING:
        raise Busy
    if _pool is None:
        from gevent.threadpool import ThreadPool

        _pool = ThreadPool(_THREADS)
    _waiting += 1
    try:
        result: T = _pool.apply(work)
    finally:
        _waiting -= 1
    return result
