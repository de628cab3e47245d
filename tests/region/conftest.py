from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.accounts import house


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    with house.a_site(tmp_path / "site") as site, site.app_context():
        yield site
