"""The numbers of a measure: a form for each, with its values as rows."""

from __future__ import annotations

from flask import Response, render_template, request, url_for

from concept.actions import indicators as actions
from concept.plan_forms import IndicatorForm, StepForm
from concept.queries import concepts as concept_queries
from concept.queries import goals as queries
from concept.views._parts import is_stale, sent, to_write
from concept.views.blueprint import blueprint
from concept.views.goals import draw_measure
from core.errors import Invalid
from core.i18n import lazy_gettext as _l
from core.web import Answer, page, submit
from region import queries as region_queries

_ID = "int(max=2147483647)"


@blueprint.route(f"/concept/staff/measures/<{_ID}:measure_id>/indicators/new", methods=["GET", "POST"])
def add_indicator(slug: str, measure_id: int) -> Response:
    """Name a number to watch, with its values so far."""
    return _form(slug, measure_id, None)


@blueprint.route(
    f"/concept/staff/measures/<{_ID}:measure_id>/indicators/<{_ID}:indicator_id>", methods=["GET", "POST"]
)
def edit_indicator(slug: str, measure_id: int, indicator_id: int) -> Response:
    """Write a number to watch anew, or add values to it."""
    return _form(slug, measure_id, indicator_id)


@blueprint.post(f"/concept/staff/measures/<{_ID}:measure_id>/indicators/<{_ID}:indicator_id>/place")
def place_indicator(slug: str, measure_id: int, indicator_id: int) -> Response:
    """Watch a number no more, or again."""
    actor, dialogue, _ = to_write(slug)
    form = StepForm(request.form)
    based_on = form.revision_seen

    def act() -> Answer:
        present = queries.access_measure(actor, concept_queries.access_concept(actor, dialogue), measure_id)
        if form.step == "remove":
            actions.remove_indicator(actor, present, indicator_id, based_on=based_on)
        elif form.step == "return":
            actions.return_indicator(actor, present, indicator_id)
        else:
            raise Invalid(_l("Please choose what should happen with this number."))
        return _to_measure(slug, measure_id)

    return submit(form, act, lambda form: draw_measure(slug, measure_id, form))


def _form(slug: str, measure_id: int, indicator_id: int | None) -> Response:
    actor, dialogue, _ = to_write(slug)
    form = sent(IndicatorForm)
    form.offer(region_queries.visible_publications(actor))

    def show(form: IndicatorForm) -> str:
        return _draw(slug, measure_id, indicator_id, form)

    if request.method != "POST":
        return page(show(form))
    based_on = form.revision_seen

    def act() -> Answer:
        present = queries.access_measure(actor, concept_queries.access_concept(actor, dialogue), measure_id)
        actions.keep_indicator(actor, present, indicator_id=indicator_id, based_on=based_on, **form.sheet())
        return _to_measure(slug, measure_id)

    return submit(form, act, show)


def _draw(slug: str, measure_id: int, indicator_id: int | None, form: IndicatorForm) -> str:
    """The page of one indicator; a form that was not sent shows what is saved."""
    actor, dialogue, concept = to_write(slug)
    measure = queries.access_measure(actor, concept, measure_id)
    publications = region_queries.visible_publications(actor)
    saved = IndicatorForm()
    saved.offer(publications)
    indicator = None
    if indicator_id is not None:
        indicator = queries.access_indicator(measure, indicator_id)
        saved.show(indicator, measure.revision)
    if not form.based_on.data:
        if indicator is not None:
            form.show(indicator, measure.revision)
        form.based_on.data = str(measure.revision)
    stale = is_stale(form, measure.revision)
    form.fill_up()
    return render_template(
        "concept/indicator.html",
        dialogue=dialogue,
        measure=measure,
        indicator=indicator,
        form=form,
        publications=publications,
        saved=form.differs_from(saved) if stale and indicator else [],
        stale=stale,
    )


def _to_measure(slug: str, measure_id: int) -> Answer:
    return Answer(url_for("concept.edit_measure", slug=slug, measure_id=measure_id, _anchor="indicators"))
