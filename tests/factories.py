"""Plain functions that make one valid row each, through the actions that make real ones.

They need an application context and open a transaction if none is open. What a row stands on is made too
unless it is given: `contribution()` alone sets up a county and a dialogue. In tests that send requests use
the fixture `make`, which brings the context.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count

from flask import g

from accounts import actors, codes
from accounts import queries as account_queries
from accounts.actions import accounts as account_actions
from accounts.actions import codes as code_actions
from accounts.actions import sessions
from accounts.models import Account
from accounts.passwords import Proof
from accounts.permissions import Scope
from concept.actions import concepts as concept_actions
from concept.models import Concept
from core.actor import OPERATOR, VISITOR, Actor, Grant, Tier
from core.clock import now
from core.db import db
from core.transaction import transaction
from dialog.actions import contributions as contribution_actions
from dialog.actions import dialogues as dialogue_actions
from dialog.actions import moderation
from dialog.actions import polls as poll_actions
from dialog.actions.dialogues import PlannedGroup
from dialog.models import Contribution, Dialogue, DialogueEvent, Poll
from dialog.queries import dialogues as dialogue_queries
from dialog.queries import polls as poll_queries
from dialog.vocabulary import Kind, PollStatus, Visibility
from region import actions as region_actions
from region import queries as region_queries
from region.data import FieldData
from region.models import ActionField, Municipality

EVENT_CODE = "EVENT7"
PASSWORD_HASH = "no password opens this"
STAFF = Actor("s" * 32, frozenset({Grant("coordinator", "county")}))
"""A coordinator of the whole county, without an account."""

_numbers = count(1)


@dataclass(frozen=True)
class Person:
    """Somebody a test acts as: the actor, and how they sign in."""

    actor: Actor
    code: str = ""
    login: str = ""


@contextmanager
def change() -> Iterator[None]:
    """The transaction that is open, or one of our own."""
    if g.get("unit") is not None:
        yield
        db.session.flush()
        return
    with transaction():
        yield


# ------------------------------------------------------------------------------------------------ the county


def county(name: str = "Enzkreis", publisher: str = "Landratsamt Enzkreis") -> None:
    """A small county with two municipalities and one set of two fields; repeated, only its names change."""
    with change():
        region_actions.found_county(
            OPERATOR,
            ags="08236",
            name=name,
            state="Baden-Württemberg",
            seat="Pforzheim",
            population=198_905,
            population_as_of=date(2018, 12, 31),
            publisher=publisher,
            languages=["de", "en", "ar"],
        )
        municipality("08236040", "Mühlacker", "Stadt")
        municipality("08236043", "Neuenbürg", "Stadt")
        region_actions.add_field_set(
            OPERATOR,
            "fields",
            names={"de": "Handlungsfelder"},
            fields=[
                FieldData("sprache", {"de": "Sprache", "en": "Language"}, "language", "language"),
                FieldData("wohnen", {"de": "Wohnen", "en": "Housing"}, "housing", "housing"),
            ],
        )


def municipality(ags: str = "08236040", name: str = "Mühlacker", kind: str = "Gemeinde") -> Municipality:
    """A municipality of the county, which must be there."""
    with change():
        return region_actions.add_municipality(
            OPERATOR,
            ags=ags,
            name=name,
            kind=kind,
            population=26_076,
            population_as_of=date(2018, 12, 31),
        )


def field(slug: str = "sprache") -> ActionField:
    """One of the two fields of the county."""
    if region_queries.field_set_of("fields") is None:
        county()
    found = region_queries.field_set_of("fields")
    assert found is not None
    return next(one for one in found.fields if one.slug == slug)


# ---------------------------------------------------------------------------------------------- the dialogue


def dialogue(slug: str = "probe", *, accepts: bool = True) -> Dialogue:
    """The dialogue of this address, set up if it is not there; `accepts` contributions or not."""
    if dialogue_queries.dialogue_exists(slug):
        return dialogue_queries.access_dialogue(OPERATOR, slug)
    with change():
        if region_queries.county() is None:
            county()
        field_set = region_queries.access_field_set(OPERATOR, "fields")
        made = dialogue_actions.found_dialogue(
            OPERATOR,
            field_set,
            slug=slug,
            titles={"de": f"Dialog {slug}", "en": f"Dialogue {slug}"},
            questions={"de": "Was fehlt?", "en": "What is missing?"},
            introductions={"de": "Sagen Sie es.", "en": "Say it."},
        )
        made.accepts_contributions = accepts
    return made


def event(of: Dialogue | None = None, *, slug: str | None = None, code: str | None = None) -> DialogueEvent:
    """An event of a dialogue with one group; the code opens registration (left out: EVENT_CODE)."""
    of = of or dialogue()
    day = datetime(2021, 11, 19, 9, tzinfo=UTC)
    with change():
        return dialogue_actions.plan_event(
            OPERATOR,
            dialogue_queries.access_dialogue(OPERATOR, of.slug),
            slug=slug or f"day-{next(_numbers)}",
            titles={"de": "Dialogveranstaltung", "en": "Dialogue event"},
            aims={"de": "Sammeln", "en": "Collect"},
            format="digital",
            starts_at=day,
            ends_at=day + timedelta(hours=5),
            groups_per_person=2,
            agenda=[],
            groups=[PlannedGroup({"de": "Gruppe 1", "en": "Group 1"}, [field()])],
            code=EVENT_CODE if code is None else code,
        )


def participant(of: Dialogue | None = None, *, tier: Tier = "B", writes: bool = True) -> Person:
    """Somebody with a personal code; with `writes=False` its time for writing and voting is over."""
    of = of or dialogue()
    with change():
        issued = dialogue_actions.register_participant(OPERATOR, of, tier=tier)
        if not writes:
            issued = code_actions.issue_code(
                OPERATOR,
                Scope("dialogue", of.id),
                tier=tier,
                holder_key=issued.holder_key,
                write_until=now() - timedelta(minutes=1),
            )
    return person_of_code(issued.code)


def person_of_code(code: str) -> Person:
    """The holder of a code as they are now."""
    found = account_queries.usable_code(code)
    assert found is not None, "This code opens nothing."
    return Person(actors.actor_of_code(found, now()), code=codes.show(code))


def account(role: str = "coordinator", scope: Scope | None = None, *, login: str = "") -> Person:
    """Somebody with an account in one role, county-wide unless a scope is given. No password opens it."""
    with change():
        made = account_actions.create_account(
            OPERATOR,
            login or f"{role.replace('_', '-')}-{next(_numbers)}",
            password_hash=PASSWORD_HASH,
            label=role.capitalize(),
            roles=[(role, scope or Scope("county"))],
        )
    return Person(actors.actor_of_account(made, made.roles, now()), login=made.login)


def session(person: Person) -> str:
    """Sign somebody in; gives the secret for the cookie."""
    with change():
        if person.code:
            return sessions.redeem_code(VISITOR, code=person.code, lifetime=timedelta(days=1)).token
        known = db.session.get(Account, person.actor.account_id)
        assert known is not None
        return sessions.start_session_by_password(
            VISITOR, Proof(known.id, known.password_hash), lifetime=timedelta(hours=1)
        ).token


def session_id(token: str) -> str:
    """The public name of the session that a cookie's secret opens."""
    holder = account_queries.holder_of_token(token)
    assert holder is not None
    return holder.session_id


