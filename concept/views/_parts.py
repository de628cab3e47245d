"""What the pages of staff share: whom they let in, and forms about words that others may have changed."""

from __future__ import annotations

from typing import TypeVar

from flask import current_app, request

from concept.models import Concept
from concept.permissions import RIGHTS, Permission
from concept.queries import concepts as queries
from core.actor import Actor
from core.plan_forms import BasedForm
from core.web import current_actor
from dialog.models import Dialogue
from dialog.queries import dialogues as dialogue_queries

F = TypeVar("F", bound=BasedForm)


def to_write(slug: str) -> tuple[Actor, Dialogue, Concept]:
    """Who asks, and the concept they write. Raises NotFound and Forbidden."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    concept = queries.access_concept(actor, dialogue)
    RIGHTS.require(actor, Permission.WRITE, concept)
    return actor, dialogue, concept


def languages() -> list[str]:
    """The languages in which texts are written here."""
    chosen: list[str] = current_app.config["LANGUAGES"]
    return list(chosen)


def sent(form: type[F]) -> F:
    """The form as it was sent, or empty."""
    return form(request.form if request.method == "POST" else None)


def is_stale(form: BasedForm, revision: int) -> bool:
    """Whether somebody has saved something since this form was drawn; it is based on that from now on."""
    stale = form.revision_seen != revision
    form.based_on.data = str(revision)
    return stale
