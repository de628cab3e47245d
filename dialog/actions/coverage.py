"""Saying whether an offer covers a need, fully, partly or not, and taking that back."""

from __future__ import annotations

from sqlalchemy import update

from core.actor import Actor
from core.clock import now
from core.db import db
from core.errors import Conflict, Invalid, Stale
from core.i18n import N_
from core.i18n import lazy_gettext as _l
from core.journal import record
from dialog.actions._parts import add_station, raise_register_version, sensible_note
from dialog.facts import CoverageJudged, CoverageTakenBack
from dialog.models import Contribution, Coverage
from dialog.permissions import RIGHTS, Permission
from dialog.queries import coverage as queries
from dialog.queries import merges as merge_queries
from dialog.vocabulary import Extent, Kind, Visibility

_COVERS = {Extent.FULLY: N_("%(number)s covers it"), Extent.PARTLY: N_("%(number)s covers part of it")}


def judge_coverage(
    actor: Actor,
    need: Contribution,
    offer: Contribution,
    *,
    extent: Extent,
    reason: str = "",
    seen: int | None = None,
) -> Coverage:
    """Say how far an offer covers a need; a former word about the two is kept as history.

    `seen` is the id of the word that counted when somebody decided, None if there was none: raises Stale if
    somebody has said something else meanwhile. Raises Invalid for anything but a public need and a public
    offer of one dialogue, and without a reason where it does not cover it fully.
    """
    RIGHTS.require(actor, Permission.JUDGE_COVERAGE, need)
    # What is withdrawn or hidden in this moment is found so.
    merge_queries.lock_both(need.id, offer.id)
    _check_pair(need, offer)
    words = sensible_note(reason, "reason")
    if extent != Extent.FULLY and not words:
        sentence = _l("Please say why it does not cover the need, or only partly.")
        raise Invalid(sentence, {"reason": [sentence]})
    # Of two who decide at once the second waits here and finds what the first has said.
    raise_register_version(need.dialogue_id)
    present = queries.present_word(need.id, offer.id)
    if (present.id if present else None) != seen:
        raise Stale(
            _l("Somebody else has decided about %(number)s. Please look at it again.", number=offer.reference)
        )
    if present is not None:
        _end(actor, present)
    moment = now()
    said = Coverage(
        need_id=need.id, offer_id=offer.id, extent=extent, reason=words, by_key=actor.key, at=moment
    )
    db.session.add(said)
    db.session.flush()
    if extent == Extent.NOT:
        # What never helped is no stop on a way; what no longer helps is one.
        if present is not None and present.extent != Extent.NOT:
            _no_longer(need, offer)
    elif present is None or present.extent != extent:
        for one, label, other in (
            (need, _COVERS[extent], offer),
            (offer, N_("Found to help with %(number)s"), need),
        ):
            url = queries.address_of(other)
            add_station(one.id, "covered", label, {"number": other.reference}, url, moment)
    record(actor, CoverageJudged(need.id, offer.id, extent))
    return said


def take_coverage_back(actor: Actor, said: Coverage) -> None:
    """Have nothing be said about a need and an offer any more; the word is kept as history.

    Raises Conflict if another word has taken its place, or somebody was faster.
    """
    RIGHTS.require(actor, Permission.JUDGE_COVERAGE, said.need)
    raise_register_version(said.need.dialogue_id)
    _end(actor, said)
    if said.extent != Extent.NOT:
        _no_longer(said.need, said.offer)
    record(actor, CoverageTakenBack(said.need_id, said.offer_id))


def _check_pair(need: Contribution, offer: Contribution) -> None:
    fits = (
        need.dialogue_id == offer.dialogue_id
        and (need.kind, offer.kind) == (Kind.NEED, Kind.OFFER)
        and {need.visibility, offer.visibility} == {Visibility.PUBLIC}
    )
    if not fits:
        sentence = _l("Please choose an offer that is published in this dialogue.")
        raise Invalid(sentence, {"offer": [sentence]})


def _end(actor: Actor, said: Coverage) -> None:
    ended = db.session.execute(
        update(Coverage)
        .where(Coverage.id == said.id, Coverage.ended_at.is_(None))
        .values(ended_at=now(), ended_by=actor.key)
        .execution_options(synchronize_session=False)
    )
    if ended.rowcount == 0:  # type: ignore[attr-defined]
        raise Conflict(_l("Somebody else has decided about this meanwhile."), code="decided")
    db.session.flush()


def _no_longer(need: Contribution, offer: Contribution) -> None:
    label = N_("%(number)s does not cover it any more")
    add_station(need.id, "uncovered", label, {"number": offer.reference}, "", now())
