"""Every route of the program with real addresses, on a ground with a thing in every state."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.permissions import entrances
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


@dataclass
class Ground:
    """The things routes are about: by state the reference of a contribution and the id of a poll."""

    author: Person
    contributions: dict[str, str]
    polls: dict[str, int]
    event: str
    rules: list[tuple[str, str, frozenset[str]]] = field(default_factory=list)
    """Endpoint, rule as Flask knows it, methods."""

    def address(self, rule: str, *, contribution: str = "public", poll: str = "open") -> str:
        """An address of this rule that is about these things."""
        values = {
            "slug": "probe",
            "reference": self.contributions[contribution],
            "poll_id": str(self.polls[poll]),
            "event_slug": self.event,
            "kind": "need",
            "chapter": "field-sprache",
            "format": "md",
            "filename": "layout/logo.svg",
        }
        parts = []
        for part in rule.split("/"):
            if part.startswith("<") or "<" in part:
                before, _, rest = part.partition("<")
                inner, _, after = rest.partition(">")
                parts.append(before + values[inner.split(":")[-1]] + after)
            else:
                parts.append(part)
        return "/".join(parts)

    def paths(self, method: str) -> list[str]:
        """One address or more of every route that takes this method, about things in every state."""
        found = []
        for _, rule, methods in self.rules:
            if method not in methods:
                continue
            if "<reference>" in rule:
                found += [self.address(rule, contribution=state) for state in self.contributions]
            elif "poll_id>" in rule:
                found += [self.address(rule, poll=status) for status in self.polls]
            else:
                found.append(self.address(rule))
        return found


def addresses(make: Maker) -> Ground:
    """Make a contribution and a poll in every state, and list the routes of the application."""
    author = make.participant()
    contributions = {
        str(state): make.contribution(state, author=author, revised=state == Visibility.PUBLIC).reference
        for state in STATES
    }
    polls = {
        str(status): make.poll(status, needs=1, ballots=None if status == "draft" else {"a": {1: 1}}).id
        for status in PollStatus
    }
    event = make.event().slug
    make.concept()
    app = make._app
    rules = [
        (rule.endpoint, rule.rule, frozenset(rule.methods or ()) - {"OPTIONS"})
        for rule in app.url_map.iter_rules()
    ]
    assert {endpoint for endpoint, _, _ in rules} <= set(entrances.routes)
    return Ground(author, contributions, polls, event, sorted(rules))
