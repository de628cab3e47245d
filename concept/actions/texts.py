"""Writing the text of a section: saving a whole text, bringing an older wording back, saying who writes.

Blocks keep their ids and what they rest on through rewording, moving, dividing and joining. One that vanishes
from the text stays as a row with its sources, so that it can return.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, tuple_, update

from concept import merging, splitting
from concept.actions import sources
from concept.actions._joined import join, part
from concept.actions._parts import raise_version
from concept.actions._stations import tell_ended, tell_voices
from concept.facts import SectionWritten
from concept.models import Block, Concept, Section, SectionRevision, Writer
from concept.permissions import RIGHTS, Permission
from concept.queries import beside, texts
from concept.queries import concepts as queries
from concept.splitting import Former, Placed, marker_of
from concept.vocabulary import BlockKind
from core import markdown
from core.actor import SYSTEM, Actor
from core.clock import now
from core.db import db, upsert
from core.errors import Conflict, Invalid, Sentence
from core.i18n import lazy_gettext as _l
from core.journal import record
from core.text import excerpt
from dialog.queries import contributions as contribution_queries


@dataclass(frozen=True, slots=True)
class Vanishing:
    """A block that a text no longer has; `sources` is the number of records it rests on."""

    id: int
    kind: str
    words: str
    sources: int


@dataclass(frozen=True, slots=True)
class Saved:
    """What came of saving: the number of the wording, and how many paragraphs took in others with sources."""

    number: int
    joined: int = 0


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign that somebody writes. `at` names it; `is_elsewhere` says whether another window signs, too."""

    at: str
    is_elsewhere: bool


class Stale(Conflict):
    """Somebody has saved the text meanwhile."""

    code = "stale"

    def __init__(self) -> None:
        super().__init__(_l("Somebody has saved this text meanwhile. Please look at both texts."))


class WouldVanish(Invalid):
    """Blocks with sources, or without words of their own, would vanish; whoever means it says so."""

    def __init__(self, blocks: Sequence[Vanishing]) -> None:
        super().__init__(_l("Something with sources would vanish from the text. Please look at the list."))
        self.blocks = list(blocks)


def save_text(
    actor: Actor, section: Section, *, text: str, based_on: int, dropping: Collection[int] = ()
) -> Saved:
    """Give a section another text. `dropping` are the ids of the blocks that may vanish with their sources.

    A paragraph rests on the public needs and offers whose numbers are written into it.

    Raises Stale if there is a later wording than `based_on`, WouldVanish with what would vanish besides, and
    Invalid for what cannot be rendered, for unknown blocks, and for a merge that nobody has decided yet.
    """
    concept = queries.concept_by_id(section.concept_id)
    RIGHTS.require(actor, Permission.WRITE, concept)
    if texts.present_revision(section.id) != based_on:
        raise Stale
    _refuse_undecided(text)
    markdown.check_length(text)
    pieces = splitting.split(text)
    live, gone = texts.text_blocks(section.id), texts.text_blocks(section.id, gone=True)
    known = {block.id: block for block in (*gone, *live)}
    named_before = {block.id: set(beside.numbers_in(block.markdown)) for block in live}
    _check_markers(pieces, known)
    placed = splitting.match(_formers(live, gone), pieces)
    after = [replace(one, id=marker_of(one.text)) if marker_of(one.text) else one for one in placed]
    _check_vanishing(live, after, dropping)
    stop_writing(actor, section)
    if [(one.id, one.text) for one in after if not marker_of(one.text)] == [
        (block.id, block.markdown) for block in live if block.kind == BlockKind.PARAGRAPH
    ] and [one.id for one in after] == [block.id for block in live]:
        return Saved(based_on)
    number = _next_wording(concept, section, live, based_on)
    kept = [
        _written(actor, concept, section, known.get(one.id or 0), one, position)
        for position, one in enumerate(after, start=1)
    ]
    db.session.flush()  # Sources and the wording need the ids.
    _remove_others(concept, live, kept)
    joined = sum(
        join(actor, concept, block, [known[id] for id in one.joined])
        for block, one in zip(kept, after, strict=True)
    )
    _cite_named(actor, concept, kept, named_before)
    _keep_wording(actor, section, number, kept)
    raise_version(concept.id)
    record(actor, SectionWritten(section.id, number, 0))
    return Saved(number, joined)


