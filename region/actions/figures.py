"""Figures about the county as staff keep them: the present amount and what it was at other times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError

from core.actor import Actor
from core.db import db
from core.errors import Conflict
from core.i18n import lazy_gettext as _l
from core.journal import record
from core.text import clean_line
from region import queries
from region.actions._rows import count_revision, need
from region.facts import CountyDataChanged, FigureAdded
from region.models import Figure, FigureValue, Publication
from region.permissions import RIGHTS, Permission

LINE_LIMIT = 200
NOTE_LIMIT = 1_000
MOST_AMOUNTS = 6
MOST_VALUES = 60


@dataclass(frozen=True, slots=True)
class FormerValue:
    """What a figure was at another time (as precise as known), and who says so."""

    as_of: str
    amount: float
    note: str = ""
    publication: Publication | None = None


def keep_figure(
    actor: Actor,
    figure: Figure | None,
    *,
    name: str,
    unit: str,
    amounts: Sequence[float],
    as_of: str,
    note: str,
    publication: Publication | None,
    values: Sequence[FormerValue],
    based_on: int = 0,
) -> Figure:
    """Add a figure about the county, or write one anew with its series.

    Raises Invalid for what says of no time or does not fit, Conflict if there is a later revision than
    `based_on`.
    """
    RIGHTS.require(actor, Permission.EDIT_FIGURES)
    words, short, remark = clean_line(name), clean_line(unit), clean_line(note)
    need(bool(words), "name", _l("Please say what is counted."))
    for field, text, limit in (
        ("name", words, LINE_LIMIT),
        ("unit", short, LINE_LIMIT),
        ("note", remark, NOTE_LIMIT),
        *(("values", clean_line(value.note), LINE_LIMIT) for value in values),
    ):
        need(len(text) <= limit, field, _l("Please use at most %(max)d characters.", max=limit))
    need(0 < len(amounts) <= MOST_AMOUNTS, "amounts", _l("A figure needs at least one amount."))
    days = [value.as_of for value in values]
    need(len(days) <= MOST_VALUES and all(days), "values", _l("Please say of each value as of when it is."))
    need(
        len({*days, as_of}) == len(days) + 1,
        "values",
        _l("Two values are of the same time. Please keep one of them."),
    )
    if figure is None:
        figure = Figure(number=queries.next_figure_number(), name=words, amounts=[], unit=short)
        db.session.add(figure)
    else:
        count_revision(figure, based_on)
    figure.name, figure.unit, figure.note = words, short, remark
    figure.amounts = [float(amount) for amount in amounts]
    if as_of:
        figure.period = ""
    figure.as_of = as_of
    figure.publication_id = publication.id if publication else None
    is_new = figure.id is None
    for value in list(figure.values):
        db.session.delete(value)
    try:
        db.session.flush()  # Former values go before new ones come; those and the fact need the id.
    except IntegrityError:
        raise Conflict(_l("Somebody has added a figure just now. Please send it once more.")) from None
    for one in values:
        db.session.add(
            FigureValue(
                figure_id=figure.id,
                as_of=one.as_of,
                amount=one.amount,
                note=clean_line(one.note),
                publication_id=one.publication.id if one.publication else None,
            )
        )
    db.session.flush()
    record(actor, FigureAdded(figure.id) if is_new else CountyDataChanged("figures", figure.id))
    return figure
