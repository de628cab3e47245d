"""What people send at the harvest of a board."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wtforms import HiddenField, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice as Choice  # type: ignore[attr-defined]

from core.errors import Sentence
from core.forms import AtMost
from core.i18n import lazy_gettext as _l
from core.i18n import name_in
from core.plan_forms import BasedForm, Boxes
from dialog.models import Contribution
from dialog.vocabulary import KIND_LABELS, NOT_TAKEN_REASONS, NOTE_LIMIT, PRIORITIES, TEXT_LIMIT
from region.models import ActionField
from region.queries import Place
from workshops.models import Card
from workshops.vocabulary import REASON_LIMIT


def _radio(label: Sentence, words: Iterable[tuple[str, Sentence]] = ()) -> RadioField:
    return RadioField(label, choices=[Choice(*pair) for pair in words], validate_choice=False)


class HarvestForm(BasedForm):
    """One card at its harvest. `step` says what is to be done, such as `take_up` or `join-12`, and with it
    which of the others matter.
    """

    step = HiddenField()
    card = HiddenField()
    text = TextAreaField(_l("Wording"), [AtMost(TEXT_LIMIT)])
    kind = _radio(_l("Kind"), KIND_LABELS.items())
    field = _radio(_l("Topic"))
    municipality = SelectField(_l("Place"), validate_choice=False)
    priority = _radio(_l("How urgent is it?"), [("", _l("Not said")), *PRIORITIES.items()])
    open_question = TextAreaField(_l("Open question"), [AtMost(NOTE_LIMIT)])
    members = Boxes(_l("These cards say the same and stand with it"))
    reason = _radio(_l("Why is it not taken up?"), NOT_TAKEN_REASONS.items())
    note = TextAreaField(_l("Note to whoever wrote it"), [AtMost(NOTE_LIMIT)])
    why = TextAreaField(_l("Why is the group closed although cards are open?"), [AtMost(REASON_LIMIT)])

    def __init__(self, formdata: Any = None, **kwargs: Any) -> None:
        super().__init__(formdata, **kwargs)
        # Of a button that was pressed and of the one that stands for Enter the former counts.
        steps: list[str] = formdata.getlist("step") if formdata else []
        self.wish, _, self.about = (steps[0] if steps else "").partition("-")

    @property
    def about_id(self) -> int | None:
        """The number in the step: a contribution, or a decision that is taken back."""
        return small_number(self.about)

    @property
    def card_id(self) -> int | None:
        """The card the form was drawn for."""
        return small_number(self.card.data or "")

    @property
    def member_ids(self) -> list[int]:
        """The cards that were ticked."""
        return [number for number in map(small_number, self.members.data or []) if number is not None]

    def offer(self, fields: Iterable[ActionField], places: Iterable[Place], under: Iterable[Card]) -> None:
        """Fill the lists with topics, places and the cards that lie under this one."""
        self.field.choices = [Choice(field.slug, name_in(field.names)) for field in fields]
        self.municipality.choices = [
            Choice("", _l("The whole county, or no place in particular")),
            *(Choice(place.ags, place.name) for place in places),
        ]
        self.members.choices = [Choice(str(card.contribution_id), card.contribution.text) for card in under]

    def show(self, contribution: Contribution, under: Iterable[Card]) -> None:
        """Fill in how the card stands now; what lies under it is proposed to stand with it."""
        self.card.data = str(contribution.id)
        self.based_on.data = str(contribution.revision)
        self.text.data = contribution.text
        self.kind.data = contribution.kind
        self.field.data = contribution.field.slug
        self.municipality.data = contribution.municipality.ags if contribution.municipality else ""
        self.priority.data = contribution.priority
        self.open_question.data = contribution.open_question
        self.members.data = [str(card.contribution_id) for card in under]


def small_number(text: str) -> int | None:
    """The number that was sent, if it is one."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
