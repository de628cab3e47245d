"""What tests of the second factor share: reading its pages, codes of any moment, setting it up."""

from __future__ import annotations

import re
from datetime import datetime

from flask import Flask
from sqlalchemy import select

from accounts import queries
from accounts import second_factor as algorithm
from accounts.actions.accounts import ROLE_SCOPES
from accounts.permissions import Scope
from core.actor import Actor
from core.clock import now
from core.db import db
from core.journal import JournalEntry
from tests import factories
from tests.accounts.house import Browser
from tests.factories import secret_of

SET_UP = "/account/second-factor"


def scope_of(role: str) -> Scope:
    kind = sorted(ROLE_SCOPES[role])[0]
    return Scope(kind, None if kind == "county" else 1)


def actor_behind(app: Flask, someone: Browser) -> Actor | None:
    with app.app_context():
        holder = queries.holder_of_token(someone.cookie() or "")
        return holder.actor if holder else None


def code_at(login: str, moment: datetime) -> str:
    return algorithm.code_of(secret_of(login), algorithm.step_at(moment))


def unused(app: Flask, login: str = "koordination") -> str:
    with app.app_context():
        return factories.let_time_pass(login)


def hidden(html: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]* value="([^"]*)"', html)
    assert found, name
    return found[1]


def shown_secret(html: str) -> str:
    found = re.search(r'class="vs-secret"[^>]*>([A-Z2-7 ]+)<', html)
    assert found
    return found[1].replace(" ", "")


def shown_codes(html: str) -> list[str]:
    return re.findall(r"<li>([0-9A-Z]{5}-[0-9A-Z]{5})</li>", html)


def facts(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(JournalEntry.fact).order_by(JournalEntry.id)))


def enrol(someone: Browser) -> tuple[str, list[str]]:
    """Set the second factor up on its page; gives secret and recovery codes."""
    page = someone.get(SET_UP).text
    secret = shown_secret(page)
    answer = someone.post(
        SET_UP, {"offer": hidden(page, "offer"), "code": algorithm.code_of(secret, algorithm.step_at(now()))}
    )
    assert answer.status_code == 200
    return secret, shown_codes(answer.text)
