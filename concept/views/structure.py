"""The chapters of a concept for those who write it: all of them, their state, and changing them."""

from __future__ import annotations

from flask import Response, render_template, request, url_for

from concept.actions import sections as actions
from concept.models import Concept, Section
from concept.permissions import RIGHTS, Permission
from concept.queries import concepts as queries
from concept.queries import structure as structure_queries
from concept.queries import texts as text_queries
from concept.structure_forms import TOP, SectionForm, StructureForm
from concept.views.blueprint import blueprint
from core.actor import Actor
from core.errors import Conflict, Invalid
from core.i18n import lazy_gettext as _l
from core.web import Answer, current_actor, page, submit
from dialog.models import Dialogue
from dialog.queries import dialogues as dialogue_queries
from region import queries as region_queries


@blueprint.route("/concept/structure", methods=["GET", "POST"])
def structure(slug: str) -> Response:
    """Every section with its state; move, hide, show and delete them."""
    actor = current_actor()
    dialogue, concept = _concept(actor, slug)
    form = StructureForm(request.form if request.method == "POST" else None)

    def show(form: StructureForm) -> str:
        return render_template(
            "concept/structure.html",
            dialogue=dialogue,
            concept=concept,
            form=form,
            lines=structure_queries.visible_structure(actor, concept),
            done=request.args.get("done", ""),
            about=request.args.get("about", "")[:100],
        )

    if request.method != "POST":
        return page(show(form))

    def act() -> Answer:
        what, address = form.wish
        section = text_queries.access_text(actor, concept, address)
        if what in {"up", "down"}:
            actions.move_section(actor, section, up=what == "up")
        elif what == "hide":
            actions.hide_section(actor, section)
        elif what == "show":
            actions.show_section(actor, section)
        elif what == "remove":
            actions.remove_section(actor, section)
        else:
            raise Invalid(_l("Please choose what should happen with this section."))
        return Answer(url_for("concept.structure", slug=slug, done=what, about=address))

    return submit(form, act, show)


@blueprint.route("/concept/structure/new", methods=["GET", "POST"])
def add_section(slug: str) -> Response:
    """Add a chapter, or a section inside one."""
    actor = current_actor()
    dialogue, concept = _concept(actor, slug)
    form = _form(concept, request.args.get("under", TOP))

    def show(form: SectionForm) -> str:
        return _draw(dialogue, form, None)

    if request.method != "POST":
        return page(show(form))

    def act() -> Answer:
        present = queries.access_concept(actor, dialogue)
        under = _place(actor, present, form)
        section = actions.add_section(actor, present, titles=form.names(), under=under)
        return Answer(url_for("concept.structure", slug=slug, done="added", about=section.slug))

    return submit(form, act, show)


@blueprint.route("/concept/structure/<section>", methods=["GET", "POST"])
def edit_section(slug: str, section: str) -> Response:
    """Call a section otherwise, or put it inside another chapter."""
    actor = current_actor()
    dialogue, concept = _concept(actor, slug)
    found = text_queries.access_text(actor, concept, section)
    form = _form(concept, _address_above(found), but=found)

    def show(form: SectionForm) -> str:
        present = text_queries.access_text(actor, concept, section)
        stale = request.method == "POST" and form.names_seen() != dict(present.titles)
        form.see(present.titles)
        return _draw(dialogue, form, present, stale=stale)

    if request.method != "POST":
        form.show_names(found.titles)
        return page(show(form))

    def act() -> Answer:
        present = text_queries.access_text(actor, queries.access_concept(actor, dialogue), section)
        actions.name_section(actor, present, titles=form.names(), seen=form.names_seen())
        if form.under.data != _address_above(present):
            under = _place(actor, queries.access_concept(actor, dialogue), form)
            actions.place_section(actor, present, under=under)
        return Answer(url_for("concept.structure", slug=slug, done="saved", about=present.slug))

    return submit(form, act, show)


def _concept(actor: Actor, slug: str) -> tuple[Dialogue, Concept]:
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    concept = queries.access_concept(actor, dialogue)
    RIGHTS.require(actor, Permission.WRITE, concept)
    return dialogue, concept


def _form(concept: Concept, chosen: str, *, but: Section | None = None) -> SectionForm:
    county = region_queries.county()
    made = SectionForm.speaking(county.languages if county else ("de",))
    form = made(request.form if request.method == "POST" else None)
    form.offer(
        [
            one
            for one in structure_queries.sections_of(concept.id)
            if structure_queries.may_hold_sections(one) and one is not but
        ],
        chosen,
    )
    return form


def _place(actor: Actor, concept: Concept, form: SectionForm) -> Section | None:
    """The chapter that was chosen, or None for the place among the chapters."""
    wanted = form.under.data or TOP
    if wanted == TOP:
        return None
    if wanted not in form.places:
        raise Conflict(_l("No section can stand there. Please choose another chapter."))
    return text_queries.access_text(actor, concept, wanted)


def _address_above(section: Section) -> str:
    return queries.address_by_id(section.parent_id) if section.parent_id is not None else TOP


def _draw(dialogue: Dialogue, form: SectionForm, section: Section | None, *, stale: bool = False) -> str:
    movable = section is None or (
        structure_queries.may_be_moved(section) and not structure_queries.has_sections(section.id)
    )
    return render_template(
        "concept/section.html",
        dialogue=dialogue,
        section=section,
        form=form,
        movable=movable,
        stale=stale,
    )
