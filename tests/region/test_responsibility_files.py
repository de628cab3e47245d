"""Publications, organisations and who is responsible for what, from the files of a county's folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from core.actor import OPERATOR, VISITOR
from core.db import db
from core.transaction import transaction
from region import actions, queries
from region.county_files import BadFolder
from region.folder import read_folder
from region.models import Organisation, Responsibility
from region.queries import responsibilities as task_queries
from tests.dialog.ground import count, facts
from tests.region import folders

ORGANISATIONS = "slug,name,kind,area,fields,languages,full_time_posts,funded_until,publication\n"
GOOD = ORGANISATIONS + "P01,Verein für alle,Verein,county,feld-1 themen/feld-2,de ar,2.5,2027-12-31,S01\n"
TASKS = "task,task_de,ags,form,organisations,since,publication\n"
PUBLICATIONS = "number,title,url\nS01,Bericht,https://example.org/bericht\n"


def folder_with(path: Path, **files: str) -> Path:
    folder = folders.write(path)
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
    return folder


def test_what_the_files_say_is_there_and_saying_it_again_changes_nothing(app: Flask, tmp_path: Path) -> None:
    lines = "beratung,Beratung,,county,P01,2019-05,S01\nberatung,Beratung,08317002,own,,,\n"
    folder = folder_with(
        tmp_path, publications=PUBLICATIONS, organisations=GOOD, responsibilities=TASKS + lines
    )
    with app.app_context():
        with transaction():
            actions.set_up_county(OPERATOR, read_folder(folder))
        said = len(facts())
        with transaction():
            actions.set_up_county(OPERATOR, read_folder(folder))
        assert len(facts()) == said

        one = queries.access_organisation(VISITOR, "P01")
        assert (one.serves_county, one.languages, one.full_time_posts) == (True, ["de", "ar"], 2.5)
        assert [field.slug for field in one.fields] == ["feld-1", "feld-2"]
        assert one.publication is not None
        [delegation] = task_queries.delegations(VISITOR)
        assert delegation.forms == [("county", 50), ("own", 1)]
        assert delegation.without_anybody == []

        # What the file says anew replaces what it said; the former word stays as history.
        (folder / "responsibilities.csv").write_text(TASKS + "beratung,Beratung,08317002,joint,,,\n", "utf-8")
        with transaction():
            actions.set_up_county(OPERATOR, read_folder(folder))
        [delegation] = task_queries.delegations(VISITOR)
        assert delegation.forms == [("county", 50), ("joint", 1)]
        assert [one.form for one in task_queries.said_before(VISITOR, delegation.task)] == ["own"]


@pytest.mark.parametrize(
    ("file", "text", "sentence"),
    [
        ("organisations", ORGANISATIONS.replace("kind,", ""), "The column “kind” is missing."),
        ("organisations", ORGANISATIONS + "P 1,V,K,,,,,,\n", "“slug” may have letters a-z"),
        ("organisations", ORGANISATIONS + "P01,,K,,,,,,\n", "“name” is empty."),
        ("organisations", GOOD + "P01,V,K,,,,,,\n", "“P01” is in a line above already."),
        ("organisations", ORGANISATIONS + "P01,V,K,08236040,,,,,\n", "There is no municipality “08236040”."),
        ("organisations", ORGANISATIONS + "P01,V,K,,sport,,,,\n", "There is no field of action “sport”."),
        ("organisations", ORGANISATIONS + "P01,V,K,,,xx,,,\n", "There is no language “xx”."),
        ("organisations", ORGANISATIONS + "P01,V,K,,,,viele,,\n", "must be a number such as 2.5"),
        ("organisations", ORGANISATIONS + "P01,V,K,,,,,31.12.2027,\n", "must be a date such as 2027-12-31"),
        ("organisations", ORGANISATIONS + "P01,V,K,,,,,,S09\n", "There is no publication “S09”."),
        ("organisations", f"slug,name,kind,note\nP01,V,K,{'x' * 1001}\n", "may have at most 1000 characters"),
        (
            "organisations",
            "slug,name,kind,url\nP01,V,K,javascript:alert(1)\n",
            "“url” must begin with https://",
        ),
        ("responsibilities", TASKS + "beratung,Beratung,,alle,,,\n", "“form” must be one of own, county"),
        ("responsibilities", TASKS + "beratung,Beratung,08236040,own,,,\n", "There is no municipality"),
        ("responsibilities", TASKS + "beratung,Beratung,,own,P09,,\n", "There is no organisation “P09”."),
        (
            "responsibilities",
            TASKS + "beratung,Beratung,,own,,gestern,\n",
            "must be a year, a month",
        ),
        ("responsibilities", TASKS + "b,B,,own,,,\nb,B,,own,,,\n", "The same place and task are in line 2"),
        ("responsibilities", TASKS + "b,B,,own,,,\nb,C,08317001,own,,,\n", "has another name"),
        ("publications", "number,title\nS01,\n", "“title” is empty."),
    ],
)
def test_every_fault_is_named_with_its_line(tmp_path: Path, file: str, text: str, sentence: str) -> None:
    files = {"publications": PUBLICATIONS, "organisations": GOOD, file: text}
    with pytest.raises(BadFolder) as caught:
        read_folder(folder_with(tmp_path, **files))
    [said] = caught.value.sentences[:1]
    assert said.startswith(f"{file}.csv, line ")
    assert sentence in said


def test_a_field_of_two_sets_has_to_be_named_with_its_set(tmp_path: Path) -> None:
    fields = folders.table(
        folders.FIELD_COLUMNS,
        [[one, one, "sprache", "Sprache", "language", "language"] for one in ("alt", "neu")],
    )
    folder = folders.write(tmp_path, topics=fields)
    (folder / "organisations.csv").write_text("slug,name,kind,fields\nP01,V,K,sprache\n", "utf-8")
    with pytest.raises(BadFolder, match=r"Several sets have a field “sprache”\. Write alt/sprache\."):
        read_folder(folder)
    (folder / "organisations.csv").write_text("slug,name,kind,fields\nP01,V,K,neu/sprache\n", "utf-8")
    assert read_folder(folder).organisations[0].fields == (("neu", "sprache"),)


def test_a_folder_without_these_files_leaves_them_as_they_are(app: Flask, tmp_path: Path) -> None:
    folder = folder_with(
        tmp_path,
        publications=PUBLICATIONS,
        organisations=GOOD,
        responsibilities=TASKS + "beratung,Beratung,,county,P01,,\n",
    )
    with app.app_context():
        with transaction():
            actions.set_up_county(OPERATOR, read_folder(folder))
        for name in ("publications", "organisations", "responsibilities"):
            (folder / f"{name}.csv").unlink()
        with transaction():
            actions.set_up_county(OPERATOR, read_folder(folder))
        db.session.rollback()
        assert (count(Organisation), count(Responsibility)) == (1, 1)
