"""The protocol of a group and of a whole day as a document, in the language in use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from flask_babel import format_date, format_datetime, to_user_timezone

from core.documents.tree import (
    Alignment,
    Block,
    Document,
    Inline,
    Inlines,
    Lang,
    LineBreak,
    Link,
    ListBlock,
    ListItem,
    Paragraph,
    Section,
    Sheet,
    Table,
    Text,
    paragraph,
    text,
)
from core.i18n import gettext, language, name_in, ngettext
from dialog.models import AgendaItem, Contribution, DialogueEvent
from dialog.vocabulary import NOT_TAKEN_REASONS, PRIORITIES, Outcome, Visibility
from workshops.lane_words import lane_name
from workshops.models import Lane
from workshops.queries.protocols import BoardRecord, CardRecord

Address = Callable[[str], str]
"""Gives the address of a contribution for its register number."""


def group_protocol(record: BoardRecord, *, publisher: str, address: Address) -> Document:
    """What a group said in a round, and what became of it."""
    return Document(
        title=gettext("Protocol: %(group)s", group=_name_of_group(record)),
        subtitle=f"{name_in(record.group.event.titles)}, {_when(record.round)}",
        language=language(),
        changed_at=_changed_at(record.group.event, record.as_of),
        publisher=publisher,
        children=_sections(record, address),
        date_text=_as_of(record.as_of),
        edition=_state(record),
        numbered=False,
    )


def day_protocol(
    event: DialogueEvent,
    rounds: Sequence[tuple[AgendaItem, Sequence[BoardRecord]]],
    *,
    publisher: str,
    address: Address,
) -> Document:
    """What all groups of a day said, round by round."""
    records = [record for _, of_round in rounds for record in of_round]
    done = sum(record.board.harvested_at is not None for record in records)
    # A round that lies ahead has not changed anything yet.
    as_of = max((record.as_of for record in records if record.as_of is not None), default=None)
    return Document(
        title=gettext("Protocol of the day: %(event)s", event=name_in(event.titles)),
        subtitle=format_date(to_user_timezone(event.starts_at), "full"),
        language=language(),
        changed_at=_changed_at(event, as_of),
        publisher=publisher,
        children=tuple(
            Section(
                _when(round),
                tuple(
                    Section(_name_of_group(one), (_state_note(one), *_sections(one, address)))
                    for one in of_round
                ),
            )
            for round, of_round in rounds
        ),
        date_text=_as_of(as_of),
        edition=gettext("Final")
        if done == len(records)
        else gettext("Preliminary: %(done)d of %(all)d groups are closed", done=done, all=len(records)),
    )


def _sections(record: BoardRecord, address: Address) -> tuple[Block, ...]:
    blocks: list[Block] = [_overview(record)]
    results = [
        _cards(lane_name(lane), cards, address)
        for lane, cards in _by_lane(record.with_outcome(Outcome.ADOPTED))
    ]
    if results:
        blocks.append(Section(gettext("Results"), (*results, *_hands_note(record))))
    questions = [card for card in record.cards if card.contribution.open_question]
    if questions:
        items = tuple(ListItem((Paragraph(_question(card, address)),)) for card in questions)
        blocks.append(Section(gettext("Open questions"), (ListBlock(items),)))
    still_open = record.with_outcome(Outcome.OPEN)
    if still_open:
        tables = tuple(_cards(lane_name(lane), cards, address) for lane, cards in _by_lane(still_open))
        notes = () if results else _hands_note(record)
        blocks.append(Section(gettext("Not decided yet"), (*tables, *notes)))
    merged = record.with_outcome(Outcome.MERGED)
    if merged:
        blocks.append(Section(gettext("Stands with another contribution"), (_merged(merged, address),)))
    refused = record.with_outcome(Outcome.NOT_TAKEN)
    if refused:
        blocks.append(Section(gettext("Not taken up"), (_refused(refused, address),)))
    if record.steps:
        items = tuple(ListItem((paragraph(_step(step.names, step.minutes)),)) for step in record.steps)
        blocks.append(Section(gettext("How the round went"), (ListBlock(items, ordered=True),)))
    if record.photographs:
        blocks.append(
            paragraph(
                ngettext(
                    "%(num)s photograph of paper from the room is kept with the board.",
                    "%(num)s photographs of paper from the room are kept with the board.",
                    record.photographs,
                )
            )
        )
    return tuple(blocks)


def _overview(record: BoardRecord) -> Sheet:
    group = record.group
    rows: list[tuple[str, Inlines]] = [
        (gettext("Topics"), text(", ".join(name_in(one.names) for one in group.fields) or gettext("all"))),
        (gettext("Time"), text(_when(record.round))),
    ]
    if group.room:
        rows.append((gettext("Place"), text(group.room)))
    rows.append((gettext("Cards"), text(_counts(record))))
    if record.board.left_open:
        why = gettext("Closed in spite of open cards")
        rows.append((why, text(record.board.left_open)))
        rows.append((gettext("Closed by"), text(record.closed_by or gettext("staff"))))
    return Sheet(gettext("At a glance"), tuple(rows))


def _counts(record: BoardRecord) -> str:
    parts = [ngettext("%(num)s card", "%(num)s cards", len(record.cards))]
    for outcome, words in (
        (Outcome.ADOPTED, gettext("taken up")),
        (Outcome.MERGED, gettext("standing with another one")),
        (Outcome.NOT_TAKEN, gettext("not taken up")),
        (Outcome.OPEN, gettext("not decided yet")),
    ):
        number = len(record.with_outcome(outcome))
        if number:
            parts.append(f"{number} {words}")
    if record.not_shown:
        parts.append(
            ngettext(
                "%(num)s more is hidden, withdrawn or not checked yet",
                "%(num)s more are hidden, withdrawn or not checked yet",
                record.not_shown,
            )
        )
    return "; ".join(parts)


def _cards(caption: str, cards: Sequence[CardRecord], address: Address) -> Table:
    voted = any(card.points is not None for card in cards)
    counted = any(card.hands is not None for card in cards)
    urgent = any(card.contribution.priority for card in cards)
    header = [gettext("No."), gettext("Contribution"), gettext("Place")]
    header += [gettext("Urgency")] if urgent else []
    header += [gettext("Points")] if voted else []
    header += [gettext("Raised hands")] if counted else []
    rows = []
    for card in cards:
        row: list[Inlines] = [_reference(card.contribution, address), _words(card), text(_place(card))]
        if urgent:
            label = PRIORITIES.get(card.contribution.priority)
            row.append(text(str(label) if label else "–"))
        if voted:
            row.append(text(_number(card.points)))
        if counted:
            row.append(text(_number(card.hands)))
        rows.append(tuple(row))
    first_number = len(header) - int(voted) - int(counted)
    sides: list[Alignment] = ["end" if at >= first_number else "start" for at in range(len(header))]
    return Table(
        caption,
        tuple(text(words) for words in header),
        tuple(rows),
        alignments=tuple(sides),
        row_headings=True,
    )


def _merged(cards: Sequence[CardRecord], address: Address) -> Table:
    header = (gettext("No."), gettext("Contribution"), gettext("Stands with"))
    rows = tuple((_reference(one.contribution, address), _words(one), text(one.lead or "–")) for one in cards)
    return Table("", tuple(text(words) for words in header), rows, row_headings=True)


def _refused(cards: Sequence[CardRecord], address: Address) -> Table:
    header = (gettext("No."), gettext("Contribution"), gettext("Reason"))
    rows = tuple(
        (_reference(one.contribution, address), _words(one), text(_reason(one.contribution))) for one in cards
    )
    return Table("", tuple(text(words) for words in header), rows, row_headings=True)


def _words(card: CardRecord) -> Inlines:
    """The wording; where the harvest changed it, the original stands beside it."""
    contribution = card.contribution
    found: list[Inline] = [*_said(contribution.text, contribution.language)]
    first = card.original
    if first is not None:
        found += [LineBreak(), Text(gettext("At first:") + " "), *_said(first.text, first.language)]
    if card.members:
        said = gettext("Other contributions stand with it: %(numbers)s", numbers=", ".join(card.members))
        found += [LineBreak(), Text(said)]
    return tuple(found)


def _said(words: str, spoken: str) -> Inlines:
    return text(words) if spoken == language() else (Lang(text(words), spoken),)


def _question(card: CardRecord, address: Address) -> Inlines:
    return (*_reference(card.contribution, address), Text(": "), *text(card.contribution.open_question))


def _reference(contribution: Contribution, address: Address) -> Inlines:
    """The register number, with a link where everybody may follow it."""
    words = text(contribution.reference)
    if contribution.visibility != Visibility.PUBLIC:
        return words
    return (Link(words, address(contribution.reference)),)


def _place(card: CardRecord) -> str:
    place = card.contribution.municipality
    # A card without a place says nothing of which of the two its author meant.
    return place.name if place else gettext("The whole county, or no place in particular")


def _reason(contribution: Contribution) -> str:
    decided = next((one for one in reversed(contribution.decisions) if one.decision == "not_taken"), None)
    if decided is None:
        return "–"
    reason = NOT_TAKEN_REASONS.get(decided.reason)
    return " ".join(part for part in (str(reason) if reason else "", decided.note) if part) or "–"


def _hands_note(record: BoardRecord) -> tuple[Block, ...]:
    if all(card.hands is None for card in record.cards):
        return ()
    said = gettext("Raised hands were counted in the room. They are no part of the points.")
    return (Paragraph(text(said), role="note"),)


def _by_lane(cards: Iterable[CardRecord]) -> list[tuple[Lane, list[CardRecord]]]:
    found: dict[int, list[CardRecord]] = {}
    for card in cards:
        found.setdefault(card.lane.id, []).append(card)
    return [(of_lane[0].lane, of_lane) for of_lane in found.values()]


def _name_of_group(record: BoardRecord) -> str:
    words = gettext("Group %(number)s", number=record.group.number)
    return f"{words}: {name_in(record.group.names)}"


def _state(record: BoardRecord) -> str:
    closed = record.board.harvested_at
    if closed is None:
        return gettext("Preliminary: the group is not closed yet")
    return gettext("Closed on %(when)s", when=format_datetime(closed, "short"))


def _state_note(record: BoardRecord) -> Paragraph:
    return Paragraph(text(_state(record)), role="note")


def _when(round: AgendaItem) -> str:
    begins, ends = (format_datetime(moment, "HH:mm") for moment in (round.starts_at, round.ends_at))
    return f"{name_in(round.names)}, {begins}–{ends}"


def _changed_at(event: DialogueEvent, as_of: datetime | None) -> datetime:
    return as_of or event.changed_at or event.starts_at


def _as_of(moment: datetime | None) -> str:
    if moment is None:
        return ""
    return gettext("As of %(when)s", when=format_datetime(moment, "d. MMMM yyyy, HH:mm"))


def _step(names: dict[str, str], minutes: int) -> str:
    return f"{name_in(names)} ({ngettext('%(num)s minute', '%(num)s minutes', minutes)})"


def _number(value: int | None) -> str:
    return "–" if value is None else str(value)
