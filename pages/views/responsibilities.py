"""Who is responsible for what in which municipality: a public page, and the forms of staff."""

from __future__ import annotations

from flask import Response, render_template, request, url_for
from wtforms.fields.choices import SelectChoice as Choice  # type: ignore[attr-defined]

from core.errors import NotFound
from core.i18n import TRANSLATION_LANGUAGES, gettext, name_in, own_name
from core.tables import table
from core.text import clean_line
from core.typed import written_date
from core.web import Answer, current_actor, page, submit
from dialog.queries import dialogues as dialogue_queries
from pages.organisation_forms import FOR_ALL, RemovalForm, ResponsibilityForm, TaskForm
from pages.views.blueprint import blueprint
from region import queries
from region.actions.responsibilities import keep_task, remove_task, set_responsibilities
from region.models import Municipality
from region.permissions import RIGHTS, Permission
from region.queries import responsibilities as task_queries
from region.queries.responsibilities import Delegation
from region.responsibility_words import FORM_LABELS

_COLUMNS = ("ags", "place", "task", "form", "organisations", "contact", "since", "note", "publication")


@blueprint.get("/responsible")
def responsible() -> str:
    """Who does which task: for the municipality that was chosen, and for all of them."""
    actor = current_actor()
    asked = clean_line(request.args.get("place", "")[:20])
    here = queries.access_municipality(actor, asked) if asked else None
    dialogues = dialogue_queries.visible_dialogues(actor)
    return render_template(
        "pages/responsible.html",
        here=here,
        duties=task_queries.duties(actor, here) if here else [],
        delegations=task_queries.delegations(actor),
        places=queries.visible_places(actor),
        forms=FORM_LABELS,
        notices=queries.notices(),
        dialogue=dialogues[0] if dialogues else None,
        spoken=lambda one: [own_name(code) for code in one.languages],
        written=written_date,
        keeps=RIGHTS.allows(actor, Permission.EDIT_ORGANISATIONS),
        done=request.args.get("done", ""),
        changed=request.args.get("changed", type=int),
    )


