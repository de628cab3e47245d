"""Shapes of what coordinators send while they plan an event: its day, its programme, its groups."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar, Self

from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    Field,
    HiddenField,
    IntegerField,
    RadioField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice as Choice  # type: ignore[attr-defined]
from wtforms.validators import StopValidation

from core.forms import AtMost, Between, Form, Moment, OneOf, Required
from core.i18n import CONTENT_LANGUAGES, name_in
from core.i18n import lazy_gettext as _l
from core.plan_forms import BasedForm, Boxes, PlanForm, Text
from core.text import clean_line
from dialog import programme
from dialog.actions.events import PlannedItem
from dialog.actions.groups import GroupPlan
from dialog.local_time import moment_of, on_the_wall
from dialog.models import AgendaItem, Dialogue, DialogueEvent, WorkingGroup
from dialog.planning_forms import (
    LINE_LIMIT,
    NAME_LIMIT,
    PARAGRAPH_LIMIT,
    Address,
    Given,
    PerhapsBetween,
)
from dialog.vocabulary import EVENT_FORMATS, ITEM_FORMATS
from region.models import ActionField

MOST_PLACES = 1_000
NO_SUCH_TIME = _l("This time does not exist: in that night the clocks go forward by an hour.")
_DAYS = ["%Y-%m-%d", "%d.%m.%Y"]
_CLOCKS = ["%H:%M", "%H:%M:%S", "%H.%M"]
_MOMENTS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%d.%m.%Y %H:%M"]


def _time(wall: datetime, *, last: bool = False) -> datetime:
    moment = moment_of(wall, last=last)
    if moment is None:
        raise StopValidation(NO_SUCH_TIME)
    return moment


def _combined(day: date | None, clock: time | None) -> datetime:
    if day is None or clock is None:
        raise ValueError("Ask for moments only after the form was found valid.")
    return datetime.combine(day, clock)


class DayForm(PlanForm):
    """Something that begins on a day at a time."""

    day = DateField(_l("Day"), [Given(_l("Please type the day, such as 19.11.2027."))], format=_DAYS)
    begins = TimeField(
        _l("Begins at"), [Given(_l("Please type the time, such as 9:00."))], format=_CLOCKS, default=time(9)
    )

    def validate_begins(self, field: TimeField) -> None:
        """Refuse the hour that is left out when the clocks go forward."""
        if self.day.data and field.data:
            _time(datetime.combine(self.day.data, field.data))

    @property
    def starts_at(self) -> datetime:
        """The moment at which it begins. Call it on a valid form only."""
        return _time(_combined(self.day.data, self.begins.data))


class EventForm(DayForm):
    """What an event is called, when and where it is, and how people come in."""

    TEXTS: ClassVar[dict[str, Text]] = {
        "title": Text(_l("Title"), NAME_LIMIT),
        "aim": Text(_l("What it is for"), PARAGRAPH_LIMIT, 3),
    }
    title = StringField(TEXTS["title"].label, [Required(_l("Please type a title.")), AtMost(NAME_LIMIT)])
    aim = TextAreaField(TEXTS["aim"].label, [AtMost(PARAGRAPH_LIMIT)])
    format = RadioField(
        _l("How do people come?"),
        validators=[OneOf(_l("Please choose how people come."))],
        validate_choice=False,
    )
    place = StringField(_l("Place"), [AtMost(LINE_LIMIT)])
    link = StringField(_l("Link to the plenary"))
    ends = TimeField(
        _l("Ends at"),
        [Given(_l("Please type the time, such as 16:30."))],
        format=_CLOCKS,
        default=time(16, 30),
    )
    last_day = DateField(
        _l("Last day"), [Moment(_l("Please type the day, or leave it empty."))], format=_DAYS
    )
    groups_per_person = IntegerField(
        _l("Groups per person"), [Between(1, 10, _l("Please type a number from 1 to 10."))], default=2
    )
    signup_from = DateTimeLocalField(
        _l("People can sign up from"),
        [Moment(_l("Please type a date and a time, or leave it empty."))],
        format=_MOMENTS,
    )
    signup_until = DateTimeLocalField(
        _l("People can sign up until"),
        [Moment(_l("Please type a date and a time, or leave it empty."))],
        format=_MOMENTS,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.format.choices = [Choice(*pair) for pair in EVENT_FORMATS.items()]

    def validate_ends(self, field: TimeField) -> None:
        """Refuse an end before the beginning, and the hour that is left out."""
        if self.day.data and self.begins.data and field.data:
            wall = datetime.combine(self.last_day.data or self.day.data, field.data)
            begin = moment_of(datetime.combine(self.day.data, self.begins.data))
            if begin is not None and _time(wall, last=True) <= begin:
                raise StopValidation(_l("The event must end after it begins."))

    def validate_signup_from(self, field: DateTimeLocalField) -> None:
        """Refuse the hour that is left out."""
        if field.data:
            _time(field.data)

    def validate_signup_until(self, field: DateTimeLocalField) -> None:
        """Refuse the hour that is left out."""
        if field.data:
            _time(field.data, last=True)

    @property
    def values(self) -> dict[str, Any]:
        """What the actions take. Call it on a valid form only."""
        wall = _combined(self.last_day.data or self.day.data, self.ends.data)
        opens, closes = self.signup_from.data, self.signup_until.data
        return {
            "titles": self.names("title"),
            "aims": self.names("aim"),
            "format": self.format.data,
            "place": clean_line(self.place.data or ""),
            "link": self.link.data or "",
            "starts_at": self.starts_at,
            "ends_at": _time(wall, last=True),
            "groups_per_person": self.groups_per_person.data,
            "signup_from": _time(opens) if opens else None,
            "signup_until": _time(closes, last=True) if closes else None,
        }

    def show(self, event: DialogueEvent) -> None:
        """Fill in what is saved."""
        begin, end = on_the_wall(event.starts_at), on_the_wall(event.ends_at)
        self.show_names("title", event.titles)
        self.show_names("aim", event.aims)
        self.format.data, self.place.data, self.link.data = event.format, event.place, event.link
        self.day.data, self.begins.data, self.ends.data = begin.date(), begin.time(), end.time()
        self.last_day.data = end.date() if end.date() != begin.date() else None
        self.groups_per_person.data = event.groups_per_person
        self.signup_from.data = on_the_wall(event.signup_from) if event.signup_from else None
        self.signup_until.data = on_the_wall(event.signup_until) if event.signup_until else None
        self.based_on.data = str(event.revision)


class NewEventForm(EventForm):
    """A new event, with what is proposed for it."""

    proposes_programme = BooleanField(_l("Begin with a programme of two rounds"), default=True)
    proposes_groups = BooleanField(_l("Begin with one group for each topic"), default=True)
    places = IntegerField(
        _l("Places per group and round"),
        [PerhapsBetween(1, MOST_PLACES, _l("Please type a number from 1 to 1000, or leave it empty."))],
    )
    address = StringField(_l("Address of its page"), [Address()])


class MoveForm(DayForm):
    """Moving a whole event: to another day and time, or by minutes, as `way` says."""

    way = HiddenField()
    minutes = IntegerField(
        _l("Minutes later"), [Between(-720, 720, _l("Please type a number of minutes, such as 15 or -15."))]
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether the part that was sent is complete."""
        unused = ["day", "begins"] if self.way.data == "minutes" else ["minutes"]
        for name in unused:
            self[name].validators = []
            self[name].process_errors = []
        return bool(super().validate(extra_validators))

    def begin_of(self, event: DialogueEvent) -> datetime:
        """The moment at which the event begins from now on. Call it on a valid form only."""
        if self.way.data == "minutes":
            moved: datetime = event.starts_at + timedelta(minutes=self.minutes.data or 0)
            return moved
        return self.starts_at

    def show(self, event: DialogueEvent) -> None:
        """Fill in when it begins now."""
        begin = on_the_wall(event.starts_at)
        self.day.data, self.begins.data = begin.date(), begin.time()
        self.based_on.data = str(event.revision)


