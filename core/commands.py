"""The operator's commands, and how every command ends: 0 done, 2 bad input, 3 refused by a rule.

Commands that must work before there is an application (`keys create`, `serve`, `restore`) are added here
without one; all others belong to the application and are found through it.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, NoReturn

import click
from flask import Flask, current_app, has_app_context
from flask.cli import AppGroup, FlaskGroup, ScriptInfo
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

from core import backup, i18n, keys, schema, sealing, server
from core.config import ROOT, BadSetting, Config, environment
from core.db import UnsafeDatabase, db
from core.endings import BAD_INPUT, REFUSED
from core.errors import DomainError, Invalid, NotFound, Sentence
from core.i18n import gettext as _
from core.i18n import ngettext
from core.journal import JournalEntry
from core.permissions import Permission, entrances
from core.transaction import transaction

startup_checks: list[Callable[[], list[str]]] = []
"""What must be in order before the program serves; packages append functions that return sentences.

They run within the application and its database; what they return is shown, and nothing is served.
"""

demo_loader: Callable[[], bool] | None = None
"""Fills an empty database with the demonstration county; set by `pages`."""

demo_description: Callable[[], str] | None = None
"""Log-ins and codes of the demonstration, for the terminal; set by `pages`."""

after_restore: Callable[[], int] | None = None
"""Takes away again what an older backup has brought back, and says how much; set by `accounts`."""

_STARTING = (BadSetting, keys.KeysMissing, UnsafeDatabase)


class Program(FlaskGroup):
    """The command line: no traceback for anything that a person can mend."""

    def _load_plugin_commands(self) -> None:
        # Flask-Migrate would put its own `db` in the place of ours; it stays `flask --app app db`.
        self._loaded_plugin_commands = True

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of all commands; without an application, of those that need none."""
        try:
            ctx.ensure_object(ScriptInfo).load_app()
        except _STARTING as error:
            click.echo(str(error), err=True)
            return sorted(self.commands)
        return super().list_commands(ctx)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Refuse words in another encoding before anything is done with them: no database takes them."""
        if any("\ud800" <= character <= "\udfff" for word in args for character in word):
            with speaking(ctx):
                _end(BAD_INPUT, _("What you have typed is not UTF-8 text."))
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; say in one sentence what went wrong, and end with the code that belongs to it."""
        try:
            return super().invoke(ctx)
        except DomainError as error:
            with speaking(ctx):
                code = BAD_INPUT if isinstance(error, Invalid | NotFound) else REFUSED
                _end(code, error.sentence, *_about_fields(error))
        except (BadSetting, keys.KeysMissing, server.PortTaken, backup.NotABackup) as error:
            _end(BAD_INPUT, str(error))
        except (
            UnsafeDatabase,
            backup.Refused,
            schema.SchemaDamaged,
            sealing.JournalDamaged,
            server.AlreadyServing,
        ) as error:
            _end(REFUSED, str(error))
        except (OperationalError, ProgrammingError) as error:
            _end(*_about_database(error))
        except UnicodeDecodeError:
            with speaking(ctx):
                _end(BAD_INPUT, _("The file is not UTF-8 text."))
        except OSError as error:
            if error.filename is None:
                raise
            _end(BAD_INPUT, f"{error.filename}: {error.strerror}")


@contextmanager
def speaking(ctx: click.Context) -> Iterator[None]:
    """Make sentences come out in the default language, also where there is no application."""
    if has_app_context():
        yield
        return
    app = Flask("vielstimmig", root_path=str(ROOT))
    app.config["SECURE"] = False
    i18n.init(app, Config())
    with app.app_context():
        yield


def refusals(app: Flask, config: Config) -> list[str]:
    """Why this installation must not serve, as sentences; empty if it may."""
    found = server.missing_parts(config) + server.unsafe_settings(config)
    with app.app_context():
        if schema.current(db.engine) != schema.head():
            return [*found, "The tables are not those of this program version. Run: vielstimmig db upgrade"]
        for check in startup_checks:
            found.extend(check())
        db.session.remove()
    return found


# --------------------------------------------------------------------------------------- with the application


def init(app: Flask) -> None:
    """Add the commands that work on the application and its database."""
    app.cli.add_command(_database)
    app.cli.add_command(_journal)
    entrances.declare(
        commands=dict.fromkeys(("db upgrade", "journal anchor", "journal verify"), Permission.OPERATE)
    )


_database = AppGroup("db", help="Tables of the database.")
_journal = AppGroup("journal", help="Proof of what happened.")


