"""Dialogues: the plan of the day, what people say, how it is checked, and how they say what matters most.

Read `vocabulary` for the words, `models` for what is kept, `permissions` for who may do what and when,
then one thread: `views/contributions.py` → `actions/contributions.py` → `actions/moderation.py` →
`actions/polls.py`; `reactions` tell the browsers that watch. `ranking` is the rule of a dot vote,
`personal_data` looks for what may tell of a person.
"""

from __future__ import annotations

from flask import Flask

from dialog import commands, jobs, notices, privacy, reactions, scopes, shell
from dialog import inventory as inventory
from dialog import offer_inventory as offer_inventory
from dialog.matching import meaning
from dialog.views import (
    batches,
    blueprint,
    checkin,
    contributions,
    day,
    details,
    events,
    gap_files,
    gap_lists,
    gaps,
    helpdesk,
    joining,
    kiosk,
    lists,
    matches,
    merges,
    moderation,
    moderation_rules,
    objections,
    offers,
    offers_kept,
    planning,
    polls,
    register,
    registrations,
    rolls,
    similar_entries,
    slips,
    splits,
    text_blocks,
    translations,
    typing_in,
    walk_ins,
    workspaces,
)

__all__ = [
    "batches",
    "checkin",
    "contributions",
    "day",
    "details",
    "events",
    "gap_files",
    "gap_lists",
    "gaps",
    "helpdesk",
    "init",
    "jobs",
    "joining",
    "kiosk",
    "lists",
    "matches",
    "merges",
    "moderation",
    "moderation_rules",
    "notices",
    "objections",
    "offers",
    "offers_kept",
    "polls",
    "reactions",
    "register",
    "registrations",
    "rolls",
    "similar_entries",
    "slips",
    "splits",
    "text_blocks",
    "translations",
    "typing_in",
    "walk_ins",
    "workspaces",
]


def init(app: Flask) -> None:
    """Add the pages, live regions and commands of this package to `app`."""
    meaning.init(app.config["SETTINGS"])
    app.register_blueprint(blueprint)
    app.register_blueprint(planning.founding)
    reactions.init()
    commands.init(app)
    scopes.init()
    privacy.init()
    shell.init()
