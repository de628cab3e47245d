"""Pages of a long list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class PageNumbers(NamedTuple):
    """What a list of pages shows: the page one is on, counted from 1, and how many there are."""

    page: int
    pages: int

    @property
    def shown(self) -> list[int | None]:
        """Page numbers to offer; None stands for a gap."""
        near = sorted({1, 2, self.page - 1, self.page, self.page + 1, self.pages - 1, self.pages})
        numbers: list[int | None] = []
        for number in (n for n in near if 1 <= n <= self.pages):
            if numbers and number - (numbers[-1] or 0) > 1:
                numbers.append(None)
            numbers.append(number)
        return numbers


@dataclass(frozen=True, slots=True)
class Paging:
    """Where one is in a list: `page` counts from 1, `total` is the number of entries."""

    page: int
    per_page: int
    total: int

    @property
    def pages(self) -> int:
        """Number of pages, at least 1."""
        return max(1, -(-self.total // self.per_page))

    @property
    def offset(self) -> int:
        """Number of entries before this page."""
        return (self.page - 1) * self.per_page

    @property
    def numbers(self) -> PageNumbers:
        """What the list of pages shows."""
        return PageNumbers(self.page, self.pages)

    @classmethod
    def of(cls, wanted: str | None, per_page: int, total: int) -> Paging:
        """The page asked for in the address; what is no page of this list becomes the nearest one."""
        number = int(wanted) if wanted and wanted.isascii() and wanted.isdigit() and len(wanted) < 7 else 1
        last = max(1, -(-total // per_page))
        return cls(min(max(number, 1), last), per_page, total)
