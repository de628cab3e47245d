"""Invitations by a list: reading it in and showing it first, then codes of tier A for all of it or none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from flask import Response, render_template, request, url_for

from accounts import codes
from accounts import queries as account_queries
from accounts.models import PersonalCode
from accounts.permissions import Scope
from core import keys
from core.actor import Actor
from core.errors import Invalid
from core.i18n import gettext
from core.i18n import lazy_gettext as _l
from core.tables import table
from core.web import Answer, current_actor, page, secret_seed, submit
from dialog import roll_files
from dialog.actions import slips as actions
from dialog.models import Dialogue
from dialog.permissions import RIGHTS, Permission
from dialog.queries import dialogues as dialogue_queries
from dialog.roll_files import Fault, Place
from dialog.signup_words import ROLES_TO_STAFF
from dialog.slip_forms import RollForm
from dialog.views.blueprint import blueprint
from dialog.views.slips import event_of, occasion_of, offer, show_sheets
from dialog.vocabulary import MOST_SLIPS
from region import queries as region_queries

MOST_SHOWN = 10
"""Lines of a list, or faults in it, that are shown before the rest is only counted."""

_FORM_BYTES = 1_000_000
"""A list comes back as text in the form that confirms it, which is more than other forms hold."""


@blueprint.route("/slips/list", methods=["GET", "POST"])
def roll(slug: str) -> Response:
    """Read in a list and show what was read, or what is wrong in which line. Nothing is kept yet."""
    actor, dialogue = _dialogue(slug)
    form = RollForm(request.form if request.method == "POST" else None)
    offer(form, actor, dialogue)
    if request.method == "GET":
        return page(_show_upload(dialogue, form))
    upload = request.files.get("file")
    data = upload.read(roll_files.MOST_BYTES + 1) if upload else b""
    complete = form.validate()
    if not data:
        form.file.errors = [_l("Please choose a file with your list.")]
        return page(_show_upload(dialogue, form), Invalid.status)
    try:
        places = roll_files.read(data, _municipalities(actor))
    except roll_files.Unreadable as error:
        return page(_show_upload(dialogue, form, error.faults), Invalid.status)
    if not complete:
        return page(_show_upload(dialogue, form), Invalid.status)
    form.rows.data = roll_files.write(places)
    return page(_show_preview(actor, dialogue, form, places))


@blueprint.post("/slips/list/codes")
def invite(slug: str) -> Response:
    """Make the codes for a list that was shown, and give them as a table or as slips (`as=`), once.

    The wish stands in the address, so that the same form may be sent for the one and then for the other.
    """
    request.max_form_memory_size = _FORM_BYTES
    actor, dialogue = _dialogue(slug)
    form = RollForm.from_request()
    offer(form, actor, dialogue)
    try:
        places = roll_files.read((form.rows.data or "").encode(), _municipalities(actor))
    except roll_files.Unreadable as error:
        return page(_show_upload(dialogue, form, error.faults), Invalid.status)
    seed = secret_seed(form.key)

    def act() -> Answer:
        _, dialogue = _dialogue(slug)
        actions.invite_roll(
            actor,
            dialogue,
            event_of(actor, dialogue, form),
            places=places,
            label=form.label.data or "",
            seed=seed,
            write_until=form.end,
        )
        return Answer(url_for("dialog.slips", slug=slug))

    def reveal(_answer: Answer) -> Response:
        _, dialogue = _dialogue(slug)
        if request.args.get("as") != "slips":
            made = account_queries.codes_of_seeds(seed, range(1, len(places) + 1))
            return _table(dialogue, places, made)
        first = min(max(request.args.get("from", 1, int), 1), len(places))
        last = min(first + MOST_SLIPS - 1, len(places))
        made = account_queries.codes_of_seeds(seed, range(first, last + 1))
        return show_sheets(
            dialogue,
            event_of(actor, dialogue, form),
            form,
            list(made.values()),
            references={kept.slip_number: places[number - 1].reference for number, (_, kept) in made.items()},
            second={kept.slip_number: places[number - 1].language for number, (_, kept) in made.items()},
            roll_form=form,
            once_more=True,
            parts=_parts(len(places)),
        )

    return submit(form, act, lambda form: _show_preview(actor, dialogue, form, places), reveal=reveal)


def _dialogue(slug: str) -> tuple[Actor, Dialogue]:
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    RIGHTS.require(actor, Permission.HAND_OUT_CODES, dialogue)
    return actor, dialogue


def _municipalities(actor: Actor) -> dict[str, str]:
    return {one.name: one.ags for one in region_queries.visible_municipalities(actor)}


def _parts(size: int) -> list[tuple[int, int]]:
    """First and last place of each lot of slips that are printed together."""
    return [(first, min(first + MOST_SLIPS - 1, size)) for first in range(1, size + 1, MOST_SLIPS)]


def _show_upload(dialogue: Dialogue, form: RollForm, faults: Sequence[Fault] = ()) -> str:
    return render_template(
        "dialog/roll.html",
        dialogue=dialogue,
        form=form,
        faults=faults[:MOST_SHOWN],
        more=max(len(faults) - MOST_SHOWN, 0),
        most=roll_files.MOST_PLACES,
    )


def _show_preview(actor: Actor, dialogue: Dialogue, form: RollForm, places: Sequence[Place]) -> str:
    names = {key: name for name, key in _municipalities(actor).items()}
    return render_template(
        "dialog/roll_preview.html",
        dialogue=dialogue,
        form=form,
        places=places[:MOST_SHOWN],
        size=len(places),
        by_place=sorted(Counter(names.get(place.municipality, "") for place in places).items()),
        names=names,
        role_labels=ROLES_TO_STAFF,
        parts=_parts(len(places)),
        known=account_queries.batch_of_digest(
            Scope("dialogue", dialogue.id), roll_files.digest(places, keys.current().digest)
        ),
    )


def _table(
    dialogue: Dialogue, places: Sequence[Place], made: dict[int, tuple[str, PersonalCode]]
) -> Response:
    """The codes beside the office's references, for letters; no cell can be a formula."""
    link = occasion_of(dialogue, None).link
    head = (gettext("Reference"), gettext("Slip"), gettext("Code"), gettext("Address of the code"))
    rows = (
        (places[number - 1].reference, kept.slip_number, codes.show(code), f"{link}#{code}")
        for number, (code, kept) in made.items()
    )
    response = Response(table(head, rows), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="codes-{dialogue.slug}.csv"'
    response.headers["Cache-Control"] = "no-store"
    return response
