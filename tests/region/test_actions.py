"""Setting up a county: rows and facts, repeatable, only for those who may."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from core.actor import OPERATOR, VISITOR, Actor, Grant
from core.db import db
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.journal import JournalEntry
from core.transaction import transaction
from region import actions, queries
from region.data import FieldData, OrganisationData
from region.folder import read_folder
from region.models import Municipality
from tests.region import folders

ADMINISTRATOR = Actor("a" * 32, frozenset({Grant("administrator", "county")}))
COORDINATOR = Actor("c" * 32, frozenset({Grant("coordinator", "county")}))


@pytest.fixture(autouse=True)
def in_context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def found(**changes: Any) -> None:
    values: dict[str, Any] = {
        "ags": "08236",
        "name": "Enzkreis",
        "state": "Baden-Württemberg",
        "seat": "Pforzheim",
        "population": 198_905,
        "population_as_of": date(2018, 12, 31),
        "publisher": "Landratsamt Enzkreis",
        "languages": ["de"],
    }
    actions.found_county(OPERATOR, **{**values, **changes})


def town(ags: str = "08236040", actor: Actor = OPERATOR, **values: Any) -> Municipality:
    return actions.add_municipality(
        actor,
        ags=ags,
        name="Mühlacker",
        kind="Stadt",
        population=values.pop("population", 26_076),
        population_as_of=date(2018, 12, 31),
        **values,
    )


def facts() -> list[str]:
    return list(db.session.scalars(select(JournalEntry.fact).order_by(JournalEntry.id)))


def a_field(slug: str, look: str = "work") -> FieldData:
    return FieldData(slug, {"de": slug.title()}, look, look)


def test_a_folder_becomes_a_county_once() -> None:
    for _ in range(2):
        with transaction():
            actions.set_up_county(OPERATOR, read_folder(folders.ENZKREIS))

    told = facts()
    assert (told.count("CountyFounded"), told.count("MunicipalityAdded"), told.count("FieldSetAdded")) == (
        1,
        28,
        1,
    )
    assert (told.count("OrganisationAdded"), told.count("TaskAdded"), told.count("ResponsibilitySet")) == (
        12,
        1,
        1,
    )
    # Beside these: its sources, what the county says of itself, and the words of its lists.
    assert len(told) == 46 + told.count("PublicationAdded")
    names = [m.name for m in queries.visible_municipalities(VISITOR)]
    assert names.index("Ölbronn-Dürrn") + 1 == names.index("Ötisheim")
    assert names.index("Ötisheim") < names.index("Remchingen")


def test_changed_data_brings_rows_up_to_date() -> None:
    with transaction():
        found()
        first = town().id
    with transaction():
        found(publisher="Stabsstelle Integration")
        second = town(population=26_500, pilot=True).id

    county = queries.county()
    assert county is not None
    assert county.publisher == "Stabsstelle Integration"
    assert first == second
    assert (queries.access_municipality(VISITOR, "08236040").population, facts()) == (
        26_500,
        ["CountyFounded", "MunicipalityAdded", "CountyDataChanged", "CountyDataChanged"],
    )


def test_the_same_data_again_changes_nothing_and_says_nothing() -> None:
    for _ in range(2):
        with transaction():
            found()
            town()
            actions.add_field_set(OPERATOR, "themen", names={"de": "Themen"}, fields=[a_field("arbeit")])

    assert facts() == ["CountyFounded", "MunicipalityAdded", "FieldSetAdded"]


@pytest.mark.parametrize(
    ("names", "fields"),
    [
        ({"de": "Felder"}, ["arbeit", "sprache"]),
        ({"de": "Themen"}, ["sprache", "arbeit"]),
        ({"de": "Themen"}, ["arbeit", "sprache", "wohnen"]),
    ],
    ids=["another name", "another order", "one more"],
)
def test_a_changed_set_of_fields_is_a_fact(names: dict[str, str], fields: list[str]) -> None:
    with transaction():
        first = [a_field("arbeit"), a_field("sprache")]
        actions.add_field_set(OPERATOR, "themen", names={"de": "Themen"}, fields=first)
    with transaction():
        again = [a_field(slug) for slug in fields]
        actions.add_field_set(OPERATOR, "themen", names=names, fields=again)

    assert facts() == ["FieldSetAdded", "CountyDataChanged"]


def test_there_is_one_county() -> None:
    with transaction():
        found()
    with pytest.raises(Conflict, match="Enzkreis"), transaction():
        found(ags="08317", name="Ortenaukreis")


@pytest.mark.parametrize("ags", ["8236040", "082360400", "0823604x", "08317001", "08236０40", ""])
def test_a_key_that_is_none_or_elsewhere_is_refused(ags: str) -> None:
    with transaction():
        found()
    with pytest.raises(Invalid) as caught, transaction():
        town(ags=ags)
    assert list(caught.value.fields) == ["ags"]
    assert db.session.scalar(select(func.count(Municipality.id))) == 0


def test_a_municipality_needs_a_county() -> None:
    with pytest.raises(Invalid), transaction():
        town()


def test_fields_can_be_added_and_moved_but_not_taken_out() -> None:
    names = {"de": "Themen"}
    with transaction():
        actions.add_field_set(
            OPERATOR, "themen", names=names, fields=[a_field("arbeit"), a_field("sprache", "language")]
        )
    with transaction():
        actions.add_field_set(
            ADMINISTRATOR,
            "themen",
            names=names,
            fields=[a_field("sprache", "language"), a_field("wohnen", "housing"), a_field("arbeit")],
        )

    field_set = queries.access_field_set(VISITOR, "themen")
    assert [(f.position, f.slug) for f in queries.visible_fields(VISITOR, field_set.id)] == [
        (1, "sprache"),
        (2, "wohnen"),
        (3, "arbeit"),
    ]
    with pytest.raises(Conflict), transaction():
        actions.add_field_set(OPERATOR, "themen", names=names, fields=[a_field("arbeit")])
    assert facts() == ["FieldSetAdded", "CountyDataChanged"]


@pytest.mark.parametrize(
    "fields",
    [
        [],
        [a_field("arbeit"), a_field("arbeit")],
        [a_field("Arbeit!")],
        [a_field("arbeit", "football")],
        [FieldData("arbeit", {"en": "Work"}, "work", "work")],
    ],
)
def test_fields_that_make_no_sense(fields: list[FieldData]) -> None:
    with pytest.raises(Invalid), transaction():
        actions.add_field_set(OPERATOR, "themen", names={"de": "Themen"}, fields=fields)


def test_publications_organisations_and_figures() -> None:
    for title in ("Alt", "Neu"):
        with transaction():
            source = actions.add_publication(OPERATOR, "S01", title=title, publisher="Zeitung")
            actions.add_organisation(OPERATOR, OrganisationData("P01", "Verein", "Verein", publication="S01"))
            actions.add_figure(
                OPERATOR, "I-07", name="Plätze", amounts=[1754, 514], unit="Personen", publication=source
            )

    # Of the second time only the title is new.
    assert facts() == ["PublicationAdded", "OrganisationAdded", "FigureAdded", "CountyDataChanged"]
    assert [p.title for p in queries.visible_publications(VISITOR)] == ["Neu"]
    assert [o.publication.number for o in queries.visible_organisations(VISITOR) if o.publication] == ["S01"]
    assert queries.visible_figures(VISITOR)[0].amounts == [1754.0, 514.0]
    with pytest.raises(Invalid), transaction():
        actions.add_publication(OPERATOR, "S02", title="Falle", publisher="", url="javascript:alert(1)")


@pytest.mark.parametrize(
    "change",
    [
        lambda actor: actions.add_publication(actor, "S01", title="T", publisher="P"),
        lambda actor: actions.add_organisation(actor, OrganisationData("P01", "N", "K")),
        lambda actor: actions.add_figure(actor, "I-01", name="N", amounts=[1], unit="U"),
        lambda actor: actions.add_field_set(actor, "s", names={"de": "S"}, fields=[a_field("a")]),
        lambda actor: town(actor=actor),
        lambda actor: actions.set_up_county(actor, read_folder(folders.ENZKREIS)),
    ],
)
def test_only_operator_and_administrator_set_up(change: Callable[[Actor], object]) -> None:
    for actor in (VISITOR, COORDINATOR):
        with pytest.raises(Forbidden), transaction():
            change(actor)
    with transaction():
        found()
        change(ADMINISTRATOR)


def test_absent_things_are_not_found() -> None:
    for look in (
        lambda: queries.access_municipality(VISITOR, "08236040"),
        lambda: queries.access_field_set(VISITOR, "themen"),
        lambda: queries.access_field(VISITOR, 1, "arbeit"),
        lambda: queries.access_publication(VISITOR, "S01"),
    ):
        with pytest.raises(NotFound):
            look()
