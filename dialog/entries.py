"""The entries of the register as HTML, for the list and for what is pushed to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from core.i18n import language, name_in, own_name
from core.moulds import Fill, Html, Mould, joined
from dialog.models import Translation
from dialog.queries import translations as queries
from dialog.queries.register import RegisterEntry
from dialog.vocabulary import CHANNELS, KIND_LABELS, ORIGIN_LABELS, together_text


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
    origin: str
    """How staff got it, in words; empty for what people wrote on the site and for lists."""
    together: str
    """How many contributions stand here together, in words; empty for one on its own."""
    ended: bool
    """An offer that does not exist any more."""
    original: str
    """Name of the language of the original where a translation stands in its place; else empty."""


NO_TRANSLATIONS: Mapping[int, Translation] = {}

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
    "said",
    "spoken",
)


def translations_of(entries: Sequence[RegisterEntry]) -> Mapping[int, Translation]:
    """What those who read the language in use are shown in place of the originals, by id of the entry."""
    return queries.read_by(language(), {entry.id: entry.language for entry in entries})


def draw_entries(
    slug: str, entries: Sequence[RegisterEntry], translations: Mapping[int, Translation] = NO_TRANSLATIONS
) -> Html:
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
        _, kind, reference, title, text, heading, shown_in, target_group, provider, place, field = entry[:11]
        said, spoken = text, shown_in
        translation = translations.get(entry.id) if translations else None
        if translation is not None:
            title, text = translation.title, translation.text
            heading = shown_in = translation.language
        origin, members = entry.origin, entry.members
        brought = str(ORIGIN_LABELS[origin]) if origin in CHANNELS else ""
        united = together_text(members + 1) if members else ""
        key = (
            kind,
            field.id,
            text != title,
            bool(place),
            bool(target_group),
            bool(provider),
            brought,
            united,
            entry.ended,
            own_name(spoken) if translation is not None else "",
        )
        fill = fills.get(key)
        if fill is None:
            shape = _Shape(place_of, kind, kinds[kind], tags[field.id], *key[2:])
            fill = fills[key] = form(shape)
        drawn.append(
            fill(reference, title, text, heading, shown_in, place or "", target_group, provider, said, spoken)
        )
    return joined(drawn)
