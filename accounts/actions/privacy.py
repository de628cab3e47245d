"""Erasing people: by themselves, by two members of staff together, and again after an old backup came back.

What each package keeps of a person is taken away by the parts in `core.erasure`; the part of this package is
`erase_sign_ins`.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from sqlalchemy import delete, update

from accounts.actions.sessions import end_sessions_of
from accounts.facts import ErasureConfirmed, ErasureDropped, ErasureRequested, PersonErased
from accounts.models import (
    Account,
    ErasureRequest,
    Invitation,
    Notice,
    PersonalCode,
    RecoveryCode,
    RoleAssignment,
    SecondFactor,
)
from accounts.permissions import RIGHTS, Permission, Scope
from accounts.queries import messages as message_queries
from accounts.queries import privacy as queries
from core import erasure, idempotency, mail, outbox
from core.actor import SYSTEM, Actor
from core.clock import now
from core.db import db, upsert
from core.erasure import Erasure, Texts
from core.errors import Conflict, Forbidden
from core.i18n import lazy_gettext as _l
from core.journal import record


def erase_self(actor: Actor, *, texts: Texts) -> None:
    """Erase the one who acts, everywhere and for good. Their votes go on counting and are nobody's.

    Raises Conflict while they hold an office.
    """
    # Whoever has not shown a second factor acts without their roles, and holds the office all the same.
    if actor.account_id is not None and (
        not RIGHTS.allows(actor, Permission.ERASE_SELF) or queries.holds_office(actor.key)
    ):
        raise Conflict(_l("You still hold a role. Ask the administration to end it first."))
    RIGHTS.require(actor, Permission.ERASE_SELF)
    _erase(actor, actor.key, texts)


def request_erasure(actor: Actor, code: PersonalCode, *, channel: str, texts: Texts) -> ErasureRequest:
    """Take down that the holder of a slip wishes to be erased; somebody else of staff has to confirm it.

    Raises Conflict if that has been taken down already.
    """
    scope = Scope(code.scope_kind, code.scope_id)
    RIGHTS.require(actor, Permission.ERASE_OTHERS, scope)
    if queries.has_erasure_request(code.holder_key):
        raise Conflict(
            _l("The erasure of slip %(number)s waits to be confirmed already.", number=code.slip_number)
        )
    request = ErasureRequest(
        holder_key=code.holder_key,
        scope_kind=code.scope_kind,
        scope_id=code.scope_id,
        channel=channel,
        texts=texts,
        requested_by=actor.key,
    )
    db.session.add(request)
    db.session.flush()  # The fact needs the id.
    record(actor, ErasureRequested(request.id))
    return request


def confirm_erasure(actor: Actor, request: ErasureRequest) -> None:
    """Erase the person of a request that somebody else of staff took down.

    Raises Forbidden for whoever took it down, Conflict if it was decided meanwhile.
    """
    RIGHTS.require(actor, Permission.ERASE_OTHERS, Scope(request.scope_kind, request.scope_id))
    if request.requested_by == actor.key:
        raise Forbidden(_l("Somebody else of staff has to confirm this. You took it down yourself."))
    key = request.holder_key
    _decide(actor, request, "done")
    record(actor, ErasureConfirmed(request.id))
    if key is not None:
        _erase(SYSTEM, key, Texts(request.texts), request.id)


def drop_erasure(actor: Actor, request: ErasureRequest) -> None:
    """Drop a wish to be erased that nobody has confirmed. Raises Conflict if it was decided meanwhile."""
    RIGHTS.require(actor, Permission.ERASE_OTHERS, Scope(request.scope_kind, request.scope_id))
    _decide(actor, request, "dropped")
    record(actor, ErasureDropped(request.id))


def erase_again(actor: Actor, listed: Mapping[str, str]) -> int:
    """Erase everybody on this list whom an older backup has brought back; gives their number."""
    RIGHTS.require(actor, Permission.ERASE_AGAIN)
    found = queries.people_to_erase_again(listed)
    for key, texts in found.items():
        _erase(SYSTEM, key, Texts(texts))
    for digest, texts in listed.items():
        _remember(digest, Texts(texts))
    return len(found)


def erase_sign_ins(actor: Actor, key: str, texts: Texts) -> None:
    """Take away a person's codes, sessions, sent forms and requests, and what their account says."""
    RIGHTS.require(actor, Permission.ERASE_AGAIN)
    idempotency.forget_scopes([*queries.sessions_begun_by(key), outbox.owner_of(key)])
    db.session.execute(
        update(ErasureRequest)
        .where(ErasureRequest.holder_key == key)
        .values(holder_key=None, status="dropped", decided_by=None, decided_at=now())
    )
    db.session.execute(delete(Notice).where(Notice.holder_key == key))
    address = message_queries.address_of(key)
    if address is not None:
        mail.forget_letters(address.address)
        db.session.delete(address)
    forget_codes(actor, [code.id for code in queries.codes_of(key)])
    account = queries.account_of(key)
    if account is not None:
        empty_account(actor, account)


def forget_codes(actor: Actor, ids: list[int]) -> int:
    """Delete codes with their sessions; gives their number."""
    RIGHTS.require(actor, Permission.ERASE_AGAIN)
    found = queries.codes_by_ids(ids)
    for code in found:
        end_sessions_of(actor, code)
        db.session.delete(code)
    db.session.flush()
    return len(found)


def empty_account(actor: Actor, account: Account) -> None:
    """Leave of an account nothing but its number: what others refer to stays, whose it was is gone."""
    RIGHTS.require(actor, Permission.ERASE_AGAIN)
    end_sessions_of(actor, account)
    db.session.execute(delete(RoleAssignment).where(RoleAssignment.account_id == account.id))
    for table in (SecondFactor, RecoveryCode):
        db.session.execute(delete(table).where(table.account_id == account.id))
    db.session.execute(
        update(Invitation).where(Invitation.account_id == account.id).values(label="", login="")
    )
    account.active = False
    account.login = f"erased-{account.id}"
    account.label = ""
    account.key = secrets.token_hex(16)
    account.password_hash = ""
    account.language = "de"
    db.session.flush()
    db.session.expire(account)


def _erase(actor: Actor, key: str, texts: Texts, request_id: int | None = None) -> None:
    erasure.everywhere(SYSTEM, key, texts)
    _remember(erasure.digest(key), texts)
    record(actor, PersonErased(request_id))


def _remember(digest: str, texts: Texts) -> None:
    remembering = upsert(Erasure).values(digest=digest, texts=texts, at=now())
    db.session.execute(remembering.on_conflict_do_nothing())


def _decide(actor: Actor, request: ErasureRequest, status: str) -> None:
    # One statement decides, so that of two people who press the button only one does it.
    decided = db.session.execute(
        update(ErasureRequest)
        .where(ErasureRequest.id == request.id, ErasureRequest.status == "waiting")
        .values(status=status, holder_key=None, decided_by=actor.key, decided_at=now())
        .execution_options(synchronize_session=False)
    )
    if decided.rowcount == 0:  # type: ignore[attr-defined]
        raise Conflict(_l("Somebody has decided this already."), code="decided")
