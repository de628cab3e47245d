"""Inviting people by a link that is shown once, and using such a link up.

The link carries its code behind the #, which browsers send to nobody: it stands in no log and no Referer.
Looking at an invitation changes nothing. As with signing in, what carries a code or a password keeps no
answer under an idempotency key.
"""

from __future__ import annotations

from flask import Response, current_app, make_response, redirect, render_template, request, url_for

from accounts import codes, passwords, throttle
from accounts.actions import invitations as actions
from accounts.actions import sessions
from accounts.forms.roles import DecisionForm, InvitationForm, InviteForm, NewAccountForm
from accounts.models import Invitation
from accounts.permissions import RIGHTS, Permission
from accounts.queries import invitations as queries
from accounts.roles import ROLE_LABELS, ROLE_NOTES
from accounts.scopes import Places
from accounts.throttle import Kind
from accounts.views.blueprint import (
    blueprint,
    session_holder,
    settings,
    signed_in,
    staff_lifetime,
)
from core import idempotency, web
from core.actor import SYSTEM
from core.charts import qr_code
from core.errors import DomainError, Forbidden, Invalid
from core.forms import Form
from core.i18n import lazy_gettext as _l
from core.logs import security_event
from core.transaction import transaction
from core.web import Answer, current_actor, page, submit


@blueprint.get("/invitations")
def invitations() -> Response:
    """The invitations one has made, or all of them for those who keep accounts."""
    actor = current_actor()
    seen = queries.visible_invitations(actor)
    return page(
        render_template(
            "accounts/invitations.html",
            invitations=seen,
            places=Places(actor),
            role_labels=ROLE_LABELS,
            revoke_form=DecisionForm(),
            done=request.args.get("done", ""),
        )
    )


@blueprint.route("/invitations/new", methods=["GET", "POST"])
def invite() -> Response:
    """Invite somebody; the link is shown once, on the page that answers.

    The form's key is used up, so that sending twice makes one invitation; the second answer leads to the
    list, because the link is kept nowhere.
    """
    actor = current_actor()
    offers = queries.offers_of(actor, Places(actor))
    if not offers:
        raise Forbidden
    form = InviteForm(request.form if request.method == "POST" else None)
    if request.method == "GET":
        form.role_at.data = request.args.get("for", "")
    form.offer(offers)
    if request.method == "GET":
        return page(_show_invite(form))
    claim = idempotency.claim_of_request(web.visit())
    if claim is None or not form.validate():
        if claim is None:
            form.alerts.append(_l("Please send this once more. Your browser left out the form's number."))
        return page(_show_invite(form), Invalid.status)
    role, place = form.chosen(offers)
    to_the_list = url_for("accounts.invitations", done="sent_already")
    try:
        with transaction():
            idempotency.use(claim, Answer(to_the_list).kept())
            made = actions.invite(
                actor,
                role,
                place,
                label=form.label.data or "",
                login=form.login.data or "",
                days=int(form.days.data),
                role_until=form.ends_at,
            )
            invitation_id = made.invitation.id
    except idempotency.AlreadyUsed:
        return make_response(redirect(to_the_list, 303))
    except DomainError as error:
        form.refuse(error)
        return page(_show_invite(form), error.status)
    security_event("account_changed", code="invited")
    link = link_of(made.code)
    answer = page(
        render_template(
            "accounts/invited.html",
            invitation=queries.access_invitation(actor, invitation_id),
            link=link,
            code=codes.show(made.code),
            picture=qr_code(link),
            place=place,
            role_labels=ROLE_LABELS,
        )
    )
    # Nobody else at this device finds the link again.
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.post("/invitations/<int:invitation_id>/revoke")
def revoke_invitation(invitation_id: int) -> Response:
    """Take an invitation back that was not used yet."""
    actor = current_actor()
    queries.access_invitation(actor, invitation_id)

    def act() -> Answer:
        actions.revoke_invitation(actor, queries.access_invitation(actor, invitation_id))
        return Answer(url_for("accounts.invitations", done="revoked"))

    def show(form: Form) -> str:
        return render_template(
            "accounts/invitations.html",
            invitations=queries.visible_invitations(actor),
            places=Places(actor),
            role_labels=ROLE_LABELS,
            revoke_form=form,
            done="",
        )

    return submit(DecisionForm.from_request(), act, show)


@blueprint.get("/invitation")
def invitation() -> Response:
    """The form for the code; a script takes it out of the link that was opened. Nothing is looked up yet."""
    return page(_show_code(InvitationForm()))


