from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from accounts import passwords
from tests.accounts import house


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_hasher", house.QUICK)
    monkeypatch.setattr(passwords, "_dummy", None)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    with house.a_site(tmp_path) as site:
        yield site
