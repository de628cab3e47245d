"""What is known of an offer or a need beyond its words, and what was known of it before."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, int_pk, key_str, short_str


class OfferDetails(Base):
    """How an offer can be used and whether it still exists.

    Places it serves besides its own are `OfferPlace` rows, target groups, languages and ways in `OfferTrait`
    rows. `revision` counts how often staff have written all this.
    """

    __tablename__ = "offer_details"

    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id"), primary_key=True)
    revision: Mapped[int] = mapped_column(default=0, server_default="0")
    status: Mapped[str] = mapped_column(String(10), default="unknown", server_default="unknown")
    """One of `dialog.offer_words.OfferStatus`."""
    serves_county: Mapped[bool] = mapped_column(default=False, server_default=false())
    """It helps people from all over the county, though it is in one place."""
    languages: Mapped[short_str] = mapped_column(default="")
    """What a list said of languages, for staff; those that people choose from are `OfferTrait` rows."""
    cost: Mapped[int | None]
    """In cents; 0 is free of charge, None is not known."""
    cost_words: Mapped[str] = mapped_column(String(200), default="", server_default="")
    access: Mapped[str] = mapped_column(String(300), default="", server_default="")
    capacity: Mapped[str] = mapped_column(String(200), default="", server_default="")
    funded_until: Mapped[date | None]
    contact: Mapped[short_str] = mapped_column(default="")
    """An office. Lists name people here, too, so that it is public only if staff say so."""
    contact_public: Mapped[bool] = mapped_column(default=False, server_default=false())
    contact_mail: Mapped[str] = mapped_column(String(254), default="", server_default="")
    """Where the provider is asked whether the offer still exists; never public."""
    begin: Mapped[date | None]
    ends_on: Mapped[date | None]
    """Its last day, the same as `begin` for a single day; None goes on without an end that is known."""
    schedule: Mapped[str] = mapped_column(String(200), default="", server_default="")
    """When it is in the words of the provider, such as days of the week and times."""
    url: Mapped[str] = mapped_column(String(500), default="", server_default="")
    remark: Mapped[str] = mapped_column(String(1000), default="")
    """For staff."""
    checked_on: Mapped[str] = mapped_column(String(10), default="", server_default="")
    """As precise as it is known: `2019-02-08`, `2016-10` or `2017`; empty if never."""
    asked_at: Mapped[datetime | None]
    """When the provider was last asked by mail."""
    token_digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    """SHA-256 of what stands in the link of that mail; it dies with the answer or at `token_until`."""
    token_until: Mapped[datetime | None]
    gone_at: Mapped[datetime | None]
    """When the provider said that it does not exist any more; None again once staff have decided."""


class NeedDetails(Base):
    """What is known of a need beyond its words, for staff. `urgency` is from 1 to 5."""

    __tablename__ = "need_details"

    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id"), primary_key=True)
    revision: Mapped[int] = mapped_column(default=0, server_default="0")
    urgency: Mapped[int | None]
    reported_by: Mapped[short_str] = mapped_column(default="")
    reported_on: Mapped[date | None]
    known_how: Mapped[str] = mapped_column(String(200), default="", server_default="")
    evidence: Mapped[str] = mapped_column(String(1000), default="", server_default="")
    remark: Mapped[str] = mapped_column(String(1000), default="")


class OfferTrait(Base):
    """One of the target groups, languages or ways in of an offer; codes are in `dialog.offer_words`."""

    __tablename__ = "offer_traits"
    __table_args__ = (Index("ix_offer_traits_code", "trait", "code"),)

    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id"), primary_key=True)
    trait: Mapped[str] = mapped_column(String(10), primary_key=True)
    code: Mapped[str] = mapped_column(String(20), primary_key=True)


class OfferPlace(Base):
    """A municipality that an offer serves, besides the one where it is."""

    __tablename__ = "offer_places"

    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id"), primary_key=True)
    municipality_id: Mapped[int] = mapped_column(
        ForeignKey("municipalities.id"), primary_key=True, index=True
    )


class DetailsVersion(Base):
    """What the details said until somebody of staff wrote them anew; `number` is the revision replaced.

    Neither the contact nor its mail address is kept: a name that was struck out must be gone.
    """

    __tablename__ = "details_versions"
    __table_args__ = (UniqueConstraint("contribution_id", "number"),)

    id: Mapped[int_pk]
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id"))
    number: Mapped[int]
    values: Mapped[dict[str, Any]] = mapped_column(JSON)
    by_key: Mapped[key_str]
    at: Mapped[datetime]
