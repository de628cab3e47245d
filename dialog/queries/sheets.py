"""The profile sheet of a municipality: its figures, what is missing, what exists, and who is active there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from core.actor import Actor
from core.db import db
from dialog.models import Contribution, Dialogue
from dialog.queries import gaps, workspaces
from dialog.queries.gaps import Chapter, Entry, Story
from dialog.vocabulary import Visibility
from region import queries as region_queries
from region.queries import responsibilities as task_queries
from region.queries.responsibilities import Duty

MOST_NEEDS = 18
MOST_OFFERS = 18
MOST_NEAR = 8
MOST_PROVIDERS = 12
"""So many of each fit on two printed pages; the sheet says how many more there are, and where."""


@dataclass(frozen=True, slots=True)
class Share:
    """The first of a row of things, and how many there are beyond."""

    shown: Sequence[Entry]
    more: int


@dataclass(frozen=True, slots=True)
class ProfileSheet:
    """All that the sheet says."""

    story: Story
    county_name: str
    county_population: int
    needs_on_average: float
    """Needs of a municipality of the county, on average."""
    offers_on_average: float
    needs: Share
    offers: Share
    near: Share
    """Offers of neighbours in topics in which there is a need and no offer here."""
    providers: Sequence[tuple[str, int]]
    """Who offers something here, with the number of offers, those with most first."""
    more_providers: int
    duties: Sequence[Duty]
    """The tasks of a municipality with who does each."""
    confirmed_on: datetime | None
    as_of: datetime | None
    """When the register of the dialogue has changed last; None while it is empty."""

    @property
    def without_offer(self) -> list[Chapter]:
        """Topics with a need and no offer at the place."""
        return [one for one in self.story.chapters if one.needs and not one.offers]


def profile_sheet(actor: Actor, dialogue: Dialogue, ags: str) -> ProfileSheet:
    """The sheet of a municipality. Raises NotFound for an unknown key."""
    story = gaps.story(actor, dialogue, ags)
    rows = [row for row in gaps.matrix(actor, dialogue).rows if row.municipality is not None]
    masthead = region_queries.county()
    offers = [one for chapter in story.chapters for one in chapter.offers]
    asked = [chapter for chapter in story.chapters if chapter.needs]
    providers = Counter(one.provider for one in offers if one.provider).most_common()
    return ProfileSheet(
        story,
        county_name=masthead.name if masthead else "",
        county_population=masthead.population if masthead else 0,
        needs_on_average=sum(row.needs for row in rows) / max(1, len(rows)),
        offers_on_average=sum(row.offers for row in rows) / max(1, len(rows)),
        needs=_share([one for chapter in story.chapters for one in chapter.needs], MOST_NEEDS),
        offers=_share(offers, MOST_OFFERS),
        # On two pages there is room for what somebody lacks only.
        near=_share([one for chapter in asked for one in chapter.nearby], MOST_NEAR),
        providers=providers[:MOST_PROVIDERS],
        more_providers=max(0, len(providers) - MOST_PROVIDERS),
        duties=task_queries.duties(actor, story.municipality),
        confirmed_on=workspaces.confirmed_on(dialogue, story.municipality),
        as_of=last_published(dialogue),
    )


def last_published(dialogue: Dialogue) -> datetime | None:
    """When something was published last that is public now; None while there is nothing."""
    return db.session.execute(
        select(func.max(Contribution.published_at)).where(
            Contribution.dialogue_id == dialogue.id, Contribution.visibility == Visibility.PUBLIC
        )
    ).scalar_one()


def _share(entries: Sequence[Entry], most: int) -> Share:
    return Share(entries[:most], max(0, len(entries) - most))
