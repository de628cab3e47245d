"""The chapters a concept begins with: ours, and those a county brings in its folder."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from concept import outline
from concept.vocabulary import Part
from core.actor import OPERATOR
from core.transaction import transaction
from region import actions as region_actions
from region.county_files import BadFolder
from region.folder import read_folder
from tests import factories
from tests.concept import ground
from tests.region import folders

OURS: list[dict[str, Any]] = json.loads(outline.FILE.read_text("utf-8"))
FIELDS = next(chapter for chapter in OURS if chapter["part"] == "fields")


def test_ours_has_every_part_counties_use_and_nothing_wrong() -> None:
    parts = {section.part for section in outline._all(outline.standard_outline())}
    assert parts == set(Part) - {Part.FIELD, Part.FREE}
    assert outline.faults(OURS) == []


def changed(place: int, **values: Any) -> list[dict[str, Any]]:
    data = deepcopy(OURS)
    data[place] |= values
    return data


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({}, "The file must be a list of sections."),
        ([1], "Chapter 1 must be an object"),
        (changed(0, part="preface"), "Chapter 1: “part” must be one of"),
        (changed(0, titles={"en": "Foreword"}), "needs a German title"),
        (changed(0, titles={"de": "x" * 151}), "at most 150 characters"),
        (changed(1, blocks=["contribution"]), "“blocks” must be a list of some of"),
        (changed(1, blocks=[["figures"]]), "“blocks” must be a list of some of"),
        (changed(1, hidden="yes"), "“hidden” must be true or false."),
        (changed(1, each_field=[]), "only the chapter “fields” has “each_field”."),
        (changed(1, colour="red"), "“colour” is not known."),
        (changed(0, sections=[FIELDS]), "sections, section 1: “part” must be one of"),
        (changed(3, sections=[{"part": "free", "titles": {"de": "x"}}]), "no further sections"),
        ([*OURS, OURS[0]], "The part “foreword” is there 2 times."),
        ([OURS[0]], "The chapter “fields” is missing"),
        (changed(3, each_field=FIELDS["each_field"][:4]), "needs a section “measures”."),
        ([FIELDS, *[{"part": "free", "titles": {"de": "x"}}] * 200], "at most 200 are possible."),
    ],
)
def test_everything_wrong_is_said_with_its_place(data: Any, sentence: str) -> None:
    assert any(sentence in fault for fault in outline.faults(data)), outline.faults(data)


@pytest.mark.usefixtures("app")
def test_a_folder_may_have_chapters_of_its_own(tmp_path: Path) -> None:
    folder = folders.write(tmp_path)
    assert read_folder(folder).outline is None
    (folder / "outline.json").write_text(json.dumps(OURS), "utf-8")
    assert read_folder(folder).outline == OURS
    for wrong, sentence in (("{", "This is not JSON."), ("null", "says nothing"), ("[{}]", "Chapter 1")):
        (folder / "outline.json").write_text(wrong, "utf-8")
        with pytest.raises(BadFolder) as found:
            read_folder(folder)
        assert all(fault.startswith("outline.json") for fault in found.value.sentences)
        assert sentence in str(found.value)


@pytest.mark.usefixtures("inside")
def test_a_concept_begins_with_the_chapters_of_its_county() -> None:
    of = factories.dialogue()
    own = [
        FIELDS,
        {
            "part": "free",
            "titles": {"de": "Grußwort"},
            "sections": [{"part": "free", "titles": {"de": "Dank"}}],
        },
        {"part": "free", "titles": {"de": "Ausblick"}, "hidden": True},
    ]
    with transaction():
        county = region_actions.set_up_county(OPERATOR, read_folder(folders.ENZKREIS))
        county.outline = own
    ground.a_concept(of)

    chapters = ground.whole().chapters
    assert [(chapter.number, chapter.titles["de"]) for chapter in chapters] == [
        ("1", "Handlungsfelder"),
        ("2", "Grußwort"),
    ]
    assert [inner.titles["de"] for inner in chapters[1].chapters] == ["Dank"]
