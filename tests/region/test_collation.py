from __future__ import annotations

import pytest

from region.collation import sort_name


@pytest.mark.parametrize(
    "names",
    [
        ["Ötigheim", "Ötisheim", "Pforzheim"],
        ["Mauer", "Mönsheim", "Mühlacker", "Mulda"],
        ["Strasbourg", "Straßburg", "Straßdorf"],
        ["Königsbach-Stein", "Königsberg"],
    ],
)
def test_german_order(names: list[str]) -> None:
    backwards = names[::-1]
    assert sorted(backwards, key=sort_name) == names
