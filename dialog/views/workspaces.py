"""The workspace of a municipality: its entries, its lists, and that all of it is current."""

from __future__ import annotations

from flask import Response, render_template, request, url_for
from wtforms import HiddenField

from accounts.permissions import RIGHTS as ACCOUNT_RIGHTS
from accounts.permissions import Permission as AccountPermission
from accounts.permissions import Scope
from core.errors import NotFound, SentAlready
from core.forms import Form
from core.web import Answer, current_actor, page, submit
from dialog.actions import workspaces as actions
from dialog.forms import ContributionForm
from dialog.models import Contribution, Dialogue
from dialog.permissions import RIGHTS, Permission
from dialog.queries import contributions as contribution_queries
from dialog.queries import dialogues as dialogue_queries
from dialog.queries import workspaces as queries
from dialog.queries.workspaces import Workspace
from dialog.views.blueprint import blueprint
from dialog.vocabulary import KIND_LABELS, VISIBILITY_LABELS, Kind, Origin, Visibility
from region import queries as region_queries


class EntryForm(ContributionForm):
    """An entry of a municipality: the place is known; one button keeps it as a draft, the other sends it."""

    municipality = None  # type: ignore[assignment]
    keep = HiddenField()

    @property
    def is_sent(self) -> bool:
        """Whether it is to be checked now."""
        return not self.keep.data


@blueprint.get("/municipalities")
def workspaces(slug: str) -> str:
    """How far each municipality is, for staff."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    found = queries.standings(actor, dialogue)
    return render_template(
        "dialog/workspaces.html",
        dialogue=dialogue,
        found=found,
        silent=sum(one.has_nothing for one in found),
        confirmed=sum(one.confirmed is not None for one in found),
    )


@blueprint.get("/municipalities/<ags>")
def workspace(slug: str, ags: str) -> Response:
    """What one municipality has written, what waits for it, and who works there."""
    return page(_draw(_here(slug, ags), Form()))


@blueprint.post("/municipalities/<ags>/confirm")
def confirm_entries(slug: str, ags: str) -> Response:
    """Say that all entries of the municipality are current."""
    actor = current_actor()
    _here(slug, ags)

    def act() -> Answer:
        actions.confirm_entries(actor, _here(slug, ags))
        return Answer(url_for("dialog.workspace", slug=slug, ags=ags, done="confirmed"))

    return submit(Form.from_request(), act, lambda form: _draw(_here(slug, ags), form))


@blueprint.route("/municipalities/<ags>/write/<any(need, offer):kind>", methods=["GET", "POST"])
def write_entry(slug: str, ags: str, kind: str) -> Response:
    """Write a need or an offer of the municipality."""
    actor, here = current_actor(), _here(slug, ags)
    form = _form(here.dialogue, kind, sent=request.method == "POST")

    def show(form: EntryForm) -> str:
        return _draw_form(_here(slug, ags), form, kind)

    if request.method != "POST":
        return page(show(form))

    def act() -> Answer:
        here = _here(slug, ags)
        try:
            made = actions.write_entry(
                actor,
                here,
                kind=Kind(kind),
                text=form.text.data or "",
                field=region_queries.access_field(actor, here.dialogue.field_set_id, form.field.data),
                language=form.language.data,
                send=form.is_sent,
                again=form.is_sent_again,
            )
        except SentAlready as error:
            error.location = url_for("dialog.contribution", slug=slug, reference=error.reference)
            raise
        return Answer(_done(slug, ags, form), {"number": made.reference})

    return submit(form, act, show)


@blueprint.route("/municipalities/<ags>/entries/<reference>", methods=["GET", "POST"])
def change_entry(slug: str, ags: str, reference: str) -> Response:
    """Write an entry otherwise while staff have not decided on it, and send it."""
    actor = current_actor()
    here, found = _entry(slug, ags, reference)
    form = _form(here.dialogue, found.kind, sent=request.method == "POST")

    def show(form: EntryForm) -> str:
        here, present = _entry(slug, ags, reference)
        stale = form.revision_seen != present.revision
        form.based_on.data = str(present.revision)
        return _draw_form(here, form, present.kind, present, stale=stale)

    if request.method != "POST":
        RIGHTS.require(actor, Permission.WRITE_ENTRY, found)
        form.show_entry(found)
        return page(show(form))

    def act() -> Answer:
        here, present = _entry(slug, ags, reference)
        actions.change_entry(
            actor,
            present,
            based_on=form.revision_seen,
            text=form.text.data or "",
            field=region_queries.access_field(actor, here.dialogue.field_set_id, form.field.data),
            language=form.language.data,
            send=form.is_sent,
        )
        return Answer(_done(slug, ags, form))

    return submit(form, act, show)


def _here(slug: str, ags: str) -> Workspace:
    actor = current_actor()
    return queries.access_workspace(actor, dialogue_queries.access_dialogue(actor, slug), ags)


def _entry(slug: str, ags: str, reference: str) -> tuple[Workspace, Contribution]:
    here = _here(slug, ags)
    found = contribution_queries.access_contribution(current_actor(), here.dialogue, reference)
    if found.municipality_id != here.municipality_id or found.origin != Origin.MUNICIPALITY:
        raise NotFound
    return here, found


def _form(dialogue: Dialogue, kind: str, *, sent: bool) -> EntryForm:
    form = EntryForm(request.form if sent else None)
    form.offer_topics(dialogue_queries.fields_of(dialogue))
    form.ask_for(kind)
    return form


def _done(slug: str, ags: str, form: EntryForm) -> str:
    return url_for("dialog.workspace", slug=slug, ags=ags, done="sent" if form.is_sent else "kept")


def _draw_form(
    here: Workspace, form: EntryForm, kind: str, entry: Contribution | None = None, *, stale: bool = False
) -> str:
    return render_template(
        "dialog/workspace_write.html",
        here=here,
        dialogue=here.dialogue,
        form=form,
        kind=kind,
        entry=entry,
        stale=stale,
        is_draft=entry is None or entry.visibility == Visibility.DRAFT,
        fields=dialogue_queries.fields_of(here.dialogue),
    )


def _draw(here: Workspace, form: Form) -> str:
    actor = current_actor()
    scope = Scope("municipality", here.municipality_id)
    entries = queries.entries_in_work(actor, here)
    return render_template(
        "dialog/workspace.html",
        here=here,
        dialogue=here.dialogue,
        form=form,
        entries=entries,
        numbers=queries.public_numbers(here),
        lists=queries.lists_to_decide(here),
        confirmations=queries.confirmations_of(here),
        offers_to_confirm=len(queries.offers_to_confirm(current_actor(), here)),
        may_see_colleagues=ACCOUNT_RIGHTS.allows(actor, AccountPermission.SEE_COLLEAGUES, scope),
        changeable={one.id for one in entries if RIGHTS.allows(actor, Permission.WRITE_ENTRY, one)},
        place_key=f"municipality:{here.municipality_id}",
        kind_labels=KIND_LABELS,
        visibility_labels=VISIBILITY_LABELS,
        done=request.args.get("done", ""),
    )
