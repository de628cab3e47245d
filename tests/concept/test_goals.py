"""Goals, measures and their numbers: written, renumbered, removed, brought back; and what they rest on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from concept import words as phrases
from concept.actions import goals, indicators, measures, sources
from concept.actions.indicators import SeenValue
from concept.document import document_of
from concept.models import Goal, Indicator, IndicatorValue, Measure, Source
from concept.queries import contents, evidence
from concept.queries import goals as queries
from concept.vocabulary import MeasureClass, MeasureStatus, TimeFrame
from core.actor import OPERATOR, VISITOR
from core.db import db
from core.documents.tree import Figure, Section, Table
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.i18n import force_locale, name_in
from core.transaction import transaction
from dialog.actions import events, groups, moderation
from dialog.models import DialogueEvent, WorkingGroup
from dialog.queries.register import RegisterFilter
from dialog.vocabulary import Kind, PollStatus
from region import actions as region_actions
from tests import factories
from tests.client import Client
from tests.concept import ground
from tests.conftest import Maker
from tests.dialog.ground import counted_queries, facts, nothing_changes
from tests.factories import STAFF, Person

HOME = "/dialogues/probe/concept"
SHEET: dict[str, Any] = {
    "titles": {"de": "Abendkurs"},
    "target_group": "Eltern",
    "responsible": "Amt",
    "partners": ["VHS", " ", "Verein"],
    "begins": "2027-03",
    "ends": "2028",
    "time_frame": TimeFrame.SHORT,
    "cost": "10.000 Euro",
    "funding": "Land",
    "indicator": "Mehr Kurse",
    "status": MeasureStatus.RUNNING,
    "priority_class": MeasureClass.FOCUS,
}


def goal_row(goal_id: int = 1) -> Goal:
    return queries.access_goal(STAFF, ground.present(), goal_id)


def measure_row(measure_id: int = 1) -> Measure:
    return queries.access_measure(STAFF, ground.present(), measure_id)


def standing(slug: str = "field-sprache") -> list[str]:
    db.session.rollback()
    found = [*ground.pieces(f"{slug}-goals"), *ground.pieces(f"{slug}-measures")]
    return [
        piece.goal.number if piece.goal else piece.measure.reference if piece.measure else ""
        for piece in found
    ]


def ends_of_ways() -> list[str]:
    need = ground.again(db.session.execute(select(Source)).scalars().first().contribution)  # type: ignore[union-attr,arg-type]
    return [station.kind for station in need.stations][-2:]


def change_measure(based_on: int = 1, **changes: Any) -> None:
    with transaction():
        row = measure_row()
        values = {**SHEET, "goal": row.goal, "number": row.number, **changes}
        measures.change_measure(STAFF, row, based_on=based_on, **values)


@pytest.mark.usefixtures("inside")
def test_a_goal_gets_other_words_and_another_place() -> None:
    ground.filled()
    with transaction():
        second = goals.add_goal(STAFF, ground.present(), ground.field(), texts={"de": "Zweites."})
    with transaction():
        goals.change_goal(STAFF, goal_row(), texts={"de": " Neue  Worte. ", "en": ""}, number=3, based_on=1)
    assert goal_row().texts == {"de": "Neue Worte."}
    assert standing() == ["1.2", "1.3", "M-01"]
    assert facts("GoalChanged") == [(STAFF.key, "GoalChanged", {"goal_id": 1})]
    for number in (2, 0, 10_000):
        with nothing_changes(Goal), pytest.raises(Invalid), transaction():
            goals.change_goal(STAFF, goal_row(), texts={"de": "Worte"}, number=number, based_on=2)
    for words in ({"de": " "}, {"en": "Words"}, {"de": "x" * 501}):
        with nothing_changes(Goal), pytest.raises(Invalid), transaction():
            goals.change_goal(STAFF, goal_row(second.id), texts=words, number=2, based_on=1)


@pytest.mark.usefixtures("inside")
def test_removed_goals_and_measures_vanish_and_come_back_and_their_voices_learn_it() -> None:
    ground.filled()
    with nothing_changes(Goal), pytest.raises(Conflict) as refused, transaction():
        goals.remove_goal(STAFF, goal_row(), based_on=1)
    with force_locale("en"):
        assert "Measures hang on this goal" in str(refused.value)

    with transaction():
        measures.remove_measure(STAFF, measure_row(), based_on=1)
    assert standing() == ["1.1"]
    assert ends_of_ways() == ["in_measure", "no_longer"]
    assert contents.content(VISITOR, ground.present()).measures == ()
    with transaction():
        goals.remove_goal(STAFF, goal_row(), based_on=1)
    assert standing() == []
    with force_locale("de"):
        assert "Alle lernen." not in repr(document_of(ground.whole(), site="https://example.org"))

    with pytest.raises(Conflict), transaction():
        measures.return_measure(STAFF, measure_row())
    with transaction():
        goals.return_goal(STAFF, goal_row())
    with transaction():
        measures.return_measure(STAFF, measure_row())
    assert standing() == ["1.1", "M-01"]
    assert ends_of_ways() == ["in_goal", "in_measure"]


@pytest.mark.usefixtures("inside")
def test_a_sheet_is_written_anew_with_all_its_columns() -> None:
    ground.filled()
    change_measure(number=7)
    [piece] = ground.pieces("field-sprache-measures")
    sheet = piece.measure
    assert sheet is not None
    assert sheet.partners == ("VHS", "Verein")
    assert (sheet.reference, sheet.begins, sheet.ends) == ("M-07", "2027-03", "2028")
    assert (sheet.status, sheet.priority_class, sheet.time_frame) == ("running", "focus", "short")
    assert (sheet.cost, sheet.funding, sheet.indicator) == ("10.000 Euro", "Land", "Mehr Kurse")


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize(
    "changes",
    [
        {"titles": {"de": ""}},
        {"titles": {"de": "x" * 201}},
        {"cost": "x" * 201},
        {"partners": ["x"] * 31},
        {"begins": "2027-13"},
        {"begins": "bald"},
        {"begins": "2028-02", "ends": "2028-01"},
        {"begins": "2028-02", "ends": "2027"},
        {"number": 0},
    ],
)
def test_a_sheet_that_does_not_fit_is_refused(changes: dict[str, Any]) -> None:
    ground.filled()
    with nothing_changes(Measure), pytest.raises(Invalid):
        change_measure(**changes)
    assert measure_row().revision == 1


@pytest.mark.usefixtures("inside")
def test_a_measure_stays_in_its_topic_and_its_number_is_its_own() -> None:
    ground.filled()
    with transaction():
        other = goals.add_goal(STAFF, ground.present(), ground.field("wohnen"), texts={"de": "Wohnen."})
        same = goals.add_goal(STAFF, ground.present(), ground.field(), texts={"de": "Noch eines."})
        second = measures.add_measure(STAFF, same, titles={"de": "Zweite"})
    with nothing_changes(Measure), pytest.raises(Invalid):
        change_measure(goal=goal_row(other.id))
    with nothing_changes(Measure), pytest.raises(Invalid):
        change_measure(number=second.number)
    change_measure(goal=goal_row(same.id))
    assert measure_row().goal_id == same.id


@pytest.mark.usefixtures("inside")
def test_nobody_writes_over_a_goal_or_measure_unread() -> None:
    ground.filled()
    change_measure()
    attempts: list[Callable[[], object]] = [
        lambda: goals.change_goal(STAFF, goal_row(), texts={"de": "Neu"}, number=1, based_on=0),
        lambda: goals.remove_goal(STAFF, goal_row(), based_on=2),
        lambda: measures.remove_measure(STAFF, measure_row(), based_on=1),
        lambda: watch(based_on=1),
    ]
    for attempt in attempts:
        with nothing_changes(Goal, Measure, Indicator), pytest.raises(Conflict), transaction():
            attempt()
    with pytest.raises(Conflict):
        change_measure(based_on=1)


# ---------------------------------------------------------------------------------------- numbers to watch


def watch(based_on: int = 1, indicator_id: int | None = None, **changes: Any) -> Indicator:
    values: dict[str, Any] = {
        "name": "Kurse",
        "unit": "Kurse",
        "baseline": 2.0,
        "baseline_as_of": "2021",
        "target": 10.0,
        "target_by": "2025",
        "values": [SeenValue("2023", 6.0), SeenValue("2022-09", 4.0, "Schätzung")],
        **changes,
    }
    return indicators.keep_indicator(
        STAFF, measure_row(), indicator_id=indicator_id, based_on=based_on, **values
    )


@pytest.mark.usefixtures("inside")
def test_a_number_to_watch_is_a_picture_with_its_table() -> None:
    ground.filled()
    with transaction():
        made = watch()
    [piece] = ground.pieces("field-sprache-measures")
    assert piece.measure is not None
    [one] = piece.measure.indicators
    assert [(value.as_of, value.value) for value in one.values] == [("2022-09", 4.0), ("2023", 6.0)]
    with force_locale("de"):
        found = list(_walk(document_of(ground.whole(), site="https://e.org").children))
    [picture] = [block for block in found if isinstance(block, Figure) and "Kurse" in block.caption]
    assert isinstance(picture.table, Table)
    assert len(picture.table.rows) == 3

    with transaction():
        watch(based_on=2, indicator_id=made.id, values=[SeenValue("2022-09", 5.0)], target=None)
    [again] = measure_row().indicators
    assert (again.target, again.target_by, [value.value for value in again.values]) == (None, "", [5.0])
    with transaction():
        indicators.remove_indicator(STAFF, measure_row(), made.id, based_on=3)
    assert measure_row().indicators == []
    [piece] = ground.pieces("field-sprache-measures")
    assert piece.measure is not None
    assert piece.measure.indicators == ()
    # Nothing is lost: it returns with its values, and it does so once.
    with pytest.raises(NotFound), transaction():
        watch(based_on=4, indicator_id=made.id)
    for _ in range(2):
        with transaction():
            indicators.return_indicator(STAFF, measure_row(), made.id)
    [again] = measure_row().indicators
    assert (again.name, [value.value for value in again.values], measure_row().revision) == (
        "Kurse",
        [5.0],
        5,
    )
    assert [name for _, name, _ in facts() if name.startswith("IndicatorRe")] == [
        "IndicatorRemoved",
        "IndicatorReturned",
    ]


@pytest.mark.usefixtures("inside")
def test_a_removed_number_returns_only_while_there_is_room() -> None:
    ground.filled()
    made = []
    for number in range(1, 13):
        with transaction():
            made.append(watch(based_on=number, name=f"Zahl {number}").id)
    with pytest.raises(Invalid), transaction():
        watch(based_on=13)
    with transaction():
        indicators.remove_indicator(STAFF, measure_row(), made[0], based_on=13)
    with transaction():
        watch(based_on=14)
    with nothing_changes(Indicator), pytest.raises(Invalid), transaction():
        indicators.return_indicator(STAFF, measure_row(), made[0])


def test_staff_removes_a_number_and_brings_it_back(
    make: Maker, client_as: Callable[..., Client], browse: Callable[[Person | None], Client]
) -> None:
    number = make.indicator()
    staff, page = client_as("coordinator"), f"{HOME}/staff/measures/{number.measure_id}"
    one = f"{page}/indicators/{number.id}"
    place = f"{one}/place"
    staff.get(one, 200)
    staff.follow(staff.send(staff.form_here(place), {}, 303))
    assert "1 entfernte Kennzahl" in staff.text
    staff.get(one, 404)
    staff.get(page, 200)
    staff.follow(staff.send(staff.form_here(place), {"step": "return"}, 303))
    assert "entfernte Kennzahl" not in staff.text
    staff.get(one, 200)
    staff.post(place, {"step": "burn", "_key": "key-of-somebody-burning"}, 422)
    assert "Abendkurse" in staff.text
    browse(None).post(place, {"step": "remove", "based_on": "4", "_key": "key-of-a-visitor-x"}, 403)


def _walk(blocks: Any) -> Any:
    for block in blocks:
        yield block
        if isinstance(block, Section):
            yield from _walk(block.children)


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize(
    "changes",
    [
        {"name": " "},
        {"name": "x" * 201},
        {"unit": "x" * 41},
        {"baseline_as_of": ""},
        {"target_by": ""},
        {"values": [SeenValue("2022", 1.0), SeenValue("2022", 2.0)]},
        {"values": [SeenValue("", 1.0)]},
        {"values": [SeenValue(str(1900 + n), 1.0) for n in range(61)]},
        {"values": [SeenValue("2022", 1.0, "x" * 201)]},
    ],
)
def test_a_number_that_says_of_no_time_is_refused(changes: dict[str, Any]) -> None:
    ground.filled()
    with nothing_changes(Indicator, IndicatorValue), pytest.raises(Invalid), transaction():
        watch(**changes)


@pytest.mark.usefixtures("inside")
def test_a_number_of_another_measure_is_not_found() -> None:
    ground.filled()
    with transaction():
        made = watch()
    with transaction():
        other = measures.add_measure(STAFF, goal_row(), titles={"de": "Zweite"})
    with nothing_changes(Indicator), pytest.raises(NotFound), transaction():
        indicators.remove_indicator(STAFF, measure_row(other.id), made.id, based_on=1)


@pytest.mark.usefixtures("inside")
def test_more_measures_and_numbers_do_not_mean_more_queries() -> None:
    ground.filled()
    with transaction():
        watch()

    def asked() -> int:
        db.session.rollback()
        with counted_queries() as seen:
            ground.whole()
        plan = ground.present()
        with counted_queries() as listed:
            queries.access_plan(STAFF, plan)
        return len(seen) + len(listed)

    few = asked()
    for number in (2, 3):
        with transaction():
            made = measures.add_measure(STAFF, goal_row(), titles={"de": f"Maßnahme {number}"})
        factories.indicator(made)
    assert asked() == few


@pytest.mark.usefixtures("inside")
def test_planning_and_its_sources_are_for_those_who_write() -> None:
    ground.filled()
    with transaction():
        made = watch()
    row, other, source = goal_row(), measure_row(), db.session.execute(select(Source)).scalars().first()
    assert source is not None
    attempts: list[Callable[[Any], object]] = [
        lambda actor: goals.change_goal(actor, row, texts={"de": "Z"}, number=1, based_on=1),
        lambda actor: goals.remove_goal(actor, row, based_on=1),
        lambda actor: goals.return_goal(actor, row),
        lambda actor: measures.change_measure(actor, other, goal=row, number=1, based_on=2, **SHEET),
        lambda actor: measures.remove_measure(actor, other, based_on=2),
        lambda actor: measures.return_measure(actor, other),
        lambda actor: indicators.remove_indicator(actor, other, made.id, based_on=2),
        lambda actor: indicators.return_indicator(actor, other, made.id),
        lambda actor: sources.uncite(actor, source),
        lambda actor: queries.access_plan(actor, ground.present()),
        lambda actor: queries.access_goal(actor, ground.present(), row.id),
        lambda actor: evidence.access_owner(actor, ground.present(), "goal", row.id),
        lambda actor: evidence.search(actor, ground.present(), row, RegisterFilter()),
    ]
    for attempt in attempts:
        for actor in (VISITOR, factories.participant().actor):
            with nothing_changes(Goal, Measure, Indicator, Source), pytest.raises(Forbidden), transaction():
                attempt(actor)


# -------------------------------------------------------------------------------------------------- sources


@pytest.mark.usefixtures("inside")
def test_evidence_is_found_by_words_number_and_field_and_only_what_is_public() -> None:
    ground.filled()
    factories.contribution(title="Mehr Busse", text="Es fehlt ein Bus.", in_field="wohnen")
    factories.contribution(title="Sprachcafé", text="Café", kind=Kind.OFFER)
    factories.contribution("waiting", title="Bus geheim", text="Bus geheim")  # type: ignore[arg-type]
    poll = factories.poll(PollStatus.PUBLISHED, needs=1)
    factories.poll(PollStatus.OPEN, needs=1)
    with transaction():
        region_actions.add_figure(OPERATOR, "I-13", name="Wartezeit", amounts=[8], unit="Monate")
        region_actions.add_publication(OPERATOR, "S40", title="Bericht zur Wartezeit", publisher="Amt")

    def found(**wish: str) -> list[str]:
        result = evidence.search(STAFF, ground.present(), goal_row(), RegisterFilter(**wish))
        return [one.token for one in (*result.contributions, *result.others)]

    assert found(words="bus") == ["contribution:B-002"]
    assert found(words="B-001")[0] == "contribution:B-001"
    assert found(field="wohnen", kind="need") == ["contribution:B-002"]
    assert found(kind="offer") == ["contribution:A-001"]
    assert found(words="wartezeit") == ["figure:I-13", "publication:S40"]
    assert [one for one in found() if one.startswith("poll:")] == [f"poll:{poll.id}"]
    day = factories.event(slug="tag")
    factories.event(slug="entwurf", code="", published=False)
    [group] = day.groups
    met = [one for one in found() if one.startswith(("event:", "group:"))]
    assert met == ["event:tag", f"group:{group.id}"]
    assert found(words=f"{day.starts_at:%m.%Y}") == met
    marked = evidence.search(STAFF, ground.present(), goal_row(), RegisterFilter(words="B-001"))
    assert [one.is_cited for one in marked.contributions] == [True]


def test_staff_add_and_remove_a_source_and_the_way_of_the_voice_is_honest(
    app: Flask, make: Maker, client_as: Callable[..., Client], browse: Callable[[Person | None], Client]
) -> None:
    make.contribution(title="Kurse am Abend")
    goal = make.goal()
    staff = client_as("coordinator")
    path = f"{HOME}/staff/sources/goal/{goal.id}"
    chapter, voice = f"{HOME}/field-sprache", "/dialogues/probe/contributions/B-001?lang=en"
    staff.get(f"{chapter}?lang=en", 200)
    assert "without a source" in staff.text
    visitor = browse(None)
    visitor.get(f"{chapter}?lang=en", 200)
    assert "without a source" not in visitor.text

    key = iter(f"key-of-the-test-{n:04}" for n in range(99))
    staff.follow(staff.post(path, {"_key": next(key), "add": "contribution:B-001"}, 303))
    assert "Kurse am Abend" in staff.text
    visitor.get(voice, 200)
    assert "Led to the goal" in visitor.text
    assert "no longer" not in visitor.text
    staff.get(f"{chapter}?lang=en", 200)
    assert "without a source" not in staff.text

    with app.app_context():
        [source] = [one for one in goal_sources(goal.id) if one.contribution_id]
        number = source.id
    staff.follow(staff.post(path, {"_key": next(key), "remove": str(number)}, 303))
    assert "Undo" in staff.get(f"{path}?removed=contribution:B-001&lang=en", 200).get_data(as_text=True)
    visitor.get(voice, 200)
    assert "This was so once. It no longer holds." in visitor.text
    stops = [a["href"] for a in visitor.page.find_all("a") if "#block-" in a["href"]]
    assert len(stops) == 1  # Its own entry in the list still stands.

    for data, status in (
        ({"add": "contribution:B-404"}, 404),
        ({"add": "poll:1; DROP"}, 404),
        ({"add": ""}, 422),
        ({"remove": str(number)}, 404),
    ):
        staff.post(path, {"_key": next(key), **data}, status)
    staff.get(f"{path}?removed=//evil.example&q={'x' * 500}&field=nix&kind=nix", 200)
    assert "evil" not in staff.text
    visitor.get(path, 403)
    staff.get(f"{HOME}/staff/sources/goal/999999", 404)
    staff.get(f"{HOME}/staff/sources/nothing/1", 404)


def goal_sources(goal_id: int) -> list[Source]:
    return list(db.session.execute(select(Source).where(Source.goal_id == goal_id)).scalars())


# ---------------------------------------------------------------------------------------------------- forms


def test_a_stale_form_shows_both_states_and_loses_nothing(
    make: Maker, client_as: Callable[..., Client]
) -> None:
    goal = make.goal()
    measure = make.measure(goal)
    staff = client_as("coordinator")
    path = f"{HOME}/staff/goals/{goal.id}?lang=en"
    first, second = staff.form(path), staff.form(path)
    staff.send(first, {"text": "Zuerst gespeichert."}, 303)
    staff.send(second, {"text": "Später getippt."}, 409)
    assert "Zuerst gespeichert." in staff.text
    assert "Später getippt." in staff.text
    again = staff.form_here(f"{HOME}/staff/goals/{goal.id}")
    staff.send(again, {}, 303)
    staff.get(path, 200)
    assert "Später getippt." in staff.text

    path = f"{HOME}/staff/measures/{measure.id}?lang=en"
    first, second = staff.form(path), staff.form(path)
    staff.send(first, {"cost": "10 Euro"}, 303)
    staff.send(second, {"cost": "20 Euro", "begins": "Herbst"}, 422)
    assert "10 Euro" in staff.text
    assert "20 Euro" in [one.get("value") for one in staff.page.find_all("input")]
    staff.send(staff.form_here(f"{HOME}/staff/measures/{measure.id}"), {"begins": "09.2027"}, 303)


def test_no_column_can_be_smuggled_in(app: Flask, make: Maker, client_as: Callable[..., Client]) -> None:
    goal = make.goal()
    staff = client_as("coordinator")
    smuggled = {
        "concept_id": "9",
        "field_id": "9",
        "goal_id": "9",
        "revision": "77",
        "removed_at": "2020-01-01",
        "changed_at": "2020-01-01",
        "number": "42",
        "goal": "9",
        "publication_id": "3",
    }
    data = {"title": "Abendkurs", "status": "planned", **smuggled}
    path = f"{HOME}/staff/goals/{goal.id}/measures/new"
    staff.post(path, {**data, "_key": "key-of-the-smuggler"}, 303)
    with app.app_context():
        row = db.session.execute(select(Measure)).scalar_one()
        assert (row.number, row.goal_id, row.revision, row.removed_at) == (1, goal.id, 1, None)
        assert row.changed_at.year > 2020


def test_values_are_typed_in_rows_and_hostile_ones_stay_text(
    app: Flask, make: Maker, client_as: Callable[..., Client], browse: Callable[[Person | None], Client]
) -> None:
    measure = make.measure()
    staff = client_as("coordinator")
    path = f"{HOME}/staff/measures/{measure.id}/indicators/new"
    evil = "<img src=x onerror=alert(1)>"
    typed = {
        "name": evil,
        "unit": "Kurse",
        "baseline": "1.200,5",
        "baseline_as_of": "2021",
        "as_of-0": "30.09.2022",
        "value-0": "1.300",
        "note-0": evil,
        "as_of-1": "gestern",
        "value-1": "viel",
    }
    staff.send(staff.form(path), typed, 422)
    assert [one.get("value") for one in staff.page.find_all("input")].count("gestern") == 1
    staff.send(staff.form_here(path), {"as_of-1": "2023", "value-1": "1400"}, 303)
    with app.app_context():
        rows = db.session.execute(select(IndicatorValue).order_by(IndicatorValue.as_of)).scalars()
        assert [(row.as_of, row.value) for row in rows] == [("2022-09-30", 1300.0), ("2023", 1400.0)]
    visitor = browse(None)
    visitor.get(f"{HOME}/field-sprache", 200)
    assert evil in visitor.text
    assert not [img for img in visitor.page.find_all("img") if img.get("src") == "x"]


@pytest.mark.usefixtures("inside")
def test_a_day_and_its_working_groups_are_sources_like_others() -> None:
    ground.filled()
    day, draft = factories.event(slug="tag"), factories.event(slug="entwurf", code="", published=False)
    [group], [hidden] = day.groups, draft.groups
    for token in (f"group:{hidden.id}", "event:entwurf", "group:0", "event:"):
        with pytest.raises(NotFound):
            evidence.access_evidence(STAFF, ground.present(), token)
    for secret in (draft, hidden):
        with nothing_changes(Source), pytest.raises(Invalid), transaction():
            sources.cite(STAFF, goal_row(), secret)
    with transaction():
        for token in ("event:tag", f"group:{group.id}"):
            sources.cite(STAFF, goal_row(), evidence.access_evidence(STAFF, ground.present(), token))

    path = "/dialogues/probe/events/tag"
    [piece] = ground.pieces("field-sprache-goals")
    shown = [(one.kind, one.path) for one in piece.origins[1:]]
    assert shown == [("event", path), ("group", f"{path}#group-{group.number}")]
    assert name_in(group.names) in name_in(piece.origins[2].names)
    with force_locale("de"):
        assert path in repr(document_of(ground.whole(), site="https://example.org"))
        assert [phrases.origin_note(one).partition(" · ")[0] for one in piece.origins[1:]] == [
            "Veranstaltung",
            "Arbeitsgruppe",
        ]
    # A day that is no longer public is told to nobody, and what something rests on cannot be deleted.
    version = ground.present().version
    with transaction():
        events.take_event_back(STAFF, db.session.get_one(DialogueEvent, day.id))
    db.session.expire_all()
    assert ground.present().version == version + 1
    assert len(ground.pieces("field-sprache-goals")[0].origins) == 1
    with transaction():
        db.session.get_one(DialogueEvent, day.id).published = True
    with nothing_changes(WorkingGroup), pytest.raises(Conflict), transaction():
        groups.remove_group(STAFF, db.session.get_one(DialogueEvent, day.id), group.id, based_on=1)


@pytest.mark.usefixtures("inside")
def test_what_is_hidden_counts_as_no_source() -> None:
    ground.filled()
    db.session.rollback()
    assert contents.without_source(ground.whole().chapters) == 0
    need = ground.again(db.session.execute(select(Source)).scalars().first().contribution)  # type: ignore[union-attr,arg-type]
    with transaction():
        moderation.hide_contribution(STAFF, ground.again(need), reason="insult")
    assert contents.without_source(ground.whole().chapters) == 3
