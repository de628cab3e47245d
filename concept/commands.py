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

from concept import bundle
from concept.actions import versions as actions
from concept.compile import compile_now, order, write_together
from concept.queries import concepts as concept_queries
from concept.queries import contents
from concept.queries import versions as queries
from concept.refusals import NotAnswered, NothingNew
from concept.release import freeze, rebuild
from core import keys
from core.actor import OPERATOR
from core.config import Config
from core.documents.worker import FORMATS, RenderFailed
from core.endings import BAD_INPUT, REFUSED
from core.errors import NotFound
from core.i18n import gettext, name_in, ngettext
from core.transaction import transaction
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


@concept_group.command("release")
@click.argument("dialogue")
@click.option("--note", default="", help="What is new, for everybody to read.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def release_concept(dialogue: str, note: str, as_json: bool) -> None:
    """Release what stands in DIALOGUE's concept as its next version; print number, hash and fingerprint."""
    try:
        found = dialogue_queries.access_dialogue(OPERATOR, dialogue)
        concept = concept_queries.access_concept(OPERATOR, found)
    except NotFound:
        _end(
            BAD_INPUT,
            gettext("There is no concept of a dialogue called “%(name)s”.", name=_shown(dialogue)),
        )
    try:
        frozen = freeze(OPERATOR, concept, current_app.config["SETTINGS"])
        with transaction():
            present = concept_queries.access_concept(OPERATOR, found)
            version = actions.release_version(OPERATOR, present, frozen, note=note)
    except NotAnswered as refusal:
        lines = [
            gettext(
                "%(reference)s %(title)s (%(field)s, place %(place)s)",
                reference=need.reference,
                title=need.title,
                field=name_in(need.field.names),
                place=need.place,
            )
            for need in refusal.needs
        ]
        _end(REFUSED, "\n".join([str(refusal.sentence), *lines]))
    except NothingNew as refusal:
        # The same input has no second effect: the version that is there is the answer.
        click.echo(str(refusal.sentence), err=True)
        version = queries.access_version(OPERATOR, concept, refusal.number).version
    about = {
        "number": version.number,
        "hash": version.content_hash,
        "fingerprint": keys.fingerprint(bytes.fromhex(version.public_key)),
    }
    click.echo(json.dumps(about) if as_json else "\n".join(str(value) for value in about.values()))


@concept_group.command("verify")
@click.argument("file", metavar="BUNDLE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--rebuild", "rebuilding", is_flag=True, help="Write the documents again and compare them.")
@click.option("--fingerprint", help="Fingerprint of the key it should be signed with.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def verify_bundle(file: Path, rebuilding: bool, fingerprint: str | None, as_json: bool) -> None:
    """Say whether BUNDLE, the ZIP file of a released version, is as it was signed, and by whom."""
    if file.stat().st_size > bundle.LARGEST:
        _end(BAD_INPUT, gettext("This is too large for a bundle."))
    report = bundle.check(file.read_bytes())
    own = keys.current().public.hex()
    signer = "unknown"
    if report.public_key and (fingerprint is not None or report.public_key == own):
        signer = "proven"
        if fingerprint is not None and not bundle.is_key(report.public_key, fingerprint):
            signer = "other"
            report.findings.append(gettext("It is signed with another key than the one you named."))
    if report.is_intact and rebuilding:
        report.findings += rebuild(report)
    about = {
        "intact": report.is_intact,
        "number": report.number,
        "hash": report.content_hash,
        "fingerprint": keys.fingerprint(bytes.fromhex(report.public_key)) if report.public_key else "",
        "signer": signer,
        "findings": [str(finding) for finding in report.findings],
    }
    if as_json:
        click.echo(json.dumps(about, ensure_ascii=False))
    if not report.is_intact:
        _end(REFUSED, "\n".join(str(finding) for finding in report.findings))
    if as_json:
        return
    click.echo(
        gettext("Intact: version %(number)s, hash %(hash)s.", number=report.number, hash=report.content_hash)
    )
    click.echo(gettext("Fingerprint of the key: %(fingerprint)s", fingerprint=about["fingerprint"]))
    click.echo(
        gettext("Signed with the key you named or with that of this installation.")
        if signer == "proven"
        else gettext("Intact, signer not proven: compare the fingerprint with the one the county publishes.")
    )
    if rebuilding:
        click.echo(gettext("Written again, the documents are the same byte for byte."))


def _shown(name: str) -> str:
    """A name somebody typed, if it could be one."""
    return name if _SLUG.fullmatch(name) else "…"


def _end(code: int, sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    raise click.exceptions.Exit(code)
