"""The places of the county in which roles of accounts can count."""

from __future__ import annotations

from collections.abc import Iterator

from accounts.permissions import Scope
from accounts.scopes import Place, offers
from core.actor import Actor
from region import queries


def init() -> None:
    """Offer municipalities and organisations."""
    offers("municipality", _municipalities)
    offers("organisation", _organisations)


def _municipalities(actor: Actor) -> Iterator[Place]:
    for one in queries.visible_municipalities(actor):
        yield Place(Scope("municipality", one.id), one.name)


def _organisations(actor: Actor) -> Iterator[Place]:
    for one in sorted(queries.visible_organisations(actor), key=lambda one: one.name.casefold()):
        yield Place(Scope("organisation", one.id), one.name)
