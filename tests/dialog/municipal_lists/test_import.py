"""Taking over a list by command: all or nothing, once however often, and back again as a whole."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from core.actor import OPERATOR, Actor
from core.config import ROOT
from core.db import db
from core.errors import Conflict, Forbidden, Invalid
from core.journal import JournalEntry
from core.transaction import transaction
from dialog.actions import contributions, lists
from dialog.actions.splitting import PartWanted, split_contribution, take_split_back
from dialog.models import (
    Contribution,
    ListImport,
    ListRow,
    NeedDetails,
    OfferDetails,
    Revision,
    Station,
)
from dialog.municipal_lists.judging import Fix
from dialog.municipal_lists.reading import sent_list
from dialog.queries import dialogues, register
from dialog.queries import lists as queries
from dialog.vocabulary import Kind, Visibility
from tests import factories, program
from tests.conftest import REFERENCE_DATA
from tests.dialog.ground import count, facts, nothing_changes
from tests.factories import STAFF
from tests.region import folders

HEAD = "Nr;Gemeinde;Handlungsfeld;Bedarf;Beschreibung;Zielgruppe;Dringlichkeit;gemeldet von;Datum"
NEEDS = f"""{HEAD}
1;Keltern;Freizeit;Offener Treff;Abends ist nichts offen;alle;4;Gemeinde;12.10.2021
2;Keltern;Freizeit;offener  TREFF!;dasselbe;alle;5;;
3;Niefern;Freizeit;Fahrdienst;Zum Amt;alle;3;;
4;Landkreis;Sprache;Kürzere Wartezeit;Acht Monate;alle;5;Jobcenter;
5;Bretten;Freizeit;Schwimmkurs;x;;;;
"""
OFFERS = """Gemeinde;Handlungsfeld;Angebot;Beschreibung;Träger;Beginn;Kosten;Sprachen;Kontakt;Bemerkung
Keltern;Freizeit;Nähtreff;Dienstags;Arbeitskreis;19.11.2021;4,50 €;Deutsch, Arabisch;Rathaus;neu
"""


@pytest.fixture
def enzkreis(app: Flask) -> Flask:
    assert program.run(app, "init", str(folders.ENZKREIS)).exit_code == 0
    assert program.run(app, "dialogue", "create", "probe", "--fields", "enzkreis-2021").exit_code == 0
    return app


def run(app: Flask, file: Path, *words: str, kind: str = "needs") -> tuple[int, Any, str]:
    words = ("import", "municipal", str(file), "--dialogue", "probe", "--kind", kind, *words)
    result = program.run(app, *words)
    out = json.loads(result.stdout) if "--json" in words and result.stdout else result.stdout
    return result.exit_code, out, result.stderr


def a_file(folder: Path, text: str = NEEDS) -> Path:
    path = folder / "liste.csv"
    path.write_bytes(text.encode("cp1252"))
    return path


def test_a_list_is_taken_over_and_the_same_again_changes_nothing(enzkreis: Flask, tmp_path: Path) -> None:
    file = a_file(tmp_path)
    code, out, err = run(enzkreis, file, "--json", "--report", str(tmp_path / "out.json"))

    assert (code, err, out["imported"]) == (0, "", 2)
    assert out["counts"] == {"ok": 1, "duplicate": 1, "incomplete": 1, "ok_normalised": 1, "rejected": 1}
    rows = json.loads((tmp_path / "out.json").read_text("utf-8"))["rows"]
    assert [row.get("reference") for row in rows] == ["B-001", None, None, "B-002", None]
    assert rows[1]["of"] == 1
    assert rows[3]["values"]["scope"] == "landkreis"
    with enzkreis.app_context():
        first, second = db.session.execute(select(Contribution).order_by(Contribution.number)).scalars()
        assert (first.title, first.visibility, first.origin) == ("Offener Treff", "public", "import")
        assert (first.municipality.name, second.municipality) == ("Keltern", None)  # type: ignore[union-attr]
        assert [one.kind for one in first.stations] == ["imported", "published"]
        kept = db.session.get(NeedDetails, first.id)
        assert kept is not None
        assert (kept.urgency, kept.reported_by, str(kept.reported_on)) == (4, "Gemeinde", "2021-10-12")
        assert [row.cells[3] for row in the_list().rows][1] == "offener  TREFF!"
        assert [payload["number"] for _, _, payload in facts("ListImported")] == [2]
        journal = count(JournalEntry)

    code, out, _ = run(enzkreis, file, "--json")
    assert (code, out["imported"], out["import"]) == (0, 0, None)
    assert {row["of"] for row in out["rows"] if row["outcome"] == "duplicate"} == {"B-001", "B-002"}
    with enzkreis.app_context():
        assert (count(Contribution), count(ListImport), count(JournalEntry)) == (2, 1, journal)


def test_what_an_offer_says_beyond_its_words_is_kept(enzkreis: Flask, tmp_path: Path) -> None:
    assert run(enzkreis, a_file(tmp_path, OFFERS), kind="offers")[0] == 0
    with enzkreis.app_context():
        offer = db.session.execute(select(Contribution)).scalar_one()
        kept = db.session.get(OfferDetails, offer.id)
        assert kept is not None
        assert (offer.reference, offer.provider) == ("A-001", "Arbeitskreis")
        assert (str(kept.begin), kept.cost, kept.languages) == ("2021-11-19", 450, "Deutsch, Arabisch")
        assert (kept.contact, kept.remark) == ("Rathaus", "neu")


def test_a_dry_run_only_tells(enzkreis: Flask, tmp_path: Path) -> None:
    with enzkreis.app_context(), nothing_changes(Contribution, ListImport, ListRow):
        code, out, _ = run(enzkreis, a_file(tmp_path), "--dry-run")
    assert code == 0
    assert "Nothing was taken over" in out
    assert "Niefern-Öschelbronn" in out


@pytest.mark.parametrize(
    ("text", "words", "said"),
    [
        ("", (), "liste.csv: "),
        ("%PDF-1.7", (), "PDF"),
        ("Gemeinde;Farbe\nKeltern;rot\n", (), "Farbe"),
        (NEEDS, ("--report", "/dev/null/x/out.json"), "The report cannot be written"),
        (NEEDS, ("--dialogue", "nirgends"), "There is no dialogue called nirgends."),
    ],
)
def test_what_cannot_be_used_ends_with_a_sentence_and_2(
    enzkreis: Flask, tmp_path: Path, text: str, words: tuple[str, ...], said: str
) -> None:
    with enzkreis.app_context(), nothing_changes(Contribution, ListImport):
        code, out, err = run(enzkreis, a_file(tmp_path, text), *words)
    assert (code, out) == (2, "")
    assert said in err
    assert "Traceback" not in err
    assert run(enzkreis, tmp_path / "fehlt.csv")[0] == 2


def the_list() -> ListImport:
    return db.session.execute(select(ListImport).order_by(ListImport.id.desc()).limit(1)).scalar_one()


def test_a_list_is_taken_back_as_a_whole_and_can_be_taken_over_again(enzkreis: Flask, tmp_path: Path) -> None:
    file = a_file(tmp_path)
    run(enzkreis, file)
    with enzkreis.app_context():
        with transaction():
            assert lists.take_back(OPERATOR, the_list()) == 2
        gone = list(db.session.execute(select(Contribution)).scalars())
        assert {(one.visibility, one.title, one.text, one.search_text) for one in gone} == {
            ("withdrawn", "", "", "")
        }
        assert {one.text for one in db.session.execute(select(Revision)).scalars()} == {""}
        assert count(NeedDetails) == 0
        assert [one.kind for one in gone[0].stations] == ["imported", "published", "withdrawn"]
        # What was sent is not lost.
        assert the_list().rows[0].cells[3] == "Offener Treff"
        assert len(facts("ListTakenBack")) == 1
        with pytest.raises(Conflict), transaction():
            lists.take_back(OPERATOR, the_list())
        seen = dialogues.access_register(OPERATOR, "probe")
        assert register.count_register(OPERATOR, seen, register.RegisterFilter()) == 0

    assert run(enzkreis, file, "--json")[1]["imported"] == 2


def test_a_list_with_which_others_have_worked_is_not_taken_back(enzkreis: Flask, tmp_path: Path) -> None:
    run(enzkreis, a_file(tmp_path))
    with enzkreis.app_context():
        with transaction():
            used = db.session.execute(select(Contribution).where(Contribution.number == 2)).scalar_one()
            contributions.append_station(OPERATOR, used, kind="in_goal", label="In a goal")
        with nothing_changes(Station), pytest.raises(Conflict) as refused, transaction():
            lists.take_back(OPERATOR, the_list())
        assert "B-002" in str(refused.value)
        assert "B-001" not in str(refused.value)
        assert the_list().state == "imported"
        assert {one.visibility for one in db.session.execute(select(Contribution)).scalars()} == {"public"}


def test_a_list_of_which_an_entry_was_divided_is_not_taken_back(enzkreis: Flask, tmp_path: Path) -> None:
    run(enzkreis, a_file(tmp_path))
    with enzkreis.app_context():
        with transaction():
            whole = db.session.execute(select(Contribution).where(Contribution.number == 2)).scalar_one()
            parts = [PartWanted(words, Kind.NEED, whole.field) for words in ("Ein Teil.", "Noch einer.")]
            split_contribution(STAFF, whole, parts, based_on=1)
        for _ in range(2):
            with nothing_changes(Contribution), pytest.raises(Conflict) as refused, transaction():
                lists.take_back(OPERATOR, the_list())
            assert "B-002" in str(refused.value)
            # Put together again its parts are still there.
            if whole.split_at is not None:
                with transaction():
                    take_split_back(STAFF, whole)


def test_a_list_a_paragraph_rests_on_is_not_taken_back(enzkreis: Flask, tmp_path: Path) -> None:
    run(enzkreis, a_file(tmp_path))
    with enzkreis.app_context():

        def stands_in_concept() -> None:
            with transaction():
                one = db.session.execute(select(Contribution).where(Contribution.number == 2)).scalar_one()
                contributions.append_station(OPERATOR, one, kind="in_concept", label="In the concept")

        # The first stop comes by itself with the list of entries in the concept, and is nobody's work.
        stands_in_concept()
        assert queries.used_since(the_list()) == []
        stands_in_concept()
        with nothing_changes(Station), pytest.raises(Conflict) as refused, transaction():
            lists.take_back(OPERATOR, the_list())
        assert "B-002" in str(refused.value)


def read(text: str = NEEDS, by: Actor = STAFF) -> ListImport:
    with transaction():
        dialogue = dialogues.access_dialogue(by, "probe")
        return lists.read_in(by, dialogue, kind=Kind.NEED, sent=sent_list("l.csv", text.encode()))


def test_a_row_is_mended_in_the_preview_and_taken_over_then(enzkreis: Flask) -> None:
    with enzkreis.app_context():
        found = read()
        assert (found.state, found.counts["incomplete"], count(Contribution)) == ("preview", 1, 0)
        with transaction():
            lists.fix_row(STAFF, the_list(), queries.row_of(the_list(), 3), Fix(place="08236046"))
        with transaction():
            assert lists.import_list(STAFF, the_list()) == 3
        titles = db.session.execute(select(Contribution.title).order_by(Contribution.number)).scalars()
        assert list(titles) == ["Offener Treff", "Fahrdienst", "Kürzere Wartezeit"]
        for again in (lists.import_list, lists.drop_preview):
            with pytest.raises(Conflict), transaction():
                again(STAFF, the_list())


def test_columns_are_named_by_hand(enzkreis: Flask) -> None:
    with enzkreis.app_context():
        read("Wo;Worum es geht;Handlungsfeld\nKeltern;Treff;Freizeit\n")
        with pytest.raises(Invalid), transaction():
            lists.import_list(STAFF, the_list())
        assert the_list().state == "preview"
        with transaction():
            lists.name_columns(STAFF, the_list(), {"wo": "place", "worum es geht": "title", "x": "wrong"})
        with transaction():
            assert lists.import_list(STAFF, the_list()) == 1
        assert db.session.execute(select(Contribution.title)).scalar_one() == "Treff"


def test_others_may_not_import(enzkreis: Flask) -> None:
    with enzkreis.app_context():
        read()
        person = factories.participant(dialogues.access_dialogue(OPERATOR, "probe")).actor
        with nothing_changes(Contribution), pytest.raises(Forbidden), transaction():
            lists.import_list(person, the_list())
        with nothing_changes(ListImport), pytest.raises(Forbidden):
            read(by=person)


@pytest.mark.reference
def test_every_sample_list_can_be_taken_over_twice(enzkreis: Flask) -> None:
    taken = {"needs": 18, "offers": 18}
    for kind, name in (("needs", "bedarfe.csv"), ("offers", "angebote.xlsx")):
        file = REFERENCE_DATA / "import" / name
        assert [run(enzkreis, file, "--json", kind=kind)[1]["imported"] for _ in range(2)] == [taken[kind], 0]
    # The same list in another file is the same list.
    assert (
        run(enzkreis, REFERENCE_DATA / "import" / "angebote_komma.csv", "--json", kind="offers")[1][
            "imported"
        ]
        == 0
    )


@pytest.mark.parametrize(("way", "handed_in"), [("at once", 0), ("long", 1)])
def test_a_kill_at_any_statement_leaves_nothing_or_everything(
    enzkreis: Flask, tmp_path: Path, way: str, handed_in: int
) -> None:
    file = a_file(tmp_path)
    with enzkreis.app_context():
        db.session.remove()
        db.engine.dispose()
    settings = enzkreis.config["SETTINGS"]
    done = subprocess.run(
        [sys.executable, "-m", "tests.dialog.municipal_lists.dying", str(file), way],
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "VAR_DIR": str(settings.var_dir),
            "DATABASE_URL": settings.database,
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    tries = [json.loads(line) for line in done.stdout.splitlines()]
    nothing, everything = tries[0]["kept"], tries[-1]["kept"]
    assert len(tries) > 10
    assert tries[-1]["lived"]
    assert nothing[:3] == [handed_in, 5 * handed_in, 0]
    assert everything[:3] == [1, 5, 2]
    assert all(one["kept"] in (nothing, everything) for one in tries)
    with enzkreis.app_context():
        assert {one.visibility for one in db.session.execute(select(Contribution)).scalars()} == {
            Visibility.PUBLIC
        }
