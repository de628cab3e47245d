"""Commands of this package."""

from __future__ import annotations

import json
import sys

import click
from flask import Flask
from flask.cli import AppGroup

from core.actor import OPERATOR
from core.errors import DomainError, NotFound
from core.transaction import transaction
from dialog.actions import dialogues as actions
from dialog.addresses import is_address
from dialog.queries import dialogues as queries
from region import queries as region_queries
from region.models import FieldSet

dialogue_group = AppGroup("dialogue", help="Dialogues of this county.")


def init(app: Flask) -> None:
    """Add the commands to the program's command line."""
    app.cli.add_command(dialogue_group)


@dialogue_group.command("create")
@click.argument("slug")
@click.option("--fields", "field_set", required=True, help="Slug of the set of fields of action.")
@click.option("--title", default="", help="Title in German; the address if left out.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def create(slug: str, field_set: str, title: str, as_json: bool) -> None:
    """Set up a dialogue under the address SLUG; repeated with the same words, it changes nothing."""
    if not is_address(slug):
        click.echo("The address takes small letters, digits and dashes, and begins with a letter.", err=True)
        sys.exit(2)
    try:
        with transaction():
            chosen = region_queries.access_field_set(OPERATOR, field_set)
            if not _is_there(slug, chosen, title or slug):
                actions.found_dialogue(
                    OPERATOR,
                    chosen,
                    slug=slug,
                    titles={"de": title or slug},
                    questions={"de": title or slug},
                    introductions={"de": ""},
                )
    except NotFound:
        known = ", ".join(one.slug for one in region_queries.visible_field_sets(OPERATOR))
        there = f"There is: {known}." if known else "Load the county first: vielstimmig init FOLDER"
        click.echo(f"There is no set of fields called {field_set}. {there}", err=True)
        sys.exit(2)
    except DomainError as error:
        click.echo(str(error), err=True)
        sys.exit(3)
    click.echo(json.dumps({"dialogue": slug}) if as_json else slug)


def _is_there(slug: str, field_set: FieldSet, title: str) -> bool:
    """Whether exactly this dialogue was set up before."""
    if not queries.dialogue_exists(slug):
        return False
    known = queries.access_dialogue(OPERATOR, slug)
    return known.field_set_id == field_set.id and known.titles.get("de") == title
