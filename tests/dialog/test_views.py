"""The thread through its pages: success and refusal side by side, and what people typed is never lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from core.transaction import transaction
from dialog.models import Ballot, Contribution
from dialog.vocabulary import Visibility
from tests import factories, pages_check
from tests.client import Client
from tests.conftest import Maker
from tests.dialog.ground import count, facts
from tests.factories import Person

pytestmark = pytest.mark.without_database

HOME = "/dialogues/probe"
WRITE = f"{HOME}/contribute/need?lang=en"
NEED = {"text": "Es fehlt ein Bus am Sonntag.", "field": "wohnen", "municipality": "county", "language": "de"}
Browse = Callable[[Person | None], Client]
ClientAs = Callable[..., Client]


def rows(client: Client, model: type[Any]) -> int:
    with client.app.app_context():
        return count(model)


def typed(client: Client) -> dict[str, str]:
    """What stands in the form of the page in hand that people write in."""
    form = next(f for f in pages_check.forms(client.page) if "text" in f.names)
    return dict(form.values)


@pytest.fixture
def author(make: Maker) -> Person:
    make.contribution()
    person: Person = make.participant()
    return person


# ------------------------------------------------------------------------------------------------ the thread


def test_a_voice_from_the_slip_to_its_place(
    client: Client, as_participant: Callable[[str], Client], client_as: ClientAs, make: Maker, author: Person
) -> None:
    person, staff = as_participant(author.code), client_as("coordinator")

    person.follow(person.post_form(WRITE, NEED))
    assert "We have received your contribution" in person.text
    client.get(f"{HOME}/contributions/B-002", 404)
    staff.get(f"{HOME}/moderation", 200)
    assert "B-002" in staff.text
    running = make.poll(needs=1, in_field="wohnen")

    staff.get(f"{HOME}/moderation/B-002", 200)
    deciding = staff.form_here(f"{HOME}/moderation/B-002", decision="publish")
    staff.follow(staff.send(deciding, {"title": "Bus am Sonntag"}, 303))
    client.get(f"{HOME}/register", 200)
    assert "Bus am Sonntag" in client.text

    ballot = f"{HOME}/polls/{running.id}"
    person.get(ballot, 200)
    item = next(e["data-item"] for e in person.page.find_all(class_="vs-dots") if "Bus am" in e["aria-label"])
    person.follow(person.send(person.form_here(f"{ballot}/vote"), {f"item-{item}": "2"}, 303))
    with client.app.app_context():
        assert [payload for _, _, payload in facts("BallotCast")] == [{"poll_id": running.id}]
    client.get(ballot, 200)
    assert "Bus am Sonntag" in client.text
    assert not client.page.find_all("table", class_="vs-table")

    for step in ("close", "publish"):
        staff.follow(staff.send(staff.form(ballot, f"{ballot}/step"), {"step": step}, 303))
    client.get(ballot, 200)
    first = client.page.find("table", class_="vs-table").find("tbody").find_all("tr")[0]
    assert first.text == "1 Bus am Sonntag B-002 2 1"
    client.get(f"{HOME}/contributions/B-002?lang=en", 200)
    assert "2 points, place 1 of 2" in client.text


# ------------------------------------------------------------------------------- refusals keep what was typed

WRONG = {
    "no words": {"text": "  \r\n "},
    "too long": {"text": "ä" * 1001},
    "no topic": {"field": ""},
    "unknown topic": {"field": "gibt-es-nicht"},
    "no place": {"municipality": ""},
    "unknown place": {"municipality": "99999999"},
    "unknown language": {"language": "tlh"},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_a_refused_form_is_the_same_page_with_everything_typed(
    browse: Browse, author: Person, wrong: dict[str, str]
) -> None:
    person = browse(author)
    form = person.form(WRITE)
    key = dict(form.values)["_key"]

    person.send(form, {**NEED, **wrong}, 422)

    assert len(person.errors) == 1
    sent = {**NEED, **wrong}
    assert typed(person)["text"].split() == sent["text"].split()
    for name in ("field", "municipality", "language"):
        if name not in wrong:
            assert typed(person)[name] == sent[name]
    assert rows(person, Contribution) == 1

    # A key is used up by an effect only: the mended form goes through with it.
    mended = person.form_here(f"{HOME}/contribute/need")
    assert dict(mended.values)["_key"] == key
    person.send(mended, NEED, 303)
    assert rows(person, Contribution) == 2


@pytest.mark.parametrize("language", ["de", "en"])
def test_refusals_are_said_in_the_persons_language(browse: Browse, author: Person, language: str) -> None:
    person = browse(author)
    person.post_form(f"{HOME}/contribute/need?lang={language}", {**NEED, "text": ""}, 422)

    assert person.page.find("html")["lang"] == language
    assert person.errors == [
        {"de": "Bitte schreiben Sie, worum es geht.", "en": "Please write what it is about."}[language]
    ]


def test_a_double_click_is_one_contribution_and_the_same_answer(browse: Browse, author: Person) -> None:
    person = browse(author)
    form = person.form(WRITE)

    answers = [person.send(form, NEED, 303) for _ in range(3)]

    assert len({answer.location for answer in answers}) == 1
    assert rows(person, Contribution) == 2
    with person.app.app_context():
        assert len(facts("ContributionSubmitted")) == 2


def test_back_and_other_words_asks_before_it_makes_a_second_one(browse: Browse, author: Person) -> None:
    person = browse(author)
    form = person.form(WRITE)
    first = person.send(form, NEED, 303)

    person.send(form, {**NEED, "text": "Es fehlt ein Zug."}, 422)

    assert "You have sent this already" in person.text
    assert typed(person)["text"] == "Es fehlt ein Zug."
    assert [a["href"] for a in person.page.find("main").find_all("a") if a["href"] == first.location]
    assert rows(person, Contribution) == 2
    person.send(person.form_here(f"{HOME}/contribute/need"), {}, 303)
    assert rows(person, Contribution) == 3


def test_back_and_the_same_words_in_a_fresh_form_asks_before_it_makes_a_second_one(
    browse: Browse, author: Person
) -> None:
    """A browser that goes back fetches the page anew, with another key, and fills in what was typed."""
    person = browse(author)
    first = person.send(person.form(WRITE), NEED, 303)

    person.send(person.form(WRITE), NEED, 422)

    assert "You have sent this already" in person.text
    assert typed(person)["text"] == NEED["text"]
    assert [a["href"] for a in person.page.find("main").find_all("a") if a["href"] in (first.location or "")]
    assert rows(person, Contribution) == 2
    person.send(person.form_here(f"{HOME}/contribute/need"), {}, 303)
    assert rows(person, Contribution) == 3


def test_the_same_words_from_two_people_are_two_voices(browse: Browse, author: Person, make: Maker) -> None:
    for person in (browse(author), browse(make.participant())):
        person.send(person.form(WRITE), NEED, 303)


def test_a_form_without_its_key_is_refused_and_can_be_sent_again(browse: Browse, author: Person) -> None:
    person = browse(author)
    form = person.form(WRITE)
    for key in ("", "short", "x" * 65, "with spaces in it ........"):
        form.values = [(n, v) for n, v in form.values if n != "_key"]
        person.send(form, {**NEED, "_key": key}, 400)
        assert typed(person)["text"] == NEED["text"]
    assert rows(person, Contribution) == 1

    person.send(person.form_here(f"{HOME}/contribute/need"), {}, 303)

    assert rows(person, Contribution) == 2


def test_the_key_of_one_person_is_worth_nothing_to_another(
    browse: Browse, author: Person, make: Maker
) -> None:
    one, other = browse(author), browse(make.participant())
    form = one.form(WRITE)

    first, second = one.send(form, NEED, 303), other.send(form, NEED, 303)

    assert first.location != second.location
    assert rows(one, Contribution) == 3


def test_a_script_gets_json_and_an_answer_never_holds_a_ballot(
    browse: Browse, author: Person, make: Maker
) -> None:
    person, poll = browse(author), make.poll(needs=1)
    ballot = f"{HOME}/polls/{poll.id}"
    form = person.form(ballot, f"{ballot}/vote")
    item = next(name for name in form.names if name.startswith("item-"))
    headers = {"Accept": "application/json", "Idempotency-Key": "k" * 20}

    answers = [person.post(form.action, {item: points}, headers=headers) for points in ("2", "2", "1", "9")]

    assert [answer.status_code for answer in answers] == [200, 200, 409, 409]
    assert set(answers[0].get_json()) == {"location"}
    assert answers[0].get_json() == answers[1].get_json()
    assert answers[2].get_json()["code"] == "key_used"
    refused = person.post(form.action, {item: "9"}, headers={**headers, "Idempotency-Key": "l" * 20})
    assert (refused.status_code, set(refused.get_json())) == (422, {"code", "sentence"})


# ---------------------------------------------------------------------------------------------- who may not


def test_an_expired_code_still_reads_but_neither_writes_nor_votes(
    browse: Browse, make: Maker, author: Person
) -> None:
    poll = make.poll(needs=1)
    late = browse(make.participant(writes=False))
    ballot = f"{HOME}/polls/{poll.id}"

    late.get(f"{HOME}/mine", 200)
    late.get(WRITE, 200)
    assert not [f for f in pages_check.forms(late.page) if "text" in f.names]
    fresh = browse(author).form(WRITE)

    late.post(f"{HOME}/contribute/need", {**NEED, "_key": dict(fresh.values)["_key"]}, 403)
    late.post(f"{ballot}/vote", {"_key": "k" * 20, "step": "plus-1"}, 403)
    assert rows(late, Ballot) == 0
    assert rows(late, Contribution) == 2


@pytest.mark.parametrize(
    ("status", "step", "said"),
    [("open", "close", "It cannot be opened again."), ("closed", "publish", "This cannot be taken back.")],
)
def test_what_cannot_be_undone_is_asked_first(
    client_as: ClientAs, make: Maker, status: Any, step: str, said: str
) -> None:
    poll, staff = make.poll(status), client_as("coordinator")
    ballot = f"{HOME}/polls/{poll.id}"

    staff.get(f"{ballot}?lang=en", 200)

    asked = staff.page.find("details", id=f"ask-{step}")
    assert not asked.has("open")
    assert said in asked.text
    assert len(asked.find_all("form")) == 1
    assert [form.action for form in pages_check.forms(staff.page)].count(f"{ballot}/step") == 1
    staff.follow(staff.send(staff.form_here(f"{ballot}/step", step=step), {}, 303))


def test_a_press_without_a_script_leads_back_to_its_card_and_is_confirmed_once(
    browse: Browse, make: Maker, author: Person
) -> None:
    person, poll = browse(author), make.poll(needs=2)
    ballot = f"{HOME}/polls/{poll.id}"
    item = make.first_item(poll.id)
    form = person.form(f"{ballot}?lang=en", f"{ballot}/vote")

    pressed = person.post(form.action, {**dict(form.values), "step": f"plus-{item}"}, 303)

    assert pressed.location == f"{ballot}?done=voted#item-{item}"
    person.follow(pressed)
    assert person.page.find("li", id=f"item-{item}")
    assert person.text.count("Your points are saved.") == 1
    whole = person.send(person.form_here(f"{ballot}/vote"), {f"item-{item}": "2"}, 303)
    assert whole.location == f"{ballot}?done=voted"
    person.follow(whole)
    assert person.text.count("Your points are saved.") == 1


def test_a_closed_poll_says_so_and_keeps_the_points_in_sight(
    browse: Browse, make: Maker, author: Person, client_as: ClientAs
) -> None:
    poll = make.poll(needs=2)
    person, staff = browse(author), client_as("coordinator")
    ballot = f"{HOME}/polls/{poll.id}"
    form = person.form(f"{ballot}?lang=en", f"{ballot}/vote")
    item = next(name for name in form.names if name.startswith("item-"))
    staff.send(staff.form(ballot, f"{ballot}/step"), {"step": "close"}, 303)

    person.send(form, {item: "1"}, 409)

    assert person.errors == ["This poll is not open. Your points were not saved."]
    kept = person.page.find("section", aria_labelledby="not-saved")
    assert [entry.text[-3:] for entry in kept.find_all("li")] == [": 1"]
    assert rows(person, Ballot) == 0


def test_a_form_that_stayed_open_after_the_dialogue_closed_keeps_its_words(
    browse: Browse, author: Person, make: Maker
) -> None:
    person = browse(author)
    form = person.form(WRITE)
    with person.app.app_context(), transaction():
        factories.dialogue().accepts_contributions = False

    person.send(form, NEED, 409)

    assert person.errors == ["This dialogue does not take contributions at the moment."]
    assert typed(person)["text"] == NEED["text"]
    assert rows(person, Contribution) == 1


@pytest.mark.parametrize(
    "path",
    [
        "/dialogues/gibt-es-nicht/register",
        f"{HOME}/contributions/B-999",
        f"{HOME}/contributions/C-1",
        f"{HOME}/contributions/%00",
        f"{HOME}/polls/999",
        f"{HOME}/polls/99999999999999999999999",
        f"{HOME}/polls/x",
        f"{HOME}/events/gibt-es-nicht",
        f"{HOME}/moderation/B-999",
        f"{HOME}/contribute/idea",
        "/gibt-es-nicht",
    ],
)
@pytest.mark.parametrize("role", [None, "coordinator"])
def test_what_is_not_there_is_a_page_that_says_so(
    browse: Browse, make: Maker, author: Person, path: str, role: str | None
) -> None:
    someone = browse(make.account(role) if role else None)

    someone.get(f"{path}?lang=en", 404)

    assert someone.heading == "Page not found"


def test_a_stale_revision_shows_both_texts(browse: Browse, make: Maker, author: Person) -> None:
    made = make.contribution(Visibility.WAITING, author=author, text="Erste Fassung.")
    page = f"{HOME}/contributions/{made.reference}/revise"
    one, other = browse(author), browse(author)
    mine, theirs = one.form(page), other.form(page)
    one.send(mine, {"text": "Fassung aus dem einen Fenster."}, 303)

    other.send(theirs, {"text": "Fassung aus dem anderen Fenster."}, 409)

    assert typed(other)["text"] == "Fassung aus dem anderen Fenster."
    assert "Fassung aus dem einen Fenster." in other.page.find("main").text
    other.send(other.form_here(page), {}, 303)
    assert "anderen Fenster" in other.get(f"{HOME}/contributions/{made.reference}").get_data(as_text=True)


def test_the_author_sees_what_was_decided(browse: Browse, make: Maker, client_as: ClientAs) -> None:
    author = make.participant()
    person, staff = browse(author), client_as("coordinator")
    for decision, values, said in (
        ("return", {"note": "Welche Linie meinen Sie?"}, "Welche Linie meinen Sie?"),
        ("hide", {"reason": "advertising", "note": "Bitte ohne Firma."}, "It is advertising."),
    ):
        made = make.contribution(Visibility.WAITING, author=author)
        page = f"{HOME}/moderation/{made.reference}"
        staff.get(page, 200)
        staff.send(staff.form_here(page, decision=decision), {}, 422)
        staff.send(staff.form_here(page, decision=decision), values, 303)

        person.get(f"{HOME}/contributions/{made.reference}?lang=en", 200)
        assert said in person.text
        person.get(f"{HOME}/mine", 200)
        assert said in person.text


def test_two_coordinators_decide_once(client_as: ClientAs, make: Maker) -> None:
    made = make.contribution(Visibility.WAITING)
    page = f"{HOME}/moderation/{made.reference}"
    one, two = client_as("coordinator"), client_as("coordinator")
    for staff in (one, two):
        staff.get(f"{page}?lang=en", 200)
    publish, hide = one.form_here(page, decision="publish"), two.form_here(page, decision="return")

    one.send(publish, {}, 303)
    two.send(hide, {"note": "Wo?"}, 409)

    assert "Somebody has decided on this contribution already." in two.errors


def test_staff_read_what_the_author_has_changed_before_it_is_published(
    client_as: ClientAs, browse: Browse, make: Maker, author: Person
) -> None:
    made = make.contribution(Visibility.WAITING, author=author, text="Es fehlt ein Bus.")
    page, staff, person = f"{HOME}/moderation/{made.reference}", client_as("coordinator"), browse(author)
    staff.get(f"{page}?lang=en", 200)
    publish = staff.form_here(page, decision="publish")
    own = f"{HOME}/contributions/{made.reference}/revise"
    person.post_form(own, {"text": "Etwas ganz anderes."}, 303)

    staff.send(publish, {}, 409)

    assert (
        "The author has changed the text meanwhile. Please read it again before you decide." in staff.errors
    )
    assert "Etwas ganz anderes." in staff.text
    staff.send(staff.form_here(page, decision="publish"), {}, 303)


# ------------------------------------------------------------------------------------------------ dots, pages


def test_dots_by_buttons_alone(browse: Browse, author: Person, make: Maker) -> None:
    poll = make.poll(needs=3, dots=3, max_per_item=2)
    person = browse(author)
    ballot = f"{HOME}/polls/{poll.id}"
    first, second = [item.id for item in poll.items[:2]]

    def press(step: str, status: int = 303) -> None:
        person.get(f"{ballot}?lang=en", 200)
        person.send(person.form_here(f"{ballot}/vote"), {"step": step}, status)

    def given() -> dict[int, int]:
        person.get(ballot, 200)
        form = person.form_here(f"{ballot}/vote")
        return {int(n[5:]): int(v) for n, v in form.values if n.startswith("item-") and v != "0"}

    for step in (f"plus-{first}", f"plus-{first}", f"plus-{second}"):
        press(step)
    assert given() == {first: 2, second: 1}
    person.get(f"{ballot}?lang=en", 200)
    assert "0 of 3 points left" in person.text
    disabled = [b["value"] for b in person.page.find_all("button") if b.has("disabled")]
    assert f"plus-{first}" in disabled
    assert f"minus-{first}" not in disabled

    press(f"minus-{first}")
    assert given() == {first: 1, second: 1}
    # Who has an old page in another window can press what is too much by now.
    person.post(f"{ballot}/vote", {"_key": "k" * 20, f"item-{first}": "2", f"item-{second}": "2"}, 422)
    assert "You have 3 points. You have given 4." in person.errors[0]
    assert given() == {first: 1, second: 1}


def test_a_poll_that_cannot_be_prepared_says_why_in_our_own_sentences(
    client_as: ClientAs, make: Maker
) -> None:
    make.dialogue()
    staff, page = client_as("coordinator"), f"{HOME}/polls/prepare"
    number, moment = (
        "Please type a number from 1 to 100.",
        "Please type a date and a time, or leave it empty.",
    )

    for wrong in ("", "abc", "0", "101", "2.5", "9" * 5000, "\x00"):
        staff.post_form(f"{page}?lang=en", {"field": "wohnen", "dots": wrong}, 422, to=page)
        assert staff.errors == [number]
    for wrong in ("morgen", "2021-11-19", "0001-01-01T00:00", "1899-12-31T23:59", "2021-02-30T10:00"):
        staff.post_form(f"{page}?lang=en", {"field": "wohnen", "closes_at": wrong}, 422, to=page)
        assert staff.errors == [moment]
    for right in ("", "9999-12-31T23:59", "2032-10-31T02:30"):
        staff.post_form(f"{page}?lang=en", {"field": "wohnen", "closes_at": right}, 303, to=page)


@pytest.mark.parametrize("wrong", ["-1", "1.5", "zwei", "٢", "9" * 12, "1\x00", "0x1"])
def test_points_that_cannot_be_read_are_refused(
    browse: Browse, author: Person, make: Maker, wrong: str
) -> None:
    poll = make.poll(needs=1)

    browse(author).post(
        f"{HOME}/polls/{poll.id}/vote", {"_key": "k" * 20, f"item-{poll.items[0].id}": wrong}, 422
    )


def test_the_head_of_a_page_is_the_head_of_what_it_shows_and_changes_nothing(
    client: Client, client_as: ClientAs, make: Maker
) -> None:
    waiting, staff = make.contribution(Visibility.WAITING), client_as("coordinator")
    sent = {"_key": "k" * 20, "decision": "publish"}

    staff.request("HEAD", f"{HOME}/moderation/{waiting.reference}", 200, data=sent)
    staff.request("HEAD", f"{HOME}/polls/prepare", 200)
    client.request("HEAD", f"{HOME}/contribute/need", 200)
    client.request("HEAD", f"{HOME}/join", 200)
    with staff.app.app_context():
        assert facts("ContributionPublished") == []


def test_the_table_hides_no_formula(client: Client, make: Maker) -> None:
    for text in ('=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)"):
        make.contribution(text=text)

    lines = client.get(f"{HOME}/register.csv", 200).get_data(as_text=True)

    cells = [cell for line in lines.splitlines()[1:] for cell in line.split(";")]
    assert lines.startswith("\ufeffnumber;kind;")
    assert not [cell for cell in cells if cell.lstrip('"')[:1] in tuple("=+-@")]


@pytest.mark.parametrize(
    ("language", "says"), [("de", "Sprache;Ganzer Landkreis"), ("en", "Language;Whole county")]
)
def test_the_table_is_in_the_readers_language(client: Client, make: Maker, language: str, says: str) -> None:
    make.contribution(place=None)

    assert says in client.get(f"{HOME}/register.csv?lang={language}", 200).get_data(as_text=True)


@pytest.mark.parametrize("name", ["q", "field", "place", "kind", "page", "per", "lang"])
def test_odd_wishes_show_a_register_all_the_same(client: Client, make: Maker, name: str) -> None:
    make.contribution()

    for odd in ("%00", "a%00b", "%ff%fe", "%ed%a0%80", "9" * 40, "%d9%a3", "-1", "%25", "_" * 500):
        for page in ("register", "register/region", "register.csv"):
            client.get(f"{HOME}/{page}?{name}={odd}", 200)


def test_pages_of_a_long_register(client: Client, make: Maker) -> None:
    for _ in range(23):
        make.contribution()
    seen = []
    for number in ("1", "2"):
        client.get(f"{HOME}/register?page={number}", 200)
        seen.append([e["data-id"] for e in client.page.find_all("li") if e.has("data-id")])
    assert [len(page) for page in seen] == [20, 3]
    assert len({*seen[0], *seen[1]}) == 23
    for nonsense in ("0", "-3", "x", "99999999999", "2.5", ""):
        client.get(f"{HOME}/register?page={nonsense}", 200)


def test_the_form_asks_for_what_is_reported(browse: Browse, author: Person, make: Maker) -> None:
    mine = browse(author)
    labels = {
        path: mine.get(f"{HOME}/{path}?lang=en", 200).get_data(as_text=True)
        for path in ("contribute/need", "contribute/offer")
    }

    assert ">What is missing?</label>" in labels["contribute/need"]
    assert ">What already exists?</label>" in labels["contribute/offer"]
    assert ">What is missing?</label>" not in labels["contribute/offer"]


@pytest.mark.parametrize("typed", ["B-002", "b-2", "B002", "kurse b-002"])
def test_a_number_from_paper_finds_its_contribution(client: Client, make: Maker, typed: str) -> None:
    for _ in range(3):
        make.contribution()

    page = client.get(f"{HOME}/register", query_string={"q": typed}).get_data(as_text=True)

    assert [number for number in ("B-001", "B-002", "B-003") if f'data-id="{number}"' in page] == ["B-002"]
    assert client.get(f"{HOME}/contributions/b-002", 200)
    client.get(f"{HOME}/contributions/x-002", 404)


@pytest.mark.parametrize("level", ["B2", "b2", "A1"])
def test_a_level_of_language_is_no_number(client: Client, make: Maker, level: str) -> None:
    make.contribution()
    make.contribution(text="Es fehlt ein Haus.")
    make.contribution(text=f"Es fehlen Sprachkurse {level.upper()}.")

    page = client.get(f"{HOME}/register", query_string={"q": level}).get_data(as_text=True)

    assert [number for number in ("B-001", "B-002", "B-003") if f'data-id="{number}"' in page] == ["B-003"]


def test_a_number_that_is_nobodys_or_of_another_topic_finds_nothing(client: Client, make: Maker) -> None:
    make.contribution()
    for query in ({"q": "B-999"}, {"q": "A-001"}, {"q": "B-001", "field": "wohnen"}, {"q": "B-001 unsinn"}):
        page = client.get(f"{HOME}/register", query_string=query).get_data(as_text=True)
        assert "data-id" not in page


def test_authors_see_their_own_words_beside_the_heading_of_the_staff(
    browse: Browse, author: Person, make: Maker
) -> None:
    make.contribution(text="Ich brauche abends einen Kurs.", title="Kurse am Abend", author=author)

    page = browse(author).get(f"{HOME}/mine", 200).get_data(as_text=True)

    assert "Kurse am Abend" in page
    assert "Ich brauche abends einen Kurs." in page


def test_the_home_page_knows_who_is_signed_in(
    browse: Browse, client: Client, client_as: ClientAs, author: Person, make: Maker
) -> None:
    make.dialogue()
    ask, own = 'name="code"', f'href="{HOME}/mine"'

    assert (ask in client.get("/").text, own in client.get("/").text) == (True, False)
    assert (ask in browse(author).get("/").text, own in browse(author).get("/").text) == (False, True)
    staff = client_as("coordinator").get("/").text
    assert (ask in staff, own in staff) == (False, False)


def test_a_heading_is_in_the_language_of_whoever_wrote_it(
    browse: Browse, client: Client, client_as: ClientAs, author: Person, make: Maker
) -> None:
    words = "نحتاج إلى دورات لغة مسائية"
    by_staff = make.contribution(text=words, title="Sprachkurse am Abend", language="ar", author=author)
    own = make.contribution(text=f"{words} في البلدة", language="ar", author=author)
    poll = make.poll(needs=0)
    headings = {("de", "Sprachkurse am Abend"), ("ar", own.title)}

    def spoken(page: Client) -> set[tuple[str, str]]:
        return {
            (one["lang"], one.text.strip())
            for tag in ("h1", "h2", "h3", "th")
            for one in page.page.find_all(tag)
            if one.get("lang")
        }

    for who, path in (
        (client, "register"),
        (client, f"polls/{poll.id}"),
        (browse(author), "mine"),
    ):
        who.get(f"{HOME}/{path}", 200)
        assert headings <= spoken(who), path
    for written, heading in ((by_staff, "de"), (own, "ar")):
        client.get(f"{HOME}/contributions/{written.reference}", 200)
        assert (heading, written.title) in spoken(client)