@blueprint.post("/invitation")
def open_invitation() -> Response:
    """Say what one is invited to and ask for what is missing; changes nothing."""
    form = InvitationForm.from_request()
    if not form.validate():
        return page(_show_code(form), Invalid.status)
    try:
        found = _usable(form.code.data or "")
    except DomainError as error:
        form.refuse(error)
        return web.refused_page(_show_code(form), error)
    return _no_store(_show_offer(found, NewAccountForm(data={"code": form.code.data, "login": found.login})))


@blueprint.post("/invitation/account")
def redeem_invitation() -> Response:
    """Make one's own account with an invitation, and sign in with it."""
    form = NewAccountForm.from_request()
    form.offer(current_app.config["LANGUAGES"])
    typed = form.code.data or ""
    try:
        found = _usable(typed)
    except DomainError as error:
        return web.refused_page(_show_code(_with_code(typed, error)), error)
    if not form.validate():
        return _no_store(_show_offer(found, form), Invalid.status)
    try:
        login, wanted = form.login.data or "", form.password.data or ""
        passwords.check(wanted, login=login)
        password_hash = passwords.make_hash(wanted)
        with transaction():
            made = actions.redeem_invitation(
                current_actor(),
                code=typed,
                login=login,
                password_hash=password_hash,
                language=form.language.data,
            )
            opened = sessions.start_session_by_password(
                current_actor(),
                passwords.Proof(made.id, password_hash),
                lifetime=staff_lifetime(),
                instead_of=session_holder(),
            )
    except DomainError as error:
        if "code" in getattr(error, "fields", {}):
            return web.refused_page(_show_code(_with_code(typed, error)), error)
        form.refuse(error)
        return _no_store(_show_offer(found, form), error.status)
    security_event("account_changed", code="invitation_redeemed")
    # What staff may do waits for a second factor, to which this leads.
    return signed_in(opened, None)


@blueprint.post("/invitation/accept")
def accept_invitation() -> Response:
    """Add the role of an invitation to the account one is signed in with."""
    holder = session_holder()
    RIGHTS.require(current_actor(), Permission.ACCEPT_INVITATION)
    if holder is None:
        raise Forbidden
    form = InvitationForm.from_request()
    if not form.validate():
        return page(_show_code(form), Invalid.status)
    try:
        _usable(form.code.data or "")
        with transaction():
            account = actions.accept_invitation(holder.actor, code=form.code.data or "")
            # Whoever has further rights goes on with a secret that nobody can know from before.
            opened = sessions.start_session_by_password(
                holder.actor,
                passwords.Proof(account.id, account.password_hash),
                lifetime=staff_lifetime(),
                shared_device=holder.shared_device,
                instead_of=holder,
                second_factor=holder.second_factor,
            )
    except DomainError as error:
        form.refuse(error)
        return web.refused_page(_show_code(form), error)
    security_event("account_changed", code="invitation_accepted")
    return signed_in(opened, url_for("accounts.account"))


def link_of(code: str) -> str:
    """The link of an invitation, as it is given to whoever is invited."""
    return f"{settings().public_url}{url_for('accounts.invitation')}#{code}"


def _usable(typed: str) -> Invitation:
    # A code that works always passes; only guessing is slowed down.
    found = queries.usable_invitation(typed)
    if found is None:
        security_event("code_refused", code="invitation")
        wrong = Invalid(actions.WRONG_INVITATION, {"code": [actions.WRONG_INVITATION]})
        raise throttle.wrong_code(Kind.LINK, wrong)
    return found


def _with_code(typed: str, error: DomainError) -> InvitationForm:
    form = InvitationForm(data={"code": typed})
    form.refuse(error)
    return form


def _no_store(html: str, status: int = 200) -> Response:
    answer = page(html, status)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _show_invite(form: InviteForm) -> str:
    return render_template("accounts/invite.html", form=form, role_labels=ROLE_LABELS, role_notes=ROLE_NOTES)


def _show_code(form: InvitationForm) -> str:
    return render_template("accounts/invitation.html", form=form)


def _show_offer(found: Invitation, form: NewAccountForm) -> str:
    form.offer(current_app.config["LANGUAGES"])
    return render_template(
        "accounts/invitation_offer.html",
        invitation=found,
        # Whoever is invited may be nobody yet; the program names the place to them.
        place_name=Places(SYSTEM).name(found.scope_kind, found.scope_id),
        role_labels=ROLE_LABELS,
        role_notes=ROLE_NOTES,
        form=form,
        holder=session_holder(),
    )
