"""Two days of the demonstration around today, so that signing up and the day itself can be tried.

They repeat the plan of the documented event of 2021. Who comes to them is made up and has no name. At every
start of the demonstration a day that is over is moved: one is always ahead, and one is always going on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from core.actor import OPERATOR, VISITOR, Actor
from core.clock import LOCAL_TIME, now
from core.db import Names
from core.errors import NotFound
from core.transaction import transaction
from dialog.actions import events, registrations
from dialog.actions.events import PlannedGroup, PlannedItem
from dialog.actions.registrations import About
from dialog.models import Dialogue, DialogueEvent
from dialog.queries import dialogues as queries
from dialog.seating import Wish
from dialog.signup_words import NEEDS, ROLES
from pages import demo_boards, demo_scripts
from pages.demo_languages import in_many
from region import queries as region_queries

AHEAD = "folgeveranstaltung"
TODAY = "probelauf"
PEOPLE = 36
"""How many have signed up for the day that is ahead."""

PLACES = 12
INTO_ROUND_ONE = timedelta(hours=2, minutes=15)
"""How far the day of today has come when the demonstration starts: a quarter of an hour into round 1."""

# Which two of the six groups people wish for, by number; the fifth is full and has a waiting list.
_WISHES = ((5, 1), (5, 2), (3, 5), (1, 3), (2, 5), (4, 5), (5, 4), (2, 6))
_LANGUAGES = ("de", "de", "ar", "tr", "uk", "de", "ru", "ro")


def load(
    dialogue: Dialogue,
    plan: DialogueEvent,
    groups: Sequence[PlannedGroup],
    slips: Sequence[Actor],
    *,
    code: str,
    entries: Mapping[str, Sequence[Mapping[str, Any]]],
) -> None:
    """Enter both days after the `plan` of another event; the holders of `slips` come today.

    `code` is the event code on the screen of today; `entries` are the needs and offers of the demonstration,
    some of which stand on the boards of today.
    """
    groups = [
        replace(group, places=PLACES, link=f"https://konferenz.example/ag-{number}")
        for number, group in enumerate(groups, start=1)
    ]
    ahead = _copy(dialogue, plan, groups, AHEAD, _ahead_at(), "Folgeveranstaltung", "Follow-up event")
    # People sign up before a day begins, so this one begins only afterwards.
    tomorrow = now() + timedelta(days=1)
    today = _copy(dialogue, plan, groups, TODAY, tomorrow, "Probelauf für heute", "Trial run for today", code)
    municipalities = region_queries.visible_municipalities(OPERATOR)
    for number in range(PEOPLE):
        _sign_up(
            VISITOR,
            ahead,
            number,
            About(
                role=list(ROLES)[number % 4],
                municipality=municipalities[number * 5 % len(municipalities)],
                language=_LANGUAGES[number % len(_LANGUAGES)],
                needs=frozenset([list(NEEDS)[number % 3]] if number % 4 == 0 else []),
            ),
        )
    for number, actor in enumerate([*slips, *[VISITOR] * 10]):
        _sign_up(actor, today, number, About())
    events.move_event(OPERATOR, today, based_on=today.revision, starts_at=_today_at())
    demo_boards.load(today, entries)
    demo_scripts.load(queries.access_event(OPERATOR, dialogue, TODAY))


def keep_current() -> None:
    """Move a day that is over, so that there is always one ahead and one going on."""
    dialogue = queries.dialogue_at(OPERATOR, "enzkreis")
    if dialogue is None:
        return
    with transaction():
        for slug, starts_at in ((AHEAD, _ahead_at()), (TODAY, _today_at())):
            try:
                event = queries.access_event(OPERATOR, queries.access_dialogue(OPERATOR, dialogue.slug), slug)
            except NotFound:
                continue
            # People can sign up until it begins, so the one ahead must not have begun.
            if now() >= (event.starts_at if slug == AHEAD else event.ends_at):
                events.move_event(OPERATOR, event, based_on=event.revision, starts_at=starts_at)


def _ahead_at() -> datetime:
    day = (now().astimezone(LOCAL_TIME) + timedelta(weeks=3)).date()
    return datetime(day.year, day.month, day.day, 9, tzinfo=LOCAL_TIME)


def _today_at() -> datetime:
    moment = (now() - INTO_ROUND_ONE).astimezone(LOCAL_TIME)
    return moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0)


def _copy(
    dialogue: Dialogue,
    plan: DialogueEvent,
    groups: Sequence[PlannedGroup],
    slug: str,
    starts_at: datetime,
    german: str,
    english: str,
    code: str | None = None,
) -> DialogueEvent:
    # Moments: on the wall's clock, what is an hour later need not have taken an hour.
    by = starts_at - plan.starts_at

    def later(moment: datetime) -> datetime:
        return moment.astimezone(UTC) + by

    return events.plan_event(
        OPERATOR,
        dialogue,
        slug=slug,
        titles=in_many({"de": f"{german} (Vorführung)", "en": f"{english} (demonstration)"}),
        aims=plan.aims,
        format=plan.format,
        starts_at=starts_at,
        ends_at=later(plan.ends_at),
        groups_per_person=plan.groups_per_person,
        agenda=[
            PlannedItem(later(item.starts_at), later(item.ends_at), _short(item.names), item.format)
            for item in plan.agenda
        ],
        groups=groups,
        signup_from=now() - timedelta(days=1),
        code=code,
    )


def _short(names: Names) -> Names:
    """The name of an entry of the programme without what is done in it."""
    return {code: name.split(":")[0].split(" (")[0] for code, name in names.items()}


def _sign_up(actor: Actor, event: DialogueEvent, number: int, about: About) -> None:
    first, second = _WISHES[number % len(_WISHES)]
    wishes = [Wish(event.groups[first - 1].id), Wish(event.groups[second - 1].id)]
    registrations.sign_up(
        actor, event, wishes=wishes, shown_full={group.id for group in event.groups}, about=about
    )
