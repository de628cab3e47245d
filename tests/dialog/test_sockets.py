"""What each watcher of a page receives, per language and person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask_socketio.test_client import SocketIOTestClient

from core.transaction import transaction
from dialog.actions import contributions, moderation, polls
from dialog.queries import contributions as queries
from dialog.queries import polls as poll_queries
from dialog.vocabulary import Kind, Visibility
from tests.client import Client
from tests.conftest import Maker
from tests.factories import STAFF

Connect = Callable[..., SocketIOTestClient]
REGISTER = "/dialogues/probe/register"


def watch(connection: SocketIOTestClient, region: str, language: str = "de") -> Any:
    return connection.emit("watch", {"region": region, "language": language}, callback=True)


def news(connection: SocketIOTestClient) -> list[dict[str, Any]]:
    return [packet["args"][0] for packet in connection.get_received() if packet["name"] == "changed"]


def do(client: Client, action: Callable[..., None], contribution_id: int, **values: Any) -> None:
    with client.app.app_context(), transaction():
        found = queries.contribution_by_id(contribution_id)
        assert found is not None
        action(values.pop("by", STAFF), found, **values)


def version_on_page(client: Client) -> int:
    client.get(REGISTER, 200)
    return int(client.page.find(data_live_region="register:probe")["data-live-version"])


def test_who_watches_the_register_gets_what_happens_to_an_entry(
    client: Client, sockets: Connect, make: Maker
) -> None:
    author = make.participant()
    waiting = make.contribution(Visibility.WAITING, author=author, text="Es fehlt ein Bus.")
    watcher = sockets(client, REGISTER)
    before = version_on_page(client)
    assert watch(watcher, "register:probe") == {"ok": True}

    do(client, moderation.publish_contribution, waiting.id)
    do(client, moderation.hide_contribution, waiting.id, reason="off_topic")
    do(client, moderation.restore_contribution, waiting.id)
    do(client, contributions.withdraw_contribution, waiting.id, by=author.actor)

    pushed = news(watcher)
    assert [(p["id"], p["version"]) for p in pushed] == [("B-001", before + n) for n in (1, 2, 3, 4)]
    assert ["Es fehlt ein Bus." in p["html"] for p in pushed] == [True, False, True, False]
    assert version_on_page(client) == before + 4


def test_the_pushed_fragment_is_the_one_of_the_page(client: Client, sockets: Connect, make: Maker) -> None:
    waiting = make.contribution(Visibility.WAITING, kind=Kind.OFFER, text="Sprachcafé am Dienstag.")
    watcher = sockets(client, REGISTER)
    watch(watcher, "register:probe", "en")

    do(client, moderation.publish_contribution, waiting.id)

    (pushed,) = news(watcher)
    page = client.get(f"{REGISTER}?lang=en", 200).get_data(as_text=True)
    assert pushed["html"].strip() in page
    assert len(pushed["html"].encode()) <= 2048
    assert pushed["texts"]["total"] in page


def test_everybody_reads_in_their_own_language(
    client: Client, sockets: Connect, make: Maker, client_as: Callable[..., Client]
) -> None:
    waiting = make.contribution(Visibility.WAITING)
    watchers = {"de": sockets(client, REGISTER), "en": sockets(client_as("coordinator"), REGISTER)}
    for language, watcher in watchers.items():
        watch(watcher, "register:probe", language)

    do(client, moderation.publish_contribution, waiting.id)

    pushed = {language: news(watcher) for language, watcher in watchers.items()}
    assert pushed["en"][0]["texts"]["total"] == "1 contribution"
    assert pushed["de"][0]["texts"]["total"] == "1 Beitrag"


def test_nothing_is_told_of_what_is_not_public(client: Client, sockets: Connect, make: Maker) -> None:
    author = make.participant()
    waiting = make.contribution(Visibility.WAITING, author=author)
    watcher = sockets(client, REGISTER)
    watch(watcher, "register:probe")

    do(client, moderation.return_contribution, waiting.id, question="Wo?")
    do(client, contributions.withdraw_contribution, waiting.id, by=author.actor)

    assert [p["html"] for p in news(watcher)] in ([], [""])
    other = make.dialogue("dort")
    make.contribution(of=other)
    assert news(watcher) == []


@pytest.mark.parametrize(
    "region",
    [
        "register:nirgends",
        "queue:probe",
        "poll:probe",
        "poll:probe.999",
        "poll:probe.draft",
        "poll:probe.1e9",
        f"poll:probe.{'9' * 60}",
        "poll:nirgends.1",
    ],
)
def test_unknown_and_hidden_regions_look_the_same(
    client: Client, sockets: Connect, make: Maker, region: str
) -> None:
    draft = make.poll("draft", needs=1)
    watcher = sockets(client, REGISTER)

    assert watch(watcher, region.replace("draft", str(draft.id))) == {"ok": False, "code": "unknown"}


def test_a_poll_tells_its_state_and_never_a_count_before_its_end(
    client: Client, sockets: Connect, make: Maker
) -> None:
    poll = make.poll(needs=2)
    page = f"/dialogues/probe/polls/{poll.id}"
    watcher = sockets(client, page)
    assert watch(watcher, f"poll:probe.{poll.id}") == {"ok": True}
    voter = make.participant()
    with client.app.app_context():
        with transaction():
            found = poll_queries.poll_by_id(poll.id)
            assert found is not None
            polls.cast_ballot(voter.actor, found, choices={poll.items[0].id: 2})
        assert [set(p) <= {"region", "version", "texts"} for p in news(watcher)] in ([], [True])
        for step in (polls.close_poll, polls.publish_poll):
            with transaction():
                found = poll_queries.poll_by_id(poll.id)
                assert found is not None
                step(STAFF, found)

    pushed = news(watcher)
    versions = [p["version"] for p in pushed]
    assert versions == sorted(versions)
    region = client.get(f"{page}/region", 200)
    assert region.headers["ETag"].strip('"') == str(versions[-1])
    assert client.get(f"{page}/region", 304, headers={"If-None-Match": region.headers["ETag"]}).data == b""
