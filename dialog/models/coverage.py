"""What staff say about a need and an offer: whether the one covers the other, and why."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, int_pk, key_str
from dialog.models.contributions import Contribution
from dialog.vocabulary import Extent


class Coverage(Base):
    """One word about a pair. The one that counts has no end; those it has replaced are kept.

    No computation ever writes here: proposals are made while reading, and only people decide.
    """

    __tablename__ = "coverages"
    __table_args__ = (
        CheckConstraint(f"extent IN ({', '.join(repr(str(one)) for one in Extent)})", name="extent"),
        CheckConstraint("need_id != offer_id", name="two"),
        Index(
            "uq_coverages_need_id_offer_id_present",
            "need_id",
            "offer_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_coverages_offer_id", "offer_id"),
    )

    id: Mapped[int_pk]
    need_id: Mapped[int] = mapped_column(ForeignKey("contributions.id"))
    offer_id: Mapped[int] = mapped_column(ForeignKey("contributions.id"))
    extent: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(1000), default="")
    by_key: Mapped[key_str]
    at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    """When another word took its place, or it was taken back."""
    ended_by: Mapped[str | None] = mapped_column(String(64))

    need: Mapped[Contribution] = relationship(foreign_keys=[need_id])
    offer: Mapped[Contribution] = relationship(foreign_keys=[offer_id])
