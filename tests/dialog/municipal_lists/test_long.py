"""Long lists are judged and taken over beside the pages: told of, once, as a whole, by whoever is alive."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from core.actor import OPERATOR, SYSTEM
from core.clock import now
from core.db import db
from core.errors import Busy, Conflict, Forbidden
from core.journal import JournalEntry
from core.transaction import transaction
from dialog import jobs, long_lists
from dialog.actions import list_work, lists
from dialog.models import Contribution, ListImport, ListWork
from dialog.municipal_lists import judging
from dialog.municipal_lists.judging import Fix, Judged
from dialog.municipal_lists.reading import sent_list
from dialog.queries import dialogues
from dialog.queries import lists as queries
from dialog.vocabulary import Kind, ListTask
from tests import program
from tests.client import Client
from tests.dialog.ground import count, facts, nothing_changes
from tests.dialog.municipal_lists.test_import import NEEDS, the_list
from tests.dialog.municipal_lists.test_pages import PAGE, hand_in, staff
from tests.factories import STAFF
from tests.region import folders

__all__ = ["staff"]


@pytest.fixture(autouse=True)
def short_is_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "LARGE", 2)
    monkeypatch.setattr(long_lists, "TELL_EVERY", 0.0)


@pytest.fixture
def county(app: Flask) -> Iterator[Flask]:
    assert program.run(app, "init", str(folders.ENZKREIS)).exit_code == 0
    assert program.run(app, "dialogue", "create", "probe", "--fields", "enzkreis-2021").exit_code == 0
    with app.app_context():
        yield app


def wait_for_it(task: ListTask) -> int:
    """A list is handed in, and waits to be judged or to be taken over."""
    with transaction():
        dialogue = dialogues.access_dialogue(STAFF, "probe")
        made = lists.read_in(STAFF, dialogue, kind=Kind.NEED, sent=sent_list("l.csv", NEEDS.encode()))
    if task == ListTask.TAKE_OVER:
        jobs.work_on_lists()
        with transaction():
            assert lists.import_list(STAFF, the_list()) is None
    return made.id


def break_judging(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def fail(*of: object) -> list[Judged]:
        raise error

    monkeypatch.setattr(lists, "judge", fail)


def test_a_long_list_is_looked_at_and_taken_over_beside_the_page(app: Flask, staff: Client) -> None:
    here = hand_in(staff)
    text = staff.get(here).text
    assert "Die Zeilen werden angesehen." in text
    assert re.search(r'<progress[^>]* max="5" value="0"', text)
    # Nothing can be pressed that would cross it.
    assert "/import" not in text
    with app.app_context():
        jobs.work_on_lists()
        assert (count(ListWork), count(Contribution)) == (0, 0)
    text = staff.get(here).text
    assert "progress" not in text
    assert "Keltern · Freizeit" in text

    staff.follow(staff.post_form(f"{here}/rows/3", {"place": "08236046"}))
    assert "Die Zeilen werden angesehen." in staff.text
    # What was found before can still be read and mended.
    assert f'{here}/rows/3"' in staff.get(here).text
    staff.post(f"{here}/import", {"_key": dict(staff.form(PAGE).values)["_key"]}, 409)
    with app.app_context():
        jobs.work_on_lists()

    staff.follow(staff.post_form(here, to=f"{here}/import"))
    assert "Die Liste wird übernommen." in staff.text
    assert f'{here}/rows/3"' not in staff.get(here).text
    with app.app_context():
        assert count(Contribution) == 0
        jobs.work_on_lists()
        titles = db.session.execute(select(Contribution.title).order_by(Contribution.number)).scalars()
        assert list(titles) == ["Offener Treff", "Fahrdienst", "Kürzere Wartezeit"]
        assert [number for _, _, number in facts("ListImported")] == [{"import_id": 1, "number": 3}]
        # Who has asked for it has done it.
        asked = db.session.execute(select(JournalEntry.actor).where(JournalEntry.fact == "ListImported"))
        assert asked.scalar_one() == the_list().by_key
    assert "B-003" in staff.get(here).text
    staff.follow(staff.post_form(here, to=f"{here}/undo"))
    assert "zurückgenommen" in staff.text


@pytest.mark.usefixtures("county")
def test_while_it_is_taken_over_nobody_changes_the_list() -> None:
    wait_for_it(ListTask.TAKE_OVER)
    for change in (
        lambda found: lists.fix_row(STAFF, found, queries.row_of(found, 3), Fix(title="Anders")),
        lambda found: lists.name_columns(STAFF, found, {}),
        lambda found: lists.drop_preview(STAFF, found),
        lambda found: lists.import_list(STAFF, found),
        lambda found: lists.judge_again(STAFF, found),
    ):
        with nothing_changes(ListImport, ListWork), pytest.raises(Conflict), transaction():
            change(the_list())
    jobs.work_on_lists()
    assert (the_list().state, count(Contribution)) == ("imported", 2)


@pytest.mark.usefixtures("county")
def test_a_list_can_be_thrown_away_while_it_is_looked_at() -> None:
    wait_for_it(ListTask.JUDGE)
    with transaction():
        lists.drop_preview(STAFF, the_list())
    jobs.work_on_lists()
    assert (count(ListImport), count(ListWork)) == (0, 0)


@pytest.mark.usefixtures("county")
def test_a_list_that_is_thrown_away_under_the_program_is_no_fault(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    wait_for_it(ListTask.JUDGE)

    def throw_away(*of: object) -> list[Judged]:
        with transaction():
            lists.drop_preview(STAFF, the_list())
        return judging.judge(*of)  # type: ignore[arg-type]

    monkeypatch.setattr(lists, "judge", throw_away)
    jobs.work_on_lists()
    assert (count(ListImport), count(ListWork)) == (0, 0)
    assert "incident" not in capsys.readouterr().err


@pytest.mark.usefixtures("county")
def test_what_is_decided_meanwhile_is_looked_at_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    import_id = wait_for_it(ListTask.JUDGE)
    judge, decided = judging.judge, []

    def judge_slowly(*of: object) -> list[Judged]:
        found = judge(*of)  # type: ignore[arg-type]
        if not decided:
            decided.append(True)
            with transaction():
                lists.fix_row(STAFF, the_list(), queries.row_of(the_list(), 3), Fix(place="08236046"))
        return found

    monkeypatch.setattr(lists, "judge", judge_slowly)
    jobs.work_on_lists()
    # The claim was lost, so what was computed from the older decision is not kept.
    assert (the_list().counts, queries.work_of(import_id).claim) == ({}, None)
    jobs.work_on_lists()
    assert the_list().counts["ok_normalised"] + the_list().counts.get("ok", 0) == 3


@pytest.mark.usefixtures("county")
def test_what_comes_into_the_register_meanwhile_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    wait_for_it(ListTask.TAKE_OVER)
    judge, said = judging.judge, []

    def judge_slowly(*of: object) -> list[Judged]:
        found = judge(*of)  # type: ignore[arg-type]
        if not said:
            said.append(True)
            with transaction():
                dialogue = dialogues.access_dialogue(OPERATOR, "probe")
                short = sent_list("k.csv", b"Gemeinde;Handlungsfeld;Bedarf\nKeltern;Freizeit;Offener Treff\n")
                lists.take_over(OPERATOR, dialogue, kind=Kind.NEED, sent=short)
        return found

    monkeypatch.setattr(lists, "judge", judge_slowly)
    jobs.work_on_lists()
    titles = list(db.session.execute(select(Contribution.title).order_by(Contribution.number)).scalars())
    assert titles == ["Offener Treff", "Kürzere Wartezeit"]


def test_of_two_programs_one_takes_it_over(county: Flask) -> None:
    import_id = wait_for_it(ListTask.TAKE_OVER)
    db.session.remove()
    gate = threading.Barrier(4)
    failures: list[BaseException] = []

    def work() -> None:
        try:
            with county.app_context():
                gate.wait(10)
                long_lists.work_on(import_id)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not failures
    assert (count(Contribution), len(facts("ListImported")), count(ListWork)) == (2, 1, 0)


@pytest.mark.usefixtures("county")
def test_a_program_that_falls_silent_loses_it_to_the_next() -> None:
    import_id = wait_for_it(ListTask.TAKE_OVER)
    with transaction():
        assert list_work.claim(SYSTEM, import_id, "dead")
    jobs.work_on_lists()
    assert the_list().state == "preview"
    with transaction():
        silent = now() - list_work.SILENT_AFTER - timedelta(seconds=1)
        db.session.execute(update(ListWork).values(seen_at=silent))
    jobs.work_on_lists()
    assert (the_list().state, count(Contribution)) == ("imported", 2)
    with pytest.raises(list_work.ClaimLost), transaction():
        list_work.tell(SYSTEM, import_id, "dead", 3)


@pytest.mark.usefixtures("county")
def test_a_list_that_kills_the_program_is_given_up() -> None:
    import_id = wait_for_it(ListTask.JUDGE)
    for _ in range(list_work.MOST_TRIES):
        with transaction():
            assert list_work.claim(SYSTEM, import_id, "dead")
            db.session.execute(update(ListWork).values(seen_at=now() - timedelta(hours=1)))
    with transaction():
        assert not list_work.claim(SYSTEM, import_id, "next")
    assert queries.work_of(import_id).failed


def test_what_fails_is_said_and_can_be_tried_again(
    app: Flask, staff: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = hand_in(staff)
    with monkeypatch.context() as broken, app.app_context():
        break_judging(broken, RuntimeError("secret"))
        jobs.work_on_lists()
        jobs.work_on_lists()
    text = staff.get(here).text
    assert "Die Zeilen konnten nicht angesehen werden." in text
    assert "progress" not in text
    staff.follow(staff.post_form(here, to=f"{here}/again"))
    with app.app_context():
        jobs.work_on_lists()
    staff.get(here)
    staff.follow(staff.post_form(here, to=f"{here}/import"))
    with monkeypatch.context() as broken, app.app_context(), nothing_changes(Contribution):
        break_judging(broken, RuntimeError("secret"))
        jobs.work_on_lists()
    assert "Die Liste konnte nicht übernommen werden." in staff.get(here).text
    staff.follow(staff.post_form(here, to=f"{here}/import"))
    with app.app_context():
        jobs.work_on_lists()
        assert count(Contribution) == 2


@pytest.mark.usefixtures("county")
def test_a_busy_database_only_makes_it_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    wait_for_it(ListTask.JUDGE)
    with monkeypatch.context() as busy:
        break_judging(busy, Busy())
        jobs.work_on_lists()
    jobs.work_on_lists()
    assert the_list().counts


@pytest.mark.usefixtures("county")
def test_only_the_program_works_on_lists() -> None:
    import_id = wait_for_it(ListTask.TAKE_OVER)
    for act in (list_work.claim, list_work.let_go, list_work.give_up):
        with nothing_changes(ListWork), pytest.raises(Forbidden), transaction():
            act(STAFF, import_id, "mine")
