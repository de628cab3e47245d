"""The public directory of offers, as page, as table and as calendar."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time

from flask import Response, render_template, request, url_for

from core.clock import LOCAL_TIME
from core.errors import NotFound
from core.i18n import CONTENT_LANGUAGES, gettext, language, name_in, own_name
from core.paging import Paging
from core.tables import table
from core.text import clean_line
from core.web import current_actor, page
from dialog.calendars import CalendarEntry, calendar_file
from dialog.models import Dialogue
from dialog.offer_pages import WORDS
from dialog.offer_words import (
    ACCESS,
    OFFER_STATUS_LABELS,
    PRICE_LABELS,
    TARGET_GROUPS,
    Price,
    Trait,
)
from dialog.permissions import RIGHTS, Permission
from dialog.queries import contributions as contribution_queries
from dialog.queries import details as detail_queries
from dialog.queries import dialogues as dialogue_queries
from dialog.queries import offers as queries
from dialog.queries import translations as translation_queries
from dialog.queries.details import Offer
from dialog.queries.offers import OfferFilter
from dialog.queries.register import COUNTY_WIDE
from dialog.views.blueprint import blueprint
from dialog.vocabulary import Kind, Visibility
from region import queries as region_queries

PER_PAGE = 20
_LAST_DAY = date(2999, 12, 31)
"""“Until the year 9999” goes on; a calendar has no day after the last one there is."""
_LONGEST_SEARCH = 100
_ASKED = ("field", "place", "group", "language", "cost", "q", "ended")


def _wish() -> OfferFilter:
    """What the address asks for; anything that is none of ours leaves the question open."""
    given = request.args

    def one_of(name: str, known: Iterable[str]) -> str:
        value = given.get(name, "")
        return value if value in set(known) else ""

    return OfferFilter(
        field=clean_line(given.get("field", "")[:60]),
        place=clean_line(given.get("place", "")[:20]),
        group=one_of("group", TARGET_GROUPS),
        language=one_of("language", CONTENT_LANGUAGES),
        cost=one_of("cost", Price),
        words=clean_line(given.get("q", "")[:_LONGEST_SEARCH]),
        ended=given.get("ended") == "1",
    )


def _wishes() -> dict[str, str]:
    given = request.args
    return {name: given[name][:_LONGEST_SEARCH] for name in _ASKED if given.get(name)}


@blueprint.get("/offers")
def offers(slug: str) -> Response:
    """Offers that exist, as people look for them; what has ended only for those who ask for it."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    wish = _wish()
    total = queries.count_offers(actor, dialogue, wish)
    paging = Paging.of(request.args.get("page"), PER_PAGE, total)
    wishes = _wishes()
    in_use = queries.traits_in_use(actor, dialogue)
    found = queries.visible_offers(actor, dialogue, wish, offset=paging.offset, limit=PER_PAGE)
    spoken = {one.contribution.id: one.contribution.language for one in found}
    return page(
        render_template(
            "dialog/offers.html",
            dialogue=dialogue,
            wish=wish,
            wishes=wishes,
            without_ended={name: value for name, value in wishes.items() if name != "ended"},
            total=total,
            numbers=paging.numbers,
            found=found,
            translations=translation_queries.read_by(language(), spoken),
            fields=[(one.slug, name_in(one.names)) for one in dialogue_queries.fields_of(dialogue)],
            places=[(one.ags, one.name) for one in region_queries.visible_places(actor)],
            groups=[(code, TARGET_GROUPS[code]) for code in in_use.get(Trait.GROUP, ())],
            languages=[(code, own_name(code)) for code in in_use.get(Trait.LANGUAGE, ())],
            prices=PRICE_LABELS.items(),
            has_dates=queries.any_dated(actor, dialogue, wish),
            words=WORDS,
            county_wide=COUNTY_WIDE,
            keeps_offers=RIGHTS.allows(actor, Permission.KEEP_OFFERS, dialogue),
        )
    )


COLUMNS = (
    "number",
    "status",
    "field",
    "place",
    "places_served",
    "title",
    "text",
    "language",
    "provider",
    "for_whom",
    "target_groups",
    "languages",
    "cost_eur",
    "cost_words",
    "ways_in",
    "access",
    "capacity",
    "first_day",
    "last_day",
    "schedule",
    "contact",
    "url",
    "checked_on",
    "published",
)


