"""Lists, charts, tables and quotations made of records: live, frozen, and without what was taken down."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from concept import freezing, words
from concept.actions import concepts, linked
from concept.content import Linked, Piece
from concept.document import document_of
from concept.models import Block, Source
from concept.queries import linked as queries
from concept.vocabulary import BlockKind
from core.actor import OPERATOR, VISITOR
from core.db import db
from core.documents.tree import content_hash
from core.errors import Conflict, Forbidden, Invalid
from core.i18n import force_locale
from core.transaction import transaction
from dialog.actions import contributions as contribution_actions
from dialog.actions import moderation
from dialog.models import Contribution, Poll
from dialog.vocabulary import Kind, PollStatus
from tests import factories
from tests.client import Client
from tests.concept import ground
from tests.conftest import Maker
from tests.dialog.ground import counted_queries, facts, nothing_changes
from tests.factories import STAFF, Person

SLUG = "field-sprache-situation"
HOME = "/dialogues/probe/concept"


def voted() -> Poll:
    """A chapter whose decisive poll gives B-002 four points, B-003 two and B-001 one."""
    ground.a_concept()
    poll = factories.poll(
        PollStatus.PUBLISHED, needs=3, ballots={"a": {2: 2, 3: 1}, "b": {2: 2, 1: 1}, "c": {3: 1}}
    )
    with factories.change():
        concepts.choose_decisive_poll(OPERATOR, ground.section(), ground.poll(poll))
    return poll


def insert(kind: BlockKind, **settings: Any) -> int:
    with transaction():
        return linked.place_linked(STAFF, ground.section(SLUG), kind=kind, settings=settings).id


def needs(by: str = "first", number: int = 2) -> int:
    return insert(BlockKind.NEEDS_LIST, field="sprache", by=by, number=number)


def block(block_id: int) -> Block:
    return queries.access_linked(STAFF, ground.present(), block_id)


def freeze(block_id: int) -> None:
    with transaction():
        found = block(block_id)
        linked.freeze_linked(STAFF, found, based_on=found.revision)


def piece(block_id: int) -> Piece | None:
    db.session.rollback()
    return next((one for one in ground.pieces(SLUG) if one.id == block_id), None)


def shown(block_id: int) -> list[str]:
    found = piece(block_id)
    assert found is not None
    assert found.linked is not None
    return [voice.reference for voice in found.linked.voices]


def need_of(reference: str) -> Contribution:
    number = int(reference.split("-")[1])
    return db.session.execute(
        select(Contribution).where(Contribution.number == number, Contribution.kind == Kind.NEED)
    ).scalar_one()


def hide(reference: str) -> None:
    with transaction():
        moderation.hide_contribution(STAFF, ground.again(need_of(reference)), reason="insult")


@pytest.mark.usefixtures("inside")
def test_a_list_of_needs_follows_the_decisive_poll() -> None:
    poll = voted()
    first, with_points = needs("first", 2), needs("points", 2)
    assert shown(first) == ["B-002", "B-003"]
    assert shown(with_points) == ["B-002", "B-003"]
    hide("B-003")
    assert shown(first) == ["B-002", "B-001"]
    assert shown(with_points) == ["B-002"]
    found = piece(first)
    assert found is not None
    assert [(one.kind, one.reference or one.path) for one in found.origins] == [
        ("poll", f"/dialogues/probe/polls/{poll.id}"),
        ("need", "B-002"),
        ("need", "B-001"),
    ]


@pytest.mark.usefixtures("inside")
def test_offers_are_those_of_a_field_and_a_place() -> None:
    ground.a_concept()
    here = factories.contribution(kind=Kind.OFFER)
    factories.contribution(kind=Kind.OFFER, in_field="wohnen")
    assert shown(insert(BlockKind.OFFERS_LIST, field="sprache", place="")) == [here.reference]
    assert len(shown(insert(BlockKind.OFFERS_LIST, field="", place=""))) == 2


@pytest.mark.usefixtures("inside")
def test_counts_by_place_have_the_county_as_a_row_of_its_own() -> None:
    ground.a_concept()
    factories.contribution()
    found = piece(insert(BlockKind.TABLE, what="places", field=""))
    assert found is not None
    assert found.linked is not None
    assert [row.place for row in found.linked.places] == ["Mühlacker", "Neuenbürg", None]
    assert sum(row.needs for row in found.linked.places) == 1


@pytest.mark.usefixtures("inside")
def test_what_is_quoted_or_drawn_becomes_a_source_and_a_stop() -> None:
    poll = voted()
    quotation = insert(BlockKind.QUOTATION, contribution=" b-002 ")
    chart = insert(BlockKind.CHART, poll=str(poll.id))
    rows = db.session.execute(
        select(Source.block_id, Source.contribution_id, Source.poll_id).where(
            Source.block_id.in_([quotation, chart])
        )
    ).all()
    assert [tuple(row) for row in rows] == [
        (quotation, need_of("B-002").id, None),
        (chart, None, poll.id),
    ]
    assert ground.again(need_of("B-002")).stations[-1].label.startswith("Quoted in the concept")

    with transaction():
        linked.change_linked(STAFF, block(quotation), settings={"contribution": "B-003"}, based_on=1)
    assert ground.again(need_of("B-002")).stations[-1].kind == "no_longer"
    assert shown(quotation) == ["B-003"]
    with transaction():
        linked.remove_linked(STAFF, block(quotation), based_on=2)
    assert piece(quotation) is None
    assert ground.again(need_of("B-003")).stations[-1].kind == "no_longer"
    with transaction():
        linked.return_linked(STAFF, block(quotation))
    assert shown(quotation) == ["B-003"]


@pytest.mark.usefixtures("inside")
def test_frozen_stays_as_it_was_until_it_is_renewed_or_let_go() -> None:
    voted()
    listed = needs("first", 3)
    freeze(listed)
    factories.contribution()
    hide("B-002")
    with transaction():
        moderation.restore_contribution(STAFF, ground.again(need_of("B-002")))
    found = piece(listed)
    assert found is not None
    assert found.linked is not None
    assert found.linked.is_frozen
    assert found.linked.as_of == block(listed).frozen_at
    with force_locale("en"):
        assert words.linked_as_of(found.linked).endswith("kept as it was then.")
    with transaction():
        linked.change_linked(
            STAFF, block(listed), settings={"field": "sprache", "by": "first", "number": 9}, based_on=2
        )
    assert len(shown(listed)) == 4
    assert block(listed).frozen is None
    freeze(listed)
    with transaction():
        linked.unfreeze_linked(STAFF, block(listed), based_on=4)
    assert block(listed).frozen_at is None
    assert [fact for _, fact, _ in facts() if fact.startswith("Linked")] == [
        "LinkedBlockPlaced",
        *["LinkedBlockChanged"] * 4,
    ]


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize("kind", ["needs", "chart", "quotation"])
@pytest.mark.parametrize("how", ["hidden", "withdrawn"])
def test_words_that_are_taken_down_are_gone_from_what_was_frozen(kind: str, how: str) -> None:
    poll = voted()
    author = factories.participant()
    with transaction():
        contribution = ground.again(need_of("B-002"))
        contribution.author_key = author.actor.key
        contribution.title = contribution.text = "Kanarienvogel"
    made = {
        "needs": lambda: needs("first", 3),
        "chart": lambda: insert(BlockKind.CHART, poll=poll.id),
        "quotation": lambda: insert(BlockKind.QUOTATION, contribution="B-002"),
    }[kind]()
    freeze(made)
    before = json.dumps(block(made).frozen)
    assert kind == "chart" or "Kanarienvogel" in before

    if how == "hidden":
        hide("B-002")
    else:
        with transaction():
            contribution_actions.withdraw_contribution(author.actor, ground.again(need_of("B-002")))

    found = piece(made)
    if kind == "quotation":
        assert found is None
    else:
        assert found is not None
        assert "Kanarienvogel" not in repr(found)
        assert "B-002" not in repr(found.linked)
    with force_locale("de"):
        assert "Kanarienvogel" not in repr(document_of(ground.whole(), site="https://example.org"))
    if how == "withdrawn":
        kept = json.dumps(block(made).frozen)
        assert "Kanarienvogel" not in kept
        assert "B-002" not in kept
    else:
        # Hiding can be undone, so the words come back with it.
        with transaction():
            moderation.restore_contribution(STAFF, ground.again(need_of("B-002")))
        again = piece(made)
        assert again is not None
        assert again.linked is not None
        assert "B-002" in again.linked.references


@pytest.mark.usefixtures("inside")
def test_what_is_frozen_can_be_read_again_as_it_was() -> None:
    poll = voted()
    for made in (
        needs("first", 3),
        insert(BlockKind.CHART, poll=poll.id),
        insert(BlockKind.TABLE, what="places"),
        insert(BlockKind.QUOTATION, contribution="B-001"),
    ):
        found = piece(made)
        assert found is not None
        live = found.linked
        assert isinstance(live, Linked)
        assert freezing.from_plain(json.loads(json.dumps(freezing.to_plain(live)))) == live


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        (BlockKind.NEEDS_LIST, {"field": "nichts", "by": "first", "number": 3}),
        (BlockKind.NEEDS_LIST, {"field": "sprache", "by": "alle", "number": 3}),
        (BlockKind.NEEDS_LIST, {"field": "sprache", "by": "first", "number": 0}),
        (BlockKind.NEEDS_LIST, {"field": "sprache", "by": "first", "number": True}),
        (BlockKind.NEEDS_LIST, {"field": "sprache", "by": "first", "number": 101}),
        (BlockKind.OFFERS_LIST, {"field": "", "place": "99999999"}),
        (BlockKind.CHART, {"poll": "999"}),
        (BlockKind.CHART, {}),
        (BlockKind.TABLE, {"what": "people"}),
        (BlockKind.TABLE, {"what": "figures", "figures": ["I-99"]}),
        (BlockKind.QUOTATION, {"contribution": "B-404"}),
        (BlockKind.QUOTATION, {"contribution": "' OR 1=1"}),
        (BlockKind.PARAGRAPH, {"markdown": "Text"}),
        (BlockKind.IMPRINT, {}),
    ],
)
def test_settings_must_name_what_is_there(kind: BlockKind, settings: dict[str, Any]) -> None:
    voted()
    with nothing_changes(Block, Source), pytest.raises(Invalid):
        insert(kind, **settings)


@pytest.mark.usefixtures("inside")
def test_only_settings_of_the_kind_are_kept() -> None:
    voted()
    made = insert(
        BlockKind.NEEDS_LIST, field="sprache", by="first", number=2, frozen={"x": 1}, html="<b>", poll=7
    )
    assert block(made).settings == {"field": "sprache", "by": "first", "number": 2}


@pytest.mark.usefixtures("inside")
def test_hidden_words_cannot_be_quoted_and_a_vote_must_be_published() -> None:
    voted()
    hide("B-001")
    running = factories.poll(PollStatus.OPEN, needs=1)
    for kind, settings in (
        (BlockKind.QUOTATION, {"contribution": "B-001"}),
        (BlockKind.CHART, {"poll": running.id}),
    ):
        with nothing_changes(Block), pytest.raises(Invalid):
            insert(kind, **settings)


@pytest.mark.usefixtures("inside")
def test_nobody_writes_over_a_block_unread() -> None:
    voted()
    made = needs()
    attempts: list[Callable[[], object]] = [
        lambda: linked.change_linked(
            STAFF, block(made), settings={"field": "sprache", "by": "first", "number": 1}, based_on=9
        ),
        lambda: linked.freeze_linked(STAFF, block(made), based_on=9),
        lambda: linked.unfreeze_linked(STAFF, block(made), based_on=9),
        lambda: linked.remove_linked(STAFF, block(made), based_on=9),
    ]
    for attempt in attempts:
        with nothing_changes(Block), pytest.raises(Conflict), transaction():
            attempt()


@pytest.mark.usefixtures("inside")
def test_linking_is_for_those_who_write() -> None:
    voted()
    made = needs()
    before = {"field": "sprache", "by": "first", "number": 1}
    found = block(made)
    section = ground.section(SLUG)
    attempts: list[Callable[[Any], object]] = [
        lambda actor: linked.place_linked(actor, section, kind=BlockKind.NEEDS_LIST, settings=before),
        lambda actor: linked.change_linked(actor, found, settings=before, based_on=1),
        lambda actor: linked.freeze_linked(actor, found, based_on=1),
        lambda actor: linked.unfreeze_linked(actor, found, based_on=1),
        lambda actor: linked.remove_linked(actor, found, based_on=1),
        lambda actor: linked.return_linked(actor, found),
        lambda actor: linked.forget_words(actor, ground.present(), frozenset({"B-001"})),
        lambda actor: queries.access_linked(actor, ground.present(), made),
    ]
    for attempt in attempts:
        for actor in (VISITOR, factories.participant().actor):
            with nothing_changes(Block, Source), pytest.raises(Forbidden), transaction():
                attempt(actor)


@pytest.mark.usefixtures("inside")
def test_many_linked_blocks_ask_no_more_than_few() -> None:
    poll = voted()

    def asked() -> int:
        db.session.rollback()
        with counted_queries() as seen:
            ground.whole()
        return len(seen)

    def one_of_each() -> None:
        freeze(needs())
        insert(BlockKind.CHART, poll=poll.id)
        insert(BlockKind.TABLE, what="places")
        insert(BlockKind.QUOTATION, contribution="B-001")

    one_of_each()
    few = asked()
    one_of_each()
    one_of_each()
    assert asked() == few


@pytest.mark.usefixtures("inside")
def test_a_document_has_every_kind_and_keeps_its_hash_while_nothing_changes() -> None:
    poll = voted()
    needs()
    insert(BlockKind.CHART, poll=poll.id)
    insert(BlockKind.TABLE, what="places")
    insert(BlockKind.QUOTATION, contribution="B-001")
    with force_locale("de"):
        first = document_of(ground.whole(), site="https://example.org")
        again = document_of(ground.whole(), site="https://example.org")
    assert content_hash(first) == content_hash(again)
    for said in ("/contributions/B-002", "Mühlacker", "/contributions/B-001"):
        assert said in repr(first)


def test_staff_insert_change_and_keep_by_forms_alone(
    app: Any, make: Maker, client_as: Callable[..., Client], browse: Callable[[Person | None], Client]
) -> None:
    make.contribution()
    with app.app_context():
        ground.a_concept()
    staff = client_as("coordinator")
    new = f"{HOME}/staff/linked/into/{SLUG}"
    staff.get(new, 200)
    staff.post_form(f"{new}?kind=quotation", {"contribution": "B-999"}, 422)
    assert len(staff.errors) == 1
    assert "B-999" in [one.get("value") for one in staff.page.find_all("input")]
    staff.follow(staff.post_form(f"{new}?kind=quotation", {"contribution": "B-001"}))
    address = next(form["action"] for form in staff.page.find_all("form") if form["action"].endswith("/keep"))
    edit = address.removesuffix("/keep")
    answer = staff.post(address, {"_key": "k" * 20, "step": "freeze", "based_on": "1"}, 303)
    staff.follow(answer)
    staff.post(address, {"_key": "l" * 20, "step": "unfreeze", "based_on": "1"}, 409)
    staff.post(address, {"_key": "m" * 20, "step": "nothing", "based_on": "2"}, 422)
    visitor = browse(None)
    visitor.get(f"{HOME}/field-sprache", 200)
    assert "B-001" in visitor.text
    assert not [a for a in visitor.page.find_all("a") if "/staff/" in a["href"]]
    for path in (new, edit):
        visitor.get(path, 403)
    staff.get(f"{HOME}/staff/linked/999999", 404)


@pytest.mark.usefixtures("inside")
def test_the_annex_lists_all_that_is_public_and_nothing_else() -> None:
    voted()
    hide("B-003")
    annex = ground.section("contributions")
    assert ground.chapter_in(ground.whole(), "annex").chapters
    with factories.change():
        annex.hidden = False
    listed = [one.linked for one in ground.pieces("contributions") if one.linked]
    assert [voice.reference for one in listed for voice in one.voices] == ["B-001", "B-002"]
    with force_locale("de"):
        document = document_of(ground.whole(), site="https://example.org")
    assert "Alle Beiträge" in repr(document)
