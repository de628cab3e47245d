"""R53: releasing, what a release refuses, and that nobody can alter what was released."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask, current_app
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from concept import bundle
from concept.actions import versions
from concept.actions.sources import cite
from concept.frozen import Frozen
from concept.models import Answer, Block, Version, VersionFile, VersionVoice, Withdrawal
from concept.queries import versions as queries
from concept.refusals import ChangedMeanwhile, NotAnswered, NothingNew
from concept.release import freeze
from core import keys
from core.actor import OPERATOR, VISITOR
from core.clock import now
from core.db import db
from core.documents.tree import document_from_json
from core.errors import Forbidden, Invalid
from core.transaction import transaction
from dialog.actions import moderation
from dialog.models import Contribution
from dialog.vocabulary import PollStatus
from tests import factories
from tests.concept import ground, released
from tests.conftest import Maker
from tests.dialog.ground import at_once, count, facts, nothing_changes
from tests.factories import STAFF

TABLES = ("concept_versions", "concept_version_files", "concept_version_voices", "concept_withdrawals")


def settings() -> Any:
    return current_app.config["SETTINGS"]


def test_a_release_is_frozen_hashed_and_signed(inside: Flask) -> None:
    ground.filled()
    version = released.release("Alles ist neu.")
    assert version.number == 1
    report = bundle.check(released.packed(version))
    assert report.is_intact
    assert report.content_hash == version.content_hash
    assert report.public_key == keys.current().public.hex()
    manifest = json.loads(version.manifest)
    assert (manifest["note"], manifest["number"], manifest["former_manifest_sha256"]) == (
        "Alles ist neu.",
        1,
        None,
    )
    assert manifest["address"].endswith("/dialogues/probe/concept/versions/1")
    assert set(manifest["tools"]) == {"vielstimmig", "writer_sha256", "typst", "fonts"}
    document = document_from_json(version.content)
    assert document.edition == "Fassung 1"
    records = json.loads(version.records)
    assert [one["reference"] for one in records["measures"]] == ["M-01"]
    assert records["measures"][0]["begins"] == "2022-09"
    cited = [origin["reference"] for one in records["sources"] for origin in one["origins"]]
    assert Counter(cited) == {"B-001": 4}
    assert [fact[2]["number"] for fact in facts("VersionReleased")] == [1]


def test_each_version_names_the_one_before(inside: Flask) -> None:
    ground.filled()
    first = released.release()
    released.write("Noch ein Satz.")
    second = released.release()
    assert json.loads(second.manifest)["former_manifest_sha256"] == bundle.sha256(first.manifest)
    assert second.number == 2
    assert second.content_hash != first.content_hash


def test_a_contribution_is_told_once_that_it_stands_in_a_version(inside: Flask) -> None:
    ground.filled()
    released.release()
    released.write("Noch ein Satz.")
    released.release()
    [need] = [ground.contribution("B-001")]
    assert [stop.url for stop in need.stations if stop.kind == "in_version"] == [
        "/dialogues/probe/concept/versions/1"
    ]


def test_nothing_new_is_no_version(inside: Flask) -> None:
    ground.filled()
    released.release()
    with nothing_changes(Version), pytest.raises(NothingNew):
        released.release()


def test_only_coordinators_and_the_operator_release_and_withdraw(inside: Flask) -> None:
    ground.filled()
    frozen = freeze(OPERATOR, ground.present(), settings())
    for actor in (VISITOR, factories.participant().actor, factories.account("auditor").actor):
        with nothing_changes(Version), pytest.raises(Forbidden), transaction():
            versions.release_version(actor, ground.present(), frozen)
    released.release()
    for actor in (VISITOR, factories.account("auditor").actor):
        with nothing_changes(Withdrawal), pytest.raises(Forbidden), transaction():
            versions.withdraw_version(actor, db.session.get_one(Version, 1), reason="x")


def test_a_note_has_its_limit(inside: Flask) -> None:
    ground.filled()
    frozen = freeze(OPERATOR, ground.present(), settings())
    with nothing_changes(Version), pytest.raises(Invalid), transaction():
        versions.release_version(OPERATOR, ground.present(), frozen, note="x" * 2001)


# -------------------------------------------------------------------------------------- unanswered needs


def test_needs_above_the_line_must_be_answered(inside: Flask) -> None:
    ground.voted()
    with nothing_changes(Version), pytest.raises(NotAnswered) as refusal:
        freeze(OPERATOR, ground.present(), settings())
    assert [need.reference for need in refusal.value.needs] == ["B-001", "B-002", "B-003"]
    assert [need.place for need in refusal.value.needs] == [1, 2, 3]
    released.write("Dazu sagen wir etwas.")
    with factories.change():
        paragraph = next(p for p in ground.pieces("field-sprache-situation") if p.kind == "paragraph")
        cite(OPERATOR, db.session.get_one(Block, paragraph.id), ground.contribution("B-001"))
        for reference in ("B-002", "B-003"):
            db.session.add(
                Answer(
                    concept_id=ground.present().id,
                    contribution_id=ground.contribution(reference).id,
                    reason="Dafür ist das Land zuständig.",
                    by_key="x" * 20,
                    at=now(),
                )
            )
    version = released.release()
    assert json.loads(version.records)["declined"] == [
        {"reference": "B-002", "reason": "Dafür ist das Land zuständig."},
        {"reference": "B-003", "reason": "Dafür ist das Land zuständig."},
    ]


def test_an_answer_that_is_missing_at_the_last_moment_refuses_too(inside: Flask) -> None:
    ground.filled()
    frozen = freeze(OPERATOR, ground.present(), settings())
    factories.poll(PollStatus.PUBLISHED, needs=1)
    with nothing_changes(Version), pytest.raises(ChangedMeanwhile), transaction():
        versions.release_version(OPERATOR, ground.present(), frozen)


def test_the_answers_are_looked_at_inside_the_transaction_whatever_was_frozen(inside: Flask) -> None:
    """Were a change of answers ever no change of the concept's version, this wall stands alone."""
    ground.voted(needs=1)
    need = ground.contribution("B-001")
    with factories.change():
        answer = Answer(
            concept_id=ground.present().id, contribution_id=need.id, reason="Nein.", by_key="x" * 20, at=now()
        )
        db.session.add(answer)
    frozen = freeze(OPERATOR, ground.present(), settings())
    with factories.change():
        db.session.delete(answer)
    with nothing_changes(Version), pytest.raises(NotAnswered), transaction():
        versions.release_version(OPERATOR, ground.present(), as_if_new(frozen))


