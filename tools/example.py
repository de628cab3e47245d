"""Writes the demonstration county's concept into docs/example, so that one can look before one installs.

    python -m tools.example

The demonstration is made anew in a temporary folder, and nothing of it stays. The PDF is too large for the
repository and is not kept there.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from core.config import ROOT
from tools.demo_site import PROGRAM, load_demo

TARGET = ROOT / "docs" / "example"
SLUG = "enzkreis"
SITE = "https://dialog.enzkreis.example"


def main() -> None:
    """Load the demonstration and compile its concept as it stands."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        here = {"PYTHONPATH": str(ROOT), "PUBLIC_URL": SITE}
        load_demo(folder / "var", **here)
        subprocess.run(
            [PROGRAM, "concept", "compile", SLUG, "--out", str(folder / "out")],
            cwd=ROOT,
            env={**os.environ, "DEMO": "1", "VAR_DIR": str(folder / "var"), **here},
            check=True,
            stdout=subprocess.DEVNULL,
        )
        TARGET.mkdir(exist_ok=True)
        for path in sorted((folder / "out").iterdir()):
            shutil.copyfile(path, TARGET / path.name)
            print(f"docs/example/{path.name}: {path.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
