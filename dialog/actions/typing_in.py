"""Staff type in what reached them on paper, by telephone or in a conversation."""

from __future__ import annotations

from core.actor import Actor
from core.clock import now
from core.db import db
from core.errors import Invalid
from core.i18n import N_
from core.i18n import lazy_gettext as _l
from core.journal import record
from core.text import excerpt, fold
from dialog.actions import moderation
from dialog.actions._parts import add_station, check_place, keep_wording, next_number, sensible_text
from dialog.facts import ContributionTypedIn
from dialog.models import Contribution, Dialogue
from dialog.permissions import RIGHTS, Permission
from dialog.vocabulary import CHANNELS, TITLE_LIMIT, Kind, Visibility
from region.models import ActionField, Municipality


def type_in_contribution(
    actor: Actor,
    dialogue: Dialogue,
    *,
    kind: Kind,
    text: str,
    field: ActionField,
    municipality: Municipality | None,
    language: str,
    channel: str,
    noted_down: bool = False,
    publish: bool = False,
) -> Contribution:
    """Keep somebody's words that came by `channel`, one of CHANNELS; it waits, unless `publish` is wished.

    `noted_down` says that these are the words of staff and not the person's own. Nobody is its author here,
    so nobody can change it or take it back by a code. Raises Invalid like `submit_contribution`.
    """
    RIGHTS.require(actor, Permission.TYPE_IN, dialogue)
    if channel not in CHANNELS:
        sentence = _l("Please choose how it reached you.")
        raise Invalid(sentence, {"channel": [sentence]})
    words = sensible_text(text)
    check_place(dialogue, field, language)
    contribution = Contribution(
        dialogue_id=dialogue.id,
        kind=kind,
        number=next_number(dialogue.id, kind),
        field_id=field.id,
        municipality_id=municipality.id if municipality else None,
        title=excerpt(words, TITLE_LIMIT),
        text=words,
        language=language,
        search_text=fold(words),
        origin=channel,
        noted_down=noted_down,
        visibility=Visibility.WAITING,
        created_at=now(),
    )
    keep_wording(actor, contribution)
    db.session.add(contribution)
    db.session.flush()  # Station and fact need the id.
    add_station(contribution.id, "submitted", N_("We have received it"), {}, "", contribution.created_at)
    record(actor, ContributionTypedIn(contribution.id, channel))
    if publish:
        moderation.publish_contribution(actor, contribution)
    return contribution
