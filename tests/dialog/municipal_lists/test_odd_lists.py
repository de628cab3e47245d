"""Lists on pages: columns, files with reasons, the same words from two municipalities."""

from __future__ import annotations

import csv
import io

import pytest
from flask import Flask
from sqlalchemy import select

from core.db import db
from core.transaction import transaction
from dialog.actions import lists as list_actions
from dialog.models import Contribution, ListImport, ListRow
from tests.client import Client
from tests.conftest import Maker
from tests.dialog.municipal_lists.test_pages import hand_in, staff  # noqa: F401
from tests.dialog.test_workspaces import HERE, THERE, Ground

LIST = "Handlungsfeld;Bedarf\nSprache;Deutschkurs am Abend\n"


@pytest.fixture
def ground(app: Flask, make: Maker) -> Ground:
    return Ground(app, make)


def test_two_municipalities_may_lack_the_same(ground: Ground) -> None:
    for person, ags in ((ground.own, HERE), (ground.foreign, THERE)):
        made = ground.hand_in(person, ags, LIST)
        with ground.app.app_context(), transaction():
            found = db.session.get_one(ListImport, made)
            list_actions.import_list(person.actor, found, hints_read=True)
    with ground.app.app_context():
        rows = db.session.execute(select(ListRow.outcome, ListRow.same_as).order_by(ListRow.id)).all()
        places = {one.municipality.ags for one in db.session.scalars(select(Contribution))}
    assert places == {HERE, THERE}, rows


def test_sending_the_columns_as_they_are_changes_nothing(app: Flask, staff: Client) -> None:  # noqa: F811
    content = "Gemeinde;Handlungsfeld;Bedarf;Bedarf\nKeltern;Freizeit;Offener Treff;noch etwas\n"
    here = hand_in(staff, content.encode())
    with app.app_context():
        assert db.session.scalar(select(ListRow.outcome)) == "ok_normalised"
    staff.follow(staff.post_form(f"{here}/columns"))
    with app.app_context():
        assert db.session.scalar(select(ListRow.outcome)) == "ok_normalised"


def test_the_file_with_reasons_has_no_formula_in_its_headings(app: Flask, staff: Client) -> None:  # noqa: F811
    content = "Gemeinde;Handlungsfeld;Bedarf;=HYPERLINK(A1)\nBretten;Freizeit;Offener Treff;x\n"
    here = hand_in(staff, content.encode())
    head = next(csv.reader(io.StringIO(staff.get(f"{here}/rows.csv").text.lstrip("\ufeff")), delimiter=";"))
    assert not [cell for cell in head if cell.startswith("=")], head


def test_the_reason_stands_below_its_heading(app: Flask, staff: Client) -> None:  # noqa: F811
    content = "Gemeinde;Handlungsfeld;Bedarf\nBretten;Freizeit;Offener Treff;x;y\n"
    here = hand_in(staff, content.encode())
    rows = list(csv.reader(io.StringIO(staff.get(f"{here}/rows.csv").text.lstrip("\ufeff")), delimiter=";"))
    assert "Bretten" in rows[1][len(rows[0]) - 1], rows


@pytest.mark.parametrize("amount", ["100.000.000.000", "1" + ".000" * 300])
def test_an_absurd_amount_is_no_server_error(app: Flask, staff: Client, amount: str) -> None:  # noqa: F811
    content = f"Gemeinde;Handlungsfeld;Angebot;Kosten\nKeltern;Freizeit;Offener Treff;{amount}\n"
    here = hand_in(staff, content.encode(), kind="offer")
    staff.get(here, 200)
    staff.follow(staff.post_form(here, to=f"{here}/import"))
    with app.app_context():
        assert db.session.scalar(select(Contribution.title)) == "Offener Treff"


def test_a_list_with_a_word_about_coverage_is_not_taken_back(app: Flask, staff: Client, make: Maker) -> None:  # noqa: F811
    from core.errors import Conflict
    from dialog.actions.coverage import judge_coverage
    from dialog.vocabulary import Extent
    from tests.factories import STAFF

    content = "Gemeinde;Handlungsfeld;Bedarf\nKeltern;Freizeit;Offener Treff\n"
    here = hand_in(staff, content.encode())
    staff.follow(staff.post_form(here, to=f"{here}/import"))
    offers = "Gemeinde;Handlungsfeld;Angebot\nKeltern;Freizeit;Nähkurs\n"
    there = hand_in(staff, offers.encode(), kind="offer")
    staff.follow(staff.post_form(there, to=f"{there}/import"))
    with app.app_context():
        with transaction():
            need, offer = db.session.scalars(select(Contribution).order_by(Contribution.id))
            judge_coverage(
                STAFF, need, offer, extent=Extent.NOT, reason="Nur vormittags, gelesen von Frau X."
            )
        with pytest.raises(Conflict), transaction():
            list_actions.take_back(
                STAFF, db.session.scalars(select(ListImport).order_by(ListImport.id)).first()
            )


def test_a_list_with_details_of_staff_is_not_taken_back(app: Flask, staff: Client) -> None:  # noqa: F811
    from core.errors import Conflict
    from dialog.actions.details import OfferFacts, keep_offer
    from tests.factories import STAFF

    offers = "Gemeinde;Handlungsfeld;Angebot\nKeltern;Freizeit;Nähkurs\n"
    there = hand_in(staff, offers.encode(), kind="offer")
    staff.follow(staff.post_form(there, to=f"{there}/import"))
    with app.app_context():
        with transaction():
            offer = db.session.scalars(select(Contribution)).one()
            keep_offer(
                STAFF,
                offer,
                OfferFacts(status="running", schedule="Mittwochs", remark="Angerufen."),
                based_on=0,
                traits={},
            )
        with pytest.raises(Conflict), transaction():
            list_actions.take_back(STAFF, db.session.scalars(select(ListImport)).one())


