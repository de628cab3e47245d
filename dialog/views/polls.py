"""Voting with dots, results, and the buttons that move a poll on."""

from __future__ import annotations

import csv
import io
import random
from typing import Any

from flask import Response, render_template, request, url_for

from core import realtime
from core.actor import VISITOR
from core.ballot_form import BallotForm
from core.charts import Bar, bar_chart
from core.errors import Forbidden, Invalid
from core.i18n import gettext, in_all_languages, language, name_in, ngettext
from core.i18n import lazy_gettext as _l
from core.web import Answer, current_actor, page, submit, wants_json
from dialog.actions import polls as actions
from dialog.forms import PollForm, PollStepForm
from dialog.models import Dialogue, Poll
from dialog.permissions import RIGHTS, Permission
from dialog.queries import dialogues as dialogue_queries
from dialog.queries import merges as merge_queries
from dialog.queries import polls as queries
from dialog.queries import translations as translation_queries
from dialog.queries.polls import Result
from dialog.uniting import weights, written
from dialog.views.blueprint import blueprint
from dialog.vocabulary import (
    FIRST_BALLOTS_TO_PUBLISH,
    POLL_STATUS_LABELS,
    SMALLEST_GROUP,
    TIER_LABELS,
    PollStatus,
    together_text,
)
from region import queries as region_queries

BARS_SHOWN = 10


@blueprint.get("/polls")
def polls(slug: str) -> str:
    """What can be voted on now, and what came out of earlier polls."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    seen = queries.visible_polls(actor, dialogue)
    return render_template(
        "dialog/polls.html",
        dialogue=dialogue,
        open_polls=[poll for poll in seen if poll.status == PollStatus.OPEN],
        other_polls=[poll for poll in seen if poll.status in {PollStatus.DRAFT, PollStatus.CLOSED}],
        results=[
            (poll, queries.access_result(actor, poll)) for poll in seen if poll.status == PollStatus.PUBLISHED
        ],
        may_run=RIGHTS.allows(actor, Permission.RUN_POLL, dialogue),
        status_labels=POLL_STATUS_LABELS,
    )


@blueprint.get("/polls/<int:poll_id>")
def poll(slug: str, poll_id: int) -> str:
    """One poll: the ballot while it is open, the result when it is published."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    found = queries.access_poll(actor, dialogue, poll_id)
    return draw_poll(dialogue, found, BallotForm(), PollStepForm())


