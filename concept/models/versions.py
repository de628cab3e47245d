"""Frozen states of a concept. Rows of these tables are added and never changed; triggers see to that.

Whoever released or withdrew a version stands in the journal, not here: a key of a person in a row that can
never change could never be forgotten.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from concept.models.documents import Concept
from core import append_only
from core.db import Base, int_pk, long_str


class Version(Base):
    """One numbered, hashed and signed state of an edition.

    `content` is the canonical JSON of the document tree, `content_hash` its SHA-256 in hexadecimal digits.
    `records` is JSON, too: the measures, answers and sources as data, from which versions are compared.
    `manifest` are the exact bytes (UTF-8) that `signature` (Ed25519, 128 hexadecimal digits) signs; they name
    the hashes of everything else, the former version, the files and the tools that wrote them.
    """

    __tablename__ = "concept_versions"
    __table_args__ = (UniqueConstraint("concept_id", "number"),)

    id: Mapped[int_pk]
    concept_id: Mapped[int] = mapped_column(ForeignKey("concepts.id"))
    number: Mapped[int]
    note: Mapped[long_str]
    """What is new, in the words of whoever released it; may be empty."""
    language: Mapped[str] = mapped_column(String(16))
    released_at: Mapped[datetime]
    content: Mapped[long_str]
    content_hash: Mapped[str] = mapped_column(String(64))
    records: Mapped[long_str]
    manifest: Mapped[long_str]
    signature: Mapped[str] = mapped_column(String(128))
    public_key: Mapped[str] = mapped_column(String(64))

    concept: Mapped[Concept] = relationship()
    files: Mapped[list[VersionFile]] = relationship(order_by="VersionFile.format")
    withdrawal: Mapped[Withdrawal | None] = relationship()


class VersionFile(Base):
    """One stored export of a version, byte for byte; `sha256` in hexadecimal digits."""

    __tablename__ = "concept_version_files"

    version_id: Mapped[int] = mapped_column(ForeignKey("concept_versions.id"), primary_key=True)
    format: Mapped[str] = mapped_column(String(10), primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]


class VersionVoice(Base):
    """That words of a contribution stand in a version: once they are taken down it is not given out."""

    __tablename__ = "concept_version_voices"

    version_id: Mapped[int] = mapped_column(ForeignKey("concept_versions.id"), primary_key=True)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id"), primary_key=True, index=True)


class Withdrawal(Base):
    """Why a version holds no longer. Its address stays and says so; its words are not shown any more."""

    __tablename__ = "concept_withdrawals"

    version_id: Mapped[int] = mapped_column(ForeignKey("concept_versions.id"), primary_key=True)
    reason: Mapped[long_str]
    at: Mapped[datetime]


for _model in (Version, VersionFile, VersionVoice, Withdrawal):
    append_only.protect(_model.metadata.tables[_model.__tablename__])
