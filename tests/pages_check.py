"""Checks that every HTML page must pass, whatever it shows; the tests' client runs them on each page it gets.

Also a small tree of elements, so that tests can ask a page for its forms, texts and links without a browser.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
INLINE = frozenset(
    {"a", "abbr", "b", "bdi", "code", "em", "i", "small", "span", "strong", "sub", "sup", "time"}
)
HEADINGS = {f"h{level}": level for level in range(1, 7)}
TYPED = frozenset({"text", "search", "email", "tel", "number", "password", "datetime-local", "date", "url"})
REFERENCES = ("aria-labelledby", "aria-describedby", "aria-controls", "for", "list")
LOADS = {"script": "src", "link": "href", "img": "src", "source": "src", "iframe": "src", "use": "href"}
_NEW_EACH_TIME = re.compile(r'(name="_key" value|data-live-token)="[^"]*"')
_KEY = re.compile(r'name="_key" value="([^"]*)"')
_SENT_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")
"""What the program takes for the key of a form; with another one nothing that is typed arrives."""

_sound: set[int] = set()
"""Pages that were checked already, by what they are but for their keys: the same page is the same again."""

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{1,8})*")


@dataclass(eq=False)
class Element:
    """One element of a page with its attributes, its children and the text between them."""

    tag: str
    attributes: dict[str, str]
    parent: Element | None = None
    content: list[Element | str] = field(default_factory=list)

    def __getitem__(self, name: str) -> str:
        return self.attributes[name]

    def get(self, name: str, default: str = "") -> str:
        return self.attributes.get(name, default)

    def has(self, name: str) -> bool:
        return name in self.attributes

    def walk(self) -> Iterator[Element]:
        """This element and all below it, in the order of the page."""
        waiting = [self]
        while waiting:
            element = waiting.pop()
            yield element
            waiting.extend(child for child in reversed(element.content) if isinstance(child, Element))

    def find_all(self, *tags: str, **attributes: str) -> list[Element]:
        """All elements below with one of these tags and these attribute values (`class_` is a class)."""
        return [e for e in self.walk() if (not tags or e.tag in tags) and e._fits(attributes)]

    def find(self, *tags: str, **attributes: str) -> Element:
        found = self.find_all(*tags, **attributes)
        assert found, f"The page has no <{'|'.join(tags)}> with {attributes}."
        return found[0]

    def inside(self, *tags: str) -> Element | None:
        """The nearest element around this one with one of these tags."""
        around = self.parent
        while around is not None and around.tag not in tags:
            around = around.parent
        return around

    @property
    def text(self) -> str:
        """All text within, on one line."""
        return " ".join("".join(self._texts(" ")).split())

    @property
    def raw_text(self) -> str:
        """All text within, as it stands there."""
        return "".join(self._texts())

    def _texts(self, gap: str = "") -> Iterator[str]:
        for child in self.content:
            if isinstance(child, str):
                yield child
            else:
                around = "" if child.tag in INLINE else gap
                yield around
                yield from child._texts(gap)
                yield around

    def _fits(self, attributes: Mapping[str, str]) -> bool:
        for name, value in attributes.items():
            if name == "class_":
                if value not in self.get("class").split():
                    return False
            elif self.get(name.replace("_", "-")) != value:
                return False
        return True


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self.here = Element("", {})
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if len(set(names)) < len(names):
            self.faults.append(f"<{tag}> says an attribute twice: {sorted(names)}")
        element = Element(tag, {name: value or "" for name, value in attrs}, self.here)
        self.here.content.append(element)
        if tag not in VOID:
            self.here = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if tag == self.here.tag and self.here.parent is not None:
            self.here = self.here.parent
            return
        self.faults.append(f"</{tag}> closes <{self.here.tag}> in line {self.getpos()[0]}")
        around = self.here.inside(tag)
        if around is not None and around.parent is not None:
            self.here = around.parent

    def handle_data(self, data: str) -> None:
        self.here.content.append(data)


def parse(html: str) -> Element:
    """The page as a tree; never raises."""
    return _read(html).root


def _read(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader


def problems(html: str, headers: Mapping[str, str], *, whole: bool = True) -> list[str]:
    """What is wrong with a page, one sentence each; empty if it is sound.

    `whole` is false for a fragment, which has neither title nor frame of its own.
    """
    policy = headers.get("Content-Security-Policy", "")
    keys = [key for key in _KEY.findall(html) if not _SENT_KEY.fullmatch(key)]
    page = hash((_NEW_EACH_TIME.sub("", html), policy, whole))
    if page in _sound and not keys:
        return []
    found = _problems(html, policy, whole=whole)
    found += [f"a form carries the key {key!r}, with which it is never accepted" for key in keys]
    if not found:
        _sound.add(page)
    return found


def _problems(html: str, policy: str, *, whole: bool) -> list[str]:
    reader = _read(html)
    root = reader.root
    found = list(reader.faults)
    if reader.here is not root:
        found.append(f"<{reader.here.tag}> is never closed")
    found += _active_content(root)
    found += _names(root)
    found += _foreign(root)
    if whole:
        found += _frame(root) + _ids(root) + _heading_order(root)
        if "default-src 'none'" not in policy:
            found.append("the answer has no strict Content-Security-Policy")
        if "unsafe" in policy:
            found.append("the Content-Security-Policy allows something unsafe")
    return found


def _frame(root: Element) -> list[str]:
    found = []
    html = root.find_all("html")
    if len(html) != 1 or not _LANGUAGE.fullmatch(html[0].get("lang")):
        found.append("<html> needs lang")
    if len(html) != 1 or html[0].get("dir") not in {"ltr", "rtl"}:
        found.append("<html> needs dir")
    titles = [e for e in root.find_all("title") if e.inside("head")]
    if len(titles) != 1 or not titles[0].text:
        found.append("the page needs one <title> that says something")
    headings = root.find_all("h1")
    if len(headings) != 1 or not headings[0].text:
        found.append(f"the page needs exactly one <h1> with text, it has {len(headings)}")
    if len(root.find_all("main")) != 1:
        found.append("the page needs exactly one <main>")
    return found


def _ids(root: Element) -> list[str]:
    ids = Counter(e["id"] for e in root.walk() if e.has("id"))
    found = [f"the id {name!r} stands there {number} times" for name, number in ids.items() if number > 1]
    found += ["an id is empty" for name in ids if not name.strip()]
    for element in root.walk():
        for attribute in REFERENCES:
            for name in element.get(attribute).split():
                if name not in ids:
                    found.append(f"{attribute} of <{element.tag}> points to {name!r}, which is not there")
        address = element.get("href") if element.tag == "a" else ""
        if address.startswith("#") and address[1:] not in ids:
            found.append(f"a link leads to {address}, which is not there")
    return found


def _heading_order(root: Element) -> list[str]:
    found = []
    before = 1
    for element in root.walk():
        level = HEADINGS.get(element.tag)
        if level is None:
            continue
        if level > before + 1:
            found.append(f"after <h{before}> comes <{element.tag}>: {element.text[:60]!r}")
        before = level
    return found


def _active_content(root: Element) -> list[str]:
    found = []
    for element in root.walk():
        if element.tag in {"style", "object", "embed", "base", "iframe"}:
            found.append(f"<{element.tag}> has no place in a page")
        if element.tag == "script" and (not element.has("src") or element.raw_text.strip()):
            found.append("a script stands in the page; it belongs into static/")
        for name, value in element.attributes.items():
            if name.startswith("on"):
                found.append(f"<{element.tag}> has the handler {name}")
            if name == "style":
                found.append(f"<{element.tag}> has a style attribute")
            if name in {"href", "src", "action", "formaction", "xlink:href"} and _is_active(value):
                found.append(f"<{element.tag}> leads to {value[:60]!r}")
    return found


def _is_active(address: str) -> bool:
    plain = re.sub(r"[\x00-\x20]", "", address).lower()
    return plain.startswith(("javascript:", "vbscript:", "data:text"))


def _foreign(root: Element) -> list[str]:
    return [
        f"<{element.tag}> loads {element[attribute][:80]!r} from elsewhere"
        for element in root.walk()
        for attribute in [LOADS.get(element.tag, "")]
        if attribute and re.match(r"[a-z]+:|//", element.get(attribute)) and element.get("rel") != "canonical"
        # A picture that the page brings along, such as a QR code, is loaded from nowhere.
        if not (element.tag == "img" and element.get(attribute).startswith("data:image/svg+xml"))
    ]


def _names(root: Element) -> list[str]:
    labelled = {e["for"] for e in root.find_all("label") if e.has("for") and e.text}
    found = []
    for element in root.walk():
        if not _needs_name(element) or element.get("aria-hidden") == "true":
            continue
        named = (
            element.get("aria-label").strip()
            or element.get("aria-labelledby").strip()
            or element.get("title").strip()
            or (element.get("id") in labelled)
        )
        around = element.inside("label")
        if around is not None and around.text:
            continue
        if element.tag in {"button", "a", "summary"}:
            named = named or element.text or any(e.get("alt") for e in element.find_all("img"))
        if not named:
            found.append(f"<{element.tag} {element.attributes}> has no name that can be read aloud")
    found += ["an <img> has no alt" for e in root.find_all("img") if not e.has("alt")]
    found += ["a <fieldset> has no <legend>" for e in root.find_all("fieldset") if not e.find_all("legend")]
    found += ["a form stands in a form" for e in root.find_all("form") if e.inside("form")]
    return found


def _needs_name(element: Element) -> bool:
    if element.tag == "input":
        return element.get("type", "text") in TYPED | {"checkbox", "radio", "file"}
    if element.tag == "a":
        return element.has("href")
    return element.tag in {"textarea", "select", "button", "summary"}


@dataclass
class HtmlForm:
    """A form as a browser would send it: where to, and what stands in it before anybody types."""

    action: str
    method: str
    values: list[tuple[str, str]]
    names: frozenset[str]
    """Every name that can be sent, also of unticked boxes and of buttons."""


def forms(root: Element) -> list[HtmlForm]:
    """All forms of a page."""
    return [_form(element) for element in root.find_all("form")]


def _form(form: Element) -> HtmlForm:
    values = []
    names = set()
    for element in form.walk():
        name = element.get("name")
        if not name or element.has("disabled"):
            continue
        names.add(name)
        if element.tag == "textarea":
            # A line break right after the tag is not part of the text.
            values.append((name, re.sub(r"^\r?\n", "", element.raw_text)))
        elif element.tag == "select":
            options = element.find_all("option")
            chosen = next((o for o in options if o.has("selected")), options[0] if options else None)
            if chosen is not None:
                values.append((name, chosen.get("value", chosen.text)))
        elif element.tag == "input" and element.get("type") in {"checkbox", "radio"}:
            if element.has("checked"):
                values.append((name, element.get("value", "on")))
        elif element.tag == "input" and element.get("type") not in {"submit", "button", "image"}:
            values.append((name, element.get("value")))
    return HtmlForm(form.get("action"), form.get("method", "get").lower(), values, frozenset(names))
