"""Between password and second factor: a token of five minutes that opens nothing by itself.

It is no session. Whoever holds it still has to know the second factor, and it counts only in the browser in
which the password was typed and only while the password stays the same.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from accounts.models import Account
from accounts.passwords import Proof
from accounts.second_factor import Purpose, seal, unseal
from core.clock import now

LIFETIME = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Pending:
    """Somebody knew the password of this account a moment ago, and what they wished for."""

    account_id: int
    seen: str
    """Fingerprint of the password's hash."""

    until: float
    next: str = ""
    shared_device: bool = False

    def proof_for(self, account: Account | None) -> Proof | None:
        """The proof that the password was known, or None if the account or its password has changed."""
        if account is None or not account.active or _fingerprint(account.password_hash) != self.seen:
            return None
        return Proof(account.id, account.password_hash)


def token_for(proof: Proof, *, browser: str, next: str, shared_device: bool) -> str:
    """The token for the browser in which the password was typed."""
    until = (now() + LIFETIME).timestamp()
    pending = Pending(proof.account_id, _fingerprint(proof.seen_hash), until, next, shared_device)
    return seal(Purpose.PENDING, json.dumps(asdict(pending)), bound_to=browser)


def read(token: str, *, browser: str) -> Pending | None:
    """What a token says, or None if it is none of ours, another browser's, or too old."""
    text = unseal(Purpose.PENDING, token, bound_to=browser)
    if text is None:
        return None
    pending = Pending(**json.loads(text))
    return pending if now() < datetime.fromtimestamp(pending.until, tz=now().tzinfo) else None


def _fingerprint(password_hash: str) -> str:
    return hashlib.sha256(password_hash.encode()).hexdigest()[:32]