def as_if_new(frozen: Frozen) -> Frozen:
    """What was frozen, as if nothing had been written since."""
    return replace(frozen, concept_version=queries.state_number(ground.present().id))


# ------------------------------------------------------------------------------- two at once, and kills


def test_two_who_release_at_once_make_one_version(app: Flask, make: Maker) -> None:
    with app.app_context():
        ground.filled()
        frozen = freeze(OPERATOR, ground.present(), settings())

    def act(turn: int) -> str:
        with app.app_context():
            try:
                with transaction():
                    versions.release_version(OPERATOR, ground.present(), frozen, note=str(turn))
            except ChangedMeanwhile:
                return "changed"
            return "released"

    assert Counter(at_once(16, act)) == {"released": 1, "changed": 15}
    with app.app_context():
        assert count(Version) == 1
        assert count(VersionFile) == 5
        assert len(facts("VersionReleased")) == 1


def test_who_writes_while_another_releases_is_in_the_next_version(inside: Flask) -> None:
    ground.filled()
    frozen = freeze(OPERATOR, ground.present(), settings())
    released.write("Gerade noch.")
    with nothing_changes(Version, VersionFile), pytest.raises(ChangedMeanwhile), transaction():
        versions.release_version(OPERATOR, ground.present(), frozen)


def test_what_was_taken_down_while_files_were_made_is_not_released(inside: Flask) -> None:
    ground.filled()
    frozen = freeze(OPERATOR, ground.present(), settings())
    with factories.change():
        moderation.hide_contribution(STAFF, ground.contribution("B-001"), reason="personal_data")
    for state in (frozen, as_if_new(frozen)):
        with nothing_changes(Version), pytest.raises(ChangedMeanwhile), transaction():
            versions.release_version(OPERATOR, ground.present(), state)


