"""How we check, for everybody; and the list of decisions, for staff."""

from __future__ import annotations

from flask import Response, render_template

from core.i18n import gettext
from core.tables import table
from core.web import current_actor
from dialog.queries import dialogues as dialogue_queries
from dialog.queries import moderation as queries
from dialog.views.blueprint import blueprint
from dialog.vocabulary import (
    DECISION_LABELS,
    HIDING_REASONS,
    LATE_AFTER,
    OBJECTION_WITHIN,
    ObjectionOutcome,
    Visibility,
)


@blueprint.get("/moderation-rules")
def moderation_rules(slug: str) -> str:
    """The rules, the reasons for hiding, how to object, and what was done so far in numbers."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    return render_template(
        "dialog/moderation_rules.html",
        dialogue=dialogue,
        reasons=HIDING_REASONS,
        numbers=queries.checking_in_numbers(actor, dialogue),
        days=OBJECTION_WITHIN.days,
        hours=int(LATE_AFTER.total_seconds() // 3600),
        states=Visibility,
        outcomes=ObjectionOutcome,
    )


@blueprint.get("/moderation/log.csv")
def moderation_log(slug: str) -> Response:
    """Every decision as a table for Excel; it names nobody, neither authors nor staff."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    rows = (
        (
            line.at.isoformat(timespec="seconds"),
            queries.reference_of(line.kind, line.number),
            str(DECISION_LABELS.get(line.decision, line.decision)),
            str(HIDING_REASONS.get(line.reason, line.reason)),
            line.note,
            gettext("Coordination"),
        )
        for line in queries.visible_log(actor, dialogue)
    )
    response = Response(
        table(("moment", "number", "decision", "reason", "note", "role"), rows), mimetype="text/csv"
    )
    response.headers["Content-Disposition"] = f'attachment; filename="{dialogue.slug}-decisions.csv"'
    response.headers["Cache-Control"] = "no-store"
    return response
