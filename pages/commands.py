"""The commands of this package: the demonstration, and what an operator does for privacy."""

from __future__ import annotations

import json
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup

from accounts import privacy
from accounts.queries import privacy as queries
from core import erasure, record
from core.actor import OPERATOR
from pages import demo

privacy_group = AppGroup("privacy", help="Record of processing, retention, people who were erased.")


def init(app: Flask) -> None:
    """Add the commands to the program's command line."""
    app.cli.add_command(load_demo)
    app.cli.add_command(privacy_group)


@click.command("demo")
def load_demo() -> None:
    """Load the Enzkreis as demonstration; repeated, it changes nothing."""
    demo.load()
    click.echo(demo.describe())


@privacy_group.command("record")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def print_record(as_json: bool) -> None:
    """Print the record of processing activities (Art. 30 GDPR), made from the inventory."""
    if as_json:
        click.echo(json.dumps(record.as_dict(), ensure_ascii=False))
    else:
        click.echo(record.as_markdown(), nl=False)


@privacy_group.command("retention")
@click.option("--preview", "mode", flag_value="preview", default=True, help="Only say what is due.")
@click.option("--run", "mode", flag_value="run", help="Delete what is due, in small steps.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def apply_retention(mode: str, as_json: bool) -> None:
    """Say what was kept for long enough, or delete it; killed in between it goes on the next time."""
    if mode == "run":
        numbers = privacy.apply_all(OPERATOR)
        content: dict[str, object] = {"deleted": numbers}
        lines = [f"{key}: {number} deleted" for key, number in numbers.items()] or ["Nothing was due."]
    else:
        due = queries.preview_retention(OPERATOR)
        content = {
            "due": {
                one.rule.key: {
                    "days": one.days,
                    "number": one.number,
                    "oldest": one.oldest.isoformat() if one.oldest else None,
                }
                for one in due
            }
        }
        lines = [
            f"{one.rule.key}: {one.number} due after {one.days} days"
            + (f", the oldest since {one.oldest:%Y-%m-%d}" if one.oldest else "")
            for one in due
        ]
    click.echo(json.dumps(content) if as_json else "\n".join(lines))


@privacy_group.command("erase-again")
@click.option(
    "--list",
    "list_file",
    type=click.Path(dir_okay=False, exists=True, path_type=Path),
    help="Also everybody on this copy of erased.log.",
)
def erase_again(list_file: Path | None) -> None:
    """Erase everybody whom an older backup has brought back."""
    listed = erasure.read_file(list_file) if list_file else {}
    click.echo(f"People erased again: {privacy.erase_again(OPERATOR, listed)}.")
    privacy.remember_the_erased()
