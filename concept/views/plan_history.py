"""What stood on the sheet of a goal or measure before, what was new each time, and bringing it back."""

from __future__ import annotations

from dataclasses import replace

from flask import Response, request, url_for

from concept import plan_words, wordings, words
from concept.actions import plan_history as actions
from concept.models import Goal, Measure, PlanRevision
from concept.queries import concepts as concept_queries
from concept.queries import goals as goal_queries
from concept.queries import plan_history as queries
from concept.text_forms import RestoreForm, number_in
from concept.views._history import chosen_of, draw_history
from concept.views._parts import to_write
from concept.views.blueprint import blueprint
from core.i18n import gettext
from core.web import Answer, page, submit

_ID = "int(max=2147483647)"


@blueprint.route(f"/concept/staff/goals/<{_ID}:goal_id>/history", methods=["GET", "POST"])
def goal_history(slug: str, goal_id: int) -> Response:
    """Every wording a goal has had; a former one is brought back as a new one."""
    actor, dialogue, concept = to_write(slug)
    goal_queries.access_goal(actor, concept, goal_id)

    def show(form: RestoreForm) -> str:
        present = concept_queries.access_concept(actor, dialogue)
        goal = goal_queries.access_goal(actor, present, goal_id)
        name = words.goal_name(f"{goal.field.position}.{goal.number}")
        return _draw(slug, goal, form, name, url_for("concept.edit_goal", slug=slug, goal_id=goal_id))

    def act() -> Answer:
        goal = goal_queries.access_goal(actor, concept_queries.access_concept(actor, dialogue), goal_id)
        number = number_in(form.number.data)
        actions.restore_goal(actor, goal, number=number, based_on=form.revision_seen)
        return Answer(url_for("concept.plan", slug=slug, done="restored", _anchor=f"goal-{goal_id}"))

    if request.method != "POST":
        return page(show(RestoreForm()))
    form = RestoreForm.from_request()
    return submit(form, act, show)


@blueprint.route(f"/concept/staff/measures/<{_ID}:measure_id>/history", methods=["GET", "POST"])
def measure_history(slug: str, measure_id: int) -> Response:
    """Every sheet a measure has had; a former one is brought back as a new one."""
    actor, dialogue, concept = to_write(slug)
    goal_queries.access_measure(actor, concept, measure_id)

    def show(form: RestoreForm) -> str:
        present = concept_queries.access_concept(actor, dialogue)
        measure = goal_queries.access_measure(actor, present, measure_id)
        back = url_for("concept.edit_measure", slug=slug, measure_id=measure_id)
        return _draw(slug, measure, form, gettext("Measure %(number)s", number=measure.reference), back)

    def act() -> Answer:
        present = concept_queries.access_concept(actor, dialogue)
        measure = goal_queries.access_measure(actor, present, measure_id)
        number = number_in(form.number.data)
        actions.restore_measure(actor, measure, number=number, based_on=form.revision_seen)
        return Answer(url_for("concept.plan", slug=slug, done="restored", _anchor=f"measure-{measure_id}"))

    if request.method != "POST":
        return page(show(RestoreForm()))
    form = RestoreForm.from_request()
    return submit(form, act, show)


def _draw(slug: str, row: Goal | Measure, form: RestoreForm, name: str, back: str) -> str:
    actor, dialogue, concept = to_write(slug)
    kept = queries.visible_wordings(actor, concept, row)
    pair = chosen_of(kept, form)
    goals = queries.numbers_of_goals(concept.id)
    publications = queries.titles_of_publications()

    def lines_of(one: PlanRevision) -> dict[str, str]:
        if isinstance(row, Goal):
            return plan_words.goal_lines(one.sheet)
        return plan_words.measure_lines(one.sheet, goals, publications)

    lines: list[wordings.Line] = []
    if pair.chosen:
        before = lines_of(pair.before) if pair.before else None
        spoken = {
            **(plan_words.languages(pair.before.sheet) if pair.before else {}),
            **plan_words.languages(pair.chosen.sheet),
        }
        lines = [
            replace(line, language=spoken.get(line.label, ""))
            for line in wordings.lines(before, lines_of(pair.chosen))
            if line.words
        ]
    return draw_history(
        dialogue,
        kept,
        pair,
        lines,
        form,
        present=row.revision,
        event=_event,
        name=name,
        language=concept.language,
        trail=[(gettext("Goals and measures"), url_for("concept.plan", slug=slug)), (name, back)],
        back=(gettext("Change"), back),
        address=request.path,
        restore=request.path,
    )


def _event(one: PlanRevision, before: PlanRevision | None) -> str:
    was, is_removed = before is not None and before.sheet["removed"], one.sheet["removed"]
    if was == is_removed:
        return ""
    return gettext("removed") if is_removed else gettext("brought back")
