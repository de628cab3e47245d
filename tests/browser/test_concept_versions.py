"""The concept from what people said to two versions, as a coordinator does it and as a visitor checks it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.fixtures import DIALOGUE, Visits
from tests.browser.looks import TOO_WIDE, look_at, nothing
from tools import verify_concept

pytestmark = [pytest.mark.browser, pytest.mark.slow]
FILES_MS = 90_000
"""Releasing makes all files, the PDF too, before it answers; beside other tests that takes a while."""

CONCEPT = f"{DIALOGUE}/concept"
FIRST = "Viele haben gesagt, dass ihnen die persönlichen Treffen fehlen."
SECOND = "Viele haben gesagt, dass ihnen die persönlichen Treffen sehr fehlen."

# Axe takes ten seconds for the whole text of a version, and finds no other kinds of elements in it than here.
SHORTER = """() => [...document.querySelectorAll('.vs-doc > *')].slice(3).forEach((one) => one.remove())"""


def need_to_answer(page: Page) -> str:
    """The first need that stands in the way of a release; empty if there is none any more."""
    page.goto(f"{CONCEPT}/release")
    missing = page.get_by_role("link", name=re.compile(r"^Antworten\s*: B-\d+$"))
    release = page.get_by_role("button", name=re.compile("Fassung .* freigeben"))
    if missing.count() == 0:
        expect(release).to_be_visible()
        return ""
    told = re.compile(r"\d+ Bedarfe? (hat|haben) noch keine Antwort")
    expect(page.get_by_role("heading", name=told)).to_be_visible()
    expect(release).to_have_count(0)
    reference = missing.first.inner_text().split()[-1]
    missing.first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(reference)
    return reference


def use_it(page: Page, reference: str) -> str:
    """Write a paragraph in the chapter of a need, and rest it on that need. Gives the address of the text."""
    page.get_by_role("link", name="Zum Kapitel").click()
    page.get_by_role("link", name=re.compile(r"^Text schreiben\s*: Wie es ist")).first.click()
    address = page.url
    write(page, address, "", FIRST)
    page.get_by_role("link", name="Zum Kapitel").click()
    page.locator(".vs-para").filter(has_text=FIRST).get_by_role("link", name="Beleg hinzufügen").click()
    page.get_by_label("Wörter oder eine Nummer wie B-058").fill(reference)
    page.get_by_role("button", name="Suchen").click()
    page.get_by_role("button", name=f"Als Beleg hinzufügen : {reference}").click()
    expect(page.get_by_text("Der Beleg ist hinzugefügt.")).to_be_visible()
    return address


def write(page: Page, address: str, before: str, after: str) -> None:
    """Change words in the text of a section; without `before` they are a new paragraph at its end."""
    page.goto(address)
    area = page.get_by_label("Text des Abschnitts")
    text = area.input_value()
    area.fill(text.replace(before, after) if before else f"{text}\n\n{after}".strip())
    page.get_by_role("button", name="Text speichern").click()
    expect(page.get_by_text("Der Text ist gespeichert.")).to_be_visible()


def decline(page: Page) -> None:
    """Say on the page of a need why the concept does not take it up."""
    page.get_by_label("Warum das Konzept ihn nicht aufgreift").fill("Dafür ist das Land zuständig.")
    page.get_by_role("button", name="Begründung veröffentlichen").click()
    expect(page.get_by_text("Die Begründung ist gespeichert.")).to_be_visible()


def release(page: Page, note: str) -> int:
    """Release the next version; gives its number."""
    page.goto(f"{CONCEPT}/release")
    page.get_by_label("Was ist neu?").fill(note)
    page.get_by_role("button", name=re.compile(r"^Fassung \d+ freigeben$")).click(timeout=FILES_MS)
    told = page.get_by_text(re.compile(r"^Fassung \d+ ist freigegeben. Sie bleibt, wie sie ist.$"))
    expect(told).to_be_visible()
    return int(told.inner_text().split()[1])


def checked(folder: Path, fingerprint: str) -> subprocess.CompletedProcess[str]:
    """What the checker says of the bundle in a folder where nothing of the program is."""
    python = shutil.which("python3", path=os.defpath) or sys.executable
    command = [python, "-I", "verify_concept.py", "bundle.zip", "--fingerprint", fingerprint]
    return subprocess.run(command, cwd=folder, env={}, capture_output=True, text=True, check=False)


def test_from_evidence_to_two_versions_and_to_a_check_elsewhere(visit: Visits, tmp_path: Path) -> None:
    staff, visitor = visit("coordinator"), visit("visitor", 390)

    # Needs above the line without an answer are in the way; one is used, the others are declined.
    reference = need_to_answer(staff)
    assert reference
    text = use_it(staff, reference)
    while other := need_to_answer(staff):
        assert other != reference
        decline(staff)
    first = release(staff, "Die erste Fassung.")

    write(staff, text, FIRST, SECOND)
    second = release(staff, "Ein Wort mehr.")
    assert second == first + 1
    staff.get_by_role("link", name=f"Mit Fassung {first} vergleichen").click()
    changed = staff.locator(".vs-doc p").filter(has_text="die persönlichen Treffen")
    expect(changed.locator("ins")).to_contain_text("sehr")
    expect(changed.locator("del")).to_have_count(0)

    # Anybody reads both, finds what is new, and takes them along.
    visitor.goto(f"{CONCEPT}/versions/{first}")
    expect(visitor.get_by_text(FIRST)).to_be_attached()
    expect(visitor.get_by_text(SECOND)).to_have_count(0)
    visitor.get_by_role("link", name=f"Zur neuesten Fassung ({second})").click()
    visitor.get_by_text("Prüfen, dass nichts geändert wurde").click()
    fingerprint = visitor.locator(".vs-hashes dd").first.inner_text()
    with visitor.expect_download() as bundle:
        visitor.get_by_role("link", name="Paket (ZIP)").click()
    bundle.value.save_as(tmp_path / "bundle.zip")
    shutil.copy(verify_concept.__file__, tmp_path)
    done = checked(tmp_path, fingerprint)
    assert done.returncode == 0, done.stdout + done.stderr
    data = bytearray((tmp_path / "bundle.zip").read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / "bundle.zip").write_bytes(data)
    assert checked(tmp_path, fingerprint).returncode == 1


def test_pages_of_versions_can_be_used_by_everybody(visit: Visits) -> None:
    staff, visitor = visit("coordinator", 390), visit("visitor", 390)
    found: dict[str, list[str]] = {}
    write(staff, f"{CONCEPT}/write/field-freizeit-situation", "", "Das ist neu.")
    while need_to_answer(staff):
        found |= look_at(staff, "answer", wide=False)
        decline(staff)
    number = release(staff, "Zum Ansehen.")
    visitor.goto(f"{CONCEPT}/versions/{number}")
    found["version, out of 390"] = visitor.evaluate(TOO_WIDE)
    visitor.evaluate(SHORTER)
    found |= look_at(visitor, "version", wide=True)
    visitor.goto(f"{CONCEPT}/versions/compare?from={number}&to=draft")
    found |= look_at(visitor, "comparison", wide=False)
    staff.goto(f"{CONCEPT}/versions/{number}/withdraw")
    found |= look_at(staff, "withdraw", wide=False)
    staff.get_by_label("Warum gilt diese Fassung nicht mehr?").fill("Ein Wort hat gefehlt.")
    staff.get_by_role("button", name=f"Fassung {number} zurückziehen").click()
    answer = visitor.goto(f"{CONCEPT}/versions/{number}")
    assert answer is not None
    assert answer.status == 410
    expect(visitor.get_by_text("Ein Wort hat gefehlt.")).to_be_visible()
    found |= look_at(visitor, "withdrawn version", wide=False)
    nothing(found)
