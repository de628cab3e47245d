"""The catalogues: German is complete, all are sound, and Arabic covers what a resident needs first."""

from __future__ import annotations

import gettext
import re
from io import BytesIO
from typing import Any

import pytest
from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo

from tools import messages

LANGUAGES = sorted(path.parent.parent.name for path in messages.TRANSLATIONS.glob("*/LC_MESSAGES/*.po"))
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}")
# The number itself may be left to the words of a form that stands for one number only: “one card”.
COUNTED = {"%(num)s", "%(num)d", "%(count)s"}
GERMAN = re.compile(
    r"[äöüÄÖÜß„]|\b(und|oder|nicht|für|bitte|Sie|Ihre?|eine?|der|das|ist|sind|wird|Bedarf|Angebot)\b"
)
ARABIC_IS_COMPLETE = {
    "core/errors.py",
    "core/forms.py",
    "core/web.py",
    "dialog/shell.py",
    "dialog/vocabulary.py",
    "pages/shell.py",
    "pages/views.py",
    "templates/accounts/code.html",
    "templates/components/crumbs.html",
    "templates/components/forms.html",
    "templates/components/journey.html",
    "templates/components/live.html",
    "templates/components/paging.html",
    "templates/dialog/_code_needed.html",
    "templates/dialog/_contribution_form.html",
    "templates/dialog/_entry.html",
    "templates/dialog/_poll.html",
    "templates/dialog/_register.html",
    "templates/dialog/_result.html",
    "templates/dialog/contribute.html",
    "templates/dialog/contribution.html",
    "templates/dialog/mine.html",
    "templates/dialog/poll.html",
    "templates/dialog/register.html",
    "templates/dialog/revise.html",
    "templates/layout/error.html",
    "templates/layout/page.html",
    "templates/pages/home.html",
}


@pytest.fixture(scope="module")
def template() -> Catalog:
    return messages.collect()


@pytest.fixture(scope="module", params=LANGUAGES)
def catalogue(request: pytest.FixtureRequest) -> Catalog:
    return messages.read(messages.catalogue_path(request.param))


def sources(message: Message) -> tuple[str, ...]:
    return tuple(message.id) if isinstance(message.id, list | tuple) else (message.id,)


def translations(message: Message) -> tuple[str, ...]:
    return tuple(message.string) if isinstance(message.string, list | tuple) else (message.string,)


def translated(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id and all(translations(message))]


def test_every_sentence_has_its_german(template: Catalog) -> None:
    assert len(template) > 500
    assert messages.gaps(messages.catalogue_path("de"), template) == []


def test_nothing_is_unsure(catalogue: Catalog) -> None:
    assert [message.id for message in catalogue if message.id and message.fuzzy] == []


def test_no_sentence_is_half_translated(catalogue: Catalog) -> None:
    """One empty plural form would be shown as an empty text for its numbers."""
    assert [
        message.id
        for message in catalogue
        if message.id and any(translations(message)) and not all(translations(message))
    ] == []


def test_sentences_keep_what_is_filled_in(catalogue: Catalog) -> None:
    wrong = []
    for message in translated(catalogue):
        asked = set(PLACEHOLDER.findall(sources(message)[-1]))
        texts = translations(message)
        for number, text in enumerate(texts):
            found = set(PLACEHOLDER.findall(text))
            speaks_of_many = number == len(texts) - 1
            if found - asked or (asked - found) - (set() if speaks_of_many else COUNTED):
                wrong.append((text, asked ^ found))
    assert wrong == []


def test_plural_forms_are_those_of_the_language(catalogue: Catalog) -> None:
    locale = Locale.parse(catalogue.locale)
    assert catalogue.num_plurals == len(locale.plural_form.tags | {"other"})
    assert {len(translations(message)) for message in catalogue if isinstance(message.id, list | tuple)} == {
        catalogue.num_plurals
    }

    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    index: Any = gettext.GNUTranslations(compiled).plural  # type: ignore[attr-defined]
    pairs = {(index(number), locale.plural_form(number)) for number in range(200)}
    assert len(pairs) == len({form for form, _ in pairs}) == len({category for _, category in pairs})


def test_sentences_end_as_their_source_ends(catalogue: Catalog) -> None:
    """A question stays a question, a label gets no full stop."""
    same = {"؟": "?", ".": ".", "!": "!", "?": "?", ":": ":", "…": "…"}
    wrong = [
        message.string
        for message in translated(catalogue)
        for source, text in [(sources(message)[-1], translations(message)[-1])]
        # German and Arabic ask “What became of it?” where English makes a title of it.
        if same.get(text[-1]) not in {same.get(source[-1]), "?"}
    ]
    assert wrong == []


def test_the_source_is_english(template: Catalog) -> None:
    assert [source for message in template for source in sources(message) if GERMAN.search(source)] == []


@pytest.fixture(scope="module")
def german() -> list[str]:
    catalogue = messages.read(messages.catalogue_path("de"))
    return [text for message in translated(catalogue) for text in translations(message)]


def test_german_has_german_quotation_marks_and_dashes(german: list[str]) -> None:
    assert [t for t in german if '"' in t or "”" in t or t.count("„") != t.count("“") or " - " in t] == []


def test_german_says_sie(german: list[str]) -> None:
    assert [
        t for t in german if re.search(r"\b([Dd]u|[Dd]ich|[Dd]ir|[Dd]eine?\w?|[Ee]uch|[Ee]uer)\b", t)
    ] == []


def test_german_sentences_are_short(german: list[str]) -> None:
    sentences = [sentence for text in german for sentence in re.split(r"(?<=[.?!:])\s", text)]
    assert [s for s in sentences if len(s.split()) > 20] == []
    assert sum(len(s.split()) for s in sentences) / len(sentences) < 10


def test_arabic_covers_the_way_of_a_resident(template: Catalog) -> None:
    arabic = messages.read(messages.catalogue_path("ar"))
    known = {message.id for message in translated(arabic)}
    seen = {str(place) for message in template for place, _ in message.locations}
    assert seen >= ARABIC_IS_COMPLETE
    missing = [
        message.id
        for message in template
        if message.id
        and message.id not in known
        and any(place in ARABIC_IS_COMPLETE for place, _ in message.locations)
    ]
    assert missing == []


def test_arabic_is_written_in_arabic() -> None:
    arabic = messages.read(messages.catalogue_path("ar"))
    texts = [text for message in translated(arabic) for text in translations(message)]
    # Only what must be typed or is named so everywhere stays in Latin letters.
    latin = {word for text in texts for word in re.findall(r"[A-Za-z]{2,}", PLACEHOLDER.sub("", text))}
    assert latin <= {"CSV", "PDF", "QM", "XR", "HTML"}
    assert all(re.search(r"[\u0600-\u06ff]", text) for text in texts)


def test_arabic_keeps_text_from_elsewhere_apart() -> None:
    """A German title between Arabic words would otherwise change the order of both."""
    arabic = messages.read(messages.catalogue_path("ar"))
    texts = [text for message in translated(arabic) for text in translations(message)]
    title = re.compile(r"(?<!\u2068)%\((poll|first|whom|about|chapter|goal|title|name|reason)\)s(?!\u2069)")
    assert [text for text in texts if title.search(text)] == []
    assert all(text.count("\u2068") == text.count("\u2069") for text in texts)
