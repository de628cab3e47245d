"""The files: same content, same bytes; needs in order; hostile words inert; links that lead back."""

from __future__ import annotations

import io
import json
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pdfua
import pikepdf
import pytest
from flask import Flask

from concept import compile as compiling
from concept.actions import concepts
from concept.compile import compile_now, order
from concept.queries import contents
from core.actor import OPERATOR, VISITOR
from core.config import ROOT, Config
from core.documents.tree import Document
from core.documents.worker import FORMATS, Rendered, RenderFailed
from core.transaction import transaction
from dialog.actions.contributions import withdraw_contribution
from dialog.actions.moderation import hide_contribution
from dialog.queries import dialogues as dialogue_queries
from dialog.vocabulary import PollStatus
from tests import factories
from tests.concept import ground
from tests.core.test_documents_pdf import characters
from tools import example

pytestmark = pytest.mark.without_database

RANKING = json.loads((ROOT / "tests" / "data" / "demo_ranking.json").read_text("utf-8"))
AS_OF = re.compile(r"Stand: (\d+)\. (\w+ \d{4}), \d\d:\d\d Uhr")
HOSTILE = (
    "#set page(width: 1pt) <script>alert(1)</script> *fett* _kursiv_ `code` $x$ [Falle](javascript:alert(1)) "
    "| Spalte | \\textbf{x} @quelle &amp; አማርኛ 中文 👍🏽 🇹🇷 \u200cنیم\u200cفاصله"
)


@pytest.fixture
def demo(demo_app: Flask) -> Iterator[Flask]:
    with demo_app.app_context():
        yield demo_app


def settings(app: Flask) -> Config:
    found: Config = app.config["SETTINGS"]
    return found


def demo_order(app: Flask, config: Config | None = None) -> compiling.Order:
    dialogue = dialogue_queries.access_dialogue(VISITOR, "enzkreis")
    return order(contents.whole_content(VISITOR, dialogue), config or settings(app))


def letters(text: str) -> str:
    """Letters and digits alone: line ends, hyphens and marks of a format are left out."""
    return "".join(char for char in text if char.isalnum())


@pytest.mark.slow
def test_the_demonstration_in_all_formats(demo: Flask, tmp_path: Path) -> None:
    wanted = demo_order(demo)
    first, second = compile_now(wanted, FORMATS), compile_now(wanted, FORMATS)
    assert first.files == second.files
    assert demo_order(demo).hash == wanted.hash

    (tmp_path / "c.pdf").write_bytes(first.files["pdf"])
    report = pdfua.validate(tmp_path / "c.pdf")
    assert [finding for finding in report.findings if finding.severity != "info"] == []

    data = json.loads((ROOT / "demo" / "enzkreis-demo.json").read_text("utf-8"))
    needs = {need["id"]: need for need in data["needs"]}
    with pikepdf.open(io.BytesIO(first.files["pdf"])) as pdf:
        printed = letters(characters(pdf))
    shown = {
        "pdf": printed,
        "md": letters(first.files["md"].decode()),
        "html": letters(re.sub(r"<[^>]*>", "", first.files["html"].decode())),
    }
    for text in shown.values():
        for ranked in RANKING.values():
            places = [text.rindex(letters(needs[number]["text"])) for number in ranked]
            assert places == sorted(places)


def test_markdown_and_html_lead_to_the_contributions(demo: Flask) -> None:
    files = compile_now(demo_order(demo), ["md", "html"]).files
    address = f"{settings(demo).public_url}/dialogues/enzkreis/contributions/B-058"
    assert f"[B-058]({address})" in files["md"].decode()
    assert f'<a href="{address}">' in files["html"].decode()


def undated(text: str) -> str:
    """A compiled concept without the day and the time it was compiled at."""
    made = AS_OF.search(text)
    assert made is not None
    day, month = made.groups()
    return re.sub(rf"\b{day}\\?\. {month}", "", AS_OF.sub("", text))


def test_the_example_in_the_docs_is_current(demo: Flask) -> None:
    """`make example` writes it; only the time of the compilation may differ."""
    there = replace(settings(demo), public_url=example.SITE)
    files = compile_now(demo_order(demo, there), ["md", "html"]).files
    for format_, compiled in files.items():
        kept = (ROOT / "docs" / "example" / f"enzkreis.{format_}").read_text("utf-8")
        assert undated(compiled.decode()) == undated(kept), f"docs/example/enzkreis.{format_} is old."


