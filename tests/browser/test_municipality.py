"""A pilot municipality hands in its workbook, mends rows, takes it over, sees its gaps, prints its sheet."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pytest
from openpyxl import Workbook
from playwright.sync_api import expect

from tests.browser.fixtures import DIALOGUE, Visits
from tests.browser.looks import look_at, nothing

pytestmark = [pytest.mark.browser, pytest.mark.slow]

KELTERN = f"{DIALOGUE}/municipalities/08236070"
ROWS = (
    ("Angebote der Gemeinde Keltern", None, None, None, None),
    ("Gemeinde", "Thema", "Angebot", "Träger / Verein", "Kosten"),
    ("Keltern", "Freizeit", "Boule am Rathaus", "Boulefreunde", "kostenlos"),
    (None, "Sprache u. Bildung", "Lesestunde in der Bücherei", "Gemeindebücherei", "2,50 €"),
    ("Ellmendingen", "Freizeit", "Kelterfest für alle", "Dorfgemeinschaft", None),
    ("Keltern", "Gemischtes", "Fahrdienst zum Amt", "Gemeinde Keltern", None),
    ("Straubenhardt", "Freizeit", "Sporttreff", "Netzwerk", None),
    ("Summe", None, None, None, None),
)


def workbook(folder: Path) -> Path:
    made = Workbook()
    for row in ROWS:
        made.active.append(row)
    path = folder / "angebote-keltern.xlsx"
    made.save(path)
    return path


def test_a_pilot_municipality_from_its_workbook_to_its_printed_sheet(visit: Visits, tmp_path: Path) -> None:
    page = visit("municipality", 1280)
    page.goto(f"{DIALOGUE}/municipalities/08236070")
    page.get_by_role("link", name="Eine Liste abgeben").click()
    page.get_by_label("Ihre Liste").set_input_files(workbook(tmp_path))
    page.get_by_label("Angebote").check(force=True)
    page.get_by_role("button", name="Liste lesen und zeigen").click()

    # The preview says of each row what becomes of it.
    expect(page.get_by_role("heading", level=1)).to_have_text("angebote-keltern.xlsx")
    rows = page.locator("main ol > li")
    expect(rows).to_have_count(6)
    expect(rows.nth(4)).to_contain_text("ist nicht Ihre Gemeinde")
    nothing(look_at(page, "preview of a list", wide=True))

    for number, label, choice in (("3", "Gemeinde", "Keltern"), ("4", "Handlungsfeld", "Freizeit")):
        page.locator(f"#row-{number}").get_by_role("link", name="Ändern").click()
        page.get_by_label(label, exact=True).select_option(label=choice)
        page.get_by_role("button", name="Zeile speichern").click()
        expect(page.locator(f"#row-{number}")).to_contain_text("Keltern · Freizeit")
    page.get_by_role("button", name="Übernehmen, was in Ordnung ist").click()
    expect(page.get_by_text("4 Einträge stehen jetzt")).to_be_visible()
    expect(page.get_by_role("link", name="Weggelassene Zeilen mit den Gründen (CSV)")).to_be_visible()

    page.goto(KELTERN)
    page.get_by_role("link", name="Was in Keltern fehlt").click()
    expect(page.get_by_role("link", name="Kelterfest für alle")).to_be_visible()
    page.get_by_role("link", name="Steckbrief").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Keltern")
    expect(page.get_by_text("Boulefreunde").first).to_be_visible()
    with pikepdf.open(io.BytesIO(page.pdf(prefer_css_page_size=True))) as printed:
        assert len(printed.pages) <= 2

    # Who made a mistake takes the whole list back.
    page.goto(f"{KELTERN}/lists")
    page.get_by_role("link", name="angebote-keltern.xlsx").click()
    page.get_by_text("Das war nicht richtig").click()
    page.get_by_role("button", name="Ganze Liste zurücknehmen").click()
    expect(page.get_by_text("Die Liste wurde zurückgenommen")).to_be_visible()


def long_list(rows: int) -> bytes:
    lines = [f"Keltern;Freizeit;{number} {number**3 % 7919};So ist es." for number in range(rows)]
    return "\n".join(("Gemeinde;Thema;Angebot;Beschreibung", *lines)).encode()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_long_list_shows_how_far_it_is(visit: Visits, scripts: bool) -> None:
    page = visit("municipality", 390) if scripts else visit("municipality", 390, java_script_enabled=False)
    page.goto(f"{KELTERN}/lists")
    sent = {"name": f"lang-{scripts}.csv", "mimeType": "text/csv", "buffer": long_list(6_000)}
    page.get_by_label("Ihre Liste").set_input_files(sent)
    page.get_by_label("Angebote").check(force=True)
    page.get_by_role("button", name="Liste lesen und zeigen").click()
    work = page.get_by_role("region", name="Die Zeilen werden angesehen.")
    expect(work.get_by_role("progressbar")).to_be_attached()
    expect(work).to_contain_text("von 6000 Zeilen")
    rows = page.locator("#rows")
    if not scripts:
        work.get_by_role("link", name="Seite neu laden").click()
        for _ in range(60):
            page.wait_for_load_state()
            if rows.count():
                break
            page.wait_for_timeout(300)
            page.reload()
    # With scripts what was found comes by itself.
    expect(rows).to_be_visible()
    expect(work).to_have_count(0)
    page.get_by_text("Auf diese Liste verzichten").click()
    page.get_by_role("button", name="Diese Liste verwerfen").click()


def test_the_workspace_works_without_scripts_and_with_the_keyboard(visit: Visits) -> None:
    page = visit("municipality", 390, java_script_enabled=False)
    page.goto(f"{KELTERN}/write/need")
    page.get_by_label("Was fehlt?").fill("Es fehlt ein Raum für den Frauentreff.")
    page.get_by_label("Freizeit").check(force=True)
    page.get_by_role("button", name="Als Entwurf behalten").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Der Entwurf ist gespeichert.")).to_be_visible()
    page.get_by_role("link", name="Weiterschreiben und senden").first.focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Zum Prüfen senden").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Der Eintrag ist gesendet.")).to_be_visible()
    page.get_by_role("button", name="Alles ist aktuell: bestätigen").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Bestätigt von Gemeinde Keltern am")).to_be_visible()
