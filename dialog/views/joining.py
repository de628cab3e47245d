"""Joining on the day: the event code from the screen, one press on a group, and one is in."""

from __future__ import annotations

from flask import Response, make_response, redirect, render_template, request, url_for

from accounts import throttle
from accounts.throttle import Kind
from core.actor import Actor
from core.clock import now
from core.errors import DomainError, Invalid
from core.web import Answer, current_actor, page, refused_page, secret_seed, submit
from dialog.actions import registrations as actions
from dialog.forms import JoinForm
from dialog.models import Dialogue, DialogueEvent
from dialog.queries import dialogues as dialogue_queries
from dialog.queries import registrations as queries
from dialog.registration_forms import PressForm
from dialog.signup_pages import cards
from dialog.signup_words import signup_state
from dialog.views.blueprint import blueprint
from dialog.views.registrations import noting, slowed
from dialog.views.signed_up import revealer

GROUPS = "groups"
"""The second step: the code was right, and a group is chosen."""


@blueprint.route("/join", methods=["GET", "POST"])
def join(slug: str) -> Response:
    """Get in with the event code; the personal code is shown once, on the page that answers.

    The first step asks for the code, or takes it from the address of the QR on the screen. The second offers
    the groups that have free places in the rounds to come; where there are none, it is left out.
    """
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    if request.method != "POST":
        return page(_draw_code(dialogue, JoinForm()))
    if request.form.get("step") != GROUPS:
        form = JoinForm(request.form)
        if not form.validate():
            return page(_draw_code(dialogue, form), Invalid.status)
        try:
            event = _event(actor, dialogue, form)
        except DomainError as error:
            form.refuse(error)
            return refused_page(_draw_code(dialogue, form), error)
        known = queries.own_registration(actor, event)
        if known is not None and known.status == "registered":
            return make_response(redirect(_address(slug, event), 303))
        if _has_groups(event):
            return page(_draw_groups(dialogue, event, PressForm(data={"code": event.code})))
    press = PressForm(request.form)
    seed = secret_seed(press.key)
    refused: set[int] = set()

    def act() -> Answer:
        dialogue = dialogue_queries.access_dialogue(actor, slug)
        event = _event(actor, dialogue, press)
        with noting(refused), slowed(actor, event, Kind.JOINING):
            done = actions.join(
                actor,
                dialogue,
                code=press.code.data or "",
                wishes=press.wishes(),
                shown_full=press.shown_full,
                seed=seed,
            )
        return Answer(_address(slug, event), {"registration": done.registration_id})

    def show(form: PressForm) -> str:
        dialogue = dialogue_queries.access_dialogue(actor, slug)
        try:
            event = queries.event_of_code(actor, dialogue, form.code.data or "")
        except DomainError:
            typed = JoinForm(request.form)
            typed.alerts, typed.code.errors = form.alerts, form.code.errors
            return _draw_code(dialogue, typed)
        return _draw_groups(dialogue, event, form, refused)

    return submit(press, act, show, reveal=revealer(slug, seed))


def _event(actor: Actor, dialogue: Dialogue, form: JoinForm | PressForm) -> DialogueEvent:
    """The event of the code in a form, whichever step it came with.

    A right code always passes, because many people share one address; only wrong ones are counted.
    """
    try:
        return queries.event_of_code(actor, dialogue, form.code.data or "")
    except Invalid as error:
        raise throttle.wrong_code(Kind.EVENT_CODE, error) from None


def _address(slug: str, event: DialogueEvent) -> str:
    return url_for("dialog.registration", slug=slug, event_slug=event.slug)


def _has_groups(event: DialogueEvent) -> bool:
    return signup_state(event, now()) != "over" and bool(queries.still_to_come(queries.places_of(event.id)))


def _draw_code(dialogue: Dialogue, form: JoinForm) -> str:
    return render_template("dialog/join.html", dialogue=dialogue, form=form, event=None, cards=[])


def _draw_groups(
    dialogue: Dialogue, event: DialogueEvent, form: PressForm, refused: set[int] | None = None
) -> str:
    offered = cards(event, queries.still_to_come(queries.places_of(event.id)))
    full = {card.group.id for card in offered if card.is_full} | (refused or set())
    form.full.data = ",".join(map(str, sorted(full)))
    return render_template(
        "dialog/join.html", dialogue=dialogue, form=form, event=event, cards=offered, full=full
    )
