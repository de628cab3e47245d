"""Addresses on the internet that staff type and people follow."""

from __future__ import annotations

from urllib.parse import urlsplit

from core.errors import Invalid
from core.i18n import lazy_gettext as _l

LINK_LIMIT = 500


def web_address(typed: str) -> str:
    """The address as it is kept, empty if nothing was typed.

    Raises Invalid (at the field `link`) for anything that is not a plain http or https address: whoever
    presses it must end up on a web page, with no password in sight.
    """
    text = typed.strip()
    if not text:
        return ""
    sentence = _l("Please type an address that begins with https:// or http://, such as https://example.org.")
    wrong = Invalid(sentence, {"link": [sentence]})
    if len(text) > LINK_LIMIT or not text.isprintable() or any(one in ' <>"\\' for one in text):
        raise wrong
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018  It raises for a port that is none.
    except ValueError:
        raise wrong from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
        raise wrong
    return text
