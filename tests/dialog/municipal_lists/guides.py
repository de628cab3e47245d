"""What is known about a county, from its folder."""

from __future__ import annotations

from dialog.municipal_lists.places import Guide
from region.folder import read_folder
from tests.region import folders

_FOLDER = read_folder(folders.ENZKREIS)
_SET = _FOLDER.field_sets[0]
_WORDS = _FOLDER.list_words or {}
ENZKREIS = Guide(
    _FOLDER.county.name,
    [(one.ags, one.name) for one in _FOLDER.municipalities],
    {one.slug: one.names for one in _SET.fields},
    _WORDS["fields"][_SET.slug],
    _WORDS["parts"],
    _WORDS["county"],
)
