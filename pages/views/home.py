"""The home page."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template
from flask_babel import format_date, to_user_timezone

from core.actor import VISITOR, Actor
from core.charts import FieldVoices, dots_stand_for, voices_chart
from core.clock import now
from core.forms import Form
from core.i18n import direction, gettext, language, language_to_write_in, name_in, ngettext
from core.web import current_actor
from dialog.models import Dialogue, DialogueEvent
from dialog.permissions import RIGHTS, Permission
from dialog.queries import contributions as contribution_queries
from dialog.queries import dialogues as dialogue_queries
from dialog.queries import events as event_queries
from dialog.queries import polls as poll_queries
from dialog.queries import registrations as registration_queries
from dialog.queries.contributions import FieldCount
from dialog.signup_words import signup_state
from dialog.vocabulary import PollStatus
from pages.views.blueprint import blueprint
from region import queries as region_queries
from region.models import ActionField


@dataclass(frozen=True, slots=True)
class Coming:
    """The event that is next or going on, and what its door says."""

    event: DialogueEvent
    state: str
    """As `dialog.signup_words.signup_state` names it."""

    registered: bool
    weekday: str
    day: str
    month: str
    groups: str

    @property
    def is_on(self) -> bool:
        """Whether it has begun and is not over."""
        return self.event.starts_at <= now() < self.event.ends_at


@blueprint.get("/")
def home() -> str:
    """What this is about, how to take part, where the process stands, what has come of it so far."""
    actor = current_actor()
    dialogues = dialogue_queries.visible_dialogues(actor)
    county = region_queries.county()
    if not dialogues or county is None:
        # Without a county there are no topics to found a dialogue on.
        may_found = county is not None and RIGHTS.allows(actor, Permission.PREPARE_DIALOGUE, None)
        return render_template("pages/empty.html", county=county, may_found=may_found)
    dialogue = dialogues[0]
    fields = dialogue_queries.fields_of(dialogue)
    counts = contribution_queries.counts_by_field(dialogue)
    # Staff sees drafts where they are prepared; the first page is the same for everybody.
    events = dialogue_queries.visible_events(VISITOR, dialogue)
    return render_template(
        "pages/home.html",
        dialogue=dialogue,
        county=county,
        form=Form(),
        takes_part=RIGHTS.allows(actor, Permission.READ_OWN, dialogue),
        events=events,
        ahead=[event for event in events if event.ends_at > now()],
        past=[event for event in reversed(events) if event.ends_at <= now()],
        coming=_coming(actor, events),
        open_polls=[
            poll for poll in poll_queries.visible_polls(actor, dialogue) if poll.status == PollStatus.OPEN
        ],
        chart=draw_voices(dialogue, fields, counts),
        needs=sum(count.needs for count in counts.values()),
        offers=sum(count.offers for count in counts.values()),
        heard=contribution_queries.count_municipalities_heard(dialogue),
        municipalities=len(region_queries.visible_municipalities(actor)),
    )


def _coming(actor: Actor, events: list[DialogueEvent]) -> Coming | None:
    ahead = [event for event in events if event.ends_at > now()]
    if not ahead:
        return None
    event = min(ahead, key=lambda one: one.starts_at)
    own = registration_queries.own_registration(actor, event)
    starts = to_user_timezone(event.starts_at)
    number = event_queries.count_groups(event.id)
    words = ngettext("%(num)s working group.", "%(num)s working groups.", number) if number else ""
    if number > event.groups_per_person:
        words = f"{words} " + ngettext(
            "You can join one of them.", "You can join up to %(num)s of them.", event.groups_per_person
        )
    return Coming(
        event,
        signup_state(event, now()),
        own is not None and own.status == "registered",
        format_date(starts, "EEEE"),
        format_date(starts, "d") + ("." if language_to_write_in() == "de" else ""),
        format_date(starts, "LLLL"),
        words,
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
