"""The workspace of a municipality: drafts, entries, lists, confirmations, for its own people alone."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from accounts.permissions import Scope
from core.clock import today
from core.db import db
from core.errors import Conflict, Forbidden, NotFound, Stale
from core.transaction import transaction
from dialog.actions import lists as list_actions
from dialog.actions import merging, moderation
from dialog.actions import workspaces as actions
from dialog.actions.details import OfferFacts, keep_offer
from dialog.models import Confirmation, Contribution, Dialogue, ListImport, OfferDetails
from dialog.municipal_lists.reading import sent_list
from dialog.queries import contributions as contribution_queries
from dialog.queries import lists as list_queries
from dialog.queries import workspaces as queries
from dialog.vocabulary import Kind, Origin
from region.models import ActionField
from tests.architecture.test_house import state_of_the_database
from tests.client import Client
from tests.conftest import Maker
from tests.dialog.ground import at_once, browsers, count
from tests.factories import Person
from tests.security.routes import addresses
from tests.security.test_isolation import words_of

Browse = Callable[[Person | None], Client]
HERE, THERE = "08236040", "08236043"
LIST = (
    "Gemeinde;Handlungsfeld;Bedarf\n"
    ";Sprache;Deutschkurs am Abend\n"
    "Mühlacker;Sprache;Treff für Eltern\n"
    "Neuenbürg;Sprache;Fahrdienst\n"
    "Landkreis;Sprache;Dolmetschen\n"
    "Mühlacker;Quatsch;Spielplatz\n"
)


class Ground:
    """A dialogue with two municipalities, somebody of each, and staff."""

    def __init__(self, app: Flask, make: Maker) -> None:
        self.app = app
        self.dialogue: Dialogue = make.dialogue()
        self.here, self.there = make.municipality(), make.municipality(THERE, "Neuenbürg", "Stadt")
        self.own = self._editor(make, self.here.id)
        self.colleague = self._editor(make, self.here.id)
        self.foreign = self._editor(make, self.there.id)
        self.staff: Person = make.account("coordinator")
        self.resident: Person = make.participant()
        self.root = f"/dialogues/{self.dialogue.slug}/municipalities"
        self.page = f"{self.root}/{HERE}"

    def _editor(self, make: Maker, municipality_id: int) -> Person:
        made: Person = make.account("municipality_editor", Scope("municipality", municipality_id))
        return made

    def workspace(self, person: Person, ags: str = HERE) -> queries.Workspace:
        return queries.access_workspace(person.actor, db.session.get_one(Dialogue, self.dialogue.id), ags)

    def field(self) -> ActionField:
        return db.session.execute(
            select(ActionField).where(
                ActionField.field_set_id == self.dialogue.field_set_id, ActionField.slug == "sprache"
            )
        ).scalar_one()

    def write(self, person: Person, text: str, ags: str = HERE, *, send: bool = False) -> Contribution:
        with self.app.app_context(), transaction():
            return actions.write_entry(
                person.actor,
                self.workspace(person, ags),
                kind=Kind.NEED,
                text=text,
                field=self.field(),
                language="de",
                send=send,
            )

    def hand_in(self, person: Person, ags: str = HERE, content: str = LIST) -> int:
        with self.app.app_context(), transaction():
            here = self.workspace(person, ags)
            made = list_actions.read_in(
                person.actor,
                here.dialogue,
                kind=Kind.NEED,
                sent=sent_list("bedarfe.csv", content.encode()),
                here=here,
            )
            return made.id


@pytest.fixture
def ground(app: Flask, make: Maker) -> Ground:
    return Ground(app, make)


def found(reference: str, ground: Ground, person: Person) -> Contribution:
    return contribution_queries.access_contribution(
        person.actor, db.session.get_one(Dialogue, ground.dialogue.id), reference
    )


def test_an_entry_is_a_draft_then_sent_asked_about_answered_and_published(
    ground: Ground, browse: Browse
) -> None:
    editor, colleague, staff = browse(ground.own), browse(ground.colleague), browse(ground.staff)
    editor.get(f"{ground.page}/write/need", 200)
    editor.follow(
        editor.post_form(
            f"{ground.page}/write/need",
            {"text": "Es fehlt ein Deutschkurs am Abend.", "field": "sprache", "keep": "y"},
        )
    )
    assert "Deutschkurs am Abend" in editor.text
    assert "Entwurf" in editor.text
    reference = f"/dialogues/{ground.dialogue.slug}/contributions/B-001"
    # A draft is for the municipality's people: a colleague goes on with it, staff do not see it.
    staff.get(reference, 404)
    assert "Deutschkurs" not in staff.get(ground.page, 200).text
    browse(ground.foreign).get(reference, 404)
    entry = f"{ground.page}/entries/B-001"
    colleague.get(entry, 200)
    colleague.follow(colleague.post_form(entry, {"text": "Es fehlt ein Deutschkurs am Abend mit Betreuung."}))
    staff.get(reference, 200)
    assert "mit Betreuung" in staff.text
    assert "mit Betreuung" in staff.get(f"/dialogues/{ground.dialogue.slug}/moderation", 200).text

    with ground.app.app_context(), transaction():
        moderation.return_contribution(
            ground.staff.actor, found("B-001", ground, ground.staff), question="An welchem Tag?"
        )
    editor.get(ground.page, 200)
    assert "An welchem Tag?" in editor.text
    editor.get(entry, 200)
    assert "An welchem Tag?" in editor.text
    assert "Entwurf behalten" not in editor.text
    editor.follow(editor.post_form(entry, {"text": "Es fehlt ein Deutschkurs am Dienstagabend."}))

    with ground.app.app_context(), transaction():
        moderation.publish_contribution(ground.staff.actor, found("B-001", ground, ground.staff))
    assert "1 Bedarf" in editor.get(ground.page, 200).text
    # What is decided is changed by nobody here.
    editor.get(entry, 409)
    editor.post(entry, {"_key": "key-of-too-late-0001", "text": "Anders.", "field": "sprache"}, None)
    with ground.app.app_context():
        assert found("B-001", ground, ground.own).text == "Es fehlt ein Deutschkurs am Dienstagabend."


def test_what_was_typed_is_still_there_after_a_refusal(ground: Ground, browse: Browse) -> None:
    editor = browse(ground.own)
    page = f"{ground.page}/write/offer"
    editor.get(page, 200)
    editor.post_form(page, {"text": "Ein Café."}, status=422)
    assert editor.page.find("textarea").raw_text.strip() == "Ein Café."
    editor.post_form(page, {"text": "", "field": "sprache"}, status=422)
    assert editor.errors
    with ground.app.app_context():
        assert count(Contribution) == 0


def test_two_who_write_at_one_entry_lose_nothing(ground: Ground) -> None:
    entry = ground.write(ground.own, "Ein Kurs.")
    change = {"language": "de", "send": False}
    with ground.app.app_context(), transaction():
        actions.change_entry(
            ground.colleague.actor,
            found(entry.reference, ground, ground.colleague),
            based_on=1,
            text="Ein Kurs am Abend.",
            field=ground.field(),
            **change,  # type: ignore[arg-type]
        )
    with ground.app.app_context(), pytest.raises(Stale), transaction():
        actions.change_entry(
            ground.own.actor,
            found(entry.reference, ground, ground.own),
            based_on=1,
            text="Ein Kurs am Morgen.",
            field=ground.field(),
            **change,  # type: ignore[arg-type]
        )
    with ground.app.app_context():
        present = found(entry.reference, ground, ground.own)
        assert present.text == "Ein Kurs am Abend."
        assert [one.text for one in present.revisions] == ["Ein Kurs.", "Ein Kurs am Abend."]


def test_who_sends_a_draft_twice_at_once_sends_it_once(ground: Ground, make: Maker) -> None:
    entry = ground.write(ground.own, "Ein Kurs.")
    windows = browsers(ground.app, make.session(ground.own), 8)
    answers = at_once(
        8,
        lambda turn: windows[turn].post(
            f"{ground.page}/entries/{entry.reference}",
            {
                "_key": f"key-of-window-{turn:04}",
                "text": f"Kurs {turn}.",
                "field": "sprache",
                "language": "de",
                "based_on": "1",
            },
        ),
    )
    assert sorted(one.status_code for one in answers) == [303, *[409] * 7]
    with ground.app.app_context():
        present = found(entry.reference, ground, ground.own)
        assert present.revision == 2
        assert [one.kind for one in present.stations] == ["submitted"]


def test_what_people_who_live_there_write_is_not_the_municipalitys(
    ground: Ground, make: Maker, browse: Browse
) -> None:
    waiting = make.contribution("waiting", text="Bei uns ist es laut.", author=ground.resident)
    with ground.app.app_context(), transaction():
        db.session.get_one(Contribution, waiting.id).municipality_id = ground.here.id
    editor = browse(ground.own)
    assert "laut" not in editor.get(ground.page, 200).text
    editor.get(f"{ground.page}/entries/{waiting.reference}", 404)
    editor.get(f"/dialogues/{ground.dialogue.slug}/contributions/{waiting.reference}", 404)
    with ground.app.app_context(), pytest.raises(NotFound):
        found(waiting.reference, ground, ground.own)


def test_a_list_of_a_municipality_is_about_nobody_else(ground: Ground, browse: Browse) -> None:
    editor = browse(ground.own)
    page = f"{ground.page}/lists"
    key = dict(editor.form(page).values)["_key"]
    sent = {"_key": key, "kind": "need", "file": (io.BytesIO(LIST.encode()), "bedarfe.csv")}
    here = str(editor.post(page, sent, 303).headers["Location"])
    editor.get(here, 200)
    assert "„Neuenbürg“ ist nicht Ihre Gemeinde." in editor.text
    with ground.app.app_context():
        (made,) = db.session.execute(select(ListImport)).scalars()
        rows = [one.outcome for one in list_queries.rows_of(made)]
        assert rows == ["ok_normalised", "ok_normalised", "rejected", "rejected", "incomplete"]

    editor.get(f"{here}/rows/5", 200)
    assert "Ganzer Landkreis" not in str(editor.page.find("select"))
    editor.follow(editor.post_form(f"{here}/rows/5", {"field": "sprache"}))
    editor.follow(editor.post_form(here, to=f"{here}/import"))
    with ground.app.app_context():
        entries = list(db.session.execute(select(Contribution).order_by(Contribution.number)).scalars())
        assert [one.title for one in entries] == ["Deutschkurs am Abend", "Treff für Eltern", "Spielplatz"]
        assert {(one.municipality_id, one.visibility) for one in entries} == {(ground.here.id, "public")}
    editor.follow(editor.post_form(here, to=f"{here}/undo"))
    with ground.app.app_context():
        assert {one.visibility for one in db.session.execute(select(Contribution)).scalars()} == {"withdrawn"}
    # Staff see whose list it is; the list of all is not the municipality's.
    assert "Mühlacker" in browse(ground.staff).get(f"/dialogues/{ground.dialogue.slug}/lists", 200).text
    editor.get(f"/dialogues/{ground.dialogue.slug}/lists", 403)


def test_what_columns_mean_is_remembered_for_the_municipality_that_said_so(ground: Ground) -> None:
    strange = "Worum;Thema\nKurs;Sprache\n"
    first = ground.hand_in(ground.own, content=strange)
    with ground.app.app_context(), transaction():
        dialogue = db.session.get_one(Dialogue, ground.dialogue.id)
        made = list_queries.access_list(ground.own.actor, dialogue, first)
        list_actions.name_columns(ground.own.actor, made, {"worum": "title", "thema": "field"})
    again = ground.hand_in(ground.own, content=strange)
    elsewhere = ground.hand_in(ground.foreign, THERE, strange)
    with ground.app.app_context():
        assert db.session.get_one(ListImport, again).by_hand == {"worum": "title", "thema": "field"}
        assert db.session.get_one(ListImport, elsewhere).by_hand == {}


def test_that_entries_are_current_is_said_by_name_and_kept(ground: Ground, browse: Browse) -> None:
    editor, public = browse(ground.own), browse(None)
    story = f"/dialogues/{ground.dialogue.slug}/gaps/{HERE}"
    assert "bestätigt" not in public.get(story, 200).text
    for _ in range(2):
        editor.get(ground.page, 200)
        editor.follow(editor.post_form(ground.page, to=f"{ground.page}/confirm"))
    assert "Bestätigt von Municipality_editor am" in editor.text
    with ground.app.app_context():
        assert count(Confirmation) == 2
    public.get(story, 200)
    assert "Die Gemeinde hat ihre Einträge am" in public.text
    assert "Municipality_editor" not in public.text
    staff = browse(ground.staff)
    staff.get(ground.root, 200)
    assert "Municipality_editor" in staff.text
    for someone in (None, ground.resident, ground.own):
        browse(someone).get(ground.root, 404)


def test_whoever_says_that_all_is_current_has_checked_the_own_offers(
    ground: Ground, browse: Browse, make: Maker
) -> None:
    def offer(title: str, origin: Origin, place: str = HERE) -> int:
        made: Contribution = make.contribution(of=ground.dialogue, kind=Kind.OFFER, title=title, place=place)
        with ground.app.app_context(), transaction():
            db.session.get_one(Contribution, made.id).origin = origin
        return made.id

    mine, planned = offer("Nähtreff", Origin.IMPORT), offer("Chor", Origin.MUNICIPALITY)
    ended = offer("Fest", Origin.IMPORT)
    told, foreign = offer("Nachbarschaft", Origin.FORM), offer("Ball", Origin.IMPORT, THERE)
    with ground.app.app_context(), transaction():
        for one, status in ((planned, "planned"), (ended, "ended")):
            here = db.session.get_one(Contribution, one)
            keep_offer(ground.staff.actor, here, OfferFacts(status=status), based_on=0, traits={})
    editor = browse(ground.own)
    editor.get(ground.page, 200)
    assert "gelten 2 Angebote als heute geprüft" in editor.page.text
    editor.follow(editor.post_form(ground.page, to=f"{ground.page}/confirm"))
    with ground.app.app_context():
        known = {
            one.contribution_id: (one.status, one.checked_on)
            for one in db.session.scalars(select(OfferDetails))
        }
    day = today().isoformat()
    assert known == {mine: ("running", day), planned: ("planned", day), ended: ("ended", "")}
    assert told not in known
    assert foreign not in known


def test_everybody_else_is_refused(ground: Ground) -> None:
    entry = ground.write(ground.own, "Ein Kurs.")
    with ground.app.app_context():
        for stranger in (ground.foreign, ground.resident):
            with pytest.raises(NotFound):
                ground.workspace(stranger)
        here = ground.workspace(ground.own)
        present = found(entry.reference, ground, ground.own)
        for stranger in (ground.foreign, ground.resident):
            with pytest.raises(Forbidden), transaction():
                actions.confirm_entries(stranger.actor, here)
        # Staff may look after a municipality, but not write in the name of its people's drafts.
        for stranger in (ground.foreign, ground.staff):
            with pytest.raises(Forbidden), transaction():
                actions.change_entry(
                    stranger.actor,
                    present,
                    based_on=1,
                    text="Anders.",
                    field=ground.field(),
                    language="de",
                    send=True,
                )
    with ground.app.app_context(), pytest.raises((Forbidden, Conflict)), transaction():
        moderation.hide_contribution(
            ground.staff.actor, db.session.get_one(Contribution, entry.id), reason="insult"
        )


def test_r04_drafts_lists_and_confirmations_are_found_by_no_neighbour(
    app: Flask, make: Maker, browse: Browse
) -> None:
    everything = addresses(make)
    ground = Ground(app, make)
    entry = ground.write(ground.foreign, "Kanarie-7f3a fehlt uns.", THERE)
    sent = ground.write(ground.foreign, "Kanarie-7f3a, gesendet.", THERE, send=True)
    import_id = ground.hand_in(ground.foreign, THERE, "Handlungsfeld;Bedarf\nSprache;Kanarie-7f3a\n")
    with app.app_context(), transaction():
        actions.confirm_entries(ground.foreign.actor, ground.workspace(ground.foreign, THERE))
    slug = ground.dialogue.slug
    everything.numbers |= {"import_id": import_id, "municipality_id": ground.there.id}

    def about_them(path: str) -> set[str]:
        found = {path.replace("/probe/", f"/{slug}/").replace(HERE, THERE)}
        if "/entries/" in path or "/contributions/" in path:
            found |= {path.rpartition("/")[0] + "/" + one.reference for one in (entry, sent)}
        return found

    neighbour, before = browse(ground.own), state_of_the_database(app)
    pages = {one for path in everything.paths("GET") for one in (path, *about_them(path))}
    seen = [path for path in sorted(pages) if "7f3a" in words_of(neighbour.get(path).data)]
    assert seen == []
    root = f"/dialogues/{slug}"
    for path in (
        f"{root}/municipalities/{THERE}/confirm",
        f"{root}/municipalities/{THERE}/lists",
        f"{root}/municipalities/{THERE}/write/need",
        f"{root}/municipalities/{THERE}/entries/{entry.reference}",
        f"{root}/municipalities/{HERE}/entries/{entry.reference}",
        f"{root}/contributions/{entry.reference}/withdraw",
        *(f"{root}/lists/{import_id}/{what}" for what in ("import", "undo", "drop", "columns", "rows/1")),
    ):
        neighbour.post(path, {"_key": "key-of-the-canaries-1", "text": "x", "field": "sprache"}, 404)
    assert state_of_the_database(app) == before
    # The canaries sing at home.
    home = browse(ground.foreign)
    assert home.get(f"{root}/municipalities/{THERE}", 200).text.count("7f3a") == 2
    assert "7f3a" in home.get(f"{root}/lists/{import_id}", 200).text


def test_whoever_works_for_a_municipality_begins_there(ground: Ground, browse: Browse) -> None:
    editor = browse(ground.own)
    editor.get("/", 200)
    assert any(link["href"] == ground.page for link in editor.page.find_all("a") if link.get("href"))
    editor.get("/account", 200)
    assert ground.page in str(editor.page)
    browse(ground.resident).get(ground.page, 404)


def test_the_people_of_a_municipality_keep_its_offers_but_read_no_remark(
    ground: Ground, browse: Browse
) -> None:
    offers = "Handlungsfeld;Angebot;Bemerkung\nSprache;Lesestunde;Kanarie-7f3a\n"
    with ground.app.app_context(), transaction():
        here = ground.workspace(ground.staff)
        sent = sent_list("angebote.csv", offers.encode())
        made = list_actions.read_in(ground.staff.actor, here.dialogue, kind=Kind.OFFER, sent=sent, here=here)
        list_actions.import_list(ground.staff.actor, made)
    offer = f"/dialogues/{ground.dialogue.slug}/contributions/A-001"
    details = f"/dialogues/{ground.dialogue.slug}/moderation/A-001/details"
    for stranger in (ground.foreign, ground.resident):
        browse(stranger).get(details, 403)
        assert "Einzelheiten ändern" not in browse(stranger).get(offer, 200).text

    editor, staff = browse(ground.own), browse(ground.staff)
    assert "Kanarie-7f3a" in staff.get(offer, 200).text
    assert "Einzelheiten ändern" in editor.get(offer, 200).text
    assert "Kanarie-7f3a" not in editor.text
    older = editor.form(details)
    assert "Kanarie-7f3a" not in editor.get(details).text
    assert "Bemerkung" not in editor.text
    editor.follow(editor.post_form(details, {"capacity": "12 Kinder"}))
    assert "12 Kinder" in editor.text
    # Neither comparing with what was saved meanwhile nor guessing the field shows or changes it.
    guessed = {**dict(older.values), "capacity": "20 Kinder", "remark": "Meins"}
    editor.post(details, guessed, 409)
    assert "12 Kinder" in editor.text
    assert "Kanarie-7f3a" not in editor.text
    again = {**dict(editor.form(details).values), "capacity": "15 Kinder", "remark": "Meins"}
    editor.follow(editor.post(details, again, 303))
    staff.get(offer, 200)
    assert ("15 Kinder" in staff.text, "Kanarie-7f3a" in staff.text, "Meins" in staff.text) == (
        True,
        True,
        False,
    )


def test_the_workspace_counts_what_the_register_shows(ground: Ground, make: Maker) -> None:
    lead, member = (make.contribution(place=HERE) for _ in range(2))
    with ground.app.app_context():
        assert queries.public_numbers(ground.workspace(ground.own)) == {"need": 2}
        with transaction():
            one, other = (db.session.get_one(Contribution, it.id) for it in (member, lead))
            merging.merge_contribution(ground.staff.actor, one, other)
        assert queries.public_numbers(ground.workspace(ground.own)) == {"need": 1}
        here = queries.standings(ground.staff.actor, ground.workspace(ground.own).dialogue)[0]
        assert here.public == 1
