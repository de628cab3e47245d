"""House rules for templates that no ready-made linter knows; each message says what to do instead.

    python -m tools.check_templates [FILE…]

The pages are served under a policy that runs nothing inline and loads nothing from elsewhere, they are
read in several languages, and fragments are pushed to everybody in a room. These rules keep that true.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, TemplateSyntaxError, nodes

from tools.findings import ROOT, Finding, line_of, report

TEMPLATES = ROOT / "templates"
# The component page is seen by developers only; its sample texts need no translation.
UNTRANSLATED = {TEMPLATES / "core" / "styleguide.html"}

# An expression leaves a mark behind, since it prints something; a statement or comment leaves room only.
MARK = "\x01"
JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
TRANSLATED = re.compile(r"\{%-?\s*trans\b.*?\{%-?\s*endtrans\s*-?%\}", re.DOTALL)
RAW = re.compile(r"\{%-?\s*raw\s*-?%\}|\{%-?\s*endraw\s*-?%\}")
COMMENT = re.compile(r"<!--.*?-->|<![^>]*>", re.DOTALL)
# A macro may choose the tag: <{{ heading }} class="…">.
TAG = re.compile(r"<(/?)([a-zA-Z\x01][\w:\x01-]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>")
ATTRIBUTE = re.compile(r"([^\s=<>\"'/]+)(?:\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s\"'<>]+))?")
WORD = re.compile(r"[^\W\d_]{2,}")
ENTITY = re.compile(r"&#?\w+;")

LOADING_ATTRIBUTES = {"src", "srcset", "poster", "data", "background", "action", "formaction", "manifest"}
LOADING_LINKS = {"link", "use", "image"}
READ_ATTRIBUTES = {"alt", "title", "placeholder", "aria-label", "aria-description", "aria-roledescription"}
READ_ARGUMENTS = {"alt", "caption", "heading", "hint", "label", "legend", "summary", "text", "title"}
NO_PROSE = {"code", "kbd", "pre", "samp"}
VIEWER = re.compile(r"\b(current_user|actor|session|shell|request\.|g\.)")


def check(path: Path) -> list[Finding]:
    """All findings in one template."""
    text = path.read_text(encoding="utf-8")
    found = [*_jinja_findings(path, text), *_html_findings(path, text)]
    if path not in UNTRANSLATED:
        found += [*_text_findings(path, text), *_argument_findings(path, text)]
    return found


def _jinja_findings(path: Path, text: str) -> Iterator[Finding]:
    fragment = path.name.startswith("_")
    for match in JINJA.finditer(text):
        code, line = match.group(), line_of(text, match.start())
        if code.startswith("{#"):
            continue
        if re.search(r"\|\s*safe\b|\bMarkup\s*\(", code):
            yield Finding(path, line, "`|safe` trusts a text blindly; have core.markdown render it at save.")
        if re.match(r"\{%-?\s*autoescape\b", code):
            yield Finding(path, line, "Leave escaping on; what is trusted is Markup from core.markdown.")
        if fragment and (viewer := VIEWER.search(code)):
            name = viewer.group(1).rstrip(".")
            message = (
                f"A fragment is pushed to a whole room and may not depend on the viewer (`{name}`); "
                "pass what it shows and put what only some may do behind `data-for`. "
                "If it is never pushed, take the underscore from its name."
            )
            yield Finding(path, line, message)


def _html_findings(path: Path, text: str) -> Iterator[Finding]:
    html = _without_jinja(text)
    for match in TAG.finditer(html):
        closing, tag, inside = match.group(1), match.group(2).lower(), match.group(3)
        if closing:
            continue
        line = line_of(html, match.start())
        attributes = {name.lower(): value.strip("\"'") for name, value in ATTRIBUTE.findall(inside)}
        for message in _tag_messages(tag, attributes, complete=MARK not in _outside_values(inside)):
            yield Finding(path, line, message)


def _tag_messages(tag: str, attributes: dict[str, str], *, complete: bool) -> Iterator[str]:
    """What is wrong with one tag; `complete` is false when an expression may add attributes."""
    if tag == "script" and not attributes.get("src"):
        yield "No inline script: put it in static/<package>/<view>.js and link that with src."
    if tag == "style":
        yield "No inline style sheet: put it in static/<package>/<view>.css."
    if tag == "img" and "alt" not in attributes and complete:
        yield 'An image needs alt; alt="" where it only decorates.'
    if tag == "button" and "type" not in attributes and complete:
        yield 'Say what the button does: type="submit" or type="button".'
    for name, value in attributes.items():
        if name == "style":
            yield "No style attribute: the policy blocks it; use a class, or an attribute of the SVG."
        elif re.fullmatch(r"on[a-z]+", name):
            yield f"No `{name}`: the policy blocks it; listen in a module found by data-module."
        elif name.startswith("hx-on"):
            yield "No `hx-on`: it needs eval; listen in a module found by data-module."
        if value.lower().replace(" ", "").startswith("javascript:"):
            yield "No javascript: address; use a button and a module."
        loads = name in LOADING_ATTRIBUTES or (tag in LOADING_LINKS and name in {"href", "xlink:href"})
        if loads and re.match(r"(https?:)?//", value):
            yield f"`{name}` loads from another host; serve the file from static/ through asset()."


def _text_findings(path: Path, text: str) -> Iterator[Finding]:
    """Words that stand in the template itself and so would be read untranslated."""
    html = ENTITY.sub(lambda match: " " * len(match.group()), _without_jinja(text))
    position, quiet = 0, 0
    for match in TAG.finditer(html):
        if not quiet:
            yield from _untranslated(path, html, position, match.start())
        tag = match.group(2).lower()
        if tag in NO_PROSE:
            quiet = max(0, quiet - 1) if match.group(1) else quiet + 1
        for name, value in ATTRIBUTE.findall(match.group(3)):
            if name.lower() in READ_ATTRIBUTES and (word := WORD.search(value)):
                message = f"`{name}` is read aloud (“{word.group()} …”); translate it: {{{{ _('…') }}}}."
                yield Finding(path, line_of(html, match.start()), message)
        position = match.end()
    if not quiet:
        yield from _untranslated(path, html, position, len(html))


def _untranslated(path: Path, html: str, start: int, end: int) -> Iterator[Finding]:
    if word := WORD.search(html, start, end):
        message = f"“{word.group()} …” stands untranslated; write the English text as {{{{ _('…') }}}}."
        yield Finding(path, line_of(html, word.start()), message)


def _argument_findings(path: Path, text: str) -> Iterator[Finding]:
    """Plain strings handed to macros under a name that people will read."""
    try:
        tree = Environment(autoescape=True, extensions=["jinja2.ext.i18n"]).parse(text)
    except TemplateSyntaxError as error:
        yield Finding(path, error.lineno, f"Jinja cannot read this: {error.message}")
        return
    for call in tree.find_all(nodes.Call):
        for argument in call.kwargs:
            value = argument.value
            if argument.key not in READ_ARGUMENTS or not isinstance(value, nodes.Const):
                continue
            if isinstance(value.value, str) and WORD.search(value.value):
                message = f"`{argument.key}` is read by people; translate it: {argument.key}=_('…')."
                yield Finding(path, argument.lineno, message)


def _without_jinja(text: str) -> str:
    """The HTML alone, every character at its place: expressions become marks, all else becomes blanks."""

    def blank(match: re.Match[str]) -> str:
        mark = MARK if match.group().startswith("{{") else " "
        return re.sub(r"[^\n]", mark, match.group())

    for pattern in (TRANSLATED, RAW, JINJA, COMMENT):
        text = pattern.sub(blank, text)
    return text


def _outside_values(inside: str) -> str:
    return re.sub(r"\"[^\"]*\"|'[^']*'", "", inside)


def main(arguments: list[str]) -> int:
    """Check the files named, or all templates."""
    files = [Path(name).resolve() for name in arguments] or sorted(TEMPLATES.rglob("*.html"))
    return report("templates", len(files), [finding for file in files for finding in check(file)])


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
