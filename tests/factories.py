"""Plain functions that make one valid row each, through the actions that make real ones.

They need an application context and open a transaction if none is open. What a row stands on is made too
unless it is given: `contribution()` alone sets up a county and a dialogue. In tests that send requests use
the fixture `make`, which brings the context.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from flask import current_app, g
from sqlalchemy import select

from accounts import actors, codes
from accounts import queries as account_queries
from accounts import second_factor as algorithm
from accounts.actions import accounts as account_actions
from accounts.actions import codes as code_actions
from accounts.actions import invitations as invitation_actions
from accounts.actions import second_factor as factor_actions
from accounts.actions import sessions
from accounts.actions.invitations import Invited
from accounts.models import Account, CodeBatch
from accounts.passwords import Proof
from accounts.permissions import Scope
from accounts.scopes import Places
from concept.actions import concepts as concept_actions
from concept.actions import goals as goal_actions
from concept.actions import indicators as indicator_actions
from concept.actions import linked as linked_actions
from concept.actions import measures as measure_actions
from concept.actions import versions as version_actions
from concept.actions.indicators import SeenValue
from concept.models import Block, Concept, Goal, Indicator, Measure
from concept.queries import concepts as concept_queries
from concept.release import freeze
from concept.vocabulary import BlockKind
from core.actor import OPERATOR, VISITOR, Actor, Grant, Tier
from core.clock import now
from core.db import db
from core.photographs import Photograph
from core.transaction import transaction
from dialog.actions import batches, lists, merging, moderation
from dialog.actions import contributions as contribution_actions
from dialog.actions import dialogues as dialogue_actions
from dialog.actions import events as event_actions
from dialog.actions import polls as poll_actions
from dialog.actions import registrations as registration_actions
from dialog.actions import slips as slip_actions
from dialog.actions import translations as translation_actions
from dialog.actions import workspaces as workspace_actions
from dialog.actions.events import PlannedGroup, PlannedItem
from dialog.models import (
    Contribution,
    Dialogue,
    DialogueEvent,
    GroupChoice,
    ListImport,
    Merge,
    ModerationBatch,
    Participant,
    Poll,
    Registration,
)
from dialog.municipal_lists.reading import sent_list
from dialog.queries import dialogues as dialogue_queries
from dialog.queries import merges as merge_queries
from dialog.queries import polls as poll_queries
from dialog.queries import registrations as registration_queries
from dialog.queries.workspaces import Workspace
from dialog.seating import Wish
from dialog.vocabulary import Kind, PollStatus, Visibility
from region import actions as region_actions
from region import queries as region_queries
from region.actions.responsibilities import add_task
from region.data import FieldData, OrganisationData, ResponsibilityData, TaskData
from region.models import ActionField, Figure, Municipality, MunicipalTask, Organisation, Publication
from workshops.actions import boards as board_actions
from workshops.actions import cards as card_actions
from workshops.actions import clock as clock_actions
from workshops.actions import flipcharts as flipchart_actions
from workshops.actions import help as help_actions
from workshops.actions import messages as message_actions
from workshops.actions import script as script_actions
from workshops.actions import votes as vote_actions
from workshops.queries import boards as board_queries
from workshops.queries import cards as card_queries
from workshops.queries import script as script_queries

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


def event(
    of: Dialogue | None = None,
    *,
    slug: str | None = None,
    code: str | None = None,
    items: int = 0,
    published: bool = True,
) -> DialogueEvent:
    """An event of a dialogue with one group; the code opens registration (left out: EVENT_CODE).

    Its programme has as many `items` of plenary, half an hour each.
    """
    of = of or dialogue()
    day = datetime(2021, 11, 19, 9, tzinfo=UTC)
    with change():
        return event_actions.plan_event(
            OPERATOR,
            dialogue_queries.access_dialogue(OPERATOR, of.slug),
            slug=slug or f"day-{next(_numbers)}",
            titles={"de": "Dialogveranstaltung", "en": "Dialogue event"},
            aims={"de": "Sammeln", "en": "Collect"},
            format="digital",
            starts_at=day,
            ends_at=day + timedelta(hours=5),
            groups_per_person=2,
            agenda=[
                PlannedItem(
                    day + timedelta(minutes=30 * number),
                    day + timedelta(minutes=30 * number + 30),
                    {"de": f"Plenum {number + 1}", "en": f"Plenary {number + 1}"},
                    "plenary",
                )
                for number in range(items)
            ],
            groups=[PlannedGroup({"de": "Gruppe 1", "en": "Group 1"}, [field()])],
            code=EVENT_CODE if code is None else code,
            published=published,
        )


def day(
    of: Dialogue | None = None,
    *,
    places: Sequence[int | None] = (20, 20, 20),
    rounds: Sequence[Sequence[int] | None] = (),
    starts_at: datetime | None = None,
    signup: bool = True,
    slug: str | None = None,
) -> DialogueEvent:
    """An event with two rounds that people can sign up for, beginning in a week unless said otherwise.

    One group per number in `places`; `rounds` says for each where it meets (left out: in both). From its
    beginning: 30 minutes plenary, round 1 of 60, 30 of break, round 2 of 60.
    """
    of = of or dialogue()
    start = starts_at or now() + timedelta(days=7)
    number = next(_numbers)

    def item(begin: int, minutes: int, name: str, format: str) -> PlannedItem:
        at = start + timedelta(minutes=begin)
        return PlannedItem(at, at + timedelta(minutes=minutes), {"de": name, "en": name}, format)

    with change():
        return event_actions.plan_event(
            OPERATOR,
            dialogue_queries.access_dialogue(OPERATOR, of.slug),
            slug=slug or f"day-{number}",
            titles={"de": "Dialogtag", "en": "Dialogue day"},
            aims={"de": "Sammeln", "en": "Collect"},
            format="digital",
            starts_at=start,
            ends_at=start + timedelta(hours=3),
            groups_per_person=2,
            agenda=[
                item(0, 30, "Plenum", "plenary"),
                item(30, 60, "Runde 1", "groups"),
                item(90, 30, "Pause", "break"),
                item(120, 60, "Runde 2", "groups"),
            ],
            groups=[
                PlannedGroup(
                    {"de": f"Gruppe {index}", "en": f"Group {index}"},
                    [field("sprache" if index % 2 else "wohnen")],
                    rounds=rounds[index - 1] if index <= len(rounds) else None,
                    places=places_of_group,
                )
                for index, places_of_group in enumerate(places, start=1)
            ],
            code=f"DAY{number:03d}",
            # A day that stands in a test for good is over at some time; people could still sign up before it.
            signup_from=min(now(), start) - timedelta(days=1) if signup else None,
        )


def registration(person: Person, event: DialogueEvent, *, groups: int = 1) -> list[int]:
    """Sign somebody up for the first groups of an event; gives the ids of these groups."""
    with change():
        found = registration_queries.event_of_registrations(event.id)
        chosen = [group.id for group in found.groups[:groups]]
        registration_actions.sign_up(
            person.actor, found, wishes=[Wish(group) for group in chosen], shown_full=()
        )
    return chosen


def seat(
    at: DialogueEvent,
    person: Person | None = None,
    *,
    groups: Mapping[int, int] | None = None,
    channel: str = "form",
) -> int:
    """Somebody's registration for an event with places: number of the group by number of the round (from 1).

    Without a person it is a new one in tier C. Gives the id of the registration.
    """
    with change():
        at = db.session.get_one(DialogueEvent, at.id)
        person = person or participant(at.dialogue, tier="C")
        rounds = [item for item in at.agenda if item.format == "groups"]
        made = Registration(
            event_id=at.id,
            participant_id=db.session.execute(
                select(Participant.id).where(Participant.key == person.actor.key)
            ).scalar_one(),
            channel=channel,
            created_at=now(),
            changed_at=now(),
        )
        for rank, (number_of_round, number_of_group) in enumerate((groups or {}).items(), start=1):
            group = next(one for one in at.groups if one.number == number_of_group)
            sitting = next(one for one in group.sittings if one.round_id == rounds[number_of_round - 1].id)
            sitting.taken += 1
            made.choices.append(
                GroupChoice(
                    group_id=group.id,
                    rank=rank,
                    state="seated",
                    sitting_id=sitting.id,
                    round_id=sitting.round_id,
                )
            )
        db.session.add(made)
        db.session.flush()
        return made.id


@dataclass
class BoardMade:
    """A board with open lanes, and who is there."""

    id: int
    path: str
    slug: str
    """Of the event."""
    lanes: dict[str, int]
    """Ids of the lanes by kind."""
    member: Person
    """Somebody with a place in the group."""
    lead: Person
    """Somebody who moderates the group."""
    card_id: int = 0
    """A card on it, if one was asked for."""


def board(
    of: Dialogue | None = None,
    *,
    takes_cards: bool = True,
    number: int = 1,
    member: Person | None = None,
    vote: bool = False,
) -> BoardMade:
    """The board of the group `number` of a day that is on, in its first round, with one person in it.

    With a `vote` there is a card on it, too, and people give points to it.
    """
    with change():
        at = day(of, starts_at=now() + timedelta(hours=1))
        member = member or participant(at.dialogue)
        seat(at, member, groups={1: number})
        at = dialogue_queries.access_event(OPERATOR, at.dialogue, at.slug)
        board_actions.prepare_boards(OPERATOR, at)
        group = next(one for one in at.groups if one.number == number)
        lead = account("moderator", Scope("group", group.id), second_factor=True)
        here = board_queries.access_board(lead.actor, at, number, 1)
        board_actions.open_board(lead.actor, here, cards=takes_cards)
        path = f"/dialogues/{at.dialogue.slug}/events/{at.slug}/boards/{number}/1"
        lanes = {lane.kind: lane.id for lane in here.board.lanes if lane.kind}
        made = BoardMade(here.board.id, path, at.slug, lanes, member, lead)
        if vote:
            made.card_id = card(made).id
            vote_actions.open_vote(lead.actor, here, lane_id=lanes["need"])
            board_actions.open_board(lead.actor, here, cards=True, votes=True)
        return made


def card(
    at: BoardMade,
    text: str = "Es fehlt ein Bus.",
    *,
    kind: str = "need",
    by: Person | None = None,
    **values: Any,
) -> Contribution:
    """A card on a board, by its member unless said otherwise."""
    with change():
        by = by or at.member
        here = board_queries.access_board_by_id(by.actor, at.id)
        return card_actions.write_card(
            by.actor,
            here,
            lane_id=at.lanes[kind],
            text=text,
            field=field("sprache" if here.group.number % 2 else "wohnen"),
            municipality=None,
            **{"language": "de", **values},
        )


def boards(at: DialogueEvent, *, script: bool = True) -> list[int]:
    """Ids of the boards of an event by round and group; with `script` each round has the proposed steps."""
    with change():
        event = db.session.get_one(DialogueEvent, at.id)
        board_actions.prepare_boards(OPERATOR, event)
        for round_no, _ in enumerate(board_queries.rounds_of(event), start=1):
            if script:
                script_actions.propose_script(
                    OPERATOR, script_queries.access_script(OPERATOR, event, round_no, 0)
                )
        return [
            board_queries.access_board(STAFF, event, group.number, round_no).board.id
            for round_no, item in enumerate(board_queries.rounds_of(event), start=1)
            for group in event.groups
            if item.id in {sitting.round_id for sitting in group.sittings}
        ]


def flipchart(at: BoardMade) -> int:
    """Id of a photograph that stands beside a board."""
    with change():
        here = board_queries.access_board_by_id(at.lead.actor, at.id)
        picture = Photograph(b"\xff\xd8\xff\xd9", 1, 1)
        return flipchart_actions.add_flipchart(at.lead.actor, here, picture).id


def running_board(at: BoardMade) -> tuple[int, int, int]:
    """Let the group of a board be at its second step, with a call for help of a moderator and a message.

    People write cards and vote. Gives the ids of the first step, of the call and of the message.
    """
    with change():
        here = board_queries.access_board_by_id(STAFF, at.id)
        boards(here.event)
        steps = script_queries.script_of(here.group.id, here.round.id)
        clock_actions.start_step(STAFF, here, steps[1].id)
        lead = Actor("l" * 32, frozenset({Grant("moderator", "event", here.event_id)}))
        board_actions.open_board(STAFF, here, cards=True, votes=True)
        call = help_actions.call_for_help(lead, here, text="Kein Ton.")
        message = message_actions.send_message(STAFF, here.event, text="Willkommen.")
        return steps[0].id, call.id, message.id


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


def account(
    role: str = "coordinator", scope: Scope | None = None, *, login: str = "", second_factor: bool = True
) -> Person:
    """Somebody with an account in one role, county-wide unless a scope is given. No password opens it.

    It has a second factor, whose secret is `secret_of` it.
    """
    with change():
        made = account_actions.create_account(
            OPERATOR,
            login or f"{role.replace('_', '-')}-{next(_numbers)}",
            password_hash=PASSWORD_HASH,
            label=role.capitalize(),
            roles=[(role, scope or Scope("county"))],
        )
        if second_factor:
            set_up_second_factor(made)
    return Person(
        actors.actor_of_account(made, made.roles, now(), second_factor=second_factor), login=made.login
    )


def secret_of(login: str) -> str:
    """The secret in the authenticator app of a test's account."""
    return base64.b32encode(hashlib.sha256(login.encode()).digest()[:20]).decode()


