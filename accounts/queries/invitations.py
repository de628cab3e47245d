"""Invitations: which ones somebody sees, what one offers, and whether it still counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import selectinload

from accounts import codes
from accounts.models import Account, Invitation
from accounts.permissions import RIGHTS, Permission, RoleThere, Scope
from accounts.queries import administration
from accounts.roles import INVITED_ROLES
from accounts.scopes import Place, Places
from core import keys
from core.actor import OPERATOR, SYSTEM, Actor, Grant
from core.clock import now
from core.db import db
from core.errors import NotFound
from core.permissions import is_administrator, is_operator


class State(StrEnum):
    """What has become of an invitation."""

    OPEN = "open"
    USED = "used"
    REVOKED = "revoked"
    EXPIRED = "expired"
    VOID = "void"
    """Whoever invited may no longer invite for this."""


@dataclass(frozen=True, slots=True)
class Seen:
    """An invitation as a list shows it; `inviter` is None for the command line and for whoever is gone."""

    invitation: Invitation
    state: State
    inviter: Account | None
    may_revoke: bool


def scope_of(invitation: Invitation) -> Scope:
    """Where its role counts."""
    return Scope(invitation.scope_kind, invitation.scope_id)


def offers_of(actor: Actor, places: Places) -> list[tuple[str, list[Place]]]:
    """Whom this actor may invite: each role with the places for which they may, in the order of the roles."""
    offered = []
    for role, kinds in INVITED_ROLES.items():
        found = [
            place
            for kind in kinds
            for place in places.of(kind)
            if RIGHTS.allows(actor, Permission.INVITE, RoleThere(role, place.scope, place.within))
        ]
        if found:
            offered.append((role, found))
    return offered


def visible_invitations(actor: Actor, *, municipality_id: int | None = None) -> list[Seen]:
    """The latest 200: all for those who keep accounts, else one's own and those for one's own municipality.

    With `municipality_id` only those of its people. Raises Forbidden for those who invite nobody.
    """
    RIGHTS.require(actor, Permission.SEE_INVITATIONS)
    wanted = select(Invitation)
    if municipality_id is not None:
        wanted = wanted.where(Invitation.scope_kind == "municipality", Invitation.scope_id == municipality_id)
    if not (is_administrator(actor, None) or is_operator(actor, None)):
        own = [grant.scope_id for grant in actor.grants if grant.role == "municipality_editor"]
        wanted = wanted.where(
            or_(
                Invitation.inviter_key == actor.key,
                and_(Invitation.scope_kind == "municipality", Invitation.scope_id.in_(own)),
            )
        )
    rows = list(
        db.session.scalars(wanted.order_by(Invitation.created_at.desc(), Invitation.id.desc()).limit(200))
    )
    inviters = _inviters(row.inviter_key for row in rows)
    places = Places(SYSTEM)
    seen = []
    for row in rows:
        inviter = inviters.get(row.inviter_key)
        state = _state(row, inviter, places)
        may_revoke = state in {State.OPEN, State.VOID} and RIGHTS.allows(
            actor, Permission.REVOKE_INVITATION, row
        )
        seen.append(Seen(row, state, inviter, may_revoke))
    return seen


def access_invitation(actor: Actor, invitation_id: int) -> Invitation:
    """The invitation with this number, for those who may revoke it. Raises NotFound."""
    found = db.session.scalar(select(Invitation).where(Invitation.id == invitation_id))
    if found is None or not RIGHTS.allows(actor, Permission.REVOKE_INVITATION, found):
        raise NotFound
    return found


def open_twins(actor: Actor, role: str, scope: Scope, label: str) -> list[Invitation]:
    """What this actor has invited to already, in the same words, that was not used or taken back."""
    RIGHTS.require(actor, Permission.SEE_INVITATIONS)
    return list(
        db.session.scalars(
            select(Invitation).where(
                Invitation.inviter_key == actor.key,
                Invitation.role == role,
                Invitation.scope_kind == scope.kind,
                Invitation.scope_id.is_(None) if scope.id is None else Invitation.scope_id == scope.id,
                Invitation.label == label,
                Invitation.used_at.is_(None),
                Invitation.revoked_at.is_(None),
            )
        )
    )


def digest_of(typed: str) -> bytes:
    """The digest under which the invitation with this code is kept."""
    return codes.digest(codes.normalise(typed), purpose=codes.INVITE, key=keys.current().code)


def usable_invitation(typed: str) -> Invitation | None:
    """The invitation with this code, if it is open. Unknown, used, revoked and expired look the same."""
    found = db.session.scalar(select(Invitation).where(Invitation.code_hmac == digest_of(typed)))
    if found is None:
        return None
    inviter = administration.account_of_key(found.inviter_key)
    return found if _state(found, inviter, Places(SYSTEM)) == State.OPEN else None


def is_backed(invitation: Invitation) -> bool:
    """Whether whoever invited may still do so, and the place is still there."""
    return _is_backed(invitation, administration.account_of_key(invitation.inviter_key), Places(SYSTEM))


def _state(invitation: Invitation, inviter: Account | None, places: Places) -> State:
    if invitation.used_at is not None:
        return State.USED
    if invitation.revoked_at is not None:
        return State.REVOKED
    if invitation.expires_at <= now():
        return State.EXPIRED
    return State.OPEN if _is_backed(invitation, inviter, places) else State.VOID


def _is_backed(invitation: Invitation, inviter: Account | None, places: Places) -> bool:
    place = places.at(scope_of(invitation))
    if place is None:
        return False
    what = RoleThere(invitation.role, place.scope, place.within)
    if invitation.inviter_key == OPERATOR.key:
        return RIGHTS.allows(OPERATOR, Permission.INVITE, what)
    if inviter is None or not inviter.active:
        return False
    at = now()
    held = frozenset(
        Grant(role.role, role.scope_kind, role.scope_id)
        for role in inviter.roles
        if role.expires_at is None or role.expires_at > at
    )
    return RIGHTS.allows(Actor(inviter.key, held, inviter.id), Permission.INVITE, what)


def _inviters(found: Iterable[str]) -> dict[str, Account]:
    wanted = set(found) - {OPERATOR.key}
    if not wanted:
        return {}
    rows = db.session.scalars(
        select(Account).options(selectinload(Account.roles)).where(Account.key.in_(wanted))
    )
    return {row.key: row for row in rows}
