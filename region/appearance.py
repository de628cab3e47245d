"""How a field of action looks: an icon and a colour that always go together, checked for contrast."""

from __future__ import annotations

APPEARANCES = (
    "leisure",
    "participation",
    "work",
    "health",
    "language",
    "housing",
    "education",
    "society",
)
"""Names used by `static/icons/field-<icon>.svg` and by the CSS class `vs-f--<colour>`."""
