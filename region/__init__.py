"""The county of this installation: municipalities, fields of action, organisations, publications, figures.

Read `models`, then `actions` for how a county is set up from data, `folder` for the files it is read from
and `docs/county-folder.md` for how to write them. Every feature uses this package; it knows none of them.
"""

from __future__ import annotations

from flask import Flask

from region import reactions as reactions


def init(app: Flask) -> None:
    """Add the county's part of the frame and the command `init` to `app`."""
