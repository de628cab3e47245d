"""Writing a card, reading it whole, correcting one's own."""

from __future__ import annotations

from flask import Response, render_template, request, url_for

from core.errors import Forbidden, Invalid, NotFound, SentAlready
from core.i18n import TRANSLATION_LANGUAGES, language, language_to_write_in
from core.i18n import lazy_gettext as _l
from core.text import excerpt
from core.web import Answer, current_actor, page, submit, wants_json
from dialog.permissions import RIGHTS as DIALOG_RIGHTS
from dialog.permissions import Permission as DialogPermission
from dialog.queries import translations as translation_queries
from dialog.vocabulary import KIND_LABELS, Visibility
from workshops.actions import cards as actions
from workshops.card_forms import CardForm, OrderForm
from workshops.drawing import addresses, name_of_lane, write_label
from workshops.permissions import RIGHTS, Permission
from workshops.queries import boards as board_queries
from workshops.queries import cards as queries
from workshops.queries.cards import CardHere
from workshops.views.blueprint import blueprint
from workshops.views.boards import CORRECTABLE
from workshops.views.card_parts import chosen, offer_places
from workshops.views.parts import (
    BOARD,
    Moved,
    addresses_of,
    own_board,
    to_own_day,
    visible_board,
    visible_event,
)


@blueprint.route(f"{BOARD}/write", methods=["GET", "POST"])
def write_card(slug: str, event_slug: str, number: int, round_no: int) -> Response:
    """Put a card on the board. Without a script this is a page of its own."""
    actor = current_actor()
    if actor.is_visitor and request.method == "POST":
        return _signed_out()
    at = addresses(slug, event_slug, number, round_no)
    form = CardForm(request.form if request.method == "POST" else None)
    try:
        here = own_board(actor, slug, event_slug, number, round_no)
    except Moved as error:
        if request.method != "POST":
            return to_own_day(slug, event_slug)
        if wants_json():
            raise
        # What they typed must not be lost with their place.
        html = render_template("workshops/moved_card.html", form=form, slug=slug, event_slug=event_slug)
        return page(html, error.status)
    offer_places(form, here)
    if request.method != "POST":
        form.lane.data = request.args.get("lane", "")

    def show(form: CardForm) -> str:
        open_lanes = [lane for lane in here.board.lanes if not lane.locked]
        lane = next((one for one in here.board.lanes if one.id == form.lane_id), None)
        lane = lane or (open_lanes[0] if open_lanes else None)
        return render_template(
            "workshops/write_card.html",
            here=here,
            event=here.event,
            dialogue=here.event.dialogue,
            at=at,
            form=form,
            lane=lane,
            lanes=[(one, name_of_lane(one), write_label(one)) for one in open_lanes],
            label=write_label(lane) if lane else "",
            may_write=RIGHTS.allows(actor, Permission.WRITE_CARD, here),
            kind_labels=KIND_LABELS,
        )

    if request.method != "POST":
        return page(show(form))

    def act() -> Answer:
        present = visible_board(actor, slug, event_slug, number, round_no)
        field, municipality = chosen(form, present)
        if form.lane_id is None:
            raise NotFound
        try:
            contribution = actions.write_card(
                actor,
                present,
                lane_id=form.lane_id,
                text=form.text.data or "",
                field=field,
                municipality=municipality,
                target_group=form.target_group.data or "",
                language=form.language.data,
                again=form.is_sent_again,
            )
        except SentAlready as error:
            error.location = at.board
            raise
        where = url_for(
            "workshops.board",
            slug=slug,
            event_slug=event_slug,
            number=number,
            round_no=round_no,
            done="written",
            _anchor=f"card-{contribution.id}",
        )
        waits = contribution.visibility == Visibility.WAITING
        return Answer(where, {"id": contribution.id, "number": contribution.reference, "waits": waits})

    return submit(form, act, show)


def _signed_out() -> Response:
    """The session ended while somebody was writing: what they typed must not be lost with it."""
    if wants_json():
        raise Forbidden
    form = CardForm(request.form)
    return page(render_template("workshops/signed_out_card.html", form=form), Forbidden.status)


CARD = "/cards/<int:card_id>"
LONGEST_CHOICE = 70


@blueprint.get(CARD)
def card(slug: str, event_slug: str, card_id: int) -> Response:
    """One card whole; who leads the group finds everything that can be done with it."""
    at = _card_here(slug, event_slug, card_id)
    return page(_draw_card(at, OrderForm()))


@blueprint.post(f"{CARD}/order")
def order_card(slug: str, event_slug: str, card_id: int) -> Response:
    """Label, move, stack, hide, show, let through, or talk about a card."""
    actor = current_actor()
    at = _card_here(slug, event_slug, card_id)
    RIGHTS.require(actor, Permission.ORDER_BOARD, at.here)
    form = OrderForm(request.form)
    _offer_sorting(form, at)

    def act() -> Answer:
        present = _card_here(slug, event_slug, card_id)
        _order(form, present)
        return Answer(f"{addresses_of(present.here).board}#card-{card_id}")

    return submit(form, act, lambda refused: _draw_card(_card_here(slug, event_slug, card_id), refused))


