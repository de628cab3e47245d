"""Shapes of what those who lead a group do with one column of its board."""

from __future__ import annotations

from wtforms import BooleanField, HiddenField, IntegerField, StringField

from core.forms import AtMost, Between, Form
from core.i18n import lazy_gettext as _l
from workshops.vocabulary import DOTS, LABEL_LIMIT, MOST_DOTS_PER_CARD


class LaneForm(Form):
    """What can be done with one column: `step` says whether it gets a name, another place, or goes."""

    step = HiddenField()
    name = StringField(_l("Name of the column"), [AtMost(LABEL_LIMIT)])


class VoteForm(Form):
    """The rules of a vote on one column."""

    step = HiddenField()
    dots = IntegerField(
        _l("Points for each person"),
        [Between(1, 100, _l("Please choose between 1 and 100 points."))],
        default=DOTS,
    )
    max_per_item = IntegerField(
        _l("At most on one card"),
        [Between(1, 100, _l("Please choose between 1 and 100 points."))],
        default=MOST_DOTS_PER_CARD,
    )
    live = BooleanField(_l("Show the sums while people vote"))
