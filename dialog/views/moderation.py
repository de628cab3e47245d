"""The queue of what waits, and deciding on one contribution."""

from __future__ import annotations

from flask import Response, render_template, request, url_for

from core.actor import VISITOR
from core.clock import now
from core.errors import Forbidden, Invalid
from core.i18n import lazy_gettext as _l
from core.web import Answer, current_actor, page, submit
from dialog.actions import moderation as actions
from dialog.forms import ModerationForm
from dialog.permissions import RIGHTS, Permission
from dialog.queries import contributions as queries
from dialog.queries import dialogues as dialogue_queries
from dialog.views.blueprint import blueprint
from dialog.vocabulary import HIDING_REASONS, KIND_LABELS, VISIBILITY_LABELS


@blueprint.get("/moderation")
def moderation(slug: str) -> str:
    """What waits to be checked, oldest first; below it what is set aside."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    return render_template(
        "dialog/moderation.html",
        dialogue=dialogue,
        waiting=queries.visible_queue(actor, dialogue),
        set_aside=queries.visible_set_aside(actor, dialogue),
        now=now(),
        kind_labels=KIND_LABELS,
        visibility_labels=VISIBILITY_LABELS,
        done=request.args.get("done", ""),
        number=request.args.get("number", "")[:12],
    )


@blueprint.route("/moderation/<reference>", methods=["GET", "POST"])
def moderate(slug: str, reference: str) -> Response:
    """Decide on one contribution: publish, ask back, hide, show again."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    form = ModerationForm(request.form if request.method == "POST" else None)
    if request.method == "POST" and actor == VISITOR:
        # The session may have ended while somebody was writing; what they typed must not be lost with it.
        return page(render_template("dialog/signed_out_staff.html", form=form), Forbidden.status)
    found = queries.access_contribution(actor, dialogue, reference)
    RIGHTS.require(actor, Permission.SEE_QUEUE, dialogue)

    def show(form: ModerationForm) -> str:
        return render_template(
            "dialog/moderate.html",
            dialogue=dialogue,
            contribution=queries.access_contribution(actor, dialogue, reference),
            form=form,
            reasons=HIDING_REASONS,
            kind_labels=KIND_LABELS,
            visibility_labels=VISIBILITY_LABELS,
        )

    if request.method != "POST":
        form.title.data = found.title
        return page(show(form))

    def act() -> Answer:
        contribution = queries.access_contribution(actor, dialogue, reference)
        decision, seen = form.decision.data, form.revision_seen or None
        if decision == "publish":
            actions.publish_contribution(actor, contribution, title=form.title.data or "", based_on=seen)
        elif decision == "return":
            actions.return_contribution(actor, contribution, question=form.note.data or "", based_on=seen)
        elif decision == "hide":
            actions.hide_contribution(
                actor, contribution, reason=form.reason.data or "", note=form.note.data or ""
            )
        elif decision == "restore":
            actions.restore_contribution(actor, contribution)
        else:
            raise Invalid(_l("Please choose what should happen with this contribution."))
        return Answer(url_for("dialog.moderation", slug=slug, done=decision, number=contribution.reference))

    return submit(form, act, show)
