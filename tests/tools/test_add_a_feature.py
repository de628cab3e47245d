"""The feature of docs/add-a-feature.md is built in a copy, as the page says, and passes the checks there."""

import contextlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "add-a-feature.md"
BIN = Path(sys.executable).parent
COMMANDS = {
    "make messages": [[sys.executable, "-m", "tools.messages"]],
    # What these two stand for is run by the tests below, on what the page touches.
    "make check": [],
    'make test ARGS="tests/dialog tests/architecture tests/security"': [],
}
CELLS = """
import sys, tempfile
from pathlib import Path
from tests.security import matrix
from tests.site import a_site

expected = matrix.read(matrix.FILE.read_text("utf-8"))
with tempfile.TemporaryDirectory() as folder, a_site(Path(folder)) as site:
    asked = matrix.Matrix(site)
    cells = [cell for cell in asked.cells() if cell.route in sys.argv[1:]]
    wrong = [cell for cell in cells if asked.run(cell).status != expected[cell.row][cell.role]]
assert cells and not wrong, wrong
"""
INSTRUCTION = re.compile(
    r"^(?:New file `(?P<new>[^`]+)`"
    r"|At the end of `(?P<end>[^`]+)`, add"
    r"|In `(?P<path>[^`]+)`, (?:(?P<how>above|below|replace)(?P<first> the first)? `(?P<place>[^`]+)`,? "
    r"(?:add|with)|(?P<fill>fill in))):$"
)
LANGUAGES = {".py": "python", ".html": "jinja", ".md": "markdown", ".po": "po", ".csv": "csv"}
MESSAGE = re.compile(r'^msgid (".*")\nmsgstr (".+")$', re.MULTILINE)

in_one_worker = pytest.mark.xdist_group("feature")
"""So that the copy is made once."""


class PageError(AssertionError):
    """The page and the program do not fit; the message says where and what to mend."""


@dataclass(frozen=True)
class Step:
    """One fenced block with the line that says what to do with it; `line` is that line's number."""

    line: int
    said: str
    language: str
    code: str


def steps(page: str) -> list[Step]:
    """All blocks of a page in order. Raises PageError for an instruction without a block or the reverse."""
    found: list[Step] = []
    lines = page.splitlines()
    said, at, index = "", 0, 0
    while index < len(lines):
        line = lines[index]
        index += 1
        if line.startswith("```"):
            end = next((n for n in range(index, len(lines)) if lines[n] == "```"), None)
            if end is None:
                raise PageError(f"Line {index}: this block is never closed.")
            if not said and line != "```sh":
                raise PageError(f"Line {index}: say above this block where its code goes.")
            code = "".join(f"{text}\n" for text in lines[index:end])
            found.append(Step(at or index, said, line[3:], code))
            said, at, index = "", 0, end + 1
        elif line.strip() and said:
            raise PageError(f"Line {at}: “{said}” has no block below it.")
        elif re.match(r"(New file|In|At the end of) `.*:$", line):
            said, at = line, index
    return found


def do_all(page: str, root: Path) -> None:
    """Do everything a page says in the program at `root`."""
    for step in steps(page):
        if step.language == "sh":
            for line in step.code.splitlines():
                if line not in COMMANDS:
                    raise PageError(f"Line {step.line}: “{line}” is run by no test; add it to COMMANDS.")
                for command in COMMANDS[line]:
                    run(command, root)
        else:
            apply(step, root)


