"""Who is told of changes to the county's data: nobody; pages read it when they are drawn."""

from __future__ import annotations

from core.bus import no_reaction
from region.facts import (
    CountyDataChanged,
    CountyFounded,
    FieldSetAdded,
    FigureAdded,
    MunicipalityAdded,
    NoticesChanged,
    OrganisationAdded,
    PublicationAdded,
    ResponsibilityEnded,
    ResponsibilitySet,
    TaskAdded,
    TaskRemoved,
)

no_reaction(
    CountyDataChanged,
    CountyFounded,
    FieldSetAdded,
    FigureAdded,
    MunicipalityAdded,
    NoticesChanged,
    OrganisationAdded,
    PublicationAdded,
    ResponsibilityEnded,
    ResponsibilitySet,
    TaskAdded,
    TaskRemoved,
)
