"""The servers that are compared, each in a process of its own, with what it has used up."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import which
from typing import IO, Any, cast

ROOT = Path(__file__).resolve().parents[2]
GUNICORN = [sys.executable, "-m", "gunicorn", "-k", "gevent", "-w", "1", "--no-control-socket"]
GUNICORN += ["--worker-connections", "3000", "--log-level", "error", "-b", "127.0.0.1:{port}"]


@dataclass(frozen=True, slots=True)
class Peer:
    """A server: how it is called, how its watchers speak, and how it is started."""

    name: str
    kind: str
    command: list[str]
    environ: dict[str, str]
    missing: str = ""
    offered: bool = True
    """Whether its watchers offer to compress; bare python-socketio would take that, at twice the price."""


def peers(folder: Path | None) -> dict[str, Peer]:
    """All of them. `folder` holds what is no part of the program: `py/` and `node_modules/`."""
    python = str(folder / "py") if folder else ""
    modules = str(folder / "node_modules") if folder else ""
    served = [*GUNICORN, "tools.bench_live.served:create_app()"]
    has_node = which("node") and Path(modules, "socket.io").is_dir()
    return {
        "raw": Peer(
            "raw `websockets`",
            "raw",
            [sys.executable, "-m", "tools.bench_live.peer_websockets", "{port}"],
            {"PYTHONPATH": f"{ROOT}:{python}"},
            "" if Path(python, "websockets").is_dir() else "the package is not in the folder of --peers",
        ),
        "node": Peer(
            "Node socket.io",
            "socketio",
            ["node", str(ROOT / "tools/bench_live/peer_node.js"), "{port}"],
            {"NODE_PATH": modules},
            "" if has_node else "Node or its package is not in the folder of --peers",
        ),
        "bare": Peer(
            "bare python-socketio, gevent",
            "socketio",
            [*GUNICORN, "tools.bench_live.peer_bare:app"],
            {"PYTHONPATH": str(ROOT)},
            offered=False,
        ),
        "stock": Peer(
            "ours with the library's manager", "ours", served, {"PYTHONPATH": str(ROOT), "STOCK": "1"}
        ),
        "ours": Peer("**ours**", "ours", served, {"PYTHONPATH": str(ROOT)}),
    }


class Running:
    """A server that answers."""

    def __init__(self, peer: Peer, port: int, process: subprocess.Popen[bytes]) -> None:
        self.peer, self.port, self.process = peer, port, process

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def _pids(self) -> list[int]:
        mother = self.process.pid
        children = Path(f"/proc/{mother}/task/{mother}/children").read_text().split()
        # The one that serves; gunicorn's own process only waits.
        return [int(child) for child in children] or [mother]

    def cpu(self) -> float:
        """Seconds of processor time used so far."""
        used = 0
        for pid in self._pids():
            for task in Path(f"/proc/{pid}/task").iterdir():
                with contextlib.suppress(FileNotFoundError):
                    used += int((task / "schedstat").read_text().split()[0])
        return used / 1e9

    def memory_kb(self) -> int:
        """Its share of memory."""
        total = 0
        for pid in self._pids():
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
        return total

    def send(self, count: int, rate: float) -> None:
        """Have it tell its room."""
        address = f"{self.url}/send?count={count}&rate={rate}"
        urllib.request.urlopen(urllib.request.Request(address, method="POST"), timeout=120).read()  # noqa: S310


@contextlib.contextmanager
def running(peer: Peer) -> Iterator[Running]:
    """Start a server and end it."""
    with socket.socket() as free, tempfile.TemporaryDirectory() as folder:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        free.close()
        command = [part.format(port=port) for part in peer.command]
        settings = {"PUBLIC_URL": f"http://127.0.0.1:{port}", "VOTES": f"{folder}/votes.db"}
        environ = {**os.environ, **settings, **peer.environ}
        with subprocess.Popen(command, cwd=ROOT, env=environ, stderr=subprocess.DEVNULL) as process:
            try:
                _wait(port, process)
                yield Running(peer, port, process)
            finally:
                process.terminate()
                process.wait(30)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    limit = time.monotonic() + 60
    while time.monotonic() < limit:
        if process.poll() is not None:
            raise RuntimeError("The server ended at once.")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5) as line:
            line.sendall(b"GET / HTTP/1.0\r\n\r\n")
            if line.recv(1):
                return
        time.sleep(0.1)
    raise RuntimeError("The server did not start.")


class Load:
    """The process of the watchers."""

    def __init__(self, at: Running) -> None:
        command = [sys.executable, "-m", "tools.bench_live.load", str(at.port), at.peer.kind]
        command += ["offer"] if at.peer.offered else []
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.input: IO[str] = cast(IO[str], self.process.stdin)
        self.output: IO[str] = cast(IO[str], self.process.stdout)

    def ask(self, *command: Any) -> dict[str, Any]:
        """Have the watchers do something. Raises RuntimeError where they cannot."""
        self.tell(*command)
        return self.answer()

    def tell(self, *command: Any) -> None:
        """Begin something; `answer` waits for its end."""
        self.input.write(json.dumps(command) + "\n")
        self.input.flush()

    def answer(self) -> dict[str, Any]:
        """What came of it."""
        found: dict[str, Any] = json.loads(self.output.readline() or '{"error": "gone"}')
        if "error" in found:
            raise RuntimeError(found["error"])
        return found

    def __enter__(self) -> Load:
        return self

    def __exit__(self, *_error: object) -> None:
        self.input.close()
        self.process.wait(30)
