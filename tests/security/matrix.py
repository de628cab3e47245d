"""The matrix of rights: every route × what it is about × who asks, with the status each of them gets.

`docs/rights.csv` is that table as a person reads it. After a change that is meant to change it:

    python -m tests.security.matrix

writes it anew, and what changed is read in the difference before it is committed.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from werkzeug.test import TestResponse

from accounts.permissions import Scope
from core.config import ROOT
from core.permissions import Rights
from tests import factories
from tests.client import Client
from tests.conftest import Maker
from tests.factories import Person
from tests.security.routes import Ground, addresses
from tests.site import Site, a_site

FILE = ROOT / "docs" / "rights.csv"
NEED = {"text": "Es fehlt ein Bus.", "field": "wohnen", "municipality": "county", "language": "de"}
WORDS = {"title": "Neuer Dialog", "question": "Was fehlt?"}
DAY = {
    "title": "Dialogtag",
    "day": "2027-11-19",
    "begins": "09:00",
    "ends": "16:30",
    "format": "on_site",
    "groups_per_person": "2",
}
ENTRY = {"name": "Plenum", "begins": "12:00", "ends": "12:30", "format": "plenary"}
STEP = {"name": "Sammeln", "minutes": "12", "prompt": "Was fehlt?", "allows": "cards", "asks_for": "need"}
ROLES = (
    "visitor",
    "participant",
    "former participant",
    "participant of another dialogue",
    "author",
    "coordinator",
    "coordinator of another dialogue",
    "administrator",
    "auditor",
)
DECISIONS = {"waiting": "publish", "returned": "publish", "public": "hide", "hidden": "restore"}
STEPS = {"draft": "open", "open": "close"}
_CHANGING = re.compile(
    rb'name="_key" value="[^"]*"|data-live-token="[^"]*"|<time[^>]*>[^<]*</time>|<strong class="vs-num">\w+<'
    # What is made anew for each device that proves a second factor.
    rb'|name="offer"[^>]*>|<svg [^>]*class="vs-qr".*?</svg>|href="otpauth:[^"]*"'
    rb'|class="vs-secret"[^>]*>[^<]*<'
)


@dataclass(frozen=True)
class Cell:
    """One request somebody makes."""

    route: str
    method: str
    about: str
    role: str
    path: str
    data: tuple[tuple[str, str], ...] = ()

    @property
    def row(self) -> tuple[str, str, str]:
        """What stands at the left of its line in the table."""
        return self.route, self.method, self.about


@dataclass(frozen=True)
class Outcome:
    """What came of it: the status, and the page without what differs every time."""

    status: int
    page: str


class Matrix:
    """All cells on one ground, which is put back after each request that could have changed it."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self.app = site.app
        self.ground: Ground
        self.tokens: dict[str, str] = {}
        self._items: dict[str, int] = {}
        self._foreign_session = ""
        self._municipality = ""
        # The state is kept once per worker; the numbers in it are the same every time it is put back.
        self._state = f"matrix_{id(self)}"
        site.start_from(self._state, self._build)

    def _build(self) -> None:
        make = Maker(self._site.app)
        self.ground = addresses(make)
        elsewhere = make.dialogue("dort")
        people: dict[str, Person] = {
            "participant": make.participant(),
            "former participant": make.participant(writes=False),
            "participant of another dialogue": make.participant(elsewhere),
            "author": self.ground.author,
            "coordinator": make.account("coordinator"),
            "coordinator of another dialogue": make.account("coordinator", Scope("dialogue", elsewhere.id)),
            "administrator": make.account("administrator"),
            "auditor": make.account("auditor"),
        }
        self.ground.batch = make.batch(people["coordinator"]).id
        self.tokens = {role: factories.session(person) for role, person in people.items()}
        other = factories.session(make.participant())
        self._foreign_session = factories.session_id(other)
        self._municipality = f"municipality_editor municipality:{self.ground.numbers['municipality_id']}"
        self._items = {status: factories.first_item(poll) for status, poll in self.ground.polls.items()}

    def cells(self) -> list[Cell]:
        """Every cell there is, line by line."""
        found = []
        for route, rule, methods in self.ground.rules:
            for method in sorted(methods - {"HEAD"}):
                for about, path in self._things(rule):
                    data = tuple(self._data(route, about).items()) if method == "POST" else ()
                    found += [Cell(route, method, about, role, path, data) for role in ROLES]
        return found

    def _things(self, rule: str) -> Iterator[tuple[str, str]]:
        if "<reference>" in rule:
            for state in self.ground.contributions:
                yield f"{state} contribution", self.ground.address(rule, contribution=state)
        elif "poll_id>" in rule:
            for status in self.ground.polls:
                yield f"{status} poll", self.ground.address(rule, poll=status)
        elif "<event_slug>" in rule:
            for state in self.ground.events:
                yield f"{state} event", self.ground.address(rule, event=state)
        else:
            yield "", self.ground.address(rule)

    def _data(self, route: str, about: str) -> dict[str, str]:
        state = about.split(" ")[0]
        sent: dict[str, dict[str, str]] = {
            "accounts.send_sign_in": {"login": "nobody", "password": "none of them knows it"},
            "accounts.send_second_step": {"code": "000000"},
            "accounts.send_recovery_code": {"recovery_code": "00000-00000"},
            "accounts.send_code": {"code": "0000000000"},
            "accounts.end_session": {"session": self._foreign_session},
            "accounts.give_role": {"role_at": "auditor county"},
            "accounts.take_role": {"role": "coordinator", "scope_kind": "county", "scope_id": ""},
            "accounts.open_or_close": {"decision": "close"},
            "accounts.invite": {"role_at": self._municipality, "label": "Stelle", "days": "7"},
            "accounts.open_invitation": {"code": "0000000000"},
            "accounts.redeem_invitation": {"code": "0000000000", "login": "neu"},
            "accounts.accept_invitation": {"code": "0000000000"},
            "dialog.contribute": NEED,
            "dialog.revise": {**NEED, "based_on": "1"},
            "dialog.correct_heading": {"title": "Deutschkurse", "based_on": "2"},
            "dialog.sort_contribution": {"kind": "offer", "field": "sprache", "based_on": "2"},
            "dialog.decide_many": {
                "decision": "hide",
                "reason": "advertising",
                "chosen": f"{self.ground.contributions['waiting']}:1",
            },
            "dialog.text_blocks": {"step": "suggest"},
            "dialog.translate": {"text": "Words in another language.", "based_on": "0"},
            "dialog.take_translation_out": {"based_on": "1"},
            "workshops.translate_card": {"text": "Words in another language.", "based_on": "0"},
            "workshops.take_card_translation_out": {"based_on": "1"},
            "dialog.object_to_hiding": {"text": "Bitte noch einmal lesen."},
            "dialog.objection": {"verdict": "grant"},
            "dialog.merge": {"lead": self.ground.contributions["public"]},
            "dialog.decide_merge": {"step": "part"},
            "dialog.object_to_merge": {"text": "Meines ist anders."},
            "workshops.harvest": {"step": "close"},
            "dialog.type_in": {**NEED, "kind": "need", "channel": "paper"},
            "dialog.moderate": {"decision": DECISIONS.get(state, "publish"), "reason": "insult"},
            "dialog.details": {"based_on": "0"},
            "dialog.offers_kept": {"months": "6"},
            "dialog.check_offer": {"found": "ended"},
            "dialog.confirm_offer": {"answer": "exists"},
            "dialog.join": {"code": factories.EVENT_CODE},
            "dialog.event_code": {"step": "open"},
            "dialog.check_in": {"one": "999999"},
            "dialog.undo_walk_in": {"slip": self.ground.slip_number},
            "dialog.check_in_slip": {"event": self.ground.events["published"]},
            "dialogues.found": WORDS | {"field_set": "fields"},
            "dialog.edit_dialogue": WORDS | {"based_on": "1"},
            "dialog.edit_step": {"when": "2028", "text": "Beschluss", "done": "", "based_on": "1"},
            "dialog.arrange_steps": {"step": "remove-1", "based_on": "1"},
            "dialog.plan_event": DAY,
            "dialog.edit_event": DAY | {"day": "2021-11-19", "based_on": "1"},
            "dialog.move_event": {"way": "minutes", "minutes": "15", "based_on": "1"},
            "dialog.copy_event": {"day": "2028-11-19", "begins": "09:00", "dialogue": "probe"},
            "dialog.switch_event": {"step": "code"},
            "dialog.add_item": ENTRY,
            "dialog.edit_item": ENTRY | {"based_on": "1"},
            "dialog.arrange_items": {"step": f"remove-{self.ground.items.get(state, 0)}", "based_on": "1"},
            "dialog.add_group": {"name": "Eine Gruppe"},
            "dialog.edit_group": {"name": "Eine Gruppe", "based_on": "1"},
            "dialog.arrange_groups": {"step": f"remove-{self.ground.groups.get(state, 0)}", "based_on": "1"},
            "dialog.join_group": {"group": str(self.ground.group)},
            "dialog.leave_group": {"group": str(self.ground.group)},
            "dialog.signup": {f"group-{self.ground.group}": "1"},
            "dialog.change_registration": {"role": "resident"},
            "dialog.prepare_poll": {"field": "sprache", "dots": "5", "max_per_item": "2"},
            "workshops.write_card": {
                "lane": str(self.ground.numbers["lane_id"]),
                "text": "Es fehlt ein Bus.",
                "field": "sprache",
                "language": "de",
            },
            "workshops.correct_card": {
                "text": "Es fehlt ein Bus am Abend.",
                "field": "sprache",
                "language": "de",
                "based_on": "1",
            },
            "workshops.order_card": {"step": "label", "label": "wichtig"},
            "workshops.set_up_board": {"step": "check"},
            "workshops.sort_cards": {
                "step": "label",
                "label": "wichtig",
                "card": str(self.ground.numbers["card_id"]),
            },
            "workshops.set_up_lane": {"step": "back"},
            "workshops.give_points": {},
            "workshops.people": {"step": "choose", "name": "Amira"},
            "dialog.vote": {f"item-{self._items.get(state, 0)}": "1"},
            "dialog.run_poll": {"step": STEPS.get(state, "publish")},
            "dialog.slips": {"number": "2", "label": "Rathaus"},
            "dialog.invite": {"label": "Beirat", "rows": "Bezeichnung\nA\n"},
            "dialog.help_desk": {"number": self.ground.slip_number},
            "dialog.extend_slip": {"until": "2099-01-01"},
            "workshops.keep_time": {"step": "pause"},
            "workshops.call_help": {"text": "Kein Ton."},
            "workshops.control_round": {"step": "extend-5"},
            "workshops.send_message": {"text": "Bald ist Pause.", "to": "0"},
            "workshops.arrange_script": {"step": f"up-{self.ground.numbers['step_id']}"},
            "workshops.add_step": STEP,
            "workshops.edit_step": STEP | {"based_on": "1"},
            "workshops.move_person": {"slip": "Z-00000", "round": "0", "group": "0"},
            "workshops.plenary": {"first": "3", "dots": "5", "max_per_item": "2"},
            "accounts.download_my_data": {"proof": "0000000000"},
            "accounts.erase_me": {"proof": "0000000000", "texts": "keep", "sure": "y"},
            "accounts.erasures": {"slip": "Z-00000", "channel": "phone", "texts": "keep"},
            "accounts.decide_erasure": {"request": "999", "decision": "drop"},
            "pages.edit_notices": {"office_name": "Landratsamt"},
            "pages.set_period": {"days": "400"},
            "pages.set_hold": {"reason": "Klage"},
            "pages.lift_hold": {"reason": "Urteil"},
            "concept.release": {"note": "Neues."},
            "concept.withdraw_version": {"reason": "Die Zahlen waren falsch."},
            "concept.add_goal": {"text": "Alle lernen."},
            "concept.edit_goal": {"text": "Alle lernen.", "number": "1", "based_on": "1"},
            "concept.place_goal": {"step": "return", "based_on": "1"},
            "concept.add_measure": {"title": "Abendkurs", "status": "planned"},
            "concept.goal_history": {"number": "1", "based_on": "1"},
            "concept.measure_history": {"number": "1", "based_on": "2"},
            "concept.edit_measure": {
                "title": "Abendkurs",
                "number": "1",
                "goal": str(self.ground.numbers["goal_id"]),
                "status": "planned",
                "based_on": "2",
            },
            "concept.place_measure": {"step": "remove", "based_on": "2"},
            "concept.add_indicator": {"name": "Kurse", "based_on": "2"},
            "concept.edit_indicator": {"name": "Kurse", "based_on": "2"},
            "concept.place_indicator": {"step": "remove", "based_on": "2"},
            "concept.sources": {"add": f"contribution:{self.ground.contributions['public']}"},
            "concept.answer": {"reason": "Dafür ist das Land zuständig."},
            "concept.place_linked": {"kind": "offers_list"},
            "concept.edit_linked": {"field": "sprache", "by": "first", "number": "3", "based_on": "1"},
            "concept.keep_linked": {"step": "freeze", "based_on": "1"},
            "pages.add_figure": {"name": "Einwohner", "amounts": "1000"},
            "pages.edit_figure": {"name": "Einwohner", "amounts": "1000", "based_on": "1"},
            "dialog.split": {
                "text-0": "Ein Kurs.",
                "kind-0": "need",
                "field-0": "sprache",
                "text-1": "Ein Bus.",
                "kind-1": "need",
                "field-1": "sprache",
                "based_on": "1",
            },
            "pages.add_organisation": {"name": "Träger", "kind": "Verein"},
            "pages.edit_organisation": {"name": "Träger", "kind": "Verein", "based_on": "1"},
            "pages.add_task": {"title": "Wohnberatung"},
            "pages.rename_task": {"title": "Beratung vor Ort", "based_on": "1"},
            "pages.remove_municipal_task": {"sure": "y", "based_on": "1"},
            "pages.set_responsible": {"places": "all", "form": "county", "based_on": "1"},
            "concept.answers_due": {"number": "2"},
            "concept.write_text": {"text": "So ist es.", "based_on": "2"},
            "concept.restore_text": {"number": "1", "based_on": "2"},
            "concept.structure": {"step": "hide:field-sprache"},
            "concept.add_section": {"title": "Grußwort"},
            "concept.edit_section": {
                "title": "Wie es ist",
                "seen": '{"de": "Wie es ist", "en": "How things are"}',
            },
            "concept.decisive_poll": {"poll": str(self.ground.polls["published"])},
        }
        return {"_key": "key-of-the-matrix-of-rights", **sent.get(route, {})}

    def run(self, cell: Cell) -> Outcome:
        """Make the request of one cell and put everything back."""
        browser = Client(self._site.app)
        if cell.role in self.tokens:
            browser.plant(self.tokens[cell.role])
        if cell.method == "GET":
            return _outcome(browser.get(cell.path))
        outcome = _outcome(browser.post(cell.path, dict(cell.data)))
        if outcome.status < 400:
            self.put_back()
        return outcome

    def put_back(self) -> None:
        """Have the ground again as it was."""
        self._site.start_from(self._state)


