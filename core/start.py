"""Where the command `vielstimmig` begins."""

from __future__ import annotations

import gc
import importlib


def main() -> None:
    """Import the program and run the command line."""
    # Hardly anything that is imported is garbage; looking for it all the while takes a fifth of the time.
    gc.disable()
    program = importlib.import_module("app").cli
    gc.freeze()
    gc.enable()
    program()
