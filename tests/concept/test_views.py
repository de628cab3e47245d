"""Reading the concept, loading its files, and choosing the vote that orders a chapter."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from concept import compile as compiling
from concept.actions import concepts
from core.actor import OPERATOR
from core.transaction import transaction
from dialog.vocabulary import Kind, PollStatus
from tests.client import Client
from tests.concept import ground
from tests.conftest import Maker

pytestmark = pytest.mark.without_database

HOME = "/dialogues/enzkreis/concept"
CHAPTERS = (
    "foreword",
    "figures",
    "made",
    "fields",
    "field-freizeit",
    "field-teilhabe",
    "field-arbeit",
    "field-gesundheit",
    "field-sprache",
    "overview",
    "steering",
    "annex",
)
ClientAs = Callable[..., Client]


@pytest.mark.usefixtures("demo_app")
def test_one_reads_from_the_first_chapter_to_the_last(client: Client) -> None:
    client.get(HOME, 200)
    assert client.heading == "Integrations- und Vielfaltskonzept 2030"
    path: str | None = f"{HOME}/{CHAPTERS[0]}"
    read = []
    while path:
        client.get(path, 200)
        read.append(path.rsplit("/", 1)[1])
        following = client.page.find_all("a", rel="next")
        path = following[0]["href"] if following else None
    assert tuple(read) == CHAPTERS


@pytest.mark.usefixtures("demo_app")
def test_from_a_contribution_to_its_block_and_back(client: Client) -> None:
    client.get("/dialogues/enzkreis/contributions/B-058?lang=en", 200)
    stops = [a for a in client.page.find_all("a") if a["href"].startswith(f"{HOME}/field-")]
    assert "Led to measure M-01" in client.text
    assert len(stops) == 4
    for stop in stops:
        page, _, anchor = stop["href"].partition("#")
        client.get(page, 200)
        [block] = [element for element in client.page.walk() if element.get("id") == anchor]
        assert "/dialogues/enzkreis/contributions/B-058" in [a["href"] for a in block.find_all("a")]


@pytest.mark.usefixtures("demo_app")
def test_every_source_on_a_page_leads_somewhere(client: Client) -> None:
    client.get(f"{HOME}/field-gesundheit", 200)
    addresses = {
        a["href"] for box in client.page.find_all("div", class_="vs-sources") for a in box.find_all("a")
    }
    assert len(addresses) > 20
    for address in sorted(addresses)[::6]:
        page, _, anchor = address.partition("#")
        client.get(page, 200)
        assert not anchor or [e for e in client.page.walk() if e.get("id") == anchor]


@pytest.mark.parametrize("language", ["de", "en", "ar"])
@pytest.mark.usefixtures("demo_app")
def test_pages_are_sound_in_every_language(client: Client, language: str) -> None:
    for chapter in ("field-sprache", "made", "overview", "annex"):
        client.get(f"{HOME}/{chapter}?lang={language}", 200)


@pytest.mark.parametrize("path", ["nothing", "block-1", "field-sprache/nothing"])
@pytest.mark.usefixtures("demo_app")
def test_what_is_no_chapter_is_not_found(client: Client, path: str) -> None:
    client.get(f"{HOME}/{path}", 404)


def test_a_dialogue_without_a_concept_has_no_page_and_no_entry_in_the_menu(
    client: Client, make: Maker
) -> None:
    make.dialogue()
    for path in ("concept", "concept/foreword", "concept.md", "concept.pdf"):
        client.get(f"/dialogues/probe/{path}", 404)
    client.get("/dialogues/probe/register", 200)
    assert not [a for a in client.page.find_all("a") if a["href"].endswith("/concept")]


def test_what_somebody_typed_stays_text(app: Flask, client: Client, make: Maker) -> None:
    make.contribution(text="<img src=x onerror=alert(1)> **fett**", kind=Kind.OFFER)
    with app.app_context():
        ground.a_concept()
    client.get("/dialogues/probe/concept/field-sprache", 200)
    assert "<img src=x onerror=alert(1)> **fett**" in client.text


def test_a_heading_by_staff_is_not_in_the_language_of_the_voice(
    app: Flask, client: Client, make: Maker
) -> None:
    make.contribution(text="نحتاج إلى دورات لغة", title="Sprachkurse am Abend", language="ar")
    with app.app_context():
        ground.a_concept()
    for path in ("concept/field-sprache", "concept.html"):
        client.get(f"/dialogues/probe/{path}", 200)
        for language, words in (("de", "Sprachkurse am Abend"), ("ar", "نحتاج إلى دورات لغة")):
            found = [one for one in client.page.find_all() if one.text.strip() == words]
            assert found[-1]["lang"] == language, path


def test_a_need_that_only_another_vote_had_leads_there(app: Flask, client: Client, make: Maker) -> None:
    with app.app_context():
        ground.a_concept()
    decisive = make.poll(PollStatus.PUBLISHED, needs=1)
    other = make.poll(PollStatus.PUBLISHED, needs=1, ballots={"a": {2: 1}})
    with app.app_context(), transaction():
        concepts.choose_decisive_poll(OPERATOR, ground.section(), ground.poll(decisive))
    client.get("/dialogues/probe/concept/field-sprache?lang=en", 200)
    [link] = [a for a in client.page.find_all("a") if a["href"] == f"/dialogues/probe/polls/{other.id}"]
    assert link.text == "Not part of the vote that decides the order; place 1 of 2 in “Vote”"


# ---------------------------------------------------------------------------------------------------- files


@pytest.mark.usefixtures("demo_app")
def test_files_carry_the_hash_of_their_content(client: Client) -> None:
    for format, mime in (("md", "text/markdown"), ("html", "text/html"), ("pdf", "application/pdf")):
        got = client.inner.get(f"{HOME}.{format}", base_url="http://127.0.0.1:5000")
        assert (got.status_code, got.mimetype) == (200, mime)
        assert got.headers["Content-Disposition"] == f'attachment; filename="enzkreis.{format}"'
        tag = got.headers["ETag"]
        assert len(tag.strip('"')) == 64
        client.get(f"{HOME}.{format}", 304, headers={"If-None-Match": tag})
    client.get(f"{HOME}.docx", 404)


def test_a_file_that_takes_long_is_promised_with_a_sentence(
    app: Flask, client: Client, make: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        ground.a_concept()

    def never(*_: object) -> None:
        raise compiling.StillCompiling

    monkeypatch.setattr("concept.views.reading.compiled", never)
    answer = client.get("/dialogues/probe/concept.pdf?lang=en", 503)
    assert answer.headers["Retry-After"] == "30"
    assert "This document is being made" in client.text


# -------------------------------------------------------------------------------------- the decisive poll


def test_a_coordinator_chooses_the_vote_that_orders_a_chapter(
    app: Flask, client: Client, client_as: ClientAs, make: Maker
) -> None:
    with app.app_context():
        ground.a_concept()
    poll = make.poll(PollStatus.PUBLISHED, needs=3, ballots={"a": {3: 2, 2: 1}})
    path = "/dialogues/probe/concept/field-sprache"
    choose = f"{path}/decisive-poll"

    client.get(f"{path}?lang=en", 200)
    assert "Choose the vote" not in client.text
    client.get(choose, 403)
    client.post(choose, {"poll": str(poll.id), "_key": "k" * 20}, 403)
    client_as("auditor").get(choose, 403)

    staff = client_as("coordinator")
    staff.get(f"{path}?lang=en", 200)
    assert "Choose the vote" in staff.text
    staff.post_form(f"{choose}?lang=en", {}, 422, to=choose)
    assert "Please choose a vote." in staff.text
    staff.follow(staff.post_form(choose, {"poll": str(poll.id)}))
    client.get(f"{path}?lang=en", 200)
    places = [client.text.index(f"B-00{number} ") for number in (3, 2, 1)]
    assert places == sorted(places)


def test_staff_are_told_of_a_newer_vote(app: Flask, client: Client, client_as: ClientAs, make: Maker) -> None:
    with app.app_context():
        ground.a_concept()
    path = "/dialogues/probe/concept/field-sprache"
    newer, first = "A newer vote of this topic", "A vote of this topic"
    staff = client_as("coordinator")

    def told() -> tuple[bool, bool]:
        staff.get(f"{path}?lang=en", 200)
        links = [a for a in staff.page.find_all("a") if a["href"] == f"{path}/decisive-poll"]
        assert len(links) == 1
        return first in staff.text, newer in staff.text

    assert told() == (False, False)
    old = make.poll(PollStatus.PUBLISHED, needs=1)
    assert told() == (True, False)
    staff.follow(staff.post_form(f"{path}/decisive-poll", {"poll": str(old.id)}))
    make.poll(PollStatus.CLOSED, needs=1)
    make.poll(PollStatus.PUBLISHED, needs=1, in_field="wohnen")
    assert told() == (False, False)
    latest = make.poll(PollStatus.PUBLISHED, needs=1)
    assert told() == (False, True)
    for reader in (client, client_as("auditor")):
        reader.get(f"{path}?lang=en", 200)
        assert newer not in reader.text
    staff.follow(staff.post_form(f"{path}/decisive-poll", {"poll": str(latest.id)}))
    assert told() == (False, False)


def test_what_is_not_offered_is_refused(app: Flask, client_as: ClientAs, make: Maker) -> None:
    with app.app_context():
        ground.a_concept()
    make.poll(PollStatus.PUBLISHED, needs=1)
    other = make.poll(PollStatus.PUBLISHED, needs=1, in_field="wohnen")
    staff = client_as("coordinator")
    choose = "/dialogues/probe/concept/field-sprache/decisive-poll"
    form = staff.form(choose)
    key = dict(form.values)["_key"]
    staff.post(choose, {"_key": key, "poll": str(other.id)}, 422)
    staff.post(f"{choose}?lang=en", {"_key": key, "poll": "x"}, 422)
    assert staff.errors == ["Please choose a vote."]
    staff.get("/dialogues/probe/concept/foreword/decisive-poll", 404)


def test_without_a_published_vote_the_page_says_how_to_begin(app: Flask, client_as: ClientAs) -> None:
    with app.app_context():
        ground.a_concept()
    staff = client_as("coordinator")
    staff.get("/dialogues/probe/concept/field-sprache/decisive-poll?lang=en", 200)
    assert "No result is published yet" in staff.text


def test_staff_see_what_the_pdf_could_not_show(
    app: Flask, client: Client, client_as: ClientAs, make: Maker
) -> None:
    make.contribution(text="Mehr davon 👍")
    with app.app_context():
        ground.a_concept()
    client.get("/dialogues/probe/concept?lang=en", 200)
    assert "For staff" not in client.text
    staff = client_as("coordinator")
    staff.get("/dialogues/probe/concept?lang=en", 200)
    assert "U+1F44D" not in staff.text
    client.inner.get("/dialogues/probe/concept.pdf", base_url="http://127.0.0.1:5000")
    staff.get("/dialogues/probe/concept?lang=en", 200)
    assert "U+1F44D" in staff.text
