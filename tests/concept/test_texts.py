"""Writing the text of a section: what stays, what goes and returns, and two who write at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from accounts.actions import retention
from concept.actions import blocks, linked, texts
from concept.actions.sources import cite
from concept.models import Block, Section, SectionRevision, Source, Writer
from concept.queries import texts as queries
from concept.vocabulary import BlockKind
from core.actor import OPERATOR, SYSTEM, VISITOR
from core.clock import now
from core.db import db
from core.errors import DomainError, Forbidden, Invalid
from core.transaction import transaction
from dialog.models import Contribution
from tests import factories
from tests.client import Client
from tests.concept import ground
from tests.conftest import Maker
from tests.dialog.ground import at_once, count, facts

SITUATION = "field-sprache-situation"
PAGE = f"/dialogues/probe/concept/write/{SITUATION}"
FIRST, SECOND = "Kurse am Abend sind schnell voll.", "Am Sonntag fährt kein Bus ins Bad."
ClientAs = Callable[..., Client]


def situation() -> Section:
    return ground.section(SITUATION)


def text() -> str:
    return queries.text_of(queries.text_blocks(situation().id))


def save(words: str, **kwargs: object) -> texts.Saved:
    with transaction():
        section = situation()
        kwargs = {"based_on": section.revision, **kwargs}
        return texts.save_text(factories.STAFF, section, text=words, **kwargs)  # type: ignore[arg-type]


def written() -> dict[str, int]:
    """The paragraphs of the section and their ids."""
    return {block.markdown: block.id for block in queries.text_blocks(situation().id) if block.markdown}


def sources(block_id: int) -> set[int | None]:
    return set(db.session.scalars(select(Source.contribution_id).where(Source.block_id == block_id)))


def bring_back(number: int) -> None:
    with transaction():
        section = situation()
        texts.restore_text(factories.STAFF, section, number=number, based_on=section.revision)


def with_two_paragraphs() -> list[int]:
    """A section of two paragraphs, each resting on a need; gives the ids of the blocks."""
    needs = [factories.contribution(title="Kurse"), factories.contribution(title="Bus")]
    ground.a_concept()
    ids = []
    with factories.change():
        for words, need in zip((FIRST, SECOND), needs, strict=True):
            block = blocks.write_paragraph(OPERATOR, situation(), text=words)
            cite(OPERATOR, block, ground.again(need))
            ids.append(block.id)
    return ids


# ---------------------------------------------------------------------------------------------------- saving


@pytest.mark.usefixtures("inside")
def test_blocks_and_sources_survive_rewording_and_moving() -> None:
    one, two = with_two_paragraphs()
    before = {id: sources(id) for id in (one, two)}
    version = ground.present().version

    saved = save(f"## Lage\n\nAm Sonntag fährt nie ein Bus ins Bad.\n\n{FIRST}\n\nGanz neu.")

    ids = written()
    assert ids["Am Sonntag fährt nie ein Bus ins Bad."] == two
    assert ids[FIRST] == one
    assert {id: sources(id) for id in (one, two)} == before
    assert sources(ids["Ganz neu."]) == sources(ids["## Lage"]) == set()
    section = situation()
    assert saved == texts.Saved(section.revision)
    assert ground.present().version > version
    assert facts("SectionWritten") == [
        (
            factories.STAFF.key,
            "SectionWritten",
            {"section_id": section.id, "number": section.revision, "restored_from": 0},
        )
    ]
    [changed] = [piece for piece in ground.pieces(SITUATION) if piece.id == two]
    assert changed.html == "<p>Am Sonntag fährt nie ein Bus ins Bad.</p>"


@pytest.mark.usefixtures("inside")
def test_the_same_text_is_no_other_wording() -> None:
    with_two_paragraphs()
    before = situation().revision
    assert save(f"{text()}\r\n") == texts.Saved(before)
    assert (situation().revision, count(SectionRevision), facts("SectionWritten")) == (before, 0, [])


@pytest.mark.usefixtures("inside")
def test_what_would_vanish_with_its_sources_is_named_and_goes_only_if_that_is_meant() -> None:
    one, two = with_two_paragraphs()
    with pytest.raises(texts.WouldVanish) as refused:
        save(FIRST)
    assert refused.value.blocks == [texts.Vanishing(two, "paragraph", SECOND, 1)]
    assert written() == {FIRST: one, SECOND: two}
    with pytest.raises(texts.WouldVanish):
        save("", dropping={two})

    save(FIRST, dropping={two})

    assert written() == {FIRST: one}
    assert sources(two)
    save(f"{SECOND}\n\n{FIRST}")
    assert written() == {SECOND: two, FIRST: one}


@pytest.mark.usefixtures("inside")
def test_a_paragraph_without_sources_may_go() -> None:
    with_two_paragraphs()
    save(f"{text()}\n\nNur so.")
    save(f"{FIRST}\n\n{SECOND}")
    assert list(written()) == [FIRST, SECOND]


@pytest.mark.usefixtures("inside")
def test_a_paragraph_that_takes_another_one_in_has_the_sources_of_both() -> None:
    one, two = with_two_paragraphs()
    both = sources(one) | sources(two)

    saved = save(f"{FIRST} {SECOND}")

    assert saved.joined == 1
    [(words, id)] = written().items()
    assert (words, sources(id)) == (f"{FIRST} {SECOND}", both)
    save(f"{FIRST}\n\n{SECOND}")
    assert set(written().values()) == {one, two}


@pytest.mark.usefixtures("inside")
def test_computed_blocks_are_moved_by_their_line_and_never_lost_unnoticed() -> None:
    ground.a_concept()
    needs = ground.section("field-sprache-needs")
    [chart] = queries.text_blocks(needs.id)
    line = f"{{{{{chart.id}: egal}}}}"

    def write(words: str, **kwargs: object) -> None:
        with transaction():
            section = ground.section("field-sprache-needs")
            texts.save_text(OPERATOR, section, text=words, based_on=section.revision, **kwargs)  # type: ignore[arg-type]

    write(f"Davor.\n\n{line}\n\nDanach.")
    assert [block.kind for block in queries.text_blocks(needs.id)] == ["paragraph", "poll_chart", "paragraph"]
    with pytest.raises(texts.WouldVanish) as refused:
        write("Davor.\n\nDanach.")
    assert [block.kind for block in refused.value.blocks] == [BlockKind.POLL_CHART]
    for wrong in (
        f"{line}\n\n{line}",
        "{{99999}}",
        f"Siehe {line} dort.",
        f"{line}\n\n{{{{{chart.id + 1}}}}}",
    ):
        with pytest.raises(Invalid) as found:
            write(f"Davor.\n\n{wrong}")
        assert list(found.value.fields) == ["text"]
    write("Davor.", dropping={chart.id})
    write(f"Davor.\n\n{line}")
    assert [block.id for block in queries.text_blocks(needs.id)][1:] == [chart.id]


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize(
    "hostile",
    [
        "wort " * 10_001,
        "\n\n".join(["z"] * 1_200),
        "| " * 500 + "\n" + "|-" * 500,
        "> " * 50 + "tief",
        "[" * 500,
        "<<<<<<< dein Text",
        ">>>>>>>",
    ],
)
def test_what_cannot_be_rendered_is_refused_with_a_sentence(hostile: str) -> None:
    with_two_paragraphs()
    before = text()
    with pytest.raises(Invalid) as refused:
        save(f"{before}\n\n{hostile}")
    assert str(refused.value.sentence).endswith(".")
    db.session.rollback()
    assert (text(), count(SectionRevision)) == (before, 0)


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize(
    "largest",
    [
        "\n\n".join(f"Wort {number} hier **fett** und so weiter" for number in range(1_000)),
        "wort " * 9_999,
        "- x\n" * 1_999,
        "*a " * 3_999,
        "[a](b) " * 199,
        "|a" * 12 + "\n" + "|-" * 12 + "\n" + ("|b" * 12 + "\n") * 300,
        "{{" * 20_000,
    ],
)
def test_the_largest_text_that_is_taken_costs_little(largest: str) -> None:
    ground.a_concept()
    for words in (largest, f"{largest.replace('o', 'ö')} Ende"):
        began = time.process_time()
        save(words)
        # A second of a machine of today; twice that where tests share one.
        assert time.process_time() - began < 2


@pytest.mark.usefixtures("inside")
def test_hostile_markdown_stays_text() -> None:
    ground.a_concept()
    save(
        "<script>alert(1)</script> [x](javascript:alert(1))\n\n"
        "![y](https://tracker.example/p.png) <img src=x onerror=a>"
    )
    html = "".join(piece.html for piece in ground.pieces(SITUATION))
    assert not [bad for bad in ("<script", "<img", "javascript:", "tracker") if bad in html]


@pytest.mark.usefixtures("inside")
def test_only_those_who_write_the_concept_do() -> None:
    with_two_paragraphs()
    section = situation()
    for act in (
        lambda: texts.save_text(VISITOR, section, text="x", based_on=section.revision),
        lambda: texts.restore_text(VISITOR, section, number=1, based_on=section.revision),
        lambda: texts.note_writing(VISITOR, section),
        lambda: texts.stop_writing(VISITOR, section),
        lambda: texts.forget_writers(factories.STAFF, []),
    ):
        with pytest.raises(Forbidden), transaction():
            act()


# --------------------------------------------------------------------------------------------------- history


@pytest.mark.usefixtures("inside")
def test_every_wording_is_kept_and_comes_back_with_its_blocks_and_sources() -> None:
    one, two = with_two_paragraphs()
    began = situation().revision
    save("Alles neu geschrieben, ganz anders.", dropping={one, two})
    [new] = written().values()

    with transaction():
        texts.restore_text(factories.STAFF, situation(), number=began, based_on=situation().revision)

    assert written() == {FIRST: one, SECOND: two}
    assert all(sources(id) for id in (one, two))
    kept = queries.visible_wordings(factories.STAFF, ground.present(), situation())
    assert [(wording.number - began, wording.restored_from, wording.by_key) for wording in kept] == [
        (2, began, factories.STAFF.key),
        (1, None, factories.STAFF.key),
        (0, None, SYSTEM.key),
    ]
    with transaction():
        texts.restore_text(factories.STAFF, situation(), number=began + 1, based_on=began + 2)
    assert list(written().values()) == [new]
    for number, based_on in ((began + 9, began + 3), (began, began)):
        with pytest.raises(DomainError), transaction():
            texts.restore_text(factories.STAFF, situation(), number=number, based_on=based_on)


@pytest.mark.usefixtures("inside")
def test_the_way_of_a_voice_knows_when_its_paragraph_goes_is_joined_and_returns() -> None:
    one, two = with_two_paragraphs()
    [need, other] = [
        db.session.get_one(Contribution, id)
        for block in (one, two)
        for id in sources(block)
        if id is not None
    ]

    def last(of: Contribution) -> tuple[str, str]:
        station = ground.again(of).stations[-1]
        return station.kind, station.url.partition("#")[2]

    assert (last(need), last(other)) == (("in_concept", f"block-{one}"), ("in_concept", f"block-{two}"))
    save(SECOND, dropping={one})
    assert last(need) == ("no_longer", f"block-{one}")
    save(f"{FIRST}\n\n{SECOND}")
    assert last(need) == ("in_concept", f"block-{one}")
    save(f"{FIRST} {SECOND}")
    # One of both was taken into the other, which rests on both needs from now on.
    [(_, stays)] = written().items()
    joined = other if stays == one else need
    assert last(joined) == ("in_concept", f"block-{stays}")
    assert ground.again(joined).stations[-2].kind == "no_longer"
    stations = {id: len(ground.again(voice).stations) for id, voice in ((1, need), (2, other))}
    bring_back(situation().revision - 1)
    assert last(joined) == ("in_concept", f"block-{two if stays == one else one}")
    # It ended where its words were lent to, and stands at its own place again; nobody else is told anything.
    added = {id: len(ground.again(voice).stations) - stations[id] for id, voice in ((1, need), (2, other))}
    assert sorted(added.values()) == [0, 2]


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize("how", ["brought back", "divided"])
def test_when_a_join_is_undone_every_source_stands_where_it_stood(how: str) -> None:
    one, two = with_two_paragraphs()
    before = {id: sources(id) for id in (one, two)}
    apart = situation().revision
    save(f"{FIRST} {SECOND}")
    [stays] = written().values()
    assert sources(stays) == before[one] | before[two]

    if how == "divided":
        save(f"{FIRST}\n\n{SECOND}")
    else:
        bring_back(apart)

    assert {id: sources(id) for id in (one, two)} == before
    [lent] = before[one if stays == two else two]
    assert [
        (station.kind, station.url.partition("#")[2])
        for station in ground.again(db.session.get_one(Contribution, lent)).stations[-2:]
    ] == [("no_longer", f"block-{stays}"), ("in_concept", f"block-{one if stays == two else two}")]
    assert len(facts("SourceRemoved")) == 1

    bring_back(apart + 1)
    assert list(written().values()) == [stays]
    assert sources(stays) == before[one] | before[two]


@pytest.mark.usefixtures("inside")
def test_of_three_joined_paragraphs_each_takes_its_own_sources_with_it() -> None:
    one, two = with_two_paragraphs()
    third = "Im Rathaus fehlt eine Rampe."
    both = [db.session.get_one(Contribution, id) for id in (*sources(one), *sources(two)) if id]
    with transaction():
        three = blocks.write_paragraph(OPERATOR, situation(), text=third)
        cite(OPERATOR, three, both[1])
    before = {id: sources(id) for id in (one, two, three.id)}
    apart = situation().revision
    save(f"{FIRST}\n\n{SECOND} {third}")
    save(f"{FIRST} {SECOND} {third}")
    assert [sources(id) for id in written().values()] == [before[one] | before[two]]

    # The third goes first: what the second one rests on, too, stays with both.
    save(f"{FIRST} {SECOND}\n\n{third}")
    assert [sources(id) for id in written().values()] == [before[one] | before[two], before[three.id]]
    bring_back(apart)
    assert {id: sources(id) for id in before} == before


@pytest.mark.usefixtures("inside")
def test_what_staff_has_added_to_a_joined_paragraph_stays_when_it_is_divided() -> None:
    one, two = with_two_paragraphs()
    apart = situation().revision
    save(f"{FIRST} {SECOND}")
    [stays] = written().values()
    [needed] = sources(one if stays == two else two)
    added = factories.contribution()
    with transaction():
        for voice in (db.session.get_one(Contribution, needed), ground.again(added)):
            cite(OPERATOR, db.session.get_one(Block, stays), voice)
    bring_back(apart)
    assert {needed, added.id} < sources(stays)


@pytest.mark.usefixtures("inside")
def test_an_older_wording_brings_a_quotation_back_as_it_was_set_last() -> None:
    """Its sources, its stop and what was frozen belong to what it shows now, not to what it once showed."""
    needs = [factories.contribution(), factories.contribution()]
    with_two_paragraphs()
    with transaction():
        made = linked.place_linked(
            OPERATOR, situation(), kind=BlockKind.QUOTATION, settings={"contribution": needs[0].reference}
        )
    save(f"Anders.\n\n{text()}")
    before = situation().revision
    with transaction():
        linked.change_linked(
            OPERATOR, made, settings={"contribution": needs[1].reference}, based_on=made.revision
        )
    save(f"Wieder anders.\n\n{text()}")
    with transaction():
        section = situation()
        texts.restore_text(factories.STAFF, section, number=before, based_on=section.revision)
    [quotation] = [one for one in queries.text_blocks(situation().id) if one.kind == BlockKind.QUOTATION]
    assert quotation.settings == {"contribution": needs[1].reference}
    assert sources(quotation.id) == {needs[1].id}


# ----------------------------------------------------------------------------------------------- two at once


def typed(client: Client) -> str:
    return dict(client.form_here(PAGE).values)["text"].replace("\r\n", "\n").strip()


def test_of_two_who_save_at_once_one_wins_and_the_other_one_gets_both_texts(
    app: Flask, make: Maker, client_as: ClientAs
) -> None:
    with app.app_context():
        with_two_paragraphs()
    people = [client_as("coordinator"), client_as("coordinator")]
    forms = [one.form(PAGE) for one in people]
    mine = [f"{FIRST} Das sagt die eine.\n\n{SECOND}", f"{FIRST} Das sagt der andere.\n\n{SECOND}"]

    answers = at_once(2, lambda turn: people[turn].send(forms[turn], {"text": mine[turn]}))

    assert sorted(answer.status_code for answer in answers) == [303, 409]
    loser = next(turn for turn, answer in enumerate(answers) if answer.status_code == 409)
    with app.app_context():
        assert text() == mine[1 - loser]
        assert len(facts("SectionWritten")) == 1
    for words in ("Das sagt die eine.", "Das sagt der andere.", "<<<<<<<", ">>>>>>>"):
        assert words in typed(people[loser])
    # Nobody saves that unnoticed; decided, it is saved on top of the other's text.
    form = people[loser].form_here(PAGE)
    people[loser].send(form, {}, 422)
    people[loser].send(people[loser].form_here(PAGE), {"text": f"{FIRST} Das sagen beide.\n\n{SECOND}"}, 303)
    with app.app_context():
        assert text() == f"{FIRST} Das sagen beide.\n\n{SECOND}"


def test_what_two_have_changed_apart_from_one_another_is_brought_together(
    app: Flask, make: Maker, client_as: ClientAs
) -> None:
    with app.app_context():
        with_two_paragraphs()
    one, other = client_as("coordinator"), client_as("coordinator")
    late = other.form(PAGE)
    one.post_form(PAGE, {"text": f"{FIRST} Und teuer.\n\n{SECOND}"})

    other.send(late, {"text": f"{FIRST}\n\n{SECOND}\n\nEs fehlt Wohnraum."}, 409)

    assert typed(other) == f"{FIRST} Und teuer.\n\n{SECOND}\n\nEs fehlt Wohnraum."
    other.send(other.form_here(PAGE), {}, 303)
    with app.app_context():
        assert list(written()) == [f"{FIRST} Und teuer.", SECOND, "Es fehlt Wohnraum."]


# ----------------------------------------------------------------------------------------------------- pages


def test_staff_writes_previews_and_saves_and_nobody_else_gets_in(
    app: Flask, client: Client, client_as: ClientAs, make: Maker
) -> None:
    with app.app_context():
        with_two_paragraphs()
    for path in (PAGE, f"{PAGE}/history"):
        client.get(path, 403)
        client_as("auditor").get(path, 403)
    staff = client_as("coordinator")
    staff.get(f"{PAGE[:-5]}nothing", 404)

    form = staff.form(PAGE)
    staff.post(PAGE, {**dict(form.values), "text": "**Neu** und {{99}}", "step": "preview"}, 200)
    assert staff.page.find("strong").text == "Neu"
    assert "99" in staff.text
    with app.app_context():
        assert "Neu" not in text()


def test_what_would_vanish_is_listed_first_and_the_text_stays(
    app: Flask, client_as: ClientAs, make: Maker
) -> None:
    with app.app_context():
        _, two = with_two_paragraphs()
    staff = client_as("coordinator")

    staff.send(staff.form(f"{PAGE}?lang=de", to=PAGE), {"text": f"{FIRST}\n\nNeu."}, 422)

    assert SECOND in staff.text
    assert typed(staff) == f"{FIRST}\n\nNeu."
    assert "Trotzdem speichern" in staff.text
    staff.send(staff.form_here(PAGE, dropping=str(two)), {}, 303)
    with app.app_context():
        assert list(written()) == [FIRST, "Neu."]


def test_the_history_shows_words_and_brings_back(app: Flask, client_as: ClientAs, make: Maker) -> None:
    with app.app_context():
        with_two_paragraphs()
    staff = client_as("coordinator")
    staff.get(f"{PAGE}/history", 200)
    staff.post_form(PAGE, {"text": f"{FIRST.replace('schnell', 'immer')}\n\n{SECOND}"})

    staff.get(f"{PAGE}/history?lang=en", 200)

    assert [one.text.split()[-3] for one in staff.page.find_all("ins")] == ["immer"]
    assert [one.text.split()[-3] for one in staff.page.find_all("del")] == ["schnell"]
    older = [a["href"] for a in staff.page.find_all("a") if "number=" in a["href"]][-1]
    staff.get(older, 200)
    staff.follow(staff.send(staff.form_here(f"{PAGE}/restore"), {}, 303))
    with app.app_context():
        assert list(written()) == [FIRST, SECOND]


def test_the_text_of_somebody_signed_out_is_kept(app: Flask, client: Client, make: Maker) -> None:
    with app.app_context():
        with_two_paragraphs()
    for path in (PAGE, "/dialogues/probe/concept/write/nothing"):
        client.post(f"{path}?lang=en", {"text": "Stunden meiner Arbeit", "based_on": "3"}, 403)
        assert client.heading == "You are signed out"
        assert client.page.find("textarea").text.strip() == "Stunden meiner Arbeit"
        assert FIRST not in client.page.text


def test_what_is_too_large_is_refused_and_nothing_changes(
    app: Flask, client_as: ClientAs, make: Maker
) -> None:
    with app.app_context():
        with_two_paragraphs()
    staff = client_as("coordinator")
    form = staff.form(PAGE)
    staff.send(form, {"text": "ж" * 50_001}, 422)
    assert len(typed(staff)) == 50_001
    staff.send(form, {"text": "x" * 10_000_000}, 413)
    with app.app_context():
        assert list(written()) == [FIRST, SECOND]


# ------------------------------------------------------------------------------------------ who writes where


def test_others_see_who_writes_where_for_as_long_as_they_do(
    app: Flask, client_as: ClientAs, client: Client, make: Maker
) -> None:
    with app.app_context():
        with_two_paragraphs()
    one, other = client_as("coordinator"), client_as("coordinator")
    places = (
        PAGE,
        "/dialogues/probe/concept",
        "/dialogues/probe/concept/field-sprache",
        "/dialogues/probe/concept/structure",
    )

    def sign(**data: str) -> None:
        key = f"sign-{now().timestamp():.6f}-key".replace(".", "-")
        one.post(f"{PAGE}/here", {"_key": key, **data}, 200, headers={"Accept": "application/json"})

    def seen(by: Client) -> list[bool]:
        return [" schreibt hier seit " in (by.get(f"{place}?lang=de", 200) and by.text) for place in places]

    assert seen(other) == [False] * 4
    sign()
    assert seen(other) == [True] * 4
    assert seen(one) == [False] * 4
    client.get(f"{places[2]}?lang=de", 200)
    assert " schreibt hier seit " not in client.text
    sign(left="1")
    assert seen(other) == [False] * 4
    sign()
    with app.app_context(), transaction():
        db.session.execute(update(Writer).values(seen_at=now() - timedelta(seconds=91)))
    assert seen(other) == [False] * 4
    sign()
    one.post_form(PAGE, {"text": f"{FIRST}\n\n{SECOND}\n\nNeu."})
    assert seen(other) == [False] * 4


@pytest.mark.usefixtures("inside")
def test_windows_of_one_person_are_told_of_each_other() -> None:
    with_two_paragraphs()

    def sign(last: texts.Sign | None = None) -> texts.Sign:
        with transaction():
            return texts.note_writing(factories.STAFF, situation(), last=last.at if last else "")

    def leave(last: texts.Sign) -> int:
        with transaction():
            texts.stop_writing(factories.STAFF, situation(), last=last.at)
        return count(Writer)

    first = sign()
    again = sign(first)
    other = sign()
    assert [one.is_elsewhere for one in (first, again, other)] == [False, False, True]
    assert sign(again).is_elsewhere
    # A window that closes takes away its own sign only.
    assert leave(other) == 1
    latest = sign(first)
    assert leave(latest) == 0
    assert not sign(other).is_elsewhere
    with transaction():
        db.session.execute(update(Writer).values(seen_at=now() - timedelta(seconds=91)))
    assert not sign().is_elsewhere


@pytest.mark.usefixtures("inside")
def test_signs_that_somebody_writes_are_taken_away() -> None:
    with_two_paragraphs()
    with transaction():
        texts.note_writing(factories.STAFF, situation())
    with transaction():
        assert retention.apply_retention(SYSTEM, "concept.writers") == 0
        db.session.execute(update(Writer).values(seen_at=now() - timedelta(days=2)))
    with transaction():
        assert retention.apply_retention(SYSTEM, "concept.writers") == 1
    assert count(Writer) == 0
    assert count(Block) > 0
