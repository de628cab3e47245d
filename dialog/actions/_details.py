"""What the actions about details share: what is kept of them, and how they go."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import case, delete, update

from core.bulk import AT_ONCE, insert_many
from core.clock import today
from core.db import db, upsert
from core.errors import Conflict
from core.i18n import lazy_gettext as _l
from dialog.models import Contribution, DetailsVersion, NeedDetails, OfferDetails, OfferPlace, OfferTrait
from dialog.offer_words import OfferStatus, Trait
from dialog.queries.merges import lock_both
from dialog.vocabulary import Visibility

ANSWERED: dict[str, Any] = {"token_digest": None, "token_until": None, "gone_at": None}
"""What an offer's details have once somebody has said whether it exists."""


def hold_living(contribution: Contribution) -> None:
    """Keep everybody else from changing a contribution until the commit; Conflict if it was withdrawn.

    Of somebody who withdraws it and somebody who writes about it at once the second finds what the first did.
    """
    lock_both(contribution.id, contribution.id)
    if contribution.visibility == Visibility.WITHDRAWN:
        raise Conflict(_l("This contribution has been withdrawn by its author."), code="withdrawn")


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