def restore_text(actor: Actor, section: Section, *, number: int, based_on: int) -> Saved:
    """Bring an older wording back as a new one. Blocks that had vanished return with their sources.

    A paragraph that had taken in others by then rests on what they rest on, and one that does so no more not.

    What a linked block shows is not part of the wording: it comes back as it was set last.

    Raises Stale if there is a later wording than `based_on`, Invalid if there is none of this number.
    """
    concept = queries.concept_by_id(section.concept_id)
    RIGHTS.require(actor, Permission.WRITE, concept)
    if texts.present_revision(section.id) != based_on:
        raise Stale
    wording = texts.wording(section.id, number)
    if wording is None:
        raise Invalid(_l("This wording was not kept."))
    live = texts.text_blocks(section.id)
    known = {block.id: block for block in (*texts.text_blocks(section.id, gone=True), *live)}
    after = _next_wording(concept, section, live, based_on)
    kept = []
    for position, entry in enumerate(wording.blocks, start=1):
        block = known.get(entry["id"])
        if block is None:
            # It stands in another section by now, and there it stays.
            continue
        words = Placed(block.id, str(entry.get("markdown", "")))
        kept.append(_written(actor, concept, section, block, words, position))
    _remove_others(concept, live, kept)
    _rejoin(actor, concept, wording, known, kept)
    _keep_wording(actor, section, after, kept, restored_from=number)
    raise_version(concept.id)
    record(actor, SectionWritten(section.id, after, number))
    return Saved(after)


def note_writing(actor: Actor, section: Section, *, last: str = "") -> Sign:
    """Say that somebody has a text open to write in it; repeated while it is open.

    `last` names the latest sign of the same window. One that came later is from another window.
    """
    RIGHTS.require(actor, Permission.WRITE, queries.concept_by_id(section.concept_id))
    moment = now()
    latest = texts.latest_sign(section.id, actor.key)
    is_elsewhere = latest is not None and latest > moment - texts.WRITING_FOR and _name_of(latest) != last
    mine = (Writer.section_id == section.id, Writer.by_key == actor.key)
    # Whoever comes back after a while begins anew.
    db.session.execute(delete(Writer).where(*mine, Writer.seen_at < moment - texts.WRITING_FOR))
    present = upsert(Writer).values(section_id=section.id, by_key=actor.key, since=moment, seen_at=moment)
    db.session.execute(
        present.on_conflict_do_update(
            index_elements=[Writer.section_id, Writer.by_key], set_={"seen_at": moment}
        )
    )
    return Sign(_name_of(moment), is_elsewhere)


def stop_writing(actor: Actor, section: Section, *, last: str = "") -> None:
    """Say that somebody has closed a text; with `last`, a window whose latest sign that was.

    The sign of another window of theirs stays: there they go on writing.
    """
    RIGHTS.require(actor, Permission.WRITE, queries.concept_by_id(section.concept_id))
    latest = texts.latest_sign(section.id, actor.key)
    if latest is None or (last and _name_of(latest) != last):
        return
    db.session.execute(delete(Writer).where(Writer.section_id == section.id, Writer.by_key == actor.key))


def forget_writers(actor: Actor, rows: Sequence[Any]) -> int:
    """Take away signs that somebody writes, by section and key. Gives their number."""
    RIGHTS.require(actor, Permission.TIDY)
    db.session.execute(delete(Writer).where(tuple_(Writer.section_id, Writer.by_key).in_(list(rows))))
    return len(rows)


# ---------------------------------------------------------------------------------------------------- pieces


def _name_of(moment: datetime) -> str:
    return moment.isoformat()


def _refuse_undecided(text: str) -> None:
    if merging.is_undecided(text):
        raise _wrong(
            _l("Please decide between both wordings first, and delete the lines with <<<, ||| and >>>.")
        )


def _wrong(sentence: Sentence) -> Invalid:
    return Invalid(sentence, {"text": [sentence]})


def _check_markers(pieces: Sequence[str], known: dict[int, Block]) -> None:
    seen: set[int] = set()
    for piece in pieces:
        number = marker_of(piece)
        if number is None:
            is_code = piece.lstrip().startswith(("```", "~~~")) or piece.startswith("    ")
            if splitting.LOOSE_MARKER.search(piece) and not is_code:
                raise _wrong(
                    _l("A line in double braces must stand alone: “%(line)s”", line=excerpt(piece, 60))
                )
            continue
        if number not in known or known[number].kind == BlockKind.PARAGRAPH:
            raise _wrong(
                _l("This section has no block number %(number)s. Please delete its line.", number=number)
            )
        if number in seen:
            raise _wrong(
                _l("Block number %(number)s stands here twice. Please delete one line.", number=number)
            )
        seen.add(number)


def _formers(live: Sequence[Block], gone: Sequence[Block]) -> list[Former]:
    return [
        Former(block.id, block.markdown, gone=block.removed_at is not None)
        for block in (*live, *gone)
        if block.kind == BlockKind.PARAGRAPH
    ]


