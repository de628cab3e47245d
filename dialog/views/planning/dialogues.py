"""Founding a dialogue, its words, and the steps of the process."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request, url_for

from core.errors import Conflict, Invalid
from core.web import Answer, current_actor, page, submit
from dialog.actions import dialogues as actions
from dialog.addresses import address_from
from dialog.event_forms import ArrangeForm
from dialog.models import Dialogue
from dialog.permissions import RIGHTS, Permission
from dialog.planning_forms import DialogueForm, FoundingForm, StepForm
from dialog.queries import dialogues as queries
from dialog.views.blueprint import blueprint
from dialog.views.planning.parts import is_stale, languages, sent, to_prepare
from dialog.vocabulary import STEP_STATES
from region import queries as region_queries

founding = Blueprint("dialogues", __name__, url_prefix="/dialogues")


@founding.route("/new", methods=["GET", "POST"])
def found() -> Response:
    """Set up another dialogue of the county."""
    actor = current_actor()
    RIGHTS.require(actor, Permission.PREPARE_DIALOGUE, None)
    field_sets = region_queries.visible_field_sets(actor)
    form = sent(FoundingForm.speaking(languages()), lambda form: form.offer(field_sets))

    def show(form: FoundingForm) -> str:
        return render_template("dialog/found.html", form=form, field_sets=field_sets)

    if request.method != "POST":
        return page(show(form))

    def act() -> Answer:
        titles = form.names("title")
        slug = form.address.data or address_from(
            titles["de"], is_taken=queries.dialogue_exists, otherwise="dialog"
        )
        try:
            made = actions.found_dialogue(
                actor,
                region_queries.access_field_set(actor, form.field_set.data),
                slug=slug,
                titles=titles,
                questions=form.names("question"),
                introductions=form.names("introduction"),
            )
        except Conflict as error:
            raise Invalid(error.sentence, {"address": [error.sentence]}) from error
        return Answer(url_for("dialog.prepare", slug=made.slug, done="founded"))

    return submit(form, act, show)


@blueprint.get("/prepare")
def prepare(slug: str) -> str:
    """Everything that is prepared of a dialogue: its words, its steps, its events."""
    _, dialogue = to_prepare(slug)
    return draw_dialogue(dialogue, ArrangeForm())


def draw_dialogue(dialogue: Dialogue, form: ArrangeForm) -> str:
    """The page with everything that is prepared of a dialogue."""
    actor = current_actor()
    form.based_on.data = str(dialogue.revision)
    return render_template(
        "dialog/prepare.html",
        dialogue=dialogue,
        form=form,
        events=queries.visible_events(actor, dialogue),
        fields=queries.fields_of(dialogue),
        states=STEP_STATES,
        most_steps=actions.MOST_STEPS,
        may_found=RIGHTS.allows(actor, Permission.PREPARE_DIALOGUE, None),
        others=[
            one
            for one in queries.visible_dialogues(actor)
            if one.id != dialogue.id and RIGHTS.allows(actor, Permission.PREPARE_DIALOGUE, one)
        ],
        done=request.args.get("done", ""),
    )


@blueprint.route("/prepare/words", methods=["GET", "POST"])
def edit_dialogue(slug: str) -> Response:
    """Write title, question and introduction anew."""
    actor, dialogue = to_prepare(slug)
    kind = DialogueForm.speaking(languages())
    form = sent(kind)

    def show(form: DialogueForm) -> str:
        present = queries.access_dialogue(actor, slug)
        saved = kind()
        saved.show(present)
        stale = is_stale(form, present.revision)
        return render_template(
            "dialog/edit_dialogue.html",
            dialogue=present,
            form=form,
            saved=form.differs_from(saved) if stale else [],
            stale=stale,
        )

    if request.method != "POST":
        form.show(dialogue)
        return page(show(form))
    based_on = form.revision_seen

    def act() -> Answer:
        actions.change_dialogue(
            actor,
            queries.access_dialogue(actor, slug),
            based_on=based_on,
            titles=form.names("title"),
            questions=form.names("question"),
            introductions=form.names("introduction"),
            accepts_contributions=bool(form.accepts_contributions.data),
        )
        return Answer(url_for("dialog.prepare", slug=slug, done="saved"))

    return submit(form, act, show)


@blueprint.route("/prepare/steps/<int(max=99):number>", methods=["GET", "POST"])
def edit_step(slug: str, number: int) -> Response:
    """Write one step of the process; one number more than there are adds a step."""
    actor, dialogue = to_prepare(slug)
    kind = StepForm.speaking(languages())
    form = sent(kind)

    def show(form: StepForm) -> str:
        present = queries.access_dialogue(actor, slug)
        saved = kind()
        if 1 <= number <= len(present.steps):
            saved.show(present.steps[number - 1])
        stale = is_stale(form, present.revision)
        return render_template(
            "dialog/edit_step.html",
            dialogue=present,
            number=number,
            form=form,
            saved=form.differs_from(saved) if stale else [],
            stale=stale,
        )

    if request.method != "POST":
        if 1 <= number <= len(dialogue.steps):
            form.show(dialogue.steps[number - 1])
        form.based_on.data = str(dialogue.revision)
        return page(show(form))
    based_on = form.revision_seen

    def act() -> Answer:
        actions.write_step(
            actor,
            queries.access_dialogue(actor, slug),
            number,
            actions.step((form.when.data or "").strip(), form.done.data, form.names("text")),
            based_on=based_on,
        )
        return Answer(url_for("dialog.prepare", slug=slug, done="saved", _anchor="steps"))

    return submit(form, act, show)


@blueprint.post("/prepare/steps")
def arrange_steps(slug: str) -> Response:
    """Move a step of the process, or remove it."""
    actor, _ = to_prepare(slug)
    form = ArrangeForm(request.form)
    based_on = form.revision_seen

    def act() -> Answer:
        how, number = form.pressed
        actions.arrange_steps(actor, queries.access_dialogue(actor, slug), number, how=how, based_on=based_on)
        return Answer(url_for("dialog.prepare", slug=slug, _anchor="steps"))

    return submit(form, act, lambda form: draw_dialogue(queries.access_dialogue(actor, slug), form))
