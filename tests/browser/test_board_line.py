"""The board and its votes on a bad line: what was written waits in its column and goes once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Locator, Page, Response, expect

from tests.browser.fixtures import Visits, ready
from tests.browser.test_board import DAY

pytestmark = pytest.mark.browser

NOT_YET = "Noch nicht gesendet. Ihr Text ist auf diesem Gerät gespeichert."


def kept_ready(page: Page) -> None:
    ready(page)
    expect(page.locator("[data-outbox-ready]")).to_be_attached()


def open_board(visit: Visits, who: str = "participant", width: int = 390) -> Page:
    page = visit(who, width)
    page.goto(f"{DAY}/now")
    board = page.get_by_role("link", name="Zum Board").first.get_attribute("href")
    assert board
    page.goto(board)
    kept_ready(page)
    return page


def write(page: Page, words: str, lane: str = "Bedarfe") -> None:
    page.get_by_role("link", name="Karte schreiben").click()
    dialog = page.get_by_role("dialog", name="Karte schreiben")
    dialog.get_by_label("In welche Spalte?").select_option(label=lane)
    dialog.get_by_label("Was möchten Sie sagen?").fill(words)
    dialog.get_by_role("button", name="Karte ans Board hängen").click()
    expect(dialog).to_be_hidden()


def unsent(page: Page, words: str) -> Locator:
    return page.locator(".vs-lane [data-unsent-place] li").filter(has_text=words)


def cards(page: Page, words: str) -> Locator:
    return page.locator("[data-live-region] [data-id]").filter(has_text=words)


@contextmanager
def at_setup(visit: Visits, board: str, press: str, undo: str) -> Iterator[None]:
    """Whoever leads the group presses a button of the setup, and takes it back afterwards."""
    lead = visit("coordinator")
    lead.goto(board.split("#")[0].split("?")[0] + "/setup")
    pressed, undone = (lead.locator("main form button").filter(has_text=words) for words in (press, undo))
    pressed.click()
    expect(undone).to_be_visible()
    yield
    undone.click()
    expect(pressed).to_be_visible()


def test_cards_written_without_a_line_wait_in_their_column_and_go_once(visit: Visits) -> None:
    page = open_board(visit)
    page.context.set_offline(True)
    write(page, "Ohne Netz eins.")
    write(page, "Ohne Netz zwei.", lane="Ideen")
    # Another column is in sight now, and both say so where they stand.
    expect(unsent(page, "Ohne Netz zwei.")).to_contain_text(NOT_YET)
    page.get_by_role("link", name=re.compile("^Bedarfe")).click()
    expect(unsent(page, "Ohne Netz eins.")).to_contain_text(NOT_YET)
    page.route("**/write", lambda route: route.abort())
    page.context.set_offline(False)
    page.reload()
    kept_ready(page)
    first = unsent(page, "Ohne Netz eins.")
    expect(first).to_contain_text(NOT_YET)
    page.unroute("**/write")
    first.get_by_role("button", name="Jetzt senden").click()
    expect(cards(page, "Ohne Netz eins.")).to_contain_text("Von Ihnen")
    expect(cards(page, "Ohne Netz zwei.")).to_have_count(1)
    expect(page.locator("[data-unsent-place] li")).to_have_count(0)
    page.reload()
    expect(cards(page, "Ohne Netz")).to_have_count(2)
    visit.complaints.clear()


def test_a_card_is_seen_though_nothing_is_pushed(visit: Visits) -> None:
    page = visit("participant", 390)
    page.route("**/socket.io/**", lambda route: route.abort())
    page.route_web_socket(re.compile("/socket.io/"), lambda socket: socket.close())
    page.goto(f"{DAY}/now")
    page.get_by_role("link", name="Zum Board").first.click()
    kept_ready(page)
    write(page, "Niemand sagt mir etwas.")
    expect(cards(page, "Niemand sagt mir etwas.")).to_contain_text("Von Ihnen")
    expect(page.locator("[data-unsent-place] li")).to_have_count(0)
    visit.complaints.clear()


def test_after_the_session_the_card_waits_for_the_code(visit: Visits) -> None:
    page = open_board(visit)
    page.context.clear_cookies(name="session")
    write(page, "Meine Sitzung ist vorbei.")
    expect(page.get_by_text("Noch nicht gesendet, weil Sie abgemeldet sind.")).to_be_visible()
    expect(unsent(page, "Meine Sitzung ist vorbei.")).to_be_visible()
    page.get_by_role("link", name="Meinen Code eingeben").click()
    page.get_by_label("Ihr Code").fill(visit.slip("participant"))
    page.get_by_role("button", name="Mit diesem Code teilnehmen").click()
    expect(cards(page, "Meine Sitzung ist vorbei.")).to_have_count(1)
    expect(page.locator("[data-unsent-place] li")).to_have_count(0)


def test_a_card_for_a_column_that_was_locked_meanwhile_comes_back_with_its_words(visit: Visits) -> None:
    page = open_board(visit)
    page.route("**/write", lambda route: route.abort())
    write(page, "Zu spät geschrieben.", lane="Ziele")
    mine = unsent(page, "Zu spät geschrieben.")
    expect(mine).to_contain_text(NOT_YET)
    with at_setup(visit, page.url, "Sperren: Ziele", "Wieder öffnen: Ziele"):
        # The board is drawn anew around it.
        expect(page.locator(".vs-lane.is-current")).to_contain_text("Diese Spalte ist gesperrt.")
        expect(mine).to_contain_text(NOT_YET)
        page.unroute("**/write")
        mine.get_by_role("button", name="Jetzt senden").click()
        expect(mine).to_contain_text("Diese Spalte ist gesperrt.")
        expect(page.get_by_role("alert")).to_contain_text("Diese Spalte ist gesperrt.")
        # It outlives the page, and the column is no longer offered.
        page.reload()
        kept_ready(page)
        # The column of what has not arrived is the one that is seen first.
        mine.get_by_role("button", name="Ändern und neu senden").click()
        dialog = page.get_by_role("dialog", name="Karte schreiben")
        expect(dialog.get_by_label("Was möchten Sie sagen?")).to_have_value("Zu spät geschrieben.")
        dialog.get_by_label("In welche Spalte?").select_option(label="Ideen")
        dialog.get_by_role("button", name="Karte ans Board hängen").click()
        # Only what hangs there tells that it went: the place is empty for a moment before as well. Then it
        # may stand there twice, as the board hears of it before the answer has come.
        expect(cards(page, "Zu spät geschrieben.")).to_have_count(1)
        expect(page.locator("[data-unsent-place] li")).to_have_count(0)
        expect(page.get_by_role("region", name="Ideen").get_by_text("Zu spät geschrieben.")).to_be_visible()
    assert cards(page, "Zu spät geschrieben.").count() == 1
    visit.complaints.clear()


def test_a_card_half_typed_is_there_again_when_the_page_is_loaded_again(visit: Visits) -> None:
    page = open_board(visit)
    page.get_by_role("link", name="Karte schreiben").click()
    dialog = page.get_by_role("dialog", name="Karte schreiben")
    words = dialog.get_by_label("Was möchten Sie sagen?")
    dialog.get_by_label("In welche Spalte?").select_option(label="Ideen")
    words.press_sequentially("Halb getippt")
    page.wait_for_timeout(800)
    page.reload()
    kept_ready(page)
    expect(words).to_be_visible()
    expect(words).to_have_value("Halb getippt")
    expect(words).to_be_focused()
    expect(dialog.get_by_label("In welche Spalte?").locator("option:checked")).to_have_text("Ideen")
    # Whoever comes anew sees the board, and finds the words where they were.
    board = page.url
    page.goto("about:blank")
    page.goto(board)
    kept_ready(page)
    expect(dialog).to_be_hidden()
    page.get_by_role("link", name="Karte schreiben").click()
    expect(words).to_have_value("Halb getippt")
    words.press_sequentially(" und doch gesendet.")
    dialog.get_by_role("button", name="Karte ans Board hängen").dblclick()
    expect(cards(page, "Halb getippt und doch gesendet.")).to_have_count(1)
    assert page.url.split("#")[0] == board.split("#")[0]
    page.goto("about:blank")
    page.goto(board)
    kept_ready(page)
    page.wait_for_timeout(400)
    expect(page.locator("dialog textarea")).to_have_value("")


def test_whoever_is_writing_reads_what_changes_under_the_dialog(visit: Visits) -> None:
    page = open_board(visit)
    write(page, "Vor der Sperre.", lane="Ziele")
    expect(cards(page, "Vor der Sperre.")).to_have_count(1)
    page.reload()
    kept_ready(page)
    correct = page.locator("#own li").filter(has_text="Vor der Sperre.").get_by_role("link", name="Wortlaut")
    expect(correct).to_be_visible()
    page.get_by_role("link", name="Karte schreiben").click()
    dialog = page.get_by_role("dialog", name="Karte schreiben")
    news, lane = dialog.locator("[data-write-news]"), dialog.get_by_label("In welche Spalte?")
    lane.select_option(label="Ziele")
    expect(news).to_have_text("")
    with at_setup(visit, page.url, "Sperren: Ziele", "Wieder öffnen: Ziele"):
        expect(news).to_have_text("Diese Spalte ist gesperrt. Im Moment kann niemand darin schreiben.")
        expect(correct).to_be_hidden()
        lane.select_option(label="Ideen")
        expect(news).to_have_text("")
        expect(lane.locator("option", has_text="Ziele")).to_be_disabled()
    expect(lane.locator("option", has_text="Ziele")).to_be_enabled()
    expect(correct).to_be_attached()
    with at_setup(visit, page.url, "Kartenschreiben beenden", "Gruppe Karten schreiben lassen"):
        expect(news).to_have_text(
            "Im Moment werden keine Karten angenommen. Bitte warten Sie auf den nächsten Schritt."
        )
        dialog.get_by_label("Was möchten Sie sagen?").fill("Zu früh.")
        dialog.get_by_role("button", name="Karte ans Board hängen").click()
        expect(page.get_by_role("alert")).to_contain_text("keine Karten")
        expect(unsent(page, "Zu früh.")).to_contain_text("keine Karten")
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(unsent(page, "Zu früh.")).to_contain_text("Sie können jetzt Karten schreiben.")
    unsent(page, "Zu früh.").get_by_role("button", name="Ändern und neu senden").click()
    dialog.get_by_role("button", name="Karte ans Board hängen").click()
    expect(cards(page, "Zu früh.")).to_have_count(1)
    visit.complaints.clear()


def test_a_card_that_is_looked_at_first_says_so_in_its_column(visit: Visits) -> None:
    page = open_board(visit)
    with at_setup(visit, page.url, "Neue Karten erst prüfen", "Neue Karten sofort zeigen"):
        write(page, "Das soll erst jemand lesen.")
        mine = unsent(page, "Das soll erst jemand lesen.")
        expect(mine).to_contain_text("Sie wartet")
        expect(mine.get_by_role("button")).to_have_count(0)
        page.reload()
        expect(page.locator("#own")).to_contain_text("Das soll erst jemand lesen.")
        expect(page.locator("[data-unsent-place] li")).to_have_count(0)


def test_what_is_as_it_was_is_asked_for_once_by_each_connection(visit: Visits) -> None:
    page = visit("participant", 390)
    places = ("now", "people/region", "region")
    asked: list[tuple[str, int]] = []

    def listen(answer: Response) -> None:
        # What stands behind the numbers of group and round.
        place = answer.url.partition("?")[0].partition("/boards/")[2].split("/", 2)[-1]
        if place in places:
            asked.append((place, answer.status))

    page.goto(f"{DAY}/now")
    page.on("response", listen)
    page.get_by_role("link", name="Zum Board").first.click()
    while {found for found, _ in asked} != set(places):
        page.wait_for_event("response", lambda answer: "/boards/" in answer.url)
    # Whoever finds a difference asks again at once.
    page.evaluate("async () => { for (let n = 0; n < 30; n += 1) await new Promise(requestAnimationFrame); }")
    assert sorted(asked) == [(place, 304) for place in places]


def test_closing_the_card_twice_in_a_row_keeps_its_words(visit: Visits) -> None:
    page = open_board(visit)
    dialog = page.get_by_role("dialog", name="Karte schreiben")
    for words in ("", "Halb fertig."):
        page.get_by_role("link", name="Karte schreiben").click()
        field = dialog.get_by_label("Was möchten Sie sagen?")
        field.fill(words)
        dialog.get_by_role("button", name="Schließen").click()
        expect(dialog).to_be_hidden()
    page.get_by_role("link", name="Karte schreiben").click()
    expect(field).to_have_value("Halb fertig.")
    assert cards(page, "Halb fertig.").count() == 0


def test_points_of_a_group_given_without_a_line_are_kept_and_the_last_state_counts(visit: Visits) -> None:
    page = open_board(visit)
    with at_setup(visit, page.url, "Punkte geben lassen: Angebote", "Abstimmung beenden: Angebote"):
        page.get_by_role("link", name=re.compile("^Angebote")).click()
        page.get_by_role("link", name=re.compile("^Jetzt Punkte geben.*Angebote")).click()
        kept_ready(page)
        give = page.get_by_role("button", name=re.compile("^Einen Punkt geben"))
        page.route("**/give", lambda route: route.abort())
        for number in range(3):
            give.nth(number).click()
        expect(page.get_by_text("Noch nicht gespeichert. Wir versuchen es weiter.")).to_be_visible()
        # All three are kept before the page is left, on a busy machine, too; the browser would ask otherwise.
        page.wait_for_timeout(1500)
        vote, left = page.url, page.locator("[data-ballot-left]").inner_text()
        page.unroute("**/give")
        page.goto("about:blank")
        page.goto(vote)
        expect(page.get_by_text("Ihre Punkte sind gespeichert.")).to_be_visible()
        expect(page.locator("[data-ballot-left]")).to_have_text(left)
        page.reload()
        expect(page.locator("[data-ballot-left]")).to_have_text(left)
    visit.complaints.clear()


def test_points_given_in_another_window_are_overwritten_by_nobody_unawares(visit: Visits) -> None:
    page = open_board(visit)
    with at_setup(visit, page.url, "Punkte geben lassen: Angebote", "Abstimmung beenden: Angebote"):
        page.get_by_role("link", name=re.compile("^Angebote")).click()
        page.get_by_role("link", name=re.compile("^Jetzt Punkte geben.*Angebote")).click()
        kept_ready(page)
        other = page.context.new_page()
        other.goto(page.url)
        kept_ready(other)
        left, left_there = page.locator("[data-ballot-left]"), other.locator("[data-ballot-left]")
        name = re.compile("^Einen Punkt geben")
        # Two at once: the second is on its way before the first has been answered.
        page.get_by_role("button", name=name).first.click()
        page.get_by_role("button", name=name).first.click()
        expect(page.get_by_text("Ihre Punkte sind gespeichert.")).to_be_visible()
        expect(left).to_have_text("Noch 3 von 5 Punkten übrig")
        other.get_by_role("button", name=name).nth(1).click()
        expect(other.locator("[data-ballot-state]")).to_contain_text("in einem anderen Fenster geändert")
        expect(left_there).to_have_text("Noch 3 von 5 Punkten übrig")
        other.get_by_role("button", name=name).nth(1).click()
        expect(other.get_by_text("Ihre Punkte sind gespeichert.")).to_be_visible()
        expect(left_there).to_have_text("Noch 2 von 5 Punkten übrig")
        page.reload()
        expect(left).to_have_text("Noch 2 von 5 Punkten übrig")
    # The vote is over: what came of it stands above what one has given.
    result = page.locator("[data-poll-status=closed]")
    expect(result).to_be_visible()
    first = page.locator("form[data-module~='dialog/ballot'] [data-item]").first
    assert result.bounding_box()["y"] < first.bounding_box()["y"]
    visit.complaints.clear()
