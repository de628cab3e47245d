"""Releasing a version of the concept, and withdrawing one."""

from __future__ import annotations

from sqlalchemy import insert, update

from concept.facts import VersionReleased, VersionWithdrawn
from concept.frozen import Frozen, manifest_text, sha256
from concept.models import Concept, Version, VersionFile, VersionVoice, Withdrawal
from concept.permissions import RIGHTS, Permission
from concept.queries import concepts as concept_queries
from concept.queries import versions as queries
from concept.refusals import ChangedMeanwhile, require_answers
from concept.vocabulary import NOTE_LIMIT, WITHDRAWAL_LIMIT
from core import keys
from core.actor import SYSTEM, Actor
from core.clock import now
from core.db import db, upsert
from core.errors import Conflict, Invalid
from core.i18n import N_
from core.i18n import lazy_gettext as _l
from core.journal import record
from core.text import clean_text
from dialog.actions.contributions import append_station


def release_version(actor: Actor, concept: Concept, frozen: Frozen, *, note: str = "") -> Version:
    """Keep what was frozen as the next version, signed, for ever.

    Whoever releases at the same time gets ChangedMeanwhile, and so do those who froze a state that is past.
    Raises NotAnswered, and Invalid for a note that is too long.
    """
    RIGHTS.require(actor, Permission.RELEASE, concept)
    note = clean_text(note)
    if len(note) > NOTE_LIMIT:
        sentence = _l("Please write at most %(max)d characters.", max=NOTE_LIMIT)
        raise Invalid(sentence, {"note": [sentence]})
    _hold(concept, frozen)
    require_answers(concept_queries.concept_by_id(concept.id))
    if queries.any_taken_down(frozen.voices):
        raise ChangedMeanwhile
    version_id = _keep(concept, frozen, note)
    new = queries.new_voices(concept.id, frozen.voices)
    db.session.execute(
        insert(VersionFile),
        [
            {
                "version_id": version_id,
                "format": format,
                "data": data,
                "sha256": sha256(data),
                "size": len(data),
            }
            for format, data in sorted(frozen.files.items())
        ],
    )
    if frozen.voices:
        db.session.execute(
            insert(VersionVoice),
            [{"version_id": version_id, "contribution_id": voice} for voice in frozen.voices],
        )
    for contribution in new:
        append_station(
            SYSTEM,
            contribution,
            kind="in_version",
            label=N_("Stands in version %(number)s of the concept"),
            values={"number": frozen.number},
            url=f"/dialogues/{concept.dialogue.slug}/concept/versions/{frozen.number}",
        )
    record(actor, VersionReleased(version_id, concept.id, frozen.number))
    return db.session.get_one(Version, version_id)


def withdraw_version(actor: Actor, version: Version, *, reason: str) -> None:
    """Say that a version holds no longer and why; its address stays, its words are not given out any more.

    Raises Invalid without a reason, Conflict if it is withdrawn already.
    """
    concept = concept_queries.concept_by_id(version.concept_id)
    RIGHTS.require(actor, Permission.WITHDRAW_VERSION, concept)
    words = clean_text(reason)
    if not words or len(words) > WITHDRAWAL_LIMIT:
        sentence = _l("Please write a reason of at most %(max)d characters.", max=WITHDRAWAL_LIMIT)
        raise Invalid(sentence, {"reason": [sentence]})
    # Whoever withdraws it at the same time waits here, and then finds it withdrawn.
    _lock(concept.id)
    if queries.is_withdrawn(version.id):
        raise Conflict(_l("This version was withdrawn already."))
    db.session.execute(insert(Withdrawal).values(version_id=version.id, reason=words, at=now()))
    record(actor, VersionWithdrawn(version.id))


def _hold(concept: Concept, frozen: Frozen) -> None:
    """Make sure that the concept is what was frozen, and that it stays so until the commit."""
    if _lock(concept.id) != frozen.concept_version:
        raise ChangedMeanwhile


def _lock(concept_id: int) -> int:
    """Lock the row of a concept until the commit; gives the version of its content."""
    return db.session.execute(
        update(Concept)
        .where(Concept.id == concept_id)
        .values(version=Concept.version)
        .returning(Concept.version)
        .execution_options(synchronize_session=False)
    ).scalar_one()


def _keep(concept: Concept, frozen: Frozen, note: str) -> int:
    signing = keys.current()
    moment = now()
    manifest = manifest_text(frozen, note=note, released_at=moment, public_key=signing.public.hex())
    former = queries.latest_version(concept.id)
    if frozen.former != (sha256(former.manifest) if former else None):
        raise ChangedMeanwhile
    made: int | None = db.session.execute(
        upsert(Version)
        .values(
            concept_id=concept.id,
            number=frozen.number,
            note=note,
            language=frozen.language,
            released_at=moment,
            content=frozen.content,
            content_hash=frozen.content_hash,
            records=frozen.records,
            manifest=manifest,
            signature=signing.signing.sign(manifest.encode()).hex(),
            public_key=signing.public.hex(),
        )
        .on_conflict_do_nothing(index_elements=[Version.concept_id, Version.number])
        .returning(Version.id)
    ).scalar_one_or_none()
    if made is None:
        raise ChangedMeanwhile
    return made
