"""Writing down what is known of an offer or a need beyond its words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, cast

from sqlalchemy import CursorResult, delete, insert, update

from core import mail
from core.actor import Actor
from core.clock import now, today
from core.db import db, upsert
from core.errors import Conflict, Invalid, NotFound, Sentence
from core.i18n import lazy_gettext as _l
from core.journal import record
from core.text import clean_line, clean_text
from dialog.actions._details import add_traits, hold_living, trait_rows
from dialog.actions._parts import raise_register_version
from dialog.facts import DetailsKept
from dialog.models import (
    Contribution,
    DetailsVersion,
    NeedDetails,
    OfferDetails,
    OfferPlace,
    OfferTrait,
)
from dialog.offer_words import OfferStatus, Trait, known
from dialog.permissions import RIGHTS, Permission
from dialog.queries import details as queries
from dialog.vocabulary import Kind, Visibility
from region.models import Municipality

NOT_KEPT = frozenset(
    {"contribution_id", "revision", "contact", "contact_mail", "asked_at", "token_digest", "token_until"}
)
"""Columns that no earlier version has."""


@dataclass(frozen=True, slots=True)
class OfferFacts:
    """What staff write of an offer; names as in `OfferDetails`. None in `checked_on` leaves it as it is."""

    status: str = OfferStatus.UNKNOWN
    serves_county: bool = False
    cost: int | None = None
    cost_words: str = ""
    access: str = ""
    capacity: str = ""
    funded_until: date | None = None
    contact: str = ""
    contact_public: bool = False
    contact_mail: str = ""
    begin: date | None = None
    ends_on: date | None = None
    schedule: str = ""
    url: str = ""
    remark: str = ""
    checked_on: str | None = None

    @property
    def problems(self) -> dict[str, Sentence]:
        """What speaks against keeping this of an offer: a sentence for each field, empty if nothing does."""
        problems: dict[str, Sentence] = {}
        if self.status not in set(OfferStatus):
            problems["status"] = _l("Please choose whether the offer exists.")
        if self.cost is not None and not 0 <= self.cost <= 100_000_000:
            problems["cost"] = _l("Please type an amount such as 12,50, or leave it empty.")
        if self.begin and self.ends_on and self.ends_on < self.begin:
            problems["ends_on"] = _l("The last day must not be before the first one.")
        if self.url.strip() and not self.url.strip().startswith(("https://", "http://")):
            problems["url"] = _l("Please type a whole address that begins with https://.")
        if (self.checked_on or "") > today().isoformat():
            problems["checked_on"] = _l("The day is still to come. Please type the day of the check.")
        if self.contact_public and not clean_line(self.contact):
            problems["contact"] = _l("Please type the office that is to be shown.")
        if clean_line(self.contact_mail):
            try:
                mail.check_address(clean_line(self.contact_mail))
            except Invalid as error:
                problems["contact_mail"] = error.sentence
        return problems


@dataclass(frozen=True, slots=True)
class NeedFacts:
    """What staff write of a need; names as in `NeedDetails`."""

    urgency: int | None = None
    reported_by: str = ""
    reported_on: date | None = None
    known_how: str = ""
    evidence: str = ""
    remark: str = ""


def keep_offer(
    actor: Actor,
    contribution: Contribution,
    facts: OfferFacts,
    *,
    based_on: int,
    traits: Mapping[Trait, Sequence[str]],
    places: Iterable[Municipality] = (),
) -> OfferDetails:
    """Write what is known of an offer; what was known before is kept as a version.

    The remark is the coordination's and stays as it is when others write. `based_on` is the revision the
    writer saw. Raises Conflict if there is a later one, Invalid at the field
    for what makes no sense, NotFound for what is no offer.
    """
    RIGHTS.require(actor, Permission.KEEP_DETAILS, contribution)
    hold_living(contribution)
    if contribution.kind != Kind.OFFER:
        raise NotFound
    values = {key: _clean(key, value) for key, value in asdict(facts).items()}
    problems = facts.problems
    if problems:
        raise Invalid(next(iter(problems.values())), {name: [said] for name, said in problems.items()})
    if values["contact_mail"]:
        values["contact_mail"] = mail.check_address(values["contact_mail"])
    if values["checked_on"] is None:
        del values["checked_on"]
    if not RIGHTS.allows(actor, Permission.KEEP_REMARK, contribution):
        del values["remark"]
    before = queries.offer_details(contribution.id)
    if values["status"] == OfferStatus.ENDED:
        # Nobody is asked about it any more.
        values["contact_mail"] = ""
    if before is None or before.contact_mail != values["contact_mail"]:
        # Another office was never asked, and a link that the former one has must not count.
        values |= {"asked_at": None, "token_digest": None, "token_until": None}
    # Whoever of staff writes has decided about what the provider said.
    values["gone_at"] = None
    former = queries.offer_as_dict(contribution.id)
    _raise_revision(actor, OfferDetails, contribution, based_on, values, former)
    if contribution.visibility == Visibility.PUBLIC:
        raise_register_version(contribution.dialogue_id)
    for model in (OfferTrait, OfferPlace):
        db.session.execute(delete(model).where(model.contribution_id == contribution.id))
    for trait, codes in traits.items():
        add_traits(trait_rows(contribution.id, trait, known(trait, codes)))
    own = contribution.municipality_id
    served = [{"municipality_id": one} for one in dict.fromkeys(place.id for place in places) if one != own]
    if served:
        db.session.execute(insert(OfferPlace), [row | {"contribution_id": contribution.id} for row in served])
    record(actor, DetailsKept(contribution.id, based_on + 1))
    kept = queries.offer_details(contribution.id)
    if kept is None:
        raise NotFound
    return kept


def keep_need(actor: Actor, contribution: Contribution, facts: NeedFacts, *, based_on: int) -> None:
    """Write what is known of a need, like `keep_offer`."""
    RIGHTS.require(actor, Permission.KEEP_DETAILS, contribution)
    hold_living(contribution)
    if contribution.kind == Kind.OFFER:
        raise NotFound
    values = {key: _clean(key, value) for key, value in asdict(facts).items()}
    if values["urgency"] is not None and not 1 <= values["urgency"] <= 5:
        _refuse("urgency", _l("Please choose an urgency from 1 to 5."))
    former = queries.need_as_dict(contribution.id)
    _raise_revision(actor, NeedDetails, contribution, based_on, values, former)
    record(actor, DetailsKept(contribution.id, based_on + 1))


def _clean(key: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return clean_text(value) if key in {"remark", "evidence"} else clean_line(value)


def _refuse(field: str, sentence: Any) -> None:
    raise Invalid(sentence, {field: [sentence]})


def _raise_revision(
    actor: Actor,
    model: type[OfferDetails] | type[NeedDetails],
    contribution: Contribution,
    based_on: int,
    values: dict[str, Any],
    former: dict[str, Any] | None,
) -> None:
    """Write the row in one statement, so that of two who saw the same revision only one does."""
    if former is None:
        db.session.execute(upsert(model).values(contribution_id=contribution.id).on_conflict_do_nothing())
    written = db.session.execute(
        update(model)
        .where(model.contribution_id == contribution.id, model.revision == based_on)
        .values(revision=based_on + 1, **values)
        .execution_options(synchronize_session=False)
    )
    if cast(CursorResult[Any], written).rowcount == 0:
        raise Conflict(
            _l("Somebody else has changed this meanwhile. Please compare and save once more."), code="stale"
        )
    if former is not None:
        kept = {key: value for key, value in former.items() if key not in NOT_KEPT}
        db.session.add(
            DetailsVersion(
                contribution_id=contribution.id, number=based_on, values=kept, by_key=actor.key, at=now()
            )
        )
        db.session.flush()
