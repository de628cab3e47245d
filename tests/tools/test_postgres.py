"""The private PostgreSQL answers, is nobody else's, and is gone afterwards."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
import sqlalchemy

from tools import postgres, system

ROOT = Path(__file__).resolve().parents[2]


def folder_of(url: str) -> Path:
    return Path(str(sqlalchemy.make_url(url).query["host"]))


@pytest.fixture
def binaries() -> Path:
    """PostgreSQL's programs, which `make test` and `make test-postgres` install."""
    found = system.find_postgres()
    assert found, system.install_line(["postgres"])
    return found


def test_a_server_answers_and_leaves_nothing_behind(binaries: Path) -> None:
    with postgres.private_server(binaries) as url:
        folder = folder_of(url)
        # Whoever reaches the socket may come in, so nobody else may reach it.
        assert folder.stat().st_mode & 0o777 == 0o700
        engine = sqlalchemy.create_engine(url, poolclass=sqlalchemy.NullPool)
        with engine.connect() as connection:
            assert connection.scalar(sqlalchemy.text("show listen_addresses")) == ""
            assert connection.scalar(sqlalchemy.text("show server_encoding")) == "UTF8"
        server = int((folder / "data" / "postmaster.pid").read_text(encoding="utf-8").splitlines()[0])
        assert Path(f"/proc/{server}").stat().st_uid != 0
    assert not folder.exists()
    assert not Path(f"/proc/{server}").exists()


def test_the_command_gets_the_address_and_its_exit_code_is_ours(binaries: Path) -> None:
    code = "import os, sys; sys.exit(7 if os.environ['TEST_DATABASE_URL'].startswith('postgresql+') else 1)"
    assert postgres.run_beside([sys.executable, "-c", code], binaries, os.environ) == 7


def test_a_terminated_run_takes_its_server_along(binaries: Path) -> None:
    code = "import os, time; print(os.environ['TEST_DATABASE_URL'], flush=True); time.sleep(60)"
    command = [sys.executable, "-m", "tools.postgres", sys.executable, "-c", code]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        lines = iter(process.stdout.readline, "")
        url = next(line.strip() for line in lines if line.startswith("postgresql"))
        process.send_signal(signal.SIGTERM)
        process.wait(30)
    deadline = time.monotonic() + 5
    while folder_of(url).exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not folder_of(url).exists()


def test_a_server_that_does_not_start_says_why() -> None:
    # pytest's own folder is closed to others, but the one who runs the server has to get in.
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        for program in ("initdb", "postgres"):
            (folder / program).write_text("#!/bin/sh\necho the disk is full >&2\nexit 1\n", encoding="utf-8")
            (folder / program).chmod(0o755)
        with pytest.raises(RuntimeError, match="the disk is full"), postgres.private_server(folder):
            pass


def test_root_lends_the_server_to_an_unprivileged_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres.os, "geteuid", lambda: 0)
    assert postgres.identity().uid not in {None, 0}
    monkeypatch.setattr(postgres, "UNPRIVILEGED_USERS", ("no-such-user",))
    with pytest.raises(LookupError, match="no-such-user"):
        postgres.identity()
    monkeypatch.setattr(postgres.os, "geteuid", lambda: 1000)
    assert postgres.identity() == postgres.Identity(None, None)
