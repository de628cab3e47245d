"""Releasing a version, reading versions at addresses that stay, their files, and withdrawing one."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, make_response, render_template, request, url_for

from concept import bundle, words
from concept.actions import versions as actions
from concept.frozen import DOCUMENTS, Frozen, sha256
from concept.models import Concept, Version
from concept.permissions import RIGHTS, Permission
from concept.queries import concepts as concept_queries
from concept.queries import contents
from concept.queries import versions as queries
from concept.queries.answers import unanswered
from concept.queries.versions import Issue
from concept.refusals import NothingNew
from concept.release import freeze, page_of, require_news, state_of
from concept.version_forms import ReleaseForm, WithdrawForm
from concept.views.blueprint import blueprint
from concept.views.reading import MIME_TYPES
from core.config import Config
from core.errors import DomainError, NotFound
from core.keys import fingerprint
from core.web import Answer, current_actor, page, submit
from dialog.models import Dialogue
from dialog.queries import dialogues as dialogue_queries

SEALED = 403
"""The status while words of a version are taken down: it may be given out again."""

GONE = 410
"""The status of a version that was withdrawn."""

NUMBER = "<int(max=99999):number>"
TYPES: dict[str, str] = {
    **{str(format): mime for format, mime in MIME_TYPES.items()},
    "zip": "application/zip",
    "py": "text/x-python; charset=utf-8",
}


@blueprint.route("/concept/release", methods=["GET", "POST"])
def release(slug: str) -> Response:
    """Look at what the next version will hold, and release it."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    concept = concept_queries.access_concept(actor, dialogue)
    RIGHTS.require(actor, Permission.RELEASE, concept)
    form = ReleaseForm(request.form if request.method == "POST" else None)

    def show(form: ReleaseForm) -> str:
        return render_template("concept/release.html", form=form, **_ahead(dialogue))

    if request.method != "POST":
        return page(show(form))
    # The files are written before the transaction. What is wrong is said inside it, where a form that was
    # sent before gets the answer it got then.
    frozen: Frozen | None = None
    failure: DomainError | None = None
    if form.validate():
        try:
            frozen = freeze(actor, concept, _settings())
        except DomainError as error:
            failure = error

    def act() -> Answer:
        if frozen is None:
            raise failure or NotFound
        present = concept_queries.access_concept(actor, dialogue)
        version = actions.release_version(actor, present, frozen, note=form.note.data or "")
        return Answer(url_for("concept.version", slug=slug, number=version.number, done="released"))

    return submit(form, act, show)


def _ahead(dialogue: Dialogue) -> dict[str, Any]:
    """What the page before a release shows: what will be in it, and what stands in its way."""
    actor = current_actor()
    concept = concept_queries.access_concept(actor, dialogue)
    issues = queries.visible_versions(actor, concept)
    former = queries.latest_version(concept.id)
    number = former.number + 1 if former else 1
    content = contents.content(actor, concept)
    wanted, records = state_of(content, concept, _settings(), number=number)
    try:
        require_news(former, wanted, records)
        is_new = True
    except NothingNew:
        is_new = False
    pieces = [piece for chapter in contents.all_chapters(content.chapters) for piece in chapter.pieces]
    return {
        "dialogue": dialogue,
        "content": content,
        "as_of": words.as_of(content.changed_at),
        "number": number,
        "former": issues[0] if issues else None,
        "is_new": is_new,
        "needs": unanswered(concept),
        "chapters": len(contents.pages(content)),
        "measures": sum(piece.measure is not None for piece in pieces),
        "voices": sum(piece.voice is not None for piece in pieces),
    }


