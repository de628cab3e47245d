"""Refuses changes that another site makes a browser send.

Every unsafe request needs an `Origin` (or, lacking it, `Sec-Fetch-Site`) that names this site; with
neither, the session's own token. No token is needed otherwise, so that what was typed offline can be
sent later. A request must also name this site as its Host.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable

from flask import current_app, request

from core.errors import DomainError, Forbidden
from core.i18n import lazy_gettext as _l
from core.logs import security_event

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
TOKEN_HEADER = "X-Session-Token"  # noqa: S105 - the name of a header, not a secret


class WrongHost(DomainError):
    """The request names a host that is not ours."""

    status = 421
    code = "wrong_host"


def check(session_token: Callable[[], str | None]) -> None:
    """Raise WrongHost or Forbidden if this request must not be answered.

    `session_token` gives the session's token; it is asked only of those who name neither Origin nor site.
    """
    if request.host not in current_app.config["HOSTS"]:
        raise WrongHost(_l("This site is not reachable at this address."))
    if request.method in SAFE_METHODS:
        return
    refusal = _l(
        "This did not come from our own page, so we did not accept it. Please send it from the form again."
    )
    origin = request.headers.get("Origin")
    if origin is not None:
        if origin not in current_app.config["ORIGINS"]:
            security_event("origin_refused", code="origin")
            raise Forbidden(refusal)
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site != "same-origin":
            security_event("origin_refused", code="site")
            raise Forbidden(refusal)
        return
    sent = request.headers.get(TOKEN_HEADER, "")
    token = session_token()
    if not token or not hmac.compare_digest(sent.encode(), token.encode()):
        security_event("origin_refused", code="token")
        raise Forbidden(refusal)
