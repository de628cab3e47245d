"""Who sits where, as signing up and the door change it.

Whoever calls this has required the right and locked the event (`lock_registrations`) before.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from core.actor import SYSTEM, Actor
from core.clock import now
from core.db import db
from core.errors import Conflict, Invalid, Sentence
from core.i18n import lazy_gettext as _l
from core.i18n import name_in
from core.journal import record
from dialog.actions._parts import give_back_place, note_changes, take_place
from dialog.actions.waiting_lists import fill_free_places
from dialog.facts import RegistrationCancelled
from dialog.models import (
    AccessNeed,
    DialogueEvent,
    GroupChoice,
    Participant,
    Registration,
)
from dialog.queries import registrations as queries
from dialog.seating import Wish, fit_together, seat
from dialog.signup_words import NEEDS, ROLES, too_many_text
from region.models import Municipality


@dataclass(frozen=True, slots=True)
class About:
    """What somebody says of themselves, all of it voluntary; staff see it as counts only."""

    role: str = ""
    municipality: Municipality | None = None
    language: str = ""
    needs: frozenset[str] = frozenset()


NOTHING_SAID = About()


class Full(Conflict):
    """Groups that were shown with a free place have none any more; nothing was saved."""

    code = "full"

    def __init__(self, groups: Sequence[int], sentence: Sentence) -> None:
        super().__init__(sentence)
        self.groups = list(groups)


def full_for_oneself(groups: str) -> Sentence:
    """What people read who sign up for themselves."""
    return _l(
        "No free place is left for you here: %(groups)s."
        " Please choose another group, or send this once more for the waiting list.",
        groups=groups,
    )


def full_at_the_door(groups: str) -> Sentence:
    """What staff read who sign somebody up."""
    return _l(
        "No free place is left here: %(groups)s. Please choose another group, or tick the waiting list.",
        groups=groups,
    )


def registered_anew(event: DialogueEvent, participant: Participant | None, channel: str) -> Registration:
    """The registration of somebody who comes, without groups so far; one they had cancelled stands again.

    Who takes part only from this moment on is None here; then the caller names them and adds the row once
    their places are sure. Raises Conflict for somebody who is registered already.
    """
    known = queries.registration_of(participant.id, event.id) if participant is not None else None
    if known is not None and known.status == "registered":
        raise Conflict(_l("You are registered already. You can change your groups there."), code="registered")
    at = now()
    if known is None:
        known = Registration(event=event, created_at=at, choices=[], needs=[])
    known.status, known.channel, known.changed_at = "registered", channel, at
    if participant is not None:
        known.participant = participant
        db.session.add(known)
        db.session.flush()  # Choices and facts need the id.
    return known


def leave(actor: Actor, known: Registration) -> None:
    """Cancel a registration as it is behind the lock: places are free at once, what was said is forgotten."""
    give_up_places(known)
    describe(known, NOTHING_SAID)
    known.status = "cancelled"
    known.checked_in_at = None
    known.changed_at = now()
    db.session.flush()
    record(actor, RegistrationCancelled(known.id, known.event_id))
    note_changes(known.event_id, [known.id])
    fill_free_places(SYSTEM, known.event_id)


def place(
    registration: Registration,
    wishes: Sequence[Wish],
    shown_full: Collection[int],
    number: int,
    *,
    rounds: Mapping[int, int] | None = None,
    full: Callable[[str], Sentence] = full_for_oneself,
) -> bool:
    """Seat somebody by their wishes, or put them on waiting lists; True if a place has become free.

    `number` is that of the lock. `rounds` says in which round each group is meant, otherwise the program
    picks; `full` words the refusal that Full carries.
    """
    event = registration.event
    places = queries.places_of(event.id)
    ahead = queries.still_to_come(places)
    open_rounds = {place.round_id for place in ahead}
    if rounds is not None:
        ahead = [place for place in ahead if rounds.get(place.group_id) == place.round_id]
    # Where somebody has been already cannot be chosen differently any more.
    past = [c for c in registration.choices if c.round_id is not None and c.round_id not in open_rounds]
    been = {choice.group_id for choice in past}
    own = {c.group_id: c for c in registration.choices if c.group_id not in been}
    wishes = _sensible(event, [wish for wish in wishes if wish.group not in been], ahead, len(past))

    free: dict[int, dict[int, int | None]] = {}
    sittings = {}
    for place in ahead:
        mine = place.group_id in own and own[place.group_id].sitting_id == place.sitting_id
        left = place.free
        free.setdefault(place.group_id, {})[place.round_id] = (
            None if left is None else left + (1 if mine else 0)
        )
        sittings[(place.group_id, place.round_id)] = place.sitting_id
    kept = {group: c.round_id for group, c in own.items() if c.round_id is not None}
    seating = seat(wishes, free, kept=kept)
    gone = [
        group
        for group in seating.waiting
        if group not in shown_full and not (group in own and own[group].state == "waiting")
    ]
    if gone:
        names = {group.id: name_in(group.names) for group in event.groups}
        raise Full(gone, full(", ".join(names[group] for group in gone)))

    before = {c.sitting_id for c in own.values() if c.sitting_id is not None}
    after = {sittings[(group, round)] for group, round in seating.seats.items()}
    for sitting_id in sorted(after - before):
        if not take_place(sitting_id):
            raise Conflict(_l("The places have changed meanwhile. Please try again."))
    for sitting_id in sorted(before - after):
        give_back_place(sitting_id)
    since = {group: c.waiting_no for group, c in own.items() if c.waiting_no is not None}
    registration.choices[:] = past
    db.session.flush()  # What is gone must be gone before the same group or round comes again.
    ranks = (rank for rank in count(1) if rank not in {choice.rank for choice in past})
    for wish, rank in zip(wishes, ranks, strict=False):
        round_id = seating.seats.get(wish.group)
        waits = wish.group in seating.waiting
        registration.choices.append(
            GroupChoice(
                group_id=wish.group,
                rank=rank,
                is_reserve=wish.is_reserve,
                state="seated" if round_id else "waiting" if waits else "spare",
                sitting_id=sittings[(wish.group, round_id)] if round_id else None,
                round_id=round_id,
                waiting_no=since.get(wish.group, number) if waits else None,
            )
        )
    db.session.flush()
    return bool(before - after)


def _sensible(
    event: DialogueEvent, wishes: list[Wish], ahead: Sequence[queries.Place], been: int
) -> list[Wish]:
    """The wishes, if somebody can have them. Raises Invalid."""
    main = [wish.group for wish in wishes if not wish.is_reserve]
    reserves = [wish.group for wish in wishes if wish.is_reserve]
    rounds: dict[int, list[int]] = {}
    for place in ahead:
        rounds.setdefault(place.group_id, []).append(place.round_id)
    if any(wish.group not in rounds for wish in wishes) or len({w.group for w in wishes}) < len(wishes):
        raise _invalid(_l("One of these groups cannot be chosen any more. Please choose again."))
    if been + len(main) > event.groups_per_person:
        raise _invalid(too_many_text(been + len(main), event.groups_per_person))
    if len(reserves) > 1:
        raise _invalid(_l("Please choose one substitute at most."))
    if not main:
        # A substitute for nothing is a wish.
        return [Wish(group) for group in reserves]
    if not fit_together(main, rounds):
        raise _invalid(_l("These groups meet at the same time. Please choose one of them."))
    return [*(Wish(group) for group in main), *(Wish(group, True) for group in reserves)]


def _invalid(sentence: Sentence) -> Invalid:
    return Invalid(sentence, {"groups": [sentence]})


def give_up_places(registration: Registration) -> None:
    """Take somebody out of all groups and off all lists."""
    for choice in registration.choices:
        if choice.sitting_id is not None:
            give_back_place(choice.sitting_id)
    registration.choices.clear()
    db.session.flush()


def describe(registration: Registration, about: About) -> None:
    """Keep what somebody says of themselves. Raises Invalid for what is not on the lists."""
    if (about.role and about.role not in ROLES) or not about.needs <= set(NEEDS):
        raise Invalid(_l("Please choose from the lists."))
    registration.role = about.role
    registration.municipality_id = about.municipality.id if about.municipality else None
    registration.language = about.language
    known = {need.need: need for need in registration.needs}
    for need in sorted(about.needs - set(known)):
        registration.needs.append(AccessNeed(need=need))
    for need, row in known.items():
        if need not in about.needs:
            registration.needs.remove(row)
