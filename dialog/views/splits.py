"""Dividing a long contribution into parts, and putting them together again."""

from __future__ import annotations

from flask import Response, render_template, request, url_for

from core.forms import Form
from core.web import Answer, current_actor, page, submit
from dialog.actions import splitting as actions
from dialog.permissions import RIGHTS, Permission
from dialog.queries import contributions as queries
from dialog.queries import dialogues as dialogue_queries
from dialog.queries import splits as split_queries
from dialog.split_forms import SplitForm
from dialog.views.blueprint import blueprint
from dialog.vocabulary import KIND_LABELS


@blueprint.route("/moderation/<reference>/split", methods=["GET", "POST"])
def split(slug: str, reference: str) -> Response:
    """Make several contributions of one that says several things."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    whole = queries.access_contribution(actor, dialogue, reference)
    RIGHTS.require(actor, Permission.SPLIT, whole)
    fields = dialogue_queries.fields_of(dialogue)
    form = SplitForm(request.form if request.method == "POST" else None)

    def show(form: SplitForm) -> str:
        present = queries.access_contribution(actor, dialogue, reference)
        if request.method != "POST":
            form.begin_with(present)
        stale = form.revision_seen != present.revision
        form.based_on.data = str(present.revision)
        return render_template(
            "dialog/split.html",
            dialogue=dialogue,
            contribution=present,
            form=form,
            fields=fields,
            kinds=KIND_LABELS,
            stale=stale,
            voted_on=split_queries.is_voted_on(present),
            most=actions.MOST_PARTS,
        )

    if request.method != "POST":
        return page(show(form))
    if request.form.get("step") == "more":
        form.add_row(whole)
        return page(show(form))
    based_on = form.revision_seen
    wanted = form.check(fields)
    if wanted is None:
        return page(show(form), 422)

    def act() -> Answer:
        present = queries.access_contribution(actor, dialogue, reference)
        actions.split_contribution(actor, present, wanted, based_on=based_on)
        return Answer(url_for("dialog.contribution", slug=slug, reference=reference, done="split"))

    return submit(form, act, show)


@blueprint.post("/moderation/<reference>/split/undo")
def take_split_back(slug: str, reference: str) -> Response:
    """Have the whole stand in the register again, and its parts with it."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    whole = queries.access_contribution(actor, dialogue, reference)
    RIGHTS.require(actor, Permission.SPLIT, whole)
    form = Form(request.form)

    def act() -> Answer:
        present = queries.access_contribution(actor, dialogue, reference)
        actions.take_split_back(actor, present)
        return Answer(url_for("dialog.contribution", slug=slug, reference=reference, done="whole_again"))

    def show(form: Form) -> str:
        return render_template("dialog/split_undo.html", dialogue=dialogue, contribution=whole, form=form)

    return submit(form, act, show)
