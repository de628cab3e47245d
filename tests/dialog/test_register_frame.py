"""The page around the register comes from a form drawn before; what it shows is never older than the data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from markupsafe import escape

from core.actor import OPERATOR
from region import actions as region_actions
from region.data import FieldData
from tests.client import Client
from tests.conftest import Maker

REGISTER = "/dialogues/probe/register"


def another_field(make: Maker) -> None:
    with make.change():
        region_actions.add_field_set(
            OPERATOR,
            "fields",
            names={"de": "Handlungsfelder"},
            fields=[
                FieldData("sprache", {"de": "Deutsch lernen"}, "language", "language"),
                FieldData("wohnen", {"de": "Wohnen"}, "housing", "housing"),
            ],
        )


CHANGES: dict[str, tuple[Callable[[Maker], Any], str]] = {
    "a concept": (lambda make: make.concept(), 'href="/dialogues/probe/concept"'),
    "a municipality": (lambda make: make.municipality("08236033", "Knittlingen"), ">Knittlingen</option>"),
    "another county": (lambda make: make.county(name="Landkreis Probe"), "Landkreis Probe"),
    "another publisher": (lambda make: make.county(publisher="Stabsstelle Probe"), "Stabsstelle Probe"),
    "another field": (another_field, ">Deutsch lernen</option>"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_frame_follows_what_it_shows(client: Client, make: Maker, change: str) -> None:
    happen, words = CHANGES[change]
    make.contribution()
    for _ in range(3):
        assert words not in client.get(REGISTER).get_data(as_text=True)

    with client.app.app_context():
        happen(make)

    assert words in client.get(REGISTER).get_data(as_text=True)


WISHES = ("kind=need", "kind=offer", "field=sprache", "place=08236040", "q=Kurse")


def test_the_frame_is_that_of_the_address(client: Client, make: Maker) -> None:
    make.contribution()
    pages = {
        query: client.get(f"{REGISTER}?{query}").get_data(as_text=True)
        for query in (
            "kind=need",
            "kind=offer",
            "field=sprache",
            "place=08236040",
            "q=Kurse",
            "lang=en",
            "lang=ar",
        )
    }

    assert '<option value="need" selected>' in pages["kind=need"]
    assert '<option value="offer" selected>' in pages["kind=offer"]
    assert '<option value="sprache" selected>' in pages["field=sprache"]
    assert '<option value="08236040" selected>' in pages["place=08236040"]
    assert 'value="Kurse"' in pages["q=Kurse"]
    assert '<html lang="en" dir="ltr">' in pages["lang=en"]
    assert '<html lang="ar" dir="rtl">' in pages["lang=ar"]
    for query in WISHES:
        assert f'href="{REGISTER}?{query}&amp;lang=en"' in pages[query]


def test_the_frame_is_that_of_the_reader(browse: Any, make: Maker) -> None:
    make.contribution()
    readers = {
        "visitor": None,
        "participant": make.participant(),
        "coordinator": make.account("coordinator"),
        "auditor": make.account("auditor"),
    }
    queue, own = "/dialogues/probe/moderation", "/dialogues/probe/mine"

    for _ in range(2):
        seen = {name: browse(who).get(REGISTER).get_data(as_text=True) for name, who in readers.items()}
        assert {name for name, page in seen.items() if queue in page} == {"coordinator"}
        assert own in seen["participant"]
        assert own not in seen["visitor"]
        assert "/sign-out" not in seen["visitor"]
        assert "/sign-out" in seen["participant"]


def test_what_is_looked_for_is_shown_and_not_obeyed(client: Client, make: Maker) -> None:
    make.contribution()
    for words in ('"><script>alert(1)</script>', "{{ 7*7 }} %s {0}", "hole_0_"):
        for _ in range(2):
            page = client.get(REGISTER, query_string={"q": words}).get_data(as_text=True)
            assert f'value="{escape(words)}"' in page
            assert "<script>alert" not in page
