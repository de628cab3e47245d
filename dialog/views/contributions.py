"""Saying something, reading one contribution with its way, and one's own."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template, request, url_for

from core.actor import VISITOR
from core.errors import Forbidden, NotFound, SentAlready
from core.i18n import gettext, name_in
from core.web import Answer, current_actor, page, submit
from dialog.actions import contributions as actions
from dialog.forms import ContributionForm, WithdrawForm
from dialog.models import Contribution, Dialogue, Station
from dialog.permissions import RIGHTS, Permission
from dialog.queries import contributions as queries
from dialog.queries import dialogues as dialogue_queries
from dialog.queries.register import COUNTY_WIDE
from dialog.views.blueprint import blueprint
from dialog.vocabulary import HIDING_REASONS, KIND_LABELS, VISIBILITY_LABELS, Kind
from region import queries as region_queries
from region.models import ActionField, Municipality

STATION_ICONS = {
    "submitted": "edit",
    "imported": "table",
    "returned": "help",
    "answered": "edit",
    "published": "check",
    "hidden": "minus",
    "restored": "undo",
    "withdrawn": "close",
    "ranked": "dots",
    "in_concept": "version",
    "in_goal": "kind-aim",
    "in_measure": "star",
}


@blueprint.route("/contribute/<any(need, offer):kind>", methods=["GET", "POST"])
def contribute(slug: str, kind: str) -> Response:
    """Write what is missing or what exists."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    form = _form(dialogue, sent=request.method == "POST")
    form.ask_for(kind)

    def show(form: ContributionForm) -> str:
        return render_template(
            "dialog/contribute.html",
            dialogue=dialogue,
            form=form,
            kind=kind,
            fields=dialogue_queries.fields_of(dialogue),
            may_contribute=RIGHTS.allows(actor, Permission.CONTRIBUTE, dialogue),
        )

    if request.method != "POST":
        return page(show(form))
    if actor == VISITOR:
        return _signed_out(dialogue, form, kind)

    def act() -> Answer:
        dialogue = dialogue_queries.access_dialogue(actor, slug)
        field, municipality = _chosen(dialogue, form)
        try:
            contribution = actions.submit_contribution(
                actor,
                dialogue,
                kind=Kind(kind),
                text=form.text.data or "",
                field=field,
                municipality=municipality,
                language=form.language.data,
                again=form.is_sent_again,
            )
        except SentAlready as error:
            # Back and send again: the browser keeps the words, and the page it fetches has a new key.
            error.location = url_for("dialog.contribution", slug=slug, reference=error.reference)
            raise
        return Answer(_address(dialogue, contribution, done="submitted"), {"number": contribution.reference})

    return submit(form, act, show)


@blueprint.get("/contributions/<reference>")
def contribution(slug: str, reference: str) -> str:
    """One contribution: its words, where it stands, and its way."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    found = queries.access_contribution(actor, dialogue, reference)
    return draw_contribution(dialogue, found, WithdrawForm())


def draw_contribution(dialogue: Dialogue, contribution: Contribution, form: WithdrawForm) -> str:
    """The page of one contribution, with the form for taking it back for its author."""
    actor = current_actor()
    return render_template(
        "dialog/contribution.html",
        dialogue=dialogue,
        contribution=contribution,
        form=form,
        own=bool(actor.key) and contribution.author_key == actor.key,
        may_revise=RIGHTS.allows(actor, Permission.REVISE, contribution),
        may_withdraw=RIGHTS.allows(actor, Permission.WITHDRAW, contribution),
        may_moderate=RIGHTS.allows(actor, Permission.MODERATE, contribution),
        may_see_history=RIGHTS.allows(actor, Permission.READ_HISTORY, contribution),
        stations=[station_shown(station) for station in contribution.stations],
        decision=contribution.decisions[-1] if contribution.decisions else None,
        kind_labels=KIND_LABELS,
        visibility_labels=VISIBILITY_LABELS,
        reasons=HIDING_REASONS,
        done=request.args.get("done", ""),
    )


def station_shown(station: Station) -> dict[str, Any]:
    """A station in the reader's language, as the journey macro takes it."""
    values = {
        name: name_in(value) if isinstance(value, dict) else value for name, value in station.values.items()
    }
    return {
        "icon": STATION_ICONS.get(station.kind, "check"),
        "title": gettext(station.label, **values),
        "moment": station.at,
        "url": station.url,
        "kind": station.kind,
    }


