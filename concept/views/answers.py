"""Which needs the concept answers, which not yet, and the form in which staff say why it does not."""

from __future__ import annotations

from flask import Response, render_template, request, url_for

from concept import words
from concept.actions import answers as actions
from concept.queries import answers as queries
from concept.queries import concepts as concept_queries
from concept.record_forms import AnswersDueForm, DeclineForm
from concept.views._parts import to_write
from concept.views.blueprint import blueprint
from core.errors import Invalid
from core.forms import Form
from core.i18n import lazy_gettext as _l
from core.web import Answer, page, submit


@blueprint.get("/concept/staff/answers")
def answers(slug: str) -> str:
    """Every need by topic, with its place, its points and what the concept answers."""
    return _draw(slug, Form())


@blueprint.route("/concept/staff/answers/<reference>", methods=["GET", "POST"])
def answer(slug: str, reference: str) -> Response:
    """Say why the concept does not take a need up, say it in other words, or take that back."""
    actor, dialogue, concept = to_write(slug)
    need = queries.access_need(actor, dialogue, reference)
    form = DeclineForm(request.form if request.method == "POST" else None)
    step = request.form.get("step", "")

    def show(form: DeclineForm) -> str:
        given = queries.answer_of(concept_queries.access_concept(actor, dialogue), need)
        seen = form.based_on.data or ""
        stale = request.method == "POST" and _plain(seen) != _plain(given.reason)
        form.based_on.data = given.reason
        return render_template(
            "concept/answer.html",
            dialogue=dialogue,
            need=need,
            given=given,
            form=form,
            words=words,
            saved=[(_l("Reason"), given.reason or "–")] if stale and given.reason != form.reason.data else [],
            stale=stale,
        )

    if request.method != "POST":
        given = queries.answer_of(concept, need)
        form.reason.data, form.based_on.data = given.reason, given.reason
        return page(show(form))
    if step == "undo":
        undo = Form(request.form)

        def take_back() -> Answer:
            present = concept_queries.access_concept(actor, dialogue)
            actions.take_back_decline(actor, present, queries.access_need(actor, dialogue, reference))
            return _to_list(slug, "undone", reference)

        return submit(undo, take_back, lambda form: _draw(slug, form))

    def act() -> Answer:
        present = concept_queries.access_concept(actor, dialogue)
        actions.decline(
            actor,
            present,
            queries.access_need(actor, dialogue, reference),
            reason=form.reason.data or "",
            based_on=form.based_on.data or "",
        )
        return _to_list(slug, "declined", reference)

    return submit(form, act, show)


@blueprint.post("/concept/staff/answers/line/<chapter>")
def answers_due(slug: str, chapter: str) -> Response:
    """Say how many needs of a topic must be answered before a release."""
    actor, dialogue, _ = to_write(slug)
    form = AnswersDueForm(request.form)

    def act() -> Answer:
        present = concept_queries.access_concept(actor, dialogue)
        section = queries.access_field_chapter(actor, present, chapter)
        if form.number.data is None:
            raise Invalid(_l("Please enter a number."))
        actions.change_answers_due(actor, section, number=form.number.data)
        return Answer(url_for("concept.answers", slug=slug, done="line", _anchor=chapter))

    return submit(form, act, lambda form: _draw(slug, form))


def _to_list(slug: str, done: str, reference: str) -> Answer:
    return Answer(url_for("concept.answers", slug=slug, done=done, about=reference, _anchor=reference))


def _draw(slug: str, form: Form) -> str:
    actor, dialogue, concept = to_write(slug)
    chapters = queries.access_answers(actor, concept)
    return render_template(
        "concept/answers.html",
        dialogue=dialogue,
        chapters=chapters,
        missing=sum(need.is_missing for chapter in chapters for need in chapter.needs),
        form=form,
        words=words,
        done=request.args.get("done", ""),
    )


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()