def _check_vanishing(live: Sequence[Block], after: Sequence[Placed], dropping: Collection[int]) -> None:
    stays = {id for one in after for id in (one.id, *one.joined)}
    vanishing = [
        Vanishing(block.id, block.kind, excerpt(texts.words_of(block), 160), len(block.sources))
        for block in live
        if block.id not in stays and (block.sources or block.kind != BlockKind.PARAGRAPH)
    ]
    if {block.id for block in vanishing} - set(dropping):
        raise WouldVanish(vanishing)


def _rejoin(
    actor: Actor, concept: Concept, wording: SectionRevision, known: dict[int, Block], kept: Sequence[Block]
) -> None:
    """Let the same paragraphs have taken in the same others as in a former wording."""
    stays = {block.id for block in kept}
    wanted = {
        id: entry["id"]
        for entry in wording.blocks
        for id in entry.get("joined", ())
        if entry["id"] in stays and id in known and id not in stays
    }
    for block in known.values():
        if block.joined_into_id is not None and block.joined_into_id != wanted.get(block.id):
            part(actor, concept, block)
    for id, into in wanted.items():
        if known[id].joined_into_id is None:
            join(actor, concept, known[into], [known[id]])


def _next_wording(concept: Concept, section: Section, live: Sequence[Block], based_on: int) -> int:
    """Count one more wording, which only one person can do, and keep the one before it if nobody has."""
    claimed = db.session.execute(
        update(Section)
        .where(Section.id == section.id, Section.revision == based_on)
        .values(revision=based_on + 1)
        .execution_options(synchronize_session="fetch")
    )
    if claimed.rowcount != 1:  # type: ignore[attr-defined]
        raise Stale
    if texts.wording(section.id, based_on) is None:
        at = max((block.changed_at for block in live), default=concept.created_at)
        _keep_wording(SYSTEM, section, based_on, live, at=at)
    return based_on + 1


def _keep_wording(
    actor: Actor,
    section: Section,
    number: int,
    blocks: Sequence[Block],
    *,
    restored_from: int | None = None,
    at: datetime | None = None,
) -> None:
    joined = texts.joined_ids(section.id)
    db.session.add(
        SectionRevision(
            section_id=section.id,
            number=number,
            blocks=[_kept(block, joined.get(block.id, [])) for block in blocks],
            restored_from=restored_from,
            by_key=actor.key,
            at=at or now(),
        )
    )
    db.session.flush()


def _kept(block: Block, joined: list[int]) -> dict[str, Any]:
    if block.kind == BlockKind.PARAGRAPH:
        words = {"id": block.id, "kind": block.kind, "markdown": block.markdown}
        return {**words, "joined": joined} if joined else words
    return {"id": block.id, "kind": block.kind, "settings": dict(block.settings)}


def _written(
    actor: Actor, concept: Concept, section: Section, block: Block | None, words: Placed, position: int
) -> Block:
    """The block with these words at this place; without one a new paragraph."""
    if block is None:
        block = Block(
            concept_id=concept.id,
            section_id=section.id,
            position=position,
            kind=BlockKind.PARAGRAPH,
            markdown=words.text,
            html=_rendered(words.text),
            changed_at=now(),
        )
        db.session.add(block)
        return block
    block.position = position
    if block.removed_at is not None:
        part(actor, concept, block)
        block.removed_at = None
        tell_voices(concept, block)
    if block.kind == BlockKind.PARAGRAPH and block.markdown != words.text:
        block.markdown, block.html = words.text, _rendered(words.text)
        block.revision += 1
        block.changed_at = now()
    return block


def _cite_named(
    actor: Actor, concept: Concept, kept: Sequence[Block], before: Mapping[int, Collection[str]]
) -> None:
    """Let each paragraph rest on the records whose numbers have come into it.

    One that stood in it before is left alone: somebody may have taken that source away since.
    """
    for block in kept:
        if block.kind == BlockKind.PARAGRAPH:
            known = before.get(block.id, ())
            new = [number for number in beside.numbers_in(block.markdown) if number not in known]
            for contribution in contribution_queries.public_contributions(concept.dialogue, new):
                sources.link(actor, concept, block, contribution)


def _rendered(text: str) -> str:
    try:
        return str(markdown.render(text))
    except Invalid as error:
        raise _wrong(error.sentence) from error


def _remove_others(concept: Concept, live: Sequence[Block], kept: Sequence[Block]) -> None:
    stays = {block.id for block in kept}
    for block in live:
        if block.id not in stays:
            tell_ended(concept, block)
            block.removed_at = now()
