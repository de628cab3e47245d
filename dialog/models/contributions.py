"""What people said, every wording of it, what staff decided about it, and its way."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, int_pk, key_str, long_str, short_str
from dialog.models.dialogues import AgendaItem, Dialogue, WorkingGroup
from dialog.vocabulary import NUMBER_PREFIX, Kind, Outcome, Visibility, heading_language
from region.models import ActionField, Municipality, Publication


def _values(words: type[Kind] | type[Visibility] | type[Outcome], column: str) -> str:
    return f"{column} IN ({', '.join(repr(str(word)) for word in words)})"


class RegisterNumber(Base):
    """The last number given to a kind of contribution in a dialogue; counting locks this row."""

    __tablename__ = "register_numbers"

    dialogue_id: Mapped[int] = mapped_column(ForeignKey("dialogues.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    last: Mapped[int]


class Contribution(Base):
    """One need, offer, idea or aim. Its present wording stands here, every wording in `revisions`."""

    __tablename__ = "contributions"
    __table_args__ = (
        UniqueConstraint("dialogue_id", "kind", "number"),
        CheckConstraint(_values(Kind, "kind"), name="kind"),
        CheckConstraint(_values(Visibility, "visibility"), name="visibility"),
        CheckConstraint(_values(Outcome, "outcome"), name="outcome"),
        CheckConstraint("visibility != 'public' OR text != ''", name="public_has_text"),
        Index("ix_contributions_register", "dialogue_id", "visibility", "published_at"),
        Index("ix_contributions_author_key", "author_key"),
    )

    id: Mapped[int_pk]
    dialogue_id: Mapped[int] = mapped_column(ForeignKey("dialogues.id"))
    kind: Mapped[str] = mapped_column(String(10))
    number: Mapped[int]
    field_id: Mapped[int] = mapped_column(ForeignKey("action_fields.id"), index=True)
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("municipalities.id"), index=True)
    """None stands for the whole county, which is a place of its own and not a missing answer."""
    title: Mapped[short_str]
    text: Mapped[long_str]
    language: Mapped[str] = mapped_column(String(16))
    target_group: Mapped[str] = mapped_column(String(200), default="")
    provider: Mapped[str] = mapped_column(String(200), default="")
    search_text: Mapped[long_str]
    """Title, text, provider and target group folded by `core.text.fold`, for searching."""
    origin: Mapped[str] = mapped_column(String(20))
    noted_down: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Staff took it down in their own words; otherwise it stands as the person put it."""
    author_key: Mapped[str | None] = mapped_column(String(64))
    publication_id: Mapped[int | None] = mapped_column(ForeignKey("publications.id"))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("working_groups.id"), index=True)
    """The working group in which it was said; None for what did not come from one."""
    round_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_items.id"))
    """The round in which the group met then."""
    priority: Mapped[str] = mapped_column(String(10), default="", server_default="")
    """How urgent the group thinks it is: high, medium or low; empty if it did not say."""
    open_question: Mapped[str] = mapped_column(String(1000), default="", server_default="")
    """What the group could not settle about it."""
    visibility: Mapped[str] = mapped_column(String(10))
    visible_before: Mapped[str | None] = mapped_column(String(10))
    """Where a hidden contribution goes back to when it is shown again."""
    outcome: Mapped[str] = mapped_column(String(10), default=Outcome.OPEN)
    revision: Mapped[int] = mapped_column(default=1)
    split_at: Mapped[datetime | None]
    """It was divided into parts then, which have lines of their own instead of it; see `ContributionPart`."""
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]

    dialogue: Mapped[Dialogue] = relationship()
    field: Mapped[ActionField] = relationship()
    municipality: Mapped[Municipality | None] = relationship()
    publication: Mapped[Publication | None] = relationship()
    group: Mapped[WorkingGroup | None] = relationship()
    round: Mapped[AgendaItem | None] = relationship()
    revisions: Mapped[list[Revision]] = relationship(
        back_populates="contribution", order_by="Revision.number"
    )
    decisions: Mapped[list[Decision]] = relationship(
        back_populates="contribution", order_by="Decision.at, Decision.id"
    )
    stations: Mapped[list[Station]] = relationship(
        back_populates="contribution", order_by="Station.at, Station.id"
    )

    @property
    def reference(self) -> str:
        """The register number people read and quote, such as `B-058`."""
        return f"{NUMBER_PREFIX[Kind(self.kind)]}-{self.number:03d}"

    @property
    def title_language(self) -> str:
        """The language of the heading; see `heading_language`."""
        return heading_language(self.title, self.text, self.language)

    @property
    def hiding(self) -> Decision | None:
        """The latest decision to hide it, or None."""
        return self._latest("hide")

    @property
    def asking(self) -> Decision | None:
        """The latest question staff had about it, or None."""
        return self._latest("return")

    @property
    def not_taken(self) -> Decision | None:
        """Why its group has not taken it up, while that is so, or None."""
        return self._latest("not_taken") if self.outcome == Outcome.NOT_TAKEN else None

    def _latest(self, decision: str) -> Decision | None:
        return next((one for one in reversed(self.decisions) if one.decision == decision), None)


class Revision(Base):
    """One wording of a contribution with its place; edits keep all of them for staff."""

    __tablename__ = "contribution_revisions"
    __table_args__ = (UniqueConstraint("contribution_id", "number"),)

    id: Mapped[int_pk]
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id"))
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(10))
    register_number: Mapped[int]
    """The number it had as this kind: with another kind comes another number, and the old one leads here."""
    title: Mapped[short_str]
    text: Mapped[long_str]
    language: Mapped[str] = mapped_column(String(16))
    field_id: Mapped[int] = mapped_column(ForeignKey("action_fields.id"))
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("municipalities.id"))
    by_key: Mapped[key_str]
    at: Mapped[datetime]

    contribution: Mapped[Contribution] = relationship(back_populates="revisions")


class Decision(Base):
    """What staff decided about a contribution, with the reason or question its author reads."""

    __tablename__ = "contribution_decisions"

    id: Mapped[int_pk]
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id"), index=True)
    decision: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(40), default="")
    note: Mapped[str] = mapped_column(String(1000), default="")
    in_group: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whoever leads the working group decided, and not the county."""
    by_key: Mapped[key_str]
    at: Mapped[datetime]

    contribution: Mapped[Contribution] = relationship(back_populates="decisions")


class Station(Base):
    """One stop on a contribution's way; contribution pages read only these.

    `label` is a message id of the catalogues and `values` fills it; a value that is a mapping of languages
    is shown in the reader's. `url` leads to the place, or is empty.
    """

    __tablename__ = "stations"

    id: Mapped[int_pk]
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    label: Mapped[short_str]
    values: Mapped[dict[str, Any]]
    url: Mapped[short_str]
    at: Mapped[datetime]

    contribution: Mapped[Contribution] = relationship(back_populates="stations")
