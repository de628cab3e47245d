"""Putting words of others into another language, and the list of what waits for that."""

from __future__ import annotations

from flask import Response, render_template, request, url_for

from core.actor import VISITOR
from core.errors import Forbidden, NotFound
from core.i18n import TRANSLATION_LANGUAGES, language
from core.web import Answer, current_actor, page, submit
from dialog.actions import translations as actions
from dialog.models import Contribution, Dialogue
from dialog.permissions import RIGHTS, Permission
from dialog.queries import contributions as contribution_queries
from dialog.queries import dialogues as dialogue_queries
from dialog.queries import translations as queries
from dialog.translation_forms import TakeOutForm, TranslationForm
from dialog.views.blueprint import blueprint
from dialog.vocabulary import Visibility


@blueprint.route("/contributions/<reference>/translate/<into>", methods=["GET", "POST"])
def translate(slug: str, reference: str, into: str) -> Response:
    """Write a translation, or a better one."""
    actor = current_actor()
    dialogue, found = _to_translate(slug, reference, into)
    form = TranslationForm(request.form if request.method == "POST" else None)

    def show(form: TranslationForm) -> str:
        present = queries.shown_in(into, [found.id]).get(found.id)
        newest = queries.last_number(found.id, into)
        stale = request.method == "POST" and form.revision_seen != newest
        form.based_on.data = str(newest)
        return render_template(
            "dialog/translate.html",
            dialogue=dialogue,
            contribution=found,
            into=into,
            form=form,
            present=present,
            stale=stale,
            may_translate=RIGHTS.allows(actor, Permission.TRANSLATE, found),
            may_take_out=present is not None and RIGHTS.allows(actor, Permission.MODERATE, found),
            taking_out=TakeOutForm(),
            earlier=queries.wordings(actor, found, into)[1:],
        )

    if request.method != "POST":
        present = queries.shown_in(into, [found.id]).get(found.id)
        form.text.data = present.text if present else ""
        return page(show(form))
    if actor == VISITOR:
        # The session may have ended while somebody was writing; what they typed must not be lost with it.
        return page(show(form), Forbidden.status)

    def act() -> Answer:
        _, present = _to_translate(slug, reference, into)
        actions.translate(
            actor, present, language=into, text=form.text.data or "", based_on=form.revision_seen
        )
        return Answer(_address(dialogue, found, "translated"))

    return submit(form, act, show)


@blueprint.post("/contributions/<reference>/translate/<into>/take-out")
def take_translation_out(slug: str, reference: str, into: str) -> Response:
    """Let only the original be shown again."""
    actor = current_actor()
    dialogue, found = _to_translate(slug, reference, into)

    def act() -> Answer:
        _, present = _to_translate(slug, reference, into)
        actions.take_out(actor, present, language=into, based_on=form.revision_seen)
        return Answer(_address(dialogue, found, "taken_out"))

    def show(form: TakeOutForm) -> str:
        return render_template(
            "dialog/translation_changed.html", dialogue=dialogue, contribution=found, into=into, form=form
        )

    form = TakeOutForm(request.form)
    return submit(form, act, show)


@blueprint.get("/moderation/translations")
def translations(slug: str) -> str:
    """What nobody can read yet in the language chosen, for staff."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    into = request.args.get("into", "")
    if into not in TRANSLATION_LANGUAGES:
        into = language()
    return render_template(
        "dialog/translations.html",
        dialogue=dialogue,
        into=into,
        languages=TRANSLATION_LANGUAGES,
        contributions=queries.waiting(actor, dialogue, into),
    )


def _to_translate(slug: str, reference: str, into: str) -> tuple[Dialogue, Contribution]:
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    found = contribution_queries.access_contribution(actor, dialogue, reference)
    words_gone = found.visibility == Visibility.WITHDRAWN
    if words_gone or into not in TRANSLATION_LANGUAGES or into == found.language:
        raise NotFound
    return dialogue, found


def _address(dialogue: Dialogue, contribution: Contribution, done: str) -> str:
    return url_for("dialog.contribution", slug=dialogue.slug, reference=contribution.reference, done=done)
