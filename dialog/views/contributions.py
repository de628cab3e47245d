"""Saying something, reading one contribution with its way, and one's own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for

from core.actor import VISITOR, Actor
from core.errors import Forbidden, NotFound, SentAlready
from core.i18n import TRANSLATION_LANGUAGES, gettext, language, name_in
from core.web import Answer, current_actor, page, submit
from dialog.actions import contributions as actions
from dialog.forms import ContributionForm, WithdrawForm
from dialog.merge_forms import MergeObjectionForm
from dialog.models import Contribution, Dialogue, Station
from dialog.moderation_forms import ObjectionForm
from dialog.offer_pages import details_of
from dialog.permissions import RIGHTS, Permission
from dialog.queries import contributions as queries
from dialog.queries import coverage as coverage_queries
from dialog.queries import dialogues as dialogue_queries
from dialog.queries import merges as merge_queries
from dialog.queries import moderation as queue_queries
from dialog.queries import splits as split_queries
from dialog.queries import translations as translation_queries
from dialog.queries.register import COUNTY_WIDE
from dialog.queries.similar_entries import SimilarEntry, similar_entries
from dialog.views.blueprint import blueprint
from dialog.vocabulary import (
    EXTENT_LABELS,
    HIDING_REASONS,
    KIND_LABELS,
    NO_LONGER,
    NOT_TAKEN_REASONS,
    OBJECTION_WITHIN,
    ORIGIN_LABELS,
    PRIORITIES,
    VISIBILITY_LABELS,
    Kind,
    Visibility,
)
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
    "taken_up": "check",
    "not_taken": "minus",
    "merged": "merge",
    "joined": "merge",
    "parted": "undo",
    "undone": "undo",
    "split": "minus",
    "part": "arrow",
    "objected": "megaphone",
    "card": "edit",
    "moved": "arrow",
    "upheld": "minus",
    "covered": "check",
    "uncovered": "minus",
    "in_concept": "version",
    "in_goal": "kind-aim",
    "in_measure": "star",
    "in_version": "version",
    "declined": "minus",
    "reopened": "undo",
    NO_LONGER: "minus",
}

IN_CONCEPT = frozenset(
    {"in_concept", "in_goal", "in_measure", "in_version", "declined", "reopened", NO_LONGER}
)
"""Stations that say what the concept made of a contribution."""

GONE = 410
"""The status for what stood in the register and was hidden: caches and search engines forget it."""


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
def contribution(slug: str, reference: str) -> Response:
    """One contribution: its words, where it stands, and its way; or that it was taken out of the register."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    try:
        found = queries.access_contribution(actor, dialogue, reference)
    except NotFound:
        present = queries.present_reference(actor, dialogue, reference)
        if present is not None:
            return make_response(redirect(url_for("dialog.contribution", slug=slug, reference=present), 303))
        # Links to what stood in the register do not die without a word. Its words are not loaded for this.
        notice = queue_queries.access_notice(actor, dialogue, reference)
        return page(
            render_template(
                "dialog/taken_out.html", dialogue=dialogue, notice=notice, reasons=HIDING_REASONS
            ),
            GONE,
        )
    return make_response(draw_contribution(dialogue, found, WithdrawForm()))


def draw_contribution(
    dialogue: Dialogue,
    contribution: Contribution,
    form: WithdrawForm,
    objecting: ObjectionForm | None = None,
    parting: MergeObjectionForm | None = None,
) -> str:
    """The page of one contribution; its author finds the forms for taking it back and for objecting."""
    actor = current_actor()
    own = bool(actor.key) and contribution.author_key == actor.key
    is_public = contribution.visibility == Visibility.PUBLIC
    merge = merge_queries.standing_of_member(contribution.id)
    members = merge_queries.visible_members(actor, contribution)
    objection = queue_queries.objection_to(contribution) if own else None
    here = language()
    return render_template(
        "dialog/contribution.html",
        here=here,
        translation=translation_queries.shown_in(here, [contribution.id]).get(contribution.id),
        may_translate=here != contribution.language
        and here in TRANSLATION_LANGUAGES
        and RIGHTS.allows(actor, Permission.TRANSLATE, contribution),
        dialogue=dialogue,
        contribution=contribution,
        form=form,
        objecting=objecting or ObjectionForm(),
        objection=objection,
        may_object=objection is None and RIGHTS.allows(actor, Permission.OBJECT, contribution),
        object_until=contribution.hiding.at + OBJECTION_WITHIN if contribution.hiding else None,
        own=own,
        similar=_similar(actor, dialogue, contribution, own=own),
        helping=coverage_queries.helping(contribution),
        extents=EXTENT_LABELS,
        merge=merge,
        lead=merge.lead if merge and RIGHTS.allows(actor, Permission.READ_CONTRIBUTION, merge.lead) else None,
        may_part=merge is not None and RIGHTS.allows(actor, Permission.OBJECT_TO_MERGE, merge),
        parting=parting or MergeObjectionForm(),
        members=members,
        parts=split_queries.visible_parts(actor, contribution),
        whole=split_queries.visible_whole(actor, contribution),
        may_split=RIGHTS.allows(actor, Permission.SPLIT, contribution),
        united=merge_queries.united_results(contribution.id, [one.member_id for one in members]),
        not_taken=contribution.not_taken,
        not_taken_reasons=NOT_TAKEN_REASONS,
        priorities=PRIORITIES,
        may_revise=RIGHTS.allows(actor, Permission.REVISE, contribution),
        may_withdraw=RIGHTS.allows(actor, Permission.WITHDRAW, contribution),
        may_moderate=RIGHTS.allows(actor, Permission.MODERATE, contribution),
        may_see_history=RIGHTS.allows(actor, Permission.READ_HISTORY, contribution),
        # What is not public does not appear in the concept either, even if it once did.
        stations=stations_shown(
            [one for one in contribution.stations if is_public or one.kind not in IN_CONCEPT]
        ),
        origin_labels=ORIGIN_LABELS,
        kind_labels=KIND_LABELS,
        visibility_labels=VISIBILITY_LABELS,
        reasons=HIDING_REASONS,
        done=request.args.get("done", ""),
        **details_of(actor, contribution),
    )


def _similar(
    actor: Actor, dialogue: Dialogue, contribution: Contribution, *, own: bool
) -> list[SimilarEntry]:
    """What says nearly the same as words that wait to be checked, for their author and for staff."""
    waits = contribution.visibility in {Visibility.WAITING, Visibility.RETURNED}
    if not waits or contribution.kind not in {Kind.NEED, Kind.OFFER}:
        return []
    if not own and not RIGHTS.allows(actor, Permission.MODERATE, contribution):
        return []
    return similar_entries(actor, dialogue, Kind(contribution.kind), contribution.text)


def stations_shown(stations: Sequence[Station]) -> list[dict[str, Any]]:
    """A way in the reader's language. A stop that has ended since leads nowhere and says so."""
    shown, ended = [], set()
    for station in reversed(stations):
        place = station.url.partition("#")[2] or station.url
        one = station_shown(station)
        if station.kind == NO_LONGER:
            ended.add(place)
            one["url"] = ""
        elif place and place in ended:
            one |= {"url": "", "text": gettext("This was so once. It no longer holds.")}
        shown.append(one)
    return shown[::-1]


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
            decision=present.asking,
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
