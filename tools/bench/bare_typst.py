"""Typst alone, on data that was made before: what a PDF costs without our part. Reads JSON from stdin."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import typst

from core.documents.typst import STANDARDS, TEMPLATE
from core.documents.worker import LIMITS


def compile_bare(data: str, fonts_dir: Path) -> bytes:
    """The same template with the same fonts and standards as `core.documents.typst.render_pdf`."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[fonts_dir])
    compiler = typst.Compiler(
        TEMPLATE.read_bytes(), font_paths=fonts, ignore_system_fonts=True, sys_inputs={"data": data}
    )
    pdf = compiler.compile(format="pdf", pdf_standards=[*STANDARDS], timestamp=0)
    if not isinstance(pdf, bytes):
        raise TypeError("Typst gave no file.")
    return pdf


if __name__ == "__main__":
    os.nice(LIMITS.niceness)
    print(len(compile_bare(sys.stdin.read(), Path(sys.argv[1]))))
