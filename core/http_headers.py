"""The headers every answer carries: nothing from elsewhere runs, loads, frames or learns where one was."""

from __future__ import annotations

from flask import Response, current_app, g, request

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-ancestors 'none'",
    )
)


_ALWAYS = (
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)


def add(response: Response) -> None:
    """Add the security headers; pages of a person are never kept by the browser or in between."""
    headers = response.headers
    present = {name.lower() for name, _value in headers}
    for name, value in _ALWAYS:
        if name.lower() not in present:
            headers.add(name, value)
    if current_app.config["SECURE"]:
        headers.setdefault("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
    if request.endpoint != "static":
        if g.get("device_is_shared"):
            # The next person at this device finds nothing, neither by Back nor on its disk.
            headers["Cache-Control"] = "no-store"
        elif "cache-control" not in present:
            headers.add("Cache-Control", "no-store" if request.cookies else "private, no-cache")
        headers.add("Vary", "Cookie, Accept-Language")