def test_two_who_froze_different_words_for_one_number_make_one_version(inside: Flask) -> None:
    """The former version that was frozen must be the latest one still."""
    ground.filled()
    late = freeze(OPERATOR, ground.present(), settings())
    released.release()
    for state in (late, as_if_new(late), replace(as_if_new(late), number=2)):
        with nothing_changes(Version), pytest.raises(ChangedMeanwhile), transaction():
            versions.release_version(OPERATOR, ground.present(), state)


# ----------------------------------------------------------------------------------------- the walls


def test_the_database_refuses_every_change_of_what_was_released(inside: Flask) -> None:
    ground.filled()
    version = released.release()
    with factories.change():
        versions.withdraw_version(OPERATOR, db.session.get_one(Version, version.id), reason="Falsch.")
    changes = [
        "UPDATE concept_versions SET note = 'x'",
        "UPDATE concept_versions SET manifest = manifest WHERE id = 1",
        "UPDATE concept_version_files SET data = data",
        "UPDATE concept_version_voices SET contribution_id = contribution_id",
        "UPDATE concept_withdrawals SET reason = 'x'",
        *(f"DELETE FROM {table}" for table in reversed(TABLES)),
    ]
    if db.engine.dialect.name == "sqlite":
        changes += [f"REPLACE INTO {table} SELECT * FROM {table}" for table in TABLES]
    else:
        changes += [f"TRUNCATE {table} CASCADE" for table in TABLES]
    db.session.remove()
    for statement in changes:
        with pytest.raises(DBAPIError, match="append-only"), db.engine.begin() as connection:
            connection.execute(text(statement))
    assert bundle.check(released.packed(db.session.get_one(Version, version.id))).is_intact


def test_a_role_that_serves_postgresql_lacks_the_rights_too(inside: Flask) -> None:
    """What docs/operate.md says for the role that serves, tried with one."""
    if db.engine.dialect.name != "postgresql":
        pytest.skip("SQLite knows no roles.")
    ground.filled()
    released.release()
    db.session.remove()
    with db.engine.begin() as connection:
        schema = connection.execute(text("SELECT current_schema()")).scalar_one()
        connection.execute(text("CREATE ROLE serving_for_a_test"))
        try:
            connection.execute(text(f'GRANT USAGE ON SCHEMA "{schema}" TO serving_for_a_test'))
            for table in TABLES:
                connection.execute(text(f"GRANT SELECT, INSERT ON {table} TO serving_for_a_test"))
            for table in TABLES:
                column = "version_id" if table != "concept_versions" else "id"
                for statement in (
                    f"UPDATE {table} SET {column} = {column}",
                    f"DELETE FROM {table}",
                    f"TRUNCATE {table}",
                    f"ALTER TABLE {table} DISABLE TRIGGER ALL",
                ):
                    nested = connection.begin_nested()
                    connection.execute(text("SET LOCAL ROLE serving_for_a_test"))
                    with pytest.raises(DBAPIError, match=r"permission denied|must be owner"):
                        connection.execute(text(statement))
                    nested.rollback()
        finally:
            connection.execute(text("RESET ROLE"))
            connection.execute(text("DROP OWNED BY serving_for_a_test"))
            connection.execute(text("DROP ROLE serving_for_a_test"))


def test_nothing_frozen_points_to_a_person(inside: Flask) -> None:
    author = factories.participant()
    factories.contribution(author=author, title="Kurse am Abend")
    ground.a_concept()
    released.release()
    rows = [repr(row) for table in TABLES for row in db.session.execute(text(f"SELECT * FROM {table}"))]
    assert rows
    assert author.actor.key not in "".join(rows)
    assert OPERATOR.key not in json.loads(db.session.get_one(Version, 1).manifest).values()
    assert count(VersionVoice) == count(Contribution) == 1
