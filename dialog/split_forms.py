"""The shape of what staff send when they divide a contribution into parts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from core.errors import Sentence
from core.i18n import lazy_gettext as _l
from core.plan_forms import BasedForm
from core.text import clean_line, clean_text
from dialog.actions.splitting import FEWEST_PARTS, MOST_PARTS, PartWanted
from dialog.models import Contribution
from dialog.vocabulary import KIND_LABELS, TEXT_LIMIT, TITLE_LIMIT, Kind
from region.models import ActionField

_BULLET = re.compile(r"^\s*(?:[-–•*]|[0-9]{1,2}[.)])\s+")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


class PartRow(NamedTuple):
    """One part as it was typed; `errors` say what is wrong with it, by the name of its field."""

    number: int
    text: str
    title: str
    kind: str
    field: str
    errors: Mapping[str, Sentence]


class SplitForm(BasedForm):
    """Parts of a contribution: `text-0`, `title-0`, `kind-0`, `field-0` and so on; empty ones are none."""

    def __init__(self, formdata: Any = None, **kwargs: Any) -> None:
        super().__init__(formdata, **kwargs)
        self.rows: list[PartRow] = []
        if formdata is not None:
            for number in range(MOST_PARTS):
                if f"text-{number}" in formdata:
                    text, title, kind, field = (
                        formdata.get(f"{name}-{number}", "") for name in ("text", "title", "kind", "field")
                    )
                    self.rows.append(PartRow(number, text, title, kind, field, {}))

    def begin_with(self, whole: Contribution) -> None:
        """Fill in what the lines or sentences of a contribution suggest."""
        pieces = pieces_of(whole.text)
        pieces += [""] * (FEWEST_PARTS - len(pieces))
        kind, field = whole.kind, whole.field.slug
        self.rows = [PartRow(number, piece, "", kind, field, {}) for number, piece in enumerate(pieces)]
        self.based_on.data = str(whole.revision)

    def add_row(self, whole: Contribution) -> None:
        """Have room for one more part, unless there are as many as there can be."""
        if len(self.rows) < MOST_PARTS:
            self.rows.append(PartRow(len(self.rows), "", "", whole.kind, whole.field.slug, {}))

    def check(self, fields: Iterable[ActionField]) -> list[PartWanted] | None:
        """The parts that were typed, or None with the reasons in the rows and above the form."""
        known = {field.slug: field for field in fields}
        wanted, rows = [], []
        for row in self.rows:
            words, title = clean_text(row.text), clean_line(row.title)
            errors: dict[str, Sentence] = {}
            if len(words) > TEXT_LIMIT:
                errors["text"] = _l("Please use at most %(max)d characters.", max=TEXT_LIMIT)
            if len(title) > TITLE_LIMIT:
                errors["title"] = _l("Please use at most %(max)d characters.", max=TITLE_LIMIT)
            if row.field not in known:
                errors["field"] = _l("Please choose one of the topics on the list.")
            if row.kind not in KIND_LABELS:
                errors["kind"] = _l("Please choose what it is.")
            if not words:
                errors = {}
            elif not errors:
                wanted.append(PartWanted(words, Kind(row.kind), known[row.field], title))
            rows.append(row._replace(errors=errors))
            self.alerts += [
                _l("Part %(number)d: %(what)s", number=row.number + 1, what=what) for what in errors.values()
            ]
        self.rows = rows
        if not self.alerts and len(wanted) < FEWEST_PARTS:
            self.alerts.append(_l("Please write at least two parts; empty ones do not count."))
        return None if self.alerts else wanted


def pieces_of(text: str) -> list[str]:
    """What a text seems to consist of: its lines without their bullets, or else its sentences."""
    lines = [_BULLET.sub("", line).strip() for line in text.splitlines()]
    pieces = [line for line in lines if line]
    if len(pieces) < FEWEST_PARTS:
        pieces = [one.strip() for one in _SENTENCE_END.split(text) if one.strip()]
    if len(pieces) > MOST_PARTS:
        pieces = [*pieces[: MOST_PARTS - 1], "\n".join(pieces[MOST_PARTS - 1 :])]
    return pieces
