"""The one place where text becomes trusted HTML; nothing else in the program makes `Markup`.

Markdown is for staff texts. It is rendered once, at save: first by Python-Markdown with raw HTML switched
off, then cleaned by nh3 against a short list of elements. Pictures become their alternative text, since a
picture from elsewhere would tell its owner who is reading.
"""

from __future__ import annotations

import re
from typing import Final
from xml.etree.ElementTree import Element

import nh3
from flask_babel import lazy_gettext as _l
from markdown import Markdown
from markdown.extensions.tables import TableExtension
from markdown.treeprocessors import Treeprocessor
from markupsafe import Markup

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
    """What `render` made and a row has kept, ready for a page. It is cleaned again: rows can be changed."""
    return _cleaned(html)


def _cleaned(html: str) -> Markup:
    return Markup(  # noqa: S704 - this is the audited place: nh3 has just cleaned it
        nh3.clean(
            html,
            tags=set(_TAGS),
            attributes=_ATTRIBUTES,
            attribute_filter=_kept_value,
            url_schemes={"http", "https", "mailto"},
            link_rel="noopener noreferrer nofollow",
        )
    )


def trusted_svg(svg: str) -> Markup:
    """A picture of ours, ready for a page; raises ValueError if it holds more than shapes and words."""
    checked = safe_svg(svg)
    if checked is None:
        raise ValueError("This SVG holds something that core.documents.pictures does not allow.")
    return Markup(checked)  # noqa: S704 - checked element by element just now


def _refuse_excess(text: str) -> None:
    if len(text) > MAX_LENGTH or text.count("\n") > MAX_LINES:
        raise Invalid(_l("This text is too long. Please divide it into several sections."))
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


def _kept_value(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "href" and not _HREF.match(value):
        return None
    return value


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
    parser = Markdown(
        extensions=[TableExtension(use_align_attribute=True), "sane_lists"],
        output_format="html",
        tab_length=4,
    )
    parser.preprocessors.deregister("html_block")
    parser.inlinePatterns.deregister("html")
    parser.treeprocessors.register(_PicturesAsText(parser), "pictures_as_text", 15)
    return parser
