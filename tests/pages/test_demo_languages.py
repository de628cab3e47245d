"""The demonstration shows what residents read in each of their languages."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from flask import Flask
from sqlalchemy import select

from core.db import Names, db
from dialog.models import AgendaItem, Dialogue, DialogueEvent, Poll, WorkingGroup
from pages.demo_languages import about_topic, in_many
from workshops.models import ScriptStep

READ = {"de", "en", "ar", "tr", "uk", "ru", "ro", "de-x-ls"}


def texts() -> Iterable[tuple[str, Names]]:
    for model, *columns in (
        (Dialogue, "titles", "questions", "introductions"),
        (DialogueEvent, "titles", "aims"),
        (AgendaItem, "names"),
        (WorkingGroup, "names"),
        (Poll, "titles", "questions"),
        (ScriptStep, "names", "prompts"),
    ):
        for row in db.session.scalars(select(model)):
            for column in columns:
                yield f"{model.__name__}.{column}", getattr(row, column)
    for dialogue in db.session.scalars(select(Dialogue)):
        for one in dialogue.steps:
            yield "Dialogue.steps", {code: one[code] for code in one.keys() - {"when", "done"}}


@pytest.mark.usefixtures("inside")
def test_every_text_of_the_demonstration_is_there_in_all_languages(demo_app: Flask) -> None:
    found = list(texts())
    assert len({name for name, _ in found}) == 12
    assert {name: names for name, names in found if set(names) != READ} == {}


def test_what_is_said_already_stays_and_what_nobody_has_translated_too() -> None:
    assert in_many({"de": "Pause", "en": "A short break"})["en"] == "A short break"
    assert in_many({"de": "Pause", "en": "Break"})["tr"] == "Ara"
    assert in_many({"de": "Das steht nirgends."}) == {"de": "Das steht nirgends."}


def test_a_topic_stands_in_a_text_in_its_own_language_or_in_german() -> None:
    said = about_topic({"de": "{topic}: Was ist am wichtigsten?"}, {"de": "Freizeit", "tr": "Boş zaman"})
    assert said["tr"] == "Boş zaman: En önemlisi nedir?"
    assert said["ro"].startswith("Freizeit: ")
