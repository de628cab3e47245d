"""The house rules that a program can look for. Each checker takes one file and gives findings; each finding
says what to do instead.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from core.config import ROOT

PACKAGES = ("accounts", "region", "dialog", "workshops", "concept", "pages")
FEATURES = ("accounts", "region", "dialog", "workshops", "concept")
"""Packages that have features by now and so have the rooms that every feature has."""

LONGEST_FILE = 450

COMMITS = {"core/transaction.py", "core/group.py", "core/schema.py", "core/sealing.py"}
"""transaction is the one place for the program's changes, and group its commit on SQLite. schema migrates
whole databases, and sealing opens read-only connections to verify."""

READS = {
    "core/sealing.py": "the journal reads itself to be sealed and verified",
    "core/mail.py": "letters belong to no package and leave by a job",
    "core/idempotency.py": "keys belong to no package and are read before any action",
    "core/commands.py": "asks only whether the journal is empty before the demonstration is loaded",
    "core/journal.py": "asks only how far the journal is",
    "core/views.py": "asks the database whether it answers",
    "core/statements.py": "keeps compiled statements of queries and knows no table",
}
"""Files outside of a `queries` module that read from the database, each with its reason."""

ROWS_BY_ID = {
    "accounts/actions/accounts.py": "the account whose password was just verified, read anew",
    "accounts/actions/sessions.py": "the same when somebody signs in",
}
"""Files that fetch one row by an id that no person has sent, each with its reason."""

ENVIRONMENT = {"core/config.py"}
TRUSTED_HTML = {
    "core/documents/html.py",
    "core/charts.py",
    "core/i18n.py",
    "core/markdown.py",
    "core/moulds.py",
    "core/realtime/responses.py",
}


@dataclass(frozen=True)
class Source:
    """One Python file: its path from the root of the checkout, and its text."""

    path: str
    text: str
    is_package_file: bool = field(default=False)

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def room(self) -> str:
        """The room of a package that this file belongs to: `dialog/queries/polls.py` is in `queries`."""
        parts = Path(self.path).with_suffix("").parts
        return parts[1] if len(parts) > 1 else ""

    def find(self, *kinds: type[ast.AST]) -> Iterator[ast.AST]:
        for node in ast.walk(self.tree):
            if isinstance(node, kinds):
                yield node


Checker = Callable[[Source], list[str]]


def sources() -> list[Source]:
    """Every Python file of the program."""
    files = [ROOT / "app.py"]
    for package in ("core", *PACKAGES):
        files += sorted((ROOT / package).rglob("*.py"))
    return [Source(file.relative_to(ROOT).as_posix(), file.read_text("utf-8")) for file in files]


def says(source: Source, node: ast.AST, instead: str) -> str:
    return f"{source.path}:{getattr(node, 'lineno', 1)}: {instead}"


# ------------------------------------------------------------------------------------------------- actions


def actions_take_an_actor_and_require_a_right(source: Source) -> list[str]:
    """Public functions of actions that change something: actor first, and RIGHTS.require before anything."""
    if source.room != "actions":
        return []
    found = []
    for function in source.tree.body:
        if not isinstance(function, ast.FunctionDef) or function.name.startswith("_"):
            continue
        # What several actions share stands in a file like `_parts`; they have required the right before.
        if re.search(r"/_[a-z]\w*\.py$", source.path) or not _touches_rows(function):
            continue
        names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
        if names[:1] != ["actor"]:
            found.append(says(source, function, f"{function.name}() must take `actor` first."))
        if not _requires_a_right(function) and not _only_calls_actions(function):
            found.append(
                says(source, function, f"{function.name}() must call RIGHTS.require(actor, …) itself.")
            )
    return found


def _touches_rows(function: ast.FunctionDef) -> bool:
    """Pure helpers that only build a value need no right."""
    return any(isinstance(node, ast.Call | ast.Assign) for node in ast.walk(function))


def _calls(function: ast.AST) -> list[str]:
    return [ast.unparse(node.func) for node in ast.walk(function) if isinstance(node, ast.Call)]


def _requires_a_right(function: ast.FunctionDef) -> bool:
    return "RIGHTS.require" in _calls(function)


def _only_calls_actions(function: ast.FunctionDef) -> bool:
    """An action made of actions: it hands its actor on and writes nothing itself."""
    writes = [call for call in _calls(function) if call.startswith("db.session") or call == "record"]
    hands_on = [
        node
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and node.args and ast.unparse(node.args[0]) == "actor"
    ]
    return bool(hands_on) and not writes


# ----------------------------------------------------------------------------------------------- the database


def only_the_transaction_commits(source: Source) -> list[str]:
    if source.path in COMMITS:
        return []
    # A change may share its transaction with others: an error that leaves it undoes it, and nothing else.
    forbidden = {"commit", "rollback", "begin", "begin_nested", "autocommit"}
    return [
        says(source, node, "Open `with transaction():` at the entry; nothing else commits or undoes.")
        for node in source.find(ast.Call)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in forbidden
    ]


def reads_are_in_queries(source: Source) -> list[str]:
    if source.room in {"queries", "models"} or source.path in READS or source.path.startswith("core/queries"):
        return []
    found = []
    for node in source.find(ast.Call):
        assert isinstance(node, ast.Call)
        called = ast.unparse(node.func)
        if called in {"select", "sqlalchemy.select", "db.session.query", "db.session.scalars", "db.select"}:
            found.append(says(source, node, f"Move {called}() into the package's queries and call that."))
        if called == "db.session.get" and source.path in ROWS_BY_ID:
            continue
        if called in {"db.session.get", "db.session.scalar", "db.get_or_404"}:
            found.append(says(source, node, f"Fetch the row by a function of queries, not by {called}()."))
    return found


# ------------------------------------------------------------------------------------------------------ facts

PLAIN = re.compile(r"(int|str|bool)( \| None)?|tuple\[int, \.\.\.\]")
NAMES_OF_CODES = re.compile(
    r"(reason|tier|role|scope_kind|kind|step|status|format|language|origin|decision|outcome"
    r"|\w+_id|\w*digest)"
)


def facts_are_frozen_and_say_no_words(source: Source) -> list[str]:
    """Facts hold ids, numbers and codes; whatever a person wrote or is called stays out of the journal."""
    found = []
    for node in source.find(ast.ClassDef):
        assert isinstance(node, ast.ClassDef)
        if "Fact" not in [ast.unparse(base) for base in node.bases]:
            continue
        decorators = [ast.unparse(one) for one in node.decorator_list]
        if not any("dataclass" in one and "frozen=True" in one for one in decorators):
            found.append(says(source, node, f"Make the fact {node.name} a frozen dataclass."))
        for line in node.body:
            if not isinstance(line, ast.AnnAssign):
                continue
            name, kind = ast.unparse(line.target), ast.unparse(line.annotation)
            if not PLAIN.fullmatch(kind) or ("str" in kind and not NAMES_OF_CODES.fullmatch(name)):
                found.append(
                    says(source, line, f"{node.name}.{name}: keep an id or a code, never words of a person.")
                )
    return found


# ------------------------------------------------------------------------------------------------------- HTML


def trusted_html_is_made_in_few_places(source: Source) -> list[str]:
    if source.path in TRUSTED_HTML:
        return []
    found = []
    for node in source.find(ast.ImportFrom, ast.Call, ast.Attribute):
        if isinstance(node, ast.ImportFrom) and node.module in {"markupsafe", "flask", "jinja2"}:
            if any(alias.name in {"Markup", "render_template_string"} for alias in node.names):
                found.append(
                    says(source, node, "Trusted HTML comes from core.markdown and core.charts only.")
                )
        elif isinstance(node, ast.Attribute) and node.attr in {"Markup", "render_template_string"}:
            found.append(says(source, node, "Trusted HTML comes from core.markdown and core.charts only."))
    return found


# ------------------------------------------------------------------------------------------------------ style


def settings_are_read_in_config(source: Source) -> list[str]:
    if source.path in ENVIRONMENT:
        return []
    return [
        says(source, node, "Add a field to core.config.Config; only that reads the environment.")
        for node in source.find(ast.Attribute, ast.Name, ast.ImportFrom)
        if (isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"} and _is_os(node))
        or (
            isinstance(node, ast.ImportFrom)
            and node.module == "os"
            and any(alias.name in {"environ", "getenv"} for alias in node.names)
        )
    ]


def _is_os(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id == "os"


LATE_IMPORTS = {
    ("core/db.py", "pysqlite3.dbapi2"): "PostgreSQL alone needs no SQLite",
    ("core/photographs.py", "PIL"): "the server itself never has a decoder of pictures in it",
    **{
        (path, module): "brings that decoder and twenty megabytes, which few requests need"
        for path, modules in (
            ("core/workbooks.py", ("openpyxl",)),
            (
                "core/spreadsheets.py",
                (
                    "openpyxl",
                    "openpyxl.cell",
                    "openpyxl.styles",
                    "openpyxl.utils",
                    "openpyxl.utils.exceptions",
                ),
            ),
        )
        for module in modules
    },
    ("accounts/passwords.py", "gevent.threadpool"): "only under gevent there is a hub to get away from",
}
"""Imports inside a function that have a reason, by file and module."""


def imports_stand_at_the_top(source: Source) -> list[str]:
    found = []
    for function in source.find(ast.FunctionDef, ast.AsyncFunctionDef):
        for node in ast.walk(function):
            if isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                modules = [node.module or ""]
            else:
                continue
            if not all((source.path, module) in LATE_IMPORTS for module in modules):
                found.append(
                    says(source, node, "Import at the top; if that makes a circle, mend who knows whom.")
                )
    return found


def files_are_short(source: Source) -> list[str]:
    lines = source.text.count("\n")
    if lines <= LONGEST_FILE or source.path in LONG_FILES:
        return []
    return [f"{source.path}: {lines} lines; make it a folder split by noun, {LONGEST_FILE} are the most."]


LONG_FILES = {
    "core/documents/typst.py": "one walker, a few lines for each kind of node",
    "core/sealing.py": "the format that is sealed and the one that is verified must stay side by side",
}
"""Files longer than LONGEST_FILE, each with its reason."""


def what_is_public_says_what_it_is_for(source: Source) -> list[str]:
    found = []
    if ast.get_docstring(source.tree) is None:
        found.append(f"{source.path}: begin the file with what it is about.")
    for node in source.tree.body:
        if not isinstance(node, ast.FunctionDef | ast.ClassDef) or node.name.startswith("_"):
            continue
        if ast.get_docstring(node) is None:
            found.append(says(source, node, f"Say what a caller of {node.name} must know."))
        if isinstance(node, ast.ClassDef):
            found += [
                says(source, method, f"Say what a caller of {node.name}.{method.name} must know.")
                for method in node.body
                if isinstance(method, ast.FunctionDef)
                and not method.name.startswith("_")
                and ast.get_docstring(method) is None
            ]
    return found


CHECKERS: tuple[Checker, ...] = (
    actions_take_an_actor_and_require_a_right,
    only_the_transaction_commits,
    reads_are_in_queries,
    facts_are_frozen_and_say_no_words,
    trusted_html_is_made_in_few_places,
    settings_are_read_in_config,
    imports_stand_at_the_top,
    files_are_short,
    what_is_public_says_what_it_is_for,
)
