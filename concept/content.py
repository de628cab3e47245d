"""What stands in a concept, as plain values: queries make them, pages and documents are made of them.

Texts in several languages are mappings (`Names`). A `path` is an address on this site, such as
`/dialogues/enzkreis/contributions/B-058`; a `url` leads elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core.db import Names


@dataclass(frozen=True, slots=True)
class Origin:
    """One record that something rests on.

    `kind` is need, offer, idea, aim, poll, event, group, figure or publication. `detail` is the place of a
    contribution (empty for the whole county), the amount of a figure, the publisher of a publication;
    `dated` its date as precise as known (`2021-09`), `moment` when a poll was closed or a day began.
    `language` is that of the name where there is only one.
    """

    kind: str
    reference: str
    names: Names
    path: str
    url: str = ""
    language: str = ""
    detail: str = ""
    dated: str = ""
    moment: datetime | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a need came out in the decisive poll: its place of so many, points, and people who gave some."""

    place: int
    of: int
    points: int
    voters: int


@dataclass(frozen=True, slots=True)
class OtherRanking:
    """The place of a need, of so many, in a published poll that is not the decisive one."""

    place: int
    of: int
    poll: Names
    path: str


@dataclass(frozen=True, slots=True)
class Voice:
    """A public contribution. `place` None is the whole county.

    `standing` is None where it was not in the decisive poll; then `other` is the latest published poll it
    was in, or None if there is none.
    """

    kind: str
    reference: str
    title: str
    title_language: str
    text: str
    language: str
    """That of the text."""
    place: str | None
    provider: str
    target_group: str
    path: str
    standing: Standing | None = None
    other: OtherRanking | None = None


@dataclass(frozen=True, slots=True)
class FieldMark:
    """A field of action: its names and how it looks everywhere."""

    slug: str
    position: int
    names: Names
    descriptions: Names
    icon: str
    colour: str


@dataclass(frozen=True, slots=True)
class GoalData:
    """A goal; `number` counts within the field: `5.1`."""

    number: str
    texts: Names


@dataclass(frozen=True, slots=True)
class SeenData:
    """What a number was at one time (as precise as known), with where that is known from."""

    as_of: str
    value: float
    note: str = ""
    publication: Origin | None = None


@dataclass(frozen=True, slots=True)
class IndicatorData:
    """A number by which one sees whether a measure works; dates are as precise as known."""

    name: str
    unit: str
    baseline: float | None
    baseline_as_of: str
    target: float | None
    target_by: str
    values: tuple[SeenData, ...]


@dataclass(frozen=True, slots=True)
class MeasureData:
    """A measure with everything that is said about it. `begins` and `ends` are as precise as known."""

    reference: str
    titles: Names
    goal: GoalData
    field: FieldMark
    target_group: str
    responsible: str
    partners: tuple[str, ...]
    begins: str
    ends: str
    time_frame: str
    cost: str
    funding: str
    indicator: str
    status: str
    priority_class: str
    changed_at: datetime
    path: str
    indicators: tuple[IndicatorData, ...] = ()


@dataclass(frozen=True, slots=True)
class FigureData:
    """A number about the county, with the publication it was taken from."""

    reference: str
    name: str
    amounts: tuple[float, ...]
    unit: str
    as_of: str
    period: str
    note: str
    publication: Origin | None
    series: tuple[SeenData, ...] = ()
    """Values of other times, the earliest first; the present one is in `amounts`."""


@dataclass(frozen=True, slots=True)
class PollLine:
    """One line of a result. `reference` and `title` are empty for what is not public any more."""

    place: int
    reference: str
    title: str
    language: str
    points: int
    voters: int


@dataclass(frozen=True, slots=True)
class PollData:
    """A published result with the rule it was counted by."""

    titles: Names
    path: str
    closed_at: datetime
    dots: int
    max_per_item: int
    ballots: int
    ballots_not_counted: int
    lines: tuple[PollLine, ...]
    field: FieldMark


@dataclass(frozen=True, slots=True)
class PlaceCount:
    """How many public needs and offers a place has; `place` None is the whole county."""

    place: str | None
    needs: int
    offers: int


@dataclass(frozen=True, slots=True)
class Linked:
    """What a linked block shows: contributions, one result, figures, or counts by place.

    `as_of` says when it was so. `field`, `place` and `least` tell what it was asked for: `least` is how many
    points a need must have, or None where the first ones are shown.
    """

    kind: str
    as_of: datetime
    is_frozen: bool = False
    field: FieldMark | None = None
    place: str | None = None
    least: int | None = None
    voices: tuple[Voice, ...] = ()
    poll: PollData | None = None
    figures: tuple[FigureData, ...] = ()
    places: tuple[PlaceCount, ...] = ()

    @property
    def references(self) -> frozenset[str]:
        """The register numbers of all contributions whose words stand here."""
        lines = self.poll.lines if self.poll else ()
        return frozenset({voice.reference for voice in self.voices} | {line.reference for line in lines}) - {
            ""
        }


@dataclass(frozen=True, slots=True)
class EventData:
    """A day of the dialogue and how many groups it had."""

    titles: Names
    starts_at: datetime
    ends_at: datetime
    groups: int


@dataclass(frozen=True, slots=True)
class Participation:
    """How people took part, in numbers that name nobody."""

    needs: int
    offers: int
    heard: int
    municipalities: int
    events: tuple[EventData, ...]
    polls: tuple[PollData, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """One block. Depending on `kind` it has cleaned `html`, or one of the records; the rest is None."""

    id: int
    position: int
    kind: str
    html: str = ""
    origins: tuple[Origin, ...] = ()
    voice: Voice | None = None
    goal: GoalData | None = None
    measure: MeasureData | None = None
    figures: tuple[FigureData, ...] = ()
    linked: Linked | None = None

    @property
    def lacks_source(self) -> bool:
        """Whether readers cannot see where a paragraph, goal or measure comes from."""
        return self.kind in {"paragraph", "goal", "measure"} and not self.origins

    @property
    def anchor(self) -> str:
        """The id of this block in pages and documents; it never changes."""
        return f"block-{self.id}"


@dataclass(frozen=True, slots=True)
class Chapter:
    """A section with its number such as `4.5`. `pieces` is empty where only other chapters were asked for."""

    part: str
    slug: str
    number: str
    titles: Names
    path: str
    field: FieldMark | None
    pieces: tuple[Piece, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    poll: PollData | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """A concept, or what of it was asked for; the chapters are always all there."""

    dialogue_slug: str
    edition: int
    titles: Names
    subtitles: Names
    language: str
    changed_at: datetime
    publisher: str
    path: str
    chapters: tuple[Chapter, ...]
    participation: Participation | None = None
    measures: tuple[MeasureData, ...] = ()
    publications: tuple[Origin, ...] = ()
