"""The events of a dialogue with programme, groups and calendar files."""

from __future__ import annotations

from flask import Response, render_template, url_for

from core.clock import now
from core.web import current_actor
from dialog.calendars import calendar_file, entries_of, entry_of
from dialog.permissions import RIGHTS, Permission
from dialog.programme import days, rounds_of
from dialog.queries import dialogues as queries
from dialog.queries import registrations as registration_queries
from dialog.signup_words import signup_state
from dialog.views.blueprint import blueprint
from dialog.vocabulary import EVENT_FORMATS
from region import queries as region_queries


@blueprint.get("/events")
def events(slug: str) -> str:
    """What comes, what was, and for staff what is still being prepared."""
    actor = current_actor()
    dialogue = queries.access_dialogue(actor, slug)
    seen = queries.visible_events(actor, dialogue)
    published = [event for event in seen if event.published]
    return render_template(
        "dialog/events.html",
        dialogue=dialogue,
        coming=[event for event in published if event.ends_at > now()],
        past=[event for event in reversed(published) if event.ends_at <= now()],
        drafts=[event for event in seen if not event.published],
        formats=EVENT_FORMATS,
        may_prepare=RIGHTS.allows(actor, Permission.PREPARE_DIALOGUE, dialogue),
    )


@blueprint.get("/events/<event_slug>")
def event(slug: str, event_slug: str) -> str:
    """What an event is about, when and where it is, its programme and its groups."""
    return _draw("dialog/event.html", slug, event_slug)


@blueprint.get("/events/<event_slug>/programme")
def programme(slug: str, event_slug: str) -> str:
    """The programme and the groups for printing."""
    return _draw("dialog/programme.html", slug, event_slug)


def _draw(template: str, slug: str, event_slug: str) -> str:
    actor = current_actor()
    dialogue = queries.access_dialogue(actor, slug)
    found = queries.access_event(actor, dialogue, event_slug)
    return render_template(
        template,
        dialogue=dialogue,
        event=found,
        agenda=sorted(found.agenda, key=lambda item: item.starts_at),
        rounds=rounds_of(found.agenda),
        days=days(found.starts_at, found.ends_at),
        formats=EVENT_FORMATS,
        may_prepare=RIGHTS.allows(actor, Permission.PREPARE_DIALOGUE, found),
        is_over=found.ends_at <= now(),
        signup=signup_state(found, now()),
        registered=registration_queries.is_registered_for(actor, found),
        may_sign_up=RIGHTS.allows(actor, Permission.SIGN_UP, found),
        may_run=RIGHTS.allows(actor, Permission.RUN_DAY, found),
        may_count=RIGHTS.allows(actor, Permission.COUNT_REGISTRATIONS, dialogue),
    )


@blueprint.get("/events/<event_slug>/programme.ics")
def programme_file(slug: str, event_slug: str) -> Response:
    """Every entry of the programme for one's own calendar."""
    return _calendar(slug, event_slug, whole=False)


@blueprint.get("/events/<event_slug>/event.ics")
def event_file(slug: str, event_slug: str) -> Response:
    """The whole event as one entry for one's own calendar."""
    return _calendar(slug, event_slug, whole=True)


def _calendar(slug: str, event_slug: str, *, whole: bool) -> Response:
    actor = current_actor()
    found = queries.access_event(actor, queries.access_dialogue(actor, slug), event_slug)
    county = region_queries.county()
    address = url_for("dialog.event", slug=slug, event_slug=event_slug, _external=True)
    key = county.ags if county else ""
    entries = (
        [entry_of(found, county=key, url=address)] if whole else entries_of(found, county=key, url=address)
    )
    file = calendar_file(entries, publisher=county.publisher if county else "")
    response = Response(file, mimetype="text/calendar")
    name = f"{event_slug}.ics" if whole else f"{event_slug}-programme.ics"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
