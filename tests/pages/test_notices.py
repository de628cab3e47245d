"""Imprint, privacy and accessibility: on every page's foot, complete, and gaps only for staff."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from core import inventory
from core.errors import Forbidden, Invalid
from core.transaction import transaction
from pages.views import notices
from region import actions
from region import queries as region_queries
from region.notices import NAMES, missing
from tests import factories
from tests.client import Client
from tests.conftest import Maker
from tests.dialog.ground import facts

PAGES = ("/imprint", "/privacy", "/accessibility")


def test_they_are_at_the_foot_of_every_page(client: Client, make: Maker) -> None:
    make.dialogue()
    for path in ("/", "/code", "/dialogues/probe/register", "/nothing-here"):
        client.get(path)
        links = [link["href"] for link in client.page.find("footer").find_all("a")]
        assert set(PAGES) <= set(links), path


def test_a_gap_is_shown_to_staff_only(client: Client, make: Maker, client_as: Callable[..., Client]) -> None:
    make.county()
    staff = client_as("coordinator")
    for path in PAGES:
        client.get(path, 200)
        assert "Noch einzutragen" not in client.text
        staff.get(path, 200)
        assert "Noch einzutragen" in staff.text
        assert "14 Angaben fehlen" in staff.text


def test_staff_enter_the_facts(client: Client, make: Maker, client_as: Callable[..., Client]) -> None:
    make.county()
    staff = client_as("administrator")
    staff.post_form("/notices/edit", {"office_name": "x" * 201}, 422)
    assert len(staff.errors) == 1
    staff.post_form("/notices/edit", {"checked_on": "irgendwann"}, 422)
    assert staff.errors == ["Bitte geben Sie einen Tag ein, zum Beispiel 31.12.2025."]
    staff.follow(
        staff.post_form(
            "/notices/edit",
            {
                "office_name": "Landratsamt Probe",
                "postal": "Weg 1\n12345 Ort",
                "office_mail": "amt@example.org",
                "accessibility_status": "partly",
                "checked_on": "2026-01-31",
                "barriers": "- Karten ohne [Text](https://fremd.example/)\n\n<script>alert(1)</script>",
            },
        )
    )
    assert "Gespeichert" in staff.text
    client.get("/imprint", 200)
    assert "Landratsamt Probe" in client.text
    assert "12345 Ort" in client.text
    page = client.get("/accessibility", 200).get_data(as_text=True)
    assert "teilweise" in client.text
    assert "31. Januar 2026" in client.text
    assert "<script>alert" not in page
    assert 'href="/out?to=https%3A%2F%2Ffremd.example%2F' in page
    for role in ("auditor",):
        client_as(role).get("/notices/edit", 403)
    client.get("/notices/edit", 403)


def test_the_action_refuses_what_it_does_not_know(inside: Flask) -> None:
    factories.county()
    for said in ({"colour": "blue"}, {"checked_how": "guess"}, {"checked_on": "31.12."}):
        with pytest.raises(Invalid), transaction():
            actions.write_notices(factories.STAFF, said)
    with pytest.raises(Forbidden), transaction():
        actions.write_notices(factories.VISITOR, {"office_name": "Amt"})
    assert len(missing(region_queries.notices())) == len(NAMES) - 1
    with transaction():
        actions.write_notices(factories.STAFF, {"office_name": "Amt"})
    with transaction():
        actions.write_notices(factories.STAFF, {"office_name": "Amt"})
    assert len(facts("NoticesChanged")) == 1


def test_the_privacy_notice_is_the_inventory(client: Client, make: Maker, app: Flask) -> None:
    make.county()
    client.get("/privacy", 200)
    with app.test_request_context("/"):
        for activity in notices.activities_about_people():
            assert str(activity.title) in client.text
            assert notices.kept_for(activity), f"{activity.key}: say how long it is kept."
    assert "365 Tage nach dem Ende des Dialogs" in client.text
    personal = {table.activity for table in inventory.TABLES.values() if table.is_personal}
    assert personal <= {activity.key for activity in notices.activities_about_people()}


@pytest.mark.parametrize("language", ["en", "ar"])
def test_they_are_there_in_other_languages(client: Client, make: Maker, language: str) -> None:
    make.county()
    for path, german in zip(
        PAGES, ("Impressum", "Datenschutz", "Erklärung zur Barrierefreiheit"), strict=True
    ):
        client.get(f"{path}?lang={language}", 200)
        assert german != client.heading
