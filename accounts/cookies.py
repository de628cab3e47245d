"""The register of cookies: each one this site sets, what it is for and how long it stays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Response, current_app, request

from accounts import landing
from core.clock import now
from core.errors import Sentence
from core.i18n import LANGUAGE_COOKIE
from core.i18n import lazy_gettext as _l
from core.web import PRE_SESSION_COOKIE

SESSION_COOKIE = "session"
PENDING_COOKIE = "sign-in"
KIOSK_COOKIE = "kiosk"


@dataclass(frozen=True, slots=True)
class CookieEntry:
    """One cookie: its name (with TLS the prefix `__Host-` comes before it), purpose and life in words."""

    name: str
    purpose: Sentence
    kept: Sentence


REGISTER = (
    CookieEntry(
        SESSION_COOKIE,
        _l("Remembers that you have signed in or entered your code. It holds a random number, nothing else."),
        _l("Until you sign out, at most 30 days. On a shared device two hours."),
    ),
    CookieEntry(
        PENDING_COOKIE,
        _l("Remembers between password and second factor that the password was right. It opens nothing."),
        _l("Five minutes."),
    ),
    CookieEntry(
        PRE_SESSION_COOKIE,
        _l("Makes sure that a form you send twice counts once. It holds a random number, nothing else."),
        _l("Until you close the browser."),
    ),
    CookieEntry(
        KIOSK_COOKIE,
        _l(
            "Remembers that this is a shared device at the door, and its first page."
            " It says nothing about people."
        ),
        _l("Until the device is no longer shared, or the browser is closed."),
    ),
    CookieEntry(LANGUAGE_COOKIE, _l("Remembers the language you have chosen."), _l("One year.")),
)
"""All cookies of this site; a test compares it with what pages really set."""


def session_cookie_name() -> str:
    """Name of the session's cookie."""
    return f"__Host-{SESSION_COOKIE}" if current_app.config["SECURE"] else SESSION_COOKIE


def set_session(response: Response, token: str, *, expires_at: datetime, shared: bool, staff: bool) -> None:
    """Give the browser its session. On a shared device it forgets the cookie when it closes."""
    response.set_cookie(
        session_cookie_name(),
        token,
        max_age=None if shared else max(0, round((expires_at - now()).total_seconds())),
        secure=bool(current_app.config["SECURE"]),
        httponly=True,
        samesite="Strict" if staff else "Lax",
        path="/",
    )


def pending_cookie_name() -> str:
    """Name of the cookie between password and second factor."""
    return f"__Host-{PENDING_COOKIE}" if current_app.config["SECURE"] else PENDING_COOKIE


def set_pending(response: Response, token: str, *, seconds: int) -> None:
    """Have the browser remember that the password was right; an empty token has it forget."""
    response.set_cookie(
        pending_cookie_name(),
        token,
        max_age=seconds,
        secure=bool(current_app.config["SECURE"]),
        httponly=True,
        samesite="Strict",
        path="/",
    )


def _kiosk_cookie_name() -> str:
    return f"__Host-{KIOSK_COOKIE}" if current_app.config["SECURE"] else KIOSK_COOKIE


def kiosk_page() -> str | None:
    """The first page of the shared device that sends this request, or None if it is not one for everybody."""
    return landing.local_path(request.cookies.get(_kiosk_cookie_name()))


def set_kiosk(response: Response, path: str) -> None:
    """Make the browser a shared device that goes back to `path` after each person."""
    response.set_cookie(
        _kiosk_cookie_name(),
        path,
        secure=bool(current_app.config["SECURE"]),
        httponly=True,
        samesite="Lax",
        path="/",
    )


def clear_kiosk(response: Response) -> None:
    """Let the browser be an ordinary one again."""
    response.delete_cookie(
        _kiosk_cookie_name(),
        secure=bool(current_app.config["SECURE"]),
        httponly=True,
        samesite="Lax",
        path="/",
    )


def clear_session(response: Response) -> None:
    """Take the session from the browser, with what it kept of our pages."""
    response.delete_cookie(
        session_cookie_name(),
        secure=bool(current_app.config["SECURE"]),
        httponly=True,
        samesite="Lax",
        path="/",
    )
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
