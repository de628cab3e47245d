"""The register fills its entries into forms drawn before; they stay the entries everybody else draws."""

from __future__ import annotations

import re
from itertools import product

import pytest
from flask import Flask

from core.i18n import force_locale, name_in
from dialog.entries import draw_entries
from dialog.queries.register import FieldLabel, RegisterEntry
from dialog.vocabulary import KIND_LABELS
from tests import factories as make

CARD = """{%- import "components/card.html" as cards -%}
<li data-id="{{ entry.reference }}">{{ cards.entry(kind=entry.kind, kind_label=label, text=text, url=url,
    title=entry.title, title_language=entry.title_language, language=entry.language,
    reference=entry.reference, field=field, meta=meta) }}</li>"""

FIELD = FieldLabel(1, "sprache", {"de": "Sprache & Bildung", "en": "Language"}, "language", "language")


def entry(**changes: object) -> RegisterEntry:
    plain = RegisterEntry(
        7, "need", "B-007", "Kurse", "Es fehlen Kurse", "de", "de", "", "", "Mühlacker", FIELD
    )
    return plain._replace(**changes)  # type: ignore[arg-type]


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize(
    ("changes", "meta"),
    [
        ({}, "Mühlacker"),
        ({"kind": "offer", "reference": "A-007", "place": None}, "Ganzer Landkreis"),
        ({"target_group": "Eltern", "provider": "VHS"}, "Mühlacker · für Eltern · VHS"),
        ({"text": "Kurse"}, "Mühlacker"),
        (
            {"title": "<b>&\"'", "text": "<i>", "provider": "<u>", "target_group": "{whom}"},
            "Mühlacker · für {whom} · <u>",
        ),
        (
            {"title_language": "ar", "language": "ar", "title": "دورات", "text": "نحتاج إلى دورات"},
            "Mühlacker",
        ),
        ({"language": "ar", "text": "نحتاج إلى دورات"}, "Mühlacker"),
    ],
    ids=[
        "plain",
        "whole county",
        "for whom and by whom",
        "title is the text",
        "signs",
        "right to left",
        "a heading by staff",
    ],
)
def test_an_entry_of_the_list_is_the_entry_of_the_components(
    app: Flask, changes: dict[str, object], meta: str
) -> None:
    here, shown = make.dialogue(), entry(**changes)
    with app.test_request_context(headers={"Accept-Language": "de"}):
        # The second time the form is there already.
        first, filled = draw_entries(here.slug, [shown]), draw_entries(here.slug, [shown])
        card = (
            app.jinja_env.overlay(autoescape=True)
            .from_string(CARD)
            .render(
                entry=shown,
                label=KIND_LABELS[shown.kind],
                text=shown.text if shown.text != shown.title else None,
                url=f"/dialogues/{here.slug}/contributions/{shown.reference}",
                field={"name": name_in(FIELD.names), "icon": FIELD.icon, "colour": FIELD.colour},
                meta=meta,
            )
        )
    assert without_space(first) == without_space(filled) == without_space(card)


def without_space(html: str) -> str:
    return re.sub(r">\s+<", "><", html.strip())


@pytest.mark.usefixtures("inside")
def test_each_entry_has_its_own_form_and_words(app: Flask) -> None:
    here = make.dialogue()
    entries = [
        entry(id=number, reference=f"B-{number:03d}", provider=provider, kind=kind, text=text)
        for number, (provider, kind, text) in enumerate(
            product(("", "VHS"), ("need", "offer"), ("Kurse", "Es fehlen <Kurse>"))
        )
    ]
    with app.test_request_context(headers={"Accept-Language": "de"}):
        together = draw_entries(here.slug, entries)
        apart = [draw_entries(here.slug, [one]) for one in entries]

    assert together == "\n".join(apart)
    assert len(set(apart)) == len(entries)


@pytest.mark.usefixtures("inside")
def test_a_form_is_drawn_for_each_language_of_the_screens(app: Flask) -> None:
    here = make.dialogue()
    drawn = []
    with app.test_request_context():
        for code in ("de", "en", "de"):
            with force_locale(code):
                drawn.append(draw_entries(here.slug, [entry(place=None)]))

    assert "Ganzer Landkreis" in drawn[0]
    assert "Whole county" in drawn[1]
    assert drawn[2] == drawn[0]
