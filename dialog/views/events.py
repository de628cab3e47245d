"""The event with its programme and groups, and joining by the event code."""

from __future__ import annotations

from flask import Response, render_template, request

from accounts.codes import show as show_code
from core.errors import DomainError
from core.forms import Form
from core.transaction import transaction
from core.web import current_actor, page
from dialog.actions import dialogues as actions
from dialog.forms import JoinForm
from dialog.models import Dialogue
from dialog.queries import dialogues as queries
from dialog.views.blueprint import blueprint


@blueprint.get("/events/<event_slug>")
def event(slug: str, event_slug: str) -> str:
    """Programme and groups of an event."""
    actor = current_actor()
    dialogue = queries.access_dialogue(actor, slug)
    return render_template(
        "dialog/event.html", dialogue=dialogue, event=queries.access_event(actor, dialogue, event_slug)
    )


@blueprint.route("/join", methods=["GET", "POST"])
def join(slug: str) -> Response:
    """Get a personal code with the event code from the screen; it is shown once, on this page.

    The answer holds a secret, so it is not kept under an idempotency key: a second sending makes a second
    pseudonym, of which nobody notices anything.
    """
    actor = current_actor()
    dialogue = queries.access_dialogue(actor, slug)
    form = JoinForm(request.form if request.method == "POST" else None)
    if request.method != "POST":
        return page(_draw_join(dialogue, form))
    if not form.validate():
        return page(_draw_join(dialogue, form), 422)
    try:
        with transaction():
            issued = actions.register_by_event_code(actor, dialogue, code=form.code.data or "")
    except DomainError as error:
        form.refuse(error)
        return page(_draw_join(dialogue, form), error.status)
    answer = page(
        render_template(
            "dialog/joined.html",
            dialogue=dialogue,
            code=show_code(issued.code),
            slip_number=issued.slip_number,
            form=Form(),
        )
    )
    # Nobody else at this device finds the code again, nor in a browser that keeps no cookies.
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _draw_join(dialogue: Dialogue, form: JoinForm) -> str:
    return render_template("dialog/join.html", dialogue=dialogue, form=form)
