"""The script of the demonstration's day that is going on, and where its groups are in it."""

from __future__ import annotations

from datetime import timedelta

from core.actor import OPERATOR, Actor, Grant
from core.db import Names
from dialog.models import DialogueEvent
from dialog.vocabulary import Kind
from pages.demo_languages import in_many
from workshops.actions import boards, clock, script
from workshops.actions.script import StepPlan
from workshops.queries import boards as board_queries
from workshops.queries import script as queries
from workshops.vocabulary import Allowed

_AT = (1, 1, 2, 1, 3, 1)
"""At which step each group is, by number; the steps count from 0."""


def load(event: DialogueEvent) -> None:
    """Write the scripts of both rounds, and let the groups of the first one begin."""
    boards.prepare_boards(OPERATOR, event)
    for round_no, _ in enumerate(board_queries.rounds_of(event), start=1):
        here = queries.access_script(OPERATOR, event, round_no, 0)
        minutes = (here.round.ends_at - here.round.starts_at) // timedelta(minutes=1)
        for plan in _steps(minutes):
            script.add_step(OPERATOR, here, plan)
    lead = Actor("demonstration", frozenset({Grant("moderator", "event", event.id)}))
    for group in event.groups:
        board = board_queries.access_board(lead, event, group.number, 1)
        steps = queries.script_of(group.id, board.round.id)
        clock.start_step(lead, board, steps[_AT[(group.number - 1) % len(_AT)]].id)


def _steps(minutes: int) -> list[StepPlan]:
    """The steps of a round of so many minutes; the last one takes what is left."""
    lengths = [minutes * share // 90 for share in (5, 25, 20, 15, 15)]
    lengths.append(minutes - sum(lengths))
    return [
        StepPlan(in_many(names), max(1, length), in_many(prompts), allows, asks_for, method)
        for length, (names, prompts, allows, asks_for, method) in zip(lengths, _SCRIPT, strict=True)
    ]


_SCRIPT: tuple[tuple[Names, Names, Allowed, Kind | None, Names], ...] = (
    (
        {"de": "Ankommen", "en": "Arrive", "ar": "الوصول"},
        {
            "de": "Wer ist heute da, und aus welcher Gemeinde?",
            "en": "Who is here today, and from which municipality?",
            "ar": "من الحاضرون اليوم، ومن أي بلدية؟",
        },
        Allowed.NOTHING,
        None,
        {
            "de": "Alle begrüßen. Sagen, was mit den Karten geschieht. Niemand muss einen Namen nennen.\n"
            "Fragen, wer Hilfe mit der Sprache oder dem Handy braucht.",
            "en": "Welcome everybody. Say what happens with the cards. Nobody has to give a name.",
        },
    ),
    (
        {"de": "Bedarfe sammeln", "en": "Collect needs", "ar": "جمع الاحتياجات"},
        {
            "de": "Was fehlt in Ihrer Gemeinde?",
            "en": "What is missing in your municipality?",
            "ar": "ما الذي ينقص في بلديتكم؟",
        },
        Allowed.CARDS,
        Kind.NEED,
        {
            "de": "Ein Gedanke auf jeder Karte. Erst zwei Minuten still schreiben, dann vorlesen.\n"
            "Darauf achten, wer noch nichts gesagt hat.",
            "en": "One thought on each card. Two minutes of silence first, then read aloud.",
        },
    ),
    (
        {"de": "Angebote sammeln", "en": "Collect offers", "ar": "جمع العروض"},
        {
            "de": "Was gibt es schon, das hilft?",
            "en": "What is there already that helps?",
            "ar": "ما الموجود بالفعل ويساعد الناس؟",
        },
        Allowed.CARDS,
        Kind.OFFER,
        {
            "de": "Nach Orten und Vereinen fragen. Auch kleine Dinge zählen.",
            "en": "Ask for places and clubs. Small things count, too.",
        },
    ),
    (
        {"de": "Ideen und Ziele", "en": "Ideas and aims", "ar": "أفكار وأهداف"},
        {
            "de": "Was können wir zusammen besser machen?",
            "en": "What can we do better together?",
            "ar": "ما الذي يمكننا تحسينه معًا؟",
        },
        Allowed.CARDS,
        Kind.IDEA,
        {"de": "Bedarfe der Reihe nach durchgehen. Ideen noch nicht bewerten."},
    ),
    (
        {"de": "Punkte vergeben", "en": "Give points", "ar": "منح النقاط"},
        {
            "de": "Was ist Ihnen am wichtigsten?",
            "en": "What matters most to you?",
            "ar": "ما الأهم بالنسبة إليكم؟",
        },
        Allowed.DOTS,
        None,
        {"de": "Vorher ähnliche Karten mit der Gruppe stapeln. Alle haben gleich viele Punkte."},
    ),
    (
        {"de": "Rückblick", "en": "Look back", "ar": "نظرة إلى الوراء"},
        {
            "de": "Was sollen die anderen Gruppen von uns hören?",
            "en": "What shall the other groups hear from us?",
            "ar": "ماذا نريد أن تسمع المجموعات الأخرى منا؟",
        },
        Allowed.NOTHING,
        None,
        {"de": "Zwei oder drei Karten auswählen. Absprechen, wer im Plenum spricht."},
    ),
)
