"""What a municipality's people see of their own entries, and what staff see of all municipalities."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload, selectinload

from accounts import queries as account_queries
from accounts.queries import administration
from core.actor import Actor
from core.db import db
from core.errors import NotFound
from dialog.models import Confirmation, Contribution, Dialogue, ListImport
from dialog.permissions import RIGHTS, Permission
from dialog.queries.merges import stands_alone
from dialog.queries.offers import has_ended
from dialog.vocabulary import Kind, ListState, Origin, Visibility
from region import queries as region_queries
from region.models import Municipality

IN_WORK = (Visibility.RETURNED, Visibility.DRAFT, Visibility.WAITING, Visibility.HIDDEN)
"""What a municipality still looks after, in the order in which it is asked to."""

_MOST = 500
"""So many entries of a state are shown at once."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """One municipality in one dialogue: the context of the rights of its people."""

    dialogue: Dialogue
    municipality: Municipality

    @property
    def dialogue_id(self) -> int:
        """For the right of a dialogue's coordination."""
        return self.dialogue.id

    @property
    def municipality_id(self) -> int:
        """For the right of the municipality's people."""
        return self.municipality.id


@dataclass(frozen=True, slots=True)
class Confirmed:
    """When entries were said to be current, and what the account is called that said so."""

    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a municipality is."""

    municipality: Municipality
    public: int
    waiting: int
    returned: int
    drafts: int
    people: int
    """Accounts that may work for it."""
    confirmed: Confirmed | None

    @property
    def has_nothing(self) -> bool:
        """Whether nothing at all has come from there."""
        return not (self.public or self.waiting or self.returned or self.drafts)


def access_workspace(actor: Actor, dialogue: Dialogue, ags: str) -> Workspace:
    """The workspace of a municipality. Raises NotFound for everybody else than its people and staff."""
    here = Workspace(dialogue, region_queries.access_municipality(actor, ags))
    if not RIGHTS.allows(actor, Permission.WORK_FOR_MUNICIPALITY, here):
        raise NotFound
    return here


def own_municipalities(actor: Actor) -> list[Municipality]:
    """The municipalities this actor works for, by name."""
    ids = {grant.scope_id for grant in actor.grants if grant.role == "municipality_editor"}
    if not ids:
        return []
    return [one for one in region_queries.visible_municipalities(actor) if one.id in ids]


def entries_in_work(actor: Actor, here: Workspace) -> list[Contribution]:
    """What the municipality has written and is not public, what waits for it first.

    Drafts are for its own people alone.
    """
    rows = db.session.execute(
        select(Contribution)
        .where(*_own(here), Contribution.visibility.in_(IN_WORK))
        .options(
            joinedload(Contribution.field),
            joinedload(Contribution.municipality),
            selectinload(Contribution.decisions),
        )
        .order_by(Contribution.created_at.desc(), Contribution.id.desc())
        .limit(_MOST)
    ).scalars()
    seen = [one for one in rows if RIGHTS.allows(actor, Permission.READ_CONTRIBUTION, one)]
    return sorted(seen, key=lambda one: IN_WORK.index(Visibility(one.visibility)))


def public_numbers(here: Workspace) -> dict[str, int]:
    """How many entries of each kind the register has from this place, whoever wrote them."""
    rows = db.session.execute(
        select(Contribution.kind, func.count())
        .where(
            Contribution.dialogue_id == here.dialogue_id,
            Contribution.municipality_id == here.municipality_id,
            Contribution.visibility == Visibility.PUBLIC,
            stands_alone(),
        )
        .group_by(Contribution.kind)
    )
    return {row[0]: row[1] for row in rows}


def offers_to_confirm(actor: Actor, here: Workspace) -> list[Contribution]:
    """What a municipality has published of its own and still exists, as far as this actor answers for it."""
    offers = db.session.scalars(
        select(Contribution)
        .where(
            Contribution.dialogue_id == here.dialogue_id,
            Contribution.municipality_id == here.municipality_id,
            Contribution.kind == Kind.OFFER,
            Contribution.visibility == Visibility.PUBLIC,
            Contribution.origin.in_([Origin.MUNICIPALITY, Origin.IMPORT]),
            stands_alone(),
            ~has_ended(),
        )
        .order_by(Contribution.id)
    )
    return [one for one in offers if RIGHTS.allows(actor, Permission.KEEP_DETAILS, one)]


def lists_of(here: Workspace) -> list[ListImport]:
    """The lists the municipality has handed in, the latest first."""
    return list(
        db.session.execute(
            select(ListImport)
            .where(
                ListImport.dialogue_id == here.dialogue_id,
                ListImport.municipality_id == here.municipality_id,
            )
            .order_by(ListImport.id.desc())
        ).scalars()
    )


def lists_to_decide(here: Workspace) -> list[ListImport]:
    """Lists that were only looked at so far."""
    return [one for one in lists_of(here) if one.state == ListState.PREVIEW]


def confirmations_of(here: Workspace, most: int = 10) -> list[Confirmed]:
    """Who has said when that the entries are current, the latest first."""
    rows = db.session.execute(
        select(Confirmation.at, Confirmation.by_key)
        .where(
            Confirmation.dialogue_id == here.dialogue_id,
            Confirmation.municipality_id == here.municipality_id,
        )
        .order_by(Confirmation.at.desc(), Confirmation.id.desc())
        .limit(most)
    )
    found = [(at, key) for at, key in rows]
    called = account_queries.labels_of_keys(key for _, key in found)
    return [Confirmed(at, called.get(key, "")) for at, key in found]


def confirmed_on(dialogue: Dialogue, municipality: Municipality) -> datetime | None:
    """When the entries of a municipality were last said to be current; for everybody, without who."""
    return db.session.execute(
        select(func.max(Confirmation.at)).where(
            Confirmation.dialogue_id == dialogue.id, Confirmation.municipality_id == municipality.id
        )
    ).scalar_one()


def standings(actor: Actor, dialogue: Dialogue) -> list[Standing]:
    """All municipalities with how far each is. Raises NotFound for those who are no staff."""
    if not RIGHTS.allows(actor, Permission.SEE_QUEUE, dialogue):
        raise NotFound
    counted: dict[tuple[int | None, str], int] = {
        (place, state): number
        for place, state, number in db.session.execute(
            select(Contribution.municipality_id, Contribution.visibility, func.count())
            .where(
                Contribution.dialogue_id == dialogue.id,
                Contribution.municipality_id.is_not(None),
                (Contribution.visibility == Visibility.PUBLIC) | (Contribution.origin == Origin.MUNICIPALITY),
                # What stands with another entry has no line of its own in the register.
                (Contribution.visibility != Visibility.PUBLIC) | stands_alone(),
            )
            .group_by(Contribution.municipality_id, Contribution.visibility)
        )
    }
    people = administration.numbers_of_colleagues()
    confirmed = _latest_confirmations(dialogue)
    return [
        Standing(
            one,
            public=counted.get((one.id, Visibility.PUBLIC), 0),
            waiting=counted.get((one.id, Visibility.WAITING), 0),
            returned=counted.get((one.id, Visibility.RETURNED), 0),
            drafts=counted.get((one.id, Visibility.DRAFT), 0),
            people=people.get(one.id, 0),
            confirmed=confirmed.get(one.id),
        )
        for one in region_queries.visible_municipalities(actor)
    ]


def _latest_confirmations(dialogue: Dialogue) -> dict[int, Confirmed]:
    rows = db.session.execute(
        select(Confirmation.municipality_id, Confirmation.at, Confirmation.by_key)
        .where(Confirmation.dialogue_id == dialogue.id)
        .order_by(Confirmation.at, Confirmation.id)
    )
    latest = {place: (at, key) for place, at, key in rows}
    called = account_queries.labels_of_keys(key for _, key in latest.values())
    return {place: Confirmed(at, called.get(key, "")) for place, (at, key) in latest.items()}


def _own(here: Workspace) -> tuple[ColumnElement[bool], ...]:
    return (
        Contribution.dialogue_id == here.dialogue_id,
        Contribution.municipality_id == here.municipality_id,
        Contribution.origin == Origin.MUNICIPALITY,
    )
