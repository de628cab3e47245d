"""Shapes of what people send who come to an event."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from wtforms import BooleanField, HiddenField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice as Choice  # type: ignore[attr-defined]

from core.forms import AtMost, Form
from core.i18n import CONTENT_LANGUAGES, own_name
from core.i18n import lazy_gettext as _l
from core.mail import LONGEST_ADDRESS
from core.text import clean_line
from dialog.models import Registration, RollEntry
from dialog.seating import Wish
from dialog.signup_words import NEEDS, ROLES
from region.queries import Place

RESERVE = "reserve"
_GROUP = "group-"
_ROUND = "round-"


class GroupsForm(Form):
    """The groups somebody wants: for each a field `group-<id>` with the rank of the wish, or “reserve”.

    `full` names the groups that the page showed as full; only there the waiting list was meant. Two groups
    may have the same rank; then the one that stands first on the page comes first.
    """

    full = HiddenField()

    def __init__(self, formdata: Any = None, **kwargs: Any) -> None:
        super().__init__(formdata, **kwargs)
        self.ranks: dict[int, str] = {}
        self.unreadable = False
        for name, value in (formdata or {}).items():
            if name.startswith(_GROUP) and value:
                group = _number(name[len(_GROUP) :])
                if group is None or (value != RESERVE and not _number(value)):
                    self.unreadable = True
                else:
                    self.ranks[group] = value

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether the choice could be read; what is possible is decided by the action."""
        if self.unreadable:
            self.alerts.append(_l("We could not read your choice. Please load the page again."))
        return bool(super().validate(extra_validators)) and not self.unreadable

    def wishes(self) -> list[Wish]:
        """The wishes in the order of their ranks, the reserve last."""
        main = sorted(
            (g for g, rank in self.ranks.items() if rank != RESERVE), key=lambda g: int(self.ranks[g])
        )
        return [
            *(Wish(group) for group in main),
            *(Wish(group, True) for group, rank in self.ranks.items() if rank == RESERVE),
        ]

    @property
    def shown_full(self) -> set[int]:
        """The groups that were shown as full."""
        found = (_number(text) for text in (self.full.data or "").split(",")[:200])
        return {group for group in found if group is not None}

    def choose(self, registration: Registration) -> None:
        """Fill in what somebody has chosen so far."""
        for choice in registration.choices:
            self.ranks[choice.group_id] = RESERVE if choice.is_reserve else str(choice.rank)


class SignupForm(GroupsForm):
    """Coming to an event: groups, and what one may say of oneself."""

    role = RadioField(_l("As whom do you come?"), choices=[], validate_choice=False, default="")
    municipality = SelectField(_l("Where do you live or work?"), validate_choice=False, default="")
    language = SelectField(_l("Which language do you speak best?"), validate_choice=False, default="")
    needs = SelectMultipleField(_l("What do you need?"), validate_choice=False)
    address = StringField(
        _l("Your mail address"), [AtMost(LONGEST_ADDRESS)], filters=[lambda text: clean_line(text or "")]
    )

    def offer(self, places: Iterable[Place]) -> None:
        """Fill the lists."""
        nothing = _l("I would rather not say")
        self.role.choices = [*(Choice(*pair) for pair in ROLES.items()), Choice("", nothing)]
        self.municipality.choices = [Choice("", nothing), *(Choice(p.ags, p.name) for p in places)]
        self.language.choices = [Choice("", nothing), *(Choice(*pair) for pair in CONTENT_LANGUAGES.items())]
        self.needs.choices = [Choice(*pair) for pair in NEEDS.items()]

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether everything is from the lists."""
        fits = bool(super().validate(extra_validators))
        lists: Mapping[str, tuple[Any, list[str]]] = {
            "role": (self.role, [self.role.data or ""]),
            "municipality": (self.municipality, [self.municipality.data or ""]),
            "language": (self.language, [self.language.data or ""]),
            "needs": (self.needs, self.needs.data or []),
        }
        for field, values in lists.values():
            offered = {"", *(choice.value for choice in field.choices)}
            if not offered.issuperset(values):
                field.errors = [_l("Please choose from the list.")]
                fits = False
        return fits

    def propose(self, entry: RollEntry) -> None:
        """Fill in what the list said by which somebody was invited; they may change or empty it."""
        self.role.data = entry.role
        self.municipality.data = entry.municipality.ags if entry.municipality else ""
        self.language.data = entry.language

    def show(self, registration: Registration) -> None:
        """Fill in what somebody has said so far."""
        self.choose(registration)
        self.role.data = registration.role
        self.municipality.data = registration.municipality.ags if registration.municipality else ""
        self.language.data = registration.language
        self.needs.data = [need.need for need in registration.needs]


class PressForm(GroupsForm):
    """Joining on the day: the event code, and one button for a group or for none."""

    code = HiddenField()
    step = HiddenField()
    group = HiddenField()

    def wishes(self) -> list[Wish]:
        """The group whose button was pressed."""
        group = _number(self.group.data or "")
        return [] if group is None else [Wish(group)]


class WalkInForm(Form):
    """Letting somebody in at the door: a field `round-<id>` with a group, or nothing, for each round."""

    waiting = BooleanField(_l("Put them on the waiting list where a group is full"))
    language = SelectField(_l("Second language on the slip"), validate_choice=False, default="")
    slip = HiddenField()

    def __init__(self, formdata: Any = None, **kwargs: Any) -> None:
        super().__init__(formdata, **kwargs)
        self.groups: dict[int, int] = {}
        self.unreadable = False
        for name, value in (formdata or {}).items():
            if name.startswith(_ROUND) and value:
                round, group = _number(name[len(_ROUND) :]), _number(value)
                if round is None or group is None:
                    self.unreadable = True
                else:
                    self.groups[round] = group

    def offer(self, languages: Iterable[str]) -> None:
        """Fill the list with the languages besides the first."""
        self._languages = list(languages)
        self.language.choices = [
            Choice("", _l("German only")),
            *(Choice(code, own_name(code)) for code in self._languages),
        ]

    def fill_in(self, said: Mapping[str, str]) -> None:
        """Begin with what an address says: the language of the person before, the slip of this one."""
        self.language.data = said.get("language", "")
        self.slip.data = said.get("slip", "")

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether the choice could be read; what is possible is decided by the action."""
        if self.unreadable:
            self.alerts.append(_l("We could not read your choice. Please load the page again."))
        return bool(super().validate(extra_validators)) and not self.unreadable

    @property
    def waits(self) -> bool:
        """Whether the waiting list was asked for."""
        return bool(self.waiting.data)

    @property
    def second_language(self) -> str:
        """The other language of the slip, empty for none."""
        return self.language.data if self.language.data in self._languages else ""


class OneGroupForm(Form):
    """Leaving the group whose button was pressed."""

    group = HiddenField()

    @property
    def group_id(self) -> int:
        """The group; 0 if it cannot be read."""
        return _number(self.group.data or "") or 0


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
