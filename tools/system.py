"""Programs of the operating system that set-up and tests need, and how to get them on Debian.

Only the standard library is used here: this module also runs before the virtual environment exists.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

CHROMIUM_NAMES = (
    # Without windows, it takes about half the processor time of the whole browser.
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
)
DEBIAN_POSTGRES = Path("/usr/lib/postgresql")


@dataclass(frozen=True)
class Need:
    """One thing the machine must have: what for, its Debian packages, and how to see that it is there."""

    purpose: str
    packages: tuple[str, ...]
    present: Callable[[], bool]


def find_chromium(*, whole: bool = False) -> Path | None:
    """The browser for the browser tests: $CHROMIUM if set, else the first known name on the PATH.

    With `whole` one that speaks the visitor's language in its own controls is taken if there is one.
    """
    chosen = os.environ.get("CHROMIUM")
    if chosen:
        return Path(chosen) if shutil.which(chosen) else None
    for name in (*CHROMIUM_NAMES[1:], CHROMIUM_NAMES[0]) if whole else CHROMIUM_NAMES:
        if found := shutil.which(name):
            return Path(found)
    return None


def find_nginx() -> Path | None:
    """nginx; Debian keeps it where only administrators look for programs."""
    found = shutil.which("nginx", path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"]))
    return Path(found) if found else None


def find_postgres() -> Path | None:
    """The folder that holds `initdb` and `postgres`, the newest of Debian's first; None without a server."""
    folders = sorted(DEBIAN_POSTGRES.glob("*/bin"), key=_version, reverse=True)
    if on_path := shutil.which("initdb"):
        folders.append(Path(on_path).resolve().parent)
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    return None


def _version(folder: Path) -> float:
    try:
        return float(folder.parent.name)
    except ValueError:
        return 0.0


def _python_package() -> str:
    return f"python{sys.version_info.major}.{sys.version_info.minor}-venv"


NEEDS = {
    "venv": Need(
        "virtual environments",
        (_python_package(),),
        lambda: importlib.util.find_spec("ensurepip") is not None,
    ),
    "chromium": Need("browser tests", ("chromium-headless-shell",), lambda: find_chromium() is not None),
    "nginx": Need(
        "tests of docs/operate.md",
        ("nginx-light", "openssl"),
        lambda: bool(find_nginx() and shutil.which("openssl")),
    ),
    "postgres": Need("tests on PostgreSQL", ("postgresql",), lambda: find_postgres() is not None),
}


def missing(names: Iterable[str]) -> list[str]:
    """Those of the named needs that this machine does not meet, in the order given."""
    return [name for name in names if not NEEDS[name].present()]


def install_line(names: Iterable[str]) -> str:
    """The one line a person runs to get the named needs on Debian."""
    packages = [package for name in names for package in NEEDS[name].packages]
    return f"sudo apt-get update && sudo apt-get install -y {' '.join(packages)}"


def may_install() -> bool:
    """Whether we may install system packages without asking: as root, or on a CI machine."""
    return shutil.which("apt-get") is not None and (os.geteuid() == 0 or os.environ.get("CI") == "true")


def ensure(names: Iterable[str]) -> None:
    """Make sure the named needs are met, installing them where that is allowed.

    Says what is installed. Where we may not install, or it did not help, prints the line to run and ends
    the program with exit code 2.
    """
    lacking = missing(names)
    if not lacking:
        return
    purposes = ", ".join(f"{name} ({NEEDS[name].purpose})" for name in lacking)
    if may_install():
        print(f"Installing by apt: {purposes}", flush=True)
        _apt_install([package for name in lacking for package in NEEDS[name].packages])
        lacking = missing(lacking)
        if not lacking:
            return
        purposes = ", ".join(lacking)
    print(f"Missing on this machine: {purposes}. Please run this line, then try again:", file=sys.stderr)
    print(f"    {install_line(lacking)}", file=sys.stderr)
    raise SystemExit(2)


def _apt_install(packages: list[str]) -> None:
    """Run apt-get; a failure is only printed, since the caller looks again at what is there."""
    prefix = [] if os.geteuid() == 0 else ["sudo", "-n"]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-qq"], ["install", "-y", "-qq", *packages]):
        try:
            subprocess.run(
                [*prefix, "apt-get", *command], env=environment, stdin=subprocess.DEVNULL, check=True
            )
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"apt-get {command[0]} did not work: {error}", file=sys.stderr)


if __name__ == "__main__":
    ensure(sys.argv[1:])
