"""R45 in the two nights of the year in which the clock on the wall misses an hour or has one twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from core.actor import OPERATOR
from core.errors import Conflict
from core.transaction import transaction
from dialog.actions import polls
from dialog.models import Poll
from dialog.queries import polls as queries
from tests.client import Client
from tests.conftest import Maker

HOME = "/dialogues/probe"
INSTANT = timedelta(milliseconds=1)

Typed = tuple[str, datetime]
NIGHTS: dict[str, Typed] = {
    "an hour before the clocks go forward": ("2027-03-28T01:30", datetime(2027, 3, 28, 0, 30, tzinfo=UTC)),
    "just after they went forward": ("2027-03-28T03:00", datetime(2027, 3, 28, 1, 0, tzinfo=UTC)),
    "before the hour that comes twice": ("2027-10-31T01:59", datetime(2027, 10, 30, 23, 59, tzinfo=UTC)),
    # Who reads 2:30 on the wall for the first time still has an hour.
    "in the hour that comes twice": ("2027-10-31T02:30", datetime(2027, 10, 31, 1, 30, tzinfo=UTC)),
    "after the hour that comes twice": ("2027-10-31T03:00", datetime(2027, 10, 31, 2, 0, tzinfo=UTC)),
}


@pytest.mark.parametrize("night", NIGHTS)
def test_what_was_typed_is_a_moment_and_ballots_count_until_just_before_it(
    client_as: Callable[..., Client], make: Maker, night: str
) -> None:
    typed, moment = NIGHTS[night]
    with time_machine.travel(moment - timedelta(hours=3), tick=False):
        make.contribution()
        staff, page = client_as("coordinator"), f"{HOME}/polls/prepare"
        answer = staff.post_form(page, {"field": "sprache", "closes_at": typed}, 303)
        poll_id = int(answer.headers["Location"].rpartition("/")[2])
        with staff.app.app_context(), transaction():
            polls.open_poll(OPERATOR, the_poll(poll_id))
        voter = make.participant()
    with staff.app.app_context():
        item = min(queries.item_ids(poll_id))
        assert the_poll(poll_id).closes_at == moment

        def vote(at: datetime) -> None:
            with time_machine.travel(at, tick=False), transaction():
                polls.cast_ballot(voter.actor, the_poll(poll_id), choices={item: 1})

        vote(moment - INSTANT)
        for late in (moment, moment + INSTANT):
            with pytest.raises(Conflict):
                vote(late)


def the_poll(poll_id: int) -> Poll:
    found = queries.poll_by_id(poll_id)
    assert found is not None
    return found


@pytest.mark.parametrize("typed", ["2027-03-28T02:00", "2027-03-28T02:30", "2027-03-28T02:59"])
def test_an_hour_that_does_not_come_is_no_end_of_a_vote(
    client_as: Callable[..., Client], make: Maker, typed: str
) -> None:
    with time_machine.travel(datetime(2027, 3, 1, tzinfo=UTC)):
        make.contribution()
        staff, page = client_as("coordinator"), f"{HOME}/polls/prepare"

        answer = staff.post_form(f"{page}?lang=en", {"field": "sprache", "closes_at": typed}, 422, to=page)

    assert staff.errors == ["This time does not exist: in that night the clocks go forward by an hour."]
    assert f'value="{typed}"' in answer.text
