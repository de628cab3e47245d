"""What is served while it is measured: the program itself and, in the same worker, a bare Flask route.

`/bench/empty` is the yardstick: Flask, gunicorn and nothing else; `/bench/form` reads a form besides. With
`X-Bench-Fresh: change` a request finds no drawn list or page in memory, as after a change; with
`X-Bench-Fresh: start` no form of one either, as after the program's start. Nothing of this is in the program.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask, Response, request

import app as program
from core.front import answers
from core.realtime.responses import fragments

Start = Callable[..., Any]
FRESH = "HTTP_X_BENCH_FRESH"


def make() -> Callable[[dict[str, Any], Start], Iterable[bytes]]:
    """The WSGI application for `core.server`; its settings come from the environment."""
    whole = program.create_app()
    bare = Flask("bare")

    @bare.get("/bench/empty")
    def empty() -> str:
        return "nothing"

    @bare.post("/bench/form")
    def form() -> Response:
        return Response(status=303, headers={"Location": f"/bench/{len(request.form)}"})

    def serve(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        if environ["PATH_INFO"].startswith("/bench/"):
            return bare(environ, start_response)
        fresh = environ.get(FRESH)
        if fresh:
            fragments.clear()
            answers.clear()
        if fresh == "start":
            whole.extensions["moulds"].clear()
        return whole(environ, start_response)

    return serve
