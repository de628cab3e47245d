"""Putting a card of one's group into another language."""

from __future__ import annotations

from flask import Response, make_response, redirect, render_template, request, url_for

from core.errors import Forbidden, NotFound
from core.i18n import TRANSLATION_LANGUAGES, name_in
from core.web import Answer, current_actor, page, submit, wants_json
from dialog.actions import translations as actions
from dialog.permissions import RIGHTS, Permission
from dialog.queries import translations as queries
from dialog.translation_forms import TakeOutForm, TranslationForm
from workshops.queries import cards as card_queries
from workshops.queries.cards import CardHere
from workshops.views.blueprint import blueprint
from workshops.views.cards import CARD
from workshops.views.parts import addresses_of, visible_event


@blueprint.route(f"{CARD}/translate/<into>", methods=["GET", "POST"])
def translate_card(slug: str, event_slug: str, card_id: int, into: str) -> Response:
    """Write a translation of a card, or a better one."""
    actor = current_actor()
    if actor.is_visitor:
        return _signed_out() if request.method == "POST" else _code_first()
    at = _to_translate(slug, event_slug, card_id, into)
    form = TranslationForm(request.form if request.method == "POST" else None)

    def show(form: TranslationForm) -> str:
        return _draw(_to_translate(slug, event_slug, card_id, into), into, form)

    if request.method != "POST":
        present = queries.shown_in(into, [card_id]).get(card_id)
        form.text.data = present.text if present else ""
        return page(show(form))

    def act() -> Answer:
        present = _to_translate(slug, event_slug, card_id, into)
        actions.translate_card(
            actor, present, language=into, text=form.text.data or "", based_on=form.revision_seen
        )
        return Answer(f"{addresses_of(at.here).board}#card-{card_id}")

    return submit(form, act, show)


@blueprint.post(f"{CARD}/translate/<into>/take-out")
def take_card_translation_out(slug: str, event_slug: str, card_id: int, into: str) -> Response:
    """Let only the original be shown again."""
    actor = current_actor()
    at = _to_translate(slug, event_slug, card_id, into)
    form = TakeOutForm(request.form)

    def act() -> Answer:
        present = _to_translate(slug, event_slug, card_id, into)
        actions.take_out_of_card(actor, present, language=into, based_on=form.revision_seen)
        return Answer(f"{addresses_of(at.here).board}#card-{card_id}")

    def show(form: TakeOutForm) -> str:
        return _draw(_to_translate(slug, event_slug, card_id, into), into, TranslationForm(), form)

    return submit(form, act, show)


def _to_translate(slug: str, event_slug: str, card_id: int, into: str) -> CardHere:
    actor = current_actor()
    at = card_queries.access_card(actor, visible_event(actor, slug, event_slug), card_id)
    if into not in TRANSLATION_LANGUAGES or into == at.contribution.language:
        raise NotFound
    return at


def _draw(at: CardHere, into: str, form: TranslationForm, taking_out: TakeOutForm | None = None) -> str:
    actor, found = current_actor(), at.contribution
    present = queries.shown_in(into, [found.id]).get(found.id)
    newest = queries.last_number(found.id, into)
    stale = request.method == "POST" and taking_out is None and form.revision_seen != newest
    form.based_on.data = str(newest)
    return render_template(
        "workshops/translate_card.html",
        dialogue=at.here.event.dialogue,
        event=at.here.event,
        at=addresses_of(at.here),
        group_name=name_in(at.group.names),
        contribution=found,
        into=into,
        form=form,
        present=present,
        stale=stale,
        may_translate=RIGHTS.allows(actor, Permission.TRANSLATE_CARD, at),
        may_take_out=present is not None and RIGHTS.allows(actor, Permission.ORDER_CARD, at),
        taking_out=taking_out or TakeOutForm(),
        earlier=queries.wordings(actor, found, into)[1:],
    )


def _code_first() -> Response:
    return make_response(redirect(url_for("accounts.code", next=request.path), 303))


def _signed_out() -> Response:
    """The session ended while somebody was writing: what they typed must not be lost with it."""
    if wants_json():
        raise Forbidden
    form = TranslationForm(request.form)
    return page(render_template("workshops/signed_out_translation.html", form=form), Forbidden.status)
