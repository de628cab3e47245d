"""`concept compile` as the operator meets it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask

from concept import compile as compiling
from core.documents.worker import RenderFailed
from tests import factories, program
from tests.concept import ground


def run(app: Flask, *args: str) -> tuple[int, str, str]:
    result = program.run(app, "concept", "compile", *args)
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def concept(app: Flask) -> None:
    with app.app_context():
        factories.contribution(text="Mehr davon 👍")
        ground.a_concept()


@pytest.mark.usefixtures("concept")
def test_two_compiles_are_the_same_bytes(app: Flask, tmp_path: Path) -> None:
    first, second = tmp_path / "new" / "first", tmp_path / "second"
    code, out, err = run(app, "probe", "--out", str(first), "--json")
    assert code == 0
    answer = json.loads(out)
    assert [Path(name).name for name in answer["files"]] == ["probe.html", "probe.md", "probe.pdf"]
    assert answer["missing"] == [{"code": "U+1F44D", "name": "THUMBS UP SIGN", "count": 1}]
    assert "U+1F44D THUMBS UP SIGN × 1" in err
    code, out, _ = run(app, "probe", "--edition", "1", "--out", str(second))
    assert code == 0
    assert out.split() == [str(second / f"probe.{ending}") for ending in ("html", "md", "pdf")]
    for path in first.iterdir():
        assert path.read_bytes() == (second / path.name).read_bytes()
    assert len(list(first.iterdir())) == len(list(second.iterdir())) == 3


@pytest.mark.usefixtures("concept")
@pytest.mark.parametrize("number", ["0", "-1", "eins", "9" * 20])
def test_what_is_no_number_of_an_edition_is_bad_input(app: Flask, tmp_path: Path, number: str) -> None:
    assert run(app, "probe", "--edition", number, "--out", str(tmp_path))[0] == 2


@pytest.mark.usefixtures("concept")
@pytest.mark.parametrize("args", [["nowhere"], ["../../etc"], ["probe", "--edition", "2"]])
def test_what_is_not_there_ends_with_a_sentence(app: Flask, tmp_path: Path, args: list[str]) -> None:
    code, out, err = run(app, *args, "--out", str(tmp_path))
    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("concept")
@pytest.mark.parametrize("place", ["a-file", "a-file/below"])
def test_a_folder_that_cannot_be_written_ends_with_a_sentence(app: Flask, tmp_path: Path, place: str) -> None:
    (tmp_path / "a-file").write_text("x")
    code, out, err = run(app, "probe", "--out", str(tmp_path / place))
    assert (code, out) == (2, "")
    assert "Traceback" not in err
    assert [path.name for path in tmp_path.iterdir()] == ["a-file"]


@pytest.mark.usefixtures("concept")
def test_a_document_that_cannot_be_made_leaves_nothing_behind(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RenderFailed("Rendering ended with code 1 (NoFonts).")

    monkeypatch.setattr(compiling, "render_in_child", fail)
    code, out, err = run(app, "probe", "--out", str(tmp_path))
    assert (code, out) == (3, "")
    assert "NoFonts" in err
    assert not list(tmp_path.iterdir())
