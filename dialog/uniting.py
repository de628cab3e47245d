"""What one ballot says where several of the things that can be chosen stand together.

A group of items has a head: the item of the lead, or the lowest one if the lead is not in the poll. `heads`
maps every item of a group to its head; an item on its own is not in it. No database here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple


class Together(NamedTuple):
    """An item of a poll that stands with others."""

    item_id: int
    contribution_id: int
    lead_id: int
    """The contribution it stands with, or itself."""


def heads_of(found: Iterable[Together]) -> dict[int, int]:
    """The head of every item of a group of at least two."""
    groups: dict[int, dict[int, int]] = defaultdict(dict)
    for one in found:
        groups[one.lead_id][one.contribution_id] = one.item_id
    heads: dict[int, int] = {}
    for lead_id, items in groups.items():
        if len(items) > 1:
            head = items.get(lead_id, min(items.values()))
            heads |= dict.fromkeys(items.values(), head)
    return heads


def written(choices: Mapping[int, int]) -> str:
    """A ballot in one word, the same however it is sorted: `12.2_15.1` for two points on 12 and one on 15."""
    return "_".join(f"{item}.{choices[item]}" for item in sorted(choices) if choices[item])


def weights(choices: Mapping[int, int], heads: Mapping[int, int], most: int) -> dict[int, int]:
    """What a ballot gives to every head and to every item on its own: never more than `most` to one."""
    sums: dict[int, int] = defaultdict(int)
    for item, points in choices.items():
        sums[heads.get(item, item)] += points
    return {item: min(points, most) for item, points in sums.items() if points}


def settle(
    sent: Mapping[int, int], before: Mapping[int, int], heads: Mapping[int, int], *, dots: int, most: int
) -> dict[int, int]:
    """The points to keep per item for what somebody sent, so that taking items apart finds a valid ballot.

    A page shows a group as its head alone. If its points are what they were, they stay where they were; if
    not, they go to the head. Only points that do not weigh anything are dropped, and only where the voter
    has given them to something else. `sent` must fit by its weights.
    """
    kept = dict(sent)
    former = weights(before, heads, most)
    for head in set(heads.values()):
        members = [item for item in heads if heads[item] == head]
        names_members = any(item in sent for item in members if item != head)
        if not names_members and sent.get(head, 0) == former.get(head, 0):
            kept |= {item: before.get(item, 0) for item in members}
    surplus = sum(kept.values()) - dots
    weight = weights(kept, heads, most)
    for item in sorted((one for one in heads if heads[one] != one), reverse=True):
        in_group = sum(kept.get(one, 0) for one in heads if heads[one] == heads[item])
        less = min(surplus, kept.get(item, 0), in_group - weight.get(heads[item], 0))
        if less > 0:
            kept[item] -= less
            surplus -= less
    return {item: points for item, points in kept.items() if points}


def united(
    ballots: Iterable[Mapping[int, int]], heads: Mapping[int, int], most: int
) -> dict[int, tuple[int, int]]:
    """Points and supporters of every group over many ballots, by its head."""
    sums: dict[int, tuple[int, int]] = dict.fromkeys(heads.values(), (0, 0))
    for choices in ballots:
        for head, weight in weights(choices, heads, most).items():
            if head in sums:
                points, voters = sums[head]
                sums[head] = (points + weight, voters + 1)
    return sums
