"""The blueprint all views here hang on: pages of an event."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("workshops", __name__, url_prefix="/dialogues/<slug>/events/<event_slug>")
