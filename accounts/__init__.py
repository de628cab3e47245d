"""People as the program knows them: accounts with roles, personal codes on paper, and signed-in browsers.

Read `models` for what is kept, `codes` and `passwords` for the two ways to prove who one is, `actors` for
whom that makes somebody to the rest of the program, `principal` for how a request gets its actor, and
`actions` for what changes. Nobody needs a name or a mail address; a person is a random key.
"""

from __future__ import annotations

from flask import Flask

from accounts import principal
from accounts.principal import load_principal as load_principal


def init(app: Flask) -> None:
    """Add sign-in, codes and the own account to `app`."""
    principal.init(app)
