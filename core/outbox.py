"""Whose it is what a browser kept without a line and sends by itself later (`static/core/outbox.js`).

Between typing and sending the session may have ended, or somebody else may have signed in at the browser.
So every entry names its owner, and is refused where the sender is another one: it then waits for its owner.
The key of an entry is kept for the owner and not for the session, so that an entry whose answer was lost
counts once also if its owner had to give the code again meanwhile.
"""

from __future__ import annotations

import hashlib
import hmac

from flask import current_app, request

from core.actor import Actor
from core.errors import Forbidden
from core.i18n import lazy_gettext as _l

HEADER = "X-Outbox-Owner"


class SignedOut(Forbidden):
    """An entry came from a browser that is not, or no longer, its owner's."""

    code = "signed_out"


def owner_of(key: str) -> str:
    """What stands for the person with this key in their own browser; nobody can tell the key from it."""
    message = f"outbox:{key}".encode()
    return hmac.new(current_app.config["DIGEST_KEY"], message, hashlib.sha256).hexdigest()[:40]


def check(actor: Actor) -> None:
    """Raise SignedOut if this request is an entry of somebody else than `actor`."""
    if HEADER not in request.headers:
        return
    given = request.headers[HEADER]
    if actor.is_visitor or not hmac.compare_digest(given.encode(), owner_of(actor.key).encode()):
        raise SignedOut(
            _l("You are signed out. Your text is still on this device. Please enter your code again.")
        )


def scope() -> str | None:
    """The scope of the key of an entry, once it was checked; None for every other request."""
    return request.headers.get(HEADER)
