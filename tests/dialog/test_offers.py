"""The details of offers and needs, and the public directory of offers."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from core.actor import OPERATOR
from core.clock import today
from core.config import ROOT
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.transaction import transaction
from dialog.actions import contributions, merging
from dialog.actions.details import OfferFacts, keep_offer
from dialog.models import Contribution, DetailsVersion, NeedDetails, OfferDetails, OfferTrait
from dialog.offer_words import Trait, groups_in, languages_in, months_before
from dialog.queries import details as queries
from dialog.queries import dialogues as dialogue_queries
from dialog.queries import offers as offer_queries
from dialog.queries.contributions import access_contribution
from dialog.queries.offers import OfferFilter
from dialog.vocabulary import Kind, Visibility
from region import queries as region_queries
from tests import factories
from tests.client import Client
from tests.conftest import Maker
from tests.dialog.ground import count, counted_queries, facts
from tests.factories import STAFF, Person

PAGE = "/dialogues/probe/offers"
Browse = Callable[[Person | None], Client]


def offer(title: str = "Sprachcafé", *, place: str | None = "08236040", **values: Any) -> Contribution:
    """A public offer with these details; `groups`, `languages` and `places` are codes and official keys."""
    made = factories.contribution(kind=Kind.OFFER, title=title, text=f"{title} für alle.", place=place)
    traits = {
        Trait.GROUP: values.pop("groups", ()),
        Trait.LANGUAGE: values.pop("languages", ()),
        Trait.ACCESS: values.pop("access_codes", ()),
    }
    places = [region_queries.municipality_of(ags) for ags in values.pop("places", ())]
    with transaction():
        found = access_contribution(OPERATOR, made.dialogue, made.reference)
        keep_offer(
            STAFF,
            found,
            OfferFacts(**values),
            based_on=0,
            traits=traits,
            places=[one for one in places if one],
        )
    return made


@pytest.fixture
def make_offer(make: Maker) -> Callable[..., Contribution]:
    """`offer` for tests that send requests."""

    def call(*args: Any, **values: Any) -> Contribution:
        with make._app.app_context():
            return offer(*args, **values)

    return call


def typed(reader: Client, name: str) -> str:
    """What stands in the input of this name."""
    return next(
        one["value"] for one in reader.page.find_all("input") if one.has("name") and one["name"] == name
    )


def entries(reader: Client) -> list[Any]:
    """The entries of the directory."""
    return [one for one in reader.page.find_all("article") if one.has("id")]


def test_words_of_lists_become_codes_where_we_know_them() -> None:
    assert groups_in("Frauen und Kinder") == ["women", "children"]
    assert groups_in("Menschen mit wenig Geld") == ["low_income"]
    assert groups_in("Brettspielfreunde") == []
    assert languages_in("Deutsch, Arabisch / Türkçe") == ["de", "ar", "tr"]
    assert languages_in("Klingonisch") == []
    assert months_before(date(2026, 3, 31), 1) == date(2026, 2, 28)
    assert months_before(date(2026, 1, 15), 12) == date(2025, 1, 15)
    assert months_before(date(2026, 11, 30), -3) == date(2027, 2, 28)


@pytest.mark.usefixtures("inside")
def test_writing_keeps_what_was_known_before_except_who_is_asked() -> None:
    made = offer(cost=500, contact="Büro Müller", contact_mail="buero@example.org", groups=["women", "x"])
    dialogue = made.dialogue
    with transaction():
        found = access_contribution(STAFF, dialogue, made.reference)
        keep_offer(STAFF, found, OfferFacts(status="running", cost=0), based_on=1, traits={Trait.GROUP: []})
    kept = queries.offer_details(made.id)
    assert kept is not None
    assert (kept.cost, kept.status, kept.revision, kept.contact) == (0, "running", 2, "")
    (version,) = queries.earlier_versions(STAFF, found)
    assert (version.values["cost"], version.values["group"], version.number) == (500, ["women"], 1)
    assert "Müller" not in str(version.values)
    assert "example.org" not in str(version.values)
    assert [fact[2] for fact in facts("DetailsKept")] == [
        {"contribution_id": made.id, "revision": 1},
        {"contribution_id": made.id, "revision": 2},
    ]
    # Who saw an older state overwrites nothing.
    with pytest.raises(Conflict), transaction():
        keep_offer(STAFF, found, OfferFacts(), based_on=1, traits={})
    assert count(DetailsVersion) == 1


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("status", {"status": "maybe"}),
        ("cost", {"cost": -1}),
        ("ends_on", {"begin": date(2026, 5, 2), "ends_on": date(2026, 5, 1)}),
        ("url", {"url": "javascript:alert(1)"}),
        ("checked_on", {"checked_on": "2999-01-01"}),
        ("contact", {"contact_public": True}),
        ("contact_mail", {"contact_mail": "nobody"}),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(field: str, values: dict[str, Any]) -> None:
    made = factories.contribution(kind=Kind.OFFER)
    with pytest.raises(Invalid) as refused, transaction():
        keep_offer(STAFF, made, OfferFacts(**values), based_on=0, traits={})
    assert list(refused.value.fields) == [field]
    assert count(OfferDetails) == 0


def test_all_that_makes_no_sense_is_said_at_once(
    make: Maker, make_offer: Callable[..., Contribution], browse: Browse
) -> None:
    made = make_offer("Kurs")
    staff = browse(make.account("coordinator"))
    path = f"/dialogues/probe/moderation/{made.reference}/details"
    wrong = {
        "begin": "2.5.2026",
        "ends_on": "1.5.2026",
        "url": "beispiel",
        "contact_mail": "nobody",
        "cost": "viel",
    }
    staff.post_form(path, wrong, 422)
    said = staff.page.text
    for sentence in (
        "Der letzte Tag darf nicht vor dem ersten liegen",
        "https://",
        "Bitte schreiben Sie einen Betrag",
        "E-Mail",
    ):
        assert sentence in said
    # A last day without a first one is what is known of many.
    staff.post_form(path, {"ends_on": "1.5.2099"})
    staff.get(f"/dialogues/probe/contributions/{made.reference}")
    assert "bis 1. Mai 2099" in staff.page.text


@pytest.mark.usefixtures("inside")
def test_details_go_with_the_words_and_others_cannot_write_them() -> None:
    author = factories.participant()
    made = factories.contribution(kind=Kind.OFFER, author=author)
    with pytest.raises(Forbidden), transaction():
        keep_offer(author.actor, made, OfferFacts(), based_on=0, traits={})
    with pytest.raises(NotFound), transaction():
        keep_offer(STAFF, factories.contribution(), OfferFacts(), based_on=0, traits={})
    with transaction():
        keep_offer(STAFF, made, OfferFacts(contact="Büro"), based_on=0, traits={Trait.GROUP: ["women"]})
    with transaction():
        contributions.withdraw_contribution(author.actor, made)
    assert (count(OfferDetails), count(OfferTrait)) == (0, 0)


def test_staff_write_an_offer_and_everybody_reads_what_is_public(make: Maker, browse: Browse) -> None:
    make.county()
    make.municipality("08236025", "Heimsheim")
    made = make.contribution(kind=Kind.OFFER, title="Sprachcafé")
    staff, reader = browse(make.account("coordinator")), browse(None)
    path = f"/dialogues/probe/moderation/{made.reference}/details"
    sent = {
        "status": "running",
        "checked_on": today().isoformat(),
        "groups": ["women", "refugees"],
        "languages": ["ar"],
        "places": ["08236025"],
        "cost": "12,50",
        "access": "Aufzug im Hof",
        "ways": ["step_free"],
        "capacity": "12 Personen",
        "contact": "Frau Dr. Beispiel",
        "contact_public": "y",
        "contact_mail": "buero@example.org",
        "remark": "Intern zu klären",
        "based_on": "0",
    }
    staff.get(path, 200)
    staff.post_form(path, sent | {"cost": "teuer"}, 422)
    assert staff.page.find("input", name="cost")["value"] == "teuer"
    # What looks like a person's name is asked about before everybody reads it.
    staff.post_form(path, sent, 422)
    staff.post_form(path, sent | {"contact": "Büro für Vielfalt, 07041 0000"}, 303)

    reader.get(f"/dialogues/probe/contributions/{made.reference}", 200)
    for shown in ("Heimsheim", "12,50", "Aufzug im Hof", "12 Personen", "Büro für Vielfalt", "العربية"):
        assert shown in reader.text
    for hidden in ("Intern zu klären", "buero@example.org"):
        assert hidden not in reader.text
        staff.get(f"/dialogues/probe/contributions/{made.reference}", 200)
        assert hidden in staff.text
    for person in (None, make.participant(), make.account("auditor")):
        browse(person).get(path, 403)


def test_two_of_staff_do_not_overwrite_one_another(make: Maker, browse: Browse) -> None:
    made = make.contribution(kind=Kind.OFFER)
    path = f"/dialogues/probe/moderation/{made.reference}/details"
    one, other = browse(make.account("coordinator")), browse(make.account("coordinator"))
    one.get(path, 200)
    other.get(path, 200)
    one.post_form(path, {"status": "running", "capacity": "zwölf", "based_on": "0"}, 303)
    other.post_form(path, {"status": "planned", "capacity": "zwanzig", "based_on": "0"}, 409)
    # What was typed and what is saved stand side by side; saving once more is a decision.
    assert "zwölf" in other.text
    assert typed(other, "capacity") == "zwanzig"
    other.post_form(path, {"status": "planned", "capacity": "zwanzig", "based_on": "1"}, 303)


def test_staff_write_a_need_and_nobody_else_reads_it(make: Maker, browse: Browse) -> None:
    made = make.contribution()
    path = f"/dialogues/probe/moderation/{made.reference}/details"
    page = f"/dialogues/probe/contributions/{made.reference}"
    staff, reader = browse(make.account("coordinator")), browse(None)
    staff.get(path, 200)
    staff.post_form(path, {"urgency": "5", "known_how": "Aus drei Beratungen", "based_on": "0"}, 303)
    staff.get(page, 200)
    reader.get(page, 200)
    assert "Aus drei Beratungen" in staff.text
    assert "Aus drei Beratungen" not in reader.text
    with make._app.app_context():
        assert count(NeedDetails) == 1


@pytest.mark.usefixtures("inside")
def test_the_directory_finds_by_each_question() -> None:
    factories.county()
    factories.municipality("08236025", "Heimsheim")
    factories.municipality("08236028", "Illingen")
    cafe = offer("Sprachcafé", cost=0, groups=["everybody"], languages=["ar", "de"], places=["08236025"])
    course = offer("Kurs", cost=4000, groups=["women"], languages=["tr"], place="08236028")
    county = offer("Beratung", place=None)
    bus = offer("Fahrdienst", serves_county=True, groups=["older"])
    dialogue = cafe.dialogue

    def found(**wish: Any) -> set[int]:
        asked = OfferFilter(**wish)
        seen = {one.contribution.id for one in offer_queries.visible_offers(STAFF, dialogue, asked)}
        assert offer_queries.count_offers(STAFF, dialogue, asked) == len(seen)
        return seen

    everything = {cafe.id, course.id, county.id, bus.id}
    assert found() == everything
    assert found(place="08236025") == {cafe.id, county.id, bus.id}
    assert found(place="08236028") == {course.id, county.id, bus.id}
    assert found(place="county") == {county.id, bus.id}
    assert found(place="99999999") == set()
    # What is for everybody is for women, too.
    assert found(group="women") == {cafe.id, course.id}
    assert found(language="ar") == {cafe.id}
    assert found(cost="free") == {cafe.id}
    assert found(cost="paid") == {course.id}
    assert found(cost="open") == {county.id, bus.id}
    assert found(field="sprache") == everything
    assert found(field="wohnen") == set()
    assert found(words="SPRACHCAFE") == {cafe.id}
    assert found(words="100%") == set()
    in_use = offer_queries.traits_in_use(STAFF, dialogue)
    assert (in_use[Trait.GROUP], in_use[Trait.LANGUAGE]) == (
        ["everybody", "women", "older"],
        ["de", "tr", "ar"],
    )


@pytest.mark.usefixtures("inside")
def test_what_is_hidden_withdrawn_merged_or_waiting_never_shows() -> None:
    lead = offer("Sprachcafé")
    member = offer("Café der Sprachen")
    dialogue = lead.dialogue
    for state in (Visibility.HIDDEN, Visibility.WITHDRAWN, Visibility.WAITING, Visibility.RETURNED):
        factories.contribution(state, kind=Kind.OFFER)
    factories.contribution(kind=Kind.NEED)
    with transaction():
        merging.merge_contribution(
            STAFF,
            access_contribution(STAFF, dialogue, member.reference),
            access_contribution(STAFF, dialogue, lead.reference),
        )
    shown = offer_queries.visible_offers(STAFF, dialogue, OfferFilter())
    assert [one.contribution.id for one in shown] == [lead.id]


@pytest.mark.usefixtures("inside")
def test_a_page_of_the_directory_asks_as_often_for_many_offers_as_for_few() -> None:
    factories.county()
    factories.municipality("08236025", "Heimsheim")
    dialogue = offer("Eins", places=["08236025"], groups=["women"]).dialogue
    with counted_queries() as few:
        offer_queries.visible_offers(STAFF, dialogue, OfferFilter(), limit=20)
    for number in range(5):
        offer(f"Weiteres {number}", places=["08236025"], groups=["women"])
    with counted_queries() as many:
        for one in offer_queries.visible_offers(STAFF, dialogue, OfferFilter(), limit=20):
            assert one.places
            assert one.contribution.municipality
            assert one.contribution.field
    assert len(many) == len(few) <= 3


def test_what_has_ended_is_no_offer_and_what_was_not_checked_says_so(
    make_offer: Callable[..., Contribution], browse: Browse
) -> None:
    ended = make_offer("Schwimmkurs", status="ended")
    over = make_offer("Sommerfest", begin=date(2024, 7, 1), ends_on=date(2024, 7, 2))
    old = make_offer("Nähtreff", status="running", checked_on="2017")
    fresh = make_offer("Kochkurs", status="running", checked_on=today().isoformat())
    reader = browse(None)
    reader.get(f"{PAGE}?lang=en", 200)
    assert ended.title not in reader.text
    assert over.title not in reader.text
    assert "Last checked: 2017. Please ask whether it still exists." in reader.text
    assert [one["id"] for one in entries(reader) if "vs-entry--uncertain" in one["class"]] == [old.reference]
    assert fresh.title in reader.text
    reader.get(f"{PAGE}?lang=en&ended=1", 200)
    assert ended.title in reader.text
    assert over.title in reader.text
    assert reader.text.count("This offer has ended.") == 2
    assert old.title not in reader.text
    reader.get(f"/dialogues/probe/contributions/{ended.reference}?lang=en", 200)
    assert "This offer has ended." in reader.text
    # In the register, too, it can be told from what exists.
    reader.get("/dialogues/probe/register?lang=en&q=Schwimmkurs", 200)
    assert "has ended" in reader.text


def test_the_table_hides_no_formula_and_says_what_it_means(
    make_offer: Callable[..., Contribution], browse: Browse
) -> None:
    make_offer("=HYPERLINK(1)", access="+49 nach Anmeldung", contact="Büro A", cost=1205, groups=["women"])
    reader = browse(None)
    answer = reader.get(f"{PAGE}.csv", 200)
    head, row = csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff")), delimiter=";")
    line = dict(zip(head, row, strict=True))
    assert line["title"] == "'=HYPERLINK(1)"
    assert line["access"].startswith("'+49")
    assert (line["cost_eur"], line["target_groups"], line["contact"]) == ("12.05", "women", "")
    told = reader.get(f"{PAGE}-fields.csv", 200).get_data(as_text=True).removeprefix("\ufeff")
    rows = list(csv.reader(io.StringIO(told), delimiter=";"))[1:]
    assert [one[0] for one in rows] == head
    assert all(one[1] for one in rows)


def test_dated_offers_go_into_a_calendar_and_bring_nothing_along(
    make_offer: Callable[..., Contribution], browse: Browse
) -> None:
    first, last = today() + timedelta(days=3), today() + timedelta(days=5)
    one = make_offer("Fest, mit\\n Musik", begin=first, ends_on=last, schedule="")
    series = make_offer("Kurs", begin=first, ends_on=last, schedule="abends\r\nEND:VEVENT")
    plain = make_offer("Ohne Tage")
    reader = browse(None)
    answer = reader.get(f"/dialogues/probe/contributions/{one.reference}/offer.ics", 200)
    (event,) = Calendar.from_ical(answer.get_data()).walk("VEVENT")
    assert event["summary"] == one.title
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (first, last + timedelta(days=1))
    whole = Calendar.from_ical(reader.get(f"{PAGE}.ics", 200).get_data())
    events = whole.walk("VEVENT")
    assert len(events) == 2
    assert events[1].decoded("dtend") == first + timedelta(days=1)
    assert "END:VEVENT" in events[1]["description"]
    assert series.title == events[1]["summary"]
    reader.get(f"/dialogues/probe/contributions/{plain.reference}/offer.ics", 404)


def test_the_directory_says_when_it_is_empty_or_nothing_fits(make: Maker, browse: Browse) -> None:
    make.dialogue()
    reader = browse(None)
    reader.get(f"{PAGE}?lang=en", 200)
    assert "No offer has been published yet" in reader.text
    reader.get(f"{PAGE}?lang=en&q=nirgends&group=nonsense&cost=%00&page=99", 200)
    assert "Nothing fits what you are looking for" in reader.text
    reader.get("/dialogues/elsewhere/offers", 404)


@pytest.mark.usefixtures("inside")
def test_access_to_details_ends_with_the_words() -> None:
    made = factories.contribution(Visibility.WITHDRAWN, kind=Kind.OFFER)
    with pytest.raises((NotFound, Forbidden)):
        queries.access_details(STAFF, dialogue_queries.access_dialogue(STAFF, "probe"), made.reference)


@pytest.mark.usefixtures("demo_app")
def test_the_demonstration_offers_nothing_that_its_sources_call_ended(client: Client) -> None:
    data = json.loads((ROOT / "demo" / "enzkreis-demo.json").read_text("utf-8"))["offers"]
    ended = {one["id"] for one in data if one["status"] == "beendet"}
    page = "/dialogues/enzkreis/offers"
    answer = client.get(f"{page}.csv", 200).get_data(as_text=True).removeprefix("\ufeff")
    shown = list(csv.DictReader(io.StringIO(answer), delimiter=";"))
    assert len(shown) > 60
    assert not ended & {one["number"] for one in shown}
    # Nobody has made up what the sources do not say.
    assert {one["cost_eur"] + one["contact"] + one["capacity"] + one["languages"] for one in shown} == {""}
    client.get(f"{page}?ended=1", 200)
    assert {one["id"] for one in entries(client)} >= ended
    client.get(f"{page}?place=08236040&group=women", 200)
    assert entries(client)
