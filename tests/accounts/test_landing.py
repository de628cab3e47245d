"""Where one is sent after signing in: never to another site."""

from __future__ import annotations

import pytest

from accounts import landing
from core.actor import VISITOR, Actor


@pytest.mark.parametrize("wish", ["/", "/dialogues/enzkreis", "/a?b=c#d", "/a//b", "/?next=//x.de"])
def test_own_addresses_are_kept(wish: str) -> None:
    assert landing.place_for(VISITOR, wish) == wish


@pytest.mark.parametrize(
    "wish",
    [
        None,
        "",
        "dialogues",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/\n/evil.example",
        "/ /evil.example",
        "/\x00",
        " /x",
        "/" + "x" * 600,
        "http:///x",
    ],
)
def test_other_addresses_are_not(wish: str | None) -> None:
    assert landing.local_path(wish) is None


def test_packages_name_the_place_for_people_they_know(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landing, "_leads", [])
    landing.leads(lambda actor: "/lower")
    landing.leads(lambda actor: "/higher" if actor.key == "known" else None)

    assert landing.place_for(Actor("known")) == "/higher"
    assert landing.place_for(Actor("other")) == "/lower"
    assert landing.place_for(Actor("known"), "//evil.example") == "/higher"
