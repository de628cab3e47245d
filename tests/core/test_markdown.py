import re
import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from core.errors import Invalid
from core.markdown import MAX_BRACKETS, MAX_LENGTH, MAX_MARKERS, render, trusted_svg

pytestmark = pytest.mark.without_database

GROWTH = [
    "[", "[a](", "![", "*a ", "**", "_a ", "`", "`a``b```", "<", "<a ", "&", "&#", "> a\n", "- ",
    "- \n", "- a\n", "1. a\n", "|", "|a|b|\n", "a|b\n-|-\n", "\\", "!", "\n", "# ", "<!--",
    "a\n=\n", "<http://a>", "[a]: b\n", "a  \n", "\t- a\n", " ", "**a *b `c ", "* * ",
]  # fmt: skip


def test_the_elements_of_a_chapter() -> None:
    html = render(
        "# Titel\n\n- a\n    - b\n\n1. x\n\n> z\n\n| A | B |\n|---|--:|\n| *x* | 1 |\n\n**f** `c` [l](https://a.example/?b=1)"
    )
    assert isinstance(html, Markup)
    for part in (
        "<h1>",
        "<ul>",
        "<ol>",
        "<blockquote>",
        '<td align="right">1',
        "<strong>f",
        "<code>c",
        "<em>x",
    ):
        assert part in html
    assert 'href="https://a.example/?b=1"' in html
    assert 'rel="noopener noreferrer ugc"' in html


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](  JaVaScRiPt:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x](data:text/html,<script>)",
        "[x](//evil.example)",
        "![leise](https://tracker.example/a.png)",
        '[x](https://a.example "\\" onmouseover=alert(1)")',
        "<javascript:alert(1)>",
        "`<script>`",
        "<svg/onload=alert(1)>\n\n<style>*{}</style>",
        "[r]\n\n[r]: javascript:alert(1)",
    ],
)
def test_nothing_runs_and_nothing_is_fetched(hostile: str) -> None:
    html = render(hostile).lower()
    for part in ("<script", "<img", "<svg", "<style", 'href="javascript', 'href="data', 'href="//'):
        assert part not in html
    for tag in re.findall(r"<[^>]*>", html):
        assert " on" not in tag
        assert " title=" not in tag
        assert "src=" not in tag


def test_a_picture_becomes_its_words() -> None:
    assert "leise" in render("![leise](https://tracker.example/a.png)")


@pytest.mark.parametrize("pattern", GROWTH)
def test_hostile_patterns_at_the_cap_are_refused_or_cheap(pattern: str) -> None:
    text = (pattern * (MAX_LENGTH // len(pattern)))[:MAX_LENGTH]
    text = "\n".join(text.split("\n")[:2_000])
    for marker in "[*_`<&\\|!":
        limit = MAX_BRACKETS if marker == "[" else MAX_MARKERS
        pieces = text.split(marker)
        text = marker.join(pieces[: limit + 1])
    before = time.process_time()
    with suppress(Invalid):
        render(text)
    # Half a second is the measure; the slack is for a busy machine, growth would exceed it tenfold.
    assert time.process_time() - before < 2.5


@pytest.mark.parametrize(
    "text", ["a" * (MAX_LENGTH + 1), "[" * 201, "*" * 4001, "> " * 40 + "a", "a\n" * 2001]
)
def test_excess_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        render(text)
    assert str(refusal.value).endswith(".")


@given(st.text(alphabet="ab []()*_`<>#-|!\\&\n\t1.:/\"'=", max_size=300))
def test_any_text_gives_html_without_loading_attributes(text: str) -> None:
    try:
        html = render(text)
    except Invalid:
        return
    assert "src=" not in html.replace("&quot;", "") or "<img" not in html


def test_only_harmless_pictures_are_trusted() -> None:
    good = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><title>t</title><rect width="1"/></svg>'
    assert trusted_svg(good) == good
    for bad in (
        '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        '<svg xmlns="http://www.w3.org/2000/svg"><rect fill="url(https://evil.example/a)"/></svg>',
        '<svg xmlns="http://www.w3.org/2000/svg"><rect style="fill:red"/></svg>',
        '<svg xmlns="http://www.w3.org/2000/svg"><image href="https://evil.example/a"/></svg>',
        '<svg xmlns="http://www.w3.org/2000/svg"><a href="https://evil.example/a"/></svg>',
        '<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>',
        "<svg",
        "<p>x</p>",
    ):
        with pytest.raises(ValueError, match="SVG"):
            trusted_svg(bad)
