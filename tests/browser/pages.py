"""Every kind of page there is in the demonstration, by who can open it."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.fixtures import DIALOGUE

EVENT = f"{DIALOGUE}/events/dialogveranstaltung-2021"
AHEAD = f"{DIALOGUE}/events/folgeveranstaltung"
TODAY = f"{DIALOGUE}/events/probelauf"
BOARD = f"{TODAY}/boards/3/1"
VISITOR = {
    "home": "/",
    "code": "/code",
    "sign in": "/sign-in",
    "invitation": "/invitation",
    "register": f"{DIALOGUE}/register",
    "register, nothing found": f"{DIALOGUE}/register?q=xyzzy",
    "where offers are missing": f"{DIALOGUE}/gaps",
    "gaps of a municipality": f"{DIALOGUE}/gaps/08236038",
    "gaps by target group": f"{DIALOGUE}/gaps/groups",
    "gaps of a target group": f"{DIALOGUE}/gaps/groups/women",
    "needs without an offer": f"{DIALOGUE}/gaps/uncovered",
    "needs without an offer, none found": f"{DIALOGUE}/gaps/uncovered?place=08236011",
    "find an offer": f"{DIALOGUE}/offers",
    "offers, nothing found": f"{DIALOGUE}/offers?q=xyzzy",
    "offers that have ended": f"{DIALOGUE}/offers?ended=1",
    "an offer that has ended": f"{DIALOGUE}/contributions/A-001",
    "link of a provider that is over": f"{DIALOGUE}/offers/confirm/{'x' * 32}",
    "profile sheet": f"{DIALOGUE}/gaps/08236038/sheet",
    "who is responsible": "/responsible",
    "who is responsible in a municipality": "/responsible?place=08236038",
    "organisations": "/organisations",
    "organisations, nothing found": "/organisations?language=am",
    "organisation": "/organisations/P08",
    "contribution": f"{DIALOGUE}/contributions/B-058",
    "contribute without a code": f"{DIALOGUE}/contribute/need",
    "join": f"{DIALOGUE}/join",
    "events": f"{DIALOGUE}/events",
    "event": EVENT,
    "programme": f"{EVENT}/programme",
    "plenary": f"{TODAY}/plenary",
    "sign up": f"{AHEAD}/signup",
    "polls": f"{DIALOGUE}/polls",
    "open poll": f"{DIALOGUE}/polls/10",
    "result": f"{DIALOGUE}/polls/5",
    "concept": f"{DIALOGUE}/concept",
    "chapter of a topic": f"{DIALOGUE}/concept/field-sprache",
    "chapter of all topics": f"{DIALOGUE}/concept/fields",
    "chapter with figures": f"{DIALOGUE}/concept/figures",
    "chapter on how it was made": f"{DIALOGUE}/concept/made",
    "chapter with all measures": f"{DIALOGUE}/concept/overview",
    "annex": f"{DIALOGUE}/concept/annex",
    "versions": f"{DIALOGUE}/concept/versions",
    "how we check": f"{DIALOGUE}/moderation-rules",
    "imprint": "/imprint",
    "privacy": "/privacy",
    "accessibility": "/accessibility",
    "erased": "/my-data/erased",
    "not found": "/nothing-here",
    # The last one, because from then on this browser is a shared device.
    "device at the door": f"{DIALOGUE}/kiosk",
}
PARTICIPANT = {
    "write": f"{DIALOGUE}/contribute/need",
    "ballot": f"{DIALOGUE}/polls/10",
    "my contributions": f"{DIALOGUE}/mine",
    "where to go now": f"{DIALOGUE}/events/dialogveranstaltung-2021/now",
    "board": f"{TODAY}/boards/2/1",
    "people at the board": f"{TODAY}/boards/2/1/people",
    "write a card": f"{TODAY}/boards/2/1/write",
    "call for help": f"{TODAY}/boards/2/1/help",
    "my registration": f"{TODAY}/registration",
    "change my groups": f"{TODAY}/registration/change",
    "cancel my registration": f"{TODAY}/registration/cancel",
    "my participation": "/account",
    "my data": "/my-data",
    "erase me": "/my-data/erase",
}
COORDINATOR = {
    "to check": f"{DIALOGUE}/moderation",
    "objections": f"{DIALOGUE}/moderation?state=objections",
    "text blocks": f"{DIALOGUE}/moderation/texts",
    "decisions to take back": f"{DIALOGUE}/moderation/batches",
    "type in": f"{DIALOGUE}/type-in",
    "decide": f"{DIALOGUE}/moderation/B-058",
    "polls of staff": f"{DIALOGUE}/polls",
    "poll of staff": f"{DIALOGUE}/polls/10",
    "prepare a poll": f"{DIALOGUE}/polls/prepare",
    "screen in the hall": f"{DIALOGUE}/events/dialogveranstaltung-2021/screen",
    "check-in": f"{DIALOGUE}/events/dialogveranstaltung-2021/check-in",
    "walk-in": f"{TODAY}/walk-in",
    "attendance": f"{DIALOGUE}/events/dialogveranstaltung-2021/attendance",
    "scripts": f"{TODAY}/script",
    "script": f"{TODAY}/script/1/0",
    "step of a script": f"{TODAY}/script/1/0/new",
    "control room": f"{TODAY}/control",
    "move a person": f"{TODAY}/control/move",
    "emergency card": f"{TODAY}/control/emergency-card",
    "boards on paper": f"{TODAY}/control/printed-boards",
    "plenary on the big screen": f"{TODAY}/projector",
    "plenary of staff": f"{TODAY}/plenary",
    "board of staff": BOARD,
    "clock of a group": f"{BOARD}/clock",
    "set up a board": f"{BOARD}/setup",
    "group on the big screen": f"{BOARD}/projector",
    "quick entry": f"{BOARD}/quick",
    "raised hands": f"{BOARD}/hands",
    "cards to sort": f"{BOARD}/sort",
    "cards to write on": f"{BOARD}/sheets",
    "photographs of paper": f"{BOARD}/flipcharts",
    "harvest": f"{BOARD}/harvest",
    "protocol of a group": f"{BOARD}/protocol",
    "protocol of the day": f"{TODAY}/protocol",
    "column of a board": f"{BOARD}/lanes/17",
    "contributions that stand together": f"{DIALOGUE}/moderation/merges",
    "put contributions together": f"{DIALOGUE}/moderation/B-058/merge",
    "offers that may fit": f"{DIALOGUE}/moderation/B-058/offers",
    "keep offers up to date": f"{DIALOGUE}/offers/check",
    "details of an offer": f"{DIALOGUE}/moderation/A-004/details",
    "details of a need": f"{DIALOGUE}/moderation/B-058/details",
    "a need beside an offer": f"{DIALOGUE}/moderation/B-058/offers/A-001",
    "lists of municipalities": f"{DIALOGUE}/lists",
    "municipalities": f"{DIALOGUE}/municipalities",
    "translate a contribution": f"{DIALOGUE}/contributions/B-058/translate/en",
    "needs a translation": f"{DIALOGUE}/moderation/translations?into=en",
    "registrations": f"{AHEAD}/registrations",
    "decisive poll": f"{DIALOGUE}/concept/field-sprache/decisive-poll",
    "release a version": f"{DIALOGUE}/concept/release",
    "chapter of staff": f"{DIALOGUE}/concept/field-sprache",
    "goals and measures": f"{DIALOGUE}/concept/staff/plan",
    "new goal": f"{DIALOGUE}/concept/staff/plan/sprache/new",
    "goal": f"{DIALOGUE}/concept/staff/goals/1",
    "measure": f"{DIALOGUE}/concept/staff/measures/1",
    "number to watch": f"{DIALOGUE}/concept/staff/measures/1/indicators/new",
    "sources": f"{DIALOGUE}/concept/staff/sources/goal/1",
    "answers": f"{DIALOGUE}/concept/staff/answers",
    "answer": f"{DIALOGUE}/concept/staff/answers/B-058",
    "insert something made of records": f"{DIALOGUE}/concept/staff/linked/into/foreword",
    "insert a table": f"{DIALOGUE}/concept/staff/linked/into/foreword?kind=table",
    "divide a contribution": f"{DIALOGUE}/moderation/B-058/split",
    "figures of the county": "/figures",
    "organisations for staff": "/organisations",
    "add an organisation": "/organisations/new",
    "change an organisation": "/organisations/P08/edit",
    "who is responsible, for staff": "/responsible",
    "say who does a task": "/responsible/tasks/integrationsmanagement",
    "name of a task": "/responsible/tasks/integrationsmanagement/name",
    "figure of the county": "/figures/I-11",
    "structure of the concept": f"{DIALOGUE}/concept/structure",
    "change a section": f"{DIALOGUE}/concept/structure/foreword",
    "add a section": f"{DIALOGUE}/concept/structure/new",
    "write a section": f"{DIALOGUE}/concept/write/field-sprache-situation",
    "former wordings of a goal": f"{DIALOGUE}/concept/staff/goals/1/history",
    "former sheets of a measure": f"{DIALOGUE}/concept/staff/measures/1/history",
    "former wordings": f"{DIALOGUE}/concept/write/field-sprache-situation/history",
    "found a dialogue": "/dialogues/new",
    "prepare": f"{DIALOGUE}/prepare",
    "words of the dialogue": f"{DIALOGUE}/prepare/words",
    "step of the process": f"{DIALOGUE}/prepare/steps/1",
    "plan an event": f"{DIALOGUE}/events/new",
    "prepare an event": f"{EVENT}/prepare",
    "day of an event": f"{EVENT}/prepare/day",
    "move an event": f"{EVENT}/prepare/move",
    "copy an event": f"{EVENT}/prepare/copy",
    "entry of the programme": f"{EVENT}/prepare/items/1",
    "group of an event": f"{EVENT}/prepare/groups/1",
    "erase somebody": "/erasures",
    "facts of the public body": "/notices/edit",
    "imprint with gaps": "/imprint",
    "codes on paper": f"{DIALOGUE}/slips",
    "list of invitations": f"{DIALOGUE}/slips/list",
    "help desk": f"{DIALOGUE}/help-desk",
    "my account": "/account",
    "my second factor": "/account/second-factor",
    "another device": "/account/second-factor/replace",
}
ADMINISTRATOR = {
    "accounts": "/accounts",
    "no account": "/accounts?q=xyzzy",
    "account of somebody": "/accounts/1",
    "invitations": "/invitations",
    "invite somebody": "/invitations/new",
    "what is kept how long": "/retention",
    "nobody of a municipality": "/municipality/1/people",
}
MUNICIPALITY = {
    "workspace": f"{DIALOGUE}/municipalities/08236070",
    "entry of a municipality": f"{DIALOGUE}/municipalities/08236070/write/need",
    "lists of one municipality": f"{DIALOGUE}/municipalities/08236070/lists",
    "account of a municipality": "/account",
}
EVERYBODYS = {
    "visitor": VISITOR,
    "participant": PARTICIPANT,
    "coordinator": COORDINATOR,
    "administrator": ADMINISTRATOR,
    "municipality": MUNICIPALITY,
}


def empty_code(page: Page) -> None:
    page.goto("/code")
    page.locator("main button[type=submit]").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()


def wrong_sign_in(page: Page) -> None:
    page.goto("/sign-in")
    page.locator("main input[name=login]").fill("niemand")
    page.locator("main input[name=password]").fill("falsch")
    page.locator("main button[type=submit]").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()


def wrong_event_code(page: Page) -> None:
    page.goto(f"{DIALOGUE}/join")
    page.locator("main button[type=submit]").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()


def empty_need(page: Page) -> None:
    page.goto(f"{DIALOGUE}/contribute/need")
    page.locator("main button[type=submit]").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()


def hidden_without_reason(page: Page) -> None:
    page.goto(f"{DIALOGUE}/moderation/B-058")
    page.locator("main .kern-btn--danger").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()


def impossible_poll(page: Page) -> None:
    page.goto(f"{DIALOGUE}/polls/prepare")
    page.locator("main input[name=dots]").fill("0")
    page.locator("main button[type=submit]").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()


def empty_invitation(page: Page) -> None:
    page.goto("/invitations/new")
    page.locator("main button[type=submit]").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()


def impossible_event(page: Page) -> None:
    page.goto(f"{DIALOGUE}/events/new")
    page.locator("main button[type=submit]").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()


def code_at_the_help_desk(page: Page) -> None:
    page.goto(f"{DIALOGUE}/help-desk")
    page.locator("main input[name=number]").fill("7K4QM-2XR9T")
    page.locator("main button[type=submit]").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()


def slips_for_nothing(page: Page) -> None:
    page.goto(f"{DIALOGUE}/slips")
    page.locator("main form button[type=submit]").first.click()
    expect(page.locator("[data-error-summary]")).to_be_focused()


def slip_by_its_number(page: Page) -> None:
    page.goto(f"{DIALOGUE}/slips")
    page.locator("main input[name=number]").fill("1")
    page.locator("main input[name=label]").fill("Begegnungsfest")
    page.locator("main form button[type=submit]").first.click()
    number = page.locator(".vs-cut__number").inner_text()
    page.goto(f"{DIALOGUE}/help-desk/{number}")
    expect(page.get_by_role("heading", level=1)).to_contain_text(number)


def sheet_of_slips(page: Page) -> None:
    slip_by_its_number(page)
    page.get_by_role("button", name="Code ersetzen und neuen Zettel zeigen").click()
    expect(page.locator(".vs-cut")).to_be_visible()


def slip_of_a_walk_in(page: Page) -> None:
    page.goto(f"{TODAY}/walk-in")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Nächste Person")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Ohne Zettel")).to_be_visible()
    expect(page.locator("main input[type=radio]:focus")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".vs-cut__seat")).to_be_visible()


REFUSED = {  # Forms that came back, and pages that are there only as the answer to one.
    "visitor": [empty_code, wrong_sign_in, wrong_event_code],
    "participant": [empty_need],
    "administrator": [empty_invitation],
    "coordinator": [
        hidden_without_reason,
        impossible_poll,
        impossible_event,
        code_at_the_help_desk,
        slips_for_nothing,
        slip_by_its_number,
        sheet_of_slips,
        slip_of_a_walk_in,
    ],
}


def go(page: Page, address: str, language: str = "") -> None:
    """Open a page, in another language if one is given, and wait until its scripts have settled."""
    if language:
        address += ("&" if "?" in address else "?") + f"lang={language}"
    page.goto(address)
    page.wait_for_load_state("load")
