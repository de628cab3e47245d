"""German order of names: ä stands with a, ß with ss, as in a dictionary (DIN 5007-1)."""

from __future__ import annotations

import unicodedata


def sort_name(name: str) -> str:
    """The spelling by which `name` is put in order; two names with the same one differ only in accents."""
    folded = unicodedata.normalize("NFKD", name.casefold())
    return "".join(c if c.isalnum() else " " for c in folded if not unicodedata.combining(c))
