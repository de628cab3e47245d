"""Every change happens once, however often a bad line makes the browser send it.

A form carries a key made for it. Key, keyed digest of what was sent, and the short answer are stored in
the transaction of the effect. The same key with the same content gets the first answer again; with other
content it is refused, so that nothing typed is swallowed. A refused form leaves its key free.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from flask import current_app, request
from sqlalchemy import JSON, ColumnElement, CursorResult, and_, bindparam, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.db import Base, db, key_str, short_str, upsert
from core.statements import Statement

FIELD = "_key"
HEADER = "Idempotency-Key"
KEPT = timedelta(days=30)
_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")


class IdempotencyKey(Base):
    """A key that a committed effect has used up, with the answer given."""

    __tablename__ = "idempotency_keys"

    scope: Mapped[key_str] = mapped_column(primary_key=True)
    endpoint: Mapped[short_str] = mapped_column(primary_key=True)
    key: Mapped[key_str] = mapped_column(primary_key=True)
    digest: Mapped[key_str]
    answer: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(index=True)


@dataclass(frozen=True, slots=True)
class Claim:
    """What one request asks for: whose key, for which place, and the digest of its content."""

    scope: str
    endpoint: str
    key: str
    digest: str


class AlreadyUsed(Exception):
    """Another request with this key was committed first."""


def new_key() -> str:
    """A fresh key for a form."""
    return secrets.token_urlsafe(18)


def claim_of_request(scope: str) -> Claim | None:
    """The claim this request makes, or None if it carries no usable key.

    The digest is keyed, because the content of a ballot could otherwise be guessed from it; and it is made
    over the place and the key, too, because two people who send the same would otherwise be seen to.
    """
    key = request.headers.get(HEADER) or request.form.get(FIELD, "")
    if not _KEY.fullmatch(key):
        return None
    # Scopes are secrets of the browser; only their digest is kept. It differs from place to place, because
    # one browser that takes part in two dialogues must not be seen to be one.
    place = request.path[:200]
    whose = _scope_at(scope, place)
    content = sorted((name, value) for name, value in request.form.items(multi=True) if name != FIELD)
    message = repr((whose, place, key, content)).encode()
    digest = hmac.new(current_app.config["DIGEST_KEY"], message, hashlib.sha256).hexdigest()
    return Claim(whose, place, key, digest)


@dataclass(frozen=True, slots=True)
class Used:
    """A used-up key: the digest of what was sent with it, and the answer given."""

    digest: str
    answer: dict[str, Any]


def find(claim: Claim) -> Used | None:
    """The used-up key of an earlier request, or None."""
    row = _FIND.peek(of_scope=claim.scope, of_endpoint=claim.endpoint, of_key=claim.key)
    return Used(*row) if row else None


def use(claim: Claim, answer: Mapping[str, Any]) -> None:
    """Use up the key in the open transaction, with the answer as far as it is known.

    Raises AlreadyUsed if another request did so first.
    """
    used = _USE.run(
        new_scope=claim.scope,
        new_endpoint=claim.endpoint,
        new_key=claim.key,
        new_digest=claim.digest,
        given=answer,
        moment=now(),
    )
    if used == 0:
        raise AlreadyUsed


def settle(claim: Claim, answer: Mapping[str, Any]) -> None:
    """Put another answer beside the used-up key, in the same transaction."""
    _SETTLE.run(of_scope=claim.scope, of_endpoint=claim.endpoint, of_key=claim.key, given=answer)


def _is_claimed() -> ColumnElement[bool]:
    return and_(
        IdempotencyKey.scope == bindparam("of_scope"),
        IdempotencyKey.endpoint == bindparam("of_endpoint"),
        IdempotencyKey.key == bindparam("of_key"),
    )


_FIND = Statement(lambda: select(IdempotencyKey.digest, IdempotencyKey.answer).where(_is_claimed()))
_USE = Statement(
    lambda: (
        upsert(IdempotencyKey)
        .values(
            scope=bindparam("new_scope"),
            endpoint=bindparam("new_endpoint"),
            key=bindparam("new_key"),
            digest=bindparam("new_digest"),
            answer=bindparam("given"),
            at=bindparam("moment"),
        )
        .on_conflict_do_nothing()
    )
)
_SETTLE = Statement(lambda: update(IdempotencyKey).where(_is_claimed()).values(answer=bindparam("given")))


def moments_before(limit: datetime) -> list[datetime]:
    """When keys were used up that are older than `limit`, each moment once, the oldest first."""
    older = select(IdempotencyKey.at).where(IdempotencyKey.at < limit).distinct()
    return list(db.session.execute(older.order_by(IdempotencyKey.at)).scalars())


def forget(moments: Sequence[datetime]) -> int:
    """Delete the keys used up at these moments, in the open transaction; gives their number."""
    result = db.session.execute(delete(IdempotencyKey).where(IdempotencyKey.at.in_(moments)))
    return cast(CursorResult[Any], result).rowcount


def forget_scopes(scopes: Sequence[str]) -> int:
    """Delete all keys of these secrets of browsers, in the open transaction; gives their number."""
    number = 0
    for place in db.session.execute(select(IdempotencyKey.endpoint).distinct()).scalars().all():
        digests = [_scope_at(scope, place) for scope in scopes]
        result = db.session.execute(
            delete(IdempotencyKey).where(IdempotencyKey.endpoint == place, IdempotencyKey.scope.in_(digests))
        )
        number += cast(CursorResult[Any], result).rowcount
    return number


def _scope_at(scope: str, place: str) -> str:
    return hashlib.sha256(f"{scope}|{place}".encode()).hexdigest()
