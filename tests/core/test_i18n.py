"""Which language a person reads, how texts fall back, and what Babel makes of dates and numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask, render_template_string

from core import i18n
from core.config import Config
from core.i18n import direction, force_locale, gettext, lazy_gettext, name_in, ngettext
from tests.client import Client
from tests.conftest import Maker
from tools import messages

pytestmark = pytest.mark.without_database

GERMAN = "Überblick"
ENGLISH = "Overview"
ARABIC = "نظرة عامة"


@pytest.fixture
def speaking() -> Iterator[Callable[[str], Any]]:
    """A bare application with fresh catalogues; the function lets it speak one language."""
    app = Flask("languages", root_path=str(messages.ROOT))
    app.config["SECURE"] = False
    i18n.init(app, Config(testing=True))
    with app.app_context():
        yield force_locale


def title(client: Client) -> str:
    return client.page.find("title").text.split(" – ")[0]


@pytest.fixture
def home(client: Client, make: Maker) -> Client:
    make.dialogue()
    return client


# ------------------------------------------------------------------------------------------ which language


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ({}, GERMAN),
        ({"Accept-Language": "en-GB,en;q=0.9,de;q=0.5"}, ENGLISH),
        ({"Accept-Language": "de-AT,en;q=0.9"}, GERMAN),
        ({"Accept-Language": "en;q=0.3,de-CH;q=0.9"}, GERMAN),
        ({"Accept-Language": "de;q=0,en;q=0.1"}, ENGLISH),
        ({"Accept-Language": "ar-SY"}, ARABIC),
        ({"Accept-Language": "fr-FR,fr;q=0.9"}, GERMAN),
        ({"Accept-Language": "fr-FR,fr;q=0.9,en;q=0.3"}, ENGLISH),
        ({"Accept-Language": "*"}, GERMAN),
        ({"Accept-Language": "💥;q=x,,,;"}, GERMAN),
    ],
)
def test_the_browser_chooses(home: Client, header: dict[str, str], expected: str) -> None:
    sent = {name: value.encode().decode("latin-1") for name, value in header.items()}
    answer = home.get("/", 200, headers=sent)
    assert title(home) == expected
    assert "Accept-Language" in answer.headers["Vary"]


def test_a_choice_stays(home: Client) -> None:
    home.get("/?lang=en", 200)
    assert title(home) == ENGLISH
    home.get("/", 200, headers={"Accept-Language": "ar"})
    assert title(home) == ENGLISH
    home.get("/?lang=de", 200)
    home.get("/", 200, headers={"Accept-Language": "ar"})
    assert title(home) == GERMAN


@pytest.mark.parametrize("wish", ["xx", "", "fr", "EN", "../../de", "de\x00", "en,ar", "e" * 5000])
def test_an_unknown_wish_is_ignored(home: Client, wish: str) -> None:
    home.get("/", 200, query_string={"lang": wish})
    assert title(home) == GERMAN
    assert home.cookie("language") is None


@pytest.mark.parametrize("value", ["xx", "", "../de", "é", "de; Path=/"])
def test_a_changed_cookie_is_ignored(home: Client, value: str) -> None:
    cookie = f"language={value}".encode().decode("latin-1")
    home.get("/", 200, headers={"Accept-Language": "en", "Cookie": cookie})
    assert title(home) == ENGLISH


def test_every_page_names_its_language_and_direction(home: Client) -> None:
    for wish, way in (("de", "ltr"), ("de-x-ls", "ltr"), ("en", "ltr"), ("ar", "rtl"), ("uk", "ltr")):
        home.get(f"/?lang={wish}", 200)
        root = home.page.find("html")
        assert (root["lang"], root["dir"]) == (wish, way)
        home.get(f"/nowhere?lang={wish}", 404)
        root = home.page.find("html")
        assert (root["lang"], root["dir"]) == (wish, way)


def test_languages_are_named_in_their_own_script(home: Client) -> None:
    home.get("/dialogues/probe/register?kind=need", 200)
    choices = home.page.find("details", class_="vs-lang").find_all("a")
    assert [(a.text, a["lang"], a["hreflang"], a["dir"]) for a in choices] == [
        ("Deutsch", "de", "de", "ltr"),
        ("Leichte Sprache", "de-x-ls", "de-x-ls", "ltr"),
        ("English", "en", "en", "ltr"),
        ("Türkçe", "tr", "tr", "ltr"),
        ("العربية", "ar", "ar", "rtl"),
        ("Українська", "uk", "uk", "ltr"),
        ("Русский", "ru", "ru", "ltr"),
        ("Română", "ro", "ro", "ltr"),
    ]
    # Changing the language keeps the page one is on, with what was chosen there.
    assert all("kind=need" in a["href"] and "/dialogues/probe/register" in a["href"] for a in choices)


def test_right_to_left_is_known_for_every_content_language() -> None:
    backwards = {code for code in i18n.CONTENT_LANGUAGES if direction(code) == "rtl"}
    assert backwards == {"ar", "fa"}
    assert direction("ar-SY") == "rtl"


# ------------------------------------------------------------------------------------------------ fallback


def only_in_german(language: str = "ar") -> str:
    """A plain sentence that this language lacks; that there are some is what makes it a language in part."""
    known = {m.id for m in messages.read(messages.catalogue_path(language)) if m.string}
    german = messages.read(messages.catalogue_path("de"))
    return next(
        m.id for m in german if isinstance(m.id, str) and m.id and m.id not in known and "%" not in m.id
    )


def test_a_missing_sentence_is_german_and_its_neighbour_stays_arabic(
    speaking: Callable[[str], Any],
) -> None:
    sentence = only_in_german()
    with speaking("ar"):
        assert gettext("Overview") == ARABIC
        shown = gettext(sentence)
        assert gettext("Overview") == ARABIC
    with speaking("de"):
        assert shown == gettext(sentence) != sentence
    with speaking("en"):
        assert gettext(sentence) == sentence


def test_missing_plurals_are_german_too(speaking: Callable[[str], Any]) -> None:
    pair = "%(num)s contribution is waiting for you.", "%(num)s contributions are waiting for you."
    with speaking("ar"):
        assert ngettext(*pair, 1) == "1 Beitrag wartet auf Sie."
        assert ngettext(*pair, 2) == "2 Beiträge warten auf Sie."


def test_what_nobody_translated_is_shown_as_it_is(speaking: Callable[[str], Any]) -> None:
    for code in ("de", "en", "ar"):
        with speaking(code):
            assert gettext("Nobody ever wrote this sentence.") == "Nobody ever wrote this sentence."


def test_english_has_no_german_behind_it(speaking: Callable[[str], Any]) -> None:
    with speaking("de"):
        assert gettext("Overview") == GERMAN
    with speaking("en"):
        assert gettext("Overview") == ENGLISH
        assert ngettext("%(num)s contribution", "%(num)s contributions", 1) == "1 contribution"


def test_a_stored_sentence_is_said_in_the_language_of_whoever_reads_it(
    speaking: Callable[[str], Any],
) -> None:
    label = lazy_gettext("Overview")
    said = []
    for code in ("de", "en", "ar", "de"):
        with speaking(code):
            said.append(str(label))
    assert said == [GERMAN, ENGLISH, ARABIC, GERMAN]


def test_easy_german_has_words_of_its_own_and_german_behind_them(speaking: Callable[[str], Any]) -> None:
    """Its code is none that gettext knows: taken for German, nobody would see easy language at all."""
    own = "Without a name", "This was too large. Please send less at once."
    behind = only_in_german("de@ls")
    with speaking("de"):
        german = [gettext(sentence) for sentence in (*own, behind)]
    with speaking("de-x-ls"):
        assert i18n.language() == "de-x-ls"
        assert i18n.language_to_write_in() == "de"
        easy = [gettext(sentence) for sentence in (*own, behind)]
    assert easy[0] == german[0] == "Ohne Namen"
    assert easy[1] == "Das war zu viel auf einmal. Bitte senden Sie weniger." != german[1]
    assert easy[2] == german[2] != behind


def test_every_page_in_easy_german_says_that_it_is_a_draft(home: Client) -> None:
    draft = "Das ist ein Entwurf. Der Text ist noch nicht geprüft."
    for address, status in (("/", 200), ("/dialogues/probe/register", 200), ("/nowhere", 404)):
        home.get(f"{address}?lang=de-x-ls", status)
        assert draft in home.page.text
        home.get(f"{address}?lang=de", status)
        assert draft not in home.page.text


def test_names_fall_back_to_german() -> None:
    names = {"de": "Sprache", "en": "Language"}
    assert [name_in(names, code) for code in ("de", "en", "ar")] == ["Sprache", "Language", "Sprache"]
    assert name_in({"tr": "Dil"}, "ar") == "Dil"
    assert name_in({}, "de") == ""


# ------------------------------------------------------------------------------ plurals, dates and numbers


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("de", ["0 Beiträge", "1 Beitrag", "2 Beiträge", "3 Beiträge", "11 Beiträge", "100 Beiträge"]),
        (
            "en",
            ["0 contributions", "1 contribution"] + [f"{n} contributions" for n in (2, 3, 11, 100)],
        ),
        ("tr", ["0 katkı", "1 katkı", "2 katkı", "3 katkı", "11 katkı", "100 katkı"]),
        ("uk", ["0 дописів", "1 допис", "2 дописи", "3 дописи", "11 дописів", "100 дописів"]),
        (
            "ru",
            ["0 сообщений", "1 сообщение", "2 сообщения", "3 сообщения", "11 сообщений", "100 сообщений"],
        ),
        (
            "ro",
            [
                "0 contribuții",
                "1 contribuție",
                "2 contribuții",
                "3 contribuții",
                "11 contribuții",
                "100 de contribuții",
            ],
        ),
        ("de-x-ls", ["0 Beiträge", "1 Beitrag", "2 Beiträge", "3 Beiträge", "11 Beiträge", "100 Beiträge"]),
        ("ar", ["لا مساهمات", "مساهمة واحدة", "مساهمتان", "3 مساهمات", "11 مساهمة", "100 مساهمة"]),
    ],
)
def test_plurals(speaking: Callable[[str], Any], code: str, expected: list[str]) -> None:
    with speaking(code):
        said = [ngettext("%(num)s contribution", "%(num)s contributions", n) for n in (0, 1, 2, 3, 11, 100)]
    assert said == expected


MOMENT = datetime(2021, 7, 19, 22, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("de", "20. Juli 2021, 00:30 Uhr"),
        ("en", "July 20, 2021, 00:30"),
        ("de-x-ls", "20. Juli 2021, 00:30 Uhr"),
        ("tr", "20 Temmuz 2021, saat 00:30"),
        ("uk", "20 липня 2021\u202fр., 00:30"),
        ("ru", "20 июля 2021\u202fг., 00:30"),
        ("ro", "20 iulie 2021, ora 00:30"),
        ("ar", "20 يوليو 2021، الساعة 00:30"),
    ],
)
def test_moments_are_shown_in_the_time_of_the_county(
    speaking: Callable[[str], Any], code: str, expected: str
) -> None:
    with speaking(code):
        assert render_template_string("{{ moment|datetime }}", moment=MOMENT) == expected


def test_dates_of_a_page_follow_its_language(client: Client, make: Maker) -> None:
    make.event(slug="day")
    shown = {}
    for code in ("de", "en", "ar"):
        client.get(f"/dialogues/probe/events/day?lang={code}", 200)
        shown[code] = client.page.find("p", class_="vs-lead").text
    assert shown["de"].startswith("Freitag, 19. November 2021, 10:00 bis 15:00 Uhr")
    assert shown["en"].startswith("Friday, November 19, 2021, 10:00 to 15:00")
    assert re.search(r"نوفمبر 2021", shown["ar"])


# -------------------------------------------------------------------------------------- what people write


@pytest.mark.parametrize("wish", ["de", "en", "ar"])
def test_words_of_people_keep_their_language(client: Client, make: Maker, wish: str) -> None:
    written = {"am": "የምሽት ትምህርት የለም።", "fa": "کلاس شب نمی‌خواهیم", "de": "Abends fährt kein Bus."}
    numbers = {make.contribution(language=code, text=text).reference: code for code, text in written.items()}
    client.get(f"/dialogues/probe/register?lang={wish}", 200)
    for number, code in numbers.items():
        entry = client.page.find("li", data_id=number)
        words = [e for e in entry.walk() if e.get("lang") == code]
        assert {e["dir"] for e in words} == {"auto"}
        assert written[code].rstrip("።.") in " ".join(e.text for e in words)
    for number, code in numbers.items():
        client.get(f"/dialogues/probe/contributions/{number}", 200)
        heading = client.page.find("h1")
        assert (heading["lang"], heading["dir"]) == (code, "auto")


def test_errors_are_said_in_the_language_of_the_form(client: Client, make: Maker, browse: Any) -> None:
    browser = browse(make.participant())
    said = {}
    for code in ("de", "en", "ar"):
        form = browser.form(
            f"/dialogues/probe/contribute/need?lang={code}", "/dialogues/probe/contribute/need"
        )
        browser.send(form, {"text": ""}, 422)
        said[code] = browser.errors
    assert any("Bitte schreiben Sie, worum es geht." in line for line in said["de"])
    assert any("Please write what it is about." in line for line in said["en"])
    assert all(re.search(r"[\u0600-\u06ff]{3}", line) for line in said["ar"])
    assert len(said["de"]) == len(said["en"]) == len(said["ar"]) >= 3
