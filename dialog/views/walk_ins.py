"""Walk-ins: somebody stands at the door with nothing, and has a slip, a place and a check-in by one press."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, make_response, redirect, render_template, request, url_for

from accounts import codes
from accounts import queries as account_queries
from accounts.models import PersonalCode
from core.actor import Actor
from core.clock import now
from core.errors import Conflict, NotFound, Sentence
from core.web import Answer, current_actor, page, secret_seed, submit
from dialog.actions import walk_ins as actions
from dialog.models import Dialogue, DialogueEvent
from dialog.permissions import RIGHTS, Permission
from dialog.queries import checkin as door_queries
from dialog.queries import dialogues as dialogue_queries
from dialog.queries import help_desk as slip_queries
from dialog.queries import registrations as queries
from dialog.registration_forms import WalkInForm
from dialog.signup_pages import own_groups, rounds_to_choose
from dialog.signup_words import position_text
from dialog.slip_forms import ButtonForm
from dialog.slip_sheets import sheets, slip_of
from dialog.views.blueprint import blueprint
from dialog.views.registrations import noting
from dialog.views.slips import occasion_of, shown_once


@blueprint.route("/events/<event_slug>/walk-in", methods=["GET", "POST"])
def walk_in(slug: str, event_slug: str) -> Response:
    """Let somebody in; the answer is their new slip, once. With `slip` they have one and only get a place."""
    actor, dialogue, event = _access(slug, event_slug)
    form = WalkInForm(request.form if request.method == "POST" else None)
    form.offer(current_app.config["LANGUAGES"][1:])
    refused: set[int] = set()

    def show(form: WalkInForm) -> str:
        return _draw(actor, dialogue, event, form, refused)

    if request.method != "POST":
        form.fill_in(request.args)
        return page(show(form))
    seed = secret_seed(form.key)

    def act() -> Answer:
        _, dialogue, event = _access(slug, event_slug)
        with noting(refused):
            if form.slip.data:
                code = slip_queries.access_slip(actor, dialogue, form.slip.data)
                actions.admit_holder(actor, event, code, groups=form.groups, waiting=form.waits)
                location = url_for("dialog.slip", slug=slug, slip_number=code.slip_number, done="admitted")
                return Answer(location)
            done = actions.admit_walk_in(actor, event, groups=form.groups, waiting=form.waits, seed=seed)
        return Answer(_address(slug, event_slug), {"registration": done.registration_id})

    def reveal(answer: Answer) -> Response:
        found = account_queries.code_of_seed(seed)
        if found is None:
            # It was a slip that the person had, or the new one was taken back meanwhile.
            return make_response(redirect(answer.location, 303))
        return _draw_slip(slug, event_slug, form, found[0], found[1], answer.data["registration"])

    return submit(form, act, show, reveal=reveal)


@blueprint.post("/events/<event_slug>/walk-in/undo")
def undo_walk_in(slug: str, event_slug: str) -> Response:
    """Take back that somebody was let in by mistake: slip, place and check-in."""
    actor, dialogue, event = _access(slug, event_slug)
    RIGHTS.require(actor, Permission.HELP_PEOPLE, dialogue)
    typed = request.form.get("slip", "")

    def act() -> Answer:
        _, dialogue, event = _access(slug, event_slug)
        code = slip_queries.access_slip(actor, dialogue, typed)
        actions.undo_walk_in(actor, event, code)
        return Answer(_address(slug, event_slug, undone=code.slip_number))

    def show(form: ButtonForm) -> str:
        fresh = WalkInForm()
        fresh.offer(current_app.config["LANGUAGES"][1:])
        fresh.alerts = form.alerts
        return _draw(actor, dialogue, event, fresh)

    return submit(ButtonForm(request.form), act, show)


def _access(slug: str, event_slug: str) -> tuple[Actor, Dialogue, DialogueEvent]:
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    return actor, dialogue, door_queries.access_day(actor, dialogue, event_slug)


def _address(slug: str, event_slug: str, **said: Any) -> str:
    return url_for("dialog.walk_in", slug=slug, event_slug=event_slug, **said)


def _why_not(actor: Actor, event: DialogueEvent) -> Sentence | None:
    """Why nobody can be let in at the moment, if that is so."""
    try:
        RIGHTS.require(actor, Permission.ADMIT, event)
    except Conflict as error:
        return error.sentence
    return None


def _slip(actor: Actor, dialogue: Dialogue, typed: str) -> PersonalCode | None:
    """The slip that an address names, if there is one; whatever else stands there is passed over."""
    try:
        return slip_queries.access_slip(actor, dialogue, typed) if typed else None
    except NotFound:
        return None


def _draw(
    actor: Actor,
    dialogue: Dialogue,
    event: DialogueEvent,
    form: WalkInForm,
    refused: set[int] | None = None,
) -> str:
    rounds = rounds_to_choose(event, queries.still_to_come(queries.places_of(event.id)))
    holder = _slip(actor, dialogue, form.slip.data or "")
    form.slip.data = holder.slip_number if holder else ""
    return render_template(
        "dialog/walk_in.html",
        dialogue=dialogue,
        event=event,
        form=form,
        undo_form=ButtonForm(),
        rounds=rounds,
        refused=refused or set(),
        some_full=any(choice.is_full for one in rounds for choice in one.groups),
        why_not=_why_not(actor, event),
        holder=holder,
        last=_slip(actor, dialogue, request.args.get("last", "")),
        undone=_slip(actor, dialogue, request.args.get("undone", "")),
    )


def _draw_slip(
    slug: str, event_slug: str, form: WalkInForm, code: str, kept: PersonalCode, registration_id: int
) -> Response:
    _, dialogue, event = _access(slug, event_slug)
    made = queries.registration_made(registration_id)
    groups = own_groups(made, queries.positions(made), now()) if made else []
    occasion = occasion_of(dialogue, event)
    slip = slip_of(
        occasion, code, kept.slip_number, second=form.second_language, seats=[one.choice for one in groups]
    )
    return shown_once(
        render_template(
            "dialog/walk_in_slip.html",
            dialogue=dialogue,
            event=event,
            groups=groups,
            position_text=position_text,
            code=codes.show(code),
            slip_number=kept.slip_number,
            next_page=_address(
                slug, event_slug, last=kept.slip_number, language=form.second_language or None
            ),
            undo_form=ButtonForm(),
            **sheets(occasion, [slip]),
        )
    )
