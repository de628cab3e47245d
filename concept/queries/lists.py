"""What whole lists have to do with a concept."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Row, exists, select

from concept.models import Block, Section
from concept.vocabulary import Part
from core.db import db
from dialog.models import Contribution, ListRow
from dialog.queries.moderation import reference_of
from dialog.vocabulary import Visibility


def sections_of(concept_id: int, part: Part) -> list[Section]:
    """All sections of a kind, one for each field as a rule, the first of a concept first."""
    return list(
        db.session.execute(
            select(Section)
            .where(Section.concept_id == concept_id, Section.part == part)
            .order_by(Section.position)
        ).scalars()
    )


def entries_to_include(concept_id: int, import_id: int) -> Sequence[Row[int, str, int, int]]:
    """Id, kind, number and field of the public entries of a list that do not stand in the concept yet."""
    return db.session.execute(
        select(Contribution.id, Contribution.kind, Contribution.number, Contribution.field_id)
        .join(ListRow, ListRow.contribution_id == Contribution.id)
        .where(
            ListRow.import_id == import_id,
            Contribution.visibility == Visibility.PUBLIC,
            ~exists().where(Block.concept_id == concept_id, Block.contribution_id == Contribution.id),
        )
        .order_by(ListRow.record)
    ).all()


def blocks_of_list(concept_id: int, import_id: int) -> Sequence[Row[int, int, int | None]]:
    """Id, section and contribution of the blocks in which the entries of a list stand."""
    return db.session.execute(
        select(Block.id, Block.section_id, Block.contribution_id)
        .join(ListRow, ListRow.contribution_id == Block.contribution_id)
        .where(ListRow.import_id == import_id, Block.concept_id == concept_id)
        .order_by(Block.id)
    ).all()


def references_of_list(import_id: int) -> frozenset[str]:
    """The register numbers of what a list has brought."""
    rows = db.session.execute(
        select(Contribution.kind, Contribution.number)
        .join(ListRow, ListRow.contribution_id == Contribution.id)
        .where(ListRow.import_id == import_id)
    )
    return frozenset(reference_of(kind, number) for kind, number in rows)
