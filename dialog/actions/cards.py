"""Cards of working groups: a contribution from its first second."""

from __future__ import annotations

from typing import Protocol

from sqlalchemy import update

from core.actor import Actor
from core.clock import now
from core.db import db
from core.errors import Conflict, Invalid, SentAlready, Stale
from core.i18n import N_
from core.i18n import lazy_gettext as _l
from core.journal import record
from core.text import clean_text, excerpt
from dialog.actions._hiding import check_is_hidden_undisputed, hide, show_again
from dialog.actions._parts import (
    add_station,
    become,
    check_place,
    keep_wording,
    move,
    next_number,
    raise_register_version,
    searchable,
    sensible_text,
)
from dialog.facts import (
    CardCorrected,
    CardLetThrough,
    ContributionSubmitted,
    KindChanged,
)
from dialog.models import Contribution, WorkingGroup
from dialog.permissions import RIGHTS, Permission
from dialog.queries import contributions as queries
from dialog.vocabulary import TITLE_LIMIT, Kind, Origin, Outcome, Visibility
from region.models import ActionField, Municipality

TARGET_GROUP_LIMIT = 200


class Place(Protocol):
    """Where a card is written: a group in a round, and whether the actor has a place there."""

    @property
    def group(self) -> WorkingGroup:
        """The group."""

    @property
    def dialogue_id(self) -> int:
        """Its dialogue."""

    @property
    def round_id(self) -> int:
        """The round it meets in."""

    @property
    def seated(self) -> bool:
        """Whether the actor has a place there."""


class PlaceOfCard(Place, Protocol):
    """The same of one card that stands there."""

    @property
    def contribution(self) -> Contribution:
        """What the card says."""


def post_card(
    actor: Actor,
    place: Place,
    *,
    kind: Kind,
    text: str,
    field: ActionField,
    municipality: Municipality | None,
    target_group: str = "",
    language: str,
    checked_first: bool = False,
    origin: Origin = Origin.CARD,
    own: bool = True,
    noted_down: bool = False,
    again: bool = False,
) -> Contribution:
    """Say something in a working group; the group reads it at once, or once it was checked (`checked_first`).

    `municipality` None is the whole county. With `own` false somebody types for another person, and it has
    no author; `noted_down` says that these are the words of staff and not that person's. Raises Invalid for
    an empty or too long text, a field of another dialogue or an unknown language; Forbidden or Conflict when
    it is not this actor's turn; and SentAlready if they have said the same in these words, unless they say it
    `again` on purpose.
    """
    RIGHTS.require(actor, Permission.POST_CARD, place)
    words = sensible_text(text)
    dialogue = place.group.event.dialogue
    check_place(dialogue, field, language)
    whom = _sensible_whom(target_group)
    earlier = None if again or not own else queries.own_with_text(actor, dialogue, kind, words)
    if earlier is not None:
        raise SentAlready(earlier)
    contribution = Contribution(
        dialogue_id=dialogue.id,
        kind=kind,
        number=next_number(dialogue.id, kind),
        field_id=field.id,
        municipality_id=municipality.id if municipality else None,
        title=excerpt(words, TITLE_LIMIT),
        text=words,
        language=language,
        target_group=whom,
        provider="",
        origin=origin,
        noted_down=noted_down,
        author_key=actor.key if own else None,
        group_id=place.group.id,
        round_id=place.round_id,
        visibility=Visibility.WAITING if checked_first else Visibility.GROUP,
        outcome=Outcome.OPEN,
        created_at=now(),
    )
    contribution.search_text = searchable(contribution)
    keep_wording(actor, contribution)
    db.session.add(contribution)
    db.session.flush()  # Station and fact need the id.
    add_station(
        contribution.id,
        "card",
        N_("Written as a card in %(group)s"),
        {"group": place.group.names},
        "",
        contribution.created_at,
    )
    record(actor, ContributionSubmitted(contribution.id))
    return contribution


