"""Taking part with a personal code."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, render_template, request

from accounts import cookies, landing, queries, throttle
from accounts.actions import sessions
from accounts.forms import CodeForm
from accounts.throttle import Kind
from accounts.views.blueprint import again, blueprint, session_holder, settings, signed_in
from core import web
from core.errors import DomainError, Invalid
from core.logs import security_event
from core.transaction import transaction


@blueprint.get("/code")
def code() -> Response:
    """“I have a code”: a script takes the code of a printed QR out of the address' fragment."""
    form = CodeForm(
        data={
            "next": landing.local_path(request.args.get("next")) or "",
            "shared_device": "shared" in request.args or cookies.kiosk_page() is not None,
        }
    )
    return web.page(_show_code(form))


@blueprint.post("/code")
def send_code() -> Response:
    """Sign in with a personal code; 422 says the same for an unknown, a void and an expired one."""
    form = CodeForm.from_request()
    if not form.validate():
        return again(form, _show_code(form))
    try:
        # Codes that open nothing are turned away without asking for the database's write lock.
        if queries.usable_code(form.code.data or "") is None:
            security_event("code_refused")
            wrong = Invalid(sessions.WRONG_CODE, {"code": [sessions.WRONG_CODE]})
            raise throttle.wrong_code(Kind.CODE, wrong)
        with transaction():
            opened = sessions.redeem_code(
                web.current_actor(),
                code=form.code.data or "",
                lifetime=timedelta(days=settings().session_days_participant),
                # A device at the door is shared, whatever the form says.
                shared_device=bool(form.shared_device.data) or cookies.kiosk_page() is not None,
                instead_of=session_holder(),
            )
    except DomainError as error:
        form.refuse(error)
        return again(form, _show_code(form), error)
    return signed_in(opened, form.next.data)


def _show_code(form: CodeForm) -> str:
    return render_template("accounts/code.html", form=form)
