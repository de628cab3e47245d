"""Turns the rows of a concept into plain data; whoever calls has loaded what they lead to."""

from __future__ import annotations

from dataclasses import replace

from concept.content import (
    FieldMark,
    FigureData,
    GoalData,
    IndicatorData,
    MeasureData,
    Origin,
    SeenData,
    Voice,
)
from concept.models import Goal, Indicator, Measure, Source
from concept.vocabulary import Part
from dialog.models import Contribution, DialogueEvent, WorkingGroup
from dialog.vocabulary import Visibility
from region.models import ActionField, Figure, Publication


class Records:
    """Rows as plain data with their addresses, which all begin with that of the dialogue."""

    def __init__(self, base: str) -> None:
        self._base = base

    def origin(self, source: Source) -> Origin | None:
        """What a source leads to, or None for what is not public (any more)."""
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
        if source.event is not None:
            return self.event(source.event) if source.event.published else None
        if source.group is not None:
            return self.group(source.group) if source.group.event.published else None
        if source.figure is not None:
            figure = source.figure
            return Origin(
                kind="figure",
                reference=figure.number,
                names={"de": figure.name},
                path=self.figure_path(figure),
                dated=figure.as_of or figure.period,
                language="de",
            )
        return self.publication(source.publication) if source.publication else None

    def event(self, event: DialogueEvent) -> Origin:
        """A day of the dialogue."""
        path = f"{self._base}/events/{event.slug}"
        return Origin("event", "", event.titles, path, moment=event.starts_at)

    def group(self, group: WorkingGroup) -> Origin:
        """A working group, with the day on which it met; its event must be loaded."""
        day = self.event(group.event)
        # What it is called stands first, because the titles of days are long and cut in files.
        names = {
            code: f"{name} ({day.names.get(code, day.names['de'])})" for code, name in group.names.items()
        }
        return replace(day, kind="group", names=names, path=f"{day.path}#group-{group.number}")

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

    def figure_path(self, figure: Figure) -> str:
        """Where a figure stands on the site."""
        return f"{self._base}/concept/{Part.FIGURES}#figure-{figure.number}"

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
            series=tuple(
                SeenData(
                    value.as_of,
                    value.amount,
                    value.note,
                    self.publication(value.publication) if value.publication else None,
                )
                for value in figure.values
            ),
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
            indicators=tuple(self.indicator(one) for one in measure.indicators),
        )

    def indicator(self, indicator: Indicator) -> IndicatorData:
        """A number to watch with all its values."""
        return IndicatorData(
            name=indicator.name,
            unit=indicator.unit,
            baseline=indicator.baseline,
            baseline_as_of=indicator.baseline_as_of,
            target=indicator.target,
            target_by=indicator.target_by,
            values=tuple(
                SeenData(
                    value.as_of,
                    value.value,
                    value.note,
                    self.publication(value.publication) if value.publication else None,
                )
                for value in indicator.values
            ),
        )


def mark(field: ActionField) -> FieldMark:
    """A field of action as plain data."""
    return FieldMark(field.slug, field.position, field.names, field.descriptions, field.icon, field.colour)


def goal_data(goal: Goal) -> GoalData:
    """A goal as plain data; its field must be loaded."""
    return GoalData(f"{goal.field.position}.{goal.number}", goal.texts)
