"""One's own second factor: setting it up, putting another device in its place, new recovery codes.

Recovery codes are shown in the answer itself and nowhere else.
"""

from __future__ import annotations

from flask import Response, make_response, redirect, render_template, request, url_for

from accounts import landing, principal, queries, throttle
from accounts import second_factor as algorithm
from accounts.actions import second_factor as actions
from accounts.actions import sessions
from accounts.forms import ReplaceForm, SecondStepForm, SetUpForm
from accounts.passwords import Proof
from accounts.permissions import RIGHTS, Permission
from accounts.queries import SessionHolder
from accounts.second_factor import Purpose
from accounts.throttle import Kind
from accounts.views.blueprint import (
    again,
    blueprint,
    prove,
    session_holder,
    set_session,
    site_name,
    staff_lifetime,
)
from core import web
from core.charts import qr_code
from core.errors import DomainError, Invalid, NotFound
from core.i18n import lazy_gettext as _l
from core.logs import security_event
from core.transaction import transaction


@blueprint.get("/account/second-factor")
def second_factor() -> Response:
    """Whether the second factor is set up; if not, the picture to set it up with."""
    holder = session_holder()
    if holder is None:
        return _sign_in_first()
    RIGHTS.require(holder.actor, Permission.KEEP_OWN_SECOND_FACTOR)
    if holder.password_is_initial:
        return make_response(redirect(url_for("accounts.account"), 303))
    if holder.second_factor is not None:
        return web.page(_show_state(holder, SecondStepForm()))
    form = SetUpForm(data={"next": landing.local_path(request.args.get("next")) or ""})
    return web.page(_show_set_up(holder, form))


@blueprint.post("/account/second-factor")
def set_up_second_factor() -> Response:
    """Set the second factor up with the first code of the device; shows the recovery codes, once."""
    holder = session_holder()
    if holder is None:
        return _sign_in_first()
    RIGHTS.require(holder.actor, Permission.KEEP_OWN_SECOND_FACTOR)
    if holder.second_factor is not None:
        # Sent twice, or done in another window: what was wished for is true.
        return make_response(redirect(url_for("accounts.second_factor"), 303))
    form = SetUpForm.from_request()
    secret = _offered(holder, form.offer.data)
    if not form.validate() or secret is None:
        return again(form, _show_set_up(holder, form))
    try:
        with transaction():
            key, codes = actions.set_up(holder.actor, secret=secret, code=form.code.data or "")
            opened = _next_session(holder, key)
    except DomainError as error:
        form.refuse(error)
        return again(form, _show_set_up(holder, form), error)
    security_event("account_changed", code="second_factor")
    return _shown_once(codes, form.next.data, opened)


@blueprint.get("/account/second-factor/replace")
def replace_second_factor() -> Response:
    """The form for another device."""
    holder = session_holder()
    if holder is None:
        return _sign_in_first()
    RIGHTS.require(holder.actor, Permission.KEEP_OWN_SECOND_FACTOR)
    if holder.second_factor is None:
        return make_response(redirect(url_for("accounts.second_factor"), 303))
    return web.page(_show_replace(holder, ReplaceForm()))


@blueprint.post("/account/second-factor/replace")
def send_replacement() -> Response:
    """Put another device in the place of the former one; all sessions end and this browser gets a new one."""
    holder = session_holder()
    if holder is None:
        return _sign_in_first()
    RIGHTS.require(holder.actor, Permission.KEEP_OWN_SECOND_FACTOR)
    form = ReplaceForm.from_request()
    secret = _offered(holder, form.offer.data)
    if not form.validate() or secret is None:
        return again(form, _show_replace(holder, form))
    old = form.old.data or ""
    guessable = bool(algorithm.digits_of(old))
    try:
        prove(holder.login, form.password.data or "", field="password")
        if guessable:
            throttle.begin_second_step(_account_id(holder))
        with transaction():
            key, codes = actions.replace(holder.actor, secret=secret, code=form.code.data or "", old=old)
            opened = _next_session(holder, key)
    except DomainError as error:
        if isinstance(error, Invalid) and "old" in error.fields:
            security_event("second_factor_failed")
            if not guessable:
                error = throttle.wrong_code(Kind.RECOVERY_CODE, error)
        form.refuse(error)
        return again(form, _show_replace(holder, form), error)
    if guessable:
        throttle.end_second_step(_account_id(holder))
    security_event("account_changed", code="second_factor")
    return _shown_once(codes, None, opened)


