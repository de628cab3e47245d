"""A hundred broken files: each gives a clear sentence or an answer for every row, quickly."""

from __future__ import annotations

import re
import time

import pytest

from dialog.municipal_lists.columns import mapping_of
from dialog.municipal_lists.judging import Question, judge, report
from dialog.municipal_lists.limits import BadList
from dialog.municipal_lists.notes import FAILED, RowOutcome
from dialog.municipal_lists.reading import read_list
from dialog.vocabulary import Kind
from tests.dialog.municipal_lists import guides, museum

pytestmark = pytest.mark.without_database

UNREADABLE = dict(museum.unreadable())
STRANGE = dict(museum.strange())
SECONDS = 20
"""Far more than the slowest takes on two busy cores: whatever goes on for so long goes on for ever."""


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_is_no_list_is_refused_with_one_clear_sentence(name: str) -> None:
    began = time.monotonic()
    with pytest.raises(BadList) as refused:
        read_list(UNREADABLE[name])
    assert time.monotonic() - began < SECONDS
    sentence = str(refused.value)
    assert re.fullmatch(r"[A-Z].{15,300}[.]", sentence), sentence
    assert not re.search(r"Error|Traceback|None|xml\b", sentence.replace("XML", ""))


@pytest.mark.parametrize("name", STRANGE)
def test_in_what_is_only_odd_every_row_has_an_answer(name: str) -> None:
    began = time.monotonic()
    found = read_list(STRANGE[name])
    columns = mapping_of(found.header, Kind.NEED)
    assert "title" in columns
    judged = judge(found.rows, guides.ENZKREIS, Question(Kind.NEED, columns))
    assert time.monotonic() - began < SECONDS
    assert [one.record for one in judged] == list(range(1, len(found.rows) + 1))
    for one in judged:
        assert report(one)["outcome"] in set(RowOutcome)
        assert one.cells == found.rows[one.record - 1]
        assert one.reasons or one.outcome not in {*FAILED, RowOutcome.DUPLICATE, RowOutcome.NOT_DATA}
        assert all(str(note) for note in [*one.reasons, *one.warnings])


def test_there_are_a_hundred() -> None:
    assert len(UNREADABLE) + len(STRANGE) >= 100
