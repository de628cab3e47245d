"""Keeps what a linked block shows as plain JSON, and reads it again.

Every contribution is kept with its register number, so that its words can be left out when they are hidden,
and destroyed in what was frozen when they are withdrawn.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, fields, is_dataclass, replace
from datetime import datetime
from functools import lru_cache
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from concept.content import Linked


def to_plain(linked: Linked) -> dict[str, Any]:
    """What a block shows as JSON can hold it."""
    plain: dict[str, Any] = _plain(asdict(linked))
    return plain


def from_plain(plain: Mapping[str, Any]) -> Linked:
    """The same again. What later versions of the program have added has its default."""
    made: Linked = _made(Linked, plain)
    return made


def only(linked: Linked, public: Collection[str]) -> Linked:
    """What is left when only these contributions may be shown; the points of a result stay."""
    return replace(
        linked,
        voices=tuple(voice for voice in linked.voices if voice.reference in public),
        poll=replace(
            linked.poll,
            lines=tuple(
                line if line.reference in public else replace(line, reference="", title="", language="")
                for line in linked.poll.lines
            ),
        )
        if linked.poll
        else None,
    )


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value


def _made(wanted: Any, value: Any) -> Any:
    if value is None:
        return None
    if get_origin(wanted) is UnionType:
        [wanted] = [one for one in get_args(wanted) if one is not NoneType]
    if get_origin(wanted) is tuple:
        return tuple(_made(get_args(wanted)[0], one) for one in value)
    if wanted is datetime:
        return datetime.fromisoformat(value)
    if isinstance(wanted, type) and is_dataclass(wanted):
        hints = _hints(wanted)
        known = [one.name for one in fields(wanted) if one.name in value]
        return wanted(**{name: _made(hints[name], value[name]) for name in known})
    return value


@lru_cache(maxsize=32)
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)