@blueprint.post("/account/recovery-codes")
def renew_recovery_codes() -> Response:
    """Make new recovery codes, with a code of the device; shows them, once."""
    holder = session_holder()
    if holder is None:
        return _sign_in_first()
    RIGHTS.require(holder.actor, Permission.KEEP_OWN_SECOND_FACTOR)
    if holder.second_factor is None:
        return make_response(redirect(url_for("accounts.second_factor"), 303))
    form = SecondStepForm.from_request()
    if not form.validate():
        return again(form, _show_state(holder, form))
    try:
        throttle.begin_second_step(_account_id(holder))
        with transaction():
            codes = actions.renew_recovery_codes(holder.actor, code=form.code.data or "")
    except DomainError as error:
        if isinstance(error, Invalid):
            security_event("second_factor_failed")
        form.refuse(error)
        return again(form, _show_state(holder, form), error)
    throttle.end_second_step(_account_id(holder))
    security_event("account_changed", code="recovery_codes")
    return _shown_once(codes, None)


def _sign_in_first() -> Response:
    address = url_for("accounts.sign_in", next=url_for("accounts.second_factor"))
    return make_response(redirect(address, 303))


def _account_id(holder: SessionHolder) -> int:
    if holder.actor.account_id is None:
        raise NotFound
    return holder.actor.account_id


def _next_session(holder: SessionHolder, key: str) -> sessions.Opened:
    account = queries.account_by_id(_account_id(holder))
    if account is None:
        raise NotFound
    return sessions.start_session_by_password(
        holder.actor,
        Proof(account.id, account.password_hash),
        lifetime=staff_lifetime(),
        shared_device=holder.shared_device,
        second_factor=key,
    )


def _offered(holder: SessionHolder, offer: str | None) -> str | None:
    return algorithm.unseal(Purpose.OFFER, offer or "", bound_to=holder.session_id)


def _secret_to_show(holder: SessionHolder, form: SetUpForm | ReplaceForm) -> str:
    """The secret this form was drawn with, so that what is in the app already stays right, or a new one."""
    secret = _offered(holder, form.offer.data)
    if secret is None:
        if form.offer.data:
            form.alerts.append(_l("The picture is a new one. Please scan it once more."))
        secret = algorithm.new_secret()
        form.offer.data = algorithm.seal(Purpose.OFFER, secret, bound_to=holder.session_id)
    return secret


def _show_set_up(holder: SessionHolder, form: SetUpForm) -> str:
    return _draw("accounts/set_up_second_factor.html", holder, form)


def _show_replace(holder: SessionHolder, form: ReplaceForm) -> str:
    return _draw("accounts/replace_second_factor.html", holder, form)


def _draw(template: str, holder: SessionHolder, form: SetUpForm | ReplaceForm) -> str:
    secret = _secret_to_show(holder, form)
    address = algorithm.address(secret, login=holder.login, site=site_name())
    return render_template(
        template,
        form=form,
        holder=holder,
        address=address,
        picture=qr_code(address),
        secret=algorithm.grouped(secret),
    )


def _show_state(holder: SessionHolder, form: SecondStepForm) -> str:
    state = queries.own_second_factor(holder.actor)
    if state is None:
        raise NotFound
    return render_template(
        "accounts/second_factor.html",
        form=form,
        since=state[0].created_at,
        codes_left=state[1],
        recovered=request.args.get("recovered") == "1",
        onward=landing.place_for(holder.actor, request.args.get("next")),
    )


def _shown_once(codes: list[str], wish: str | None, opened: sessions.Opened | None = None) -> Response:
    holder = session_holder()
    if opened is not None:
        # The page belongs to the new session already, with the menu of its roles.
        holder = opened.holder
        principal.become(holder, opened.token)
    if holder is None:
        raise NotFound
    response = web.page(
        render_template(
            "accounts/recovery_codes.html",
            codes=codes,
            login=holder.login,
            site=site_name(),
            onward=landing.place_for(holder.actor, wish) if wish else url_for("accounts.account"),
        )
    )
    # Nobody else at this device finds them again.
    response.headers["Cache-Control"] = "no-store"
    if opened is not None:
        set_session(response, opened)
    return response
