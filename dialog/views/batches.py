"""Deciding on many contributions at once, and taking it back."""

from __future__ import annotations

from flask import Response, render_template, request, url_for

from core.web import Answer, current_actor, page, submit
from dialog.actions import batches as actions
from dialog.models import Dialogue
from dialog.moderation_forms import BatchForm, UndoForm, with_block
from dialog.permissions import RIGHTS, Permission
from dialog.queries import batches as queries
from dialog.queries import dialogues as dialogue_queries
from dialog.queries import text_blocks as text_queries
from dialog.views.blueprint import blueprint
from dialog.views.moderation import draw_queue, queue_filter, queue_wishes
from dialog.vocabulary import HIDING_REASONS


@blueprint.post("/moderation/decide")
def decide_many(slug: str) -> Response:
    """Publish, return or hide what was ticked, or all that the filter shows."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    RIGHTS.require(actor, Permission.DECIDE_MANY, dialogue)
    form = BatchForm(request.form)

    def act() -> Answer:
        here = dialogue_queries.access_dialogue(actor, slug)
        blocks = text_queries.insertable(text_queries.visible_text_blocks(actor, here), "de")
        note = with_block(form.note.data, form.block.data, blocks)
        decision, reason = form.decision.data or "", form.reason.data or ""
        if form.everything.data:
            batch = actions.decide_all(
                actor,
                here,
                decision=decision,
                wish=queue_filter(),
                seen=form.seen_at,
                reason=reason,
                note=note,
            )
        else:
            batch = actions.decide_ticked(
                actor, here, decision=decision, chosen=form.chosen, reason=reason, note=note
            )
        return Answer(url_for("dialog.moderation", slug=slug, **queue_wishes(), batch=batch.id))

    return submit(form, act, lambda form: draw_queue(dialogue, form))


@blueprint.get("/moderation/batches")
def batches(slug: str) -> Response:
    """One's own decisions on many of the last day."""
    dialogue = dialogue_queries.access_dialogue(current_actor(), slug)
    return page(_draw_batches(dialogue, UndoForm()))


@blueprint.post("/moderation/batches/<int:batch_id>/undo")
def undo_batch(slug: str, batch_id: int) -> Response:
    """Put everything back where it was before."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    RIGHTS.require(actor, Permission.UNDO, queries.access_batch(actor, dialogue, batch_id))

    def act() -> Answer:
        batch = queries.access_batch(actor, dialogue, batch_id)
        actions.undo_batch(actor, batch)
        return Answer(url_for("dialog.moderation", slug=slug, batch=batch.id))

    return submit(UndoForm(request.form), act, lambda form: _draw_batches(dialogue, form))


def _draw_batches(dialogue: Dialogue, form: UndoForm) -> str:
    return render_template(
        "dialog/batches.html",
        dialogue=dialogue,
        form=form,
        batches=queries.own_batches(current_actor(), dialogue),
        reasons=HIDING_REASONS,
    )
