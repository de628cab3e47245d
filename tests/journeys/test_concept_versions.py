"""A concept from evidence to two versions: refused while a need is unanswered, released, changed, compared,
and checked where nothing of the program is."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from flask import Flask

from concept.actions import blocks, goals, measures
from concept.actions.sources import cite
from concept.models import Answer
from concept.vocabulary import MeasureStatus
from core.actor import OPERATOR
from core.clock import now
from core.db import db
from core.keys import current
from tests import factories
from tests.client import Client
from tests.concept import ground
from tools import verify_concept

HOME = "/dialogues/probe/concept"


def checked(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """What the checker says in a folder with nothing of ours in it."""
    command = [sys.executable, "-I", "-S", "verify_concept.py", *words]
    return subprocess.run(command, cwd=folder, env={}, capture_output=True, text=True, check=False)


def test_from_evidence_to_two_versions_that_anybody_can_check(
    app: Flask, client: Client, client_as: Callable[..., Client], tmp_path: Path
) -> None:
    with app.app_context():
        # What people have said and voted, and what staff write of it.
        ground.voted(needs=3)
        with factories.change():
            paragraph = blocks.write_paragraph(
                OPERATOR, ground.section("field-sprache-situation"), text="Viele warten auf einen Kurs."
            )
            cite(OPERATOR, paragraph, ground.contribution("B-001"))
            goal = goals.add_goal(OPERATOR, ground.present(), ground.field(), texts={"de": "Alle lernen."})
            measure = measures.add_measure(OPERATOR, goal, titles={"de": "Abendkurs"})
            cite(OPERATOR, measure, ground.contribution("B-002"))

    # One need is neither used nor declined: no release, and the page says which.
    staff = client_as("coordinator")
    staff.get(f"{HOME}/release?lang=en", 200)
    assert "1 need has no answer yet" in staff.text
    assert "B-003" in staff.text
    assert not staff.page.find_all("textarea")
    staff.post(f"{HOME}/release?lang=en", {"_key": "k" * 20, "note": "x"}, 409)
    assert "Some needs have no answer yet. Please answer them first." in staff.errors
    client.get(f"{HOME}/versions/1", 404)

    with app.app_context(), factories.change():
        db.session.add(
            Answer(
                concept_id=ground.present().id,
                contribution_id=ground.contribution("B-003").id,
                reason="Dafür ist das Land zuständig.",
                by_key="k" * 20,
                at=now(),
            )
        )
    staff.follow(staff.post_form(f"{HOME}/release", {"note": "Die erste Fassung."}))
    client.get(f"{HOME}/versions/1", 200)
    assert "Viele warten auf einen Kurs." in client.text

    # Writing goes on, and the next version says what is new in it.
    with app.app_context(), factories.change():
        blocks.write_paragraph(
            OPERATOR, ground.section("field-sprache-situation"), text="Seit Herbst gibt es zwei Abendkurse."
        )
        found = db.session.get_one(type(measure), measure.id)
        found.status = MeasureStatus.RUNNING
    staff.follow(staff.post_form(f"{HOME}/release", {"note": "Die zweite Fassung."}))
    client.get(f"{HOME}/versions/1", 200)
    assert "zwei Abendkurse" not in client.text

    client.get(f"{HOME}/versions/compare?from=1&to=2&lang=en", 200)
    assert "M-01 Abendkurs is under way now (before: planned)" in client.text
    assert [one for one in client.page.find_all("ins") if "zwei Abendkurse" in one.text]
    pdf = client.get(f"{HOME}/versions/changes.pdf?from=1&to=2", 200)
    assert pdf.data.startswith(b"%PDF")

    # A copy of it, somewhere else.
    (tmp_path / "copy.zip").write_bytes(client.get(f"{HOME}/versions/2.zip", 200).data)
    shutil.copy(verify_concept.__file__, tmp_path)
    with app.app_context():
        key = current().fingerprint
    assert checked(tmp_path, "copy.zip", "--fingerprint", key).returncode == 0
    data = bytearray((tmp_path / "copy.zip").read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / "copy.zip").write_bytes(bytes(data))
    assert checked(tmp_path, "copy.zip", "--fingerprint", key).returncode == 1
