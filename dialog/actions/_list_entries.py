"""What a list becomes: entries of the register with their first wording, way and details, thousands at once.

The actions have required the right before. Everything goes in by the thousand: as single objects five
thousand entries would hold the only writer of a small server for many seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.actor import Actor
from core.bulk import insert_many
from core.clock import now
from core.db import db, upsert
from core.i18n import N_, default_language
from core.text import fold
from dialog.actions._details import add_traits, trait_rows
from dialog.models import (
    Contribution,
    Dialogue,
    NeedDetails,
    OfferDetails,
    RegisterNumber,
    Revision,
    Station,
)
from dialog.municipal_lists.judging import Entry
from dialog.municipal_lists.places import COUNTY_WIDE
from dialog.offer_words import Trait, groups_in, languages_in
from dialog.queries import dialogues as dialogue_queries
from dialog.queries import lists as queries
from dialog.vocabulary import Kind, Origin, Outcome, Visibility
from region import queries as region_queries


def make_entries(actor: Actor, dialogue: Dialogue, kind: Kind, entries: Sequence[Entry]) -> list[int]:
    """Put entries of a list into the register as they were understood; gives their ids in the same order."""
    if not entries:
        return []
    moment = now()
    fields = {one.slug: one.id for one in dialogue_queries.fields_of(dialogue)}
    places = {one.ags: one.id for one in region_queries.visible_municipalities(actor)}
    language = default_language()
    first = _reserve_numbers(dialogue.id, kind, len(entries))
    rows = [
        {
            "dialogue_id": dialogue.id,
            "kind": kind,
            "number": number,
            "field_id": fields[str(entry.field)],
            "municipality_id": None if entry.place == COUNTY_WIDE else places[str(entry.place)],
            "title": entry.title,
            "text": entry.text,
            "language": language,
            "target_group": entry.target_group,
            "provider": entry.provider,
            "search_text": fold(" ".join((entry.title, entry.text, entry.target_group, entry.provider))),
            "origin": Origin.IMPORT,
            "visibility": Visibility.PUBLIC,
            "outcome": Outcome.ADOPTED,
            "created_at": moment,
            "published_at": moment,
        }
        for number, entry in enumerate(entries, first)
    ]
    insert_many(Contribution, rows)
    # The numbers are these entries' alone since they were reserved, so they say which id belongs to which.
    made = queries.ids_of_numbers(dialogue, kind, first, len(entries))
    insert_many(
        Revision,
        [
            {
                "contribution_id": one,
                "number": 1,
                "register_number": row["number"],
                "by_key": actor.key,
                "at": moment,
                **{name: row[name] for name in _WORDED},
            }
            for one, row in zip(made, rows, strict=True)
        ],
    )
    insert_many(
        Station,
        [
            station(one, what, label) | {"at": moment}
            for one in made
            for what, label in (
                ("imported", N_("Taken over from a list")),
                ("published", N_("Published in the register")),
            )
        ],
    )
    details = [_details(kind, one, entry) for one, entry in zip(made, entries, strict=True)]
    insert_many(OfferDetails if kind == Kind.OFFER else NeedDetails, details)
    if kind == Kind.OFFER:
        add_traits([row for one, entry in zip(made, entries, strict=True) for row in _traits(one, entry)])
    return made


_WORDED = ("kind", "title", "text", "language", "field_id", "municipality_id")
"""What a wording has of its contribution."""


def station(contribution_id: int, kind: str, label: str) -> dict[str, Any]:
    """A row of `Station` without its moment."""
    return {"contribution_id": contribution_id, "kind": kind, "label": label, "values": {}, "url": ""}


def _details(kind: Kind, contribution_id: int, entry: Entry) -> dict[str, Any]:
    values: dict[str, Any] = {"contribution_id": contribution_id, "remark": entry.remark}
    if kind == Kind.OFFER:
        return values | {
            "begin": entry.begin,
            "ends_on": entry.ends_on,
            "schedule": entry.schedule,
            "cost": entry.cost,
            "languages": entry.languages,
            "access": entry.access,
            "capacity": entry.capacity,
            "url": entry.url,
            "contact": entry.contact,
            "funded_until": entry.funded_until,
            # What a list calls its state or date is when somebody last looked whether the offer is so.
            "checked_on": entry.reported_on.isoformat() if entry.reported_on else "",
        }
    return values | {
        "urgency": entry.urgency,
        "reported_by": entry.reported_by,
        "reported_on": entry.reported_on,
    }


def _traits(contribution_id: int, entry: Entry) -> list[dict[str, Any]]:
    """The target groups and languages that the list names in words we know."""
    return [
        *trait_rows(contribution_id, Trait.GROUP, groups_in(entry.target_group)),
        *trait_rows(contribution_id, Trait.LANGUAGE, languages_in(entry.languages)),
    ]


def _reserve_numbers(dialogue_id: int, kind: Kind, many: int) -> int:
    """Take so many register numbers in a row; gives the first. Locks the counter until the commit."""
    counting = upsert(RegisterNumber).values(dialogue_id=dialogue_id, kind=kind, last=many)
    last: int = db.session.execute(
        counting.on_conflict_do_update(
            index_elements=[RegisterNumber.dialogue_id, RegisterNumber.kind],
            set_={"last": RegisterNumber.last + many},
        ).returning(RegisterNumber.last)
    ).scalar_one()
    return last - many + 1
