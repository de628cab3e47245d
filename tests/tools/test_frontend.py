"""The conversion of KERN, the sprite, the bundle: small cases, and the German page to the pixel."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tools.frontend import build, kern
from tools.frontend.sprite import make_sprite
from tools.frontend.stylesheet import parse, rules, split_top_level, without_unused_properties, write

ROOT = Path(__file__).resolve().parents[2]
KERN_CSS = ROOT / "node_modules" / "@kern-ux" / "native" / "dist" / "kern.css"
needs_build = pytest.mark.skipif(
    not (KERN_CSS.exists() and (build.VENDOR / "app.css").exists()),
    reason="Run tools/frontend/build.py first.",
)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("margin-left:1px", "margin-inline-start:1px"),
        ("padding-right:1px", "padding-inline-end:1px"),
        ("top:0", "inset-block-start:0"),
        ("left:calc(1px + 2px)", "inset-inline-start:calc(1px + 2px)"),
        ("border-left:2px solid red", "border-inline-start:2px solid red"),
        ("border-bottom-width:2px", "border-block-end-width:2px"),
        ("border-top-right-radius:4px", "border-start-end-radius:4px"),
        ("border-bottom-left-radius:4px", "border-end-start-radius:4px"),
        ("text-align:left", "text-align:start"),
        ("text-align:right !important", "text-align:end !important"),
        ("float:right", "float:inline-end"),
        ("padding:1px 2px 3px 4px", "padding-block:1px 3px;padding-inline:4px 2px"),
        (
            "margin:var(--a, 1px) 2px 3px calc(1px + 2px) !important",
            "margin-block:var(--a, 1px) 3px !important;margin-inline:calc(1px + 2px) 2px !important",
        ),
        (
            "border-width:0 2px 2px 0",
            "border-block-width:0 2px;border-inline-width:0 2px",
        ),
        (
            "border-radius:1px 2px 3px 4px",
            "border-start-start-radius:1px;border-start-end-radius:2px;"
            "border-end-end-radius:3px;border-end-start-radius:4px",
        ),
        ("padding:1px 2px", "padding:1px 2px"),
        ("text-align:center", "text-align:center"),
        ("color:red", "color:red"),
        ("--kern-left:1px", "--kern-left:1px"),
    ],
)
def test_physical_declarations_become_logical(before: str, after: str) -> None:
    assert write(kern.to_logical(parse(f"a{{{before}}}"))) == f"a{{{after}}}\n"


def test_only_the_families_in_use_stay() -> None:
    css = "a, .kern-btn > .kern-icon, .kern-btn .x { color: red } @media print { .kern-icon { color: red } }"
    assert write(kern.reduce_to(parse(css), frozenset({"kern-btn"}))) == "a,.kern-btn .x{color:red}\n"


def test_values_are_split_outside_brackets_and_quotes() -> None:
    assert split_top_level('a(b, c), "d,e", f', ",") == ["a(b, c)", '"d,e"', "f"]
    assert split_top_level("var(--a, 1px)  2px", " ") == ["var(--a, 1px)", "2px"]


def test_a_stylesheet_survives_reading_and_writing() -> None:
    css = '@charset "x";\n@media (min-width:1px){\n.a::before{content:"};";--b:1px}\n}\n'
    assert write(parse(css)) == css


@pytest.mark.parametrize("broken", ["a{color:red", "@media print{a{color:red}", "a{color}", "a{} }"])
def test_a_broken_stylesheet_is_refused(broken: str) -> None:
    with pytest.raises(ValueError, match=r"block|declaration|ends"):
        parse(broken)


def test_custom_properties_nobody_needs_go_and_the_chain_of_the_needed_stays() -> None:
    css = ":root{--k-a:var(--k-b);--k-b:1px;--k-c:2px;--own:3px}p{margin:var(--k-a)}"
    assert write(without_unused_properties(parse(css), "--k-")) == (
        ":root{--k-a:var(--k-b);--k-b:1px;--own:3px}\np{margin:var(--k-a)}\n"
    )


def test_the_sprite_has_every_icon_and_no_size_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "one.svg").write_text(
        '<svg xmlns="x" width="2" height="2" viewBox="0 0 2 2"><path d="M0 0"/></svg>'
    )
    sprite = make_sprite(tmp_path)
    assert '<symbol id="one" viewBox="0 0 2 2"><path d="M0 0"/></symbol>' in sprite


@pytest.mark.parametrize("inside", ["<script>1</script>", '<path onclick="x"/>', '<path style="x"/>'])
def test_an_icon_with_script_or_style_is_refused(tmp_path: Path, inside: str) -> None:
    (tmp_path / "bad.svg").write_text(f'<svg viewBox="0 0 2 2">{inside}</svg>')
    with pytest.raises(ValueError, match=r"bad\.svg"):
        make_sprite(tmp_path)


def test_every_icon_named_in_templates_and_code_is_there() -> None:
    known = {path.stem for path in (ROOT / "static" / "icons").glob("*.svg")}
    calls = re.compile(r"""\b_?icon\("([a-z-]+)"|\bicon="([a-z-]+)"|"icon": "((?:field|kind)-[a-z]+)\"""")
    named = {
        next(filter(None, match))
        for path in (ROOT / "templates").rglob("*.html")
        for match in calls.findall(path.read_text(encoding="utf-8"))
    }
    # A trailing hyphen is a prefix to which the template adds a key.
    named = {name for name in named if not name.endswith("-")}
    assert named
    # The keys of fields of action are used with the prefix `field-`.
    assert {name for name in named if name not in known and f"field-{name}" not in known} == set()


