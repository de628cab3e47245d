"""How one is signed in, where else, how to leave, and one's own password."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for

from accounts import cookies, passwords, queries
from accounts.actions import accounts as account_actions
from accounts.actions import sessions
from accounts.actors import FORMER_PARTICIPANT
from accounts.forms import EndSessionForm, PasswordForm
from accounts.permissions import RIGHTS, Permission
from accounts.queries import SessionHolder
from accounts.views.blueprint import again, blueprint, prove, session_holder, signed_in, staff_lifetime
from core import web
from core.errors import DomainError, NotFound
from core.forms import Form
from core.logs import security_event
from core.transaction import transaction


@blueprint.post("/sign-out")
def sign_out() -> Response:
    """End this session, here and in the database."""
    holder = session_holder()
    if holder is not None:
        try:
            with transaction():
                sessions.end_session(holder.actor, holder.session_id)
        except NotFound:
            # Ended a moment ago in another window: what was wished for is true.
            pass
        security_event("logged_out")
    return _signed_out(holder)


@blueprint.post("/stay")
def stay() -> Response:
    """Somebody is still at a shared device: its page says so before the idle time is over."""
    RIGHTS.require(web.current_actor(), Permission.STAY)
    return make_response("", 204)


@blueprint.post("/sign-out-everywhere")
def sign_out_everywhere() -> Response:
    """End all sessions of whoever is signed in."""
    holder = session_holder()
    if holder is not None:
        with transaction():
            sessions.end_all_sessions(holder.actor)
        security_event("logged_out", code="everywhere")
    return _signed_out(holder)


@blueprint.get("/account")
def account() -> Response:
    """How one is signed in, where else, and how to leave; people with an account change their password."""
    if not RIGHTS.allows(web.current_actor(), Permission.SEE_OWN_ACCOUNT):
        return make_response(redirect(url_for("accounts.code", next=request.path), 303))
    return web.page(_show_account(PasswordForm()))


@blueprint.post("/account/end-session")
def end_session() -> Response:
    """End one of one's own sessions on another device."""
    if session_holder() is None:
        return make_response(redirect(url_for("accounts.code"), 303))
    form = EndSessionForm.from_request()

    def act() -> web.Answer:
        sessions.end_session(web.current_actor(), form.session.data or "")
        return web.Answer(url_for("accounts.account"))

    return web.submit(form, act, lambda refused: _show_account(PasswordForm(), refused))


@blueprint.post("/account/end-other-sessions")
def end_other_sessions() -> Response:
    """End all of one's own sessions but this one."""
    holder = session_holder()
    if holder is None:
        return make_response(redirect(url_for("accounts.code"), 303))

    def act() -> web.Answer:
        sessions.end_other_sessions(holder.actor, holder.session_id)
        return web.Answer(url_for("accounts.account"))

    return web.submit(Form.from_request(), act, lambda refused: _show_account(PasswordForm(), refused))


@blueprint.post("/account/password")
def change_password() -> Response:
    """Change one's own password; every session ends and this browser gets a new one."""
    holder = session_holder()
    if holder is None:
        return make_response(redirect(url_for("accounts.sign_in", next=url_for("accounts.account")), 303))
    RIGHTS.require(holder.actor, Permission.CHANGE_OWN_PASSWORD)
    form = PasswordForm.from_request()
    if not form.validate():
        return again(form, _show_account(form))
    try:
        wanted = form.password.data or ""
        passwords.check(wanted, login=holder.login)
        proof = prove(holder.login, form.current.data or "", field="current")
        new_hash = passwords.make_hash(wanted)
        with transaction():
            changed = account_actions.change_password(holder.actor, proof, password_hash=new_hash)
            opened = sessions.start_session_by_password(
                holder.actor,
                passwords.Proof(changed.id, new_hash),
                lifetime=staff_lifetime(),
                shared_device=holder.shared_device,
                second_factor=holder.second_factor,
            )
    except DomainError as error:
        form.refuse(error)
        return again(form, _show_account(form), error)
    security_event("account_changed", code="password")
    return signed_in(opened, url_for("accounts.account", changed=1))


def _signed_out(holder: SessionHolder | None) -> Response:
    first = "/"
    if holder is not None and holder.shared_device:
        first = url_for("accounts.code", shared=1)
    response = make_response(redirect(cookies.kiosk_page() or first, 303))
    cookies.clear_session(response)
    return response


def _show_account(form: PasswordForm, end_form: Form | None = None) -> str:
    holder = session_holder()
    if holder is None:
        raise NotFound
    has_account = RIGHTS.allows(holder.actor, Permission.KEEP_OWN_SECOND_FACTOR)
    values: dict[str, Any] = {
        "form": form,
        "end_form": end_form or EndSessionForm(),
        "holder": holder,
        "may_write": not holder.actor.has(FORMER_PARTICIPANT),
        "sessions": queries.own_sessions(holder.actor),
        "changed": request.args.get("changed") == "1",
        "may_erase_others": RIGHTS.allows(holder.actor, Permission.ERASE_OTHERS),
        "second_factor": queries.own_second_factor(holder.actor) if has_account else None,
    }
    return render_template("accounts/account.html", **values)
