"""Who does which task for which municipality, today and before."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from core.actor import Actor
from core.db import db
from core.errors import NotFound
from region.models import Municipality, MunicipalTask, Organisation, Responsibility
from region.permissions import RIGHTS, Permission
from region.queries.county import visible_municipalities

_NUMBERED = re.compile(r"T([0-9]{1,6})")


@dataclass(frozen=True, slots=True)
class Duty:
    """A task and who does it for one municipality; None where nobody has said."""

    task: MunicipalTask
    said: Responsibility | None

    @property
    def is_for_all(self) -> bool:
        """Whether it was said of all municipalities and not of this one."""
        return self.said is not None and self.said.municipality_id is None


@dataclass(frozen=True, slots=True)
class Delegation:
    """How all municipalities have a task done, in the order of their names."""

    task: MunicipalTask
    said: Mapping[Municipality, Responsibility | None]
    for_all: Responsibility | None
    """What counts for municipalities of which nothing else was said."""

    @property
    def forms(self) -> list[tuple[str, int]]:
        """Each form of organisation in use with its number of municipalities, the most frequent first."""
        return Counter(one.form for one in self.said.values() if one is not None).most_common()

    @property
    def without_anybody(self) -> list[Municipality]:
        """Municipalities for which nobody has said who does it."""
        return [place for place, one in self.said.items() if one is None]


def visible_tasks(actor: Actor) -> list[MunicipalTask]:
    """The tasks in their order."""
    RIGHTS.require(actor, Permission.SEE)
    return list(db.session.scalars(select(MunicipalTask).order_by(MunicipalTask.position, MunicipalTask.id)))


def access_task(actor: Actor, slug: str) -> MunicipalTask:
    """The task with this slug as it is stored now. Raises NotFound."""
    RIGHTS.require(actor, Permission.SEE)
    found = db.session.scalar(
        select(MunicipalTask).where(MunicipalTask.slug == slug).execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound
    return found


def task_of(slug: str) -> MunicipalTask | None:
    """The task with this slug, if there is one."""
    return db.session.scalar(select(MunicipalTask).where(MunicipalTask.slug == slug))


def next_task() -> tuple[str, int]:
    """A slug such as `T02` and a position for one more task."""
    known = db.session.execute(select(MunicipalTask.slug, MunicipalTask.position)).all()
    numbers = [int(found[1]) for slug, _ in known if (found := _NUMBERED.fullmatch(slug))]
    return f"T{max(numbers, default=0) + 1:02d}", max((position for _, position in known), default=0) + 1


def duties(actor: Actor, municipality: Municipality) -> list[Duty]:
    """Every task with who does it for a municipality."""
    tasks = visible_tasks(actor)
    said: dict[tuple[int, int | None], Responsibility] = {
        (one.task_id, one.municipality_id): one
        for one in db.session.scalars(_whole().where(Responsibility.replaced_at.is_(None)))
        if one.municipality_id in {None, municipality.id}
    }
    return [Duty(task, said.get((task.id, municipality.id)) or said.get((task.id, None))) for task in tasks]


def delegations(actor: Actor) -> list[Delegation]:
    """Every task with how all municipalities have it done."""
    tasks, places = visible_tasks(actor), visible_municipalities(actor)
    said = {
        (one.task_id, one.municipality_id): one
        for one in db.session.scalars(_whole().where(Responsibility.replaced_at.is_(None)))
    }
    return [
        Delegation(
            task,
            {place: said.get((task.id, place.id)) or said.get((task.id, None)) for place in places},
            said.get((task.id, None)),
        )
        for task in tasks
    ]


def delegation(actor: Actor, task: MunicipalTask) -> Delegation:
    """How all municipalities have one task done."""
    return next(one for one in delegations(actor) if one.task.id == task.id)


def present(task: MunicipalTask, municipalities: Iterable[int | None]) -> list[Responsibility]:
    """What was said of a task and still holds, for municipalities by their ids; None is for all of them."""
    wanted = set(municipalities)
    return [one for one in all_present(task) if one.municipality_id in wanted]


def all_present(task: MunicipalTask) -> list[Responsibility]:
    """All that was said of a task and still holds."""
    return list(
        db.session.scalars(
            _whole().where(Responsibility.task_id == task.id, Responsibility.replaced_at.is_(None))
        )
    )


def said_before(actor: Actor, task: MunicipalTask) -> Sequence[Responsibility]:
    """What was said of a task and no longer holds, the latest first."""
    RIGHTS.require(actor, Permission.SEE)
    return db.session.scalars(
        _whole()
        .where(Responsibility.task_id == task.id, Responsibility.replaced_at.is_not(None))
        .order_by(Responsibility.replaced_at.desc(), Responsibility.id.desc())
    ).all()


def duties_of(actor: Actor, organisation: Organisation) -> list[Delegation]:
    """The tasks an organisation does, each with the municipalities for which it does it."""
    found = []
    for one in delegations(actor):
        mine = {
            place: said
            for place, said in one.said.items()
            if said is not None and organisation.id in {each.id for each in said.organisations}
        }
        if mine:
            found.append(Delegation(one.task, mine, one.for_all))
    return found


def _whole() -> Select[Responsibility]:
    return (
        select(Responsibility)
        .options(
            selectinload(Responsibility.organisations),
            selectinload(Responsibility.municipality),
            selectinload(Responsibility.publication),
        )
        .execution_options(populate_existing=True)
    )