@blueprint.get("/polls/<int:poll_id>/region")
def poll_region(slug: str, poll_id: int) -> Response:
    """The part of a poll's page that changes while one looks at it, for everybody alike."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    found = queries.access_poll(actor, dialogue, poll_id)
    return realtime.region_response(
        found.version, lambda: draw_result_region(found), region=f"poll:{slug}.{found.id}"
    )


@blueprint.post("/polls/<int:poll_id>/vote")
def vote(slug: str, poll_id: int) -> Response:
    """Send a whole ballot."""
    actor = current_actor()
    form = BallotForm(request.form)
    if actor == VISITOR and form.sent and not wants_json():
        kept = _signed_out(slug, poll_id, form)
        if kept is not None:
            return kept
    # Who pressed a single button without a script goes on where they were and not at the top.
    card = f"item-{form.pressed}" if form.pressed is not None else None
    done = Answer(url_for("dialog.poll", slug=slug, poll_id=poll_id, done="voted", _anchor=card))

    def act() -> Answer:
        paper = queries.access_ballot_paper(actor, slug, poll_id)
        actions.cast_ballot(actor, paper, choices=form.sent, seen=form.seen)
        return done

    def show(form: BallotForm) -> str:
        dialogue = dialogue_queries.access_dialogue(actor, slug)
        return draw_poll(dialogue, queries.access_poll(actor, dialogue, poll_id), form, PollStepForm())

    return submit(form, act, show, foreseen=done)


def _signed_out(slug: str, poll_id: int, form: BallotForm) -> Response | None:
    """The page for somebody whose session ended while they gave points; None if there is nothing to keep."""
    poll = queries.access_poll(VISITOR, dialogue_queries.access_dialogue(VISITOR, slug), poll_id)
    public = queries.references_of(poll.items)
    given = [
        (item, form.sent[item.id])
        for item in poll.items
        if item.id in public and form.sent.get(item.id, 0) > 0
    ]
    if poll.status != PollStatus.OPEN or not given:
        return None
    html = render_template("dialog/signed_out_ballot.html", form=form, given=given)
    return page(html, Forbidden.status)


@blueprint.post("/polls/<int:poll_id>/step")
def run_poll(slug: str, poll_id: int) -> Response:
    """Open, close or publish a poll."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    found = queries.access_poll(actor, dialogue, poll_id)
    RIGHTS.require(actor, Permission.RUN_POLL, found)
    form = PollStepForm(request.form)

    def act() -> Answer:
        poll = queries.access_poll(actor, dialogue, poll_id)
        steps = {"open": actions.open_poll, "close": actions.close_poll, "publish": actions.publish_poll}
        if form.step.data not in steps:
            raise Invalid(_l("Please choose what should happen with this poll."))
        steps[form.step.data](actor, poll)
        return Answer(url_for("dialog.poll", slug=slug, poll_id=poll_id, done=form.step.data))

    def show(form: PollStepForm) -> str:
        present = queries.access_poll(actor, dialogue, poll_id)
        return draw_poll(dialogue, present, BallotForm(), form)

    return submit(form, act, show)


