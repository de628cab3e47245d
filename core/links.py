"""Addresses of our own pages, each put together once."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from flask import Flask, current_app

_KEPT = 4096


def init(app: Flask) -> None:
    """Give templates this `url_for` in place of Flask's."""
    adapter = app.url_map.bind("")

    @lru_cache(maxsize=_KEPT)
    def built(endpoint: str, values: tuple[tuple[str, Any], ...]) -> str:
        return adapter.build(endpoint, dict(values))

    app.extensions["links"] = built
    app.jinja_env.globals["url_for"] = url_for


def url_for(endpoint: str, **values: Any) -> str:
    """The path of an endpoint such as `dialog.poll`, with `values` in their places or else as its query.

    Values that are None are left out. The path depends on nothing else, so that it can be remembered.
    Raises werkzeug's BuildError for what no route fits.
    """
    built: Callable[[str, tuple[tuple[str, Any], ...]], str] = current_app.extensions["links"]
    return built(endpoint, tuple(values.items()))
