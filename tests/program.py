"""The command line as the operator has it, for an application of a test."""

from __future__ import annotations

from click.testing import CliRunner, Result
from flask import Flask

from core.commands import Program


def run(app: Flask, *words: str, typed: str | None = None) -> Result:
    """What a command of `vielstimmig` does; `typed` is what it reads from its input."""
    program = Program(create_app=lambda: app, add_default_commands=False, load_dotenv=False)
    return CliRunner().invoke(program, words, input=typed)
