"""Finds out who sends a request, once, by the session cookie. Reading who it is never writes.

Flask-Login offers the result as `current_user`; its own cookies and Flask's signed session are not used.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, g, request
from flask_login import AnonymousUserMixin, LoginManager, UserMixin

from accounts import cookies, queries
from accounts.actions import sessions
from accounts.queries import SessionHolder
from core.actor import Actor
from core.clock import now
from core.errors import DomainError
from core.transaction import transaction

MAX_TOKEN = 100
"""Longest cookie value that is looked up; ours are shorter."""


@dataclass(frozen=True, slots=True)
class Principal(UserMixin):  # type: ignore[misc]
    """Whoever is signed in. `actor` is what queries and actions take."""

    holder: SessionHolder

    def get_id(self) -> str:
        """The id of the session."""
        return self.holder.session_id

    @property
    def actor(self) -> Actor:
        """The actor behind the session."""
        return self.holder.actor


class SessionManager(LoginManager):  # type: ignore[misc]
    """Flask-Login that asks our sessions and nothing else: it sets no cookie and reads none of its own."""

    def init_app(self, app: Flask, add_context_processor: bool = False) -> None:
        """Make `current_user` known to `app`; templates get what they need by name instead."""
        vars(app)["login_manager"] = self

    def _load_user(self) -> None:
        load_principal()


def init(app: Flask) -> None:
    """Make `current_user` known to `app`."""
    SessionManager(app)


def load_principal() -> None:
    """Look up who sends this request; afterwards `current_user` and the session's cookie are known."""
    if "_login_user" in g:
        return
    if request.endpoint == "static":
        # Files are for everybody; a page asks for a dozen of them.
        become(None)
        return
    token = request.cookies.get(cookies.session_cookie_name(), "")
    holder = queries.holder_of_token(token) if 0 < len(token) <= MAX_TOKEN else None
    become(holder, token)


def note_presence() -> None:
    """Let a shared device know that somebody is at it; what pages fetch by themselves does not count.

    The only time that finding out who asks leads to a write, and in steps of minutes at that.
    """
    holder: SessionHolder | None = g.get("session_holder")
    if holder is None or not holder.shared_device or holder.expires_at - now() > sessions.SHARED_DEVICE_FRESH:
        return
    if request.method != "POST" and request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate":
        return
    try:
        with transaction():
            sessions.stay(holder.actor, holder.session_id)
    except DomainError:
        # Ended meanwhile, or the database is busy: the next request tries again.
        return


def become(holder: SessionHolder | None, token: str = "") -> None:
    """From here on this request is sent by `holder`, or by nobody."""
    g.device_is_shared = cookies.kiosk_page() is not None or (holder is not None and holder.shared_device)
    if holder is None:
        g.session_scope = None
        g.session_until = None
        g.session_cookie = None
        g.session_holder = None
        g._login_user = AnonymousUserMixin()
        return
    g.session_scope = holder.session_id
    g.session_until = holder.expires_at
    g.session_cookie = token
    g.session_holder = holder
    g._login_user = Principal(holder)
