"""The mail that asks a provider whether an offer still exists."""

from __future__ import annotations

import hashlib
from urllib.parse import quote

from flask import current_app

from core.config import Config
from core.i18n import default_language, force_locale, gettext
from core.mail import Letter


def question(*, slug: str, reference: str, title: str, token: str, days: int) -> Letter:
    """Ask whether the offer with this number still exists; the link works for so many days."""
    settings: Config = current_app.config["SETTINGS"]
    base = settings.public_url.rstrip("/")
    with force_locale(default_language()):
        body = "\n\n".join(
            (
                gettext("Good day,"),
                gettext("this offer of yours stands in our public directory:"),
                f"{title} ({reference})\n{base}/dialogues/{quote(slug)}/contributions/{reference}",
                gettext(
                    "Does it still exist? Please open this address and press a button."
                    " The link works for %(days)s days.",
                    days=days,
                ),
                f"{base}/dialogues/{quote(slug)}/offers/confirm/{token}",
                gettext("If you do not answer, the directory says that people should ask you first."),
                gettext("This mail was written by a program. Nobody reads answers to it."),
            )
        )
        subject = gettext("Does your offer %(number)s still exist?", number=reference)
    return Letter(subject, body + "\n")


def digest_of(token: str) -> str:
    """What is kept of the secret in a link; nobody can make the link from it."""
    return hashlib.sha256(token.encode()).hexdigest()