# -------------------------------------------------------------------------------------------- contributions


def contribution(
    visibility: Visibility = Visibility.PUBLIC,
    *,
    of: Dialogue | None = None,
    author: Person | None = None,
    kind: Kind = Kind.NEED,
    text: str = "",
    title: str = "",
    place: str | None = "08236040",
    in_field: str = "sprache",
    language: str = "de",
    revised: bool = False,
) -> Contribution:
    """Something somebody wrote, brought into this state by the same steps as a real one.

    `place` is the official key of a municipality, None the whole county; `revised` gives it an earlier
    wording.
    """
    of = of or dialogue()
    author = author or participant(of)
    with change():
        made = contribution_actions.submit_contribution(
            author.actor,
            dialogue_queries.access_dialogue(OPERATOR, of.slug),
            kind=kind,
            text=text or f"Es fehlen Deutschkurse am Abend, Nummer {next(_numbers)}.",
            field=field(in_field),
            municipality=region_queries.municipality_of(place) if place else None,
            language=language,
            again=True,
        )
        if revised:
            contribution_actions.revise_contribution(
                author.actor,
                made,
                based_on=1,
                text=f"{made.text} Neu gefasst.",
                field=made.field,
                municipality=made.municipality,
                language=language,
            )
        if visibility in {Visibility.PUBLIC, Visibility.HIDDEN, Visibility.GROUP}:
            moderation.publish_contribution(STAFF, made, title=title)
        if visibility == Visibility.HIDDEN:
            moderation.hide_contribution(STAFF, made, reason="insult")
        elif visibility == Visibility.RETURNED:
            moderation.return_contribution(STAFF, made, question="Wo genau?")
        elif visibility == Visibility.WITHDRAWN:
            contribution_actions.withdraw_contribution(author.actor, made)
        elif visibility in {Visibility.DRAFT, Visibility.GROUP}:
            raise ValueError("Nothing in this program brings a contribution into this state yet.")
    return made


