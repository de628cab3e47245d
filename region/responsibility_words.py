"""What can be said of who does a task of the municipalities."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from core.errors import Sentence
from core.i18n import lazy_gettext as _l


class Form(StrEnum):
    """Form of organisation: who does a task for a municipality."""

    OWN = "own"
    COUNTY = "county"
    PROVIDER = "provider"
    JOINT = "joint"
    ASSOCIATION = "association"


FORM_LABELS: Mapping[str, Sentence] = {
    Form.OWN: _l("with its own staff"),
    Form.COUNTY: _l("through the county"),
    Form.PROVIDER: _l("through a provider"),
    Form.JOINT: _l("together with other municipalities"),
    Form.ASSOCIATION: _l("through a welfare association"),
}
"""How a municipality has a task done, as the end of a sentence."""
