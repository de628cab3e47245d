"""What can go wrong in the domain: a sentence for people, a code for machines, a status for HTTP.

Raised by queries and actions, shown at the edge (a page or a line on stderr), once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

Sentence: TypeAlias = str | LazyString
"""A sentence for people; lazy, so that it is said in the language of whoever reads it."""


class DomainError(Exception):
    """Something the person can understand; `sentence` says what is wrong and what to do.

    `retry_after` is the number of seconds after which trying again makes sense, where that is known.
    """

    status = 400
    code = "error"
    retry_after: int | None = None

    def __init__(self, sentence: Sentence, *, code: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code or self.code

    def __str__(self) -> str:
        return str(self.sentence)


class NotFound(DomainError):
    """Absent, or hidden from this actor: both look the same."""

    status = 404
    code = "not_found"

    def __init__(self, sentence: Sentence | None = None) -> None:
        super().__init__(sentence or _l("We could not find this page."))


class Forbidden(DomainError):
    """The thing is visible but this may not be done to it by this actor."""

    status = 403
    code = "forbidden"

    def __init__(self, sentence: Sentence | None = None) -> None:
        super().__init__(sentence or _l("You are not allowed to do this."))


class Conflict(DomainError):
    """The thing has changed meanwhile, so that the wish no longer fits."""

    status = 409
    code = "conflict"


class Stale(Conflict):
    """Somebody has changed the thing since it was read by whoever wants to change it now."""

    code = "stale"

    def __init__(self, sentence: Sentence | None = None) -> None:
        super().__init__(
            sentence or _l("Somebody has changed this meanwhile. Please compare both before you save.")
        )


class SentAlready(Conflict):
    """The same person has sent the same words before; whoever means it may send them once more.

    `reference` names the earlier entry, `location` its page (set by the view, which knows addresses).
    """

    code = "sent_already"

    def __init__(self, reference: str) -> None:
        super().__init__(_l("You have sent this already."))
        self.reference = reference
        self.location = ""


class Invalid(DomainError):
    """What was sent does not make sense; `fields` maps a field's name to sentences about it."""

    status = 422
    code = "invalid"

    def __init__(self, sentence: Sentence, fields: Mapping[str, Sequence[Sentence]] | None = None) -> None:
        super().__init__(sentence)
        self.fields = dict(fields or {})


class TooMany(DomainError):
    """Too many tries in too short a time; `retry_after` says for how many seconds."""

    status = 429
    code = "too_many"

    def __init__(self, sentence: Sentence, *, retry_after: int | None = None) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class Unavailable(DomainError):
    """A part of the program that this cannot be done without does not work at the moment."""

    status = 503
    code = "unavailable"


class Busy(DomainError):
    """The database was busy for too long; nothing was changed and trying again helps."""

    status = 503
    code = "busy"

    def __init__(self) -> None:
        super().__init__(
            _l("We could not save this just now. Your text is still here. Please send it again in a moment.")
        )


class Crossed(Busy):
    """Two changes waited for one another, and the database gave this one up; the same again will do."""
