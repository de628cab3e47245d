"""The queue of staff: what waits, what is set aside, what is late; and what everybody may know of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import joinedload

from core.actor import Actor
from core.db import db
from core.errors import NotFound
from core.statements import Statement
from core.text import fold
from dialog.models import Contribution, Decision, Dialogue, Objection, Revision
from dialog.permissions import RIGHTS, Permission
from dialog.queries.register import COUNTY_WIDE
from dialog.vocabulary import (
    HIDING_REASONS,
    LATE_AFTER,
    NUMBER_PREFIX,
    Kind,
    ObjectionOutcome,
    Visibility,
    read_reference,
)
from region.models import ActionField, Municipality

QUEUE_STATES = (Visibility.WAITING, Visibility.RETURNED, Visibility.HIDDEN)
"""What staff can look through: what waits, what went back, what is out of sight."""

_ESCAPE = "/"


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """What staff want to see of the queue; empty strings leave a question open."""

    state: str = Visibility.WAITING
    kind: str = ""
    field: str = ""
    place: str = ""
    language: str = ""
    words: str = ""
    late: bool = False
    """Only what has waited for longer than a day."""

    @property
    def is_open(self) -> bool:
        """Whether everything in this state is shown."""
        return self == QueueFilter(state=self.state)


def _clauses(dialogue: Dialogue, wish: QueueFilter, moment: datetime) -> list[ColumnElement[bool]]:
    clauses = [Contribution.dialogue_id == dialogue.id, Contribution.visibility == wish.state]
    if wish.kind:
        clauses.append(Contribution.kind == wish.kind)
    if wish.field:
        clauses.append(
            Contribution.field_id.in_(
                select(ActionField.id).where(
                    ActionField.field_set_id == dialogue.field_set_id, ActionField.slug == wish.field
                )
            )
        )
    if wish.place == COUNTY_WIDE:
        clauses.append(Contribution.municipality_id.is_(None))
    elif wish.place:
        clauses.append(
            Contribution.municipality_id.in_(select(Municipality.id).where(Municipality.ags == wish.place))
        )
    if wish.language:
        clauses.append(Contribution.language == wish.language)
    if wish.late:
        clauses.append(Revision.at <= moment - LATE_AFTER)
    named = read_reference(wish.words) if wish.words else None
    if named:
        return [*clauses, Contribution.kind == named[0], Contribution.number == named[1]]
    for word in fold(wish.words).split():
        for sign in (_ESCAPE, "%", "_"):
            word = word.replace(sign, _ESCAPE + sign)
        clauses.append(Contribution.search_text.like(f"%{word}%", escape=_ESCAPE))
    return clauses


def _queue(*columns: Any) -> Select[Any]:
    # Since when it waits is when its present wording was sent: an answer to a question waits anew.
    return (
        select(*columns)
        .select_from(Contribution)
        .join(
            Revision,
            and_(Revision.contribution_id == Contribution.id, Revision.number == Contribution.revision),
        )
    )


def ids_that_fit(dialogue: Dialogue, wish: QueueFilter, moment: datetime) -> Select[Any]:
    """The ids of what fits, as part of another question."""
    return _queue(Contribution.id).where(*_clauses(dialogue, wish, moment))


def count_queue(actor: Actor, dialogue: Dialogue, wish: QueueFilter, moment: datetime) -> int:
    """How many contributions fit. Raises NotFound for those who do not check."""
    _require_queue(actor, dialogue)
    counted = _queue(func.count()).where(*_clauses(dialogue, wish, moment))
    return int(db.session.execute(counted).scalar_one())


class Queued(NamedTuple):
    """A contribution with the moment since which it is as it is."""

    contribution: Contribution
    since: datetime


def visible_queue(
    actor: Actor,
    dialogue: Dialogue,
    wish: QueueFilter,
    moment: datetime,
    *,
    offset: int = 0,
    limit: int = 50,
) -> list[Queued]:
    """What fits, the one that has waited longest first. Raises NotFound for those who do not check."""
    _require_queue(actor, dialogue)
    rows = db.session.execute(
        _queue(Contribution, Revision.at)
        .options(joinedload(Contribution.field), joinedload(Contribution.municipality))
        .where(*_clauses(dialogue, wish, moment))
        .order_by(Revision.at, Contribution.id)
        .offset(offset)
        .limit(limit)
    )
    return [Queued(contribution, since) for contribution, since in rows]


class Neighbours(NamedTuple):
    """The register numbers before and after a contribution in a queue, and how many there are in all."""

    before: str | None
    after: str | None
    total: int


def neighbours(
    actor: Actor, dialogue: Dialogue, wish: QueueFilter, moment: datetime, contribution: Contribution
) -> Neighbours:
    """What stands beside a contribution in the queue, also after it has left it."""
    total = count_queue(actor, dialogue, wish, moment)
    at, number = contribution.revisions[-1].at, contribution.id
    fitting = _queue(Contribution.kind, Contribution.number).where(*_clauses(dialogue, wish, moment))
    former = db.session.execute(
        fitting.where(or_(Revision.at < at, and_(Revision.at == at, Contribution.id < number)))
        .order_by(Revision.at.desc(), Contribution.id.desc())
        .limit(1)
    ).first()
    following = db.session.execute(
        fitting.where(or_(Revision.at > at, and_(Revision.at == at, Contribution.id > number)))
        .order_by(Revision.at, Contribution.id)
        .limit(1)
    ).first()
    return Neighbours(
        reference_of(*former) if former else None, reference_of(*following) if following else None, total
    )


class QueueState(NamedTuple):
    """What lies in the queue: by state, late, and objections to be decided."""

    by_state: dict[str, int]
    late: int
    oldest: datetime | None
    objections: int

    @property
    def waiting(self) -> int:
        """How many wait to be checked."""
        return self.by_state.get(Visibility.WAITING, 0)


def queue_state(actor: Actor, dialogue: Dialogue, moment: datetime) -> QueueState:
    """How much there is to do. Raises NotFound for those who do not check."""
    _require_queue(actor, dialogue)
    by_state: dict[str, int] = dict(
        db.session.execute(
            select(Contribution.visibility, func.count())
            .where(Contribution.dialogue_id == dialogue.id, Contribution.visibility.in_(QUEUE_STATES))
            .group_by(Contribution.visibility)
        ).all()
    )
    late, oldest = db.session.execute(
        _queue(func.count(), func.min(Revision.at)).where(*_clauses(dialogue, QueueFilter(late=True), moment))
    ).one()
    row = _OPEN_OBJECTIONS.first(dialogue=dialogue.id)
    return QueueState(by_state, late, oldest, row[0] if row else 0)


def work_waiting(dialogue_id: int) -> int:
    """How much waits for staff: contributions to check and objections to decide. For the menu."""
    rows = (_WAITING.first(dialogue=dialogue_id), _OPEN_OBJECTIONS.first(dialogue=dialogue_id))
    return sum(row[0] for row in rows if row)


def overdue_dialogues(before: datetime) -> list[tuple[int, int]]:
    """Dialogues in which something has waited since before that moment, with how much of it."""
    rows = db.session.execute(
        _queue(Contribution.dialogue_id, func.count())
        .where(Contribution.visibility == Visibility.WAITING, Revision.at <= before)
        .group_by(Contribution.dialogue_id)
        .order_by(Contribution.dialogue_id)
    )
    return [(dialogue_id, waiting) for dialogue_id, waiting in rows]


def overdue(dialogue: Dialogue, moment: datetime) -> int:
    """How many contributions of a dialogue have waited for more than a day; for reminders of any kind."""
    return dict(overdue_dialogues(moment - LATE_AFTER)).get(dialogue.id, 0)


_WAITING = Statement(
    lambda: (
        select(func.count())
        .select_from(Contribution)
        .where(
            Contribution.dialogue_id == bindparam("dialogue"), Contribution.visibility == Visibility.WAITING
        )
    )
)
_OPEN_OBJECTIONS = Statement(
    lambda: (
        select(func.count())
        .select_from(Objection)
        .join(Contribution, Contribution.id == Objection.contribution_id)
        .where(Contribution.dialogue_id == bindparam("dialogue"), Objection.outcome == ObjectionOutcome.OPEN)
    )
)


# ------------------------------------------------------------------------------------------------ objections


def has_open_objection(contribution_id: int) -> bool:
    """Whether somebody has still to decide on its author's objection."""
    return (
        db.session.execute(
            select(Objection.id).where(
                Objection.contribution_id == contribution_id, Objection.outcome == ObjectionOutcome.OPEN
            )
        ).scalar_one_or_none()
        is not None
    )


