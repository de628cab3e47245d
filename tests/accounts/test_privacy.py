"""R74, R75, R09: what is kept about a person, being erased with every tally unchanged, and four eyes."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import inspect, select, text

from accounts import privacy as privacy_parts
from accounts.actions import privacy
from accounts.actions.notices import tell
from accounts.models import ErasureRequest, Invitation, MailAddress, PersonalCode
from accounts.queries import privacy as queries
from core import backup, erasure, inventory, keys
from core.actor import SYSTEM
from core.clock import now
from core.commands import refusals
from core.config import Config
from core.db import db
from core.erasure import NOBODY, Texts
from core.errors import Conflict, DomainError, Forbidden, Invalid
from core.idempotency import IdempotencyKey
from core.mail import OutgoingMail
from core.transaction import transaction
from dialog.actions import polls, registrations
from dialog.models import (
    AccessNeed,
    Contribution,
    GroupChoice,
    Merge,
    Objection,
    Participant,
    Registration,
    RollEntry,
    Sitting,
    Translation,
)
from dialog.queries import registrations as registration_queries
from dialog.seating import Wish
from dialog.vocabulary import Visibility
from tests import factories
from tests.client import Client
from tests.conftest import Maker
from tests.core.house import look, seal_all
from tests.dialog.ground import count, facts
from tests.factories import Person
from tests.program import run
from workshops.models import BoardName, HelpCall

CANARY = "Kanarienvogel-im-Zitronenbaum"


def vote(person: Person, poll_id: int) -> None:
    found = polls.queries.poll_by_id(poll_id)
    assert found is not None
    item = factories.first_item(poll_id)
    with transaction():
        polls.cast_ballot(person.actor, found, choices={item: 2})


def a_full_life(visibility: Visibility = Visibility.PUBLIC) -> tuple[Person, int, int]:
    """Somebody who has written, voted in an open poll and is signed in; their contribution and poll."""
    person = factories.participant()
    factories.session(person)
    made = factories.contribution(visibility, author=person, text=f"Es fehlt ein Bus. {CANARY}")
    poll = factories.poll()
    vote(person, poll.id)
    take_a_seat(person)
    with transaction():
        db.session.add(RollEntry(participant_id=_participant(person).id, role="resident"))
        db.session.add(
            MailAddress(holder_key=person.actor.key, address=f"{CANARY}@example.org", language="de")
        )
        db.session.add(
            OutgoingMail(
                recipient=f"{CANARY}@example.org",
                subject="Neues",
                body=CANARY,
                unsubscribe_url="",
                message_id="1",
                next_try_at=now(),
                created_at=now(),
            )
        )
        tell(SYSTEM, person.actor.key, label="Published in the register", url="/dialogues/probe/mine")
    come_to_a_group(person, made.id)
    return person, made.id, poll.id


def _participant(person: Person) -> Participant:
    return db.session.scalars(select(Participant).where(Participant.key == person.actor.key)).one()


def come_to_a_group(person: Person, contribution: int) -> None:
    """Be in a group by a name, call for help there, translate, and object to standing with another text."""
    lead = factories.contribution(Visibility.PUBLIC, text="Es fehlen Busse am Abend.")
    board = factories.board()
    with transaction():
        key = person.actor.key
        db.session.add_all(
            [
                BoardName(board_id=board.id, person_key=key, name=CANARY, at=now()),
                HelpCall(board_id=board.id, text=CANARY, by_key=key, at=now()),
                Translation(
                    contribution_id=lead.id,
                    language="en",
                    number=1,
                    text=f"Buses at night are missing. {CANARY}",
                    of_revision=1,
                    by_key=key,
                    at=now(),
                ),
                Merge(
                    lead_id=lead.id,
                    member_id=contribution,
                    outcome_before="open",
                    visibility_before="public",
                    by_key="s" * 32,
                    at=now(),
                    objection=CANARY,
                    objected_at=now(),
                    undone_at=now(),
                ),
            ]
        )


def take_a_seat(person: Person) -> int:
    """Sign somebody up who needs an interpreter; gives the sitting in which they have the place."""
    group = factories.day(places=[2]).groups[0]
    with transaction():
        sitting = db.session.get(Sitting, group.sittings[0].id)
        participant = db.session.scalars(select(Participant).where(Participant.key == person.actor.key)).one()
        assert sitting is not None
        sitting.taken += 1
        db.session.add(
            Registration(
                event_id=group.event_id,
                participant_id=participant.id,
                channel="form",
                created_at=now(),
                changed_at=now(),
                choices=[
                    GroupChoice(
                        group_id=group.id,
                        rank=1,
                        state="seated",
                        sitting_id=sitting.id,
                        round_id=sitting.round_id,
                    )
                ],
                needs=[AccessNeed(need="interpreter")],
            )
        )
    return int(group.sittings[0].id)


def everything_but_the_person() -> dict[str, list[str]]:
    """Tallies, turnouts and what stands on ballots besides the voter."""
    return {
        name: sorted(repr(row) for row in db.session.execute(text(f"SELECT {columns} FROM {name}")))
        for name, columns in (
            ("tallies", "*"),
            ("turnouts", "*"),
            ("ballots", "poll_id, tier, choices"),
            ("poll_items", "id, poll_id, position, ref_kind, ref_id"),
        )
    }


def erase(person: Person, texts: Texts = Texts.KEEP) -> None:
    with transaction():
        privacy.erase_self(person.actor, texts=texts)


# ------------------------------------------------------------------------------------------------------- R74


def test_a_person_gets_all_that_is_kept_about_them_and_nothing_else(inside: Flask) -> None:
    person, _, _ = a_full_life()
    other = factories.participant()
    factories.contribution(author=other, text="Das hat jemand anders geschrieben.")

    held = {part.table: part.rows for part in queries.access_own_data(person.actor)}

    assert held["contributions"][0]["text"].endswith(CANARY)
    assert list(held["ballots"][0]["choices"].values()) == [2]
    assert set(held) >= {
        "participants",
        "personal_codes",
        "login_sessions",
        "contribution_revisions",
        "journal",
    }
    assert "jemand anders" not in repr(held)
    assert other.actor.key not in repr(held)
    with pytest.raises(Forbidden):
        queries.access_own_data(factories.VISITOR)


def test_every_personal_column_that_leads_to_a_person_is_given(inside: Flask) -> None:
    """Completeness: each table a person can be found in gives all columns declared as personal."""
    person, contribution, _ = a_full_life()
    account = factories.account("coordinator")
    factories.session(account)
    with transaction():
        code = queries.access_holder(factories.STAFF, queries.codes_of(person.actor.key)[0].slip_number)
        privacy.request_erasure(factories.STAFF, code, channel="phone", texts=Texts.KEEP)
    with transaction():
        found = factories.contribution_actions.queries.contribution_by_id(contribution)
        assert found is not None
        factories.moderation.hide_contribution(
            factories.STAFF, found, reason="insult", note="Bitte freundlich."
        )

        decision = found.decisions[-1]
        db.session.add_all(
            [
                Objection(
                    contribution_id=found.id,
                    decision_id=decision.id,
                    text="Das ist nicht gerecht.",
                    note="Wir sehen nach.",
                    hidden_by_key=decision.by_key,
                    at=now(),
                    decided_at=now(),
                ),
                Invitation(
                    code_hmac=b"x" * 32,
                    role="coordinator",
                    scope_kind="county",
                    label="Koordination",
                    inviter_key="i",
                    expires_at=now(),
                    account_id=account.actor.account_id,
                ),
            ]
        )

    held = {
        part.table: part.rows
        for actor in (person.actor, account.actor)
        for part in queries.access_own_data(actor)
    }

    expected = {
        name: set(table.told)
        for name, table in inventory.TABLES.items()
        if (table.person or table.rows) and table.told
    }
    assert set(expected) == set(held), "Let this test make a row in every table a person can be found in."
    assert {name: set(rows[0]) - {"poll"} for name, rows in held.items()} == expected


def test_the_page_reads_and_the_file_needs_the_code_once_more(
    make: Maker, browse: Callable[..., Client], app: Flask
) -> None:
    person = make.participant()
    make.contribution(author=person, text=f"Ein Bus. {CANARY}")
    browser = browse(person)
    page = browser.get("/my-data", 200)
    assert CANARY in browser.text
    assert page.headers["Cache-Control"] == "no-store"

    browser.post_form("/my-data", {"proof": "00000-00000"}, 422, to="/my-data/download")
    other = make.participant()
    browser.post_form("/my-data", {"proof": other.code}, 422, to="/my-data/download")
    answer = browser.post_form("/my-data", {"proof": person.code}, 200, to="/my-data/download")
    content = json.loads(answer.data)
    assert content["key"] == person.actor.key
    assert content["kept"]["contributions"][0]["text"].endswith(CANARY)
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"
    # No address leads to it again.
    assert browser.get("/my-data/download").status_code == 405
    assert Client(app).get("/my-data").status_code == 303
    assert Client(app).post("/my-data/download", {"proof": person.code}).status_code == 303


# ------------------------------------------------------------------------------------------------------- R75


@pytest.mark.parametrize("texts", list(Texts))
def test_an_erased_person_is_nowhere_and_every_tally_is_the_same(inside: Flask, texts: Texts) -> None:
    person, contribution, _ = a_full_life()
    before = everything_but_the_person()
    key = person.actor.key
    code_digest = db.session.execute(
        text("SELECT code_hmac FROM personal_codes WHERE holder_key = :k"), {"k": key}
    ).scalar()
    voters = set(db.session.execute(text("SELECT voter FROM ballots")).scalars())

    erase(person, texts)

    assert everything_but_the_person() == before
    # Not even whoever has all keys and the journal can tell whose ballot it was.
    assert not voters & set(db.session.execute(text("SELECT voter FROM ballots")).scalars())
    found = db.session.get(Contribution, contribution)
    assert found is not None
    assert found.author_key is None
    assert (found.text == "") == (texts == Texts.WITHDRAW)
    assert found.visibility == ("withdrawn" if texts == Texts.WITHDRAW else "public")
    for table in inspect(db.engine).get_table_names():
        rows = repr(db.session.execute(text(f'SELECT * FROM "{table}"')).all())
        assert table == "journal" or key not in rows, table
        assert repr(code_digest) not in rows
        assert texts == Texts.KEEP or CANARY not in rows
        assert f"{CANARY}@" not in rows
    assert factories.account_queries.usable_code(person.code) is None
    seal_all()
    assert look().is_sound


def test_a_place_is_free_again(inside: Flask) -> None:
    person = factories.participant()
    sitting = take_a_seat(person)
    taken = "SELECT taken FROM sittings WHERE id = :id"
    assert db.session.execute(text(taken), {"id": sitting}).scalar() == 1
    erase(person)
    assert db.session.execute(text(taken), {"id": sitting}).scalar() == 0
    assert count(Registration) == count(GroupChoice) == count(AccessNeed) == 0


def test_whoever_waits_moves_up_into_the_place_of_an_erased_person(inside: Flask) -> None:
    event = factories.day(places=[1], rounds=[[1]])
    seated, waiting, cancelled = (factories.participant() for _ in range(3))
    (group,) = factories.registration(seated, event)
    for person in (waiting, cancelled):
        with transaction():
            found = registration_queries.event_of_registrations(event.id)
            registrations.sign_up(person.actor, found, wishes=[Wish(group)], shown_full=[group])
    with transaction():
        own = registration_queries.own_registration(cancelled.actor, event)
        assert own is not None
        registrations.cancel_registration(cancelled.actor, own)
    states = "SELECT state FROM group_choices ORDER BY id"
    assert db.session.execute(text(states)).scalars().all() == ["seated", "waiting"]

    # Somebody who has cancelled is erased like everybody else.
    erase(cancelled)
    assert count(Registration) == 2
    erase(seated)

    assert db.session.execute(text(states)).scalars().all() == ["seated"]
    assert db.session.execute(text("SELECT taken FROM sittings")).scalars().all() == [1]
    assert count(Registration) == count(Participant) == 1


def test_erasing_twice_does_nothing_more(inside: Flask) -> None:
    person, _, _ = a_full_life()
    erase(person)
    state = [
        db.session.execute(text(f'SELECT * FROM "{table}"')).all()
        for table in sorted(inspect(db.engine).get_table_names())
        if table not in {"journal", "seals", "seal_heads"}
    ]
    erase(person)
    assert state == [
        db.session.execute(text(f'SELECT * FROM "{table}"')).all()
        for table in sorted(inspect(db.engine).get_table_names())
        if table not in {"journal", "seals", "seal_heads"}
    ]


def test_nothing_is_left_in_the_file_the_logs_and_new_files(
    app: Flask, make: Maker, browse: Callable[..., Client], capfd: pytest.CaptureFixture[str]
) -> None:
    person = make.participant()
    browser = browse(person)
    make.contribution(author=person, text=f"Es fehlt ein Bus. {CANARY}")
    make.concept()
    browser.post_form(
        "/dialogues/probe/contribute/need",
        {"text": "Noch ein Bus.", "field": "sprache", "municipality": "county"},
    )
    with app.app_context():
        assert count(IdempotencyKey) == 1
    browser.get("/my-data/erase", 200)
    browser.post_form("/my-data/erase", {"proof": person.code, "texts": "withdraw"}, 422)
    form = browser.form("/my-data/erase")
    response = browser.send(form, {"proof": person.code, "texts": "withdraw", "sure": "y"}, 303)
    assert response.headers["Clear-Site-Data"]
    browser.follow(response)
    assert browser.heading == "Sie sind gelöscht"
    browser.get("/my-data", 303)
    assert browser.send(form, {"proof": person.code, "texts": "withdraw", "sure": "y"}).status_code == 303

    with app.app_context():
        # Nor the numbers of the forms they had sent, whose answers say where it led.
        assert count(IdempotencyKey) == 0
    secrets = (CANARY, person.code, person.code.replace("-", ""))
    for path in (
        "/dialogues/probe/register",
        "/dialogues/probe/register.csv",
        "/dialogues/probe/contributions/B-001",
    ):
        assert CANARY not in Client(app).get(path).get_data(as_text=True)
    said = "".join(capfd.readouterr())
    assert not [secret for secret in secrets if secret in said]
    with app.app_context():
        if db.engine.dialect.name != "sqlite":
            return
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        file = Path(str(db.engine.url.database))
    for part in (file, file.with_name(f"{file.name}-wal")):
        content = part.read_bytes() if part.exists() else b""
        assert not [secret for secret in secrets if secret.encode() in content]
        assert b"Es fehlt ein Bus." not in content


def test_whoever_holds_an_office_gives_it_back_first(
    inside: Flask, make: Maker, browse: Callable[..., Client]
) -> None:
    staff = factories.account("coordinator")
    with pytest.raises(Conflict):
        erase(staff)
    resident = factories.account("participant", factories.Scope("dialogue", factories.dialogue().id))
    factories.session(resident)
    erase(resident)
    row = db.session.execute(
        text("SELECT * FROM accounts WHERE id = :id"), {"id": resident.actor.account_id}
    ).one()
    assert resident.login not in repr(row)
    assert resident.actor.key not in repr(row)


def test_a_kill_in_the_middle_erases_nobody(inside: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    person, _, _ = a_full_life()
    people = count(Participant)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(privacy, "_remember", die)
        with pytest.raises(KeyboardInterrupt):
            erase(person)
    assert count(Participant) == people
    assert factories.account_queries.usable_code(person.code) is not None
    assert erasure.digest(person.actor.key) not in queries.erased_people()


# --------------------------------------------------------------------------------- an older backup comes back


def test_nobody_comes_back_with_an_older_backup(app: Flask, make: Maker, tmp_path: Path) -> None:
    config: Config = app.config["SETTINGS"]
    if not config.is_sqlite:
        pytest.skip("The backup of this test is a file.")
    file = tmp_path / "before.zip"
    with app.app_context():
        person, contribution, _ = a_full_life()
        other = factories.participant()
        db.session.remove()
        db.engine.dispose()
        backup.make(config, file)
        erase(person, Texts.WITHDRAW)
        erased = erasure.digest(person.actor.key)
        assert erased in erasure.file_of(config).read_text()
        tallies = everything_but_the_person()
        db.session.remove()
        db.engine.dispose()

        backup.restore(config, file, replacing=True)
        assert any("erase-again" in sentence for sentence in privacy_parts.check_nobody_came_back())
        assert any("erase-again" in sentence for sentence in refusals(app, config))
    result = run(app, "privacy", "erase-again")
    assert "erased again: 1." in result.stdout
    assert "erased again: 0." in run(app, "privacy", "erase-again").stdout
    with app.app_context():
        assert privacy_parts.check_nobody_came_back() == []
        found = db.session.get(Contribution, contribution)
        assert found is not None
        assert (found.text, found.author_key) == ("", None)
        assert everything_but_the_person() == tallies
        assert factories.account_queries.usable_code(person.code) is None
        assert factories.account_queries.usable_code(other.code) is not None
        db.session.remove()
        db.engine.dispose()
    erasure.file_of(config).unlink()


def test_the_list_is_brought_up_to_date_after_a_crash(inside: Flask) -> None:
    config: Config = inside.config["SETTINGS"]
    file = erasure.file_of(config)
    file.unlink(missing_ok=True)
    person = factories.participant()
    erase(person)
    # A crash cut the line short, or came before it was written.
    file.write_text(file.read_text()[:-20])
    assert erasure.read_file(file) == {}
    assert privacy_parts.remember_the_erased() == 1
    assert privacy_parts.remember_the_erased() == 0
    assert set(erasure.read_file(file)) == {erasure.digest(person.actor.key)}
    assert keys.current().digest.hex() not in file.read_text()
    file.unlink()


# ------------------------------------------------------------------------------------------------------- R09


def taken_down(by: Person, person: Person) -> ErasureRequest:
    with transaction():
        code = queries.access_holder(by.actor, queries.codes_of(person.actor.key)[0].slip_number)
        return privacy.request_erasure(by.actor, code, channel="phone", texts=Texts.WITHDRAW)


def test_it_takes_two_of_staff(inside: Flask) -> None:
    person, contribution, _ = a_full_life()
    one, two = factories.account("coordinator"), factories.account("coordinator")
    request = taken_down(one, person)
    people = count(Participant)

    with pytest.raises(Forbidden), transaction():
        privacy.confirm_erasure(one.actor, queries.access_erasure_request(one.actor, str(request.id)))
    assert count(Participant) == people
    with transaction():
        privacy.confirm_erasure(two.actor, queries.access_erasure_request(two.actor, str(request.id)))

    found = db.session.get(Contribution, contribution)
    assert found is not None
    assert found.text == ""
    assert factories.account_queries.usable_code(person.code) is None
    assert [(actor, fact) for actor, fact, _ in facts() if fact.startswith(("Erasure", "PersonErased"))] == [
        (one.actor.key, "ErasureRequested"),
        (two.actor.key, "ErasureConfirmed"),
        ("system", "PersonErased"),
    ]
    row = db.session.execute(text("SELECT * FROM erasure_requests")).one()
    assert person.actor.key not in repr(row)
    with pytest.raises(Conflict), transaction():
        privacy.confirm_erasure(two.actor, queries.access_erasure_request(two.actor, str(request.id)))


def test_two_sessions_of_one_account_are_one_pair_of_eyes(app: Flask, make: Maker) -> None:
    """The same person races themselves, and two confirm at once: nobody alone, and only once."""
    with app.app_context():
        person = factories.participant()
        staff = [factories.account("coordinator") for _ in range(3)]
        request = taken_down(staff[0], person)
        number = str(request.id)
        db.session.remove()
    done: list[str] = []
    start = threading.Barrier(6)

    def confirm(who: Person) -> None:
        start.wait()
        with app.app_context():
            try:
                with transaction():
                    privacy.confirm_erasure(who.actor, queries.access_erasure_request(who.actor, number))
                done.append(who.login)
            except DomainError:
                pass

    threads = [
        threading.Thread(target=confirm, args=(who,))
        for who in (staff[0], staff[0], staff[0], staff[0], staff[1], staff[2])
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 1
    assert done[0] != staff[0].login
    with app.app_context():
        assert len(facts("ErasureConfirmed")) == 1
        assert len(facts("PersonErased")) == 1


def test_the_table_itself_refuses_one_pair_of_eyes(inside: Flask) -> None:
    person = factories.participant()
    one = factories.account("coordinator")
    request = taken_down(one, person)
    with pytest.raises(Exception, match="four_eyes"), transaction():
        db.session.execute(
            text(
                "UPDATE erasure_requests SET status = 'done', holder_key = NULL,"
                " decided_by = requested_by WHERE id = :id"
            ),
            {"id": request.id},
        )


def test_who_may_take_down_and_for_whom(inside: Flask) -> None:
    here, elsewhere = factories.dialogue(), factories.dialogue("dort")
    person = factories.participant(here)
    slip = queries.codes_of(person.actor.key)[0].slip_number
    of_other = factories.account("coordinator", factories.Scope("dialogue", elsewhere.id))
    for who in (of_other.actor, person.actor, factories.VISITOR):
        with pytest.raises(Invalid):
            queries.access_holder(who, slip)
    admin = factories.account("administrator")
    request = taken_down(admin, person)
    with pytest.raises(Conflict):
        taken_down(factories.account("coordinator"), person)
    with transaction():
        privacy.drop_erasure(admin.actor, queries.access_erasure_request(admin.actor, str(request.id)))
    assert factories.account_queries.usable_code(person.code) is not None
    # Whoever asks again later is taken down again.
    taken_down(admin, person)


def test_staff_read_their_role_and_language_in_words(client_as: Callable[..., Client]) -> None:
    staff = client_as("administrator")
    staff.get("/my-data", 200)
    roles = staff.page.find(id="held-role_assignments").parent.text
    assert "Verwaltung der Konten" in roles
    assert "administrator" not in roles
    assert "Deutsch" in staff.page.find(id="held-accounts").parent.text


def test_two_browsers_of_staff_erase_by_slip_number(
    app: Flask, make: Maker, client_as: Callable[..., Client]
) -> None:
    person = make.participant()
    with app.app_context():
        slip = queries.codes_of(person.actor.key)[0].slip_number
    one, two = client_as("coordinator"), client_as("administrator")
    one.post_form("/erasures", {"slip": "Z-00000", "channel": "phone", "texts": "keep"}, 422)
    assert "Z-00000" in str(one.form_here("/erasures").values)
    one.follow(one.post_form("/erasures", {"slip": slip.lower(), "channel": "phone", "texts": "keep"}))
    assert slip in one.text
    assert "jemand anders" in one.text.lower()
    form = [f for f in [one.form_here("/erasures/decide")] if f]
    assert dict(form[0].values)["decision"] == "drop"
    forged = {**dict(form[0].values), "decision": "confirm"}
    assert one.post("/erasures/decide", forged).status_code == 403
    two.get("/erasures", 200)
    two.follow(two.send(two.form_here("/erasures/decide", decision="confirm"), None, 303))
    assert "gelöscht" in two.text
    with app.app_context():
        assert count(PersonalCode) == 0
        assert NOBODY == "erased"
    client_as("auditor").get("/erasures", 403)
