"""Sentences are found where they are written, and a gap in a catalogue is seen."""

from gettext import GNUTranslations
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from tools import messages


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A small program that speaks in code, template and script."""
    for name, text in {
        "app.py": "cli = _l('From the app')\n",
        "dialog/actions.py": "# Translators: shown to authors\n_('From %(where)s', where='code')\n",
        "dialog/queries.py": "ngettext('%(num)d need', '%(num)d needs', n)\nplain = 'not for people'\n",
        "templates/dialog/a.html": "<p>{{ _('From the template') }}</p>{% trans %}From a block{% endtrans %}",
        "static/dialog/a.js": "say(gettext('From the script'));\n",
        "static/vendor/b.js": "say(gettext('From elsewhere'));\n",
        "tests/test_a.py": "_('From a test')\n",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def sentences(catalogue: Catalog) -> set[str]:
    return {str(message.id) for message in catalogue if message.id}


def test_collects_from_code_templates_and_scripts(program: Path) -> None:
    found = messages.collect(program)
    assert sentences(found) == {
        "From the app",
        "From %(where)s",
        "('%(num)d need', '%(num)d needs')",
        "From the template",
        "From a block",
        "From the script",
    }
    message = found.get("From %(where)s")
    assert message is not None
    assert message.auto_comments == ["shown to authors"]
    assert message.locations == [("dialog/actions.py", 0)]


def test_a_new_catalogue_has_gaps_until_every_form_is_translated(program: Path) -> None:
    template = messages.collect(program)
    path = messages.begin("de", template, program / "translations")
    assert len(messages.gaps(path, template)) == 6
    catalogue = messages.read(path)
    for message in catalogue:
        if message.id:
            message.string = ("%(num)d Bedarf", "") if message.pluralizable else "Übersetzt %(where)s"
    path.write_bytes(messages.text_of(catalogue))
    assert messages.gaps(path, template) == ["%(num)d need"]
    plural = catalogue.get(("%(num)d need", "%(num)d needs"))
    assert plural is not None
    plural.string = ("%(num)d Bedarf", "%(num)d Bedarfe")
    unsure = catalogue.get("From the app")
    assert unsure is not None
    unsure.flags.add("fuzzy")
    path.write_bytes(messages.text_of(catalogue))
    assert messages.gaps(path, template) == ["From the app"]


def test_updating_keeps_what_is_translated_and_settles(program: Path) -> None:
    path = messages.begin("de", messages.collect(program), program / "translations")
    catalogue = messages.read(path)
    entry = catalogue.get("From the app")
    assert entry is not None
    entry.string = "Aus dem Programm"
    path.write_bytes(messages.text_of(catalogue))
    (program / "app.py").write_text("_('From the app'); _('From the apps')\n", encoding="utf-8")
    template = messages.collect(program)
    assert messages.update(path, template)
    assert not messages.update(path, messages.collect(program))
    assert "Aus dem Programm" in path.read_text(encoding="utf-8")
    assert "From the apps" in messages.gaps(path, template)
    assert "EMAIL@ADDRESS" not in path.read_text(encoding="utf-8")


def test_a_language_is_begun_once(program: Path) -> None:
    template = messages.collect(program)
    messages.begin("ar", template, program / "translations")
    with pytest.raises(FileExistsError):
        messages.begin("ar", template, program / "translations")


def test_compiled_catalogues_hold_only_what_is_translated(program: Path) -> None:
    template = messages.collect(program)
    path = messages.begin("ar", template, program / "translations")
    catalogue = messages.read(path)
    need = ("%(num)d need", "%(num)d needs")
    for key, string in {"From the app": "من", need: ("", "احتياج", "", "", "", "")}.items():
        entry = catalogue.get(key)
        assert entry is not None
        entry.string = string
    path.write_bytes(messages.text_of(catalogue))
    assert messages.main(["--compile", str(path)]) == 0
    with path.with_suffix(".mo").open("rb") as file:
        compiled = GNUTranslations(file)
    german = GNUTranslations()
    german._catalog = {(need[0], 0): "Bedarf", (need[0], 1): "Bedarfe", "From the code": "Falsch"}  # type: ignore[attr-defined]
    german.plural = lambda number: int(number != 1)  # type: ignore[attr-defined]
    assert compiled.gettext("From the app") == "من"
    assert [compiled.ngettext(*need, number) for number in (0, 1, 2)] == [need[1], need[0], need[1]]
    compiled.add_fallback(german)
    assert [compiled.ngettext(*need, number) for number in (0, 1, 2)] == ["Bedarfe", "Bedarf", "Bedarfe"]
