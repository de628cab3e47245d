"""The few addresses that belong to no feature: whether the program lives, and the component page."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, jsonify, render_template
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from core.config import ROOT, Config
from core.db import db
from core.permissions import Permission, entrances
from core.styleguide import examples as styleguide_examples

blueprint = Blueprint("core", __name__)


@blueprint.get("/healthz")
def healthz() -> Response:
    """The process answers; the database is not asked."""
    return jsonify({"status": "ok"})


@blueprint.get("/readyz")
def readyz() -> Response:
    """The process answers and reaches its database; 503 where it does not."""
    try:
        db.session.execute(text("SELECT 1")).scalar_one()
    except SQLAlchemyError:
        response = jsonify({"status": "database_unreachable"})
        response.status_code = 503
        return response
    return jsonify({"status": "ok"})


def styleguide() -> str:
    """Every component on one page; only there in development."""
    return render_template("core/styleguide.html", **styleguide_examples(ROOT / "static" / "icons"))


def init(app: Flask, config: Config) -> None:
    """Register the routes; the component page only in development."""
    app.register_blueprint(blueprint)
    entrances.declare(
        routes={
            "static": Permission.READ_PUBLIC,
            "core.healthz": Permission.READ_PUBLIC,
            "core.readyz": Permission.READ_PUBLIC,
            "core.styleguide": Permission.SEE_STYLEGUIDE,
        }
    )
    if config.development:
        app.add_url_rule("/styleguide", "core.styleguide", styleguide)
