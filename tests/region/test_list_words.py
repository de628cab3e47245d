"""Other words for fields and places, from the folder of a county."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask

from core.actor import OPERATOR
from core.transaction import transaction
from region import actions, queries
from region.county_files import BadFolder
from region.folder import read_folder
from tests.region import folders

WORDS = {
    "fields": {"themen": {"feld-1": ["Freizeit"]}},
    "parts": {"08317001": ["Oberdorf"]},
    "county": ["Kreis"],
}


def test_words_of_lists_are_kept_with_the_county(app: Flask, tmp_path: Path) -> None:
    folder = folders.write(tmp_path)
    (folder / "words.json").write_text(json.dumps(WORDS), "utf-8")
    with app.app_context():
        with transaction():
            actions.set_up_county(OPERATOR, read_folder(folder))
        county = queries.county()
        assert county is not None
        assert county.list_words == WORDS
        (folder / "words.json").unlink()
        with transaction():
            actions.set_up_county(OPERATOR, read_folder(folder))
        assert county.list_words is None


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "This must be one JSON object"),
        ({"places": {}}, "“places” is not known."),
        ({"parts": {"08236040": ["Enzberg"]}}, "“parts” names 08236040, which is not a municipality"),
        ({"parts": []}, "“parts” must be an object"),
        ({"fields": {"themen": {"anders": ["x"]}}}, "“fields” names “anders” of “themen”"),
        ({"fields": {"themen": ["x"]}}, "“fields” must be an object"),
        ({"county": "Kreis"}, "“county” must be a list of at most 200 texts."),
        ({"county": [" "]}, "“county” must be a list of at most 200 texts."),
    ],
)
def test_every_fault_of_the_words_is_named(tmp_path: Path, words: object, said: str) -> None:
    folder = folders.write(tmp_path)
    (folder / "words.json").write_text(json.dumps(words), "utf-8")
    with pytest.raises(BadFolder) as caught:
        read_folder(folder)
    assert caught.value.sentences[0].startswith(f"words.json: {said}")
