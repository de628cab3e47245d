import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from core.canvas import FIELD_COLOURS, HEAT, INK, text_width, wrapped
from core.charts import (
    WEB_SIZE,
    WEB_WIDTH,
    Bar,
    FieldVoices,
    HeatRow,
    Line,
    Point,
    bar_chart,
    dots_stand_for,
    heat_chart,
    line_chart,
    voices_chart,
)
from core.documents.pictures import safe_svg

pytestmark = pytest.mark.without_database

NS = "{http://www.w3.org/2000/svg}"
TOKENS = Path(__file__).parents[2] / "static/components/tokens.css"


def chart(**changes: object):
    options = {
        "title": "Bedarfe nach Punkten",
        "summary": "Am meisten hat A.",
        "header": ("Bedarf", "Punkte"),
    }
    rows = [
        Bar("Kürzere Wartezeit auf Deutschkurse", 40, colour="language"),
        Bar("Bus", 20),
        Bar("Nichts", 0),
    ]
    return bar_chart(rows, **{**options, **changes})


def test_the_picture_and_the_table_say_the_same() -> None:
    made = chart()
    assert made.table == (
        ("Bedarf", "Punkte"),
        (("Kürzere Wartezeit auf Deutschkurse", "40"), ("Bus", "20"), ("Nichts", "0")),
    )
    for svg in (made.svg, made.print_svg):
        words = " ".join("".join(text.itertext()) for text in ElementTree.fromstring(svg).iter(f"{NS}text"))
        for _, value in made.table[1]:
            assert value in words.split()


def test_bars_are_as_long_as_their_values() -> None:
    root = ElementTree.fromstring(chart().print_svg)
    bars = [float(rect.get("width", 0)) for rect in root.iter(f"{NS}rect") if rect.get("fill") != "#E3E8E7"]
    assert bars[0] == pytest.approx(2 * bars[1], abs=0.2)
    assert len(bars) == 2


def test_a_screen_reader_gets_a_picture_with_a_title_first() -> None:
    root = ElementTree.fromstring(chart().svg)
    assert root.get("role") == "img"
    assert root[0].tag == f"{NS}title"
    assert root[0].text == "Bedarfe nach Punkten"


def test_the_page_follows_the_scheme_and_print_carries_light_colours() -> None:
    made = chart()
    assert "currentColor" in made.svg
    assert "vs-f--language" in made.svg
    assert "var(" not in made.print_svg
    assert "currentColor" not in made.print_svg
    assert INK in made.print_svg
    for svg in (made.svg, made.print_svg):
        assert "style=" not in svg
        assert safe_svg(svg) == svg


def test_words_are_readable_and_inside_the_picture_on_a_phone() -> None:
    long = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverordnung und Verfahren " * 3
    made = bar_chart([Bar(long, 1)], title="t", summary="s", header=("a", "b"))
    assert WEB_SIZE * 358 / WEB_WIDTH >= 14
    for text in ElementTree.fromstring(made.svg).iter(f"{NS}text"):
        assert text_width(text.text or "", float(text.get("font-size", 0))) <= WEB_WIDTH


def test_a_soft_hyphen_says_where_a_word_breaks() -> None:
    assert wrapped("Gesell\xadschaft\xadliche Teilhabe", 19, 110) == ["Gesell-", "schaftliche", "Teilhabe"]


def test_right_to_left_mirrors_the_drawing() -> None:
    there = ElementTree.fromstring(chart().svg)
    back = ElementTree.fromstring(chart(direction="rtl").svg)
    for one, other in zip(there.iter(f"{NS}rect"), back.iter(f"{NS}rect"), strict=True):
        mirrored = WEB_WIDTH - float(one.get("x", 0)) - float(one.get("width", 0))
        assert float(other.get("x", 0)) == pytest.approx(mirrored, abs=0.11)


@pytest.mark.parametrize(
    "hostile", ["</text><script>alert(1)</script>", '" onload="x', "\x00\ud800&<", "👍 ሰላም"]
)
def test_typed_words_stay_words(hostile: str) -> None:
    rows = [Bar(hostile, 1, value_text=hostile, note=hostile, colour=hostile)]
    made = bar_chart(rows, title=hostile, summary=hostile, header=("a", "b"))
    voices = voices_chart(
        [FieldVoices(hostile, 1, 1, hostile)], title=hostile, summary="", header=("a", "b", "c")
    )
    for svg in (made.svg, made.print_svg, voices.svg, voices.print_svg):
        assert safe_svg(svg) == svg


def test_no_rows_give_an_empty_picture() -> None:
    assert safe_svg(bar_chart([], title="t", summary="s", header=("a", "b")).svg)
    assert safe_svg(voices_chart([], title="t", summary="s", header=("a", "b", "c")).svg)


