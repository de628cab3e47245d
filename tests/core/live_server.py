"""Starts an application in gunicorn as `vielstimmig serve` does, for tests that need a real server."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Server:
    port: int
    log: Path
    start: Callable[[], subprocess.Popen[bytes]]
    process: subprocess.Popen[bytes] = field(init=False)

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

    def run(self) -> None:
        """Start it and wait until it answers."""
        self.process = self.start()
        limit = time.monotonic() + 60
        while True:
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < limit, "the server did not start"
            # The port is open before the application is loaded, which takes long on a busy machine.
            with contextlib.suppress(requests.ConnectionError, requests.Timeout):
                if self.get("/state").ok:
                    return
            time.sleep(0.1)

    def stop(self, *, kill: bool = False) -> None:
        """End it, as an update does, or by force."""
        if kill:
            self._kill_workers()
            self.process.kill()
        else:
            self.process.terminate()
        self.process.wait(30)

    def _kill_workers(self) -> None:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        self.process.send_signal(signal.SIGSTOP)
        for child in children:
            os.kill(int(child), signal.SIGKILL)


@contextlib.contextmanager
def serve(factory: str, log: Path, **settings: str) -> Iterator[Server]:
    """Serve what `factory` (such as `tests.core.live_app:make_app()`) makes, until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "-k", "gevent", "-w", "1", "--no-control-socket"]
    command += ["--graceful-timeout", "1", "-b", f"127.0.0.1:{port}", factory]
    environ = {**os.environ, "PUBLIC_URL": f"http://127.0.0.1:{port}", "PYTHONPATH": str(ROOT), **settings}
    with log.open("ab") as output:
        found = Server(port, log, lambda: subprocess.Popen(command, cwd=ROOT, env=environ, stderr=output))
        try:
            found.run()
            yield found
        finally:
            found.process.terminate()
            found.process.wait(30)
