"""The door: checking people in, and the day in numbers."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template, request, url_for

from core.clock import now
from core.errors import Invalid
from core.i18n import lazy_gettext as _l
from core.web import Answer, current_actor, page, submit
from dialog.actions import checkin as actions
from dialog.forms import CheckInForm
from dialog.models import Dialogue, DialogueEvent
from dialog.queries import checkin as queries
from dialog.queries import dialogues as dialogue_queries
from dialog.views.blueprint import blueprint
from dialog.vocabulary import CHANNEL_LABELS

MOST_TO_UNDO = 100
"""More check-ins than this are taken back from the list and not by the one button."""


@blueprint.route("/events/<event_slug>/check-in", methods=["GET", "POST"])
def check_in(slug: str, event_slug: str) -> Response:
    """Check people in by slip number, one by one, or many at once; and take it back."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    event = queries.access_day(actor, dialogue, event_slug)

    stranger = ""

    def show(form: CheckInForm) -> str:
        return _draw(dialogue, event, form, stranger)

    if request.method != "POST":
        return page(show(CheckInForm()))
    form = CheckInForm.from_request()

    def act() -> Answer:
        present = queries.access_day(actor, dialogue, event_slug)
        if form.step.data == "undo":
            gone = actions.undo_check_in(actor, present, form.ids)
            return Answer(_address(slug, event_slug, form, undone=gone))
        nonlocal stranger
        try:
            chosen = _chosen(present, form)
        except queries.NotRegistered as error:
            stranger = error.slip_number
            raise
        came = actions.check_in(actor, present, chosen)
        ids = ".".join(map(str, came)) if len(came) <= MOST_TO_UNDO else ""
        return Answer(_address(slug, event_slug, form, came=len(came), ids=ids or None))

    return submit(form, act, show)


@blueprint.get("/events/<event_slug>/attendance")
def attendance(slug: str, event_slug: str) -> str:
    """How many are registered and here, by group, round and way in."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    event = queries.access_day(actor, dialogue, event_slug)
    return render_template(
        "dialog/day_attendance.html",
        dialogue=dialogue,
        event=event,
        numbers=queries.attendance(actor, event),
        rounds=[item for item in event.agenda if item.format == "groups"],
        channels=CHANNEL_LABELS,
        at=now(),
    )


def _chosen(event: DialogueEvent, form: CheckInForm) -> list[int]:
    actor = current_actor()
    if form.step.data == "slip":
        return [queries.registration_of_slip(actor, event, form.slip.data or "")]
    if form.step.data == "group":
        if form.group_id is None:
            raise Invalid(_l("Please choose a group first."))
        return queries.ids_in_group(actor, event, form.group_id)
    if not form.ids:
        raise Invalid(_l("Please tick the people who are here."))
    return form.ids


def _draw(dialogue: Dialogue, event: DialogueEvent, form: CheckInForm, stranger: str) -> str:
    lines = queries.door_list(current_actor(), event)
    group = _number(request.values.get("group", ""))
    who = "here" if request.values.get("who") == "here" else "missing"
    shown = [
        line
        for line in lines
        if (group is None or group in line.groups) and (line.checked_in_at is None) == (who == "missing")
    ]
    return render_template(
        "dialog/day_check_in.html",
        dialogue=dialogue,
        event=event,
        form=form,
        stranger=stranger,
        lines=shown,
        groups={one.id: one for one in event.groups},
        group=group,
        who=who,
        here=sum(line.checked_in_at is not None for line in lines),
        expected=len(lines),
        came=_number(request.args.get("came", "")),
        undone=_number(request.args.get("undone", "")),
        undo=[
            number for number in map(_number, request.args.get("ids", "").split(".")[:MOST_TO_UNDO]) if number
        ],
    )


def _address(slug: str, event_slug: str, form: CheckInForm, **said: Any) -> str:
    return url_for(
        "dialog.check_in",
        slug=slug,
        event_slug=event_slug,
        group=form.group_id,
        who="here" if form.who.data == "here" else None,
        **said,
    )


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
