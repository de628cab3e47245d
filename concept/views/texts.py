"""Writing the text of a section, its history, and who writes where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Response, render_template, request, url_for

from concept import merging, splitting, wordings, words
from concept.actions import texts as actions
from concept.content import Piece, PollData
from concept.document import chart_of, imprint_words, participation_words, says_more
from concept.models import Concept, Section
from concept.permissions import RIGHTS, Permission
from concept.queries import beside as beside_queries
from concept.queries import concepts as queries
from concept.queries import contents
from concept.queries import texts as text_queries
from concept.splitting import marker_of
from concept.text_forms import HereForm, RestoreForm, TextForm, number_in
from concept.views._history import chosen_of, draw_history
from concept.views.blueprint import blueprint
from concept.views.reading import sources_of
from concept.vocabulary import BLOCK_LABELS, BlockKind
from core import markdown
from core.actor import VISITOR, Actor
from core.errors import DomainError, Forbidden, Invalid
from core.i18n import gettext, name_in
from core.web import Answer, current_actor, page, submit
from dialog.models import Dialogue
from dialog.queries import dialogues as dialogue_queries

_FORM_BYTES = 1_000_000
"""The longest text that is rendered, in any script, encoded as forms are; more is answered with 413."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One block of a preview: rendered words, a block as it is now, or what cannot be shown and why."""

    html: object | None = None
    piece: Piece | None = None
    label: str = ""
    wrong: object | None = None


@blueprint.route("/concept/write/<section>", methods=["GET", "POST"])
def write_text(slug: str, section: str) -> Response:
    """Write the text of a section, or see what was typed as readers will, without saving it."""
    request.max_form_memory_size = _FORM_BYTES
    actor = current_actor()
    form = TextForm(request.form if request.method == "POST" else None)
    if request.method == "POST" and actor == VISITOR:
        # The session may have ended while somebody was writing; what they typed must not be lost with it.
        return page(render_template("concept/signed_out_text.html", form=form), Forbidden.status)
    dialogue, concept, found = _text(actor, slug, section)
    refused: list[DomainError] = []

    def show(form: TextForm) -> str:
        return _draw(dialogue, concept, section, form, refused)

    if request.method != "POST":
        blocks = text_queries.text_blocks(found.id)
        form.text.data, form.based_on.data = text_queries.text_of(blocks), str(found.revision)
        return page(show(form))
    if request.form.get("step") == "preview":
        return page(_draw(dialogue, concept, section, form, [], preview=True))

    def act() -> Answer:
        _, _, present = _text(actor, slug, section)
        try:
            saved = actions.save_text(
                actor,
                present,
                text=form.text.data or "",
                based_on=form.revision_seen,
                dropping=form.dropped,
            )
        except DomainError as error:
            refused.append(error)
            raise
        done = "joined" if saved.joined else "saved"
        return Answer(url_for("concept.write_text", slug=slug, section=section, done=done))

    return submit(form, act, show)


@blueprint.post("/concept/write/<section>/here")
def writing_here(slug: str, section: str) -> Response:
    """A sign that somebody has the text open; the answer says who else writes, and what was saved."""
    actor = current_actor()
    dialogue, concept, found = _text(actor, slug, section)
    form = HereForm.from_request()

    def act() -> Answer:
        _, _, present = _text(actor, slug, section)
        here = url_for("concept.write_text", slug=slug, section=section)
        last = form.last.data or ""
        if form.left.data:
            actions.stop_writing(actor, present, last=last)
            return Answer(here)
        sign = actions.note_writing(actor, present, last=last)
        others = [one for one in text_queries.visible_writers(actor, concept) if one.section_id == found.id]
        return Answer(
            here,
            {
                "others": len(others),
                "elsewhere": sign.is_elsewhere,
                "sign": sign.at,
                "revision": present.revision,
            },
        )

    return submit(form, act, lambda form: _draw(dialogue, concept, section, TextForm(), []))


@blueprint.get("/concept/write/<section>/history")
def text_history(slug: str, section: str) -> Response:
    """Every wording a section has had, and what was new in one of them."""
    actor = current_actor()
    dialogue, concept, found = _text(actor, slug, section)
    return page(_draw_history(dialogue, concept, found, RestoreForm()))


@blueprint.post("/concept/write/<section>/restore")
def restore_text(slug: str, section: str) -> Response:
    """Bring an older wording back as a new one."""
    actor = current_actor()
    dialogue, concept, _ = _text(actor, slug, section)
    form = RestoreForm.from_request()

    def act() -> Answer:
        _, _, present = _text(actor, slug, section)
        actions.restore_text(actor, present, number=number_in(form.number.data), based_on=form.revision_seen)
        return Answer(url_for("concept.write_text", slug=slug, section=section, done="restored"))

    def show(form: RestoreForm) -> str:
        return _draw_history(dialogue, concept, _text(actor, slug, section)[2], form)

    return submit(form, act, show)


# ---------------------------------------------------------------------------------------------------- pieces


def _text(actor: Actor, slug: str, section: str) -> tuple[Dialogue, Concept, Section]:
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    concept = queries.access_concept(actor, dialogue)
    RIGHTS.require(actor, Permission.WRITE, concept)
    return dialogue, concept, text_queries.access_text(actor, concept, section)


