"""Protocols of groups and of the whole day, to read and to take away."""

from __future__ import annotations

from flask import Response, current_app, make_response, render_template, url_for

from core.config import ROOT, Config
from core.document_labels import document_labels
from core.documents.html import render_fragment
from core.documents.labels import Labels
from core.documents.tree import Document
from core.documents.worker import RenderFailed, render_in_child
from core.errors import Unavailable
from core.i18n import gettext, name_in
from core.i18n import lazy_gettext as _l
from core.web import current_actor
from dialog.models import DialogueEvent
from dialog.queries import dialogues as dialogue_queries
from region import queries as region_queries
from workshops.protocol import Address, day_protocol, group_protocol
from workshops.queries import boards as board_queries
from workshops.queries import protocols as queries
from workshops.queries.boards import BoardHere
from workshops.views.blueprint import blueprint
from workshops.views.capture import place_of
from workshops.views.parts import BOARD

FONTS = ROOT / "static" / "vendor" / "ttf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@blueprint.get(f"{BOARD}/protocol")
def protocol(slug: str, event_slug: str, number: int, round_no: int) -> str:
    """What a group said in a round, and what became of it."""
    here, document = _of_group(slug, event_slug, number, round_no)
    place = place_of(slug, event_slug, number, round_no)
    back = (name_in(here.group.names), url_for("workshops.board", **place))
    return _page(here.event, document, url_for("workshops.protocol_file", **place), back)


@blueprint.get(f"{BOARD}/protocol.docx")
def protocol_file(slug: str, event_slug: str, number: int, round_no: int) -> Response:
    """The same for word processors."""
    _, document = _of_group(slug, event_slug, number, round_no)
    return _file(document, f"protokoll-{event_slug}-gruppe-{number}-runde-{round_no}.docx")


@blueprint.get("/protocol")
def day_protocol_page(slug: str, event_slug: str) -> str:
    """What all groups of a day said."""
    event, document = _of_day(slug, event_slug)
    file = url_for("workshops.day_protocol_file", slug=slug, event_slug=event_slug)
    back = (gettext("Control room"), url_for("workshops.control", slug=slug, event_slug=event_slug))
    return _page(event, document, file, back)


@blueprint.get("/protocol.docx")
def day_protocol_file(slug: str, event_slug: str) -> Response:
    """The same for word processors."""
    _, document = _of_day(slug, event_slug)
    return _file(document, f"protokoll-{event_slug}.docx")


def _of_group(slug: str, event_slug: str, number: int, round_no: int) -> tuple[BoardHere, Document]:
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    event = dialogue_queries.access_event(actor, dialogue, event_slug)
    here = board_queries.access_board(actor, event, number, round_no)
    record = queries.board_record(here)
    return here, group_protocol(record, publisher=_publisher(), address=_address(slug))


def _of_day(slug: str, event_slug: str) -> tuple[DialogueEvent, Document]:
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    event = dialogue_queries.access_event(actor, dialogue, event_slug)
    records = queries.day_records(actor, event)
    return event, day_protocol(event, records, publisher=_publisher(), address=_address(slug))


def _publisher() -> str:
    masthead = region_queries.masthead()
    return masthead.publisher if masthead else ""


def _address(slug: str) -> Address:
    config: Config = current_app.config["SETTINGS"]
    site = config.public_url.rstrip("/")
    return lambda reference: site + url_for("dialog.contribution", slug=slug, reference=reference)


def _page(event: DialogueEvent, document: Document, file: str, back: tuple[str, str]) -> str:
    fragment = render_fragment(document, labels=_labels())
    return render_template(
        "workshops/protocol.html",
        event=event,
        dialogue=event.dialogue,
        document=document,
        fragment=fragment,
        file=file,
        back=back,
    )


def _file(document: Document, name: str) -> Response:
    try:
        files = render_in_child(document, ("docx",), fonts_dir=FONTS, labels=_labels()).files
    except RenderFailed as error:
        current_app.logger.warning("no protocol: %s", error)
        raise Unavailable(
            _l("This file could not be made. We are looking into it. Please print the page instead.")
        ) from error
    response = make_response(files["docx"])
    response.mimetype = DOCX
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _labels() -> Labels:
    return Labels.from_plain(document_labels().as_plain())