# ---------------------------------------------------------------------------------------------------- polls


def poll(
    status: PollStatus = PollStatus.OPEN,
    *,
    of: Dialogue | None = None,
    needs: int = 3,
    dots: int = 5,
    max_per_item: int = 2,
    in_field: str = "sprache",
    closes_at: datetime | None = None,
    ballots: Mapping[str, Mapping[int, int]] | None = None,
    tier: Tier = "B",
) -> Poll:
    """A dot vote on `needs` public needs, moved on to this status.

    `ballots` are cast before it closes: points by position of the item (from 1), by any name of a voter.
    """
    of = of or dialogue()
    with change():
        for _ in range(needs):
            contribution(of=of, in_field=in_field)
        made = poll_actions.prepare_poll(
            OPERATOR,
            dialogue_queries.access_dialogue(OPERATOR, of.slug),
            field(in_field),
            titles={"de": "Abstimmung", "en": "Vote"},
            questions={"de": "Was ist am wichtigsten?", "en": "What matters most?"},
            dots=dots,
            max_per_item=max_per_item,
            closes_at=closes_at,
        )
        if status != PollStatus.DRAFT:
            poll_actions.open_poll(OPERATOR, made)
        if ballots:
            item = {one.position: one.id for one in made.items}
            by_item = {
                voter: {item[position]: points for position, points in choices.items()}
                for voter, choices in ballots.items()
            }
            poll_actions.import_ballots(OPERATOR, made, ballots=by_item, tier=tier)
        if status in {PollStatus.CLOSED, PollStatus.PUBLISHED}:
            poll_actions.close_poll(OPERATOR, made)
        if status == PollStatus.PUBLISHED:
            poll_actions.publish_poll(OPERATOR, made)
    # So that the items can be read after the context is gone.
    db.session.refresh(made, ["items"])
    return made


def first_item(poll_id: int) -> int:
    """Id of the first thing that can be chosen in a poll."""
    return min(poll_queries.item_ids(poll_id))


# -------------------------------------------------------------------------------------------------- concept


def concept(of: Dialogue | None = None) -> Concept:
    """A concept with its empty chapters; the chapter of a field is `field-sprache`."""
    of = of or dialogue()
    with change():
        return concept_actions.found_concept(
            OPERATOR,
            dialogue_queries.access_dialogue(OPERATOR, of.slug),
            titles={"de": "Konzept", "en": "Concept"},
            subtitles={"de": "Entwurf", "en": "Draft"},
        )
