"""Boards as HTML: what stands on the page, and what is pushed to those who watch it.

Everything here is drawn once for each audience and language, never for a viewer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from flask import render_template, url_for

from core.i18n import TRANSLATION_LANGUAGES, gettext, language, name_in, ngettext, own_name, written_by
from core.journal import last_fact
from core.moulds import Html, Mould, joined
from core.text import excerpt
from dialog.models import Translation
from dialog.queries import translations as translation_queries
from dialog.vocabulary import KIND_LABELS, PollStatus, Visibility
from workshops.models import Board, Lane
from workshops.queries import cards as queries
from workshops.queries import votes as vote_queries
from workshops.queries.cards import CardShown
from workshops.vocabulary import (
    LANE_LABELS,
    MEMBER,
    MODERATOR,
    SHOWN_OF_EACH,
    SHOWN_OF_TEXT,
    SHOWN_PER_LANE,
    WRITE_LABELS,
)

VISIBILITY_NOTES: Mapping[str, str] = {
    Visibility.WAITING: "waiting",
    Visibility.RETURNED: "waiting",
    Visibility.HIDDEN: "hidden",
}


class _Shape(NamedTuple):
    """What decides the form of a card."""

    place_of: str
    """The beginning of the card's address; its number follows."""
    kind: str
    kind_label: str
    moderator: bool
    state: str
    """waiting or hidden; empty for what everybody sees."""
    stacked: bool
    duplicate: bool
    has_label: bool
    has_place: bool
    has_target_group: bool
    is_cut: bool
    has_points: bool
    has_hands: bool
    read_in: str
    """The language of the translation that stands there; empty without one."""
    original: str
    """Name of the language of the original, where there is a translation."""
    outdated: bool
    """Whether the original has been changed since it was translated."""
    translate_into: str
    """The reader's language, where nobody has put the card into it; empty where it is not needed."""


_CARD = Mould[_Shape](
    "workshops/_card.html",
    "id",
    "reference",
    "text",
    "language",
    "place",
    "target_group",
    "label",
    "points",
    "translation",
    "hands",
)


class LaneShown(NamedTuple):
    """A lane with what stands in it."""

    id: int
    kind: str
    name: str
    write_label: str
    locked: bool
    number: int
    """How many cards are in it."""

    cards: Html
    vote: str
    """State of the latest vote on it; empty without one."""

    more: int
    """Stacks that are not shown here."""


def name_of_lane(lane: Lane) -> str:
    """What a lane is called in the language in use."""
    return str(LANE_LABELS[lane.kind]) if lane.kind else name_in(lane.names)


def write_label(lane: Lane) -> str:
    """What the button says that writes in this lane."""
    return str(WRITE_LABELS[lane.kind]) if lane.kind else gettext("Write a card")


def points_text(number: int) -> str:
    """How many points a card has, in words."""
    return ngettext("%(num)s point", "%(num)s points", number)


def hands_text(number: int) -> str:
    """How many hands were raised for a card, in words that tell them from points."""
    return ngettext("%(num)s raised hand in the room", "%(num)s raised hands in the room", number)


def count_text(number: int) -> str:
    """How many cards a lane has, in words."""
    return ngettext("%(num)s card", "%(num)s cards", number)


def translations_of(cards: Sequence[CardShown]) -> Mapping[int, Translation]:
    """What those who read the language in use are shown besides the originals, by id of the card."""
    return translation_queries.read_by(language(), {card.id: card.language for card in cards})


def draw_cards(
    cards: Sequence[CardShown],
    audience: str,
    points: Mapping[int, int],
    translations: Mapping[int, Translation],
) -> Html:
    """Cards as list entries, in the order given, with the `points` they got and what people translated."""
    form = _CARD.forms()
    labels = {str(kind): str(label) for kind, label in KIND_LABELS.items()}
    moderator = audience == MODERATOR
    there = {card.id for card in cards}
    mine = written_by(language())
    drawn = []
    for card in cards:
        translation = translations.get(card.id)
        most = SHOWN_OF_EACH if translation else SHOWN_OF_TEXT
        text, other = _start(card.text, most), _start(translation.text if translation else "", most)
        shape = _Shape(
            f"/dialogues/{card.slug}/events/{card.event_slug}/cards/",
            card.kind,
            labels[card.kind],
            moderator,
            VISIBILITY_NOTES.get(card.visibility, ""),
            card.stack_of in there,
            card.duplicate and card.stack_of in there,
            bool(card.label),
            bool(card.municipality),
            bool(card.target_group),
            text != card.text or (translation is not None and other != translation.text),
            card.id in points,
            card.hands is not None,
            translation.language if translation else "",
            own_name(card.language) if translation else "",
            translation is not None and translation.of_revision != card.revision,
            mine if not translation and card.language != mine and mine in TRANSLATION_LANGUAGES else "",
        )
        drawn.append(
            form(shape)(
                str(card.id),
                card.reference,
                text,
                card.language,
                card.municipality or "",
                card.target_group,
                card.label,
                points_text(points[card.id]) if card.id in points else "",
                other,
                "" if card.hands is None else hands_text(card.hands),
            )
        )
    return joined(drawn)


