"""What is kept about a person, who wishes to be erased, and what has been kept for long enough."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select

from accounts.models import (
    Account,
    ErasureRequest,
    Invitation,
    LoginSession,
    Notice,
    PersonalCode,
    RoleAssignment,
)
from accounts.permissions import RIGHTS, Permission, Scope
from core import erasure, retention
from core.actor import Actor
from core.clock import now
from core.db import db
from core.errors import Invalid, NotFound
from core.i18n import lazy_gettext as _l
from core.journal import JournalEntry
from core.queries import privacy
from core.queries.privacy import Held
from core.retention import Due


def access_own_data(actor: Actor) -> list[Held]:
    """Everything kept about whoever asks, and nothing about others. Raises Forbidden for visitors."""
    RIGHTS.require(actor, Permission.SEE_OWN_DATA)
    held = privacy.held_about(actor.key)
    # What tells most comes first, and the journal last.
    return sorted(held, key=lambda part: part.table == "journal")


def access_holder(actor: Actor, slip_number: str) -> PersonalCode:
    """The code with this slip number, for those who take down a wish to be erased.

    Raises Invalid at the field `slip` where there is none, or none that is this actor's business.
    """
    code = db.session.scalar(
        select(PersonalCode)
        .where(PersonalCode.slip_number == slip_number.strip().upper())
        .execution_options(populate_existing=True)
    )
    if code is None or not RIGHTS.allows(
        actor, Permission.ERASE_OTHERS, Scope(code.scope_kind, code.scope_id)
    ):
        sentence = _l("We know no slip with this number. Please compare it once more.")
        raise Invalid(sentence, {"slip": [sentence]})
    return code


def visible_erasure_requests(actor: Actor) -> list[tuple[ErasureRequest, str]]:
    """The wishes that wait to be confirmed, the oldest first, each with its slip number. Raises Forbidden."""
    RIGHTS.require(actor, Permission.ERASE_OTHERS)
    rows = db.session.execute(
        select(ErasureRequest, func.max(PersonalCode.slip_number))
        .join(PersonalCode, PersonalCode.holder_key == ErasureRequest.holder_key)
        .where(ErasureRequest.status == "waiting")
        .group_by(ErasureRequest.id)
        .order_by(ErasureRequest.id)
    )
    return [
        (request, slip_number)
        for request, slip_number in rows
        if RIGHTS.allows(actor, Permission.ERASE_OTHERS, Scope(request.scope_kind, request.scope_id))
    ]


def access_erasure_request(actor: Actor, request_id: str) -> ErasureRequest:
    """A wish to be erased by its number as it was sent, for those who may confirm it. Raises NotFound."""
    is_number = request_id.isascii() and request_id.isdigit() and len(request_id) < 10
    found = db.session.get(ErasureRequest, int(request_id)) if is_number else None
    if found is None or not RIGHTS.allows(
        actor, Permission.ERASE_OTHERS, Scope(found.scope_kind, found.scope_id)
    ):
        raise NotFound
    return found


def has_erasure_request(holder_key: str) -> bool:
    """Whether somebody's wish to be erased waits to be confirmed."""
    found = select(ErasureRequest.id).where(ErasureRequest.holder_key == holder_key)
    return db.session.scalar(found) is not None


def erased_people() -> dict[str, str]:
    """Everybody who was erased as a digest, with the wish about the texts."""
    return {digest: row.texts for digest, row in privacy.erasures().items()}


def people_to_erase_again(listed: Mapping[str, str]) -> dict[str, str]:
    """The keys of people who are in the tables and on this list, with the wish about their texts."""
    by_digest = {erasure.digest(key): key for key in privacy.known_keys()} if listed else {}
    return {by_digest[digest]: texts for digest, texts in listed.items() if digest in by_digest}


def codes_of(holder_key: str) -> list[PersonalCode]:
    """All codes of a person, void ones too."""
    return list(db.session.scalars(select(PersonalCode).where(PersonalCode.holder_key == holder_key)))


def account_of(holder_key: str) -> Account | None:
    """The account with this key, active or not."""
    return db.session.scalar(select(Account).where(Account.key == holder_key))


def holds_office(holder_key: str) -> bool:
    """Whether an account has a role besides taking part, in force or not."""
    found = (
        select(RoleAssignment.id)
        .join(Account, Account.id == RoleAssignment.account_id)
        .where(Account.key == holder_key, RoleAssignment.role != "participant")
        .limit(1)
    )
    return db.session.scalar(found) is not None


