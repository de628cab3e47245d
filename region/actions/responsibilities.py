"""Saying who does which task for which municipality; what was said before stays as history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from core.actor import Actor
from core.clock import now
from core.db import Names, db
from core.errors import Conflict
from core.i18n import lazy_gettext as _l
from core.journal import record
from core.text import clean_line
from region import queries
from region.actions._rows import add, bring_up_to_date, count_revision, need, need_text
from region.data import TaskData
from region.facts import ResponsibilityEnded, ResponsibilitySet, TaskAdded, TaskRemoved
from region.models import (
    Municipality,
    MunicipalTask,
    Organisation,
    Publication,
    Responsibility,
    ResponsibleOrganisation,
)
from region.permissions import RIGHTS, Permission
from region.queries import responsibilities as task_queries
from region.responsibility_files import LIMITS
from region.responsibility_words import Form

TASK_LIMIT = 120
"""Most characters of the name of a task."""


@dataclass(frozen=True, slots=True)
class ResponsibilityFacts:
    """Who does a task, as in `Responsibility`; `contact` names an office, never a person."""

    form: str
    organisations: Sequence[Organisation] = ()
    contact: str = ""
    since: str = ""
    note: str = ""
    publication: Publication | None = None


def add_task(actor: Actor, said: TaskData) -> MunicipalTask:
    """Add a task with who does it, or bring it up to date by its slug; what the data do not name stays.

    Raises Invalid for a place or an organisation that is unknown.
    """
    RIGHTS.require(actor, Permission.SET_UP)
    need_text("task", said.slug)
    need(bool(said.names.get("de", "").strip()), "names", _l("The German name is missing."))
    task = task_queries.task_of(said.slug)
    if task is None:
        task = MunicipalTask(slug=said.slug, names=dict(said.names), position=task_queries.next_task()[1])
        add(task)
        record(actor, TaskAdded(task.id))
    else:
        bring_up_to_date(actor, task, {"names": dict(said.names)})
    for line in said.lines:
        municipality = queries.municipality_of(line.ags) if line.ags else None
        publication = queries.publication_of(line.publication) if line.publication else None
        named = queries.organisations_of(line.organisations)
        need(
            bool(municipality) == bool(line.ags)
            and len(named) == len(set(line.organisations))
            and bool(publication) == bool(line.publication),
            "task",
            _l(
                "Who does %(task)s names a place, an organisation or a source that is unknown.",
                task=said.slug,
            ),
        )
        facts = ResponsibilityFacts(line.form, named, line.contact, line.since, line.note, publication)
        task.revision += _say(actor, task, [municipality], facts)
    return task


def keep_task(actor: Actor, task: MunicipalTask | None, names: Names, *, based_on: int = 0) -> MunicipalTask:
    """Add a task, or give it other names by language code, German always.

    Raises Invalid at the field for what makes no sense, Stale if there is a later revision than `based_on`.
    """
    RIGHTS.require(actor, Permission.EDIT_ORGANISATIONS)
    kept = {code: clean_line(text) for code, text in names.items() if clean_line(text)}
    need("de" in kept, "title", _l("Please enter the name of the task."))
    for code, text in kept.items():
        field = "title" if code == "de" else f"title_{code}"
        need(len(text) <= TASK_LIMIT, field, _l("Please use at most %(max)d characters.", max=TASK_LIMIT))
    if task is not None:
        _count(task, based_on)
        bring_up_to_date(actor, task, {"names": kept})
        return task
    slug, position = task_queries.next_task()
    task = MunicipalTask(slug=slug, names=kept, position=position)
    try:
        add(task)
    except IntegrityError:
        raise Conflict(_l("Somebody has added a task just now. Please send it once more.")) from None
    record(actor, TaskAdded(task.id))
    return task


def remove_task(actor: Actor, task: MunicipalTask, *, based_on: int) -> None:
    """Take a task out with all that was ever said of it. Raises Stale if that has changed meanwhile."""
    RIGHTS.require(actor, Permission.EDIT_ORGANISATIONS)
    _count(task, based_on)
    rows = [one.id for one in [*task_queries.said_before(actor, task), *task_queries.all_present(task)]]
    for model, column in (
        (ResponsibleOrganisation, ResponsibleOrganisation.responsibility_id),
        (Responsibility, Responsibility.id),
    ):
        for begin in range(0, len(rows), _AT_ONCE):
            db.session.execute(delete(model).where(column.in_(rows[begin : begin + _AT_ONCE])))
    db.session.execute(delete(MunicipalTask).where(MunicipalTask.id == task.id))
    record(actor, TaskRemoved(task.id))


_AT_ONCE = 400
"""Most values in one statement; some databases take no more than a thousand."""


def set_responsibilities(
    actor: Actor,
    task: MunicipalTask,
    places: Sequence[Municipality | None],
    facts: ResponsibilityFacts | None,
    *,
    based_on: int,
) -> int:
    """Say who does a task for these places; None is all of which nothing else is said.

    Gives for how many something else is said now. Without `facts` nobody is said to do it there any more.
    `based_on` is the revision of the task the writer saw. Raises Stale if there is a later one, Invalid at
    the field for what makes no sense.
    """
    RIGHTS.require(actor, Permission.EDIT_ORGANISATIONS)
    need(bool(places), "places", _l("Please choose at least one municipality."))
    _count(task, based_on)
    if facts is not None:
        return _say(actor, task, places, facts)
    former = task_queries.present(task, [place.id if place is not None else None for place in places])
    for one in former:
        _end(actor, one)
    return len(former)


def _say(
    actor: Actor, task: MunicipalTask, places: Sequence[Municipality | None], facts: ResponsibilityFacts
) -> int:
    values = _sensible(facts)
    organisations = sorted(facts.organisations, key=lambda one: one.name)
    wanted = dict.fromkeys(place.id if place is not None else None for place in places)
    before = {one.municipality_id: one for one in task_queries.present(task, wanted)}
    changed = 0
    for municipality_id in wanted:
        former = before.get(municipality_id)
        if former is not None:
            same = all(getattr(former, name) == value for name, value in values.items())
            if same and {one.id for one in former.organisations} == {one.id for one in organisations}:
                continue
            _end(actor, former)
        said = Responsibility(
            task_id=task.id, municipality_id=municipality_id, organisations=list(organisations), **values
        )
        add(said)
        record(actor, ResponsibilitySet(said.id))
        changed += 1
    return changed


def _end(actor: Actor, said: Responsibility) -> None:
    said.replaced_at = now()
    db.session.flush()
    record(actor, ResponsibilityEnded(said.id))


def _sensible(facts: ResponsibilityFacts) -> dict[str, Any]:
    need(facts.form in set(Form), "form", _l("Please choose who does it."))
    values: dict[str, Any] = {
        "form": str(facts.form),
        "since": facts.since,
        "publication_id": facts.publication.id if facts.publication else None,
    }
    for name in ("contact", "note"):
        values[name] = clean_line(getattr(facts, name))
        limit = LIMITS[name]
        need(len(values[name]) <= limit, name, _l("Please use at most %(max)d characters.", max=limit))
    return values


def _count(task: MunicipalTask, based_on: int) -> None:
    count_revision(
        task,
        based_on,
        _l("Somebody has changed this task meanwhile. Please look at it and send it again."),
    )
