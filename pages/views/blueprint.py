"""The blueprint all views here hang on."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("pages", __name__)
