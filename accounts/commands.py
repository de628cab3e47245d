"""The operator's commands about accounts: the first person gets in by them."""

from __future__ import annotations

import json
import secrets
import sys

import click
from flask import current_app
from flask.cli import AppGroup

from accounts import codes, passwords, queries, roles
from accounts.actions import accounts, invitations, second_factor
from accounts.permissions import Scope
from accounts.queries import invitations as invitation_queries
from accounts.scopes import Places
from core.actor import OPERATOR
from core.config import Config
from core.text import clean_line
from core.transaction import transaction

account_group = AppGroup("account", help="Accounts of staff and of municipalities.")


@account_group.command("create")
@click.option("--role", required=True, type=click.Choice(sorted(accounts.ROLE_SCOPES)))
@click.option("--login", required=True, help="User name: small letters, digits, dots, hyphens.")
@click.option("--label", default="", help="What people read, the title of a role; nobody's name is needed.")
@click.option("--scope", default="county", help="Where the role counts: county, or such as dialogue:3.")
@click.option("--password-stdin", is_flag=True, help="Read the password from the first line of the input.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def create(role: str, login: str, label: str, scope: str, password_stdin: bool, as_json: bool) -> None:
    """Make an account, or give an existing one a further role. Prints a password for the first sign-in.

    With that password the account can do nothing but choose its own.
    """
    where = _read_scope(scope)
    known = queries.account_for_sign_in(login)
    password = None
    if known is not None:
        with transaction():
            account = queries.access_account(OPERATOR, login)
            accounts.give_role(OPERATOR, account, role, where)
    else:
        password = sys.stdin.readline().rstrip("\r\n") if password_stdin else _initial_password()
        passwords.check(password, login=login)
        password_hash = passwords.make_hash(password)
        with transaction():
            account = accounts.create_account(
                OPERATOR,
                login,
                password_hash=password_hash,
                label=label or role.replace("_", " ").capitalize(),
                roles=[(role, where)],
                password_is_initial=not password_stdin,
            )
    shown = password if not password_stdin else None
    if as_json:
        click.echo(json.dumps({"login": account.login, "created": known is None, "password": shown}))
        return
    if known is not None:
        click.echo(
            f"The account {account.login} was there already. It has the role {role} for {scope} now;"
            " its password and its other roles stay as they were."
        )
        return
    click.echo(f"Account {account.login} created with the role {role}.")
    if shown:
        click.echo(f"Password for the first sign-in: {shown}")


@account_group.command("invite")
@click.option("--role", required=True, type=click.Choice(sorted(roles.INVITED_ROLES)))
@click.option("--scope", default="county", help="Where the role counts: county, or such as municipality:3.")
@click.option("--label", required=True, help="What people read about the account, the title of a role.")
@click.option("--login", default="", help="A user name to propose.")
@click.option("--days", default="14", type=click.Choice([str(days) for days in invitations.VALID_DAYS]))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def invite(role: str, scope: str, label: str, login: str, days: str, as_json: bool) -> None:
    """Make an invitation and print its link, once.

    The same words again give a new link, and the former one works no more: one person is invited.
    """
    where = _read_scope(scope)
    place = Places(OPERATOR).at(where)
    if place is None:
        raise click.UsageError(f"There is no {scope} here.")
    label = clean_line(label)
    with transaction():
        for former in invitation_queries.open_twins(OPERATOR, role, where, label):
            invitations.revoke_invitation(OPERATOR, former)
        made = invitations.invite(OPERATOR, role, place, label=label, login=login, days=int(days))
    settings: Config = current_app.config["SETTINGS"]
    link = f"{settings.public_url}/invitation#{made.code}"
    until = made.invitation.expires_at
    if as_json:
        click.echo(json.dumps({"link": link, "role": role, "scope": scope, "works_until": until.isoformat()}))
        return
    click.echo(f"Link for one person, good once until {until:%Y-%m-%d %H:%M} UTC: {link}")


@account_group.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def list_accounts(as_json: bool) -> None:
    """List all accounts with their roles, and whether they have a second factor."""
    with_factor = queries.accounts_with_second_factor(OPERATOR)
    rows = [
        {
            "login": account.login,
            "label": account.label,
            "active": account.active,
            "demo": account.demo,
            "second_factor": account.id in with_factor,
            "roles": [
                {"role": role.role, "scope": _show_scope(Scope(role.scope_kind, role.scope_id))}
                for role in account.roles
            ],
        }
        for account in queries.visible_accounts(OPERATOR)
    ]
    if as_json:
        click.echo(json.dumps({"accounts": rows}, ensure_ascii=False))
        return
    for account in queries.visible_accounts(OPERATOR):
        held = ", ".join(f"{r.role} ({_show_scope(Scope(r.scope_kind, r.scope_id))})" for r in account.roles)
        state = "active" if account.active else "closed"
        factor = "second factor" if account.id in with_factor else "no second factor yet"
        click.echo("\t".join([account.login, account.label, held, state, factor]))


@account_group.command("deactivate")
@click.option("--login", required=True)
def deactivate(login: str) -> None:
    """Close an account and end its sessions."""
    with transaction():
        changed = accounts.deactivate_account(OPERATOR, queries.access_account(OPERATOR, login))
    click.echo(f"The account {login} is closed." if changed else f"The account {login} was closed already.")


@account_group.command("reset-second-factor")
@click.option("--login", required=True)
def reset_second_factor(login: str) -> None:
    """Take the second factor from an account whose holder has lost it, and end its sessions.

    At the next sign-in the holder sets up a new one; until then the account holds none of its roles.
    """
    with transaction():
        changed = second_factor.reset(OPERATOR, queries.access_account(OPERATOR, login))
    if changed:
        click.echo(f"The account {login} has no second factor any more and sets one up at the next sign-in.")
    else:
        click.echo(f"The account {login} has no second factor.")


def _initial_password() -> str:
    # Twenty characters that can be read aloud: 100 bits.
    return "-".join("".join(secrets.choice(codes.ALPHABET) for _ in range(5)) for _ in range(4))


def _read_scope(text: str) -> Scope:
    kind, _, number = text.partition(":")
    if kind == "county" and not number:
        return Scope("county")
    if not kind or not number.isdecimal() or len(number) > 9:
        raise click.UsageError("A scope is “county” or a kind and a number, such as dialogue:3.")
    return Scope(kind, int(number))


def _show_scope(scope: Scope) -> str:
    return scope.kind if scope.id is None else f"{scope.kind}:{scope.id}"
