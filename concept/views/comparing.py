"""What has changed between two versions, or between a version and the present draft."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from flask import Response, current_app, make_response, render_template, request, url_for

from concept.compare import compare_records, sentences
from concept.compile import Order, StillCompiling, compiled
from concept.models import Concept
from concept.queries import concepts as concept_queries
from concept.queries import contents
from concept.queries import versions as queries
from concept.release import state_of
from concept.views.blueprint import blueprint
from concept.views.versions import GONE, SEALED
from core.actor import Actor
from core.config import Config
from core.document_labels import document_labels
from core.documents.html import fragment_from_plain
from core.documents.labels import Labels
from core.documents.tree import Document, content_hash, document_from_json
from core.documents.worker import Format
from core.errors import NotFound
from core.i18n import force_locale, gettext
from core.web import current_actor, page
from dialog.models import Dialogue
from dialog.queries import dialogues as dialogue_queries

DRAFT = "draft"


@dataclass(frozen=True, slots=True)
class _State:
    """One side of a comparison. `is_open` says whether it may be given out."""

    name: str
    """As in the address: a number, or `draft`."""
    is_open: bool
    is_withdrawn: bool = False
    document: Document | None = None
    records: str = ""

    @property
    def title(self) -> str:
        """As people call it."""
        if self.name == DRAFT:
            return gettext("present draft")
        return gettext("Version %(number)s", number=self.name)


@blueprint.get("/concept/versions/compare")
def compare(slug: str) -> Response:
    """The summary of what has changed, then the text with every change marked, unchanged parts folded."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    concept = concept_queries.access_concept(actor, dialogue)
    old, new = _both(actor, concept)
    if not (old.is_open and new.is_open):
        return _not_given_out(dialogue, old, new)
    wanted = _order(concept, old, new)
    try:
        found = json.loads(compiled(wanted, "changes", _settings()).data)
    except StillCompiling as busy:
        return _busy(busy)
    issues = [issue for issue in queries.visible_versions(actor, concept) if issue.is_open]
    return page(
        render_template(
            "concept/compare.html",
            dialogue=dialogue,
            content=contents.outline(actor, concept),
            old=old,
            new=new,
            issues=issues,
            summary=sentences(found["counts"], compare_records(old.records, new.records)),
            body=fragment_from_plain(found).body,
            pdf=f"{url_for('concept.changes', slug=slug)}?from={old.name}&to={new.name}",
        )
    )


@blueprint.get("/concept/versions/changes.pdf")
def changes(slug: str) -> Response:
    """The same as a PDF: what is new underlined, what is gone struck, both between signs."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    concept = concept_queries.access_concept(actor, dialogue)
    old, new = _both(actor, concept)
    if not (old.is_open and new.is_open):
        return _not_given_out(dialogue, old, new)
    wanted = _order(concept, old, new)
    try:
        found = json.loads(compiled(wanted, "changes", _settings()).data)
        with force_locale(concept.language):
            preface = (
                gettext("New words are underlined between [+ and +], deleted ones struck between [− and −]."),
                *sentences(found["counts"], compare_records(old.records, new.records)),
            )
        format: Format = "pdf"
        response = make_response(compiled(replace(wanted, preface=preface), format, _settings()).data)
    except StillCompiling as busy:
        return _busy(busy)
    response.headers["Content-Type"] = "application/pdf"
    name = f"{dialogue.slug}-{old.name}-{new.name}.pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _both(actor: Actor, concept: Concept) -> tuple[_State, _State]:
    old, new = (request.args.get(name, "") for name in ("from", "to"))
    return _state(actor, concept, old), _state(actor, concept, new)


def _state(actor: Actor, concept: Concept, name: str) -> _State:
    """One side. Raises NotFound for anything but `draft` and the number of a version."""
    if name == DRAFT:
        order, records = state_of(contents.content(actor, concept), concept, _settings())
        return _State(DRAFT, is_open=True, document=order.document, records=records)
    if not (name.isascii() and name.isdigit() and len(name) <= 5):
        raise NotFound
    issue = queries.access_version(actor, concept, int(name))
    if not issue.is_open:
        return _State(str(issue.number), is_open=False, is_withdrawn=issue.withdrawal is not None)
    version = issue.version
    return _State(
        str(issue.number),
        is_open=True,
        document=document_from_json(version.content),
        records=version.records,
    )


def _order(concept: Concept, old: _State, new: _State) -> Order:
    if old.document is None or new.document is None:
        raise NotFound
    with force_locale(concept.language):
        labels = Labels.from_plain(document_labels().as_plain())
        named = replace(
            new.document,
            subtitle=gettext("What has changed: %(old)s → %(new)s", old=old.title, new=new.title),
            edition=f"{old.title} → {new.title}",
        )
    return Order(named, labels, content_hash(named), former=old.document)


def _not_given_out(dialogue: Dialogue, old: _State, new: _State) -> Response:
    closed = [state for state in (old, new) if not state.is_open]
    html = render_template("concept/compare_gone.html", dialogue=dialogue, closed=closed)
    return page(html, GONE if all(state.is_withdrawn for state in closed) else SEALED)


def _busy(busy: StillCompiling) -> Response:
    html = render_template(
        "layout/error.html", sentence=busy.sentence, status=busy.status, code=busy.code, incident=None
    )
    response = make_response(html, busy.status)
    response.headers["Retry-After"] = "30"
    return response


def _settings() -> Config:
    settings: Config = current_app.config["SETTINGS"]
    return settings
