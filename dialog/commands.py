"""Commands of this package."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup

from core.actor import OPERATOR
from core.endings import BAD_INPUT, REFUSED
from core.errors import DomainError, Invalid, NotFound
from core.transaction import transaction
from dialog.actions import dialogues as actions
from dialog.actions import lists as list_actions
from dialog.addresses import is_address
from dialog.list_files import counts_of, report_of
from dialog.municipal_lists.judging import Judged
from dialog.municipal_lists.limits import MAX_BYTES, BadList
from dialog.municipal_lists.notes import TAKEN
from dialog.municipal_lists.reading import sent_list
from dialog.queries import dialogues as queries
from dialog.vocabulary import Kind
from region import queries as region_queries
from region.models import FieldSet

dialogue_group = AppGroup("dialogue", help="Dialogues of this county.")
import_group = AppGroup("import", help="Taking over what others have collected.")
KINDS = {"needs": Kind.NEED, "offers": Kind.OFFER}


def init(app: Flask) -> None:
    """Add the commands to the program's command line."""
    app.cli.add_command(dialogue_group)
    app.cli.add_command(import_group)


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


@import_group.command("municipal")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dialogue", "slug", required=True, help="Address of the dialogue.")
@click.option("--kind", required=True, type=click.Choice(list(KINDS)), help="What the list contains.")
@click.option("--dry-run", is_flag=True, help="Only say what would become of each row.")
@click.option("--report", "report_file", type=click.Path(path_type=Path), help="Write the report here.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def municipal(
    file: Path, slug: str, kind: str, dry_run: bool, report_file: Path | None, as_json: bool
) -> None:
    """Take over the needs or offers of FILE, a CSV file or workbook; the same list again changes nothing."""
    content = _content(file)
    import_id: int | None = None
    references: dict[int, str] = {}
    try:
        dialogue = queries.access_dialogue(OPERATOR, slug)
        sent = sent_list(file.name, content)
        watched = sys.stderr.isatty()
        with click.progressbar(
            length=len(sent.rows), label="Rows", file=sys.stderr, hidden=not watched
        ) as bar:
            judged = list_actions.judge_list(
                OPERATOR, dialogue, kind=KINDS[kind], sent=sent, tell=lambda number: bar.update(1)
            )
        _write_report(report_file, judged, references)
        if not dry_run and any(one.outcome in TAKEN for one in judged):
            with transaction():
                dialogue = queries.access_dialogue(OPERATOR, slug)
                import_id, judged, references = list_actions.take_over(
                    OPERATOR, dialogue, kind=KINDS[kind], sent=sent
                )
            _write_report(report_file, judged, references)
    except NotFound:
        click.echo(f"There is no dialogue called {slug}.", err=True)
        sys.exit(BAD_INPUT)
    except (Invalid, BadList) as error:
        click.echo(f"{file.name}: {error}", err=True)
        sys.exit(BAD_INPUT)
    except DomainError as error:
        click.echo(str(error), err=True)
        sys.exit(REFUSED)
    result: dict[str, Any] = {
        "import": import_id,
        "imported": len(references),
        "counts": counts_of(judged),
        **report_of(judged, references),
    }
    click.echo(json.dumps(result, ensure_ascii=False) if as_json else _told(judged, len(references), dry_run))


def _content(file: Path) -> bytes:
    """What a file holds, up to one byte more than a list may have."""
    try:
        with file.open("rb") as opened:
            return opened.read(MAX_BYTES + 1)
    except OSError as error:
        click.echo(f"{file} cannot be read: {error.strerror}.", err=True)
        sys.exit(BAD_INPUT)


def _write_report(file: Path | None, judged: list[Judged], references: dict[int, str]) -> None:
    """Written before anything is taken over, too: a place that cannot be written to stops the import."""
    if file is None:
        return
    try:
        text = json.dumps(report_of(judged, references), ensure_ascii=False, indent=1)
        file.write_text(f"{text}\n", "utf-8")
    except OSError as error:
        click.echo(f"The report cannot be written to {file}: {error.strerror}.", err=True)
        sys.exit(BAD_INPUT)


def _told(judged: list[Judged], imported: int, dry_run: bool) -> str:
    lines = [
        f"{one.record:>5}  {one.outcome:<14} {' '.join(map(str, one.reasons))}".rstrip()
        for one in judged
        if one.outcome not in TAKEN
    ]
    counts = ", ".join(f"{outcome} {number}" for outcome, number in counts_of(judged).items())
    lines.append(f"{len(judged)} rows: {counts}.")
    lines.append("Nothing was taken over: this was a dry run." if dry_run else f"Taken over: {imported}.")
    return "\n".join(lines)
