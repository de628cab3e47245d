"""What a check says: a place and a sentence on what to do there; shared by all checks of ours."""

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, order=True)
class Finding:
    """One place that breaks a rule; `message` says what to do instead, `line` counts from 1."""

    path: Path
    line: int
    message: str

    def __str__(self) -> str:
        place = self.path.relative_to(ROOT) if self.path.is_relative_to(ROOT) else self.path
        return f"{place}:{self.line}: {self.message}"


def line_of(text: str, position: int) -> int:
    """The line, from 1, on which a character of a text stands."""
    return text.count("\n", 0, position) + 1


def report(name: str, looked_at: int, findings: Iterable[Finding]) -> int:
    """Print all findings and one closing line; gives the exit code, 1 if there was any."""
    found = sorted(findings)
    for finding in found:
        print(finding, file=sys.stderr)
    print(f"{name}: {looked_at} files, {len(found)} findings")
    return 1 if found else 0
