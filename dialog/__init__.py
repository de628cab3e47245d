"""Dialogues: the plan of the day, what people say, how it is checked, and how they say what matters most.

Read `vocabulary` for the words, `models` for what is kept, `permissions` for who may do what and when,
then one thread: `views/contributions.py` → `actions/contributions.py` → `actions/moderation.py` →
`actions/polls.py`; `reactions` tell the browsers that watch. `ranking` is the rule of a dot vote.
"""

from __future__ import annotations

from flask import Flask

from dialog import commands, jobs, reactions, shell
from dialog.views import blueprint, contributions, events, moderation, polls, register

__all__ = ["contributions", "events", "init", "jobs", "moderation", "polls", "reactions", "register"]


def init(app: Flask) -> None:
    """Add the pages, live regions and commands of this package to `app`."""
    app.register_blueprint(blueprint)
    reactions.init()
    commands.init(app)
    shell.init()
