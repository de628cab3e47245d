"""The public register: what it shows of a contribution, and how one finds something in it.

Everybody reads this list, and all at once when something in it has changed. So its statements are compiled
once for each way of asking, and its rows stay plain values.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, exists, func, select

from core.actor import Actor
from core.db import Names
from core.i18n import default_language
from core.statements import Statement
from core.text import fold
from dialog.models import Contribution, Dialogue, OfferDetails
from dialog.offer_words import OfferStatus
from dialog.queries.dialogues import RegisterState
from dialog.queries.merges import number_of_members, stands_alone
from dialog.vocabulary import NUMBER_PREFIX, Origin, Visibility, heading_language, read_reference
from region.models import ActionField, Municipality

COUNTY_WIDE = "county"
"""What stands in an address for entries about the whole county."""

_ESCAPE = "/"
_LIKE_ON_PAPER = re.compile(r"[A-Za-z](-[0-9]+|[0-9]{3,})")
"""How a number must be typed to be one in a search: A1 and B2 are levels of language."""


class FieldLabel(NamedTuple):
    """A field of action as lists name it."""

    id: int
    slug: str
    names: Names
    icon: str
    colour: str


class RegisterEntry(NamedTuple):
    """One line of the register, just what the list shows."""

    id: int
    kind: str
    reference: str
    """The register number such as `B-058`."""
    title: str
    text: str
    title_language: str
    language: str
    """That of the text."""
    target_group: str
    provider: str
    place: str | None
    """Name of the municipality; None for the whole county."""
    field: FieldLabel
    origin: str = Origin.FORM
    """How it reached us, one of `Origin`."""
    members: int = 0
    """How many others stand with it."""
    ended: bool = False
    """It is an offer that does not exist any more."""


@dataclass(frozen=True, slots=True)
class RegisterFilter:
    """What someone wants to see of the register; empty strings leave a question open."""

    kind: str = ""
    field: str = ""
    place: str = ""
    words: str = ""

    @property
    def is_open(self) -> bool:
        """Whether everything is shown."""
        return not (self.kind or self.field or self.place or self.words)


class _Shape(NamedTuple):
    """Which questions a filter asks; the answers are bound when it is run."""

    kind: bool
    field: bool
    place: bool
    county_wide: bool
    words: int
    number: bool
    """Whether one of the words is a register number."""


def field_labels(dialogue: Dialogue | RegisterState) -> dict[int, FieldLabel]:
    """The fields of action of a dialogue in their order, by id."""
    return {row[0]: FieldLabel(*row) for row in _FIELDS.rows(fields_of=dialogue.field_set_id)}


def count_register(actor: Actor, dialogue: Dialogue | RegisterState, wish: RegisterFilter) -> int:
    """Number of public contributions that fit."""
    shape, values = _asked(dialogue, wish)
    row = _count(shape).first(**values)
    return int(row[0]) if row else 0


def visible_register(
    actor: Actor,
    dialogue: Dialogue | RegisterState,
    wish: RegisterFilter,
    fields: Mapping[int, FieldLabel],
    *,
    offset: int = 0,
    limit: int = 50,
) -> list[RegisterEntry]:
    """Public contributions that fit, the latest first. `fields` are the dialogue's, from `field_labels`."""
    shape, values = _asked(dialogue, wish)
    of_staff = default_language()
    return [
        _entry(row, fields, of_staff) for row in _entries(shape).rows(**values, skipped=offset, most=limit)
    ]


def visible_table(
    actor: Actor, dialogue: Dialogue | RegisterState, wish: RegisterFilter
) -> list[tuple[RegisterEntry, datetime]]:
    """All public contributions that fit, each with the moment it was published; the latest first."""
    shape, values = _asked(dialogue, wish)
    fields = field_labels(dialogue)
    of_staff = default_language()
    return [(_entry(row[:-1], fields, of_staff), row[-1]) for row in _table(shape).rows(**values)]


def register_entry(contribution_id: int) -> RegisterEntry | None:
    """One public contribution as the register shows it, or None if it is not public (any more)."""
    row = _ONE.first(contribution=contribution_id)
    if row is None:
        return None
    *shown, slug, names, icon, colour = row
    field = FieldLabel(shown[-1], slug, names, icon, colour)
    return _entry(tuple(shown), {field.id: field}, default_language())


_SHOWN: tuple[Any, ...] = (
    Contribution.id,
    Contribution.kind,
    Contribution.number,
    Contribution.title,
    Contribution.text,
    Contribution.language,
    Contribution.target_group,
    Contribution.provider,
    Municipality.name,
    Contribution.origin,
    number_of_members(),
    exists().where(OfferDetails.contribution_id == Contribution.id, OfferDetails.status == OfferStatus.ENDED),
    Contribution.field_id,
)


