"""Staff type in what reached them on paper, by telephone or in a conversation, one after the other."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template, request, url_for

from core.web import Answer, current_actor, page, submit
from dialog.actions import typing_in as actions
from dialog.moderation_forms import TypingInForm
from dialog.permissions import RIGHTS, Permission
from dialog.queries import dialogues as dialogue_queries
from dialog.queries.register import COUNTY_WIDE
from dialog.views.blueprint import blueprint
from dialog.vocabulary import Kind
from region import queries as region_queries

_KEPT = ("kind", "field", "municipality", "language", "channel", "noted_down", "publish")
"""What the next form begins with: a pile of cards has much in common."""


@blueprint.route("/type-in", methods=["GET", "POST"])
def type_in(slug: str) -> Response:
    """Type in somebody's words; the next form is ready at once."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    RIGHTS.require(actor, Permission.TYPE_IN, dialogue)
    fields = dialogue_queries.fields_of(dialogue)
    form = TypingInForm(request.form if request.method == "POST" else None)
    form.offer(fields, region_queries.visible_municipalities(actor))

    def show(form: TypingInForm) -> str:
        return render_template(
            "dialog/type_in.html",
            dialogue=dialogue,
            form=form,
            fields=fields,
            number=request.args.get("number", "")[:12],
            published=request.args.get("published") == "y",
        )

    if request.method != "POST":
        for name in _KEPT:
            if request.args.get(name):
                form[name].data = request.args[name][:60]
        return page(show(form))

    def act() -> Answer:
        here = dialogue_queries.access_dialogue(actor, slug)
        place = form.municipality.data
        contribution = actions.type_in_contribution(
            actor,
            here,
            kind=Kind(form.kind.data),
            text=form.text.data or "",
            field=region_queries.access_field(actor, here.field_set_id, form.field.data),
            municipality=None if place == COUNTY_WIDE else region_queries.access_municipality(actor, place),
            language=form.language.data,
            channel=form.channel.data,
            noted_down=bool(form.noted_down.data),
            publish=bool(form.publish.data),
        )
        kept: dict[str, Any] = {name: form[name].data for name in _KEPT if form[name].data}
        kept |= {name: "y" for name in ("noted_down", "publish") if form[name].data}
        done: dict[str, Any] = {
            "number": contribution.reference,
            "published": "y" if form.publish.data else "",
        }
        return Answer(
            url_for("dialog.type_in", slug=slug, **kept, **done), {"number": contribution.reference}
        )

    return submit(form, act, show)
