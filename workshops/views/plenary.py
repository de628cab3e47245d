"""The plenary: its programme, what all groups have confirmed, and the votes of all."""

from __future__ import annotations

from flask import Response, render_template, request, url_for

from core.actor import Actor
from core.clock import now
from core.i18n import gettext, in_all_languages
from core.realtime import cached, region_response
from core.web import Answer, current_actor, page, submit
from dialog.actions import polls as poll_actions
from dialog.boards_of_groups import where_the_day_is
from dialog.models import DialogueEvent
from dialog.permissions import RIGHTS as DIALOG_RIGHTS
from dialog.permissions import Permission as DialogPermission
from dialog.queries import dialogues as dialogue_queries
from workshops.control_forms import PlenaryPollForm
from workshops.queries import control as control_queries
from workshops.queries import results as queries
from workshops.views.blueprint import blueprint


@blueprint.route("/plenary", methods=["GET", "POST"])
def plenary(slug: str, event_slug: str) -> Response:
    """What is on in the plenary and what the groups have found; staff prepare a vote of all from it."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    event = dialogue_queries.access_event(actor, dialogue, event_slug)
    form = PlenaryPollForm(request.form if request.method == "POST" else None)

    def show(form: PlenaryPollForm) -> str:
        region, version = f"results:{event.id}", control_queries.version_of()
        return render_template(
            "workshops/plenary.html",
            dialogue=dialogue,
            event=event,
            region=region,
            version=version,
            region_url=url_for("workshops.plenary_region", slug=slug, event_slug=event_slug),
            drawn=cached(region, version, lambda: _draw(actor, event), query=""),
            may_run=DIALOG_RIGHTS.allows(actor, DialogPermission.RUN_POLL, dialogue),
            form=form,
        )

    if request.method == "GET":
        return page(show(form))
    DIALOG_RIGHTS.require(actor, DialogPermission.RUN_POLL, dialogue)

    def act() -> Answer:
        present = dialogue_queries.access_event(actor, dialogue, event_slug)
        first = form.first.data or 0
        poll = poll_actions.prepare_poll_on(
            actor,
            present.dialogue,
            [
                result.contribution
                for group in queries.confirmed_results(actor, present)
                for result in group.results[:first]
            ],
            titles=in_all_languages(lambda code: str(gettext("Vote of all groups"))),
            questions=in_all_languages(lambda code: str(gettext("What matters most to all of us?"))),
            dots=form.dots.data or 0,
            max_per_item=form.max_per_item.data or 0,
        )
        return Answer(url_for("dialog.poll", slug=slug, poll_id=poll.id))

    return submit(form, act, show)


@blueprint.get("/plenary/region")
def plenary_region(slug: str, event_slug: str) -> Response:
    """What changes on the page of the plenary, for one that was told of a change or has missed one."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    event = dialogue_queries.access_event(actor, dialogue, event_slug)
    version = control_queries.version_of()
    return region_response(version, lambda: _draw(actor, event), region=f"results:{event.id}", query="")


def _draw(actor: Actor, event: DialogueEvent) -> str:
    # It is the same for everybody who may see the event, so what was drawn for one is kept for all.
    return render_template(
        "workshops/_plenary.html",
        dialogue=event.dialogue,
        event=event,
        agenda=sorted(event.agenda, key=lambda item: item.starts_at),
        here=where_the_day_is(event, now()),
        groups=queries.confirmed_results(actor, event),
        polls=queries.open_polls_on(actor, event),
    )
