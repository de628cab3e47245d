"""Serving: what must be in order before, and gunicorn with one gevent worker.

Run as `python -m core.server` by `vielstimmig serve`, which replaces itself by this module. The worker
must patch the standard library before anything of ours is imported: a lock made earlier would block all
requests at once instead of one. So nothing here imports the application; its name is given instead.
"""

from __future__ import annotations

import argparse
import atexit
import errno
import fcntl
import gc
import importlib
import resource
import socket
import sys
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from core import keys, logs
from core.config import ROOT, SOURCE_LANGUAGE, Config, variant

GRACEFUL_SECONDS = 5
"""How long requests and live connections may go on after the program was asked to stop."""

CONNECTIONS = 4_000
"""Open connections at the same time; every live page holds one."""

OPEN_FILES = 16_384
"""Open files wanted: connections, the database and some room."""

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class PortTaken(RuntimeError):
    """The address cannot be listened to; the message is a sentence that says why."""


class AlreadyServing(RuntimeError):
    """Another process serves this SQLite database."""


def unsafe_settings(config: Config) -> list[str]:
    """What in the settings must not be so when people use the site, as sentences; empty if all is well."""
    found = []
    host = urlsplit(config.public_url).hostname or ""
    if not config.secure and host not in _LOOPBACK and not config.demo:
        found.append(
            f"PUBLIC_URL={config.public_url} has no TLS: codes and passwords could be read on the way."
            " Use https behind a reverse proxy, or DEMO=1 for a demonstration."
        )
    if config.secure and not config.trusted_proxies:
        found.append(
            "TRUSTED_PROXIES=0, but PUBLIC_URL is https, which only a proxy can offer."
            " Set TRUSTED_PROXIES=1, or people cannot be told apart when someone tries out codes."
        )
    if config.development and (config.secure or host not in _LOOPBACK):
        found.append(f"DEVELOPMENT=1 is for your own machine only, not for {config.public_url}.")
    if any("*" in name for name in config.extra_hosts):
        found.append("EXTRA_HOSTS must name every host; * is not possible.")
    if config.lock_wait_seconds <= 0:
        found.append("LOCK_WAIT_SECONDS must be more than 0.")
    return found + keys.weaknesses(config.keys_dir)


def missing_parts(config: Config, root: Path = ROOT) -> list[str]:
    """What set-up should have made in `root` and did not, as one sentence; empty if it is all there.

    Without the sentences of its languages the program would answer in English, and nobody would know why.
    """
    wanted = [root / "static" / "vendor" / "app.css"]
    for language in config.languages:
        if language != SOURCE_LANGUAGE:
            wanted.append(root / "translations" / variant(language) / "LC_MESSAGES" / "messages.mo")
    absent = [str(path.relative_to(root)) for path in wanted if not path.is_file()]
    return [f"Not set up: {', '.join(absent)}. Run in {root}: make install"] if absent else []


def check_address(host: str, port: int) -> None:
    """Raise PortTaken if the address cannot be listened to."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except socket.gaierror:
        raise PortTaken(f"This machine has no address {host}.") from None
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(
                f"Port {port} is in use by another program. Choose another with --port."
            ) from None
        raise PortTaken(f"Cannot listen on {host}:{port}: {error.strerror}.") from None


def lock(var_dir: Path) -> IO[bytes]:
    """Mark the SQLite database in `var_dir` as being served, as long as the file stays open.

    Raises AlreadyServing if another process serves it: live pages of the one would not hear of the other.
    """
    file = (var_dir / "serve.lock").open("ab")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise AlreadyServing(f"Another process serves from {var_dir} already. Stop it first.") from None
    return file


def raise_open_files() -> int:
    """Raise the limit of open files as far as allowed; gives the limit in force."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    return soft


def command_line(host: str, port: int, target: str = "app:create_app") -> list[str]:
    """The command that serves, for `os.execve`."""
    return [sys.executable, "-P", "-m", "core.server", "--host", host, "--port", str(port), target]


class _Logger(Logger):  # type: ignore[misc]
    """Gunicorn's messages go the way of all others; it keeps no list of requests."""

    def setup(self, cfg: Any) -> None:
        self.error_log.propagate = True
        self.error_log.setLevel("WARNING")

    def access(self, *_arguments: Any) -> None:
        """Requests are logged by `core.logs`."""


class Server(BaseApplication):  # type: ignore[misc]
    """Gunicorn with our settings; neither a file nor the environment can change them."""

    def __init__(self, host: str, port: int, target: str) -> None:
        self.address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        self.target = target
        super().__init__()

    def load_config(self) -> None:
        """Set what differs from gunicorn's defaults."""
        settings = {
            "backlog": 2048,
            "bind": [self.address],
            "control_socket_disable": True,
            # Only the application decides which proxies are believed (TRUSTED_PROXIES).
            "forwarded_allow_ips": "",
            "forwarder_headers": "",
            "graceful_timeout": GRACEFUL_SECONDS,
            # Also the time a client has for sending the head of a request.
            "keepalive": 10,
            "limit_request_field_size": 8190,
            "limit_request_fields": 64,
            "limit_request_line": 4094,
            "logger_class": _Logger,
            "preload_app": False,
            "proc_name": "vielstimmig",
            "secure_scheme_headers": {},
            "timeout": 60,
            "umask": 0o077,
            "worker_class": "gevent",
            "worker_connections": CONNECTIONS,
            "workers": 1,
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Make the application; called in the worker, after the standard library was patched."""
        module, _, function = self.target.partition(":")
        # As in core.start: hardly anything that is imported and made now is garbage.
        gc.disable()
        app = getattr(importlib.import_module(module), function)()
        jobs = importlib.import_module("core.jobs")
        logs.catch_crashes()
        jobs.start(app)
        # The program itself stays until the end and need not be looked through for garbage again and again.
        gc.freeze()
        gc.enable()
        # What is frozen would outlive the modules it needs for its own end.
        atexit.register(gc.unfreeze)
        return app


def main(arguments: list[str] | None = None) -> None:
    """Serve until asked to stop."""
    parser = argparse.ArgumentParser(prog="core.server")
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", required=True, type=int)
    parser.add_argument("target")
    given = parser.parse_args(arguments)
    config = Config.from_environ()
    logs.configure(config.log_level)
    raise_open_files()
    held = lock(config.var_dir) if config.is_sqlite else None
    try:
        Server(given.host, given.port, given.target).run()
    finally:
        if held is not None:
            held.close()


if __name__ == "__main__":
    main()
