"""The catalogues: German is complete, all are sound, and each covers the way of a resident."""

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
RESIDENTS_READ = {
    "core/errors.py",
    "core/forms.py",
    "core/web.py",
    "dialog/offer_words.py",
    "dialog/shell.py",
    "dialog/vocabulary.py",
    "pages/shell.py",
    "pages/views/home.py",
    "templates/accounts/code.html",
    "templates/components/crumbs.html",
    "templates/components/forms.html",
    "templates/components/journey.html",
    "templates/components/live.html",
    "templates/components/paging.html",
    "templates/dialog/_code_needed.html",
    "templates/dialog/_contribution_form.html",
    "templates/dialog/_details.html",
    "templates/dialog/_entry.html",
    "templates/dialog/_poll.html",
    "templates/dialog/_register.html",
    "templates/dialog/_result.html",
    "templates/dialog/contribute.html",
    "templates/dialog/contribution.html",
    "templates/dialog/mine.html",
    "templates/dialog/offers.html",
    "templates/dialog/poll.html",
    "templates/dialog/register.html",
    "templates/dialog/revise.html",
    "templates/layout/error.html",
    "templates/layout/page.html",
    "templates/pages/home.html",
}
RESIDENTS_SIGN_UP = {
    "dialog/signup_words.py",
    "dialog/views/registrations.py",
    "templates/dialog/_how_places.html",
    "templates/dialog/_own_groups.html",
    "templates/dialog/_signup_form.html",
    "templates/dialog/cancel_registration.html",
    "templates/dialog/cancelled.html",
    "templates/dialog/day_now.html",
    "templates/dialog/events.html",
    "templates/dialog/event.html",
    "templates/dialog/join.html",
    "templates/dialog/polls.html",
    "templates/dialog/programme.html",
    "templates/dialog/registration.html",
    "templates/dialog/registration_needs_code.html",
    "templates/dialog/signed_out.html",
    "templates/dialog/signed_out_ballot.html",
    "templates/dialog/signed_up.html",
    "templates/dialog/signup.html",
    "dialog/translation_forms.py",
    "templates/dialog/_translated.html",
    "templates/dialog/translate.html",
}
RESIDENTS_ON_THE_DAY = {
    "dialog/actions/_ballots.py",
    "dialog/actions/_parts.py",
    "dialog/actions/cards.py",
    "dialog/actions/contributions.py",
    "dialog/actions/harvest.py",
    "dialog/actions/merging.py",
    "dialog/actions/translations.py",
    "templates/components/unsent.html",
    "templates/dialog/_translate.html",
    "templates/dialog/_translated.html",
    "templates/workshops/_board.html",
    "templates/workshops/_card.html",
    "templates/workshops/_card_form.html",
    "templates/workshops/_joining.html",
    "templates/workshops/_points.html",
    "templates/workshops/_step.html",
    "templates/workshops/board.html",
    "templates/workshops/card.html",
    "templates/workshops/correct_card.html",
    "templates/workshops/help.html",
    "templates/workshops/help_called.html",
    "templates/workshops/moved_card.html",
    "templates/workshops/plenary.html",
    "templates/workshops/signed_out_card.html",
    "templates/workshops/signed_out_translation.html",
    "templates/workshops/translate_card.html",
    "templates/workshops/vote.html",
    "templates/workshops/write_card.html",
    "workshops/actions/cards.py",
    "workshops/views/parts.py",
    "workshops/actions/votes.py",
    "workshops/card_forms.py",
    "workshops/drawing.py",
    "workshops/now.py",
    "workshops/permissions.py",
    "workshops/views/boards.py",
    "workshops/vocabulary.py",
}
"""What people read who write cards, vote and call for help, and what they are told became of it."""

