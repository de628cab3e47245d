"""Rules that come with the fixed words of the package."""

from __future__ import annotations

import pytest

from core.text import excerpt
from dialog.vocabulary import TITLE_LIMIT, heading_language

ARABIC = "نحتاج إلى دورات لغة مسائية"
LONG = "Akşamları çocuk bakımı olan\nAlmanca kursları eksik. " * 9


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize(
    ("title", "text", "language", "heading"),
    [
        (ARABIC, ARABIC, "ar", "ar"),
        (excerpt(LONG, TITLE_LIMIT), LONG, "tr", "tr"),
        ("çocuk bakımı olan Almanca kursları", LONG, "tr", "tr"),
        ("Kurse mit Kinderbetreuung", LONG, "tr", "de"),
        ("Sprachkurse am Abend", ARABIC, "ar", "de"),
        ("Kurse", "Es fehlen Sprachangebote", "de", "de"),
        ("", "", "ar", "ar"),
    ],
)
def test_a_heading_not_made_of_its_text_is_the_staffs(
    title: str, text: str, language: str, heading: str
) -> None:
    assert heading_language(title, text, language) == heading
