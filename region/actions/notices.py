"""Writing what a public body must say of itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from core import markdown
from core.actor import Actor
from core.clock import now
from core.db import db
from core.errors import Invalid
from core.i18n import lazy_gettext as _l
from core.journal import record
from core.text import clean_line, clean_text
from region import queries
from region.facts import NoticesChanged
from region.models import COUNTY_ID, CountyNotice
from region.notices import CHOICES, LINE_LIMIT, LINES, MARKDOWN, NAMES, TEXT_LIMIT
from region.permissions import RIGHTS, Permission


def write_notices(actor: Actor, facts: Mapping[str, Any]) -> CountyNotice:
    """Bring the facts named in `facts` to what is said there; others stay. Empty ones are gaps.

    Raises Invalid, with the field, for an unknown fact, a text that is too long or Markdown that is too wild.
    """
    RIGHTS.require(actor, Permission.EDIT_NOTICES)
    values: dict[str, Any] = {}
    for name, said in facts.items():
        values |= _checked(name, said)
    notices = queries.notices()
    if notices is None:
        notices = CountyNotice(id=COUNTY_ID, changed_at=now(), **values)
        db.session.add(notices)
    else:
        if all(getattr(notices, name) == value for name, value in values.items()):
            return notices
        for name, value in values.items():
            setattr(notices, name, value)
        notices.changed_at = now()
    db.session.flush()
    record(actor, NoticesChanged(notices.id))
    return notices


def _checked(name: str, said: Any) -> dict[str, Any]:
    if name not in NAMES:
        raise Invalid(_l("“%(name)s” is no fact of a public body.", name=name[:40]))
    if name == "checked_on":
        if said is not None and not isinstance(said, date):
            raise _refused(name, _l("Please enter a day, such as 31.12.2025."))
        return {name: said}
    text = clean_line(str(said)) if name in LINES else clean_text(str(said))
    limit = LINE_LIMIT if name in LINES else TEXT_LIMIT
    if len(text) > limit:
        raise _refused(
            name,
            _l(
                "Please use at most %(max)d characters. You have written %(length)d.",
                max=limit,
                length=len(text),
            ),
        )
    if name in CHOICES and text and text not in CHOICES[name]:
        raise _refused(name, _l("Please choose one of the answers on the list."))
    if name not in MARKDOWN:
        return {name: text}
    try:
        return {name: text, f"{name}_html": str(markdown.render(text))}
    except Invalid as error:
        raise _refused(name, error.sentence) from error


def _refused(name: str, sentence: Any) -> Invalid:
    return Invalid(sentence, {name: [sentence]})
