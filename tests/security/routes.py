"""Every route of the program with real addresses, on a ground with a thing in every state."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from core.permissions import entrances
from core.transaction import transaction
from dialog.actions import objections
from dialog.queries.contributions import contribution_by_id
from dialog.vocabulary import PollStatus, Visibility
from tests.conftest import Maker
from tests.factories import Person

UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
STATES = (
    Visibility.WAITING,
    Visibility.RETURNED,
    Visibility.PUBLIC,
    Visibility.HIDDEN,
    Visibility.WITHDRAWN,
)
SIGNING_UP = ("/signup", "/registration", "/change", "/leave", "/cancel", "/mine.ics", "/registrations")
"""Ends of the routes that are about an event which is still to come."""
_OF_THE_DAY = re.compile(r"/(boards|cards|script|control|protocol)\b")
"""Routes that are about an event which goes on, with boards."""


@dataclass
class Ground:
    """The things routes are about: by state the reference of a contribution, the id of a poll, the address of
    an event with an entry of its programme and one of its groups.
    """

    author: Person
    contributions: dict[str, str]
    polls: dict[str, int]
    events: dict[str, str]
    items: dict[str, int]
    groups: dict[str, int]
    coming: str
    """An event people can sign up for; the author of the contributions has."""
    group: int
    numbers: dict[str, int]
    """Numbers in addresses: an account, an invitation, a municipality."""

    batch_of_slips: int
    slip_number: str
    offer: str
    """A published offer."""
    entry: str
    """An entry that a municipality has sent."""
    board_day: str
    """An event that is on, with a board, a card on it and a vote on its cards."""

    rules: list[tuple[str, str, frozenset[str]]] = field(default_factory=list)
    """Endpoint, rule as Flask knows it, methods."""
    batch: int = 0
    """A decision on many contributions, if there is one."""

    def address(
        self, rule: str, *, contribution: str = "public", poll: str = "open", event: str = "published"
    ) -> str:
        """An address of this rule that is about these things."""
        values = {
            "slug": "probe",
            "reference": self.entry if "/entries/" in rule else self.contributions[contribution],
            "into": "tr",
            "other": self.offer,
            "ags": "08236040",
            "poll_id": str(self.polls[poll]),
            "batch_id": str(self.batch),
            "event_slug": self.board_day
            if _OF_THE_DAY.search(rule) and event == "published"
            else self.coming
            if rule.endswith(SIGNING_UP) and event == "published"
            else self.events[event],
            "item_id": str(self.items[event]),
            "group_id": str(self.groups[event]),
            # The script of all groups of a round, not one of a single group.
            "number": "0" if "/script/" in rule else "1",
            "round_no": "1",
            "code_batch_id": str(self.batch_of_slips),
            "slip_number": self.slip_number,
            "kind": "need",
            "chapter": "field-sprache",
            "field": "sprache",
            "owner": "goal",
            "figure_number": "I-01",
            "organisation_slug": "P01",
            "task_slug": "beratung",
            "group": "women",
            "section": "field-sprache-situation",
            "format": "md",
            "rule": "dialog.people",
            "filename": "layout/logo.svg",
            "token": "t" * 32,
            "proof": "1-forged",
            **{name: str(number) for name, number in self.numbers.items()},
        }
        return re.sub(r"<([^<>]+)>", lambda found: values[found[1].split(":")[-1]], rule)

    def paths(self, method: str) -> list[str]:
        """One address or more of every route that takes this method, about things in every state."""
        found = []
        for _, rule, methods in self.rules:
            if method not in methods:
                continue
            if "<reference>" in rule and "/entries/" not in rule:
                found += [self.address(rule, contribution=state) for state in self.contributions]
            elif "poll_id>" in rule:
                found += [self.address(rule, poll=status) for status in self.polls]
            elif "<event_slug>" in rule:
                found += [self.address(rule, event=state) for state in self.events]
            else:
                found.append(self.address(rule))
        return found


def _objected(make: Maker, author: Person) -> str:
    """A hidden contribution whose author has objected; staff who do not ask have hidden it."""
    hidden = make.contribution(Visibility.HIDDEN, author=author)
    with make._app.app_context(), transaction():
        found = contribution_by_id(hidden.id)
        assert found is not None
        objections.object_to_hiding(author.actor, found, text="Bitte noch einmal lesen.")
    return str(hidden.reference)


def addresses(make: Maker) -> Ground:
    """Make a contribution and a poll in every state, and list the routes of the application."""
    author = make.participant()
    contributions = {
        str(state): make.contribution(state, author=author, revised=state == Visibility.PUBLIC).reference
        for state in STATES
    }
    contributions["objected"] = _objected(make, author)
    merge = make.merge(author)
    contributions["merged"] = merge.member.reference
    polls = {
        str(status): make.poll(status, needs=1, ballots=None if status == "draft" else {"a": {1: 1}}).id
        for status in PollStatus
    }
    # The published one has the code with which people join.
    events = {"published": make.event(items=1), "draft": make.event(items=1, code="", published=False)}
    coming = make.day(slug="coming")
    (group,) = make.registration(author, coming)
    board = make.board(member=author, vote=True)
    step_id, call_id, message_id = make.running_board(board)
    batch_of_slips = make.slips().id
    slip_number = make.slip_number(make.participant())
    make.concept()
    make.figure()
    make.organisation()
    make.task()
    goal = make.goal()
    linked = make.linked()
    measure = make.measure(goal)
    make.version()
    numbers = {
        "merge_id": merge.id,
        "goal_id": goal.id,
        "step_id": step_id,
        "call_id": call_id,
        "message_id": message_id,
        "block_id": linked.id,
        "owner_id": goal.id,
        "measure_id": measure.id,
        "indicator_id": make.indicator(measure).id,
        "account_id": make.account("coordinator").actor.account_id,
        "municipality_id": make.municipality().id,
        "invitation_id": make.invitation().invitation.id,
        "round_no": 1,
        "flipchart_id": make.flipchart(board),
        "lane_id": board.lanes["need"],
        "card_id": board.card_id,
        "import_id": make.municipal_list().id,
        "record": 1,
    }
    app = make._app
    rules = [
        (rule.endpoint, rule.rule, frozenset(rule.methods or ()) - {"OPTIONS"})
        for rule in app.url_map.iter_rules()
    ]
    assert {endpoint for endpoint, _, _ in rules} <= set(entrances.routes)
    return Ground(
        author,
        contributions,
        polls,
        {state: event.slug for state, event in events.items()},
        {state: event.agenda[0].id for state, event in events.items()},
        {state: event.groups[0].id for state, event in events.items()},
        coming.slug,
        group,
        numbers,
        batch_of_slips,
        slip_number,
        make.contribution("public", kind="offer", text="Ein Kurs.").reference,
        make.entry().reference,
        board.slug,
        sorted(rules),
    )