def test_one_dot_for_every_voice() -> None:
    fields = [FieldVoices("Freizeit", 16, 14, "leisure"), FieldVoices("Sprache", 18, 14, "language")]
    made = voices_chart(fields, title="t", summary="s", header=("Feld", "Angebote", "Bedarfe"))
    dots = list(ElementTree.fromstring(made.svg).iter(f"{NS}circle"))
    assert len(dots) == 62
    assert sum(dot.get("fill") != "none" for dot in dots) == 34
    assert all((dot.get("fill") == "none") == bool(dot.get("stroke-dasharray")) for dot in dots)
    assert made.table[1][0] == ("Freizeit", "16", "14")


@pytest.mark.parametrize(("largest", "each"), [(60, 1), (61, 2), (121, 5), (301, 10), (1_201, 50)])
def test_a_dot_stands_for_more_when_there_are_many(largest: int, each: int) -> None:
    assert dots_stand_for([FieldVoices("a", largest, 0)]) == each


def test_the_light_colours_are_those_of_the_tokens() -> None:
    light = TOKENS.read_text(encoding="utf-8").split("@media", 1)[0]
    found = dict(re.findall(r"--vs-field-(\w+): (#[0-9A-Fa-f]{6})", light))
    assert found == FIELD_COLOURS


def test_a_word_too_long_for_its_column_breaks_between_syllables() -> None:
    assert wrapped("Gesellschaftliche Teilhabe", 12, 80) == ["Gesell-", "schaftliche", "Teilhabe"]
    assert wrapped("Gewaltprävention", 12, 80) == ["Gewaltprä-", "vention"]


def series(**changes: object):
    options = {"title": "Kurse", "summary": "Es werden mehr.", "header": ("Stand", "Kurse")}
    points = [Point(2022.0, "2022", 4), Point(2021.0, "2021", 2.5, "2,5"), Point(2023.0, "2023", 8)]
    return line_chart(points, **{**options, **changes})


def test_a_series_stands_in_the_order_of_time_with_its_goal() -> None:
    drawn = series(goal=Line(10, "Ziel: 10"))
    assert drawn.table == (
        ("Stand", "Kurse"),
        (("2021", "2,5"), ("2022", "4"), ("2023", "8"), ("Ziel: 10", "10")),
    )
    for svg in (str(drawn.svg), drawn.print_svg):
        root = ElementTree.fromstring(svg)
        dots = [(float(c.get("cx") or 0), float(c.get("cy") or 0)) for c in root.iter(f"{NS}circle")]
        assert [x for x, _ in dots] == sorted(x for x, _ in dots)
        assert [y for _, y in dots] == sorted((y for _, y in dots), reverse=True)
        assert len(list(root.iter(f"{NS}polyline"))) == 2
        assert safe_svg(svg)


@pytest.mark.parametrize("values", [[0.0], [5.0, 5.0], [-3.0, 4.0], [-2.0, -1.0]])
def test_no_series_falls_out_of_its_picture(values: list[float]) -> None:
    points = [Point(float(place), str(place), value) for place, value in enumerate(values)]
    root = ElementTree.fromstring(line_chart(points, title="T", summary="S", header=("a", "b")).print_svg)
    width, height = float(root.get("width") or 0), float(root.get("height") or 0)
    for circle in root.iter(f"{NS}circle"):
        assert 0 < float(circle.get("cx") or -1) < width
        assert 0 < float(circle.get("cy") or -1) < height


def test_a_series_of_nothing_and_a_long_one_can_be_drawn() -> None:
    assert "<circle" not in line_chart([], title="T", summary="S", header=("a", "b")).print_svg
    many = line_chart(
        [Point(n, f"Jahr {n}", n) for n in range(30)], title="T", summary="S", header=("a", "b")
    )
    assert many.print_svg.count("Jahr") == 2
    assert len(many.table[1]) == 30


def test_a_heat_table_says_in_words_what_it_shades_and_has_its_table() -> None:
    rows = [
        HeatRow("Königsbach-Stein", [("3 | 1", 2), ("–", 0)]),
        HeatRow("<Ort>", [("12 | 0", 4), ("1 | 1", 1)]),
    ]
    chart = heat_chart(["Sprache", "Arbeit & Beruf"], rows, title="T", summary="S.", corner="Ort")
    assert chart.table == (
        ("Ort", "Sprache", "Arbeit & Beruf"),
        (("Königsbach-Stein", "3 | 1", "–"), ("<Ort>", "12 | 0", "1 | 1")),
    )
    for svg in (str(chart.svg), chart.print_svg):
        assert "&lt;Ort&gt;" in svg
        for words in ("3 | 1", "12 | 0", "1 | 1"):
            assert f">{words}</text>" in svg
    assert HEAT[4] in chart.print_svg
    assert "var(" not in chart.print_svg
    assert "var(--vs-heat-4" in chart.svg


def test_the_shades_are_those_of_the_tokens() -> None:
    light = TOKENS.read_text("utf-8").split("@media")[0]
    for number, colour in enumerate(HEAT):
        assert f"--vs-heat-{number}: {colour}" in light
