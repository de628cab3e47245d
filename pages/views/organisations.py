"""Organisations of the county: a public list with filters, a page of each, and the form of staff."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, render_template, request, url_for
from flask_babel import format_decimal

from core.clock import today
from core.i18n import CONTENT_LANGUAGES, name_in, own_name
from core.tables import table
from core.text import clean_line
from core.web import Answer, current_actor, page, submit
from dialog.queries import dialogues as dialogue_queries
from dialog.queries import offers as offer_queries
from pages.organisation_forms import OrganisationForm
from pages.views.blueprint import blueprint
from region import queries
from region.actions.organisations import keep_organisation
from region.models import Organisation
from region.permissions import RIGHTS, Permission
from region.queries import OrganisationFilter
from region.queries import responsibilities as task_queries

_LONGEST = 200
WARNED_DAYS = 365
"""Staff are told of money that ends within so many days."""


def _wish() -> OrganisationFilter:
    """What the address asks for; anything unknown leaves the question open."""
    given = {name: clean_line(request.args.get(name, "")[:_LONGEST]) for name in _ASKED}
    return OrganisationFilter(
        field=given["field"],
        place=given["place"],
        language=given["language"] if given["language"] in CONTENT_LANGUAGES else "",
        kind=given["kind"],
        ended=given["ended"] == "1",
    )


_ASKED = ("field", "place", "language", "kind", "ended")


@blueprint.get("/organisations")
def organisations() -> str:
    """Who works in the county for what, as people look for it."""
    actor = current_actor()
    wish = _wish()
    everybody = queries.visible_organisations(actor, OrganisationFilter(ended=wish.ended))
    fields = {field.slug: name_in(field.names) for one in everybody for field in one.fields}
    spoken = sorted({code for one in everybody for code in one.languages})
    keeps = RIGHTS.allows(actor, Permission.EDIT_ORGANISATIONS)
    return render_template(
        "pages/organisations.html",
        wish=wish,
        wishes={name: request.args[name][:_LONGEST] for name in _ASKED if request.args.get(name)},
        found=sorted(queries.visible_organisations(actor, wish), key=_by_name),
        fields=fields.items(),
        kinds=[(kind, kind) for kind in sorted({one.kind for one in everybody}, key=str.casefold)],
        languages=[(code, own_name(code)) for code in spoken],
        places=queries.visible_places(actor),
        keeps=keeps,
        any_ended=bool(queries.visible_organisations(actor, OrganisationFilter(ended=True))),
        ending=queries.funding_ends(actor, until=today() + timedelta(days=WARNED_DAYS)) if keeps else [],
        today=today(),
        done=request.args.get("done", ""),
    )


def _by_name(one: Organisation) -> str:
    return one.name.casefold()


COLUMNS = (
    "slug",
    "name",
    "kind",
    "services",
    "area",
    "fields",
    "languages",
    "full_time_posts",
    "programme",
    "funded_until",
    "contact",
    "url",
    "note",
    "ended_on",
    "publication",
)


@blueprint.get("/organisations.csv")
def organisations_table() -> Response:
    """The same as a table whose columns are those of organisations.csv in a county's folder."""
    found = queries.visible_organisations(current_actor(), _wish())
    rows = (
        (
            one.slug,
            one.name,
            one.kind,
            one.services,
            "county" if one.serves_county else " ".join(place.ags for place in one.places),
            " ".join(f"{field.field_set.slug}/{field.slug}" for field in one.fields),
            " ".join(one.languages),
            "" if one.full_time_posts is None else f"{one.full_time_posts:g}",
            one.programme,
            one.funded_until.isoformat() if one.funded_until else "",
            one.contact,
            one.url,
            one.note,
            one.ended_on.isoformat() if one.ended_on else "",
            one.publication.number if one.publication else "",
        )
        for one in found
    )
    response = Response(table(COLUMNS, rows), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="organisations.csv"'
    return response


@blueprint.get("/organisations/<organisation_slug>")
def organisation(organisation_slug: str) -> str:
    """What is known of one organisation: where it works, for what it is responsible, what it offers."""
    actor = current_actor()
    found = queries.access_organisation(actor, organisation_slug)
    offers = [
        (dialogue.slug, offer)
        for dialogue in dialogue_queries.visible_dialogues(actor)
        for offer in offer_queries.offers_by(actor, dialogue, found.name)
    ]
    posts = found.full_time_posts
    return render_template(
        "pages/organisation.html",
        organisation=found,
        posts=None if posts is None else format_decimal(posts),
        tongues=[own_name(code) for code in found.languages],
        duties=task_queries.duties_of(actor, found),
        municipalities=len(queries.visible_places(actor)),
        offers=offers,
        keeps=RIGHTS.allows(actor, Permission.EDIT_ORGANISATIONS),
        done=request.args.get("done", ""),
    )


@blueprint.route("/organisations/new", methods=["GET", "POST"])
def add_organisation() -> Response:
    """Add an organisation."""
    return _form(None)


@blueprint.route("/organisations/<organisation_slug>/edit", methods=["GET", "POST"])
def edit_organisation(organisation_slug: str) -> Response:
    """Write anew what is known of an organisation."""
    return _form(organisation_slug)


def _form(slug: str | None) -> Response:
    actor = current_actor()
    RIGHTS.require(actor, Permission.EDIT_ORGANISATIONS)
    fields = queries.all_fields()
    lists = (queries.visible_places(actor), fields, queries.visible_publications(actor))
    if slug is not None:
        queries.access_organisation(actor, slug)
    form = OrganisationForm(request.form if request.method == "POST" else None)
    form.offer(*lists)

    def show(form: OrganisationForm) -> str:
        found = queries.access_organisation(actor, slug) if slug is not None else None
        saved = OrganisationForm()
        saved.offer(*lists)
        stale = False
        if found is not None:
            saved.show(found)
            if request.method != "POST":
                form.show(found)
            stale = form.revision_seen != found.revision
            form.based_on.data = str(found.revision)
        return render_template(
            "pages/edit_organisation.html",
            organisation=found,
            form=form,
            stale=stale,
            saved=form.differs_from(saved) if stale else [],
            kinds=sorted({one.kind for one in queries.visible_organisations(actor)}, key=str.casefold),
        )

    if request.method != "POST":
        return page(show(form))
    based_on = form.revision_seen

    def act() -> Answer:
        found = queries.access_organisation(actor, slug) if slug is not None else None
        facts = form.facts(
            {one.ags: one for one in queries.visible_municipalities(actor)},
            {str(one.id): one for one in queries.all_fields()},
        )
        kept = keep_organisation(actor, found, facts, based_on=based_on)
        return Answer(url_for("pages.organisation", organisation_slug=kept.slug, done="saved"))

    return submit(form, act, show)
