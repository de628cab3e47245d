"""What one paragraph, goal or measure rests on: its words on one side, the evidence on the other."""

from __future__ import annotations

from collections.abc import Container
from urllib.parse import urlencode

from flask import Response, render_template, request, url_for

from concept import words
from concept.actions import sources as actions
from concept.content import Origin
from concept.models import Block, Concept, Goal
from concept.queries import concepts as concept_queries
from concept.queries import evidence as queries
from concept.queries.concepts import Owner
from concept.record_forms import EvidenceForm
from concept.views._parts import to_write
from concept.views.blueprint import blueprint
from core import markdown
from core.actor import Actor
from core.errors import Invalid, NotFound
from core.i18n import lazy_gettext as _l
from core.web import Answer, page, submit
from dialog.models import Dialogue
from dialog.queries import dialogues as dialogue_queries
from dialog.queries.register import RegisterFilter
from dialog.vocabulary import KIND_LABELS


@blueprint.route(
    "/concept/staff/sources/<any(block, goal, measure):owner>/<int:owner_id>",
    methods=["GET", "POST"],
)
def sources(slug: str, owner: str, owner_id: int) -> Response:
    """Search the evidence, add it with one press, remove it and take that back."""
    actor, dialogue, _ = to_write(slug)
    form = EvidenceForm(request.form if request.method == "POST" else None)

    def show(form: EvidenceForm) -> str:
        return _draw(slug, owner, owner_id, form)

    if request.method != "POST":
        return page(show(form))

    def act() -> Answer:
        present = concept_queries.access_concept(actor, dialogue)
        found = queries.access_owner(actor, present, owner, owner_id)
        if form.adds:
            evidence = queries.access_evidence(actor, present, form.adds)
            actions.cite(actor, found, evidence)
            told = {"added": form.adds}
        elif form.removes is not None:
            source = queries.access_source(found, form.removes)
            told = {"removed": queries.token_of(source)}
            actions.uncite(actor, source)
        else:
            raise Invalid(_l("Please choose a source."))
        asked = {name: request.args[name] for name in ("q", "kind", "field") if name in request.args}
        here = url_for("concept.sources", slug=slug, owner=owner, owner_id=owner_id)
        return Answer(f"{here}?{urlencode(asked | told)}")

    return submit(form, act, show)


def _draw(slug: str, owner: str, owner_id: int, form: EvidenceForm) -> str:
    actor, dialogue, concept = to_write(slug)
    found = queries.access_owner(actor, concept, owner, owner_id)
    fields = dialogue_queries.fields_of(dialogue)
    field = queries.field_of(found)
    wish = RegisterFilter(
        kind=_one_of(request.args.get("kind", ""), KIND_LABELS),
        field=_one_of(request.args.get("field", field.slug if field else ""), {one.slug for one in fields}),
        words=request.args.get("q", "")[:200],
    )
    return render_template(
        "concept/sources.html",
        dialogue=dialogue,
        concept=concept,
        owner=_kind(found),
        row=found,
        title=_title(found),
        html=markdown.stored(found.html) if isinstance(found, Block) else None,
        back=_place_of(concept, dialogue, found),
        cited=[(one, _shown(one.origin)) for one in queries.cited(concept, found)],
        found=queries.search(actor, concept, found, wish),
        wish=wish,
        fields=fields,
        kind_labels=KIND_LABELS,
        icons=words.ICONS,
        form=form,
        asked=request.query_string.decode("ascii", "replace"),
        removed=_known(actor, concept, request.args.get("removed", "")),
        added=request.args.get("added", ""),
    )


def _known(actor: Actor, concept: Concept, token: str) -> str:
    """The token, if it names a record that can be added (again); nothing for what else an address may say."""
    try:
        queries.access_evidence(actor, concept, token)
    except NotFound:
        return ""
    return token


def _shown(origin: Origin | None) -> dict[str, str] | None:
    if origin is None:
        return None
    return {
        "icon": words.ICONS[origin.kind],
        "label": words.origin_label(origin),
        "note": words.origin_note(origin),
        "url": origin.path,
        "language": origin.language,
    }


def _kind(owner: Owner) -> str:
    return next(kind for kind, model in queries.OWNERS.items() if isinstance(owner, model))


def _title(owner: Owner) -> str:
    if isinstance(owner, Block):
        return ""
    if isinstance(owner, Goal):
        return words.goal_name(f"{owner.field.position}.{owner.number}")
    return owner.reference


def _place_of(concept: Concept, dialogue: Dialogue, owner: Owner) -> str:
    block = owner if isinstance(owner, Block) else concept_queries.block_of(owner)
    chapter = concept_queries.chapter_of(block.section_id)
    return url_for("concept.chapter", slug=dialogue.slug, chapter=chapter.slug, _anchor=f"block-{block.id}")


def _one_of(wanted: str, known: Container[str]) -> str:
    return wanted if wanted in known else ""