# Sentences in those files that residents never see: they are for staff, or for readers of easy German.
STAFF_READ = {
    "A need and an offer do not say the same. Which offer helps with a need is said on its page,"
    " under “Offers that may fit”.",
    "Asked by mail",
    "Change the details",
    "Does it exist?",
    "Funded until",
    "How do we know?",
    "Keep offers up to date",
    "Languages as the list said",
    "Mail address of the office",
    "Remark",
    "Reported by",
    "Reported on",
    "Urgency, from 1 to 5",
    "What shows it?",
    "For staff only",
    "The details are saved.",
    "%(count)s minute ago",
    "%(number)s is published, the other one is not yet. Please choose them the other way round.",
    "A vote on this column is open already.",
    "A word on the card",
    "for %(count)s minute",
    "Harvest",
    "Hide it from the group",
    "Hide the card",
    "In another column it may get another number. The former number leads to it.",
    "Have it stand with another one",
    "Into which column?",
    "Take it apart from %(number)s",
    "It says the same",
    "Label it",
    "Let it through to the group",
    "Move it into another column",
    "Move the card",
    "Name of the new column",
    "No longer talk about this card",
    "Others stand with %(number)s. Please take them apart first.",
    "Please choose another card of the same column.",
    "Please choose one of the priorities on the list.",
    "Please choose one of the reasons on the list.",
    "Please tell the author why they stay together.",
    "Prepare a vote of all",
    "Prepare the vote",
    "Put it under another card",
    "Save the label",
    "Set up the board",
    "Show it again",
    "Somebody has decided on this objection already.",
    "Somebody has put these together already.",
    "Stack the cards",
    "Take it out of the stack",
    "Take the stack apart",
    "Talk about this card now",
    "The author has changed the text meanwhile. Please read it again before you decide.",
    "The author reads the reason. You can show the card again at any time.",
    "The first results of each group are put to the vote. You open it on the next page.",
    "The group does not see this card.",
    "These two contributions cannot stand together.",
    "This contribution is not hidden.",
    "Under which card?",
    "Easy language: this is a draft and has not been checked yet.",
    "%(num)s need can be chosen. When the poll opens its rules are fixed.",
    "As whom they come",
    "Close the poll",
    "Closing ends the vote for good. It cannot be opened again.",
    "Decide on it",
    "Entered by staff",
    "Event code on the day",
    "Help desk",
    "Here people sign up for themselves. Staff sign others up at the help desk.",
    "Language they speak best",
    "Only staff see this result so far.",
    "Only staff sees the event now.",
    "Plan an event",
    "Publish the result",
    "Sign-in for staff",
    "Sign-up page",
    "Then everybody can see the result, and it stands with every need how it came out."
    " This cannot be taken back.",
    "To check",
    "What they need",
    "Where they live or work",
    "Yes, close the poll for good",
    "Yes, publish the result",
    "You are signed in as staff.",
}
WHOLE_WAYS = ("tr", "uk", "ru", "ro", "de@ls")


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
    # Of a whole number: some languages have one more form for fractions, which nobody counts here.
    assert catalogue.num_plurals == len({locale.plural_form(number) for number in range(200)})
    assert {len(translations(message)) for message in catalogue if isinstance(message.id, list | tuple)} == {
        catalogue.num_plurals
    }

    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    index: Any = gettext.GNUTranslations(compiled).plural  # type: ignore[attr-defined]
    pairs = {(index(number), locale.plural_form(number)) for number in range(200)}
    assert len(pairs) == len({form for form, _ in pairs}) == len({category for _, category in pairs})


def test_every_placeholder_is_one_of_the_source(catalogue: Catalog) -> None:
    """What the compiler of the catalogues would complain about."""
    found = [(message.id, str(error)) for message, errors in catalogue.check() for error in errors]
    assert found == []


