"""The profile sheet of a municipality as a document to print and to send, in the language in use."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from flask_babel import format_date, format_decimal, format_percent, to_user_timezone

from core.documents.tree import (
    Block,
    Document,
    Inlines,
    Lang,
    Link,
    ListBlock,
    ListItem,
    Paragraph,
    Section,
    Sheet,
    Table,
    Text,
    paragraph,
    text,
)
from core.i18n import gettext, language, name_in, ngettext
from dialog.queries.gaps import Entry
from dialog.queries.sheets import ProfileSheet, Share
from region.responsibility_words import FORM_LABELS


def figures_of(sheet: ProfileSheet) -> dict[str, str]:
    """The figures of a sheet as they are written, by what they are.

    `population` and when it was `counted_on`, `share_of_county` ("" where the county's is unknown), and how
    many `needs_on_average` and `offers_on_average` a municipality has.
    """
    here = sheet.story.municipality
    whole = sheet.county_population
    return {
        "population": format_decimal(here.population),
        "counted_on": format_date(here.population_as_of),
        "share_of_county": format_percent(here.population / whole, "#,##0.0 %") if whole else "",
        "needs_on_average": format_decimal(round(sheet.needs_on_average, 1)),
        "offers_on_average": format_decimal(round(sheet.offers_on_average, 1)),
    }


def sheet_document(sheet: ProfileSheet, *, dialogue: str, publisher: str, register: str) -> Document:
    """The same as the page; `dialogue` is its title and `register` the whole address of all entries."""
    here = sheet.story.municipality
    moment = sheet.as_of or datetime(2000, 1, 1, tzinfo=UTC)
    nothing_named = gettext("From here no need has been named. That does not mean that nothing is missing.")
    children: list[Block] = [
        _figures(sheet),
        _topics(sheet),
        Section(gettext("What is missing"), _entries(sheet.needs, register, nothing_named)),
        Section(
            gettext("What already exists"),
            _entries(sheet.offers, register, gettext("From here no offer has been named yet.")),
        ),
    ]
    if sheet.near.shown:
        title = gettext("Offers near by that could be opened")
        children.append(Section(title, _entries(sheet.near, register, "", elsewhere=True)))
    children += [
        Section(gettext("Networks and providers"), _providers(sheet)),
        Section(gettext("Structures"), _structures(sheet)),
        Paragraph(
            (*text(gettext("All entries, as they are today:") + " "), Link(text(register), register)), "note"
        ),
    ]
    about = [gettext("Profile sheet"), sheet.county_name, dialogue]
    return Document(
        title=here.name,
        subtitle=" · ".join(part for part in about if part),
        language=language(),
        changed_at=moment,
        publisher=publisher,
        children=tuple(children),
        date_text=_dates(sheet),
        numbered=False,
    )


def _dates(sheet: ProfileSheet) -> str:
    said = []
    if sheet.as_of:
        said.append(gettext("As of %(when)s", when=format_date(to_user_timezone(sheet.as_of))))
    if sheet.confirmed_on:
        when = format_date(to_user_timezone(sheet.confirmed_on))
        said.append(gettext("confirmed by the municipality on %(when)s", when=when))
    return " · ".join(said)


def _figures(sheet: ProfileSheet) -> Sheet:
    here, row, known = sheet.story.municipality, sheet.story.row, figures_of(sheet)

    def beside(number: int, average: str) -> Inlines:
        return text(f"{number} ({gettext('%(number)s on average in the county', number=average)})")

    counted = gettext("as of %(when)s", when=known["counted_on"])
    rows = [(gettext("Inhabitants"), text(f"{known['population']} ({counted})"))]
    if known["share_of_county"]:
        rows.append((gettext("Share of the county"), text(known["share_of_county"])))
    rows += [
        (gettext("Pilot municipality"), text(gettext("yes") if here.pilot else gettext("no"))),
        (gettext("Needs"), beside(row.needs, known["needs_on_average"])),
        (gettext("Offers at the place"), beside(row.offers, known["offers_on_average"])),
        (gettext("Official key"), text(here.ags)),
    ]
    return Sheet(gettext("In figures"), tuple(rows))


def _topics(sheet: ProfileSheet) -> Table:
    head = (gettext("Topic"), gettext("Needs"), gettext("Offers"))
    return Table(
        gettext("By topic"),
        tuple(text(word) for word in head),
        tuple(
            tuple(
                text(word)
                for word in (
                    name_in(chapter.field.names),
                    str(len(chapter.needs) or "–"),
                    str(len(chapter.offers) or "–"),
                )
            )
            for chapter in sheet.story.chapters
        ),
        ("start", "end", "end"),
        row_headings=True,
    )


def _entries(share: Share, register: str, nothing: str, *, elsewhere: bool = False) -> tuple[Block, ...]:
    if not share.shown:
        return (paragraph(nothing),)
    blocks: list[Block] = [_list(_entry(one, elsewhere=elsewhere) for one in share.shown)]
    if share.more:
        more = ngettext("and %(num)s more in the register", "and %(num)s more in the register", share.more)
        blocks.append(Paragraph((Link(text(more), register),), "note"))
    return tuple(blocks)


def _entry(one: Entry, *, elsewhere: bool) -> Inlines:
    said = one.title if one.language == language() else None
    title = Text(said) if said is not None else Lang(text(one.title), one.language)
    beside = [one.place if elsewhere else "", one.provider, one.reference]
    return (title, Text(f" ({' · '.join(part for part in beside if part)})"))


def _providers(sheet: ProfileSheet) -> tuple[Block, ...]:
    if not sheet.providers:
        return (paragraph(gettext("Not stated yet.")),)
    named = [
        text(f"{name}: {ngettext('%(num)s offer', '%(num)s offers', number)}")
        for name, number in sheet.providers
    ]
    if sheet.more_providers:
        named.append(text(ngettext("and %(num)s more", "and %(num)s more", sheet.more_providers)))
    return (_list(named),)


def _structures(sheet: ProfileSheet) -> tuple[Block, ...]:
    if not sheet.duties:
        return (paragraph(gettext("Who is responsible for what here has not been entered yet.")),)
    lines = []
    for duty in sheet.duties:
        said = gettext("not stated yet")
        if duty.said:
            names = ", ".join(one.name for one in duty.said.organisations)
            parts = [str(FORM_LABELS[duty.said.form]), names, duty.said.contact]
            said = " · ".join(part for part in parts if part)
        lines.append(text(f"{name_in(duty.task.names)}: {said}"))
    return (_list(lines),)


def _list(lines: Iterable[Inlines]) -> ListBlock:
    return ListBlock(tuple(ListItem((Paragraph(line),)) for line in lines))
