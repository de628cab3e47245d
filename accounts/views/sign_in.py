"""Signing in with an account: the password, then a code of the second factor or a recovery code.

Between the two there is no session, only a cookie that says that the password was right; see
`accounts.pending`. Where an account has no second factor yet, a session without roles begins, in which it
is set up.
"""

from __future__ import annotations

from flask import Response, make_response, redirect, render_template, request, url_for

from accounts import cookies, landing, pending, queries, throttle
from accounts.actions import second_factor as factor_actions
from accounts.actions import sessions
from accounts.forms import RecoveryForm, SecondStepForm, SignInForm
from accounts.passwords import Proof
from accounts.pending import Pending
from accounts.throttle import Kind
from accounts.views.blueprint import (
    again,
    blueprint,
    is_demo,
    prove,
    session_holder,
    signed_in,
    staff_lifetime,
)
from core import web
from core.errors import DomainError, Invalid
from core.forms import Form
from core.logs import security_event
from core.transaction import transaction


@blueprint.get("/sign-in")
def sign_in() -> Response:
    """The form for people with an account."""
    form = SignInForm(data={"next": landing.local_path(request.args.get("next")) or ""})
    return web.page(_show_sign_in(form))


@blueprint.post("/sign-in")
def send_sign_in() -> Response:
    """Check user name and password; 422 says the same for an unknown name and a wrong password."""
    form = SignInForm.from_request()
    if not form.validate():
        return again(form, _show_sign_in(form))
    try:
        proof = prove(form.login.data or "", form.password.data or "")
        if queries.second_factor_of(proof.account_id) is not None:
            return _ask_for_second_factor(proof, form)
        with transaction():
            opened = sessions.start_session_by_password(
                web.current_actor(),
                proof,
                lifetime=staff_lifetime(),
                shared_device=bool(form.shared_device.data),
                instead_of=session_holder(),
            )
    except DomainError as error:
        form.refuse(error)
        return again(form, _show_sign_in(form), error)
    return signed_in(opened, form.next.data)


@blueprint.get("/sign-in/second-step")
def second_step() -> Response:
    """Ask whoever has just given the password for a code from their app."""
    waiting = _pending()
    if waiting is None:
        return _password_again()
    return web.page(_show_second_step(waiting, SecondStepForm(), RecoveryForm()))


@blueprint.post("/sign-in/second-step")
def send_second_step() -> Response:
    """Sign in with a code of six digits; 422 says the same for a wrong, an old and a used one."""
    waiting = _pending()
    if waiting is None:
        return _password_again()
    form = SecondStepForm.from_request()
    if not form.validate():
        return again(form, _show_second_step(waiting, form, RecoveryForm()))
    try:
        throttle.begin_second_step(waiting.account_id)
        opened = _open(waiting, code=form.code.data or "")
    except DomainError as error:
        if isinstance(error, Invalid):
            security_event("second_factor_failed")
        form.refuse(error)
        return again(form, _show_second_step(waiting, form, RecoveryForm()), error)
    throttle.end_second_step(waiting.account_id)
    return _let_in(opened, waiting.next)


@blueprint.post("/sign-in/recovery-code")
def send_recovery_code() -> Response:
    """Sign in with a recovery code instead. It cannot be guessed, so a right one never waits."""
    waiting = _pending()
    if waiting is None:
        return _password_again()
    form = RecoveryForm.from_request()
    if not form.validate():
        return again(form, _show_second_step(waiting, SecondStepForm(), form))
    try:
        opened = _open(waiting, recovery_code=form.recovery_code.data or "")
    except DomainError as error:
        if isinstance(error, Invalid):
            security_event("second_factor_failed")
            error = throttle.wrong_code(Kind.RECOVERY_CODE, error)
        form.refuse(error)
        return again(form, _show_second_step(waiting, SecondStepForm(), form), error)
    return _let_in(opened, url_for("accounts.second_factor", recovered=1, next=waiting.next or None))


def _ask_for_second_factor(proof: Proof, form: SignInForm) -> Response:
    if proof.rehashed:
        with transaction():
            proof = sessions.renew_password_hash(web.current_actor(), proof)
    token = pending.token_for(
        proof,
        browser=web.visit(),
        next=form.next.data or "",
        shared_device=bool(form.shared_device.data),
    )
    response = make_response(redirect(url_for("accounts.second_step"), 303))
    cookies.set_pending(response, token, seconds=round(pending.LIFETIME.total_seconds()))
    return response


def _pending() -> Pending | None:
    token = request.cookies.get(cookies.pending_cookie_name(), "")
    return pending.read(token, browser=web.visit()) if token else None


def _password_again() -> Response:
    return make_response(redirect(url_for("accounts.sign_in", again=1), 303))


def _open(waiting: Pending, *, code: str = "", recovery_code: str = "") -> sessions.Opened:
    with transaction():
        account = queries.account_by_id(waiting.account_id)
        proof = waiting.proof_for(account)
        if account is None or proof is None:
            # Whoever knew a former password learns nothing about the account any more.
            raise _refusal(recovery=bool(recovery_code))
        actor = web.current_actor()
        if recovery_code:
            key = factor_actions.spend_recovery_code(actor, account, recovery_code)
        else:
            key = factor_actions.spend_code(actor, account, code)
        return sessions.start_session_by_password(
            actor,
            proof,
            lifetime=staff_lifetime(),
            shared_device=waiting.shared_device,
            instead_of=session_holder(),
            second_factor=key,
        )


def _refusal(*, recovery: bool) -> Invalid:
    if recovery:
        return Invalid(
            factor_actions.WRONG_RECOVERY_CODE, {"recovery_code": [factor_actions.WRONG_RECOVERY_CODE]}
        )
    return Invalid(factor_actions.WRONG_CODE, {"code": [factor_actions.WRONG_CODE]})


def _let_in(opened: sessions.Opened, wish: str) -> Response:
    response = signed_in(opened, wish)
    cookies.set_pending(response, "", seconds=0)
    return response


def _show_sign_in(form: SignInForm) -> str:
    return render_template("accounts/sign_in.html", form=form, again=request.args.get("again") == "1")


def _show_second_step(waiting: Pending, form: SecondStepForm, recovery_form: Form) -> str:
    account = queries.account_by_id(waiting.account_id)
    demo_code = queries.demo_code(account) if account is not None and is_demo(account) else None
    if demo_code is not None and not form.errors:
        form.code.data = demo_code
    return render_template(
        "accounts/second_step.html", form=form, recovery_form=recovery_form, demo_code=demo_code
    )
