"""Languages of the screens: which one a person reads, its direction, and fallback sentence by sentence.

English is the language of the source, German is complete, other languages fall back to German.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from typing import Any

import flask_babel
from babel import Locale
from flask import Flask, current_app, g, has_app_context, has_request_context, request
from flask_babel import (
    Babel,
    Domain,
    format_date,
    format_datetime,
    format_timedelta,
    get_locale,
    to_user_timezone,
)
from flask_babel.speaklater import LazyString
from markupsafe import Markup
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from core.clock import LOCAL_TIME, now
from core.config import EASY_GERMAN, SOURCE_LANGUAGE, VARIANTS, Config, variant

__all__ = [
    "CONTENT_LANGUAGES",
    "EASY_GERMAN",
    "N_",
    "TRANSLATION_LANGUAGES",
    "direction",
    "force_locale",
    "gettext",
    "in_all_languages",
    "init",
    "language",
    "language_to_write_in",
    "lazy_gettext",
    "name_in",
    "ngettext",
    "own_name",
    "written_by",
]

gettext: Callable[..., str] = flask_babel.gettext
lazy_gettext: Callable[..., LazyString] = flask_babel.lazy_gettext

LANGUAGE_COOKIE = "language"
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "ps", "ckb"})
CONTENT_LANGUAGES: Mapping[str, str] = {
    "de": "Deutsch",
    "en": "English",
    "tr": "Türkçe",
    "ar": "العربية",
    "fa": "فارسی",
    "uk": "Українська",
    "ru": "Русский",
    "ro": "Română",
    "pl": "Polski",
    "fr": "Français",
    "it": "Italiano",
    "hr": "Hrvatski",
    "sq": "Shqip",
    "ku": "Kurdî",
    "ti": "ትግርኛ",
    "am": "አማርኛ",
    "zh": "中文",
}
"""Languages in which people may write, each named in its own script."""

TRANSLATION_LANGUAGES: Mapping[str, str] = {**CONTENT_LANGUAGES, EASY_GERMAN: "Leichte Sprache"}
"""Languages into which people may put the words of others."""
_CODES = {name: code for code, name in VARIANTS.items()}


class FallbackDomain(Domain):  # type: ignore[misc]
    """A message catalogue that asks German before it gives up and shows the source text."""

    def get_translations(self) -> GNUTranslations | NullTranslations:
        """The catalogue of the language in use, with the default language behind it."""
        context = _context()
        # A page asks for this with every sentence; only `force_locale` changes the answer in between.
        known = getattr(context, "catalogue", None)
        if known is not None and known[0] is context.babel_locale:
            catalogue: GNUTranslations | NullTranslations = known[1]
            return catalogue
        found = self._find()
        if context is not None:
            context.catalogue = (context.babel_locale, found)
        return found

    def _find(self) -> GNUTranslations | NullTranslations:
        translations: GNUTranslations | NullTranslations = super().get_translations()
        locale = get_locale()
        if locale is None or code_of(locale) in {SOURCE_LANGUAGE, default_language()}:
            return translations
        if getattr(translations, "_fallback", None) is None:
            with force_locale(default_language()):
                fallback = super().get_translations()
            translations.add_fallback(fallback)
        return translations


_domain = FallbackDomain()


def _context() -> Any:
    """Where Flask-Babel keeps what it knows of this request, once it knows something."""
    return g.get("_flask_babel") if has_app_context() else None


def default_language() -> str:
    """The language used where nobody chose one."""
    return str(current_app.config["LANGUAGES"][0])


def _select_language() -> str:
    offered: tuple[str, ...] = current_app.config["LANGUAGES"]
    if not has_request_context():
        return offered[0]
    for wish in (request.args.get("lang"), request.cookies.get(cookie_name())):
        if wish in offered:
            return str(wish)
    return wished(request.headers.get("Accept-Language", ""), offered)


@lru_cache(maxsize=256)
def wished(header: str, offered: tuple[str, ...]) -> str:
    """The language that fits what a browser wishes for (`Accept-Language`), else the first one offered."""
    # In the order of the browser's wishes; a German administration answers in German where none fits.
    # (Werkzeug's best_match would take English for "de-AT, en", because only that is named exactly.)
    languages = parse_accept_header(header, LanguageAccept)
    wishes = (wish.lower().split("-")[0] for wish, quality in languages if quality > 0)
    return next((wish for wish in wishes if wish in offered), offered[0])


@lru_cache(maxsize=64)
def _locale(code: str) -> Locale:
    return Locale.parse(variant(code))


def code_of(locale: Locale) -> str:
    """The code of a language as addresses, pages and the database name it."""
    # Almost every locale is a plain language, and a page asks for this hundreds of times.
    return _CODES[str(locale)] if locale.modifier else str(locale.language)


def force_locale(code: str) -> AbstractContextManager[None]:
    """Let everything said inside be said in the language of this code."""
    forced: AbstractContextManager[None] = flask_babel.force_locale(_locale_named(variant(code)))
    return forced


@cache
def _locale_named(identifier: str) -> Locale:
    # Reading an identifier takes longer than all else that forcing a language does.
    return Locale.parse(identifier)


def cookie_name() -> str:
    """Name of the cookie that remembers the language; it carries no person."""
    prefix = "__Host-" if current_app.config["SECURE"] else ""
    return f"{prefix}{LANGUAGE_COOKIE}"


def init(app: Flask, config: Config) -> None:
    """Set up Flask-Babel for `app`."""
    app.config["LANGUAGES"] = config.languages
    app.config["BABEL_DEFAULT_LOCALE"] = config.languages[0]
    app.config["BABEL_DEFAULT_TIMEZONE"] = LOCAL_TIME.key
    babel = Babel(
        app, locale_selector=lambda: _locale(_select_language()), timezone_selector=lambda: LOCAL_TIME.key
    )
    # Flask-Babel makes its domain from a name only; this attribute is where it keeps the finished one.
    babel.domain_instance = _domain
    # Jinja's own callables do the same in three times the time, and a page has some forty sentences.
    app.jinja_env.globals.update(
        _=_sentence, gettext=_sentence, ngettext=_counted, name_in=name_in, own_name=own_name
    )
    app.jinja_env.newstyle_gettext = True  # type: ignore[attr-defined]
    app.jinja_env.filters.update(
        date=lambda moment: format_date(to_user_timezone(moment), "long"),
        weekday=lambda moment: format_date(to_user_timezone(moment), "full"),
        datetime=_moment,
        time=lambda moment: format_datetime(moment, "HH:mm"),
        ago=lambda moment: format_timedelta(now() - moment, add_direction=False),
        # A moment that is now would be read as one to come.
        before=lambda moment: format_timedelta(
            min(moment - now(), timedelta(seconds=-1)), add_direction=True
        ),
    )


@lru_cache(maxsize=4096)
def _fixed(catalogue: GNUTranslations | NullTranslations, message: str) -> Markup:
    # Translations are ours, not people's; a sentence without values is a format string all the same.
    return Markup(catalogue.gettext(message)) % {}  # noqa: S704


def _sentence(message: str, /, **values: Any) -> Markup:
    """A sentence for a template, in the language in use; what is put into it is escaped."""
    catalogue = _domain.get_translations()
    if not values:
        return _fixed(catalogue, message)
    return Markup(catalogue.gettext(message)) % values  # noqa: S704


def _counted(one: str, many: str, number: int, /, **values: Any) -> Markup:
    """A sentence about a number, which it may name as `%(num)s`."""
    text = _domain.get_translations().ngettext(one, many, number)
    return Markup(text) % {"num": number, **values}  # noqa: S704


def ngettext(one: str, many: str, number: int, /, **values: Any) -> str:
    """A sentence about a number, which it may name as `%(num)s`, in the language in use."""
    return _domain.get_translations().ngettext(one, many, number) % {"num": number, **values}


def _moment(moment: datetime) -> str:
    return gettext(
        "%(date)s, %(time)s",
        date=format_date(to_user_timezone(moment), "long"),
        time=format_datetime(moment, "HH:mm"),
    )


def language() -> str:
    """Code of the language in use, such as `de`."""
    # Flask-Babel remembers it for the request and takes long to say so.
    locale = getattr(_context(), "babel_locale", None) or get_locale()
    return code_of(locale) if locale else default_language()


def language_to_write_in() -> str:
    """The language in which a reader of this page is likely to write: German for easy German."""
    return written_by(language())


def written_by(reader: str) -> str:
    """The language in which somebody writes who reads this one: German for easy German."""
    return reader if reader in CONTENT_LANGUAGES else reader.split("-")[0]


def direction(code: str) -> str:
    """`rtl` or `ltr`, the direction in which a language is written."""
    return "rtl" if code.split("-")[0] in RIGHT_TO_LEFT else "ltr"


def own_name(code: str) -> str:
    """The name of a language in its own script."""
    return TRANSLATION_LANGUAGES.get(code) or str(Locale.parse(code).get_display_name(code)).capitalize()


def name_in(names: Mapping[str, Any], code: str | None = None) -> str:
    """One of several translated names: in the language asked for (or in use), else German."""
    wanted = code or language()
    return str(names.get(wanted) or names.get("de") or next(iter(names.values()), ""))


def in_all_languages(say: Callable[[str], str]) -> dict[str, str]:
    """What `say(code)` gives in each language of the screens, for texts that are stored for all readers."""
    said = {}
    for code in current_app.config["LANGUAGES"]:
        with force_locale(code):
            said[code] = say(code)
    return said


def chosen_by_address() -> str | None:
    """The language that this request's address asks for, if we offer it."""
    wish = request.args.get("lang")
    return wish if wish in current_app.config["LANGUAGES"] else None


def N_(message: str) -> str:
    """Mark a message that is stored now and translated when it is shown."""
    return message
