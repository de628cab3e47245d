"""The house rules hold in every file, and each of them is seen to catch what it is against."""

from __future__ import annotations

import re

import pytest

from tests.architecture import rules
from tests.architecture.rules import Checker, Source

SOURCES = rules.sources()


@pytest.mark.parametrize("checker", rules.CHECKERS, ids=lambda checker: checker.__name__)
def test_the_program_keeps_the_rule(checker: Checker) -> None:
    found = [finding for source in SOURCES for finding in checker(source)]

    assert not found, "\n".join(found)


def test_every_file_is_looked_at() -> None:
    paths = {source.path for source in SOURCES}

    assert {"app.py", "core/transaction.py", "dialog/actions/polls.py", "pages/views/home.py"} <= paths
    assert len(paths) > 100


ACTION = "dialog/actions/things.py"
FACT = "@dataclass(frozen=True, slots=True)\nclass Happened(Fact):\n    "
PLANTED: list[tuple[Checker, str, str]] = [
    (rules.actions_take_an_actor_and_require_a_right, ACTION, "def change(actor, poll):\n    poll.x = 1"),
    (
        rules.actions_take_an_actor_and_require_a_right,
        ACTION,
        "def change(poll, actor):\n    RIGHTS.require(actor, P, poll)",
    ),
    (
        rules.actions_take_an_actor_and_require_a_right,
        "region/actions.py",
        "def change(actor):\n    other(actor)\n    db.session.add(1)",
    ),
    (rules.only_the_transaction_commits, ACTION, "db.session.commit()"),
    (rules.only_the_transaction_commits, ACTION, "db.session.rollback()"),
    (rules.only_the_transaction_commits, "pages/views.py", "with db.engine.begin() as c: pass"),
    (rules.only_the_transaction_commits, "core/web.py", "db.session.begin_nested()"),
    (rules.reads_are_in_queries, ACTION, "db.session.execute(select(Poll))"),
    (rules.reads_are_in_queries, "dialog/views/polls.py", "db.session.get(Poll, 3)"),
    (rules.reads_are_in_queries, "dialog/reactions.py", "db.session.query(Poll).all()"),
    (rules.facts_are_frozen_and_say_no_words, "dialog/facts.py", "class Happened(Fact):\n    thing_id: int"),
    (rules.facts_are_frozen_and_say_no_words, "dialog/facts.py", FACT + "title: str"),
    (rules.facts_are_frozen_and_say_no_words, "dialog/facts.py", FACT + "name: str"),
    (rules.facts_are_frozen_and_say_no_words, "dialog/facts.py", FACT + "contribution: Contribution"),
    (rules.trusted_html_is_made_in_few_places, "dialog/views/polls.py", "from markupsafe import Markup"),
    (rules.trusted_html_is_made_in_few_places, ACTION, "markupsafe.Markup(text)"),
    (rules.trusted_html_is_made_in_few_places, "pages/views.py", "flask.render_template_string(text)"),
    (rules.settings_are_read_in_config, ACTION, "os.environ['DEMO']"),
    (rules.settings_are_read_in_config, "core/server.py", "from os import getenv"),
    (rules.settings_are_read_in_config, "core/server.py", "os.getenv('DEMO')"),
    (rules.imports_stand_at_the_top, ACTION, "def f():\n    from concept import queries"),
    (rules.imports_stand_at_the_top, "core/db.py", "def f():\n    import json"),
    (rules.files_are_short, ACTION, "x = 1\n" * (rules.LONGEST_FILE + 1)),
    (rules.what_is_public_says_what_it_is_for, ACTION, "x = 1"),
    (rules.what_is_public_says_what_it_is_for, ACTION, '"""Doc."""\ndef f(): pass'),
    (
        rules.what_is_public_says_what_it_is_for,
        ACTION,
        '"""Doc."""\nclass C:\n    """D."""\n    def m(self): 1',
    ),
]


@pytest.mark.parametrize(
    ("checker", "path", "text"), PLANTED, ids=[f"{c.__name__}-{n}" for n, (c, _, _) in enumerate(PLANTED)]
)
def test_a_planted_violation_is_found_and_told_how_to_mend(checker: Checker, path: str, text: str) -> None:
    found = checker(Source(path, text))

    assert len(found) == 1
    assert found[0].startswith(path)
    assert len(found[0].split(": ", 1)[1].split()) >= 5


def test_every_rule_has_a_planted_violation() -> None:
    assert {checker for checker, _, _ in PLANTED} == set(rules.CHECKERS)


ALLOWED: list[tuple[Checker, str, str]] = [
    (
        rules.actions_take_an_actor_and_require_a_right,
        ACTION,
        "def change(actor, poll):\n    RIGHTS.require(actor, P, poll)\ndef _part(poll):\n    poll.x = 1",
    ),
    (rules.reads_are_in_queries, "dialog/queries/polls.py", "db.session.execute(select(Poll))"),
    (rules.facts_are_frozen_and_say_no_words, "dialog/facts.py", FACT + "poll_id: int\n    reason: str"),
    (rules.settings_are_read_in_config, "core/config.py", "os.environ"),
    (rules.imports_stand_at_the_top, ACTION, "import json\nif TYPE_CHECKING:\n    import x"),
]


@pytest.mark.parametrize(("checker", "path", "text"), ALLOWED)
def test_what_is_right_is_left_alone(checker: Checker, path: str, text: str) -> None:
    assert checker(Source(path, text)) == []


def test_exceptions_are_needed() -> None:
    """An exception whose file has been mended must go."""
    by_path = {source.path: source for source in SOURCES}
    for path in rules.LONG_FILES:
        assert by_path[path].text.count("\n") > rules.LONGEST_FILE, path
    for path in rules.ROWS_BY_ID:
        assert "db.session.get(" in by_path[path].text, path
    for path, module in rules.LATE_IMPORTS:
        assert path in by_path, path
        assert re.search(rf"    (from|import) {re.escape(module)}\b", by_path[path].text), (path, module)
