"""What a person is told: only the program tells, and everybody reads their own lines only."""

from __future__ import annotations

import pytest

from accounts.actions.notices import tell
from accounts.queries import messages as queries
from core.actor import SYSTEM, VISITOR
from core.errors import Forbidden
from core.transaction import transaction
from tests import factories as make


@pytest.mark.usefixtures("inside")
def test_a_person_reads_what_they_were_told_and_nobody_else_does() -> None:
    one, other = make.participant(), make.participant()
    with transaction():
        tell(SYSTEM, one.actor.key, label="%(group)s: you have a place now", values={"group": {"de": "A"}})
        tell(SYSTEM, one.actor.key, label="Something else", url="/here")
    assert [notice.label for notice in queries.own_notices(one.actor)] == [
        "Something else",
        "%(group)s: you have a place now",
    ]
    assert queries.own_notices(other.actor) == queries.own_notices(VISITOR) == []
    with pytest.raises(Forbidden), transaction():
        tell(make.STAFF, one.actor.key, label="Not by hand")
    assert len(queries.own_notices(one.actor)) == 2
