"""Lists of municipalities: handing one in, looking at its rows, mending them, taking it over and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from flask import Response, render_template, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge

from core.errors import Invalid
from core.forms import Form
from core.i18n import gettext, name_in
from core.i18n import language as language_in_use
from core.i18n import lazy_gettext as _l
from core.paging import Paging
from core.tables import table
from core.web import Answer, current_actor, page, submit
from dialog.actions import lists as actions
from dialog.list_forms import KINDS, ListForm, RowForm, TakeOverForm, columns_form, named_columns
from dialog.models import Dialogue, ListImport
from dialog.municipal_lists.columns import COLUMN_LABELS, ONLY_OF, mapping_of
from dialog.municipal_lists.limits import MAX_BYTES
from dialog.municipal_lists.notes import FAILED, OPEN, OUTCOME_LABELS, TAKEN, Note
from dialog.municipal_lists.places import COUNTY_WIDE
from dialog.permissions import RIGHTS, Permission
from dialog.queries import dialogues as dialogue_queries
from dialog.queries import lists as queries
from dialog.queries import workspaces as workspace_queries
from dialog.queries.workspaces import Workspace
from dialog.views.blueprint import blueprint
from dialog.vocabulary import Kind, ListState
from region import queries as region_queries

ROWS_PER_PAGE = 50
HINTS_SHOWN = "hints"
"""The filter for what somebody has to have read before it is published."""

MORE_VALUES = {
    "provider": "provider",
    "target_group": "target_group",
    "begin": "begin",
    "ends_on": "ends_on",
    "schedule": "schedule",
    "cost": "cost_eur",
    "languages": "languages",
    "access": "access",
    "capacity": "capacity",
    "url": "url",
    "contact": "contact",
    "funded_until": "funded_until",
    "urgency": "urgency",
    "remark": "remark",
}
"""What is shown of a row beyond title, place, field and description: columns by their names in the report."""

TO_LOOK_AT = "open"
"""The filter for everything that somebody has to decide about."""


@blueprint.route("/lists", methods=["GET", "POST"])
def lists(slug: str) -> Response:
    """The lists of a dialogue, and handing in another one; it is only looked at then."""
    return _hand_in(_dialogue(slug), None)


@blueprint.route("/municipalities/<ags>/lists", methods=["GET", "POST"])
def lists_of_municipality(slug: str, ags: str) -> Response:
    """The lists that one municipality hands in for itself."""
    actor = current_actor()
    here = workspace_queries.access_workspace(actor, dialogue_queries.access_dialogue(actor, slug), ags)
    return _hand_in(here.dialogue, here)


def _hand_in(dialogue: Dialogue, here: Workspace | None) -> Response:
    actor, slug = current_actor(), dialogue.slug
    ags = here.municipality.ags if here else ""
    if request.method != "POST":
        return page(_draw_lists(dialogue, ListForm(), here))
    # A list is larger than other things that people send; only those who import may send one.
    request.max_content_length = MAX_BYTES + 100_000
    try:
        form = ListForm(request.form, sent=request.files.get("file"))
    except RequestEntityTooLarge:
        form = ListForm()
        form.file.errors = [_l("The file is larger than %(max)s MB.", max=MAX_BYTES // 1_000_000)]
        return page(_draw_lists(dialogue, form, here), Invalid.status)

    def act() -> Answer:
        present = dialogue_queries.access_dialogue(actor, slug)
        made = actions.read_in(
            actor,
            present,
            kind=Kind(form.kind.data),
            sent=form.sent,
            here=workspace_queries.access_workspace(actor, present, ags) if ags else None,
        )
        return Answer(url_for("dialog.municipal_list", slug=slug, import_id=made.id), {"digest": form.digest})

    def reveal(answer: Answer) -> Response:
        if answer.data["digest"] != form.digest:
            # Back, another file, and sent with the old form: it must not pass for the first one.
            form.renew_key()
            form.alerts.append(_l("Please choose the file once more and send it again."))
            return page(_draw_lists(dialogue, form, here), Invalid.status)
        return Response(status=303, headers={"Location": answer.location})

    return submit(form, act, lambda form: _draw_lists(dialogue, form, here), reveal=reveal)


@blueprint.get("/lists/<int:import_id>")
def municipal_list(slug: str, import_id: int) -> Response:
    """What becomes of each row, or became of it."""
    return page(_draw_list(_list(slug, import_id), TakeOverForm()))


@blueprint.post("/lists/<int:import_id>/import")
def take_list_over(slug: str, import_id: int) -> Response:
    """Take over every row that is in order."""
    form = TakeOverForm(request.form)

    def take_over(found: ListImport) -> None:
        actions.import_list(current_actor(), found, hints_read=bool(form.hints_read.data))

    return _act_on_list(slug, import_id, take_over, form=form)


@blueprint.post("/lists/<int:import_id>/again")
def look_at_list_again(slug: str, import_id: int) -> Response:
    """Look at the rows of a list once more, because that has failed."""
    return _act_on_list(slug, import_id, lambda found: actions.judge_again(current_actor(), found))


@blueprint.post("/lists/<int:import_id>/undo")
def take_list_back(slug: str, import_id: int) -> Response:
    """Withdraw everything that the list has brought."""
    return _act_on_list(slug, import_id, lambda found: actions.take_back(current_actor(), found))


@blueprint.post("/lists/<int:import_id>/drop")
def drop_list(slug: str, import_id: int) -> Response:
    """Throw away a list that was only looked at."""

    def drop(found: ListImport) -> None:
        actions.drop_preview(current_actor(), found)

    return _act_on_list(slug, import_id, drop, location=_all_lists(_list(slug, import_id)))


@blueprint.route("/lists/<int:import_id>/columns", methods=["GET", "POST"])
def list_columns(slug: str, import_id: int) -> Response:
    """Say what the headings of a list mean."""
    actor, found = current_actor(), _list(slug, import_id)
    dialogue, kind = found.dialogue, Kind(found.kind)
    sent = request.form if request.method == "POST" else None
    present = mapping_of(found.header, kind, found.by_hand)
    form = columns_form(found.header, kind, present, queries.samples_of(found), sent)
    header = list(found.header)

    def show(form: Form) -> str:
        return render_template(
            "dialog/list_columns.html",
            dialogue=dialogue,
            found=_list(slug, import_id),
            all_lists=_all_lists(found),
            form=form,
        )

    if request.method != "POST":
        return page(show(form))

    def act() -> Answer:
        actions.name_columns(actor, _list(slug, import_id), named_columns(form, header))
        return Answer(url_for("dialog.municipal_list", slug=slug, import_id=import_id))

    return submit(form, act, show)


@blueprint.route("/lists/<int:import_id>/rows/<int:record>", methods=["GET", "POST"])
def list_row(slug: str, import_id: int, record: int) -> Response:
    """One row as it was sent, and deciding what it means."""
    actor, found = current_actor(), _list(slug, import_id)
    dialogue = found.dialogue
    row = queries.row_of(found, record)
    form = RowForm(request.form if request.method == "POST" else None, data=row.fix)
    form.offer(_places(found), _fields(dialogue), county=found.municipality_id is None)
    if request.method != "POST":
        form.title.data = form.title.data or row.understood.get("title", "")
        form.text.data = form.text.data or row.understood.get("text", "")

    def show(form: RowForm) -> str:
        here = _list(slug, import_id)
        row = queries.row_of(here, record)
        mark = queries.mark_of(row)
        stale = request.method == "POST" and form.seen.data != mark
        form.seen.data = mark
        return render_template(
            "dialog/list_row.html",
            stale=stale,
            dialogue=dialogue,
            found=here,
            all_lists=_all_lists(here),
            row=row,
            cells=[
                (heading, cell) for heading, cell in zip(here.header, row.cells, strict=False) if cell.strip()
            ],
            labels=OUTCOME_LABELS,
            said=partial(_said, found=here),
            form=form,
        )

    if request.method != "POST":
        return page(show(form))

    seen = form.seen.data

    def act() -> Answer:
        here = _list(slug, import_id)
        actions.fix_row(actor, here, queries.row_of(here, record), form.fix, seen=seen)
        return Answer(
            url_for("dialog.municipal_list", slug=slug, import_id=import_id, _anchor=f"row-{record}")
        )

    return submit(form, act, show)


@blueprint.get("/lists/<int:import_id>/rows.csv")
def failed_rows(slug: str, import_id: int) -> Response:
    """The rows that were not taken over, as they were sent, each with the reason."""
    found = _list(slug, import_id)
    failed = queries.rows_of(found, FAILED)
    # Some rows have more cells than there are headings, and the reason stands behind all of them.
    width = max([len(found.header), *(len(row.cells) for row in failed)])
    head = [*found.header, *[""] * (width - len(found.header)), gettext("Reason")]
    rows = [
        [*row.cells, *[""] * (width - len(row.cells)), " ".join(_said(row.reasons, found))] for row in failed
    ]
    response = Response(table(head, rows), mimetype="text/csv")
    name = f"{found.dialogue.slug}-{found.id}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _dialogue(slug: str) -> Dialogue:
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    RIGHTS.require(actor, Permission.IMPORT, dialogue)
    return dialogue


def _list(slug: str, import_id: int) -> ListImport:
    actor = current_actor()
    return queries.access_list(actor, dialogue_queries.access_dialogue(actor, slug), import_id)


def _all_lists(found: ListImport) -> str:
    """Where the lists are among which this one stands."""
    slug = found.dialogue.slug
    if found.municipality is not None:
        return url_for("dialog.lists_of_municipality", slug=slug, ags=found.municipality.ags)
    return url_for("dialog.lists", slug=slug)


def _act_on_list(
    slug: str,
    import_id: int,
    do: Callable[[ListImport], object],
    *,
    form: TakeOverForm | None = None,
    location: str = "",
) -> Response:
    _list(slug, import_id)

    def act() -> Answer:
        do(_list(slug, import_id))
        return Answer(location or url_for("dialog.municipal_list", slug=slug, import_id=import_id))

    return submit(
        form or TakeOverForm(request.form), act, lambda form: _draw_list(_list(slug, import_id), form)
    )


def _columns_of(kind: Kind) -> list[str]:
    return [name for name in MORE_VALUES if ONLY_OF.get(name, kind) == kind]


def _places(found: ListImport) -> list[tuple[str, str]]:
    """The places that a row can be about: for a municipality's own list that one only."""
    if found.municipality is not None:
        return [(found.municipality.ags, found.municipality.name)]
    return [(one.ags, one.name) for one in region_queries.visible_municipalities(current_actor())]


