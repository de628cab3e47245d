"""Lists that municipalities send, as they came."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, int_pk, key_str, short_str
from dialog.models.contributions import Contribution
from dialog.models.dialogues import Dialogue
from dialog.vocabulary import ListState, ListTask
from region.models import Municipality


class ListImport(Base):
    """A list that was read: first only looked at, then taken over as a whole, maybe taken back as a whole."""

    __tablename__ = "list_imports"
    __table_args__ = (
        CheckConstraint(f"state IN ({', '.join(repr(str(one)) for one in ListState)})", name="state"),
        # A page that somebody has open of a list that was thrown away must not act on another one.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int_pk]
    dialogue_id: Mapped[int] = mapped_column(ForeignKey("dialogues.id"), index=True)
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("municipalities.id"), index=True)
    """The municipality that handed it in for itself; None for lists of the coordination."""
    kind: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10), default=ListState.PREVIEW)
    file_name: Mapped[short_str]
    digest: Mapped[key_str]
    """SHA-256 of the file, in hexadecimal digits."""
    header: Mapped[list[str]] = mapped_column(JSON)
    headings_at: Mapped[int] = mapped_column(default=1, server_default="1")
    """In which row of the file the headings are, counted from 1."""
    by_hand: Mapped[dict[str, str]] = mapped_column(JSON)
    """What somebody said about headings: the heading's words, and the column it is; "" for none."""
    counts: Mapped[dict[str, int]] = mapped_column(JSON)
    """How many rows have each outcome."""
    by_key: Mapped[key_str]
    read_at: Mapped[datetime]
    imported_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    undone_by_key: Mapped[str | None] = mapped_column(String(64))
    rows_gone_at: Mapped[datetime | None]
    """Since when nothing of its rows is kept but which entries were made of them."""

    dialogue: Mapped[Dialogue] = relationship()
    municipality: Mapped[Municipality | None] = relationship()
    rows: Mapped[list[ListRow]] = relationship(order_by="ListRow.record")
    work: Mapped[ListWork | None] = relationship(viewonly=True)


class ListRow(Base):
    """One row of a list as it stood there, what can become of it and why, and what was made of it."""

    __tablename__ = "list_rows"
    __table_args__ = (UniqueConstraint("import_id", "record"),)

    id: Mapped[int_pk]
    import_id: Mapped[int] = mapped_column(ForeignKey("list_imports.id"))
    record: Mapped[int]
    """How many rows it is from the headings, counted from 1."""
    number: Mapped[str] = mapped_column(String(20))
    """Its own running number in the list, or `record`."""
    cells: Mapped[list[str]] = mapped_column(JSON)
    digest: Mapped[key_str] = mapped_column(index=True)
    outcome: Mapped[str] = mapped_column(String(20))
    same_as: Mapped[str | None] = mapped_column(String(20))
    reasons: Mapped[list[Any]] = mapped_column(JSON)
    warnings: Mapped[list[Any]] = mapped_column(JSON)
    """Notes as `dialog.municipal_lists.notes` says them: code and what fills the sentence."""
    understood: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What was read of it, as in the report of the command."""
    fix: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What somebody decided about it by hand: title, place, field, take."""
    contribution_id: Mapped[int | None] = mapped_column(ForeignKey("contributions.id"), index=True)

    contribution: Mapped[Contribution | None] = relationship()


class ListWork(Base):
    """What is being done with a list that has more rows than a page has time for; gone once it is done.

    Of several programs that see it one claims it, and says now and then that it is still at it. Who stays
    silent for long has lost it to whoever looks next.
    """

    __tablename__ = "list_works"
    __table_args__ = (
        CheckConstraint(f"task IN ({', '.join(repr(str(one)) for one in ListTask)})", name="task"),
    )

    import_id: Mapped[int] = mapped_column(ForeignKey("list_imports.id"), primary_key=True)
    task: Mapped[str] = mapped_column(String(10))
    by_key: Mapped[key_str]
    """Who has asked for it."""
    total: Mapped[int]
    """How many rows there are."""
    done: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many of them have been looked at."""
    claim: Mapped[str | None] = mapped_column(String(64))
    seen_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    failed: Mapped[bool] = mapped_column(default=False, server_default=false())
    """It is not tried again until somebody asks for it; the list is as it was before."""
