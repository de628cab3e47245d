"""Signing up, against an empty route; and a thousand people who want three hundred places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from sqlalchemy import func, select

from accounts import codes
from accounts.models import PersonalCode
from core import keys
from core.actor import OPERATOR
from core.clock import now
from core.db import db
from core.transaction import transaction
from dialog.actions import events
from dialog.actions.events import PlannedGroup, PlannedItem
from dialog.models import GroupChoice, Participant, Registration, Sitting, WorkingGroup
from dialog.queries import dialogues as queries
from pages import demo
from tools.bench.figures import CLIENTS, Effort, Figure, Sample, ratio_figure, ratios, sample
from tools.bench.serving import Generator, Load, Site, serve

PEOPLE = 1_000
PLACES = (100, 100, 100)
AT_ONCE = 64
WAITS = 3
"""Every third would also wait for a place."""

RUSH_SECONDS = 120
"""After this time nobody tries any more, and whoever has no answer then is missing. The rush takes thirty
seconds of one processor; a machine that has a quarter of it left still comes to the end."""

PATIENCE = 20
"""Seconds after which a browser gives up waiting for an answer, and the person sends the form once more."""


def signups(site: Site, effort: Effort) -> list[Figure]:
    """A sign-up in processor time of an empty route, and the rush on too few places."""
    roomy = _event(site, "bench-roomy", (None, None, None))
    scarce = _event(site, "bench-scarce", PLACES)
    empty_get: dict[str, object] = {"path": "/bench/empty", "clients": CLIENTS, "seconds": effort.seconds}
    order = _order(site, "bench-roomy", roomy) | {"clients": CLIENTS, "seconds": effort.seconds}
    empty: list[Sample] = []
    signed: list[Sample] = []
    generator = Generator()
    with serve(site) as served:
        sample(served, generator, **{**order, "seconds": 0.3})
        for _ in range(effort.rounds):
            empty.append(sample(served, generator, **empty_get))
            signed.append(sample(served, generator, **order))
        rush = sample(
            served,
            generator,
            expected=("409",),
            **_order(site, "bench-scarce", scarce),
            clients=AT_ONCE,
            seconds=RUSH_SECONDS,
            patience=PATIENCE,
            total=PEOPLE,
            waits=WAITS,
        )
    generator.close()
    return [
        ratio_figure(
            f"a sign-up over HTTP, {CLIENTS} people, synchronous=FULL", GOAL, ratios(empty, signed), signed
        ),
        Figure(
            "the slowest sign-up",
            "≤ 10 × the median",
            f"{median(s.load.times[-1] / s.load.quantile(0.5) * 1000 for s in signed):.1f} ×",
        ),
        *rush_figures(rush, _kept(site, scarce, rush.load)),
    ]


GOAL = 0.02
"""What was reached when this was written: a sign-up takes some thirty statements and draws the page with the
code and its picture. A person does it once."""


@dataclass(frozen=True)
class Kept:
    """What the database has of the rush."""

    registrations: int
    people: int
    """Different people who are registered."""
    seated: int
    waiting: int
    taken: int
    """Places that are taken, as they are counted."""
    known: int
    """Codes that people were shown and whose holders are registered."""
    seats_of_impatient: int
    """Places of people who would not have waited."""


def rush_figures(rush: Sample, kept: Kept) -> list[Figure]:
    """What people were told, against what is kept."""
    load = rush.load
    places = sum(PLACES)
    told, patient = len(load.codes) + len(load.waiting), len(load.waiting)
    refused = load.statuses.get("409", 0)
    would_wait = sum(
        (PEOPLE // AT_ONCE + (c < PEOPLE % AT_ONCE) + WAITS - 1) // WAITS for c in range(AT_ONCE)
    )
    everybody_answered = load.answers == PEOPLE == told + refused and patient == would_wait
    none_lost = told == len({*load.codes, *load.waiting}) == kept.known
    none_double = kept.registrations == kept.people == told
    right_places = (
        kept.seated == kept.taken == places
        and kept.waiting == told - places
        and kept.seats_of_impatient == len(load.codes)
    )
    again = ", ".join(f"{number} × {why}" for why, number in sorted(load.resent.items())) or "never"
    return [
        Figure(
            f"{PEOPLE:,} sign-ups for {places} places from {AT_ONCE} clients, every third would wait",
            f"{places} seated, the others wait or keep the form as they asked; none double, none lost",
            f"{kept.seated} seated, {kept.waiting} wait, {refused} keep the form;"
            f" {kept.registrations} registrations of {kept.people} people, {kept.known} of {told} codes known"
            f" ({load.seconds:.0f} s, p95 {load.quantile(0.95):.0f} ms, sent again: {again})",
            everybody_answered and none_lost and none_double and right_places,
        ),
        Figure(
            "one of them in processor time, refused ones included",
            "–",
            f"{rush.cpu:.1f} ms ({load.per_second:,.0f}/s)",
        ),
    ]


def _order(site: Site, slug: str, groups: Sequence[int]) -> dict[str, object]:
    return {
        "signups": True,
        "path": f"/dialogues/{demo.SLUG}/events/{slug}/signup",
        "groups": list(groups),
        "origin": site.url,
    }


def _event(site: Site, slug: str, places: Sequence[int | None]) -> list[int]:
    """An event people can sign up for now, with one round; gives the ids of its groups."""
    with site.app().app_context():
        with transaction():
            dialogue = queries.access_dialogue(OPERATOR, demo.SLUG)
            start = now() + timedelta(days=7)
            event = events.plan_event(
                OPERATOR,
                dialogue,
                slug=slug,
                titles={"de": slug},
                aims={"de": ""},
                format="digital",
                starts_at=start,
                ends_at=start + timedelta(hours=3),
                groups_per_person=1,
                agenda=[PlannedItem(start, start + timedelta(hours=1), {"de": "Runde 1"}, "groups")],
                groups=[
                    PlannedGroup({"de": f"Gruppe {number}"}, [], places=size)
                    for number, size in enumerate(places, start=1)
                ],
                signup_from=now() - timedelta(days=1),
            )
            groups = [group.id for group in event.groups]
        db.session.remove()
        db.engine.dispose()
    return groups


def _kept(site: Site, groups: Sequence[int], load: Load) -> Kept:
    """What is kept of the event of these groups."""
    with site.app().app_context():
        key = keys.current().code
        of_event = select(WorkingGroup.event_id).where(WorkingGroup.id == groups[0]).scalar_subquery()
        holders = dict(
            db.session.execute(
                select(PersonalCode.code_hmac, Registration.id)
                .join(Participant, Participant.key == PersonalCode.holder_key)
                .join(Registration, Registration.participant_id == Participant.id)
                .where(Registration.event_id == of_event, Registration.status == "registered")
            )
            .tuples()
            .all()
        )

        def of(shown: Sequence[str]) -> set[int]:
            digests = (codes.digest(codes.normalise(c), purpose=codes.PARTICIPATE, key=key) for c in shown)
            return {holders[digest] for digest in digests if digest in holders}

        chosen = db.session.execute(
            select(GroupChoice.registration_id, GroupChoice.state).where(GroupChoice.group_id.in_(groups))
        ).all()
        seated = [person for person, state in chosen if state == "seated"]
        registered = select(Registration).where(Registration.event_id == of_event).subquery()
        found = Kept(
            db.session.scalar(select(func.count()).select_from(registered)) or 0,
            db.session.scalar(select(func.count(registered.c.participant_id.distinct()))) or 0,
            len(seated),
            sum(state == "waiting" for _, state in chosen),
            db.session.scalar(select(func.sum(Sitting.taken)).where(Sitting.group_id.in_(groups))) or 0,
            len(of(load.codes) | of(load.waiting)),
            len(of(load.codes) & set(seated)),
        )
        db.session.remove()
        db.engine.dispose()
    return found
