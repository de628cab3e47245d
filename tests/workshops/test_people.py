"""Who is at a board: counted once each, gone with their last page, and named only if they choose to be."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from accounts.actions import retention
from accounts.queries import privacy as privacy_queries
from core.actor import SYSTEM
from core.clock import now
from core.db import db
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.realtime import presence
from core.realtime.pushes import Coalescer
from core.transaction import transaction
from dialog.models import DialogueEvent, LegalHold
from tests import factories
from tests.client import Client
from tests.conftest import Maker
from tests.dialog.ground import count, facts
from tests.factories import BoardMade, Person
from tests.workshops.ground import Browse, Connect, news, watch
from workshops.actions import names as actions
from workshops.models import BoardName
from workshops.queries import boards as board_queries
from workshops.queries import names as queries

inside = pytest.mark.usefixtures("inside")


def here(person: Person, at: BoardMade) -> board_queries.BoardHere:
    return board_queries.access_board_by_id(person.actor, at.id)


def said(browser: Client, at: BoardMade) -> str:
    """What the board tells of the people there, as a page reads it that looks again."""
    return " ".join(browser.get(f"{at.path}/people/region", 200).get_data(as_text=True).split())


def choose(browser: Client, at: BoardMade, name: str, status: int = 303) -> None:
    browser.get(f"{at.path}/people", 200)
    browser.send(browser.form_here(f"{at.path}/people", step="choose"), {"name": name}, status)


def test_everybody_counts_once_and_no_more_when_their_last_page_is_closed(
    make: Maker, browse: Browse, sockets: Connect
) -> None:
    at = make.board()
    phone, lead = browse(at.member), browse(at.lead)
    region = f"people:{at.id}"
    connections = [sockets(phone, at.path), sockets(phone, at.path), sockets(lead, at.path)]
    for one in connections:
        assert watch(one, region) == {"ok": True}
    assert "2 Personen sind gerade hier" in said(phone, at)

    connections[0].disconnect()
    assert "2 Personen" in said(phone, at)
    connections[1].disconnect()
    assert "1 Person ist gerade hier" in said(lead, at)
    # The big screen and the control room look on; they are nobody.
    assert watch(sockets(lead, f"{at.path}/projector"), f"show:{at.id}") == {"ok": True}
    assert "1 Person ist" in said(lead, at)


def test_who_comes_is_told_to_those_who_are_there(
    make: Maker, browse: Browse, sockets: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Several who come within a second are told of in one push; here every one counts.
    monkeypatch.setattr(Coalescer, "ask", lambda *_: 0)
    at, other = make.board(), make.board(number=2)
    phone, lead = browse(at.member), browse(at.lead)
    region = f"people:{at.id}"
    first = sockets(phone, at.path)
    assert watch(first, region) == {"ok": True}
    news(first)
    lead.get(at.path, 200)
    (told,) = news(first)
    assert "2 Personen sind gerade hier" in " ".join(told["html"].split())
    # Whoever counted already by asking for the page does so once when it is watched.
    assert watch(sockets(lead, at.path), region) == {"ok": True}
    assert news(first) == []
    assert told["version"] <= int(lead.get(f"{at.path}/people/region", 200).headers["ETag"].strip('W/"'))
    assert watch(sockets(browse(other.member), other.path), region) == {"ok": False, "code": "unknown"}


def test_the_control_room_shows_how_many_have_each_board_open(
    make: Maker, browse: Browse, sockets: Connect
) -> None:
    at = make.board()
    day = at.path.rpartition("/boards/")[0]
    phone, coordination = browse(at.member), browse(make.account("coordinator"))
    room = sockets(coordination, f"{day}/control?round=1")
    part = next(one for one in coordination.page.walk() if one.has("data-live-region"))
    assert watch(room, part["data-live-region"]) == {"ok": True}
    assert "Tafel offen" not in coordination.text
    assert "1 hat einen Platz" in coordination.text

    phone.get(at.path, 200)

    assert max(told["version"] for told in news(room)) > int(part["data-live-version"])
    again = coordination.get(part["data-live-url"], 200).get_data(as_text=True)
    assert "1 Person hat das Board offen" in again


def test_without_a_script_whoever_asked_for_the_board_counts_for_some_minutes(
    make: Maker, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = make.board()
    phone = browse(at.member)
    phone.get(at.path, 200)
    phone.get(at.path, 200)
    assert "1 Person ist gerade hier" in phone.text
    moment = presence.time.monotonic() + presence.COUNTS_SECONDS + 1
    monkeypatch.setattr(presence.time, "monotonic", lambda: moment)
    assert "0 Personen" in said(phone, at)


def test_a_name_is_shown_to_the_group_while_its_bearer_is_there(make: Maker, browse: Browse) -> None:
    at = make.board()
    phone, lead = browse(at.member), browse(at.lead)
    choose(phone, at, "  Amira \u202e K. ")
    phone.get(at.path, 200)
    assert "1 Person ist gerade hier: Amira K." in " ".join(phone.text.split())
    lead.get(at.path, 200)
    assert "2 Personen sind gerade hier: Amira K. und 1 weitere" in " ".join(lead.text.split())
    assert at.member.actor.key not in lead.get(f"{at.path}/people", 200).get_data(as_text=True)

    phone.get(f"{at.path}/people", 200)
    phone.follow(phone.send(phone.form_here(f"{at.path}/people", step="give_up"), {}, 303))
    assert "Amira" not in phone.text
    with phone.app.app_context():
        assert count(BoardName) == 0


@pytest.mark.parametrize("typed", ["", "  ", "…!", "x" * 41])
def test_what_is_no_name_is_refused_with_what_was_typed(make: Maker, browse: Browse, typed: str) -> None:
    at = make.board()
    phone = browse(at.member)
    choose(phone, at, typed, 422)
    assert dict(phone.form_here(f"{at.path}/people", step="choose").values)["name"] == typed
    with phone.app.app_context():
        assert count(BoardName) == 0


def test_who_leads_the_group_takes_a_name_out_of_sight(make: Maker, browse: Browse) -> None:
    at = make.board()
    phone, lead, page = browse(at.member), browse(at.lead), f"{at.path}/people"
    choose(phone, at, "Der Landrat")
    lead.get(page, 200)
    lead.follow(lead.send(lead.form_here(page, step="hide", name="Der Landrat"), {}, 303))
    assert "Der Landrat" not in said(phone, at)
    phone.get(page, 200)
    assert "Bitte sprechen Sie mit ihr." in phone.text
    phone.post(page, {"_key": "another-name-of-the-same", "step": "choose", "name": "Landrat"}, 409)
    # To give it up brings nobody another one.
    phone.send(phone.form_here(page, step="give_up"), {}, 303)
    phone.post(page, {"_key": "yet-another-name-of-it", "step": "choose", "name": "Landrat"}, 409)
    lead.get(page, 200)
    lead.send(lead.form_here(page, step="show", name=""), {}, 303)
    choose(phone, at, "Jo")
    assert "Jo" in said(phone, at)
    phone.post(page, {"_key": "not-mine-to-take-away", "step": "hide", "name": "Jo"}, 403)
    assert "Jo" in said(phone, at)


@inside
def test_names_are_for_people_of_the_group_while_the_round_goes_on() -> None:
    at, other = factories.board(), factories.board(number=2)
    with transaction():
        actions.choose_name(at.member.actor, here(at.member, at), name="Amira")
    with transaction():
        actions.choose_name(at.member.actor, here(at.member, at), name="Amira K.")
    assert [name for (name,) in db.session.execute(select(BoardName.name))] == ["Amira K."]
    assert facts("NameChosen")[-1][2] == {"board_id": at.id}
    assert queries.names_of(at.id, [at.member.actor.key, "k"]) == ["Amira K."]
    with pytest.raises(Forbidden), transaction():
        actions.choose_name(other.member.actor, here(at.lead, at).__class__(**_parts(at)), name="Fremd")
    with pytest.raises(Forbidden), transaction():
        actions.hide_name(at.member.actor, here(at.member, at), name="Amira K.", hidden=True)
    with pytest.raises(NotFound), transaction():
        actions.hide_name(at.lead.actor, here(at.lead, at), name="Niemand", hidden=True)
    with pytest.raises(NotFound):
        queries.all_names(at.member.actor, here(at.member, at))
    with pytest.raises(Invalid), transaction():
        actions.choose_name(at.member.actor, here(at.member, at), name="?")
    board = here(at.member, at)
    board.board.ended_at = now()
    with pytest.raises(Conflict):
        actions.choose_name(at.member.actor, board, name="Zu spät")


def _parts(at: BoardMade) -> dict[str, object]:
    """The board as somebody without a place there would hand it in."""
    found = here(at.lead, at)
    return {"board": found.board, "group": found.group, "round": found.round, "seated": False}


@inside
def test_names_go_when_the_event_is_over_and_not_from_a_held_dialogue() -> None:
    at = factories.board()
    with transaction():
        actions.choose_name(at.member.actor, here(at.member, at), name="Amira")

    def apply() -> int:
        with transaction():
            return retention.apply_retention(SYSTEM, "workshops.names")

    def over_since(ago: timedelta) -> None:
        with transaction():
            db.session.execute(
                update(DialogueEvent).values(starts_at=now() - ago - timedelta(hours=3), ends_at=now() - ago)
            )

    assert privacy_queries.periods()["workshops.names"] == 1
    over_since(timedelta(hours=23))
    assert apply() == 0
    over_since(timedelta(hours=25))
    with transaction():
        hold = LegalHold(
            dialogue_id=here(at.lead, at).dialogue_id, reason="Prüfung", set_by="k", set_at=now()
        )
        db.session.add(hold)
    assert apply() == 0
    with transaction():
        hold.lifted_at = now()
    assert apply() == 1
    assert count(BoardName) == 0
    assert apply() == 0
