"""What reached staff on paper, by telephone or in a conversation."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core.errors import Conflict, Forbidden, Invalid
from core.transaction import transaction
from dialog.actions import moderation, typing_in
from dialog.vocabulary import CHANNELS, Kind, Visibility
from tests import factories as make
from tests.client import Client
from tests.conftest import Maker
from tests.dialog.ground import facts
from tests.factories import STAFF

PAGE = "/dialogues/probe/type-in"
CARD = {
    "text": "Es fehlt ein Bus.",
    "kind": "need",
    "field": "wohnen",
    "municipality": "08236043",
    "language": "ar",
    "channel": "paper",
}


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("publish", [True, False])
def test_the_channel_is_kept_for_ever(channel: str, publish: bool) -> None:
    with transaction():
        made = typing_in.type_in_contribution(
            STAFF,
            make.dialogue(),
            kind=Kind.OFFER,
            text="Ein Café am Dienstag.",
            field=make.field(),
            municipality=None,
            language="de",
            channel=channel,
            noted_down=True,
            publish=publish,
        )

    assert (made.origin, made.noted_down, made.author_key) == (channel, True, None)
    assert made.visibility == ("public" if publish else "waiting")
    assert facts("ContributionTypedIn")[0][2] == {"contribution_id": made.id, "origin": channel}
    if not publish:
        with pytest.raises(Conflict) as refused, transaction():
            moderation.return_contribution(STAFF, made, question="Wo?")
        assert refused.value.code == "no_author"


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize("wrong", [{"channel": "form"}, {"text": " "}, {"language": "tlh"}])
def test_refusals(wrong: dict[str, str]) -> None:
    given = {"text": "Ein Bus.", "language": "de", "channel": "paper"} | wrong
    for actor, error in ((STAFF, Invalid), (make.participant().actor, Forbidden)):
        with pytest.raises(error), transaction():
            typing_in.type_in_contribution(
                actor,
                make.dialogue(),
                kind=Kind.NEED,
                field=make.field(),
                municipality=None,
                **given,  # type: ignore[arg-type]
            )


def test_one_card_after_the_other(make: Maker, client: Client, client_as: Callable[..., Client]) -> None:
    make.contribution(Visibility.PUBLIC)
    staff = client_as("coordinator")
    staff.post_form(f"{PAGE}?lang=en", {**CARD, "channel": ""}, 422)
    assert staff.errors == ["Please choose how it reached you."]
    assert dict(staff.form_here(PAGE).values)["text"] == CARD["text"]

    staff.follow(staff.send(staff.form_here(PAGE), {**CARD, "publish": "y"}, 303))
    assert "B-002 is saved and published." in staff.text
    ready = dict(staff.form_here(PAGE).values)
    assert {name: ready[name] for name in CARD} == {**CARD, "text": ""}

    client.get("/dialogues/probe/register?lang=en", 200)
    assert "Handed in on paper" in client.text
    client.get("/dialogues/probe/contributions/B-002?lang=en", 200)
    assert "Handed in on paper" in client.text
    answer = client.get("/dialogues/probe/register.csv", 200)
    assert ";paper;" in answer.get_data(as_text=True)
