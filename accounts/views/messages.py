"""The page of what one was told, and the mail address one may give; confirming and ending by link."""

from __future__ import annotations

import re
import secrets

from flask import Response, current_app, render_template, request, url_for

from accounts import letters
from accounts.actions import mail as actions
from accounts.forms import AddressForm
from accounts.permissions import RIGHTS, Permission
from accounts.queries import messages as queries
from accounts.views.blueprint import blueprint
from core import mail
from core.errors import NotFound
from core.forms import Form
from core.i18n import language
from core.web import Answer, current_actor, page, submit

_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,64}")


@blueprint.get("/messages")
def messages() -> Response:
    """What was told to whoever asks, the latest first; below it the mail address."""
    if not RIGHTS.allows(current_actor(), Permission.READ_NOTICES):
        raise NotFound
    return page(_show(AddressForm()))


@blueprint.post("/messages/address")
def give_address() -> Response:
    """Ask to be told by mail, too."""
    actor = current_actor()
    if not RIGHTS.allows(actor, Permission.READ_NOTICES):
        raise NotFound
    token = secrets.token_urlsafe(24)
    form = AddressForm.from_request()

    def act() -> Answer:
        chosen = language()
        actions.give_address(
            actor,
            actor.key,
            address=form.address.data or "",
            language=chosen,
            token=token,
            letter=letters.confirmation(chosen, url_for("accounts.confirm_address", token=token)),
        )
        return Answer(url_for("accounts.messages", done="asked"))

    return submit(form, act, _show)


@blueprint.post("/messages/no-address")
def forget_address() -> Response:
    """Have the address deleted."""
    actor = current_actor()
    if not RIGHTS.allows(actor, Permission.READ_NOTICES):
        raise NotFound

    def act() -> Answer:
        actions.forget_address(actor, actor.key)
        return Answer(url_for("accounts.messages", done="forgotten"))

    return submit(Form(request.form), act, lambda form: _show(AddressForm(), form))


@blueprint.route("/mail/confirm/<token>", methods=["GET", "POST"])
def confirm_address(token: str) -> Response:
    """Where the first mail leads. Opening it does nothing yet: mail servers open links, too."""
    if not _TOKEN.fullmatch(token):
        raise NotFound

    def show(form: Form) -> str:
        return render_template("accounts/mail_confirm.html", form=form, done=request.args.get("done"))

    if request.method != "POST":
        return page(show(Form()))

    def act() -> Answer:
        actions.confirm_address(current_actor(), token)
        return Answer(url_for("accounts.confirm_address", token=token, done=1))

    return submit(Form(request.form), act, show)


@blueprint.route("/mail/stop/<proof>", methods=["GET", "POST"])
def unsubscribe(proof: str) -> Response:
    """Where every mail says it can be ended; the page looks the same once that is done."""
    number, _, given = proof.partition("-")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise NotFound

    def show(form: Form) -> str:
        return render_template("accounts/mail_stop.html", form=form, done=request.args.get("done"))

    if request.method != "POST":
        return page(show(Form()))

    def act() -> Answer:
        kept = queries.address_by_id(int(number))
        if kept is not None and letters.proves(kept, given):
            actions.unsubscribe(current_actor(), kept.id)
        return Answer(url_for("accounts.unsubscribe", proof=proof, done=1))

    return submit(Form(request.form), act, show)


def _show(form: AddressForm, forget_form: Form | None = None) -> str:
    actor = current_actor()
    return render_template(
        "accounts/messages.html",
        form=form,
        forget_form=forget_form or Form(),
        notices=[(letters.said(notice), notice) for notice in queries.own_notices(actor, most=50)],
        address=queries.own_address(actor),
        offers_mail=mail.is_configured(),
        sender=current_app.config["SETTINGS"].mail_from,
        done=request.args.get("done", ""),
    )