@_database.command("upgrade")
def db_upgrade() -> None:
    """Bring the tables to this program version; does nothing where they are."""
    before = schema.current(db.engine)
    if before is not None and before not in schema.revisions():
        _end(REFUSED, f"The database is newer ({before}) than this program. Install the newer program again.")
    schema.upgrade(db.engine)
    after = schema.current(db.engine)
    click.echo(f"Tables are at {after}." if after == before else f"Tables brought to {after}.")


@_journal.command("anchor")
def journal_anchor() -> None:
    """Print the signed end of the journal, to be kept where nobody of this installation can change it."""
    _seal_all()
    click.echo(sealing.anchor())


@_journal.command("verify")
@click.option("--anchor", type=click.File("rb"), help="A file that `journal anchor` printed earlier.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def journal_verify(anchor: Any, as_json: bool) -> None:
    """Say whether the journal stands as it was sealed, how far that is proved, and what is not."""
    given = sealing.Anchor.read(anchor.read(100_000)) if anchor else None
    report = _verify(given)
    if report.is_sound and report.unsealed:
        # Nothing is sealed on top of something that does not hold: that would hide it.
        _seal_all()
        report = _verify(given)
    if as_json:
        content = asdict(report) | {"sound": report.is_sound}
        click.echo(json.dumps(content, ensure_ascii=False, default=str))
    else:
        _tell(report, given is not None)
    if not report.is_sound:
        _end(REFUSED, *(finding.sentence for finding in report.findings))


def _verify(given: sealing.Anchor | None) -> sealing.Report:
    db.session.remove()
    with sealing.reading(db.engine) as connection:
        return sealing.verify(connection, current_app.config["KEYS"], given)


def _seal_all() -> None:
    while True:
        with transaction():
            if not sealing.seal(thorough=True):
                return


def _tell(report: sealing.Report, with_anchor: bool) -> None:
    if report.proved_to:
        click.echo(
            _(
                "Entries 1 to %(number)s stand as they were signed on %(time)s.",
                number=report.proved_to,
                time=report.proved_until,
            )
        )
    else:
        click.echo(_("No entry is proved."))
    click.echo(_("Fingerprint of the key: %(fingerprint)s", fingerprint=report.fingerprint))
    if report.anchored_to:
        click.echo(
            _("The anchor fits: nothing is missing up to entry %(number)s.", number=report.anchored_to)
        )
    if not with_anchor:
        click.echo(_("Without an anchor it is not proved that the newest entries were not cut off."))
    elif report.anchored_to and report.anchored_to < report.sealed:
        click.echo(_("After that entry it is not proved that the newest ones were not cut off."))
    if report.unsealed:
        click.echo(
            ngettext(
                "%(num)s entry is not sealed yet, nothing is proved about it.",
                "%(num)s entries are not sealed yet, nothing is proved about them.",
                report.unsealed,
            )
        )
    if report.found > len(report.findings):
        click.echo(_("%(number)s problems were found; the first ones are listed.", number=report.found))


# ------------------------------------------------------------------------------------ without the application


def add_without_app(cli: FlaskGroup) -> None:
    """Add the commands that must work before there is an application."""
    for command in (_keys, serve, run_demo, make_backup, restore):
        cli.add_command(command)
    entrances.declare(
        commands=dict.fromkeys(("keys create", "serve", "run-demo", "backup", "restore"), Permission.OPERATE)
    )


_host = click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
_port = click.option("--port", default=5000, show_default=True, type=click.IntRange(1, 65535))


@click.group("keys", help="Keys of this installation.")
def _keys() -> None:
    pass


@_keys.command("create")
def keys_create() -> None:
    """Make the keys of this installation, unless they are there already."""
    config = Config.from_environ()
    made = keys.create(config.keys_dir)
    click.echo(f"Keys made in {config.keys_dir}." if made else f"Keys are in {config.keys_dir} already.")


@click.command("serve")
@_host
@_port
@click.pass_obj
def serve(info: ScriptInfo, host: str, port: int) -> None:
    """Serve the site; refuses what would not be safe."""
    config = _config_for(host, port)
    app = info.create_app(config) if info.create_app else info.load_app()
    found = refusals(app, config)
    if found:
        _end(REFUSED, *found)
    _serve(config, host, port)


@click.command("run-demo")
@_host
@_port
@click.pass_obj
def run_demo(info: ScriptInfo, host: str, port: int) -> None:
    """Set up everything that is missing, load the demonstration into an empty database, and serve."""
    config = replace(_config_for(host, port), demo=True)
    server.check_address(host, port)
    keys.create(config.keys_dir)
    app = info.create_app(config) if info.create_app else info.load_app()
    with app.app_context():
        if schema.current(db.engine) != schema.head():
            schema.upgrade(db.engine)
        is_empty = not db.session.execute(select(func.count()).select_from(JournalEntry)).scalar_one()
        db.session.remove()
        if is_empty and demo_loader is not None:
            demo_loader()
        description = demo_description() if demo_description is not None else ""
        db.session.remove()
    found = refusals(app, config)
    if found:
        _end(REFUSED, *found)
    click.echo(f"\n{config.public_url}\n\n{description}".rstrip() + "\n")
    _serve(config, host, port)


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--keys",
    "keys_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also keep the keys, in this file of their own.",
)
@click.option("--verify", is_flag=True, help="Restore the copy aside and compare it.")
def make_backup(file: Path, keys_file: Path | None, verify: bool) -> None:
    """Write the database into FILE while the site goes on; the keys only into a file of their own."""
    config = Config.from_environ()
    manifest = backup.make(config, file)
    click.echo(f"{file}: {manifest.rows} rows, tables at {manifest.revision}, SHA-256 {manifest.sha256}")
    if keys_file is not None:
        backup.make_of_keys(config, keys_file)
        click.echo(f"{keys_file}: the keys. Keep this file apart from the other, where only you can read it.")
    if verify:
        problems = backup.verify(config, file)
        with speaking(click.get_current_context()):
            if problems:
                _end(REFUSED, *problems)
        click.echo("Restored aside and compared: rows and journal are complete.")


