"""The harvest of a board, card by card."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template, request, url_for

from core.errors import Invalid, NotFound
from core.i18n import lazy_gettext as _l
from core.text import excerpt
from core.web import Answer, current_actor, page, submit
from dialog.actions.harvest import Wording
from dialog.queries import dialogues as dialogue_queries
from dialog.vocabulary import KIND_LABELS, Kind
from region import queries as region_queries
from workshops.actions import harvest as actions
from workshops.drawing import addresses
from workshops.harvest_forms import HarvestForm, small_number
from workshops.harvest_time import minutes_left
from workshops.permissions import RIGHTS, Permission
from workshops.queries import boards as board_queries
from workshops.queries import harvest as queries
from workshops.queries.boards import BoardHere
from workshops.queries.hands import hands_on
from workshops.queries.harvest import Stack
from workshops.views.blueprint import blueprint
from workshops.views.parts import BOARD, visible_board
from workshops.vocabulary import HarvestDecision

DONE_WORDS = {
    HarvestDecision.TAKEN_UP: _l("Confirmed:"),
    HarvestDecision.JOINED: _l("Put together:"),
    HarvestDecision.NOT_TAKEN: _l("Not taken up:"),
    HarvestDecision.LATER: _l("Put off:"),
}
KIND_ICONS = {str(kind): f"kind-{kind}" for kind in Kind}


@blueprint.route(f"{BOARD}/harvest", methods=["GET", "POST"])
def harvest(slug: str, event_slug: str, number: int, round_no: int) -> Response:
    """The next card with all that is to be decided on it; at the end the closing of the group."""
    actor = current_actor()
    here = visible_board(actor, slug, event_slug, number, round_no)
    RIGHTS.require(actor, Permission.SHOW, here)
    form = HarvestForm(request.form if request.method == "POST" else None)

    def show(form: HarvestForm) -> str:
        return draw_harvest(visible_board(actor, slug, event_slug, number, round_no), form)

    if request.method != "POST":
        return page(show(form))

    def act() -> Answer:
        present = visible_board(actor, slug, event_slug, number, round_no)
        where = url_for(
            "workshops.harvest", slug=slug, event_slug=event_slug, number=number, round_no=round_no
        )
        back_to = _do(present, form)
        return Answer(f"{where}?card={back_to}" if back_to else where)

    return submit(form, act, show)


def _do(here: BoardHere, form: HarvestForm) -> int | None:
    """Do what the form asks for; gives the card to go on with, None for the next one."""
    actor = current_actor()
    if form.wish == "undo" and form.about_id is not None:
        return actions.undo(actor, here, form.about_id).contribution_id
    if form.wish == "close":
        actions.close_group(actor, here, reason=form.why.data or "")
        return None
    if form.wish == "reopen":
        actions.reopen_group(actor, here)
        return None
    if form.card_id is None:
        raise Invalid(_l("Please choose what should happen with this card."))
    if form.wish == "join" and form.about_id is not None:
        actions.join(actor, here, form.card_id, queries.lead_for(here, form.about_id))
    elif form.wish == "pass_over":
        actions.pass_over(actor, here, form.card_id, reason=form.reason.data or "", note=form.note.data or "")
    elif form.wish == "later":
        actions.put_off(actor, here, form.card_id)
    elif form.wish == "take_up":
        actions.take_up(
            actor,
            here,
            form.card_id,
            _wording(here, form),
            members=form.member_ids,
            based_on=form.revision_seen,
        )
    else:
        raise Invalid(_l("Please choose what should happen with this card."))
    return None


def _wording(here: BoardHere, form: HarvestForm) -> Wording:
    actor = current_actor()
    kinds = [str(kind) for kind in Kind]
    if form.kind.data not in kinds:
        sentence = _l("Please choose what kind it is.")
        raise Invalid(sentence, {"kind": [sentence]})
    return Wording(
        text=form.text.data or "",
        kind=Kind(form.kind.data),
        field=region_queries.access_field(actor, here.event.dialogue.field_set_id, form.field.data or ""),
        municipality=region_queries.access_municipality(actor, form.municipality.data)
        if form.municipality.data
        else None,
        priority=form.priority.data or "",
        open_question=form.open_question.data or "",
    )


def draw_harvest(here: BoardHere, form: HarvestForm) -> str:
    """The page of the harvest for whoever leads the group; `form` has what was typed if it was refused."""
    actor = current_actor()
    event = here.event
    at = addresses(event.dialogue.slug, event.slug, here.group.number, board_queries.round_number(here))
    progress = queries.progress_of(here.board.id)
    may_harvest = RIGHTS.allows(actor, Permission.HARVEST, here)
    stack = _stack(progress, form) if may_harvest else None
    if stack is not None:
        _fill(here, form, stack)
    step = queries.latest_step(here.board.id)
    latest = None
    if step is not None and may_harvest:
        about = queries.card_on(here.board.id, step.contribution_id).contribution
        latest = {
            "form": HarvestForm(),
            "id": step.id,
            "words": DONE_WORDS[HarvestDecision(step.decision)],
            "about": about,
        }
    fields = here.group.fields
    topics = dialogue_queries.fields_of(event.dialogue)
    return render_template(
        "workshops/harvest.html",
        here=here,
        event=event,
        dialogue=event.dialogue,
        at=at,
        form=form,
        progress=progress,
        minutes=minutes_left(queries.moments_of(here.board.id), len(progress.open)),
        stack=stack,
        counted=hands_on(here.board.id).get(stack.contribution.id) if stack else None,
        proposals=queries.proposals(actor, here, stack) if stack else [],
        latest=latest,
        field=fields[0] if len(fields) == 1 else None,
        round_no=board_queries.round_number(here),
        is_closed=here.board.harvested_at is not None,
        closed_by=queries.name_of(here.board.harvested_by),
        results=queries.confirmed_results_of(here.board.id),
        may_harvest=may_harvest,
        kind_labels=KIND_LABELS,
        kind_icons=KIND_ICONS,
        field_icons={one.slug: f"field-{one.icon}" for one in topics},
        field_colours={one.slug: one.colour for one in topics},
        excerpt=excerpt,
    )


def _stack(progress: queries.Progress, form: HarvestForm) -> Stack | None:
    wanted = form.card_id if request.method == "POST" else small_number(request.args.get("card", ""))
    try:
        return queries.stack_at(progress, wanted)
    except NotFound:
        # Somebody else has decided on it; one goes on with the next.
        return queries.stack_at(progress, None)


def _fill(here: BoardHere, form: HarvestForm, stack: Stack) -> None:
    actor: Any = current_actor()
    form.offer(
        dialogue_queries.fields_of(here.event.dialogue), region_queries.visible_places(actor), stack.under
    )
    if form.card_id != stack.contribution.id:
        form.show(stack.contribution, stack.under)
