"""Writing what is known of an offer or a need beyond its words."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template, request, url_for

from core.i18n import gettext
from core.web import Answer, current_actor, page, submit
from dialog.actions import details as actions
from dialog.detail_forms import NeedForm, OfferForm
from dialog.models import Contribution, DetailsVersion, Dialogue
from dialog.offer_words import OFFER_STATUS_LABELS, TRAIT_LABELS, cost_text, day_text
from dialog.permissions import RIGHTS, Permission
from dialog.queries import details as queries
from dialog.queries import dialogues as dialogue_queries
from dialog.views.blueprint import blueprint
from dialog.vocabulary import Kind
from region import queries as region_queries


@blueprint.route("/moderation/<reference>/details", methods=["GET", "POST"])
def details(slug: str, reference: str) -> Response:
    """Write down how an offer can be used and whether it exists, or what is known of a need."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    found = queries.access_details(actor, dialogue, reference)
    sent = request.form if request.method == "POST" else None
    form: OfferForm | NeedForm
    if found.kind == Kind.OFFER:
        form = OfferForm(sent)
        form.offer_places(
            place for place in region_queries.visible_places(actor) if place.ags != _own_place(found)
        )
        if not RIGHTS.allows(actor, Permission.KEEP_REMARK, found):
            del form.remark
        if sent is None:
            form.show(queries.offer_of(found))
    else:
        form = NeedForm(sent)
        if sent is None:
            form.show(queries.need_details(found.id))

    def show(form: OfferForm | NeedForm) -> str:
        present = queries.access_details(actor, dialogue, reference)
        return _draw(dialogue, present, form)

    if sent is None:
        return page(show(form))

    def act() -> Answer:
        present = queries.access_details(actor, dialogue_queries.access_dialogue(actor, slug), reference)
        if isinstance(form, OfferForm):
            chosen = set(form.places.data or [])
            actions.keep_offer(
                actor,
                present,
                form.facts,
                based_on=form.revision_seen,
                traits=form.traits,
                places=[one for one in region_queries.visible_municipalities(actor) if one.ags in chosen],
            )
        else:
            actions.keep_need(actor, present, form.facts, based_on=form.revision_seen)
        return Answer(url_for("dialog.contribution", slug=slug, reference=reference, done="details"))

    return submit(form, act, show)


def _own_place(found: Contribution) -> str:
    return found.municipality.ags if found.municipality else ""


def _draw(dialogue: Dialogue, found: Contribution, form: OfferForm | NeedForm) -> str:
    saved: OfferForm | NeedForm
    offer, checked = None, ""
    if isinstance(form, OfferForm):
        offer = queries.offer_of(found)
        saved = OfferForm()
        saved.offer_places(region_queries.visible_places(current_actor()))
        saved.show(offer)
        checked = day_text(offer.details.checked_on) if offer.details.checked_on else ""
    else:
        saved = NeedForm()
        saved.show(queries.need_details(found.id))
    stale = form.revision_seen != saved.revision_seen
    keeps_remark = RIGHTS.allows(current_actor(), Permission.KEEP_REMARK, found)
    if not keeps_remark:
        del saved.remark
    differs = _differences(form, saved) if stale else []
    form.based_on.data = saved.based_on.data
    return render_template(
        "dialog/edit_details.html",
        dialogue=dialogue,
        contribution=found,
        form=form,
        offer=offer,
        stale=stale,
        differs=differs,
        checked=checked,
        keeps_remark=keeps_remark,
        versions=[_shown(one) for one in queries.earlier_versions(current_actor(), found)],
    )


def _differences(form: Any, saved: Any) -> list[tuple[Any, str]]:
    """What is saved where it is other than what was typed: label and saved text."""
    return [
        (field.label.text, _in_words(saved[field.name]) or "–")
        for field in form
        if field.name != "based_on" and _in_words(field) != _in_words(saved[field.name])
    ]


def _in_words(field: Any) -> str:
    choices = getattr(field, "choices", None)
    if choices:
        given = [str(one) for one in (field.data if isinstance(field.data, list) else [field.data])]
        return ", ".join(str(one.label) for one in choices if str(one.value) in given)
    if isinstance(field.data, bool):
        return gettext("ticked") if field.data else gettext("not ticked")
    return str(field.data or "").strip()


def _shown(version: DetailsVersion) -> dict[str, Any]:
    """An earlier version for reading: when it was replaced, and its lines."""
    values = version.values
    labels = {field.name: field.label.text for field in (*OfferForm(), *NeedForm())}
    lines = []
    for name, value in values.items():
        if name == "cost":
            value = cost_text(value, "")
        elif name == "status":
            value = OFFER_STATUS_LABELS.get(value, value)
        elif name == "checked_on":
            value = day_text(value) if value else ""
        trait = next((one for one in TRAIT_LABELS if one == name), None)
        if trait is not None:
            value = ", ".join(str(TRAIT_LABELS[trait].get(code, code)) for code in value)
        elif isinstance(value, list):
            value = ", ".join(value)
        elif isinstance(value, bool):
            value = gettext("ticked") if value else ""
        if value:
            label = labels.get({"group": "groups", "language": "languages"}.get(name, name), name)
            lines.append((label, str(value)))
    return {"at": version.at, "number": version.number, "lines": lines}
