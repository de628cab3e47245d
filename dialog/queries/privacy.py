"""What a dialogue keeps of a person, and what of it has been kept for long enough."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from core import retention
from core.actor import Actor
from core.db import db
from core.erasure import NOBODY
from core.errors import NotFound
from core.i18n import name_in
from core.retention import Due
from dialog.models import (
    Ballot,
    Contribution,
    Decision,
    Dialogue,
    DialogueEvent,
    LegalHold,
    ModerationBatch,
    Participant,
    Poll,
    PollItem,
    WorkingGroup,
)
from dialog.permissions import RIGHTS, Permission
from dialog.queries.polls import voter_token
from dialog.vocabulary import NO_LONGER_SHOWN, PollStatus, Visibility
from region.models import Municipality


def ballots_of(key: str) -> list[dict[str, Any]]:
    """A person's ballots in words: the poll and the points by the heading of what was chosen."""
    actor = Actor(key)
    found = []
    for poll in db.session.execute(select(Poll).order_by(Poll.id)).scalars():
        ballot = _ballot(poll.id, voter_token(actor, poll.id))
        if ballot is not None:
            titles = _titles(poll.id)
            choices = {titles[int(item)]: points for item, points in ballot.choices.items()}
            found.append({"poll": name_in(poll.titles), "tier": ballot.tier, "choices": choices})
    return found


def _ballot(poll_id: int, voter: str) -> Ballot | None:
    return db.session.get(Ballot, (poll_id, voter))


def _titles(poll_id: int) -> dict[int, str]:
    # Two needs may have the same heading, but never the same place.
    rows = db.session.execute(
        select(PollItem.id, PollItem.position, PollItem.title).where(PollItem.poll_id == poll_id)
    )
    return {item: f"{position}. {title or NO_LONGER_SHOWN}" for item, position, title in rows}


def polls_voted_in(key: str) -> list[tuple[int, str]]:
    """The polls in which a person has a ballot, each with what stands for them on it."""
    actor = Actor(key)
    tokens = {
        voter_token(actor, poll_id): poll_id for poll_id in db.session.execute(select(Poll.id)).scalars()
    }
    rows = db.session.execute(select(Ballot.poll_id, Ballot.voter).where(Ballot.voter.in_(tokens)))
    return [(poll_id, voter) for poll_id, voter in rows]


def written_by(key: str) -> list[Contribution]:
    """Everything a person has written and not withdrawn."""
    return list(
        db.session.execute(
            select(Contribution)
            .where(Contribution.author_key == key, Contribution.visibility != Visibility.WITHDRAWN)
            .order_by(Contribution.id)
        ).scalars()
    )


def contributions_by(key: str) -> list[int]:
    """Ids of everything a person has written, withdrawn or not."""
    return list(db.session.execute(select(Contribution.id).where(Contribution.author_key == key)).scalars())


def participants_with(key: str) -> list[Participant]:
    """The participants with a key; one at most."""
    return list(db.session.execute(select(Participant).where(Participant.key == key)).scalars())


def municipality_name(municipality_id: int) -> str:
    """The name of the place somebody wrote about."""
    found = db.session.get(Municipality, municipality_id)
    return found.name if found else ""


def group_name(group_id: int) -> str:
    """The name of a group somebody chose."""
    found = db.session.get(WorkingGroup, group_id)
    return name_in(found.names) if found else ""


# ----------------------------------------------------------------------------------------------- retention


def ended_dialogues(before: datetime) -> dict[int, datetime]:
    """Dialogues that were over before this moment, with the moment; those under a hold are left out.

    A dialogue is over when it takes no contributions, no poll of it can still be voted in, and its last event
    has ended. What happened last in it says since when.
    """
    over = {}
    for dialogue_id in db.session.execute(
        select(Dialogue.id).where(
            Dialogue.accepts_contributions.is_(False), Dialogue.id.not_in(retention.held_dialogues())
        )
    ).scalars():
        polls = db.session.execute(
            select(Poll.status, Poll.closed_at).where(Poll.dialogue_id == dialogue_id)
        ).all()
        if any(status in {PollStatus.DRAFT, PollStatus.OPEN} for status, _ in polls):
            continue
        lasts = [closed for _, closed in polls]
        for column, of in (
            (DialogueEvent.ends_at, DialogueEvent.dialogue_id),
            (Contribution.created_at, Contribution.dialogue_id),
            (Participant.created_at, Participant.dialogue_id),
        ):
            lasts.append(db.session.execute(select(func.max(column)).where(of == dialogue_id)).scalar())
        last = max((moment for moment in lasts if moment is not None), default=None)
        if last is not None and last < before:
            over[dialogue_id] = last
    return over


def outlived_participants(before: datetime) -> list[Due]:
    """People whose dialogue was over before this moment, by id of the participant."""
    over = ended_dialogues(before)
    rows = db.session.execute(
        select(Participant.id, Participant.dialogue_id)
        .where(Participant.dialogue_id.in_(over))
        .order_by(Participant.id)
    )
    return [Due(participant, over[dialogue]) for participant, dialogue in rows]


def keys_of_participants(ids: Iterable[int]) -> list[str]:
    """The keys of participants that are to be forgotten."""
    return list(db.session.execute(select(Participant.key).where(Participant.id.in_(list(ids)))).scalars())


def outlived_notes(before: datetime) -> list[Due]:
    """Decisions of staff that were made before this moment and still hold a note or a key."""
    rows = db.session.execute(
        select(Decision.id, Decision.at)
        .join(Contribution, Contribution.id == Decision.contribution_id)
        .where(
            Decision.at < before,
            (Decision.note != "") | (Decision.by_key != NOBODY),
            Contribution.visibility != Visibility.RETURNED,
            Contribution.dialogue_id.not_in(retention.held_dialogues()),
        )
        .order_by(Decision.at)
    )
    return [Due(decision, at) for decision, at in rows]


def outlived_batches(before: datetime) -> list[Due]:
    """Decisions on many that were made before this moment, the oldest first; not of held dialogues."""
    rows = db.session.execute(
        select(ModerationBatch.id, ModerationBatch.at)
        .where(ModerationBatch.at < before, ModerationBatch.dialogue_id.not_in(retention.held_dialogues()))
        .order_by(ModerationBatch.at)
    )
    return [Due(batch, at) for batch, at in rows]


# --------------------------------------------------------------------------------------------------- holds


def held() -> frozenset[int]:
    """Ids of the dialogues under a legal hold."""
    return frozenset(
        db.session.execute(select(LegalHold.dialogue_id).where(LegalHold.lifted_at.is_(None))).scalars()
    )


def visible_holds(actor: Actor) -> list[LegalHold]:
    """All holds, those in force first. Raises NotFound for those who do not keep them."""
    if not RIGHTS.allows(actor, Permission.KEEP_HOLDS):
        raise NotFound
    return list(
        db.session.execute(
            select(LegalHold)
            .options(joinedload(LegalHold.dialogue))
            .order_by(LegalHold.lifted_at.is_not(None), LegalHold.id.desc())
        ).scalars()
    )


def access_hold(actor: Actor, slug: str) -> LegalHold:
    """The hold on a dialogue that is in force, for those who keep them. Raises NotFound."""
    found = db.session.execute(
        select(LegalHold)
        .join(Dialogue, Dialogue.id == LegalHold.dialogue_id)
        .where(Dialogue.slug == slug, LegalHold.lifted_at.is_(None))
    ).scalar_one_or_none()
    if found is None or not RIGHTS.allows(actor, Permission.KEEP_HOLDS):
        raise NotFound
    return found
