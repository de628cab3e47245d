"""How alike a need and an offer are, and why; no database here, and nothing leaves the machine.

`words` makes comparable words of a text, `index` finds the best of many, `reasons` says in a sentence why.
"""

from __future__ import annotations

from dialog.matching.index import Entry, Index, Proposal
from dialog.matching.reasons import Reason, reasons_for

__all__ = ["Entry", "Index", "Proposal", "Reason", "reasons_for"]
