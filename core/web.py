"""What all views share: who asks, and the one way in which a form changes something."""

from __future__ import annotations

import contextlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from flask import Response, current_app, g, has_request_context, jsonify, make_response, request
from flask_login import current_user
from werkzeug.routing import IntegerConverter, Map

from core import i18n, idempotency, outbox
from core.actor import VISITOR, Actor
from core.errors import Busy, Conflict, Crossed, DomainError, Invalid, NotFound, SentAlready, Sentence
from core.forms import Form
from core.i18n import lazy_gettext as _l
from core.transaction import transaction

F = TypeVar("F", bound=Form)


class Number(IntegerConverter):
    """A number in an address: no larger than any database has one, so that a larger one is just not found."""

    def __init__(self, url_map: Map, max: int = 2**31 - 1, **options: Any) -> None:
        super().__init__(url_map, max=max, **options)


PRE_SESSION_COOKIE = "visit"

_TIMES_CROSSED = 3
"""So often a change is tried again when the database gives it up in favour of another."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a change answers: where to go next, and a small JSON for scripts. Never HTML, never a ballot."""

    location: str
    data: dict[str, Any] = field(default_factory=dict)

    def kept(self) -> dict[str, Any]:
        """As it is kept beside the form's key."""
        return {"location": self.location, "data": self.data}


def current_actor() -> Actor:
    """Who asks: the holder of the session, or VISITOR."""
    user = current_user._get_current_object()  # Each look through Flask-Login's proxy asks for it again.
    actor: Actor = user.actor if user.is_authenticated else VISITOR
    return actor


def on_shared_device() -> bool:
    """Whether this request comes from a device that several people use one after the other."""
    return bool(g.get("device_is_shared"))


def page(html: str, status: int = 200) -> Response:
    """A page as response, with the cookie that a visitor's forms need."""
    visit()
    return make_response(html, status)


def refused_page(html: str, error: DomainError) -> Response:
    """The page of a form again, as an answer to what was wrong with it."""
    return with_retry_after(page(html, error.status), error)


def with_retry_after(response: Response, error: DomainError) -> Response:
    """Tell scripts, too, when trying again makes sense."""
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def submit(
    form: F,
    act: Callable[[], Answer],
    show: Callable[[F], str],
    *,
    foreseen: Answer | None = None,
    reveal: Callable[[Answer], Response] | None = None,
) -> Response:
    """Check the form, do `act` once in a transaction, and answer with its location.

    `show` draws the page of the form again when something is wrong; everything typed is still in it.
    `foreseen` is the answer that `act` will most likely give; it saves a statement and binds nobody.
    `reveal` makes the response itself, for a secret that is shown only here: it is called with the answer of
    `act`, and with the same one again when the same form is sent again. What it shows is not kept.
    Status: 303 done, 422 wrong input, or the status of the DomainError that `act` raised. NotFound is
    not caught: the thing the form is about is not there.
    """
    claim = idempotency.claim_of_request(outbox.scope() or visit())
    if claim is None:
        form.renew_key()
        form.alerts.append(
            _l("Please send this once more. Your browser did not tell us the number of the form.")
        )
        return _refused(form, show, 400, "no_key")
    if not form.validate():
        earlier = idempotency.find(claim)
        if earlier is not None:
            return _seen_before(form, show, claim, earlier, reveal)
        return _refused(form, show, Invalid.status, Invalid.code)
    expected = foreseen.kept() if foreseen else {}

    def once() -> Answer:
        with transaction():
            idempotency.use(claim, expected)
            done = act()
            if done != foreseen:
                idempotency.settle(claim, done.kept())
        return done

    try:
        answer = _uncrossed(once)
    except idempotency.AlreadyUsed:
        earlier = idempotency.find(claim)
        if earlier is None:
            raise
        return _seen_before(form, show, claim, earlier, reveal)
    except NotFound:
        raise
    except Busy as error:
        earlier = idempotency.find(claim)
        if earlier is not None:
            return _seen_before(form, show, claim, earlier, reveal)
        form.refuse(error)
        return _refused(form, show, error.status, error.code)
    except SentAlready as error:
        return _sent_before(form, show, error.location, error.code)
    except DomainError as error:
        form.refuse(error)
        return with_retry_after(_refused(form, show, error.status, error.code), error)
    return reveal(answer) if reveal else _done(answer)


def _uncrossed(once: Callable[[], Answer]) -> Answer:
    # Two changes that take their locks in opposite order: the other one is through by now.
    for _ in range(_TIMES_CROSSED):
        with contextlib.suppress(Crossed):
            return once()
    return once()


