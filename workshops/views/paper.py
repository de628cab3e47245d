"""What helps when all else fails: a card for the lead, the boards on paper, and the day in one file."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Response, current_app, make_response, render_template, url_for

from core.clock import now
from core.config import Config
from core.i18n import language
from dialog.models import AgendaItem
from workshops.models import ScriptStep
from workshops.queries import boards as board_queries
from workshops.queries import paper as queries
from workshops.queries import results as result_queries
from workshops.queries import script as script_queries
from workshops.views.blueprint import blueprint
from workshops.views.parts import event_here
from workshops.vocabulary import ALLOWED_LABELS, LANE_LABELS


@blueprint.get("/control/emergency-card")
def emergency_card(slug: str, event_slug: str) -> str:
    """One page for the lead: when, where, who, what is asked, and what to do without the program."""
    _, dialogue, event = event_here(slug, event_slug)
    settings: Config = current_app.config["SETTINGS"]
    scripts = [
        (item, number, _with_times(item, script_queries.steps_at(here)))
        for number, item in enumerate(board_queries.rounds_of(event), start=1)
        for here in [script_queries.script_for_all(event, item, number)]
    ]
    return render_template(
        "workshops/emergency_card.html",
        dialogue=dialogue,
        event=event,
        scripts=scripts,
        allowed=ALLOWED_LABELS,
        host=settings.public_url.partition("://")[2],
        code_page=settings.public_url.partition("://")[2] + url_for("accounts.code"),
        as_of=now(),
    )


@blueprint.get("/control/printed-boards")
def printed_boards(slug: str, event_slug: str) -> str:
    """All boards as they are now, one on each page, for the printer."""
    actor, dialogue, event = event_here(slug, event_slug)
    return render_template(
        "workshops/printed_boards.html",
        dialogue=dialogue,
        event=event,
        boards=queries.paper_boards(actor, event),
        lane_labels=LANE_LABELS,
        as_of=now(),
    )


@blueprint.get("/control/snapshot.html")
def snapshot(slug: str, event_slug: str) -> Response:
    """The whole day in one file that needs nothing else: no program, no network. Nobody's name is in it."""
    actor, dialogue, event = event_here(slug, event_slug)
    html = render_template(
        "workshops/snapshot.html",
        dialogue=dialogue,
        event=event,
        agenda=sorted(event.agenda, key=lambda item: item.starts_at),
        boards=queries.paper_boards(actor, event),
        groups=result_queries.confirmed_results(actor, event),
        lane_labels=LANE_LABELS,
        as_of=now(),
        language=language(),
    )
    response = make_response(html)
    response.headers["Content-Disposition"] = f'attachment; filename="{event.slug}-{now():%Y%m%d-%H%M}.html"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _with_times(item: AgendaItem, steps: list[ScriptStep]) -> list[tuple[datetime, ScriptStep]]:
    """Each step with the time of day at which it is planned to begin."""
    begins = item.starts_at
    found = []
    for step in steps:
        found.append((begins, step))
        begins += timedelta(minutes=step.minutes)
    return found
