"""Makes ready what a release keeps: reads the concept, writes its files in a child process.

This takes seconds and therefore happens before the transaction; that the content is still the same is seen
inside it (`concept.actions.versions`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from concept.bundle import CONTENT, Report
from concept.compile import CannotCompile, Order, compile_now, order, tools
from concept.content import Content
from concept.frozen import FILE_NAMES, Frozen, records_text, references_in, sha256
from concept.models import Concept, Version
from concept.permissions import RIGHTS, Permission
from concept.queries import answers, contents
from concept.queries import versions as queries
from concept.refusals import NothingNew, require_answers
from core import keys, logs
from core.actor import Actor
from core.cache import VersionedCache
from core.config import ROOT, Config
from core.documents.html import Fragment, render_fragment
from core.documents.labels import Labels
from core.documents.tree import Document, canonical_json, content_hash, document_from_json
from core.documents.worker import FORMATS, RenderFailed
from core.errors import Sentence
from core.i18n import force_locale, gettext, name_in
from core.i18n import lazy_gettext as _l
from region import queries as region_queries

CHECKER = ROOT / "tools" / "verify_concept.py"


def edition_name(number: int) -> str:
    """What a version is called on its cover, in the language in use."""
    return gettext("Version %(number)s", number=number)


def state_of(
    content: Content, concept: Concept, config: Config, *, number: int | None = None
) -> tuple[Order, str]:
    """The present state ready to be written, and its records; a draft, or the version of this number."""
    with force_locale(content.language):
        edition = edition_name(number) if number is not None else ""
    records = records_text(content, answers.reasons(concept))
    return order(content, config, edition=edition), records


def require_news(former: Version | None, wanted: Order, records: str) -> None:
    """Raise NothingNew if a state is that of the former version, but for the name on its cover."""
    if former is None:
        return
    named = replace(wanted.document, edition=document_from_json(former.content).edition)
    if content_hash(named) == former.content_hash and records == former.records:
        raise NothingNew(former.number)


def freeze(actor: Actor, concept: Concept, config: Config) -> Frozen:
    """Everything the next version keeps. Call it outside a transaction.

    Raises NotAnswered while needs above the line are open, NothingNew if nothing has changed since the
    former version, and CannotCompile.
    """
    RIGHTS.require(actor, Permission.RELEASE, concept)
    require_answers(concept)
    # Read before the content: a change in between is then seen in the transaction.
    seen = queries.state_number(concept.id)
    content = contents.content(actor, concept)
    former = queries.latest_version(concept.id)
    number = former.number + 1 if former else 1
    wanted, records = state_of(content, concept, config, number=number)
    require_news(former, wanted, records)
    voices = queries.ids_of(concept.dialogue_id, references_in(content))
    county = region_queries.county()
    place = {
        "county": {"ags": county.ags, "name": county.name} if county else None,
        "dialogue": concept.dialogue.slug,
        "title": name_in(concept.titles, content.language),
        "edition": concept.edition,
        "address": f"{config.public_url}/dialogues/{concept.dialogue.slug}/concept/versions/{number}",
    }
    try:
        rendered = compile_now(wanted, FORMATS)
    except RenderFailed as error:
        logs.incident(error)
        raise CannotCompile from error
    with force_locale(content.language):
        manual = _manual(number)
    files: dict[str, bytes] = {str(format): data for format, data in rendered.files.items()}
    return Frozen(
        concept_version=seen,
        number=number,
        former=sha256(former.manifest) if former else None,
        language=content.language,
        content=canonical_json(wanted.document).decode(),
        content_hash=wanted.hash,
        records=records,
        files={**files, "py": CHECKER.read_bytes(), "txt": manual.encode()},
        voices=tuple(voices),
        labels=wanted.labels.as_plain(),
        tools=tools(),
        place=place,
    )


def rebuild(report: Report) -> list[Sentence]:
    """Write the documents of an intact bundle again; gives what is not the same, and which tools differ."""
    try:
        document = document_from_json(report.parts[CONTENT])
        labels = Labels.from_plain(report.manifest["labels"])
        rendered = compile_now(Order(document, labels, report.content_hash), FORMATS)
    except (ValueError, KeyError, TypeError, AttributeError, RenderFailed):
        return [_l("The documents could not be written again.")]
    other = [
        FILE_NAMES[format]
        for format, data in rendered.files.items()
        if report.parts.get(FILE_NAMES[format]) != data
    ]
    if not other:
        return []
    found: list[Sentence] = [
        _l("Written again, this is not the same: %(names)s", names=", ".join(sorted(other)))
    ]
    named = report.manifest.get("tools")
    if not isinstance(named, dict):
        named = {}
    differing = [name for name, value in tools().items() if named.get(name) != value]
    if differing:
        found.append(
            _l(
                "These tools here are not those of the release: %(names)s. Use the same ones.",
                names=", ".join(f"{name} ({_short(named.get(name))})" for name in differing),
            )
        )
    return found


def _short(value: object) -> str:
    return value[:16] if isinstance(value, str) else "…"


@dataclass(frozen=True, slots=True)
class Page:
    """A version as a page shows it: what stands on its cover, and clean HTML of the rest."""

    document: Document
    fragment: Fragment


def page_of(version: Version) -> Page:
    """What a released version shows. Ask before whether it may be given out."""
    found: Page | None = _pages.find(version.id, version.content_hash)
    if found is None:
        document = document_from_json(version.content)
        labels = Labels.from_plain(json.loads(version.manifest)["labels"])
        found = Page(document, render_fragment(document, labels=labels))
        _pages.keep(version.id, version.content_hash, found, len(found.fragment.body) * 4)
    return found


_pages = VersionedCache(entries=12, size=32_000_000)


def forget_pages() -> None:
    """Forget the pages that were kept, because words in them are to go."""
    _pages.clear()


def _manual(number: int) -> str:
    """What lies beside the files: how to check them without us."""
    lines = (
        gettext("This is version %(number)s of the concept, as it was released.", number=number),
        gettext("concept.pdf, concept.html and concept.md hold the same text."),
        gettext("manifest.json names the hash of every part, and manifest.sig signs it."),
        gettext("To check it you need Python 3.9 or later, and nothing else:"),
        "",
        "    python3 verify_concept.py BUNDLE.zip --fingerprint FINGERPRINT",
        "",
        gettext("Take verify_concept.py from a place you trust, not from this package."),
        gettext("The fingerprint of the key is on the site of the county. On the day of release it was:"),
        "",
        f"    {keys.current().fingerprint}",
    )
    return "\n".join(lines) + "\n"
