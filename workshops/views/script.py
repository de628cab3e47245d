"""Preparing the script of a round before the day: its steps, with what is asked and the method card."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, current_app, render_template, request, url_for

from core.actor import Actor
from core.errors import Invalid, NotFound
from core.forms import Form
from core.i18n import gettext, name_in
from core.i18n import lazy_gettext as _l
from core.web import Answer, page, submit
from dialog.models import DialogueEvent
from workshops.actions import script as actions
from workshops.permissions import Permission
from workshops.queries import boards as board_queries
from workshops.queries import script as queries
from workshops.queries.script import ScriptHere
from workshops.script_forms import ArrangeScriptForm, StepForm
from workshops.views.blueprint import blueprint
from workshops.views.parts import event_here
from workshops.vocabulary import ALLOWED_LABELS

SCRIPT = "/script/<int(max=99):round_no>/<int(max=9999):number>"


@blueprint.get("/script")
def scripts(slug: str, event_slug: str) -> str:
    """The scripts of all rounds with their lengths, and the groups that have their own."""
    actor, dialogue, event = event_here(slug, event_slug, Permission.KEEP_SCRIPT)
    return render_template(
        "workshops/scripts.html",
        dialogue=dialogue,
        event=event,
        rounds=board_queries.rounds_of(event),
        scripts=[(here, queries.steps_at(here)) for here in queries.all_scripts(actor, event)],
    )


@blueprint.get(SCRIPT)
def script(slug: str, event_slug: str, round_no: int, number: int) -> Response:
    """The script of a round for all groups (number 0), or for one."""
    here = _here(slug, event_slug, round_no, number)[1]
    return page(_draw(here, ArrangeScriptForm()))


@blueprint.post(SCRIPT)
def arrange_script(slug: str, event_slug: str, round_no: int, number: int) -> Response:
    """Move a step, take it out, propose a script, take one over, or begin from nothing."""
    actor, _ = _here(slug, event_slug, round_no, number)
    form = ArrangeScriptForm(request.form)
    based_on = form.revision_seen

    def act() -> Answer:
        _, here = _here(slug, event_slug, round_no, number)
        how, step_id = form.wish
        if how in {"up", "down"}:
            actions.move_step(actor, here, step_id, up=how == "up")
        elif how == "remove":
            actions.remove_step(actor, here, step_id, based_on=based_on)
        elif how == "propose":
            actions.propose_script(actor, here)
        elif how == "clear":
            actions.clear_script(actor, here)
        elif how == "copy":
            actions.take_over_script(actor, here, _source(actor, here.event, form))
        else:
            raise Invalid(_l("Please press one of the buttons."))
        return Answer(_address(here))

    def show(form: ArrangeScriptForm) -> str:
        return _draw(_here(slug, event_slug, round_no, number)[1], form)

    return submit(form, act, show)


@blueprint.route(f"{SCRIPT}/new", methods=["GET", "POST"])
def add_step(slug: str, event_slug: str, round_no: int, number: int) -> Response:
    """Add a step to a script."""
    actor, here = _here(slug, event_slug, round_no, number)
    form = StepForm.speaking(_languages())(request.form if request.method == "POST" else None)

    def show(form: StepForm) -> str:
        return _draw_step(here, form)

    if request.method == "GET":
        return page(show(form))

    def act() -> Answer:
        _, present = _here(slug, event_slug, round_no, number)
        actions.add_step(actor, present, form.planned)
        return Answer(_address(present))

    return submit(form, act, show)


@blueprint.route(f"{SCRIPT}/<int:step_id>", methods=["GET", "POST"])
def edit_step(slug: str, event_slug: str, round_no: int, number: int, step_id: int) -> Response:
    """Write a step anew."""
    actor, here = _here(slug, event_slug, round_no, number)
    step = queries.step_at(here, step_id)
    kind = StepForm.speaking(_languages())
    form = kind(request.form if request.method == "POST" else None)
    if request.method == "GET":
        form.show(step)
        return page(_draw_step(here, form, step_id=step_id))
    based_on = form.revision_seen

    def show(form: StepForm) -> str:
        _, present = _here(slug, event_slug, round_no, number)
        saved_step = queries.step_at(present, step_id)
        saved = kind()
        saved.show(saved_step)
        stale = form.revision_seen != saved_step.revision
        form.based_on.data = str(saved_step.revision)
        return _draw_step(present, form, step_id=step_id, stale=stale, saved=saved)

    def act() -> Answer:
        _, present = _here(slug, event_slug, round_no, number)
        actions.change_step(actor, present, step_id, form.planned, based_on=based_on)
        return Answer(_address(present))

    return submit(form, act, show)


def _here(slug: str, event_slug: str, round_no: int, number: int) -> tuple[Actor, ScriptHere]:
    actor, _, event = event_here(slug, event_slug, Permission.KEEP_SCRIPT)
    return actor, queries.access_script(actor, event, round_no, number)


def _address(here: ScriptHere) -> str:
    return url_for(
        "workshops.script",
        slug=here.event.dialogue.slug,
        event_slug=here.event.slug,
        round_no=here.round_no,
        number=here.number,
    )


def _source(actor: Actor, event: DialogueEvent, form: ArrangeScriptForm) -> ScriptHere:
    parts = (form.source.data or "").split("-")
    if len(parts) != 2 or not all(part.isascii() and part.isdigit() and len(part) < 5 for part in parts):
        raise Invalid(_l("Please choose whose steps you want to take over."))
    try:
        return queries.access_script(actor, event, int(parts[0]), int(parts[1]))
    except NotFound:
        raise Invalid(_l("Please choose whose steps you want to take over.")) from None


def title_of(here: ScriptHere) -> str:
    """How a script is called: by its round, and by the group that has it for itself."""
    if here.group is None:
        return gettext("%(round)s, all groups", round=name_in(here.round.names))
    return gettext(
        "%(round)s, only %(group)s", round=name_in(here.round.names), group=name_in(here.group.names)
    )


def _draw(here: ScriptHere, form: Form) -> str:
    actor = event_here(here.event.dialogue.slug, here.event.slug, Permission.KEEP_SCRIPT)[0]
    steps = queries.steps_at(here)
    others = [
        (f"{other.round_no}-{other.number}", title_of(other))
        for other in queries.all_scripts(actor, here.event)
        if (other.round_no, other.number) != (here.round_no, here.number) and queries.steps_at(other)
    ]
    arrange = form if isinstance(form, ArrangeScriptForm) else ArrangeScriptForm()
    arrange.offer(others)
    return render_template(
        "workshops/script.html",
        here=here,
        event=here.event,
        dialogue=here.event.dialogue,
        title=title_of(here),
        steps=steps,
        total=sum(step.minutes for step in steps),
        planned=(here.round.ends_at - here.round.starts_at) // timedelta(minutes=1),
        others=others,
        form=arrange,
        allowed=ALLOWED_LABELS,
    )


def _draw_step(
    here: ScriptHere,
    form: StepForm,
    *,
    step_id: int | None = None,
    stale: bool = False,
    saved: StepForm | None = None,
) -> str:
    return render_template(
        "workshops/edit_step.html",
        here=here,
        event=here.event,
        dialogue=here.event.dialogue,
        title=title_of(here),
        back=_address(here),
        form=form,
        step_id=step_id,
        stale=stale,
        saved=form.differs_from(saved) if stale and saved is not None else [],
    )


def _languages() -> list[str]:
    chosen: list[str] = current_app.config["LANGUAGES"]
    return list(chosen)
