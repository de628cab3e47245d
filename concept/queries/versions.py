"""Released versions: who may see which, what is in them, and whether they may be given out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload, load_only, undefer

from concept.models import Concept, Version, VersionFile, VersionVoice, Withdrawal
from concept.permissions import RIGHTS, Permission
from core.actor import Actor
from core.db import db
from core.errors import NotFound
from dialog.models import Contribution
from dialog.vocabulary import Visibility, read_reference


@dataclass(frozen=True, slots=True)
class Issue:
    """A version as lists name it. `is_sealed`: words in it were taken down, so it is not given out."""

    version: Version
    withdrawal: Withdrawal | None
    is_sealed: bool

    @property
    def number(self) -> int:
        """Its number within the edition."""
        return self.version.number

    @property
    def is_open(self) -> bool:
        """Whether everybody may read it."""
        return self.withdrawal is None and not self.is_sealed


def visible_versions(actor: Actor, concept: Concept) -> list[Issue]:
    """All versions of an edition, the latest first, without what stands in them. Raises NotFound."""
    if not RIGHTS.allows(actor, Permission.READ, concept):
        raise NotFound
    rows = db.session.execute(
        select(Version)
        .where(Version.concept_id == concept.id)
        .options(
            load_only(Version.number, Version.note, Version.released_at, Version.content_hash),
            joinedload(Version.withdrawal),
        )
        .order_by(Version.number.desc())
    ).scalars()
    versions = list(rows)
    sealed = _sealed(version.id for version in versions)
    return [Issue(version, version.withdrawal, version.id in sealed) for version in versions]


def access_version(actor: Actor, concept: Concept, number: int) -> Issue:
    """One version with everything that stands in it, but its files. Raises NotFound."""
    if not RIGHTS.allows(actor, Permission.READ, concept):
        raise NotFound
    version = db.session.execute(
        select(Version)
        .where(Version.concept_id == concept.id, Version.number == number)
        .options(joinedload(Version.withdrawal))
    ).scalar_one_or_none()
    if version is None:
        raise NotFound
    return Issue(version, version.withdrawal, version.id in _sealed([version.id]))


def latest_issue(dialogue_id: int, edition: int) -> Issue | None:
    """The latest version of an edition that was not withdrawn, without what stands in it, or None."""
    found = db.session.execute(
        select(Version)
        .join(Concept, Concept.id == Version.concept_id)
        .outerjoin(Withdrawal, Withdrawal.version_id == Version.id)
        .where(
            Concept.dialogue_id == dialogue_id, Concept.edition == edition, Withdrawal.version_id.is_(None)
        )
        .options(load_only(Version.number, Version.released_at))
        .order_by(Version.number.desc())
        .limit(1)
    ).scalar_one_or_none()
    return None if found is None else Issue(found, None, found.id in _sealed([found.id]))


def latest_version(concept_id: int) -> Version | None:
    """The version with the highest number, whatever became of it, or None."""
    return db.session.execute(
        select(Version).where(Version.concept_id == concept_id).order_by(Version.number.desc()).limit(1)
    ).scalar_one_or_none()


def about_files(version: Version) -> Sequence[VersionFile]:
    """Format, size and hash of a version's files, without the files."""
    return (
        db.session.execute(
            select(VersionFile).where(VersionFile.version_id == version.id).order_by(VersionFile.format)
        )
        .scalars()
        .all()
    )


def file_of(version: Version, format: str) -> VersionFile:
    """One stored file with its bytes. Raises NotFound."""
    found = db.session.execute(
        select(VersionFile)
        .where(VersionFile.version_id == version.id, VersionFile.format == format)
        .options(undefer(VersionFile.data))
    ).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


def files_of(version: Version) -> dict[str, bytes]:
    """All stored files by format."""
    rows = db.session.execute(
        select(VersionFile.format, VersionFile.data).where(VersionFile.version_id == version.id)
    )
    return {row.format: row.data for row in rows}


def ids_of(dialogue_id: int, references: Iterable[str]) -> list[int]:
    """The ids of the contributions with these register numbers; numbers nobody has are left out."""
    by_kind: dict[str, list[int]] = defaultdict(list)
    for reference in references:
        if (named := read_reference(reference)) is not None:
            by_kind[named[0]].append(named[1])
    if not by_kind:
        return []
    any_of = [
        and_(Contribution.kind == kind, Contribution.number.in_(numbers)) for kind, numbers in by_kind.items()
    ]
    rows = select(Contribution.id).where(Contribution.dialogue_id == dialogue_id, or_(*any_of))
    return list(db.session.execute(rows.order_by(Contribution.id)).scalars())


def state_number(concept_id: int) -> int:
    """`Concept.version` as it is stored now."""
    return db.session.execute(select(Concept.version).where(Concept.id == concept_id)).scalar_one()


def is_withdrawn(version_id: int) -> bool:
    """Whether a version was withdrawn, as it is stored now."""
    found = select(Withdrawal.version_id).where(Withdrawal.version_id == version_id)
    return db.session.execute(found).scalar_one_or_none() is not None


def any_taken_down(contribution_ids: Iterable[int]) -> bool:
    """Whether one of these contributions is not public (any more), as it is stored now."""
    found = select(Contribution.id).where(
        Contribution.id.in_(list(contribution_ids)), Contribution.visibility != Visibility.PUBLIC
    )
    return db.session.execute(found.limit(1)).scalar_one_or_none() is not None


def new_voices(concept_id: int, contribution_ids: Iterable[int]) -> Sequence[Contribution]:
    """Those of these contributions that stand in no version of the edition yet."""
    earlier = (
        select(VersionVoice.contribution_id)
        .join(Version, Version.id == VersionVoice.version_id)
        .where(Version.concept_id == concept_id)
    )
    wanted = select(Contribution).where(
        Contribution.id.in_(list(contribution_ids)), Contribution.id.not_in(earlier)
    )
    return db.session.execute(wanted.order_by(Contribution.id)).scalars().all()


def _sealed(version_ids: Iterable[int]) -> set[int]:
    """Those of these versions in which words of a contribution stand that is not public any more."""
    found = (
        select(VersionVoice.version_id)
        .join(Contribution, Contribution.id == VersionVoice.contribution_id)
        .where(VersionVoice.version_id.in_(list(version_ids)), Contribution.visibility != Visibility.PUBLIC)
        .distinct()
    )
    return set(db.session.execute(found).scalars())