@pytest.mark.usefixtures("inside")
class TestOnASmallConcept:
    """With words of our own choosing."""

    @pytest.fixture
    def files(self, app: Flask) -> Rendered:
        factories.contribution(text=HOSTILE, title="*Titel* <b>fett</b> #strong[x]")
        ground.a_concept()
        return compile_now(order(ground.whole(), settings(app)), FORMATS)

    def test_hostile_words_are_inert_and_what_cannot_be_printed_is_listed(self, files: Rendered) -> None:
        html, markdown = files.files["html"].decode(), files.files["md"].decode()
        assert "<script" not in html
        assert "<b>fett" not in html
        assert "&lt;script&gt;" in html
        assert "<script" not in markdown
        assert "\\*fett\\*" in markdown
        assert "Falle](" not in markdown
        with pikepdf.open(io.BytesIO(files.files["pdf"])) as pdf:
            printed = letters(characters(pdf))
            assert letters("#set page(width: 1pt)") in printed
            assert not any("javascript" in str(url) for url in targets(pdf))
        missing = {character.code for character in files.missing}
        assert {"U+1F44D", "U+4E2D"} <= missing
        assert "አማርኛ" in printed
        assert "U+200C" not in missing

    def test_a_section_without_anything_says_so(self, files: Rendered) -> None:
        assert "Hier steht noch nichts." in files.files["md"].decode()

    def test_a_need_of_another_vote_leads_to_that_vote(self, app: Flask) -> None:
        ground.a_concept()
        decisive = factories.poll(PollStatus.PUBLISHED, needs=1, ballots={"a": {1: 1}})
        other = factories.poll(PollStatus.PUBLISHED, needs=1, ballots={"a": {2: 1}})
        with transaction():
            concepts.choose_decisive_poll(OPERATOR, ground.section(), ground.poll(decisive))
        path = f"/dialogues/probe/polls/{other.id}"
        wanted = order(ground.whole(), settings(app))
        files = compile_now(wanted, FORMATS).files
        address = f"{settings(app).public_url}{path}"
        assert f"]({address})" in files["md"].decode()
        assert f'<a href="{address}">' in files["html"].decode()
        with pikepdf.open(io.BytesIO(files["pdf"])) as pdf:
            assert address in [str(url) for url in targets(pdf)]

    def test_the_document_is_german_whoever_asks(self, app: Flask) -> None:
        ground.a_concept()
        content = ground.whole()
        here = order(content, settings(app))
        with app.test_request_context("/?lang=en"):
            there = order(content, settings(app))
        assert here.hash == there.hash
        assert here.document.language == "de"
        assert here.labels.sources == "Herkunft"


def targets(pdf: pikepdf.Pdf) -> list[Any]:
    notes = [note for page in pdf.pages for note in page.get("/Annots", [])]
    return [note.A.URI for note in notes if "/A" in note and "/URI" in note.A]


# ------------------------------------------------------------------------------------------------- the cache


@pytest.fixture
def wanted(inside: Flask, tmp_path: Path) -> tuple[compiling.Order, Config]:
    ground.a_concept()
    config = replace(settings(inside), var_dir=tmp_path)
    return order(ground.whole(), config), config


def test_many_who_ask_at_once_wait_for_one_compiling(
    wanted: tuple[compiling.Order, Config], monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def slowly(document: Document, formats: list[str], **_: Any) -> Rendered:
        made.append(formats[0])
        time.sleep(0.2)
        return Rendered({"md": b"# Konzept\n"})

    monkeypatch.setattr(compiling, "render_in_child", slowly)
    got: list[bytes] = []
    asking = [
        threading.Thread(target=lambda: got.append(compiling.compiled(wanted[0], "md", wanted[1]).data))
        for _ in range(5)
    ]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    assert got == [b"# Konzept\n"] * 5
    assert made == ["md"]
    compiling.compiled(wanted[0], "md", wanted[1])
    assert made == ["md"]


def test_a_compiling_that_fails_says_so_and_is_tried_again(
    wanted: tuple[compiling.Order, Config], monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[int] = []

    def fail(*_: Any, **__: Any) -> Rendered:
        tries.append(1)
        raise RenderFailed("no fonts")

    monkeypatch.setattr(compiling, "render_in_child", fail)
    for _ in range(2):
        with pytest.raises(compiling.CannotCompile):
            compiling.compiled(wanted[0], "pdf", wanted[1])
    assert len(tries) == 2


def test_words_that_were_taken_back_or_hidden_leave_the_kept_files(
    inside: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    ground.a_concept()
    kept = settings(inside).var_dir / "cache" / "concept"
    reached, go_on = threading.Event(), threading.Event()

    def wait(document: Document, formats: list[str], **_: Any) -> Rendered:
        reached.set()
        go_on.wait(5)
        return Rendered({"md": b"words"})

    author = factories.participant()
    gone = factories.contribution(author=author)
    compiling.compiled(order(ground.whole(), settings(inside)), "md", settings(inside))
    assert list(kept.iterdir())
    with transaction():
        withdraw_contribution(author.actor, ground.again(gone))
    assert not list(kept.iterdir())

    hidden = factories.contribution()
    monkeypatch.setattr(compiling, "render_in_child", wait)
    asked = order(ground.whole(), settings(inside)), "md", settings(inside)

    def ask() -> None:
        with pytest.raises(compiling.StillCompiling):
            compiling.compiled(*asked)

    asking = threading.Thread(target=ask)
    asking.start()
    assert reached.wait(5)
    with transaction():
        hide_contribution(factories.STAFF, ground.again(hidden), reason="personal_data")
    go_on.set()
    asking.join()
    assert not list(kept.iterdir())


def test_files_are_written_whole_or_not_at_all(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("before")
    with pytest.raises(OSError, match="No such file"):
        compiling.write_together({tmp_path / "gone" / "a": b"new", tmp_path / "a": b"new"})
    assert (tmp_path / "a").read_text() == "before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a"]
