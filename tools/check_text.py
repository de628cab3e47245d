"""House rules for every text file of the repository; each message says what to do instead.

    python -m tools.check_text [FILE…]

A repository is read on other machines than the one it was written on: it names no place of that machine
and no package registry, and it holds nothing that was left for later or comes from somebody else.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from tools.findings import ROOT, Finding, line_of, report

LARGEST = 700_000
# Written so that this file does not hold what it looks for.
REGISTRIES = (r"pypi\.org", r"pythonhosted\.org", r"registry\.npmjs", r"registry\.yarnpkg")
MACHINE_PATH = re.compile(r"(?<![\w.)}\]*/-])/(?:work|farm|root|Users)/")
UNFINISHED = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b(?!\s*\(#\d+\))|\b[Ll]orem\s+ipsum\b")
CONFLICT = re.compile(r"^(?:<{7}|>{7}) ", re.MULTILINE)
BUILT = re.compile(r"\.min\.(?:js|css)$|(?:^|/)(?:vendor|node_modules)/")


def check(path: Path, hosts: re.Pattern[str]) -> list[Finding]:
    """All findings in one file; binary files are only measured."""
    data = path.read_bytes()
    found = []
    if len(data) > LARGEST:
        found.append(Finding(path, 1, f"{len(data) // 1000} kB in one file; make it at set-up."))
    if BUILT.search(path.as_posix().removeprefix(ROOT.as_posix())):
        found.append(Finding(path, 1, "Other people's files are fetched at set-up, never committed."))
    if b"\0" not in data[:8000]:
        found += _text_findings(path, data.decode("utf-8", "replace"), hosts)
    return found


def _text_findings(path: Path, text: str, hosts: re.Pattern[str]) -> Iterator[Finding]:
    rules = (
        (hosts, "names a package registry; where packages come from is the machine's affair."),
        (MACHINE_PATH, "is a path of one machine; write it relative to the repository."),
        (UNFINISHED, "is left for later; do it, or name the issue: (#12)."),
        (CONFLICT, "is left over from a merge; settle it."),
    )
    for pattern, message in rules:
        for match in pattern.finditer(text):
            yield Finding(path, line_of(text, match.start()), f"“{match.group().strip()}” {message}")


def registry_hosts() -> re.Pattern[str]:
    """The well-known registries and those this machine is set up with."""
    hosts = list(REGISTRIES)
    for command in (
        [sys.executable, "-m", "pip", "config", "get", "global.index-url"],
        ["npm", "config", "get", "registry"],
    ):
        try:
            answer = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
        except OSError:
            continue
        host = urlsplit(answer).hostname
        # A mirror on the machine itself has no name that could leak.
        if host and host not in {"localhost", "127.0.0.1", "::1"}:
            hosts.append(re.escape(host))
    return re.compile("|".join(hosts))


def tracked() -> list[Path]:
    """The files under version control that are there, links left out."""
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    files = [ROOT / name for name in names.decode().split("\0") if name]
    return [file for file in files if file.is_file() and not file.is_symlink()]


def main(arguments: list[str]) -> int:
    """Check the files named, or all that are under version control."""
    files = [Path(name).resolve() for name in arguments] or tracked()
    hosts = registry_hosts()
    return report("texts", len(files), [finding for file in files for finding in check(file, hosts)])


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
