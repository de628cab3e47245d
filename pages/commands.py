"""The command that fills an installation with the demonstration county."""

from __future__ import annotations

import click
from flask import Flask

from pages import demo


def init(app: Flask) -> None:
    """Add the command to the program's command line."""
    app.cli.add_command(load_demo)


@click.command("demo")
def load_demo() -> None:
    """Load the Enzkreis as demonstration; repeated, it changes nothing."""
    demo.load()
    click.echo(demo.describe())
