"""Contributions that stand together: putting them so, objecting, deciding on it."""

from __future__ import annotations

from flask import Response, render_template, request, url_for

from core.errors import Invalid, NotFound
from core.i18n import lazy_gettext as _l
from core.web import Answer, current_actor, page, submit
from dialog.actions import merging as actions
from dialog.forms import WithdrawForm
from dialog.merge_forms import MergeDecisionForm, MergeForm, MergeObjectionForm
from dialog.permissions import RIGHTS, Permission
from dialog.queries import contributions as queries
from dialog.queries import dialogues as dialogue_queries
from dialog.queries import merges as merge_queries
from dialog.views.blueprint import blueprint
from dialog.views.contributions import draw_contribution
from dialog.vocabulary import KIND_LABELS


@blueprint.get("/moderation/merges")
def merges(slug: str) -> str:
    """Everything that stands together, what an author objects to first."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    RIGHTS.require(actor, Permission.SEE_QUEUE, dialogue)
    return render_template(
        "dialog/merges.html",
        dialogue=dialogue,
        merges=merge_queries.visible_merges(actor, dialogue),
        kind_labels=KIND_LABELS,
        done=request.args.get("done", ""),
    )


@blueprint.route("/moderation/<reference>/merge", methods=["GET", "POST"])
def merge(slug: str, reference: str) -> Response:
    """Have a contribution stand with another one."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    found = queries.access_contribution(actor, dialogue, reference)
    RIGHTS.require(actor, Permission.MERGE, found)
    form = MergeForm(request.form if request.method == "POST" else None)

    def show(form: MergeForm) -> str:
        present = queries.access_contribution(actor, dialogue, reference)
        return render_template(
            "dialog/merge.html",
            dialogue=dialogue,
            contribution=present,
            form=form,
            similar=merge_queries.similar_to(actor, present),
        )

    if request.method != "POST":
        return page(show(form))

    def act() -> Answer:
        member = queries.access_contribution(actor, dialogue, reference)
        try:
            lead = queries.access_contribution(actor, dialogue, (form.lead.data or "").strip())
        except NotFound:
            sentence = _l("There is no contribution of this number. Please check it.")
            raise Invalid(sentence, {"lead": [sentence]}) from None
        actions.merge_contribution(actor, member, lead)
        return Answer(url_for("dialog.merges", slug=slug, done="merged"))

    return submit(form, act, show)


@blueprint.route("/moderation/merges/<int:merge_id>", methods=["GET", "POST"])
def decide_merge(slug: str, merge_id: int) -> Response:
    """Take two apart, or answer an author who objects."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    RIGHTS.require(actor, Permission.SEE_QUEUE, dialogue)
    found = merge_queries.access_merge(actor, dialogue, merge_id)
    form = MergeDecisionForm(request.form if request.method == "POST" else None)

    def show(form: MergeDecisionForm) -> str:
        return render_template(
            "dialog/decide_merge.html",
            dialogue=dialogue,
            merge=merge_queries.merge_by_id(merge_id) or found,
            form=form,
            kind_labels=KIND_LABELS,
        )

    if request.method != "POST":
        return page(show(form))

    def act() -> Answer:
        present = merge_queries.access_merge(actor, dialogue, merge_id)
        if form.step.data == "part":
            actions.part_contribution(actor, present, answer=form.answer.data or "")
        elif form.step.data == "uphold":
            actions.uphold_merge(actor, present, answer=form.answer.data or "")
        else:
            raise Invalid(_l("Please choose what should happen with these two."))
        return Answer(url_for("dialog.merges", slug=slug, done=form.step.data))

    return submit(form, act, show)


@blueprint.post("/contributions/<reference>/object-to-merge")
def object_to_merge(slug: str, reference: str) -> Response:
    """Say that one's contribution means something else than the one it stands with."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    found = queries.access_contribution(actor, dialogue, reference)

    def act() -> Answer:
        present = queries.access_contribution(actor, dialogue, reference)
        standing = merge_queries.standing_of_member(present.id)
        if standing is None:
            raise NotFound
        actions.object_to_merge(actor, standing, text=form.text.data or "")
        return Answer(url_for("dialog.contribution", slug=slug, reference=found.reference, done="parting"))

    form = MergeObjectionForm(request.form)
    return submit(form, act, lambda form: draw_contribution(dialogue, found, WithdrawForm(), parting=form))
