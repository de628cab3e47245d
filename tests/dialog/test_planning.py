"""The pages on which a dialogue and its events are prepared, by the forms that people fill in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from accounts.permissions import Scope
from dialog.models import DialogueEvent
from dialog.queries import dialogues as dialogue_queries
from dialog.queries import events as queries
from tests.client import Client
from tests.conftest import Maker
from tests.dialog.ground import counted_queries
from tests.dialog.planning_ground import places_of, programme_of, seat
from tests.factories import STAFF, Person

HOME = "/dialogues/probe"
NEW = f"{HOME}/events/new"
DAY = {"title": "Dialogtag", "day": "2027-11-19", "begins": "09:00", "ends": "16:30", "places": "20"}


@pytest.fixture
def staff(make: Maker, client_as: Callable[..., Client]) -> Client:
    make.dialogue()
    return client_as("coordinator")


def planned(staff: Client, **other: str) -> str:
    """Plan an event by the form; gives the address of its page."""
    answer = staff.post_form(NEW, DAY | other)
    return str(answer.location).partition("/prepare")[0]


def event_of(staff: Client, address: str) -> DialogueEvent:
    with staff.app.app_context():
        dialogue = dialogue_queries.access_dialogue(STAFF, "probe")
        found = dialogue_queries.access_event(STAFF, dialogue, address.rpartition("/")[2])
        return queries.reread_plan(found.id)


def test_a_dialogue_is_founded_and_its_words_and_steps_are_written(
    make: Maker, client_as: Callable[..., Client]
) -> None:
    make.county()
    staff = client_as("coordinator")
    staff.get("/", 200)
    assert "Dialog anlegen" in staff.text
    answer = staff.post_form(
        "/dialogues/new",
        {
            "title": "Gemeinsam für Mühlacker",
            "title_en": "Together for Mühlacker",
            "question": "Was fehlt?",
            "introduction": "Zwei Sätze.",
            "field_set": "fields",
        },
    )
    home = "/dialogues/gemeinsam-fuer-muehlacker"
    assert answer.location.startswith(f"{home}/prepare")
    staff.follow(answer)
    assert staff.heading == "Gemeinsam für Mühlacker"
    for number, (when, text) in enumerate((("2027", "Sammeln"), ("2028", "Beschluss")), start=1):
        staff.post_form(f"{home}/prepare/steps/{number}", {"when": when, "text": text, "done": ""})
    staff.get(f"{home}/prepare", 200)
    form = staff.form_here(f"{home}/prepare/steps")
    staff.send(form, {}, 422)
    staff.post(f"{home}/prepare/steps", dict(form.values) | {"step": "up-2"}, 303)
    staff.get(f"{home}/prepare", 200)
    assert staff.text.index("Beschluss") < staff.text.index("Sammeln")
    # The same page in another window is about an order that is no more.
    staff.post(
        f"{home}/prepare/steps", dict(form.values) | {"_key": "another-key-of-mine", "step": "remove-1"}, 409
    )
    staff.get("/?lang=en", 200)
    staff.post_form(f"{home}/prepare/words", {"question": "Was hilft?"})
    staff.get("/?lang=de", 200)
    assert "Was hilft?" in staff.text


def test_an_address_that_is_taken_is_said_at_its_field_and_all_words_stay(staff: Client) -> None:
    sent = {"title": "Zweiter", "question": "Was fehlt?", "introduction": "Text", "address": "probe"}
    staff.post_form("/dialogues/new", sent, 422)
    assert staff.errors == ["Einen Dialog mit dieser Adresse gibt es schon."]
    kept = dict(staff.form_here("/dialogues/new").values)
    assert sent.items() <= kept.items()
    staff.post_form("/dialogues/new", sent | {"address": "Nicht so"}, 422)
    assert "kleine Buchstaben" in staff.errors[0]


def test_who_coordinates_one_dialogue_founds_no_other(
    make: Maker, browse: Callable[[Person], Client]
) -> None:
    here = make.dialogue()
    coordinator = browse(make.account("coordinator", Scope("dialogue", here.id)))
    coordinator.get(f"{HOME}/prepare", 200)
    assert "Einen weiteren Dialog anlegen" not in coordinator.text
    coordinator.get("/dialogues/new", 403)


def test_a_dialogue_that_was_only_set_up_does_not_take_the_first_page(
    client: Client, staff: Client, make: Maker
) -> None:
    make.event()
    sent = {"title": "Zweiter Dialog", "question": "Was fehlt hier?", "introduction": "Bald mehr."}
    staff.post_form("/dialogues/new", sent | {"field_set": "fields"}, 303)
    client.get("/", 200)
    assert "Was fehlt hier?" not in client.text
    # Who prepares it finds it again from the other one, and with its first event it stands in front.
    staff.get(f"{HOME}/prepare", 200)
    assert "Zweiter Dialog" in staff.text
    with staff.app.app_context():
        second = dialogue_queries.access_dialogue(STAFF, "zweiter-dialog")
    make.event(second, code="", published=False)
    client.get("/", 200)
    assert "Was fehlt hier?" not in client.text
    make.event(second, code="")
    client.get("/", 200)
    assert "Was fehlt hier?" in client.text


def test_an_event_begins_with_a_programme_and_groups_and_is_a_draft(
    staff: Client, client: Client, make: Maker
) -> None:
    address = planned(staff)
    assert address == f"{HOME}/events/dialogtag-2027"
    event = event_of(staff, address)
    assert event.starts_at == datetime(2027, 11, 19, 8, tzinfo=UTC)
    with staff.app.app_context():
        assert [begin for _, begin, _ in programme_of(event)] == [0, 60, 180, 240, 360, 420]
        assert places_of(event) == [[20, 20], [20, 20]]
    assert (event.groups_per_person, event.published) == (2, False)
    assert event.groups[0].names["en"] == "Language"

    client.get(address, 404)
    client.get(f"{HOME}/events", 200)
    assert "Dialogtag" not in client.text
    staff.get(f"{HOME}/events", 200)
    assert "Dialogtag" in staff.text
    staff.get(f"{address}/prepare", 200)
    assert "2 Gruppen sind noch ohne Moderation." in staff.text
    press(staff, f"{address}/prepare/switch", "publish")
    client.get(address, 200)
    assert client.heading == "Dialogtag"
    assert "Vorbereiten" not in client.page.text
    client.get(f"{address}/prepare", 403)

    # The same title on the same day is another page.
    assert planned(staff) == f"{HOME}/events/dialogtag-2027-2"


def press(browser: Client, to: str, step: str) -> None:
    """Press one of several buttons to one address on the page in hand."""
    form = browser.form_here(to)
    browser.follow(browser.post(to, {**dict(form.values), "step": step}))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"title": " "}, "Bitte geben Sie einen Titel ein."),
        ({"day": "30.02.2027"}, "Bitte geben Sie den Tag ein, zum Beispiel 19.11.2027."),
        ({"begins": "neun"}, "Bitte geben Sie die Uhrzeit ein, zum Beispiel 9:00."),
        ({"ends": "08:00"}, "Die Veranstaltung muss nach ihrem Beginn enden."),
        ({"groups_per_person": "viele"}, "Bitte geben Sie eine Zahl von 1 bis 10 ein."),
        ({"places": "-3"}, "Bitte geben Sie eine Zahl von 1 bis 1000 ein, oder lassen Sie das Feld leer."),
        (
            {"signup_from": "2027-12-01T10:00"},
            "Die Anmeldung muss beginnen, bevor die Veranstaltung vorbei ist.",
        ),
        (
            {"signup_from": "2027-11-02T10:00", "signup_until": "2027-11-01T10:00"},
            "Die Anmeldung muss enden, nachdem sie begonnen hat.",
        ),
        (
            {"link": "javascript:alert(1)"},
            "Bitte geben Sie eine Adresse ein, die mit https:// oder http:// beginnt, zum Beispiel "
            "https://example.org.",
        ),
        (
            {"day": "2027-03-28", "begins": "02:30"},
            "Diese Uhrzeit gibt es nicht: In dieser Nacht wird die Uhr um eine Stunde vorgestellt.",
        ),
    ],
)
def test_what_is_wrong_with_a_day_is_said_and_everything_typed_stays(
    staff: Client, wrong: dict[str, str], sentence: str
) -> None:
    sent = DAY | {"aim": "Sammeln", "title_en": "Dialogue day", "place": "Kreishaus"} | wrong
    staff.post_form(NEW, sent, 422)
    assert staff.errors == [sentence]
    kept = dict(staff.form_here(NEW).values)
    assert {name: kept.get(name, "").strip() for name in sent} == {n: v.strip() for n, v in sent.items()}
    staff.get(f"{HOME}/events", 200)
    assert "Dialogtag" not in staff.text


def test_times_typed_as_people_write_them_are_understood(staff: Client) -> None:
    address = planned(staff, day="19.11.2027", begins="9.00", signup_from="01.10.2027 08:00")
    event = event_of(staff, address)
    assert event.starts_at == datetime(2027, 11, 19, 8, tzinfo=UTC)
    assert event.signup_from == datetime(2027, 10, 1, 6, tzinfo=UTC)


def test_an_entry_that_overlaps_is_refused_with_the_reason_and_a_free_time_is_taken(staff: Client) -> None:
    address = planned(staff)
    page = f"{address}/prepare/items/new"
    sent = {"name": "Film", "begins": "12:30", "ends": "13:00", "format": "plenary"}
    staff.post_form(page, sent, 422)
    assert staff.errors == ["„Film“ beginnt, bevor „Pause“ zu Ende ist. Das endet um 13:00 Uhr."]
    assert sent.items() <= dict(staff.form_here(page).values).items()
    staff.get(f"{address}/prepare", 200)
    event = event_of(staff, address)
    pause = next(item for item in event.agenda if item.names["de"] == "Pause")
    staff.post_form(
        f"{address}/prepare/items/{pause.id}", {"ends": "12:30"}, to=f"{address}/prepare/items/{pause.id}"
    )
    staff.follow(staff.post_form(page, sent))
    assert staff.text.index("Film") > staff.text.index("Pause")


def test_a_group_is_written_and_a_number_below_what_is_taken_is_said_at_its_round(
    staff: Client, make: Maker
) -> None:
    address = planned(staff)
    event = event_of(staff, address)
    group = event.groups[0]
    with staff.app.app_context():
        seat(event, 1)
    first = min(sitting.round_id for sitting in group.sittings)
    page = f"{address}/prepare/groups/{group.id}"
    sent = {f"places_{first}": "0", "moderator": "Moderation 1", "room": "Saal 2"}
    staff.post_form(page, sent, 422, to=page)
    assert "schon 1 Platz dieser Gruppe vergeben" in staff.errors[0]
    assert sent.items() <= dict(staff.form_here(page).values).items()
    staff.follow(staff.post_form(page, sent | {f"places_{first}": "1"}, to=page))
    assert "Moderation 1" in staff.text
    staff.get(page, 200)
    removal = staff.form_here(f"{address}/prepare/groups")
    staff.post(removal.action, {**dict(removal.values), "step": f"remove-{group.id}"}, 409)
    assert staff.errors == ["Menschen haben diese Gruppe schon gewählt. Sie lässt sich nicht mehr löschen."]


def test_two_people_at_one_text_lose_nothing(staff: Client, client_as: Callable[..., Client]) -> None:
    address = planned(staff)
    group = event_of(staff, address).groups[0]
    other = client_as("coordinator")
    for page, name, first, second in (
        (f"{address}/prepare/day", "title", "Erster Titel", "Zweiter Titel"),
        (f"{address}/prepare/groups/{group.id}", "name", "Erster Name", "Zweiter Name"),
        (f"{HOME}/prepare/words", "question", "Erste Frage", "Zweite Frage"),
    ):
        mine, theirs = staff.form(page, page), other.form(page, page)
        other.send(theirs, {name: first}, 303)
        staff.send(mine, {name: second}, 409)
        # Both wordings are on the page; sent once more the second one counts.
        assert "Inzwischen hat jemand anders etwas gespeichert" in staff.text
        assert first in staff.text
        again = staff.form_here(page)
        assert dict(again.values)[name] == second
        staff.send(again, {}, 303)
        assert dict(staff.form(page, page).values)[name] == second


def test_a_day_is_moved_by_minutes_and_to_another_day(staff: Client) -> None:
    address = planned(staff)
    page = f"{address}/prepare/move"
    staff.get(page, 200)
    staff.send(staff.form_here(page, way="minutes"), {"minutes": "15"}, 303)
    assert event_of(staff, address).starts_at == datetime(2027, 11, 19, 8, 15, tzinfo=UTC)
    staff.get(page, 200)
    staff.send(staff.form_here(page, way="day"), {"day": "2027-06-18", "begins": "10:00"}, 303)
    moved = event_of(staff, address)
    assert moved.starts_at == datetime(2027, 6, 18, 8, tzinfo=UTC)
    assert min(item.starts_at for item in moved.agenda) == moved.starts_at
    staff.get(page, 200)
    staff.send(staff.form_here(page, way="minutes"), {"minutes": "bald"}, 422)
    assert staff.errors == ["Bitte geben Sie eine Zahl von Minuten ein, zum Beispiel 15 oder -15."]


def test_a_copy_names_the_topics_that_the_other_dialogue_does_not_have(staff: Client, make: Maker) -> None:
    address = planned(staff)
    page = f"{address}/prepare/copy"
    staff.follow(staff.post_form(page, {"day": "2028-11-17"}))
    assert staff.heading == "Dialogtag"
    assert "Das ist die Kopie." in staff.page.text
    copy = event_of(staff, f"{HOME}/events/dialogtag-2028")
    assert (copy.published, copy.code, len(copy.groups), len(copy.agenda)) == (False, None, 2, 6)
    staff.post_form(page, {"day": "2028-11-17", "address": "dialogtag-2028"}, 422)
    assert staff.errors == [
        "Eine Veranstaltung mit dieser Adresse gibt es schon. Bitte wählen Sie eine andere."
    ]


def test_an_event_over_midnight_has_entries_on_both_days(staff: Client) -> None:
    address = planned(staff, begins="20:00", ends="02:00", last_day="2027-11-20", proposes_programme="")
    page = f"{address}/prepare/items/new"
    staff.post_form(page, {"name": "Nacht", "day": "2027-11-19", "begins": "23:30", "ends": "00:30"})
    staff.post_form(page, {"name": "Ende", "day": "2027-11-20", "begins": "01:00", "ends": "02:00"})
    staff.post_form(page, {"name": "Zu früh", "day": "2027-11-20", "begins": "00:15", "ends": "00:45"}, 422)
    with staff.app.app_context():
        assert [(name, begin) for name, begin, _ in programme_of(event_of(staff, address))][-2:] == [
            ("Nacht", 210),
            ("Ende", 300),
        ]


def test_the_programme_for_paper_says_who_meets_where_and_when(client: Client, make: Maker) -> None:
    make.day(places=(3, 3), rounds=([1], None), slug="tag")
    client.get(f"{HOME}/events/tag/programme", 200)
    rows = [[cell.text for cell in row.find_all("td")][-2:] for row in client.page.find_all("tr")]
    assert ["", "–"] in rows
    assert ["", ""] in rows
    assert "Gruppe 1" in client.text


def test_drafts_stay_off_the_first_page_and_out_of_the_concept(
    staff: Client, client: Client, make: Maker
) -> None:
    make.event(published=False, slug="geheim", code="")
    for browser in (staff, client):
        browser.get("/", 200)
        assert "geheim" not in str([link.get("href") for link in browser.page.find_all("a")])


def test_the_page_of_a_plan_asks_no_more_of_the_database_for_more_groups(staff: Client, make: Maker) -> None:
    def queries_of(path: str) -> int:
        with staff.app.app_context():
            counter = counted_queries()
            seen = counter.__enter__()
        staff.get(path, 200)
        with staff.app.app_context():
            counter.__exit__(None, None, None)
        return len(seen)

    make.day(places=(3,), slug="klein")
    make.day(places=(3,) * 12, slug="gross")
    for page in ("", "/programme", "/prepare"):
        assert queries_of(f"{HOME}/events/klein{page}") == queries_of(f"{HOME}/events/gross{page}")
