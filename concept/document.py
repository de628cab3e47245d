"""Turns the plain data of a concept into the neutral tree that all formats are written from.

Nothing is looked up here. The caller has set the document's language (`core.i18n.force_locale`), and
`site` is the address of the site, to which every source and every number leads back.
"""

from __future__ import annotations

from dataclasses import replace

from concept import words
from concept.content import (
    Chapter,
    Content,
    Linked,
    MeasureData,
    Origin,
    Piece,
    PollData,
    Voice,
)
from concept.linked_document import figure_blocks, linked_blocks
from concept.series import indicator_chart, seen, series_blocks
from concept.vocabulary import BlockKind
from core.charts import Bar, Chart, bar_chart
from core.documents.reading import parse_html
from core.documents.tree import (
    Block,
    Document,
    Figure,
    Inlines,
    Lang,
    Link,
    ListBlock,
    ListItem,
    Paragraph,
    Section,
    Sheet,
    Source,
    Strong,
    Table,
    Text,
    paragraph,
    text,
)
from core.i18n import gettext, name_in
from core.text import excerpt
from core.turns import let_others

BARS_SHOWN = 10


def document_of(content: Content, *, site: str, edition: str = "") -> Document:
    """The whole concept as a document in the language in use; `edition` names it, else it is a draft."""
    document = _Writer(content, site.rstrip("/")).document()
    return replace(document, edition=edition) if edition else document


