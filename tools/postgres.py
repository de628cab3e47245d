"""Run a command beside a private PostgreSQL that lives in a temporary folder and leaves nothing behind.

    python -m tools.postgres COMMAND ARGUMENT…

The server listens on a Unix socket in that folder only, so no port is taken and no other user reaches it.
The command finds its address in $TEST_DATABASE_URL. PostgreSQL refuses to run as root: then an unprivileged
user of the machine runs it.
"""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from urllib.parse import quote

from tools import system

OWNER = "vielstimmig"
SECONDS_TO_START = 60
UNPRIVILEGED_USERS = ("postgres", "nobody")
# Nothing is faster than safe here: the program refuses a server that could lose what it acknowledged.
SETTINGS = {"max_connections": "100"}
MEMORY = Path("/dev/shm")  # noqa: S108 - mkdtemp makes a folder of our own in it
MEMORY_NEEDED = 4 * 1024**3


@dataclass(frozen=True)
class Identity:
    """The user the server runs as; None stands for the one who called us."""

    uid: int | None
    gid: int | None

    def run(self, command: list[str], folder: Path) -> subprocess.Popen[bytes]:
        """Start a command as this user, with nothing of our environment that could lead it astray."""
        path = os.environ.get("PATH", "")
        environment = {"HOME": str(folder), "PATH": path, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        groups: list[int] | None = None if self.uid is None else []
        with (folder / "log").open("ab") as log:
            return subprocess.Popen(
                command,
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                user=self.uid,
                group=self.gid,
                extra_groups=groups,
                start_new_session=True,
            )


def identity() -> Identity:
    """Who runs the server: ourselves, or as root the first unprivileged user there is.

    Raises LookupError if root finds no such user.
    """
    if os.geteuid() != 0:
        return Identity(None, None)
    for name in UNPRIVILEGED_USERS:
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return Identity(user.pw_uid, user.pw_gid)
    raise LookupError(
        f"PostgreSQL does not run as root, and none of these users exists: {UNPRIVILEGED_USERS}"
    )


def _place() -> str:
    """Memory where there is plenty: every test begins with a copy of a database, hundreds of files each.

    The server's settings stay the same; that what it acknowledges is on a disk is not for these tests.
    """
    with suppress(OSError):
        if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > MEMORY_NEEDED:
            return str(MEMORY)
    return "/tmp"  # noqa: S108 - as above


@contextmanager
def private_server(binaries: Path) -> Iterator[str]:
    """Start a server from the given folder of binaries and give its SQLAlchemy address; removed at the end.

    Raises RuntimeError with the server's own log if it does not come up.
    """
    who = identity()
    # A socket's path may have some hundred characters only, which rules out a long TMPDIR.
    folder = Path(tempfile.mkdtemp(prefix="vs-pg-", dir=_place()))
    server: subprocess.Popen[bytes] | None = None
    try:
        if who.uid is not None and who.gid is not None:
            os.chown(folder, who.uid, who.gid)
        _finish(who.run(_initdb(binaries, folder), folder), folder)
        server = who.run(_postgres(binaries, folder), folder)
        _wait_until_ready(binaries, folder, server)
        yield f"postgresql+psycopg://{OWNER}@/postgres?host={quote(str(folder), safe='')}"
    finally:
        if server is not None and server.poll() is None:
            # An interrupt is PostgreSQL's fast shutdown: it ends the sessions and closes the files.
            server.send_signal(signal.SIGINT)
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _initdb(binaries: Path, folder: Path) -> list[str]:
    return [
        str(binaries / "initdb"),
        f"--pgdata={folder / 'data'}",
        f"--username={OWNER}",
        # The folder is readable by its owner alone, so whoever reaches the socket may come in.
        "--auth=trust",
        "--encoding=UTF8",
        "--no-locale",
        "--no-sync",
    ]


def _postgres(binaries: Path, folder: Path) -> list[str]:
    settings = {"listen_addresses": "", "unix_socket_directories": str(folder), **SETTINGS}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return [str(binaries / "postgres"), "-D", str(folder / "data"), *options]


def _finish(process: subprocess.Popen[bytes], folder: Path) -> None:
    if process.wait(SECONDS_TO_START) != 0:
        raise RuntimeError(f"PostgreSQL could not be set up:\n{_log(folder)}")


def _wait_until_ready(binaries: Path, folder: Path, server: subprocess.Popen[bytes]) -> None:
    ask = [str(binaries / "pg_isready"), "--quiet", f"--host={folder}"]
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        if subprocess.run(ask, check=False).returncode == 0:
            return
        time.sleep(0.1)
    raise RuntimeError(f"PostgreSQL did not start:\n{_log(folder)}")


def _log(folder: Path) -> str:
    try:
        return (folder / "log").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return "(it wrote no log)"


def run_beside(command: list[str], binaries: Path, environment: Mapping[str, str]) -> int:
    """Run a command with $TEST_DATABASE_URL pointing at a fresh server; gives the command's exit code."""
    with private_server(binaries) as url:
        return subprocess.run(command, env={**environment, "TEST_DATABASE_URL": url}, check=False).returncode


def _end(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(143)


def main(command: list[str]) -> int:
    """Find or install PostgreSQL and run the command beside it."""
    if not command:
        print("Name the command that is to run beside the database.", file=sys.stderr)
        return 2
    system.ensure(["postgres"])
    binaries = system.find_postgres()
    if binaries is None:
        return 2
    # A terminated run must still take its server along.
    signal.signal(signal.SIGTERM, _end)
    print(f"Private PostgreSQL from {binaries}", flush=True)
    return run_beside(command, binaries, os.environ)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
