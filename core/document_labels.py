"""The words that documents need beside their content, in the language in use."""

from __future__ import annotations

from core.documents.labels import Labels
from core.i18n import gettext


def document_labels() -> Labels:
    """The words documents need beside their content, in the language in use."""
    return Labels(
        contents=gettext("Contents"),
        page_of=gettext("Page {page} of {pages}"),
        sources=gettext("Origin"),
        table_of_figure=gettext("The same numbers as a table"),
        table_part=gettext("{caption} (part {part} of {parts})"),
        picture_left_out=gettext("This picture cannot be shown. {alt}"),
        missing_one=gettext("[{code} {name}]"),
        missing_many=gettext("[{count} characters, {script}, from {code} on]"),
        skip_to_content=gettext("Skip to the content"),
        unchanged_one=gettext("1 paragraph is unchanged"),
        unchanged_many=gettext("{count} paragraphs are unchanged"),
        unchanged_sections=gettext("Unchanged: {names}"),
        section_added=gettext("This chapter is new."),
        section_removed=gettext("This chapter was taken out."),
        moved=gettext("This stands in another place now."),
        inserted=gettext("inserted:"),
        deleted=gettext("deleted:"),
        end_of_change=gettext("end of the change"),
    )