def test_our_stylesheets_use_logical_properties_only() -> None:
    physical = re.compile(r"^(margin|padding|border)-(left|right|top|bottom)|^(left|right|top|bottom|float)$")
    sided = {"padding", "margin", "inset", "border-width"}
    found = []
    for path in build.stylesheets():
        for rule in rules(parse(path.read_text(encoding="utf-8"))):
            for name, value in rule.declarations:
                parts = split_top_level(value.removesuffix("!important"), " ")
                lopsided = name in sided and len(parts) == 4 and parts[1] != parts[3]
                if physical.match(name) or lopsided or (name == "text-align" and value in {"left", "right"}):
                    found.append(f"{path.name}: {rule.prelude} {{ {name}: {value} }}")
    assert found == []


def test_the_lock_names_no_registry_and_pins_every_package() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages
    assert [name for name, entry in packages.items() if "resolved" in entry] == []
    assert [
        name for name, entry in packages.items() if not entry.get("integrity", "").startswith("sha512-")
    ] == []


def test_an_unlisted_stylesheet_stops_the_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(build.COMPONENTS, tmp_path / "static" / "components")
    shutil.copytree(build.LAYOUT, tmp_path / "static" / "layout")
    for name, path in (("ROOT", ""), ("COMPONENTS", "static/components"), ("LAYOUT", "static/layout")):
        monkeypatch.setattr(build, name, tmp_path / path)
    assert build.stylesheets()
    (tmp_path / "static" / "components" / "forgotten.css").write_text("a{color:red}")
    with pytest.raises(ValueError, match=r"forgotten\.css"):
        build.stylesheets()


@needs_build
def test_the_bundle_keeps_the_licence_notice_names_the_change_and_loads_nothing_from_elsewhere() -> None:
    css = (build.VENDOR / "app.css").read_text(encoding="utf-8")
    assert "EUPL-1.2" in css[:600]
    assert "CHANGED" in css[:600]
    assert "EUPL" in (build.VENDOR / "kern-LICENSE.md").read_text(encoding="utf-8")
    addresses = re.findall(r"url\(\s*[\"']?([^\"')]+)", css)
    assert addresses
    assert [a for a in addresses if not a.startswith(("fonts/", "data:"))] == []
    for address in (a for a in addresses if a.startswith("fonts/")):
        assert (build.VENDOR / address.split("?")[0]).exists(), address


@needs_build
def test_a_second_run_fetches_and_converts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    build.main()
    before = {path: path.stat().st_mtime_ns for path in build.VENDOR.rglob("*")}

    def refuse() -> None:
        raise AssertionError("Nothing changed, so nothing is to be done.")

    for step in ("fetch", "build_vendor", "bundle"):
        monkeypatch.setattr(build, step, refuse)
    assert build.main() == 0
    assert {path: path.stat().st_mtime_ns for path in build.VENDOR.rglob("*")} == before


@needs_build
def test_print_fonts_cover_the_scripts_of_our_languages() -> None:
    from fontTools.ttLib import TTFont

    with TTFont(build.VENDOR / "ttf" / "FiraSans-400.ttf") as font:
        latin = font.getBestCmap()
    assert {ord(c) for c in "äöüßÄÖÜ„“–ğışçăâîșțłżščđЖжїє€"} <= set(latin)
    with TTFont(build.VENDOR / "ttf" / "Vazirmatn-400.ttf") as font:
        arabic = font.getBestCmap()
    assert {ord(c) for c in "ابتثجحخدپچژگ،؟"} <= set(arabic)
    with TTFont(build.VENDOR / "ttf" / "NotoSansEthiopic-400.ttf") as font:
        ethiopic = font.getBestCmap()
    assert {ord(c) for c in "አማርኛትግርቋንቋ።፣"} <= set(ethiopic)


@pytest.mark.browser
@needs_build
def test_the_german_page_is_the_same_to_the_pixel(tmp_path: Path, browser: Browser) -> None:
    original = KERN_CSS.read_text(encoding="utf-8")
    sample = (Path(__file__).parent / "kern_sample.html").read_text(encoding="utf-8")

    def picture(name: str, css: str) -> bytes:
        folder = tmp_path / name
        folder.mkdir()
        (folder / "kern.css").write_text(css, encoding="utf-8")
        (folder / "page.html").write_text(sample, encoding="utf-8")
        with browser.new_context(viewport={"width": 800, "height": 900}) as context:
            page = context.new_page()
            page.goto((folder / "page.html").as_uri())
            return page.screenshot(full_page=True)

    before = picture("before", original)
    after = picture("after", write(kern.convert(original)))
    bare = picture("bare", "")
    assert before == after
    # Without KERN the sample looks different, so the comparison above can fail.
    assert before != bare


def test_every_class_of_ours_in_templates_has_a_rule() -> None:
    sources = [path for path in (ROOT / "static").glob("*/*.css") if path.parent != build.VENDOR]
    styled = {
        name
        for path in sources
        for name in re.findall(r"\.(vs-[A-Za-z0-9_-]+)", path.read_text(encoding="utf-8"))
    }
    unstyled = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in (ROOT / "templates").rglob("*.html")
        for attribute in re.findall(r'class="([^"]*)"', path.read_text(encoding="utf-8"))
        for name in re.findall(r"vs-[A-Za-z0-9_-]+", attribute)
        # A trailing hyphen is a prefix to which the template adds a word.
        if not name.endswith("-") and name not in styled
    }
    assert unstyled == set(), "Add a rule to static/components/ or use a class that is there."
