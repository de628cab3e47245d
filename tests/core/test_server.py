"""Serving: what is refused before, and how the server behaves with a locked database and when stopped."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import psutil
import pysqlite3.dbapi2 as sqlite
import pytest
import requests

from core import db as core_db
from core import keys, server
from core.config import ROOT, Config
from core.db import UnsafeDatabase, check_engine
from tests.core.house import a_house

pytestmark = pytest.mark.without_database


@dataclass
class Running:
    """A server in a process of its own."""

    process: subprocess.Popen[bytes]
    url: str
    var_dir: Path
    log: Path

    def post(self, thing: int) -> requests.Response:
        return requests.post(f"{self.url}/happen/{thing}", timeout=10)

    def get(self, path: str) -> requests.Response:
        return requests.get(self.url + path, timeout=10)

    def stop(self) -> float:
        started = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)
        return time.monotonic() - started


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(folder: Path) -> Running:
    port = free_port()
    keys.create(folder / "keys")
    environment = {
        **{name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "DEMO"}},
        "VAR_DIR": str(folder),
        "PYTHONPATH": str(ROOT),
        "FORWARDED_ALLOW_IPS": "*",
        "GUNICORN_CMD_ARGS": "--workers 3",
    }
    log = folder / "log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            server.command_line("127.0.0.1", port, "tests.core.served:create_app"),
            env=environment,
            stderr=output,
            stdout=output,
            cwd=folder,
        )
    running = Running(process, f"http://127.0.0.1:{port}", folder, log)
    limit = time.monotonic() + 30
    while process.poll() is None and time.monotonic() < limit:
        try:
            requests.get(f"{running.url}/healthz", timeout=5)
        except requests.RequestException:
            time.sleep(0.1)
        else:
            return running
    end(running)
    raise AssertionError(log.read_text())


def end(running: Running) -> None:
    if running.process.poll() is None:
        children = psutil.Process(running.process.pid).children()
        running.process.kill()
        for child in children:
            child.kill()
    running.process.wait(10)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    served = start(tmp_path)
    yield served
    end(served)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One server for all tests that leave it as it was."""
    served = start(tmp_path_factory.mktemp("served"))
    yield served
    end(served)


