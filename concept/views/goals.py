"""Goals and measures as staff write them: the list of all, and a form for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Response, render_template, request, url_for

from concept import words
from concept.actions import goals as actions
from concept.actions import measures as measure_actions
from concept.models import Concept
from concept.plan_forms import GoalForm, MeasureForm, StepForm
from concept.queries import concepts as concept_queries
from concept.queries import goals as queries
from concept.views._parts import is_stale, languages, sent, to_write
from concept.views.blueprint import blueprint
from core.actor import Actor
from core.errors import Invalid, Sentence
from core.i18n import lazy_gettext as _l
from core.web import Answer, page, submit

_ID = "int(max=2147483647)"

Steps = Mapping[str, Callable[[], None]]
"""What can be done with a row, by the name of the button."""


@blueprint.get("/concept/staff/plan")
def plan(slug: str) -> str:
    """All goals and measures of the concept by topic, with what is still missing."""
    return _draw_plan(slug, StepForm())


@blueprint.route("/concept/staff/plan/<field>/new", methods=["GET", "POST"])
def add_goal(slug: str, field: str) -> Response:
    """Add a goal to a topic."""
    actor, dialogue, concept = to_write(slug)
    topic = queries.access_field(actor, concept, field)
    form = sent(GoalForm.speaking(languages()))
    if request.method == "POST":
        # A new goal takes the next number by itself.
        del form.number

    def show(form: GoalForm) -> str:
        return render_template(
            "concept/goal.html", dialogue=dialogue, field=topic, goal=None, form=form, saved=[], stale=False
        )

    if request.method != "POST":
        return page(show(form))

    def act() -> Answer:
        present = concept_queries.access_concept(actor, dialogue)
        goal = actions.add_goal(actor, present, topic, texts=form.names("text"))
        return Answer(url_for("concept.plan", slug=slug, done="added", _anchor=f"goal-{goal.id}"))

    return submit(form, act, show)


@blueprint.route(f"/concept/staff/goals/<{_ID}:goal_id>", methods=["GET", "POST"])
def edit_goal(slug: str, goal_id: int) -> Response:
    """Say a goal in other words, or give it another number."""
    actor, dialogue, concept = to_write(slug)
    goal = queries.access_goal(actor, concept, goal_id)
    kind = GoalForm.speaking(languages())
    form = sent(kind)

    def show(form: GoalForm) -> str:
        present = queries.access_goal(actor, concept_queries.access_concept(actor, dialogue), goal_id)
        saved = kind()
        saved.show(present)
        stale = is_stale(form, present.revision)
        return render_template(
            "concept/goal.html",
            dialogue=dialogue,
            field=present.field,
            goal=present,
            form=form,
            saved=form.differs_from(saved) if stale else [],
            stale=stale,
        )

    if request.method != "POST":
        form.show(goal)
        return page(show(form))
    based_on = form.revision_seen

    def act() -> Answer:
        present = queries.access_goal(actor, concept_queries.access_concept(actor, dialogue), goal_id)
        actions.change_goal(
            actor, present, texts=form.names("text"), number=form.number.data or 0, based_on=based_on
        )
        return Answer(url_for("concept.plan", slug=slug, done="saved", _anchor=f"goal-{goal_id}"))

    return submit(form, act, show)


@blueprint.post(f"/concept/staff/goals/<{_ID}:goal_id>/place")
def place_goal(slug: str, goal_id: int) -> Response:
    """Take a goal out of the concept, or bring it back."""

    def steps(actor: Actor, concept: Concept, based_on: int) -> Steps:
        goal = queries.access_goal(actor, concept, goal_id)
        return {
            "remove": lambda: actions.remove_goal(actor, goal, based_on=based_on),
            "return": lambda: actions.return_goal(actor, goal),
        }

    return _place(slug, f"goal-{goal_id}", steps, _l("Please choose what should happen with this goal."))


@blueprint.route(f"/concept/staff/goals/<{_ID}:goal_id>/measures/new", methods=["GET", "POST"])
def add_measure(slug: str, goal_id: int) -> Response:
    """Hang a measure on a goal."""
    actor, dialogue, concept = to_write(slug)
    goal = queries.access_goal(actor, concept, goal_id)
    form = sent(MeasureForm.speaking(languages()))
    form.offer([goal])
    if request.method == "POST":
        # A new measure hangs on the goal of its address and takes the next number by itself.
        del form.number, form.goal

    def show(form: MeasureForm) -> str:
        return render_template(
            "concept/measure.html",
            dialogue=dialogue,
            goal=goal,
            measure=None,
            form=form,
            saved=[],
            stale=False,
            words=words,
        )

    if request.method != "POST":
        return page(show(form))

    def act() -> Answer:
        present = queries.access_goal(actor, concept_queries.access_concept(actor, dialogue), goal_id)
        measure = measure_actions.add_measure(actor, present, **form.sheet())
        return Answer(url_for("concept.plan", slug=slug, done="added", _anchor=f"measure-{measure.id}"))

    return submit(form, act, show)


@blueprint.route(f"/concept/staff/measures/<{_ID}:measure_id>", methods=["GET", "POST"])
def edit_measure(slug: str, measure_id: int) -> Response:
    """Write the sheet of a measure anew."""
    actor, dialogue, concept = to_write(slug)
    measure = queries.access_measure(actor, concept, measure_id)
    kind = MeasureForm.speaking(languages())
    form = sent(kind)
    form.offer(queries.goals_of_field(concept.id, measure.field_id))

    def show(form: MeasureForm) -> str:
        return _draw_measure(slug, form, measure_id)

    if request.method != "POST":
        form.show(measure)
        return page(show(form))
    based_on = form.revision_seen

    def act() -> Answer:
        present_concept = concept_queries.access_concept(actor, dialogue)
        measure_actions.change_measure(
            actor,
            queries.access_measure(actor, present_concept, measure_id),
            goal=queries.access_goal(actor, present_concept, int(form.goal.data)),
            number=form.number.data or 0,
            based_on=based_on,
            **form.sheet(),
        )
        return Answer(url_for("concept.plan", slug=slug, done="saved", _anchor=f"measure-{measure_id}"))

    return submit(form, act, show)


@blueprint.post(f"/concept/staff/measures/<{_ID}:measure_id>/place")
def place_measure(slug: str, measure_id: int) -> Response:
    """Take a measure out of the concept, or bring it back."""

    def steps(actor: Actor, concept: Concept, based_on: int) -> Steps:
        measure = queries.access_measure(actor, concept, measure_id)
        return {
            "remove": lambda: measure_actions.remove_measure(actor, measure, based_on=based_on),
            "return": lambda: measure_actions.return_measure(actor, measure),
        }

    sentence = _l("Please choose what should happen with this measure.")
    return _place(slug, f"measure-{measure_id}", steps, sentence)


def _place(
    slug: str, anchor: str, steps: Callable[[Actor, Concept, int], Steps], unknown: Sentence
) -> Response:
    """Do what a button of the list says; `steps` reads the row anew and gives what can be done with it."""
    actor, dialogue, _ = to_write(slug)
    form = StepForm(request.form)
    based_on = form.revision_seen

    def act() -> Answer:
        known = steps(actor, concept_queries.access_concept(actor, dialogue), based_on)
        if form.step not in known:
            raise Invalid(unknown)
        known[form.step]()
        return Answer(url_for("concept.plan", slug=slug, done=form.step, _anchor=anchor))

    return submit(form, act, lambda form: _draw_plan(slug, form))


def draw_measure(slug: str, measure_id: int, refused: StepForm) -> str:
    """The page of a measure as it is saved, with what was wrong with a button pressed on it."""
    actor, _, concept = to_write(slug)
    measure = queries.access_measure(actor, concept, measure_id)
    form = MeasureForm.speaking(languages())()
    form.offer(queries.goals_of_field(concept.id, measure.field_id))
    form.show(measure)
    form.alerts = refused.alerts
    return _draw_measure(slug, form, measure_id)


def _draw_measure(slug: str, form: MeasureForm, measure_id: int) -> str:
    actor, dialogue, concept = to_write(slug)
    present = queries.access_measure(actor, concept, measure_id)
    saved = type(form)()
    saved.offer(queries.goals_of_field(present.concept_id, present.field_id))
    saved.show(present)
    stale = is_stale(form, present.revision)
    return render_template(
        "concept/measure.html",
        dialogue=dialogue,
        goal=present.goal,
        measure=present,
        form=form,
        saved=form.differs_from(saved) if stale else [],
        stale=stale,
        words=words,
    )


def _draw_plan(slug: str, form: StepForm) -> str:
    actor, dialogue, concept = to_write(slug)
    return render_template(
        "concept/plan.html",
        dialogue=dialogue,
        concept=concept,
        fields=queries.access_plan(actor, concept),
        form=form,
        words=words,
        done=request.args.get("done", ""),
    )
