"""The entries of the register as HTML, for the list and for what is pushed to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from core.i18n import language, name_in
from core.moulds import Fill, Html, Mould, joined
from dialog.queries.register import RegisterEntry
from dialog.vocabulary import KIND_LABELS


class _Tag(NamedTuple):
    """A field of action as the component for its tag takes it."""

    name: str
    icon: str
    colour: str


class _Shape(NamedTuple):
    """What decides the form of an entry."""

    place_of: str
    """The beginning of its address; the number follows."""
    kind: str
    kind_label: str
    field: _Tag
    has_text: bool
    has_place: bool
    has_target_group: bool
    has_provider: bool


_ENTRY = Mould[_Shape](
    "dialog/_entry.html",
    "reference",
    "title",
    "text",
    "title_language",
    "language",
    "place",
    "target_group",
    "provider",
)


def draw_entries(slug: str, entries: Sequence[RegisterEntry]) -> Html:
    """Lines of the register of the dialogue `slug`, in the language in use."""
    place_of = f"/dialogues/{slug}/contributions/"
    kinds = {kind: str(KIND_LABELS[kind]) for kind in {entry.kind for entry in entries}}
    fields = {field.id: field for field in [entry.field for entry in entries]}
    here = language()
    tags = {key: _Tag(name_in(field.names, here), field.icon, field.colour) for key, field in fields.items()}
    form = _ENTRY.forms()
    fills: dict[tuple[object, ...], Fill] = {}
    drawn = []
    for entry in entries:
        _, kind, reference, title, text, heading, spoken, target_group, provider, place, field = entry
        key = (kind, field.id, text != title, bool(place), bool(target_group), bool(provider))
        fill = fills.get(key)
        if fill is None:
            shape = _Shape(place_of, kind, kinds[kind], tags[field.id], *key[2:])
            fill = fills[key] = form(shape)
        drawn.append(fill(reference, title, text, heading, spoken, place or "", target_group, provider))
    return joined(drawn)
