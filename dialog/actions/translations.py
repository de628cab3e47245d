"""Putting what somebody said into another language, by people and for people."""

from __future__ import annotations

from core.actor import Actor
from core.clock import now
from core.db import db, upsert
from core.errors import Invalid, Stale
from core.i18n import TRANSLATION_LANGUAGES
from core.i18n import lazy_gettext as _l
from core.journal import record
from core.text import excerpt
from dialog.actions._parts import raise_register_version, sensible_text, show_otherwise_in_polls
from dialog.actions.cards import PlaceOfCard
from dialog.facts import ContributionTranslated, TranslationTakenOut
from dialog.models import Contribution, Translation
from dialog.permissions import RIGHTS, Permission
from dialog.queries import translations as queries
from dialog.vocabulary import TITLE_LIMIT, Visibility


def translate(actor: Actor, contribution: Contribution, *, language: str, text: str, based_on: int) -> int:
    """Write a first translation or a better one, and give its number; earlier wordings are kept for staff.

    `based_on` is the number of the wording that this one replaces, 0 for none. Raises Invalid for an empty
    or too long text, an unknown language or the contribution's own; Stale if somebody was faster; Forbidden
    or Conflict when it is not this actor's turn.
    """
    RIGHTS.require(actor, Permission.TRANSLATE, contribution)
    return _write(actor, contribution, language, text, based_on)


def translate_card(actor: Actor, place: PlaceOfCard, *, language: str, text: str, based_on: int) -> int:
    """The same for a card, which everybody with a place in the group reads and may translate."""
    RIGHTS.require(actor, Permission.TRANSLATE_CARD, place)
    return _write(actor, place.contribution, language, text, based_on)


def _write(actor: Actor, contribution: Contribution, language: str, text: str, based_on: int) -> int:
    words = sensible_text(text)
    if language not in TRANSLATION_LANGUAGES or language == contribution.language:
        sentence = _l("Please choose one of the languages on the list.")
        raise Invalid(sentence, {"language": [sentence]})
    number = _add(actor, contribution, language, words, based_on)
    record(actor, ContributionTranslated(contribution.id, language, number))
    _show_otherwise(contribution)
    return number


def take_out(actor: Actor, contribution: Contribution, *, language: str, based_on: int) -> None:
    """Show the original alone again; the wording taken out is kept for staff.

    `based_on` is its number. Raises Stale if there is a newer one, Forbidden for all but staff.
    """
    RIGHTS.require(actor, Permission.MODERATE, contribution)
    _take_out(actor, contribution, language, based_on)


def take_out_of_card(actor: Actor, place: PlaceOfCard, *, language: str, based_on: int) -> None:
    """The same for a card, by those who lead its group."""
    RIGHTS.require(actor, Permission.ORDER_CARD, place)
    _take_out(actor, place.contribution, language, based_on)


def _take_out(actor: Actor, contribution: Contribution, language: str, based_on: int) -> None:
    if not based_on or contribution.id not in queries.shown_in(language, [contribution.id]):
        raise Stale
    number = _add(actor, contribution, language, "", based_on)
    record(actor, TranslationTakenOut(contribution.id, language, number))
    _show_otherwise(contribution)


def _show_otherwise(contribution: Contribution) -> None:
    """Raise the versions of what shows it; after the fact, whose subscribers lock its board, as elsewhere."""
    if contribution.visibility == Visibility.PUBLIC:
        raise_register_version(contribution.dialogue_id)
        show_otherwise_in_polls(contribution.id)


def _add(actor: Actor, contribution: Contribution, language: str, words: str, based_on: int) -> int:
    if queries.last_number(contribution.id, language) != based_on:
        raise Stale
    # Two may have read the same wording: the number is free for one of them only.
    written = db.session.execute(
        upsert(Translation)
        .values(
            contribution_id=contribution.id,
            language=language,
            number=based_on + 1,
            title=excerpt(words, TITLE_LIMIT),
            text=words,
            of_revision=contribution.revision,
            by_key=actor.key,
            at=now(),
        )
        .on_conflict_do_nothing(
            index_elements=[Translation.contribution_id, Translation.language, Translation.number]
        )
        .returning(Translation.id)
    ).scalar_one_or_none()
    if written is None:
        raise Stale
    return based_on + 1
