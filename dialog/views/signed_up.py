"""The page that follows signing up: the new code, once, with what was chosen."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, current_app, make_response, redirect, render_template, url_for

from accounts import codes
from accounts import queries as account_queries
from accounts.queries import messages as message_queries
from core.charts import qr_code
from core.clock import now
from core.config import Config
from core.forms import Form
from core.i18n import force_locale, gettext, language, name_in
from core.web import Answer, page
from dialog import signup_words
from dialog.models import Registration
from dialog.queries import registrations as queries
from dialog.signup_pages import OwnGroup, own_groups
from region import queries as region_queries


def revealer(slug: str, seed: bytes) -> Callable[[Answer], Response]:
    """Shows a registration with the code that was made from `seed`, or leads on where there is none."""

    def reveal(answer: Answer) -> Response:
        found = account_queries.code_of_seed(seed)
        if found is None:
            return make_response(redirect(answer.location, 303))
        code, kept = found
        number = answer.data.get("registration")
        registration = queries.registration_made(number) if number else None
        asked = message_queries.address_of(kept.holder_key) is not None
        response = page(_draw_signed_up(slug, registration, code, kept.slip_number, asked_by_mail=asked))
        # Nobody else at this device finds the code again, nor in a browser that keeps no cookies.
        response.headers["Cache-Control"] = "no-store"
        return response

    return reveal


def groups_shown(registration: Registration) -> list[OwnGroup]:
    """One's own groups as pages show them now."""
    return own_groups(registration, queries.positions(registration), now())


def _draw_signed_up(
    slug: str, registration: Registration | None, code: str, slip_number: str, *, asked_by_mail: bool
) -> str:
    settings: Config = current_app.config["SETTINGS"]
    link = f"{settings.public_url.rstrip('/')}{url_for('accounts.code')}"
    masthead = region_queries.masthead()
    return render_template(
        "dialog/signed_up.html",
        slug=slug,
        registration=registration,
        event=registration.event if registration else None,
        is_running=registration is not None
        and registration.event.starts_at <= now() < registration.event.ends_at,
        groups=groups_shown(registration) if registration else [],
        code=codes.show(code),
        link=link,
        slip_number=slip_number,
        asked_by_mail=asked_by_mail,
        picture=qr_code(f"{link}#{code}"),
        slips=_slips(registration),
        publisher=masthead.publisher if masthead else "",
        position_text=signup_words.position_text,
        form=Form(),
    )


def _slips(registration: Registration | None) -> list[dict[str, str]]:
    """What the printed slip says, in the language of the person and in German, for whoever helps them."""
    said = []
    for spoken in dict.fromkeys([language(), "de"]):
        with force_locale(spoken):
            said.append(
                {
                    "language": spoken,
                    "title": name_in(registration.event.titles) if registration else gettext("Take part"),
                    "code": gettext("Personal code"),
                    "slip": gettext("Slip number"),
                    "how": gettext(
                        "Open this address and type the code, or hold your camera over the picture."
                    ),
                    "keep": gettext(
                        "Whoever has this code can take part in your place. Please keep it safe."
                    ),
                }
            )
    return said
