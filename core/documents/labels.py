"""The words a document needs beside its content, in the document's language; the caller translates them."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Labels:
    """Plain strings. Names in braces are filled in by the walkers.

    `page_of` takes {page} and {pages}; `missing_one` takes {code} and {name} of a character that cannot be
    printed; `missing_many` takes {count}, {script} and {code} of the first of several in a row. Those from
    `unchanged_one` on are for comparisons.
    """

    contents: str = "Contents"
    page_of: str = "Page {page} of {pages}"
    sources: str = "Origin"
    table_of_figure: str = "The same numbers as a table"
    table_part: str = "{caption} (part {part} of {parts})"
    picture_left_out: str = "This picture cannot be shown. {alt}"
    missing_one: str = "[{code} {name}]"
    missing_many: str = "[{count} characters, {script}, from {code} on]"
    skip_to_content: str = "Skip to the content"
    unchanged_one: str = "1 paragraph is unchanged"
    unchanged_many: str = "{count} paragraphs are unchanged"
    unchanged_sections: str = "Unchanged: {names}"
    section_added: str = "This chapter is new."
    section_removed: str = "This chapter was taken out."
    moved: str = "This stands in another place now."
    inserted: str = "inserted:"
    deleted: str = "deleted:"
    end_of_change: str = "end of the change"

    @classmethod
    def from_plain(cls, plain: dict[str, str]) -> Labels:
        """Labels from a mapping of their names; unknown names are ignored."""
        names = {field.name for field in dataclasses.fields(cls)}
        return cls(**{name: str(value) for name, value in plain.items() if name in names})

    def as_plain(self) -> dict[str, str]:
        """The mapping that `from_plain` reads; lazy translations become strings."""
        return {field.name: str(getattr(self, field.name)) for field in dataclasses.fields(self)}