@click.command("restore")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--keys",
    "keys_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also put back the keys from this file.",
)
@click.option(
    "--replace",
    "replacing",
    is_flag=True,
    help="Put the backup in the place of a database that is not empty.",
)
@click.pass_obj
def restore(info: ScriptInfo, file: Path, keys_file: Path | None, replacing: bool) -> None:
    """Put a backup back, after looking at it closely; what it replaces is kept beside it."""
    config = Config.from_environ()
    if keys_file is not None:
        made = backup.restore_keys(config, keys_file)
        click.echo("Keys put back." if made else "These keys are in place already.")
    result = backup.restore(config, file, replacing=replacing)
    click.echo(f"Restored {result.manifest.rows} rows, tables at {result.manifest.revision}.")
    if result.kept is not None:
        click.echo(f"The former database is kept as {result.kept}.")
    if result.manifest.revision != schema.head():
        click.echo("The backup is from an older program version. Run: vielstimmig db upgrade")
        click.echo("Then run: vielstimmig privacy erase-again")
        return
    if after_restore is None:
        return
    try:
        app = info.create_app(config) if info.create_app else info.load_app()
    except keys.KeysMissing as error:
        click.echo(f"{error} Then run: vielstimmig privacy erase-again")
        return
    with app.app_context():
        erased = after_restore()
        db.session.remove()
    click.echo(f"People erased again who had been erased since the backup: {erased}.")


def _config_for(host: str, port: int) -> Config:
    """The settings; where nobody set the public address, it follows from where we listen."""
    config = Config.from_environ()
    if config.public_url != Config().public_url:
        return config
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return replace(config, public_url=f"http://{shown}:{port}")


def _serve(config: Config, host: str, port: int) -> NoReturn:
    server.check_address(host, port)
    if config.is_sqlite:
        server.lock(config.var_dir).close()
    command = server.command_line(host, port)
    sys.stdout.flush()
    sys.stderr.flush()
    # This process has imported the application unpatched, so it makes room for a fresh one.
    os.execve(  # noqa: S606 - a list of our own words, no shell
        command[0],
        command,
        environment(public_url=config.public_url, demo="1" if config.demo else "0"),
    )


def _about_fields(error: DomainError) -> list[str]:
    if not isinstance(error, Invalid):
        return []
    return [f"{name}: {sentence}" for name, sentences in error.fields.items() for sentence in sentences]


def _about_database(error: DBAPIError) -> tuple[int, str]:
    reason = str(error.orig).strip().splitlines()[0] if error.orig else type(error).__name__
    if "no such table" in reason or "does not exist" in reason:
        return REFUSED, f"The database is not set up ({reason}). Run: vielstimmig db upgrade"
    if "locked" in reason:
        return REFUSED, "The database is in use by another program at the moment. Try again."
    return BAD_INPUT, f"The database cannot be used: {reason}"


def _end(code: int, *sentences: Sentence) -> NoReturn:
    for sentence in sentences:
        click.echo(str(sentence), err=True)
    raise click.exceptions.Exit(code)
