"""Moving somebody to another group while the day goes on."""

from __future__ import annotations

from flask import Response, render_template, request, url_for

from core.errors import NotFound
from core.web import Answer, page, submit
from dialog.actions import moves as actions
from dialog.queries import checkin as door_queries
from workshops.control_forms import MoveForm
from workshops.permissions import Permission
from workshops.queries import boards as board_queries
from workshops.views.blueprint import blueprint
from workshops.views.parts import event_here, wanted_round


@blueprint.route("/control/move", methods=["GET", "POST"])
def move_person(slug: str, event_slug: str) -> Response:
    """Give somebody a place in another group, by the number of their slip."""
    actor, dialogue, event = event_here(slug, event_slug, Permission.MOVE_PEOPLE)
    rounds = board_queries.rounds_of(event)
    if not rounds or not event.groups:
        raise NotFound
    form = MoveForm(request.form if request.method == "POST" else None)
    form.offer(rounds, event.groups)

    def show(form: MoveForm) -> str:
        return render_template("workshops/move_person.html", dialogue=dialogue, event=event, form=form)

    if request.method == "GET":
        wanted = wanted_round()
        if 1 <= wanted <= len(rounds):
            form.round.data = str(rounds[wanted - 1].id)
        return page(show(form))

    def act() -> Answer:
        _, _, present = event_here(slug, event_slug, Permission.MOVE_PEOPLE)
        registration = door_queries.registration_of_slip(actor, present, form.slip.data or "")
        actions.move_person(
            actor,
            present,
            registration,
            round_id=int(form.round.data),
            group_id=int(form.group.data),
        )
        number = 1 + [str(item.id) for item in rounds].index(form.round.data)
        return Answer(
            url_for("workshops.control", slug=slug, event_slug=event_slug, round=number, done="moved")
        )

    return submit(form, act, show)
