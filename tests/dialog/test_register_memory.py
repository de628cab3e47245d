"""The register is drawn once for all visitors, and nobody sees a page that is another's or out of date."""

from __future__ import annotations

from typing import Any

from tests.client import Client
from tests.conftest import Maker
from tests.dialog.ground import counted_queries

REGISTER = "/dialogues/probe/register"


def queries_of(client: Client, path: str) -> int:
    with client.app.app_context():
        counting = counted_queries()
        seen = counting.__enter__()
    try:
        client.get(path, status=200)
    finally:
        with client.app.app_context():
            counting.__exit__(None, None, None)
    return len(seen)


def test_further_visitors_cost_one_question(browse: Any, make: Maker) -> None:
    make.contribution()
    first, second, third = (queries_of(browse(None), REGISTER) for _ in range(3))

    # The first shows that the address may be kept, the second leaves the page, with the list from memory.
    assert (second, third) == (first - 1, 1)


def test_what_was_published_meanwhile_is_on_the_page(client: Client, make: Maker) -> None:
    make.contribution()
    for _ in range(3):
        assert "B-002" not in client.get(REGISTER).get_data(as_text=True)

    make.contribution()

    assert "B-002" in client.get(REGISTER).get_data(as_text=True)


def test_languages_and_wishes_have_pages_of_their_own(client: Client, make: Maker) -> None:
    make.contribution()
    pages = {
        client.get(f"{REGISTER}?{query}").get_data(as_text=True)
        for query in ("lang=de", "lang=en", "lang=de&kind=offer", "lang=de&q=xyz")
    }

    assert len(pages) == 4


def test_whoever_is_signed_in_gets_and_leaves_a_page_of_their_own(browse: Any, make: Maker) -> None:
    make.contribution()
    person = make.participant()
    visitors = browse(None).get(REGISTER).get_data(as_text=True)

    own = browse(person).get(REGISTER).get_data(as_text=True)
    again = browse(None).get(REGISTER).get_data(as_text=True)

    assert "/dialogues/probe/mine" in own
    assert "/dialogues/probe/mine" not in visitors + again


def test_any_fact_has_the_page_drawn_anew(browse: Any, make: Maker) -> None:
    make.contribution()
    _first, second, third = (queries_of(browse(None), REGISTER) for _ in range(3))
    make.participant()

    # The list itself has not changed and is taken from memory.
    assert queries_of(browse(None), REGISTER) == second > third
