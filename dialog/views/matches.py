"""Which offers may answer a need, and which do, for staff."""

from __future__ import annotations

from typing import NamedTuple

from flask import Response, make_response, redirect, render_template, request, url_for

from core.errors import NotFound
from core.forms import Form
from core.web import Answer, current_actor, page, submit
from dialog.actions import coverage as actions
from dialog.coverage_forms import CoverageForm
from dialog.matching.reasons import sentence
from dialog.models import Contribution, Coverage, Dialogue
from dialog.permissions import RIGHTS, Permission
from dialog.queries import contributions as contribution_queries
from dialog.queries import coverage as coverage_queries
from dialog.queries import dialogues as dialogue_queries
from dialog.queries import matches as queries
from dialog.views.blueprint import blueprint
from dialog.vocabulary import EXTENT_LABELS, Extent, Kind, Visibility


class Pair(NamedTuple):
    """A need, an offer, and the word about them that counts now."""

    dialogue: Dialogue
    need: Contribution
    offer: Contribution
    said: Coverage | None


@blueprint.get("/moderation/<reference>/offers")
def matches(slug: str, reference: str) -> Response:
    """The offers that may answer a need, each with what speaks for it, and what staff have said of others.

    With `offer` in the query, the number of one, it leads to the page about the two.
    """
    dialogue, need = _need(slug, reference)
    wanted = request.args.get("offer", "").strip()
    offer = contribution_queries.public_contributions(dialogue, [wanted]) if wanted else []
    if offer and offer[0].kind == Kind.OFFER:
        place = url_for("dialog.judge_coverage", slug=slug, reference=reference, other=offer[0].reference)
        return make_response(redirect(place, 303))
    found = queries.offers_for(current_actor(), dialogue, need)
    words = coverage_queries.words_about_need(need)
    judged = {one.other.id for one in words}
    html = render_template(
        "dialog/matches.html",
        dialogue=dialogue,
        need=need,
        # What people have decided is not proposed once more.
        matches=[(one.offer, sentence(one.reasons)) for one in found if one.offer.id not in judged],
        words=words,
        former=coverage_queries.words_about_need(need, ended=True),
        extents=EXTENT_LABELS,
        wanted=wanted,
        done=request.args.get("done", ""),
    )
    return page(html, 404 if wanted else 200)


@blueprint.route("/moderation/<reference>/offers/<other>", methods=["GET", "POST"])
def judge_coverage(slug: str, reference: str, other: str) -> Response:
    """Read a need and an offer beside one another, and say how far the offer covers the need."""
    actor, pair = current_actor(), _pair(slug, reference, other)
    form = CoverageForm(request.form if request.method == "POST" else None)

    def show(form: CoverageForm) -> str:
        return _draw(_pair(slug, reference, other), form, Form())

    if request.method != "POST":
        form.show(pair.said)
        return page(show(form))

    def act() -> Answer:
        present = _pair(slug, reference, other)
        actions.judge_coverage(
            actor,
            present.need,
            present.offer,
            extent=Extent(form.extent.data),
            reason=form.reason.data or "",
            seen=form.seen_id,
        )
        return Answer(_done(slug, reference, "judged"))

    return submit(form, act, show)


@blueprint.post("/moderation/<reference>/offers/<other>/undo")
def take_coverage_back(slug: str, reference: str, other: str) -> Response:
    """Have nothing be said about the two any more."""
    actor = current_actor()
    _pair(slug, reference, other)

    def act() -> Answer:
        said = _pair(slug, reference, other).said
        if said is None:
            raise NotFound
        actions.take_coverage_back(actor, said)
        return Answer(_done(slug, reference, "taken_back"))

    def show(form: Form) -> str:
        present, judging = _pair(slug, reference, other), CoverageForm()
        judging.show(present.said)
        return _draw(present, judging, form)

    return submit(Form.from_request(), act, show)


def _need(slug: str, reference: str) -> tuple[Dialogue, Contribution]:
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    return dialogue, contribution_queries.access_contribution(actor, dialogue, reference)


def _pair(slug: str, reference: str, other: str) -> Pair:
    dialogue, need = _need(slug, reference)
    RIGHTS.require(current_actor(), Permission.JUDGE_COVERAGE, need)
    offer = contribution_queries.access_contribution(current_actor(), dialogue, other)
    said = coverage_queries.present_word(need.id, offer.id)
    if (need.kind, offer.kind) != (Kind.NEED, Kind.OFFER):
        raise NotFound
    if said is None and offer.visibility != Visibility.PUBLIC:
        raise NotFound
    return Pair(dialogue, need, offer, said)


def _done(slug: str, reference: str, done: str) -> str:
    return url_for("dialog.matches", slug=slug, reference=reference, done=done)


def _draw(pair: Pair, form: CoverageForm, undoing: Form) -> str:
    if form.seen_id != (pair.said.id if pair.said else None):
        # Somebody else has decided: what they said stands on the page, and the next sending means it.
        form.seen.data = str(pair.said.id) if pair.said else ""
    return render_template(
        "dialog/judge_coverage.html",
        dialogue=pair.dialogue,
        need=pair.need,
        offer=pair.offer,
        said=pair.said,
        form=form,
        undoing=undoing,
        extents=EXTENT_LABELS,
    )