@blueprint.route("/polls/prepare", methods=["GET", "POST"])
def prepare_poll(slug: str) -> Response:
    """Draft a dot vote on the needs of one topic."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    RIGHTS.require(actor, Permission.RUN_POLL, dialogue)
    form = PollForm(request.form if request.method == "POST" else None)
    fields = dialogue_queries.fields_of(dialogue)
    form.offer(fields)

    def show(form: PollForm) -> str:
        return render_template("dialog/prepare_poll.html", dialogue=dialogue, form=form, fields=fields)

    if request.method != "POST":
        return page(show(form))

    def act() -> Answer:
        field = region_queries.access_field(actor, dialogue.field_set_id, form.field.data)
        poll = actions.prepare_poll(
            actor,
            dialogue,
            field,
            titles=field.names,
            questions=in_all_languages(
                lambda code: gettext("%(field)s: What matters most?", field=name_in(field.names, code))
            ),
            dots=form.dots.data or 0,
            max_per_item=form.max_per_item.data or 0,
            closes_at=form.closing_moment,
        )
        return Answer(url_for("dialog.poll", slug=slug, poll_id=poll.id))

    return submit(form, act, show)


@blueprint.get("/polls/<int:poll_id>/ballots.csv")
def ballots_file(slug: str, poll_id: int) -> Response:
    """The counted ballots for recounting: shuffled rows with numbers that mean nothing, or totals only.

    Beside each item stands its register number, which is empty where the need is not public any more.
    """
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    found = queries.access_poll(actor, dialogue, poll_id)
    ballots = queries.published_ballots(actor, found)
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    if len(ballots) < FIRST_BALLOTS_TO_PUBLISH:
        table.writerow(["item", "reference", "points", "voters"])
        for line in sorted(queries.access_result(actor, found).lines, key=lambda line: line.item_id):
            table.writerow([line.item_id, line.reference, line.points, line.voters])
    else:
        random.SystemRandom().shuffle(ballots)
        references = queries.references_of(found.items)
        table.writerow(["voter", "item", "reference", "value"])
        for voter, choices in enumerate(ballots, start=1):
            for item, points in sorted(choices.items()):
                table.writerow([voter, item, references.get(item, ""), points])
    response = Response(out.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="poll-{found.id}-ballots.csv"'
    return response


def draw_poll(dialogue: Dialogue, poll: Poll, form: BallotForm, step: PollStepForm) -> str:
    """The page of a poll for whoever asks."""
    actor = current_actor()
    own = queries.own_ballot(actor, poll)
    # What stands together is one line, with what its voter's points weigh on it.
    heads = merge_queries.heads_in(poll.id)
    saved = weights(own or {}, heads, poll.rules["max_per_item"])
    given = form.given(saved)
    result = (
        queries.access_result(actor, poll) if RIGHTS.allows(actor, Permission.READ_RESULT, poll) else None
    )
    staff_result = shown_result(poll, result) if result and poll.status == PollStatus.CLOSED else None
    here = language()
    return render_template(
        "dialog/poll.html",
        here_read=here,
        translations=translation_queries.shown_in(
            here, [item.ref_id for item in poll.items if item.ref_kind == "contribution"]
        ),
        dialogue=dialogue,
        poll=poll,
        items=[one for one in queries.in_own_order(actor, poll) if heads.get(one.id, one.id) == one.id],
        together={head: together_text(list(heads.values()).count(head)) for head in set(heads.values())},
        references=queries.references_of(poll.items),
        form=form,
        step=step,
        given=given,
        saved=saved,
        seen=written(saved),
        left=poll.rules["dots"] - sum(given.values()),
        voted=own is not None,
        may_vote=RIGHTS.allows(actor, Permission.VOTE, poll),
        counts_apart=actor.tier == "C" and actor.tier not in poll.rules["counted_tiers"],
        may_run=RIGHTS.allows(actor, Permission.RUN_POLL, poll),
        status_labels=POLL_STATUS_LABELS,
        # Staff read a result that is not published yet in place of the sentence that it is still to come.
        region=None
        if staff_result
        else realtime.cached(
            f"poll:{dialogue.slug}.{poll.id}", poll.version, lambda: draw_result_region(poll)
        ),
        staff_result=staff_result,
        done=request.args.get("done", ""),
    )


def draw_result_region(poll: Poll) -> str:
    """What everybody sees of a poll's state: that it runs, that it is being counted, or its result."""
    result = queries.public_result(poll)
    return render_template(
        "dialog/_poll.html",
        poll=poll,
        shown=shown_result(poll, result) if result else None,
        status=PollStatus,
        label=POLL_STATUS_LABELS[PollStatus(poll.status)],
    )


def shown_result(poll: Poll, result: Result) -> dict[str, Any]:
    """A ranking as its template takes it: picture, lines, and what may be said of the people."""
    colour = poll.field.colour if poll.field else ""
    chart = bar_chart(
        [
            Bar(f"{line.rank}. {line.title}", line.points, str(line.points), colour=colour)
            for line in result.lines[:BARS_SHOWN]
        ],
        title=gettext("Points in “%(poll)s”", poll=name_in(poll.titles)),
        summary=summary_of(poll, result),
        header=(gettext("Need"), gettext("Points")),
    )
    return {
        "result": result,
        "chart": chart,
        "bars_shown": BARS_SHOWN,
        "smallest": SMALLEST_GROUP,
        "tier_labels": TIER_LABELS,
        "recountable": result.ballots >= FIRST_BALLOTS_TO_PUBLISH,
    }


def summary_of(poll: Poll, result: Result) -> str:
    """The result in one sentence."""
    if not result.ballots and result.ballots_not_counted:
        return gettext(
            "No ballot counts for the order. Ballots of people who registered themselves are counted apart."
        )
    if not result.ballots or not result.lines:
        return gettext("Nobody has voted here.")
    first = result.lines[0]
    return ngettext(
        "%(num)s person has voted. “%(first)s” has the most points: %(points)s.",
        "%(num)s people have voted. “%(first)s” has the most points: %(points)s.",
        result.ballots,
        first=first.title,
        points=first.points,
    )
