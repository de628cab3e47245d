"""What became of a list, as a report and as a file for those who sent it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dialog.municipal_lists.judging import Judged, report


def report_of(judged: Sequence[Judged], references: Mapping[int, str]) -> dict[str, Any]:
    """The report of the command: every row, with the register number of the entry that was made of it."""
    rows = [report(one) for one in judged]
    for row, one in zip(rows, judged, strict=True):
        if one.record in references:
            row["reference"] = references[one.record]
    return {"rows": rows}


def counts_of(judged: Iterable[Judged]) -> dict[str, int]:
    """How many rows have each outcome."""
    return dict(Counter(str(one.outcome) for one in judged))
