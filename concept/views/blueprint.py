"""The blueprint all views here hang on."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("concept", __name__, url_prefix="/dialogues/<slug>")
