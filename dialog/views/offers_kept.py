"""Keeping offers alive: the lists of staff, and the page where a provider answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask import Response, render_template, request, url_for

from core import mail
from core.errors import Conflict, NotFound
from core.i18n import gettext
from core.paging import Paging
from core.text import clean_line
from core.web import Answer, current_actor, page, submit
from dialog.actions import offers_kept as actions
from dialog.detail_forms import AnswerForm, CheckForm, PeriodForm
from dialog.models import Contribution, Dialogue
from dialog.offer_letters import digest_of
from dialog.offer_pages import WORDS
from dialog.offer_words import FUNDING_AHEAD
from dialog.permissions import RIGHTS, Permission
from dialog.queries import contributions as contribution_queries
from dialog.queries import details as detail_queries
from dialog.queries import dialogues as dialogue_queries
from dialog.queries import offers_kept as queries
from dialog.queries.register import COUNTY_WIDE
from dialog.views.blueprint import blueprint
from region import queries as region_queries

_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,64}")
_GONE = 410
_LONGEST_SEARCH = 100
_ASKED = ("q", "place", "ahead", "page")


@blueprint.route("/offers/check", methods=["GET", "POST"])
def offers_kept(slug: str) -> Response:
    """What is to be checked, what providers said, whose funding ends; and how often offers are checked."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    RIGHTS.require(actor, Permission.KEEP_OFFERS, dialogue)
    form = PeriodForm(request.form if request.method == "POST" else None)

    def show(form: PeriodForm) -> str:
        return _draw(dialogue, form)

    if request.method != "POST":
        form.months.data = dialogue.check_offers_after
        return page(show(form))

    def act() -> Answer:
        present = dialogue_queries.access_dialogue(actor, slug)
        actions.set_period(actor, present, int(form.months.data or 0))
        return Answer(url_for("dialog.offers_kept", slug=slug, done="period"))

    return submit(form, act, show)


def _draw(dialogue: Dialogue, form: PeriodForm, refused: CheckForm | None = None) -> str:
    actor, asked = current_actor(), _asked()
    ahead = next((one for one in FUNDING_AHEAD if str(one) == asked.get("ahead")), FUNDING_AHEAD[1])
    wish = queries.Wish(clean_line(asked.get("q", "")), clean_line(asked.get("place", "")))
    total = queries.count_due(actor, dialogue, wish)
    paging = Paging.of(asked.get("page"), queries.MOST, total)
    places = [(one.ags, one.name) for one in region_queries.visible_municipalities(actor)]
    return render_template(
        "dialog/offers_kept.html",
        dialogue=dialogue,
        form=form,
        checking=refused or CheckForm(),
        kept=queries.work_on_offers(actor, dialogue, wish, ahead=ahead, offset=paging.offset),
        wish=wish,
        total=total,
        most=queries.MOST,
        asked=asked,
        places=[("", gettext("any place")), (COUNTY_WIDE, gettext("the whole county")), *places],
        paging=paging.numbers,
        paged=lambda number: _url("dialog.offers_kept", dialogue.slug, asked | {"page": number}) + "#due",
        ahead=ahead,
        steps=FUNDING_AHEAD,
        words=WORDS,
        sends_mail=mail.is_configured(),
        done=request.args.get("done", ""),
    )


def _asked() -> dict[str, str]:
    """What the address says about which offers are shown, as far as it says something."""
    given = request.args
    return {name: given[name][:_LONGEST_SEARCH] for name in _ASKED if given.get(name)}


def _url(endpoint: str, slug: str, asked: Mapping[str, Any]) -> str:
    return url_for(endpoint, slug=slug, **asked)


@blueprint.post("/offers/<reference>/check")
def check_offer(slug: str, reference: str) -> Response:
    """Say that an offer exists, or that it has ended."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    detail_queries.access_details(actor, dialogue, reference)
    form = CheckForm(request.form)

    def show(form: CheckForm) -> str:
        period = PeriodForm()
        period.months.data = dialogue.check_offers_after
        return _draw(dialogue, period, form)

    def act() -> Answer:
        here = dialogue_queries.access_dialogue(actor, slug)
        actions.check_offer(
            actor, detail_queries.access_details(actor, here, reference), form.found.data or ""
        )
        return Answer(_url("dialog.offers_kept", slug, _asked() | {"done": reference}))

    return submit(form, act, show)


@blueprint.route("/offers/confirm/<token>", methods=["GET", "POST"])
def confirm_offer(slug: str, token: str) -> Response:
    """Where the mail to a provider leads. Opening it does nothing yet: mail servers open links, too."""
    if not _TOKEN.fullmatch(token):
        raise NotFound
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    offer = _asked_about(dialogue, token)
    done = request.args.get("done", "")

    def show(form: AnswerForm) -> str:
        return render_template(
            "dialog/confirm_offer.html", dialogue=dialogue, offer=offer, form=form, done=done
        )

    if request.method != "POST":
        return page(show(AnswerForm()), 200 if offer or done in {"exists", "gone"} else _GONE)
    form = AnswerForm(request.form)

    def act() -> Answer:
        said = form.answer.data
        if said not in {"exists", "gone"}:
            raise Conflict(actions.LINK_IS_OVER)
        here = dialogue_queries.access_dialogue(actor, slug)
        actions.answer_for_offer(actor, here, token, exists=said == "exists")
        return Answer(url_for("dialog.confirm_offer", slug=slug, token=token, done=said))

    return submit(form, act, show)


def _asked_about(dialogue: Dialogue, token: str) -> Contribution | None:
    details = queries.offer_by_token(dialogue, digest_of(token))
    return contribution_queries.contribution_by_id(details.contribution_id) if details else None