class _Writer:
    def __init__(self, content: Content, site: str) -> None:
        self._content = content
        self._site = site

    def document(self) -> Document:
        content = self._content
        return Document(
            title=name_in(content.titles),
            subtitle=name_in(content.subtitles),
            language=content.language,
            changed_at=content.changed_at,
            publisher=content.publisher,
            children=tuple(self._section(chapter) for chapter in content.chapters),
            date_text=words.as_of(content.changed_at),
            edition=gettext("Draft"),
        )

    def _section(self, chapter: Chapter) -> Section:
        blocks: list[Block] = []
        voices: list[Piece] = []
        for piece in chapter.pieces:
            let_others()
            if piece.voice is not None:
                voices.append(piece)
            else:
                blocks += self._blocks(piece, chapter)
        if voices:
            blocks.append(ListBlock(tuple(self._item(piece, chapter.poll) for piece in voices)))
        blocks += [self._section(inner) for inner in chapter.chapters]
        if not blocks:
            blocks.append(Paragraph(text(gettext("There is nothing here yet.")), role="note"))
        return Section(name_in(chapter.titles), tuple(blocks), id=chapter.slug)

    def _blocks(self, piece: Piece, chapter: Chapter) -> list[Block]:
        match piece.kind:
            case BlockKind.PARAGRAPH:
                return self._paragraphs(piece)
            case BlockKind.GOAL if piece.goal is not None:
                named = Strong(text(words.goal_name(piece.goal.number)))
                inlines = (named, Text(" "), *text(name_in(piece.goal.texts)))
                return [Paragraph(inlines, id=piece.anchor, sources=self._sources(piece))]
            case BlockKind.MEASURE if piece.measure is not None:
                return [self._sheet(piece, piece.measure), *self._indicators(piece.measure)]
            case BlockKind.POLL_CHART if chapter.poll is not None:
                return self._result(piece, chapter.poll)
            case BlockKind.FIGURES:
                return figure_blocks(piece.figures, self._site, piece.anchor)
            case BlockKind.PARTICIPATION:
                return self._participation(piece)
            case BlockKind.OVERVIEW:
                return [self._overview(piece)]
            case BlockKind.PUBLICATIONS:
                return [self._publications(piece)]
            case BlockKind.IMPRINT:
                return self._imprint(piece)
        return self._linked(piece, piece.linked) if piece.linked else []

    # -- words

    def _paragraphs(self, piece: Piece) -> list[Block]:
        """The blocks of one text; its anchor is at the first, its sources stand under the last."""
        found = parse_html(piece.html)
        sources = self._sources(piece)
        if found:
            found[0] = replace(found[0], id=piece.anchor)
            found[-1] = replace(found[-1], sources=sources)
        return found

    def _item(self, piece: Piece, poll: PollData | None) -> ListItem:
        let_others()
        voice = piece.voice
        if voice is None:
            raise ValueError("Only contributions are listed.")
        link = Link(text(voice.reference), self._site + voice.path)
        title = Strong((Lang(text(voice.title), voice.title_language),))
        blocks: list[Block] = [Paragraph((link, Text(" "), title))]
        if says_more(voice):
            blocks.append(Paragraph((Lang(text(voice.text), voice.language),)))
        place = words.voice_place(voice)
        note = text(place)
        if voice.kind == "need" and poll is not None:
            standing = words.standing(voice)
            note = text(f"{standing} · {place}")
            if voice.other is not None:
                note = (Link(text(standing), self._site + voice.other.path), *text(f" · {place}"))
        blocks.append(Paragraph(note, role="note"))
        # Its heading names the contribution already, so its first source says only where it stands.
        sources = tuple(
            replace(source, label=gettext("in the register")) if source.ref == voice.reference else source
            for source in self._sources(piece)
        )
        return ListItem(tuple(blocks), id=piece.anchor, sources=sources)

    # -- records

    def _sheet(self, piece: Piece, measure: MeasureData) -> Sheet:
        return Sheet(
            title=name_in(measure.titles),
            rows=tuple((name, text(value)) for name, value in words.measure_rows(measure)),
            number=gettext("Measure %(number)s", number=measure.reference),
            status=words.measure_tags(measure),
            id=piece.anchor,
            sources=self._sources(piece),
        )

    def _indicators(self, measure: MeasureData) -> list[Block]:
        return [
            block
            for one in measure.indicators
            for block in series_blocks(one.name, one.unit, seen(one), indicator_chart(one), self._site)
        ]

    def _result(self, piece: Piece, poll: PollData) -> list[Block]:
        order = Paragraph(text(words.order_of(poll)))
        if not poll.ballots:
            return [order]
        chart = chart_of(poll)
        header = (gettext("Rank"), gettext("Need"), gettext("Points"), gettext("People"))
        rows = tuple(
            (
                text(str(line.place)),
                (Lang(text(f"{line.reference} {words.line_label(line.title)}".strip()), line.language),),
                text(str(line.points)),
                text(str(line.voters)),
            )
            for line in poll.lines
        )
        table = Table(
            caption=gettext("All places: %(poll)s", poll=name_in(poll.titles)),
            header=tuple(text(cell) for cell in header),
            rows=rows,
            alignments=("end", "start", "end", "end"),
        )
        picture = Figure(
            svg=chart.print_svg,
            alt=chart.summary,
            caption=chart.title,
            summary=words.turnout_of(poll),
            table=table,
            id=piece.anchor,
            sources=self._sources(piece),
        )
        return [order, picture]

    def _linked(self, piece: Piece, linked: Linked) -> list[Block]:
        drawn: list[Block] = []
        if linked.kind == BlockKind.CHART and linked.poll is not None:
            # Its sources stand with its date, below; that a vote orders needs is told where it does.
            drawn = self._result(replace(piece, origins=()), linked.poll)[1:]
        return linked_blocks(piece.anchor, linked, self._site, self._sources(piece), drawn)

    def _participation(self, piece: Piece) -> list[Block]:
        part = self._content.participation
        if part is None:
            return []
        blocks: list[Block] = [paragraph(sentence) for sentence in participation_words(self._content)]
        if part.polls:
            table = Table(
                caption=gettext("The votes that order the needs"),
                header=tuple(
                    text(cell) for cell in (gettext("Topic"), gettext("Ballots counted"), gettext("As of"))
                ),
                rows=tuple(
                    (
                        (Link(text(name_in(poll.field.names)), self._site + poll.path),),
                        text(str(poll.ballots)),
                        text(words.moment(poll.closed_at)),
                    )
                    for poll in part.polls
                ),
                alignments=("start", "end", "start"),
                row_headings=True,
                id=piece.anchor,
            )
            blocks.append(table)
        return blocks

    def _overview(self, piece: Piece) -> Table:
        header = (
            gettext("No."),
            gettext("Measure"),
            gettext("Topic"),
            gettext("Responsible"),
            gettext("When"),
            gettext("Status"),
        )
        return Table(
            caption=gettext("All measures"),
            header=tuple(text(cell) for cell in header),
            rows=tuple(
                (
                    (Link(text(measure.reference), "#" + measure.path.partition("#")[2]),),
                    text(name_in(measure.titles)),
                    text(name_in(measure.field.names)),
                    text(measure.responsible),
                    text(" – ".join(words.dated(day) for day in (measure.begins, measure.ends) if day)),
                    text(words.measure_tags(measure)),
                )
                for measure in self._content.measures
            ),
            row_headings=True,
            id=piece.anchor,
        )

    def _publications(self, piece: Piece) -> Block:
        if not self._content.publications:
            return paragraph(gettext("There is nothing here yet."), id=piece.anchor)
        return ListBlock(
            tuple(
                ListItem((Paragraph(_publication(origin)),), id=f"publication-{origin.reference}")
                for origin in self._content.publications
            ),
            id=piece.anchor,
        )

    def _imprint(self, piece: Piece) -> list[Block]:
        first, second, third = imprint_words(self._content)
        where = self._site + self._content.path
        address: Inlines = (Text(f"{second} "), Link(text(where), where))
        return [paragraph(first, id=piece.anchor), Paragraph(address), paragraph(third)]

    def _sources(self, piece: Piece) -> tuple[Source, ...]:
        return tuple(self._source(origin) for origin in piece.origins)

    def _source(self, origin: Origin) -> Source:
        url = origin.url or self._site + origin.path
        return Source(origin.kind, origin.reference, excerpt(name_in(origin.names), 90), url)


