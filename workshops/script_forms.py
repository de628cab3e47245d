"""Shapes of what is sent while the script of a round is written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from wtforms import HiddenField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice as Choice  # type: ignore[attr-defined]

from core.forms import AtMost, Between, OneOf, Required
from core.i18n import lazy_gettext as _l
from core.plan_forms import BasedForm, PlanForm, Text
from dialog.vocabulary import Kind
from workshops.actions.script import StepPlan
from workshops.control_forms import pressed
from workshops.models import ScriptStep
from workshops.vocabulary import ALLOWED_LABELS, LANE_KINDS, LANE_LABELS, LONGEST_STEP, PROMPT_LIMIT, Allowed

NAME_LIMIT = 60
METHOD_LIMIT = 1_500


class StepForm(PlanForm):
    """One step of a script."""

    TEXTS: ClassVar[dict[str, Text]] = {
        "name": Text(_l("Name of the step"), NAME_LIMIT),
        "prompt": Text(_l("What is asked"), PROMPT_LIMIT),
        "method": Text(_l("Method card"), METHOD_LIMIT, 5),
    }
    name = StringField(TEXTS["name"].label, [Required(_l("Please name the step.")), AtMost(NAME_LIMIT)])
    minutes = IntegerField(
        _l("Minutes"),
        [Between(1, LONGEST_STEP, _l("Please choose between 1 and %(most)d minutes.", most=LONGEST_STEP))],
        default=10,
    )
    prompt = StringField(TEXTS["prompt"].label, [AtMost(PROMPT_LIMIT)])
    allows = RadioField(
        _l("What can people do?"),
        validators=[OneOf(_l("Please choose what people can do."))],
        validate_choice=False,
        default=Allowed.CARDS.value,
    )
    asks_for = SelectField(_l("Which cards are asked for?"), default="", validate_choice=False)
    method = TextAreaField(TEXTS["method"].label, [AtMost(METHOD_LIMIT)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.allows.choices = [Choice(value, label) for value, label in ALLOWED_LABELS.items()]
        self.asks_for.choices = [
            Choice("", _l("All kinds")),
            *(Choice(kind.value, LANE_LABELS[kind]) for kind in LANE_KINDS),
        ]

    def show(self, step: ScriptStep) -> None:
        """Fill in what is saved."""
        self.show_names("name", step.names)
        self.show_names("prompt", step.prompts)
        self.show_names("method", step.method)
        self.minutes.data, self.allows.data = step.minutes, step.allows
        self.asks_for.data = step.asks_for or ""
        self.based_on.data = str(step.revision)

    @property
    def planned(self) -> StepPlan:
        """The step as it was sent, once it is valid."""
        kinds = [kind for kind in LANE_KINDS if kind == self.asks_for.data]
        return StepPlan(
            self.names("name"),
            self.minutes.data or 0,
            self.names("prompt"),
            Allowed(self.allows.data),
            Kind(kinds[0]) if kinds else None,
            self.names("method"),
        )


class ArrangeScriptForm(BasedForm):
    """A button of a script: `step` is up-12, down-12, remove-12, propose, clear or copy; `source` is such as
    1-0, a round and a group.
    """

    step = HiddenField()
    source = SelectField(_l("Take over the steps of"), validate_choice=False)

    def offer(self, scripts: Sequence[tuple[str, str]]) -> None:
        """Fill the list with the scripts there are, by such an address."""
        self.source.choices = list(scripts)

    @property
    def wish(self) -> tuple[str, int]:
        """What should happen, and with which step."""
        return pressed(self.step.data)
