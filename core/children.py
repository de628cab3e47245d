"""Work that may cost more than a page may: done by a child process of low priority, within limits.

The child sees no environment of the parent's: no address, key or password reaches it.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from core.config import ROOT


class ChildFailed(Exception):
    """The child gave no answer. The message says why, for the log; it holds nothing of what it was given."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one child may use; past any of these it is ended."""

    cpu_seconds: int
    wall_seconds: float
    memory_bytes: int
    niceness: int = 10


def ask_child(
    module: str, question: bytes, *, wall_seconds: float, settings: Mapping[str, str] | None = None
) -> bytes:
    """What `python -m module` writes when it reads the question; raises ChildFailed.

    `settings` are added to the child's nearly empty environment. The child has to call `heed` with its limits
    before it does anything. Under gevent waiting yields to other requests. Call it outside a transaction.
    """
    try:
        child = subprocess.run(
            [sys.executable, "-m", module],
            input=question,
            capture_output=True,
            cwd=ROOT,
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", **(settings or {})},
            timeout=wall_seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ChildFailed(f"took longer than {wall_seconds} s") from error
    if child.returncode != 0:
        lines = child.stderr.decode("utf-8", "replace").strip().splitlines()
        kind = lines[-1].split(":", 1)[0][:200] if lines else "no message"
        raise ChildFailed(f"ended with code {child.returncode} ({kind})")
    return child.stdout


def heed(limits: Limits) -> None:
    """Keep these limits from now on; for the child."""
    os.nice(limits.niceness)
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
