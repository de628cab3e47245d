"""The queue of what waits, and deciding on one contribution."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template, request, url_for

from core.actor import VISITOR
from core.clock import now
from core.errors import Forbidden, Invalid
from core.i18n import CONTENT_LANGUAGES, name_in
from core.i18n import lazy_gettext as _l
from core.paging import Paging
from core.text import clean_line
from core.web import Answer, current_actor, page, submit
from dialog import personal_data
from dialog.actions import moderation as actions
from dialog.actions import sorting
from dialog.forms import ModerationForm
from dialog.models import Contribution, Dialogue
from dialog.moderation_forms import BatchForm, HeadingForm, SortingForm, UndoForm, with_block
from dialog.permissions import RIGHTS, Permission
from dialog.queries import batches as batch_queries
from dialog.queries import contributions as queries
from dialog.queries import dialogues as dialogue_queries
from dialog.queries import moderation as queue_queries
from dialog.queries import splits as split_queries
from dialog.queries import text_blocks as text_queries
from dialog.queries.moderation import QUEUE_STATES, QueueFilter
from dialog.queries.register import COUNTY_WIDE
from dialog.views.blueprint import blueprint
from dialog.vocabulary import (
    HIDING_REASONS,
    KIND_LABELS,
    LATE_AFTER,
    ORIGIN_LABELS,
    VISIBILITY_LABELS,
    Kind,
    Visibility,
)
from region import queries as region_queries

PER_PAGE = 50
_LONGEST_SEARCH = 100
_WISHES = ("state", "kind", "field", "place", "language", "late", "q")


def queue_filter() -> QueueFilter:
    """What the address asks for; anything that is no word of ours leaves the question open."""
    given = request.args
    state, kind, language = given.get("state", ""), given.get("kind", ""), given.get("language", "")
    return QueueFilter(
        state=state if state in set(QUEUE_STATES) else Visibility.WAITING,
        kind=kind if kind in set(Kind) else "",
        field=clean_line(given.get("field", "")[:60]),
        place=clean_line(given.get("place", "")[:20]),
        language=language if language in CONTENT_LANGUAGES else "",
        words=clean_line(given.get("q", "")[:_LONGEST_SEARCH]),
        late=bool(given.get("late")),
    )


def queue_wishes() -> dict[str, Any]:
    """The parts of the address that choose what is shown, for links that keep them."""
    return {name: request.args[name][:_LONGEST_SEARCH] for name in _WISHES if request.args.get(name)}


@blueprint.get("/moderation")
def moderation(slug: str) -> str:
    """What waits to be checked, the one that has waited longest on top; or what is set aside."""
    dialogue = dialogue_queries.access_dialogue(current_actor(), slug)
    return draw_queue(dialogue, BatchForm())


def draw_queue(dialogue: Dialogue, form: BatchForm) -> str:
    """The page of the queue, with the form for deciding on many."""
    actor = current_actor()
    wish, moment = queue_filter(), now()
    total = queue_queries.count_queue(actor, dialogue, wish, moment)
    paging = Paging.of(request.args.get("page"), PER_PAGE, total)
    lines = queue_queries.visible_queue(actor, dialogue, wish, moment, offset=paging.offset, limit=PER_PAGE)
    asks_objections = request.args.get("state") == "objections"
    batch = request.args.get("batch", "")
    fields = dialogue_queries.fields_of(dialogue)
    return render_template(
        "dialog/moderation.html",
        dialogue=dialogue,
        form=form,
        undo_form=UndoForm(),
        wish=wish,
        wishes=queue_wishes(),
        state=queue_queries.queue_state(actor, dialogue, moment),
        lines=[] if asks_objections else lines,
        objections=queue_queries.visible_objections(actor, dialogue) if asks_objections else [],
        shows_objections=asks_objections,
        total=total,
        paging=paging.numbers,
        queue_page=lambda number: url_for(
            "dialog.moderation", slug=dialogue.slug, page=number, **queue_wishes()
        ),
        all_ticked=request.args.get("ticked") == "page",
        batch=next((one for one in batch_queries.own_batches(actor, dialogue) if str(one.id) == batch), None)
        if batch
        else None,
        blocks=text_queries.insertable(text_queries.visible_text_blocks(actor, dialogue), "de"),
        fields=[(field.slug, name_in(field.names)) for field in fields],
        municipalities=region_queries.visible_places(actor),
        county_wide=COUNTY_WIDE,
        languages=CONTENT_LANGUAGES,
        late_after=LATE_AFTER,
        now=moment,
        kind_labels=KIND_LABELS,
        visibility_labels=VISIBILITY_LABELS,
        done=request.args.get("done", ""),
        number=request.args.get("number", "")[:12],
    )


@blueprint.route("/moderation/<reference>", methods=["GET", "POST"])
def moderate(slug: str, reference: str) -> Response:
    """Decide on one contribution: publish, ask back, hide, show again; then go to the next one."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    form = ModerationForm(request.form if request.method == "POST" else None)
    if request.method == "POST" and actor == VISITOR:
        # The session may have ended while somebody was writing; what they typed must not be lost with it.
        return page(render_template("dialog/signed_out_staff.html", form=form), Forbidden.status)
    found = queries.access_contribution(actor, dialogue, reference)
    RIGHTS.require(actor, Permission.SEE_QUEUE, dialogue)

    def show(form: ModerationForm) -> str:
        return draw_decision(dialogue, queries.access_contribution(actor, dialogue, reference), form)

    if request.method != "POST":
        form.title.data = found.title
        return page(show(form))

    def act() -> Answer:
        contribution = queries.access_contribution(actor, dialogue, reference)
        decision, seen = form.decision.data, form.revision_seen or None
        blocks = text_queries.insertable(
            text_queries.visible_text_blocks(actor, dialogue), contribution.language
        )
        note = with_block(form.note.data, form.block.data, blocks)
        after = _next_in_queue(dialogue, contribution)
        if decision == "publish":
            actions.publish_contribution(actor, contribution, title=form.title.data or "", based_on=seen)
        elif decision == "return":
            actions.return_contribution(actor, contribution, question=note, based_on=seen)
        elif decision == "hide":
            actions.hide_contribution(actor, contribution, reason=form.reason.data or "", note=note)
        elif decision == "restore":
            actions.restore_contribution(actor, contribution)
        else:
            raise Invalid(_l("Please choose what should happen with this contribution."))
        told = {"done": str(decision), "number": contribution.reference}
        return Answer(_address_after(dialogue, after, told))

    return submit(form, act, show)


