"""Long work lets others have their turn, and not more often than that."""

from __future__ import annotations

import threading
import time

import pytest

from core import turns


def test_others_are_let_through_once_a_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    moment, slept = [100.0], []
    monkeypatch.setattr(turns, "_last", threading.local())
    monkeypatch.setattr(time, "perf_counter", lambda: moment[0])
    monkeypatch.setattr(time, "sleep", slept.append)
    for _ in range(50):
        turns.let_others()
        moment[0] += turns.TURN_SECONDS / 10
    # No time at all would be no turn: under gevent nobody is looked for then.
    assert 4 <= len(slept) <= 6
    assert min(slept) > 0
