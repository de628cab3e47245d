"""Addresses of our own pages, each put together once."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from flask import Flask, current_app

_Build = Callable[[str, tuple[tuple[str, Any], ...]], str]
_KEPT = 4096
_LONGEST = 200
"""Longer values come from people and not from us; what they typed is not worth remembering."""


def init(app: Flask) -> None:
    """Give templates this `url_for` in place of Flask's."""
    adapter = app.url_map.bind("")

    def build(endpoint: str, values: tuple[tuple[str, Any], ...]) -> str:
        return adapter.build(endpoint, dict(values))

    app.extensions["links"] = (build, lru_cache(maxsize=_KEPT)(build))
    app.jinja_env.globals["url_for"] = url_for


def url_for(endpoint: str, **values: Any) -> str:
    """The path of an endpoint such as `dialog.poll`, with `values` in their places or else as its query.

    Values that are None are left out. The path depends on nothing else, so that it can be remembered.
    Raises werkzeug's BuildError for what no route fits.
    """
    build, remembered = _builders()
    given = tuple(values.items())
    is_short = all(
        value is None or type(value) is int or (type(value) is str and len(value) <= _LONGEST)
        for _, value in given
    )
    return (remembered if is_short else build)(endpoint, given)


def _builders() -> tuple[_Build, _Build]:
    found: tuple[_Build, _Build] = current_app.extensions["links"]
    return found
