"""The phrases that pages and documents share."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from concept import words
from core.i18n import force_locale

pytestmark = pytest.mark.without_database


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize(
    ("language", "day"), [("de", "22. November 2026"), ("en", "November 22, 2026"), ("ar", "22 نوفمبر 2026")]
)
def test_days_are_written_as_in_the_language_in_use(language: str, day: str) -> None:
    # By then it is the next day in the county.
    late = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
    with force_locale(language):
        said = (words.moment(late), words.as_of(late), words.span(late, late))
    assert [phrase for phrase in said if day not in phrase] == []
