"""The home page."""

from __future__ import annotations

from flask import Blueprint, render_template

from core.charts import FieldVoices, dots_stand_for, voices_chart
from core.forms import Form
from core.i18n import direction, gettext, language, name_in
from core.web import current_actor
from dialog.models import Dialogue
from dialog.permissions import RIGHTS, Permission
from dialog.queries import contributions as contribution_queries
from dialog.queries import dialogues as dialogue_queries
from dialog.queries import polls as poll_queries
from dialog.queries.contributions import FieldCount
from dialog.vocabulary import PollStatus
from region import queries as region_queries
from region.models import ActionField

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def home() -> str:
    """What this is about, how to take part, where the process stands, what has come of it so far."""
    actor = current_actor()
    dialogues = dialogue_queries.visible_dialogues(actor)
    county = region_queries.county()
    if not dialogues or county is None:
        return render_template("pages/empty.html", county=county)
    dialogue = dialogues[0]
    fields = dialogue_queries.fields_of(dialogue)
    counts = contribution_queries.counts_by_field(dialogue)
    return render_template(
        "pages/home.html",
        dialogue=dialogue,
        county=county,
        form=Form(),
        takes_part=RIGHTS.allows(actor, Permission.READ_OWN, dialogue),
        events=dialogue_queries.visible_events(actor, dialogue),
        open_polls=[
            poll for poll in poll_queries.visible_polls(actor, dialogue) if poll.status == PollStatus.OPEN
        ],
        chart=draw_voices(dialogue, fields, counts),
        needs=sum(count.needs for count in counts.values()),
        offers=sum(count.offers for count in counts.values()),
        heard=contribution_queries.count_municipalities_heard(dialogue),
        municipalities=len(region_queries.visible_municipalities(actor)),
    )


def draw_voices(dialogue: Dialogue, fields: list[ActionField], counts: dict[int, FieldCount]) -> object:
    """The picture made of the contributions themselves."""
    columns = [
        FieldVoices(
            name_in(field.names),
            counts[field.id].offers if field.id in counts else 0,
            counts[field.id].needs if field.id in counts else 0,
            field.colour,
        )
        for field in fields
    ]
    each = dots_stand_for(columns)
    if each == 1:
        summary = gettext(
            "Every dot is a contribution: %(offers)s offers (filled) and %(needs)s needs (dashed).",
            offers=sum(column.offers for column in columns),
            needs=sum(column.needs for column in columns),
        )
    else:
        summary = gettext(
            "Every dot stands for %(each)s contributions: "
            "%(offers)s offers (filled), %(needs)s needs (dashed).",
            each=each,
            offers=sum(column.offers for column in columns),
            needs=sum(column.needs for column in columns),
        )
    return voices_chart(
        columns,
        title=gettext("Contributions by topic"),
        summary=summary,
        header=(gettext("Topic"), gettext("Offers"), gettext("Needs")),
        direction=direction(language()),  # type: ignore[arg-type]
    )
