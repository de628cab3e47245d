"""What is said about a row or a file, as codes that can be kept, with their sentences."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from core.errors import Sentence
from core.i18n import lazy_gettext as _l


class RowOutcome(StrEnum):
    """What can become of a row."""

    OK = "ok"
    OK_NORMALISED = "ok_normalised"
    DUPLICATE = "duplicate"
    SIMILAR = "similar"
    INCOMPLETE = "incomplete"
    REJECTED = "rejected"
    NOT_DATA = "not_data"


OUTCOME_LABELS: Mapping[str, Sentence] = {
    RowOutcome.OK: _l("In order"),
    RowOutcome.OK_NORMALISED: _l("Understood, with a note"),
    RowOutcome.DUPLICATE: _l("There already"),
    RowOutcome.SIMILAR: _l("Similar to another entry"),
    RowOutcome.INCOMPLETE: _l("Something is missing"),
    RowOutcome.REJECTED: _l("Cannot be taken over"),
    RowOutcome.NOT_DATA: _l("Not an entry"),
}

TAKEN = (RowOutcome.OK, RowOutcome.OK_NORMALISED)
"""What is imported without anybody having to decide."""

OPEN = (RowOutcome.SIMILAR, RowOutcome.INCOMPLETE)
"""What somebody can decide about."""

HINTS = ("contact_data", "confidential")
"""Notes that somebody has to have read before the row is published."""

FAILED = (RowOutcome.SIMILAR, RowOutcome.INCOMPLETE, RowOutcome.REJECTED)
"""What is not taken over as it is."""


class Note(NamedTuple):
    """One thing to say: its code, and the pieces of the list that fill its sentence."""

    code: str
    values: dict[str, str] = {}  # noqa: RUF012 - never changed; a tuple cannot have a factory

    def __str__(self) -> str:
        return str(SENTENCES[self.code]) % self.values if self.values else str(SENTENCES[self.code])


SENTENCES: Mapping[str, Sentence] = {
    # Why a row is what it is.
    "empty_row": _l("The row is empty."),
    "sum_row": _l("The row is a sum."),
    "remark_row": _l("The row is a remark."),
    "header_row": _l("The row repeats the headings."),
    "title_missing": _l("The title is missing."),
    "title_placeholder": _l("Instead of a title there is only “%(written)s”."),
    "title_too_long": _l("The title has %(length)s characters; at most %(max)s are possible."),
    "text_too_long": _l("The description has %(length)s characters; at most %(max)s are possible."),
    "not_in_county": _l("“%(written)s” is not a municipality of the county."),
    "not_yours": _l("“%(written)s” is not your municipality."),
    "place_missing": _l("The municipality is missing."),
    "part_of_municipality": _l(
        "“%(written)s” is a part of %(known)s. Please say which municipality is meant."
    ),
    "place_ambiguous": _l("“%(written)s” can be more than one municipality: %(known)s."),
    "place_unclear": _l("“%(written)s” is not known. Is %(known)s meant?"),
    "several_places": _l("There are several municipalities in one cell: “%(written)s”."),
    "field_missing": _l("The field of action is missing."),
    "field_unknown": _l("“%(written)s” is not one of the fields of action."),
    "field_ambiguous": _l("“%(written)s” can be more than one field of action: %(known)s."),
    "field_gone": _l("The field of action that was chosen is not there any more."),
    "several_fields": _l("There are several fields of action in one cell: “%(written)s”."),
    "same_in_list": _l("Row %(of)s has the same municipality and the same title."),
    "same_in_register": _l("%(of)s in the register has the same municipality and the same title."),
    "imported_before": _l("This row was taken over before as %(of)s."),
    "other_field": _l("Entry %(of)s has the same municipality and title in another field of action."),
    "other_provider": _l("Entry %(of)s has the same municipality and title with another provider."),
    "alike": _l("Entry %(of)s in the same municipality has nearly the same title."),
    "other_field_in_list": _l("Row %(of)s has the same municipality and title in another field of action."),
    "other_provider_in_list": _l("Row %(of)s has the same municipality and title with another provider."),
    "alike_in_list": _l("Row %(of)s with the same municipality has nearly the same title."),
    "left_out": _l("Somebody has decided to leave it out."),
    "hint_unread": _l(
        "It has a hint that nobody had read when the list was taken over. Please send it again."
    ),
    # What was understood otherwise than it was written, or should be looked at.
    "field_alias": _l("“%(written)s” was read as “%(known)s”."),
    "place_spelling": _l("“%(written)s” was read as “%(known)s”."),
    "ags_zero": _l("The official key %(written)s lacks the zero in front."),
    "county_alias": _l("“%(written)s” was read as the whole county."),
    "excel_date": _l("The number %(written)s was read as the date %(known)s."),
    "two_digit_year": _l("The year in “%(written)s” has two digits; it was read as %(known)s."),
    "invalid_date": _l("“%(written)s” is not a day of the calendar; it is kept as a remark."),
    "date_text": _l("“%(written)s” is not a date; it is kept as a remark."),
    "date_unlikely": _l("“%(written)s” is no likely day; it is kept as a remark."),
    "ends_before": _l("The last day is before the first one; it is kept as a remark."),
    "checked_later": _l("The day of the check is still to come; it is kept as a remark."),
    "url_text": _l("“%(written)s” is not the address of a page on the internet; it is kept as a remark."),
    "cost_words": _l("“%(written)s” was read as %(known)s."),
    "cost_text": _l("The cost “%(written)s” is not an amount; it is kept as a remark."),
    "urgency_text": _l("The urgency “%(written)s” is not a number from 1 to 5; it is left out."),
    "urgency_range": _l("The urgency %(written)s is not between 1 and 5; it is left out."),
    "text_missing": _l("There is no description; the title stands in its place."),
    "provider_missing": _l("The provider is missing."),
    "line_break": _l("A cell has several lines."),
    "contact_data": _l("There may be personal data in it: “%(written)s”."),
    "confidential": _l("It is marked as confidential. Please check before it is published."),
    "formula": _l("A cell begins like a formula; it is kept as plain text."),
    "markup": _l("A cell contains program code for web pages; it is kept as plain text."),
    "lost_character": _l("A letter may have been lost: “%(written)s”."),
    "shortened": _l("“%(column)s” is longer than %(max)s characters; only the beginning was taken over."),
}
