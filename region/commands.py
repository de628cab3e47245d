"""The operator's command that makes an installation a county's."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask.cli import with_appcontext

from core.actor import OPERATOR
from core.endings import BAD_INPUT
from core.transaction import transaction
from region import actions
from region.county_files import BadFolder
from region.folder import read_folder


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path))
@with_appcontext
def init_command(folder: Path) -> None:
    """Fill this installation from FOLDER: county.json, municipalities.csv and fields.csv.

    May be repeated: what has changed in the files is brought up to date.
    """
    try:
        read = read_folder(folder)
    except BadFolder as error:
        for sentence in error.sentences:
            click.echo(sentence, err=True)
        sys.exit(BAD_INPUT)
    with transaction():
        actions.set_up_county(OPERATOR, read)
    fields = sum(len(field_set.fields) for field_set in read.field_sets)
    click.echo(f"{read.county.name}: {len(read.municipalities)} municipalities, {fields} fields of action.")
    click.echo(f"Sets of fields for dialogues: {', '.join(one.slug for one in read.field_sets)}.")
