"""Inserting what is made of records into a section, and saying if it follows them or stays as it was."""

from __future__ import annotations

from flask import Response, render_template, request, url_for

from concept import words
from concept.actions import linked as actions
from concept.linked_forms import FORMS, LinkedForm
from concept.models import Block, Section
from concept.plan_forms import StepForm
from concept.queries import concepts as concept_queries
from concept.queries import contents
from concept.queries import linked as queries
from concept.views._parts import is_stale, to_write
from concept.views.blueprint import blueprint
from concept.vocabulary import LINKED_KINDS, LINKED_LABELS, BlockKind
from core.errors import Invalid
from core.i18n import lazy_gettext as _l
from core.web import Answer, page, submit

_ID = "int(max=2147483647)"


@blueprint.route("/concept/staff/linked/into/<chapter>", methods=["GET", "POST"])
def place_linked(slug: str, chapter: str) -> Response:
    """Insert a list, a chart, a table or a quotation into a section."""
    actor, dialogue, concept = to_write(slug)
    section = concept_queries.access_section(actor, concept, chapter)
    kind = request.values.get("kind", "")
    if kind not in LINKED_KINDS:
        return page(_draw_choice(slug, section))
    form = FORMS[BlockKind(kind)](request.form if request.method == "POST" else None)
    form.offer(queries.choices(actor, concept))
    if request.method != "POST":
        if section.field is not None and "field" in form:
            form["field"].data = section.field.slug
        return page(_draw(slug, section, kind, None, form))

    def act() -> Answer:
        present = concept_queries.access_section(
            actor, concept_queries.access_concept(actor, dialogue), chapter
        )
        block = actions.place_linked(actor, present, kind=BlockKind(kind), settings=form.settings())
        return Answer(url_for("concept.edit_linked", slug=slug, block_id=block.id, done="placed"))

    return submit(form, act, lambda form: _draw(slug, section, kind, None, form))


@blueprint.route(f"/concept/staff/linked/<{_ID}:block_id>", methods=["GET", "POST"])
def edit_linked(slug: str, block_id: int) -> Response:
    """Change what a linked block shows; freeze and renew it."""
    actor, dialogue, concept = to_write(slug)
    block = queries.access_linked(actor, concept, block_id)
    form = FORMS[BlockKind(block.kind)](request.form if request.method == "POST" else None)
    form.offer(queries.choices(actor, concept))
    if request.method != "POST":
        form.show(block.settings)
        form.based_on.data = str(block.revision)
        return page(_draw(slug, block.section, block.kind, block, form))
    based_on = form.revision_seen

    def act() -> Answer:
        present = queries.access_linked(actor, concept_queries.access_concept(actor, dialogue), block_id)
        actions.change_linked(actor, present, settings=form.settings(), based_on=based_on)
        return Answer(url_for("concept.edit_linked", slug=slug, block_id=block_id, done="saved"))

    return submit(form, act, lambda form: _draw_again(slug, block_id, form))


@blueprint.post(f"/concept/staff/linked/<{_ID}:block_id>/keep")
def keep_linked(slug: str, block_id: int) -> Response:
    """Freeze a linked block, renew what was frozen, let it follow the records again, remove or return it."""
    actor, dialogue, _ = to_write(slug)
    form = StepForm(request.form)
    based_on = form.revision_seen

    def act() -> Answer:
        block = queries.access_linked(actor, concept_queries.access_concept(actor, dialogue), block_id)
        if form.step == "freeze":
            actions.freeze_linked(actor, block, based_on=based_on)
        elif form.step == "unfreeze":
            actions.unfreeze_linked(actor, block, based_on=based_on)
        elif form.step == "remove":
            actions.remove_linked(actor, block, based_on=based_on)
        elif form.step == "return":
            actions.return_linked(actor, block)
        else:
            raise Invalid(_l("Please choose what should happen with this."))
        return Answer(url_for("concept.edit_linked", slug=slug, block_id=block_id, done=form.step))

    def show(form: StepForm) -> str:
        _, _, concept = to_write(slug)
        block = queries.access_linked(actor, concept, block_id)
        again = FORMS[BlockKind(block.kind)]()
        again.offer(queries.choices(actor, concept))
        again.show(block.settings)
        again.alerts = form.alerts
        again.based_on.data = str(block.revision)
        return _draw(slug, block.section, block.kind, block, again)

    return submit(form, act, show)


def _draw_choice(slug: str, section: Section) -> str:
    _, dialogue, _ = to_write(slug)
    return render_template(
        "concept/linked_choice.html",
        dialogue=dialogue,
        section=section,
        labels=[(kind, label) for kind, label in LINKED_LABELS.items()],
    )


def _draw_again(slug: str, block_id: int, form: LinkedForm) -> str:
    actor, _, concept = to_write(slug)
    block = queries.access_linked(actor, concept, block_id)
    saved = FORMS[BlockKind(block.kind)]()
    saved.offer(queries.choices(actor, concept))
    saved.show(block.settings)
    stale = is_stale(form, block.revision)
    return _draw(slug, block.section, block.kind, block, form, stale=stale)


def _draw(
    slug: str, section: Section, kind: str, block: Block | None, form: LinkedForm, *, stale: bool = False
) -> str:
    _, dialogue, concept = to_write(slug)
    chapter = concept_queries.chapter_of(section.id)
    return render_template(
        "concept/linked.html",
        dialogue=dialogue,
        section=section,
        back=url_for(
            "concept.chapter",
            slug=slug,
            chapter=chapter.slug,
            _anchor=f"block-{block.id}" if block else section.slug,
        ),
        kind=kind,
        label=LINKED_LABELS[kind],
        block=block,
        label_of=words.label_of,
        saved=words.label_of(kind, block.settings) if block and stale else "",
        stale=stale,
        form=form,
        is_empty=block is not None and contents.linked_now(concept, kind, block.settings) is None,
        done=request.args.get("done", ""),
    )
