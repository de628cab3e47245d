"""What the component page shows: example forms, icons, a long list. Only development has that page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from core.forms import AtMost, Form, Required
from core.i18n import lazy_gettext as _l
from core.paging import PageNumbers


class ExampleForm(Form):
    """One field of each kind that pages use."""

    text = TextAreaField(
        _l("What is missing?"),
        description=_l("One need in your own words. Please name no persons."),
        validators=[Required(_l("Please write what is missing.")), AtMost(200)],
    )
    action_field = RadioField(
        _l("What is it about?"),
        choices=[
            SelectChoice("leisure", _l("Leisure")),
            SelectChoice("work", _l("Work and training")),
            SelectChoice("health", _l("Health")),
        ],
        validators=[Required(_l("Please choose a field."))],
    )
    municipality = SelectField(
        _l("Where?"),
        choices=[
            SelectChoice("", _l("whole county")),
            SelectChoice("keltern", "Keltern"),
            SelectChoice("illingen", "Illingen"),
        ],
    )
    code = StringField(
        _l("Your code"),
        description=_l("Ten characters from your slip, for example 7K4QM-2XR9T"),
        validators=[Required(_l("Please enter your code."))],
    )
    visibility = RadioField(
        _l("Who may read it?"),
        choices=[SelectChoice("all", _l("Everybody")), SelectChoice("staff", _l("Only the coordinators"))],
        description=_l("You can change this later."),
        validators=[Required(_l("Please choose who may read it."))],
    )
    agreed = BooleanField(
        _l("I have read how my words are used."),
        validators=[Required(_l("Please confirm that you have read it."))],
    )


def examples(icons: Path) -> dict[str, Any]:
    """The context of the component page; ``icons`` is the folder the icons' names are taken from."""
    failed = ExampleForm(
        MultiDict({"failed-text": "Ein Platz zum Reden. " * 12, "failed-municipality": "keltern"}),
        prefix="failed-",
    )
    failed.validate()
    failed.alerts.append(_l("The poll is closed. Nothing was changed."))
    return {
        "demo_form": ExampleForm(),
        "failed_form": failed,
        "icon_names": sorted(path.stem for path in icons.glob("*.svg")),
        "page_url": lambda number: f"?page={number}",
        "paging": PageNumbers(page=3, pages=10),
    }
