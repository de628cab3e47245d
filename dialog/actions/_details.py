"""What the actions about details share: what is kept of them, and how they go."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import case, delete, update

from core.bulk import AT_ONCE, insert_many
from core.clock import today
from core.db import db, upsert
from dialog.models import DetailsVersion, NeedDetails, OfferDetails, OfferPlace, OfferTrait
from dialog.offer_words import OfferStatus, Trait

ANSWERED: dict[str, Any] = {"token_digest": None, "token_until": None, "gone_at": None}
"""What an offer's details have once somebody has said whether it exists."""


def forget_details(ids: Sequence[int]) -> None:
    """Delete all that is known of these contributions beyond their words, in the open transaction."""
    for begin in range(0, len(ids), AT_ONCE):
        some = ids[begin : begin + AT_ONCE]
        for model in (OfferTrait, OfferPlace, DetailsVersion, OfferDetails, NeedDetails):
            db.session.execute(
                delete(model)
                .where(model.contribution_id.in_(some))
                .execution_options(synchronize_session=False)
            )


def note_checked(ids: Sequence[int]) -> None:
    """Note of these offers that they exist today, in the open transaction."""
    for begin in range(0, len(ids), AT_ONCE):
        some = ids[begin : begin + AT_ONCE]
        missing = upsert(OfferDetails).values([{"contribution_id": one} for one in some])
        db.session.execute(missing.on_conflict_do_nothing())
        db.session.execute(
            update(OfferDetails)
            .where(OfferDetails.contribution_id.in_(some))
            .values(
                revision=OfferDetails.revision + 1,
                checked_on=today().isoformat(),
                # What is planned stays planned.
                status=case(
                    (OfferDetails.status == OfferStatus.UNKNOWN, str(OfferStatus.RUNNING)),
                    else_=OfferDetails.status,
                ),
                **ANSWERED,
            )
            .execution_options(synchronize_session=False)
        )
    db.session.expire_all()


def trait_rows(contribution_id: int, trait: Trait, codes: Iterable[str]) -> list[dict[str, Any]]:
    """Rows of `OfferTrait` for the codes of one kind."""
    return [{"contribution_id": contribution_id, "trait": str(trait), "code": code} for code in codes]


def add_traits(rows: Sequence[dict[str, Any]]) -> None:
    """Write such rows, if there are any."""
    insert_many(OfferTrait, rows)
