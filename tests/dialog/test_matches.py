"""The page that names offers which may answer a need."""

from __future__ import annotations

from dialog.vocabulary import Kind, Visibility
from tests.conftest import Maker
from tests.workshops.ground import Browse


def test_staff_see_fitting_offers_with_a_sentence_why(make: Maker, browse: Browse) -> None:
    need = make.contribution(title="Schwimmkurse", text="Es fehlen Schwimmkurse für Kinder.")
    fitting = make.contribution(
        of=need.dialogue, kind=Kind.OFFER, title="Schwimmkurs Seepferdchen", text="Kinder lernen schwimmen."
    )
    make.contribution(of=need.dialogue, kind=Kind.OFFER, title="Steuerberatung", text="Hilfe bei der Steuer.")
    make.contribution(
        Visibility.WAITING, of=need.dialogue, kind=Kind.OFFER, title="Schwimmkurs neu", text="Schwimmkurs."
    )
    staff = browse(make.account("coordinator"))
    staff.get(f"/dialogues/probe/contributions/{need.reference}", 200)
    link = next(one for one in staff.page.find_all("a") if one.text == "Angebote, die passen könnten")

    staff.get(link["href"], 200)

    assert fitting.reference in staff.text
    assert "Dafür spricht: ähnliche Wörter (Schwimmkurse" in staff.text
    assert "am selben Ort (Mühlacker)" in staff.text
    # What fits less is not named, nor what nobody has checked yet.
    assert "Steuerberatung" not in staff.text
    assert "Schwimmkurs neu" not in staff.text


def test_others_and_what_is_no_public_need_have_no_such_page(make: Maker, browse: Browse) -> None:
    need, offer = make.contribution(), make.contribution(kind=Kind.OFFER)
    waiting = make.contribution(Visibility.WAITING)
    staff, author = browse(make.account("coordinator")), browse(make.participant())
    address = "/dialogues/probe/moderation/{}/offers"
    staff.get(address.format(offer.reference), 404)
    staff.get(address.format(waiting.reference), 404)
    staff.get(address.format("B-999"), 404)
    author.get(address.format(need.reference), 403)
    author.get(f"/dialogues/probe/contributions/{need.reference}", 200)
    assert "Angebote, die passen" not in author.text


def test_where_nothing_fits_it_says_so_and_leads_on(make: Maker, browse: Browse) -> None:
    need = make.contribution(title="Schwimmkurse", text="Es fehlen Schwimmkurse für Kinder.")
    staff = browse(make.account("coordinator"))
    staff.get(f"/dialogues/probe/moderation/{need.reference}/offers", 200)
    assert "Kein Angebot passt" in staff.text
    (link,) = (one for one in staff.page.find_all("a") if one.text == "Alle Angebote zu diesem Thema")
    staff.get(link["href"], 200)
