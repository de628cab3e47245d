"""Words of one person put into another language by another one, and the list of what waits for that."""

from __future__ import annotations

from typing import Any

import pytest

from core.actor import VISITOR
from core.db import db
from core.errors import Forbidden, Invalid, Stale
from core.transaction import transaction
from dialog.actions import translations as actions
from dialog.actions.contributions import withdraw_contribution
from dialog.models import Contribution, Translation
from dialog.queries import translations as queries
from dialog.vocabulary import Visibility
from tests import factories
from tests.client import Client
from tests.conftest import Maker
from tests.factories import STAFF

ARABIC = "لا توجد دورات في المساء"
TURKISH = "Akşam kursları yok."

inside = pytest.mark.usefixtures("inside")


def into_turkish(contribution: Contribution, who: object, text: str = TURKISH, based_on: int = 0) -> int:
    with transaction():
        return actions.translate(who, contribution, language="tr", text=text, based_on=based_on)  # type: ignore[arg-type]


@inside
def test_every_wording_is_kept_and_the_newest_is_shown() -> None:
    written = factories.contribution(language="ar", text=ARABIC)
    one, other = factories.participant().actor, factories.participant().actor
    assert into_turkish(written, one) == 1
    assert into_turkish(written, other, "Akşamları kurs yok.", based_on=1) == 2
    shown = queries.shown_in("tr", [written.id])[written.id]
    assert (shown.text, shown.of_revision) == ("Akşamları kurs yok.", written.revision)
    assert [one.number for one in queries.wordings(STAFF, written, "tr")] == [2, 1]
    assert queries.wordings(one, written, "tr") == []
    assert queries.shown_in("uk", [written.id]) == {}


@inside
def test_who_may_translate_what() -> None:
    here = factories.dialogue()
    public = factories.contribution(of=here, language="ar", text=ARABIC)
    author = factories.participant(here)
    waiting = factories.contribution(Visibility.WAITING, of=here, author=author, language="ar")
    other = factories.participant(here).actor
    gone = factories.participant(here, writes=False).actor
    for who, about in ((VISITOR, public), (gone, public), (other, waiting)):
        with pytest.raises(Forbidden):
            into_turkish(about, who)
    assert into_turkish(waiting, author.actor) == 1
    with pytest.raises(Forbidden), transaction():
        actions.take_out(other, waiting, language="tr", based_on=1)


@inside
def test_what_cannot_be_a_translation() -> None:
    written = factories.contribution(language="tr")
    who = factories.participant().actor
    for language, text in (("tr", "Zaten Türkçe."), ("xx", "?"), ("uk", "  "), ("uk", "a" * 5000)):
        with pytest.raises(Invalid), transaction():
            actions.translate(who, written, language=language, text=text, based_on=0)
    assert db.session.query(Translation).count() == 0


@inside
def test_nobody_writes_over_a_wording_they_have_not_read() -> None:
    written = factories.contribution(language="ar", text=ARABIC)
    who = factories.participant().actor
    into_turkish(written, who)
    with pytest.raises(Stale):
        into_turkish(written, who, "Başka bir metin.")
    assert queries.shown_in("tr", [written.id])[written.id].text == TURKISH


@inside
def test_staff_take_a_translation_out_and_keep_it() -> None:
    written = factories.contribution(language="ar", text=ARABIC)
    into_turkish(written, factories.participant().actor)
    with transaction():
        actions.take_out(STAFF, written, language="tr", based_on=1)
    assert queries.shown_in("tr", [written.id]) == {}
    assert [one.text for one in queries.wordings(STAFF, written, "tr")] == ["", TURKISH]
    assert into_turkish(written, factories.participant().actor, "Kurs yok.", based_on=2) == 3


@inside
def test_taking_a_contribution_back_destroys_its_translations() -> None:
    author = factories.participant()
    written = factories.contribution(author=author, language="ar", text=ARABIC)
    into_turkish(written, factories.participant().actor)
    with transaction():
        withdraw_contribution(author.actor, written)
    assert {one.text for one in db.session.query(Translation)} == {""}


@inside
def test_the_list_of_what_waits() -> None:
    here = factories.dialogue()
    done, open_, turkish = (factories.contribution(of=here, language=code) for code in ("ar", "ar", "tr"))
    into_turkish(done, factories.participant(here).actor)
    factories.contribution(Visibility.WAITING, of=here, language="ar")
    assert [one.id for one in queries.waiting(STAFF, here, "tr")] == [open_.id]
    assert {one.id for one in queries.waiting(STAFF, here, "uk")} == {done.id, open_.id, turkish.id}
    with pytest.raises(Forbidden):
        queries.waiting(factories.participant(here).actor, here, "tr")


def test_a_page_shows_the_readers_language_with_the_original_behind_it(
    client: Client, make: Maker, browse: Any
) -> None:
    written = make.contribution(language="ar", text=ARABIC)
    page = f"/dialogues/probe/contributions/{written.reference}"
    address = f"{page}/translate/tr"
    browser = browse(make.participant())
    form = browser.form(address, address)
    browser.send(form, {"text": ""}, 422)
    browser.send(form, {"text": TURKISH}, 303)
    browser.send(browser.form(address, address), {"text": "Akşam kurs yok."}, 303)
    browser.send(form, {"text": "Eski sayfadan.", "based_on": "0", "_key": "another-key-of-mine-1"}, 409)

    client.get(f"{page}?lang=tr", 200)
    assert client.page.find("h1")["lang"] == "tr"
    assert "İnsanlar çevirdi." in client.page.text
    assert ARABIC in client.page.find("details", class_="vs-fold").text
    client.get(f"{page}?lang=de", 200)
    assert client.page.find("h1")["lang"] == "ar"
    assert "Akşam" not in client.page.text
    client.get(f"{page}/translate/ar", 404)
    client.get(f"{page}/translate/xx", 404)


def test_a_visitor_is_asked_for_a_code_and_keeps_the_words(client: Client, make: Maker) -> None:
    reference = make.contribution(language="ar", text=ARABIC).reference
    address = f"/dialogues/probe/contributions/{reference}/translate/tr"
    client.get(address, 200)
    assert client.page.find_all("textarea") == []
    answer = client.post(address, {"text": TURKISH, "based_on": "0", "_key": "a-key-of-a-visitor-01"}, 403)
    assert TURKISH in answer.text


def test_a_ballot_is_read_in_ones_own_language(client: Client, make: Maker) -> None:
    poll = make.poll()
    make.translation(poll.items[0].ref_id, "tr", TURKISH)
    client.get(f"/dialogues/probe/polls/{poll.id}?lang=tr", 200)
    assert TURKISH in client.page.text
    client.get(f"/dialogues/probe/polls/{poll.id}?lang=de", 200)
    assert TURKISH not in client.page.text


def test_the_register_is_read_in_ones_own_language(client: Client, make: Maker) -> None:
    written = make.contribution(language="ar", text=ARABIC)

    def in_turkish() -> tuple[str, str]:
        client.get("/dialogues/probe/register?lang=tr", 200)
        region = client.page.find(data_live_region="register:probe")
        return region["data-live-version"], client.page.find("li", data_id=written.reference).text

    before, entry = in_turkish()
    assert ARABIC in entry
    make.translation(written.id, "tr", TURKISH)
    after, entry = in_turkish()
    assert int(after) == int(before) + 1
    assert TURKISH in entry
    assert ARABIC in client.page.find("details", class_="vs-both").text
    client.get("/dialogues/probe/register?lang=de", 200)
    assert TURKISH not in client.page.text
