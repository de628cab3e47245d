"""What can happen to the county's own data. Ids only."""

from __future__ import annotations

from dataclasses import dataclass

from core.journal import Fact


@dataclass(frozen=True, slots=True)
class CountyFounded(Fact):
    """The county of this installation is known."""

    county_id: int


@dataclass(frozen=True, slots=True)
class MunicipalityAdded(Fact):
    """A municipality belongs to the county."""

    municipality_id: int


@dataclass(frozen=True, slots=True)
class FieldSetAdded(Fact):
    """A set of fields of action can be chosen by dialogues."""

    field_set_id: int


@dataclass(frozen=True, slots=True)
class PublicationAdded(Fact):
    """Something published elsewhere can be named as a source."""

    publication_id: int


@dataclass(frozen=True, slots=True)
class OrganisationAdded(Fact):
    """An organisation is known by name."""

    organisation_id: int


@dataclass(frozen=True, slots=True)
class FigureAdded(Fact):
    """A figure about the county can be shown."""

    figure_id: int


@dataclass(frozen=True, slots=True)
class CountyDataChanged(Fact):
    """Something of the county's own data was brought up to date; `kind` names its table."""

    kind: str
    data_id: int


@dataclass(frozen=True, slots=True)
class NoticesChanged(Fact):
    """What the county says of itself as a public body is different."""

    notice_id: int


@dataclass(frozen=True, slots=True)
class TaskAdded(Fact):
    """There is one more task that every municipality has to see to."""

    task_id: int


@dataclass(frozen=True, slots=True)
class TaskRemoved(Fact):
    """A task is no longer kept, nor who did it."""

    task_id: int


@dataclass(frozen=True, slots=True)
class ResponsibilitySet(Fact):
    """It is known who does a task for a municipality, or for all of which nothing else is said."""

    responsibility_id: int


@dataclass(frozen=True, slots=True)
class ResponsibilityEnded(Fact):
    """What was said of who does a task no longer holds."""

    responsibility_id: int
