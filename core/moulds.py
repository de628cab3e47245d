"""Draws what stands on a page many times: a template is drawn once with marks, and the marks are filled in.

Fifty entries of a list differ in a few texts and have one form. A `Mould` lets Jinja draw that form once,
with a mark in the place of each text; after that an entry is a matter of putting escaped texts between
fixed pieces. The template stays an ordinary one with ordinary components. It must only show the texts and
not look into them: what decides its form is given as `shape`.
"""

from __future__ import annotations

import re
import secrets
import threading
from collections.abc import Callable, Hashable, Iterable
from typing import Any, Generic, NewType, TypeVar

from flask import current_app, has_request_context, render_template, request
from markupsafe import Markup

from core import i18n
from core.realtime import tokens
from core.templating import Environment

S = TypeVar("S", bound=Any)

Html = Markup
"""Trusted HTML, for those who only pass it on."""

Filled = NewType("Filled", str)
"""HTML that came out of a mould."""

Fill = Callable[..., Filled]
"""Takes the texts in the order of the mould's holes and gives the HTML; escapes what is not Markup."""

_LONGEST_QUERY = 300

_MARK = f"hole{secrets.token_hex(8)}"
_MARKS = re.compile(f"{_MARK}_([0-9]+)_")


class Mould(Generic[S]):
    """The template `name`, in which `holes` are the names of the texts that differ.

    `S` is a named tuple of everything else the template is given: all that decides what is drawn.
    """

    def __init__(self, name: str, *holes: str, most: int = 256) -> None:
        """Keep at most `most` forms in each language; the ones drawn first go first."""
        self._name = name
        self._holes = holes
        self._most = most
        self._lock = threading.Lock()

    def forms(self) -> Callable[[S], Fill]:
        """Gives the form of each shape in the language in use, drawn if it has not been yet."""
        app, language = current_app, i18n.language()
        moulds: dict[Hashable, dict[S, Fill]] = app.extensions.setdefault("moulds", {})
        known = moulds.setdefault((self._name, self._holes, language), {})
        # An address as long as that was made up; it would push out the forms that people need.
        is_kept = not app.config["TEMPLATES_AUTO_RELOAD"] and not _is_odd()

        def form(shape: S) -> Fill:
            found = known.get(shape)
            if found is None:
                found = _fill(self.draw(shape))
                if is_kept:
                    self._keep(known, shape, found)
            return found

        return form

    def _keep(self, known: dict[S, Fill], shape: S, form: Fill) -> None:
        with self._lock:
            known[shape] = form
            while len(known) > self._most:
                del known[next(iter(known))]

    def draw(self, shape: S) -> str:
        """The template's HTML with a mark in each hole, and without anybody's token."""
        marks = {hole: f"{_MARK}_{number}_" for number, hole in enumerate(self._holes)}
        with tokens.left_open():
            return render_template(self._name, **marks, **shape._asdict())


def _is_odd() -> bool:
    return has_request_context() and len(request.query_string) > _LONGEST_QUERY


def joined(pieces: Iterable[Filled]) -> Html:
    """What was filled, one after the other, as it goes into a template."""
    return Markup("\n".join(pieces))  # noqa: S704 - made by our own templates, every text in it escaped


def _fill(html: str) -> Fill:
    pieces = _MARKS.split(html)
    order = [int(number) for number in pieces[1::2]]
    shown = Environment.shown

    def fill(*texts: str) -> Filled:
        # Most entries hold nothing to escape, which one look at all of them tells.
        together = "".join(texts)
        if "&" in together or "<" in together or ">" in together or '"' in together or "'" in together:
            texts = tuple([shown(text) for text in texts])
        filled = pieces.copy()
        filled[1::2] = [texts[number] for number in order]
        return Filled("".join(filled))

    return fill
