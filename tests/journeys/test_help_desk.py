"""A phone is gone and the slip with it; the number, copied down somewhere, is enough to go on."""

from __future__ import annotations

import io
import re

import pikepdf
import pytest
from playwright.sync_api import expect

from tests.browser.fixtures import DIALOGUE, Visits, enter_code, ready, write_need

pytestmark = [pytest.mark.browser, pytest.mark.slow]


CUT_OFF = """() => [...document.querySelectorAll('.vs-cut')]
  .filter((slip) => slip.scrollHeight > slip.clientHeight + 1).length"""


def test_who_lost_their_code_goes_on_with_a_new_one(visit: Visits) -> None:
    lost_phone, staff, new_phone = visit("visitor", 390), visit("coordinator", 390), visit("visitor", 390)
    old = visit.slip("help desk")
    enter_code(lost_phone, old)
    number = write_need(lost_phone, "Im Jugendhaus fehlt ein ruhiger Raum zum Lernen.", "Sprache und Bildung")
    lost_phone.goto(f"{DIALOGUE}/register")
    expect(lost_phone.get_by_text("Verbunden: Neues erscheint von selbst.")).to_be_visible()

    # The help desk types the number as it was said; a code said by mistake is not wanted.
    staff.goto(f"{DIALOGUE}/help-desk")
    field = staff.get_by_label("Nummer des Zettels")
    field.fill(old)
    staff.get_by_role("button", name="Zettel suchen").click()
    expect(staff.get_by_text("Bitte fragen Sie nicht nach Codes").first).to_be_visible()
    expect(field).to_have_value("")
    field.fill(visit.slip_number("help desk").lower().replace("-", " "))
    field.press("Enter")
    expect(staff.get_by_text("Gültig", exact=True)).to_be_visible()
    staff.get_by_role("button", name="Code ersetzen und neuen Zettel zeigen").click()
    expect(staff.get_by_text("Diesen Code zeigen wir nur hier und nur jetzt")).to_be_visible()
    new = staff.locator(".vs-cut__digits").inner_text()
    assert re.fullmatch(r"[0-9A-Z]{5}-[0-9A-Z]{5}", new)
    assert new != old
    staff.reload()
    expect(staff.locator(".vs-cut__digits")).to_have_text(new)

    # The lost phone is out, also where it was still connected, and its code opens nothing.
    lost_phone.goto(f"{DIALOGUE}/mine")
    expect(lost_phone.get_by_text(number)).to_have_count(0)
    lost_phone.goto("/code")
    lost_phone.get_by_label("Ihr Code").fill(old)
    lost_phone.get_by_role("button", name="Mit diesem Code teilnehmen").click()
    expect(lost_phone.get_by_text("Dieser Code geht nicht.").first).to_be_visible()

    # The picture on the new slip leads another phone to the same contributions.
    new_phone.goto(f"/code#{new.replace('-', '')}")
    ready(new_phone)
    assert "#" not in new_phone.url
    new_phone.get_by_role("button", name="Mit diesem Code teilnehmen").click()
    expect(new_phone.get_by_role("button", name="Abmelden").first).to_be_attached()
    new_phone.goto(f"{DIALOGUE}/mine")
    expect(new_phone.get_by_text(number)).to_be_visible()


def test_a_sheet_of_slips_fits_on_paper(visit: Visits) -> None:
    staff = visit("coordinator")
    for per_sheet, number in ((8, 9), (10, 11)):
        staff.goto(f"{DIALOGUE}/slips")
        staff.get_by_label("Wie viele Zettel?").fill(str(number))
        staff.get_by_label("Wofür sind diese Codes?").fill("Begegnungsfest")
        staff.get_by_label("Für welche Veranstaltung?").select_option(index=1)
        staff.get_by_label("Zweite Sprache auf dem Zettel").select_option("ar")
        staff.get_by_role("radio", name=f"{per_sheet} Zettel").check(force=True)
        staff.get_by_label("Schreiben und Abstimmen bis").fill("2099-12-31")
        staff.get_by_role("button", name="Codes erzeugen und Zettel zeigen").click()
        expect(staff.get_by_text(f"{number} Zettel sind fertig.")).to_be_visible()
        staff.emulate_media(media="print")
        assert staff.evaluate(CUT_OFF) == 0, "Something on the slips is cut off."
        with pikepdf.open(io.BytesIO(staff.pdf(prefer_css_page_size=True))) as paper:
            assert len(paper.pages) == 2
        staff.emulate_media(media="screen")
