"""Every rule of the template lint finds a planted violation, and leaves the right way alone."""

from pathlib import Path

import pytest

from tools import check_templates

PLANTED = [
    ("page.html", "<script>go()</script>", "No inline script"),
    ("page.html", '<script type="application/json">{}</script>', "No inline script"),
    ("page.html", "<style>p { color: red }</style>", "No inline style sheet"),
    ("page.html", '<p style="color: red">{{ _("Hello") }}</p>', "No style attribute"),
    ("page.html", '<p\n  class="a"\n  STYLE="x">{{ _("Hello") }}</p>', "No style attribute"),
    ("page.html", '<button type="button" onclick="go()">{{ _("Go") }}</button>', "No `onclick`"),
    ("page.html", '<body onload="go()">', "No `onload`"),
    ("page.html", '<div hx-on:click="go()"></div>', "No `hx-on`"),
    ("page.html", "<a href=' JavaScript:go()'>{{ _('Go') }}</a>", "No javascript:"),
    ("page.html", "{{ text|safe }}", "`|safe` trusts"),
    ("page.html", "{{ text | upper | safe }}", "`|safe` trusts"),
    ("page.html", "{{ Markup(text) }}", "`|safe` trusts"),
    ("page.html", "{% autoescape false %}{{ text }}{% endautoescape %}", "Leave escaping on"),
    ("page.html", '<img src="{{ asset("a.png") }}">', "An image needs alt"),
    ("page.html", '<img src="https://example.org/a.png" alt="">', "another host"),
    ("page.html", '<script src="//example.org/a.js"></script>', "another host"),
    ("page.html", '<link rel="stylesheet" href="http://example.org/a.css">', "another host"),
    ("page.html", '<svg><use href="https://example.org/i.svg#a"></use></svg>', "another host"),
    ("page.html", '<form action="https://example.org/" method="post"></form>', "another host"),
    ("page.html", '<button>{{ _("Go") }}</button>', "Say what the button does"),
    ("page.html", "<p>Hallo Welt</p>", "“Hallo …” stands untranslated"),
    ("page.html", "<p>{{ name }} wrote this</p>", "“wrote …” stands untranslated"),
    ("page.html", '<nav aria-label="Main"></nav>', "`aria-label` is read aloud"),
    ("page.html", '{{ field(form.text, label="Your need") }}', "`label` is read by people"),
    ("page.html", "{% if %}", "Jinja cannot read this"),
    ("_card.html", "{% if current_user.is_moderator %}{% endif %}", "may not depend on the viewer"),
    ("_card.html", "{{ allows(actor, permission) }}", "may not depend on the viewer"),
    ("_card.html", "{{ request.path }}", "may not depend on the viewer"),
    ("_card.html", "{{ g.actor_name }}", "may not depend on the viewer"),
]

CLEAN = """
{% extends "layout/page.html" %}
{# actor, <script>go()</script> and |safe in a comment are only words #}
{% from "components/forms.html" import field %}
<!-- a remark for readers of the source -->
{% block main %}
<h1>{{ _("Needs") }} &nbsp; {{ count }}</h1>
<p>{% trans name=name %}{{ name }} wrote this{% endtrans %}</p>
<script src="{{ asset('core/main.js') }}" type="module"></script>
<img alt="" src="{{ asset('a.png') }}">
<img {{ attributes }}>
<a href="https://example.org/">{{ _("Their page") }}</a>
<button type="submit"{% if a < b and c > d %} disabled{% endif %}>{{ _("Send") }}</button>
<button {{ attributes }}>{{ _("Send") }}</button>
<input name="onset" class="style onclick" aria-label="{{ _('On') }}">
<kbd>Enter</kbd>
<{{ heading }} class="wide" dir="auto"{% if x %} lang="{{ x }}"{% endif %}>{{ title }}</{{ heading }}>
{{ field(form.text, label=_("Your need"), name="text") }}
{% if current_user.is_authenticated %}{{ _("Hello") }}{% endif %}
{% endblock %}
"""


def check(folder: Path, name: str, text: str) -> list[str]:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return [finding.message for finding in check_templates.check(path)]


@pytest.mark.parametrize(("name", "text", "expected"), PLANTED)
def test_finds_the_planted_violation(tmp_path: Path, name: str, text: str, expected: str) -> None:
    messages = check(tmp_path, name, text)
    assert [message for message in messages if expected in message], messages


def test_finds_nothing_in_a_template_as_we_write_them(tmp_path: Path) -> None:
    assert check(tmp_path, "page.html", CLEAN) == []


def test_a_fragment_may_name_an_actor_in_its_own_words(tmp_path: Path) -> None:
    assert check(tmp_path, "_card.html", '<p class="actor">{{ card.factor }}{{ tag.g }}</p>') == []


def test_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(
        '{{ "a\nb" }}\n\n<p style="x">{# two\nlines #}</p>\n<p onclick="y"></p>', encoding="utf-8"
    )
    assert [finding.line for finding in check_templates.check(path)] == [4, 6]


def test_exit_code_tells_whether_there_was_a_finding(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = tmp_path / "good.html", tmp_path / "bad.html"
    good.write_text("<p>{{ text }}</p>", encoding="utf-8")
    bad.write_text("<style></style>", encoding="utf-8")
    assert check_templates.main([str(good)]) == 0
    assert check_templates.main([str(good), str(bad)]) == 1
    captured = capsys.readouterr()
    assert f"{bad}:1: No inline style sheet" in captured.err
    assert "templates: 2 files, 1 findings" in captured.out
