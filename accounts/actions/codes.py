"""Handing out personal codes, making them void, replacing lost ones."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime

from accounts import codes, queries
from accounts.actions.sessions import end_sessions_of
from accounts.facts import CodeIssued, CodeReplaced, CodeRevoked
from accounts.models import PersonalCode
from accounts.permissions import RIGHTS, Permission, Scope
from core import keys
from core.actor import Actor, Tier
from core.clock import now
from core.db import db
from core.errors import Conflict
from core.i18n import lazy_gettext as _l
from core.journal import record


@dataclass(frozen=True, slots=True)
class Issued:
    """A code that was just made: the only place where it can be read. `code` is without grouping."""

    personal_code_id: int
    holder_key: str
    slip_number: str
    code: str = field(repr=False)


def issue_code(
    actor: Actor,
    scope: Scope,
    *,
    tier: Tier = "B",
    write_until: datetime | None = None,
    read_until: datetime | None = None,
    slip_number: str | None = None,
    holder_key: str | None = None,
    demo: bool = False,
    demo_code: str | None = None,
) -> Issued:
    """Make a code for a participant of `scope` and give it back, once.

    `holder_key` continues a participant who exists. Only demonstrations (`demo`) may choose the code itself,
    so that it can be printed in their instructions. Raises Conflict for a slip number that is in use.
    """
    RIGHTS.require(actor, Permission.ISSUE_CODES, scope)
    if scope.kind != "dialogue" or scope.id is None:
        raise ValueError("A personal code is for one dialogue.")
    if demo_code is not None and not (demo and codes.is_code(demo_code)):
        raise ValueError("Only demonstrations choose their codes, and each must have the form of a code.")
    if slip_number is not None and queries.is_slip_number_taken(slip_number):
        raise Conflict(_l("There is a slip with the number %(number)s already.", number=slip_number))
    code = demo_code or codes.new_code()
    personal_code = PersonalCode(
        code_hmac=codes.digest(code, purpose=codes.PARTICIPATE, key=keys.current().code),
        slip_number=slip_number or codes.new_slip_number(),
        holder_key=holder_key or secrets.token_hex(16),
        role="participant",
        scope_kind=scope.kind,
        scope_id=scope.id,
        tier=tier,
        purpose=codes.PARTICIPATE,
        demo=demo,
        write_until=write_until,
        read_until=read_until,
    )
    db.session.add(personal_code)
    db.session.flush()
    record(actor, CodeIssued(personal_code.id))
    return Issued(personal_code.id, personal_code.holder_key, personal_code.slip_number, code)


def revoke_code(actor: Actor, personal_code: PersonalCode) -> bool:
    """Make a code void and end its sessions; False if it was void already."""
    RIGHTS.require(actor, Permission.ISSUE_CODES, Scope(personal_code.scope_kind, personal_code.scope_id))
    if personal_code.revoked_at is not None:
        return False
    personal_code.revoked_at = now()
    db.session.flush()
    record(actor, CodeRevoked(personal_code.id))
    end_sessions_of(actor, personal_code)
    return True


def replace_code(actor: Actor, slip_number: str) -> Issued:
    """Give the holder of a slip another code, for the same person with the same dates; the old one is void.

    Raises NotFound for a slip the actor may not handle, Conflict for one that is void already.
    """
    lost = queries.access_code(actor, slip_number)
    scope = Scope(lost.scope_kind, lost.scope_id)
    RIGHTS.require(actor, Permission.ISSUE_CODES, scope)
    if not revoke_code(actor, lost):
        raise Conflict(_l("The slip %(number)s is void already.", number=lost.slip_number))
    issued = issue_code(
        actor,
        scope,
        tier=lost.tier,  # type: ignore[arg-type]
        write_until=lost.write_until,
        read_until=lost.read_until,
        holder_key=lost.holder_key,
        demo=lost.demo,
    )
    record(actor, CodeReplaced(lost.id, issued.personal_code_id))
    return issued
