"""How a command ends when the domain says no: one sentence on stderr, 2 for bad input, 3 for a rule."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import click

from core.errors import DomainError, Invalid, NotFound

P = ParamSpec("P")
T = TypeVar("T")
BAD_INPUT = 2
REFUSED = 3


def says_why(command: Callable[P, T]) -> Callable[P, T]:
    """Turn a DomainError of the decorated command into its sentence and exit code instead of a traceback."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return command(*args, **kwargs)
        except DomainError as error:
            click.echo(str(error.sentence), err=True)
            sys.exit(BAD_INPUT if isinstance(error, Invalid | NotFound) else REFUSED)

    return run
