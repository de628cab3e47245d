"""Making many codes at once, for slips or a list, and making void what nobody used."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import insert, update

from accounts import codes
from accounts.actions.codes import free_slip_numbers
from accounts.facts import CodesIssued, UnusedCodesRevoked
from accounts.models import CodeBatch, PersonalCode
from accounts.permissions import RIGHTS, Permission, Scope
from core import keys
from core.actor import Actor, Tier
from core.clock import now
from core.db import db, upsert
from core.errors import Conflict
from core.i18n import lazy_gettext as _l
from core.journal import record


def issue_batch(
    actor: Actor,
    scope: Scope,
    *,
    size: int,
    tier: Tier,
    label: str,
    seed: bytes,
    event_id: int | None = None,
    digest: bytes | None = None,
    write_until: datetime | None = None,
    read_until: datetime | None = None,
) -> tuple[CodeBatch, list[str]]:
    """Make `size` codes for participants of `scope`; gives the batch and the holders' keys in order.

    The codes follow from `seed`, which nobody but the browser that sends the form can know: it reads them
    back with `queries.codes_of_seeds(seed, range(1, size + 1))`. Raises Conflict if the list that `digest`
    stands for has been read in before.
    """
    RIGHTS.require(actor, Permission.ISSUE_CODES, scope)
    if scope.kind != "dialogue" or scope.id is None:
        raise ValueError("A personal code is for one dialogue.")
    at = now()
    batch_id: int | None = db.session.execute(
        upsert(CodeBatch)
        .values(
            scope_kind=scope.kind,
            scope_id=scope.id,
            event_id=event_id,
            label=label,
            tier=tier,
            size=size,
            digest=digest,
            created_at=at,
        )
        .on_conflict_do_nothing()
        .returning(CodeBatch.id)
    ).scalar_one_or_none()
    if batch_id is None:
        raise Conflict(_l("This list has been read in already. Its codes have been made."), code="read_in")
    key = keys.current().code
    holders = [secrets.token_hex(16) for _ in range(size)]
    numbers = free_slip_numbers(actor, scope, size)
    db.session.execute(
        insert(PersonalCode),
        [
            {
                "code_hmac": codes.digest(
                    codes.derived_code(codes.numbered(seed, number), key=key),
                    purpose=codes.PARTICIPATE,
                    key=key,
                ),
                "slip_number": slip_number,
                "holder_key": holder,
                "scope_kind": scope.kind,
                "scope_id": scope.id,
                "tier": tier,
                "batch_id": batch_id,
                "write_until": write_until,
                "read_until": read_until,
                "created_at": at,
            }
            for number, (slip_number, holder) in enumerate(zip(numbers, holders, strict=True), start=1)
        ],
    )
    record(actor, CodesIssued(batch_id, size))
    batch = db.session.get_one(CodeBatch, batch_id)
    return batch, holders


def revoke_unused(actor: Actor, batch: CodeBatch) -> None:
    """Make void all codes of a batch that nobody has signed in with; the list may be read in again.

    Raises Conflict if this was done before.
    """
    RIGHTS.require(actor, Permission.ISSUE_CODES, Scope(batch.scope_kind, batch.scope_id))
    at = now()
    marked = db.session.execute(
        update(CodeBatch)
        .where(CodeBatch.id == batch.id, CodeBatch.revoked_at.is_(None))
        .values(revoked_at=at, digest=None)
    )
    if marked.rowcount == 0:  # type: ignore[attr-defined]
        raise Conflict(_l("The unused slips of this batch are void already."))
    # Somebody who signs in at this instant holds the row: either they were quicker, or their code is void.
    db.session.execute(
        update(PersonalCode)
        .where(
            PersonalCode.batch_id == batch.id,
            PersonalCode.used.is_(False),
            PersonalCode.revoked_at.is_(None),
        )
        .values(revoked_at=at)
    )
    record(actor, UnusedCodesRevoked(batch.id))
