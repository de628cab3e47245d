"""The operator's commands and how every command ends: 0 done, 2 bad input, 3 refused by a rule."""

from __future__ import annotations

from collections.abc import Callable

import click
from flask import Flask
from flask.cli import AppGroup

from core import keys
from core.config import BadSetting, Config
from core.permissions import Permission, entrances

startup_checks: list[Callable[[], list[str]]] = []
"""What must not be true when the program serves; packages append functions that return sentences."""

demo_loader: Callable[[], None] | None = None
"""Fills an empty database with the demonstration county; set by `pages`."""

demo_description: Callable[[], str] | None = None
"""Log-ins and codes of the demonstration, for the terminal; set by `pages`."""


def init(app: Flask) -> None:
    """Add the commands that work on a running configuration."""


@click.group("keys")
def keys_group() -> None:
    """Keys of this installation."""


@keys_group.command("create")
def keys_create() -> None:
    """Make the keys of this installation, unless they are there already."""
    try:
        config = Config.from_environ()
        made = keys.create(config.keys_dir)
    except (BadSetting, keys.KeysMissing) as error:
        raise click.UsageError(str(error)) from None
    click.echo(f"Keys made in {config.keys_dir}." if made else f"Keys are in {config.keys_dir} already.")


def add_without_app(cli: AppGroup) -> None:
    """Add the commands that must work before there is an application."""
    cli.add_command(keys_group)
    entrances.declare(commands={"keys create": Permission.OPERATE})
