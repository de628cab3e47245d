"""Signing up for an event, and one's own registration afterwards."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from flask import Response, current_app, make_response, redirect, render_template, request, url_for

from accounts import letters, throttle
from accounts.queries import messages as message_queries
from accounts.throttle import Kind
from core import mail
from core.actor import Actor
from core.clock import now
from core.config import Config
from core.errors import Forbidden, NotFound
from core.forms import Form
from core.i18n import gettext, language, name_in, own_name
from core.web import Answer, current_actor, on_shared_device, page, secret_seed, submit, visit
from dialog import signup_words
from dialog.actions import registrations as actions
from dialog.actions.registrations import About, Full, MailWish
from dialog.conditions import is_participant
from dialog.models import Dialogue, DialogueEvent, Registration
from dialog.own_calendar import own_calendar as calendar_of
from dialog.permissions import RIGHTS, Permission
from dialog.queries import dialogues as dialogue_queries
from dialog.queries import help_desk as help_desk_queries
from dialog.queries import registrations as queries
from dialog.registration_forms import OneGroupForm, SignupForm
from dialog.signup_pages import cards, rounds_of
from dialog.views.blueprint import blueprint
from dialog.views.signed_up import groups_shown, revealer
from region import queries as region_queries


@blueprint.route("/events/<event_slug>/signup", methods=["GET", "POST"])
def signup(slug: str, event_slug: str) -> Response:
    """Choose groups and register; whoever has no code gets one, which is shown once, on this page."""
    actor = current_actor()
    form = _form(SignupForm)
    if request.method != "POST":
        dialogue, event = _access(actor, slug, event_slug)
        present = queries.own_registration(actor, event)
        if present is not None and present.status == "registered":
            return make_response(redirect(_address(slug, event_slug), 303))
        invited = help_desk_queries.own_roll_entry(actor, dialogue)
        if invited is not None:
            form.propose(invited)
        return page(_draw_signup(actor, slug, event_slug, form))
    refused: set[int] = set()
    seed = secret_seed(form.key)

    def act() -> Answer:
        event = queries.access_event_alone(actor, slug, event_slug)
        with noting(refused), slowed(actor, event, Kind.SIGN_UP):
            done = actions.sign_up(
                actor,
                event,
                wishes=form.wishes(),
                shown_full=form.shown_full,
                about=_about(actor, form),
                seed=seed,
                by_mail=_mail_wish(form),
            )
        return Answer(_address(slug, event_slug, done="made"), {"registration": done.registration_id})

    def show(form: SignupForm) -> str:
        return _draw_signup(actor, slug, event_slug, form, refused)

    return submit(form, act, show, reveal=revealer(slug, seed))


def slowed(actor: Actor, event: DialogueEvent, kind: Kind) -> AbstractContextManager[None]:
    """Count a new code against device and network; whoever takes part already gets none."""
    return nullcontext() if is_participant(actor, event) else throttle.sign_up(kind)


@contextmanager
def noting(refused: set[int]) -> Iterator[None]:
    """Remember the groups that turn out to be full, so that the page can show them so."""
    try:
        yield
    except Full as error:
        refused.update(error.groups)
        raise


@blueprint.get("/events/<event_slug>/registration")
def registration(slug: str, event_slug: str) -> Response:
    """My registration: where I sit, what I wait for, what I was told."""
    actor = current_actor()
    dialogue, event = _access(actor, slug, event_slug)
    if actor.is_visitor:
        html = render_template(
            "dialog/registration_needs_code.html", dialogue=dialogue, event=event, here=request.path
        )
        return page(html, Forbidden.status)
    found = queries.own_registration(actor, event)
    if found is None or not RIGHTS.allows(actor, Permission.READ_REGISTRATION, found):
        raise NotFound
    if found.status != "registered":
        return page(render_template("dialog/cancelled.html", dialogue=dialogue, event=event, **_phase(event)))
    return page(_draw_registration(actor, found, OneGroupForm()))


@blueprint.route("/events/<event_slug>/registration/change", methods=["GET", "POST"])
def change_registration(slug: str, event_slug: str) -> Response:
    """Choose other groups, or say something else of oneself."""
    actor = current_actor()
    _, event = _access(actor, slug, event_slug)
    if request.method != "POST" and _is_cancelled(actor, event):
        return make_response(redirect(_address(slug, event_slug), 303))
    found = queries.access_registration(actor, event)
    form = _form(SignupForm)
    if request.method != "POST":
        RIGHTS.require(actor, Permission.CHANGE_REGISTRATION, found)
        form.show(found)
        return page(_draw_signup(actor, slug, event_slug, form, changes=True))
    refused: set[int] = set()

    def act() -> Answer:
        _, event = _access(actor, slug, event_slug)
        present = queries.access_registration(actor, event)
        with noting(refused):
            actions.change_registration(
                actor,
                present,
                wishes=form.wishes(),
                shown_full=form.shown_full,
                about=_about(actor, form),
            )
        return Answer(_address(slug, event_slug, done="changed"))

    def show(form: SignupForm) -> str:
        return _draw_signup(actor, slug, event_slug, form, refused, changes=True)

    return submit(form, act, show)


@blueprint.post("/events/<event_slug>/registration/join")
def join_group(slug: str, event_slug: str) -> Response:
    """Take a free place in one more group by one press, and go where one has to go now."""
    actor = current_actor()
    _, event = _access(actor, slug, event_slug)
    queries.access_registration(actor, event)
    form = OneGroupForm(request.form)

    def act() -> Answer:
        _, event = _access(actor, slug, event_slug)
        actions.join_group(actor, queries.access_registration(actor, event), form.group_id)
        return Answer(url_for("dialog.now", slug=slug, event_slug=event_slug))

    def show(form: OneGroupForm) -> str:
        _, event = _access(actor, slug, event_slug)
        return _draw_registration(actor, queries.access_registration(actor, event), form)

    return submit(form, act, show)


@blueprint.post("/events/<event_slug>/registration/leave")
def leave_group(slug: str, event_slug: str) -> Response:
    """Give up one group and keep the others."""
    actor = current_actor()
    _, event = _access(actor, slug, event_slug)
    queries.access_registration(actor, event)

    def act() -> Answer:
        _, event = _access(actor, slug, event_slug)
        actions.leave_group(actor, queries.access_registration(actor, event), form.group_id)
        return Answer(_address(slug, event_slug, done="left"))

    def show(form: OneGroupForm) -> str:
        _, event = _access(actor, slug, event_slug)
        return _draw_registration(actor, queries.access_registration(actor, event), form)

    form = OneGroupForm(request.form)
    return submit(form, act, show)


@blueprint.route("/events/<event_slug>/registration/cancel", methods=["GET", "POST"])
def cancel_registration(slug: str, event_slug: str) -> Response:
    """Ask, and then do not come after all."""
    actor = current_actor()
    _, event = _access(actor, slug, event_slug)
    if request.method != "POST" and _is_cancelled(actor, event):
        return make_response(redirect(_address(slug, event_slug), 303))
    found = queries.access_registration(actor, event)
    form = Form(request.form if request.method == "POST" else None)

    def show(form: Form) -> str:
        dialogue, event = _access(actor, slug, event_slug)
        return render_template("dialog/cancel_registration.html", dialogue=dialogue, event=event, form=form)

    if request.method != "POST":
        RIGHTS.require(actor, Permission.CANCEL_REGISTRATION, found)
        return page(show(form))

    def act() -> Answer:
        _, event = _access(actor, slug, event_slug)
        actions.cancel_registration(actor, queries.access_registration(actor, event))
        return Answer(_address(slug, event_slug))

    return submit(form, act, show)


@blueprint.get("/events/<event_slug>/mine.ics")
def own_calendar(slug: str, event_slug: str) -> Response:
    """My groups for a calendar."""
    actor = current_actor()
    _, event = _access(actor, slug, event_slug)
    found = queries.access_registration(actor, event)
    county = region_queries.county()
    response = make_response(
        calendar_of(
            found,
            county=county.ags if county else "",
            publisher=county.publisher if county else "",
            url=_settings().public_url.rstrip("/") + _address(slug, event_slug),
        )
    )
    response.headers["Content-Type"] = "text/calendar; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{event_slug}.ics"'
    return response


@blueprint.get("/events/<event_slug>/registrations")
def registrations(slug: str, event_slug: str) -> Response:
    """Who comes, as numbers: groups and rounds, and of the people only what gives nobody away."""
    actor = current_actor()
    dialogue, event = _access(actor, slug, event_slug)
    numbers = queries.registration_numbers(actor, dialogue, event)
    names = {place.ags: place.name for place in region_queries.visible_places(actor)}
    return page(
        render_template(
            "dialog/registrations.html",
            dialogue=dialogue,
            event=event,
            numbers=numbers,
            rounds={item.id: name_in(item.names) for item in event.agenda},
            questions=_questions(names),
        )
    )


def _questions(municipalities: dict[str, str]) -> list[tuple[str, str, Callable[[str], str]]]:
    return [
        ("role", gettext("As whom they come"), lambda a: str(signup_words.ROLES_TO_STAFF.get(a, a))),
        ("municipality", gettext("Where they live or work"), lambda a: municipalities.get(a, a)),
        ("language", gettext("Language they speak best"), own_name),
        ("need", gettext("What they need"), lambda a: str(signup_words.NEEDS.get(a, a))),
    ]


def _settings() -> Config:
    settings: Config = current_app.config["SETTINGS"]
    return settings


def _access(actor: Actor, slug: str, event_slug: str) -> tuple[Dialogue, DialogueEvent]:
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    return dialogue, dialogue_queries.access_event(actor, dialogue, event_slug)


def _is_cancelled(actor: Actor, event: DialogueEvent) -> bool:
    # Who goes back to a page of a registration that is no more reads what became of it.
    found = queries.own_registration(actor, event)
    return found is not None and found.status != "registered"


def _form(kind: type[SignupForm]) -> SignupForm:
    form = kind(request.form if request.method == "POST" else None)
    form.offer(region_queries.visible_places(current_actor()))
    return form


def _about(actor: Actor, form: SignupForm) -> About:
    place = form.municipality.data
    return About(
        form.role.data or "",
        region_queries.access_municipality(actor, place) if place else None,
        form.language.data or "",
        frozenset(form.needs.data or ()),
    )


def _mail_wish(form: SignupForm) -> MailWish | None:
    """The address somebody typed; where no mails are sent the form has no field for one."""
    address = form.address.data
    if not address or not mail.is_configured():
        return None
    token, chosen = secrets.token_urlsafe(24), language()
    letter = letters.confirmation(chosen, url_for("accounts.confirm_address", token=token))
    return MailWish(address, chosen, token, letter, f"visit {visit()}")


def _address(slug: str, event_slug: str, done: str | None = None) -> str:
    return url_for("dialog.registration", slug=slug, event_slug=event_slug, done=done)


def _phase(event: DialogueEvent) -> dict[str, Any]:
    return {
        "state": signup_words.signup_state(event, now()),
        "closes_at": event.signup_until or event.starts_at,
    }


def _draw_signup(
    actor: Actor,
    slug: str,
    event_slug: str,
    form: SignupForm,
    refused: Collection[int] = (),
    *,
    changes: bool = False,
) -> str:
    dialogue, event = _access(actor, slug, event_slug)
    present = queries.own_registration(actor, event) if changes else None
    places = queries.still_to_come(queries.places_of(event.id))
    past = {c.group_id for c in present.choices if c.round and c.round.ends_at <= now()} if present else set()
    offered = [card for card in cards(event, places) if card.group.id not in past]
    limit = max(0, min(event.groups_per_person - len(past), len(rounds_of(event, places))))
    held = {c.group_id for c in present.choices if c.state == "seated"} if present else set()
    form.full.data = ",".join(
        str(card.group.id)
        for card in offered
        if (card.is_full and card.group.id not in held) or card.group.id in refused
    )
    chosen = sum(1 for wish in form.wishes() if not wish.is_reserve)
    return render_template(
        "dialog/signup.html",
        dialogue=dialogue,
        event=event,
        form=form,
        changes=changes,
        cards=offered,
        refused=refused,
        held=held,
        rounds=rounds_of(event, places),
        limit=limit,
        up_to_text=signup_words.up_to_text(limit),
        chosen=chosen,
        sentences=[signup_words.chosen_text(number) for number in range(limit + 1)],
        chosen_text=signup_words.chosen_text(chosen),
        limit_text=signup_words.limit_text(limit, len(rounds_of(event, places))),
        too_many=signup_words.too_many_text(limit + 1, limit),
        rank_text=signup_words.rank_text,
        staff=actor.account_id is not None,
        mail_address=message_queries.own_address(actor),
        offers_mail=mail.is_configured(),
        shared_device=on_shared_device(),
        **_phase(event),
    )


def _draw_registration(actor: Actor, registration: Registration, form: OneGroupForm) -> str:
    masthead = region_queries.masthead()
    return render_template(
        "dialog/registration.html",
        dialogue=registration.event.dialogue,
        event=registration.event,
        registration=registration,
        groups=groups_shown(registration),
        notices=[notice_shown(notice) for notice in _notices(actor)],
        may_change=RIGHTS.allows(actor, Permission.CHANGE_REGISTRATION, registration),
        may_cancel=RIGHTS.allows(actor, Permission.CANCEL_REGISTRATION, registration),
        publisher=masthead.publisher if masthead else "",
        position_text=signup_words.position_text,
        done=request.args.get("done", ""),
        form=form,
        **_phase(registration.event),
    )


def _notices(actor: Actor) -> list[Any]:
    return [notice for notice in message_queries.own_notices(actor, most=10) if notice.url == request.path]


def notice_shown(notice: Any) -> dict[str, Any]:
    """A notice in the reader's language."""
    values = {
        name: name_in(value) if isinstance(value, dict) else value for name, value in notice.values.items()
    }
    return {"text": gettext(notice.label, **values), "at": notice.at}