def _start(text: str, most: int) -> str:
    return text if len(text) <= most else excerpt(text, most)


def wanted_lane(board: Board) -> int | None:
    """The lane that the present step asks for, else the first that is open."""
    free = [lane for lane in board.lanes if not lane.locked]
    asked = next(
        (lane for lane in free if board.step and lane.kind and lane.kind == board.step.asks_for), None
    )
    found = asked or (free[0] if free else None)
    return found.id if found else None


class Addresses(NamedTuple):
    """Where the pages of a board are, and that of its event."""

    event: str
    board: str
    write: str
    setup: str
    vote: str


def addresses(slug: str, event_slug: str, number: int, round_no: int) -> Addresses:
    """The addresses of the board of a group in a round."""
    event = url_for("dialog.event", slug=slug, event_slug=event_slug)
    board = url_for("workshops.board", slug=slug, event_slug=event_slug, number=number, round_no=round_no)
    return Addresses(event, board, f"{board}/write", f"{board}/setup", f"{board}/votes/")


def draw_board(
    board: Board, at: Addresses, audience: str, *, lane_id: int | None = None, words: str = ""
) -> str:
    """The lanes of a board with their cards and the card that is being talked about.

    With `lane_id` that lane is shown whole; `words` narrows all lanes to the cards that have them.
    """
    cards = queries.cards_shown(board.id, audience, words=words)
    points = vote_queries.points_of(board.lanes)
    translations = translations_of(cards)
    by_lane: dict[int, list[CardShown]] = {lane.id: [] for lane in board.lanes}
    for card in cards:
        by_lane.setdefault(card.lane_id, []).append(card)
    spotlight = next((card for card in cards if card.id == board.spotlight_id), None)
    return render_template(
        "workshops/_board.html",
        at=at,
        audience=audience,
        lanes=[
            _lane(lane, by_lane[lane.id], audience, points, translations, whole=lane.id == lane_id)
            for lane in board.lanes
        ],
        spotlight=spotlight,
        in_the_spot=translations.get(spotlight.id) if spotlight else None,
        kind_labels=KIND_LABELS,
        takes_cards=board.sitting.group.accepts_cards and board.ended_at is None,
        takes_votes=board.sitting.group.accepts_votes and board.ended_at is None,
        searching=bool(words),
        wanted=wanted_lane(board),
    )


def _lane(
    lane: Lane,
    cards: list[CardShown],
    audience: str,
    points: Mapping[int, int],
    translations: Mapping[int, Translation],
    *,
    whole: bool,
) -> LaneShown:
    shown, more = cards, 0
    if not whole:
        there = {card.id for card in cards}
        tops = [card.id for card in cards if card.stack_of not in there]
        more = max(0, len(tops) - SHOWN_PER_LANE)
        if more:
            first_hidden = next(n for n, card in enumerate(cards) if card.id == tops[SHOWN_PER_LANE])
            shown = cards[:first_hidden]
    return LaneShown(
        lane.id,
        lane.kind or "",
        name_of_lane(lane),
        write_label(lane),
        lane.locked,
        len(cards),
        draw_cards(shown, audience, points, translations),
        lane.poll.status if lane.poll else "",
        more,
    )


def draw_points(lane: Lane) -> str:
    """Whether a vote goes on, and its points where everybody may see them."""
    poll = lane.poll
    if poll is None:
        return ""
    sums = vote_queries.sums_to_show(poll)
    cards = {card.id: card for card in queries.cards_shown(lane.board_id, MEMBER, lane_id=lane.id)}
    lines = sorted(
        ((points, cards[one]) for one, points in sums.items() if one in cards),
        key=lambda line: (-line[0], line[1].id),
    )
    return render_template(
        "workshops/_points.html",
        open=poll.status == PollStatus.OPEN,
        status=poll.status,
        live=poll.rules.get("tallies") == "live",
        lines=lines,
        most=max((points for points, _ in lines), default=0),
    )


def points_version() -> int:
    """What stands for the points as they are now: they change with a fact, and no fact is forgotten."""
    return last_fact() or 0


def pushed_points(lane_id: int) -> Mapping[str, Any]:
    """What those who watch a vote are told."""
    version = points_version()
    lane = vote_queries.lane_to_tell_of(lane_id)
    return {"version": version, "html": draw_points(lane) if lane else ""}


def pushed_card(board_id: int, version: int, contribution_id: int, audience: str) -> Mapping[str, Any]:
    """What those who watch a board are told of one card: how it stands now, and how full the lanes are."""
    card = queries.card_shown(contribution_id, audience)
    counts = queries.count_cards(board_id, audience)
    html = ""
    if card:
        html = str(draw_cards([card], audience, vote_queries.points_on(board_id), translations_of([card])))
    return {
        "version": version,
        "id": str(contribution_id),
        "html": html,
        "list": f"lane-{card.lane_id}" if card else "",
        "texts": {
            name: text
            for lane_id, number in counts.items()
            for name, text in ((f"count-{lane_id}", count_text(number)), (f"tab-{lane_id}", str(number)))
        },
    }
