"""Shapes of what staff send about goals, measures and their indicators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from flask import request
from wtforms import IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice as Choice  # type: ignore[attr-defined]

from concept.actions.indicators import SeenValue
from concept.models import Goal, Indicator, Measure
from concept.vocabulary import (
    CLASS_LABELS,
    GOAL_LIMIT,
    LINE_LIMIT,
    MOST_NUMBER,
    MOST_PARTNERS,
    STATUS_LABELS,
    TIME_FRAME_LABELS,
    UNIT_LIMIT,
    MeasureClass,
    MeasureStatus,
    TimeFrame,
)
from core.errors import Sentence
from core.forms import AtMost, Between, OneOf, Required
from core.i18n import lazy_gettext as _l
from core.i18n import name_in
from core.plan_forms import BasedForm, PlanForm, Text
from core.series_forms import Amount, Day, SeriesForm, ValueRow
from core.typed import read_date, read_number, written_date, written_number
from region.models import Publication

_NO_PLACE = _l("Please enter a number from 1 to %(most)d.", most=MOST_NUMBER)


class GoalForm(PlanForm):
    """What a field wants to reach."""

    TEXTS: ClassVar[dict[str, Text]] = {"text": Text(_l("Goal"), GOAL_LIMIT, 3)}
    text = TextAreaField(
        TEXTS["text"].label, [Required(_l("Please write what shall be reached.")), AtMost(GOAL_LIMIT)]
    )
    number = IntegerField(_l("Number within the topic"), [Between(1, MOST_NUMBER, _NO_PLACE)])

    def show(self, goal: Goal) -> None:
        """Fill in what is saved."""
        self.show_names("text", goal.texts)
        self.number.data = goal.number
        self.based_on.data = str(goal.revision)


class MeasureForm(PlanForm):
    """The sheet of a measure."""

    TEXTS: ClassVar[dict[str, Text]] = {"title": Text(_l("What is done"), LINE_LIMIT)}
    title = StringField(
        TEXTS["title"].label, [Required(_l("Please write what shall be done.")), AtMost(LINE_LIMIT)]
    )
    number = IntegerField(_l("Number of the measure"), [Between(1, MOST_NUMBER, _NO_PLACE)])
    goal = SelectField(_l("Goal"), [OneOf(_l("Please choose a goal."))], validate_choice=False)
    target_group = StringField(_l("For whom"), [AtMost(LINE_LIMIT)])
    responsible = StringField(_l("Responsible"), [AtMost(LINE_LIMIT)])
    partners = TextAreaField(_l("Together with"), [AtMost(MOST_PARTNERS * LINE_LIMIT)])
    begins = StringField(_l("Begins"), [Day(), AtMost(20)])
    ends = StringField(_l("Ends"), [Day(), AtMost(20)])
    time_frame = SelectField(_l("Time frame"), validate_choice=False)
    cost = StringField(_l("Cost"), [AtMost(LINE_LIMIT)])
    funding = StringField(_l("Funding"), [AtMost(LINE_LIMIT)])
    indicator = StringField(_l("How we will notice"), [AtMost(LINE_LIMIT)])
    status = RadioField(_l("Status"), [OneOf(_l("Please choose a status."))], validate_choice=False)
    priority_class = RadioField(_l("Class"), validate_choice=False)

    def offer(self, goals: Sequence[Goal]) -> None:
        """Fill the lists; `goals` are those of the measure's field."""
        self.goal.choices = [
            Choice(str(one.id), f"{one.field.position}.{one.number} {name_in(one.texts)}") for one in goals
        ]
        self.time_frame.choices = _list(_l("not said"), TIME_FRAME_LABELS)
        self.status.choices = [Choice(*pair) for pair in STATUS_LABELS.items()]
        self.priority_class.choices = _list(_l("neither"), CLASS_LABELS)
        for field, first in ((self.time_frame, ""), (self.status, "planned"), (self.priority_class, "")):
            known: list[Any] = list(field.choices or [])
            if field.data not in {choice.value for choice in known}:
                field.data = first

    def show(self, measure: Measure) -> None:
        """Fill in what is saved."""
        self.show_names("title", measure.titles)
        self.number.data = measure.number
        self.goal.data = str(measure.goal_id)
        self.partners.data = "\n".join(measure.partners)
        for name in ("target_group", "responsible", "cost", "funding", "indicator"):
            self[name].data = getattr(measure, name)
        for name in ("time_frame", "status", "priority_class"):
            self[name].data = getattr(measure, name)
        self.begins.data, self.ends.data = written_date(measure.begins), written_date(measure.ends)
        self.based_on.data = str(measure.revision)

    def sheet(self) -> dict[str, Any]:
        """What was sent, as the actions take it; the goal is looked up by the view."""
        return {
            "titles": self.names("title"),
            "target_group": self.target_group.data or "",
            "responsible": self.responsible.data or "",
            "partners": (self.partners.data or "").splitlines(),
            "begins": read_date(self.begins.data or "") or "",
            "ends": read_date(self.ends.data or "") or "",
            "time_frame": TimeFrame(self.time_frame.data),
            "cost": self.cost.data or "",
            "funding": self.funding.data or "",
            "indicator": self.indicator.data or "",
            "status": MeasureStatus(self.status.data),
            "priority_class": MeasureClass(self.priority_class.data),
        }


