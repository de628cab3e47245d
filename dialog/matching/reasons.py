"""Why something is proposed, as messages with values, and as one sentence in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.i18n import N_, gettext, own_name
from dialog.matching.index import Entry, Proposal, group_codes
from dialog.offer_words import TARGET_GROUPS, groups_in

DEFAULT_LANGUAGE = "de"
"""Nearly everything is written in it, so that two entries in it have nothing in common yet."""

ALIKE = 0.45
"""From here on likeness of meaning is a reason; entries about other things reach 0.3, seldom 0.5."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that speaks for a proposal, or limits it: a message id of the catalogues and its values."""

    message: str
    values: Mapping[str, str]


def reasons_for(asked: Entry, proposal: Proposal, places: Mapping[int, str]) -> list[Reason]:
    """Everything that speaks for a proposal, in the order of its weight, and how far it reaches.

    `places` has the names of the municipalities by id.
    """
    found, entry = [], proposal.entry
    if proposal.words:
        found.append(Reason(N_("words alike (%(words)s)"), {"words": ", ".join(proposal.words)}))
    if proposal.alike >= ALIKE:
        found.append(Reason(N_("says something similar"), {}))
    if proposal.same_field:
        found.append(Reason(N_("the same topic"), {}))
    if proposal.same_group:
        found.append(Reason(N_("for the same people (%(group)s)"), {"group": _people(asked, entry)}))
    elif proposal.for_all:
        found.append(Reason(N_("for everybody"), {}))
    if entry.language == asked.language != DEFAULT_LANGUAGE:
        found.append(Reason(N_("both in %(language)s"), {"language": own_name(entry.language)}))
    elif asked.language != DEFAULT_LANGUAGE and asked.language in entry.languages:
        found.append(Reason(N_("also in %(language)s"), {"language": own_name(asked.language)}))
    return [*found, _reach(asked, entry, places)]


def sentence(reasons: Sequence[Reason]) -> str:
    """The reasons as one sentence in the language in use."""
    said = ""
    for reason in reasons:
        one = gettext(reason.message, **reason.values)
        said = gettext("%(before)s; %(next)s", before=said, next=one) if said else one
    return gettext("What speaks for it: %(reasons)s.", reasons=said)


def _people(asked: Entry, entry: Entry) -> str:
    """Whom both are for: in the words of the proposed entry, or by the names of the groups chosen for it."""
    shared = group_codes(asked) & group_codes(entry)
    if entry.target_group and not shared - set(groups_in(entry.target_group)):
        return entry.target_group
    return ", ".join(str(TARGET_GROUPS[code]) for code in TARGET_GROUPS if code in shared)


def _reach(asked: Entry, entry: Entry, places: Mapping[int, str]) -> Reason:
    if entry.municipality_id is None or entry.serves_county:
        return Reason(N_("reaches the whole county"), {})
    place = {"place": places.get(entry.municipality_id, "")}
    if entry.municipality_id == asked.municipality_id:
        return Reason(N_("in the same place (%(place)s)"), place)
    if asked.municipality_id in entry.serves:
        told = {"place": places.get(asked.municipality_id or 0, "")}
        return Reason(N_("also for people from %(place)s"), told)
    if asked.municipality_id is None:
        return Reason(N_("only in %(place)s so far"), place)
    return Reason(N_("in %(place)s, could be opened"), place)
