"""The demonstration in a folder of its own, served as people serve it; for pictures and measurements."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = Path(sys.executable).parent / "vielstimmig"
START_SECONDS = 240


@dataclass(frozen=True, slots=True)
class DemoSite:
    """A running demonstration: its address, a staff log-in and the codes of its slips."""

    address: str
    folder: Path
    login: str
    password: str
    codes: list[str]
    event_code: str
    today_code: str
    process: subprocess.Popen[bytes]


def free_port() -> int:
    """A port of the loopback address that nobody uses at the moment."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def load_demo(folder: Path, **environment: str) -> None:
    """Make a fresh demonstration in `folder` without serving it; a copy of the folder can be served, too.

    Raises CalledProcessError if one of the commands fails.
    """
    settings = {**os.environ, "DEMO": "1", "VAR_DIR": str(folder), **environment}
    for words in (["keys", "create"], ["db", "upgrade"], ["demo"]):
        subprocess.run([PROGRAM, *words], cwd=ROOT, env=settings, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def demo_site(folder: Path, **environment: str) -> Iterator[DemoSite]:
    """Serve a demonstration from `folder` until the block ends; it is made if there is none.

    Raises RuntimeError with the program's own words if it does not answer in time.
    """
    port = free_port()
    told = folder / "told.txt"
    settings = {**os.environ, "DEMO": "1", "VAR_DIR": str(folder), **environment}
    with told.open("wb") as out:
        process = subprocess.Popen(
            [PROGRAM, "run-demo", "--host", "127.0.0.1", "--port", str(port)],
            cwd=ROOT,
            env=settings,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address, process, told)
        text = told.read_text()
        staff = re.search(r"Staff:\s+(\S+)\s+(\S+)", text)
        event = re.search(r"Event code:\s+(\S+)", text)
        today = re.search(r"Today:\s+(\S+)", text)
        if staff is None or event is None or today is None:
            raise RuntimeError(f"The demonstration did not print its log-ins:\n{text}")
        codes = re.findall(r"\b[0-9A-Z]{5}-[0-9A-Z]{5}\b", text)
        yield DemoSite(address, folder, staff[1], staff[2], codes, event[1], today[1], process)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(address: str, process: subprocess.Popen[bytes], told: Path) -> None:
    limit = time.monotonic() + START_SECONDS
    while time.monotonic() < limit:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=2):  # noqa: S310 - our own address
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError(f"The demonstration does not answer:\n{told.read_text()}")
