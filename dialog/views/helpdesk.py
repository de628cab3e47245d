"""The help desk: what a slip is worth by its number, and another code for who has lost theirs."""

from __future__ import annotations

from flask import Response, make_response, redirect, render_template, request, url_for

from accounts import queries as account_queries
from accounts.actions import codes as code_actions
from core.actor import Actor
from core.clock import LOCAL_TIME, now
from core.errors import Conflict, Invalid, NotFound
from core.forms import Form
from core.i18n import lazy_gettext as _l
from core.web import Answer, current_actor, page, secret_seed, submit
from dialog.actions import checkin as door_actions
from dialog.actions.slips import WRITING_AFTER_EVENT
from dialog.models import Dialogue
from dialog.permissions import RIGHTS, Permission
from dialog.queries import checkin as door_queries
from dialog.queries import dialogues as dialogue_queries
from dialog.queries import help_desk as queries
from dialog.queries.help_desk import SlipStatus
from dialog.slip_forms import ButtonForm, DoorForm, ExtendForm, SlipNumberForm
from dialog.slip_sheets import sheets, slip_of
from dialog.views.blueprint import blueprint
from dialog.views.slips import occasion_of, shown_once
from dialog.vocabulary import TIER_LABELS

STATUS_LABELS = {
    SlipStatus.VALID: _l("Valid"),
    SlipStatus.READS: _l("Reading only"),
    SlipStatus.EXPIRED: _l("Expired"),
    SlipStatus.REPLACED: _l("Replaced by another slip"),
    SlipStatus.REVOKED: _l("Void"),
}
STATUS_TONES = {SlipStatus.VALID: "ok", SlipStatus.READS: "warn"}


@blueprint.route("/help-desk", methods=["GET", "POST"])
def help_desk(slug: str) -> Response:
    """Look up a slip by its number, which is sent and does not stand in the address: it may be a code."""
    actor, dialogue = _dialogue(slug)
    form = SlipNumberForm(request.form if request.method == "POST" else None)
    if request.method == "GET":
        return page(_show_search(dialogue, form))

    if not form.validate():
        return page(_show_search(dialogue, form), Invalid.status)
    try:
        code = queries.access_slip(actor, dialogue, form.number.data or "")
    except NotFound:
        form.number.errors = [
            _l("There is no slip with this number in this dialogue. Please compare it again.")
        ]
        return page(_show_search(dialogue, form), Invalid.status)
    return make_response(redirect(url_for("dialog.slip", slug=slug, slip_number=code.slip_number), 303))


@blueprint.get("/help-desk/<slip_number>")
def slip(slug: str, slip_number: str) -> Response:
    """What a slip is worth, where its holder sits, and what the help desk can do."""
    actor, dialogue = _dialogue(slug)
    return page(_show_slip(actor, dialogue, slip_number))


@blueprint.post("/help-desk/<slip_number>/replace")
def replace_slip(slug: str, slip_number: str) -> Response:
    """Another code for the same person; the old one is dead at once. The answer is the new slip, once."""
    actor, dialogue = _dialogue(slug)
    found = queries.access_slip(actor, dialogue, slip_number).slip_number
    form = ButtonForm.from_request()
    seed = secret_seed(form.key)

    def act() -> Answer:
        _, dialogue = _dialogue(slug)
        code = queries.access_slip(actor, dialogue, found)
        issued = code_actions.replace_code(actor, code.slip_number, seed=seed)
        return Answer(url_for("dialog.slip", slug=slug, slip_number=issued.slip_number))

    def reveal(answer: Answer) -> Response:
        return _show_new(slug, seed, found, answer.location)

    return submit(form, act, lambda form: _show_slip(actor, dialogue, found, form), reveal=reveal)


@blueprint.post("/help-desk/<slip_number>/revoke")
def revoke_slip(slug: str, slip_number: str) -> Response:
    """Make the code of a slip void, without another one."""
    actor, dialogue = _dialogue(slug)
    found = queries.access_slip(actor, dialogue, slip_number).slip_number
    form = ButtonForm.from_request()

    def act() -> Answer:
        _, dialogue = _dialogue(slug)
        code = queries.access_slip(actor, dialogue, found)
        if not code_actions.revoke_code(actor, code):
            raise Conflict(_l("The slip %(number)s is void already.", number=found))
        return Answer(url_for("dialog.slip", slug=slug, slip_number=found, done="revoked"))

    return submit(form, act, lambda form: _show_slip(actor, dialogue, found, form))


