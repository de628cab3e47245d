"""What is publicly known of the offers and needs of the demonstration county beyond their words.

Nothing is made up: whether an offer exists, how long ago that was documented, and for whom it is. What the
sources do not say (charges, languages, contacts, capacity) stays empty.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from core.actor import OPERATOR
from dialog.actions import details as actions
from dialog.actions.details import NeedFacts, OfferFacts
from dialog.models import Dialogue
from dialog.offer_words import OfferStatus, Trait, groups_in
from dialog.queries import contributions as queries

_STATUS = {
    "laufend": OfferStatus.RUNNING,
    "geplant": OfferStatus.PLANNED,
    "beendet": OfferStatus.ENDED,
    "unbekannt": OfferStatus.UNKNOWN,
}
_IN_WORDS: dict[str, dict[str, Any]] = {
    "A-003": {"schedule": "mittwochs von 15 bis 18 Uhr"},
    "A-005": {"begin": date(2017, 10, 14), "ends_on": date(2017, 10, 14)},
}
"""What the descriptions of these offers say themselves of their times."""

_WITH_CHILDCARE = frozenset({"A-061"})


def load(dialogue: Dialogue, data: dict[str, Any]) -> None:
    """Write down what the data say of offers and needs that are in the register already."""
    offers = {entry["id"]: entry for entry in data["offers"]}
    for found in queries.public_contributions(dialogue, offers):
        entry = offers[found.reference]
        actions.keep_offer(
            OPERATOR,
            found,
            OfferFacts(
                status=_STATUS[entry["status"]],
                checked_on=entry["documented"] or "",
                **_IN_WORDS.get(found.reference, {}),
            ),
            based_on=0,
            traits={
                Trait.GROUP: groups_in(entry["target_group"] or ""),
                Trait.ACCESS: ["childcare"] if found.reference in _WITH_CHILDCARE else [],
            },
        )
    needs = {entry["id"]: entry for entry in data["needs"] if entry["documented"]}
    for found in queries.public_contributions(dialogue, needs):
        documented = needs[found.reference]["documented"]
        actions.keep_need(
            OPERATOR, found, NeedFacts(known_how=f"Öffentlich dokumentiert: {documented}"), based_on=0
        )
