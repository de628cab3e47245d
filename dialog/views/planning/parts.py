"""What these pages share: whom they let in, and in which languages one writes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import current_app, request

from core.actor import Actor
from core.plan_forms import PlanForm
from core.web import current_actor
from dialog.models import Dialogue, DialogueEvent
from dialog.permissions import RIGHTS, Permission
from dialog.queries import dialogues as queries

F = TypeVar("F", bound=PlanForm)


def to_prepare(slug: str) -> tuple[Actor, Dialogue]:
    """Who asks, and the dialogue they prepare. Raises NotFound and Forbidden."""
    actor = current_actor()
    dialogue = queries.access_dialogue(actor, slug)
    RIGHTS.require(actor, Permission.PREPARE_DIALOGUE, dialogue)
    return actor, dialogue


def to_plan(slug: str, event_slug: str) -> tuple[Actor, Dialogue, DialogueEvent]:
    """Who asks, and the event they plan. Raises NotFound (also for drafts of others) and Forbidden."""
    actor = current_actor()
    dialogue = queries.access_dialogue(actor, slug)
    event = queries.access_event(actor, dialogue, event_slug)
    RIGHTS.require(actor, Permission.PREPARE_DIALOGUE, event)
    return actor, dialogue, event


def languages() -> list[str]:
    """The languages in which texts are written here."""
    chosen: list[str] = current_app.config["LANGUAGES"]
    return list(chosen)


def sent(form: type[F], prepare: Callable[[F], None] = lambda form: None) -> F:
    """The form as it was sent, or empty; `prepare` fills its lists."""
    made = form(request.form if request.method == "POST" else None)
    prepare(made)
    return made


def is_stale(form: PlanForm, revision: int) -> bool:
    """Whether somebody has saved something since this form was drawn; it is based on that from now on."""
    stale = form.revision_seen != revision
    form.based_on.data = str(revision)
    return stale
