"""The county's figures, and the form in which staff keep one with what it was at other times."""

from __future__ import annotations

from flask import Response, render_template, request, url_for

from core.web import Answer, current_actor, page, submit
from pages.figure_forms import FigureForm
from pages.views.blueprint import blueprint
from region import queries as region_queries
from region.actions import figures as actions
from region.permissions import RIGHTS, Permission


@blueprint.get("/figures")
def figures() -> str:
    """All figures with their dates and sources, each one click from its form."""
    actor = current_actor()
    RIGHTS.require(actor, Permission.EDIT_FIGURES)
    return render_template(
        "pages/figures.html",
        figures=region_queries.visible_figures(actor),
        done=request.args.get("done", ""),
    )


@blueprint.route("/figures/new", methods=["GET", "POST"])
def add_figure() -> Response:
    """Add a figure."""
    return _form(None)


@blueprint.route("/figures/<figure_number>", methods=["GET", "POST"])
def edit_figure(figure_number: str) -> Response:
    """Write a figure anew, or add what it was at another time."""
    return _form(figure_number)


def _form(number: str | None) -> Response:
    actor = current_actor()
    RIGHTS.require(actor, Permission.EDIT_FIGURES)
    if number is not None:
        region_queries.access_figure(actor, number)
    publications = region_queries.visible_publications(actor)
    form = FigureForm(request.form if request.method == "POST" else None)
    form.offer(publications)

    def show(form: FigureForm) -> str:
        figure = region_queries.access_figure(actor, number) if number is not None else None
        saved = FigureForm()
        saved.offer(publications)
        stale = False
        if figure is not None:
            saved.show(figure)
            if request.method != "POST":
                form.show(figure)
            stale = form.revision_seen != figure.revision
            form.based_on.data = str(figure.revision)
        form.fill_up()
        return render_template(
            "pages/figure.html",
            figure=figure,
            form=form,
            publications=publications,
            saved=form.differs_from(saved) if stale else [],
            stale=stale,
        )

    if request.method != "POST":
        return page(show(form))
    based_on = form.revision_seen

    def act() -> Answer:
        figure = region_queries.access_figure(actor, number) if number is not None else None
        actions.keep_figure(actor, figure, based_on=based_on, **form.facts())
        return Answer(url_for("pages.figures", done="saved"))

    return submit(form, act, show)
