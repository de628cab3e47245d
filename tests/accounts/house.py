"""An application on an empty database, with a few people in it. Passwords are hashed with little work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient

from accounts import passwords
from accounts.actions import accounts, codes
from accounts.models import Account
from accounts.permissions import Scope
from app import create_app
from core import keys
from core.actor import OPERATOR
from core.config import Config
from core.db import db
from core.transaction import transaction
from tests import factories
from tests.core.house import a_database

ORIGIN = "http://127.0.0.1:5000"
PASSWORD = "seven quiet herons wade"
REAL = passwords._hasher
"""What the program hashes with, kept before the tests replace it."""

SECOND_STEP = "/sign-in/second-step"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
DIALOGUE = Scope("dialogue", 1)


@contextmanager
def a_site(folder: Path, **settings: Any) -> Iterator[Flask]:
    """The whole application without data."""
    with a_database(folder) as address:
        config = Config(var_dir=folder, database_url=address, testing=True, **settings)
        keys.create(config.keys_dir)
        app = create_app(config)
        with app.app_context():
            db.create_all()
        yield app
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@dataclass
class Browser:
    """One person's browser: sends our own origin, as browsers do."""

    client: FlaskClient
    base: str = ORIGIN
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **kwargs: Any) -> Any:
        return self.client.get(path, base_url=self.base, headers=self.headers, **kwargs)

    def post(self, path: str, data: dict[str, str] | None = None, **kwargs: Any) -> Any:
        headers = {"Origin": self.base, **self.headers, **kwargs.pop("headers", {})}
        return self.client.post(path, data=data or {}, base_url=self.base, headers=headers, **kwargs)

    def cookie(self, name: str = "session") -> str | None:
        found = self.client.get_cookie(name, domain=self.base.split("//")[1].split(":")[0])
        return found.value if found else None

    def plant(self, value: str, name: str = "session") -> None:
        self.client.set_cookie(name, value, domain=self.base.split("//")[1].split(":")[0])

    def give_password(self, login: str, password: str = PASSWORD, **data: str) -> Any:
        """The first step of signing in."""
        return self.post("/sign-in", {"login": login, "password": password, **data})

    def sign_in(self, login: str, password: str = PASSWORD, **data: str) -> Any:
        """All steps of signing in that the program asks for; gives the last answer."""
        answer = self.give_password(login, password, **data)
        if answer.headers.get("Location") != SECOND_STEP:
            return answer
        with self.client.application.app_context():
            code = factories.let_time_pass(login)
        return self.post(SECOND_STEP, {"code": code})

    def enter(self, code: str, **data: str) -> Any:
        return self.post("/code", {"code": code, **data})

    def is_signed_in(self) -> bool:
        return bool(self.get("/account").status_code == 200)


def browser(app: Flask, base: str = ORIGIN) -> Browser:
    return Browser(app.test_client(), base)


def an_account(app: Flask, login: str = "koordination", role: str = "coordinator", **values: Any) -> Account:
    """An account with PASSWORD, one role and a second factor (unless `second_factor` is False)."""
    initial = values.get("password_is_initial", False)
    second_factor = values.pop("second_factor", not initial)
    scope = values.pop("scope", accounts.COUNTY)
    with app.app_context():
        password_hash = passwords.make_hash(values.pop("password", PASSWORD))
        with transaction():
            made = accounts.create_account(
                OPERATOR,
                login,
                password_hash=password_hash,
                label=values.pop("label", "Koordination"),
                roles=[(role, scope)],
                **values,
            )
            if second_factor:
                factories.set_up_second_factor(made)
            return made


def a_code(app: Flask, **values: Any) -> codes.Issued:
    """A personal code for the dialogue with the number 1."""
    with app.app_context(), transaction():
        return codes.issue_code(OPERATOR, DIALOGUE, **values)
