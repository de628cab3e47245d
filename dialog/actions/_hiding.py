"""Taking something out of sight and showing it again; the actions have required the right before."""

from __future__ import annotations

from core.actor import Actor
from core.clock import now
from core.errors import Conflict, Invalid
from core.i18n import N_
from core.i18n import lazy_gettext as _l
from core.journal import record
from dialog.actions._parting import part_from_vanished
from dialog.actions._parts import (
    add_decision,
    add_station,
    move,
    raise_register_version,
    sensible_note,
    show_otherwise_in_polls,
)
from dialog.facts import ContributionHidden, ContributionRestored
from dialog.models import Contribution
from dialog.queries import moderation as queries
from dialog.vocabulary import HIDING_REASONS, Visibility


def hide(actor: Actor, contribution: Contribution, *, reason: str, note: str, in_group: bool = False) -> None:
    """Take it out of sight for a reason of the published list; `in_group`: as who leads the working group.

    Raises Invalid for another reason, and Conflict if somebody was faster.
    """
    if reason not in HIDING_REASONS:
        sentence = _l("Please choose one of the reasons on the list.")
        raise Invalid(sentence, {"reason": [sentence]})
    before = Visibility(contribution.visibility)
    move(contribution, Visibility.HIDDEN)
    contribution.visible_before = before
    add_decision(actor, contribution, "hide", reason=reason, note=sensible_note(note), in_group=in_group)
    label = N_("Hidden by whoever leads the group") if in_group else N_("Hidden by the county")
    add_station(contribution.id, "hidden", label, {}, "", now())
    if before == Visibility.PUBLIC:
        raise_register_version(contribution.dialogue_id)
        show_otherwise_in_polls(contribution.id)
    part_from_vanished(contribution)
    record(actor, ContributionHidden(contribution.id, reason))


def check_is_hidden_undisputed(contribution: Contribution) -> None:
    """Raise Conflict if it is not hidden, or while somebody has still to decide on its author's objection."""
    if contribution.visibility != Visibility.HIDDEN:
        raise Conflict(_l("This contribution is not hidden."), code="decided")
    if queries.has_open_objection(contribution.id):
        raise Conflict(
            _l("Its author has objected. Please decide on the objection; it shows the contribution again."),
            code="objection",
        )


def show_again(
    actor: Actor, contribution: Contribution, decision: str, *, otherwise: Visibility, note: str = ""
) -> None:
    """Put it back where it was, or to `otherwise` if nobody knows; `decision` says why."""
    move(contribution, Visibility(contribution.visible_before or otherwise))
    contribution.visible_before = None
    add_decision(actor, contribution, decision, note=note)
    add_station(contribution.id, "restored", N_("Shown again"), {}, "", now())
    if contribution.visibility == Visibility.PUBLIC:
        raise_register_version(contribution.dialogue_id)
        show_otherwise_in_polls(contribution.id)
    record(actor, ContributionRestored(contribution.id))