def _fields(dialogue: Dialogue) -> list[tuple[str, str]]:
    here = language_in_use()
    return [(one.slug, name_in(one.names, here)) for one in dialogue_queries.fields_of(dialogue)]


def _said(notes: Sequence[tuple[str, Mapping[str, str]]], found: ListImport) -> list[str]:
    """Notes as sentences in the language in use; other rows are named as spreadsheet programs count them."""
    return [
        str(Note(code, dict(values) | ({"of": str(found.headings_at + int(row))} if row else {})))
        for code, values in notes
        for row in [values.get("row")]
    ]


def _draw_lists(dialogue: Dialogue, form: ListForm, here: Workspace | None) -> str:
    return render_template(
        "dialog/lists.html",
        dialogue=dialogue,
        here=here,
        found=workspace_queries.lists_of(here) if here else queries.lists_of(current_actor(), dialogue),
        form=form,
        kinds={choice.value: choice.label for choice in KINDS},
        states=ListState,
        taken=TAKEN,
    )


def _draw_list(found: ListImport, form: TakeOverForm) -> str:
    dialogue = found.dialogue
    wanted = request.args.get("show", "")
    hinted = queries.count_hinted(found.id) if found.state == ListState.PREVIEW else 0
    shows_hints = wanted == HINTS_SHOWN and hinted > 0
    outcomes = OPEN if wanted == TO_LOOK_AT else [one for one in OUTCOME_LABELS if one == wanted]
    many = sum(number for outcome, number in found.counts.items() if not outcomes or outcome in outcomes)
    many = hinted if shows_hints else many
    paging = Paging.of(request.args.get("page"), ROWS_PER_PAGE, many)
    columns = mapping_of(found.header, Kind(found.kind), found.by_hand)
    options = [("", gettext("All rows")), (TO_LOOK_AT, gettext("What you have to decide"))]
    if hinted:
        label = gettext("With hints to read")
        options.append((HINTS_SHOWN, f"{label} ({hinted})"))
    for outcome, label in OUTCOME_LABELS.items():
        if found.counts.get(outcome):
            options.append((str(outcome), f"{label} ({found.counts[outcome]})"))
    return render_template(
        "dialog/municipal_list.html",
        dialogue=dialogue,
        found=found,
        form=form,
        kinds={choice.value: choice.label for choice in KINDS},
        rows=queries.rows_of(found, outcomes, hinted=shows_hints, offset=paging.offset, limit=ROWS_PER_PAGE)
        if many
        else [],
        hinted=hinted,
        unread=[
            heading
            for position, heading in enumerate(found.header)
            if heading and position not in columns.values()
        ],
        more={COLUMN_LABELS[name]: MORE_VALUES[name] for name in _columns_of(Kind(found.kind))},
        paging=paging.numbers,
        paged=lambda number: url_for(
            "dialog.municipal_list",
            slug=dialogue.slug,
            import_id=found.id,
            show=wanted or None,
            page=number,
        ),
        wanted=wanted,
        options=options,
        ready=sum(found.counts.get(outcome, 0) for outcome in TAKEN),
        undecided=sum(found.counts.get(outcome, 0) for outcome in OPEN),
        failed=sum(found.counts.get(outcome, 0) for outcome in FAILED),
        has_title="title" in columns,
        work=found.work,
        labels=OUTCOME_LABELS,
        fixable=FAILED,
        county_wide=COUNTY_WIDE,
        places=dict(_places(found)),
        all_lists=_all_lists(found),
        fields=dict(_fields(dialogue)),
        said=partial(_said, found=found),
    )
