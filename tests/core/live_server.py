"""Starts an application in gunicorn as `vielstimmig serve` does, for tests that need a real server."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Server:
    port: int
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str, **options: Any) -> requests.Response:
        return requests.get(self.url + path, timeout=10, **options)

    def post(self, path: str, **options: Any) -> requests.Response:
        response = requests.post(self.url + path, timeout=30, **options)
        response.raise_for_status()
        return response

    def token(self, session: str | None = None) -> str:
        return self.get("/token", cookies={"session": session} if session else {}).text

    def state(self) -> dict[str, Any]:
        return self.get("/state").json()

    def wait_for(self, condition: Callable[[dict[str, Any]], bool], seconds: float = 5) -> None:
        limit = time.monotonic() + seconds
        while not condition(self.state()):
            assert time.monotonic() < limit, self.state()
            time.sleep(0.05)


@contextlib.contextmanager
def serve(factory: str, log: Path) -> Iterator[Server]:
    """Serve what `factory` (such as `tests.core.live_app:make_app()`) makes, until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "-k", "gevent", "-w", "1", "--no-control-socket"]
    command += ["--graceful-timeout", "1", "-b", f"127.0.0.1:{port}", factory]
    environ = {**os.environ, "PUBLIC_URL": f"http://127.0.0.1:{port}", "PYTHONPATH": str(ROOT)}
    with log.open("wb") as output, subprocess.Popen(command, cwd=ROOT, env=environ, stderr=output) as process:
        found = Server(port, log)
        limit = time.monotonic() + 60
        try:
            while True:
                assert process.poll() is None, log.read_text()
                assert time.monotonic() < limit, "the server did not start"
                # The port is open before the application is loaded, which takes long on a busy machine.
                with contextlib.suppress(requests.ConnectionError, requests.Timeout):
                    if found.get("/state").ok:
                        break
                time.sleep(0.1)
            yield found
        finally:
            process.terminate()
