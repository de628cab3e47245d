"""Our Jinja draws what Jinja draws: the same escaping and sentences, only sooner."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from core.i18n import lazy_gettext
from core.templating import Environment

pytestmark = pytest.mark.without_database

TEMPLATE = """
{%- macro one(x) -%}<b title="{{ x }}">{{ x }}</b>{%- endmacro -%}
{%- set kept %}{{ value }}{% endset -%}
{{ value }}|{{ one(value) }}|{{ kept }}|{% for letter in [value] %}{{ letter }}{% endfor %}|{{ value ~ "<" }}
{%- filter upper %}{{ value }}{% endfilter %}{% autoescape false %}{{ value }}{% endautoescape %}"""

VALUES: list[Any] = [
    "",
    "einfach",
    "<script>alert(1)</script>",
    "\"'&<>",
    Markup("<b>fett</b>"),
    Markup(""),
    0,
    -7,
    1.5,
    True,
    None,
    ["<", Markup(">")],
    lazy_gettext("Needs and offers"),
]


def drawn(app: Flask, environment: Any, value: Any) -> str:
    with app.test_request_context():
        made: str = environment.from_string(TEMPLATE).render(value=value)
        return made


@pytest.fixture
def plain(app: Flask) -> Any:
    """Jinja without anything of ours."""
    import flask.templating

    return flask.templating.Environment(app, autoescape=True)


@pytest.fixture
def ours(app: Flask) -> Environment:
    return Environment(app, autoescape=True)


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_value_is_drawn_as_jinja_draws_it(app: Flask, plain: Any, ours: Environment, value: Any) -> None:
    assert drawn(app, ours, value) == drawn(app, plain, value)


class AString(str):
    """Not the plain type, so that nothing may be assumed of it."""


@given(st.text())
def test_any_text_is_escaped_as_markupsafe_escapes_it(text: str) -> None:
    assert Environment.shown(text) == Environment.shown(AString(text)) == str(escape(text))


def test_trusted_markup_stays_and_what_is_missing_is_nothing(app: Flask, ours: Environment) -> None:
    assert Environment.shown(Markup("<i>")) == "<i>"
    with app.test_request_context():
        assert ours.from_string("[{{ nothing }}]").render() == "[]"


def test_sentences_escape_what_is_put_into_them(app: Flask) -> None:
    draw = app.jinja_env.from_string
    with app.test_request_context(headers={"Accept-Language": "de"}):
        assert draw('{{ _("for %(whom)s", whom="<b>") }}').render() == "für &lt;b&gt;"
        assert draw('{{ _("for %(whom)s", whom=bold) }}').render(bold=Markup("<b>")) == "für <b>"
        assert draw('{{ _("100 %% of <all>") }}').render() == "100 % of <all>"
        assert draw('{{ ngettext("%(num)s need", "%(num)s needs", 3) }}').render() == "3 Bedarfe"


def test_sentences_follow_the_language_of_each_request(app: Flask) -> None:
    for language, said in (("de", "Bedarfe und Angebote"), ("en", "Needs and offers")) * 2:
        with app.test_request_context(headers={"Accept-Language": language}):
            assert app.jinja_env.from_string('{{ _("Needs and offers") }}').render() == said
