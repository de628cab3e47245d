"""Counting failures: within the window, apart by browser and network, never without bound."""

from __future__ import annotations

from accounts.throttle import Failures


def test_failures_are_forgotten_after_the_window() -> None:
    failures = Failures(window=600)
    for second in range(10):
        failures.note("browser", "a", float(second))

    assert failures.count("browser", "a", 10.0) == 10
    assert failures.count("browser", "a", 605.0) == 4
    assert failures.count("browser", "a", 700.0) == 0
    assert failures.count("browser", "b", 10.0) == 0
    assert failures.count("network", "a", 10.0) == 0


def test_memory_is_bounded() -> None:
    failures = Failures(most_keys=100)
    for number in range(1_000):
        failures.note("browser", str(number), 1.0)
    for _ in range(1_000):
        failures.note("network", "one", 1.0)

    assert len(failures._times) == 100
    assert failures.count("browser", "0", 1.0) == 0
    assert failures.count("network", "one", 1.0) == 100
