"""Write `requirements/*.lock` from `requirements/*.in`: exact versions, with the hash of every file.

    python -m tools.lock [--upgrade]

Without --upgrade what is pinned stays pinned and only changed lines are followed. A lock holds no address
of a registry; uv, which does the work, is itself installed from a lock.
"""

import os
import subprocess
import sys
import tempfile
import venv
from collections.abc import Mapping
from pathlib import Path

from tools.findings import ROOT

REQUIREMENTS = ROOT / "requirements"
# The tests' list is constrained to what the program got, so the program comes first.
FIRST = "run.in"


def sources() -> list[Path]:
    """All lists, in the order in which they are to be pinned."""
    return sorted(REQUIREMENTS.glob("*.in"), key=lambda path: (path.name != FIRST, path.name))


def command(uv: Path, source: Path, *, upgrade: bool) -> list[str]:
    """The call that pins one list for every platform with our oldest Python or a newer one."""
    lock = source.with_suffix(".lock")
    return [
        *(
            str(uv),
            "pip",
            "compile",
            "--quiet",
            "--generate-hashes",
            "--universal",
            "--python-version",
            "3.11",
        ),
        # Neither the head of the file nor its comments may name a place of this machine.
        *("--custom-compile-command", "make lock", "--no-emit-index-url", "--no-emit-find-links"),
        *(["--upgrade"] if upgrade else []),
        *("--output-file", str(lock.relative_to(ROOT)), str(source.relative_to(ROOT))),
    ]


def uv_environment(environment: Mapping[str, str], index: str) -> dict[str, str]:
    """The environment for uv, which does not read pip's configuration: pip's index is handed on to it."""
    result = dict(environment)
    if index and not {"UV_DEFAULT_INDEX", "UV_INDEX_URL"} & set(environment):
        result["UV_DEFAULT_INDEX"] = index
    return result


def _index() -> str:
    ask = [sys.executable, "-m", "pip", "config", "get", "global.index-url"]
    configured = subprocess.run(ask, capture_output=True, text=True, check=False).stdout.strip()
    return os.environ.get("PIP_INDEX_URL") or configured


def main(arguments: list[str]) -> int:
    """Pin every list; an unknown argument is refused with exit code 2."""
    if set(arguments) - {"--upgrade"}:
        print("Only --upgrade may be given.", file=sys.stderr)
        return 2
    environment = uv_environment(os.environ, _index())
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder) / "bin" / "python"
        install = [str(python), "-m", "pip", "install", "--quiet", "--require-hashes", "-r"]
        subprocess.run([*install, str(REQUIREMENTS / "lock.lock")], check=True)
        for source in sources():
            print(f"Pinning {source.name}", flush=True)
            call = command(Path(folder) / "bin" / "uv", source, upgrade="--upgrade" in arguments)
            subprocess.run(call, cwd=ROOT, env=environment, check=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
