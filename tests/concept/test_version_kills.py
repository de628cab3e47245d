"""A release that is killed between any two statements leaves either nothing or everything."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from flask import Flask

from concept import bundle
from core.config import ROOT
from core.db import db
from tests.concept import ground, released


def test_a_kill_at_every_statement_leaves_nothing_or_everything(app: Flask) -> None:
    with app.app_context():
        ground.filled()
        db.session.remove()
        db.engine.dispose()
    settings = app.config["SETTINGS"]
    done = subprocess.run(
        [sys.executable, "-m", "tests.concept.dying"],
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
    assert len(tries) > 15
    assert tries[-1]["lived"]
    assert nothing[0] == 0
    assert everything[:3] == [1, 5, 1]
    # Who dies after the commit has released, and who lives finds that it was done.
    assert all(one["kept"] in (nothing, everything) for one in tries)
    assert [one["kept"] for one in tries] == sorted(one["kept"] for one in tries)
    with app.app_context():
        version = released.queries.latest_version(ground.present().id)
        assert version is not None
        assert bundle.check(released.packed(version)).is_intact
