"""Puts the packages together: `create_app()` for servers and tests, `cli` for the command line."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from flask import Flask, Response, g, make_response, render_template, request
from flask_migrate import Migrate
from werkzeug.exceptions import HTTPException
from werkzeug.local import LocalProxy
from werkzeug.middleware.proxy_fix import ProxyFix

import accounts
import concept
import core.commands
import core.views
import dialog
import pages
import region
import workshops
from core import (
    assets,
    cross_origin,
    front,
    http_headers,
    i18n,
    keys,
    logs,
    outbox,
    reading,
    realtime,
    shell,
    templating,
    web,
)
from core.config import ROOT, Config
from core.db import check_engine, db, engine_options, prepare_engine
from core.errors import DomainError, NotFound
from core.permissions import entrances

PACKAGES: tuple[ModuleType, ...] = (accounts, region, dialog, workshops, concept, pages)
"""Bottom first: the order in which models, rights, routes and reactions are made known."""


class UndeclaredEntrance(RuntimeError):
    """A route or event stands in no package's rights table; the program does not start."""


class Application(Flask):
    """Flask for a program without a single coroutine."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function itself; Flask looks at all that surround a request again each time."""
        return func


def create_app(config: Config | None = None) -> Flask:
    """The web application. Raises UnsafeDatabase, KeysMissing or UndeclaredEntrance rather than start."""
    config = config or Config.from_environ()
    app = Application(__name__, template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    app.jinja_environment = templating.Environment
    app.url_map.converters["int"] = web.Number
    config.var_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    secrets = keys.load(config.keys_dir)
    app.config.update(
        SETTINGS=config,
        TESTING=config.testing,
        SECURE=config.secure,
        HOSTS=config.hosts,
        ORIGINS=config.origins,
        KEYS=secrets,
        DIGEST_KEY=secrets.digest,
        LOCK_WAIT_SECONDS=config.lock_wait_seconds,
        MAX_CONTENT_LENGTH=2_000_000,
        MAX_FORM_MEMORY_SIZE=200_000,
        MAX_FORM_PARTS=500,
        SQLALCHEMY_DATABASE_URI=config.database,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(config.database),
        TEMPLATES_AUTO_RELOAD=config.development,
        **config.extras,
    )
    logs.init(app, config)
    db.init_app(app)
    reading.init(app)
    Migrate(app, db, directory=str(ROOT / "migrations"), render_as_batch=True)
    with app.app_context():
        prepare_engine(db.engine)
        check_engine(db.engine)
    i18n.init(app, config)
    assets.init(app, config)
    realtime.init(app, config)
    front.init(app, config)
    if config.trusted_proxies:
        # Outermost, so that live connections, too, see the address and host that people use.
        hops = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    _guard_requests(app)
    core.views.init(app, config)
    core.commands.init(app)
    for package in PACKAGES:
        package.init(app)
    _show_errors(app, config)
    app.jinja_env.globals["outbox_owner"] = web.outbox_owner
    # What is drawn for a page that is open already has no frame, and asks the database nothing about one.
    app.context_processor(lambda: {"shell": LocalProxy(lambda: _shell(config))})
    undeclared = sorted({rule.endpoint for rule in app.url_map.iter_rules()} - set(entrances.routes))
    if undeclared:
        with app.app_context():
            db.engine.dispose()
        raise UndeclaredEntrance(
            f"Declare who may use these routes in permissions.py: {', '.join(undeclared)}"
        )
    return app


def _guard_requests(app: Flask) -> None:
    @app.before_request
    def guard() -> None:
        accounts.load_principal()
        cross_origin.check(web.session_token)
        outbox.check(web.current_actor())
        accounts.note_presence()
        if request.method not in cross_origin.SAFE_METHODS:
            # Whoever sends something may take long to send it, and needs no connection meanwhile.
            reading.end()
            db.session.remove()
        if "\0" in request.path:
            # No name has this character, and PostgreSQL takes no question that does.
            raise NotFound

    @app.after_request
    def finish(response: Response) -> Response:
        http_headers.add(response)
        web.set_cookies(response)
        return response


def _shell(config: Config) -> shell.Shell:
    if "shell" not in g:
        g.shell = shell.fill(_bare_shell(config))
    found: shell.Shell = g.shell
    return found


def _bare_shell(config: Config) -> shell.Shell:
    language = i18n.language()
    return shell.Shell(
        site_name="Vielstimmig",
        county_name="",
        language=language,
        direction=i18n.direction(language),
        languages=[
            shell.LanguageChoice(
                code, i18n.own_name(code), i18n.direction(code), web.address_in(code), code == language
            )
            for code in config.languages
        ],
        demo=config.demo,
        is_draft=language == i18n.EASY_GERMAN,
    )


def _show_errors(app: Flask, config: Config) -> None:
    def error_page(sentence: Any, status: int, code: str, incident: str | None = None) -> Response:
        if web.wants_json():
            return make_response({"code": code, "sentence": str(sentence), "incident": incident}, status)
        html = render_template(
            "layout/error.html", sentence=sentence, status=status, code=code, incident=incident
        )
        return make_response(html, status)

    @app.errorhandler(DomainError)
    def domain_error(error: DomainError) -> Response:
        return web.with_retry_after(error_page(error.sentence, error.status, error.code), error)

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response:
        if error.response is not None or error.code is None or error.code < 400:
            return make_response(error.get_response())
        if error.code == 404:
            return domain_error(NotFound())
        return error_page(web.http_sentence(error.code), error.code, f"http_{error.code}")

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Response:
        incident = logs.incident(error)
        # What failed may be the database, which packages ask for their part of the frame.
        g.setdefault("shell", _bare_shell(config))
        return error_page(web.http_sentence(500), 500, "internal", incident)


cli = core.commands.Program(
    name="vielstimmig",
    help="Vielstimmig: from a citizen dialogue to the concept. Settings come from the environment.",
    create_app=create_app,
    add_default_commands=False,
    add_version_option=False,
    load_dotenv=False,
    set_debug_flag=False,
)
core.commands.add_without_app(cli)
