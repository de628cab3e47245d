"""What is kept of a request so that it counts once, and what it gives away."""

from __future__ import annotations

import pytest
from flask import Flask

from core.idempotency import Claim, claim_of_request

POINTS = {"item-1": "2", "item-2": "1"}


def claim(
    app: Flask, *, scope: str = "one", path: str = "/vote", key: str = "k" * 20, data: dict[str, str] = POINTS
) -> Claim:
    with app.test_request_context(path, method="POST", data={"_key": key, **data}):
        made = claim_of_request(scope)
    assert made is not None
    return made


def test_the_same_request_again_makes_the_same_claim(app: Flask) -> None:
    assert claim(app) == claim(app, data=dict(reversed(POINTS.items())))
    assert claim(app).digest != claim(app, data={**POINTS, "item-2": "2"}).digest


@pytest.mark.parametrize("other", [{"scope": "two"}, {"key": "l" * 20}, {"path": "/other"}], ids=str)
def test_nobody_sees_from_the_digests_who_has_sent_the_same(app: Flask, other: dict[str, str]) -> None:
    assert claim(app).digest != claim(app, **other).digest


def test_neither_the_scope_nor_what_was_sent_is_kept(app: Flask) -> None:
    made = claim(app, scope="a-secret-of-the-browser")

    assert "a-secret" not in repr(made)
    assert "item-1" not in repr(made)


@pytest.mark.parametrize("key", ["", "short", "x" * 65, "with space in it ....", "k" * 19 + "\x00"])
def test_what_is_no_key_makes_no_claim(app: Flask, key: str) -> None:
    with app.test_request_context("/vote", method="POST", data={"_key": key}):
        assert claim_of_request("one") is None
