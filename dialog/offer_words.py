"""The fixed words of offers: whether one still exists, whom it is for, how one gets in, what it costs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum

from babel import Locale
from flask_babel import format_date

from core.errors import Sentence
from core.i18n import CONTENT_LANGUAGES, gettext
from core.i18n import lazy_gettext as _l
from core.text import fold

FUNDING_AHEAD = (3, 6, 12)
"""How many months staff look ahead for funding that ends; the second is what they see first."""


class OfferStatus(StrEnum):
    """Whether an offer exists."""

    RUNNING = "running"
    PLANNED = "planned"
    ENDED = "ended"
    UNKNOWN = "unknown"


OFFER_STATUS_LABELS: Mapping[str, Sentence] = {
    OfferStatus.RUNNING: _l("It exists"),
    OfferStatus.PLANNED: _l("It is planned"),
    OfferStatus.ENDED: _l("It has ended"),
    OfferStatus.UNKNOWN: _l("We do not know"),
}


class Trait(StrEnum):
    """What an offer can have several of, each a code."""

    GROUP = "group"
    LANGUAGE = "language"
    ACCESS = "access"


EVERYBODY = "everybody"
"""The target group of an offer that turns nobody away."""

TARGET_GROUPS: Mapping[str, Sentence] = {
    EVERYBODY: _l("Everybody"),
    "refugees": _l("Refugees"),
    "newcomers": _l("People who have come from other countries"),
    "women": _l("Women"),
    "men": _l("Men"),
    "families": _l("Families and parents"),
    "children": _l("Children"),
    "youth": _l("Young people"),
    "pupils": _l("Pupils and trainees"),
    "older": _l("Older people"),
    "disabled": _l("People with a disability"),
    "low_income": _l("People with little money"),
    "job_seekers": _l("People who look for work"),
    "violence": _l("People who suffer violence"),
    "volunteers": _l("Volunteers"),
    "professionals": _l("Professionals"),
    "businesses": _l("Businesses"),
    "clubs": _l("Clubs"),
    "schools": _l("Schools and those who train others"),
}

_GROUP_WORDS: Mapping[str, tuple[str, ...]] = {
    "alle": (EVERYBODY,),
    "alle menschen": (EVERYBODY,),
    "gefluchtete": ("refugees",),
    "fluchtlinge": ("refugees",),
    "zugewanderte": ("newcomers",),
    "migrantinnen": ("newcomers", "women"),
    "frauen": ("women",),
    "mutter": ("women", "families"),
    "manner": ("men",),
    "familien": ("families",),
    "eltern": ("families",),
    "kinder": ("children",),
    "jugendliche": ("youth",),
    "schulerinnen": ("pupils",),
    "schuler": ("pupils",),
    "auszubildende": ("pupils",),
    "senioren": ("older",),
    "seniorinnen": ("older",),
    "altere": ("older",),
    "altere menschen": ("older",),
    "menschen mit behinderung": ("disabled",),
    "menschen mit wenig geld": ("low_income",),
    "bedurftige": ("low_income",),
    "arbeitsuchende": ("job_seekers",),
    "gewaltbetroffene": ("violence",),
    "ehrenamtliche": ("volunteers",),
    "freiwillige": ("volunteers",),
    "haupt": ("professionals",),
    "hauptamtliche": ("professionals",),
    "fachkrafte": ("professionals",),
    "betriebe": ("businesses",),
    "unternehmen": ("businesses",),
    "vereine": ("clubs",),
    "schulen": ("schools",),
    "bildungstrager": ("schools",),
}
"""How lists call target groups, as `core.text.fold` compares them. Other words are left as they are."""

ACCESS: Mapping[str, Sentence] = {
    "open": _l("Just come"),
    "appointment": _l("By appointment"),
    "sign_up": _l("Sign up first"),
    "referral": _l("Through an office or a doctor"),
    "step_free": _l("Without steps"),
    "online": _l("On the internet"),
    "home": _l("At your home"),
    "childcare": _l("With childcare"),
    "interpreter": _l("With an interpreter"),
}
"""How one gets into an offer."""


class Price(StrEnum):
    """What an offer costs, as people look for it."""

    FREE = "free"
    PAID = "paid"
    OPEN = "open"


PRICE_LABELS: Mapping[str, Sentence] = {
    Price.FREE: _l("free of charge"),
    Price.PAID: _l("with a charge"),
    Price.OPEN: _l("charge not stated"),
}

TRAIT_LABELS: Mapping[Trait, Mapping[str, Sentence]] = {
    Trait.GROUP: TARGET_GROUPS,
    Trait.LANGUAGE: CONTENT_LANGUAGES,
    Trait.ACCESS: ACCESS,
}

_BETWEEN = re.compile(r"\s*(?:[,;/+]|\bund\b|\bsowie\b|\bu\.)\s*", re.IGNORECASE)
_LANGUAGE_WORDS: dict[str, str] = {
    fold(name): code
    for code in CONTENT_LANGUAGES
    for name in (
        code,
        CONTENT_LANGUAGES[code],
        *(str(Locale.parse(reader).languages.get(code, "")) for reader in ("de", "en")),
    )
    if name
} | {"farsi": "fa", "dari": "fa", "kurmandschi": "ku"}


def groups_in(text: str) -> list[str]:
    """The target groups that a list names in its own words; what is none of ours is left out."""
    found = [code for part in (text, *_BETWEEN.split(text)) for code in _GROUP_WORDS.get(_bare(part), ())]
    return list(dict.fromkeys(found))


def languages_in(text: str) -> list[str]:
    """The codes of the languages that a list names in its own words; what is none of ours is left out."""
    found = [_LANGUAGE_WORDS[_bare(part)] for part in _BETWEEN.split(text) if _bare(part) in _LANGUAGE_WORDS]
    return list(dict.fromkeys(found))


def _bare(part: str) -> str:
    return fold(part).strip(" .-–:()")


def known(trait: Trait, codes: Iterable[str]) -> list[str]:
    """Those codes that there are, in the order in which people choose from them."""
    given = set(codes)
    return [code for code in TRAIT_LABELS[trait] if code in given]


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier (later for a negative number); the last of a shorter month."""
    count = day.year * 12 + day.month - 1 - months
    year, month = divmod(count, 12)
    first_of_next = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    last = date.fromordinal(first_of_next.toordinal() - 1).day
    return date(year, month + 1, min(day.day, last))


def day_text(day: str) -> str:
    """A day as precise as it is known (`2017`, `2016-10` or `2019-02-08`) in the language in use."""
    if len(day) == len("2017"):
        return day
    if len(day) == len("2016-10"):
        return str(format_date(date.fromisoformat(f"{day}-01"), "LLLL yyyy"))
    return str(format_date(date.fromisoformat(day), "long"))


def cost_text(cost: int | None, words: str) -> str:
    """What an offer costs, in words; empty if nobody has said."""
    if cost is None:
        return words
    amount = (
        gettext("free of charge")
        if cost == 0
        else gettext("%(euros)s,%(cents)s €", euros=cost // 100, cents=f"{cost % 100:02}")
    )
    return f"{amount} ({words})" if words else amount
