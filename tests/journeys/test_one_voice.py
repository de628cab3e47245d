"""One voice, followed from the slip to the concept and back, as the people see it who take part in it."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pikepdf
import pytest
from playwright.sync_api import Page, expect

from tests.browser.fixtures import (
    DIALOGUE,
    TOPICS,
    Visits,
    enter_code,
    number_of,
    open_vote,
    publish,
    ready,
    sign_in,
    write_need,
)
from tools.demo_site import PROGRAM, ROOT, DemoSite

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FIRST = "Nach 18 Uhr fährt bei uns kein Bus mehr."
BETTER = "Nach 18 Uhr fährt in unserem Ortsteil kein Bus mehr. Der Sportverein ist dann nicht zu erreichen."
QUESTION = "Welchen Weg können Sie abends nicht fahren?"


@pytest.mark.parametrize("width", [390, 1280])
def test_a_need_goes_from_the_slip_to_the_concept_and_back(
    visit: Visits, demo: DemoSite, tmp_path: Path, width: int
) -> None:
    purpose = f"journey {width}"
    topic = TOPICS[purpose]
    author, staff, visitor = (visit("visitor", width) for _ in range(3))

    # A slip of paper is all one needs.
    author.goto("/")
    author.get_by_label("Zehn Zeichen von Ihrem Zettel").fill(visit.slip(purpose).lower())
    author.get_by_role("button", name="Mit Code teilnehmen").click()
    expect(author.get_by_role("button", name="Abmelden").first).to_be_attached()
    number = write_need(author, f"{FIRST} ({width})", topic)
    expect(author.get_by_text("Wird noch geprüft")).to_be_visible()

    visitor.goto(f"{DIALOGUE}/contributions/{number}")
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Seite nicht gefunden")

    # Coordination asks back, and the author answers with other words.
    sign_in(staff, demo)
    staff.goto(f"{DIALOGUE}/moderation/{number}")
    staff.get_by_label("Frage oder Hinweis an die Person, die geschrieben hat").fill(QUESTION)
    staff.get_by_role("button", name="Mit dieser Frage zurückgeben").click()
    expect(staff.get_by_text(f"{number} ist mit Ihrer Frage zurückgegangen.")).to_be_visible()

    author.goto(f"{DIALOGUE}/mine")
    expect(author.get_by_text(QUESTION)).to_be_visible()
    author.get_by_role("link", name=re.compile("Nach 18 Uhr")).click()
    expect(author.get_by_role("heading", name="Wir haben eine Frage dazu").first).to_be_visible()
    expect(author.get_by_role("blockquote")).to_have_text(QUESTION)
    author.get_by_role("link", name="Meinen Text ändern").click()
    author.get_by_label("Was fehlt?").fill(f"{BETTER} ({width})")
    author.get_by_role("button", name="Geänderten Text senden").click()
    expect(author.get_by_text("Ihr neuer Text ist angekommen.")).to_be_visible()

    # A visitor who has the register open sees it arrive.
    visitor.goto(f"{DIALOGUE}/register")
    expect(visitor.get_by_text("Verbunden: Neues erscheint von selbst.")).to_be_visible()
    stay(visitor)
    publish(staff, number)
    expect(visitor.locator(f"[data-id={number}]")).to_contain_text("Nach 18 Uhr fährt in unserem Ortsteil")
    has_stayed(visitor)

    # It can be chosen in the vote on its topic; what is given can be taken back and survives a reload.
    open_vote(author, topic)
    ready(author)
    dots = author.get_by_role("group", name=re.compile("Punkte für: Nach 18 Uhr"))
    more = dots.get_by_role("button", name=re.compile("Einen Punkt geben"))
    less = dots.get_by_role("button", name=re.compile("Einen Punkt wegnehmen"))
    more.click()
    more.click()
    expect(author.get_by_text("Noch 3 von 5 Punkten übrig")).to_be_visible()
    expect(more).to_be_disabled()
    expect(author.get_by_text("Ihre Punkte sind gespeichert.")).to_be_visible()
    author.reload()
    ready(author)
    expect(dots).to_contain_text("Ihre Punkte: 2 von 2")
    less.click()
    expect(author.get_by_text("Noch 4 von 5 Punkten übrig")).to_be_visible()
    more.click()
    expect(author.get_by_text("Noch 3 von 5 Punkten übrig")).to_be_visible()
    expect(author.get_by_text("Ihre Punkte sind gespeichert.")).to_be_visible()
    poll = author.url

    # Until the result is published nobody but staff sees it, and whoever watches sees it come.
    visitor.goto(poll)
    expect(visitor.get_by_text("Das Ergebnis zeigen wir erst nach dem Ende.")).to_be_visible()
    expect(visitor.get_by_role("button", name=re.compile("Einen Punkt geben"))).to_have_count(0)
    staff.goto(poll)
    staff.locator("#ask-close > summary").click()
    staff.locator("#ask-close button").click()
    expect(staff.get_by_text("Die Abstimmung ist beendet.").first).to_be_visible()
    author.goto(poll)
    expect(author.get_by_text("Diese Abstimmung ist beendet")).to_be_visible()
    visitor.goto(poll)
    expect(visitor.get_by_text("Das Ergebnis steht bald hier.")).to_be_visible()
    expect(visitor.get_by_role("table")).to_have_count(0)
    staff.locator("#ask-publish > summary").click()
    staff.locator("#ask-publish button").click()
    expect(staff.get_by_text("Das Ergebnis ist veröffentlicht.")).to_be_visible()

    visitor.goto(poll)
    expect(visitor.get_by_text("1 Person hat abgestimmt.").first).to_be_visible()
    expect(visitor.locator("figure svg")).to_be_visible()
    first_row = visitor.get_by_role("table").locator("tbody tr").first
    expect(first_row).to_contain_text(number)
    expect(first_row.get_by_role("cell")).to_have_text(["1", "2", "1"])
    with visitor.expect_download() as download:
        visitor.get_by_role("link", name="Summen (CSV)").click()
    table = Path(download.value.path()).read_text().splitlines()
    assert table[0] == "item,reference,points,voters"
    assert sum(line.endswith(f",{number},2,1") for line in table) == 1

    # The chapter of the concept follows this vote now, and its source leads back to the voice.
    staff.goto(f"{DIALOGUE}/concept")
    staff.get_by_role("link", name=re.compile(topic)).first.click()
    staff.get_by_role("link", name="Abstimmung für die Reihenfolge wählen").click()
    staff.get_by_role("radio", name=re.compile("Nachabstimmung")).check()
    staff.get_by_role("button", name="Diese Reihenfolge nehmen").click()
    expect(
        staff.get_by_text("Die Bedarfe in diesem Kapitel sind jetzt nach dieser Abstimmung geordnet.")
    ).to_be_visible()

    visitor.goto("/")
    visitor.goto(f"{DIALOGUE}/concept")
    visitor.get_by_role("link", name=re.compile(topic)).first.click()
    voice = visitor.locator(".vs-para").filter(has_text=number).filter(has_text="Nach 18 Uhr")
    voice.get_by_text("Herkunft").click()
    voice.get_by_role("link", name=re.compile("Nach 18 Uhr|" + number)).first.click()
    expect(visitor.get_by_role("heading", level=1)).to_contain_text("Nach 18 Uhr")
    assert number_of(visitor) == number
    stations = visitor.get_by_role("region", name="Was daraus wurde")
    for station in (
        "Bei uns eingegangen",
        "Wir haben eine Frage dazu",
        "Der Text wurde geändert",
        "Im Verzeichnis veröffentlicht",
        "2 Punkte, Platz 1 von",
        "Steht im Konzept",
    ):
        expect(stations).to_contain_text(station)
    expect(visitor.get_by_text(QUESTION)).to_have_count(0)

    paper = compile_concept(demo, tmp_path)
    assert f"contributions/{number}" in links_of(next(paper.glob("*.pdf")))
    words = next(paper.glob("*.md")).read_text("utf-8")
    assert BETTER in words.replace("\n", " ")


def test_who_wrote_what_is_hidden_sees_why(visit: Visits, demo: DemoSite) -> None:
    author, staff, visitor = visit("visitor", 390), visit("coordinator"), visit("visitor", 390)
    enter_code(author, visit.slip("hidden"))
    number = write_need(author, "Kaufen Sie bei uns günstige Deutschkurse!", "Sprache und Bildung")
    staff.goto(f"{DIALOGUE}/moderation/{number}")
    staff.get_by_role("button", name="Mit diesem Grund ausblenden").click()
    expect(staff.get_by_text("Bitte wählen Sie einen Grund aus der Liste.").first).to_be_visible()
    staff.get_by_role("radio", name="Der Beitrag ist Werbung.").check()
    staff.locator("#hide-note").fill("Angebote von Firmen nehmen wir hier nicht auf.")
    staff.get_by_role("button", name="Mit diesem Grund ausblenden").click()
    expect(staff.get_by_text(f"{number} ist ausgeblendet.")).to_be_visible()

    author.goto(f"{DIALOGUE}/mine")
    expect(author.get_by_text("Der Beitrag ist Werbung.")).to_be_visible()
    author.get_by_role("link", name=re.compile("Kaufen Sie")).click()
    expect(author.get_by_role("heading", name="Diesen Beitrag zeigen wir nicht")).to_be_visible()
    expect(author.get_by_text("Grund: Der Beitrag ist Werbung.")).to_be_visible()
    expect(author.get_by_text("Angebote von Firmen nehmen wir hier nicht auf.")).to_be_visible()
    visitor.goto(f"{DIALOGUE}/contributions/{number}")
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Seite nicht gefunden")


def test_who_joins_by_the_event_code_takes_part_at_once(visit: Visits, demo: DemoSite) -> None:
    guest = visit("visitor", 390)
    guest.goto(f"{DIALOGUE}/contribute/need")
    guest.get_by_role("link", name="Ich habe nur den Code der Veranstaltung").click()
    guest.get_by_label("Code der Veranstaltung").fill("AAAAAA")
    guest.locator("main form").get_by_role("button", name="Teilnehmen").click()
    expect(guest.get_by_text("Dieser Code geht nicht.").first).to_be_visible()
    guest.get_by_label("Code der Veranstaltung").fill(demo.event_code)
    guest.locator("main form").get_by_role("button", name="Teilnehmen").click()
    expect(guest.get_by_role("heading", level=1)).to_have_text("Ihr persönlicher Code")
    code = guest.locator(".vs-code").inner_text()
    assert re.fullmatch(r"[0-9A-Z]{5}-[0-9A-Z]{5}", code)
    guest.get_by_role("button", name="Ich habe ihn aufgeschrieben, weiter").click()
    expect(guest.get_by_role("heading", level=1)).to_have_text("Was fehlt und was es gibt")
    number = write_need(guest, "Im Schwimmbad fehlen Zeiten nur für Frauen.", "Sprache und Bildung")

    # The code works on another device, where one's own words are found again.
    elsewhere = visit("visitor")
    enter_code(elsewhere, code)
    elsewhere.goto(f"{DIALOGUE}/mine")
    expect(elsewhere.get_by_text(number)).to_be_visible()


def stay(page: Page) -> None:
    page.evaluate("window.stayed = true")


def has_stayed(page: Page) -> None:
    assert page.evaluate("window.stayed === true"), "The page was loaded again."


def compile_concept(site: DemoSite, folder: Path) -> Path:
    """Write the concept of the served demonstration by the command line."""
    subprocess.run(
        [PROGRAM, "concept", "compile", "enzkreis", "--out", folder],
        cwd=ROOT,
        env={**os.environ, "DEMO": "1", "VAR_DIR": str(site.folder)},
        check=True,
        capture_output=True,
        timeout=120,
    )
    return folder


def links_of(file: Path) -> str:
    """All addresses that links of a PDF lead to, one a line."""
    with pikepdf.open(file) as document:
        return "\n".join(
            str(note.A.URI)
            for page in document.pages
            for note in page.get("/Annots", [])
            if "/A" in note and "/URI" in note.A
        )