def objection_to(contribution: Contribution) -> Objection | None:
    """The objection against the latest decision to hide it, or None; for its author and for staff."""
    hiding = contribution.hiding
    if hiding is None:
        return None
    return db.session.execute(
        select(Objection)
        .where(Objection.decision_id == hiding.id)
        .options(joinedload(Objection.contribution))
    ).scalar_one_or_none()


def access_objection(actor: Actor, contribution: Contribution) -> Objection:
    """The objection against hiding this contribution, for staff. Raises NotFound."""
    found = objection_to(contribution)
    if found is None or not RIGHTS.allows(actor, Permission.SEE_QUEUE, contribution):
        raise NotFound
    return found


def visible_objections(actor: Actor, dialogue: Dialogue, *, limit: int = 50) -> list[Objection]:
    """Objections that nobody has decided on, the oldest first. Raises NotFound like the queue."""
    _require_queue(actor, dialogue)
    return list(
        db.session.execute(
            select(Objection)
            .join(Objection.contribution)
            .where(Contribution.dialogue_id == dialogue.id, Objection.outcome == ObjectionOutcome.OPEN)
            .options(
                joinedload(Objection.contribution).joinedload(Contribution.field),
                joinedload(Objection.contribution).joinedload(Contribution.municipality),
            )
            .order_by(Objection.at, Objection.id)
            .limit(limit)
        ).scalars()
    )


