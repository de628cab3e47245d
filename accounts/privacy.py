"""What this package takes away: its part of an erasure, its rules of retention, the look at every start."""

from __future__ import annotations

from flask import current_app

from accounts.actions import privacy as actions
from accounts.actions import retention as retention_actions
from accounts.queries import privacy as queries
from core import erasure, retention
from core.actor import SYSTEM, Actor
from core.config import Config
from core.errors import Sentence
from core.i18n import lazy_gettext as _l
from core.retention import Rule
from core.transaction import transaction

CHANNELS: dict[str, Sentence] = {
    "phone": _l("By telephone"),
    "writing": _l("In writing"),
    "person": _l("In person"),
}
"""How somebody may ask staff to be erased."""


def init() -> None:
    """Register the parts of this package."""
    erasure.erases("accounts", actions.erase_sign_ins)
    retention.register(
        Rule(
            "accounts.sessions",
            _l("Sessions of browsers"),
            _l("after they ran out"),
            0,
            queries.outlived_sessions,
            retention_actions.forget_sessions,
            is_fixed=True,
        ),
        Rule(
            "accounts.codes",
            _l("Personal codes"),
            _l("after they became void"),
            90,
            queries.outlived_codes,
            lambda actor, ids: actions.forget_codes(actor, list(ids)),
        ),
        Rule(
            "accounts.accounts",
            _l("User names and titles of closed accounts"),
            _l("after they were closed"),
            365,
            queries.outlived_accounts,
            retention_actions.empty_accounts,
        ),
        Rule(
            "accounts.invitations",
            _l("Invitations to accounts"),
            _l("after they ran out"),
            180,
            queries.outlived_invitations,
            retention_actions.forget_invitations,
        ),
        Rule(
            "accounts.notices",
            _l("What people were told"),
            _l("after it was told"),
            180,
            queries.outlived_notices,
            retention_actions.forget_notices,
        ),
        Rule(
            "accounts.requests",
            _l("Decided wishes to be erased"),
            _l("after the decision"),
            365,
            queries.decided_requests,
            retention_actions.forget_requests,
        ),
    )


def apply_all(actor: Actor) -> dict[str, int]:
    """Take away everything that is due, in small transactions; gives the number by rule.

    Opens its own transactions. What is killed in between has lost nothing and goes on the next time.
    """
    removed: dict[str, int] = {}
    for key in retention.RULES:
        while True:
            with transaction():
                number = retention_actions.apply_retention(actor, key)
            if not number:
                break
            removed[key] = removed.get(key, 0) + number
    return removed


def remember_the_erased() -> int:
    """Bring the list beside the database up to the table; gives how many were missing on it."""
    return erasure.write_missing(queries.erased_people())


def erase_again(actor: Actor, listed: dict[str, erasure.Texts] | None = None) -> int:
    """Erase everybody of the list beside the database (and of `listed`) who is in the tables again."""
    config: Config = current_app.config["SETTINGS"]
    known = {**(listed or {}), **erasure.read_file(erasure.file_of(config))}
    with transaction():
        return actions.erase_again(actor, known)


def check_nobody_came_back() -> list[str]:
    """Why this database must not be served: people are in it who were erased. Part of every start."""
    config: Config = current_app.config["SETTINGS"]
    found = queries.people_to_erase_again(erasure.read_file(erasure.file_of(config)))
    if not found:
        return []
    return [f"The database holds {len(found)} people who were erased. Run: vielstimmig privacy erase-again"]


def after_restore() -> int:
    """Erase again whom a restored backup has brought back; gives their number."""
    return erase_again(SYSTEM)
