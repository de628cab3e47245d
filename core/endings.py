"""How a command ends when the domain says no: with one sentence on stderr and one of these."""

from __future__ import annotations

BAD_INPUT = 2
"""What was typed cannot be used, or the thing it names is not there."""

REFUSED = 3
"""A rule of the domain forbids it."""
