"""Reading the concept chapter by chapter, its files, and choosing the vote that orders a chapter."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Response, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from concept import series, words
from concept.actions import concepts as actions
from concept.compile import StillCompiling, compiled, known_missing, order
from concept.content import Chapter, Content, Origin
from concept.document import chart_of, imprint_words, participation_words, says_more
from concept.forms import DecisivePollForm
from concept.permissions import RIGHTS, Permission
from concept.queries import answers as answer_queries
from concept.queries import concepts as queries
from concept.queries import contents
from concept.queries import texts as text_queries
from concept.queries import versions as version_queries
from concept.views.blueprint import blueprint
from concept.vocabulary import Part
from core import markdown
from core.config import Config
from core.documents.worker import Format
from core.errors import NotFound
from core.i18n import name_in
from core.web import Answer, current_actor, page, submit
from dialog.models import Dialogue
from dialog.queries import dialogues as dialogue_queries
from dialog.queries import polls as poll_queries

MIME_TYPES: dict[Format, str] = {
    "pdf": "application/pdf",
    "html": "text/html; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
}


@blueprint.get("/concept")
def overview(slug: str) -> str:
    """What the concept is, where it stands, its chapters and its files."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    concept = queries.access_concept(actor, dialogue)
    content = contents.outline(actor, concept)
    may_write = RIGHTS.allows(actor, Permission.WRITE, concept)
    whole = contents.content(actor, concept) if may_write else None
    return render_template(
        "concept/overview.html",
        **_frame(dialogue, content),
        may_write=may_write,
        may_release=RIGHTS.allows(actor, Permission.RELEASE, concept),
        missing=known_missing(order(whole, _settings()), _settings()) if whole else None,
        lacking=[
            (page, lacks)
            for page in (contents.pages(whole) if whole else ())
            if (lacks := contents.without_source(_own(page)))
        ],
        unanswered=len(answer_queries.unanswered(concept)) if may_write else 0,
        writers=text_queries.visible_writers(actor, concept),
    )


@blueprint.get("/concept/<chapter>")
def chapter(slug: str, chapter: str) -> str | BaseResponse:
    """One chapter: beside each paragraph, need, goal and measure where it comes from.

    The address of a section inside it leads there, for chapters may be moved.
    """
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    concept = queries.access_concept(actor, dialogue)
    content = contents.content(actor, concept, chapter=chapter)
    reading = contents.pages(content)
    place = next((n for n, found in enumerate(reading) if found.slug == chapter), None)
    if place is None:
        around = next((one for one in reading if any(inner.slug == chapter for inner in one.chapters)), None)
        if around is None:
            raise NotFound
        # Without an anchor of ours the browser keeps the one of the link.
        return redirect(around.path, 302)
    found = reading[place]
    writers = text_queries.visible_writers(actor, concept)
    may_choose = found.part == Part.FIELD and RIGHTS.allows(actor, Permission.CHOOSE_POLL, concept)
    return render_template(
        "concept/chapter.html",
        **_frame(dialogue, content, found),
        chapter=found,
        before=reading[place - 1] if place else None,
        after=reading[place + 1] if place + 1 < len(reading) else None,
        chart=_drawn_chart(found),
        participation=participation_words(content),
        imprint=imprint_words(content),
        may_choose=may_choose,
        may_write=RIGHTS.allows(actor, Permission.WRITE, concept),
        lacking=contents.without_source(_own(found)),
        has_newer_poll=may_choose
        and contents.has_newer_choice(actor, dialogue, queries.access_section(actor, concept, chapter)),
        writers={one.slug: [other for other in writers if other.slug == one.slug] for one in writers},
        done=request.args.get("done", ""),
    )


