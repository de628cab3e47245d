"""House rules for our own style sheets and scripts; each message says what to do instead.

    python -m tools.check_static [FILE…]

Right-to-left pages come from logical properties alone, and nothing is loaded from another host.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from tools.findings import ROOT, Finding, line_of, report

STATIC = ROOT / "static"
BUILT = STATIC / "vendor"
COMMENT = re.compile(r"/\*.*?\*/|^[ \t]*//[^\n]*", re.DOTALL | re.MULTILINE)
# A place that must stay physical says why: /* physical: … */ on the same line.
EXCEPTION = re.compile(r"/\*\s*physical:\s*\S")

STYLE_RULES = (
    (
        re.compile(r"\b(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right)\b"),
        "`{0}` is physical and wrong from right to left; write -inline-start or -inline-end.",
    ),
    (
        re.compile(r"\bborder-(?:top|bottom)-(?:left|right)-radius\b"),
        "`{0}` is physical; write border-start-start-radius and its sisters.",
    ),
    (re.compile(r"(?<![\w-])(?:left|right)\s*:"), "`{0}` is physical; write inset-inline-start or -end."),
    (
        re.compile(r"\b(?:text-align|float|clear)\s*:\s*(?:left|right)\b"),
        "`{0}` is physical; write start, end, inline-start or inline-end.",
    ),
    (
        re.compile(r"url\(\s*[\"']?(?:https?:)?//[^)]*\)?", re.IGNORECASE),
        "`{0}` loads from another host; put the file in static/.",
    ),
    (
        re.compile(r"@import\b"),
        "@import costs the reader one more round trip; the build joins the files in static/components.",
    ),
)

SCRIPT_RULES = (
    (
        re.compile(r"\beval\s*\(|\bnew\s+Function\s*\(|\bset(?:Timeout|Interval)\s*\(\s*[\"'`]"),
        "`{0}` runs text as code, which the policy blocks; pass a function.",
    ),
    (re.compile(r"\bdocument\.write(?:ln)?\s*\("), "`{0}` rebuilds the page; change an element instead."),
    (
        re.compile(r"[\"'`](?:https?|wss?)://(?!www\.w3\.org/)[^\"'`]*"),
        "`{0}` names another host; the pages speak with their own only.",
    ),
    (
        re.compile(r"setAttribute\s*\(\s*[\"']style[\"']"),
        "`{0}` is blocked by the policy; add a class or a data attribute.",
    ),
)


def check(path: Path) -> list[Finding]:
    """All findings in one style sheet or script."""
    text = path.read_text(encoding="utf-8")
    return list(_findings(path, text))


def _findings(path: Path, text: str) -> Iterator[Finding]:
    style = path.suffix == ".css"
    lines = text.splitlines()
    code = COMMENT.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)
    for pattern, message in STYLE_RULES if style else SCRIPT_RULES:
        for match in pattern.finditer(code):
            line = line_of(code, match.start())
            if style and EXCEPTION.search(lines[line - 1]):
                continue
            yield Finding(path, line, message.format(match.group().strip()))


def main(arguments: list[str]) -> int:
    """Check the files named, or all of static/ that is ours."""
    files = [Path(name).resolve() for name in arguments] or [
        file
        for file in sorted(STATIC.rglob("*"))
        if file.suffix in {".css", ".js"} and not file.is_relative_to(BUILT)
    ]
    return report("static", len(files), [finding for file in files for finding in check(file)])


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
