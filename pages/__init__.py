"""Pages that look at all packages: the home page; and the demonstration county that fills all of them.

Read `views` for the home page, `demo` for what `vielstimmig demo` loads from the folder `demo/`.
"""

from __future__ import annotations

from flask import Flask

from core import commands as core_commands
from pages import commands, demo, shell
from pages.permissions import RIGHTS
from pages.views import blueprint

__all__ = ["RIGHTS", "init"]


def init(app: Flask) -> None:
    """Add the home page and the demonstration to `app`."""
    app.register_blueprint(blueprint)
    commands.init(app)
    shell.init()
    core_commands.demo_loader = demo.load
    core_commands.demo_description = demo.describe
