"""What a public body must show: imprint, privacy, accessibility; and the form in which staff keep it."""

from __future__ import annotations

from flask import Response, render_template, request, url_for

from accounts.cookies import REGISTER
from accounts.queries import privacy as account_queries
from core import inventory, markdown, retention
from core.errors import Sentence
from core.i18n import gettext, ngettext
from core.inventory import BASIS_LABELS, Activity
from core.retention import Rule
from core.web import Answer, current_actor, page, submit
from pages.forms import NoticesForm
from pages.views.blueprint import blueprint
from region import actions as region_actions
from region import queries as region_queries
from region.notices import ACCESSIBILITY, METHODS, NAMES, missing
from region.permissions import RIGHTS, Permission

_FIRST = ("taking_part", "registration", "contributions", "votes", "codes", "sign_in", "moderation")
"""What most people want to know stands first in the privacy notice."""


@blueprint.get("/imprint")
def imprint() -> str:
    """Who publishes this site and how to reach them."""
    return _show("pages/imprint.html")


@blueprint.get("/privacy")
def privacy() -> str:
    """What is kept, why, for how long and who gets it, as the inventory says; and the rights of people."""
    return _show(
        "pages/privacy.html",
        activities=[(activity, kept_for(activity)) for activity in activities_about_people()],
        bases=BASIS_LABELS,
        cookies=REGISTER,
    )


@blueprint.get("/accessibility")
def accessibility() -> str:
    """The declaration on accessibility, in the order of the state's model."""
    return _show("pages/accessibility.html", statuses=ACCESSIBILITY, methods=METHODS)


@blueprint.route("/notices/edit", methods=["GET", "POST"])
def edit_notices() -> Response:
    """Enter what imprint, privacy and accessibility say; what is empty is listed as missing."""
    actor = current_actor()
    notices = region_queries.access_notices(actor)
    form = NoticesForm.from_request() if request.method == "POST" else NoticesForm(obj=notices)

    def show(form: NoticesForm) -> str:
        return render_template(
            "pages/edit_notices.html",
            form=form,
            missing=missing(notices),
            names=NAMES,
            done=request.args.get("done"),
        )

    if request.method == "GET":
        return page(show(form))

    def act() -> Answer:
        region_actions.write_notices(actor, form.facts())
        return Answer(url_for("pages.edit_notices", done="saved"))

    return submit(form, act, show)


def activities_about_people() -> list[Activity]:
    """The activities that keep something about people, what concerns most people first."""
    used = {table.activity for table in inventory.TABLES.values() if table.is_personal} | {
        "forms",
        "logs",
        "erasure",
    }
    first = [key for key in _FIRST if key in used]
    rest = [key for key in inventory.ACTIVITIES if key in used and key not in _FIRST]
    return [inventory.ACTIVITIES[key] for key in (*first, *rest)]


def kept_for(activity: Activity) -> list[Sentence]:
    """For how long something is kept, in sentences with the periods that are set."""
    days = account_queries.periods()
    said: list[Sentence] = [activity.kept] if activity.kept else []
    for key in activity.rules:
        rule = retention.RULES[key]
        said.append(f"{rule.what}: {period(days[key], rule)}")
    return said


def period(days: int, rule: Rule) -> str:
    """After which time a rule takes something away, in words."""
    if not days:
        return gettext("at once %(after)s", after=rule.after)
    return ngettext("%(num)s day %(after)s", "%(num)s days %(after)s", days, after=rule.after)


def _show(template: str, **values: object) -> str:
    notices = region_queries.notices()
    return render_template(
        template,
        notices=notices,
        county=region_queries.county(),
        trusted=markdown.stored,
        missing=missing(notices),
        may_edit=RIGHTS.allows(current_actor(), Permission.EDIT_NOTICES),
        **values,
    )
