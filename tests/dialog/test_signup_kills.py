"""R57 for a sign-up: the program is killed at every point, and the database is opened by another one."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from flask import Flask
from sqlalchemy.orm import close_all_sessions

from core.config import ROOT
from core.db import db
from tests.conftest import Maker
from tests.dialog import signing_up
from tests.dialog.signing_up import everything_adds_up, groups_of
from tests.site import Site


@pytest.mark.slow
def test_a_kill_between_any_two_statements_leaves_all_or_nothing(app: Flask, site: Site, make: Maker) -> None:
    event = make.day(places=(None, 1), rounds=([1, 2], [2]), slug="tag")
    with app.app_context():
        roomy, full = groups_of(event)
        signing_up.sign_up(event, full)
        close_all_sessions()
        db.engine.dispose()
    order = {
        "folder": str(site.folder),
        "database": site.databases.address,
        "page": "/dialogues/probe/events/tag/signup",
        "form": {f"group-{roomy}": "1", f"group-{full}": "2", "full": str(full), "needs": "childcare"},
    }
    command = [sys.executable, "-m", "tests.dialog.dying"]
    done = subprocess.run(
        command,
        cwd=ROOT,
        input=json.dumps(order) + "\n",
        capture_output=True,
        check=False,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    tries = [json.loads(line) for line in done.stdout.splitlines()]

    # Registration, two groups, one need, participant, code, three facts, key of the form, one place.
    whole = [1, 2, 1, 1, 1, 3, 1, 1]
    nothing = [0] * len(whole)
    assert {tuple(one["whole"]) for one in tries} == {tuple(whole)}
    left = [one["left"] for one in tries]
    # Up to the commit there is nothing, from then on everything.
    turn = left.index(whole)
    assert left == [nothing] * turn + [whole] * (len(left) - turn)
    assert turn > 15, "There were too few statements to die between."
    assert len(left) > turn + 1, "Nobody died after the commit."
    for one in tries:
        # The same form once more: one registration, and whoever saw the code sees the same again.
        assert (one["in_the_end"], one["status"]) == (whole, 200)
        assert one["shown"] in {None, one["code"]}
    assert tries[-1]["shown"] == tries[-1]["code"]
    assert len({one["code"] for one in tries} - {""}) == len(tries)
    with app.app_context():
        everything_adds_up(event)
