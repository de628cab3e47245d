"""Make `.venv` and fill it from the locks: exact versions, every file checked against its hash.

Runs with the machine's own Python, before anything is installed, so only the standard library is used.
Where packages come from is left to the machine: pip's own configuration and environment decide.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from tools import system

ROOT = Path(__file__).resolve().parent.parent
OLDEST_PYTHON = (3, 11)
LOCKS = ("run", "test")


def main(arguments: list[str]) -> None:
    """Install the named locks (`run`, `test`) in this order; each is skipped when it is in place already."""
    if sys.version_info < OLDEST_PYTHON:
        wanted = ".".join(map(str, OLDEST_PYTHON))
        print(f"Python {wanted} or newer is needed; name it: make PYTHON=python{wanted} …", file=sys.stderr)
        raise SystemExit(2)
    # Two `make` at once must not fill the same folder; the lock is on the checkout, so it leaves no file.
    descriptor = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        _create(ROOT / ".venv")
        for name in arguments:
            install(ROOT, name)
    except subprocess.CalledProcessError:
        print("The packages could not be installed; the reason stands above.", file=sys.stderr)
        raise SystemExit(1) from None
    finally:
        os.close(descriptor)


def _create(folder: Path) -> None:
    """Create the environment, or create it anew if it was made at another place or its Python is gone."""
    if (folder / "bin" / "python").exists() and made_here(folder):
        return
    system.ensure(["venv"])
    print("Creating .venv", flush=True)
    venv.create(folder, with_pip=True, clear=True, symlinks=True)


def made_here(folder: Path) -> bool:
    """Whether an environment was made at this path; its scripts name their place and survive no move."""
    try:
        settings = (folder / "pyvenv.cfg").read_text(encoding="utf-8")
    except OSError:
        return False
    lines = [line for line in settings.splitlines() if line.startswith("command = ")]
    return any(line.endswith(f" {folder}") for line in lines)


def install(root: Path, name: str) -> None:
    """Install `requirements/<name>.lock` into `root/.venv`; a stamp makes the next time instant.

    Raises subprocess.CalledProcessError when a package cannot be had or differs from its hash.
    """
    lock = root / "requirements" / f"{name}.lock"
    stamp = root / ".venv" / f".{name}-ready"
    inputs = [lock, root / "pyproject.toml"] if name == "run" else [lock]
    state = fingerprint(inputs)
    if stamp.exists() and stamp.read_text(encoding="utf-8") == state:
        stamp.touch()
        return
    python = str(root / ".venv" / "bin" / "python")
    print(f"Installing requirements/{name}.lock", flush=True)
    _install_hashed(python, lock)
    if name == "run":
        # The checkout itself becomes importable and `vielstimmig` a command; a plain path entry, so that
        # a package that is added later is found without installing again.
        # Debian's pip knows the long name of this option only.
        editable = ["--config-settings", "editable_mode=compat", "--editable", str(root)]
        _pip(python, "--no-deps", "--no-build-isolation", *editable)
    stamp.write_text(state, encoding="utf-8")


def fingerprint(files: list[Path]) -> str:
    """One hash over the content of some files, in their order."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _install_hashed(python: str, lock: Path) -> None:
    """uv is much faster, but does not read pip's configuration: where it fails, pip tries."""
    if uv := shutil.which("uv"):
        command = [uv, "pip", "install", "--quiet", "--python", python, "--require-hashes", "-r", str(lock)]
        if subprocess.run(command, check=False).returncode == 0:
            return
        print("uv could not install it, pip tries now.", flush=True)
    _pip(python, "--require-hashes", "-r", str(lock))


def _pip(python: str, *arguments: str) -> None:
    command = [python, "-m", "pip", "--disable-pip-version-check", "--quiet", "install", *arguments]
    subprocess.run(command, check=True)


if __name__ == "__main__":
    main(sys.argv[1:] or list(LOCKS))
