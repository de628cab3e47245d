"""Deleting a draft: only while it is one and nobody and nothing is for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from flask import Flask

from accounts.permissions import Scope
from core.errors import Conflict, Forbidden, NotFound
from core.transaction import transaction
from dialog.actions import events, groups, registrations
from dialog.actions.deletions import delete_event
from dialog.models import AgendaItem, DialogueEvent, Registration, RegistrationCounts, Sitting, WorkingGroup
from dialog.queries import dialogues
from tests import factories
from tests.client import Client
from tests.conftest import Maker
from tests.dialog import signing_up
from tests.dialog.ground import THREADS, at_once, browsers, count, facts, nothing_changes
from tests.factories import STAFF, Person

HOME = "/dialogues/probe"
PLAN = (DialogueEvent, AgendaItem, WorkingGroup, Sitting)


def a_draft() -> DialogueEvent:
    event = factories.day()
    with transaction():
        events.take_event_back(STAFF, event)
    return event


@pytest.mark.usefixtures("inside")
def test_a_draft_goes_with_its_whole_plan_and_nothing_of_another() -> None:
    other, event = factories.day(), a_draft()
    event_id, before = event.id, [count(model) for model in PLAN]

    with transaction():
        delete_event(STAFF, event)

    assert [count(model) * 2 for model in PLAN] == before
    assert facts("EventDeleted") == [
        (STAFF.key, "EventDeleted", {"event_id": event_id, "dialogue_id": other.dialogue_id})
    ]
    with pytest.raises(NotFound), transaction():
        # Whoever still has its page open.
        events.publish_event(STAFF, event)


@pytest.mark.usefixtures("inside")
def test_what_is_published_or_was_signed_up_for_stays() -> None:
    event = factories.day()
    with nothing_changes(*PLAN), pytest.raises(Conflict, match="Nur ein Entwurf"), transaction():
        delete_event(STAFF, event)
    person = signing_up.person(signing_up.sign_up(event))
    with transaction():
        registrations.cancel_registration(person.actor, signing_up.own(person, event))
    with transaction():
        events.take_event_back(STAFF, event)
    with (
        nothing_changes(*PLAN, Registration, RegistrationCounts),
        pytest.raises(Conflict, match="schon Menschen angemeldet"),
        transaction(),
    ):
        delete_event(STAFF, event)
    draft = a_draft()
    for nobody in (person.actor, factories.account("administrator").actor):
        with nothing_changes(*PLAN), pytest.raises(Forbidden), transaction():
            delete_event(nobody, draft)


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize("what", ["role", "role in a group", "invitation", "codes"])
def test_what_roles_invitations_and_codes_are_for_stays(what: str) -> None:
    event = a_draft()
    group = Scope("group", event.groups[0].id)
    if what == "role":
        factories.account("moderator", Scope("event", event.id))
    elif what == "role in a group":
        factories.account("note_taker", group)
    elif what == "invitation":
        factories.invitation("note_taker", group)
    else:
        with transaction():
            here = dialogues.access_dialogue(STAFF, "probe")
            factories.slip_actions.make_slips(STAFF, here, event, number=1, label="Tür", seed=b"of nobody")

    with nothing_changes(*PLAN), pytest.raises(Conflict, match="Rollen, Einladungen"), transaction():
        delete_event(STAFF, event)


@pytest.mark.usefixtures("inside")
def test_a_group_that_somebody_runs_is_not_deleted_lest_they_run_the_next_one() -> None:
    event = a_draft()
    first, second = event.groups[:2]
    factories.account("note_taker", Scope("group", first.id))

    with nothing_changes(*PLAN), pytest.raises(Conflict, match="Rolle oder eine Einladung"), transaction():
        groups.remove_group(STAFF, event, first.id, based_on=1)
    with transaction():
        groups.remove_group(STAFF, event, second.id, based_on=1)


def test_staff_delete_a_draft_after_a_second_look(
    make: Maker, client_as: Callable[..., Client], browse: Callable[[Person | None], Client]
) -> None:
    make.event(slug="entwurf", code="", published=False)
    make.event(slug="offen")
    page, switch = f"{HOME}/events/entwurf/prepare", f"{HOME}/events/entwurf/prepare/switch"
    staff = client_as("coordinator")
    staff.get(f"{HOME}/events/offen/prepare", 200)
    assert "Entwurf löschen" not in staff.text
    staff.post(f"{HOME}/events/offen/prepare/switch", {"_key": "k" * 20, "step": "delete"}, 409)
    assert staff.errors == ["Diese Veranstaltung ist veröffentlicht. Nur ein Entwurf kann gelöscht werden."]
    for person in (None, make.participant(), make.account("auditor")):
        browse(person).post(switch, {"_key": "k" * 20, "step": "delete"}, 404)

    staff.get(page, 200)
    assert "Ja, Entwurf löschen" in staff.text
    sent = {"_key": "the-key-of-deleting-it", "step": "delete"}
    staff.follow(staff.post(switch, sent))
    assert "Der Entwurf ist gelöscht." in staff.page.text
    staff.get(page, 404)
    assert staff.post(switch, sent, 303).location.startswith(f"{HOME}/prepare")
    staff.post(switch, {**sent, "_key": "another-key-of-it-all"}, 404)


def test_of_all_who_delete_a_draft_one_does_and_who_publishes_it_meanwhile_finds_it_or_not(
    app: Flask, make: Maker
) -> None:
    make.event(slug="entwurf", code="", published=False)
    windows = browsers(app, make.session(make.account("coordinator")), THREADS)

    def press(turn: int) -> int:
        step = "delete" if turn % 2 else "publish"
        sent = {"_key": f"key-of-window-{turn:04}", "step": step}
        return windows[turn].post(f"{HOME}/events/entwurf/prepare/switch", sent).status_code

    answers = Counter(at_once(THREADS, press))

    assert set(answers) <= {303, 404, 409}
    with app.app_context():
        gone = len(facts("EventDeleted"))
        assert count(DialogueEvent) == 1 - gone
        assert gone + min(1, len(facts("EventPublished"))) >= 1
