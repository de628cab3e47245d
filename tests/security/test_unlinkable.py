"""R20: two dialogues in one browser leave nothing in any table by which they could be put together."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import Flask
from sqlalchemy import inspect, text

from core.db import db
from tests.client import Client
from tests.conftest import Maker

LEAST = 12
"""Shorter values, such as a language or a number, are many people's."""


def rows(app: Flask) -> Counter[tuple[str, str]]:
    with app.app_context(), db.engine.connect() as connection:
        return Counter(
            (table, repr(tuple(row)))
            for table in inspect(connection).get_table_names()
            for row in connection.execute(text(f'SELECT * FROM "{table}"'))
        )


def values(app: Flask, known: Counter[tuple[str, str]]) -> dict[Any, set[str]]:
    """Every long value in rows that were not there before, with the tables it stands in."""
    found: dict[Any, set[str]] = {}
    with app.app_context(), db.engine.connect() as connection:
        for table in inspect(connection).get_table_names():
            for row in connection.execute(text(f'SELECT * FROM "{table}"')):
                if (table, repr(tuple(row))) in known:
                    continue
                for value in row:
                    if isinstance(value, str | bytes) and len(value) >= LEAST:
                        found.setdefault(value, set()).add(table)
    return found


def take_part(browser: Client, slug: str, words: str) -> None:
    """Join by the code on the screen, enter the personal code, write something, leave."""
    browser.post_form(f"/dialogues/{slug}/join", {"code": f"CODE{slug.upper()}"}, 200)
    browser.enter(browser.page.find("p", class_="vs-code").text)
    browser.post_form(
        f"/dialogues/{slug}/contribute/need",
        {"text": words, "field": "sprache", "municipality": "county"},
        303,
    )
    browser.post("/sign-out")


def come(browser: Client, slug: str) -> None:
    """Sign up for an event with all one may say, enter the personal code, look at one's place, leave."""
    page = f"/dialogues/{slug}/events/tag-{slug}/signup"
    form = browser.form(page)
    group = next(name for name in form.names if name.startswith("group-"))
    browser.send(form, {group: "1", "role": "resident", "language": "ar", "needs": "interpreter"}, 200)
    browser.enter(browser.page.find("p", class_="vs-code").text)
    browser.get(f"/dialogues/{slug}/events/tag-{slug}/registration", 200)
    browser.post("/sign-out")


def test_no_value_is_shared_by_two_sign_ups(app: Flask, make: Maker, client: Client) -> None:
    """R20 for events: one browser, the same answers, two dialogues."""
    for slug in ("hier", "dort"):
        make.day(make.dialogue(slug), slug=f"tag-{slug}")
    begin = rows(app)
    come(client, "hier")
    first = values(app, begin)
    between = rows(app)
    come(client, "dort")
    second = values(app, between)

    assert len(first) > 8
    # A sign-up changes a number in the row of the event, whose public titles are then looked at, too.
    titles = {value for value in first if first[value] == second.get(value) == {"dialogue_events"}}
    shared = {value for value in set(first) & set(second) - titles if not _is_programs(value, app)}
    assert shared == set(), {value: first[value] | second[value] for value in shared}


def test_no_value_is_shared_by_two_dialogues(app: Flask, make: Maker, client: Client) -> None:
    for slug in ("hier", "dort"):
        make.event(make.dialogue(slug), code=f"CODE{slug.upper()}")
    begin = rows(app)
    take_part(client, "hier", "Ein Bus am Abend.")
    first = values(app, begin)
    between = rows(app)
    take_part(client, "dort", "Eine Stelle, die hilft.")
    second = values(app, between)

    assert len(first) > 10
    shared = set(first) & set(second)
    # Words of the program itself: facts, states, the labels of stations, times in the text of a row.
    own = {value for value in shared if isinstance(value, str) and _is_programs(value, app)}
    assert shared - own == set(), {value: first[value] | second[value] for value in shared - own}


def _is_programs(value: str, app: Flask) -> bool:
    with app.app_context(), db.engine.connect() as connection:
        named = {
            *(fact for (fact,) in connection.execute(text("SELECT fact FROM journal"))),
            *(label for (label,) in connection.execute(text("SELECT label FROM stations"))),
            "participant",
            "participate",
        }
    return value in named


def test_a_shared_value_would_be_found(app: Flask, make: Maker, client: Client) -> None:
    """The same person in one dialogue twice shares their key, and the look above sees it."""
    person = make.participant()
    begin = rows(app)
    make.contribution(author=person)
    first = values(app, begin)
    between = rows(app)
    make.contribution(author=person)

    assert person.actor.key in set(first) & set(values(app, between))