@blueprint.get("/concept/versions")
def versions(slug: str) -> str:
    """All versions of the concept, the latest first."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    concept = concept_queries.access_concept(actor, dialogue)
    return render_template(
        "concept/versions.html",
        dialogue=dialogue,
        content=contents.outline(actor, concept),
        issues=queries.visible_versions(actor, concept),
        may_release=RIGHTS.allows(actor, Permission.RELEASE, concept),
        words=words,
    )


@blueprint.get(f"/concept/versions/{NUMBER}")
def version(slug: str, number: int) -> Response:
    """One version as it was released, or why it is not given out."""
    dialogue, concept, issue = _found(slug, number)
    frame = _frame(dialogue, concept, issue)
    if not issue.is_open:
        return _not_given_out(issue, frame)
    response = page(
        render_template(
            "concept/version.html",
            **frame,
            shown=page_of(issue.version),
            files=_downloads(dialogue, issue.version),
            fingerprint=fingerprint(bytes.fromhex(issue.version.public_key)),
            done=request.args.get("done", ""),
        )
    )
    response.add_etag()
    response.make_conditional(request)
    return response


@blueprint.get(f"/concept/versions/{NUMBER}.<any(pdf, html, md, zip, py):format>")
def version_file(slug: str, number: int, format: str) -> Response:
    """A file of a version, byte for byte as it was released; its tag is its hash.

    Browsers may keep it but must ask each time, because it is given out no longer once words in it are taken
    down.
    """
    dialogue, concept, issue = _found(slug, number)
    if not issue.is_open:
        return _not_given_out(issue, _frame(dialogue, concept, issue))
    version = issue.version
    about = {file.format: file.sha256 for file in queries.about_files(version)}
    tag = sha256(version.manifest) if format == "zip" else about.get(format)
    if tag is None:
        raise NotFound
    if tag in request.if_none_match:
        response = make_response("", 304)
    else:
        data = packed(version) if format == "zip" else queries.file_of(version, format).data
        response = make_response(data)
        response.headers["Content-Type"] = TYPES[format]
        name = "verify_concept.py" if format == "py" else f"{dialogue.slug}-version-{number}.{format}"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.set_etag(tag)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def packed(version: Version) -> bytes:
    """The bundle of a version."""
    return bundle.pack(
        bundle.parts_of(
            manifest=version.manifest,
            signature=version.signature,
            public_key=version.public_key,
            content=version.content,
            records=version.records,
            files=queries.files_of(version),
        )
    )


@blueprint.route(f"/concept/versions/{NUMBER}/withdraw", methods=["GET", "POST"])
def withdraw_version(slug: str, number: int) -> Response:
    """Say that a version holds no longer, and why."""
    actor = current_actor()
    dialogue, concept, issue = _found(slug, number)
    RIGHTS.require(actor, Permission.WITHDRAW_VERSION, concept)
    form = WithdrawForm(request.form if request.method == "POST" else None)

    def show(form: WithdrawForm) -> str:
        return render_template("concept/withdraw_version.html", form=form, **_frame(dialogue, concept, issue))

    if request.method != "POST":
        return page(show(form))

    def act() -> Answer:
        present = queries.access_version(actor, concept_queries.access_concept(actor, dialogue), number)
        actions.withdraw_version(actor, present.version, reason=form.reason.data or "")
        return Answer(url_for("concept.version", slug=slug, number=number))

    return submit(form, act, show)


def _found(slug: str, number: int) -> tuple[Dialogue, Concept, Issue]:
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    concept = concept_queries.access_concept(actor, dialogue)
    return dialogue, concept, queries.access_version(actor, concept, number)


def _frame(dialogue: Dialogue, concept: Concept, issue: Issue) -> dict[str, Any]:
    """What every page about one version needs: the version, and those beside it that can be read."""
    actor = current_actor()
    issues = queries.visible_versions(actor, concept)
    readable = [one for one in issues if one.is_open]
    return {
        "dialogue": dialogue,
        "concept": concept,
        "issue": issue,
        "number": issue.number,
        "latest": readable[0] if readable else None,
        "before": next((one for one in readable if one.number < issue.number), None),
        "after": next((one for one in reversed(readable) if one.number > issue.number), None),
        "released": words.moment(issue.version.released_at),
        "may_release": RIGHTS.allows(actor, Permission.RELEASE, concept),
        "may_withdraw": RIGHTS.allows(actor, Permission.WITHDRAW_VERSION, concept),
        "words": words,
    }


def _not_given_out(issue: Issue, frame: dict[str, Any]) -> Response:
    status = GONE if issue.withdrawal is not None else SEALED
    return page(render_template("concept/version_gone.html", **frame), status)


def _downloads(dialogue: Dialogue, version: Version) -> list[dict[str, Any]]:
    """The files people read, with size and hash."""
    about = {file.format: file for file in queries.about_files(version)}
    return [
        {
            "format": format,
            "url": url_for("concept.version_file", slug=dialogue.slug, number=version.number, format=format),
            "size": about[format].size,
            "sha256": about[format].sha256,
        }
        for format in DOCUMENTS
        if format in about
    ]


def _settings() -> Config:
    settings: Config = current_app.config["SETTINGS"]
    return settings
