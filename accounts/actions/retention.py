"""Taking away what was kept for long enough, and setting for how long that is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete

from accounts.actions.privacy import empty_account
from accounts.actions.sessions import end_expired_sessions
from accounts.facts import RetentionApplied, RetentionPeriodSet
from accounts.models import ErasureRequest, Invitation, Notice
from accounts.permissions import RIGHTS, Permission
from accounts.queries import privacy as queries
from core import retention
from core.actor import SYSTEM, Actor
from core.clock import now
from core.db import db, upsert
from core.errors import Invalid, NotFound
from core.i18n import lazy_gettext as _l
from core.journal import record
from core.retention import BATCH, RetentionPeriod


def set_period(actor: Actor, key: str, *, days: int) -> None:
    """Set the days after which a rule takes something away. Raises NotFound or Invalid."""
    RIGHTS.require(actor, Permission.KEEP_RETENTION)
    rule = retention.RULES.get(key)
    if rule is None or rule.is_fixed:
        raise NotFound
    if not 1 <= days <= rule.most:
        sentence = _l("Please enter from 1 to %(most)d days.", most=rule.most)
        raise Invalid(sentence, {"days": [sentence]})
    values = {"days": days, "changed_at": now()}
    setting = upsert(RetentionPeriod).values(rule=key, **values)
    db.session.execute(setting.on_conflict_do_update(index_elements=[RetentionPeriod.rule], set_=values))
    record(actor, RetentionPeriodSet(key, days))


def apply_retention(actor: Actor, key: str, *, limit: int = BATCH) -> int:
    """Take away at most `limit` of what one rule finds due; gives the number, 0 when nothing is left.

    Called again and again, each time in a transaction of its own, until it gives 0.
    """
    RIGHTS.require(actor, Permission.APPLY_RETENTION)
    rule = retention.RULES[key]
    due = rule.find(retention.limit(now(), queries.periods()[key]))[:limit]
    if not due:
        return 0
    removed = rule.remove(SYSTEM, [one.id for one in due])
    record(actor, RetentionApplied(key, removed))
    return len(due)


def forget_sessions(actor: Actor, ids: Sequence[Any]) -> int:
    """End the sessions that have run out; gives their number."""
    RIGHTS.require(actor, Permission.APPLY_RETENTION)
    return end_expired_sessions(actor)


def empty_accounts(actor: Actor, ids: Sequence[Any]) -> int:
    """Leave of closed accounts nothing but their numbers; gives how many."""
    RIGHTS.require(actor, Permission.APPLY_RETENTION)
    found = queries.accounts_by_ids(ids)
    for account in found:
        empty_account(actor, account)
    return len(found)


def forget_invitations(actor: Actor, ids: Sequence[Any]) -> int:
    """Delete invitations that nobody can use any more; gives their number."""
    RIGHTS.require(actor, Permission.APPLY_RETENTION)
    db.session.execute(delete(Invitation).where(Invitation.id.in_(ids)))
    return len(ids)


def forget_notices(actor: Actor, ids: Sequence[Any]) -> int:
    """Delete what people were told long ago; gives the number."""
    RIGHTS.require(actor, Permission.APPLY_RETENTION)
    db.session.execute(delete(Notice).where(Notice.id.in_(ids)))
    return len(ids)


def forget_requests(actor: Actor, ids: Sequence[Any]) -> int:
    """Delete decided requests, which name nobody any more; gives their number."""
    RIGHTS.require(actor, Permission.APPLY_RETENTION)
    db.session.execute(delete(ErasureRequest).where(ErasureRequest.id.in_(ids)))
    return len(ids)
