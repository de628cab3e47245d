"""A list that is taken over while there is a concept stands in it at once, and leaves it at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import event, select

from concept.actions import linked, sections
from concept.actions import lists as actions
from concept.models import Block, Source
from concept.vocabulary import BlockKind
from core.actor import OPERATOR, SYSTEM, Actor
from core.db import db
from core.errors import Forbidden
from core.transaction import transaction
from dialog.actions import lists
from dialog.models import Contribution, ListImport, Station
from dialog.municipal_lists.reading import sent_list
from dialog.queries import dialogues
from dialog.vocabulary import Kind
from tests import factories
from tests.concept import ground
from tests.concept.ground import contribution, present, references, section, way
from tests.dialog.ground import count, facts, nothing_changes

ROWS = ("Mühlacker;Sprache;Abendkurs", "Mühlacker;Sprache;Sprachcafé", "Mühlacker;Wohnen;Wohnlotsen")


def take_over(*rows: str) -> int:
    with transaction():
        dialogue = dialogues.access_dialogue(OPERATOR, factories.dialogue().slug)
        sent = sent_list("l.csv", ("Gemeinde;Handlungsfeld;Bedarf\n" + "\n".join(rows)).encode())
        import_id, _, _ = lists.take_over(OPERATOR, dialogue, kind=Kind.NEED, sent=sent)
    return import_id


def the_list(import_id: int) -> ListImport:
    return db.session.get_one(ListImport, import_id)


def frozen() -> str:
    return str(db.session.execute(select(Block.frozen)).scalars().all())


def statements(do: Callable[[], object]) -> int:
    asked: list[str] = []

    def notice(connection: object, cursor: object, statement: str, *rest: object) -> None:
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", notice)
    try:
        do()
    finally:
        event.remove(db.engine, "before_cursor_execute", notice)
    return len(asked)


@pytest.mark.usefixtures("inside")
def test_a_list_stands_in_the_concept_as_single_entries_do() -> None:
    ground.a_concept()
    single = factories.contribution(title="Einzeln gesagt")
    version = present().version
    import_id = take_over(*ROWS)
    assert references("field-sprache-needs") == ["B-001", "B-002", "B-003"]
    assert references("field-wohnen-needs") == ["B-004"]
    assert present().version > version
    # The way to the chapter is told as it is of one that came alone.
    (kind, url), (other_kind, other) = way(single)[-1], way(contribution("B-002"))[-1]
    assert (kind, url.split("#")[0]) == (other_kind, other.split("#")[0])
    block = db.session.execute(select(Block).where(Block.id == int(other.split("#block-")[1]))).scalar_one()
    assert block.contribution_id == contribution("B-002").id
    assert [source.contribution_id for source in block.sources] == [block.contribution_id]
    labels = [
        db.session.execute(
            select(Station.label, Station.values).where(
                Station.contribution_id == one.id, Station.kind == "in_concept"
            )
        ).one()
        for one in (single, contribution("B-002"))
    ]
    assert labels[0] == labels[1]
    assert facts("ListIncluded")[0][2] == {"concept_id": present().id, "import_id": import_id, "number": 3}
    with transaction():
        assert actions.include_list(SYSTEM, present(), import_id) == 0
    assert count(Source) == 4


@pytest.mark.usefixtures("inside")
def test_nobody_is_told_of_a_chapter_that_is_hidden() -> None:
    ground.a_concept()
    with factories.change():
        sections.hide_section(OPERATOR, section("field-sprache"))
    take_over(*ROWS)
    assert way(contribution("B-001")) == []
    assert way(contribution("B-003")) != []


@pytest.mark.usefixtures("inside")
def test_a_list_that_is_taken_back_leaves_it() -> None:
    ground.a_concept()
    import_id = take_over(*ROWS)
    with factories.change():
        settings = {"field": "sprache", "by": "first", "number": 3}
        placed = linked.place_linked(
            factories.STAFF, section("field-sprache-situation"), kind=BlockKind.NEEDS_LIST, settings=settings
        )
        linked.freeze_linked(factories.STAFF, placed, based_on=placed.revision)
    assert "Abendkurs" in frozen()
    version = present().version
    with transaction():
        lists.take_back(OPERATOR, the_list(import_id))
    assert references("field-sprache-needs") == []
    assert present().version > version
    assert "Abendkurs" not in frozen()


@pytest.mark.usefixtures("inside")
def test_a_long_list_asks_no_more_for_each_entry() -> None:
    ground.a_concept()
    short = statements(lambda: take_over(*(f"Mühlacker;Sprache;Kurs {word}" for word in ("Ost", "West"))))
    names = [f"{first}{second}" for first in "ABCDEFGH" for second in "KLMNOPQR"]
    long = statements(lambda: take_over(*(f"Mühlacker;Sprache;{name}{name[::-1]}" for name in names)))
    assert count(Contribution) > 60
    # A statement more or less depends on what is remembered from before, not on how long the list is.
    assert long <= short + 2


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize("do", [actions.include_list, actions.leave_out_list])
def test_only_who_may_include_does_it(do: Callable[[Actor, object, int], object]) -> None:
    ground.a_concept()
    import_id = take_over(*ROWS)
    with nothing_changes(Block, Source), pytest.raises(Forbidden), transaction():
        do(factories.participant(factories.dialogue()).actor, present(), import_id)