def sessions_begun_by(holder_key: str) -> list[str]:
    """Ids of all sessions a person ever had, also of those that have ended, as the journal knows them."""
    payloads = db.session.scalars(
        select(JournalEntry.payload).where(
            JournalEntry.actor == holder_key, JournalEntry.fact == "SessionStarted"
        )
    )
    return [payload["session_id"] for payload in payloads]


def outlived_codes(before: datetime) -> list[Due]:
    """Codes that have opened nothing since before this moment, the oldest first; not of held dialogues."""
    ended = case(
        (PersonalCode.revoked_at.is_(None), PersonalCode.read_until),
        (PersonalCode.read_until.is_(None), PersonalCode.revoked_at),
        (PersonalCode.revoked_at < PersonalCode.read_until, PersonalCode.revoked_at),
        else_=PersonalCode.read_until,
    )
    rows = db.session.execute(
        select(PersonalCode.id, ended)
        .where(ended < before, PersonalCode.scope_id.not_in(retention.held_dialogues()))
        .order_by(ended, PersonalCode.id)
    )
    return [Due(code_id, since) for code_id, since in rows if since is not None]


def outlived_sessions(before: datetime) -> list[Due]:
    """Sessions that ran out before this moment, the oldest first."""
    rows = db.session.execute(
        select(LoginSession.id, LoginSession.expires_at)
        .where(LoginSession.expires_at < before)
        .order_by(LoginSession.expires_at)
    )
    return [Due(session_id, since) for session_id, since in rows]


def outlived_accounts(before: datetime) -> list[Due]:
    """Closed accounts that were closed before this moment and still say whose they were."""
    closed = {
        payload["account_id"]: at
        for payload, at in db.session.execute(
            select(JournalEntry.payload, JournalEntry.at)
            .where(JournalEntry.fact == "AccountDeactivated")
            .order_by(JournalEntry.at)
        )
    }
    rows = db.session.scalars(
        select(Account.id).where(Account.active.is_(False), Account.label != "").order_by(Account.id)
    )
    return [
        Due(account, closed[account]) for account in rows if account in closed and closed[account] < before
    ]


def codes_by_ids(ids: Sequence[int]) -> list[PersonalCode]:
    """Codes to be taken away."""
    return list(db.session.scalars(select(PersonalCode).where(PersonalCode.id.in_(ids))))


def accounts_by_ids(ids: Sequence[int]) -> list[Account]:
    """Accounts whose words are to be taken away."""
    return list(db.session.scalars(select(Account).where(Account.id.in_(ids))))


def decided_requests(before: datetime) -> list[Due]:
    """Wishes to be erased that were decided before this moment, the oldest first."""
    rows = db.session.execute(
        select(ErasureRequest.id, ErasureRequest.decided_at)
        .where(ErasureRequest.decided_at < before)
        .order_by(ErasureRequest.decided_at)
    )
    return [Due(request_id, since) for request_id, since in rows if since is not None]


def outlived_invitations(before: datetime) -> list[Due]:
    """Invitations that were used, revoked or ran out before this moment, by when they could last be used."""
    rows = db.session.execute(
        select(Invitation.id, Invitation.expires_at)
        .where(Invitation.expires_at < before)
        .order_by(Invitation.expires_at)
    )
    return [Due(invitation, since) for invitation, since in rows]


def outlived_notices(before: datetime) -> list[Due]:
    """What people were told before this moment, the oldest first; not those of held dialogues."""
    of_held = select(PersonalCode.holder_key).where(
        PersonalCode.scope_kind == "dialogue", PersonalCode.scope_id.in_(retention.held_dialogues())
    )
    rows = db.session.execute(
        select(Notice.id, Notice.at)
        .where(Notice.at < before, Notice.holder_key.not_in(of_held))
        .order_by(Notice.at, Notice.id)
    )
    return [Due(notice, at) for notice, at in rows]


def periods() -> dict[str, int]:
    """The days of every rule of retention: what the county has set, else the default."""
    chosen = privacy.retention_days()
    return {
        key: rule.days if rule.is_fixed else chosen.get(key, rule.days)
        for key, rule in retention.RULES.items()
    }


@dataclass(frozen=True, slots=True)
class Preview:
    """What one rule would take away now: how much, and since when the oldest of it was due to be kept."""

    rule: retention.Rule
    days: int
    number: int
    oldest: datetime | None


def preview_retention(actor: Actor) -> list[Preview]:
    """What every rule would take away now. Raises Forbidden for those who may not apply them."""
    RIGHTS.require(actor, Permission.APPLY_RETENTION)
    days_of = periods()
    found = []
    for key, rule in retention.RULES.items():
        due = rule.find(retention.limit(now(), days_of[key]))
        oldest = min((one.since for one in due), default=None)
        found.append(Preview(rule, days_of[key], len(due), oldest))
    return found
