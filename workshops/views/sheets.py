"""Sheets of cards to write on by hand, for people without a device."""

from __future__ import annotations

from flask import current_app, render_template, url_for

from core.charts import qr_code
from core.config import Config
from core.i18n import default_language, force_locale
from core.web import current_actor
from region import queries as region_queries
from workshops.lane_words import lane_name
from workshops.permissions import Permission
from workshops.views.blueprint import blueprint
from workshops.views.capture import board_at, frame, place_of
from workshops.views.parts import BOARD

PER_SHEET = 4


@blueprint.get(f"{BOARD}/sheets")
def card_sheets(slug: str, event_slug: str, number: int, round_no: int) -> str:
    """A sheet of A4 with cards of this group, to print as often as there are people."""
    actor, place = current_actor(), place_of(slug, event_slug, number, round_no)
    here = board_at(actor, place, Permission.SHOW)
    config: Config = current_app.config["SETTINGS"]
    site = config.public_url.rstrip("/")
    now_url = site + url_for("dialog.now", slug=slug, event_slug=event_slug)
    masthead = region_queries.masthead()
    with force_locale(default_language()):
        lanes = [lane_name(lane) for lane in here.board.lanes]
    return render_template(
        "workshops/card_sheets.html",
        **frame(here, place),
        county=masthead.county_name if masthead else "",
        lanes=lanes,
        number=range(PER_SHEET),
        picture=qr_code(now_url),
        site=site.removeprefix("https://"),
        paper_language=default_language(),
        round_no=round_no,
    )
