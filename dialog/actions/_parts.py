"""Pieces that several actions here share; the actions have required the right before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import update

from core.actor import Actor
from core.clock import now
from core.db import db
from core.errors import Conflict
from core.i18n import lazy_gettext as _l
from dialog.models import Contribution, Decision, Dialogue, Poll, Station
from dialog.queries import polls as queries
from dialog.vocabulary import Visibility


def move(contribution: Contribution, after: Visibility, *, based_on: int | None = None) -> None:
    """Bring a contribution into another state, in one statement, so that of two people only one does it.

    `based_on` is the revision that was read before deciding, if that matters. Raises Conflict if there is a
    later one, or if the contribution is no longer as it was loaded.
    """
    if based_on is not None and based_on != contribution.revision:
        raise Conflict(
            _l("The author has changed the text meanwhile. Please read it again before you decide."),
            code="stale",
        )
    moved = db.session.execute(
        update(Contribution)
        .where(
            Contribution.id == contribution.id,
            Contribution.visibility == contribution.visibility,
            Contribution.revision == contribution.revision,
        )
        .values(visibility=after)
        .execution_options(synchronize_session=False)
    )
    if moved.rowcount == 0:  # type: ignore[attr-defined]
        raise Conflict(_l("Somebody has decided on this contribution already."), code="decided")
    contribution.visibility = after


def add_decision(
    actor: Actor, contribution: Contribution, decision: str, *, reason: str = "", note: str = ""
) -> None:
    """Keep what staff decided, for the author to read."""
    db.session.add(
        Decision(
            contribution=contribution, decision=decision, reason=reason, note=note, by_key=actor.key, at=now()
        )
    )


def add_station(
    contribution_id: int, kind: str, label: str, values: Mapping[str, Any], url: str, at: datetime
) -> None:
    """Add one stop to a contribution's way."""
    db.session.add(
        Station(contribution_id=contribution_id, kind=kind, label=label, values=dict(values), url=url, at=at)
    )


def show_otherwise_in_polls(contribution_id: int) -> None:
    """Say that polls show this contribution in another way now, such as not at all."""
    db.session.execute(
        update(Poll)
        .where(Poll.id.in_(queries.polls_with(contribution_id)))
        .values(version=Poll.version + 1)
        .execution_options(synchronize_session=False)
    )


def raise_register_version(dialogue_id: int) -> None:
    """Say that the register has changed; locks the dialogue's row until the commit."""
    db.session.execute(
        update(Dialogue)
        .where(Dialogue.id == dialogue_id)
        .values(register_version=Dialogue.register_version + 1)
        .execution_options(synchronize_session=False)
    )
