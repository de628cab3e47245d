"""Handing out personal codes, making them void, replacing lost ones."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import update

from accounts import codes, queries
from accounts.actions.sessions import end_sessions_of
from accounts.facts import CodeExtended, CodeIssued, CodeRated, CodeReplaced, CodeRevoked
from accounts.models import PersonalCode
from accounts.permissions import RIGHTS, Permission, Scope
from core import keys
from core.actor import Actor, Tier
from core.clock import now
from core.db import db
from core.errors import Conflict, Invalid
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
    seed: bytes | None = None,
) -> Issued:
    """Make a code for a participant of `scope` and give it back, once.

    `holder_key` continues a participant who exists. With `seed` the code is the one that follows from it (see
    `codes.derived_code`), so that the same form sent again can show it again; otherwise it is drawn by lot.
    Only demonstrations (`demo`) may choose the code itself, so that it can be printed in their instructions.
    Raises Conflict for a slip number that is in use.
    """
    RIGHTS.require(actor, Permission.ISSUE_CODES, scope)
    if scope.kind != "dialogue" or scope.id is None:
        raise ValueError("A personal code is for one dialogue.")
    if demo_code is not None and not (demo and codes.is_code(demo_code)):
        raise ValueError("Only demonstrations choose their codes, and each must have the form of a code.")
    if slip_number is not None and queries.is_slip_number_taken(slip_number):
        raise Conflict(_l("There is a slip with the number %(number)s already.", number=slip_number))
    key = keys.current().code
    code = demo_code or (codes.derived_code(seed, key=key) if seed else codes.new_code())
    personal_code = PersonalCode(
        code_hmac=codes.digest(code, purpose=codes.PARTICIPATE, key=key),
        slip_number=slip_number or free_slip_numbers(actor, scope, 1)[0],
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


def free_slip_numbers(actor: Actor, scope: Scope, number: int) -> list[str]:
    """So many different slip numbers that no slip has yet."""
    RIGHTS.require(actor, Permission.ISSUE_CODES, scope)
    free: set[str] = set()
    while len(free) < number:
        drawn = codes.new_slip_number()
        if not queries.is_slip_number_taken(drawn):
            free.add(drawn)
    return list(free)


def revoke_code(actor: Actor, personal_code: PersonalCode) -> bool:
    """Make a code void and end its sessions; False if it was void already, or somebody else was quicker."""
    RIGHTS.require(actor, Permission.ISSUE_CODES, Scope(personal_code.scope_kind, personal_code.scope_id))
    revoked = db.session.execute(
        update(PersonalCode)
        .where(PersonalCode.id == personal_code.id, PersonalCode.revoked_at.is_(None))
        .values(revoked_at=now())
    )
    if revoked.rowcount == 0:  # type: ignore[attr-defined]
        return False
    record(actor, CodeRevoked(personal_code.id))
    end_sessions_of(actor, personal_code)
    return True


def rate_codes(actor: Actor, scope: Scope, holder_key: str, *, tier: Tier) -> int:
    """Let the codes of a participant of `scope` count in this tier from now on; gives their number.

    Void ones are rated, too, so that a replacement never falls back behind what staff has seen.
    """
    RIGHTS.require(actor, Permission.ISSUE_CODES, scope)
    rated = db.session.execute(
        update(PersonalCode)
        .where(
            PersonalCode.holder_key == holder_key,
            PersonalCode.scope_kind == scope.kind,
            PersonalCode.scope_id == scope.id,
            PersonalCode.tier != tier,
        )
        .values(tier=tier)
        .returning(PersonalCode.id)
        .execution_options(synchronize_session=False)
    ).scalars()
    numbers = sorted(rated)
    for personal_code_id in numbers:
        record(actor, CodeRated(personal_code_id, tier))
    return len(numbers)


def extend_code(actor: Actor, personal_code: PersonalCode, *, until: datetime) -> None:
    """Let the holder of a code write and vote until another moment. Reading never ends before that.

    Raises Invalid for a moment that has passed, Conflict for a code that is void.
    """
    RIGHTS.require(actor, Permission.ISSUE_CODES, Scope(personal_code.scope_kind, personal_code.scope_id))
    if until <= now():
        sentence = _l("Please choose a day that is still to come.")
        raise Invalid(sentence, {"until": [sentence]})
    if personal_code.revoked_at is not None:
        raise Conflict(_l("The slip %(number)s is void already.", number=personal_code.slip_number))
    personal_code.write_until = until
    if personal_code.read_until is not None:
        personal_code.read_until = max(personal_code.read_until, until)
    db.session.flush()
    record(actor, CodeExtended(personal_code.id))


def replace_code(actor: Actor, slip_number: str, *, seed: bytes | None = None) -> Issued:
    """Give the holder of a slip another code, for the same person with the same dates; the old one is void.

    `seed` makes it a code that the same form can show again (see `issue_code`). Raises NotFound for a slip
    the actor may not handle, Conflict for one that is void already.
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
        seed=seed,
    )
    record(actor, CodeReplaced(lost.id, issued.personal_code_id))
    return issued
