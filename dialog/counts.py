"""Counts of people that give nobody away (rule 6). Pure: no database, no Flask.

Staff plan by numbers: how many interpreters, how many from which municipality, how many have come. No number
shown may describe fewer than five people, nor may such a number be worked out, also from several pages. Three
rules see to that; docs/decisions/0012 says why these.

- Every number is a whole multiple of five, rounded down. It says “at least so many”, and 0 says “fewer than
  five, perhaps none”; the difference of two numbers is such a multiple again.
- How many have not answered is never shown, nor how many have come in the ordinary way. So who subtracts all
  numbers from the total, which is known, does not know whether the rest is spread over the answers or has
  said nothing.
- What is shown, on whatever page, is made anew only when at least five different people have come, gone,
  changed their answers or been seen at the door since (`Snapshot`). So the difference of two pages is about
  five people at least.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from dialog.vocabulary import ORDINARY_CHANNEL, SMALLEST_GROUP

HERE = "here"
"""The answer of those who were seen at the door."""

Counts = Mapping[str, Mapping[str, int]]
"""By question (role, municipality, …) and answer: the number shown."""


def rounded(number: int) -> int:
    """The number that may be shown for this many people."""
    return number // SMALLEST_GROUP * SMALLEST_GROUP


def breakdown(answers: Iterable[str]) -> dict[str, int]:
    """What may be shown of one question's answers; no answer ("") and small groups are left out."""
    counted = Counter(answer for answer in answers if answer)
    return {answer: rounded(number) for answer, number in sorted(counted.items()) if rounded(number)}


class Person(NamedTuple):
    """What is known of somebody who is registered; empty where they have said nothing."""

    role: str = ""
    municipality: str = ""
    language: str = ""
    channel: str = ORDINARY_CHANNEL
    here: bool = False


def numbers_of(people: Sequence[Person], needs: Iterable[str]) -> dict[str, dict[str, int]]:
    """Everything that may be shown of these people, who have these needs together, on whatever page."""
    return {
        "role": breakdown(person.role for person in people),
        "municipality": breakdown(person.municipality for person in people),
        "language": breakdown(person.language for person in people),
        "need": breakdown(needs),
        # Everybody came in some way; if all ways were told, the small ones would follow from the total.
        "channel": breakdown(
            person.channel if person.channel != ORDINARY_CHANNEL else "" for person in people
        ),
        "presence": breakdown(HERE if person.here else "" for person in people),
    }


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What is shown at the moment, and who has come, gone or changed since it was made."""

    counts: Counts = field(default_factory=dict)
    changed: frozenset[int] = frozenset()

    def after(self, person: int) -> Snapshot:
        """The same after a change of this person; `is_due` says whether to count anew."""
        return replace(self, changed=self.changed | {person})

    @property
    def is_due(self) -> bool:
        """Whether enough people have changed for new numbers."""
        return len(self.changed) >= SMALLEST_GROUP
