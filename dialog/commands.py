"""Commands of this package."""

from __future__ import annotations

import json
import re
import sys

import click
from flask import Flask
from flask.cli import AppGroup

from core.actor import OPERATOR
from core.errors import DomainError, NotFound
from core.transaction import transaction
from dialog.actions import dialogues as actions
from region import queries as region_queries

dialogue_group = AppGroup("dialogue", help="Dialogues of this county.")
_SLUG = re.compile(r"[a-z][a-z0-9-]{1,59}")


def init(app: Flask) -> None:
    """Add the commands to the program's command line."""
    app.cli.add_command(dialogue_group)


@dialogue_group.command("create")
@click.argument("slug")
@click.option("--fields", "field_set", required=True, help="Slug of the set of fields of action.")
@click.option("--title", default="", help="Title in German; the address if left out.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def create(slug: str, field_set: str, title: str, as_json: bool) -> None:
    """Set up a dialogue under the address SLUG."""
    if not _SLUG.fullmatch(slug):
        click.echo("The address takes small letters, digits and dashes, and begins with a letter.", err=True)
        sys.exit(2)
    try:
        with transaction():
            chosen = region_queries.access_field_set(OPERATOR, field_set)
            dialogue = actions.found_dialogue(
                OPERATOR,
                chosen,
                slug=slug,
                titles={"de": title or slug},
                questions={"de": title or slug},
                introductions={"de": ""},
            )
    except NotFound:
        click.echo(f"There is no set of fields called {field_set}.", err=True)
        sys.exit(2)
    except DomainError as error:
        click.echo(str(error), err=True)
        sys.exit(3)
    click.echo(json.dumps({"dialogue": dialogue.slug}) if as_json else dialogue.slug)