@blueprint.route(f"{CARD}/correct", methods=["GET", "POST"])
def correct_card(slug: str, event_slug: str, card_id: int) -> Response:
    """Write one's own card otherwise, or as who leads the group."""
    actor = current_actor()
    if actor.is_visitor and request.method == "POST":
        return _signed_out()
    at = _card_here(slug, event_slug, card_id)
    form = CardForm(request.form if request.method == "POST" else None)
    offer_places(form, at.here)

    def show(form: CardForm) -> str:
        present = _card_here(slug, event_slug, card_id)
        stale = form.revision_seen != present.contribution.revision
        form.based_on.data = str(present.contribution.revision)
        return render_template(
            "workshops/correct_card.html",
            event=present.here.event,
            here=present.here,
            at=addresses_of(present.here),
            card=present.card,
            contribution=present.contribution,
            form=form,
            stale=stale,
        )

    if request.method != "POST":
        RIGHTS.require(actor, Permission.CORRECT_CARD, at)
        form.show(at.contribution)
        return page(show(form))

    def act() -> Answer:
        present = _card_here(slug, event_slug, card_id)
        field, municipality = chosen(form, present.here)
        actions.correct_card(
            actor,
            present,
            based_on=form.revision_seen,
            text=form.text.data or "",
            field=field,
            municipality=municipality,
            target_group=form.target_group.data or "",
            language=form.language.data,
        )
        return Answer(f"{addresses_of(present.here).board}?done=corrected#card-{card_id}", {"id": card_id})

    return submit(form, act, show)


def _card_here(slug: str, event_slug: str, card_id: int) -> CardHere:
    actor = current_actor()
    return queries.access_card(actor, visible_event(actor, slug, event_slug), card_id)


def _offer_sorting(form: OrderForm, at: CardHere) -> None:
    audience = board_queries.audience_of(current_actor(), at.here)
    form.offer(
        [(lane.id, name_of_lane(lane)) for lane in at.here.board.lanes if lane.id != at.card.lane_id],
        [
            (one.id, f"{one.reference} {excerpt(one.text, LONGEST_CHOICE)}")
            for one in queries.cards_shown(at.here.board.id, audience, lane_id=at.card.lane_id)
            if one.id != at.card.contribution_id and one.stack_of is None
        ],
    )


def _order(form: OrderForm, at: CardHere) -> None:
    actor = current_actor()
    step = form.step.data
    typed = form.label.data or ""
    if step == "label" or (form.label_seen.data is not None and typed != form.label_seen.data):
        actions.label_card(actor, at, label=typed)
    if step == "label":
        return
    if step == "move":
        actions.move_card(actor, at, lane_id=form.number("lane"))
    elif step == "stack" and not form.onto.data:
        sentence = _l("Please choose under which card.")
        raise Invalid(sentence, {"onto": [sentence]})
    elif step == "stack":
        actions.stack_card(actor, at, onto=form.number("onto"), duplicate=bool(form.duplicate.data))
    elif step == "unstack":
        actions.unstack_card(actor, at)
    elif step == "hide":
        actions.hide_card(actor, at, reason=form.reason.data or "")
    elif step == "show":
        actions.show_card(actor, at)
    elif step == "let_through":
        actions.let_through(actor, at)
    elif step in {"spotlight", "spotlight_off"}:
        actions.turn_spotlight(actor, at, on=step == "spotlight")
    else:
        raise Invalid(_l("Please choose what should happen with this card."))


def _draw_card(at: CardHere, form: OrderForm) -> str:
    actor = current_actor()
    may_order = RIGHTS.allows(actor, Permission.ORDER_BOARD, at.here)
    if may_order and not form.step.data:
        _offer_sorting(form, at)
        form.label.data = at.card.label
    lane = at.card.lane
    found, here, into = at.contribution, language(), language_to_write_in()
    return render_template(
        "workshops/card.html",
        translation=translation_queries.read_by(here, {found.id: found.language}).get(found.id),
        into=into,
        may_translate=into != found.language
        and into in TRANSLATION_LANGUAGES
        and DIALOG_RIGHTS.allows(actor, DialogPermission.TRANSLATE_CARD, at),
        event=at.here.event,
        dialogue=at.here.event.dialogue,
        here=at.here,
        at=addresses_of(at.here),
        card=at.card,
        contribution=at.contribution,
        under=queries.cards_under(at.card.contribution_id),
        lane_name=name_of_lane(lane),
        kind_labels=KIND_LABELS,
        visibility=Visibility,
        form=form,
        may_order=may_order,
        may_show=found.visibility == Visibility.HIDDEN
        and DIALOG_RIGHTS.allows(actor, DialogPermission.SHOW_CARD_AGAIN, at),
        may_correct=RIGHTS.allows(actor, Permission.CORRECT_CARD, at)
        and at.contribution.visibility in CORRECTABLE
        and (not lane.locked or may_order),
    )
