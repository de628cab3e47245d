"""Telling a person something: a line on their page, and in the next mail if they gave an address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accounts.facts import PersonTold
from accounts.models import Notice
from accounts.permissions import RIGHTS, Permission
from core.actor import Actor
from core.clock import now
from core.db import db
from core.journal import record


def tell(
    actor: Actor, holder_key: str, *, label: str, values: Mapping[str, Any] | None = None, url: str = ""
) -> None:
    """Add a line for the holder of this key, in the transaction of what they are told about.

    `label` is a message id marked with N_; `values` fills it, and holds nothing another person has said.
    Only the program itself tells (SYSTEM), whoever acted before.
    """
    RIGHTS.require(actor, Permission.TELL)
    notice = Notice(holder_key=holder_key, label=label, values=dict(values or {}), url=url, at=now())
    db.session.add(notice)
    db.session.flush()  # The fact needs the id.
    record(actor, PersonTold(notice.id))