class CopyForm(DayForm):
    """Another event with the same plan."""

    dialogue = RadioField(
        _l("In which dialogue?"), validators=[OneOf(_l("Please choose a dialogue."))], validate_choice=False
    )
    with_links = BooleanField(_l("Take over the links, too"))
    address = StringField(_l("Address of its page"), [Address()])

    def offer(self, dialogues: Iterable[Dialogue], here: Dialogue) -> None:
        """Fill the list with the dialogues into which this person may copy."""
        self.dialogue.choices = [Choice(one.slug, name_in(one.titles)) for one in dialogues]
        if self.dialogue.data is None:
            self.dialogue.data = here.slug


class ItemForm(PlanForm):
    """One entry of the programme."""

    TEXTS: ClassVar[dict[str, Text]] = {"name": Text(_l("What happens"), NAME_LIMIT)}
    name = StringField(TEXTS["name"].label, [Required(_l("Please write what happens.")), AtMost(NAME_LIMIT)])
    day = RadioField(_l("Day"), validators=[OneOf(_l("Please choose a day."))], validate_choice=False)
    begins = TimeField(_l("Begins at"), [Given(_l("Please type the time, such as 9:00."))], format=_CLOCKS)
    ends = TimeField(_l("Ends at"), [Given(_l("Please type the time, such as 16:30."))], format=_CLOCKS)
    format = RadioField(
        _l("What is it?"), validators=[OneOf(_l("Please choose what this entry is."))], validate_choice=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.days: list[str] = []

    def offer(self, event: DialogueEvent, say: Callable[[datetime], str]) -> None:
        """Fill the lists; `say` tells a day in words."""
        self.format.choices = [Choice(*pair) for pair in ITEM_FORMATS.items()]
        days = programme.days(event.starts_at, event.ends_at)
        self.days = [day.date().isoformat() for day in days]
        self.day.choices = [Choice(value, say(day)) for value, day in zip(self.days, days, strict=True)]
        if len(days) == 1:
            self.day.data = self.days[0]

    def validate_begins(self, field: TimeField) -> None:
        """Refuse the hour that is left out."""
        if wall := self._wall(field):
            _time(wall)

    def validate_ends(self, field: TimeField) -> None:
        """Refuse the hour that is left out."""
        if wall := self._wall(field):
            _time(wall, last=True)

    def _wall(self, field: TimeField) -> datetime | None:
        if not field.data or self.day.data not in self.days:
            return None
        return datetime.combine(date.fromisoformat(self.day.data), field.data)

    @property
    def planned(self) -> PlannedItem:
        """What the actions take; an end before the beginning is on the next day if there is one."""
        day = date.fromisoformat(self.day.data)
        begin, end = _combined(day, self.begins.data), _combined(day, self.ends.data)
        if end < begin and len(self.days) > 1:
            end += timedelta(days=1)
        return PlannedItem(_time(begin), _time(end, last=True), self.names("name"), self.format.data)

    def show(self, item: AgendaItem) -> None:
        """Fill in what is saved."""
        begin, end = on_the_wall(item.starts_at), on_the_wall(item.ends_at)
        self.show_names("name", item.names)
        self.day.data = begin.date().isoformat()
        self.begins.data, self.ends.data, self.format.data = begin.time(), end.time(), item.format
        self.based_on.data = str(item.revision)


class GroupForm(PlanForm):
    """One working group; each round has a box `meets_<id>` and the places `places_<id>`."""

    TEXTS: ClassVar[dict[str, Text]] = {
        "name": Text(_l("Name of the group"), NAME_LIMIT),
        "description": Text(_l("What it is about"), 500, 2),
    }
    ROUNDS: ClassVar[tuple[int, ...]] = ()
    name = StringField(
        TEXTS["name"].label, [Required(_l("Please type a name for the group.")), AtMost(NAME_LIMIT)]
    )
    description = TextAreaField(TEXTS["description"].label, [AtMost(500)])
    topics = Boxes(_l("Topics"))
    spoken = Boxes(_l("Languages spoken"))
    room = StringField(_l("Room"), [AtMost(LINE_LIMIT)])
    link = StringField(_l("Link to the group"))
    moderator = StringField(_l("Moderation"), [AtMost(LINE_LIMIT)])
    note_taker = StringField(_l("Note-taking"), [AtMost(LINE_LIMIT)])

    @classmethod
    def meeting_in(cls, rounds: Sequence[AgendaItem]) -> type[Self]:
        """This form with fields for these rounds."""
        numbers = tuple(item.id for item in rounds)
        made: dict[str, Any] = {"ROUNDS": numbers}
        for item, number in zip(rounds, numbers, strict=True):
            name = name_in(item.names)
            made[f"meets_{number}"] = BooleanField(
                _l("Meets in “%(round)s” at %(time)s", round=name, time=programme.clock(item.starts_at)),
                default=True,
            )
            made[f"places_{number}"] = IntegerField(
                _l("Places in “%(round)s”", round=name),
                [PerhapsBetween(0, MOST_PLACES, _l("Please type a number up to 1000, or leave it empty."))],
            )
        return type(cls.__name__, (cls,), made)

    def offer(self, fields: Iterable[ActionField]) -> None:
        """Fill the lists with topics and languages."""
        self.topics.choices = [Choice(field.slug, name_in(field.names)) for field in fields]
        self.spoken.choices = [Choice(*pair) for pair in CONTENT_LANGUAGES.items()]

    @property
    def rounds(self) -> list[tuple[Field, Field]]:
        """For each round the box and the places."""
        return [(self[f"meets_{number}"], self[f"places_{number}"]) for number in self.ROUNDS]

    def planned(self, fields: Iterable[ActionField]) -> GroupPlan:
        """What the actions take; `fields` are all there are."""
        chosen = self.topics.data or []
        return GroupPlan(
            names=self.names("name"),
            fields=[field for field in fields if field.slug in chosen],
            places={
                number: self[f"places_{number}"].data
                for number in self.ROUNDS
                if self[f"meets_{number}"].data
            },
            descriptions={code: text for code, text in self.names("description").items() if text},
            languages=[code for code in CONTENT_LANGUAGES if code in (self.spoken.data or [])],
            room=clean_line(self.room.data or ""),
            link=self.link.data or "",
            moderator=clean_line(self.moderator.data or ""),
            note_taker=clean_line(self.note_taker.data or ""),
        )

    def show(self, group: WorkingGroup) -> None:
        """Fill in what is saved."""
        places = {sitting.round_id: sitting.places for sitting in group.sittings}
        self.show_names("name", group.names)
        self.show_names("description", group.descriptions)
        self.topics.data = [field.slug for field in group.fields]
        self.spoken.data = list(group.languages)
        self.room.data, self.link.data = group.room, group.link
        self.moderator.data, self.note_taker.data = group.moderator, group.note_taker
        for number in self.ROUNDS:
            self[f"meets_{number}"].data = number in places
            self[f"places_{number}"].data = places.get(number)
        self.based_on.data = str(group.revision)


class ArrangeForm(BasedForm):
    """Pressing one of many buttons: `step` is such as up-12 or remove-3."""

    step = HiddenField()

    @property
    def pressed(self) -> tuple[str, int]:
        """What should happen, and with which one; nothing and 0 if that cannot be read."""
        how, _, number = (self.step.data or "").partition("-")
        is_number = number.isascii() and number.isdigit() and len(number) < 10
        return (how, int(number)) if is_number and how in {"up", "down", "remove"} else ("", 0)


class SwitchForm(Form):
    """Publishing an event, taking it back, or giving it a code: `step` says which."""

    step = HiddenField()
