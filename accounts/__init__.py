"""People as the program knows them: accounts with roles, personal codes on paper, and signed-in browsers.

Read `models` for what is kept, `roles` and `scopes` for what somebody may be and where, `codes` and
`passwords` for the two ways to prove who one is, `second_factor` and `pending` for the second step of staff,
`throttle` for how guessing is slowed down, `actors` for whom all that makes somebody to the rest of the
program, `principal` for how a request gets its actor, and `actions` for what changes. Nobody needs a name or
a mail address; a person is a random key.
"""

from __future__ import annotations

from flask import Flask, current_app

import core.commands
from accounts import inventory as inventory
from accounts import jobs as jobs
from accounts import principal, privacy, queries, throttle
from accounts import reactions as reactions
from accounts.commands import account_group
from accounts.principal import load_principal as load_principal
from accounts.principal import note_presence as note_presence
from accounts.views import administration
from accounts.views.blueprint import blueprint


def init(app: Flask) -> None:
    """Add sign-in, codes and the own account to `app`."""
    principal.init(app)
    throttle.init(app)
    app.register_blueprint(blueprint)
    app.jinja_env.globals.update(own_work=administration.own_work)
    app.cli.add_command(account_group)
    privacy.init()
    for check in (demo_check, privacy.check_nobody_came_back):
        if check not in core.commands.startup_checks:
            core.commands.startup_checks.append(check)
    core.commands.after_restore = privacy.after_restore


def demo_check() -> list[str]:
    """Why a real county must not serve this database: it has accounts or codes that everybody knows."""
    if current_app.config["SETTINGS"].demo:
        return []
    demo_accounts, demo_codes = queries.demo_entrances()
    if not demo_accounts and not demo_codes:
        return []
    return [
        f"The database holds {demo_accounts} accounts and {demo_codes} codes of the demonstration. "
        "Set DEMO=1 to serve a demonstration, or begin with an empty database."
    ]
