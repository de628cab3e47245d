"""What sort of thing somebody has said is put right: its kind and its topic, with all that it was."""

from __future__ import annotations

import pytest
from flask import Flask

from core.actor import VISITOR
from core.errors import Conflict, Forbidden, Stale
from core.transaction import transaction
from dialog.actions import moderation
from dialog.actions.merging import merge_contribution
from dialog.actions.sorting import sort_contribution
from dialog.models import Contribution, Dialogue
from dialog.queries import gaps
from dialog.vocabulary import Kind, PollStatus, Visibility
from tests import factories
from tests.conftest import Maker
from tests.dialog.ground import facts, nothing_changes
from tests.factories import STAFF
from tests.workshops.ground import Browse


@pytest.fixture
def dialogue(inside: Flask) -> Dialogue:
    return factories.dialogue()


def resort(
    one: Contribution, kind: str = "offer", field: str = "sprache", based_on: int | None = None
) -> None:
    with transaction():
        sort_contribution(
            STAFF,
            one,
            kind=Kind(kind),
            field=factories.field(field),
            based_on=one.revision if based_on is None else based_on,
        )


@pytest.mark.parametrize("visibility", [Visibility.WAITING, Visibility.PUBLIC])
def test_another_kind_has_another_number_and_the_former_stays_known(
    dialogue: Dialogue, visibility: Visibility
) -> None:
    one = factories.contribution(visibility, of=dialogue, text="Ich biete Nachhilfe an.")
    former = one.reference
    resort(one, field="wohnen")
    assert (one.kind, one.reference, one.field.slug) == ("offer", "A-001", "wohnen")
    assert one.text == "Ich biete Nachhilfe an."
    assert [(revision.kind, revision.register_number) for revision in one.revisions] == [
        ("need", 1),
        ("offer", 1),
    ]
    stop = one.stations[-1]
    assert stop.values == {"former": former, "number": "A-001"}
    assert facts("KindChanged")
    matrix = gaps.matrix(VISITOR, dialogue)
    counted = (sum(row.needs for row in matrix.rows), sum(row.offers for row in matrix.rows))
    assert counted == ((0, 1) if visibility == Visibility.PUBLIC else (0, 0))
    # Back again it has the number it had.
    resort(one, kind="need")
    assert one.reference == former


def test_another_topic_keeps_the_number(dialogue: Dialogue) -> None:
    one = factories.contribution(of=dialogue)
    resort(one, kind="need", field="wohnen")
    assert (one.reference, one.field.slug, one.revision) == ("B-001", "wohnen", 2)
    with nothing_changes(Contribution):
        resort(one, kind="need", field="wohnen")


def test_what_cannot_be_sorted_anew(dialogue: Dialogue) -> None:
    lead, member, hidden, voted = (factories.contribution(of=dialogue) for _ in range(4))
    with transaction():
        merge_contribution(STAFF, member, lead)
        moderation.hide_contribution(STAFF, hidden, reason="off_topic")
    factories.poll(PollStatus.OPEN, of=dialogue, needs=1)
    for one in (lead, member, hidden, voted):
        with nothing_changes(Contribution), pytest.raises(Conflict):
            resort(one)
    free = factories.contribution(of=dialogue, in_field="wohnen")
    with nothing_changes(Contribution), pytest.raises(Stale):
        resort(free, based_on=7)
    for actor in (VISITOR, factories.participant(dialogue).actor):
        with nothing_changes(Contribution), pytest.raises(Forbidden), transaction():
            sort_contribution(actor, free, kind=Kind.OFFER, field=free.field, based_on=1)


def test_staff_do_it_on_the_page_where_they_decide(make: Maker, browse: Browse) -> None:
    waiting = make.contribution(Visibility.WAITING, text="Ich biete jeden Dienstag Nachhilfe an.")
    staff, author = browse(make.account("coordinator")), browse(make.participant())
    page = f"/dialogues/probe/moderation/{waiting.reference}"
    form = staff.form(page, f"{page}/sort")
    staff.send(form, {"kind": "", "field": "sprache"}, 422)
    assert "Bitte wählen Sie, was es ist." in staff.text
    staff.follow(staff.send(staff.form_here(f"{page}/sort"), {"kind": "offer", "field": "sprache"}, 303))
    assert "A-001" in staff.text
    staff.send(form, {"kind": "idea", "field": "sprache"}, 404)
    author.post(f"{page}/sort", {"_key": "somebody-who-may-not-01", "kind": "need", "field": "sprache"}, 404)
    assert staff.get("/dialogues/probe/contributions/B-001", 303).location.endswith("/A-001")