def apply(step: Step, root: Path) -> None:
    """Do one step in the program at `root`."""
    match = INSTRUCTION.match(step.said)
    if match is None:
        raise PageError(f"Line {step.line}: “{step.said}” is in none of the forms the page uses.")
    name = match["new"] or match["end"] or match["path"]
    if step.language != LANGUAGES[Path(name).suffix]:
        raise PageError(f"Line {step.line}: {name} is not written in {step.language or 'nothing'}.")
    path = root / name
    if path.exists() == bool(match["new"]):
        raise PageError(f"Line {step.line}: {name} is {'there already' if match['new'] else 'missing'}.")
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "" if match["new"] else path.read_text(encoding="utf-8")
    if match["new"] or match["end"]:
        text += step.code
    elif match["fill"]:
        text = _filled(step, name, text)
    else:
        lines = text.splitlines(keepends=True)
        at = _only_line(step, name, lines, match["place"], first=bool(match["first"]))
        begin, end = {"above": (at, at), "below": (at + 1, at + 1), "replace": (at, at + 1)}[match["how"]]
        lines[begin:end] = [step.code]
        text = "".join(lines)
    path.write_text(text, encoding="utf-8")


def _only_line(step: Step, name: str, lines: list[str], place: str, *, first: bool) -> int:
    beginning = place.removesuffix("…").rstrip()
    fits: Callable[[str], bool] = beginning.__eq__ if beginning == place else _begins_with(beginning)
    found = [number for number, line in enumerate(lines) if fits(line.strip())]
    if not found:
        raise PageError(f"Line {step.line}: {name} has no line “{place}”.")
    if len(found) > 1 and not first:
        raise PageError(f"Line {step.line}: {name} has {len(found)} lines “{place}”; name one that is alone.")
    return found[0]


def _begins_with(beginning: str) -> Callable[[str], bool]:
    return lambda line: line.startswith(beginning)


def _filled(step: Step, name: str, text: str) -> str:
    pairs = MESSAGE.findall(step.code)
    if len(pairs) != step.code.count("msgid"):
        raise PageError(f"Line {step.line}: each sentence takes a msgid and a msgstr of one line.")
    for source, german in pairs:
        empty = f'msgid {source}\nmsgstr ""\n\n'
        if text.count(empty) != 1:
            raise PageError(f"Line {step.line}: {name} has no empty sentence {source}.")
        text = text.replace(empty, f"msgid {source}\nmsgstr {german}\n\n")
    return text


def run(command: list[str], root: Path) -> str:
    """Run a command in the program at `root`; fails with everything it said."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    # The installed program is the checkout; in front of it stands the copy.
    environment["PYTHONPATH"] = str(root)
    done = subprocess.run(
        command,
        cwd=root,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    said = " ".join(Path(word).name if word.startswith("/") else word for word in command)
    assert done.returncode == 0, f"After the steps of the page, {said} fails:\n{done.stdout}"
    return done.stdout


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A copy of the program in which everything the page says has been done."""
    root = tmp_path_factory.mktemp("feature")
    # What is new and not committed yet belongs to it, too.
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for name in listed.strip("\0").split("\0"):
        # Git lists a file that was removed until that is committed.
        if (ROOT / name).is_file():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, root / name)
    shutil.copytree(ROOT / "static" / "vendor", root / "static" / "vendor", dirs_exist_ok=True)
    # It saves half a minute. Somebody may be writing there just now; what could not be read is made anew.
    with contextlib.suppress(shutil.Error, FileNotFoundError):
        shutil.copytree(ROOT / ".mypy_cache", root / ".mypy_cache")
    do_all(PAGE.read_text(encoding="utf-8"), root)
    run([str(BIN / "pybabel"), "--quiet", "compile", "--directory=translations"], root)
    yield root
    shutil.rmtree(root)


def touched(root: Path, ending: str) -> list[str]:
    """The files of this kind that the page makes or changes."""
    names = [re.search(r"`([^`]+)`", step.said) for step in steps(PAGE.read_text(encoding="utf-8"))]
    return sorted(
        {name[1] for name in names if name and name[1].endswith(ending) and (root / name[1]).exists()}
    )


