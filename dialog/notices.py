"""What people are told of their words and their event: lines on their page, written with what happened.

They are subscribers and not reactions, because a line must be there if and only if the thing happened; the
mail it may become is sent later (see `accounts.jobs`).
"""

from __future__ import annotations

from collections.abc import Mapping

from accounts.actions.notices import tell
from core.actor import SYSTEM, Actor
from core.bus import subscribe
from core.i18n import N_
from dialog.facts import (
    ContributionHidden,
    ContributionNotTaken,
    ContributionPublished,
    ContributionRestored,
    ContributionReturned,
    ContributionsMerged,
    ContributionTakenUp,
    MergeUndone,
    MergeUpheld,
)
from dialog.queries import contributions as queries
from dialog.queries import merges as merge_queries

Decided = (
    ContributionPublished
    | ContributionReturned
    | ContributionHidden
    | ContributionRestored
    | ContributionTakenUp
    | ContributionNotTaken
)

LABELS: Mapping[type[Decided], str] = {
    ContributionPublished: N_("%(number)s is published in the register."),
    ContributionReturned: N_("We have a question about %(number)s."),
    ContributionHidden: N_("%(number)s is hidden. You can read the reason there."),
    ContributionRestored: N_("%(number)s is shown again."),
    ContributionTakenUp: N_("Your group has taken up %(number)s. It stands in the register."),
    ContributionNotTaken: N_("Your group has not taken up %(number)s. You can read the reason there."),
}
"""What the author of a contribution is told, by what happened to it."""


def tell_the_author(actor: Actor, fact: Decided) -> None:
    """Tell whoever wrote it, unless they did it themselves."""
    contribution = queries.contribution_by_id(fact.contribution_id)
    if contribution is None or not contribution.author_key or contribution.author_key == actor.key:
        return
    tell(
        SYSTEM,
        contribution.author_key,
        label=LABELS[type(fact)],
        values={"number": contribution.reference},
        url=f"/dialogues/{contribution.dialogue.slug}/contributions/{contribution.reference}",
    )


for fact_type in LABELS:
    subscribe(fact_type)(tell_the_author)


Together = ContributionsMerged | MergeUndone | MergeUpheld

TOGETHER_LABELS: Mapping[type[Together], str] = {
    ContributionsMerged: N_("%(number)s stands together with %(lead)s now. You can object."),
    MergeUndone: N_("%(number)s stands on its own again."),
    MergeUpheld: N_("There is an answer to your objection about %(number)s"),
}
"""What the author of a member is told, by what happened to it."""


def tell_the_members_author(actor: Actor, fact: Together) -> None:
    """Tell whoever wrote it, unless they did it themselves."""
    merge = merge_queries.merge_by_id(fact.merge_id)
    if merge is None:
        return
    member = merge.member
    if not member.author_key or member.author_key == actor.key:
        return
    values = {"number": member.reference}
    if isinstance(fact, ContributionsMerged):
        values["lead"] = merge.lead.reference
    tell(
        SYSTEM,
        member.author_key,
        label=TOGETHER_LABELS[type(fact)],
        values=values,
        url=f"/dialogues/{member.dialogue.slug}/contributions/{member.reference}",
    )


for fact_together in TOGETHER_LABELS:
    subscribe(fact_together)(tell_the_members_author)