def _outcome(response: TestResponse) -> Outcome:
    page = _CHANGING.sub(b"", response.data) + (response.location or "").encode()
    return Outcome(response.status_code, hashlib.sha256(page).hexdigest())


@contextmanager
def consulted() -> Iterator[set[Any]]:
    """The permissions that are asked for meanwhile."""
    seen: set[Any] = set()
    allows, require = Rights.allows, Rights.require

    def note_allows(self: Rights[Any], actor: Any, permission: Any, context: Any = None) -> bool:
        seen.add(permission)
        return allows(self, actor, permission, context)

    def note_require(self: Rights[Any], actor: Any, permission: Any, context: Any = None) -> None:
        seen.add(permission)
        require(self, actor, permission, context)

    Rights.allows, Rights.require = note_allows, note_require  # type: ignore[method-assign]
    try:
        yield seen
    finally:
        Rights.allows, Rights.require = allows, require  # type: ignore[method-assign]


Statuses = dict[tuple[str, str, str], dict[str, int]]


def table(statuses: Statuses) -> str:
    """The matrix as the file has it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["route", "method", "about", *ROLES])
    for row, by_role in sorted(statuses.items()):
        writer.writerow([*row, *(by_role[role] for role in ROLES)])
    return out.getvalue()


def read(text: str) -> Statuses:
    """The matrix out of the file."""
    lines = csv.DictReader(io.StringIO(text))
    return {
        (line["route"], line["method"], line["about"]): {role: int(line[role]) for role in ROLES}
        for line in lines
    }


def run_all(matrix: Matrix) -> Statuses:
    """Every cell's status."""
    statuses: Statuses = {}
    for cell in matrix.cells():
        statuses.setdefault(cell.row, {})[cell.role] = matrix.run(cell).status
    return statuses


def main() -> None:
    """Write the table anew."""
    with tempfile.TemporaryDirectory() as folder, a_site(Path(folder)) as site:
        FILE.write_text(table(run_all(Matrix(site))), "utf-8")
    print(f"{FILE.relative_to(ROOT)} is written; read what has changed before you commit it.")


if __name__ == "__main__":
    sys.exit(main())
