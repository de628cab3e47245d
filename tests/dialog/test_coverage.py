"""What staff say about a need and an offer: kept, replaced, taken back, and never computed."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from core.db import db
from core.errors import Conflict, Forbidden, Invalid, Stale
from core.transaction import transaction
from dialog.actions import coverage as actions
from dialog.actions import merging, moderation
from dialog.models import Contribution, Coverage, Dialogue
from dialog.queries import contributions as contribution_queries
from dialog.queries import coverage as queries
from dialog.queries import gaps
from dialog.vocabulary import Extent
from tests.client import Client
from tests.conftest import Maker
from tests.dialog.ground import at_once, browsers
from tests.factories import Person
from tests.workshops.ground import Browse


class Ground:
    """A need with two offers, and staff."""

    def __init__(self, app: Flask, make: Maker) -> None:
        self.app = app
        self.dialogue: Dialogue = make.dialogue()
        self.need: Contribution = make.contribution("public", text="Es fehlt ein Deutschkurs am Abend.")
        self.offer: Contribution = make.contribution("public", kind="offer", text="Deutschkurs am Abend.")
        self.other: Contribution = make.contribution("public", kind="offer", text="Sprachcafé.")
        self.staff: Person = make.account("coordinator")
        self.page = f"/dialogues/{self.dialogue.slug}/moderation/{self.need.reference}/offers"

    def found(self, one: Contribution) -> Contribution:
        made = contribution_queries.contribution_by_id(one.id)
        assert made is not None
        return made

    def judge(
        self, extent: Extent, *, offer: Contribution | None = None, reason: str = "", seen: int | None = None
    ) -> int:
        with self.app.app_context(), transaction():
            said = actions.judge_coverage(
                self.staff.actor,
                self.found(self.need),
                self.found(offer or self.offer),
                extent=extent,
                reason=reason,
                seen=seen,
            )
            return said.id

    def covered(self) -> dict[int, float]:
        with self.app.app_context():
            return queries.covered_needs(db.session.get_one(Dialogue, self.dialogue.id))


@pytest.fixture
def ground(app: Flask, make: Maker) -> Ground:
    return Ground(app, make)


def test_a_word_is_said_read_by_everybody_changed_and_taken_back(ground: Ground, browse: Browse) -> None:
    staff, public = browse(ground.staff), browse(None)
    need = f"/dialogues/{ground.dialogue.slug}/contributions/{ground.need.reference}"
    offer = f"/dialogues/{ground.dialogue.slug}/contributions/{ground.offer.reference}"
    pair = f"{ground.page}/{ground.offer.reference}"
    staff.get(ground.page, 200)
    assert "Deutschkurs am Abend." in staff.text
    staff.get(pair, 200)
    staff.post_form(pair, {"extent": "partly"}, 422)
    assert staff.errors
    staff.follow(staff.post_form(pair, {"extent": "partly", "reason": "Nur für Eltern."}))
    assert "deckt ihn teilweise" in staff.text

    for address, heading in ((need, "Angebote, die helfen"), (offer, "Bedarfe, bei denen es hilft")):
        public.get(address, 200)
        assert heading in public.text
        assert "Nur für Eltern." in public.text
    assert f"{ground.offer.reference} deckt ihn teilweise" in public.get(need).text

    staff.get(pair, 200)
    assert "Nur für Eltern." in staff.page.find("textarea").raw_text
    staff.follow(staff.post_form(pair, {"extent": "fully", "reason": ""}))
    assert ground.covered() == {ground.need.id: 1.0}
    staff.get(pair, 200)
    staff.follow(staff.post_form(pair, to=f"{pair}/undo"))
    assert "Frühere Entscheidungen" in staff.text
    assert "Angebote, die helfen" not in public.get(need, 200).text
    assert "deckt ihn nicht mehr" in public.text
    with ground.app.app_context():
        words = db.session.execute(select(Coverage).order_by(Coverage.id)).scalars()
        assert [(one.extent, one.ended_at is not None) for one in words] == [
            ("partly", True),
            ("fully", True),
        ]


def test_another_offer_is_found_by_its_number(ground: Ground, browse: Browse) -> None:
    staff = browse(ground.staff)
    there = staff.get(f"{ground.page}?offer={ground.other.reference.lower()}", 303)
    assert there.location.endswith(f"/offers/{ground.other.reference}")
    staff.get(f"{ground.page}?offer=A-999", 404)
    assert "Es gibt kein veröffentlichtes Angebot mit dieser Nummer." in staff.text
    # A need covers no need.
    staff.get(f"{ground.page}?offer={ground.need.reference}", 404)
    staff.get(f"{ground.page}/{ground.need.reference}", 404)


def test_others_say_nothing(ground: Ground, make: Maker, browse: Browse) -> None:
    elsewhere = make.contribution("public", kind="offer", of=make.dialogue("anderswo"))
    hidden = make.contribution("hidden", kind="offer")
    for person in (make.participant(), make.account("auditor")):
        browse(person).get(f"{ground.page}/{ground.offer.reference}", 403)
        with ground.app.app_context(), pytest.raises(Forbidden), transaction():
            actions.judge_coverage(
                person.actor, ground.found(ground.need), ground.found(ground.offer), extent=Extent.FULLY
            )
    for wrong in (ground.need, elsewhere, hidden):
        with pytest.raises(Invalid):
            ground.judge(Extent.FULLY, offer=wrong)
    for extent in (Extent.PARTLY, Extent.NOT):
        with pytest.raises(Invalid):
            ground.judge(extent, reason="  ")


def test_who_decides_without_having_seen_the_last_word_is_asked_to_look(ground: Ground) -> None:
    first = ground.judge(Extent.FULLY)
    with pytest.raises(Stale):
        ground.judge(Extent.NOT, reason="Zu weit weg.")
    second = ground.judge(Extent.NOT, reason="Zu weit weg.", seen=first)
    with ground.app.app_context():
        present = queries.present_word(ground.need.id, ground.offer.id)
        assert present is not None
        assert present.id == second
        # Two take the same word back.
        said = db.session.get_one(Coverage, first)
        with pytest.raises(Conflict), transaction():
            actions.take_coverage_back(ground.staff.actor, said)


def test_of_many_who_decide_at_once_one_does(ground: Ground, make: Maker) -> None:
    windows = browsers(ground.app, make.session(ground.staff), 8)
    answers = at_once(
        8,
        lambda turn: windows[turn].post(
            f"{ground.page}/{ground.offer.reference}",
            {"_key": f"key-of-window-{turn:04}", "extent": "fully", "reason": f"Grund {turn}", "seen": ""},
        ),
    )
    assert sorted(one.status_code for one in answers) == [303, *[409] * 7]


def test_the_best_word_counts_once_and_only_of_what_is_public(ground: Ground, make: Maker) -> None:
    assert ground.covered() == {}
    ground.judge(Extent.PARTLY, reason="Nur am Montag.")
    ground.judge(Extent.PARTLY, offer=ground.other, reason="Ohne Prüfung.")
    assert ground.covered() == {ground.need.id: 0.5}
    with ground.app.app_context(), transaction():
        for one in (ground.offer, ground.other):
            moderation.hide_contribution(ground.staff.actor, ground.found(one), reason="off_topic")
    assert ground.covered() == {}


def test_what_is_said_of_a_member_counts_for_its_lead(ground: Ground, make: Maker, client: Client) -> None:
    lead = make.contribution("public", text="Abends fehlt ein Deutschkurs.")
    ground.judge(Extent.FULLY)
    with ground.app.app_context(), transaction():
        merging.merge_contribution(ground.staff.actor, ground.found(ground.need), ground.found(lead))
    assert ground.covered() == {lead.id: 1.0}
    assert (
        "Angebote, die helfen"
        in client.get(f"/dialogues/{ground.dialogue.slug}/contributions/{lead.reference}", 200).text
    )
    with ground.app.app_context():
        whole = gaps.matrix(ground.staff.actor, db.session.get_one(Dialogue, ground.dialogue.id))
        assert whole.covered == 1.0


def test_the_matrix_and_the_story_say_what_is_covered(ground: Ground, make: Maker, client: Client) -> None:
    place = make.municipality()
    second = make.contribution("public", text="Ein Bus am Abend.")
    with ground.app.app_context(), transaction():
        for one in (ground.need, second):
            db.session.get_one(Contribution, one.id).municipality_id = place.id
    ground.judge(Extent.PARTLY, reason="Nur am Montag.")
    client.get(f"/dialogues/{ground.dialogue.slug}/gaps", 200)
    assert "0,5 gedeckt" in client.text
    client.get(f"/dialogues/{ground.dialogue.slug}/gaps/{place.ags}", 200)
    assert "1 davon ungedeckt" in client.text
    table = client.get(f"/dialogues/{ground.dialogue.slug}/gaps.csv", 200).text
    assert ";2;0.5;" in table