@blueprint.get("/offers.csv")
def offers_table(slug: str) -> Response:
    """The same offers as a table for Excel; `offers-fields.csv` says what its columns mean."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    rows = (_row(one) for one in queries.visible_offers(actor, dialogue, _wish()))
    return _file(table(COLUMNS, rows), f"{dialogue.slug}-offers.csv")


def _row(offer: Offer) -> tuple[str, ...]:
    one, details = offer.contribution, offer.details
    served = COUNTY_WIDE if offer.is_county_wide else ", ".join(place.name for place in offer.places)
    return (
        one.reference,
        "ended" if offer.has_ended or details.gone_at else details.status,
        name_in(one.field.names),
        one.municipality.name if one.municipality else gettext("Whole county"),
        served,
        one.title,
        one.text,
        one.language,
        one.provider,
        one.target_group,
        ", ".join(offer.groups),
        ", ".join(offer.languages),
        "" if details.cost is None else f"{details.cost // 100}.{details.cost % 100:02}",
        details.cost_words,
        ", ".join(offer.access),
        details.access,
        details.capacity,
        details.begin.isoformat() if details.begin else "",
        details.ends_on.isoformat() if details.ends_on else "",
        details.schedule,
        details.contact if details.contact_public else "",
        details.url,
        details.checked_on,
        one.published_at.isoformat(timespec="seconds") if one.published_at else "",
    )


@blueprint.get("/offers-fields.csv")
def offers_fields(slug: str) -> Response:
    """What each column of the table of offers means, and which codes stand in it."""
    dialogue = dialogue_queries.access_dialogue(current_actor(), slug)
    meanings = {
        "number": gettext("The number in the register. It never changes."),
        "status": gettext("Whether the offer exists"),
        "field": gettext("The topic"),
        "place": gettext("Where the offer is"),
        "places_served": gettext("Other places it serves; “county” for all of them"),
        "title": gettext("The heading"),
        "text": gettext("The description"),
        "language": gettext("The language of heading and description"),
        "provider": gettext("Who provides it"),
        "for_whom": gettext("For whom it is, in the words of those who reported it"),
        "target_groups": gettext("For whom it is, in codes"),
        "languages": gettext("The languages of the offer, in codes"),
        "cost_eur": gettext("The charge in euros; 0 is free of charge, empty is not known"),
        "cost_words": gettext("More about the charge"),
        "ways_in": gettext("How people get in, in codes"),
        "access": gettext("More about getting in"),
        "capacity": gettext("How many places there are"),
        "first_day": gettext("The first day, as year-month-day"),
        "last_day": gettext("The last day, as year-month-day; empty if no end is known"),
        "schedule": gettext("When exactly, in words"),
        "contact": gettext("The office that answers questions, if it may be shown"),
        "url": gettext("Page on the internet"),
        "checked_on": gettext("When somebody last made sure that it exists; maybe only a year or a month"),
        "published": gettext("When it came into the register"),
    }
    codes = {
        "status": OFFER_STATUS_LABELS,
        "target_groups": TARGET_GROUPS,
        "languages": CONTENT_LANGUAGES,
        "ways_in": ACCESS,
    }
    rows = (
        (
            column,
            meanings[column],
            "; ".join(f"{code} = {label}" for code, label in codes.get(column, {}).items()),
        )
        for column in COLUMNS
    )
    return _file(table(("column", "meaning", "codes"), rows), f"{dialogue.slug}-offers-fields.csv")


@blueprint.get("/offers.ics")
def offers_calendar(slug: str) -> Response:
    """Those of the offers that have days, for a calendar."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    return _calendar(dialogue, queries.dated_offers(actor, dialogue, _wish()), f"{dialogue.slug}-offers.ics")


@blueprint.get("/contributions/<reference>/offer.ics")
def offer_file(slug: str, reference: str) -> Response:
    """The days of one public offer for a calendar. NotFound for one without days."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    found = contribution_queries.access_contribution(actor, dialogue, reference)
    offer = detail_queries.offer_of(found)
    if found.kind != Kind.OFFER or found.visibility != Visibility.PUBLIC or not offer.is_dated:
        raise NotFound
    return _calendar(dialogue, [offer], f"{dialogue.slug}-{found.reference}.ics")


def _calendar(dialogue: Dialogue, offers: Iterable[Offer], name: str) -> Response:
    county = region_queries.county()
    key = county.ags if county else ""
    entries = [_entry(dialogue, one, key) for one in offers]
    response = Response(
        calendar_file(entries, publisher=county.publisher if county else ""), mimetype="text/calendar"
    )
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _entry(dialogue: Dialogue, offer: Offer, county: str) -> CalendarEntry:
    one, details = offer.contribution, offer.details
    first, last = details.begin, details.ends_on
    if first is None or last is None:
        raise NotFound
    # On which days of a series it is only its words say: the calendar has the first, and the words.
    end = first if details.schedule else min(last, _LAST_DAY)
    lines = [one.text, details.schedule]
    if last != end:
        lines.append(gettext("Until %(day)s", day=WORDS["day_text"](last.isoformat())))
    return CalendarEntry(
        name=f"{county}/{dialogue.slug}/offer/{one.id}",
        title=one.title or one.reference,
        starts_at=datetime.combine(first, time(), LOCAL_TIME),
        ends_at=datetime.combine(end, time(), LOCAL_TIME),
        changed_at=(one.published_at or one.created_at).astimezone(UTC),
        revision=details.revision + 1,
        place=one.municipality.name if one.municipality else "",
        text="\n".join(line for line in lines if line),
        url=url_for("dialog.contribution", slug=dialogue.slug, reference=one.reference, _external=True),
        whole_days=True,
    )


def _file(text: str, name: str) -> Response:
    response = Response(text, mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
