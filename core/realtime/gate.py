"""Stands before the live connections and lets in only what pages of this site send.

The library checks an Origin only if there is one. A browser always names it for a WebSocket; for a plain
GET to its own site it leaves it out and says `Sec-Fetch-Site` instead. Who names neither is no page of ours.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any
from urllib.parse import parse_qs

from core import logs
from core.http_headers import CONTENT_SECURITY_POLICY

PATH = "/socket.io"

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Gate:
    """WSGI application around the one that serves live connections; everything else passes untouched."""

    def __init__(
        self, inner: WsgiApp, hosts: Collection[str], origins: Collection[str], secure: bool
    ) -> None:
        self._inner = inner
        self._hosts = frozenset(hosts)
        self._origins = frozenset(origins)
        self._headers = [
            ("Cache-Control", "no-store"),
            ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
            ("Cross-Origin-Resource-Policy", "same-origin"),
            ("Referrer-Policy", "same-origin"),
            ("X-Content-Type-Options", "nosniff"),
        ]
        if secure:
            self._headers.append(("Strict-Transport-Security", "max-age=63072000; includeSubDomains"))

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer 403 or 421 to strangers, and add the headers that every answer of ours carries."""
        path = environ.get("PATH_INFO", "")
        if path != PATH and not path.startswith(f"{PATH}/"):
            return self._inner(environ, start_response)

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            return start_response(status, [*headers, *self._headers], *rest)

        refusal = self._refusal(environ)
        if refusal:
            logs.security_event("origin_refused", code="live")
            start(refusal, [("Content-Type", "text/plain; charset=utf-8")])
            return [b"Refused."]
        return self._inner(environ, start)

    def _refusal(self, environ: dict[str, Any]) -> str | None:
        if environ.get("HTTP_HOST") not in self._hosts:
            return "421 Misdirected Request"
        query = parse_qs(environ.get("QUERY_STRING", ""), max_num_fields=20) if _is_short(environ) else None
        # A script that wraps its answer in a call could be included by any page.
        if query is None or "j" in query:
            return "400 Bad Request"
        origin = environ.get("HTTP_ORIGIN")
        if origin is not None:
            return None if origin in self._origins else "403 Forbidden"
        if "websocket" in query.get("transport", []) or "HTTP_UPGRADE" in environ:
            return "403 Forbidden"
        return None if environ.get("HTTP_SEC_FETCH_SITE") == "same-origin" else "403 Forbidden"


def _is_short(environ: dict[str, Any]) -> bool:
    text = environ.get("QUERY_STRING", "")
    return len(text) <= 500 and text.count("&") < 20
