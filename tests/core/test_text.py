import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text import MARKS_PER_CHARACTER, clean_line, clean_text, excerpt, fold

pytestmark = pytest.mark.without_database

LEGITIMATE = [
    "👍🏽 👨‍👩‍👧‍👦 🇩🇪 🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    "ሰላም ለዓለም",
    "我们需要语言课程",
    "می‌خواهم یاد بگیرم",
    "Việt Nam, Łódź, Straße",
    "A\u2067עברית\u2069B",
]


@pytest.mark.parametrize("typed", LEGITIMATE)
def test_what_people_write_stays_as_it_is(typed: str) -> None:
    assert clean_text(typed) == typed


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  a \r\n b\t\x00c\x85d\u2028e ", "a\n b c\nd\ne"),
        ("a\n\n\n\n\n\nb", "a\n\n\nb"),
        ("Lohn\u202enhoL\u202c", "LohnnhoL"),
        ("\ufeffa\x1b[31mb\x9f", "a[31mb"),
        ("o\u0308", "ö"),
        ("Text\U000e0048\U000e0049", "Text"),
        ("a\ud800b\ufffe", "ab"),
        ("e" + "\u0321" * 40, "e" + "\u0321" * MARKS_PER_CHARACTER),
    ],
)
def test_what_nobody_types_on_purpose_goes(typed: str, kept: str) -> None:
    assert clean_text(typed) == kept


@given(st.text())
def test_cleaning_twice_is_cleaning_once(typed: str) -> None:
    once = clean_text(typed)
    assert clean_text(once) == once


def test_a_line_has_no_line_breaks() -> None:
    assert clean_line(" Frauen\n kurse \t mit  Betreuung ") == "Frauen kurse mit Betreuung"


@given(st.text(max_size=60), st.integers(min_value=1, max_value=40))
def test_an_excerpt_is_never_longer_than_asked(text: str, length: int) -> None:
    assert len(excerpt(text, length)) <= length


def test_an_excerpt_ends_at_a_word_and_keeps_an_emoji_whole() -> None:
    assert excerpt("Frauenkurse mit Kinderbetreuung", 20) == "Frauenkurse mit…"
    assert excerpt("kurz", 20) == "kurz"
    assert excerpt("👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 9).removesuffix("…") in ("👨‍👩‍👧‍👦", "")


def test_folding_compares_without_case_and_accents() -> None:
    assert fold("Straßen  BÄUME") == fold("strassen baume")
    assert fold("ＭＵＳＩＫ") == "musik"
