"""The blueprint all views here hang on, and what their pages share."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("dialog", __name__, url_prefix="/dialogues/<slug>")
