"""What is deleted by its age: what that would be now, the periods, and what is kept on purpose."""

from __future__ import annotations

from flask import Response, make_response, redirect, render_template, request, url_for

from accounts import privacy
from accounts.actions import retention as actions
from accounts.permissions import RIGHTS, Permission
from accounts.queries import privacy as queries
from core.forms import Form
from core.web import Answer, current_actor, page, submit
from dialog.actions import holds as hold_actions
from dialog.permissions import RIGHTS as DIALOG_RIGHTS
from dialog.permissions import Permission as DialogPermission
from dialog.queries import dialogues as dialogue_queries
from dialog.queries import privacy as dialog_queries
from pages.forms import HoldForm, PeriodForm
from pages.views.blueprint import blueprint
from pages.views.notices import period as period_text


@blueprint.get("/retention")
def retention() -> Response:
    """The rules with what each would take away now, and the dialogues of which nothing is deleted."""
    RIGHTS.require(current_actor(), Permission.APPLY_RETENTION)
    return page(draw())


@blueprint.post("/retention/apply")
def apply_retention() -> Response:
    """Take away now what is due. Done twice it does nothing the second time, so it needs no key."""
    actor = current_actor()
    RIGHTS.require(actor, Permission.APPLY_RETENTION)
    removed = sum(privacy.apply_all(actor).values())
    return make_response(redirect(url_for("pages.retention", removed=removed), 303))


@blueprint.post("/retention/<rule>/period")
def set_period(rule: str) -> Response:
    """Set for how long a rule keeps something."""
    actor = current_actor()
    RIGHTS.require(actor, Permission.KEEP_RETENTION)
    form = PeriodForm.from_request()

    def act() -> Answer:
        actions.set_period(actor, rule, days=form.days.data or 0)
        return Answer(url_for("pages.retention", done="set"))

    return submit(form, act, lambda refused: draw(period=refused, rule=rule))


@blueprint.post("/retention/hold/<slug>")
def set_hold(slug: str) -> Response:
    """Keep everything of a dialogue, with a reason."""
    actor = current_actor()
    DIALOG_RIGHTS.require(actor, DialogPermission.KEEP_HOLDS)
    form = HoldForm.from_request()

    def act() -> Answer:
        hold_actions.set_hold(
            actor, dialogue_queries.access_dialogue(actor, slug), reason=form.reason.data or ""
        )
        return Answer(url_for("pages.retention", done="held"))

    return submit(form, act, lambda refused: draw(hold=refused, slug=slug))


@blueprint.post("/retention/lift/<slug>")
def lift_hold(slug: str) -> Response:
    """Let what is old enough of a dialogue be deleted again, with a reason."""
    actor = current_actor()
    DIALOG_RIGHTS.require(actor, DialogPermission.KEEP_HOLDS)
    form = HoldForm.from_request()

    def act() -> Answer:
        hold = dialog_queries.access_hold(actor, slug)
        hold_actions.lift_hold(actor, hold, reason=form.reason.data or "")
        return Answer(url_for("pages.retention", done="lifted"))

    return submit(form, act, lambda refused: draw(hold=refused, slug=slug))


def draw(*, period: Form | None = None, rule: str = "", hold: Form | None = None, slug: str = "") -> str:
    """The page, with the form that was refused in its place."""
    actor = current_actor()
    holds = dialog_queries.visible_holds(actor)
    return render_template(
        "pages/retention.html",
        period_text=period_text,
        previews=queries.preview_retention(actor),
        dialogues=dialogue_queries.visible_dialogues(actor),
        held={one.dialogue_id: one for one in holds if one.lifted_at is None},
        lifted=[one for one in holds if one.lifted_at is not None],
        period=period or PeriodForm(),
        rule=rule,
        hold=hold or HoldForm(),
        slug=slug,
        done=request.args.get("done", ""),
        removed=request.args.get("removed", type=int),
    )
