"""Which addresses staff may put on a page."""

from __future__ import annotations

import pytest

from core.errors import Invalid
from dialog.links import LINK_LIMIT, web_address


@pytest.mark.parametrize(
    "typed",
    [
        "https://meet.example.org/raum-1",
        "http://example.org:8443/j/1?pwd=a%20b#x",
        "HTTPS://EXAMPLE.ORG",
        "https://[2001:db8::1]/",
    ],
)
def test_a_web_address_is_kept_as_it_is(typed: str) -> None:
    assert web_address(f"  {typed}\n") == typed


def test_nothing_is_nothing() -> None:
    assert web_address(" \n") == ""


@pytest.mark.parametrize(
    "typed",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "ftp://example.org/",
        "file:///etc/passwd",
        "//example.org/x",
        "/relative",
        "example.org",
        "https:",
        "https:///x",
        "https://name:secret@example.org/",
        "https://example.org@evil.example/",
        "https://exa mple.org/",
        "https://example.org/\nSet-Cookie:x",
        "https://example.org/\u202egpj",
        'https://example.org/"onclick="x',
        "https://example.org/<script>",
        "https://example.org:99999/",
        "https://[::1/",
        "https:\\\\example.org",
        "https://example.org/" + "x" * LINK_LIMIT,
    ],
)
def test_anything_else_is_refused_at_its_field(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        web_address(typed)
    assert list(refused.value.fields) == ["link"]
