"""An author objects to being hidden; a second person decides."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template, request, url_for

from accounts import queries as account_queries
from accounts.permissions import Scope
from core.errors import Invalid
from core.i18n import lazy_gettext as _l
from core.web import Answer, current_actor, page, submit
from dialog.actions import objections as actions
from dialog.forms import WithdrawForm
from dialog.moderation_forms import ObjectionForm, VerdictForm
from dialog.permissions import RIGHTS, Permission
from dialog.queries import contributions as queries
from dialog.queries import dialogues as dialogue_queries
from dialog.queries import moderation as queue_queries
from dialog.views.blueprint import blueprint
from dialog.views.contributions import draw_contribution
from dialog.vocabulary import HIDING_REASONS, KIND_LABELS, ObjectionOutcome


@blueprint.post("/contributions/<reference>/object")
def object_to_hiding(slug: str, reference: str) -> Response:
    """Ask for a second look at one's hidden contribution."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    found = queries.access_contribution(actor, dialogue, reference)

    def act() -> Answer:
        contribution = queries.access_contribution(actor, dialogue, reference)
        actions.object_to_hiding(actor, contribution, text=form.text.data or "")
        return Answer(url_for("dialog.contribution", slug=slug, reference=found.reference, done="objected"))

    form = ObjectionForm(request.form)
    return submit(form, act, lambda form: draw_contribution(dialogue, found, WithdrawForm(), form))


@blueprint.route("/moderation/<reference>/objection", methods=["GET", "POST"])
def objection(slug: str, reference: str) -> Response:
    """Look at a hidden contribution a second time: show it again, or say why it stays hidden."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    found = queries.access_contribution(actor, dialogue, reference)
    RIGHTS.require(actor, Permission.SEE_QUEUE, dialogue)
    queue_queries.access_objection(actor, found)
    form = VerdictForm(request.form if request.method == "POST" else None)

    def show(form: VerdictForm) -> str:
        present = queries.access_contribution(actor, dialogue, reference)
        about = queue_queries.access_objection(actor, present)
        return render_template(
            "dialog/objection.html",
            dialogue=dialogue,
            contribution=present,
            objection=about,
            form=form,
            outcomes=ObjectionOutcome,
            may_decide=RIGHTS.allows(actor, Permission.DECIDE_OBJECTION, about),
            hid_it=about.hidden_by_key == actor.key,
            has_second_person=any(
                key != about.hidden_by_key
                for key in account_queries.keys_with_role("coordinator", Scope("dialogue", dialogue.id))
            ),
            reasons=HIDING_REASONS,
            kind_labels=KIND_LABELS,
        )

    if request.method != "POST":
        return page(show(form))

    def act() -> Answer:
        contribution = queries.access_contribution(actor, dialogue, reference)
        about = queue_queries.access_objection(actor, contribution)
        if form.verdict.data not in {"grant", "uphold"}:
            raise Invalid(_l("Please choose what should happen with this contribution."))
        actions.decide_objection(actor, about, grant=form.verdict.data == "grant", note=form.note.data or "")
        told: dict[str, Any] = {"done": str(form.verdict.data), "number": contribution.reference}
        return Answer(url_for("dialog.moderation", slug=slug, state="objections", **told))

    return submit(form, act, show)
