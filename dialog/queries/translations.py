"""What people have put into other languages, and what still waits for somebody who does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import aliased

from core.actor import Actor
from core.db import db
from core.i18n import written_by
from dialog.models import Contribution, Dialogue, Translation
from dialog.permissions import RIGHTS, Permission
from dialog.vocabulary import Visibility


def shown_in(language: str, contribution_ids: Iterable[int]) -> dict[int, Translation]:
    """The wording in this language of those that have one, by contribution id; one taken out is none."""
    wanted = set(contribution_ids)
    if not wanted:
        return {}
    newest = (
        select(Translation.contribution_id, func.max(Translation.number).label("number"))
        .where(Translation.language == language, Translation.contribution_id.in_(wanted))
        .group_by(Translation.contribution_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Translation)
        .join(
            newest,
            and_(
                newest.c.contribution_id == Translation.contribution_id,
                newest.c.number == Translation.number,
            ),
        )
        .where(Translation.language == language, Translation.text != "")
    ).scalars()
    return {one.contribution_id: one for one in rows}


def read_by(language: str, originals: Mapping[int, str]) -> dict[int, Translation]:
    """What a reader of this language is shown in place of `originals` (their languages by contribution id).

    Easy language comes first for those who read it, then its plain one; nothing is said for an original
    that they read as it is.
    """
    plain = written_by(language)
    foreign = [one for one, spoken in originals.items() if spoken != plain]
    found = shown_in(plain, foreign)
    return found if plain == language else found | shown_in(language, originals)


def last_number(contribution_id: int, language: str) -> int:
    """Number of the newest wording in this language, also of one that was taken out; 0 if there is none."""
    found = db.session.execute(
        select(func.max(Translation.number)).where(
            Translation.contribution_id == contribution_id, Translation.language == language
        )
    ).scalar_one()
    return int(found or 0)


def wordings(actor: Actor, contribution: Contribution, language: str) -> list[Translation]:
    """Every wording in this language, the newest first, for those who may see what stood there before."""
    if not RIGHTS.allows(actor, Permission.READ_HISTORY, contribution):
        return []
    return list(
        db.session.execute(
            select(Translation)
            .where(Translation.contribution_id == contribution.id, Translation.language == language)
            .order_by(Translation.number.desc())
        ).scalars()
    )


def waiting(actor: Actor, dialogue: Dialogue, language: str, *, limit: int = 50) -> list[Contribution]:
    """Public contributions nobody can read in this language, the oldest first.

    Those whose translation is of an earlier wording wait, too. Raises Forbidden for all but staff.
    """
    RIGHTS.require(actor, Permission.SEE_QUEUE, dialogue)
    later = aliased(Translation)
    is_there = exists().where(
        Translation.contribution_id == Contribution.id,
        Translation.language == language,
        ~exists().where(
            later.contribution_id == Translation.contribution_id,
            later.language == language,
            later.number > Translation.number,
        ),
        Translation.of_revision == Contribution.revision,
        Translation.text != "",
    )
    return list(
        db.session.execute(
            select(Contribution)
            .where(
                Contribution.dialogue_id == dialogue.id,
                Contribution.visibility == Visibility.PUBLIC,
                Contribution.language != language,
                ~is_there,
            )
            .order_by(Contribution.published_at, Contribution.id)
            .limit(limit)
        ).scalars()
    )
