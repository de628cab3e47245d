"""The blueprint all views here hang on, and what several need: who asks, proving, beginning a session."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, current_app, g, make_response, redirect, request, url_for

from accounts import cookies, landing, passwords, queries, throttle
from accounts.actions import sessions
from accounts.models import Account
from accounts.queries import SessionHolder
from accounts.throttle import Kind
from core import web
from core.config import Config
from core.errors import DomainError, Invalid
from core.forms import Form
from core.i18n import lazy_gettext as _l
from core.logs import security_event
from core.shell import NavItem, Shell, contributes

blueprint = Blueprint("accounts", __name__)

SHARED_IDLE_SECONDS = round(sessions.SHARED_DEVICE_IDLE.total_seconds())
KIOSK_IDLE_SECONDS = 180
"""After how long without a touch a device at the door goes back to its first page; people can prolong it."""


def settings() -> Config:
    """The settings of this installation."""
    found: Config = current_app.config["SETTINGS"]
    return found


def staff_lifetime() -> timedelta:
    """How long somebody with an account stays signed in."""
    return timedelta(hours=settings().session_hours_staff)


def session_holder() -> SessionHolder | None:
    """Who is signed in, or None for a visitor."""
    found: SessionHolder | None = g.get("session_holder")
    return found


def prove(login: str, password: str, *, field: str | None = None) -> passwords.Proof:
    """Check a password, unless there were too many wrong ones. Raises Invalid, TooMany or Unavailable."""
    throttle.refuse_if_too_many(Kind.PASSWORD)
    known = queries.account_for_sign_in(login)
    stored = known.password_hash if known is not None and known.active else None
    if not passwords.verify(stored, password) or known is None or stored is None:
        throttle.note_failure(Kind.PASSWORD)
        security_event("log_in_failed")
        if field is None:
            raise Invalid(sessions.WRONG_PASSWORD)
        raise Invalid(sessions.WRONG_PASSWORD, {field: [_l("This is not your password. Please try again.")]})
    rehashed = passwords.make_hash(password) if passwords.is_outdated(stored) else None
    return passwords.Proof(known.id, stored, rehashed)


def signed_in(opened: sessions.Opened, wish: str | None) -> Response:
    """Lead somebody who has signed in to where they wished, or to what their account needs first."""
    holder = opened.holder
    security_event("logged_in")
    if holder.password_is_initial:
        wish = url_for("accounts.account")
    elif holder.needs_second_factor:
        wish = url_for("accounts.second_factor", next=landing.local_path(wish))
    response = make_response(redirect(landing.place_for(holder.actor, wish), 303))
    set_session(response, opened)
    return response


def set_session(response: Response, opened: sessions.Opened) -> None:
    """Give the browser its new session."""
    holder = opened.holder
    cookies.set_session(
        response,
        opened.token,
        expires_at=holder.expires_at,
        shared=holder.shared_device,
        staff=holder.actor.account_id is not None,
    )


def again(form: Form, html: str, error: DomainError | None = None) -> Response:
    """The page of a form once more, or its sentences for a script."""
    status = error.status if error else Invalid.status
    if web.wants_json():
        sentences = [*form.alerts, *(s for errors in form.errors.values() for s in errors)]
        response = make_response({"code": "refused", "sentence": " ".join(map(str, sentences))}, status)
    else:
        response = web.page(html, status)
    return web.with_retry_after(response, error) if error else response


def site_name() -> str:
    """The name under which an authenticator app shows an account: this site's host."""
    return f"Vielstimmig {settings().public_url.split('://')[-1].split('/')[0].split(':')[0]}"


def is_demo(account: Account | None) -> bool:
    """Whether everybody may see the codes of this account, because it is one of the demonstration."""
    return account is not None and account.demo and settings().demo


def fill_frame(shell: Shell, _read: None) -> None:
    """Offer the way in, or say who is signed in and offer the way out."""
    holder = session_holder()
    if web.on_shared_device():
        shell.leave_url = url_for("accounts.sign_out")
        shell.stay_url = url_for("accounts.stay") if holder is not None else ""
        shell.idle_seconds = _idle_seconds()
    if holder is None:
        shell.account_label = _l("I have a code")
        shell.account_url = url_for("accounts.code")
        shell.footer_links.append(NavItem(_l("Sign-in for staff"), url_for("accounts.sign_in")))
        return
    shell.account_label = holder.actor.label or _l("My participation")
    shell.account_url = url_for("accounts.account")
    shell.sign_out_url = url_for("accounts.sign_out")


contributes(fill_frame)


def _idle_seconds() -> int:
    first = cookies.kiosk_page()
    if first is None:
        return SHARED_IDLE_SECONDS
    # On its first page a device at the door waits for the next person, as long as it takes.
    return 0 if first == request.path and session_holder() is None else KIOSK_IDLE_SECONDS