# ------------------------------------------------------------------------------------ what everybody may know


class Notice(NamedTuple):
    """What everybody may know of a public contribution that was hidden: nothing of its words."""

    reference: str
    reason: str
    hidden_at: datetime | None


def access_notice(actor: Actor, dialogue: Dialogue, reference: str) -> Notice:
    """Why a contribution is no longer in the register. Raises NotFound for what never stood there."""
    named = read_reference(reference)
    if named is None:
        raise NotFound
    found = (
        db.session.execute(
            select(Contribution)
            .where(
                Contribution.dialogue_id == dialogue.id,
                Contribution.kind == named[0],
                Contribution.number == named[1],
            )
            .options(joinedload(Contribution.decisions))
        )
        .unique()
        .scalar_one_or_none()
    )
    if found is None or not RIGHTS.allows(actor, Permission.READ_NOTICE, found):
        raise NotFound
    hiding = found.hiding
    return Notice(found.reference, hiding.reason if hiding else "", hiding.at if hiding else None)


@dataclass(frozen=True, slots=True)
class CheckingInNumbers:
    """What has come in, what became of it, how long it took; numbers of contributions, not of people."""

    received: int
    by_state: dict[str, int]
    hidden_for: dict[str, int]
    """Contributions that are hidden now, by reason."""
    hours_to_decision: float | None
    """Half of the contributions were decided on faster than this; None before the first decision."""
    objections: dict[str, int]


def checking_in_numbers(actor: Actor, dialogue: Dialogue) -> CheckingInNumbers:
    """The numbers on checking that everybody may read."""
    RIGHTS.require(actor, Permission.READ_REGISTER, dialogue)
    by_state: dict[str, int] = dict(
        db.session.execute(
            select(Contribution.visibility, func.count())
            .where(Contribution.dialogue_id == dialogue.id)
            .group_by(Contribution.visibility)
        ).all()
    )
    last_hiding = (
        select(func.max(Decision.id))
        .join(Contribution, Contribution.id == Decision.contribution_id)
        .where(
            Contribution.dialogue_id == dialogue.id,
            Contribution.visibility == Visibility.HIDDEN,
            Decision.decision == "hide",
        )
        .group_by(Decision.contribution_id)
    )
    hidden_for: dict[str, int] = dict(
        db.session.execute(
            select(Decision.reason, func.count())
            .where(Decision.id.in_(last_hiding))
            .group_by(Decision.reason)
        ).all()
    )
    firsts = db.session.execute(
        select(Contribution.created_at, func.min(Decision.at))
        .join(Decision, Decision.contribution_id == Contribution.id)
        .where(Contribution.dialogue_id == dialogue.id)
        .group_by(Contribution.id, Contribution.created_at)
    )
    waits = [(decided - sent).total_seconds() / 3600 for sent, decided in firsts]
    objections: dict[str, int] = dict(
        db.session.execute(
            select(Objection.outcome, func.count())
            .join(Contribution, Contribution.id == Objection.contribution_id)
            .where(Contribution.dialogue_id == dialogue.id)
            .group_by(Objection.outcome)
        ).all()
    )
    return CheckingInNumbers(
        sum(by_state.values()),
        by_state,
        {reason: hidden_for.get(reason, 0) for reason in HIDING_REASONS},
        median(waits) if waits else None,
        objections,
    )


class LogLine(NamedTuple):
    """One decision as the list for staff has it. Who decided is a role and stands nowhere."""

    at: datetime
    kind: str
    number: int
    decision: str
    reason: str
    note: str


def visible_log(actor: Actor, dialogue: Dialogue) -> list[LogLine]:
    """Every decision in a dialogue in its order. Raises NotFound for those who may not read it."""
    if not RIGHTS.allows(actor, Permission.READ_LOG, dialogue):
        raise NotFound
    rows = db.session.execute(
        select(
            Decision.at,
            Contribution.kind,
            Contribution.number,
            Decision.decision,
            Decision.reason,
            Decision.note,
        )
        .join(Contribution, Contribution.id == Decision.contribution_id)
        .where(Contribution.dialogue_id == dialogue.id)
        .order_by(Decision.at, Decision.id)
    )
    return [LogLine(*row) for row in rows]


def reference_of(kind: str, number: int) -> str:
    """The register number people read, such as `B-058`."""
    return f"{NUMBER_PREFIX[Kind(kind)]}-{number:03d}"


def _require_queue(actor: Actor, dialogue: Dialogue) -> None:
    if not RIGHTS.allows(actor, Permission.SEE_QUEUE, dialogue):
        raise NotFound
