"""Turns the rows of a concept into plain data; whoever calls has loaded what they lead to."""

from __future__ import annotations

from concept.content import FieldMark, FigureData, GoalData, MeasureData, Origin, Voice
from concept.models import Goal, Measure, Source
from concept.vocabulary import Part
from dialog.models import Contribution
from dialog.vocabulary import Visibility
from region.models import ActionField, Figure, Publication


class Records:
    """Rows as plain data with their addresses, which all begin with that of the dialogue."""

    def __init__(self, base: str) -> None:
        self._base = base

    def origin(self, source: Source) -> Origin | None:
        """What a source leads to, or None for a contribution that is not public (any more)."""
        if source.contribution is not None:
            voice = source.contribution
            if voice.visibility != Visibility.PUBLIC:
                return None
            return Origin(
                kind=voice.kind,
                reference=voice.reference,
                names={"de": voice.title},
                path=f"{self._base}/contributions/{voice.reference}",
                language=voice.title_language,
                detail=voice.municipality.name if voice.municipality else "",
            )
        if source.poll is not None:
            poll = source.poll
            path = f"{self._base}/polls/{poll.id}"
            return Origin("poll", "", poll.titles, path, moment=poll.closed_at)
        if source.figure is not None:
            figure = source.figure
            return Origin(
                kind="figure",
                reference=figure.number,
                names={"de": figure.name},
                path=f"{self._base}/concept/{Part.FIGURES}#figure-{figure.number}",
                dated=figure.as_of or figure.period,
                language="de",
            )
        return self.publication(source.publication) if source.publication else None

    def publication(self, publication: Publication) -> Origin:
        """A publication; on the site it leads to the annex, in files to where it was published."""
        return Origin(
            kind="publication",
            reference=publication.number,
            names={"de": publication.title},
            path=f"{self._base}/concept/{Part.ANNEX}#publication-{publication.number}",
            url=publication.url,
            language="de",
            detail=publication.publisher,
            dated=publication.date_text,
        )

    def figure(self, figure: Figure) -> FigureData:
        """A number with the publication it was taken from."""
        return FigureData(
            reference=figure.number,
            name=figure.name,
            amounts=tuple(figure.amounts),
            unit=figure.unit,
            as_of=figure.as_of,
            period=figure.period,
            note=figure.note,
            publication=self.publication(figure.publication) if figure.publication else None,
        )

    def voice(self, contribution: Contribution) -> Voice:
        """A public contribution, without how it came out in a vote."""
        return Voice(
            kind=contribution.kind,
            reference=contribution.reference,
            title=contribution.title,
            title_language=contribution.title_language,
            text=contribution.text,
            language=contribution.language,
            place=contribution.municipality.name if contribution.municipality else None,
            provider=contribution.provider,
            target_group=contribution.target_group,
            path=f"{self._base}/contributions/{contribution.reference}",
        )

    def measure(self, measure: Measure, block_id: int) -> MeasureData:
        """A measure, with the address of the block it stands in."""
        return MeasureData(
            reference=measure.reference,
            titles=measure.titles,
            goal=goal_data(measure.goal),
            field=mark(measure.field),
            target_group=measure.target_group,
            responsible=measure.responsible,
            partners=tuple(measure.partners),
            begins=measure.begins,
            ends=measure.ends,
            time_frame=measure.time_frame,
            cost=measure.cost,
            funding=measure.funding,
            indicator=measure.indicator,
            status=measure.status,
            priority_class=measure.priority_class,
            changed_at=measure.changed_at,
            path=f"{self._base}/concept/field-{measure.field.slug}#block-{block_id}",
        )


def mark(field: ActionField) -> FieldMark:
    """A field of action as plain data."""
    return FieldMark(field.slug, field.position, field.names, field.descriptions, field.icon, field.colour)


def goal_data(goal: Goal) -> GoalData:
    """A goal as plain data; its field must be loaded."""
    return GoalData(f"{goal.field.position}.{goal.number}", goal.texts)