def set_up_second_factor(of: Account) -> list[str]:
    """Give an account the factor of `secret_of` its login, as its holder does; gives the recovery codes."""
    with change():
        holder = Actor(of.key, account_id=of.id)
        secret = secret_of(of.login)
        return factor_actions.set_up(holder, secret=secret, code=current_code(of.login))[1]


def current_code(login: str) -> str:
    """What the authenticator app of a test's account shows now."""
    return algorithm.code_of(secret_of(login), algorithm.step_at(now()))


def let_time_pass(login: str) -> str:
    """The current code, as if the one before had been used long ago."""
    with change():
        known = account_queries.account_for_sign_in(login)
        assert known is not None
        factor = account_queries.second_factor_of(known.id)
        if factor is not None:
            factor.last_step = 0
    return current_code(login)


def invitation(
    role: str = "municipality_editor", scope: Scope | None = None, *, by: Actor = OPERATOR, **values: Any
) -> Invited:
    """An invitation that is open, to a municipality unless a scope is given."""
    with change():
        place = Places(OPERATOR).at(scope or Scope("municipality", municipality().id))
        assert place is not None, "There is no such place."
        return invitation_actions.invite(by, role, place, **{"label": "Integrationsstelle", **values})


def end_roles(person: Person) -> None:
    """Let the time of all roles of an account be over."""
    with change():
        known = db.session.get_one(Account, person.actor.account_id)
        for role in known.roles:
            role.expires_at = now() - timedelta(minutes=1)


