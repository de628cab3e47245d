"""Commands of this package."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import NoReturn

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from concept.compile import compile_now, order, write_together
from concept.queries import contents
from core.actor import OPERATOR
from core.config import Config
from core.documents.worker import FORMATS, RenderFailed
from core.endings import BAD_INPUT, REFUSED
from core.errors import NotFound
from core.i18n import gettext, ngettext
from dialog.queries import dialogues as dialogue_queries

concept_group = AppGroup("concept", help="The concept of a dialogue.")
_SLUG = re.compile(r"[a-z0-9-]{1,60}")


def init(app: Flask) -> None:
    """Add the commands to the program's command line."""
    app.cli.add_command(concept_group)


@concept_group.command("compile")
@click.argument("dialogue")
@click.option(
    "--edition", type=click.IntRange(1, 9999), help="Number of the edition; the latest unless given."
)
@click.option(
    "--out",
    "folder",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the files; it is made if it is missing.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def compile_concept(dialogue: str, edition: int | None, folder: Path, as_json: bool) -> None:
    """Write the current state of DIALOGUE's concept as .html, .md and .pdf."""
    settings: Config = current_app.config["SETTINGS"]
    try:
        found = dialogue_queries.access_dialogue(OPERATOR, dialogue)
        content = contents.whole_content(OPERATOR, found, edition)
    except NotFound:
        sentence = gettext("There is no concept of a dialogue called “%(name)s”.", name=_shown(dialogue))
        if edition is not None:
            sentence = gettext(
                "There is no edition %(edition)s of a concept of “%(name)s”.",
                edition=edition,
                name=_shown(dialogue),
            )
        _end(BAD_INPUT, sentence)
    wanted = order(content, settings)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        _end(BAD_INPUT, gettext("Nothing can be written into this folder."))
    try:
        rendered = compile_now(wanted, FORMATS)
    except RenderFailed as error:
        _end(REFUSED, gettext("The document could not be made. %(reason)s", reason=str(error)))
    files = {folder / f"{dialogue}.{format}": rendered.files[format] for format in FORMATS}
    try:
        write_together(files)
    except OSError:
        _end(BAD_INPUT, gettext("Nothing can be written into this folder."))
    if rendered.missing:
        number = sum(character.count for character in rendered.missing)
        click.echo(
            ngettext(
                "%(num)s character could not be printed; its name stands for it:",
                "%(num)s characters could not be printed; their names stand for them:",
                number,
            ),
            err=True,
        )
    for character in rendered.missing:
        click.echo(f"{character.code} {character.name} × {character.count}", err=True)
    if as_json:
        answer = {
            "dialogue": dialogue,
            "edition": content.edition,
            "hash": wanted.hash,
            "files": [str(path) for path in files],
            "missing": [asdict(character) for character in rendered.missing],
        }
        click.echo(json.dumps(answer, ensure_ascii=False))
    else:
        for path in files:
            click.echo(str(path))


def _shown(name: str) -> str:
    """A name somebody typed, if it could be one."""
    return name if _SLUG.fullmatch(name) else "…"


def _end(code: int, sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    raise click.exceptions.Exit(code)
