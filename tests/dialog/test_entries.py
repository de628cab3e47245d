"""The register draws its entries flat, for speed; they stay the entries everybody else draws."""

from __future__ import annotations

import re

import pytest
from flask import Flask, render_template

from core.i18n import name_in
from dialog.queries.register import FieldLabel, RegisterEntry
from dialog.vocabulary import KIND_LABELS
from tests import factories as make

CARD = """{%- import "components/card.html" as cards -%}
<li data-id="{{ entry.reference }}">{{ cards.entry(kind=entry.kind, kind_label=label, text=text, url=url,
    title=entry.title, language=entry.language, reference=entry.reference, field=field, meta=meta) }}</li>"""

FIELD = FieldLabel(1, "sprache", {"de": "Sprache & Bildung", "en": "Language"}, "language", "language")


def entry(**changes: object) -> RegisterEntry:
    plain = RegisterEntry(7, "need", "B-007", "Kurse", "Es fehlen Kurse", "de", "", "", "Mühlacker", FIELD)
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
        ({"language": "ar", "title": "دورات", "text": "نحتاج إلى دورات"}, "Mühlacker"),
    ],
    ids=["plain", "whole county", "for whom and by whom", "title is the text", "signs", "right to left"],
)
def test_an_entry_of_the_list_is_the_entry_of_the_components(
    app: Flask, changes: dict[str, object], meta: str
) -> None:
    here, shown = make.dialogue(), entry(**changes)
    with app.test_request_context(headers={"Accept-Language": "de"}):
        flat = render_template(
            "dialog/_entries.html", dialogue=here, entries=[shown], kind_labels=KIND_LABELS
        )
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
    assert without_space(flat) == without_space(card)


def without_space(html: str) -> str:
    return re.sub(r">\s+<", "><", html.strip())