def _publication(origin: Origin) -> Inlines:
    rest = ", ".join(part for part in (origin.detail, words.dated(origin.dated)) if part)
    title = text(name_in(origin.names))
    shown: Inlines = (Link(title, origin.url),) if origin.url else title
    return (Strong(text(origin.reference)), Text(" "), *shown, *text(f" ({rest})" if rest else ""))


def says_more(voice: Voice) -> bool:
    """Whether a contribution's words say more than its heading, which may be made of them."""
    return bool(voice.text) and voice.text != voice.title


def chart_of(poll: PollData) -> Chart:
    """The first places of a result as bars."""
    first = poll.lines[0]
    summary = gettext(
        "“%(first)s” has the most points: %(points)s of %(total)s.",
        first=words.line_label(first.title),
        points=first.points,
        total=sum(line.points for line in poll.lines),
    )
    return bar_chart(
        [
            Bar(
                f"{line.place}. {words.line_label(line.title)}",
                line.points,
                str(line.points),
                colour=poll.field.colour,
            )
            for line in poll.lines[:BARS_SHOWN]
        ],
        title=gettext("Points in “%(poll)s”", poll=name_in(poll.titles)),
        summary=summary,
        header=(gettext("Need"), gettext("Points")),
    )


def imprint_words(content: Content) -> tuple[str, str, str]:
    """Who publishes it, where the current state is (its address follows), and what it was written with."""
    return (
        gettext("Published by: %(publisher)s", publisher=content.publisher),
        gettext("The current state:"),
        gettext("Written with Vielstimmig, free software under the European Union Public Licence 1.2."),
    )


def participation_words(content: Content) -> list[str]:
    """How people took part, sentence by sentence, with the rule of the votes and whose ballots count."""
    part = content.participation
    if part is None:
        return []
    sentences = [
        gettext(
            "The register has %(needs)s needs and %(offers)s offers. They come from %(heard)s of "
            "%(municipalities)s municipalities or are about the whole county. %(as_of)s.",
            needs=part.needs,
            offers=part.offers,
            heard=part.heard,
            municipalities=part.municipalities,
            as_of=words.as_of(content.changed_at),
        )
    ]
    sentences += [
        gettext(
            "%(event)s: %(when)s, in %(groups)s working groups.",
            event=name_in(event.titles),
            when=words.span(event.starts_at, event.ends_at),
            groups=event.groups,
        )
        for event in part.events
    ]
    if part.polls:
        sentences.append(words.rule_of(part.polls[0]))
        sentences.append(
            gettext(
                "Tier A is an account or an invitation, tier B a code handed out by staff, tier C whoever "
                "registered without staff. The order of the needs counts tiers A and B."
            )
        )
    return sentences