@blueprint.post("/help-desk/<slip_number>/extend")
def extend_slip(slug: str, slip_number: str) -> Response:
    """Let the holder of a slip write and vote until another day."""
    actor, dialogue = _dialogue(slug)
    found = queries.access_slip(actor, dialogue, slip_number).slip_number
    form = ExtendForm.from_request()

    def act() -> Answer:
        _, dialogue = _dialogue(slug)
        code = queries.access_slip(actor, dialogue, found)
        code_actions.extend_code(actor, code, until=form.end or now())
        return Answer(url_for("dialog.slip", slug=slug, slip_number=found, done="extended"))

    return submit(form, act, lambda form: _show_slip(actor, dialogue, found, extend_form=form))


@blueprint.post("/help-desk/<slip_number>/check-in")
def check_in_slip(slug: str, slip_number: str) -> Response:
    """Note that the holder of a slip is here, at the event whose button was pressed."""
    actor, dialogue = _dialogue(slug)
    found = queries.access_slip(actor, dialogue, slip_number).slip_number
    form = DoorForm.from_request()

    def act() -> Answer:
        _, dialogue = _dialogue(slug)
        event = door_queries.access_day(actor, dialogue, form.event.data or "")
        door_actions.check_in(actor, event, [door_queries.registration_of_slip(actor, event, found)])
        return Answer(url_for("dialog.slip", slug=slug, slip_number=found, done="checked_in"))

    return submit(form, act, lambda form: _show_slip(actor, dialogue, found, form))


def _dialogue(slug: str) -> tuple[Actor, Dialogue]:
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    RIGHTS.require(actor, Permission.HELP_PEOPLE, dialogue)
    return actor, dialogue


def _show_search(dialogue: Dialogue, form: SlipNumberForm) -> str:
    return render_template(
        "dialog/help_desk.html",
        dialogue=dialogue,
        form=form,
        doors=door_queries.open_doors(current_actor(), dialogue),
    )


def _show_slip(
    actor: Actor,
    dialogue: Dialogue,
    number: str,
    form: Form | None = None,
    extend_form: ExtendForm | None = None,
) -> str:
    code = queries.access_slip(actor, dialogue, number)
    state = queries.state_of_slip(actor, dialogue, code)
    at = {one.event.id: one for one in state.events if not one.is_cancelled}
    if extend_form is None:
        in_two_weeks = (now() + WRITING_AFTER_EVENT).astimezone(LOCAL_TIME).date()
        extend_form = ExtendForm(data={"until": in_two_weeks})
    return render_template(
        "dialog/help_desk_slip.html",
        dialogue=dialogue,
        slip=state,
        doors=[(event, at.get(event.id)) for event in door_queries.open_doors(actor, dialogue)],
        form=form or ButtonForm(),
        revoke_form=ButtonForm(),
        extend_form=extend_form,
        status=SlipStatus,
        status_labels=STATUS_LABELS,
        status_tones=STATUS_TONES,
        tier_labels=TIER_LABELS,
        done=request.args.get("done", ""),
    )


def _show_new(slug: str, seed: bytes, lost: str, location: str) -> Response:
    """The new slip, as long as its code opens something."""
    actor, dialogue = _dialogue(slug)
    kept = account_queries.code_of_seed(seed)
    if kept is None:
        # Sent again after the new code was replaced as well: there is nothing to show any more.
        return Response(status=303, headers={"Location": location})
    code, row = kept
    state = queries.state_of_slip(actor, dialogue, row)
    event = state.events[-1].event if state.events else None
    occasion = occasion_of(dialogue, event)
    return shown_once(
        render_template(
            "dialog/slip_new.html",
            dialogue=dialogue,
            lost=lost,
            slip_number=row.slip_number,
            **sheets(occasion, [slip_of(occasion, code, row.slip_number)]),
        )
    )
