"""The pages of those who keep accounts, and the page where a municipality's people see one another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, render_template, request, url_for

from accounts import queries as account_queries
from accounts.actions import accounts as actions
from accounts.actions import second_factor, sessions
from accounts.forms.roles import DecisionForm, GiveRoleForm, TakeRoleForm
from accounts.landing import leads
from accounts.models import Account
from accounts.permissions import RIGHTS, Permission, Scope
from accounts.queries import administration as queries
from accounts.queries import invitations as invitation_queries
from accounts.roles import ROLE_LABELS, end_of
from accounts.scopes import Places
from accounts.views.blueprint import blueprint
from core.actor import Actor
from core.clock import now
from core.errors import Invalid, NotFound, Sentence
from core.i18n import lazy_gettext as _l
from core.logs import security_event
from core.shell import NavItem, Shell, contributes
from core.text import clean_line
from core.web import Answer, current_actor, page, submit


@blueprint.get("/accounts")
def accounts() -> Response:
    """All accounts, to be searched."""
    actor = current_actor()
    words = clean_line(request.args.get("q", ""))[:100]
    state = request.args.get("state", "")
    found = queries.found_accounts(actor, words=words, state=state, page=request.args.get("page"))
    return page(
        render_template(
            "accounts/accounts.html",
            found=found,
            words=words,
            state=state if state in {"active", "closed"} else "",
            places=Places(actor),
            role_labels=ROLE_LABELS,
            now=now(),
        )
    )


@blueprint.get("/accounts/<int:account_id>")
def kept_account(account_id: int) -> Response:
    """One account: its roles and sessions, and what can be done with it."""
    return page(_show(account_id, GiveRoleForm()))


@blueprint.post("/accounts/<int:account_id>/roles")
def give_role(account_id: int) -> Response:
    """Give the account a role in a place."""
    actor = current_actor()
    queries.access_kept_account(actor, account_id)
    form = GiveRoleForm.from_request()
    offers = invitation_queries.offers_of(actor, Places(actor))
    form.offer(offers)

    def act() -> Answer:
        role, place = form.chosen(offers)
        account = queries.access_kept_account(actor, account_id)
        until = end_of(role, form.ends_at, place.ends_at)
        actions.give_role(actor, account, role, place.scope, expires_at=until)
        return _done(account_id, "given")

    answer = submit(form, act, lambda refused: _show(account_id, refused))
    return _noted(answer, "role_given")


@blueprint.post("/accounts/<int:account_id>/roles/take")
def take_role(account_id: int) -> Response:
    """Take a role from the account; it counts no more from the next request on."""
    actor = current_actor()
    queries.access_kept_account(actor, account_id)
    form = TakeRoleForm.from_request()

    def act() -> Answer:
        account = queries.access_kept_account(actor, account_id)
        number = form.scope_id.data or ""
        scope = Scope(form.scope_kind.data or "", int(number) if number.isdecimal() else None)
        actions.take_role(actor, account, form.role.data or "", scope)
        return _done(account_id, "taken")

    answer = submit(form, act, lambda refused: _show(account_id, GiveRoleForm(), refused))
    return _noted(answer, "role_taken")


@blueprint.post("/accounts/<int:account_id>/state")
def open_or_close(account_id: int) -> Response:
    """Close the account, or let it sign in again."""
    actor = current_actor()
    queries.access_kept_account(actor, account_id)
    form = DecisionForm.from_request()

    def act() -> Answer:
        account = queries.access_kept_account(actor, account_id)
        if form.decision.data == "close":
            actions.deactivate_account(actor, account)
            return _done(account_id, "closed")
        if form.decision.data == "reopen":
            actions.reopen_account(actor, account)
            return _done(account_id, "reopened")
        raise Invalid(_l("Please use one of the buttons."))

    answer = submit(form, act, lambda refused: _show(account_id, GiveRoleForm(), refused))
    return _noted(answer, "state")


@blueprint.post("/accounts/<int:account_id>/sessions/end")
def end_its_sessions(account_id: int) -> Response:
    """Sign the account out everywhere."""
    actor = current_actor()
    queries.access_kept_account(actor, account_id)

    def act() -> Answer:
        sessions.end_sessions_of(actor, queries.access_kept_account(actor, account_id))
        return _done(account_id, "signed_out")

    answer = submit(DecisionForm.from_request(), act, lambda form: _show(account_id, GiveRoleForm(), form))
    return _noted(answer, "sessions_ended")


@blueprint.post("/accounts/<int:account_id>/second-factor/reset")
def reset_second_factor(account_id: int) -> Response:
    """Let somebody who has lost device and recovery codes set up another second factor."""
    actor = current_actor()
    queries.access_kept_account(actor, account_id)

    def act() -> Answer:
        second_factor.reset(actor, queries.access_kept_account(actor, account_id))
        return _done(account_id, "factor_reset")

    answer = submit(DecisionForm.from_request(), act, lambda form: _show(account_id, GiveRoleForm(), form))
    return _noted(answer, "second_factor_reset")


@blueprint.get("/municipality/<int:municipality_id>/people")
def colleagues(municipality_id: int) -> Response:
    """Who works for a municipality, and who is invited to."""
    actor = current_actor()
    people = queries.colleagues(actor, municipality_id)
    place = Places(actor).at(Scope("municipality", municipality_id))
    if place is None:
        raise NotFound
    return page(
        render_template(
            "accounts/colleagues.html",
            place=place,
            people=people,
            invitations=invitation_queries.visible_invitations(actor, municipality_id=municipality_id),
            role_labels=ROLE_LABELS,
            places=Places(actor),
            revoke_form=DecisionForm(),
        )
    )


def fill_frame(shell: Shell, _read: None) -> None:
    """Lead those who keep accounts, invite people or work for a municipality to their pages."""
    actor = current_actor()
    here = request.endpoint or ""
    if RIGHTS.allows(actor, Permission.LIST_ACCOUNTS):
        is_here = here in {"accounts.accounts", "accounts.kept_account"}
        shell.nav.append(NavItem(_l("Accounts"), url_for("accounts.accounts"), is_here))
    own = [grant.scope_id for grant in actor.grants if grant.role == "municipality_editor"]
    for municipality_id in sorted(number for number in own if number is not None)[:1]:
        address = url_for("accounts.colleagues", municipality_id=municipality_id)
        shell.nav.append(NavItem(_l("Accounts"), address, request.path == address))


contributes(fill_frame)


@dataclass(frozen=True, slots=True)
class OwnWork:
    """The roles of whoever is signed in (label, place, end), and the pages about the people they invite."""

    roles: list[tuple[Sentence, Sentence, datetime | None]]
    links: list[NavItem]


def own_work() -> OwnWork:
    """What the page about one's own account says of roles. Templates call it."""
    actor = current_actor()
    account = queries.account_by_id(actor.account_id or 0)
    places = Places(actor)
    # Only what counts now: a role may wait for a second factor or be over.
    counting = {(grant.role, grant.scope_kind, grant.scope_id) for grant in actor.grants}
    roles = [
        (ROLE_LABELS[held.role], places.name(held.scope_kind, held.scope_id), held.expires_at)
        for held in (account.roles if account else ())
        if (held.role, held.scope_kind, held.scope_id) in counting
    ]
    links = []
    for grant in sorted(actor.grants, key=lambda grant: grant.scope_id or 0):
        if grant.role == "municipality_editor":
            label = _l("Accounts of %(place)s", place=places.name(grant.scope_kind, grant.scope_id))
            links.append(NavItem(label, url_for("accounts.colleagues", municipality_id=grant.scope_id)))
    if RIGHTS.allows(actor, Permission.SEE_INVITATIONS):
        links.append(NavItem(_l("Invitations"), url_for("accounts.invitations")))
    return OwnWork(roles, links)


@leads
def keeping_accounts(actor: Actor) -> str | None:
    """Whoever keeps accounts begins with them."""
    return url_for("accounts.accounts") if actor.has("administrator") else None


def _done(account_id: int, done: str) -> Answer:
    return Answer(url_for("accounts.kept_account", account_id=account_id, done=done))


def _noted(answer: Response, code: str) -> Response:
    if answer.status_code < 400:
        security_event("account_changed", code=code)
    return answer


def _show(account_id: int, form: GiveRoleForm, refused: Any = None) -> str:
    actor = current_actor()
    account: Account = queries.access_kept_account(actor, account_id)
    places = Places(actor)
    form.offer(invitation_queries.offers_of(actor, places))
    return render_template(
        "accounts/kept_account.html",
        kept=account,
        form=form,
        refused=refused,
        key_form=DecisionForm(),
        places=places,
        role_labels=ROLE_LABELS,
        sessions=len(queries.sessions_open(account.id)),
        has_factor=account_queries.second_factor_of(account.id) is not None,
        is_own=account.id == actor.account_id,
        now=now(),
        done=request.args.get("done", ""),
    )
