"""What is still missing in the plan of an event, in sentences for whoever prepares it."""

from __future__ import annotations

from datetime import datetime

from core.errors import Sentence
from core.i18n import lazy_gettext as _l
from core.i18n import ngettext
from dialog.models import DialogueEvent
from dialog.programme import GROUPS


def open_points(event: DialogueEvent, at: datetime) -> list[Sentence]:
    """The sentences, in the order of the page on which it is planned; none if everything is there.

    Nothing of it must be done: an event can do without any of these.
    """
    found: list[Sentence] = []
    if event.ends_at <= at:
        return [_l("The event lies in the past.")]
    if not any(event.aims.values()):
        found.append(_l("It does not say what the event is for."))
    if event.format in {"on_site", "both"} and not event.place:
        found.append(_l("There is no place yet."))
    if event.format in {"digital", "both"} and not event.link:
        found.append(_l("There is no link to the plenary yet."))
    if event.signup_from is None:
        found.append(_l("Nobody can sign up yet: signing up has no beginning."))
    elif event.signup_until is None:
        found.append(_l("Signing up has no end. It is open until the event begins."))
    if not event.agenda:
        found.append(_l("There is no programme yet."))
    elif not any(item.format == GROUPS for item in event.agenda):
        found.append(_l("The programme has no round in which the groups meet."))
    found += _of_groups(event)
    return found


def _of_groups(event: DialogueEvent) -> list[Sentence]:
    groups = event.groups
    if not groups:
        return [_l("There are no groups yet.")]
    found: list[Sentence] = []
    if homeless := sum(1 for group in groups if not group.sittings):
        found.append(
            ngettext("%(num)s group meets in no round.", "%(num)s groups meet in no round.", homeless)
        )
    if alone := sum(1 for group in groups if not group.moderator):
        found.append(
            ngettext("%(num)s group has no moderation.", "%(num)s groups have no moderation.", alone)
        )
    if silent := sum(1 for group in groups if not group.note_taker):
        found.append(
            ngettext(
                "Nobody takes minutes in %(num)s group.", "Nobody takes minutes in %(num)s groups.", silent
            )
        )
    if event.format in {"digital", "both"} and (lost := sum(1 for group in groups if not group.link)):
        found.append(ngettext("%(num)s group has no link.", "%(num)s groups have no link.", lost))
    if event.format == "on_site" and (lost := sum(1 for group in groups if not group.room)):
        found.append(ngettext("%(num)s group has no room.", "%(num)s groups have no room.", lost))
    return found