@blueprint.get("/responsible.csv")
def responsible_table() -> Response:
    """The same for all municipalities as a table, one line for each of them and each task."""
    rows = (
        (
            place.ags,
            place.name,
            name_in(one.task.names),
            said.form if said else "",
            ", ".join(each.name for each in said.organisations) if said else "",
            said.contact if said else "",
            said.since if said else "",
            said.note if said else "",
            said.publication.number if said and said.publication else "",
        )
        for one in task_queries.delegations(current_actor())
        for place, said in one.said.items()
    )
    response = Response(table(_COLUMNS, rows), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="responsible.csv"'
    return response


@blueprint.route("/responsible/tasks/new", methods=["GET", "POST"])
def add_task() -> Response:
    """Add a task that every municipality has to see to."""
    return _name(None)


@blueprint.route("/responsible/tasks/<task_slug>/name", methods=["GET", "POST"])
def rename_task(task_slug: str) -> Response:
    """Give a task another name."""
    return _name(task_slug)


def _name(slug: str | None) -> Response:
    actor = current_actor()
    RIGHTS.require(actor, Permission.EDIT_ORGANISATIONS)
    if slug is not None:
        task_queries.access_task(actor, slug)
    form = TaskForm.speaking(_spoken())(request.form if request.method == "POST" else None)

    def show(form: TaskForm) -> str:
        task = task_queries.access_task(actor, slug) if slug is not None else None
        saved, stale = TaskForm.speaking(_spoken())(None), False
        if task is not None:
            saved.show_names("title", task.names)
            if request.method != "POST":
                form.show_names("title", task.names)
            stale = request.method == "POST" and form.revision_seen != task.revision
            form.based_on.data = str(task.revision)
        return render_template(
            "pages/edit_task.html",
            task=task,
            form=form,
            stale=stale,
            saved=form.differs_from(saved) if stale else [],
            removal=RemovalForm(),
        )

    if request.method != "POST":
        return page(show(form))
    based_on = form.revision_seen

    def act() -> Answer:
        task = task_queries.access_task(actor, slug) if slug is not None else None
        kept = keep_task(actor, task, form.names("title"), based_on=based_on)
        return Answer(url_for("pages.set_responsible", task_slug=kept.slug))

    return submit(form, act, show)


def _spoken() -> list[str]:
    """The languages in which the county names its tasks."""
    county = queries.county()
    return [code for code in (county.languages if county else ()) if code in TRANSLATION_LANGUAGES]


@blueprint.post("/responsible/tasks/<task_slug>/remove")
def remove_municipal_task(task_slug: str) -> Response:
    """Take a task out with all that was stated."""
    actor = current_actor()
    RIGHTS.require(actor, Permission.EDIT_ORGANISATIONS)
    task = task_queries.access_task(actor, task_slug)
    form = RemovalForm(request.form)

    def act() -> Answer:
        found = task_queries.access_task(actor, task_slug)
        remove_task(actor, found, based_on=form.revision_seen)
        return Answer(url_for("pages.responsible", done="removed"))

    def show(form: RemovalForm) -> str:
        name = TaskForm.speaking(_spoken())(None)
        name.show_names("title", task.names)
        name.based_on.data = str(task.revision)
        return render_template(
            "pages/edit_task.html", task=task, form=name, stale=False, saved=[], removal=form
        )

    return submit(form, act, show)


@blueprint.route("/responsible/tasks/<task_slug>", methods=["GET", "POST"])
def set_responsible(task_slug: str) -> Response:
    """Say who does a task, for several municipalities at once."""
    actor = current_actor()
    RIGHTS.require(actor, Permission.EDIT_ORGANISATIONS)
    named = {
        one.slug
        for said in task_queries.all_present(task_queries.access_task(actor, task_slug))
        for one in said.organisations
    }
    form = ResponsibilityForm(request.form if request.method == "POST" else None)
    form.offer_publications(queries.visible_publications(actor))
    form.organisations.choices = [
        Choice(one.slug, one.name)
        for one in queries.visible_organisations(actor)
        # One that has ended can still be named where it is, and is not chosen anew.
        if one.ended_on is None or one.slug in named
    ]

    def show(form: ResponsibilityForm) -> str:
        task = task_queries.access_task(actor, task_slug)
        delegation = task_queries.delegation(actor, task)
        form.places.choices = [
            Choice(FOR_ALL, gettext("all of which nothing else is stated")),
            *(Choice(place.ags, place.name) for place in delegation.said),
        ]
        stale = request.method == "POST" and form.revision_seen != task.revision
        if request.method != "POST":
            _begin_with(form, delegation, request.args.get("place", ""))
        form.based_on.data = str(task.revision)
        return render_template(
            "pages/set_responsible.html",
            task=task,
            form=form,
            delegation=delegation,
            before=task_queries.said_before(actor, task),
            forms=FORM_LABELS,
            written=written_date,
            stale=stale,
        )

    if request.method != "POST":
        return page(show(form))
    based_on = form.revision_seen

    def act() -> Answer:
        known: dict[str, Municipality | None] = {
            one.ags: one for one in queries.visible_municipalities(actor)
        }
        known[FOR_ALL] = None
        chosen = form.places.data or []
        if not set(chosen) <= set(known):
            raise NotFound
        changed = set_responsibilities(
            actor,
            task_queries.access_task(actor, task_slug),
            [known[key] for key in chosen],
            form.facts({one.slug: one for one in queries.visible_organisations(actor)}),
            based_on=based_on,
        )
        done = "saved_all" if chosen == [FOR_ALL] and changed else "saved"
        return Answer(url_for("pages.responsible", done=done, changed=changed))

    return submit(form, act, show)


def _begin_with(form: ResponsibilityForm, delegation: Delegation, key: str) -> None:
    """Fill in what is stated for a municipality, or for all of which nothing else is."""
    said = delegation.for_all if key == FOR_ALL else None
    for place, one in delegation.said.items():
        if place.ags == key:
            said = one
            form.places.data = [key]
    if key == FOR_ALL:
        form.places.data = [FOR_ALL]
    if said is not None:
        form.show(said)
