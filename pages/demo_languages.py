"""What the demonstration says in further languages; `demo/languages.json` has it by the German words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache

from core.config import ROOT
from core.db import Names


def in_many(names: Names) -> Names:
    """The same text in all languages there are of it; what `names` says already stays."""
    return {**_known().get(names["de"], {}), **names}


def about_topic(patterns: Names, topic: Names) -> Names:
    """A text with the name of a topic in it where the patterns have `{topic}`, in all languages there are."""
    return {
        code: pattern.format(topic=topic.get(code, topic["de"]))
        for code, pattern in in_many(patterns).items()
    }


@lru_cache(maxsize=1)
def _known() -> Mapping[str, Names]:
    known: dict[str, Names] = json.loads((ROOT / "demo" / "languages.json").read_text("utf-8"))
    return known