def test_sentences_end_as_their_source_ends(catalogue: Catalog) -> None:
    """A question stays a question, a label gets no full stop."""
    same = {"؟": "?", ".": ".", "!": "!", "?": "?", ":": ":", "…": "…"}
    wrong = [
        message.string
        for message in translated(catalogue)
        for source, text in [(sources(message)[-1], translations(message)[-1])]
        # German and Arabic ask “What became of it?” where English makes a title of it.
        # What is abbreviated in one language is not in another one.
        if same.get(text[-1]) not in {same.get(source[-1]), "?"} and source != "No."
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


def lacking(template: Catalog, language: str, files: set[str]) -> list[str]:
    catalogue = messages.read(messages.catalogue_path(language))
    known = {message.id for message in translated(catalogue)}
    seen = {str(place) for message in template for place, _ in message.locations}
    assert seen >= files
    return [
        sources(message)[0]
        for message in template
        if message.id and message.id not in known and any(place in files for place, _ in message.locations)
    ]


def test_arabic_covers_the_way_of_a_resident(template: Catalog) -> None:
    assert sorted(set(lacking(template, "ar", RESIDENTS_READ)) - STAFF_READ) == []


@pytest.mark.parametrize("language", WHOLE_WAYS)
def test_the_other_languages_cover_it_with_the_event_and_signing_up(template: Catalog, language: str) -> None:
    missing = lacking(template, language, RESIDENTS_READ | RESIDENTS_SIGN_UP)
    assert sorted(set(missing) - STAFF_READ) == []


@pytest.mark.parametrize("language", ["ar", *WHOLE_WAYS])
def test_every_language_covers_the_day_in_the_groups(template: Catalog, language: str) -> None:
    missing = lacking(template, language, RESIDENTS_ON_THE_DAY)
    assert sorted(set(missing) - STAFF_READ) == []


@pytest.mark.parametrize(
    ("language", "letters", "foreign"),
    [
        ("tr", "çğıöşüİŞ", "äßéșță"),
        ("ro", "ășțîâ", "äößşţğı"),
        ("uk", "іїє’", "ыэёъЫЭЁЪ"),
        ("ru", "ыэё", "іїєґІЇЄҐ"),
    ],
)
def test_a_language_is_written_in_its_own_letters(language: str, letters: str, foreign: str) -> None:
    """Also finds sentences that stand in the file of the neighbouring language."""
    catalogue = messages.read(messages.catalogue_path(language))
    texts = [text for message in translated(catalogue) for text in translations(message)]
    assert all(any(letter in text for text in texts) for letter in letters)
    assert [text for text in texts if any(letter in text for letter in foreign)] == []


@pytest.mark.parametrize("language", ["uk", "ru"])
def test_cyrillic_languages_hold_no_latin_words(language: str) -> None:
    catalogue = messages.read(messages.catalogue_path(language))
    texts = [text for message in translated(catalogue) for text in translations(message)]
    latin = {word for text in texts for word in re.findall(r"[A-Za-z]{2,}", PLACEHOLDER.sub("", text))}
    # “Landkreis” stands beside its translation, because people meet the German word in every office.
    assert latin <= {"CSV", "JSON", "Landkreis", "QM", "QR", "XR"}


def test_easy_german_keeps_its_rules() -> None:
    """Short sentences, digits for numbers, no words that are hard for no reason; the rest is for readers."""
    catalogue = messages.read(messages.catalogue_path("de@ls"))
    texts = [text for message in translated(catalogue) for text in translations(message)]
    sentences = [sentence for text in texts for sentence in re.split(r"(?<=[.?!:])\s", text)]
    assert [s for s in sentences if len(s.split()) > 15] == []
    assert sum(len(s.split()) for s in sentences) / len(sentences) < 6
    hard = r"\b(zwei|drei|vier|fünf|sechs|zehn|des|wurden?|würden?|hätten?|sofern|jedoch|bezüglich|gemäß)\b"
    assert [text for text in texts if re.search(hard, text)] == []
    assert [text for text in texts if re.search(r"\b([Dd]u|[Dd]ich|[Dd]ir|[Dd]eine?\w?)\b", text)] == []


def test_arabic_is_written_in_arabic() -> None:
    arabic = messages.read(messages.catalogue_path("ar"))
    texts = [text for message in translated(arabic) for text in translations(message)]
    # Only what must be typed or is named so everywhere stays in Latin letters.
    latin = {word for text in texts for word in re.findall(r"[A-Za-z]{2,}", PLACEHOLDER.sub("", text))}
    assert latin <= {"CSV", "DOCX", "JSON", "PDF", "QM", "XR", "HTML"}
    assert all(re.search(r"[\u0600-\u06ff]", text) for text in texts)


def test_arabic_keeps_text_from_elsewhere_apart() -> None:
    """A German title between Arabic words would otherwise change the order of both."""
    arabic = messages.read(messages.catalogue_path("ar"))
    texts = [text for message in translated(arabic) for text in translations(message)]
    title = re.compile(r"(?<!\u2068)%\((poll|first|whom|about|chapter|goal|title|name|reason)\)s(?!\u2069)")
    assert [text for text in texts if title.search(text)] == []
    assert all(text.count("\u2068") == text.count("\u2069") for text in texts)
