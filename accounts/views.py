"""Signing in and out, and the page about one's own account or participation.

What is sent here carries passwords and codes, and the answer sets a cookie. Such an answer cannot be given
again from a store, so these forms use no idempotency key; sent twice, they sign in twice, which does no harm.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)

from accounts import cookies, landing, passwords, queries, throttle
from accounts.actions import accounts as account_actions
from accounts.actions import sessions
from accounts.actors import FORMER_PARTICIPANT
from accounts.forms import CodeForm, EndSessionForm, PasswordForm, SignInForm
from accounts.permissions import RIGHTS, Permission
from accounts.queries import SessionHolder
from core import web
from core.config import Config
from core.errors import DomainError, Invalid, NotFound
from core.forms import Form
from core.i18n import lazy_gettext as _l
from core.logs import security_event
from core.shell import NavItem, Shell, contributes
from core.transaction import transaction

blueprint = Blueprint("accounts", __name__)


@blueprint.get("/sign-in")
def sign_in() -> Response:
    """The form for people with an account."""
    form = SignInForm(data={"next": landing.local_path(request.args.get("next")) or ""})
    return web.page(_show_sign_in(form))


@blueprint.post("/sign-in")
def send_sign_in() -> Response:
    """Sign in with user name and password; 422 says the same for an unknown name and a wrong password."""
    form = SignInForm.from_request()
    if not form.validate():
        return _again(form, _show_sign_in(form), Invalid.status)
    try:
        throttle.refuse_if_too_many()
        proof = _prove(form.login.data or "", form.password.data or "")
        with transaction():
            opened = sessions.start_session_by_password(
                web.current_actor(),
                proof,
                lifetime=timedelta(hours=_settings().session_hours_staff),
                instead_of=_holder(),
            )
    except DomainError as error:
        form.refuse(error)
        return _again(form, _show_sign_in(form), error.status)
    return _signed_in(opened, form.next.data)


@blueprint.get("/code")
def code() -> Response:
    """“I have a code”: a script takes the code of a printed QR out of the address' fragment."""
    form = CodeForm(data={"next": landing.local_path(request.args.get("next")) or ""})
    return web.page(_show_code(form))


@blueprint.post("/code")
def send_code() -> Response:
    """Sign in with a personal code; 422 says the same for an unknown, a void and an expired one."""
    form = CodeForm.from_request()
    if not form.validate():
        return _again(form, _show_code(form), Invalid.status)
    try:
        # Codes that open nothing are turned away without asking for the database's write lock.
        if queries.usable_code(form.code.data or "") is None:
            _count_wrong_code()
        with transaction():
            opened = sessions.redeem_code(
                web.current_actor(),
                code=form.code.data or "",
                lifetime=timedelta(days=_settings().session_days_participant),
                shared_device=bool(form.shared_device.data),
                instead_of=_holder(),
            )
    except DomainError as error:
        form.refuse(error)
        return _again(form, _show_code(form), error.status)
    return _signed_in(opened, form.next.data)


@blueprint.post("/sign-out")
def sign_out() -> Response:
    """End this session, here and in the database."""
    holder = _holder()
    if holder is not None:
        try:
            with transaction():
                sessions.end_session(holder.actor, holder.session_id)
        except NotFound:
            # Ended a moment ago in another window: what was wished for is true.
            pass
        security_event("logged_out")
    return _signed_out()


@blueprint.post("/sign-out-everywhere")
def sign_out_everywhere() -> Response:
    """End all sessions of whoever is signed in."""
    holder = _holder()
    if holder is not None:
        with transaction():
            sessions.end_all_sessions(holder.actor)
        security_event("logged_out", code="everywhere")
    return _signed_out()


@blueprint.get("/account")
def account() -> Response:
    """How one is signed in, where else, and how to leave; people with an account change their password."""
    if not RIGHTS.allows(web.current_actor(), Permission.SEE_OWN_ACCOUNT):
        return make_response(redirect(url_for("accounts.code", next=request.path), 303))
    return web.page(_show_account(PasswordForm()))


@blueprint.post("/account/end-session")
def end_session() -> Response:
    """End one of one's own sessions on another device."""
    if _holder() is None:
        return make_response(redirect(url_for("accounts.code"), 303))
    form = EndSessionForm.from_request()

    def act() -> web.Answer:
        sessions.end_session(web.current_actor(), form.session.data or "")
        return web.Answer(url_for("accounts.account"))

    return web.submit(form, act, lambda refused: _show_account(PasswordForm(), refused))


