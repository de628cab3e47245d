"""Keeping organisations: from the county's folder, and as staff write them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy.exc import IntegrityError

from core.actor import Actor
from core.clock import today
from core.db import db
from core.errors import Conflict
from core.i18n import CONTENT_LANGUAGES
from core.i18n import lazy_gettext as _l
from core.journal import record
from core.text import clean_line, clean_text
from region import queries
from region.actions._rows import add, bring_up_to_date, count_revision, need, need_text
from region.data import OrganisationData
from region.facts import CountyDataChanged, OrganisationAdded
from region.models import ActionField, Municipality, Organisation, Publication
from region.permissions import RIGHTS, Permission
from region.responsibility_files import LIMITS, MOST_POSTS


@dataclass(frozen=True, slots=True)
class OrganisationFacts:
    """What staff write of an organisation; names as in `Organisation`. What is empty is not known."""

    name: str
    kind: str
    services: str = ""
    serves_county: bool = False
    places: Sequence[Municipality] = ()
    fields: Sequence[ActionField] = ()
    languages: Sequence[str] = field(default=())
    full_time_posts: float | None = None
    programme: str = ""
    funded_until: date | None = None
    contact: str = ""
    url: str = ""
    note: str = ""
    ended_on: date | None = None
    publication: Publication | None = None


def add_organisation(actor: Actor, said: OrganisationData) -> Organisation:
    """Add an organisation, or bring it up to date by its slug. Raises Invalid if it names what is unknown."""
    RIGHTS.require(actor, Permission.SET_UP)
    need_text("slug", said.slug)
    need_text("name", said.name)
    known = {(one.field_set.slug, one.slug): one for one in queries.all_fields()}
    fields = [one for key, one in known.items() if key in said.fields]
    places = queries.places_of(said.places)
    publication = queries.publication_of(said.publication) if said.publication else None
    complete = (
        len(fields) == len(set(said.fields))
        and len(places) == len(set(said.places))
        and bool(publication) == bool(said.publication)
    )
    need(
        complete,
        "slug",
        _l("The organisation %(slug)s names a place, a topic or a source that is unknown.", slug=said.slug),
    )
    values: dict[str, Any] = {
        "name": said.name,
        "kind": said.kind,
        "services": said.services,
        "serves_county": said.serves_county,
        "places": sorted(places, key=lambda one: one.sort_name),
        "fields": fields,
        "languages": list(said.languages),
        "full_time_posts": said.full_time_posts,
        "programme": said.programme,
        "funded_until": said.funded_until,
        "contact": said.contact,
        "url": said.url,
        "note": said.note,
        "publication_id": publication.id if publication else None,
    }
    if said.tells_end:
        values["ended_on"] = said.ended_on
    organisation = queries.organisation_of(said.slug)
    if organisation is not None:
        bring_up_to_date(actor, organisation, values)
        return organisation
    organisation = Organisation(slug=said.slug, **values)
    add(organisation)
    record(actor, OrganisationAdded(organisation.id))
    return organisation


def keep_organisation(
    actor: Actor, organisation: Organisation | None, facts: OrganisationFacts, *, based_on: int = 0
) -> Organisation:
    """Add an organisation, or write one anew.

    Raises Invalid at the field for what makes no sense, Stale if there is a later revision than `based_on`.
    """
    RIGHTS.require(actor, Permission.EDIT_ORGANISATIONS)
    values = _sensible(facts)
    if organisation is not None:
        count_revision(organisation, based_on)
        for name, value in values.items():
            setattr(organisation, name, value)
        db.session.flush()
        record(actor, CountyDataChanged(Organisation.__tablename__, organisation.id))
        return organisation
    organisation = Organisation(slug=queries.next_organisation_slug(), **values)
    try:
        add(organisation)
    except IntegrityError:
        raise Conflict(_l("Somebody has added an organisation just now. Please send it once more.")) from None
    record(actor, OrganisationAdded(organisation.id))
    return organisation


def _sensible(facts: OrganisationFacts) -> dict[str, Any]:
    """The columns as they are stored; many-valued ones without doubles."""
    values: dict[str, Any] = {name: getattr(facts, name) for name in OrganisationFacts.__slots__}
    for name, limit in LIMITS.items():
        text = values[name]
        values[name] = clean_text(text) if name in {"services", "note"} else clean_line(text)
        need(len(values[name]) <= limit, name, _l("Please use at most %(max)d characters.", max=limit))
    need(bool(values["name"]), "name", _l("Please enter the name of the organisation."))
    need(bool(values["kind"]), "kind", _l("Please say what kind of organisation it is."))
    need(
        not values["url"] or values["url"].startswith(("https://", "http://")),
        "url",
        _l("Please type a whole address that begins with https://."),
    )
    need(
        values["ended_on"] is None or values["ended_on"] <= today(),
        "ended_on",
        _l("This day is still to come. Please type a day that has been."),
    )
    posts = values["full_time_posts"]
    need(
        posts is None or 0 <= posts <= MOST_POSTS,
        "full_time_posts",
        _l("Please enter a number, such as 2 or 3,5."),
    )
    if values["serves_county"]:
        values["places"] = ()
    publication = values.pop("publication")
    return values | {
        "places": list(dict.fromkeys(values["places"])),
        "fields": list(dict.fromkeys(values["fields"])),
        "languages": [code for code in dict.fromkeys(values["languages"]) if code in CONTENT_LANGUAGES],
        "publication_id": publication.id if publication else None,
    }