def _entry(row: tuple[Any, ...], fields: Mapping[int, FieldLabel], of_staff: str) -> RegisterEntry:
    contribution_id, kind, number, title, text, language, *more = row
    target_group, provider, place, origin, members, ended, field_id = more
    return RegisterEntry(
        contribution_id,
        kind,
        f"{NUMBER_PREFIX[kind]}-{number:03d}",
        title,
        text,
        heading_language(title, text, language, of_staff),
        language,
        target_group,
        provider,
        place,
        fields[field_id],
        origin,
        members,
        bool(ended),
    )


def _asked(dialogue: Dialogue | RegisterState, wish: RegisterFilter) -> tuple[_Shape, dict[str, Any]]:
    values: dict[str, Any] = {"dialogue": dialogue.id}
    if wish.kind:
        values["kind"] = wish.kind
    if wish.field:
        values |= {"field": wish.field, "fields_of": dialogue.field_set_id}
    is_county_wide = wish.place == COUNTY_WIDE
    if wish.place and not is_county_wide:
        values["place"] = wish.place
    words = wish.words.split()
    # Whoever types the number of a contribution has it on paper and wants this one.
    numbers = [word for word in words if _LIKE_ON_PAPER.fullmatch(word) and read_reference(word)]
    named = read_reference(numbers[0]) if numbers else None
    if named:
        words = [word for word in words if word not in numbers]
        values |= {"named_kind": named[0], "named_number": named[1]}
    words = fold(" ".join(words)).split()
    for number, word in enumerate(words):
        values[f"word_{number}"] = f"%{_literally(word)}%"
    is_place = "place" in values
    shape = _Shape(bool(wish.kind), bool(wish.field), is_place, is_county_wide, len(words), bool(named))
    return shape, values


def _literally(word: str) -> str:
    for sign in (_ESCAPE, "%", "_"):
        word = word.replace(sign, _ESCAPE + sign)
    return word


def _clauses(shape: _Shape) -> list[ColumnElement[bool]]:
    clauses: list[ColumnElement[bool]] = [
        Contribution.dialogue_id == bindparam("dialogue"),
        Contribution.visibility == Visibility.PUBLIC,
        stands_alone(),
    ]
    if shape.kind:
        clauses.append(Contribution.kind == bindparam("kind"))
    if shape.field:
        clauses.append(
            Contribution.field_id.in_(
                select(ActionField.id).where(
                    ActionField.field_set_id == bindparam("fields_of"), ActionField.slug == bindparam("field")
                )
            )
        )
    if shape.county_wide:
        clauses.append(Contribution.municipality_id.is_(None))
    if shape.place:
        clauses.append(
            Contribution.municipality_id.in_(
                select(Municipality.id).where(Municipality.ags == bindparam("place"))
            )
        )
    if shape.number:
        clauses += [
            Contribution.kind == bindparam("named_kind"),
            Contribution.number == bindparam("named_number"),
        ]
    clauses += [
        Contribution.search_text.like(bindparam(f"word_{number}"), escape=_ESCAPE)
        for number in range(shape.words)
    ]
    return clauses


def _select(shape: _Shape, *more: Any) -> Select[Any]:
    return (
        select(*_SHOWN, *more)
        .outerjoin(Municipality, Municipality.id == Contribution.municipality_id)
        .where(*_clauses(shape))
        .order_by(Contribution.published_at.desc(), Contribution.id.desc())
    )


@lru_cache(maxsize=128)
def _count(shape: _Shape) -> Statement:
    return Statement(lambda: select(func.count()).select_from(Contribution).where(*_clauses(shape)))


@lru_cache(maxsize=128)
def _entries(shape: _Shape) -> Statement:
    return Statement(lambda: _select(shape).offset(bindparam("skipped")).limit(bindparam("most")))


@lru_cache(maxsize=128)
def _table(shape: _Shape) -> Statement:
    return Statement(lambda: _select(shape, Contribution.published_at))


_ONE = Statement(
    lambda: (
        select(*_SHOWN, ActionField.slug, ActionField.names, ActionField.icon, ActionField.colour)
        .join(ActionField, ActionField.id == Contribution.field_id)
        .outerjoin(Municipality, Municipality.id == Contribution.municipality_id)
        .where(
            Contribution.id == bindparam("contribution"),
            Contribution.visibility == Visibility.PUBLIC,
            stands_alone(),
        )
    )
)
_FIELDS = Statement(
    lambda: (
        select(ActionField.id, ActionField.slug, ActionField.names, ActionField.icon, ActionField.colour)
        .where(ActionField.field_set_id == bindparam("fields_of"))
        .order_by(ActionField.position)
    )
)