class StepForm(BasedForm):
    """One press of a button in a list of goals, measures or indicators."""

    @property
    def step(self) -> str:
        """What was pressed."""
        return request.form.get("step", "")


def _list(none: Sentence, labels: Any) -> list[Any]:
    return [Choice("", none), *(Choice(*pair) for pair in labels.items())]


class IndicatorForm(SeriesForm):
    """A number to watch, with where it begins, where it shall be, and what was seen."""

    publications: Mapping[str, Publication]

    name = StringField(
        _l("What is counted"), [Required(_l("Please say what is counted.")), AtMost(LINE_LIMIT)]
    )
    unit = StringField(_l("Unit"), [AtMost(UNIT_LIMIT)])
    baseline = StringField(_l("At the beginning"), [Amount(), AtMost(30)])
    baseline_as_of = StringField(_l("As of"), [Day(), AtMost(20)])
    target = StringField(_l("Target"), [Amount(), AtMost(30)])
    target_by = StringField(_l("To be reached by"), [Day(), AtMost(20)])

    def offer(self, publications: Sequence[Publication]) -> None:
        """Fill the list of publications that a value can be taken from."""
        self.publications = {one.number: one for one in publications}
        self.offer_sources({one.number: one.title for one in publications})

    def show(self, indicator: Indicator, revision: int) -> None:
        """Fill in what is saved."""
        self.name.data, self.unit.data = indicator.name, indicator.unit
        self.baseline.data = written_number(indicator.baseline)
        self.target.data = written_number(indicator.target)
        self.baseline_as_of.data = written_date(indicator.baseline_as_of)
        self.target_by.data = written_date(indicator.target_by)
        self.rows = [
            ValueRow(
                place,
                written_date(value.as_of),
                written_number(value.value),
                value.note,
                value.publication.number if value.publication else "",
            )
            for place, value in enumerate(indicator.values)
        ]
        self.based_on.data = str(revision)

    def sheet(self) -> dict[str, Any]:
        """What was sent, as the action takes it."""
        return {
            "name": self.name.data or "",
            "unit": self.unit.data or "",
            "baseline": read_number(self.baseline.data or ""),
            "baseline_as_of": read_date(self.baseline_as_of.data or "") or "",
            "target": read_number(self.target.data or ""),
            "target_by": read_date(self.target_by.data or "") or "",
            "values": [
                SeenValue(as_of, value, note, self.publications.get(source))
                for as_of, value, note, source in self.series
            ],
        }