@in_one_worker
@pytest.mark.slow
def test_the_feature_passes_the_checks(program: Path) -> None:
    code, templates = touched(program, ".py"), touched(program, ".html")
    run([str(BIN / "ruff"), "check", *code], program)
    run([str(BIN / "ruff"), "format", "--check", *code], program)
    run([sys.executable, "-m", "mypy", "dialog"], program)
    run([str(BIN / "lint-imports"), "--no-logo"], program)
    run([str(BIN / "djlint"), *templates, "--lint", "--quiet"], program)
    run([sys.executable, "-m", "tools.check_templates", *templates], program)
    run([sys.executable, "-m", "tools.messages", "--check", "de"], program)


@in_one_worker
@pytest.mark.slow
def test_the_feature_works_and_keeps_the_rules_of_the_house(program: Path) -> None:
    place = run([sys.executable, "-c", "import dialog; print(dialog.__file__)"], program)
    assert Path(place.strip()) == program / "dialog" / "__init__.py"
    changed = sorted(name for name in touched(program, ".py") if Path(name).name.startswith("test_"))
    # Left out is what walks through every page, which takes long, and what tests the rules themselves.
    rules = ["tests/architecture", "--ignore=tests/architecture/test_screens_speak.py"]
    wanted = ["test_house and not asking_for_the_head", "keeps_the_rule", "has_its_german"]
    rules += ["-k", " or ".join([*wanted, *(Path(name).stem for name in changed)])]
    run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *changed, *rules], program)


@in_one_worker
@pytest.mark.slow
def test_the_new_routes_answer_as_the_table_of_rights_says(program: Path) -> None:
    after, before = (
        {line.split(",")[0] for line in (root / "docs" / "rights.csv").read_text("utf-8").splitlines()}
        for root in (program, ROOT)
    )
    assert len(after - before) == 1
    run([sys.executable, "-c", CELLS, *(after - before)], program)


PLANTED = {
    "In `a.py`, below `one = 1`, add:\n\n```python\nx\n```": "2 lines “one = 1”",
    "In `a.py`, below `three`, add:\n\n```python\nx\n```": "no line “three”",
    "In `a.py`, below `tw`, add:\n\n```python\nx\n```": "no line “tw”",
    "In `b.py`, below `two`, add:\n\n```python\nx\n```": "b.py is missing",
    "New file `a.py`:\n\n```python\nx\n```": "a.py is there already",
    "New file `c.html`:\n\n```python\nx\n```": "is not written in python",
    "In `a.py`, somewhere around `two`:\n\n```python\nx\n```": "in none of the forms",
    'In `a.py`, fill in:\n\n```python\nmsgid "a"\nmsgstr "b"\n```': 'no empty sentence "a"',
    'In `a.py`, fill in:\n\n```python\nmsgid "a"\nmsgstr ""\n```': "takes a msgid and a msgstr",
    "Do this:\n\n```python\nx\n```": "say above this block",
    "In `a.py`, below `two`, add:\n\nand this:": "has no block below it",
    "```sh\nmake coffee\n```": "“make coffee” is run by no test",
    "New file `c.py`:\n\n```python\nx": "never closed",
}


@pytest.fixture
def small(tmp_path: Path) -> Path:
    (tmp_path / "a.py").write_text("one = 1\n    two = 2  # and more\none = 1\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("page", PLANTED)
def test_a_page_that_does_not_fit_is_noticed(small: Path, page: str) -> None:
    with pytest.raises(PageError, match=re.escape(PLANTED[page])):
        do_all(page, small)


def test_steps_do_what_they_say(small: Path) -> None:
    block = "\n\n```python\n{}\n```\n\nWhy.\n\n"
    page = (
        "In `a.py`, below the first `one = 1`, add:" + block.format("below")
        + "In `a.py`, above `two …`, add:" + block.format("    above")
        + "In `a.py`, replace `two …` with:" + block.format("    new")
        + "At the end of `a.py`, add:" + block.format("\nend")
        + "New file `b/c.py`:" + block.format("made")
    )  # fmt: skip
    do_all(page, small)
    assert (small / "a.py").read_text() == "one = 1\nbelow\n    above\n    new\none = 1\n\nend\n"
    assert (small / "b" / "c.py").read_text() == "made\n"