def session(person: Person) -> str:
    """Sign somebody in; gives the secret for the cookie."""
    with change():
        if person.code:
            return sessions.redeem_code(VISITOR, code=person.code, lifetime=timedelta(days=1)).token
        known = db.session.get(Account, person.actor.account_id)
        assert known is not None
        proved = None
        if account_queries.second_factor_of(known.id) is not None:
            proved = factor_actions.spend_code(VISITOR, known, let_time_pass(known.login))
        return sessions.start_session_by_password(
            VISITOR,
            Proof(known.id, known.password_hash),
            lifetime=timedelta(hours=1),
            second_factor=proved,
        ).token


def session_id(token: str) -> str:
    """The public name of the session that a cookie's secret opens."""
    holder = account_queries.holder_of_token(token)
    assert holder is not None
    return holder.session_id


def slip_number(person: Person) -> str:
    """What stands on the slip of somebody with a code."""
    found = account_queries.usable_code(person.code)
    assert found is not None, "This code opens nothing."
    return found.slip_number


def slips(of: Dialogue | None = None, *, number: int = 3, seed: bytes = b"of nobody's browser") -> CodeBatch:
    """A batch of codes for slips; `accounts.queries.codes_of_seeds` reads them with the same seed."""
    of = of or dialogue()
    with change():
        made = dialogue_queries.access_dialogue(OPERATOR, of.slug)
        return slip_actions.make_slips(OPERATOR, made, None, number=number, label="Rathaus", seed=seed)


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