def correct_card(
    actor: Actor,
    place: PlaceOfCard,
    *,
    based_on: int,
    text: str,
    field: ActionField,
    municipality: Municipality | None,
    target_group: str,
    language: str,
) -> None:
    """Write a card otherwise while it is its group's alone; every wording is kept for staff.

    `based_on` is the number of the revision that was seen. Raises Stale if there is a later one.
    """
    contribution = place.contribution
    RIGHTS.require(actor, Permission.CORRECT_CARD, place)
    words = sensible_text(text)
    check_place(place.group.event.dialogue, field, language)
    whom = _sensible_whom(target_group)
    _next_revision(contribution, based_on)
    contribution.text = words
    contribution.title = excerpt(words, TITLE_LIMIT)
    contribution.language = language
    contribution.target_group = whom
    contribution.field_id = field.id
    contribution.municipality_id = municipality.id if municipality else None
    contribution.search_text = searchable(contribution)
    keep_wording(actor, contribution)
    record(actor, CardCorrected(contribution.id, contribution.revision))


def change_kind(actor: Actor, place: PlaceOfCard, *, kind: Kind) -> None:
    """Make a card one of another kind, with the number it had as such or the next; the former leads to it."""
    RIGHTS.require(actor, Permission.ORDER_CARD, place)
    contribution = place.contribution
    if contribution.kind == kind:
        return
    former = contribution.reference
    _next_revision(contribution, contribution.revision)
    become(contribution, kind)
    keep_wording(actor, contribution)
    add_station(
        contribution.id,
        "moved",
        N_("Sorted anew: %(former)s is now %(number)s"),
        {"former": former, "number": contribution.reference},
        "",
        now(),
    )
    if contribution.visibility == Visibility.PUBLIC:
        raise_register_version(contribution.dialogue_id)
    record(actor, KindChanged(contribution.id, kind))


def hide_card(actor: Actor, place: PlaceOfCard, *, reason: str, note: str = "") -> None:
    """Take a card out of its group's sight for a reason of the published list. It can be shown again."""
    RIGHTS.require(actor, Permission.ORDER_CARD, place)
    contribution = place.contribution
    if contribution.visibility not in {Visibility.GROUP, Visibility.WAITING, Visibility.PUBLIC}:
        raise Conflict(_l("Somebody has decided on this contribution already."), code="decided")
    # At a board, too, a coordinator decides for the county.
    in_group = not RIGHTS.allows(actor, Permission.MODERATE, contribution)
    hide(actor, contribution, reason=reason, note=note, in_group=in_group)


def show_card_again(actor: Actor, place: PlaceOfCard) -> None:
    """Put a hidden card back where it was; only the county does so with what it has hidden itself.

    Raises Conflict if it is not hidden, or disputed.
    """
    RIGHTS.require(actor, Permission.ORDER_CARD, place)
    check_is_hidden_undisputed(place.contribution)
    # The county may have decided since the card was read.
    db.session.refresh(place.contribution, ["decisions"])
    RIGHTS.require(actor, Permission.SHOW_CARD_AGAIN, place)
    show_again(actor, place.contribution, "restore", otherwise=Visibility.GROUP)


def let_through(actor: Actor, place: PlaceOfCard) -> None:
    """Let a group read a card that waited. Raises Conflict if it does not wait (any more)."""
    RIGHTS.require(actor, Permission.ORDER_CARD, place)
    contribution = place.contribution
    if contribution.visibility != Visibility.WAITING:
        raise Conflict(_l("Somebody has decided on this contribution already."), code="decided")
    move(contribution, Visibility.GROUP)
    record(actor, CardLetThrough(contribution.id))


def _sensible_whom(text: str) -> str:
    whom = " ".join(clean_text(text).split())
    if len(whom) > TARGET_GROUP_LIMIT:
        sentence = _l("Please use at most %(max)d characters.", max=TARGET_GROUP_LIMIT)
        raise Invalid(sentence, {"target_group": [sentence]})
    return whom


def _next_revision(contribution: Contribution, based_on: int) -> None:
    """One statement decides which of two that change the same wording comes first."""
    taken = db.session.execute(
        update(Contribution)
        .where(
            Contribution.id == contribution.id,
            Contribution.revision == based_on,
            Contribution.visibility == contribution.visibility,
        )
        .values(revision=based_on + 1)
        .returning(Contribution.id)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if taken is None:
        raise Stale(
            _l("This text was changed in another window meanwhile. Please compare and send it again.")
        )
    contribution.revision = based_on + 1
