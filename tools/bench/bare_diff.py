"""diff-match-patch alone, on words that were told apart before: what a comparison costs without our part."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence

from diff_match_patch import diff_match_patch

from core.documents.worker import LIMITS


def compare_bare(old: Sequence[str], new: Sequence[str]) -> int:
    """The number of pieces two texts differ in; each word is one character, as in `core.documents.words`."""
    names: dict[str, str] = {}
    for word in (*old, *new):
        names.setdefault(word, chr(0x10000 + len(names)))
    differ = diff_match_patch()
    differ.Diff_Timeout = 0
    found = differ.diff_main(
        "".join(names[word] for word in old), "".join(names[word] for word in new), False
    )
    differ.diff_cleanupSemantic(found)
    return len(found)


if __name__ == "__main__":
    os.nice(LIMITS.niceness)
    print(compare_bare(*json.loads(sys.stdin.read())))
