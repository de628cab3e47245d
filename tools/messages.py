"""Collect the sentences of the program into the catalogues under `translations/`, and look for gaps.

    python -m tools.messages              bring every catalogue up to date; new sentences come in empty
    python -m tools.messages --new tr     begin a catalogue for one more language
    python -m tools.messages --check de   exit 1 if a sentence is not, or not surely, translated
    python -m tools.messages --compile translations/de/LC_MESSAGES/messages.po    make what the program reads

English is the language of the source and has no catalogue of its own.
"""

import argparse
import sys
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

from babel import UnknownLocaleError
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from core.config import variant
from tools.findings import ROOT

TRANSLATIONS = ROOT / "translations"
CODE = ("core", "accounts", "region", "dialog", "workshops", "governance", "concept", "pages")
KEYWORDS = {**DEFAULT_KEYWORDS, "_l": None, "lazy_gettext": None, "lazy_ngettext": (1, 2)}
# A comment that begins so, right before a sentence, is shown to the translators.
REMARK = "Translators:"


def collect(root: Path = ROOT) -> Catalog:
    """All sentences of the Python code, the templates and our scripts, with the files they come from."""
    template = Catalog(charset="utf-8")
    sources = [(root / name, "**.py", "python") for name in CODE]
    sources += [(root / "templates", "**.html", "jinja2"), (root / "static", "**.js", "javascript")]
    for folder, pattern, method in sources:
        if folder.is_dir():
            _add(template, root, folder, [("vendor/**", "ignore"), (pattern, method)])
    _add(template, root, root, [("app.py", "python")], subfolders=False)
    return template


def _add(
    template: Catalog, root: Path, folder: Path, methods: list[tuple[str, str]], *, subfolders: bool = True
) -> None:
    found = extract_from_dir(
        folder,
        methods,
        keywords=KEYWORDS,
        comment_tags=[REMARK],
        strip_comment_tags=True,
        directory_filter=None if subfolders else (lambda path: Path(path) == folder),
    )
    for name, _line, message, comments, context in found:
        # Without its line: a sentence that moves within its file stays where it is in the catalogues.
        place = ((folder / name).relative_to(root).as_posix(), 0)
        template.add(message, locations=[place], auto_comments=comments, context=context)


def catalogue_path(language: str, folder: Path = TRANSLATIONS) -> Path:
    """Where the catalogue of a language such as `de` lies."""
    return folder / variant(language) / "LC_MESSAGES" / "messages.po"


def read(path: Path) -> Catalog:
    """Read one catalogue."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name)


def text_of(catalogue: Catalog) -> bytes:
    """The catalogue as it is written: ordered by file, without line numbers, so that changes stay small."""
    output = BytesIO()
    write_po(output, catalogue, width=110, sort_by_file=True, include_lineno=False, ignore_obsolete=True)
    return output.getvalue()


def update(path: Path, template: Catalog) -> bool:
    """Bring one catalogue up to date; says whether the file changed. Similar texts are not guessed at."""
    catalogue = read(path)
    # The date of the extraction would change the file every time and tells nobody anything.
    template.creation_date = catalogue.creation_date
    catalogue.update(template, no_fuzzy_matching=True)
    text = text_of(catalogue)
    if text == path.read_bytes():
        return False
    path.write_bytes(text)
    return True


def begin(language: str, template: Catalog, folder: Path = TRANSLATIONS) -> Path:
    """Write an empty catalogue for a language; raises FileExistsError if there is one."""
    path = catalogue_path(language, folder)
    if path.exists():
        raise FileExistsError(f"{path} is there already.")
    catalogue = Catalog(
        locale=variant(language), project="Vielstimmig", version="1", charset="utf-8", fuzzy=False
    )
    # Babel would fill these with the addresses of nobody.
    catalogue.header_comment = f"# Vielstimmig in {catalogue.locale.english_name}. Licence: EUPL-1.2."
    catalogue.last_translator = catalogue.language_team = catalogue.msgid_bugs_address = ""
    catalogue.update(template, no_fuzzy_matching=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text_of(catalogue))
    return path


def compile_file(path: Path) -> Path:
    """Write the compiled catalogue beside `path` and give its path.

    Babel would fill the empty plural forms of a sentence with its English; such sentences are left out, so
    that the program finds them missing and falls back to German.
    """
    catalogue = read(path)
    for message in list(catalogue):
        if message.id and not _translated(catalogue, message):
            catalogue.delete(message.id, message.context)
    compiled = path.with_suffix(".mo")
    with compiled.open("wb") as file:
        write_mo(file, catalogue)
    return compiled


def gaps(path: Path, template: Catalog) -> list[str]:
    """Sentences of the program that this catalogue lacks, leaves empty or marks as unsure (fuzzy)."""
    catalogue = read(path)
    return [_source(message) for message in template if message.id and not _translated(catalogue, message)]


def _translated(catalogue: Catalog, message: Message) -> bool:
    entry = catalogue.get(message.id, message.context)
    if entry is None or entry.fuzzy or not entry.string:
        return False
    return all(entry.string) if isinstance(entry.string, list | tuple) else True


def _source(message: Message) -> str:
    return str(message.id[0] if isinstance(message.id, list | tuple) else message.id)


def _check(languages: Iterable[str], template: Catalog) -> int:
    code = 0
    for language in languages:
        missing = gaps(catalogue_path(language), template)
        for sentence in missing:
            print(
                f"{language}: not translated: {sentence!r}; run make messages and fill it in.",
                file=sys.stderr,
            )
        print(f"{language}: {len(missing)} of {len(template)} sentences are not translated")
        code = code or int(bool(missing))
    return code


def main(arguments: list[str]) -> int:
    """Do what the arguments ask; exit code 2 for a language that does not exist or is there already."""
    parser = argparse.ArgumentParser(prog="python -m tools.messages")
    parser.add_argument("--new", metavar="LANGUAGE")
    parser.add_argument("--check", metavar="LANGUAGE", nargs="+")
    parser.add_argument("--compile", metavar="FILE", nargs="+", type=Path)
    options = parser.parse_args(arguments)
    if options.compile:
        for path in options.compile:
            compile_file(path)
        return 0
    template = collect()
    if options.check:
        return _check(options.check, template)
    if options.new:
        try:
            print(f"Begun: {begin(options.new, template).relative_to(ROOT)}")
        except (FileExistsError, UnknownLocaleError, ValueError) as error:
            print(error, file=sys.stderr)
            return 2
        return 0
    for path in sorted(TRANSLATIONS.glob("*/LC_MESSAGES/messages.po")):
        changed = "brought up to date" if update(path, template) else "is current"
        print(f"{path.relative_to(ROOT)} {changed}, {len(gaps(path, template))} sentences to translate")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
