"""What is filled into a form drawn before is what the template would have drawn."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import pytest
from flask import Flask, render_template
from jinja2 import ChoiceLoader, DictLoader
from markupsafe import Markup

from core import realtime
from core.moulds import Mould, joined
from core.realtime import tokens

pytestmark = pytest.mark.without_database


class Shape(NamedTuple):
    """What decides the form of the probe."""

    label: str
    is_long: bool


TEMPLATE = (
    '<p title="{{ name }}" class="100%">{{ label }}: {{ name }}{% if is_long %} – {{ text }}{% endif %}</p>'
)
PROBE = Mould[Shape]("probe.html", "name", "text")
TEXTS = ["Kurse", "", "<b>&amp;\"'", "100 % {{ 1 }} %s {0}", "دورات", "\\1 \\g<0>", "hole"]


@pytest.fixture(autouse=True)
def probe(app: Flask) -> Iterator[None]:
    """The probe's templates, in a request."""
    loader = app.jinja_env.loader
    app.jinja_env.loader = ChoiceLoader(
        [DictLoader({"probe.html": TEMPLATE, "live.html": "<i>{{ live_token() }}</i>{{ name }}"}), loader]  # type: ignore[list-item]
    )
    with app.test_request_context():
        yield
    app.jinja_env.loader = loader
    app.extensions.pop("moulds", None)


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("is_long", [True, False])
def test_filled_is_drawn(text: str, is_long: bool) -> None:
    shape = Shape("<Art>", is_long)
    drawn = render_template("probe.html", **shape._asdict(), name=text, text=f"{text}!")

    for _ in range(2):
        assert PROBE.forms()(shape)(text, f"{text}!") == drawn


def test_markup_goes_in_as_it_is_and_text_beside_it_is_escaped() -> None:
    filled = PROBE.forms()(Shape("", is_long=True))(Markup("<b>fett</b>"), "<i>")

    assert "<b>fett</b> – &lt;i&gt;</p>" in filled


def test_shapes_have_forms_of_their_own() -> None:
    form = PROBE.forms()
    short, long = form(Shape("a", is_long=False)), form(Shape("a", is_long=True))

    assert joined([short("x", "y"), long("x", "y")]).count("y") == 1


def test_a_form_is_drawn_once(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[Shape] = []
    draw = Mould.draw
    monkeypatch.setattr(Mould, "draw", lambda self, shape: drawn.append(shape) or draw(self, shape))
    for _ in range(3):
        PROBE.forms()(Shape("a", is_long=True))("x", "y")
    assert len(drawn) == 1

    monkeypatch.setitem(app.config, "TEMPLATES_AUTO_RELOAD", True)
    for _ in range(3):
        PROBE.forms()(Shape("b", is_long=True))("x", "y")
    assert len(drawn) == 4


def test_forms_do_not_pile_up(app: Flask) -> None:
    few = Mould[Shape]("probe.html", "name", "text", most=3)
    for number in range(9):
        assert few.forms()(Shape(str(number), is_long=False))("x", "y").endswith(f">{number}: x</p>")

    (known,) = app.extensions["moulds"].values()
    assert [shape.label for shape in known] == ["6", "7", "8"]


def test_nobodys_token_stays_in_a_form(app: Flask) -> None:
    filled = str(Mould[Shape]("live.html", "name").forms()(Shape("", is_long=False))("x"))

    assert tokens.token() not in filled
    assert realtime.shared_page(lambda: filled) == f"<i>{tokens.token()}</i>x"


def test_an_address_that_was_made_up_pushes_no_form_out(app: Flask) -> None:
    with app.test_request_context(query_string={"q": "x" * 400}):
        PROBE.forms()(Shape("odd", is_long=False))
    PROBE.forms()(Shape("plain", is_long=False))

    assert [shape.label for known in app.extensions["moulds"].values() for shape in known] == ["plain"]


def test_threads_that_draw_at_the_same_time_keep_to_the_bound(app: Flask) -> None:
    few = Mould[Shape]("probe.html", "name", "text", most=4)

    def draw(start: int) -> int:
        with app.test_request_context():
            form = few.forms()
            filled = [form(Shape(str(number), is_long=False))("x", "") for number in range(start, start + 60)]
        return sum(f">{number}: x<" in one for number, one in enumerate(filled, start))

    with ThreadPoolExecutor(6) as threads:
        drawn = list(threads.map(draw, range(0, 60, 10)))

    assert drawn == [60] * 6
    assert [len(known) for known in app.extensions["moulds"].values()] == [4]