@blueprint.get("/mine")
def mine(slug: str) -> str:
    """Everything the holder of this code has written, with what became of it."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    if not RIGHTS.allows(actor, Permission.READ_OWN, dialogue):
        raise NotFound
    return render_template(
        "dialog/mine.html",
        dialogue=dialogue,
        contributions=queries.own_contributions(actor, dialogue),
        visibility_labels=VISIBILITY_LABELS,
        kind_labels=KIND_LABELS,
        reasons=HIDING_REASONS,
        may_contribute=RIGHTS.allows(actor, Permission.CONTRIBUTE, dialogue),
    )


@blueprint.route("/contributions/<reference>/revise", methods=["GET", "POST"])
def revise(slug: str, reference: str) -> Response:
    """Change the wording or place while it is still one's own."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    form = _form(dialogue, sent=request.method == "POST")
    if request.method == "POST" and actor == VISITOR:
        return _signed_out(dialogue, form)
    found = queries.access_contribution(actor, dialogue, reference)
    form.ask_for(found.kind)

    def show(form: ContributionForm) -> str:
        present = queries.access_contribution(actor, dialogue, reference)
        stale = form.revision_seen != present.revision
        form.based_on.data = str(present.revision)
        return render_template(
            "dialog/revise.html",
            dialogue=dialogue,
            contribution=present,
            form=form,
            stale=stale,
            fields=dialogue_queries.fields_of(dialogue),
            decision=present.decisions[-1] if present.decisions else None,
        )

    if request.method != "POST":
        RIGHTS.require(actor, Permission.REVISE, found)
        form.show(found)
        return page(show(form))

    def act() -> Answer:
        present = queries.access_contribution(actor, dialogue, reference)
        field, municipality = _chosen(present.dialogue, form)
        actions.revise_contribution(
            actor,
            present,
            based_on=form.revision_seen,
            text=form.text.data or "",
            field=field,
            municipality=municipality,
            language=form.language.data,
        )
        return Answer(_address(dialogue, present, done="revised"))

    return submit(form, act, show)


@blueprint.post("/contributions/<reference>/withdraw")
def withdraw(slug: str, reference: str) -> Response:
    """Take it back for good."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    found = queries.access_contribution(actor, dialogue, reference)

    def act() -> Answer:
        present = queries.access_contribution(actor, dialogue, reference)
        actions.withdraw_contribution(actor, present)
        return Answer(_address(dialogue, present, done="withdrawn"))

    return submit(WithdrawForm(request.form), act, lambda form: draw_contribution(dialogue, found, form))


def _signed_out(dialogue: Dialogue, form: ContributionForm, kind: str = "") -> Response:
    # The session may have ended while somebody was writing; what they typed must not be lost with it.
    html = render_template(
        "dialog/signed_out.html",
        form=form,
        fields=dialogue_queries.fields_of(dialogue),
        kind=kind,
        send_label="" if kind else gettext("Send the new wording"),
    )
    return page(html, Forbidden.status)


def _form(dialogue: Dialogue, *, sent: bool) -> ContributionForm:
    form = ContributionForm(request.form if sent else None)
    form.offer(dialogue_queries.fields_of(dialogue), region_queries.visible_municipalities(current_actor()))
    return form


def _chosen(dialogue: Dialogue, form: ContributionForm) -> tuple[ActionField, Municipality | None]:
    actor = current_actor()
    place = form.municipality.data
    return (
        region_queries.access_field(actor, dialogue.field_set_id, form.field.data),
        None if place == COUNTY_WIDE else region_queries.access_municipality(actor, place),
    )


def _address(dialogue: Dialogue, contribution: Contribution, *, done: str) -> str:
    return url_for("dialog.contribution", slug=dialogue.slug, reference=contribution.reference, done=done)
