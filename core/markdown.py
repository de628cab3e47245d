"""The one place where text becomes trusted HTML; nothing else in the program makes `Markup`.

Markdown is for staff texts. It is rendered once, at save: first by Python-Markdown with raw HTML switched
off, then cleaned by nh3 against a short list of elements. Pictures become their alternative text, since a
picture from elsewhere would tell its owner who is reading.
"""

from __future__ import annotations

import hmac
import re
import threading
from collections.abc import Callable
from typing import Final
from urllib.parse import urlencode, urlsplit
from xml.etree.ElementTree import Element

import nh3
from flask import current_app
from flask_babel import lazy_gettext as _l
from markdown import Markdown
from markdown.extensions.tables import TableExtension
from markdown.treeprocessors import Treeprocessor
from markupsafe import Markup

from core.config import Config
from core.documents.pictures import safe_svg
from core.errors import Invalid

MAX_LENGTH: Final = 50_000
"""Characters of one Markdown text."""

MAX_BRACKETS: Final = 200
"""Opening brackets: Python-Markdown looks for the end of each through all that follows."""

MAX_MARKERS: Final = 4_000
"""Characters that may begin markup, each of the others; ten times what a long chapter has."""

MAX_LINES: Final = 2_000
"""Lines: Python-Markdown copies the rest of a block for each heading or list item it finds in it."""

MAX_DEPTH: Final = 10
"""Levels of lists and quotations inside one another."""

MAX_COLUMNS: Final = 12
"""Columns of a table; no page and no sheet of paper has room for more."""

_TAGS = frozenset(
    [
        "p",
        "br",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "li",
        "blockquote",
        "pre",
        "code",
        "em",
        "strong",
        "a",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
    ]
)
# Without the entry for every element nh3 would keep title and lang everywhere.
_ATTRIBUTES: dict[str, set[str]] = {
    "*": set(),
    "a": {"href"},
    "th": {"align"},
    "td": {"align"},
    "ol": {"start"},
}
_kept = threading.local()
_HREF = re.compile(r"(?:https?://|mailto:|#|/(?!/))", re.IGNORECASE)
_INDENT = re.compile(r"^(?:[ \t]|>|[*+-][ \t]|\d{1,9}[.)][ \t])*(?=\S)", re.MULTILINE)


def render(text: str) -> Markup:
    """Turn Markdown into cleaned HTML that may stand in a page as it is.

    Headings, paragraphs, lists, quotations, tables, code, links (http, https, mailto, `#…`, `/…`) and
    emphasis survive; raw HTML shows as the characters typed. Raises `Invalid` with a sentence if the text
    is too long or nested too deeply to be rendered in bounded time.
    """
    _refuse_excess(text)
    return _cleaned(_parser().convert(text))


def stored(html: str) -> Markup:
    """What `render` made and a row has kept, ready for a page. It is cleaned again: rows can be changed.

    Links to sites that are no public body's lead to a page of ours that says where they go.
    """
    return _cleaned(html, _shown_value)


def is_familiar(address: str) -> bool:
    """Whether an address is on this site or on one of a public body (setting PUBLIC_BODIES)."""
    host = (urlsplit(address).hostname or "").rstrip(".").lower()
    settings: Config = current_app.config["SETTINGS"]
    own = {urlsplit(f"//{name}").hostname for name in settings.hosts}
    return host in own or any(host == body or host.endswith(f".{body}") for body in settings.public_bodies)


def signed_target(address: str, signature: str) -> str | None:
    """The address of another site if it was signed by this one, else None."""
    is_ours = hmac.compare_digest(_signature(address).encode(), signature.encode())
    return address if is_ours and re.match(r"https?://", address, re.IGNORECASE) else None


def leaving(address: str) -> str:
    """The address of our page that says where a link leads."""
    return f"/out?{urlencode({'to': address, 's': _signature(address)})}"


def _signature(address: str) -> str:
    return hmac.digest(current_app.config["DIGEST_KEY"], f"out|{address}".encode(), "sha256").hex()[:32]


def _cleaned(html: str, kept: Callable[[str, str, str], str | None] | None = None) -> Markup:
    return Markup(  # noqa: S704 - this is the audited place: nh3 has just cleaned it
        nh3.clean(
            html,
            tags=set(_TAGS),
            attributes=_ATTRIBUTES,
            attribute_filter=kept or _kept_value,
            url_schemes={"http", "https", "mailto"},
            link_rel="noopener noreferrer ugc",
        )
    )


def trusted_svg(svg: str) -> Markup:
    """A picture of ours, ready for a page; raises ValueError if it holds more than shapes and words."""
    checked = safe_svg(svg)
    if checked is None:
        raise ValueError("This SVG holds something that core.documents.pictures does not allow.")
    return Markup(checked)  # noqa: S704 - checked element by element just now


def check_length(text: str) -> None:
    """Raise `Invalid` with a sentence if a text is longer than what is ever rendered."""
    if len(text) > MAX_LENGTH or text.count("\n") > MAX_LINES:
        raise Invalid(_l("This text is too long. Please divide it into several sections."))


def _refuse_excess(text: str) -> None:
    check_length(text)
    if text.count("[") > MAX_BRACKETS:
        raise Invalid(_l("This text has too many square brackets. Please use fewer links."))
    if any(text.count(marker) > MAX_MARKERS for marker in "*_`<&\\|!"):
        raise Invalid(_l("This text has too many special characters. Please write it more plainly."))
    for lead in _INDENT.finditer(text):
        # Four columns or one mark make a level; a tab is worth four columns.
        opening = lead.group().replace("\t", "    ")
        marks = opening.count(">") + len(re.findall(r"[*+-] |[.)] ", opening))
        if marks > MAX_DEPTH or len(opening) > 4 * MAX_DEPTH:
            raise Invalid(_l("Lists or quotations are nested too deeply here. Please use fewer levels."))
    for line in text.split("\n"):
        if line.strip(" ").strip("|").count("|") >= MAX_COLUMNS and not set(line) - set("|:- "):
            raise Invalid(
                _l("A table may have at most %(max)s columns. Please divide this one.", max=MAX_COLUMNS)
            )


def _kept_value(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "href" and not _HREF.match(value):
        return None
    return value


def _shown_value(tag: str, attribute: str, value: str) -> str | None:
    kept = _kept_value(tag, attribute, value)
    if kept is None or attribute != "href" or not kept.lower().startswith(("http://", "https://")):
        return kept
    try:
        return kept if is_familiar(kept) else leaving(kept)
    except ValueError:
        # What no program can take apart leads nowhere.
        return None


class _PicturesAsText(Treeprocessor):
    """Puts the alternative text where a picture was."""

    def run(self, root: Element) -> None:
        """Change every `img` into a `span`; nh3 then keeps only its text."""
        for picture in root.iter("img"):
            words = picture.get("alt", "")
            picture.attrib.clear()
            picture.tag = "span"
            picture.text = words


def _parser() -> Markdown:
    """A parser that remembers nothing of earlier texts. Making one takes longer than a paragraph does."""
    if not hasattr(_kept, "parser"):
        _kept.parser = _new_parser()
    parser: Markdown = _kept.parser
    parser.reset()
    return parser


def _new_parser() -> Markdown:
    parser = Markdown(
        extensions=[TableExtension(use_align_attribute=True), "sane_lists"],
        output_format="html",
        tab_length=4,
    )
    parser.preprocessors.deregister("html_block")
    parser.inlinePatterns.deregister("html")
    parser.treeprocessors.register(_PicturesAsText(parser), "pictures_as_text", 15)
    return parser