def visit() -> str:
    """The secret that stands for this browser: its session, else the cookie of its visit."""
    session: str | None = g.get("session_scope")
    if session:
        return session
    if "visit" not in g:
        g.visit = request.cookies.get(visit_cookie_name()) or secrets.token_urlsafe(24)
    return str(g.visit)


def secret_seed(key: str) -> bytes:
    """What this browser and the form with this `key` have in common and nobody else knows.

    It stands on the secret of the cookie, which is kept nowhere but in the browser; never store it.
    """
    return f"{g.get('session_cookie') or visit()} {request.path} {key}".encode()


def visit_cookie_name() -> str:
    """Name of the cookie of a visit; it lives until the browser closes and stands for nobody."""
    prefix = "__Host-" if current_app.config["SECURE"] else ""
    return f"{prefix}{PRE_SESSION_COOKIE}"


def wants_json() -> bool:
    """Whether a script asks and not a person's browser."""
    return request.accept_mimetypes.best == "application/json"


def _done(answer: Answer) -> Response:
    if wants_json():
        return jsonify({"location": answer.location, **answer.data})
    return Response(status=303, headers={"Location": answer.location})


def _refused(form: F, show: Callable[[F], str], status: int, code: str) -> Response:
    if wants_json():
        sentences = [str(s) for s in form.alerts] + [
            str(s) for errors in form.errors.values() for s in errors
        ]
        response = jsonify({"code": code, "sentence": " ".join(sentences)})
        response.status_code = status
        return response
    return page(show(form), status)


def _seen_before(
    form: F,
    show: Callable[[F], str],
    claim: idempotency.Claim,
    earlier: idempotency.Used,
    reveal: Callable[[Answer], Response] | None,
) -> Response:
    answer = Answer(earlier.answer["location"], earlier.answer["data"])
    if earlier.digest == claim.digest:
        return reveal(answer) if reveal else _done(answer)
    return _sent_before(form, show, answer.location, "key_used")


def _sent_before(form: F, show: Callable[[F], str], location: str, code: str) -> Response:
    form.renew_key()
    form.already_sent = location
    if wants_json():
        form.alerts.append(_l("You have sent this already."))
    return _refused(form, show, Conflict.status if wants_json() else Invalid.status, code)


def outbox_owner() -> str:
    """Whose entries this page may keep and send, for `data-outbox-owner`; empty for visitors."""
    actor = current_actor()
    return "" if actor.is_visitor else outbox.owner_of(actor.key)


def choose_nothing() -> None:
    """Let the language that the address of this request names be that of its answer alone."""
    g.chooses_nothing = True


def set_cookies(response: Response) -> None:
    """Set the cookies this answer needs: the visit, where a form was drawn or sent, and a chosen language."""
    secure = bool(current_app.config["SECURE"])
    visiting: str | None = g.get("visit")
    if visiting and visiting != request.cookies.get(visit_cookie_name()):
        response.set_cookie(
            visit_cookie_name(), visiting, secure=secure, httponly=True, samesite="Lax", path="/"
        )
    chosen = None if g.get("chooses_nothing") else i18n.chosen_by_address()
    if chosen and chosen != request.cookies.get(i18n.cookie_name()):
        response.set_cookie(
            i18n.cookie_name(),
            chosen,
            max_age=31_536_000,
            secure=secure,
            httponly=True,
            samesite="Lax",
            path="/",
        )


def session_token() -> str | None:
    """The token that a script without Origin must send, or None without a session.

    It is made from the session's cookie, so that the database does not know it.
    """
    cookie: str | None = g.get("session_cookie")
    return hmac.digest(cookie.encode(), b"cross-origin", "sha256").hex() if cookie else None


def address_in(code: str) -> str:
    """The address of this page in another language."""
    if not has_request_context():
        return f"/?{urlencode({'lang': code})}"
    return f"{quote(request.path)}?{urlencode({**request.args.to_dict(), 'lang': code})}"


def http_sentence(status: int) -> Sentence:
    """What people read for a status that no action of ours raised."""
    sentences = {
        400: _l("Your browser sent something we could not read. Please try again."),
        405: _l("This page cannot be used like that. Please go back and use the buttons."),
        413: _l("This was too large. Please send less at once."),
        415: _l("We could not read this kind of file."),
        429: _l("There were too many tries. Please wait a minute and try again."),
    }
    if status >= 500:
        return _l("Something went wrong on our side. What you had saved is still there. Please try again.")
    return sentences.get(status, _l("This did not work. Please go back and try again."))
