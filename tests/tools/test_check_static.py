"""Every rule for style sheets and scripts finds a planted violation, and leaves the right way alone."""

from pathlib import Path

import pytest

from tools import check_static

PLANTED = [
    ("a.css", "p { margin-left: 1rem }", "-inline-start"),
    ("a.css", "p { padding-right: 1rem }", "-inline-start"),
    ("a.css", "p { border-left: 1px solid }", "-inline-start"),
    ("a.css", "p { border-top-left-radius: 4px }", "border-start-start-radius"),
    ("a.css", "p {\n  left: 0;\n}", "inset-inline-start"),
    ("a.css", "p { text-align: right }", "write start, end"),
    ("a.css", "p { float:left }", "write start, end"),
    ("a.css", "p { background: url(https://example.org/a.png) }", "another host"),
    ("a.css", 'p { src: url("//example.org/a.woff2") }', "another host"),
    ("a.css", '@import "b.css";', "one more round trip"),
    ("a.js", 'eval ("1")', "runs text as code"),
    ("a.js", 'new Function("return 1")', "runs text as code"),
    ("a.js", 'setTimeout("go()", 5)', "runs text as code"),
    ("a.js", 'document.write("<p>")', "rebuilds the page"),
    ("a.js", 'fetch("https://example.org/a.json")', "another host"),
    ("a.js", "import x from `wss://example.org/x.js`", "another host"),
    ("a.js", 'box.setAttribute("style", "color: red")', "blocked by the policy"),
]

CLEAN = {
    "a.css": """
        /* left: 0; margin-left: old habits */
        p { margin-inline-start: 1rem; inset-inline-start: 0; text-align: start; float: inline-start }
        .upright { --space-left: 1rem; background: url("../icons/left.svg"), url(data:image/svg+xml;x) }
        .tick { left: 3px; /* physical: the tick is drawn for one direction */ }
    """,
    "a.js": """
        // https://example.org explains why; eval() would not help.
        const ns = "http://www.w3.org/2000/svg";
        setTimeout(() => go(), 5);
        fetch("/dialogues");
        box.setAttribute("data-style", "calm");
    """,
}


@pytest.mark.parametrize(("name", "text", "expected"), PLANTED)
def test_finds_the_planted_violation(tmp_path: Path, name: str, text: str, expected: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    messages = [finding.message for finding in check_static.check(path)]
    assert len(messages) == 1
    assert expected in messages[0]


@pytest.mark.parametrize("name", CLEAN)
def test_finds_nothing_in_files_as_we_write_them(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(CLEAN[name], encoding="utf-8")
    assert check_static.check(path) == []