@blueprint.post("/account/password")
def change_password() -> Response:
    """Change one's own password; every session ends and this browser gets a new one."""
    holder = _holder()
    if holder is None:
        return make_response(redirect(url_for("accounts.sign_in", next=url_for("accounts.account")), 303))
    RIGHTS.require(holder.actor, Permission.CHANGE_OWN_PASSWORD)
    form = PasswordForm.from_request()
    if not form.validate():
        return _again(form, _show_account(form), Invalid.status)
    try:
        wanted = form.password.data or ""
        passwords.check(wanted, login=holder.login)
        throttle.refuse_if_too_many()
        proof = _prove(holder.login, form.current.data or "", field="current")
        new_hash = passwords.make_hash(wanted)
        with transaction():
            changed = account_actions.change_password(holder.actor, proof, password_hash=new_hash)
            opened = sessions.start_session_by_password(
                holder.actor,
                passwords.Proof(changed.id, new_hash),
                lifetime=timedelta(hours=_settings().session_hours_staff),
            )
    except DomainError as error:
        form.refuse(error)
        return _again(form, _show_account(form), error.status)
    security_event("account_changed", code="password")
    return _signed_in(opened, url_for("accounts.account", changed=1))


def fill_frame(shell: Shell, _read: None) -> None:
    """Offer the way in, or say who is signed in and offer the way out."""
    holder = _holder()
    if holder is None:
        shell.account_label = _l("I have a code")
        shell.account_url = url_for("accounts.code")
        shell.footer_links.append(NavItem(_l("Sign-in for staff"), url_for("accounts.sign_in")))
        return
    shell.account_label = holder.actor.label or _l("My participation")
    shell.account_url = url_for("accounts.account")
    shell.sign_out_url = url_for("accounts.sign_out")


contributes(fill_frame)


def _settings() -> Config:
    settings: Config = current_app.config["SETTINGS"]
    return settings


def _holder() -> SessionHolder | None:
    holder: SessionHolder | None = g.get("session_holder")
    return holder


def _prove(login: str, password: str, *, field: str | None = None) -> passwords.Proof:
    known = queries.account_for_sign_in(login)
    stored = known.password_hash if known is not None and known.active else None
    if not passwords.verify(stored, password) or known is None or stored is None:
        throttle.note_failure()
        security_event("log_in_failed")
        if field is None:
            raise Invalid(sessions.WRONG_PASSWORD)
        raise Invalid(sessions.WRONG_PASSWORD, {field: [_l("This is not your password. Please try again.")]})
    rehashed = passwords.make_hash(password) if passwords.is_outdated(stored) else None
    return passwords.Proof(known.id, stored, rehashed)


def _count_wrong_code() -> None:
    throttle.refuse_if_too_many()
    throttle.note_failure()
    security_event("code_refused")
    raise Invalid(sessions.WRONG_CODE, {"code": [sessions.WRONG_CODE]})


def _signed_in(opened: sessions.Opened, wish: str | None) -> Response:
    holder = opened.holder
    security_event("logged_in")
    if holder.password_is_initial:
        wish = url_for("accounts.account")
    response = make_response(redirect(landing.place_for(holder.actor, wish), 303))
    cookies.set_session(
        response,
        opened.token,
        expires_at=holder.expires_at,
        shared=holder.shared_device,
        staff=holder.actor.account_id is not None,
    )
    return response


def _signed_out() -> Response:
    response = make_response(redirect("/", 303))
    cookies.clear_session(response)
    return response


def _again(form: Form, html: str, status: int) -> Response:
    if web.wants_json():
        sentences = [*form.alerts, *(s for errors in form.errors.values() for s in errors)]
        return make_response({"code": "refused", "sentence": " ".join(map(str, sentences))}, status)
    return web.page(html, status)


def _show_sign_in(form: SignInForm) -> str:
    return render_template("accounts/sign_in.html", form=form)


def _show_code(form: CodeForm) -> str:
    return render_template("accounts/code.html", form=form)


def _show_account(form: PasswordForm, end_form: Form | None = None) -> str:
    holder = _holder()
    if holder is None:
        raise NotFound
    values: dict[str, Any] = {
        "form": form,
        "end_form": end_form or EndSessionForm(),
        "holder": holder,
        "may_write": not holder.actor.has(FORMER_PARTICIPANT),
        "sessions": queries.own_sessions(holder.actor),
        "changed": request.args.get("changed") == "1",
    }
    return render_template("accounts/account.html", **values)
