"""Organisations as staff keep them, and saying who does which task for which municipality."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from core.actor import VISITOR
from core.errors import Forbidden, Invalid, NotFound, Stale
from core.transaction import transaction
from region import queries
from region.actions.organisations import OrganisationFacts, keep_organisation
from region.actions.responsibilities import (
    ResponsibilityFacts,
    keep_task,
    remove_task,
    set_responsibilities,
)
from region.data import ResponsibilityData
from region.models import Municipality, MunicipalTask, Organisation, Responsibility
from region.queries import OrganisationFilter
from region.queries import responsibilities as task_queries
from tests import factories
from tests.dialog.ground import facts, nothing_changes
from tests.factories import STAFF

pytestmark = pytest.mark.usefixtures("inside")


def keep(organisation: Organisation | None = None, based_on: int = 1, **known: Any) -> Organisation:
    with transaction():
        return keep_organisation(
            STAFF,
            organisation,
            OrganisationFacts(**{"name": "Träger", "kind": "Verein", **known}),
            based_on=based_on,
        )


def place(ags: str = "08236040") -> Municipality:
    found = queries.municipality_of(ags)
    assert found is not None
    return found


def say(
    places: list[Municipality | None], form: str | None = "county", based_on: int = 0, **known: Any
) -> int:
    task = task_queries.access_task(STAFF, "beratung")
    with transaction():
        return set_responsibilities(
            STAFF,
            task,
            places,
            ResponsibilityFacts(form, **known) if form else None,
            based_on=based_on or task.revision,
        )


def forms() -> dict[str, str]:
    [one] = task_queries.delegations(VISITOR)
    return {where.name: said.form if said else "" for where, said in one.said.items()}


def test_staff_add_an_organisation_and_write_it_anew() -> None:
    factories.county()
    made = keep(places=[place()], languages=["de", "xx", "de"], full_time_posts=2.5)
    assert (made.slug, made.languages, facts()[-1][1]) == ("P01", ["de"], "OrganisationAdded")
    keep(made, name="  Neuer   Name ", serves_county=True, places=[place()])
    found = queries.access_organisation(VISITOR, "P01")
    # What is there for the whole county has no places of its own.
    assert (found.name, found.places, found.revision) == ("Neuer Name", [], 2)
    assert facts()[-1][2] == {"kind": "organisations", "data_id": made.id}
    with nothing_changes(Organisation), pytest.raises(Stale):
        keep(queries.access_organisation(VISITOR, "P01"), based_on=1)
    assert keep().slug == "P02"
    with pytest.raises(NotFound):
        queries.access_organisation(VISITOR, "P09")


@pytest.mark.parametrize(
    "known",
    [
        {"name": " "},
        {"kind": ""},
        {"name": "x" * 201},
        {"note": "x" * 1001},
        {"url": "javascript:alert(1)"},
        {"full_time_posts": -1.0},
        {"full_time_posts": 10_001.0},
        {"ended_on": date(2199, 1, 1)},
    ],
)
def test_what_makes_no_sense_is_refused(known: dict[str, Any]) -> None:
    factories.county()
    with nothing_changes(Organisation), pytest.raises(Invalid) as caught:
        keep(**known)
    assert set(caught.value.fields) == set(known)


def test_people_find_organisations_by_place_topic_language_and_kind() -> None:
    factories.county()
    sprache = factories.field("sprache")
    keep(name="Überall", serves_county=True, fields=[sprache])
    keep(name="Am Ort", places=[place()], languages=["ar", "de"], kind="Behörde")
    keep(name="Vorbei", places=[place()], ended_on=date(2020, 1, 1))

    def found(**wish: Any) -> list[str]:
        return [one.name for one in queries.visible_organisations(VISITOR, OrganisationFilter(**wish))]

    assert found() == ["Überall", "Am Ort"]
    assert found(place="08236040") == ["Überall", "Am Ort"]
    assert found(place="08236043") == ["Überall"]
    assert found(field="sprache") == ["Überall"]
    assert found(language="ar") == ["Am Ort"]
    assert found(language="a") == []
    assert found(kind="Behörde") == ["Am Ort"]
    assert found(ended=True) == ["Vorbei"]


def test_funding_that_ends_is_a_list_of_staff() -> None:
    factories.county()
    keep(name="Bald", funded_until=date(2027, 3, 1))
    keep(name="Später", funded_until=date(2028, 3, 1))
    keep(name="Weg", funded_until=date(2027, 3, 1), ended_on=date(2026, 1, 1))
    assert [one.name for one in queries.funding_ends(STAFF, until=date(2027, 3, 1))] == ["Bald"]
    with pytest.raises(Forbidden):
        queries.funding_ends(VISITOR, until=date(2027, 3, 1))


def test_what_is_said_of_all_counts_where_nothing_else_is_said() -> None:
    factories.task()
    assert forms() == {"Mühlacker": "", "Neuenbürg": ""}
    assert say([None]) == 1
    assert say([place()], "own", contact="Rathaus, Zimmer 4") == 1
    assert forms() == {"Mühlacker": "own", "Neuenbürg": "county"}
    [duty] = task_queries.duties(VISITOR, place("08236043"))
    assert duty.is_for_all
    # To say the same again changes nothing, and is no history.
    assert say([place()], "own", contact="Rathaus, Zimmer 4") == 0
    assert say([place(), None], None) == 2
    assert forms() == {"Mühlacker": "", "Neuenbürg": ""}
    task = task_queries.access_task(VISITOR, "beratung")
    assert sorted(one.form for one in task_queries.said_before(VISITOR, task)) == ["county", "own"]


def test_other_organisations_are_something_else() -> None:
    factories.task()
    first, second = factories.organisation("P01"), factories.organisation("P02")
    say([place()], "provider", organisations=[first])
    assert say([place()], "provider", organisations=[second, first]) == 1
    [duty] = task_queries.duties(VISITOR, place())
    assert duty.said is not None
    assert {one.slug for one in duty.said.organisations} == {"P01", "P02"}
    assert [one.task.slug for one in task_queries.duties_of(VISITOR, second)] == ["beratung"]


@pytest.mark.parametrize(
    ("places", "form", "known"),
    [
        (0, "county", {}),
        (1, "somehow", {}),
        (1, "own", {"contact": "x" * 301}),
        (1, "own", {"note": "x" * 1001}),
    ],
)
def test_nonsense_about_who_does_it_is_refused(places: int, form: str, known: dict[str, str]) -> None:
    factories.task()
    with nothing_changes(Responsibility), pytest.raises(Invalid):
        say([place()] * places, form, **known)


def test_of_two_who_saw_the_same_state_one_finds_out() -> None:
    seen = factories.task().revision
    say([place()], "own", based_on=seen)
    with nothing_changes(Responsibility), pytest.raises(Stale):
        say([place()], "joint", based_on=seen)
    assert forms()["Mühlacker"] == "own"


def test_only_staff_say_who_does_it() -> None:
    task = factories.task()
    for actor in (VISITOR, factories.participant().actor):
        with nothing_changes(Responsibility, Organisation, MunicipalTask):
            with pytest.raises(Forbidden), transaction():
                set_responsibilities(actor, task, [None], ResponsibilityFacts("own"), based_on=task.revision)
            with pytest.raises(Forbidden), transaction():
                keep_organisation(actor, None, OrganisationFacts("Name", "Art"))
            with pytest.raises(Forbidden), transaction():
                keep_task(actor, None, {"de": "Aufgabe"})
            with pytest.raises(Forbidden), transaction():
                remove_task(actor, task, based_on=task.revision)


def test_of_two_who_name_a_task_the_second_finds_out() -> None:
    task = factories.task()
    seen = task.revision
    with transaction():
        keep_task(STAFF, task, {"de": "Beratung vor Ort"}, based_on=seen)
    with nothing_changes(MunicipalTask), pytest.raises(Stale), transaction():
        keep_task(STAFF, task_queries.access_task(STAFF, "beratung"), {"de": "Anders"}, based_on=seen)
    assert task_queries.access_task(STAFF, "beratung").names == {"de": "Beratung vor Ort"}


def test_a_task_is_named_anew_and_goes_with_all_that_was_said() -> None:
    factories.task("beratung", ResponsibilityData(None, "own"), ResponsibilityData("08236040", "county"))
    say([None], "joint", organisations=[factories.organisation()])
    with transaction():
        made = keep_task(STAFF, None, {"de": "  Wohnberatung ", "en": ""})
        assert (made.slug, made.names) == ("T01", {"de": "Wohnberatung"})
    task = task_queries.access_task(STAFF, "beratung")
    with transaction():
        keep_task(STAFF, task, {"de": "Beratung vor Ort"}, based_on=task.revision)
    with pytest.raises(Invalid), transaction():
        keep_task(STAFF, task, {"de": " ", "en": "Advice"}, based_on=task.revision)
    with nothing_changes(Responsibility, MunicipalTask), pytest.raises(Stale), transaction():
        remove_task(STAFF, task, based_on=task.revision - 1)
    task = task_queries.access_task(STAFF, "beratung")
    with transaction():
        remove_task(STAFF, task, based_on=task.revision)
    assert [one.slug for one in task_queries.visible_tasks(VISITOR)] == ["T01"]
    assert facts()[-1][1] == "TaskRemoved"