def merge(author: Person | None = None, *, of: Dialogue | None = None) -> Merge:
    """Two public contributions that stand together; the member is by `author`."""
    lead, member = contribution(of=of), contribution(of=of, author=author)
    with change():
        made = merging.merge_contribution(STAFF, member, lead)
        found = merge_queries.merge_by_id(made)
        assert found is not None
        return found


def batch(by: Person | None = None, *, of: Dialogue | None = None) -> ModerationBatch:
    """A decision to hide one contribution that waited, as many are decided on at once."""
    waiting = contribution(Visibility.WAITING, of=of)
    with change():
        return batches.decide_ticked(
            by.actor if by else STAFF,
            dialogue_queries.access_dialogue(OPERATOR, waiting.dialogue.slug),
            decision="hide",
            chosen=[(waiting.reference, waiting.revision)],
            reason="advertising",
        )


def entry(text: str = "Es fehlt ein Kurs.", of: Dialogue | None = None) -> Contribution:
    """What a municipality's people have sent to be checked."""
    with change():
        place = municipality()
        editor = account("municipality_editor", Scope("municipality", place.id))
        return workspace_actions.write_entry(
            editor.actor,
            Workspace(of or dialogue(), place),
            kind=Kind.NEED,
            text=text,
            field=field("sprache"),
            language="de",
            send=True,
        )


