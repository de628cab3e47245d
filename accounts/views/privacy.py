"""What is kept about the person who asks, as a page and a file; being erased; staff who erase for others.

The own forms ask for the code or password once more: whoever finds an open browser gets nothing. Their
answers hold personal data or end the session, so they use no idempotency key.
"""

from __future__ import annotations

import json
from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for

from accounts import cookies, throttle
from accounts import queries as account_queries
from accounts.actions import privacy as actions
from accounts.actions.sessions import WRONG_CODE
from accounts.forms.privacy import (
    CodeProofForm,
    DecideErasureForm,
    EraseByCodeForm,
    EraseByPasswordForm,
    PasswordProofForm,
    RequestErasureForm,
)
from accounts.permissions import RIGHTS, Permission
from accounts.privacy import CHANNELS
from accounts.queries import SessionHolder
from accounts.queries import privacy as queries
from accounts.throttle import Kind
from accounts.views.blueprint import again, blueprint, prove, session_holder
from core import web
from core.clock import now
from core.erasure import Texts
from core.errors import DomainError, Invalid
from core.forms import Form
from core.logs import security_event
from core.queries.privacy import as_json
from core.transaction import transaction


@blueprint.get("/my-data")
def my_data() -> Response:
    """Everything the server keeps about whoever asks, in their language."""
    holder = session_holder()
    if holder is None:
        return _sign_in_first()
    return _private(web.page(_show_data(holder, _proof_form(holder))))


@blueprint.post("/my-data/download")
def download_my_data() -> Response:
    """The same as a file, after the code or password once more. There is no address to come back to."""
    holder = session_holder()
    if holder is None:
        return _sign_in_first()
    form = _proof_form(holder, sent=True)
    if not form.validate():
        return again(form, _show_data(holder, form))
    try:
        _prove_again(holder, form)
    except DomainError as error:
        form.refuse(error)
        return again(form, _show_data(holder, form), error)
    content = {
        "made_at": now().isoformat(timespec="seconds"),
        "key": holder.actor.key,
        "kept": as_json(queries.access_own_data(holder.actor)),
    }
    response = make_response(json.dumps(content, ensure_ascii=False, indent=1, default=str))
    response.mimetype = "application/json"
    response.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return _private(response)


@blueprint.route("/my-data/erase", methods=["GET", "POST"])
def erase_me() -> Response:
    """Have oneself erased: what goes, what stays, and what shall become of one's texts."""
    holder = session_holder()
    if holder is None:
        return _sign_in_first()
    RIGHTS.require(holder.actor, Permission.ERASE_SELF)
    form = _erase_form(holder, sent=request.method == "POST")
    if request.method == "GET":
        return _private(web.page(_show_erase(form)))
    if not form.validate():
        return again(form, _show_erase(form))
    try:
        _prove_again(holder, form)
        with transaction():
            actions.erase_self(holder.actor, texts=Texts(form.texts.data))
    except DomainError as error:
        form.refuse(error)
        return again(form, _show_erase(form), error)
    response = make_response(redirect(url_for("accounts.erased"), 303))
    cookies.clear_session(response)
    return response


@blueprint.get("/my-data/erased")
def erased() -> str:
    """What somebody reads who was erased; it is the same for everybody and knows nobody."""
    return render_template("accounts/erased.html")


@blueprint.route("/erasures", methods=["GET", "POST"])
def erasures() -> Response:
    """Take down that somebody wishes to be erased, and what waits for a second member of staff."""
    actor = web.current_actor()
    RIGHTS.require(actor, Permission.ERASE_OTHERS)
    if request.method == "GET":
        return web.page(_show_erasures(RequestErasureForm()))
    form = RequestErasureForm.from_request()

    def act() -> web.Answer:
        code = queries.access_holder(actor, form.slip.data or "")
        actions.request_erasure(actor, code, channel=form.channel.data, texts=Texts(form.texts.data))
        return web.Answer(url_for("accounts.erasures", done="requested"))

    return web.submit(form, act, _show_erasures)


@blueprint.post("/erasures/decide")
def decide_erasure() -> Response:
    """Confirm a wish that somebody else took down, which erases the person at once; or drop it."""
    actor = web.current_actor()
    RIGHTS.require(actor, Permission.ERASE_OTHERS)
    form = DecideErasureForm.from_request()

    def act() -> web.Answer:
        found = queries.access_erasure_request(actor, form.request.data or "")
        if form.decision.data == "confirm":
            actions.confirm_erasure(actor, found)
            return web.Answer(url_for("accounts.erasures", done="confirmed"))
        actions.drop_erasure(actor, found)
        return web.Answer(url_for("accounts.erasures", done="dropped"))

    return web.submit(form, act, lambda refused: _show_erasures(RequestErasureForm(), refused))


def _sign_in_first() -> Response:
    return make_response(redirect(url_for("accounts.code", next=url_for("accounts.my_data")), 303))


def _private(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


def _proof_form(holder: SessionHolder, *, sent: bool = False) -> Any:
    kind = CodeProofForm if holder.actor.account_id is None else PasswordProofForm
    return kind.from_request() if sent else kind()


def _erase_form(holder: SessionHolder, *, sent: bool) -> Any:
    kind = EraseByCodeForm if holder.actor.account_id is None else EraseByPasswordForm
    return kind.from_request() if sent else kind()


def _prove_again(holder: SessionHolder, form: Any) -> None:
    """Raise Invalid unless the code or password that was typed is the holder's own."""
    typed = form.proof.data or ""
    if holder.actor.account_id is not None:
        prove(holder.login, typed, field="proof")
        return
    code = account_queries.usable_code(typed)
    if code is None or code.holder_key != holder.actor.key:
        security_event("code_refused")
        raise throttle.wrong_code(Kind.CODE, Invalid(WRONG_CODE, {"proof": [WRONG_CODE]}))


def _show_data(holder: SessionHolder, form: Form) -> str:
    return render_template(
        "accounts/my_data.html",
        form=form,
        held=queries.access_own_data(holder.actor),
        key=holder.actor.key,
        by_code=holder.actor.account_id is None,
        may_erase=RIGHTS.allows(holder.actor, Permission.ERASE_SELF),
    )


def _show_erase(form: Form) -> str:
    return render_template("accounts/erase_me.html", form=form)


def _show_erasures(form: Form, decide_form: Form | None = None) -> str:
    actor = web.current_actor()
    return render_template(
        "accounts/erasures.html",
        form=form,
        decide_form=decide_form or DecideErasureForm(),
        waiting=queries.visible_erasure_requests(actor),
        own_key=actor.key,
        channels=CHANNELS,
        done=request.args.get("done", ""),
    )
