"""How alike a need and an offer are, and why; no database here, and nothing leaves the machine.

`words` makes comparable words of a text, `meaning` compares what they say where a county wants that, `index`
finds the best of many, `reasons` says in a sentence why.
"""

from __future__ import annotations

from dialog.matching.index import Entry, Index, Proposal, said
from dialog.matching.meaning import Meaning
from dialog.matching.reasons import Reason, reasons_for

__all__ = ["Entry", "Index", "Meaning", "Proposal", "Reason", "reasons_for", "said"]
