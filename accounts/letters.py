"""What our mails say, in the language of whoever reads them. Nothing another person wrote goes into one."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote

from flask import current_app
from flask_babel import format_datetime

from accounts import codes
from accounts.models import MailAddress, Notice
from core import keys
from core.config import Config
from core.i18n import force_locale, gettext, name_in, ngettext
from core.mail import Letter

_UNSUBSCRIBE = "unsubscribe"
_BYTES = 18
"""144 bits of the digest are enough for a link that only ends mails."""


def confirmation(language: str, path: str) -> Letter:
    """The first mail to an address: it asks whether its owner agrees; `path` leads to the button."""
    with force_locale(language):
        body = "\n\n".join(
            (
                gettext("Good day,"),
                gettext("somebody wants to be told at this address what is new in our dialogue."),
                gettext("Was it you? Then please open this address and press the button:"),
                _address(path),
                gettext("Was it not you? Then do nothing. We do not write again."),
                _sender(),
            )
        )
        return Letter(gettext("Please confirm your mail address"), body + "\n")


def digest(kept: MailAddress, notices: Sequence[Notice]) -> Letter:
    """The news of one person, the latest first, what belongs to one place together."""
    with force_locale(kept.language):
        lines = []
        for url in dict.fromkeys(notice.url for notice in notices):
            told = [notice for notice in notices if notice.url == url]
            lines += [f"- {said(notice)} ({_moment(notice.at)})" for notice in told]
            if url:
                lines.append(f"  {_address(url)}")
            lines.append("")
        stop = _address(unsubscribe_path(kept))
        body = "\n".join(
            (
                gettext("Good day,"),
                "",
                gettext("this is new for you:"),
                "",
                *lines,
                _sender(),
                "",
                gettext("No more mails? Open this address and press the button:"),
                stop,
            )
        )
        subject = ngettext("News for you: %(num)s message", "News for you: %(num)s messages", len(notices))
        return Letter(subject, body + "\n", stop)


def said(notice: Notice) -> str:
    """A notice as a sentence in the language in use."""
    values = {
        name: name_in(value) if isinstance(value, dict) else value for name, value in notice.values.items()
    }
    return gettext(notice.label, **values)


def unsubscribe_path(kept: MailAddress) -> str:
    """Where the mails to an address can be ended, by whoever has one of them."""
    return f"/mail/stop/{kept.id}-{_proof(kept)}"


def proves(kept: MailAddress, proof: str) -> bool:
    """Whether this came out of a mail to this address."""
    return hmac.compare_digest(_proof(kept).encode(), proof.encode())


def _proof(kept: MailAddress) -> str:
    digest = codes.digest(f"{kept.id}:{kept.address}", purpose=_UNSUBSCRIBE, key=keys.current().code)
    return base64.urlsafe_b64encode(digest[:_BYTES]).decode()


def _address(path: str) -> str:
    settings: Config = current_app.config["SETTINGS"]
    return settings.public_url.rstrip("/") + quote(path, safe="/#?=&-_.~")


def _sender() -> str:
    return gettext("This mail was written by a program. Nobody reads answers to it.")


def _moment(at: datetime) -> str:
    return str(format_datetime(at, "short"))
