"""Codes on paper: sheets of slips to hand out, and what was made so far.

A code is shown once, in the answer to the form that made it. The same form sent again, such as by loading
the page anew, shows the same codes again as long as the session lasts: they follow from its secret, so that
nothing of them is kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from flask import Response, current_app, render_template, request, url_for

from accounts import queries as account_queries
from accounts.models import PersonalCode
from accounts.permissions import Scope
from core.actor import Actor
from core.web import Answer, current_actor, page, secret_seed, submit
from dialog.actions import slips as actions
from dialog.models import Dialogue, DialogueEvent
from dialog.permissions import RIGHTS, Permission
from dialog.queries import dialogues as dialogue_queries
from dialog.slip_forms import ButtonForm, HandOutForm, SlipsForm
from dialog.slip_sheets import Occasion, sheets, slip_of
from dialog.views.blueprint import blueprint
from dialog.vocabulary import SMALLEST_GROUP, TIER_LABELS
from region import queries as region_queries


@blueprint.route("/slips", methods=["GET", "POST"])
def slips(slug: str) -> Response:
    """Make slips to hand out; below, what was made before. The answer is the sheets, for printing now."""
    actor, dialogue = _dialogue(slug)
    form = SlipsForm(request.form if request.method == "POST" else None)
    offer(form, actor, dialogue)
    if request.method == "GET":
        return page(_show(actor, dialogue, form))
    seed = secret_seed(form.key)

    def act() -> Answer:
        _, dialogue = _dialogue(slug)
        batch = actions.make_slips(
            actor,
            dialogue,
            event_of(actor, dialogue, form),
            number=form.number.data or 0,
            label=form.label.data or "",
            seed=seed,
            write_until=form.end,
        )
        return Answer(url_for("dialog.slips", slug=slug), {"batch": batch.id, "size": batch.size})

    def reveal(answer: Answer) -> Response:
        _, dialogue = _dialogue(slug)
        made = account_queries.codes_of_seeds(seed, range(1, answer.data["size"] + 1))
        return show_sheets(dialogue, event_of(actor, dialogue, form), form, list(made.values()))

    return submit(form, act, lambda form: _show(actor, dialogue, form), reveal=reveal)


@blueprint.post("/slips/<int:code_batch_id>/revoke")
def revoke_slips(slug: str, code_batch_id: int) -> Response:
    """Make void what nobody has used of a batch."""
    actor, dialogue = _dialogue(slug)
    account_queries.access_batch(actor, Scope("dialogue", dialogue.id), code_batch_id)
    form = ButtonForm.from_request()

    def act() -> Answer:
        _, dialogue = _dialogue(slug)
        batch = account_queries.access_batch(actor, Scope("dialogue", dialogue.id), code_batch_id)
        actions.revoke_unused_slips(actor, dialogue, batch)
        return Answer(url_for("dialog.slips", slug=slug, done="revoked"))

    def show(form: ButtonForm) -> str:
        _, dialogue = _dialogue(slug)
        fresh = SlipsForm()
        offer(fresh, actor, dialogue)
        fresh.alerts = form.alerts
        return _show(actor, dialogue, fresh)

    return submit(form, act, show)


def offer(form: HandOutForm, actor: Actor, dialogue: Dialogue) -> None:
    """Fill the lists of a form for codes on paper."""
    languages = current_app.config["LANGUAGES"][1:]
    form.offer(dialogue_queries.visible_events(actor, dialogue), languages)


def event_of(actor: Actor, dialogue: Dialogue, form: HandOutForm) -> DialogueEvent | None:
    """The event chosen in a form, or None for the whole dialogue. Raises NotFound for any other."""
    if not form.event.data:
        return None
    return dialogue_queries.access_event(actor, dialogue, form.event.data)


def occasion_of(dialogue: Dialogue, event: DialogueEvent | None) -> Occasion:
    """What the slips of an event, or of a whole dialogue, say on top."""
    county = region_queries.county()
    return Occasion(
        county=county.name if county else "",
        titles=event.titles if event else dialogue.titles,
        public_url=current_app.config["SETTINGS"].public_url,
        starts_at=event.starts_at if event else None,
        ends_at=event.ends_at if event else None,
        place=event.place if event else "",
    )


def show_sheets(
    dialogue: Dialogue,
    event: DialogueEvent | None,
    form: HandOutForm,
    made: Sequence[tuple[str, PersonalCode]],
    *,
    references: Mapping[str, str] = MappingProxyType({}),
    second: Mapping[str, str] = MappingProxyType({}),
    **values: Any,
) -> Response:
    """The page with the slips, for printing now.

    By slip number, `references` are the office's own and `second` the languages that were asked for; one that
    the screens do not have is replaced by the form's.
    """
    occasion = occasion_of(dialogue, event)
    offered = current_app.config["LANGUAGES"]
    wishes = {number: wish for number, wish in second.items() if wish in offered}
    drawn = sheets(
        occasion,
        (
            slip_of(
                occasion,
                code,
                kept.slip_number,
                second=wishes.get(kept.slip_number, form.second_language),
                reference=references.get(kept.slip_number, ""),
            )
            for code, kept in made
        ),
        per_sheet=form.sheet_size,
    )
    return shown_once(
        render_template(
            "dialog/slips_sheet.html", dialogue=dialogue, number=len(made), form=form, **drawn, **values
        )
    )


def shown_once(html: str) -> Response:
    """A page with codes: no browser and nothing between keeps it."""
    response = page(html)
    response.headers["Cache-Control"] = "no-store"
    return response


def _dialogue(slug: str) -> tuple[Actor, Dialogue]:
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    RIGHTS.require(actor, Permission.HAND_OUT_CODES, dialogue)
    return actor, dialogue


def _show(actor: Actor, dialogue: Dialogue, form: SlipsForm) -> str:
    events = {event.id: event for event in dialogue_queries.visible_events(actor, dialogue)}
    return render_template(
        "dialog/slips.html",
        dialogue=dialogue,
        form=form,
        button_form=ButtonForm(),
        batches=account_queries.visible_batches(actor, Scope("dialogue", dialogue.id)),
        events=events,
        tier_labels=TIER_LABELS,
        smallest=SMALLEST_GROUP,
        done=request.args.get("done", ""),
    )
