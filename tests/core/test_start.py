"""The command `vielstimmig` imports the program in one go and then works as any other."""

from __future__ import annotations

import gc
from types import SimpleNamespace

import pytest

from core import start


def test_garbage_is_left_alone_only_while_the_program_is_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []

    def import_module(name: str) -> SimpleNamespace:
        seen.extend([name, gc.isenabled()])
        return SimpleNamespace(cli=lambda: seen.append(gc.isenabled()))

    monkeypatch.setattr(start.importlib, "import_module", import_module)
    try:
        start.main()
    finally:
        gc.unfreeze()

    assert seen == ["app", False, True]