@blueprint.get("/concept.<any(pdf, html, md):format>")
def download(slug: str, format: Format) -> Response:
    """The whole concept as a file of the current state; its tag is the hash of the content."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    wanted = order(contents.whole_content(actor, dialogue), _settings())
    if wanted.hash in request.if_none_match:
        response = make_response("", 304)
    else:
        try:
            response = make_response(compiled(wanted, format, _settings()).data)
        except StillCompiling as busy:
            response = make_response(
                render_template(
                    "layout/error.html",
                    sentence=busy.sentence,
                    status=busy.status,
                    code=busy.code,
                    incident=None,
                ),
                busy.status,
            )
            response.headers["Retry-After"] = "30"
            return response
        response.headers["Content-Type"] = MIME_TYPES[format]
        response.headers["Content-Disposition"] = f'attachment; filename="{dialogue.slug}.{format}"'
    response.set_etag(wanted.hash)
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.route("/concept/<chapter>/decisive-poll", methods=["GET", "POST"])
def decisive_poll(slug: str, chapter: str) -> Response:
    """Choose the vote whose result orders the needs of a chapter."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    concept = queries.access_concept(actor, dialogue)
    RIGHTS.require(actor, Permission.CHOOSE_POLL, concept)
    section = queries.access_section(actor, concept, chapter)
    if section.part != Part.FIELD:
        raise NotFound
    form = DecisivePollForm(request.form if request.method == "POST" else None)
    polls = contents.decisive_choices(actor, dialogue, section)
    form.offer(polls, section.decisive_poll_id)

    def show(form: DecisivePollForm) -> str:
        return render_template(
            "concept/decisive_poll.html",
            dialogue=dialogue,
            section=section,
            form=form,
            polls=polls,
            back=url_for("concept.chapter", slug=slug, chapter=chapter),
        )

    if request.method != "POST":
        return page(show(form))

    def act() -> Answer:
        present = queries.access_section(actor, queries.access_concept(actor, dialogue), chapter)
        poll = poll_queries.access_poll(actor, dialogue, int(form.poll.data))
        actions.choose_decisive_poll(actor, present, poll)
        return Answer(url_for("concept.chapter", slug=slug, chapter=chapter, done="chosen"))

    return submit(form, act, show)


def _own(page: Chapter) -> list[Chapter]:
    """A chapter as it stands on its page: without those inside it that have a page of their own."""
    return [replace(page, chapters=tuple(one for one in page.chapters if one.part != Part.FIELD))]


def _settings() -> Config:
    settings: Config = current_app.config["SETTINGS"]
    return settings


def _frame(dialogue: Dialogue, content: Content, current: Chapter | None = None) -> dict[str, Any]:
    """What every page of the concept needs: its contents and its state."""
    return {
        "dialogue": dialogue,
        "content": content,
        "latest": version_queries.latest_issue(dialogue.id, content.edition),
        "contents": _entries(content.chapters, current),
        "as_of": words.as_of(content.changed_at),
        "sources_of": sources_of,
        "says_more": says_more,
        "words": words,
        "chart_of": chart_of,
        "indicator_chart": series.indicator_chart,
        "figure_chart": series.figure_chart,
        "stored": markdown.stored,
        "part": Part,
    }


def _entries(chapters: tuple[Chapter, ...], current: Chapter | None) -> list[dict[str, Any]]:
    """The contents as the reading macro takes them: down to the chapters that have a page."""
    return [
        {
            "label": f"{chapter.number} {name_in(chapter.titles)}",
            "url": chapter.path,
            "current": current is not None and chapter.slug == current.slug,
            "children": _entries(
                tuple(inner for inner in chapter.chapters if inner.part == Part.FIELD), current
            ),
        }
        for chapter in chapters
    ]


def sources_of(origins: tuple[Origin, ...]) -> list[dict[str, str]]:
    """Sources as the reading macro takes them."""
    return [
        {
            "icon": words.ICONS[origin.kind],
            "label": words.origin_label(origin),
            "url": origin.path,
            "note": words.origin_note(origin),
            "language": origin.language,
        }
        for origin in origins
    ]


def _drawn_chart(chapter: Chapter) -> object | None:
    return chart_of(chapter.poll) if chapter.poll is not None and chapter.poll.ballots else None
