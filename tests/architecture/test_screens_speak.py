"""Every page of the demonstration is read in German, and no English sentence of the source stands on it.

A robot follows every link of a page, sends every form once as it stands (that is, mostly refused), and walks
the thread as a participant and as staff. What people wrote is German in the demonstration, so a sentence of
the catalogue that is seen in English is one that somebody forgot to translate, or to translate in time.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException

from tests import pages_check
from tests.client import ORIGIN, Client
from tests.conftest import Maker
from tests.pages_check import Element
from tools import messages

pytestmark = pytest.mark.slow

SPOKEN = ("aria-label", "title", "placeholder", "alt", "value", "label")
UNSPOKEN_INPUTS = {"radio", "checkbox", "hidden"}
# Words that stand in nearly every English sentence and in no German one.
ENGLISH = re.compile(r"\b(the|and|of|with|your|you|please|this|not|has|have|is|are)\b", re.IGNORECASE)
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
# Enough to see every kind of page in several states without reading 150 contributions.
PAGES_PER_ENDPOINT = 2
DIALOGUE = "/dialogues/enzkreis"


@cache
def patterns() -> tuple[set[str], list[tuple[str, re.Pattern[str]]]]:
    """Short English texts that are a whole text of their own, and longer ones found within others.

    The latter with the longest of their parts, which is looked for first because that is quick.
    """
    catalogue = messages.read(messages.catalogue_path("de"))
    short: set[str] = set()
    long: list[tuple[str, re.Pattern[str]]] = []
    for message in catalogue:
        sources = message.id if isinstance(message.id, list | tuple) else [message.id]
        shown = message.string if isinstance(message.string, list | tuple) else [message.string]
        for source in sources:
            plain = " ".join(str(source).split())
            if not plain or not any(shown) or source in shown:
                continue
            if PLACEHOLDER.search(plain) or len(plain.split()) > 3:
                parts = PLACEHOLDER.split(plain)
                if sum(len(part.split()) for part in parts) > 1:
                    whole = re.compile(r"\S*?".join(re.escape(part) for part in parts))
                    long.append((max(parts, key=len), whole))
            else:
                short.add(plain)
    return short, long


@cache
def untranslated(text: str) -> bool:
    """Whether a sentence of the source stands in it. Remembered: most texts stand on nearly every page."""
    short, long = patterns()
    return text in short or any(part in text and whole.search(text) for part, whole in long)


def texts(page: Element) -> Iterator[tuple[Element, str]]:
    """Everything on a page that is read, also aloud, with the element it stands in."""
    for element in page.walk():
        for child in element.content:
            if isinstance(child, str) and child.strip() and element.tag not in {"script", "style"}:
                yield element, " ".join(child.split())
        for name, value in element.attributes.items():
            # `data-part` names a part of the page for a script.
            if (name in SPOKEN or (name.startswith("data-") and name != "data-part")) and value.strip():
                # What a button sends is not what it says.
                if name == "value" and (element.tag != "input" or element.get("type") in UNSPOKEN_INPUTS):
                    continue
                yield element, " ".join(value.split())


def language_of(element: Element | None) -> str:
    while element is not None and not element.get("lang"):
        element = element.parent
    return element["lang"] if element is not None else ""


class Robot:
    """Reads pages for one person and remembers what stood there in English."""

    def __init__(self, client: Client, app: Flask) -> None:
        self.client = client
        self.rules = app.url_map.bind("127.0.0.1")
        self.seen: Counter[str] = Counter()
        self.found: set[str] = set()
        self.waiting: list[str] = []
        self.asked: set[str] = set()

    def read(self, where: str) -> None:
        """Look at the page in hand."""
        for element, text in texts(self.client.page):
            if element.tag in {"input", "textarea"} and language_of(element) not in {"", "de"}:
                # A field for the English wording says so, and holds what staff wrote.
                continue
            german_with_english = (
                language_of(element) == "de"
                and len(ENGLISH.findall(text)) > 1
                and not re.search(r"[“„]", text)
            )
            if german_with_english or untranslated(text):
                self.found.add(f"{where}: {text}")

    def links(self) -> None:
        for element in self.client.page.find_all("a"):
            target = element.get("href").split("#")[0]
            if element.has("download"):
                continue
            if target.startswith("/") and target not in self.asked and "lang=" not in target:
                self.asked.add(target)
                self.waiting.append(target)

    def endpoint(self, target: str, method: str = "GET") -> str:
        try:
            name, values = self.rules.match(target.split("?")[0], method=method)
        except HTTPException:
            return ""
        return " ".join([name, str(values.get("kind", ""))])

    def walk(self, *starts: str) -> None:
        """From these pages, follow every link and send every form of each kind of page."""
        self.waiting += starts
        while self.waiting:
            target = self.waiting.pop(0)
            kind = self.endpoint(target)
            if self.seen[kind] >= PAGES_PER_ENDPOINT or kind.startswith("static"):
                continue
            self.seen[kind] += 1
            answer = self.client.get(target)
            if answer.mimetype == "text/html" and answer.status_code < 300:
                self.read(target)
                self.links()
                self.send_forms(target)

    def send_forms(self, target: str) -> None:
        """Send each form of the page in hand as it stands, unless that signs out or votes for good."""
        for form in pages_check.forms(self.client.page):
            kind = f"POST {self.endpoint(form.action, 'POST')}"
            if form.method != "post" or self.seen[kind] or "sign_out" in kind or "run_poll" in kind:
                continue
            self.seen[kind] += 1
            answer = self.client.send(form)
            if answer.status_code >= 400:
                self.read(f"{kind} from {target}")


@pytest.fixture
def robot(demo_app: Flask, browse: Callable[[Any], Client]) -> Callable[..., Robot]:
    """A robot for somebody, which has chosen the language."""

    def start(person: Any, language: str = "de") -> Robot:
        client = browse(person)
        client.get(f"/?lang={language}", 200)
        return Robot(client, demo_app)

    return start


@pytest.mark.parametrize("language", ["de", "ar"])
def test_a_visitor_reads_no_english(robot: Callable[..., Robot], language: str) -> None:
    reader = robot(None, language)
    reader.walk("/", "/code", "/sign-in", f"{DIALOGUE}/join", f"{DIALOGUE}/contribute/offer")
    for path, status in (("/nowhere", 404), (f"{DIALOGUE}/moderation", 404), (f"{DIALOGUE}/mine", 404)):
        answer = reader.client.get(path)
        assert answer.status_code in {status, 403, 303}
        reader.read(path)
    reader.client.request("DELETE", "/code", 405, headers={"Origin": ORIGIN})
    reader.read("405")
    assert sorted(reader.found) == []
    assert {"pages.home ", "dialog.register ", "dialog.contribution ", "dialog.poll "} <= set(reader.seen)
    assert len(reader.seen) > 10


def test_a_participant_reads_no_english(robot: Callable[..., Robot], make: Maker, demo_app: Flask) -> None:
    reader = robot(make.participant(make.dialogue("enzkreis")))
    need = {"text": "Am Abend fährt kein Bus.", "field": "sprache-bildung", "language": "de"}
    page = f"{DIALOGUE}/contribute/need"
    form = reader.client.form(page)
    field = next(
        e["value"] for e in reader.client.page.find_all("input", type="radio") if e.get("name") == "field"
    )
    place = reader.client.page.find("select", id="municipality").find_all("option")[1]["value"]
    sent = reader.client.send(form, {**need, "field": field, "municipality": place}, 303)
    reader.client.follow(sent)
    reader.read("my new contribution")
    own = sent.location.split("?")[0]
    reader.walk(own, f"{own}/revise", "/", "/account", f"{DIALOGUE}/mine", page, f"{DIALOGUE}/polls")
    reader.client.send(form, {**need, "field": field, "municipality": place, "text": "x" * 1001})
    reader.read("too long")
    reader.client.send(
        form, {**need, "field": "nowhere", "municipality": "nowhere", "text": "Etwas anderes."}
    )
    reader.read("sent twice, with wrong choices")
    assert sorted(reader.found) == []
    assert {"dialog.mine ", "dialog.revise ", "accounts.account ", "POST dialog.vote "} <= set(reader.seen)


def test_staff_read_no_english(
    robot: Callable[..., Robot], make: Maker, client_as: Callable[..., Client], demo_app: Flask
) -> None:
    author = robot(make.participant(make.dialogue("enzkreis")))
    page = f"{DIALOGUE}/contribute/offer"
    for number in range(4):
        form = author.client.form(page)
        field = next(
            e["value"] for e in author.client.page.find_all("input", type="radio") if e.get("name") == "field"
        )
        place = author.client.page.find("select", id="municipality").find_all("option")[2]["value"]
        author.client.send(
            form, {"text": f"Sprachcafé Nummer {number}.", "field": field, "municipality": place}, 303
        )

    staff = robot(make.account("coordinator"))
    staff.client.get(f"{DIALOGUE}/moderation", 200)
    waiting = sorted({a["href"] for a in staff.client.page.find_all("a") if "/moderation/A-" in a["href"]})
    assert len(waiting) == 4
    decisions: list[dict[str, str]] = [
        {"decision": "publish"},
        {"decision": "return", "note": "Wo ist das?"},
        {"decision": "hide", "reason": "insult"},
        {"decision": "hide"},
    ]
    for address, decision in zip(waiting, decisions, strict=True):
        staff.client.get(address, 200)
        form = staff.client.form_here(address, decision=decision["decision"])
        answer = staff.client.send(form, decision)
        if answer.status_code == 303:
            staff.client.follow(answer)
        else:
            assert answer.status_code == 422
        staff.read(f"{address} {decision}")
    staff.walk(f"{DIALOGUE}/moderation", *waiting, "/", "/account", f"{DIALOGUE}/polls")
    assert sorted(staff.found) == []
    assert {"dialog.moderate ", "dialog.prepare_poll ", "POST dialog.prepare_poll "} <= set(staff.seen)

    author.walk(f"{DIALOGUE}/mine")
    assert sorted(author.found) == []


def test_the_file_of_the_concept_has_no_english(robot: Callable[..., Robot]) -> None:
    reader = robot(None)
    # A document to be kept, with its look inside, is no page of the site and need not pass as one.
    answer = reader.client.inner.get(f"{DIALOGUE}/concept.html", base_url=ORIGIN)
    assert answer.status_code == 200
    reader.client.hold(answer.get_data(as_text=True))
    assert "Inhalt" in reader.client.page.text
    reader.read("concept.html")
    assert sorted(reader.found) == []


def test_an_english_page_would_be_seen(robot: Callable[..., Robot]) -> None:
    reader = robot(None)
    reader.client.get("/?lang=en", 200)
    reader.read("/")
    seen = " ".join(reader.found)
    assert "Skip to the content" in seen
    assert "Every dot is a contribution" in seen or "Every dot stands for" in seen
    assert "Overview" in seen
