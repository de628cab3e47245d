"""What stands on big screens: one for each group, and one for the plenary."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response, current_app, render_template, url_for

from core.actor import Actor
from core.charts import qr_code
from core.clock import now
from core.config import Config
from core.errors import NotFound
from core.realtime import cached, region_response
from core.web import page
from dialog.boards_of_groups import where_the_day_is
from dialog.models import DialogueEvent
from workshops import timing
from workshops.now import address_of, minutes_left, minutes_warned
from workshops.permissions import RIGHTS, Permission
from workshops.queries import control as control_queries
from workshops.queries import hands as hand_queries
from workshops.queries import results as result_queries
from workshops.queries.boards import BoardHere
from workshops.views.blueprint import blueprint
from workshops.views.parts import BOARD, board_here, event_here
from workshops.vocabulary import LANE_LABELS

LOOKS_AGAIN = 30
"""Seconds after which the screen of the plenary looks at the clocks of the groups again."""

SHOWN_PER_GROUP = 3
SHOWN_WITH_HANDS = 3


@blueprint.get(f"{BOARD}/projector")
def projector(slug: str, event_slug: str, number: int, round_no: int) -> Response:
    """The big screen of a group: what is asked, how long still, and how to take part."""
    here = _shown(slug, event_slug, number, round_no)
    board = here.board
    return page(
        render_template(
            "workshops/projector.html",
            here=here,
            moment=now(),
            region=f"show:{board.id}",
            region_url=url_for("workshops.projector_region", **address_of(board)),
            drawn=cached(f"show:{board.id}", board.version, lambda: _draw(here), query=""),
            **_joining(here.event),
        )
    )


@blueprint.get(f"{BOARD}/projector/region")
def projector_region(slug: str, event_slug: str, number: int, round_no: int) -> Response:
    """The big screen of a group again, for one that has missed something."""
    here = _shown(slug, event_slug, number, round_no)
    board = here.board
    return region_response(board.version, lambda: _draw(here), region=f"show:{board.id}", query="")


@blueprint.get("/projector")
def plenary_projector(slug: str, event_slug: str) -> Response:
    """The big screen of the plenary: what is on, and what all groups have confirmed."""
    actor, dialogue, event = event_here(slug, event_slug, Permission.SHOW_PLENARY)
    moment, version = now(), control_queries.version_of()
    changes_at = where_the_day_is(event, moment).changes_at
    region = f"plenary:{event.id}"
    return page(
        render_template(
            "workshops/plenary_projector.html",
            dialogue=dialogue,
            event=event,
            moment=moment,
            region=region,
            version=version,
            region_url=url_for("workshops.plenary_projector_region", slug=slug, event_slug=event_slug),
            drawn=cached(region, version, lambda: _draw_plenary(actor, event), query=""),
            again=_seconds_until(changes_at, moment),
            **_joining(event),
        )
    )


@blueprint.get("/projector/region")
def plenary_projector_region(slug: str, event_slug: str) -> Response:
    """The big screen of the plenary again, for one that was told of a change or has missed one."""
    actor, _, event = event_here(slug, event_slug, Permission.SHOW_PLENARY)
    version = control_queries.version_of()
    return region_response(
        version, lambda: _draw_plenary(actor, event), region=f"plenary:{event.id}", query=""
    )


def _draw_plenary(actor: Actor, event: DialogueEvent) -> str:
    moment = now()
    return render_template(
        "workshops/_plenary_screen.html",
        event=event,
        here=where_the_day_is(event, moment),
        moment=moment,
        groups=result_queries.confirmed_results(actor, event),
        shown=SHOWN_PER_GROUP,
        left=minutes_left(),
    )


def _seconds_until(then: datetime | None, moment: datetime) -> int:
    # A second late rather than early: what is read at the edge must be that which begins there.
    return LOOKS_AGAIN if then is None else min(LOOKS_AGAIN, 1 + int((then - moment).total_seconds()))


def _shown(slug: str, event_slug: str, number: int, round_no: int) -> BoardHere:
    actor, here = board_here(slug, event_slug, number, round_no)
    if not RIGHTS.allows(actor, Permission.SHOW, here):
        raise NotFound
    return here


def _draw(here: BoardHere) -> str:
    board = here.board
    return render_template(
        "workshops/_projector.html",
        board=board,
        group=here.group,
        step=board.step,
        state=timing.read(board, board.step_started_at or now()).state,
        left=timing.read(board, board.paused_at).minutes if board.paused_at else None,
        States=timing.State,
        raised=hand_queries.most_hands(board.id, limit=SHOWN_WITH_HANDS),
        lanes=[one for one in control_queries.lanes_of(board) if one.cards],
        lane_labels=LANE_LABELS,
        minutes_left=minutes_left(),
        warnings=minutes_warned(),
    )


def _joining(event: DialogueEvent) -> dict[str, Any]:
    """How somebody in the hall takes part: with the event code while it is open, else with their own."""
    settings: Config = current_app.config["SETTINGS"]
    host = settings.public_url.partition("://")[2]
    join = f"{settings.public_url}{url_for('dialog.join', slug=event.dialogue.slug)}#{event.code}"
    own = f"{settings.public_url}{url_for('accounts.code')}"
    return {
        "code": event.code,
        "host": host,
        "code_page": own.partition("://")[2],
        "picture": qr_code(join if event.code else own),
    }