def municipal_list(of: Dialogue | None = None) -> ListImport:
    """A list of needs that was read and not taken over yet; its only row waits for a decision."""
    content = b"Gemeinde;Handlungsfeld;Bedarf\nNirgendwo-Unbekannt;;Treffpunkt\n"
    to = of or dialogue()
    with change():
        here = dialogue_queries.access_dialogue(OPERATOR, to.slug)
        return lists.read_in(OPERATOR, here, kind=Kind.NEED, sent=sent_list("bedarfe.csv", content))


# ---------------------------------------------------------------------------------------------------- polls


def translation(contribution_id: int, into: str, text: str) -> None:
    """Somebody taking part puts a contribution into another language."""
    found = db.session.get_one(Contribution, contribution_id)
    who = participant(found.dialogue).actor
    with change():
        translation_actions.translate(
            who, db.session.get_one(Contribution, contribution_id), language=into, text=text, based_on=0
        )


def translation_of_card(at: BoardMade, card_id: int, into: str, text: str) -> None:
    """The member of a board puts a card on it into another language."""
    with change():
        place = card_queries.access_card(
            at.member.actor, board_queries.access_board_by_id(at.member.actor, at.id).event, card_id
        )
        translation_actions.translate_card(at.member.actor, place, language=into, text=text, based_on=0)


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


def version(of: Dialogue | None = None) -> None:
    """The concept of a dialogue is released as it stands; what it says makes no difference."""
    found = concept_queries.concept_of((of or dialogue()).id)
    assert found is not None
    frozen = freeze(OPERATOR, found, current_app.config["SETTINGS"])
    with change():
        present = concept_queries.concept_of(found.dialogue_id)
        assert present is not None
        version_actions.release_version(OPERATOR, present, frozen)


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


def goal(in_field: str = "sprache", text: str = "Alle lernen Deutsch.") -> Goal:
    """A goal of the concept, which is begun if it is not there."""
    concept_present = concept_queries.concept_of(dialogue().id) or concept()
    with change():
        return goal_actions.add_goal(OPERATOR, concept_present, field(in_field), texts={"de": text})


def measure(of: Goal | None = None, title: str = "Abendkurs") -> Measure:
    """A measure that hangs on a goal."""
    of = of or goal()
    with change():
        present = db.session.get_one(Goal, of.id)
        return measure_actions.add_measure(OPERATOR, present, titles={"de": title})


def indicator(of: Measure | None = None) -> Indicator:
    """A number to watch of a measure, with one value."""
    of = of or measure()
    with change():
        present = db.session.get_one(Measure, of.id)
        return indicator_actions.keep_indicator(
            OPERATOR,
            present,
            name="Abendkurse",
            unit="Kurse",
            baseline=2.0,
            baseline_as_of="2021",
            target=10.0,
            target_by="2025",
            values=[SeenValue("2022-09", 4.0)],
            based_on=present.revision,
        )


def linked(in_section: str = "field-sprache-situation") -> Block:
    """A list of the first needs of a field, inserted into a section of the concept."""
    concept_present = concept_queries.concept_of(dialogue().id) or concept()
    with change():
        return linked_actions.place_linked(
            OPERATOR,
            concept_queries.access_section(OPERATOR, concept_present, in_section),
            kind=BlockKind.NEEDS_LIST,
            settings={"field": "sprache", "by": "first", "number": 5},
        )


def publication(number: str = "S01", title: str = "Bericht") -> Publication:
    """Something published elsewhere."""
    county()
    with change():
        return region_actions.add_publication(OPERATOR, number, title=title, publisher="Landkreis")


def organisation(slug: str = "P01", **known: Any) -> Organisation:
    """An organisation of the county, which is made if it is not there."""
    if region_queries.county() is None:
        county()
    with change():
        return region_actions.add_organisation(
            OPERATOR, OrganisationData(slug, **{"name": "Träger", "kind": "Verein", **known})
        )


def task(slug: str = "beratung", *lines: ResponsibilityData) -> MunicipalTask:
    """A task of the municipalities, with who does it."""
    if region_queries.county() is None:
        county()
    with change():
        return add_task(OPERATOR, TaskData(slug, {"de": "Beratung"}, list(lines)))


def figure(number: str = "I-01", name: str = "Einwohner") -> Figure:
    """A figure about the county."""
    county()
    with change():
        return region_actions.add_figure(
            OPERATOR, number, name=name, amounts=[198_905], unit="Personen", as_of="2018-12-31"
        )
