"""Pages about how words came to be: every kept wording, and what was new in one of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from flask import render_template, request

from concept.queries import texts as text_queries
from concept.text_forms import RestoreForm, number_in
from concept.wordings import Line
from core.i18n import gettext
from dialog.models import Dialogue


class Kept(Protocol):
    """A row that keeps a wording."""

    number: int
    restored_from: int | None
    by_key: str
    at: datetime


K = TypeVar("K", bound=Kept)


@dataclass(frozen=True, slots=True)
class Entry:
    """One wording in the list of all; `who` is empty where the account is not known any more."""

    number: int
    at: datetime
    what: str
    who: str


@dataclass(frozen=True, slots=True)
class Pair(Generic[K]):
    """The wording that is shown and the one before it; None where there is none."""

    chosen: K | None
    before: K | None


def chosen_of(kept: Sequence[K], form: RestoreForm) -> Pair[K]:
    """Of wordings, the latest first, the one that the address or the form asks for, else the latest."""
    asked = number_in(request.args.get("number")) or number_in(form.number.data)
    place = next((at for at, one in enumerate(kept) if one.number == asked), 0)
    return Pair(kept[place] if kept else None, kept[place + 1] if place + 1 < len(kept) else None)


def draw_history(
    dialogue: Dialogue,
    kept: Sequence[K],
    pair: Pair[K],
    lines: Sequence[Line],
    form: RestoreForm,
    *,
    present: int,
    event: Callable[[K, K | None], str] = lambda one, before: "",
    **page: Any,
) -> str:
    """The page about wordings. `present` is the number of the one that holds; `event` may name one."""
    names = text_queries.names_of(one.by_key for one in kept)
    entries = []
    for at, one in enumerate(kept):
        before = kept[at + 1] if at + 1 < len(kept) else None
        what = event(one, before) or _named(one, before, present)
        entries.append(Entry(one.number, one.at, what, names.get(one.by_key, "")))
    chosen = next((one for one in entries if pair.chosen and one.number == pair.chosen.number), None)
    return render_template(
        "concept/history.html",
        dialogue=dialogue,
        entries=entries,
        chosen=chosen,
        before=pair.before,
        lines=lines,
        form=form,
        present=present,
        **page,
    )


def _named(one: Kept, before: Kept | None, present: int) -> str:
    if one.number == present:
        return gettext("as it is now")
    if before is None:
        return gettext("how it began")
    return gettext("a former wording brought back") if one.restored_from else gettext("former wording")
