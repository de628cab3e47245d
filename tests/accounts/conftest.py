from __future__ import annotations

import pytest

from accounts import landing, passwords
from tests.accounts import house


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_hasher", house.QUICK)
    monkeypatch.setattr(passwords, "_dummy", None)


@pytest.fixture(autouse=True)
def nobody_leads_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests are about the way in, not about what higher packages put behind it."""
    monkeypatch.setattr(landing, "_leads", [])