def _draw(
    dialogue: Dialogue,
    concept: Concept,
    section: str,
    form: TextForm,
    refused: list[DomainError],
    *,
    preview: bool = False,
) -> str:
    """The page on which one writes; `refused` holds what was wrong with what was sent."""
    actor = current_actor()
    found = text_queries.access_text(actor, concept, section)
    blocks = text_queries.text_blocks(found.id)
    error = refused[-1] if refused else None
    vanishing = error.blocks if isinstance(error, actions.WouldVanish) else []
    form.dropping.data = " ".join(str(block.id) for block in vanishing)
    stale = _united(found, form, preview=preview)
    if stale or vanishing:
        # The page tells more of it than a sentence could.
        form.alerts.clear()
    return render_template(
        "concept/write_text.html",
        dialogue=dialogue,
        concept=concept,
        section=found,
        chapter=queries.chapter_of(found.id),
        beside=beside_queries.beside(actor, concept, found),
        form=form,
        vanishing=vanishing,
        labels=BLOCK_LABELS,
        stale=stale,
        writers=[one for one in text_queries.visible_writers(actor, concept) if one.section_id == found.id],
        lines=[text_queries.words_of(block) for block in blocks if block.kind != BlockKind.PARAGRAPH],
        done=request.args.get("done", ""),
        limit=markdown.MAX_LENGTH,
        **(_preview(concept, found, form.text.data or "") if preview else {"preview": None}),
    )


def _united(section: Section, form: TextForm, *, preview: bool) -> dict[str, Any] | None:
    """Where somebody has saved meanwhile: both texts, and in the form what comes of both."""
    if form.revision_seen == section.revision or request.method != "POST" or preview:
        return None
    blocks = text_queries.text_blocks(section.id)
    typed = form.text.data or ""
    base = text_queries.wording(section.id, form.revision_seen)
    united = merging.merge(
        [splitting.bare(line) for line in text_queries.lines_of(base)] if base else None,
        [splitting.bare(block) for block in splitting.split(typed)],
        [splitting.bare(text_queries.words_of(block)) for block in blocks],
        labels=(gettext("your text"), gettext("saved text")),
    )
    named = {splitting.bare(line): line for line in map(text_queries.words_of, blocks)}
    form.text.data = splitting.compose(named.get(block, block) for block in united.blocks)
    form.based_on.data = str(section.revision)
    return {"typed": typed, "saved": text_queries.text_of(blocks), "conflicts": united.conflicts}


def _preview(concept: Concept, section: Section, text: str) -> dict[str, Any]:
    """What the page needs to show a text as readers will see it."""
    chapter = queries.chapter_of(section.id)
    content = contents.content(current_actor(), concept, chapter=chapter.slug)
    drawn = {
        piece.id: (piece, inner.poll)
        for inner in contents.all_chapters(content.chapters)
        for piece in inner.pieces
    }
    kinds = {
        block.id: block.kind
        for gone in (False, True)
        for block in text_queries.text_blocks(section.id, gone=gone)
    }
    poll: PollData | None = next((poll for _, poll in drawn.values() if poll is not None), None)
    return {
        "preview": [_shown(block, drawn, kinds) for block in splitting.split(text[: markdown.MAX_LENGTH])],
        "poll": poll,
        "chart": chart_of(poll) if poll is not None and poll.ballots else None,
        "participation": participation_words(content),
        "imprint": imprint_words(content),
        "content": content,
        "sources_of": sources_of,
        "says_more": says_more,
        "words": words,
        "stored": markdown.stored,
    }


def _shown(block: str, drawn: dict[int, Any], kinds: dict[int, str]) -> Shown:
    number = marker_of(block)
    if number is not None:
        if number in drawn:
            return Shown(piece=drawn[number][0])
        kind = kinds.get(number, "")
        if kind in BLOCK_LABELS:
            return Shown(label=str(BLOCK_LABELS[kind]))
        return Shown(wrong=gettext("This section has no block number %(number)s.", number=number))
    try:
        return Shown(html=markdown.stored(str(markdown.render(block))))
    except Invalid as error:
        return Shown(wrong=error.sentence)


def _draw_history(dialogue: Dialogue, concept: Concept, section: Section, form: RestoreForm) -> str:
    kept = text_queries.visible_wordings(current_actor(), concept, section)
    pair = chosen_of(kept, form)
    before = pair.before.blocks if pair.before else []
    found = wordings.changes(before, pair.chosen.blocks) if pair.chosen else []
    slug = dialogue.slug
    write = url_for("concept.write_text", slug=slug, section=section.slug)
    return draw_history(
        dialogue,
        kept,
        pair,
        [
            wordings.Line(
                one.kind if pair.before else "same",
                "" if one.words else str(BLOCK_LABELS.get(one.block_kind, one.block_kind)),
                one.words,
            )
            for one in found
        ],
        form,
        present=section.revision,
        name=name_in(section.titles),
        language=concept.language,
        trail=[(name_in(section.titles), write)],
        back=(gettext("Write on"), write),
        address=url_for("concept.text_history", slug=slug, section=section.slug),
        restore=url_for("concept.restore_text", slug=slug, section=section.slug),
    )
