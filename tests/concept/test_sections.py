"""Adding, naming, moving, hiding and removing chapters, and the page that shows them all."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from concept import words
from concept.actions import blocks, goals, sections, texts
from concept.actions.sources import cite, uncite
from concept.document import document_of
from concept.models import IndicatorValue, Section
from concept.queries import goals as goal_queries
from concept.queries import structure
from core.actor import OPERATOR, VISITOR
from core.db import db
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.i18n import force_locale
from core.transaction import transaction
from tests import factories
from tests.client import Client
from tests.concept import ground
from tests.conftest import Maker
from tests.dialog.ground import count, facts

PAGE = "/dialogues/probe/concept/structure"
ClientAs = Callable[..., Client]


def add(title: str, under: str = "") -> str:
    with transaction():
        chapter = ground.section(under) if under else None
        return sections.add_section(OPERATOR, ground.present(), titles={"de": title}, under=chapter).slug


def do(act: Callable[..., None], slug: str, **kwargs: object) -> None:
    with transaction():
        act(OPERATOR, ground.section(slug), **kwargs)


def shown() -> list[str]:
    """The chapters everybody sees, with their numbers."""
    return [f"{chapter.number} {chapter.slug}" for chapter in ground.whole().chapters]


@pytest.mark.usefixtures("inside")
def test_a_new_chapter_is_hidden_until_it_is_shown_and_has_an_address_of_its_own() -> None:
    ground.a_concept()
    before = shown()
    slugs = [add("Grußwort: Wir!"), add("Grußwort – wir"), add("!!!")]
    assert slugs == ["chapter-grusswort-wir", "chapter-grusswort-wir-2", "chapter"]
    assert shown() == before
    do(sections.show_section, slugs[0])
    assert shown() == [*before, f"{len(before) + 1} {slugs[0]}"]
    do(sections.hide_section, slugs[0])
    do(sections.hide_section, slugs[0])
    assert shown() == before
    assert len(facts("SectionAdded")) == 3
    assert [payload["step"] for _, _, payload in facts("SectionChanged")] == ["shown", "hidden"]


@pytest.mark.usefixtures("inside")
def test_chapters_change_places_and_the_first_goes_no_further_up() -> None:
    ground.a_concept()
    do(sections.move_section, "made", up=True)
    assert shown()[:3] == ["1 foreword", "2 made", "3 figures"]
    do(sections.move_section, "made", up=False)
    assert shown()[:3] == ["1 foreword", "2 figures", "3 made"]
    version = len(facts("SectionChanged"))
    do(sections.move_section, "foreword", up=True)
    assert len(facts("SectionChanged")) == version


@pytest.mark.usefixtures("inside")
def test_a_section_goes_inside_a_chapter_and_out_again_but_not_everywhere() -> None:
    ground.a_concept()
    made = add("Dank")
    do(sections.show_section, made)
    with transaction():
        sections.place_section(OPERATOR, ground.section(made), under=ground.section("field-sprache"))
    assert [inner.slug for inner in ground.chapter_in(ground.whole(), "field-sprache").chapters][-1] == made
    assert ground.section(made).field_id == ground.section("field-sprache").field_id
    with transaction():
        sections.place_section(OPERATOR, ground.section(made), under=None)
    assert shown()[-1].endswith(made)
    for moved, under in (
        ("field-sprache-needs", "foreword"),
        ("field-sprache", "foreword"),
        ("annex", "foreword"),
        (made, "fields"),
        (made, "imprint"),
        (made, made),
    ):
        with pytest.raises(Conflict), transaction():
            sections.place_section(OPERATOR, ground.section(moved), under=ground.section(under))


@pytest.mark.usefixtures("inside")
def test_a_heading_is_changed_only_by_whoever_has_seen_the_present_one() -> None:
    ground.a_concept()
    seen = dict(ground.section("foreword").titles)
    do(sections.name_section, "foreword", titles={"de": "Vorwort"}, seen=seen)
    assert ground.section("foreword").titles == {"de": "Vorwort"}
    for titles, error in (({"de": "Anders"}, Conflict), ({"de": " "}, Invalid), ({"de": "x" * 151}, Invalid)):
        with pytest.raises(error):
            do(sections.name_section, "foreword", titles=titles, seen=seen)


@pytest.mark.usefixtures("inside")
def test_only_a_section_that_never_had_a_text_is_deleted() -> None:
    ground.a_concept()
    before = count(Section)
    empty, written = add("Leer"), add("Voll")
    do(sections.remove_section, empty)
    with transaction():
        blocks.write_paragraph(OPERATOR, ground.section(written), text="Ein Satz.")
    with transaction():
        section = ground.section(written)
        texts.save_text(OPERATOR, section, text="", based_on=section.revision)
    for slug in (written, "glossary", "foreword"):
        with pytest.raises(Conflict):
            do(sections.remove_section, slug)
    assert count(Section) == before + 1
    assert len(facts("SectionRemoved")) == 1


@pytest.mark.usefixtures("inside")
def test_only_those_who_write_the_concept_change_its_chapters() -> None:
    ground.a_concept()
    concept, section = ground.present(), ground.section("foreword")
    for act in (
        lambda: sections.add_section(VISITOR, concept, titles={"de": "x"}),
        lambda: sections.name_section(VISITOR, section, titles={"de": "x"}, seen={}),
        lambda: sections.move_section(VISITOR, section, up=True),
        lambda: sections.place_section(VISITOR, section, under=None),
        lambda: sections.hide_section(VISITOR, section),
        lambda: sections.show_section(VISITOR, section),
        lambda: sections.remove_section(VISITOR, section),
    ):
        with pytest.raises(Forbidden), transaction():
            act()
    with pytest.raises(NotFound):
        structure.visible_structure(VISITOR, concept)


@pytest.mark.usefixtures("inside")
def test_the_structure_says_what_is_in_each_section_and_what_is_missing() -> None:
    ground.filled()
    with transaction():
        section = ground.section("foreword")
        texts.save_text(OPERATOR, section, text="## Anfang\n\nEin Satz.", based_on=section.revision)
    lines = {
        line.section.slug: line for line in structure.visible_structure(factories.STAFF, ground.present())
    }
    foreword, situation = lines["foreword"], lines["field-sprache-situation"]
    assert (foreword.number, foreword.words, foreword.without_source) == ("1", 3, 1)
    assert (situation.depth, situation.words, situation.without_source) == (2, 3, 0)
    assert lines["field-sprache-needs"].listed == 1
    assert (lines["mandate"].number, lines["mandate"].is_empty) == ("", True)
    assert not lines["imprint"].is_empty
    assert {slug for slug, line in lines.items() if line.may_remove} == set()


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize("slug", ["field-sprache", "fields"])
def test_nothing_of_a_hidden_chapter_stands_anywhere_else(slug: str) -> None:
    """Its measures are in no table of all measures, what it rests on is in no list of publications."""
    ground.filled()
    measure = factories.indicator().measure_id
    with transaction():
        publication = factories.publication("S77", "Kanarienvogel")
        found = goal_queries.access_measure(OPERATOR, ground.present(), measure)
        cite(OPERATOR, found, publication)
        value = db.session.scalars(select(IndicatorValue)).one()
        value.publication_id = factories.publication("S78", "Kolibri").id
        show_all()
    for wanted in ("Abendkurs", "Kanarienvogel", "Kolibri", "Alle lernen."):
        assert wanted in repr(ground.whole())
    do(sections.hide_section, slug)
    whole = ground.whole()
    assert whole.measures == ()
    assert whole.publications == ()
    for gone in ("Abendkurs", "Kanarienvogel", "Kolibri", "Alle lernen."):
        assert gone not in repr(whole)
    with force_locale("de"):
        assert "Abendkurs" not in repr(document_of(whole, site="https://example.org"))


@pytest.mark.usefixtures("inside")
def test_a_measure_does_not_tell_the_words_of_hidden_goals() -> None:
    ground.filled()
    with transaction():
        show_all()
    do(sections.hide_section, "field-sprache-goals")
    whole = ground.whole()
    assert [measure.titles["de"] for measure in whole.measures] == ["Abendkurs"]
    assert "Alle lernen." not in repr(whole)
    with force_locale("de"):
        assert ("Ziel", "1.1") in words.measure_rows(whole.measures[0])


@pytest.mark.usefixtures("inside")
def test_the_way_of_a_voice_tells_of_a_section_only_while_it_is_shown() -> None:
    ground.filled()
    need = ground.contribution("B-001")
    told = len(ground.again(need).stations)

    def kinds() -> list[str]:
        return sorted(station.kind for station in ground.again(need).stations[told:])

    do(sections.hide_section, "field-sprache")
    assert kinds() == ["no_longer"] * 4
    with transaction():
        goal = goals.add_goal(OPERATOR, ground.present(), ground.field(), texts={"de": "Noch eines."})
        source = cite(OPERATOR, goal, ground.again(need))
        uncite(OPERATOR, source)
        cite(OPERATOR, goal, ground.again(need))
    do(sections.hide_section, "field-sprache-goals")
    assert kinds() == ["no_longer"] * 4
    do(sections.show_section, "field-sprache")
    # The goals stay hidden by themselves.
    assert kinds() == ["in_concept", "in_concept", "in_measure", *["no_longer"] * 4]
    do(sections.show_section, "field-sprache-goals")
    assert kinds() == ["in_concept", "in_concept", "in_goal", "in_goal", "in_measure", *["no_longer"] * 4]


@pytest.mark.usefixtures("inside")
def test_a_section_that_is_put_inside_a_hidden_chapter_is_told_to_have_ended() -> None:
    need = factories.contribution()
    ground.a_concept()
    inner, outer = add("Dank"), add("Später")
    do(sections.show_section, inner)
    with transaction():
        paragraph = blocks.write_paragraph(OPERATOR, ground.section(inner), text="Ein Satz.")
        cite(OPERATOR, paragraph, ground.again(need))

    def last() -> str:
        return ground.again(need).stations[-1].kind

    assert last() == "in_concept"
    for under, kind in ((outer, "no_longer"), ("", "in_concept"), ("foreword", "in_concept")):
        stations = len(ground.again(need).stations)
        with transaction():
            sections.place_section(
                OPERATOR, ground.section(inner), under=ground.section(under) if under else None
            )
        assert last() == kind
        assert len(ground.again(need).stations) == stations + (under != "foreword")


def show_all() -> None:
    for section in structure.sections_of(ground.present().id):
        section.hidden = False


def test_staff_changes_the_chapters_on_one_page(
    app: Flask, client: Client, client_as: ClientAs, make: Maker
) -> None:
    with app.app_context():
        ground.a_concept()
    for path in (PAGE, f"{PAGE}/new", f"{PAGE}/foreword"):
        client.get(path, 403)
        client_as("auditor").get(path, 403)
    staff = client_as("coordinator")
    staff.get(f"{PAGE}/nothing", 404)

    staff.post_form(f"{PAGE}/new", {"title": ""}, 422)
    staff.follow(staff.post_form(f"{PAGE}/new", {"title": "Grußwort", "under": "foreword"}))
    assert "Grußwort" in staff.text
    for step, status in (
        ("show:chapter-grusswort", 303),
        ("up:chapter-grusswort", 303),
        ("hide:mandate", 303),
        ("fly:mandate", 422),
        ("remove:foreword", 409),
        ("hide:nothing", 404),
    ):
        form = staff.form(PAGE)
        staff.post(PAGE, {**dict(form.values), "step": step}, status)
    client.get("/dialogues/probe/concept/foreword", 200)
    assert "1.1 Grußwort" in client.text
    # An address of a section leads to its chapter, wherever it stands by now.
    assert client.get("/dialogues/probe/concept/chapter-grusswort", 302).location.endswith(
        "/concept/foreword"
    )

    other = client_as("coordinator")
    late = other.form(f"{PAGE}/foreword")
    staff.post_form(f"{PAGE}/foreword", {"title": "Vorwort"})
    other.send(late, {"title": "Zu Beginn"}, 409)
    assert "Vorwort" in other.text
    other.send(other.form_here(f"{PAGE}/foreword"), {}, 303)
    client.get("/dialogues/probe/concept/foreword", 200)
    assert client.heading == "1 Zu Beginn"
    staff.send(staff.form(f"{PAGE}/chapter-grusswort"), {"under": "top"}, 303)
    client.get("/dialogues/probe/concept/chapter-grusswort", 200)
