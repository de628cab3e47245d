"""The county of this installation: municipalities, fields of action, organisations, publications, figures.

Read `models`, then `actions` for how a county is set up from data, `folder` for the files it is read from
and `docs/county-folder.md` for how to write them. Every feature uses this package; it knows none of them.
"""

from __future__ import annotations

from flask import Flask

from core.shell import Shell, contributes
from region import inventory as inventory
from region import queries, scopes
from region import reactions as reactions
from region.commands import init_command
from region.queries import Masthead


def init(app: Flask) -> None:
    """Add the county's part of the frame, its places and the command `init` to `app`."""
    app.cli.add_command(init_command)
    scopes.init()


def fill_frame(shell: Shell, masthead: Masthead | None) -> None:
    """Say in the frame of every page whose site this is and who publishes it."""
    if masthead is not None:
        shell.county_name = masthead.county_name
        shell.publisher = masthead.publisher


contributes(fill_frame, reads=queries.masthead)