class TestServing:
    def test_a_foreign_lock_stops_no_reader_and_loses_no_change(self, shared: Running) -> None:
        assert shared.post(1).status_code == 200
        before = int(shared.get("/count").text)
        with closing(sqlite.connect(shared.var_dir / "vielstimmig.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with ThreadPoolExecutor(6) as pool:
                writing = pool.submit(shared.post, 2)
                waits = []
                limit = time.monotonic() + 2
                while time.monotonic() < limit:
                    for path in ("/count", "/healthz"):
                        answer = shared.get(path)
                        waits.append(answer.elapsed.total_seconds())
                        assert answer.status_code == 200
                    time.sleep(0.02)
                assert not writing.done()
                other.execute("COMMIT")
                assert writing.result().status_code == 200
        assert len(waits) > 20
        # Whoever waited for the lock would wait for most of its 2 s; the rest is slack for a busy machine.
        assert max(waits) < 1.5
        assert int(shared.get("/count").text) == before + 1

    @pytest.mark.slow
    def test_a_lock_that_lasts_too_long_is_said(self, shared: Running) -> None:
        shared.post(1)
        with closing(sqlite.connect(shared.var_dir / "vielstimmig.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            started = time.monotonic()
            answer = shared.post(2)
            waited = time.monotonic() - started
            other.execute("COMMIT")
        assert (answer.status_code, answer.text) == (503, "busy")
        assert 4.5 < waited < 15
        assert shared.post(3).status_code == 200

    @pytest.mark.slow
    def test_stopping_is_quick_finishes_requests_and_loses_nothing(self, running: Running) -> None:
        for thing in range(20):
            assert running.post(thing).status_code == 200
        address = ("127.0.0.1", int(running.url.rsplit(":", 1)[1]))
        with (
            socket.create_connection(address),
            requests.get(f"{running.url}/endless", stream=True, timeout=10),
            ThreadPoolExecutor(1) as pool,
        ):
            slow = pool.submit(running.get, "/slow")
            time.sleep(0.5)
            # A busy machine takes seconds more, but gunicorn by itself would wait 30 for the endless answer.
            assert running.stop() < server.GRACEFUL_SECONDS + 10
            assert slow.result().text == "slept"
        again = start(running.var_dir)
        try:
            assert again.get("/count").text == "20"
        finally:
            end(again)

    @pytest.mark.slow
    def test_a_killed_worker_is_replaced_and_what_was_acknowledged_is_there(self, running: Running) -> None:
        acknowledged = 0
        stop = threading.Event()

        def write() -> None:
            nonlocal acknowledged
            while not stop.is_set():
                try:
                    acknowledged += running.post(1).status_code == 200
                except requests.RequestException:
                    time.sleep(0.05)

        writer = threading.Thread(target=write)
        writer.start()
        for _ in range(2):
            time.sleep(0.7)
            [worker] = psutil.Process(running.process.pid).children()
            worker.kill()
            while not [child for child in psutil.Process(running.process.pid).children() if child != worker]:
                time.sleep(0.05)
        time.sleep(2.5)
        stop.set()
        writer.join()
        assert acknowledged > 20
        # One request per kill may have been written without its answer getting through.
        assert acknowledged <= int(running.get("/count").text) <= acknowledged + 2
        with closing(sqlite.connect(running.var_dir / "vielstimmig.db")) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)

    def test_the_journal_is_sealed_by_itself(self, shared: Running) -> None:
        shared.post(1)
        limit = time.monotonic() + 5
        while shared.get("/sealed").text != shared.get("/count").text:
            assert time.monotonic() < limit
            time.sleep(0.1)

    def test_there_is_one_worker_and_forwarding_headers_are_not_believed(self, shared: Running) -> None:
        assert len(psutil.Process(shared.process.pid).children()) == 1
        forged = {"X-Forwarded-For": "8.8.8.8", "X-Forwarded-Proto": "https", "X-Forwarded-Ssl": "on"}
        answer = requests.get(f"{shared.url}/address", headers=forged, timeout=10)
        assert answer.text == "127.0.0.1 http"

    def test_oversized_heads_are_refused(self, shared: Running) -> None:
        assert shared.get("/healthz?" + "x" * 5_000).status_code in {400, 414}
        many = {f"X-Header-{number}": "x" for number in range(100)}
        assert requests.get(f"{shared.url}/healthz", headers=many, timeout=10).status_code in {400, 431}
        assert shared.get("/healthz").status_code == 200

    def test_nothing_that_was_sent_stands_in_the_logs(self, running: Running) -> None:
        canary = "Zilpzalp-4711"
        assert running.get(f"/fail?canary={canary}").status_code == 500
        assert running.get(f"/{canary}").status_code in {404, 500}
        requests.post(f"{running.url}/happen/1?{canary}", data={canary: canary}, timeout=10)
        requests.get(f"{running.url}/healthz", headers={"User-Agent": canary, "Cookie": canary}, timeout=10)
        with socket.create_connection(("127.0.0.1", int(running.url.rsplit(":", 1)[1]))) as raw:
            raw.sendall(f"{canary} /{canary} HTTP/9.9\r\n{canary}\r\n\r\n".encode())
            raw.recv(1000)
        running.stop()
        text = running.log.read_text()
        assert canary not in text
        lines = [json.loads(line) for line in text.splitlines()]
        assert "RuntimeError" in {line.get("error") for line in lines}

    def test_a_second_server_on_the_same_folder_is_refused(self, shared: Running) -> None:
        with pytest.raises(server.AlreadyServing):
            server.lock(shared.var_dir)


class TestRefusals:
    """What `serve` refuses: each bad setting alone, and none where all is well."""

    @pytest.fixture
    def config(self, tmp_path: Path) -> Config:
        config = Config(var_dir=tmp_path, public_url="https://dialog.example.de", trusted_proxies=1)
        keys.create(config.keys_dir)
        return config

    def test_sound_settings_are_accepted(self, config: Config) -> None:
        assert server.unsafe_settings(config) == []
        assert server.unsafe_settings(Config(var_dir=config.var_dir)) == []
        assert (
            server.unsafe_settings(
                Config(var_dir=config.var_dir, public_url="http://10.0.0.7:5000", demo=True)
            )
            == []
        )

    @pytest.mark.parametrize(
        ("changes", "word"),
        [
            ({"public_url": "http://dialog.example.de"}, "TLS"),
            ({"trusted_proxies": 0}, "TRUSTED_PROXIES"),
            ({"development": True}, "DEVELOPMENT"),
            ({"extra_hosts": ("*",)}, "EXTRA_HOSTS"),
            ({"lock_wait_seconds": 0.0}, "LOCK_WAIT_SECONDS"),
        ],
    )
    def test_an_unsafe_setting_is_named(self, config: Config, changes: dict[str, object], word: str) -> None:
        [sentence] = server.unsafe_settings(replace(config, **changes))  # type: ignore[arg-type]
        assert word in sentence

    def test_keys_that_others_can_read_are_named(self, config: Config) -> None:
        (config.keys_dir / "code.key").chmod(0o644)
        [sentence] = server.unsafe_settings(config)
        assert "chmod 600" in sentence

    def test_a_program_that_was_not_set_up_is_named(self, config: Config, tmp_path: Path) -> None:
        for name in ("static/vendor/app.css", "translations/de/LC_MESSAGES/messages.mo"):
            [sentence] = server.missing_parts(config, tmp_path)
            assert name in sentence
            assert "make install" in sentence
            (tmp_path / name).parent.mkdir(parents=True)
            (tmp_path / name).touch()
        # English is in the program itself.
        assert server.missing_parts(replace(config, languages=("de", "en")), tmp_path) == []
        assert server.missing_parts(config, tmp_path) != []

    def test_an_old_sqlite_is_refused(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("TEST_DATABASE_URL", raising=False)
        with a_house(tmp_path):
            check_engine(core_db.db.engine)
            monkeypatch.setattr(core_db, "SAFE_SQLITE", (99, 0, 0))
            with pytest.raises(UnsafeDatabase, match=r"99\.0\.0"):
                check_engine(core_db.db.engine)

    def test_a_taken_port_is_said(self) -> None:
        with closing(socket.socket()) as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            port = other.getsockname()[1]
            with pytest.raises(server.PortTaken, match=str(port)):
                server.check_address("127.0.0.1", port)
        server.check_address("127.0.0.1", port)
        with pytest.raises(server.PortTaken):
            server.check_address("nowhere.invalid", 5000)

    def test_more_files_can_be_open_afterwards(self) -> None:
        assert server.raise_open_files() >= 1024