def test_the_command_knows_what_was_said_about_columns(app: Flask, staff: Client, tmp_path) -> None:  # noqa: F811
    from tests import program

    strange = b"Wo;Worum es geht;Handlungsfeld\nKeltern;Treff;Freizeit\n"
    here = hand_in(staff, strange)
    staff.follow(staff.post_form(f"{here}/columns", {"column_0": "place", "column_1": "title"}))
    # On pages the next list with these headings is understood at once.
    again = hand_in(staff, strange.replace(b"Treff", b"Fest"))
    with app.app_context():
        number = int(again.rsplit("/", 1)[1])
        assert (
            db.session.scalar(select(ListRow.outcome).where(ListRow.import_id == number)) == "ok_normalised"
        )
    file = tmp_path / "liste.csv"
    file.write_bytes(strange)
    ended = program.run(app, "import", "municipal", str(file), "--dialogue", "probe", "--kind", "needs")
    assert ended.exit_code == 0, ended.output


def test_a_list_is_read_and_taken_back_after_its_rows_are_gone(app: Flask, staff: Client) -> None:  # noqa: F811
    from core.actor import SYSTEM

    content = "Gemeinde;Handlungsfeld;Bedarf\nKeltern;Freizeit;Offener Treff\nBretten;Freizeit;x\n"
    here = hand_in(staff, content.encode())
    staff.follow(staff.post_form(here, to=f"{here}/import"))
    number = int(here.rsplit("/", 1)[1])
    with app.app_context(), transaction():
        list_actions.forget_rows(SYSTEM, [number])
    for path in (
        here,
        f"{here}?show=open",
        f"{here}?show=rejected",
        f"{here}?show=rejected&page=7",
        f"{here}/rows.csv",
        f"{here}/columns",
        "/dialogues/probe/lists",
    ):
        staff.get(path, 200)
    staff.get(f"{here}/rows/1", 404)
    staff.get(here, 200)
    staff.follow(staff.post_form(here, to=f"{here}/undo"))
    with app.app_context():
        assert {one.visibility for one in db.session.scalars(select(Contribution))} == {"withdrawn"}


def test_equal_headings_may_mean_two_things_and_are_remembered_so(app: Flask, staff: Client) -> None:  # noqa: F811
    content = b"Gemeinde;Handlungsfeld;Angabe;Angabe\nKeltern;Freizeit;Treff am Abend;Es ist nichts offen.\n"
    here = hand_in(staff, content)
    staff.follow(staff.post_form(f"{here}/columns", {"column_2": "title", "column_3": "text"}))
    again = hand_in(staff, content.replace(b"Treff", b"Fest"))
    with app.app_context():
        for one, title in ((here, "Treff am Abend"), (again, "Fest am Abend")):
            row = db.session.scalars(
                select(ListRow).where(ListRow.import_id == int(one.rsplit("/", 1)[1]))
            ).one()
            assert (row.understood["title"], row.understood["text"]) == (title, "Es ist nichts offen.")


def test_what_nobody_has_read_the_hint_of_is_not_published_because_it_is_no_duplicate_any_more(
    app: Flask,
    staff: Client,  # noqa: F811
) -> None:
    content = b"Gemeinde;Handlungsfeld;Bedarf;Beschreibung\nKeltern;Freizeit;Treff am Abend;Es fehlt einer.\n"
    first = hand_in(staff, content)
    staff.follow(staff.post_form(first, to=f"{first}/import"))
    private = content.replace(b"Es fehlt einer.", b"Anruf unter 07231 1234567, vertraulich")
    other = b"Keltern;Freizeit;Ein Garten;Mit Beeten.\n"
    second = hand_in(staff, private + other)
    staff.get(second, 200)
    assert "Schon vorhanden" in staff.text
    staff.get(first, 200)
    staff.follow(staff.post_form(first, to=f"{first}/undo"))
    staff.get(second, 200)
    staff.follow(staff.post_form(second, to=f"{second}/import"))
    with app.app_context():
        public = set(
            db.session.scalars(select(Contribution.title).where(Contribution.visibility == "public"))
        )
        held = db.session.scalars(
            select(ListRow).where(ListRow.import_id == int(second.rsplit("/", 1)[1]), ListRow.record == 1)
        ).one()
    assert public == {"Ein Garten"}
    assert (held.outcome, held.reasons[0][0]) == ("incomplete", "hint_unread")
    assert b"hint" not in staff.get(f"{second}/rows.csv", 200).data


def test_rows_are_looked_at_again_when_the_register_has_changed(app: Flask, staff: Client) -> None:  # noqa: F811
    content = b"Gemeinde;Handlungsfeld;Bedarf\nKeltern;Freizeit;Offener Treff\n"
    first = hand_in(staff, content)
    staff.follow(staff.post_form(first, to=f"{first}/import"))
    second = hand_in(staff, content)
    staff.get(first, 200)
    staff.follow(staff.post_form(first, to=f"{first}/undo"))
    staff.get(second, 200)
    assert "Schon vorhanden" in staff.text
    staff.follow(staff.post_form(second, to=f"{second}/again"))
    assert "Schon vorhanden" not in staff.text
    staff.follow(staff.post_form(second, to=f"{second}/import"))
    staff.get(second, 200)
    staff.post(f"{first}/again", {"_key": "looking-at-an-undone-list"}, 409)