def draw_decision(
    dialogue: Dialogue,
    contribution: Contribution,
    form: ModerationForm,
    heading_form: HeadingForm | None = None,
    sorting_form: SortingForm | None = None,
) -> str:
    """The page on which one contribution is decided on, or its heading corrected."""
    actor = current_actor()
    if heading_form is None:
        heading_form = HeadingForm()
        heading_form.title.data = contribution.title
    if sorting_form is None:
        sorting_form = SortingForm()
        sorting_form.show(contribution)
    sorting_form.offer(dialogue_queries.fields_of(dialogue))
    return render_template(
        "dialog/moderate.html",
        sorting_form=sorting_form,
        dialogue=dialogue,
        contribution=contribution,
        form=form,
        heading_form=heading_form,
        pieces=list(personal_data.pieces(contribution.text)),
        hint_labels=personal_data.HINT_LABELS,
        blocks=text_queries.insertable(
            text_queries.visible_text_blocks(actor, dialogue), contribution.language
        ),
        objection=queue_queries.objection_to(contribution),
        parts=split_queries.visible_parts(actor, contribution),
        beside=queue_queries.neighbours(actor, dialogue, queue_filter(), now(), contribution)
        if _is_in_a_row()
        else None,
        wishes=_wishes_in_a_row(),
        reasons=HIDING_REASONS,
        kind_labels=KIND_LABELS,
        origin_labels=ORIGIN_LABELS,
        visibility_labels=VISIBILITY_LABELS,
        done=request.args.get("done", ""),
        number=request.args.get("number", "")[:12],
    )


@blueprint.post("/moderation/<reference>/heading")
def correct_heading(slug: str, reference: str) -> Response:
    """Give what is published another heading."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    found = queries.access_contribution(actor, dialogue, reference)
    RIGHTS.require(actor, Permission.SEE_QUEUE, dialogue)
    form = HeadingForm(request.form)

    def act() -> Answer:
        contribution = queries.access_contribution(actor, dialogue, reference)
        actions.correct_heading(actor, contribution, title=form.title.data or "", based_on=form.revision_seen)
        return Answer(
            url_for(
                "dialog.moderate",
                slug=slug,
                reference=contribution.reference,
                done="heading",
                number=contribution.reference,
            )
        )

    def show(form: HeadingForm) -> str:
        present = queries.access_contribution(actor, dialogue, found.reference)
        return draw_decision(dialogue, present, ModerationForm(), form)

    return submit(form, act, show)


@blueprint.post("/moderation/<reference>/sort")
def sort_contribution(slug: str, reference: str) -> Response:
    """Make it one of another kind, or about another topic."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    found = queries.access_contribution(actor, dialogue, reference)
    RIGHTS.require(actor, Permission.SEE_QUEUE, dialogue)
    fields = dialogue_queries.fields_of(dialogue)
    form = SortingForm(request.form)
    form.offer(fields)

    def act() -> Answer:
        contribution = queries.access_contribution(actor, dialogue, reference)
        sorting.sort_contribution(
            actor,
            contribution,
            kind=Kind(form.kind.data),
            field=next(one for one in fields if one.slug == form.field.data),
            based_on=form.revision_seen,
        )
        number = contribution.reference
        return Answer(url_for("dialog.moderate", slug=slug, reference=number, done="sort", number=number))

    def show(form: SortingForm) -> str:
        present = queries.access_contribution(actor, dialogue, found.reference)
        return draw_decision(dialogue, present, ModerationForm(), sorting_form=form)

    return submit(form, act, show)


def _is_in_a_row() -> bool:
    return bool(request.args.get("row"))


def _wishes_in_a_row() -> dict[str, Any]:
    return {"row": "1", **queue_wishes()} if _is_in_a_row() else {}


def _next_in_queue(dialogue: Dialogue, contribution: Contribution) -> str | None:
    if not _is_in_a_row():
        return None
    beside = queue_queries.neighbours(current_actor(), dialogue, queue_filter(), now(), contribution)
    return beside.after or beside.before


def _address_after(dialogue: Dialogue, reference: str | None, told: dict[str, Any]) -> str:
    if reference is None:
        return url_for("dialog.moderation", slug=dialogue.slug, **queue_wishes(), **told)
    return url_for("dialog.moderate", slug=dialogue.slug, reference=reference, **_wishes_in_a_row(), **told)
